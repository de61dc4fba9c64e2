//! Access tokens: JWTs of the RFC 9068 profile, signed by this server with Ed25519 and checked on every request.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use aws_lc_rs::{
    digest,
    signature::{Ed25519KeyPair, KeyPair},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{
    ids::{ApiKeyId, UserId},
    secret::SecretText,
    time::Timestamp,
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use moka::sync::Cache;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::{clock, keys::OpenKey};

/// A token longer than this is refused unread.
pub const MAX_LENGTH: usize = 8 * 1024;
/// What the tokens of this server are for.
pub const AUDIENCE: &str = "urn:waypost:platform";
/// Who signs while no public URL is configured, for commands at the line, which do not know the server's address.
pub const DEFAULT_ISSUER: &str = "urn:waypost";
const TOKEN_TYPE: &str = "at+jwt";
/// Tokens whose check is remembered, at most; some 100 bytes each.
const REMEMBERED: u64 = 10_000;
/// Clocks of several nodes may differ so many seconds.
pub const LEEWAY_SECONDS: u64 = 30;

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

/// Whom a token speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bearer {
    /// The user.
    pub user: UserId,
    /// The API key it was got with; `None` for a token of the operator or of the identity provider.
    pub key: Option<ApiKeyId>,
}

/// The keys of this server, the one that signs first.
struct Keys {
    signing: (String, EncodingKey),
    checking: HashMap<String, DecodingKey>,
    published: Vec<Value>,
}

/// Signs tokens with the key in use and checks them with any that is known.
pub struct Tokens {
    issuer: String,
    keys: RwLock<Arc<Keys>>,
    validation: Validation,
    /// By the digest of a token that was checked: whom it speaks for, and when it ends, in seconds since 1970. A
    /// signature takes some 50 us to check and does not change.
    checked: Cache<TokenDigest, (Bearer, i64)>,
}

/// SHA-256 of a token.
pub type TokenDigest = [u8; digest::SHA256_OUTPUT_LEN];

