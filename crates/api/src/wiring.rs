//! Puts the parts together: database, keys, the way out. For `serve` and for the commands at the line alike.

use std::{fs, net::SocketAddr, sync::Arc};

use jsonwebtoken::EncodingKey;
use outbound::{
    authorize::{Authorizer, ServerIdentity},
    client::Client,
    guard::{Guard, GuardSettings},
    resolver::SystemResolver,
};
use persistence::{
    Store,
    sealing::{Keyring, Sealer},
    server_keys::Purpose,
};
use tokio::sync::Semaphore;

use crate::{
    authentication::{
        callers::Callers,
        identity_provider::IdentityProvider,
        key_documents::KeyDocuments,
        signing_keys::{self, SigningKeys},
    },
    clock,
    config::Settings,
    cursor::Cursors,
    document::Document,
    identity::{self, Identity},
    keys,
    limits::Limits,
    shown::Shown,
    state::{MAX_VERIFICATIONS, State},
    tokens::{DEFAULT_ISSUER, Tokens},
};

/// A start that failed: one plain line.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StartFailure(pub String);

/// Any error, as the line that ends the start.
pub fn failure(error: impl std::fmt::Display) -> StartFailure {
    StartFailure(error.to_string())
}

/// The open database and the keys that belong to it.
pub struct Foundation {
    /// The database, migrated.
    pub store: Store,
    /// Seals and opens secrets.
    pub sealer: Sealer,
    /// Signs and checks access tokens.
    pub tokens: Tokens,
    /// Who this server is to others.
    pub identity: Identity,
    /// Signs page cursors.
    pub cursors: Cursors,
}

/// Opens and migrates the database.
pub async fn open_store(settings: &Settings) -> Result<Store, StartFailure> {
    fs::create_dir_all(&settings.data_dir).map_err(|error| {
        StartFailure(format!("WAYPOST_DATA_DIR: {}: {error}", settings.data_dir.display()))
    })?;
    let store = Store::open(&settings.database_url, settings.database_options).map_err(failure)?;
    store.migrate().await.map_err(failure)?;
    Ok(store)
}

/// The way out. Reads the extra certificate authorities.
pub fn open_outbound(settings: &Settings, own_sockets: Vec<SocketAddr>) -> Result<Client, StartFailure> {
    let allowed_networks = settings.allowed_networks.clone();
    let guard = Guard::new(GuardSettings { allowed_networks, own_sockets });
    Client::new(guard, Arc::new(SystemResolver), settings.extra_ca_file.as_deref())
        .map_err(|error| StartFailure(format!("WAYPOST_EXTRA_CA_FILE: {error}")))
}

impl Foundation {
    /// Opens everything; a wrong master key stops here, before anything was changed.
    pub async fn open(settings: &mut Settings) -> Result<Self, StartFailure> {
        let store = open_store(settings).await?;
        let master_keys = keys::master_keys(settings.take_master_key()).map_err(failure)?;
        let (active, older) = master_keys.split_first().ok_or_else(|| failure("there is no master key"))?;
        let keyring = Keyring::new(active, older).map_err(failure)?;
        let sealer = Sealer::start(&store, keyring, clock::new_id(), clock::now()).await.map_err(failure)?;
        let keyring = sealer.keyring();
        let signing = signing_keys::load(&store, keyring).await.map_err(failure)?;
        let fresh = identity::generate_key().map_err(failure)?;
        let identity =
            keys::load_or_make(&store, keyring, Purpose::Identity, fresh).await.map_err(failure)?;
        let identity = Identity::new(&identity).map_err(failure)?;
        let fresh = keys::random_key().map_err(failure)?;
        let cursor = keys::load_or_make(&store, keyring, Purpose::Cursor, fresh).await.map_err(failure)?;
        let (_, cursor) = cursor.first().ok_or_else(|| StartFailure("no key for cursors".to_owned()))?;
        let bound = format!("http://{}", settings.bind);
        let issuers = match settings.public_url.as_deref() {
            Some(url) => vec![url],
            None => vec![DEFAULT_ISSUER, bound.as_str()],
        };
        let tokens = Tokens::new(&issuers, &signing).map_err(failure)?;
        Ok(Self { cursors: Cursors::new(cursor), store, sealer, tokens, identity })
    }

    /// Everything that handlers share.
    pub fn into_state(
        self,
        settings: &Settings,
        document: Document,
        public_url: String,
        own_sockets: Vec<SocketAddr>,
    ) -> Result<State, StartFailure> {
        let outbound = open_outbound(settings, own_sockets)?;
        let authorizer = Authorizer::new(ServerIdentity {
            issuer: public_url.clone(),
            key_id: self.identity.key_id.clone(),
            key: EncodingKey::from_ec_der(&self.identity.key),
        });
        let key_documents = Arc::new(KeyDocuments::new(settings.profile.flag()));
        let provider = settings.sign_in.provider.clone();
        Ok(State {
            store: self.store,
            sealer: self.sealer,
            outbound,
            authorizer,
            tokens: self.tokens,
            signing_keys: SigningKeys::new(settings.sign_in.token_key_age),
            limits: Limits::new(settings.rate_limit),
            callers: Callers::default(),
            identity_provider: provider
                .map(|settings| IdentityProvider::new(settings, key_documents.clone())),
            key_documents,
            flag: settings.profile.flag(),
            identity: self.identity,
            cursors: self.cursors,
            shown: Shown::new(),
            document,
            public_url,
            verify_timeout: settings.verify_timeout,
            verifications: Arc::new(Semaphore::new(MAX_VERIFICATIONS)),
        })
    }
}
