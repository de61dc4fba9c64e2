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

/// Bytes to begin with for one thing of a list: a buffer that grows is copied each time.
const ITEM_BYTES: usize = 1_024;

/// 200 with a page of a list of so many things.
pub fn page(body: &impl Serialize, items: usize) -> Result<HttpResponse, Failure> {
    let mut bytes = Vec::with_capacity(items.saturating_add(1).saturating_mul(ITEM_BYTES));
    serde_json::to_writer(&mut bytes, body).map_err(Failure::internal)?;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .content_type(ContentType::json())
        .body(bytes))
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
