//! Keys as PEM text: which block it is and what to do about those that are not a plain private key. The content
//! of a block is read by the parent.

use domain::{
    credential::KeyAlgorithm,
    fault::{FaultCode, Flaw},
};
use jsonwebtoken::EncodingKey;
use pem::Pem;
use zeroize::Zeroizing;

/// Written in front of a SEC1 key by OpenSSL; the key names its curve itself.
const PARAMETERS: &str = "EC PARAMETERS";

pub(super) fn read(text: &str, algorithm: KeyAlgorithm) -> Result<EncodingKey, Flaw> {
    let blocks = pem::parse_many(text).map_err(|_| unreadable(text))?;
    let blocks: Vec<Pem> = blocks.into_iter().filter(|block| block.tag() != PARAMETERS).collect();
    match <[Pem; 1]>::try_from(blocks) {
        Ok([block]) => read_block(block, algorithm),
        Err(blocks) if blocks.is_empty() => Err(unreadable(text)),
        Err(blocks) => {
            drop(blocks.into_iter().map(|block| Zeroizing::new(block.into_contents())).collect::<Vec<_>>());
            Err(Flaw::new(
                FaultCode::InvalidFormat,
                "Has several PEM blocks. Give only the block of the private key, without certificates.",
            ))
        }
    }
}

fn read_block(block: Pem, algorithm: KeyAlgorithm) -> Result<EncodingKey, Flaw> {
    let tag = block.tag().to_owned();
    let locked = block.headers().get("Proc-Type").is_some_and(|value| value.contains("ENCRYPTED"));
    let der = Zeroizing::new(block.into_contents());
    match tag.as_str() {
        _ if locked => Err(encrypted()),
        "PRIVATE KEY" => super::from_pkcs8(&der, algorithm),
        "RSA PRIVATE KEY" => super::from_pkcs1(&der, algorithm),
        "EC PRIVATE KEY" => super::from_ec(&der, algorithm),
        "ENCRYPTED PRIVATE KEY" => Err(encrypted()),
        "PUBLIC KEY" | "RSA PUBLIC KEY" => Err(super::public()),
        "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" | "CERTIFICATE REQUEST" => Err(Flaw::new(
            FaultCode::InvalidValue,
            "Is a certificate. Give the private key that belongs to it.",
        )),
        "OPENSSH PRIVATE KEY" => Err(Flaw::new(
            FaultCode::InvalidFormat,
            "Is a key in OpenSSH's own form. Convert a copy of it: `ssh-keygen -p -m PKCS8 -f copy.pem`.",
        )),
        _ => Err(unreadable("")),
    }
}

fn encrypted() -> Flaw {
    Flaw::new(
        FaultCode::InvalidValue,
        "Is encrypted with a passphrase. Give the key without one: `openssl pkey -in key.pem`. It is sealed here.",
    )
}

fn unreadable(text: &str) -> Flaw {
    let detail = if !text.contains("-----BEGIN") {
        "Is not a private key. Give it as PEM text, from `-----BEGIN` to `-----END ...-----`, or as a JWK."
    } else if text.contains("\\n") {
        "Has `\\n` written out where its lines should end. Give the PEM text with real line ends."
    } else {
        "Is not a whole PEM block. Copy everything from `-----BEGIN` to `-----END ...-----`, with its lines."
    };
    Flaw::new(FaultCode::InvalidFormat, detail)
}
