//! The request id: the caller's, if it is a plain one, else a new one. On every answer, log line and problem.

use actix_web::{
    Error, HttpMessage, HttpRequest,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use std::time::Instant;
use tracing::Instrument;

use crate::{clock, state::State};

/// The id of a request, as an extension of it.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

static HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Gives the request its id and its span, and writes the access log: never a query, a header or a body.
pub async fn attach<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let id = accepted(&request).unwrap_or_else(|| clock::new_id().to_string());
    let trace_id = trace_id(&request);
    let span = tracing::info_span!("request", request.id = %id, trace.id = trace_id.as_deref());
    request.extensions_mut().insert(RequestId(id.clone()));
    // HEAD is GET without a body; the server leaves the body out by itself.
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    let (method, begun) = (request.method().clone(), Instant::now());
    async move {
        let mut outcome = next.call(request).await;
        let (status, route) = match &mut outcome {
            Ok(response) => {
                if let Ok(value) = HeaderValue::from_str(&id) {
                    response.headers_mut().insert(HEADER.clone(), value);
                }
                (response.status(), route(response.request()))
            }
            Err(error) => (error.as_response_error().status_code(), "unknown".to_owned()),
        };
        let (status, duration_ms) = (status.as_u16(), begun.elapsed().as_millis());
        tracing::info!(http.method = %method, http.route = %route, http.status = status, duration_ms, "{method} {route} {status}");
        outcome
    }
    .instrument(span)
    .await
}

/// The route that a request took, with names instead of what the path holds; `unmatched` if it took none.
///
/// Put together from the path and what routing found in it: the framework's own way would match every route again.
fn route(request: &HttpRequest) -> String {
    let mut found = request.match_info().iter().peekable();
    let segment = |segment: &str| match found.next_if(|(_, value)| *value == segment) {
        Some((name, _)) => format!("{{{name}}}"),
        None => segment.to_owned(),
    };
    let pattern = request.path().split('/').map(segment).collect::<Vec<_>>().join("/");
    let state = request.app_data::<Data<State>>();
    if state.is_some_and(|state| state.document.has_path(&pattern)) {
        return pattern;
    }
    request.match_pattern().unwrap_or_else(|| "unmatched".to_owned())
}

/// 1 to 128 of letters, digits, dot, underscore and hyphen; anything else is replaced.
fn accepted(request: &ServiceRequest) -> Option<String> {
    let text = request.headers().get(&HEADER)?.to_str().ok()?;
    let fits = (1..=128).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
    fits.then(|| text.to_owned())
}

/// The trace id of a W3C `traceparent`: `00-<32 hex>-<16 hex>-<2 hex>`.
fn trace_id(request: &ServiceRequest) -> Option<String> {
    let text = request.headers().get("traceparent")?.to_str().ok()?;
    let parts: Vec<&str> = text.split('-').collect();
    let is_hex = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    match parts.as_slice() {
        [version, trace, parent, flags, ..]
            if is_hex(version, 2)
                && *version != "ff"
                && is_hex(trace, 32)
                && trace.bytes().any(|b| b != b'0')
                && is_hex(parent, 16)
                && is_hex(flags, 2) =>
        {
            Some((*trace).to_owned())
        }
        _ => None,
    }
}
