//! Beginning and ending transactions, on any database.

use diesel::connection::{AnsiTransactionManager, Connection, TransactionManager};

use super::connection::DbConnection;

/// Begins a transaction that writes. On SQLite it takes the write lock at once: a deferred one that reads first and
/// writes then fails under load, however long it would be willing to wait. On PostgreSQL each statement sees what
/// was committed before it; two writers of one row are told apart by its version.
pub(crate) fn begin_changing(connection: &mut DbConnection) -> diesel::QueryResult<()> {
    match connection {
        DbConnection::Postgres(inner) => AnsiTransactionManager::begin_transaction_sql(
            inner,
            "begin transaction isolation level read committed read write",
        ),
        DbConnection::Sqlite(inner) => {
            AnsiTransactionManager::begin_transaction_sql(inner, "begin immediate")
        }
    }
}

/// Begins a transaction that only reads; every query in it sees the same state.
pub(crate) fn begin_reading(connection: &mut DbConnection) -> diesel::QueryResult<()> {
    match connection {
        DbConnection::Postgres(inner) => AnsiTransactionManager::begin_transaction_sql(
            inner,
            "begin transaction isolation level repeatable read read only",
        ),
        DbConnection::Sqlite(inner) => AnsiTransactionManager::begin_transaction_sql(inner, "begin"),
    }
}

/// Begins a savepoint inside a transaction.
pub(crate) fn begin_savepoint(connection: &mut DbConnection) -> diesel::QueryResult<()> {
    <DbConnection as Connection>::TransactionManager::begin_transaction(connection)
}

/// Ends the innermost transaction or savepoint and keeps it.
pub(crate) fn commit(connection: &mut DbConnection) -> diesel::QueryResult<()> {
    <DbConnection as Connection>::TransactionManager::commit_transaction(connection)
}

/// Ends the innermost transaction or savepoint and drops it.
pub(crate) fn rollback(connection: &mut DbConnection) -> diesel::QueryResult<()> {
    <DbConnection as Connection>::TransactionManager::rollback_transaction(connection)
}
