//! The server's own keys: made on first use, sealed by the master key, kept in the database so that every node has
//! the same ones.

use std::{fs, io::Write, os::unix::fs::OpenOptionsExt, path::Path};

use domain::secret::SecretText;
use persistence::{
    Store, StoreError,
    sealing::{Keyring, MasterKey, SealingError},
    server_keys::{self, Purpose, ServerKey},
};
use zeroize::Zeroizing;

use crate::{clock, config::MasterKeySource};

/// A key of the server cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The database.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The sealing.
    #[error("{0}")]
    Sealing(#[from] SealingError),
    /// It is not what it should be.
    #[error("a key of the server is unusable")]
    Unusable,
    /// The file of the master key.
    #[error("the master key file {0}: {1}")]
    File(String, String),
}

/// An opened key and its id.
pub type OpenKey = (String, Zeroizing<Vec<u8>>);

/// The master keys that were configured, or the one in its file, which is made if it is not there.
pub fn master_keys(source: Option<MasterKeySource>) -> Result<Vec<MasterKey>, KeyError> {
    let path = match source {
        Some(MasterKeySource::Given(keys)) => return Ok(keys),
        Some(MasterKeySource::Made(path)) => path,
        None => return Err(KeyError::File(String::new(), "has been taken already".to_owned())),
    };
    let failed = |cause: String| KeyError::File(path.display().to_string(), cause);
    match fs::read_to_string(&path) {
        Ok(text) => MasterKey::parse(&SecretText::from(text.trim().to_owned()))
            .map(|key| vec![key])
            .map_err(|_| failed("does not hold 32 bytes in base64".to_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let key = MasterKey::generate()?;
            write_private(&path, key.to_base64().expose()).map_err(|error| failed(error.to_string()))?;
            Ok(vec![key])
        }
        Err(error) => Err(failed(error.to_string())),
    }
}

/// Writes a file that only its owner may read, whole or not at all.
pub fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let unfinished = path.with_extension("tmp");
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&unfinished, path)
}

/// The keys of a purpose, the one in use first; that is `fresh` if there was none.
pub async fn load_or_make(
    store: &Store,
    keyring: &Keyring,
    purpose: Purpose,
    fresh: Zeroizing<Vec<u8>>,
) -> Result<Vec<OpenKey>, KeyError> {
    let id = clock::new_id();
    let sealed = keyring.seal(&fresh, &server_keys::place(id))?;
    let offered = ServerKey { id, purpose, sealed, created_at: clock::now(), retired_at: None };
    let keys = store
        .change(move |tx| {
            server_keys::active_or_insert(tx, offered)?;
            server_keys::all(tx, purpose)
        })
        .await?;
    open(keyring, keys)
}

/// The keys, opened; the one in use first.
pub fn open(keyring: &Keyring, mut keys: Vec<ServerKey>) -> Result<Vec<OpenKey>, KeyError> {
    keys.sort_by_key(|key| key.retired_at.is_some());
    let open = |key: ServerKey| {
        let bytes = keyring.open(&key.sealed, &server_keys::place(key.id))?;
        Ok((key.id.to_string(), bytes))
    };
    keys.into_iter().map(open).collect()
}

/// 32 random bytes.
pub fn random_key() -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let mut bytes = Zeroizing::new(vec![0; 32]);
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| SealingError::Library)?;
    Ok(bytes)
}
