//! API keys: how they are shown, and the bodies that make and change them.

use domain::{
    api_key::{ApiKey, KeySource},
    destination::naming::Name,
    endpoint::Endpoint,
    fault::{FaultCode, Faults},
    ids::ApiKeyId,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    account::{parse_name, parse_own_id},
    envelope::{Meta, PageMeta, envelopes},
    patch::Maybe,
};
use crate::{authentication::key_set, extract::body::WireBody, state::State};

/// An API key: who signs with its private half may get tokens of its user.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyView {
    /// Its id: the `client_id`, and `iss` and `sub` of assertions.
    #[schema(format = "uuid", example = "0192f1c0-3333-7cc0-9e4f-7a8b9c0d1e2f")]
    pub id: String,
    /// Its name for people.
    #[schema(example = "CI of labs")]
    pub name: String,
    /// The public keys, if they are stored here.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, example = json!({"keys": [{"kty": "EC", "crv": "P-256", "kid": "ci-2026", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}))]
    pub jwk_set: Option<Value>,
    /// Where the public keys are published, if they are not.
    #[serde(rename = "jwksURL", skip_serializing_if = "Option::is_none")]
    #[schema(example = json!(null))]
    pub jwks_url: Option<String>,
    /// When it was made, UTC.
    #[schema(format = DateTime, example = "2026-11-24T09:00:00.000Z")]
    pub created_at: String,
    /// When it last changed, UTC.
    #[schema(format = DateTime, example = "2026-11-24T09:00:00.000Z")]
    pub updated_at: String,
    /// When a token was last got with it, to the minute; null if none was.
    #[schema(format = DateTime, example = json!(null))]
    pub last_used_at: Option<String>,
}

/// The private half of a pair that the server made, for this once.
#[derive(Serialize, ToSchema)]
pub struct PrivateKeyView {
    /// The id of the key: `kid` in the header of assertions.
    #[schema(example = "0192f1c0-4444-7dd0-af50-8b9c0d1e2f30")]
    pub kid: String,
    /// What it signs with.
    #[schema(example = "ES256")]
    pub alg: &'static str,
    /// The key as PEM (PKCS#8).
    #[schema(example = "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n")]
    pub pem: String,
    /// The key as a JWK.
    #[schema(value_type = Object, example = json!({"kty": "EC", "crv": "P-256", "kid": "...", "x": "...", "y": "...", "d": "..."}))]
    pub jwk: Value,
}

impl std::fmt::Debug for PrivateKeyView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[private key {}]", self.kid)
    }
}

envelopes! {
    /// One API key.
    ApiKeyEnvelope / ApiKeyPayload [Meta] { apikey: ApiKeyView }
    /// A page of API keys.
    ApiKeyPage / ApiKeysPayload [PageMeta] { apikeys: Vec<ApiKeyView> }
}

/// A new API key.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewApiKeyEnvelope {
    /// About the payload.
    pub meta: Meta,
    /// The answer itself.
    pub payload: NewApiKeyPayload,
}

/// A new API key, with its private half if the server made the pair.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewApiKeyPayload {
    /// The key.
    pub apikey: ApiKeyView,
    /// Its private half, which is stored nowhere: keep it now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private_key: Option<PrivateKeyView>,
}

impl From<&ApiKey> for ApiKeyView {
    fn from(key: &ApiKey) -> Self {
        let (jwk_set, jwks_url) = match &key.source {
            KeySource::Set(text) => (serde_json::from_str(text).ok(), None),
            KeySource::Url(url) => (None, Some(url.clone())),
        };
        Self {
            id: key.id.to_string(),
            name: key.name.clone(),
            jwk_set,
            jwks_url,
            created_at: key.created_at.to_string(),
            updated_at: key.updated_at.to_string(),
            last_used_at: key.last_used_at.map(|at| at.to_string()),
        }
    }
}

