//! Every form of key against every algorithm, the published keys and signatures of RFC 7515 and RFC 8037, and the
//! advice for what is not such a key.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaSigningAlgorithm,
};
use pem::Pem;
use pkcs8::PrivateKeyInfoRef;

use super::*;

/// RFC 7515, appendix A.2.
const RSA_JWK: &str = r#"{"kty":"RSA",
"n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
"e":"AQAB",
"d":"Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ",
"p":"4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDcmnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc",
"q":"uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD_YwD66t62wDmpe_HlB-TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc",
"dp":"BwKfV3Akq5_MFZDFZCnW-wzl-CCo83WoZvnLQwCTeDv8uzluRSnm71I3QCLdhrqE2e9YkxvuxdBfpT_PI7Yz-FOKnu1R6HsJeDCjn12Sk3vmAktV2zb34MCdy7cpdTh_YVr7tss2u6vneTwrA86rZtu5Mbr1C1XsmvkxHQAdYo0",
"dq":"h_96-mK1R_7glhsum81dZxjTnYynPbZpHziZjeeHcXYsXaaMwkOlODsWa7I9xXDoRwbKgB719rrmI2oKr6N3Do9U0ajaHF-NKJnwgjMd2w9cjz3_-kyNlxAr2v4IKhGNpmM5iIgOS1VZnOZ68m6_pbLBSp3nssTdlqvd0tIiTHU",
"qi":"IYd7DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd-DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd_QJQ3ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp_gh6A5603k2-ZQwVK0JKSHuLFkuQ3U"}"#;

/// RFC 7515, appendix A.3.
const EC_JWK: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
"y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;

/// RFC 8037, appendix A.1.
const ED_JWK: &str = r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

/// An RSA key of 1,024 bits, by OpenSSL, without the lines around it.
const SHORT_RSA: &str = "
MIICXAIBAAKBgQCwIUVuFnTONPh9aRYTwSkT+ghuu8X/JpzSVOTypO+/tbuD7Ca2
D7HxQKnVybQJwt9B1BDuFNH+589iUl211YE1Knol83tE+9KsKQYTPiNO5mPiuAgT
DFJHV8G97vh0CBAME899d52awUl8/wi3wTshAYhY6r9VEaPoOR+fy957mwIDAQAB
AoGBAK2HSjmJZHGZnM0qkPbLk6Y77Lz0wcF+EHnl7F/oAtIVwfba3tT3J7DyraGV
hY0scvwPbNK0rqT/TMKpNeyluxK8MO2kmgznwy9N4cKiS5AOMqK5CsCe6L0/SLsX
fRQB/w3+/S6XBlNsLSjY+acfLG6AG0u9+Y2NUyXR/a4xHbjhAkEA40os5S9U5bM+
qakv3SzFTaupqS8nB9zFM2T6OzpU1BuHjL6IKJu3V8xytDCVQ8bFHbmk//6x1K+z
MgYwN6KXMQJBAMZgwHoMQgnfD0px710uDPAUhcj+lqJGRY58p8oWWv68baqrQ5iE
peOXr+xatqI3q/rLveIgw9EjP5LLnXCrpIsCQAsWajw/49dUuCDUpQYYEgPo9NzQ
9Ql4JpKMQXy0KsEyGpmuDbxVZEs/KPVLTWzB/ImnrbnjNc+XRpmRHbcJEnECQGor
r/fiBZoI4sMiFUyWb+Ax66Q19WKmH2Xx+08iBdNd/4efH49KNwqGzWW+6w4Io6eX
UWnrxUFyDv0+smVxx58CQFStiLIsrEi1sHwTEBnZWYl8DsRrXPrtyG3EzqkIyMUk
mKw6Eadm/+z3BXblPRVlh9sOMKZJTlmWI3bbjsHMAjg=
";

/// As `openssl ecparam -name prime256v1 -genkey` writes it.
const EC_SEC1: &str = "\
-----BEGIN EC PARAMETERS-----
BggqhkjOPQMBBw==
-----END EC PARAMETERS-----
-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIId3qaDLfwfpAjjaay23sMaV5maJcer4H7UZsBgEbwfooAoGCCqGSM49
AwEHoUQDQgAE0KyvY9PYLjgVOuJNI1wUmxk42zcRr7mvcOesOgmK72cpXx8cKHoQ
eQA3o+8xy3gbX0zbSvKTxy9dUOlB+huf6A==
-----END EC PRIVATE KEY-----
";

/// As `openssl genpkey -algorithm ED25519` writes it.
const ED_PKCS8: &str = "\
-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEILOPj3SJpIjq8iraYWHSw+9SQTCB8aJ4IOp49t8StNhs
-----END PRIVATE KEY-----
";

