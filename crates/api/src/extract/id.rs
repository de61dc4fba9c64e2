//! Ids in the path. A text that is no id names nothing, so it is not found.

use std::{
    future::{Ready, ready},
    str::FromStr,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use domain::destination::naming::ExternalId;

use crate::{failure::Failure, problem::ProblemCode};

/// The first segment of the path that varies, parsed.
pub struct Id<T>(pub T);

impl<T: FromStr> FromRequest for Id<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let parsed = request.match_info().iter().next().and_then(|(_, text)| text.parse().ok());
        ready(parsed.map(Id).ok_or_else(|| Failure::of(ProblemCode::NotFound)))
    }
}

macro_rules! further_ids {
    ($($(#[$doc:meta])* $name:ident = $place:literal;)+) => {$(
        $(#[$doc])*
        pub struct $name<T>(pub T);

        impl<T: FromStr> FromRequest for $name<T> {
            type Error = Failure;
            type Future = Ready<Result<Self, Failure>>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                let parsed = request.match_info().iter().nth($place).and_then(|(_, text)| text.parse().ok());
                ready(parsed.map($name).ok_or_else(|| Failure::of(ProblemCode::NotFound)))
            }
        }
    )+};
}

further_ids! {
    /// The second segment of the path that varies, parsed.
    SecondId = 1;
    /// The third one.
    ThirdId = 2;
}

/// The caller's own key, in the path. A text that cannot be one is a fault of the path.
pub struct ByExternalId(pub ExternalId);

impl FromRequest for ByExternalId {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let text = request.match_info().get("externalId").unwrap_or_default();
        ready(ExternalId::parse(text).map(Self).map_err(|flaw| {
            let detail = format!("The external id in the path is not one. {}", flaw.detail);
            Failure::new(ProblemCode::MalformedRequest, detail)
        }))
    }
}
