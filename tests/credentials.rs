//! Contract section 3: auth credentials over HTTP. Here is what all its chapters begin with: a fine credential of
//! each strategy, and the ways to store and attach one.

mod aws;
mod google;
pub(crate) mod leaks;
mod life;
mod oauth;
mod oauth_names;
mod rules;
pub(crate) mod samples;
mod sharing;
mod signed;
mod strategies;
mod tokens;

use serde_json::{Value, json};

use crate::support::{
    Answer, Client, Server,
    reply::{id, within},
};

/// The keys of all strategies, in the order of the contract.
pub(crate) const STRATEGIES: [&str; 8] = [
    "AwsSigv4",
    "GoogleWIF",
    "OAuth_2.0_2-legged",
    "SMART_Backend",
    "JWT_Bearer",
    "OAuth_2.0_2-legged_JWT_GCP",
    "Basic",
    "ApiKey",
];

/// The path of a credential.
pub(crate) fn at(credential: &Value) -> String {
    format!("/authcredentials/{}", id(credential))
}

/// The credentials of an environment.
fn listed(environment: &str) -> String {
    format!("/environments/{environment}/authcredentials")
}

impl Answer {
    /// The one credential of a success.
    #[track_caller]
    fn credential(&self, status: u16) -> &Value {
        let payload = self.payload(status);
        payload.get("credential").unwrap_or_else(|| panic!("no credential: {}", self.text))
    }
}

impl Server {
    /// A create body: the fields of a strategy, and where the credential belongs.
    pub(crate) fn body(&self, environment: &str, strategy: &str, fields: &Value) -> Value {
        let organization: u64 = self.organization().parse().unwrap();
        let mut body = json!({
            "organization": organization, "environmentId": environment, "name": "Labs", "authStrategy": strategy,
        });
        merge(&mut body, fields);
        body
    }
}

/// Sets these members, also ones that are there.
pub(crate) fn merge(body: &mut Value, members: &Value) {
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
}

impl Client {
    /// Stores a credential that is fine.
    pub(crate) async fn store(&self, body: &Value) -> Value {
        self.post("/authcredentials", body).await.credential(201).clone()
    }

    /// The credential as it is now.
    async fn reread_credential(&self, credential: &Value) -> Value {
        self.get(&at(credential)).await.credential(200).clone()
    }

    /// A configured destination that sends with this credential and no token.
    async fn attached(&self, environment: &str, endpoint: &str, credential: &Value) -> Value {
        let body = json!({ "name": "Labs", "endpoint": endpoint, "authCredential": credential["id"] });
        self.post(&within(environment), &body).await.destination(201).clone()
    }
}