/// As `openssl ecparam -name secp521r1 -genkey -noout` writes it.
const P521_SEC1: &str = "\
-----BEGIN EC PRIVATE KEY-----
MIHcAgEBBEIBUEXrhbS75TnmNVJCbXiCj75AOKsf0eQem1xy7UhQc8B1WXqkJtk0
TedwXqMHQeXlThT8u/KR8FONs34jR72aS/egBwYFK4EEACOhgYkDgYYABAFZ4Icz
jxr8un2Ae2RUIs/mx1fQJFX+8cxt3p6iYvqUUuV4r/t5nbW1TaPwbtYc5UAV+wdq
pdYfOXO0ItUE6sC2EgDlJ95n9Ssd8Tvz4D4l5OmB03kkkX4JHponObMsFYWfuCEE
/B6clnVF/+lZIh8GdlMc3DoDQAZ3Gp7hVAhgT4y1BQ==
-----END EC PRIVATE KEY-----
";

/// As `openssl ec -aes128` writes it.
const LOCKED_SEC1: &str = "\
-----BEGIN EC PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: AES-128-CBC,EE076681B0EE8F6CA49F08514A9F8E1B

pscPNB7WxsVHcZzEYnmvwgD1VtHnETNARH+oZ5y/nRu9FoAfbHL8BqzdcR8HxQM2
f6jZVtTW4cnIDAgHvRupZnfYBPHy55CSzdbBQpjrxHfBqmOxu92QbjNnUYPxIVtf
8nm98FtI24fFAvaBE+XtGycVYfphY9A5O/GfV9Qc87I=
-----END EC PRIVATE KEY-----
";

fn secret(text: &str) -> SecretText {
    SecretText::from(text.to_owned())
}

fn armored(tag: &str, der: &[u8]) -> String {
    pem::encode(&Pem::new(tag, der))
}

fn rsa_pkcs1() -> String {
    armored("RSA PRIVATE KEY", load(&secret(RSA_JWK), KeyAlgorithm::Rs256).unwrap().as_bytes())
}

fn rsa_pkcs8() -> String {
    let pkcs1 = load(&secret(RSA_JWK), KeyAlgorithm::Rs256).unwrap();
    let pair = RsaKeyPair::from_der(pkcs1.as_bytes()).unwrap();
    armored("PRIVATE KEY", pair.as_der().unwrap().as_ref())
}

fn ec_pkcs8(curve: &'static EcdsaSigningAlgorithm) -> String {
    armored("PRIVATE KEY", EcdsaKeyPair::generate(curve).unwrap().to_pkcs8v1().unwrap().as_ref())
}

fn ec_sec1(curve: &'static EcdsaSigningAlgorithm) -> String {
    let pkcs8 = EcdsaKeyPair::generate(curve).unwrap().to_pkcs8v1().unwrap();
    let info = PrivateKeyInfoRef::try_from(pkcs8.as_ref()).unwrap();
    armored("EC PRIVATE KEY", info.private_key.as_bytes())
}

fn signature(text: &str, algorithm: KeyAlgorithm, message: &str) -> String {
    let key = load(&secret(text), algorithm).unwrap();
    jsonwebtoken::crypto::sign(message.as_bytes(), &key, jwt_algorithm(algorithm)).unwrap()
}

/// The code and advice for a text that is not such a key, which never holds a part of the text.
fn refusal(text: &str, algorithm: KeyAlgorithm) -> (FaultCode, String) {
    let flaw = check(&secret(text), algorithm).unwrap_err();
    for line in text.lines().filter(|line| line.len() > 30 && !line.starts_with("-----")) {
        assert!(!flaw.detail.contains(line));
    }
    (flaw.code, flaw.detail.into_owned())
}

fn assert_refused(text: &str, algorithm: KeyAlgorithm, words: &str) {
    let (_, detail) = refusal(text, algorithm);
    assert!(detail.contains(words), "{detail}");
}

#[test]
fn every_form_of_a_key_signs_with_the_algorithms_of_its_kind_and_no_other() {
    let (p256, p384) = (&ECDSA_P256_SHA256_FIXED_SIGNING, &ECDSA_P384_SHA384_FIXED_SIGNING);
    let keys = [
        (Kind::Rsa, RSA_JWK.to_owned()),
        (Kind::Rsa, rsa_pkcs1()),
        (Kind::Rsa, rsa_pkcs8()),
        (Kind::P256, EC_JWK.to_owned()),
        (Kind::P256, EC_SEC1.to_owned()),
        (Kind::P256, ec_pkcs8(p256)),
        (Kind::P384, ec_sec1(p384)),
        (Kind::P384, ec_pkcs8(p384)),
        (Kind::Ed25519, ED_JWK.to_owned()),
        (Kind::Ed25519, ED_PKCS8.replace('\n', "\r\n")),
    ];
    for (number, (kind, text)) in keys.iter().enumerate() {
        for algorithm in KeyAlgorithm::ALL.iter().copied() {
            let outcome = check(&secret(text), algorithm);
            assert_eq!(outcome.is_ok(), Kind::of(algorithm) == *kind, "{number} {algorithm:?} {outcome:?}");
            if let Err(flaw) = outcome {
                assert_eq!(flaw.code, FaultCode::InvalidValue);
                assert!(flaw.detail.contains(kind.name()) && flaw.detail.contains(algorithm.name()));
            }
        }
    }
}

