//! `If-Match` and `If-None-Match` (RFC 9110, section 13), over versions.

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{EntityTag, Header, IfMatch, IfNoneMatch},
};

use crate::{failure::Failure, problem::ProblemCode};

/// The strong tag of a version.
pub fn etag(version: i64) -> EntityTag {
    EntityTag::new_strong(format!("v{version}"))
}

/// The version that a write means to replace.
pub struct Expected(Option<IfMatch>);

impl Expected {
    /// Passes for something that does not exist yet if no version is named.
    pub fn check_absent(&self) -> Result<(), Failure> {
        if self.0.is_none() { Ok(()) } else { Err(Failure::of(ProblemCode::PreconditionFailed)) }
    }

    /// Passes if `version` is one of those named, or none is named.
    pub fn check(&self, version: i64) -> Result<(), Failure> {
        let holds = match &self.0 {
            None | Some(IfMatch::Any) => true,
            Some(IfMatch::Items(tags)) => tags.iter().any(|tag| tag.strong_eq(&etag(version))),
        };
        if holds { Ok(()) } else { Err(Failure::of(ProblemCode::PreconditionFailed)) }
    }
}

impl FromRequest for Expected {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match request.headers().contains_key("if-match") {
            false => Ok(Self(None)),
            true => IfMatch::parse(request).map(|tags| Self(Some(tags))).map_err(|_| {
                Failure::new(ProblemCode::MalformedRequest, "If-Match holds no list of entity tags.")
            }),
        })
    }
}

/// The versions that a reader already has.
pub struct Known(Option<IfNoneMatch>);

impl Known {
    /// Whether the reader has this one.
    pub fn has(&self, tag: &EntityTag) -> bool {
        match &self.0 {
            None => false,
            Some(IfNoneMatch::Any) => true,
            Some(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(tag)),
        }
    }
}

impl FromRequest for Known {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    /// A header that cannot be read is as good as none: the answer is then sent in full.
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let sent = request.headers().contains_key("if-none-match");
        ready(Ok(Self(sent.then(|| IfNoneMatch::parse(request).ok()).flatten())))
    }
}
