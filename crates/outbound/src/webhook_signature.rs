//! Standard Webhooks: making a signing secret, and the three headers by which the receiver knows that a message
//! is ours. Signs only; who receives checks with a library of that specification.

use aws_lc_rs::{hmac, rand};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::secret::SecretText;
use reqwest::header::{HeaderName, HeaderValue};
use zeroize::Zeroizing;

/// Marks a symmetric secret of the specification.
const SECRET_PREFIX: &str = "whsec_";

/// How long a new secret is; the specification allows 24 to 64 bytes.
const SECRET_BYTES: usize = 32;

const ID: HeaderName = HeaderName::from_static("webhook-id");
const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// Why there is no secret, or no signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The system gave no random bytes.
    #[error("the system gave no random bytes for a signing secret")]
    NoRandomness,
    /// The stored secret is not `whsec_` and base64.
    #[error("the signing secret is not `whsec_` followed by base64")]
    MalformedSecret,
    /// The id of the message has characters that cannot stand in a header.
    #[error("the message id cannot stand in a header")]
    MalformedId,
}

/// A new secret: `whsec_` and the base64 of 32 random bytes.
pub fn generate() -> Result<SecretText, SignatureError> {
    let mut bytes = Zeroizing::new([0_u8; SECRET_BYTES]);
    rand::fill(bytes.as_mut_slice()).map_err(|_| SignatureError::NoRandomness)?;
    let encoded = Zeroizing::new(STANDARD.encode(bytes.as_slice()));
    Ok(SecretText::from(format!("{SECRET_PREFIX}{}", encoded.as_str())))
}

/// The headers `webhook-id`, `webhook-timestamp` (Unix seconds) and `webhook-signature` (`v1,` and base64) of
/// one attempt to send this body.
pub(crate) fn sign(
    secret: &SecretText,
    id: &str,
    timestamp_seconds: i64,
    body: &[u8],
) -> Result<[(HeaderName, HeaderValue); 3], SignatureError> {
    let key = key(secret)?;
    let timestamp = timestamp_seconds.to_string();
    let mut signing = hmac::Context::with_key(&key);
    for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
        signing.update(part);
    }
    let signature = format!("v1,{}", STANDARD.encode(signing.sign()));
    let value = |text: &str| HeaderValue::from_str(text).map_err(|_| SignatureError::MalformedId);
    Ok([(ID, value(id)?), (TIMESTAMP, value(&timestamp)?), (SIGNATURE, value(&signature)?)])
}

fn key(secret: &SecretText) -> Result<hmac::Key, SignatureError> {
    let encoded = secret.expose().strip_prefix(SECRET_PREFIX).ok_or(SignatureError::MalformedSecret)?;
    let bytes = STANDARD.decode(encoded).map(Zeroizing::new).map_err(|_| SignatureError::MalformedSecret)?;
    if bytes.is_empty() {
        return Err(SignatureError::MalformedSecret);
    }
    Ok(hmac::Key::new(hmac::HMAC_SHA256, &bytes))
}

#[cfg(test)]
mod tests {
    use std::time::{SystemTime, UNIX_EPOCH};

    use reqwest::header::HeaderMap;
    use standardwebhooks::Webhook;

    use super::*;

    fn secret(text: &str) -> SecretText {
        SecretText::from(text.to_owned())
    }

    #[test]
    fn the_specifications_own_example_has_its_published_signature() {
        let signed = sign(
            &secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            br#"{"test": 2432232314}"#,
        )
        .unwrap();
        let texts = signed.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()));
        assert_eq!(
            texts,
            [
                "webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek",
                "webhook-timestamp: 1614265330",
                "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            ]
        );
    }

    #[test]
    fn the_specifications_own_library_accepts_what_a_new_secret_signs_and_nothing_else() {
        let key = generate().unwrap();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let signed = sign(&key, "msg_1", i64::try_from(now).unwrap(), b"{}").unwrap();
        let headers = HeaderMap::from_iter(signed);
        let receiver = Webhook::new(key.expose()).unwrap();
        assert!(receiver.verify(b"{}", &headers).is_ok());
        assert!(receiver.verify(b"{ }", &headers).is_err());
        let stranger = Webhook::new(generate().unwrap().expose()).unwrap();
        assert!(stranger.verify(b"{}", &headers).is_err());
    }

    #[test]
    fn a_new_secret_is_32_bytes_behind_its_prefix_and_never_the_same() {
        let (one, two) = (generate().unwrap(), generate().unwrap());
        let bytes = STANDARD.decode(one.expose().strip_prefix("whsec_").unwrap()).unwrap();
        assert_eq!(bytes.len(), 32);
        assert_ne!(one.expose(), two.expose());
    }

    #[test]
    fn a_malformed_secret_or_id_signs_nothing() {
        for text in ["", "whsec_", "whsec_*", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] {
            assert_eq!(
                sign(&secret(text), "m", 0, b"").unwrap_err(),
                SignatureError::MalformedSecret,
                "{text}"
            );
        }
        let key = generate().unwrap();
        assert_eq!(sign(&key, "a\nb", 0, b"").unwrap_err(), SignatureError::MalformedId);
    }
}