#[test]
fn the_published_keys_make_the_published_signatures() {
    let message = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt\
        cGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let published = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W\
        2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K\
        0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs\
        98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    for text in [RSA_JWK, &rsa_pkcs1(), &rsa_pkcs8()] {
        assert_eq!(signature(text, KeyAlgorithm::Rs256, message), published);
    }
    assert_eq!(
        signature(ED_JWK, KeyAlgorithm::EdDsa, "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"),
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    );
}

#[test]
fn a_key_of_another_curve_is_named_and_a_short_rsa_key_is_refused() {
    assert_refused(P521_SEC1, KeyAlgorithm::Es256, "on P-521");
    assert_refused(EC_SEC1, KeyAlgorithm::Es384, "on P-256; ES384 signs with");
    assert_refused(&EC_JWK.replace("P-256", "P-521"), KeyAlgorithm::Es256, "another curve");
    let short = format!("-----BEGIN RSA PRIVATE KEY-----{SHORT_RSA}-----END RSA PRIVATE KEY-----\n");
    assert_refused(&short, KeyAlgorithm::Rs256, "fewer than 2,048 bits");
}

#[test]
fn what_is_not_a_plain_private_key_gets_its_own_advice() {
    let algorithm = KeyAlgorithm::Es256;
    for (tag, words) in [
        ("ENCRYPTED PRIVATE KEY", "passphrase"),
        ("PUBLIC KEY", "public key"),
        ("RSA PUBLIC KEY", "public key"),
        ("CERTIFICATE", "certificate"),
        ("OPENSSH PRIVATE KEY", "ssh-keygen"),
        ("PRIVATE KEY", "damaged"),
        ("RSA PRIVATE KEY", "RSA key"),
        ("EC PRIVATE KEY", "damaged"),
        ("PGP MESSAGE", "Is not a private key"),
    ] {
        assert_refused(&armored(tag, &[0x30, 3, 2, 1, 0]), algorithm, words);
    }
    assert_refused(LOCKED_SEC1, algorithm, "passphrase");
    assert_refused(&format!("{EC_SEC1}{}", armored("CERTIFICATE", &[0x30, 0])), algorithm, "several");
    assert_refused("hunter2-hunter2", algorithm, "Is not a private key");
    assert_refused("", algorithm, "Is not a private key");
    assert_refused(&ED_PKCS8.replace('\n', "\\n"), KeyAlgorithm::EdDsa, "real line ends");
    assert_refused("-----BEGIN PRIVATE KEY-----\nMC4CAQAw", algorithm, "whole PEM block");
}

#[test]
fn a_jwk_that_cannot_sign_gets_its_own_advice() {
    let algorithm = KeyAlgorithm::Es256;
    for (text, words) in [
        (EC_JWK.replace("\"d\"", "\"other\""), "public key"),
        (EC_JWK.replace("\"x\"", "\"other\""), "Lacks a member"),
        (EC_JWK.replace("\"crv\"", "\"other\""), "Lacks `crv`"),
        (EC_JWK.replace("jpsQ", "kpsQ"), "damaged"),
        (EC_JWK.replace("jpsQ", "j*sQ"), "base64url"),
        (EC_JWK.replace("\"EC\"", "\"EC\",\"alg\":\"ES384\""), "another algorithm"),
        (EC_JWK.replace("\"EC\"", "\"EC\",\"use\":\"enc\""), "not meant for signatures"),
        (EC_JWK.replace("\"EC\"", "\"oct\""), "shared secret"),
        (EC_JWK.replace("\"EC\"", "\"DSA\""), "not RSA, EC or OKP"),
        (EC_JWK.replace("\"kty\"", "\"other\""), "without `kty`"),
        (EC_JWK.replace("\"EC\"", "7"), "Starts like a JWK"),
        (format!("{{\"keys\":[{EC_JWK}]}}"), "set of keys"),
        (r#"{"type":"service_account","private_key":"x"}"#.to_owned(), "key file"),
    ] {
        assert_refused(&text, algorithm, words);
    }
    assert_refused(&RSA_JWK.replace("\"qi\"", "\"other\""), KeyAlgorithm::Rs256, "Lacks a member");
    assert_refused(&RSA_JWK.replace("\"qi\":\"IY", "\"qi\":\"JY"), KeyAlgorithm::Rs256, "damaged");
    assert_refused(&ED_JWK.replace("Ed25519", "X25519"), KeyAlgorithm::EdDsa, "another curve than Ed25519");
}

#[test]
fn a_jwk_that_names_its_use_and_algorithm_rightly_is_taken() {
    let text = EC_JWK
        .replace("\"EC\"", "\"EC\",\"use\":\"sig\",\"alg\":\"ES256\",\"kid\":\"1\",\"key_ops\":[\"sign\"]");
    assert_eq!(check(&secret(&text), KeyAlgorithm::Es256), Ok(()));
}
