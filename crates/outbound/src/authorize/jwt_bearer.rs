//! A bearer token that is signed here, with claims of the customer's own; nothing is fetched.

use domain::{credential::JwtBearer, secret::SecretText};

use super::{
    Denied,
    assertion::{self, claims, json_of},
};

/// A fresh token.
pub(super) fn sign(credential: &JwtBearer) -> Result<SecretText, Denied> {
    let mut claims = claims(&[
        ("iss", Some(&credential.issuer)),
        ("sub", credential.subject.as_deref()),
        ("aud", Some(&credential.audience)),
    ]);
    for (name, value) in &credential.claims {
        claims.insert(name.clone(), json_of(value));
    }
    let key_id = credential.key_id.as_deref();
    assertion::sign(
        &credential.private_key,
        credential.algorithm,
        key_id,
        claims,
        credential.lifetime_seconds,
    )
}