/// Makes an API key. Exactly one of `jwkSet`, `jwksURL` and `generate` says where its keys come from.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApiKeyCreate {
    /// An id of your own (UUID); made by the server when left out.
    #[schema(value_type = Option<String>, format = "uuid", example = "0192f1c0-3333-7cc0-9e4f-7a8b9c0d1e2f")]
    #[serde(default)]
    id: Maybe<String>,
    /// A name for people.
    #[schema(value_type = String, required = true, min_length = 1, example = "CI of labs")]
    #[serde(default)]
    name: Maybe<String>,
    /// The public keys themselves: a JWK Set (RFC 7517) of RSA, EC or Ed25519 keys, each with a `kid`.
    #[schema(value_type = Option<Object>, example = json!({"keys": [{"kty": "EC", "crv": "P-256", "kid": "ci-2026", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}))]
    #[serde(default)]
    jwk_set: Maybe<Value>,
    /// Where you publish them; https, but in an installation for development.
    #[schema(value_type = Option<String>, format = "uri", max_length = 2048, example = json!(null))]
    #[serde(default, rename = "jwksURL")]
    jwks_url: Maybe<String>,
    /// The server makes the pair, and shows the private half this once.
    #[schema(value_type = Option<bool>, example = true)]
    #[serde(default)]
    generate: Maybe<bool>,
}

/// Changes an API key by JSON Merge Patch. Other public keys take the place of all there were.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApiKeyPatch {
    /// A name for people.
    #[schema(value_type = String, min_length = 1, example = "CI of labs")]
    #[serde(default)]
    name: Maybe<String>,
    /// The public keys themselves: a JWK Set (RFC 7517) of RSA, EC or Ed25519 keys, each with a `kid`.
    #[schema(value_type = Option<Object>, example = json!({"keys": [{"kty": "EC", "crv": "P-256", "kid": "ci-2026", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}))]
    #[serde(default)]
    jwk_set: Maybe<Value>,
    /// Where you publish them; https, but in an installation for development.
    #[schema(value_type = Option<String>, format = "uri", max_length = 2048, example = json!(null))]
    #[serde(default, rename = "jwksURL")]
    jwks_url: Maybe<String>,
}

impl WireBody for ApiKeyCreate {
    const SCHEMA: &'static str = "ApiKeyCreate";
}

impl WireBody for ApiKeyPatch {
    const SCHEMA: &'static str = "ApiKeyPatch";
}

/// What a new key is to be.
pub struct NewKey {
    /// The id that the caller chose.
    pub id: Option<ApiKeyId>,
    /// Its name.
    pub name: Option<Name>,
    /// Its keys; `None`: the server makes them.
    pub source: Option<KeySource>,
}

impl ApiKeyCreate {
    /// Parses every member; what is wrong goes to `faults`.
    pub fn read(self, state: &State, faults: &mut Faults) -> NewKey {
        let keys = KeyMembers { set: self.jwk_set.value(), url: self.jwks_url.value() };
        let generates = matches!(self.generate, Maybe::Value(true));
        let given = usize::from(generates) + keys.given();
        if given != 1 {
            let detail = "Give exactly one of jwkSet, jwksURL, and generate: true.";
            let code = if given == 0 { FaultCode::Required } else { FaultCode::ConflictingFields };
            faults.add("#/jwkSet", code, detail);
        }
        let (id, name) = (parse_own_id(self.id, faults), parse_name(self.name, faults));
        NewKey { id, name, source: keys.read(state, faults) }
    }
}

impl ApiKeyPatch {
    /// Parses every member; what is wrong goes to `faults`.
    pub fn read(self, state: &State, faults: &mut Faults) -> (Option<Name>, Option<KeySource>) {
        let keys = KeyMembers { set: self.jwk_set.value(), url: self.jwks_url.value() };
        if keys.given() > 1 {
            faults.add("#/jwkSet", FaultCode::ConflictingFields, "Give one of jwkSet and jwksURL.");
        }
        (parse_name(self.name, faults), keys.read(state, faults))
    }
}

/// Where public keys come from.
struct KeyMembers {
    set: Option<Value>,
    url: Option<String>,
}

impl KeyMembers {
    fn given(&self) -> usize {
        usize::from(self.set.is_some()) + usize::from(self.url.is_some())
    }

    fn read(self, state: &State, faults: &mut Faults) -> Option<KeySource> {
        if let Some(set) = self.set {
            return Some(KeySource::Set(key_set::accept(&set, "#/jwkSet", faults).to_string()));
        }
        let parsed = Endpoint::parse(&self.url?).and_then(|url| {
            url.check_scheme(state.flag)?;
            state.outbound.guard().check_static(&url)?;
            Ok(url)
        });
        faults.keep("#/jwksURL", parsed).map(|url| KeySource::Url(url.as_str().to_owned()))
    }
}
