//! Answers that went well.

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{self, CACHE_CONTROL, ContentType, ETAG, EntityTag, LOCATION},
    },
};
use aws_lc_rs::digest;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

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

/// An answer that is whole, status, headers and body, before it becomes one of the framework's: to be kept, to be moved
/// between threads, to be given again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

/// Headers that belong to what is answered; others belong to the answering.
const KEPT: [header::HeaderName; 4] =
    [header::CONTENT_TYPE, header::ETAG, header::LOCATION, header::CACHE_CONTROL];

impl Answer {
    /// 201 with where the new resource is.
    pub fn created(body: &impl Serialize, version: i64, location: String) -> Result<Self, Failure> {
        let mut answer = Self::versioned(body, version)?;
        answer.status = 201;
        answer.headers.push(("location".to_owned(), location));
        Ok(answer)
    }

    /// 200 with the version of the resource shown.
    pub fn versioned(body: &impl Serialize, version: i64) -> Result<Self, Failure> {
        let body = serde_json::to_string(body).map_err(Failure::internal)?;
        let headers = [
            ("content-type", "application/json".to_owned()),
            ("etag", etag(version).to_string()),
            ("cache-control", "no-cache".to_owned()),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value)).to_vec();
        Ok(Self { status: 200, headers, body })
    }

    /// 200 with a body that has no version of its own.
    pub fn ok(body: &impl Serialize) -> Result<Self, Failure> {
        let body = serde_json::to_string(body).map_err(Failure::internal)?;
        let headers = [("content-type", "application/json"), ("cache-control", "no-store")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Ok(Self { status: 200, headers, body })
    }

    /// A problem document.
    pub fn problem(status: StatusCode, document: String) -> Self {
        let headers = [("content-type", "application/problem+json"), ("cache-control", "no-store")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Self { status: status.as_u16(), headers, body: document }
    }

    /// What the framework was about to send.
    pub fn of(head: &HttpResponse<()>, body: &[u8]) -> Self {
        let text = |value: &header::HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let kept = KEPT.iter().filter_map(|name| Some((name.to_string(), text(head.headers().get(name)?))));
        Self {
            status: head.status().as_u16(),
            headers: kept.collect(),
            body: String::from_utf8_lossy(body).into_owned(),
        }
    }

    /// As JSON text.
    pub fn to_text(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }

    /// From JSON text.
    pub fn from_text(text: &str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }

    /// As the framework sends it.
    pub fn into_response(self) -> HttpResponse {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = HttpResponse::build(status);
        for (name, value) in self.headers {
            response.insert_header((name, value));
        }
        let mut response = response.body(self.body);
        response.extensions_mut().insert(Whole);
        response
    }
}

/// Marks an answer that is as it is to be: its problem is not written anew.
#[derive(Debug, Clone, Copy)]
pub struct Whole;
