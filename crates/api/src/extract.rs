//! What handlers take from a request: the caller, the id in the path, the body, the version it names.

pub mod body;
pub mod caller;
pub mod id;
pub mod once;
pub mod page;
pub mod parameters;
pub mod precondition;
