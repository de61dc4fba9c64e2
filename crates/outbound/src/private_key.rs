//! Private keys in every form people have them in (PEM with PKCS#1, PKCS#8 or SEC1, and JWK), checked against the
//! algorithm they are to sign with. No fault ever holds a part of the text.

mod jwk;
mod pem_block;
#[cfg(test)]
mod tests;

use aws_lc_rs::{
    encoding::AsDer,
    error::KeyRejected,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P256K1_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING,
        ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, RsaKeyPair,
    },
};
use domain::{
    credential::KeyAlgorithm,
    fault::{FaultCode, Flaw},
    secret::SecretText,
};
use jsonwebtoken::{Algorithm, EncodingKey};
use pkcs8::{ObjectIdentifier, PrivateKeyInfoRef};

/// `rsaEncryption` and `id-RSASSA-PSS`.
const RSA: [ObjectIdentifier; 2] = [
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1"),
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10"),
];
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// What a trial signature is made of.
const TRIAL: &[u8] = b"waypost";

/// Whether the text is a private key that can sign with this algorithm: it is parsed and signs something. Takes
/// up to a tenth of a second for the longest RSA keys.
pub fn check(text: &SecretText, algorithm: KeyAlgorithm) -> Result<(), Flaw> {
    let key = load(text, algorithm)?;
    match jsonwebtoken::crypto::sign(TRIAL, &key, jwt_algorithm(algorithm)) {
        Ok(_) => Ok(()),
        Err(_) => Err(damaged()),
    }
}

/// The key as the JWT library takes it.
pub(crate) fn load(text: &SecretText, algorithm: KeyAlgorithm) -> Result<EncodingKey, Flaw> {
    let text = text.expose().trim();
    if text.starts_with('{') { jwk::read(text, algorithm) } else { pem_block::read(text, algorithm) }
}

/// The algorithm by the JWT library's name.
pub(crate) fn jwt_algorithm(algorithm: KeyAlgorithm) -> Algorithm {
    match algorithm {
        KeyAlgorithm::Rs256 => Algorithm::RS256,
        KeyAlgorithm::Rs384 => Algorithm::RS384,
        KeyAlgorithm::Rs512 => Algorithm::RS512,
        KeyAlgorithm::Ps256 => Algorithm::PS256,
        KeyAlgorithm::Ps384 => Algorithm::PS384,
        KeyAlgorithm::Ps512 => Algorithm::PS512,
        KeyAlgorithm::Es256 => Algorithm::ES256,
        KeyAlgorithm::Es384 => Algorithm::ES384,
        KeyAlgorithm::EdDsa => Algorithm::EdDSA,
    }
}

/// The kind of key an algorithm signs with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rsa,
    P256,
    P384,
    Ed25519,
}

impl Kind {
    fn of(algorithm: KeyAlgorithm) -> Self {
        match algorithm {
            KeyAlgorithm::Rs256
            | KeyAlgorithm::Rs384
            | KeyAlgorithm::Rs512
            | KeyAlgorithm::Ps256
            | KeyAlgorithm::Ps384
            | KeyAlgorithm::Ps512 => Self::Rsa,
            KeyAlgorithm::Es256 => Self::P256,
            KeyAlgorithm::Es384 => Self::P384,
            KeyAlgorithm::EdDsa => Self::Ed25519,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Rsa => "an RSA key",
            Self::P256 => "an elliptic-curve key on P-256",
            Self::P384 => "an elliptic-curve key on P-384",
            Self::Ed25519 => "an Ed25519 key",
        }
    }

    fn curve(self) -> Option<&'static EcdsaSigningAlgorithm> {
        match self {
            Self::P256 => Some(&ECDSA_P256_SHA256_FIXED_SIGNING),
            Self::P384 => Some(&ECDSA_P384_SHA384_FIXED_SIGNING),
            Self::Rsa | Self::Ed25519 => None,
        }
    }
}

/// The content of a PKCS#8 block.
fn from_pkcs8(der: &[u8], algorithm: KeyAlgorithm) -> Result<EncodingKey, Flaw> {
    let info = PrivateKeyInfoRef::try_from(der).map_err(|_| damaged())?;
    let kind = info.algorithm.oid;
    if RSA.contains(&kind) {
        from_pkcs1(info.private_key.as_bytes(), algorithm)
    } else if kind == EC {
        from_ec(der, algorithm)
    } else if kind == ED25519 {
        wanted(Kind::Ed25519, algorithm)?;
        let pair = Ed25519KeyPair::from_pkcs8(der).map_err(|_| damaged())?;
        from_ed25519(&pair)
    } else {
        Err(wrong_kind("a key of another kind", algorithm))
    }
}

