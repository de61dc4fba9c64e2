//! What every handler shares: the store, the way out, the keys. Built once, before the first request.

use std::{sync::Arc, time::Duration};

use domain::environment::EnvironmentFlag;
use outbound::{authorize::Authorizer, client::Client};
use persistence::{Store, sealing::Sealer};
use tokio::sync::Semaphore;

use crate::{
    authentication::{
        callers::Callers, identity_provider::IdentityProvider, key_documents::KeyDocuments,
        signing_keys::SigningKeys,
    },
    cursor::Cursors,
    document::Document,
    identity::Identity,
    limits::Limits,
    shown::Shown,
    tokens::Tokens,
};

/// Attempts that may be under way at once; each holds a socket and a few kilobytes, no thread and no connection to
/// the database.
pub const MAX_VERIFICATIONS: usize = 512;

/// Shared by all workers.
pub struct State {
    /// The database.
    pub store: Store,
    /// Seals and opens secrets.
    pub sealer: Sealer,
    /// Makes every call that leaves the server.
    pub outbound: Client,
    /// Authorizes them, and remembers the tokens it fetched.
    pub authorizer: Authorizer,
    /// Checks access tokens.
    pub tokens: Tokens,
    /// Looks after the keys that sign them.
    pub signing_keys: SigningKeys,
    /// How often callers may call.
    pub limits: Limits,
    /// Whether users and keys are still there.
    pub callers: Callers,
    /// Public keys that others publish.
    pub key_documents: Arc<KeyDocuments>,
    /// Whose tokens are taken beside this server's, if somebody's are.
    pub identity_provider: Option<IdentityProvider>,
    /// What kind of environment this installation itself is, for URLs that belong to none.
    pub flag: EnvironmentFlag,
    /// Who this server is to others.
    pub identity: Identity,
    /// Signs page cursors.
    pub cursors: Cursors,
    /// Destinations as lists show them.
    pub shown: Shown,
    /// The API description, and the checks made from it.
    pub document: Document,
    /// Begins `type` of problems, and links: no slash at its end.
    pub public_url: String,
    /// Cap of a whole attempt.
    pub verify_timeout: Duration,
    /// One permit for each attempt under way.
    pub verifications: Arc<Semaphore>,
}
