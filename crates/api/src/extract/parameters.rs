//! The query string: which parameters an operation knows comes from the OpenAPI document, so that what is refused
//! and what is published cannot differ.

use actix_web::{HttpRequest, web::Data};
use serde_json::Value;

use crate::{failure::Failure, state::State};

/// Name and value of every parameter, decoded.
pub fn pairs(request: &HttpRequest) -> Vec<(String, String)> {
    url::form_urlencoded::parse(request.query_string().as_bytes()).into_owned().collect()
}

/// Fails if the query has a parameter that the operation does not have, or one twice.
pub fn refuse_unknown(request: &HttpRequest) -> Result<(), Failure> {
    if request.query_string().is_empty() {
        return Ok(());
    }
    let Some(state) = request.app_data::<Data<State>>() else { return Err(Failure::internal("no state")) };
    let pattern = request.match_pattern().unwrap_or_default();
    let known = state.document.query_parameters(request.method().as_str(), &pattern);
    let mut seen: Vec<String> = Vec::new();
    let mut errors: Vec<Value> = Vec::new();
    for (name, _) in pairs(request) {
        if !known.contains(&name) {
            errors.push(Failure::parameter(
                &name,
                "unknown-parameter",
                "This operation has no such parameter.",
            ));
        } else if seen.contains(&name) {
            errors.push(Failure::parameter(&name, "repeated-parameter", "Give this parameter once."));
        }
        seen.push(name);
    }
    if errors.is_empty() { Ok(()) } else { Err(Failure::parameters(errors)) }
}
