//! What the database's own errors mean to the store.
//!
//! PostgreSQL names a broken constraint; SQLite names the columns only, and where two are broken, either. So each
//! promise has an index of its own, and this table is the one place that reads messages.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};

use crate::error::{StoreError, Unique};

/// Each unique index: its columns as SQLite's message lists them, and its name in PostgreSQL.
const PROMISES: [(&str, &str, Unique); 14] = [
    ("destinations.id", "destinations_pkey", Unique::DestinationId),
    (
        "destinations.environment_id, destinations.external_id",
        "destinations_external_id",
        Unique::DestinationExternalId,
    ),
    ("credentials.id", "credentials_pkey", Unique::CredentialId),
    (
        "credentials.environment_id, credentials.external_id",
        "credentials_external_id",
        Unique::CredentialExternalId,
    ),
    ("environments.id", "environments_pkey", Unique::EnvironmentId),
    ("users.id", "users_pkey", Unique::UserId),
    ("users.issuer, users.subject", "users_subject", Unique::Subject),
    ("api_keys.id", "api_keys_pkey", Unique::ApiKeyId),
    ("verifications.id", "verifications_pkey", Unique::VerificationId),
    ("verification_leases.destination_id", "verification_leases_pkey", Unique::VerificationLease),
    ("audit_events.id", "audit_events_pkey", Unique::AuditEventId),
    ("audit_events.sequence", "audit_events_chain", Unique::AuditSequence),
    ("server_keys.id", "server_keys_pkey", Unique::ServerKeyId),
    ("server_keys.purpose", "server_keys_one_active", Unique::ActiveServerKey),
];

/// Beginnings of messages that tell of the surroundings, not of a statement: of SQLite, then of PostgreSQL.
const SURROUNDINGS: [&str; 18] = [
    "database is locked",
    "database or disk is full",
    "disk I/O error",
    "attempt to write a readonly database",
    "unable to open database file",
    "database disk image is malformed",
    "file is not a database",
    "no such table",
    "canceling statement due to",
    "terminating connection",
    "the database system is",
    "could not extend file",
    "could not write",
    "out of memory",
    "out of shared memory",
    "sorry, too many clients",
    "remaining connection slots are reserved",
    "cannot execute",
];

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        if let Error::DatabaseError(kind, information) = &error {
            return meaning(kind, information.as_ref());
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

fn meaning(
    kind: &DatabaseErrorKind,
    information: &(dyn DatabaseErrorInformation + Send + Sync),
) -> StoreError {
    let message = information.message();
    let is = |known: DatabaseErrorKind| std::mem::discriminant(kind) == std::mem::discriminant(&known);
    if is(DatabaseErrorKind::UniqueViolation) {
        return broken_promise(information)
            .map_or_else(|| StoreError::Internal(message.to_owned()), StoreError::Duplicate);
    }
    if is(DatabaseErrorKind::ForeignKeyViolation) {
        // The row that the new one points at is not there.
        return StoreError::NotFound;
    }
    if is(DatabaseErrorKind::SerializationFailure) || message.starts_with("deadlock detected") {
        return StoreError::Stale;
    }
    let is_lost = is(DatabaseErrorKind::ClosedConnection) || is(DatabaseErrorKind::UnableToSendCommand);
    if is_lost || SURROUNDINGS.iter().any(|beginning| message.starts_with(beginning)) {
        return StoreError::Unavailable(message.to_owned());
    }
    StoreError::Internal(message.to_owned())
}

fn broken_promise(information: &(dyn DatabaseErrorInformation + Send + Sync)) -> Option<Unique> {
    let columns = information.message().strip_prefix("UNIQUE constraint failed: ");
    let constraint = information.constraint_name();
    let is_it = |(of_sqlite, of_postgres, _): &&(&str, &str, Unique)| match columns {
        Some(columns) => columns == *of_sqlite,
        None => constraint == Some(*of_postgres),
    };
    PROMISES.iter().find(is_it).map(|(.., promise)| *promise)
}
