//! Answers that went well.

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, ContentType, ETAG, EntityTag, LOCATION},
};
use aws_lc_rs::digest;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Serialize;

use crate::{
    extract::precondition::{Known, etag},
    failure::Failure,
};

/// Bytes to begin with for a page: about as many as fifty things of a list have.
const PAGE_BYTES: usize = 56 * 1_024;

/// A page, as it is sent.
pub fn page_body(page: &impl Serialize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::with_capacity(PAGE_BYTES);
    serde_json::to_writer(&mut bytes, page).map_err(Failure::internal)?;
    Ok(bytes)
}

/// 200 with a page.
pub fn page(body: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).content_type(ContentType::json()).body(body)
}

/// 200 with a body that has no version of its own.
pub fn ok(body: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(body)
}

/// 200 with the version of the resource shown.
pub fn versioned(body: &impl Serialize, version: i64) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((ETAG, etag(version)))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .json(body)
}

/// 201 with where the new resource is.
pub fn created(body: &impl Serialize, version: i64, location: String) -> HttpResponse {
    HttpResponse::Created()
        .insert_header((ETAG, etag(version)))
        .insert_header((LOCATION, location))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .json(body)
}

/// 200 or 304 for a reader of something whose version is what it says.
pub fn hashed<T: Serialize>(known: &Known, body: &T) -> Result<HttpResponse, Failure> {
    let text = serde_json::to_vec(body).map_err(Failure::internal)?;
    let tag = EntityTag::new_strong(BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, &text)));
    Ok(unless_known(known, tag, || body))
}

/// 200 for a reader, or 304 if it has this very version.
pub fn unless_known<T: Serialize>(known: &Known, tag: EntityTag, body: impl FnOnce() -> T) -> HttpResponse {
    if known.has(&tag) {
        return HttpResponse::NotModified().insert_header((ETAG, tag)).finish();
    }
    HttpResponse::Ok().insert_header((ETAG, tag)).insert_header((CACHE_CONTROL, "no-cache")).json(body())
}
