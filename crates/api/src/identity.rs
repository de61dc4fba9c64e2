//! Who this server is to others: a P-256 key whose public half is published, so that a cloud can trust the tokens that
//! the server signs for workload identity federation.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::keys::OpenKey;

/// The identity key cannot be made or read.
#[derive(Debug, thiserror::Error)]
#[error("the identity key is unusable")]
pub struct IdentityError;

/// The public half of every identity key, and the private half of the newest.
pub struct Identity {
    /// Id of the key that signs.
    pub key_id: String,
    /// PKCS#8.
    pub key: Zeroizing<Vec<u8>>,
    published: Vec<Value>,
}

/// A fresh P-256 key, as PKCS#8.
pub fn generate_key() -> Result<Zeroizing<Vec<u8>>, IdentityError> {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| IdentityError)?;
    let der = pair.to_pkcs8v1().map_err(|_| IdentityError)?;
    let bytes: &[u8] = der.as_ref();
    Ok(Zeroizing::new(bytes.to_vec()))
}

impl Identity {
    /// From the server's keys, the newest first.
    pub fn new(keys: &[OpenKey]) -> Result<Self, IdentityError> {
        let (key_id, key) = keys.first().cloned().ok_or(IdentityError)?;
        let published = keys.iter().map(|(id, der)| jwk(id, der)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { key_id, key, published })
    }

    /// The public halves, as JWKs.
    pub fn jwks(&self) -> &[Value] {
        &self.published
    }
}

fn jwk(id: &str, der: &[u8]) -> Result<Value, IdentityError> {
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map_err(|_| IdentityError)?;
    // An uncompressed point: 0x04, then 32 bytes each of x and y.
    let point = pair.public_key().as_ref().get(1..).ok_or(IdentityError)?;
    let (x, y) = point.split_at_checked(32).ok_or(IdentityError)?;
    let text = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    Ok(
        json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": id, "x": text(x), "y": text(y)}),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_published_checks_what_is_signed() {
        let identity = Identity::new(&[("k1".to_owned(), generate_key().unwrap())]).unwrap();
        let claims = json!({"sub": "waypost", "exp": 4_000_000_000_u64, "aud": "a", "iss": "i"});
        let header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::ES256);
        let key = jsonwebtoken::EncodingKey::from_ec_der(&identity.key);
        let token = jsonwebtoken::encode(&header, &claims, &key).unwrap();
        let jwk: jsonwebtoken::jwk::Jwk = serde_json::from_value(identity.jwks()[0].clone()).unwrap();
        let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::ES256);
        validation.set_audience(&["a"]);
        let key = jsonwebtoken::DecodingKey::from_jwk(&jwk).unwrap();
        assert!(jsonwebtoken::decode::<Value>(&token, &key, &validation).is_ok());
        assert!(identity.jwks()[0].get("d").is_none());
    }
}
