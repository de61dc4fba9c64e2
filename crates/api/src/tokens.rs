//! Access tokens: JWTs of the RFC 9068 profile, signed by this server with Ed25519 and checked on every request.

use std::collections::HashMap;

use aws_lc_rs::{
    digest,
    signature::{Ed25519KeyPair, KeyPair},
};
use domain::{ids::UserId, secret::SecretText, time::Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use moka::sync::Cache;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{clock, keys::OpenKey};

/// A token longer than this is refused unread.
const MAX_LENGTH: usize = 8 * 1024;
/// What the tokens of this server are for.
const AUDIENCE: &str = "urn:waypost:platform";
const TOKEN_TYPE: &str = "at+jwt";
/// Tokens whose check is remembered, at most; some 100 bytes each.
const REMEMBERED: u64 = 10_000;
/// Clocks of several nodes may differ so many seconds.
const LEEWAY_SECONDS: u64 = 30;

/// What a token says.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    client_id: String,
    iat: i64,
    exp: i64,
    jti: String,
}

/// Signs tokens with the newest key and checks them with any that is known.
pub struct Tokens {
    issuer: String,
    signing: (String, EncodingKey),
    checking: HashMap<String, DecodingKey>,
    validation: Validation,
    /// By the digest of a token that was checked: whom it speaks for, and when it ends, in seconds since 1970. A
    /// signature takes some 50 us to check and does not change.
    checked: Cache<[u8; digest::SHA256_OUTPUT_LEN], (UserId, i64)>,
}

/// Why a token is not taken. For the log; the caller learns only that it was not.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Too long, or not three parts.
    #[error("not a token of this server: {0}")]
    Shape(&'static str),
    /// Signature, time, issuer, audience.
    #[error("{0}")]
    Jwt(#[from] jsonwebtoken::errors::Error),
    /// The signing keys cannot be used.
    #[error("the signing key is unusable")]
    Key,
}

/// A fresh Ed25519 key, as PKCS#8: what is sealed and stored.
pub fn generate_key() -> Result<Zeroizing<Vec<u8>>, TokenError> {
    let pair = Ed25519KeyPair::generate().map_err(|_| TokenError::Key)?;
    let der = pair.to_pkcs8v1().map_err(|_| TokenError::Key)?;
    let bytes: &[u8] = der.as_ref();
    Ok(Zeroizing::new(bytes.to_vec()))
}

impl Tokens {
    /// From the server's keys, the newest first, each as [`generate_key`] made it. Signs with the first one.
    pub fn new(issuer: &str, keys: &[OpenKey]) -> Result<Self, TokenError> {
        let (newest, der) = keys.first().ok_or(TokenError::Key)?;
        let signing = (newest.clone(), EncodingKey::from_ed_der(der));
        let checking = keys.iter().map(|(id, der)| {
            let pair = Ed25519KeyPair::from_pkcs8(der).map_err(|_| TokenError::Key)?;
            Ok((id.clone(), DecodingKey::from_ed_der(pair.public_key().as_ref())))
        });
        let checking = checking.collect::<Result<HashMap<_, _>, TokenError>>()?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[issuer]);
        validation.leeway = LEEWAY_SECONDS;
        validation.validate_nbf = true;
        let checked = Cache::new(REMEMBERED);
        Ok(Self { issuer: issuer.to_owned(), signing, checking, validation, checked })
    }

    /// A token for this user, and when it ends.
    pub fn issue(&self, user: UserId, ttl_seconds: i64) -> Result<(SecretText, Timestamp), TokenError> {
        let now = clock::now();
        let ends = now.plus_millis(ttl_seconds.saturating_mul(1_000));
        let subject = user.to_string();
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            client_id: subject.clone(),
            sub: subject,
            iat: now.millis().div_euclid(1_000),
            exp: ends.millis().div_euclid(1_000),
            jti: clock::random_id().to_string(),
        };
        let (id, key) = &self.signing;
        let header = Header {
            typ: Some(TOKEN_TYPE.to_owned()),
            kid: Some(id.clone()),
            ..Header::new(Algorithm::EdDSA)
        };
        Ok((SecretText::from(jsonwebtoken::encode(&header, &claims, key)?), ends))
    }

    /// The user that a token speaks for, until it ends.
    pub fn check(&self, token: &str) -> Result<UserId, TokenError> {
        if token.len() > MAX_LENGTH {
            return Err(TokenError::Shape("too long"));
        }
        let digest = digest::digest(&digest::SHA256, token.as_bytes());
        let key = digest.as_ref().try_into().map_err(|_| TokenError::Key)?;
        let now = clock::now().millis().div_euclid(1_000);
        if let Some((user, _)) = self.checked.get(&key).filter(|(_, ends)| now < *ends) {
            return Ok(user);
        }
        let (user, ends) = self.verify(token)?;
        self.checked.insert(key, (user, ends));
        Ok(user)
    }

    /// Signature first: no claim is looked at before it holds.
    fn verify(&self, token: &str) -> Result<(UserId, i64), TokenError> {
        let header = jsonwebtoken::decode_header(token)?;
        if header.typ.as_deref() != Some(TOKEN_TYPE) {
            return Err(TokenError::Shape("not an access token"));
        }
        let key = header
            .kid
            .as_ref()
            .and_then(|id| self.checking.get(id))
            .ok_or(TokenError::Shape("unknown key"))?;
        let claims = jsonwebtoken::decode::<Claims>(token, key, &self.validation)?.claims;
        let user = claims.sub.parse().map_err(|_| TokenError::Shape("the subject is no user id"))?;
        Ok((user, claims.exp))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(issuer: &str, ids: &[&str]) -> Tokens {
        let keys: Vec<_> = ids.iter().map(|id| ((*id).to_owned(), generate_key().unwrap())).collect();
        Tokens::new(issuer, &keys).unwrap()
    }

    #[test]
    fn a_token_names_its_user_until_it_ends() {
        let tokens = tokens("urn:waypost", &["k1"]);
        let user = UserId(clock::new_id());
        let (token, _) = tokens.issue(user, 60).unwrap();
        assert_eq!(tokens.check(token.expose()).unwrap(), user);
        let (ended, _) = tokens.issue(user, -60).unwrap();
        assert!(tokens.check(ended.expose()).is_err());
    }

    #[test]
    fn tokens_of_others_are_refused() {
        let ours = tokens("urn:waypost", &["k1"]);
        let user = UserId(clock::new_id());
        for theirs in
            [tokens("urn:waypost", &["k1"]), tokens("urn:other", &["k1"]), tokens("urn:waypost", &["k9"])]
        {
            assert!(ours.check(theirs.issue(user, 60).unwrap().0.expose()).is_err());
        }
        for text in ["", "a.b.c", "..", &"x".repeat(9_000)] {
            assert!(ours.check(text).is_err());
        }
    }

    #[test]
    fn an_older_key_still_checks() {
        let older = ("k1".to_owned(), generate_key().unwrap());
        let newer = ("k2".to_owned(), generate_key().unwrap());
        let before = Tokens::new("urn:waypost", std::slice::from_ref(&older)).unwrap();
        let after = Tokens::new("urn:waypost", &[newer, older]).unwrap();
        let user = UserId(clock::new_id());
        assert_eq!(after.check(before.issue(user, 60).unwrap().0.expose()).unwrap(), user);
    }
}
