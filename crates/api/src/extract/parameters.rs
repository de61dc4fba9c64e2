//! The query string: which parameters an operation knows comes from the OpenAPI document, so that what is refused
//! and what is published cannot differ.

use actix_web::{HttpRequest, web::Data};
use serde_json::Value;

use crate::{failure::Failure, state::State};

/// Name and value of every parameter, decoded.
pub fn pairs(request: &HttpRequest) -> Vec<(String, String)> {
    url::form_urlencoded::parse(request.query_string().as_bytes()).into_owned().collect()
}

/// Fails if an operation without parameters of its own is given any. One that has some tells all that is wrong with
/// the query at once: see [`unknown`].
pub fn refuse_all(request: &HttpRequest) -> Result<(), Failure> {
    if !request.query_string().is_empty() && known(request)?.is_empty() {
        let errors = unknown(request)?;
        if !errors.is_empty() {
            return Err(Failure::parameters(errors));
        }
    }
    Ok(())
}

/// A fault for each parameter that the operation does not have, and for each that is there twice.
pub fn unknown(request: &HttpRequest) -> Result<Vec<Value>, Failure> {
    if request.query_string().is_empty() {
        return Ok(Vec::new());
    }
    let known = known(request)?;
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
    Ok(errors)
}

fn known(request: &HttpRequest) -> Result<&[String], Failure> {
    let state = request.app_data::<Data<State>>().ok_or_else(|| Failure::internal("no state"))?;
    let pattern = request.match_pattern().unwrap_or_default();
    Ok(state.document.query_parameters(request.method().as_str(), &pattern))
}
