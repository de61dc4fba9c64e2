//! What the store answers when it cannot do what was asked. One enum; HTTP is not known here.

use domain::refusal::Refusal;

/// A promise of the schema that a write would have broken: one index each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unique {
    /// A destination's id, over all organizations.
    DestinationId,
    /// A destination's external id within its environment.
    DestinationExternalId,
    /// A credential's id, over all organizations.
    CredentialId,
    /// A credential's external id within its environment.
    CredentialExternalId,
    /// An environment's id.
    EnvironmentId,
    /// A user's id.
    UserId,
    /// A person's name at the identity provider.
    Subject,
    /// An API key's id.
    ApiKeyId,
    /// An attempt's id.
    VerificationId,
    /// One attempt at a time per destination.
    VerificationLease,
    /// An audit event's id.
    AuditEventId,
    /// A place in the chain of the trail.
    AuditSequence,
    /// A server key's id.
    ServerKeyId,
    /// One key in use per purpose.
    ActiveServerKey,
}

/// Why a job of the store failed. `Display` is for the log, never for a client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// It does not exist, or the caller must not learn that it does.
    #[error("not found")]
    NotFound,
    /// The caller may know it, and may not do this to it.
    #[error("forbidden")]
    Forbidden,
    /// Somebody else's write came first; nothing was changed.
    #[error("stale: another write came first")]
    Stale,
    /// The write would have broken this promise; nothing was changed.
    #[error("duplicate: {0:?}")]
    Duplicate(Unique),
    /// The rules say no.
    #[error("refused: {}", .0.slug())]
    Refused(Refusal),
    /// Too many jobs are waiting; this one was not begun.
    #[error("too many jobs are waiting for the database")]
    Overloaded,
    /// The database cannot be used now. A write that got this was not committed, but for one case: the connection to
    /// a server was cut while it committed, and nobody can say.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// A stored value does not parse.
    #[error("corrupt value in {table}.{column} of row {id}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's key.
        id: String,
    },
    /// A fault of this program.
    #[error("internal error of the store: {0}")]
    Internal(String),
}

impl From<Refusal> for StoreError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Why the store cannot start. `Display` is one plain line for the operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// The address of the database is not one.
    #[error(
        "the database address is {0}; it takes sqlite://<path of a file>, sqlite://:memory: or postgres://..."
    )]
    Address(&'static str),
    /// The database cannot be opened.
    #[error("cannot open the database {location}: {cause}")]
    Open {
        /// Which.
        location: String,
        /// What the database or the system said.
        cause: String,
    },
    /// The SQLite library can lose committed writes (the WAL-reset bug, fixed in 3.51.3).
    #[error("SQLite {0} can lose writes; 3.51.3 or newer is needed")]
    UnsafeSqlite(String),
    /// A migration failed; nothing of it was kept.
    #[error("cannot migrate the database: {0}")]
    Migration(String),
    /// A newer program has migrated the database.
    #[error("the database is newer than this program (migration {0}): run the newer program")]
    Newer(String),
    /// Secrets were sealed with master keys that are not configured. Nothing was changed.
    #[error(
        "WAYPOST_MASTER_KEY: the database holds secrets sealed with another master key (key id {0}): add that key"
    )]
    UnknownKey(String),
    /// A sealed key of the server cannot be opened, made or stored.
    #[error("the keys of this server cannot be used: {0}")]
    ServerKeys(String),
}

/// The one job of the database that a start fails by: migrating.
impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        Self::Migration(error.to_string())
    }
}
