//! What the statements of this thread's connection have come to, whatever became of their errors above: a job may make
//! light of one, and the error of a job does not say what caused it. A connection belongs to one thread.

use std::cell::Cell;

use diesel::{
    connection::InstrumentationEvent,
    result::{DatabaseErrorKind, Error},
};

thread_local! {
    static FAILED: Cell<bool> = const { Cell::new(false) };
    static DOUBTFUL: Cell<bool> = const { Cell::new(false) };
}

/// Takes note of a failed statement; for a connection's instrumentation.
#[expect(clippy::needless_pass_by_value, reason = "the signature is diesel's")]
pub(crate) fn watch(event: InstrumentationEvent<'_>) {
    if let InstrumentationEvent::FinishQuery { error: Some(error), .. } = event {
        FAILED.set(true);
        if is_doubtful(error) {
            DOUBTFUL.set(true);
        }
    }
}

/// Whether a statement failed since the last time. PostgreSQL keeps nothing of a transaction in which one did, and yet
/// answers its COMMIT as if all were well.
pub(crate) fn take_failure() -> bool {
    FAILED.take()
}

/// Whether a statement failed since the last time in a way that a lost connection could have caused.
pub(crate) fn take_doubt() -> bool {
    DOUBTFUL.take()
}

fn is_doubtful(error: &Error) -> bool {
    let is_of_the_statement = matches!(
        error,
        Error::NotFound
            | Error::DatabaseError(
                DatabaseErrorKind::UniqueViolation
                    | DatabaseErrorKind::ForeignKeyViolation
                    | DatabaseErrorKind::CheckViolation
                    | DatabaseErrorKind::NotNullViolation
                    | DatabaseErrorKind::SerializationFailure,
                _
            )
    );
    !is_of_the_statement
}
