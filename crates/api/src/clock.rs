//! The clock and the source of ids: the one place where either is read.

#![expect(clippy::disallowed_methods, reason = "this is the place")]

use domain::time::Timestamp;
use uuid::Uuid;

/// Now, in UTC, to the millisecond.
pub fn now() -> Timestamp {
    Timestamp::from(chrono::Utc::now())
}

/// A new id whose order is the order of creation (UUID v7).
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// An id that tells nothing, not even when it was made (UUID v4): for challenges.
pub fn random_id() -> Uuid {
    Uuid::new_v4()
}
