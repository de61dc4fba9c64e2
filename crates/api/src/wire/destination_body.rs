//! Bodies that create or change a destination, and their way into the domain's `Change`.

use domain::{
    credential::CredentialRef,
    destination::{
        change::{Change, Patch},
        draft::DestinationType,
        naming::{ExternalId, Name, check_token},
    },
    endpoint::Endpoint,
    environment::EnvironmentRef,
    fault::{FaultCode, Faults, Flaw},
    ids::{CredentialId, DestinationId, EnvironmentId},
    secret::SealedText,
    verification::VerificationMethod,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use super::{
    cloud_settings::CloudProviderSettingsWrite,
    patch::{Maybe, SecretIn},
};
use crate::{
    extract::body::{Moved, WireBody},
    failure::Failure,
    state::State,
};

/// Members of a destination that can be written.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DestinationMembers {
    /// An id of your own (UUID); made by the server when left out.
    #[schema(value_type = Option<String>, format = "uuid", example = "0192f1c0-5d3a-7cc1-b8a5-3f1d5c7a9e01")]
    #[serde(default)]
    id: Maybe<String>,
    /// Your own stable key for it, unique in its environment.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._-]+$", example = "nightly-labs")]
    #[serde(default)]
    external_id: Maybe<String>,
    /// A name for people; trimmed, duplicates allowed.
    #[schema(value_type = String, min_length = 1, example = "Nightly labs")]
    #[serde(default)]
    name: Maybe<String>,
    /// Follows from `endpoint` (standard) or `cloudProviderSettings` (cloud) when left out.
    #[schema(value_type = Option<TypeName>, example = "standard")]
    #[serde(default)]
    r#type: Maybe<String>,
    /// Where a standard destination's messages go; https, but in development.
    #[schema(value_type = Option<String>, format = "uri", max_length = 2048, example = "https://labs.example.org/in")]
    #[serde(default)]
    endpoint: Maybe<String>,
    /// What a cloud destination needs; see `GET /destination-types`.
    #[schema(value_type = Option<CloudProviderSettingsWrite>)]
    #[serde(default)]
    cloud_provider_settings: Maybe<CloudProviderSettingsWrite>,
    /// Id of an auth credential of the same environment.
    #[schema(value_type = Option<String>, format = "uuid", example = json!(null))]
    #[serde(default)]
    auth_credential: Maybe<String>,
    /// A secret that every message to a standard destination bears; never shown again.
    #[schema(value_type = Option<String>, format = Password, write_only, min_length = 8, max_length = 512, example = "correct-horse-battery-staple")]
    #[serde(default)]
    verification_token: Maybe<SecretIn>,
    /// The verb of the challenge; POST when left out.
    #[schema(value_type = Option<MethodName>, example = "POST")]
    #[serde(default)]
    verification_method: Maybe<String>,
    /// Must be the environment that the destination is in.
    #[schema(value_type = Option<EnvironmentWrite>)]
    #[serde(default)]
    environment: Maybe<EnvironmentWrite>,
    /// A wizard's progress: its `destination` counts as if sent at the top, which wins where both are present.
    #[schema(value_type = Option<SetupStateWrite>)]
    #[serde(default)]
    #[expect(dead_code, reason = "its members are moved to the top before this is read")]
    setup_state: Maybe<SetupStateWrite>,
}

/// The two types of destination.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "a schema; the domain parses the text")]
pub enum TypeName {
    /// An HTTPS endpoint of your own.
    Standard,
    /// A product of a cloud provider.
    Cloud,
}

/// The verbs of a challenge.
#[derive(ToSchema)]
#[schema(rename_all = "UPPERCASE")]
#[expect(dead_code, reason = "a schema; the domain parses the text")]
pub enum MethodName {
    /// The challenge goes in the query.
    Get,
    /// The challenge goes in a JSON body.
    Post,
}

/// An environment, named again in the body.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EnvironmentWrite {
    /// Its id.
    #[schema(value_type = Option<String>, format = "uuid", example = "0192f1c0-5d3a-7cc1-b8a5-3f1d5c7a9e02")]
    #[serde(default)]
    id: Maybe<String>,
    /// Its kind.
    #[schema(value_type = Option<String>, example = "Staging")]
    #[serde(default)]
    environment_flag: Maybe<String>,
}

/// A wizard's progress.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetupStateWrite {
    /// Accepted and ignored: the server derives it.
    #[schema(value_type = Option<String>, example = "verify")]
    #[expect(dead_code, reason = "accepted and ignored, as documented")]
    #[serde(default)]
    step: Maybe<String>,
    /// Members that count as if sent at the top.
    #[schema(value_type = Option<DestinationDraft>)]
    #[expect(dead_code, reason = "moved to the top before this is read")]
    #[serde(default)]
    destination: Maybe<Value>,
}

