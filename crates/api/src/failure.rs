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

use crate::problem::ProblemCode;

/// A problem on its way to the caller. `cause` is for the log only.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Which problem.
    pub code: ProblemCode,
    /// What is particular to this case, for the caller.
    pub detail: String,
    /// Faults of the body or the query, as `errors`.
    pub errors: Vec<Value>,
    /// Further members of the problem.
    pub members: Map<String, Value>,
    /// What the log should know and the caller must not.
    pub cause: Option<String>,
}

impl Failure {
    /// A problem of this code, described by its own meaning.
    pub fn of(code: ProblemCode) -> Self {
        Self::new(code, code.page().0)
    }

    /// A problem of this code with a detail of its own.
    pub fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), errors: Vec::new(), members: Map::new(), cause: None }
    }

    /// A fault inside: the caller learns nothing of `cause`, the log all.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self { cause: Some(cause.to_string()), ..Self::of(ProblemCode::Internal) }
    }

    /// Adds a member to the problem.
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.members.insert(name.to_owned(), value);
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
        Self { errors, ..Self::new(ProblemCode::InvalidParameter, detail) }
    }

    /// The whole problem document; `type` and `instance` need to know the request.
    pub fn document(&self, type_base: &str, instance: &str, request_id: &str) -> Value {
        let slug = self.code.slug();
        let mut document = json!({
            "type": format!("{type_base}/problems/{slug}"),
            "title": self.code.title(),
            "status": self.code.status().as_u16(),
            "detail": self.detail,
            "instance": instance,
            "code": slug,
            "requestId": request_id,
        });
        if let Value::Object(members) = &mut document {
            if !self.errors.is_empty() {
                members.insert("errors".to_owned(), Value::Array(self.errors.clone()));
            }
            members.extend(self.members.clone());
        }
        document
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.slug(), self.detail)
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    /// An empty answer that bears the failure; `middleware::problems` writes the document, for it knows the request.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.code.status());
        match self.code {
            ProblemCode::Unauthenticated => {
                response.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"waypost\", error=\"invalid_token\""));
            }
            ProblemCode::Overloaded | ProblemCode::DatabaseUnavailable => {
                response.insert_header((header::RETRY_AFTER, "1"));
            }
            _ => {}
        }
        let mut response = response.finish();
        response.extensions_mut().insert(self.clone());
        response
    }
}

impl From<Fault> for FaultEntry {
    fn from(fault: Fault) -> Self {
        Self(json!({"pointer": fault.pointer, "code": fault.code.slug(), "detail": fault.detail}))
    }
}

/// One entry of `errors`.
struct FaultEntry(Value);

impl From<Faults> for Failure {
    fn from(faults: Faults) -> Self {
        let errors: Vec<Value> = faults.into_vec().into_iter().map(|fault| FaultEntry::from(fault).0).collect();
        let detail = match errors.len() {
            1 => "The body has one fault; see errors.".to_owned(),
            count => format!("The body has {count} faults; see errors."),
        };
        Self { errors, ..Self::new(ProblemCode::ValidationFailed, detail) }
    }
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
                Unique::DestinationId | Unique::DestinationExternalId => duplicate(promise),
                Unique::VerificationLease => Self::of(ProblemCode::VerificationInProgress),
                Unique::EnvironmentId
                | Unique::UserId
                | Unique::VerificationId
                | Unique::AuditEventId
                | Unique::ServerKeyId
                | Unique::ActiveServerKey => Self::internal(StoreError::Duplicate(promise)),
            },
            StoreError::Refused(refusal) => refusal.into(),
            StoreError::Overloaded => Self::of(ProblemCode::Overloaded),
            StoreError::Unavailable(cause) => {
                Self { cause: Some(cause), ..Self::of(ProblemCode::DatabaseUnavailable) }
            }
            error @ (StoreError::Corrupt { .. } | StoreError::Internal(_)) => Self::internal(error),
        }
    }
}

fn duplicate(promise: Unique) -> Failure {
    let member = if promise == Unique::DestinationExternalId { "externalId" } else { "id" };
    Failure::new(ProblemCode::DuplicateId, format!("The `{member}` that you sent is taken."))
}
