//! Keys as JWK (RFC 7517, RFC 7518 section 6, RFC 8037): members, lengths and consistency. Private ones only.

use aws_lc_rs::{
    rsa::{KeyPairComponents, PublicKeyComponents},
    signature::{EcdsaKeyPair, Ed25519KeyPair, RsaKeyPair},
};
use base64::{
    Engine,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use domain::{
    credential::KeyAlgorithm,
    fault::{FaultCode, Flaw},
};
use jsonwebtoken::EncodingKey;
use serde::{Deserialize, de::IgnoredAny};
use zeroize::Zeroizing;

use super::{Kind, damaged, encode_ec, from_ed25519, from_rsa, public, rsa_rejected, wanted, wrong_kind};

/// base64url; some tools pad it although they should not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

type Member = Option<Zeroizing<String>>;
type Bytes = Zeroizing<Vec<u8>>;

/// A private number of a key, wiped when dropped, as the crypto library borrows it.
struct Private(Bytes);

impl AsRef<[u8]> for Private {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

#[derive(Deserialize)]
struct Jwk {
    kty: Option<String>,
    crv: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    n: Member,
    e: Member,
    d: Member,
    p: Member,
    q: Member,
    dp: Member,
    dq: Member,
    qi: Member,
    x: Member,
    y: Member,
    /// Of a set of keys.
    keys: Option<IgnoredAny>,
    /// Of a Google key file.
    private_key: Option<IgnoredAny>,
}

pub(super) fn read(text: &str, algorithm: KeyAlgorithm) -> Result<EncodingKey, Flaw> {
    let jwk: Jwk = serde_json::from_str(text).map_err(|_| {
        flaw("Starts like a JWK, but is not one JSON object whose members are texts. Copy the whole key.")
    })?;
    let Some(kind) = &jwk.kty else { return Err(without_kind(&jwk)) };
    match kind.as_str() {
        "RSA" | "EC" | "OKP" if jwk.d.is_none() => Err(public()),
        "RSA" | "EC" | "OKP" => jwk.fits(algorithm),
        "oct" => Err(wrong_kind("a shared secret", algorithm)),
        _ => Err(flaw("Has a `kty` that is not RSA, EC or OKP.")),
    }?;
    match kind.as_str() {
        "RSA" => jwk.rsa(algorithm),
        "EC" => jwk.ec(algorithm),
        _ => jwk.okp(algorithm),
    }
}

fn without_kind(jwk: &Jwk) -> Flaw {
    if jwk.keys.is_some() {
        flaw("Is a set of keys. Give one private key of it, as a JSON object.")
    } else if jwk.private_key.is_some() {
        flaw("Is a whole key file. Give only the text of its member `private_key`, with real line ends.")
    } else {
        flaw("Is a JSON object without `kty`, so not a JWK.")
    }
}

impl Jwk {
    /// What the key says of itself must not forbid what it is wanted for.
    fn fits(&self, algorithm: KeyAlgorithm) -> Result<(), Flaw> {
        if self.usage.as_deref().is_some_and(|usage| usage != "sig") {
            return Err(Flaw::new(
                FaultCode::InvalidValue,
                "Is not meant for signatures by its member `use`. Give a key for signing.",
            ));
        }
        match &self.alg {
            Some(named) if named != algorithm.name() => Err(Flaw::new(
                FaultCode::InvalidValue,
                format!("Names another algorithm in `alg` than {}. Make them equal.", algorithm.name()),
            )),
            Some(_) | None => Ok(()),
        }
    }

    fn rsa(&self, algorithm: KeyAlgorithm) -> Result<EncodingKey, Flaw> {
        wanted(Kind::Rsa, algorithm)?;
        let part = |member: &Member| {
            bytes(
                member,
                "Lacks a member of a private RSA key: n, e, d, p, q, dp, dq and qi must all be there.",
            )
        };
        let components = KeyPairComponents {
            public_key: PublicKeyComponents {
                n: significant(&part(&self.n)?),
                e: significant(&part(&self.e)?),
            },
            d: Private(part(&self.d)?),
            p: Private(part(&self.p)?),
            q: Private(part(&self.q)?),
            dP: Private(part(&self.dp)?),
            dQ: Private(part(&self.dq)?),
            qInv: Private(part(&self.qi)?),
        };
        from_rsa(&RsaKeyPair::from_components(&components).map_err(rsa_rejected)?)
    }

    fn ec(&self, algorithm: KeyAlgorithm) -> Result<EncodingKey, Flaw> {
        let (kind, length) = match self.crv.as_deref() {
            Some("P-256") => (Kind::P256, 32),
            Some("P-384") => (Kind::P384, 48),
            Some(_) => return Err(wrong_kind("an elliptic-curve key on another curve", algorithm)),
            None => return Err(flaw("Lacks `crv`, the name of its curve.")),
        };
        wanted(kind, algorithm)?;
        let part = |member: &Member| {
            let bytes =
                bytes(member, "Lacks a member of a private EC key: crv, x, y and d must all be there.")?;
            full_length(&bytes, length)
        };
        let mut point = vec![4];
        point.extend_from_slice(&part(&self.x)?);
        point.extend_from_slice(&part(&self.y)?);
        let curve = kind.curve().ok_or_else(damaged)?;
        let pair = EcdsaKeyPair::from_private_key_and_public_key(curve, &part(&self.d)?, &point);
        encode_ec(&pair.map_err(|_| damaged())?)
    }

    fn okp(&self, algorithm: KeyAlgorithm) -> Result<EncodingKey, Flaw> {
        match self.crv.as_deref() {
            Some("Ed25519") => wanted(Kind::Ed25519, algorithm)?,
            Some(_) => return Err(wrong_kind("a key on another curve than Ed25519", algorithm)),
            None => return Err(flaw("Lacks `crv`, the name of its curve.")),
        }
        let part = |member: &Member| {
            bytes(member, "Lacks a member of a private Ed25519 key: crv, x and d must all be there.")
        };
        let pair = Ed25519KeyPair::from_seed_and_public_key(&part(&self.d)?, &part(&self.x)?);
        from_ed25519(&pair.map_err(|_| damaged())?)
    }
}

fn bytes(member: &Member, missing: &'static str) -> Result<Bytes, Flaw> {
    let text = member.as_ref().ok_or_else(|| flaw(missing))?;
    BASE64
        .decode(text.as_str())
        .map(Zeroizing::new)
        .map_err(|_| flaw("Has a member that is not base64url. Copy the whole key once more."))
}

/// Without leading zeros, which some tools write and the crypto library refuses.
fn significant(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().skip_while(|byte| *byte == 0).collect()
}

/// With the leading zeros that some tools leave out.
fn full_length(bytes: &[u8], length: usize) -> Result<Bytes, Flaw> {
    let missing = length.checked_sub(bytes.len()).ok_or_else(damaged)?;
    let mut full = Zeroizing::new(vec![0; missing]);
    full.extend_from_slice(bytes);
    Ok(full)
}

fn flaw(detail: &'static str) -> Flaw {
    Flaw::new(FaultCode::InvalidFormat, detail)
}
