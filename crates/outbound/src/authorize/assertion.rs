//! JWTs that are signed here: assertions for token URLs, self-signed bearer tokens, subject tokens.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::rand;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{credential::KeyAlgorithm, form::FieldValue, secret::SecretText};
use jsonwebtoken::{EncodingKey, Header};
use serde_json::{Map, Value, json};

use super::Denied;
use crate::private_key;

/// Seconds since 1970.
pub(super) fn now_seconds() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// A `jti` that was not used before.
pub(super) fn fresh_jti() -> Result<String, Denied> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).map_err(|_| Denied::new("The random source of this server failed; try again."))?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

/// A JWT with these claims and, beside them, `iat`, `exp` so many seconds later, and a fresh `jti`.
pub(super) fn sign(
    key: &SecretText,
    algorithm: KeyAlgorithm,
    key_id: Option<&str>,
    claims: Map<String, Value>,
    lifetime_seconds: u32,
) -> Result<SecretText, Denied> {
    let key = private_key::load(key, algorithm).map_err(|flaw| {
        Denied::new(format!("The private key cannot be used (`privateKey`): {}", flaw.detail))
    })?;
    sign_with(&key, private_key::jwt_algorithm(algorithm), key_id, claims, lifetime_seconds)
}

/// The same with a key that is loaded.
pub(super) fn sign_with(
    key: &EncodingKey,
    algorithm: jsonwebtoken::Algorithm,
    key_id: Option<&str>,
    mut claims: Map<String, Value>,
    lifetime_seconds: u32,
) -> Result<SecretText, Denied> {
    let now = now_seconds();
    claims.insert("iat".to_owned(), json!(now));
    claims.insert("exp".to_owned(), json!(now.saturating_add(i64::from(lifetime_seconds))));
    claims.insert("jti".to_owned(), json!(fresh_jti()?));
    let header = Header { kid: key_id.map(str::to_owned), ..Header::new(algorithm) };
    jsonwebtoken::encode(&header, &claims, key)
        .map(SecretText::from)
        .map_err(|_| Denied::new("Signing failed: check `privateKey` and `algorithm`."))
}

/// Claims by name; those without a value are left out.
pub(super) fn claims(pairs: &[(&str, Option<&str>)]) -> Map<String, Value> {
    let given = pairs.iter().filter_map(|(name, value)| Some(((*name).to_owned(), json!(value.as_ref()?))));
    given.collect()
}

/// A form's value as JSON.
pub(super) fn json_of(value: &FieldValue) -> Value {
    match value {
        FieldValue::Text(text) => json!(text),
        FieldValue::Integer(number) => json!(number),
        FieldValue::Flag(flag) => json!(flag),
        FieldValue::Texts(texts) => json!(texts),
        FieldValue::Object(members) => object_of(members),
    }
}

/// A form's members as a JSON object.
pub(super) fn object_of(members: &[(String, FieldValue)]) -> Value {
    members.iter().map(|(name, value)| (name.clone(), json_of(value))).collect::<Map<_, _>>().into()
}
