//! How Waypost speaks TLS as a client: 1.2 or newer, the authorities of the operating system, and the operator's.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, pem::PemObject},
};

/// Why a client cannot be set up. The file is the operator's; its name may be shown.
#[derive(Debug, thiserror::Error)]
pub enum TlsSetupError {
    /// The file of extra authorities cannot be read.
    #[error("cannot read the certificate authorities in {path}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It holds something else than certificates of authorities, or nothing.
    #[error("{path} holds no PEM certificates of authorities, or a malformed one")]
    NotAuthorities {
        /// The file.
        path: PathBuf,
    },
    /// The TLS library refuses its own defaults.
    #[error("TLS cannot be set up")]
    Library(#[from] rustls::Error),
}

/// What every call's configuration is cloned from. A machine without authorities of its own is no error: its
/// calls fail at the `tls` check until it has some.
pub(super) fn config(extra_authorities: Option<&Path>) -> Result<ClientConfig, TlsSetupError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = extra_authorities {
        add_file(&mut roots, path)?;
    }
    if roots.is_empty() {
        tracing::warn!("no certificate authorities found: every https call will fail at its TLS check");
    }
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn add_file(roots: &mut RootCertStore, path: &Path) -> Result<(), TlsSetupError> {
    let pem =
        std::fs::read(path).map_err(|source| TlsSetupError::Unreadable { path: path.to_owned(), source })?;
    let malformed = || TlsSetupError::NotAuthorities { path: path.to_owned() };
    let before = roots.len();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        roots.add(certificate.map_err(|_| malformed())?).map_err(|_| malformed())?;
    }
    if roots.len() == before { Err(malformed()) } else { Ok(()) }
}