/// Why a token is not taken. For the log; the caller learns only that it was not.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Too long, or not three parts.
    #[error("not a token of this server: {0}")]
    Shape(&'static str),
    /// No key of this id; another node may have made it just now.
    #[error("unknown key")]
    UnknownKey,
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

impl Keys {
    fn new(keys: &[OpenKey]) -> Result<Self, TokenError> {
        let (first, der) = keys.first().ok_or(TokenError::Key)?;
        let signing = (first.clone(), EncodingKey::from_ed_der(der));
        let (mut checking, mut published) = (HashMap::new(), Vec::new());
        for (id, der) in keys {
            let pair = Ed25519KeyPair::from_pkcs8(der).map_err(|_| TokenError::Key)?;
            let public = pair.public_key().as_ref();
            checking.insert(id.clone(), DecodingKey::from_ed_der(public));
            let x = BASE64_URL_SAFE_NO_PAD.encode(public);
            published.push(
                json!({"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": id, "x": x}),
            );
        }
        Ok(Self { signing, checking, published })
    }
}

impl Tokens {
    /// From the server's keys, the one in use first, each as [`generate_key`] made it. Tokens of `issuers` are taken;
    /// the first one is what new tokens say.
    pub fn new(issuers: &[&str], keys: &[OpenKey]) -> Result<Self, TokenError> {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(issuers);
        validation.leeway = LEEWAY_SECONDS;
        validation.validate_nbf = true;
        let issuer = (*issuers.first().ok_or(TokenError::Key)?).to_owned();
        let keys = RwLock::new(Arc::new(Keys::new(keys)?));
        Ok(Self { issuer, keys, validation, checked: Cache::new(REMEMBERED) })
    }

    /// Takes other keys from now on.
    pub fn replace_keys(&self, keys: &[OpenKey]) -> Result<(), TokenError> {
        let fresh = Arc::new(Keys::new(keys)?);
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    fn keys(&self) -> Arc<Keys> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The public halves, as JWKs.
    pub fn published(&self) -> Vec<Value> {
        self.keys().published.clone()
    }

    /// A token for this user, and when it ends.
    pub fn issue(&self, bearer: Bearer, ttl_seconds: i64) -> Result<(SecretText, Timestamp), TokenError> {
        let now = clock::now();
        let ends = now.plus_millis(ttl_seconds.saturating_mul(1_000));
        let subject = bearer.user.to_string();
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            client_id: bearer.key.map_or_else(|| subject.clone(), |key| key.to_string()),
            sub: subject,
            iat: now.millis().div_euclid(1_000),
            exp: ends.millis().div_euclid(1_000),
            jti: clock::random_id().to_string(),
        };
        let keys = self.keys();
        let (id, key) = &keys.signing;
        let header = Header {
            typ: Some(TOKEN_TYPE.to_owned()),
            kid: Some(id.clone()),
            ..Header::new(Algorithm::EdDSA)
        };
        Ok((SecretText::from(jsonwebtoken::encode(&header, &claims, key)?), ends))
    }

    /// Whom a token speaks for that was checked before and has not ended; and its digest.
    pub fn recall(&self, token: &str) -> Result<(TokenDigest, Option<Bearer>), TokenError> {
        if token.len() > MAX_LENGTH {
            return Err(TokenError::Shape("too long"));
        }
        let digest = digest::digest(&digest::SHA256, token.as_bytes());
        let digest = digest.as_ref().try_into().map_err(|_| TokenError::Key)?;
        let now = clock::now().millis().div_euclid(1_000);
        let known = self.checked.get(&digest).filter(|(_, ends)| now < *ends);
        Ok((digest, known.map(|(bearer, _)| bearer)))
    }

    /// Remembers whom a token speaks for, until it ends.
    pub fn remember(&self, digest: TokenDigest, bearer: Bearer, ends: i64) {
        self.checked.insert(digest, (bearer, ends));
    }

    /// Whom a token of this server speaks for.
    pub fn check(&self, token: &str) -> Result<Bearer, TokenError> {
        let (digest, known) = self.recall(token)?;
        if let Some(bearer) = known {
            return Ok(bearer);
        }
        let (bearer, ends) = self.verify(token)?;
        self.remember(digest, bearer, ends);
        Ok(bearer)
    }

    /// Signature first: no claim is looked at before it holds.
    fn verify(&self, token: &str) -> Result<(Bearer, i64), TokenError> {
        let header = jsonwebtoken::decode_header(token)?;
        if header.typ.as_deref() != Some(TOKEN_TYPE) {
            return Err(TokenError::Shape("not an access token"));
        }
        let id = header.kid.as_ref().ok_or(TokenError::Shape("no key is named"))?;
        let keys = self.keys();
        let key = keys.checking.get(id).ok_or(TokenError::UnknownKey)?;
        let claims = jsonwebtoken::decode::<Claims>(token, key, &self.validation)?.claims;
        let user = claims.sub.parse().map_err(|_| TokenError::Shape("the subject is no user id"))?;
        let key = match claims.client_id == claims.sub {
            true => None,
            false => {
                Some(claims.client_id.parse().map_err(|_| TokenError::Shape("the client is no key id"))?)
            }
        };
        Ok((Bearer { user, key }, claims.exp))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(issuer: &str, ids: &[&str]) -> Tokens {
        let keys: Vec<_> = ids.iter().map(|id| ((*id).to_owned(), generate_key().unwrap())).collect();
        Tokens::new(&[issuer], &keys).unwrap()
    }

    fn bearer(user: UserId) -> Bearer {
        Bearer { user, key: None }
    }

    #[test]
    fn a_token_names_its_user_until_it_ends() {
        let tokens = tokens("urn:waypost", &["k1"]);
        let user = UserId(clock::new_id());
        let (token, _) = tokens.issue(bearer(user), 60).unwrap();
        assert_eq!(tokens.check(token.expose()).unwrap(), bearer(user));
        let (ended, _) = tokens.issue(bearer(user), -60).unwrap();
        assert!(tokens.check(ended.expose()).is_err());
    }

    #[test]
    fn tokens_of_others_are_refused() {
        let ours = tokens("urn:waypost", &["k1"]);
        let user = UserId(clock::new_id());
        for theirs in
            [tokens("urn:waypost", &["k1"]), tokens("urn:other", &["k1"]), tokens("urn:waypost", &["k9"])]
        {
            assert!(ours.check(theirs.issue(bearer(user), 60).unwrap().0.expose()).is_err());
        }
        for text in ["", "a.b.c", "..", &"x".repeat(9_000)] {
            assert!(ours.check(text).is_err());
        }
    }

    #[test]
    fn an_older_key_still_checks() {
        let older = ("k1".to_owned(), generate_key().unwrap());
        let newer = ("k2".to_owned(), generate_key().unwrap());
        let before = Tokens::new(&["urn:waypost"], std::slice::from_ref(&older)).unwrap();
        let after = Tokens::new(&["urn:waypost"], &[newer, older]).unwrap();
        let user = UserId(clock::new_id());
        assert_eq!(after.check(before.issue(bearer(user), 60).unwrap().0.expose()).unwrap(), bearer(user));
    }
}
