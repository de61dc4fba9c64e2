//! A destination made ready for sending: its secrets opened, its credential loaded, for as long as the call takes.

use std::time::Duration;

use domain::{
    access::Permission,
    destination::{Destination, draft::Configuration},
    ids::UserId,
    secret::{SecretText, StoredSecret},
    time::Timestamp,
    verification::Delivery,
};
use outbound::{
    authorize::Attached,
    deliver::{
        cloud::{self, CloudDelivery},
        standard::{self, Content, StandardDelivery},
    },
};
use persistence::{Scope, credentials, destinations, sealing::Place};
use uuid::Uuid;

use super::try_credential;
use crate::{failure::Failure, problem::ProblemCode, state::State};

/// Everything that a delivery needs, secrets in plain text.
pub struct Ready<'a> {
    destination: &'a Destination,
    configuration: &'a Configuration,
    token: Option<SecretText>,
    signing_secret: Option<SecretText>,
    credential: Option<Attached>,
}

/// Names one delivery.
#[derive(Clone, Copy)]
pub struct Label {
    /// The id of its message.
    pub message_id: Uuid,
    /// When it is made.
    pub at: Timestamp,
}

impl<'a> Ready<'a> {
    /// Opens the secrets of a configured destination on behalf of a user who may verify it.
    pub async fn open(state: &State, user: UserId, destination: &'a Destination) -> Result<Self, Failure> {
        let configuration =
            destination.configuration().ok_or_else(|| Failure::of(ProblemCode::NotConfigured))?;
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
        Ok(Self { destination, configuration, token, signing_secret, credential })
    }

    /// The URL that a message names as its destination; a cloud product has none.
    pub fn endpoint(&self) -> Option<&str> {
        match self.configuration {
            Configuration::Standard { endpoint } => Some(endpoint.as_str()),
            Configuration::Cloud { .. } => None,
        }
    }

    /// Sends it, and reports. Within the cap, all in all.
    pub async fn deliver(
        &self,
        state: &State,
        label: Label,
        content: Content<'_>,
        cap: Duration,
    ) -> Result<Delivery, Failure> {
        let (client, authorizer, flag) =
            (&state.outbound, &state.authorizer, self.destination.environment.flag);
        match (self.configuration, content) {
            (Configuration::Standard { endpoint }, content) => {
                let job = StandardDelivery {
                    message_id: label.message_id,
                    endpoint,
                    flag,
                    method: self.destination.method,
                    token: self.token.as_ref(),
                    signing_secret: self.signing_secret.as_ref(),
                    credential: self.credential.as_ref(),
                    content,
                };
                Ok(standard::deliver(client, authorizer, job, cap).await)
            }
            (Configuration::Cloud { product, settings }, Content::Message(message)) => {
                let credential =
                    self.credential.as_ref().ok_or_else(|| Failure::of(ProblemCode::AuthMissing))?;
                let (message_id, at) = (label.message_id, label.at.utc());
                let job = CloudDelivery { message_id, at, product, settings, flag, credential, message };
                Ok(cloud::deliver(client, authorizer, job, cap).await)
            }
            (Configuration::Cloud { .. }, Content::Challenge(_)) => {
                Err(Failure::internal("a cloud product is sent no challenge"))
            }
        }
    }
}
