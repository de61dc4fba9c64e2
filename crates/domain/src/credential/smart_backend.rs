//! SMART Backend Services: a token fetched with an assertion that a private key signs.

use super::{
    algorithm::KeyAlgorithm,
    oauth_two_legged::default_expiration,
    strategy::{Material, Strategy},
};
use crate::{
    endpoint::Endpoint,
    form::{Field, FieldKind, Fields, Literal},
    secret::SecretText,
};

/// See [`SmartBackend`].
pub static STRATEGY: Strategy = Strategy {
    key: "SMART_Backend",
    label: "SMART backend",
    description: "Fetches a token from a token URL with an assertion signed by a private key, as SMART Backend \
                  Services ask for. For FHIR servers of health records.",
    fields: FIELDS,
    rules: |_, _| {},
    build: |parts| {
        let url = parts.endpoint("url")?;
        Ok(Material::SmartBackend(SmartBackend {
            client_id: parts.text("clientId")?,
            private_key: parts.secret("privateKey")?,
            key_id: parts.text("keyId")?,
            algorithm: parts.required("algorithm", algorithm(parts.fields()))?,
            scopes: parts.optional_text("scopes"),
            audience: parts.optional_text("audience").unwrap_or_else(|| url.as_str().to_owned()),
            access_token_name: parts.text("accessTokenName")?,
            expires_field_name: parts.text("expiresFieldName")?,
            default_expiration_seconds: parts.seconds("defaultExpirationSeconds")?,
            url,
        }))
    },
    key_algorithm: Some(algorithm),
};

static FIELDS: &[Field] = &[
    Field::url("url", "Token URL", "Where the token is fetched.", "https://fhir.example.org/oauth2/token").required(),
    Field::text("clientId", "Client id", "The id that the server has registered.", "waypost-labs").required(),
    Field::of(
        FieldKind::PrivateKey,
        "privateKey",
        "Private key",
        "The key whose public half the server knows: PEM (PKCS#8, PKCS#1 or SEC1) or JWK. RSA of 2048 bits or more \
         for RS384, P-384 for ES384.",
        Literal::Text("-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----"),
    )
    .required()
    .secret(),
    Field::text("keyId", "Key id", "The kid under which the server knows the key.", "labs-2026").required(),
    Field::of(
        FieldKind::Choice(&["RS384", "ES384"]),
        "algorithm",
        "Algorithm",
        "How the assertion is signed; it has to fit the key.",
        Literal::Text("RS384"),
    )
    .defaulting(Literal::Text("RS384")),
    Field::text("scopes", "Scopes", "Sent as scope; separated by spaces.", "system/*.write"),
    Field::text(
        "audience",
        "Audience",
        "The aud of the assertion; the token URL when left out.",
        "https://fhir.example.org/oauth2/token",
    ),
    Field::text(
        "accessTokenName",
        "Name of the access token",
        "Member of the answer that holds the token; dots lead into objects.",
        "access_token",
    )
    .limited(1, 128, None)
    .defaulting(Literal::Text("access_token")),
    Field::text(
        "expiresFieldName",
        "Name of the lifetime",
        "Member of the answer that holds the token's lifetime in seconds; dots lead into objects.",
        "expires_in",
    )
    .limited(1, 128, None)
    .defaulting(Literal::Text("expires_in")),
    default_expiration(),
];

fn algorithm(fields: &Fields) -> Option<KeyAlgorithm> {
    KeyAlgorithm::from_name(fields.text("algorithm").unwrap_or("RS384"))
}

/// What an assertion is signed with, and where it is taken.
#[derive(Debug, Clone)]
pub struct SmartBackend {
    /// The token URL.
    pub url: Endpoint,
    /// `iss` and `sub` of the assertion.
    pub client_id: String,
    /// Signs the assertion.
    pub private_key: SecretText,
    /// `kid` of the assertion.
    pub key_id: String,
    /// How it is signed.
    pub algorithm: KeyAlgorithm,
    /// Sent as `scope`.
    pub scopes: Option<String>,
    /// `aud` of the assertion.
    pub audience: String,
    /// Path in the answer to the token; dots lead into objects.
    pub access_token_name: String,
    /// Path in the answer to the lifetime in seconds; dots lead into objects.
    pub expires_field_name: String,
    /// Seconds a token lives when the answer does not say.
    pub default_expiration_seconds: u32,
}
