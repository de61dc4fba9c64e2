//! What happens around every request, from the outside in: id, log line, problem documents.

pub mod problems;
pub mod request_id;
