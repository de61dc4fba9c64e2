//! Turns every failure into a problem document, whoever made it: a handler, an extractor, the framework, a panic.

use std::{fmt, panic::AssertUnwindSafe};

use actix_web::{
    Error, HttpMessage, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use futures_util::FutureExt;

use super::{idempotency, quota, request_id::RequestId};
use crate::{failure::Failure, problem::ProblemCode, reply::Whole, state::State};

/// Runs the request; what fails becomes `application/problem+json`, and a fault of our own is logged once.
pub async fn render<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let scene = Scene::of(&request);
    let handled = async {
        // Here and not as a layer of its own, for what costs every request.
        if idempotency::concerns(&request) {
            return idempotency::play_once(request, next).await;
        }
        next.call(request).await.map(ServiceResponse::map_into_boxed_body)
    };
    let failure = match AssertUnwindSafe(handled).catch_unwind().await {
        Ok(Ok(mut response)) => {
            quota::announce(&mut response);
            let status = response.status();
            let is_whole = response.response().extensions().get::<Whole>().is_some();
            if is_whole || !(status.is_client_error() || status.is_server_error()) {
                return Ok(response);
            }
            let failure = response.response().extensions().get::<Failure>().cloned();
            let failure = failure.unwrap_or_else(|| Failure::of(ProblemCode::from_status(status)));
            log(&failure);
            return Ok(response.map_body(|head, _| {
                head.status = failure.code().status();
                head.headers.insert(header::CONTENT_TYPE, PROBLEM_JSON);
                head.headers.insert(header::CACHE_CONTROL, NO_STORE);
                BoxBody::new(scene.document(&failure))
            }));
        }
        Ok(Err(error)) => Failure::of(ProblemCode::from_status(error.as_response_error().status_code())),
        Err(panic) => Failure::internal(format!("panic: {}", panic_text(panic.as_ref()))),
    };
    log(&failure);
    Err(Rendered { document: scene.document(&failure), request_id: scene.request_id, failure }.into())
}

const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// What a document says of its request, taken before the handler takes the request.
pub struct Scene {
    type_base: String,
    path: String,
    request_id: String,
}

impl Scene {
    /// Of this request.
    pub fn of(request: &ServiceRequest) -> Self {
        let type_base = request.app_data::<Data<State>>().map(|state| state.public_url.clone());
        let request_id = request.extensions().get::<RequestId>().map(|id| id.0.clone());
        Self {
            type_base: type_base.unwrap_or_default(),
            path: request.path().to_owned(),
            request_id: request_id.unwrap_or_default(),
        }
    }

    /// What it says of a failure.
    pub fn document(&self, failure: &Failure) -> String {
        failure.document(&self.type_base, &self.path, &self.request_id).to_string()
    }
}

/// A whole answer in the shape of an error: all that can be returned when the request is gone, as after a panic.
#[derive(Debug)]
struct Rendered {
    failure: Failure,
    document: String,
    request_id: String,
}

impl fmt::Display for Rendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.failure.fmt(f)
    }
}

impl ResponseError for Rendered {
    fn status_code(&self) -> StatusCode {
        self.failure.code().status()
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.failure.code().status())
            .insert_header((header::CONTENT_TYPE, PROBLEM_JSON))
            .insert_header((header::CACHE_CONTROL, NO_STORE))
            .insert_header(("x-request-id", self.request_id.as_str()))
            .body(self.document.clone())
    }
}

fn log(failure: &Failure) {
    let (code, cause) = (failure.code().slug(), failure.cause().unwrap_or("none given"));
    if matches!(failure.code(), ProblemCode::Internal | ProblemCode::DatabaseUnavailable) {
        tracing::error!(problem.code = code, problem.cause = cause, "{code}: {cause}");
    } else {
        tracing::debug!(problem.code = code, problem.cause = cause, "{code}");
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use actix_web::{App, middleware::from_fn, test, web};

    use super::*;

    #[actix_web::test]
    async fn a_panic_becomes_a_problem_and_the_next_request_is_served() {
        async fn panics() -> HttpResponse {
            panic!("boom")
        }
        let app = App::new()
            .wrap(from_fn(render))
            .wrap(from_fn(super::super::request_id::attach))
            .route("/panics", web::get().to(panics))
            .route("/works", web::get().to(HttpResponse::Ok));
        let app = test::init_service(app).await;
        for _ in 0..3 {
            let request = test::TestRequest::get().uri("/panics").to_request();
            let response = test::try_call_service(&app, request).await;
            let response = response.map_or_else(|error| error.error_response(), |response| response.into());
            assert_eq!(response.status(), 500);
            assert_eq!(response.headers().get("content-type").unwrap(), "application/problem+json");
            let body = actix_web::body::to_bytes(response.into_body()).await.unwrap();
            let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(problem["code"], "internal");
            assert!(!problem.to_string().contains("boom"));
            assert!(problem["requestId"].as_str().unwrap().len() > 8);
        }
        let request = test::TestRequest::get().uri("/works").to_request();
        assert_eq!(test::call_service(&app, request).await.status(), 200);
    }
}
