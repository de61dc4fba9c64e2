//! JWK Sets (RFC 7517) of callers: public keys of the kinds that assertions may be signed with, and nothing else.

use domain::fault::{FaultCode, Faults};
use jsonwebtoken::{Algorithm, DecodingKey, jwk::Jwk};
use serde_json::{Map, Value, json};

/// Keys of one set, at most.
pub const MAX_KEYS: usize = 20;
/// Characters of a key id, at most.
pub const MAX_KEY_ID: usize = 256;

/// Members of a JWK that are its private half, or make it a shared secret.
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
/// Members of a public key that are kept.
const KEPT: [&str; 9] = ["kty", "use", "alg", "kid", "n", "e", "crv", "x", "y"];
/// RSA moduli in base64url: of 2,048 and of 4,096 bits.
const RSA_CHARACTERS: std::ops::RangeInclusive<usize> = 342..=683;

/// What an assertion may be signed with.
pub const ALGORITHMS: [Algorithm; 5] =
    [Algorithm::RS256, Algorithm::RS384, Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA];

/// The kinds of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rsa,
    P256,
    P384,
    Ed25519,
}

impl Kind {
    fn of(key: &Value) -> Option<Self> {
        let text = |name: &str| key.get(name).and_then(Value::as_str);
        match (text("kty")?, text("crv")) {
            ("RSA", _) => Some(Self::Rsa),
            ("EC", Some("P-256")) => Some(Self::P256),
            ("EC", Some("P-384")) => Some(Self::P384),
            ("OKP", Some("Ed25519")) => Some(Self::Ed25519),
            _ => None,
        }
    }

    fn signs(self, algorithm: Algorithm) -> bool {
        match self {
            Self::Rsa => matches!(algorithm, Algorithm::RS256 | Algorithm::RS384),
            Self::P256 => algorithm == Algorithm::ES256,
            Self::P384 => algorithm == Algorithm::ES384,
            Self::Ed25519 => algorithm == Algorithm::EdDSA,
        }
    }
}

/// The set as it is stored: its public members only. Notes what is wrong with any of its keys, at `pointer`.
pub fn accept(set: &Value, pointer: &str, faults: &mut Faults) -> Value {
    let keys = set.get("keys").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if keys.is_empty() {
        faults.add(format!("{pointer}/keys"), FaultCode::TooShort, "Give at least one public key.");
    }
    if keys.len() > MAX_KEYS {
        faults.add(format!("{pointer}/keys"), FaultCode::TooLong, "A set has at most 20 keys.");
        return Value::Null;
    }
    let mut ids: Vec<&str> = Vec::new();
    for (place, key) in keys.iter().enumerate() {
        let at = format!("{pointer}/keys/{place}");
        check(key, &at, faults);
        let Some(id) = key.get("kid").and_then(Value::as_str) else { continue };
        if ids.contains(&id) {
            faults.add(
                format!("{at}/kid"),
                FaultCode::ConflictingFields,
                "Another key of the set has this id.",
            );
        }
        ids.push(id);
    }
    let public = |key: &Value| -> Value {
        let members = key.as_object().into_iter().flatten();
        let kept = members.filter(|(name, _)| KEPT.contains(&name.as_str()));
        Value::Object(kept.map(|(name, value)| (name.clone(), value.clone())).collect::<Map<_, _>>())
    };
    json!({"keys": keys.iter().map(public).collect::<Vec<_>>()})
}

fn check(key: &Value, at: &str, faults: &mut Faults) {
    for name in PRIVATE.iter().filter(|name| key.get(**name).is_some()) {
        let detail = "A private or shared key must never leave you; it was not stored. Make a new pair, and send \
                      its public half.";
        faults.add(format!("{at}/{name}"), FaultCode::InvalidValue, detail);
    }
    match key.get("kid").and_then(Value::as_str) {
        None => faults.add(format!("{at}/kid"), FaultCode::Required, "Each key has an id, its `kid`."),
        Some(id) if id.is_empty() || id.len() > MAX_KEY_ID || id.contains('\0') => {
            faults.add(format!("{at}/kid"), FaultCode::InvalidFormat, "1 to 256 characters.");
        }
        Some(_) => {}
    }
    if let Some(stated) = key.get("use")
        && stated != "sig"
    {
        faults.add(
            format!("{at}/use"),
            FaultCode::InvalidValue,
            "The key must be one for signatures, `sig`.",
        );
    }
    let Some(kind) = Kind::of(key) else {
        let detail = "RSA, EC on P-256 or P-384, or OKP on Ed25519.";
        faults.add(format!("{at}/kty"), FaultCode::InvalidValue, detail);
        return;
    };
    if let Some(stated) = key.get("alg") {
        let fits = stated.as_str().and_then(|name| name.parse().ok()).is_some_and(|alg| kind.signs(alg));
        if !fits {
            let detail = "RS256 or RS384 for RSA, ES256 for P-256, ES384 for P-384, EdDSA for Ed25519.";
            faults.add(format!("{at}/alg"), FaultCode::InvalidValue, detail);
        }
    }
    let length = |name: &str| key.get(name).and_then(Value::as_str).map_or(0, str::len);
    let has_size = match kind {
        Kind::Rsa => true,
        Kind::P256 => length("x") == 43 && length("y") == 43,
        Kind::P384 => length("x") == 64 && length("y") == 64,
        Kind::Ed25519 => length("x") == 43,
    };
    if kind == Kind::Rsa && !RSA_CHARACTERS.contains(&length("n")) {
        faults.add(format!("{at}/n"), FaultCode::InvalidValue, "RSA keys have 2,048 to 4,096 bits.");
    } else if !has_size || decoding_key(key).is_none() {
        faults.add(at, FaultCode::InvalidFormat, "The key cannot be read.");
    }
}

fn decoding_key(key: &Value) -> Option<DecodingKey> {
    let jwk: Jwk = serde_json::from_value(key.clone()).ok()?;
    DecodingKey::from_jwk(&jwk).ok()
}

/// Whether a set has a key of this id.
pub fn has(set: &Value, id: &str) -> bool {
    find(set, id).is_some()
}

fn find<'a>(set: &'a Value, id: &str) -> Option<&'a Value> {
    let keys = set.get("keys")?.as_array()?;
    keys.iter().take(MAX_KEYS * 5).find(|key| key.get("kid").and_then(Value::as_str) == Some(id))
}

/// The key of this id, if it signs by this algorithm. A key that says otherwise itself is not taken.
pub fn key_for(set: &Value, id: &str, algorithm: Algorithm) -> Option<DecodingKey> {
    let key = find(set, id)?;
    let states = key.get("alg").and_then(Value::as_str).and_then(|name| name.parse::<Algorithm>().ok());
    let is_for_signing = key.get("use").is_none_or(|stated| stated == "sig");
    let is_public = PRIVATE.iter().all(|name| key.get(*name).is_none());
    let fits = Kind::of(key)?.signs(algorithm) && states.is_none_or(|stated| stated == algorithm);
    if fits && is_for_signing && is_public { decoding_key(key) } else { None }
}
