//! What the database's own errors mean to the store.
//!
//! PostgreSQL names a broken constraint; SQLite names the columns only, and where two are broken, either. So each
//! promise has an index of its own, and this table is the one place that reads messages.

use diesel::result::{DatabaseErrorKind, Error};

use crate::error::{StoreError, Unique};

/// The columns of each unique index, as SQLite's message lists them.
const UNIQUE_COLUMNS: [(&str, Unique); 11] = [
    ("destinations.id", Unique::DestinationId),
    ("destinations.environment_id, destinations.external_id", Unique::DestinationExternalId),
    ("credentials.id", Unique::CredentialId),
    ("credentials.environment_id, credentials.external_id", Unique::CredentialExternalId),
    ("environments.id", Unique::EnvironmentId),
    ("users.id", Unique::UserId),
    ("verifications.id", Unique::VerificationId),
    ("verification_leases.destination_id", Unique::VerificationLease),
    ("audit_events.id", Unique::AuditEventId),
    ("server_keys.id", Unique::ServerKeyId),
    ("server_keys.purpose", Unique::ActiveServerKey),
];

/// Beginnings of SQLite's messages that tell of the surroundings, not of a statement.
const SURROUNDINGS: [&str; 8] = [
    "database is locked",
    "database or disk is full",
    "disk I/O error",
    "attempt to write a readonly database",
    "unable to open database file",
    "database disk image is malformed",
    "file is not a database",
    "no such table",
];

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        if let Error::DatabaseError(kind, information) = &error {
            return meaning(kind, information.message());
        }
        if matches!(error, Error::NotFound) {
            return Self::NotFound;
        }
        if matches!(error, Error::BrokenTransactionManager) {
            return Self::Unavailable(error.to_string());
        }
        Self::Internal(error.to_string())
    }
}

fn meaning(kind: &DatabaseErrorKind, message: &str) -> StoreError {
    if matches!(kind, DatabaseErrorKind::UniqueViolation) {
        return broken_promise(message)
            .map_or_else(|| StoreError::Internal(message.to_owned()), StoreError::Duplicate);
    }
    if matches!(kind, DatabaseErrorKind::ForeignKeyViolation) {
        // The row that the new one points at is not there.
        return StoreError::NotFound;
    }
    if SURROUNDINGS.iter().any(|beginning| message.starts_with(beginning)) {
        return StoreError::Unavailable(message.to_owned());
    }
    StoreError::Internal(message.to_owned())
}

fn broken_promise(message: &str) -> Option<Unique> {
    let columns = message.strip_prefix("UNIQUE constraint failed: ")?;
    UNIQUE_COLUMNS.iter().find(|(known, _)| *known == columns).map(|(_, unique)| *unique)
}
