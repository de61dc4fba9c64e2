//! Bodies that create or change an auth credential: flat, the strategy's fields beside the common members. They are
//! checked by the strategy's form, from which their schemas are made too.

use domain::{
    credential::{CredentialChange, Strategy, find_secret_field, parse_strategy, strategies},
    destination::{
        change::Patch,
        naming::{ExternalId, Name},
    },
    fault::{FaultCode, Faults, Flaw},
    form::Fields,
    ids::{CredentialId, EnvironmentId, OrganizationId},
    secret::{SealedText, SecretText},
};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{destination_body::parse_uuid, form};
use crate::{extract::body::WireBody, failure::Failure, state::State};

/// Creates a credential; `openapi::credentials` writes the schema.
#[derive(Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = Object)]
pub struct CredentialCreate(pub Map<String, Value>);

/// Changes a credential by merge patch; `openapi::credentials` writes the schema.
#[derive(Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = Object)]
pub struct CredentialPatch(pub Map<String, Value>);

impl WireBody for CredentialCreate {
    const SCHEMA: &'static str = "CredentialCreate";
}

impl WireBody for CredentialPatch {
    const SCHEMA: &'static str = "CredentialPatch";
}

/// The members of a body, parsed; its secrets still in plain text.
#[derive(Default)]
pub struct CredentialMembers {
    /// The id that the caller chose for a new credential.
    pub id: Option<CredentialId>,
    /// Everything but the secrets.
    pub change: CredentialChange,
    secrets: Vec<(&'static str, Patch<SecretText>)>,
}

impl CredentialMembers {
    /// Takes a body apart; what is wrong with a member whatever the strategy is noted.
    pub fn parse(members: Map<String, Value>, faults: &mut Faults) -> Self {
        let mut parsed = Self::default();
        for (name, value) in members {
            parsed.take(name, value, faults);
        }
        parsed
    }

    fn take(&mut self, name: String, value: Value, faults: &mut Faults) {
        let pointer = format!("#/{}", name.replace('~', "~0").replace('/', "~1"));
        let is_null = value.is_null();
        match name.as_str() {
            "id" if is_null => {}
            "id" => self.id = faults.keep(&pointer, text(value).and_then(|text| parse_uuid(&text))),
            "organization" => {
                let number = value.as_i64().filter(|number| *number > 0);
                let parsed =
                    number.ok_or_else(|| Flaw::new(FaultCode::WrongType, "The organization's number."));
                self.change.organization = faults.keep(&pointer, parsed).map(OrganizationId);
            }
            "environmentId" => {
                let parsed = text(value).and_then(|text| parse_uuid::<EnvironmentId>(&text));
                self.change.environment = faults.keep(&pointer, parsed);
            }
            "authStrategy" => self.change.strategy = faults.keep(&pointer, text(value)),
            "name" => {
                self.change.name = faults.keep(&pointer, text(value).and_then(|text| Name::parse(&text)))
            }
            "externalId" if is_null => self.change.external_id = Patch::Null,
            "externalId" => {
                let parsed = text(value).and_then(|text| ExternalId::parse(&text));
                self.change.external_id = faults.keep(&pointer, parsed).map_or(Patch::Absent, Patch::Value);
            }
            other => match find_secret_field(other) {
                Some(field) if is_null => self.secrets.push((field.name, Patch::Null)),
                Some(field) => {
                    let secret = faults.keep(&pointer, text(value)).map(SecretText::from);
                    if let Some(secret) = &secret {
                        faults.keep(&pointer, field.check_secret(secret));
                    }
                    self.secrets.extend(secret.map(|secret| (field.name, Patch::Value(secret))));
                }
                None => {
                    let edit = faults.keep(&pointer, form::edit(value));
                    self.change.fields.extend(edit.map(|edit| (name, edit)));
                }
            },
        }
    }

