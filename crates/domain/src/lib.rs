//! What is true about data destinations: identities, states, rules, refusals, samples.
//!
//! Pure: nothing here may know of I/O, async, the clock, randomness, serde, SQL or HTTP. Times, new ids and
//! sealed secrets come in as arguments. Modules in reading order:

#![warn(missing_docs)]

pub mod access;
pub mod api_key;
pub mod audit;
pub mod catalog;
pub mod credential;
pub mod destination;
pub mod endpoint;
pub mod environment;
pub mod fault;
pub mod form;
pub mod ids;
pub mod message;
pub mod organization;
pub mod refusal;
pub mod secret;
pub mod time;
pub mod verification;
