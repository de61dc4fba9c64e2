//! The client against TLS servers with good and bad certificates: which check fails, and with which advice.

use std::{path::PathBuf, sync::Arc, time::Duration};

use domain::verification::CheckName;
use outbound::client::{Client, TlsSetupError};
use rcgen::{BasicConstraints, Certificate, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    version::{TLS12, TLS13},
};
use tokio::io::AsyncReadExt;

use crate::support::{
    NAME, Script, client, client_with, failed, get, get_within, guard, handle, ok, passed, serve, serve_tls,
};

fn server(certificate: &Certificate, key: &KeyPair) -> ServerConfig {
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap()
}

/// An authority of its own for each test, and the file by which a client trusts it.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    file: PathBuf,
}

impl Authority {
    fn new(test: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        let file =
            PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}-{}.pem", std::process::id()));
        std::fs::write(&file, certificate.pem()).unwrap();
        Self { issuer: Issuer::new(params, key), file }
    }

    fn client(&self) -> Client {
        client_with(Script::new(NAME, &[&["127.0.0.1"]]), Some(&self.file))
    }

    fn server(&self, params: &CertificateParams) -> ServerConfig {
        let key = KeyPair::generate().unwrap();
        server(&params.signed_by(&key, &self.issuer).unwrap(), &key)
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.file);
    }
}

fn params(name: &str) -> CertificateParams {
    CertificateParams::new(vec![name.to_owned()]).unwrap()
}

#[tokio::test]
async fn a_certificate_of_an_extra_authority_is_good() {
    let authority = Authority::new("good");
    let listener = serve_tls(authority.server(&params(NAME))).await;
    let (answer, checks) = get(&authority.client(), &listener.url("https", "/in")).await;
    assert_eq!(answer.unwrap().body, b"fine");
    assert_eq!(failed(&checks), None);
    assert_eq!(passed(&checks)[3..], [CheckName::Connect, CheckName::Tls]);
}

#[tokio::test]
async fn each_kind_of_bad_certificate_has_its_advice() {
    let authority = Authority::new("bad");
    let mut expired = params(NAME);
    (expired.not_before, expired.not_after) = (date_time_ymd(2019, 1, 1), date_time_ymd(2020, 1, 1));
    let mut early = params(NAME);
    early.not_before = date_time_ymd(4000, 1, 1);
    let key = KeyPair::generate().unwrap();
    let self_signed = server(&params(NAME).self_signed(&key).unwrap(), &key);
    let foreign = Authority::new("foreign");
    for (config, word) in [
        (authority.server(&expired), "expired"),
        (authority.server(&early), "not valid yet"),
        (authority.server(&params("other.example.org")), "another name"),
        (self_signed, "self-signed"),
        (foreign.server(&params(NAME)), "does not trust"),
    ] {
        let listener = serve_tls(config).await;
        let (_, checks) = get(&authority.client(), &listener.url("https", "/")).await;
        let (check, advice) = failed(&checks).unwrap();
        assert_eq!(check, CheckName::Tls, "{word}");
        assert!(advice.contains(word), "{advice}");
        assert_eq!(passed(&checks).last(), Some(&CheckName::Connect));
        assert!(listener.requests().is_empty());
    }
}

#[tokio::test]
async fn a_certificate_authority_s_own_certificate_is_no_server_s() {
    let key = KeyPair::generate().unwrap();
    let mut own = params(NAME);
    own.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let listener = serve_tls(server(&own.self_signed(&key).unwrap(), &key)).await;
    let (_, checks) = get(&client(), &listener.url("https", "/")).await;
    let (check, advice) = failed(&checks).unwrap();
    assert_eq!(check, CheckName::Tls);
    assert!(advice.contains("self-signed"), "{advice}");
}

#[tokio::test]
async fn both_versions_of_tls_are_spoken() {
    let authority = Authority::new("versions");
    for version in [&TLS12, &TLS13] {
        let key = KeyPair::generate().unwrap();
        let certificate = params(NAME).signed_by(&key, &authority.issuer).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(&[version])
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der())),
            )
            .unwrap();
        let listener = serve_tls(config).await;
        let (answer, checks) = get(&authority.client(), &listener.url("https", "/")).await;
        assert_eq!(answer.unwrap().status, 200);
        assert_eq!(passed(&checks)[3..], [CheckName::Connect, CheckName::Tls]);
    }
}

#[tokio::test]
async fn https_on_a_port_of_plain_http_fails_tls() {
    let listener = serve(|_| ok("plain")).await;
    let (_, checks) = get(&client(), &listener.url("https", "/")).await;
    let (check, advice) = failed(&checks).unwrap();
    assert_eq!(check, CheckName::Tls);
    assert!(advice.contains("https"), "{advice}");
}

#[tokio::test]
async fn a_server_that_is_silent_in_tls_fails_tls() {
    let listener = handle(|mut stream| async move {
        let _ = stream.read(&mut [0; 4_096]).await;
        tokio::time::sleep(Duration::from_secs(30)).await;
    })
    .await;
    let (_, checks) = get_within(&client(), &listener.url("https", "/"), Duration::from_millis(300)).await;
    let (check, advice) = failed(&checks).unwrap();
    assert_eq!(check, CheckName::Tls);
    assert!(advice.contains("in time"), "{advice}");
    assert_eq!(passed(&checks).last(), Some(&CheckName::Connect));
}

#[tokio::test]
async fn a_server_that_hangs_up_in_tls_fails_tls() {
    let listener = handle(|mut stream| async move {
        let _ = stream.read(&mut [0; 4_096]).await;
    })
    .await;
    let (_, checks) = get(&client(), &listener.url("https", "/")).await;
    let (check, advice) = failed(&checks).unwrap();
    assert_eq!(check, CheckName::Tls);
    assert!(advice.contains("broke"), "{advice}");
}

#[tokio::test]
async fn a_server_that_wants_a_client_certificate_says_so() {
    let authority = Authority::new("mutual");
    let key = KeyPair::generate().unwrap();
    let certificate = params(NAME).signed_by(&key, &authority.issuer).unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate.der().clone()).unwrap();
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier =
        rustls::server::WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone())
            .build()
            .unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der())),
        )
        .unwrap();
    let listener = serve_tls(config).await;
    let (_, checks) = get(&authority.client(), &listener.url("https", "/")).await;
    let (_, advice) = failed(&checks).unwrap();
    assert!(advice.contains("client certificate"), "{advice}");
}

#[test]
fn a_file_that_holds_no_authorities_is_refused_at_the_start() {
    let missing = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("no-such-file.pem");
    let malformed = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let open = |path: &PathBuf| Client::new(guard(&[]), Script::new(NAME, &[&[]]), Some(path)).err();
    assert!(matches!(open(&missing), Some(TlsSetupError::Unreadable { .. })));
    assert!(matches!(open(&malformed), Some(TlsSetupError::NotAuthorities { .. })));
}