    /// Makes sure that the credential gets this key: the body may repeat it, not contradict it.
    pub fn claim(&mut self, key: &ExternalId, faults: &mut Faults) {
        if self.change.external_id.value().is_some_and(|stated| stated != key) {
            faults.add("#/externalId", FaultCode::Mismatch, "This is another key than the path names.");
        }
        self.change.external_id = Patch::Value(key.clone());
    }

    /// The strategy that the body names, which a create has to.
    pub fn named_strategy(&self, faults: &mut Faults) -> Option<&'static Strategy> {
        match &self.change.strategy {
            Some(key) => faults.keep("#/authStrategy", parse_strategy(key)),
            None => {
                faults.add(
                    "#/authStrategy",
                    FaultCode::Required,
                    "GET /authcredentials/strategies lists them.",
                );
                None
            }
        }
    }

    /// Notes what is wrong whatever the strategy may be: no name, and fields that none has.
    pub fn inspect_without_strategy(&self, faults: &mut Faults) {
        if self.change.name.is_none() {
            faults.add("#/name", FaultCode::Required, "A credential has a name.");
        }
        let is_known = |name: &str| strategies().any(|strategy| strategy.field(name).is_some());
        for (name, _) in self.change.fields.iter().filter(|(name, _)| !is_known(name)) {
            let pointer = format!("#/{}", name.replace('~', "~0").replace('/', "~1"));
            faults.add(pointer, FaultCode::UnknownField, "No strategy has such a field.");
        }
    }

    /// Notes what only the way out can tell: URLs that may not be called, and a private key that is none or does not
    /// fit its algorithm. `stored` are the fields as they are, `kept_key` the key that stays if the body has none.
    pub fn inspect(
        &self,
        state: &State,
        strategy: &'static Strategy,
        stored: &Fields,
        kept_key: Option<&SecretText>,
        faults: &mut Faults,
    ) {
        // The domain will note the faults of the fields themselves.
        let merged = stored.merged(self.change.fields.clone());
        let fields = Fields::parse(strategy.fields, merged, "#", &mut Faults::default());
        for (name, endpoint) in fields.urls(strategy.fields) {
            if self.change.fields.iter().any(|(sent, _)| sent == name) {
                faults.keep(&format!("#/{name}"), state.outbound.guard().check_static(&endpoint));
            }
        }
        let key = self.secret(PRIVATE_KEY).or(kept_key);
        if let (Some(algorithm), Some(key)) = (strategy.key_algorithm(&fields), key)
            && !faults.points_at("#/privateKey")
        {
            faults.keep("#/privateKey", outbound::private_key::check(key, algorithm));
        }
    }

    /// The secret that the body sends under this name.
    pub fn secret(&self, name: &str) -> Option<&SecretText> {
        self.secrets.iter().find(|(known, _)| *known == name).and_then(|(_, patch)| patch.value())
    }

    /// The change, with every secret sealed for this credential's row.
    pub fn seal(self, state: &State, id: CredentialId) -> Result<CredentialChange, Failure> {
        let seal = |name: &'static str, secret: &SecretText| -> Result<SealedText, Failure> {
            let place = persistence::credentials::secret_place(id, name);
            state.sealer.seal(secret, &place).map_err(Failure::internal)
        };
        let sealed = self.secrets.into_iter().map(|(name, patch)| {
            let sealed = match &patch {
                Patch::Absent => Patch::Absent,
                Patch::Null => Patch::Null,
                Patch::Value(secret) => Patch::Value(seal(name, secret)?),
            };
            Ok((name, sealed))
        });
        let secrets = sealed.collect::<Result<_, Failure>>()?;
        Ok(CredentialChange { secrets, ..self.change })
    }
}

/// The secret field that has to fit an algorithm.
pub const PRIVATE_KEY: &str = "privateKey";

fn text(value: Value) -> Result<String, Flaw> {
    match value {
        Value::String(text) => Ok(text),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Err(Flaw::new(FaultCode::WrongType, "Must be text."))
        }
    }
}
