//! A Google Cloud service account: a token fetched with an assertion that its private key signs.

use super::{
    algorithm::KeyAlgorithm,
    strategy::{Material, Strategy},
};
use crate::{
    endpoint::Endpoint,
    form::{Field, FieldKind, Literal},
    secret::SecretText,
};

/// See [`GcpJwt`].
pub static STRATEGY: Strategy = Strategy {
    key: "OAuth_2.0_2-legged_JWT_GCP",
    label: "OAuth 2.0 two-legged with JWT for GCP",
    description: "Fetches a Google access token with an assertion signed by a service account's key.",
    fields: &[
        Field::text(
            "serviceAccountEmail",
            "Service account",
            "E-mail address of the service account: client_email in its key file.",
            "sender@labs.iam.gserviceaccount.com",
        )
        .limited(3, 254, Some("@._%+-"))
        .required(),
        Field::of(
            FieldKind::PrivateKey,
            "privateKey",
            "Private key",
            "The service account's RSA key: private_key in its key file, or the same key as JWK.",
            Literal::Text("-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----"),
        )
        .required()
        .secret(),
        Field::text("keyId", "Key id", "private_key_id in the key file.", "4f1d5c7a9e01"),
        Field::url("url", "Token URL", "Where the token is fetched.", GOOGLE_TOKEN_URL)
            .defaulting(Literal::Text(GOOGLE_TOKEN_URL)),
        Field::text(
            "scopes",
            "Scopes",
            "What the token is for; separated by spaces.",
            "https://www.googleapis.com/auth/cloud-platform",
        )
        .required(),
        Field::text(
            "subject",
            "Subject",
            "A user to act for, where the service account has domain-wide delegation.",
            "nurse@labs.example.org",
        ),
    ],
    rules: |_, _| {},
    build: |parts| {
        Ok(Material::GcpJwt(GcpJwt {
            service_account_email: parts.text("serviceAccountEmail")?,
            private_key: parts.secret("privateKey")?,
            key_id: parts.optional_text("keyId"),
            url: parts.endpoint("url")?,
            scopes: parts.text("scopes")?,
            subject: parts.optional_text("subject"),
        }))
    },
    key_algorithm: Some(|_| Some(GcpJwt::ALGORITHM)),
};

const GOOGLE_TOKEN_URL: &str = "https://oauth2.googleapis.com/token";

/// What an assertion is signed with, and where it is taken.
#[derive(Debug, Clone)]
pub struct GcpJwt {
    /// `iss` of the assertion.
    pub service_account_email: String,
    /// Signs the assertion.
    pub private_key: SecretText,
    /// `kid` of the assertion.
    pub key_id: Option<String>,
    /// The token URL, and `aud` of the assertion.
    pub url: Endpoint,
    /// `scope` of the assertion.
    pub scopes: String,
    /// `sub` of the assertion.
    pub subject: Option<String>,
}

impl GcpJwt {
    /// The one algorithm that Google takes.
    pub const ALGORITHM: KeyAlgorithm = KeyAlgorithm::Rs256;
}
