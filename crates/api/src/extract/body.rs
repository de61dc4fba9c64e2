//! The JSON body: read up to its limit, checked against the very schema that the OpenAPI document publishes, and
//! handed on with every fault found so far, so that rules of the domain can add theirs.

use std::{future::Future, pin::Pin};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::Method,
    web::{Bytes, Data},
};
use domain::{
    destination::Rejection,
    fault::{FaultCode, Faults},
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{failure::Failure, problem::ProblemCode, state::State};

/// Largest body.
pub const MAX_BYTES: usize = 1024 * 1024;

/// A body that an operation takes.
pub trait WireBody: DeserializeOwned + 'static {
    /// Its schema's name in the OpenAPI document.
    const SCHEMA: &'static str;
    /// Whether the operation can do without it.
    const OPTIONAL: bool = false;

    /// Rearranges the members before they are read; what it moves it returns as (from, to) pointers, so that faults
    /// point at where the caller wrote them.
    fn arrange(_members: &mut Map<String, Value>) -> Vec<Moved> {
        Vec::new()
    }
}

/// A member that was read from another place than it stood at.
#[derive(Debug, Clone)]
pub struct Moved {
    /// Where the caller wrote it.
    pub written: String,
    /// Where it counts.
    pub read: String,
}

/// A body, and what is wrong with it so far. Whoever takes the value must take the faults too.
pub struct Body<T> {
    /// The members that passed their schema; a faulty one is left out.
    pub value: T,
    /// What is wrong with the others.
    pub faults: BodyFaults,
}

/// Faults that know where the caller wrote what they are about.
#[derive(Debug, Clone, Default)]
pub struct BodyFaults {
    faults: Faults,
    moved: Vec<Moved>,
}

impl BodyFaults {
    /// Notes faults found by reading a member where it counts.
    pub fn extend(&mut self, faults: Faults) {
        let known = self.faults.clone().into_vec();
        for mut fault in faults.into_vec() {
            for Moved { written, read } in &self.moved {
                if let Some(rest) = fault.pointer.strip_prefix(read.as_str())
                    && (rest.is_empty() || rest.starts_with('/'))
                {
                    fault.pointer = format!("{written}{rest}");
                    break;
                }
            }
            // A member that was taken out because it is faulty is not missing too.
            let is_told = known.iter().any(|other| other.pointer == fault.pointer);
            if !(is_told && fault.code == FaultCode::Required) {
                self.faults.extend([fault]);
            }
        }
    }

    /// What was read from the body; it can only be missing if something is wrong.
    pub fn demand<T>(self, value: Option<T>) -> Result<T, Failure> {
        self.unless_any(value)?.ok_or_else(|| Failure::internal("a body without faults has no value"))
    }

    /// `value`, unless anything is wrong.
    pub fn unless_any<T>(self, value: T) -> Result<T, Failure> {
        if self.faults.is_empty() { Ok(value) } else { Err(self.faults.into()) }
    }

    /// The step that the domain took, unless it or the body before it is at fault. Faults come before refusals.
    pub fn settle<T>(mut self, step: Result<T, Rejection>) -> Result<T, Failure> {
        match step {
            Ok(value) => self.unless_any(value),
            Err(Rejection::Invalid(more)) => {
                self.extend(more);
                Err(self.faults.into())
            }
            Err(Rejection::Refused(refusal)) => {
                self.unless_any(())?;
                Err(refusal.into())
            }
        }
    }
}

impl From<BodyFaults> for Failure {
    fn from(faults: BodyFaults) -> Self {
        faults.faults.into()
    }
}

impl<T: WireBody> FromRequest for Body<T> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let accepted = check_content_type(request, T::OPTIONAL);
        let bytes = Bytes::from_request(request, payload);
        let state = request.app_data::<Data<State>>().cloned();
        Box::pin(async move {
            let state = state.ok_or_else(|| Failure::internal("no state"))?;
            let has_type = accepted?;
            let bytes =
                bytes.await.map_err(|error| match error.as_response_error().status_code().as_u16() {
                    413 => Failure::of(ProblemCode::PayloadTooLarge),
                    _ => Failure::new(
                        ProblemCode::MalformedRequest,
                        "The body ended early or could not be read.",
                    ),
                })?;
            if bytes.is_empty() && T::OPTIONAL {
                return read(&state, Value::Object(Map::new()));
            }
            if !has_type {
                return Err(Failure::of(ProblemCode::UnsupportedMediaType));
            }
            read(&state, parse(&bytes)?)
        })
    }
}

/// Where JSON breaks off may be told; what stood there may be a secret and is not.
fn parse(bytes: &[u8]) -> Result<Value, Failure> {
    serde_json::from_slice(bytes).map_err(|error| {
        let place = format!(
            "The body is not JSON: it breaks off at line {}, column {}.",
            error.line(),
            error.column()
        );
        Failure::new(ProblemCode::MalformedRequest, place)
    })
}

/// Whether a JSON type is declared. None at all is fine for an empty optional body.
fn check_content_type(request: &HttpRequest, optional: bool) -> Result<bool, Failure> {
    let declared = request.content_type().to_ascii_lowercase();
    let patch = request.method() == Method::PATCH && declared == "application/merge-patch+json";
    let charset_fits = request
        .headers()
        .get("content-type")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| {
            value.to_ascii_lowercase().split_once("charset=").map(|(_, set)| set.trim_matches('"').to_owned())
        })
        .is_none_or(|set| set.starts_with("utf-8"));
    match (declared == "application/json" || patch) && charset_fits {
        true => Ok(true),
        false if optional && declared.is_empty() => Ok(false),
        false => Err(Failure::of(ProblemCode::UnsupportedMediaType)),
    }
}

fn read<T: WireBody>(state: &State, mut value: Value) -> Result<Body<T>, Failure> {
    let found = state.document.check(T::SCHEMA, &mut value).map_err(Failure::internal)?;
    let mut faults = Faults::default();
    let Value::Object(members) = &mut value else {
        faults.add("#", FaultCode::WrongType, "The body is a JSON object.");
        return Err(faults.into());
    };
    let moved = T::arrange(members);
    // What stood elsewhere is not missing after all.
    let is_there = |pointer: &str| value.pointer(pointer.trim_start_matches('#')).is_some();
    let found = found.into_vec().into_iter();
    faults.extend(found.filter(|fault| fault.code != FaultCode::Required || !is_there(&fault.pointer)));
    let value = serde_json::from_value(value)
        // Cannot happen while the schema is the type's own; the cause may quote a value, so it is not told.
        .map_err(|_| {
            Failure::internal(format!("a body that fits schema {} does not fit its type", T::SCHEMA))
        })?;
    Ok(Body { value, faults: BodyFaults { faults, moved } })
}