/// The content of a PKCS#1 block.
fn from_pkcs1(der: &[u8], algorithm: KeyAlgorithm) -> Result<EncodingKey, Flaw> {
    wanted(Kind::Rsa, algorithm)?;
    RsaKeyPair::from_der(der).map_err(rsa_rejected)?;
    Ok(EncodingKey::from_rsa_der(der))
}

fn from_rsa(pair: &RsaKeyPair) -> Result<EncodingKey, Flaw> {
    let der = pair.as_der().map_err(|_| damaged())?;
    let info = PrivateKeyInfoRef::try_from(der.as_ref()).map_err(|_| damaged())?;
    Ok(EncodingKey::from_rsa_der(info.private_key.as_bytes()))
}

/// The content of a SEC1 block, or of a PKCS#8 block with an elliptic-curve key.
fn from_ec(der: &[u8], algorithm: KeyAlgorithm) -> Result<EncodingKey, Flaw> {
    let read = |curve| EcdsaKeyPair::from_private_key_der(curve, der);
    let kind = Kind::of(algorithm);
    match kind.curve().map(read) {
        Some(Ok(pair)) => encode_ec(&pair),
        Some(Err(_)) | None => Err(match ec_name(der) {
            Some(found) if found != kind.name() => wrong_kind(found, algorithm),
            Some(_) | None => damaged(),
        }),
    }
}

fn ec_name(der: &[u8]) -> Option<&'static str> {
    [
        (&ECDSA_P256_SHA256_FIXED_SIGNING, Kind::P256.name()),
        (&ECDSA_P384_SHA384_FIXED_SIGNING, Kind::P384.name()),
        (&ECDSA_P521_SHA512_FIXED_SIGNING, "an elliptic-curve key on P-521"),
        (&ECDSA_P256K1_SHA256_FIXED_SIGNING, "an elliptic-curve key on secp256k1"),
    ]
    .into_iter()
    .find_map(|(curve, name)| EcdsaKeyPair::from_private_key_der(curve, der).ok().map(|_| name))
}

fn encode_ec(pair: &EcdsaKeyPair) -> Result<EncodingKey, Flaw> {
    let der = pair.to_pkcs8v1().map_err(|_| damaged())?;
    Ok(EncodingKey::from_ec_der(der.as_ref()))
}

fn from_ed25519(pair: &Ed25519KeyPair) -> Result<EncodingKey, Flaw> {
    let der = pair.to_pkcs8v1().map_err(|_| damaged())?;
    Ok(EncodingKey::from_ed_der(der.as_ref()))
}

fn wanted(found: Kind, algorithm: KeyAlgorithm) -> Result<(), Flaw> {
    if found == Kind::of(algorithm) { Ok(()) } else { Err(wrong_kind(found.name(), algorithm)) }
}

fn wrong_kind(found: &str, algorithm: KeyAlgorithm) -> Flaw {
    let (name, wanted) = (algorithm.name(), Kind::of(algorithm).name());
    Flaw::new(
        FaultCode::InvalidValue,
        format!("Is {found}; {name} signs with {wanted}. Give such a key, or change the algorithm."),
    )
}

fn rsa_rejected(rejected: KeyRejected) -> Flaw {
    match rejected.description_() {
        "TooSmall" => {
            Flaw::new(FaultCode::InvalidValue, "Is an RSA key of fewer than 2,048 bits. Make a longer one.")
        }
        "TooLarge" => {
            Flaw::new(FaultCode::InvalidValue, "Is an RSA key of more than 8,192 bits. Make a shorter one.")
        }
        _ => damaged(),
    }
}

fn public() -> Flaw {
    Flaw::new(FaultCode::InvalidValue, "Is a public key. Give the private key that belongs to it.")
}

fn damaged() -> Flaw {
    Flaw::new(
        FaultCode::InvalidFormat,
        "Looks like a private key, but its content is damaged or incomplete. Copy the whole key once more.",
    )
}
