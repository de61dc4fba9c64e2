//! Every call that leaves Waypost: where it may go, how it is made, what may be shown of the answer.
//!
//! Knows nothing of SQL, of actix, of who asks, and of what is stored afterwards. Modules in reading order:

#![warn(missing_docs)]

pub mod authorize;
pub mod client;
pub mod deliver;
pub mod document;
pub mod guard;
pub mod message;
pub mod private_key;
pub mod redact;
pub mod resolver;
pub mod webhook_signature;
