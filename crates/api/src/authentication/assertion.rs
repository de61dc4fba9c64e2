//! Assertions: JWTs by which a client proves that it holds the private half of an API key (RFC 7523, RFC 7521). One is
//! good for one token. Whatever is wrong with it, the answer is the same, and takes the same time.

use std::sync::LazyLock;

use aws_lc_rs::digest;
use domain::{
    api_key::{ApiKey, KeySource},
    ids::ApiKeyId,
    time::Timestamp,
};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use persistence::{StoreError, api_keys};
use serde::Deserialize;
use serde_json::{Value, json};

use super::key_set;
use crate::{
    clock,
    state::State,
    tokens::{LEEWAY_SECONDS, MAX_LENGTH},
};

/// An assertion ends at most so many seconds from now.
const MAX_LIFE: i64 = 5 * 60;
/// Characters of a `jti`, at most.
const MAX_ID: usize = 256;
/// An API key's last use is noted once in so many milliseconds.
const USE_NOTED_EVERY: i64 = 60_000;
/// `typ` of an assertion: none, or one of these; never that of another kind of token.
const TYPES: [&str; 2] = ["JWT", "client-authentication+jwt"];

/// Why it is refused: for the log.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// What it says is not what it should.
    #[error("{0}")]
    Claim(&'static str),
    /// Signature or form.
    #[error("{0}")]
    Jwt(#[from] jsonwebtoken::errors::Error),
    /// Whether it is good cannot be said now.
    #[error("{0}")]
    Store(#[from] StoreError),
}

/// Each claim once: serde refuses a member that is there twice.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    #[serde(default)]
    iat: Option<i64>,
    #[serde(default)]
    nbf: Option<i64>,
    jti: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Some(Vec<String>),
}

impl Audience {
    /// The only one, so that an assertion for somebody else's server is not good here too.
    fn single(&self) -> Option<&str> {
        match self {
            Self::One(name) => Some(name),
            Self::Some(names) => match names.as_slice() {
                [name] => Some(name),
                _ => None,
            },
        }
    }
}

/// The API key whose holder made this assertion, which is used up by it.
pub async fn redeem(state: &State, assertion: &str, client_id: Option<&str>) -> Result<ApiKey, Refused> {
    if assertion.len() > MAX_LENGTH {
        return Err(Refused::Claim("too long"));
    }
    let header = jsonwebtoken::decode_header(assertion)?;
    check_header(&header)?;
    let key_id = header.kid.clone().unwrap_or_default();
    // Nothing is believed yet: it only says by which key to check.
    let claimed = jsonwebtoken::dangerous::insecure_decode::<Claims>(assertion)?.claims;
    let client: Option<ApiKeyId> = claimed.iss.parse().ok();
    let api_key = match client {
        Some(id) => state.store.read_one(move |tx| api_keys::of_client(tx, id)).await?,
        None => state.store.read_one(|tx| api_keys::of_client(tx, NOBODY)).await?,
    };
    let key = match &api_key {
        Some(api_key) => public_key(state, api_key, &key_id, header.alg).await,
        None => None,
    };
    // Somebody unknown is checked as thoroughly as somebody known, so that time does not tell which it was.
    let is_known = key.is_some();
    let key = key.or_else(|| key_set::key_for(&STAND_INS, stand_in(header.alg), header.alg));
    let key = key.ok_or(Refused::Claim("no key for its algorithm"))?;
    let claims = jsonwebtoken::decode::<Claims>(assertion, &key, &validation(header.alg))?.claims;
    let now = clock::now();
    check_claims(&claims, client_id, state, now)?;
    let api_key = api_key.filter(|_| is_known).ok_or(Refused::Claim("unknown client or key"))?;
    use_up(state, &api_key, &claims, now).await?;
    Ok(api_key)
}

/// The id of no client.
const NOBODY: ApiKeyId = ApiKeyId(uuid::Uuid::nil());

fn check_header(header: &Header) -> Result<(), Refused> {
    if !key_set::ALGORITHMS.contains(&header.alg) {
        return Err(Refused::Claim("its algorithm is not taken"));
    }
    if header.kid.as_ref().is_none_or(|id| id.is_empty() || id.len() > key_set::MAX_KEY_ID) {
        return Err(Refused::Claim("it names no key"));
    }
    if header
        .typ
        .as_deref()
        .is_some_and(|stated| !TYPES.iter().any(|known| known.eq_ignore_ascii_case(stated)))
    {
        return Err(Refused::Claim("it is another kind of token"));
    }
    let brings_key =
        header.jwk.is_some() || header.jku.is_some() || header.x5u.is_some() || header.x5c.is_some();
    if brings_key || header.crit.is_some() {
        return Err(Refused::Claim("it brings its own key, or what must be understood and is not"));
    }
    Ok(())
}

fn validation(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    // The claims are checked here, by rules of our own.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    validation
}

fn check_claims(
    claims: &Claims,
    client_id: Option<&str>,
    state: &State,
    now: Timestamp,
) -> Result<(), Refused> {
    let seconds = now.millis().div_euclid(1_000);
    let leeway = i64::try_from(LEEWAY_SECONDS).unwrap_or_default();
    let audience = claims.aud.single();
    let token_url = format!("{}{}", state.public_url, crate::routes::token::PATH);
    let is_for_us = audience.is_some_and(|name| name == token_url || name == state.public_url);
    let fault = [
        (claims.iss != claims.sub, "`iss` is not `sub`"),
        (client_id.is_some_and(|id| id != claims.iss), "`iss` is not the `client_id`"),
        (!is_for_us, "`aud` is not this server alone"),
        (claims.exp.saturating_add(leeway) <= seconds, "it has ended"),
        (claims.exp > seconds.saturating_add(MAX_LIFE + leeway), "`exp` is more than five minutes ahead"),
        (claims.iat.is_some_and(|at| at > seconds.saturating_add(leeway)), "`iat` is in the future"),
        (claims.nbf.is_some_and(|at| at > seconds.saturating_add(leeway)), "`nbf` is in the future"),
        (claims.jti.is_empty() || claims.jti.len() > MAX_ID, "`jti` has 1 to 256 characters"),
    ];
    match fault.into_iter().find(|(holds, _)| *holds) {
        Some((_, cause)) => Err(Refused::Claim(cause)),
        None => Ok(()),
    }
}

async fn public_key(
    state: &State,
    api_key: &ApiKey,
    key_id: &str,
    algorithm: Algorithm,
) -> Option<DecodingKey> {
    match &api_key.source {
        KeySource::Set(text) => {
            let set: Value = serde_json::from_str(text).ok()?;
            key_set::key_for(&set, key_id, algorithm)
        }
        KeySource::Url(url) => {
            let has_key = |set: &Value| key_set::has(set, key_id);
            let set = state.key_documents.get(&state.outbound, url, has_key).await.ok()?;
            key_set::key_for(&set, key_id, algorithm)
        }
    }
}

async fn use_up(state: &State, api_key: &ApiKey, claims: &Claims, now: Timestamp) -> Result<(), Refused> {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in [api_key.id.to_string().as_bytes(), &[0], claims.jti.as_bytes()] {
        context.update(part);
    }
    let bytes = context.finish();
    let digest: String = bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let leeway = i64::try_from(LEEWAY_SECONDS).unwrap_or_default();
    let ends = claims.exp.saturating_add(leeway).saturating_add(1).saturating_mul(1_000);
    let ends = Timestamp::from_millis(ends).ok_or(Refused::Claim("`exp` is no time"))?;
    let noted = api_key.last_used_at.map_or(0, Timestamp::millis);
    let (id, is_due) = (api_key.id, now.millis().saturating_sub(noted) >= USE_NOTED_EVERY);
    let is_first = state
        .store
        .change(move |tx| {
            let is_first = api_keys::use_assertion(tx, &digest, ends)?;
            if is_first && is_due {
                api_keys::note_use(tx, id, now)?;
            }
            Ok::<_, StoreError>(is_first)
        })
        .await?;
    if is_first { Ok(()) } else { Err(Refused::Claim("it was used before")) }
}

/// Public keys that stand in for those of clients nobody knows; their private halves exist no more.
static STAND_INS: LazyLock<Value> = LazyLock::new(|| {
    json!({"keys": [
        {"kid": "rsa", "kty": "RSA", "e": "AQAB", "n": concat!(
            "lUkRtr4ssjNaB9HJJL1D3t__Fk250N02Nj7_J2_xff9rc8q1LGLboRRJa03GLoVh9QxLVNb8SbHbInR01pkv",
            "jeloGs-I0XGLf10oRgX9QcO0Iz6vxhLJ-Tegq-V7u0I1nrDPYE5RUjUOUsrmBP43U1agI0_LksHTt-GndHhs",
            "wty690wFJvNLAp-DxCJgt1wXO63qOVhXqVulpXWwCBbvzq6lxicIHf19P_CeBXTFZEEQO5NLfTE8pXlwG1JW",
            "QIQ5sJVyOmXnh6DEPpZoNvp82MukE9QUydF2nICVDyVjcsNvd4Zwh7L1O7Hb8Nx5tmnSnzfu5jnFgc_dFm5I",
            "aKTRhw")},
        {"kid": "p256", "kty": "EC", "crv": "P-256", "x": "3w6Dd_hBY3FOJoY37ivWG6rpPrdQHswRKy9TekdohZY", "y": "IPO3FKh3kxykLXZcZ3EdvKajHe0cbvK6fxR0ekk80O0"},
        {"kid": "p384", "kty": "EC", "crv": "P-384", "x": "oWsUCwPtnVgh0l0eLhhqBkmci9CGBGhAkb8kTiGH6g-HumjCQ61f6bVgiDZJNF92", "y": "7XanhUlosEeiQeZRf_9DCcHT9OO3lkXhYKyXa6UATXm9CQe_qdwjxLObDUBxpaER"},
        {"kid": "ed25519", "kty": "OKP", "crv": "Ed25519", "x": "fO6-XWGzwY4qKf-QRBzD2PpECwnbSCiQIeTbaNI7Tio"},
    ]})
});

fn stand_in(algorithm: Algorithm) -> &'static str {
    if algorithm == Algorithm::ES256 {
        "p256"
    } else if algorithm == Algorithm::ES384 {
        "p384"
    } else if algorithm == Algorithm::EdDSA {
        "ed25519"
    } else {
        "rsa"
    }
}
