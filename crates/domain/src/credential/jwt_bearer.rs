//! JWT bearer: a token that this server signs itself and sends as it is.

use super::{
    algorithm::KeyAlgorithm,
    strategy::{Given, Material, Strategy},
};
use crate::{
    fault::{FaultCode, Faults},
    form::{Field, FieldKind, FieldValue, Fields, Literal},
    secret::SecretText,
};

/// Claims that have fields of their own, or that each token gets anew.
const OWN_CLAIMS: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/// See [`JwtBearer`].
pub static STRATEGY: Strategy = Strategy {
    key: "JWT_Bearer",
    label: "JWT bearer",
    description: "Signs a short-lived JWT with a private key for each request and sends it as a bearer token. \
                  Nothing is fetched.",
    fields: FIELDS,
    rules,
    build: |parts| {
        Ok(Material::JwtBearer(JwtBearer {
            private_key: parts.secret("privateKey")?,
            key_id: parts.optional_text("keyId"),
            algorithm: parts.required("algorithm", algorithm(parts.fields()))?,
            issuer: parts.text("issuer")?,
            subject: parts.optional_text("subject"),
            audience: parts.text("audience")?,
            lifetime_seconds: parts.seconds("lifetime")?,
            claims: parts.members("claims"),
        }))
    },
    key_algorithm: Some(algorithm),
};

static FIELDS: &[Field] = &[
    Field::of(
        FieldKind::PrivateKey,
        "privateKey",
        "Private key",
        "Signs the token: PEM (PKCS#8, PKCS#1 or SEC1) or JWK. It has to fit the algorithm.",
        Literal::Text("-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----"),
    )
    .required()
    .secret(),
    Field::text("keyId", "Key id", "The kid in the token's header.", "labs-2026"),
    Field::of(
        FieldKind::Choice(&["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]),
        "algorithm",
        "Algorithm",
        "How the token is signed; it has to fit the key.",
        Literal::Text("ES256"),
    )
    .required(),
    Field::text("issuer", "Issuer", "The iss claim.", "https://waypost.example.org").required(),
    Field::text("subject", "Subject", "The sub claim.", "waypost-labs"),
    Field::text("audience", "Audience", "The aud claim.", "https://labs.example.org").required(),
    Field::of(
        FieldKind::Integer { min: 10, max: 86_400 },
        "lifetime",
        "Lifetime",
        "Seconds that a token is valid.",
        Literal::Integer(300),
    )
    .defaulting(Literal::Integer(300)),
    Field::of(
        FieldKind::Object,
        "claims",
        "Further claims",
        "Claims of your own, added as they are. iss, sub, aud, exp, nbf, iat and jti are not among them.",
        Literal::Object(&[("tenant", "labs")]),
    ),
];

fn algorithm(fields: &Fields) -> Option<KeyAlgorithm> {
    fields.text("algorithm").and_then(KeyAlgorithm::from_name)
}

fn rules(given: &Given<'_>, faults: &mut Faults) {
    let Some(FieldValue::Object(claims)) = given.value("claims") else { return };
    for name in OWN_CLAIMS {
        if claims.iter().any(|(claim, _)| claim == name) {
            let detail = "This claim has a field of its own, or is set for each token.";
            faults.add(format!("#/claims/{name}"), FaultCode::ConflictingFields, detail);
        }
    }
}

/// What a token is signed with, and what it says.
#[derive(Debug, Clone)]
pub struct JwtBearer {
    /// Signs the token.
    pub private_key: SecretText,
    /// `kid` of the header.
    pub key_id: Option<String>,
    /// How it is signed.
    pub algorithm: KeyAlgorithm,
    /// `iss`.
    pub issuer: String,
    /// `sub`.
    pub subject: Option<String>,
    /// `aud`.
    pub audience: String,
    /// Seconds from `iat` to `exp`.
    pub lifetime_seconds: u32,
    /// Further claims, none of which is set otherwise; may be empty.
    pub claims: Vec<(String, FieldValue)>,
}
