//! Answers that went well.

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, ETAG, EntityTag, LOCATION},
};
use serde::Serialize;

use crate::extract::precondition::{Known, etag};

/// 200 with a body that has no version of its own.
pub fn ok(body: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(body)
}

/// 200 with the version of the resource shown.
pub fn versioned(body: &impl Serialize, version: i64) -> HttpResponse {
    HttpResponse::Ok().insert_header((ETAG, etag(version))).insert_header((CACHE_CONTROL, "no-cache")).json(body)
}

/// 201 with where the new resource is.
pub fn created(body: &impl Serialize, version: i64, location: String) -> HttpResponse {
    HttpResponse::Created()
        .insert_header((ETAG, etag(version)))
        .insert_header((LOCATION, location))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .json(body)
}

/// 200 for a reader, or 304 if it has this very version.
pub fn unless_known<T: Serialize>(known: &Known, tag: EntityTag, body: impl FnOnce() -> T) -> HttpResponse {
    if known.has(&tag) {
        return HttpResponse::NotModified().insert_header((ETAG, tag)).finish();
    }
    HttpResponse::Ok().insert_header((ETAG, tag)).insert_header((CACHE_CONTROL, "no-cache")).json(body())
}
