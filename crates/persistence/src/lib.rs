//! The store: the only crate that knows diesel and SQL. Speaks domain types; must not know HTTP or JSON bodies.
//!
//! [`Store`] is the door. Each table has a module with every query on it; what reads a tenant's data takes a
//! [`Scope`], what writes takes a [`Changing`] and stores the change together with its audit event.

#![warn(missing_docs)]

pub mod api_keys;
pub mod audit;
pub mod copy;
pub mod credentials;
pub mod destinations;
mod engine;
pub mod environments;
mod error;
pub mod idempotency;
pub mod leases;
mod page;
#[cfg(test)]
mod plans;
pub mod principals;
pub mod rates;
pub mod roles;
pub mod rotation;
mod row;
mod schema;
mod scope;
mod sealed_columns;
pub mod sealing;
pub mod server_keys;
mod sorting;
mod sql_types;
mod store;
pub mod verifications;

pub use error::{StartError, StoreError, Unique};
pub use page::{Keyset, Page, PageRequest};
pub use scope::Scope;
pub use store::{Changing, Options, Reading, Store};