/// Declares a body whose schema is [`DestinationMembers`] with some members left out or required.
macro_rules! variants {
    ($($(#[$doc:meta])* $name:ident = $schema:literal, without $without:expr, required $required:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub DestinationMembers);

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                narrowed(&$without, &$required)
            }
        }

        impl ToSchema for $name {
            fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                <DestinationMembers as ToSchema>::schemas(schemas);
            }
        }

        impl WireBody for $name {
            const SCHEMA: &'static str = $schema;

            fn arrange(members: &mut Map<String, Value>) -> Vec<Moved> {
                hoist(members)
            }
        }
    )+};
}

variants! {
    /// Creates a destination. Only the name is needed: save progress, and PATCH the rest later.
    DestinationCreate = "DestinationCreate", without [], required ["name"];
    /// Changes a destination by JSON Merge Patch (RFC 7396): absent keeps, `null` clears.
    DestinationPatch = "DestinationPatch", without ["id", "environment"], required [];
}

/// Members of a destination inside `setupState`: a schema only, for they are moved to the top before they are read.
struct DestinationDraft;

impl PartialSchema for DestinationDraft {
    fn schema() -> RefOr<Schema> {
        narrowed(&["setupState"], &[])
    }
}

impl ToSchema for DestinationDraft {}

fn narrowed(without: &[&str], required: &[&str]) -> RefOr<Schema> {
    let mut schema = DestinationMembers::schema();
    if let RefOr::T(Schema::Object(object)) = &mut schema {
        object.properties.retain(|name, _| !without.contains(&name.as_str()));
        object.required = required.iter().map(|name| (*name).to_owned()).collect();
    }
    schema
}

/// Moves the members of `setupState.destination` to the top, where they are not there yet.
fn hoist(members: &mut Map<String, Value>) -> Vec<Moved> {
    let nested = match members.get_mut("setupState").and_then(|state| state.get_mut("destination")) {
        Some(Value::Object(nested)) => std::mem::take(nested),
        _ => return Vec::new(),
    };
    let mut moved = Vec::new();
    for (name, value) in nested {
        if !members.contains_key(&name) {
            let written = format!("#/setupState/destination/{name}");
            moved.push(Moved { written, read: format!("#/{name}") });
            members.insert(name, value);
        }
    }
    moved
}

impl DestinationMembers {
    /// The id that the caller chose for a new destination.
    pub fn take_id(&mut self, faults: &mut Faults) -> Option<DestinationId> {
        let text = std::mem::take(&mut self.id).value()?;
        faults.keep("#/id", parse_uuid(&text))
    }

    /// Makes sure that the destination gets this key: the body may repeat it, not contradict it.
    pub fn claim(&mut self, key: &ExternalId, faults: &mut Faults) {
        if let Maybe::Value(text) = &self.external_id
            && text != key.as_str()
        {
            faults.add("#/externalId", FaultCode::Mismatch, "This is another key than the path names.");
        }
        self.external_id = Maybe::Value(key.as_str().to_owned());
    }

    /// Where the body says that the destination is.
    pub fn take_place(&mut self) -> StatedPlace {
        let environment = std::mem::take(&mut self.environment).value().unwrap_or_default();
        StatedPlace {
            id: std::mem::take(&mut self.id).value(),
            environment: environment.id.value(),
            flag: environment.environment_flag.value(),
        }
    }

    /// Parses every member; secrets are sealed for this destination's row.
    pub fn into_change(
        self,
        state: &State,
        id: DestinationId,
        faults: &mut Faults,
    ) -> Result<ParsedChange, Failure> {
        let name = self.name.value().and_then(|text| faults.keep("#/name", Name::parse(&text)));
        let attach = self
            .auth_credential
            .parse(|text| faults.keep("#/authCredential", parse_uuid::<CredentialId>(&text)));
        let change = Change {
            external_id: self.external_id.parse(|text| faults.keep("#/externalId", ExternalId::parse(&text))),
            name,
            destination_type: self.r#type.parse(|text| DestinationType::from_name(&text)),
            endpoint: parse_endpoint(self.endpoint, state, faults),
            cloud: self.cloud_provider_settings.parse(|cloud| Some(cloud.into_patch(state, faults))),
            credential: Patch::Absent,
            token: parse_token(self.verification_token, state, id, faults)?,
            method: self.verification_method.parse(|text| VerificationMethod::from_name(&text)),
        };
        Ok(ParsedChange { change, attach })
    }
}

