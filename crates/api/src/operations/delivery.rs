//! A destination made ready for sending: its secrets opened, its credential loaded, for as long as the call takes.

use std::time::Duration;

use domain::{
    access::Permission,
    destination::{Destination, draft::Configuration},
    endpoint::Endpoint,
    ids::UserId,
    secret::{SecretText, StoredSecret},
    verification::Delivery,
};
use outbound::{
    authorize::Attached,
    deliver::standard::{Content, StandardDelivery, deliver},
};
use persistence::{Scope, credentials, destinations, sealing::Place};
use uuid::Uuid;

use super::try_credential;
use crate::{failure::Failure, problem::ProblemCode, state::State};

/// Everything that a delivery needs, secrets in plain text.
pub struct Ready<'a> {
    destination: &'a Destination,
    endpoint: &'a Endpoint,
    token: Option<SecretText>,
    signing_secret: Option<SecretText>,
    credential: Option<Attached>,
}

impl<'a> Ready<'a> {
    /// Opens the secrets of a configured destination on behalf of a user who may verify it.
    pub async fn open(state: &State, user: UserId, destination: &'a Destination) -> Result<Self, Failure> {
        let endpoint = match destination.configuration() {
            Some(Configuration::Standard { endpoint }) => endpoint,
            Some(Configuration::Cloud { product, .. }) => {
                return Err(Failure::internal(format!("no way to deliver to {}", product.product_id)));
            }
            None => return Err(Failure::of(ProblemCode::NotConfigured)),
        };
        let open = |secret: &Option<StoredSecret>, place: Place| {
            let opened = secret.as_ref().map(|secret| state.sealer.open(&secret.sealed.envelope, &place));
            opened.transpose().map_err(Failure::internal)
        };
        let token = open(&destination.token, destinations::token_place(destination.id))?;
        let signing_secret = open(&destination.signing_secret, destinations::signing_place(destination.id))?;
        let credential = match destination.credential {
            None => None,
            Some(attached) => {
                let scope = Scope { user, permission: Permission::CredentialsRead };
                let found = state.store.read(move |tx| credentials::get_for(tx, &scope, attached.id)).await;
                Some(try_credential::open(state, &found.map_err(Failure::from)?)?)
            }
        };
        Ok(Self { destination, endpoint, token, signing_secret, credential })
    }

    /// Where it goes.
    pub fn endpoint(&self) -> &Endpoint {
        self.endpoint
    }

    /// Sends it, and reports. Within the cap, all in all.
    pub async fn deliver(
        &self,
        state: &State,
        message_id: Uuid,
        content: Content<'_>,
        cap: Duration,
    ) -> Delivery {
        let job = StandardDelivery {
            message_id,
            endpoint: self.endpoint,
            flag: self.destination.environment.flag,
            method: self.destination.method,
            token: self.token.as_ref(),
            signing_secret: self.signing_secret.as_ref(),
            credential: self.credential.as_ref(),
            content,
        };
        deliver(&state.outbound, &state.authorizer, job, cap).await
    }
}
