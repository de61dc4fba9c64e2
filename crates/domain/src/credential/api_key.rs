//! An API key in a header.

use super::strategy::{Material, Strategy};
use crate::{
    fault::FaultCode,
    form::{Field, HEADER_CHARACTERS},
    secret::SecretText,
};

/// Headers that belong to the connection, to proxies, to Waypost itself, or that cloud metadata services trust.
const REFUSED: [&str; 22] = [
    "accept-encoding",
    "application-name",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "metadata",
    "metadata-flavor",
    "range",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "verification-token",
    "via",
    "x-google-metadata-request",
    "x-real-ip",
];

/// What refused headers may begin with.
const REFUSED_PREFIXES: [&str; 7] =
    ["proxy-", "x-forwarded-", "x-aws-ec2-metadata-", "metadata-", "webhook-", "sec-", "x-http-method"];

/// See [`ApiKey`].
pub static STRATEGY: Strategy = Strategy {
    key: "ApiKey",
    label: "API key",
    description: "Sends a header of your choice with each request.",
    fields: &[
        Field::text(
            "headerName",
            "Header",
            "Name of the header; those of the connection, of proxies and of Waypost itself are not taken.",
            "X-Api-Key",
        )
        .limited(1, 128, Some("!#$%&'*+-.^_`|~"))
        .required(),
        Field::text(
            "headerValue",
            "Value",
            "The whole value of the header, visible ASCII.",
            "correct-horse-battery-staple",
        )
        .limited(1, 4_096, Some(HEADER_CHARACTERS))
        .required()
        .secret(),
    ],
    rules: |given, faults| {
        if given.text("headerName").is_some_and(|name| is_refused(&name)) {
            faults.add("#/headerName", FaultCode::InvalidValue, "A credential may not set this header.");
        }
    },
    build: |parts| {
        Ok(Material::ApiKey(ApiKey {
            header_name: parts.text("headerName")?,
            header_value: parts.secret("headerValue")?,
        }))
    },
    key_algorithm: None,
};

fn is_refused(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    REFUSED.contains(&name.as_str()) || REFUSED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// The header that is sent.
#[derive(Debug, Clone)]
pub struct ApiKey {
    /// A header name that may be set.
    pub header_name: String,
    /// Visible ASCII.
    pub header_value: SecretText,
}