/// An endpoint that may be called as far as its text tells.
pub fn parse_endpoint(endpoint: Maybe<String>, state: &State, faults: &mut Faults) -> Patch<Endpoint> {
    endpoint.parse(|text| {
        let parsed = Endpoint::parse(&text)
            .and_then(|endpoint| state.outbound.guard().check_static(&endpoint).map(|()| endpoint));
        faults.keep("#/endpoint", parsed)
    })
}

/// A verification token, checked and sealed for this destination's row.
pub fn parse_token(
    token: Maybe<SecretIn>,
    state: &State,
    id: DestinationId,
    faults: &mut Faults,
) -> Result<Patch<SealedText>, Failure> {
    let secret = match token {
        Maybe::Absent => return Ok(Patch::Absent),
        Maybe::Null => return Ok(Patch::Null),
        Maybe::Value(SecretIn(secret)) => secret,
    };
    if faults.keep("#/verificationToken", check_token(&secret)).is_none() {
        return Ok(Patch::Absent);
    }
    let place = persistence::destinations::token_place(id);
    state.sealer.seal(&secret, &place).map(Patch::Value).map_err(Failure::internal)
}

/// A UUID in its hyphenated form.
pub fn parse_uuid<T: std::str::FromStr>(text: &str) -> Result<T, Flaw> {
    text.parse().map_err(|_| Flaw::new(FaultCode::InvalidFormat, "A UUID in its hyphenated form."))
}

/// A change whose credential is still to be looked up.
#[derive(Clone)]
pub struct ParsedChange {
    change: Change,
    attach: Patch<CredentialId>,
}

impl ParsedChange {
    /// Whether [`ParsedChange::look_up`] has something to look up.
    pub fn attaches(&self) -> bool {
        matches!(self.attach, Patch::Value(_))
    }

    /// The change of one that attaches nothing.
    pub fn without_credential(self) -> Change {
        let credential = if matches!(self.attach, Patch::Null) { Patch::Null } else { Patch::Absent };
        Change { credential, ..self.change }
    }

    /// The change, with the credential it attaches; one that the environment does not have is a fault. The one that is
    /// `attached` already is not looked up again: that would wait for whoever changes it, who may wait for this.
    pub fn look_up(
        self,
        tx: &mut persistence::Changing<'_>,
        environment: EnvironmentId,
        attached: Option<CredentialRef>,
        faults: &mut Faults,
    ) -> Result<Change, Failure> {
        let credential = match self.attach {
            Patch::Absent => Patch::Absent,
            Patch::Null => Patch::Null,
            Patch::Value(id) => match attached.filter(|attached| attached.id == id) {
                Some(attached) => Patch::Value(attached),
                None => Self::look_for(tx, environment, id, faults)?,
            },
        };
        Ok(Change { credential, ..self.change })
    }

    fn look_for(
        tx: &mut persistence::Changing<'_>,
        environment: EnvironmentId,
        id: CredentialId,
        faults: &mut Faults,
    ) -> Result<Patch<CredentialRef>, Failure> {
        Ok(match persistence::credentials::credential_ref(tx, environment, id)? {
            Some(found) => Patch::Value(found),
            None => {
                let detail = "No such auth credential in this environment.";
                faults.add("#/authCredential", FaultCode::UnknownReference, detail);
                Patch::Absent
            }
        })
    }
}

/// What a body says of where its destination is: nothing may contradict the path.
#[derive(Debug)]
pub struct StatedPlace {
    id: Option<String>,
    environment: Option<String>,
    flag: Option<String>,
}

impl StatedPlace {
    /// A fault for each statement that is not so.
    pub fn check(&self, id: DestinationId, environment: EnvironmentRef) -> Faults {
        let mut faults = Faults::default();
        let contradicts = |stated: &Option<String>, fits: &dyn Fn(&str) -> bool| {
            stated.as_deref().is_some_and(|text| !fits(text))
        };
        if contradicts(&self.id, &|text| text.parse() == Ok(id)) {
            faults.add("#/id", FaultCode::Mismatch, "This is another destination than the path names.");
        }
        if contradicts(&self.environment, &|text| text.parse() == Ok(environment.id)) {
            let detail = "This is another environment than the destination's.";
            faults.add("#/environment/id", FaultCode::Mismatch, detail);
        }
        if contradicts(&self.flag, &|text| text == environment.flag.name()) {
            let detail = "The destination's environment is of another kind.";
            faults.add("#/environment/environmentFlag", FaultCode::Mismatch, detail);
        }
        faults
    }
}
