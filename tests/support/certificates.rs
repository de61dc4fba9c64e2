//! Certificates made for a test: by an authority that the server is told to trust, or with one thing wrong.

use std::{path::PathBuf, sync::Arc};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::{
    ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tempfile::TempDir;
use tokio_rustls::TlsAcceptor;

/// What is right or wrong about an endpoint's certificate.
#[derive(Clone, Copy)]
pub(crate) enum Certificate {
    Good,
    Expired,
    OtherName,
    SelfSigned,
}

/// An authority of the test's own.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    home: TempDir,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "Authority of a test");
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("authority.pem"), issuer.pem()).unwrap();
        Self { issuer, home }
    }

    /// For `WAYPOST_EXTRA_CA_FILE`.
    pub(crate) fn file(&self) -> PathBuf {
        self.home.path().join("authority.pem")
    }

    /// Certificate and key as PEM, for a server that is another program.
    pub(crate) fn pem(&self, kind: Certificate) -> (String, String) {
        let (certificate, key) = self.issue(kind);
        (certificate.pem(), key.serialize_pem())
    }

    /// The server's side of TLS on `127.0.0.1`.
    pub(crate) fn acceptor(&self, kind: Certificate) -> TlsAcceptor {
        let (certificate, key) = self.issue(kind);
        let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config =
            ServerConfig::builder_with_provider(rustls::crypto::aws_lc_rs::default_provider().into())
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_no_client_auth()
                .with_single_cert(vec![certificate.der().clone()], private)
                .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }

    fn issue(&self, kind: Certificate) -> (rcgen::Certificate, KeyPair) {
        let names = match kind {
            Certificate::OtherName => vec!["elsewhere.example.org".to_owned()],
            Certificate::Good | Certificate::Expired | Certificate::SelfSigned => {
                vec!["127.0.0.1".to_owned(), "localhost".to_owned()]
            }
        };
        let mut params = CertificateParams::new(names).unwrap();
        if let Certificate::Expired = kind {
            params.not_before = date_time_ymd(2020, 1, 1);
            params.not_after = date_time_ymd(2021, 1, 1);
        }
        let key = KeyPair::generate().unwrap();
        let certificate = match kind {
            Certificate::SelfSigned => params.self_signed(&key).unwrap(),
            Certificate::Good | Certificate::Expired | Certificate::OtherName => {
                params.signed_by(&key, &self.issuer).unwrap()
            }
        };
        (certificate, key)
    }
}
