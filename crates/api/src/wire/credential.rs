//! An auth credential as it is shown: its plain fields beside the common members, its secrets as `hasX` and as their
//! version, never as a value.

use domain::{
    credential::{Credential, Strategy, strategies},
    form::Field,
    verification::Check,
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::{
    destination::SecretVersionView,
    envelope::{Meta, PageMeta, envelopes},
    form,
    verification::CheckView,
};

/// A credential; `openapi::credentials` writes the schema.
#[derive(Debug, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = Object)]
pub struct CredentialView(Map<String, Value>);

/// The strategies by key, each `{availableFields, schema}`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = std::collections::HashMap<String, StrategyView>, example = json!({"Basic": {"availableFields": ["username", "password"], "schema": {"type": "object"}}}))]
pub struct StrategiesView(Map<String, Value>);

/// One way to authenticate.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StrategyView {
    /// Name for people.
    #[schema(example = "User name and password")]
    pub label: &'static str,
    /// What is sent, and when to take it.
    #[schema(example = "Sends a user name and a password with every request.")]
    pub description: &'static str,
    /// Names of its fields, in the order of the form.
    #[schema(example = json!(["username", "password"]))]
    pub available_fields: Vec<&'static str>,
    /// JSON Schema (2020-12) of its fields: enough to draw a form, and what values are checked by.
    #[schema(value_type = Object, example = json!({"type": "object", "required": ["username", "password"]}))]
    pub schema: Value,
}

/// The checks of a test.
#[derive(Debug, Serialize, ToSchema)]
pub struct CredentialTestPayload {
    /// The steps that were taken, in order.
    pub checks: Vec<CheckView>,
}

/// A credential works: it yields a token or a valid signature now.
#[derive(Debug, Serialize, ToSchema)]
pub struct CredentialTestEnvelope {
    /// About the payload.
    pub meta: Meta,
    /// The answer itself.
    pub payload: CredentialTestPayload,
}

envelopes! {
    /// One credential.
    CredentialEnvelope / CredentialPayload [Meta] { credential: CredentialView }
    /// A page of credentials.
    CredentialPage / CredentialsPayload [PageMeta] { credentials: Vec<CredentialView> }
    /// Every strategy.
    StrategiesEnvelope / StrategiesPayload [Meta] { strategies: StrategiesView }
}

/// `hasClientSecret` for `clientSecret`.
pub fn flag_name(field: &Field) -> String {
    let mut letters = field.name.chars();
    letters
        .next()
        .map_or_else(String::new, |first| format!("has{}{}", first.to_ascii_uppercase(), letters.as_str()))
}

impl From<&Credential> for CredentialView {
    fn from(credential: &Credential) -> Self {
        let mut members = Map::new();
        let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
        put("id", json!(credential.id.to_string()));
        put("organization", json!(credential.environment.organization.0));
        put("environmentId", json!(credential.environment.id.to_string()));
        put("name", json!(credential.name.as_str()));
        if let Some(external_id) = &credential.external_id {
            put("externalId", json!(external_id.as_str()));
        }
        put("authStrategy", json!(credential.strategy.key));
        for (name, value) in credential.fields.iter() {
            put(name, form::to_json(value));
        }
        let mut versions = Map::new();
        for field in credential.strategy.fields.iter().filter(|field| field.secret) {
            let stored = credential.secret(field.name);
            put(&flag_name(field), json!(stored.is_some()));
            versions
                .extend(stored.map(|stored| (field.name.to_owned(), json!(SecretVersionView::from(stored)))));
        }
        put("secretVersions", Value::Object(versions));
        put("createdAt", json!(credential.created_at.to_string()));
        put("updatedAt", json!(credential.updated_at.to_string()));
        Self(members)
    }
}

impl StrategiesView {
    /// Every strategy.
    pub fn all() -> Self {
        Self(
            strategies()
                .map(|strategy| (strategy.key.to_owned(), json!(StrategyView::from(strategy))))
                .collect(),
        )
    }
}

impl From<&'static Strategy> for StrategyView {
    fn from(strategy: &'static Strategy) -> Self {
        Self {
            label: strategy.label,
            description: strategy.description,
            available_fields: strategy.fields.iter().map(|field| field.name).collect(),
            schema: form::schema(strategy.fields),
        }
    }
}

/// The checks as they are shown.
pub fn checks(checks: &[Check]) -> Vec<CheckView> {
    checks.iter().map(CheckView::from).collect()
}
