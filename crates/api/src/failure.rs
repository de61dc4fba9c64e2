//! What a handler answers when it cannot do what was asked: a problem code with what is particular to this case.

use std::fmt;

use actix_web::{HttpResponse, ResponseError, http::StatusCode, http::header};
use domain::{
    destination::Rejection,
    fault::{Fault, Faults},
    refusal::Refusal,
};
use persistence::{StoreError, Unique};
use serde_json::{Map, Value, json};

use crate::{limits::Quota, problem::ProblemCode};

/// A problem on its way to the caller. Boxed, so that the good way stays small.
#[derive(Debug, Clone)]
pub struct Failure(Box<Case>);

/// What is particular to one failure.
#[derive(Debug, Clone)]
struct Case {
    code: ProblemCode,
    detail: String,
    /// Faults of the body or the query, as `errors`.
    errors: Vec<Value>,
    /// Further members of the problem.
    members: Map<String, Value>,
    /// What the log should know and the caller must not.
    cause: Option<String>,
    /// Seconds after which to try again, where that helps.
    retry_after: i64,
}

impl Failure {
    /// A problem of this code, described by its own meaning.
    pub fn of(code: ProblemCode) -> Self {
        Self::new(code, code.page().0)
    }

    /// A problem of this code with a detail of its own.
    pub fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        let (errors, members) = (Vec::new(), Map::new());
        Self(Box::new(Case { code, detail: detail.into(), errors, members, cause: None, retry_after: 1 }))
    }

    /// A fault inside: the caller learns nothing of `cause`, the log all.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self::of(ProblemCode::Internal).because(cause)
    }

    /// Which problem.
    pub fn code(&self) -> ProblemCode {
        self.0.code
    }

    /// What the log should know and the caller must not.
    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    /// With a cause for the log.
    pub fn because(mut self, cause: impl fmt::Display) -> Self {
        self.0.cause = Some(cause.to_string());
        self
    }

    /// With entries of `errors`.
    pub fn with_errors(mut self, errors: Vec<Value>) -> Self {
        self.0.errors = errors;
        self
    }

    /// Adds a member to the problem.
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.0.members.insert(name.to_owned(), value);
        self
    }

    /// A query parameter that is not right.
    pub fn parameter(name: &str, code: &str, detail: &str) -> Value {
        json!({"parameter": name, "code": code, "detail": detail})
    }

    /// The problem of these query parameters.
    pub fn parameters(errors: Vec<Value>) -> Self {
        let names: Vec<&str> = errors.iter().filter_map(|error| error.get("parameter")?.as_str()).collect();
        let detail = format!("Not valid in the query: {}.", names.join(", "));
        Self::new(ProblemCode::InvalidParameter, detail).with_errors(errors)
    }

    /// The whole problem document; `type` and `instance` need to know the request.
    pub fn document(&self, type_base: &str, instance: &str, request_id: &str) -> Value {
        let Case { code, detail, errors, members: further, .. } = self.0.as_ref();
        let slug = code.slug();
        let mut document = json!({
            "type": format!("{type_base}/problems/{slug}"),
            "title": code.title(),
            "status": code.status().as_u16(),
            "detail": detail,
            "instance": instance,
            "code": slug,
            "requestId": request_id,
        });
        if let Value::Object(members) = &mut document {
            if !errors.is_empty() {
                members.insert("errors".to_owned(), Value::Array(errors.clone()));
            }
            members.extend(further.clone());
        }
        document
    }
}

impl std::error::Error for Failure {}

impl From<Quota> for Failure {
    /// The caller, or the address, has asked too often.
    fn from(quota: Quota) -> Self {
        let detail = format!("Try again in {} seconds.", quota.resets_in);
        let mut failure = Self::new(ProblemCode::RateLimited, detail);
        failure.0.retry_after = quota.resets_in.max(1);
        failure
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code.slug(), self.0.detail)
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        self.0.code.status()
    }

    /// An empty answer that bears the failure; `middleware::problems` writes the document, for it knows the request.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.0.code.status());
        if self.0.code == ProblemCode::Unauthenticated {
            response.insert_header((
                header::WWW_AUTHENTICATE,
                "Bearer realm=\"waypost\", error=\"invalid_token\"",
            ));
        }
        let passes = matches!(
            self.0.code,
            ProblemCode::Overloaded
                | ProblemCode::DatabaseUnavailable
                | ProblemCode::RateLimited
                | ProblemCode::IdempotencyInProgress
        );
        if passes {
            response.insert_header((header::RETRY_AFTER, self.0.retry_after.to_string()));
        }
        let mut response = response.finish();
        response.extensions_mut().insert(self.clone());
        response
    }
}

impl From<Faults> for Failure {
    fn from(faults: Faults) -> Self {
        let errors: Vec<Value> = faults.into_vec().iter().map(entry).collect();
        let detail = match errors.len() {
            1 => "The body has one fault; see errors.".to_owned(),
            count => format!("The body has {count} faults; see errors."),
        };
        Self::new(ProblemCode::ValidationFailed, detail).with_errors(errors)
    }
}

fn entry(fault: &Fault) -> Value {
    json!({"pointer": fault.pointer, "code": fault.code.slug(), "detail": fault.detail})
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal {
            Refusal::TypeLocked => ProblemCode::TypeLocked,
            Refusal::NotConfigured => ProblemCode::NotConfigured,
            Refusal::AuthMissing => ProblemCode::AuthMissing,
            Refusal::SkipNotAllowed => ProblemCode::SkipNotAllowed,
            Refusal::VerificationInProgress => ProblemCode::VerificationInProgress,
            Refusal::ProductionDelete => ProblemCode::ProductionDelete,
            Refusal::CredentialInUse => ProblemCode::CredentialInUse,
            Refusal::ConcurrentUpdate => ProblemCode::ConcurrentUpdate,
        };
        Self::of(code)
    }
}

impl From<Rejection> for Failure {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Invalid(faults) => faults.into(),
            Rejection::Refused(refusal) => refusal.into(),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::of(ProblemCode::NotFound),
            StoreError::Forbidden => Self::of(ProblemCode::Forbidden),
            StoreError::Stale => Self::of(ProblemCode::ConcurrentUpdate),
            StoreError::Duplicate(promise) => match promise {
                Unique::DestinationId
                | Unique::DestinationExternalId
                | Unique::CredentialId
                | Unique::CredentialExternalId
                | Unique::EnvironmentId
                | Unique::UserId
                | Unique::ApiKeyId => duplicate(promise),
                Unique::VerificationLease => Self::of(ProblemCode::VerificationInProgress),
                Unique::Subject
                | Unique::VerificationId
                | Unique::AuditEventId
                | Unique::AuditSequence
                | Unique::ServerKeyId
                | Unique::ActiveServerKey => Self::internal(StoreError::Duplicate(promise)),
            },
            StoreError::Refused(refusal) => refusal.into(),
            StoreError::Overloaded => Self::of(ProblemCode::Overloaded),
            StoreError::Unavailable(cause) => Self::of(ProblemCode::DatabaseUnavailable).because(cause),
            error @ (StoreError::Corrupt { .. } | StoreError::Internal(_)) => Self::internal(error),
        }
    }
}

fn duplicate(promise: Unique) -> Failure {
    let is_external = matches!(promise, Unique::DestinationExternalId | Unique::CredentialExternalId);
    let member = if is_external { "externalId" } else { "id" };
    Failure::new(ProblemCode::DuplicateId, format!("The `{member}` that you sent is taken."))
}
