//! What happens around every request, from the outside in: id, log line, problem documents.

pub mod idempotency;
pub mod problems;
pub mod quota;
pub mod request_id;
