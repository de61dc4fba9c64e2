//! A destination as it is shown. Secrets show as `hasX` and as their version, never as a value.

use domain::{
    destination::{
        Destination, State,
        draft::{Configuration, Draft},
    },
    environment::EnvironmentRef,
    secret::StoredSecret,
    verification::LastAttempt,
};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::shown::Written;

use super::{
    envelope::{Meta, PageMeta, envelopes},
    moment::Moment,
};

/// A destination.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DestinationView {
    /// Its id.
    #[schema(value_type = String, format = "uuid", example = "0192f1c0-5d3a-7cc1-b8a5-3f1d5c7a9e01")]
    pub id: Uuid,
    /// Its name for people.
    #[schema(example = "Nightly labs")]
    pub name: String,
    /// The caller's own key for it, if one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "nightly-labs")]
    pub external_id: Option<String>,
    /// Where it lives.
    pub environment: EnvironmentRefView,
    /// How far its set-up has come: `in_progress`, `configured` or `verified`.
    #[schema(value_type = StatusName, example = "configured")]
    pub status: &'static str,
    /// `standard`, `cloud`, or null while none is chosen.
    #[schema(value_type = Option<super::destination_body::TypeName>, example = "standard")]
    pub r#type: Option<&'static str>,
    /// Whether type, provider and product can no longer change.
    #[schema(example = true)]
    pub type_locked: bool,
    /// Where a standard destination's messages go.
    #[schema(example = "https://labs.example.org/in")]
    pub endpoint: Option<String>,
    /// Provider, product and settings of a cloud destination.
    #[schema(example = json!(null))]
    pub cloud_provider_settings: Option<CloudProviderSettingsView>,
    /// Id of the auth credential attached.
    #[schema(value_type = Option<String>, example = json!(null))]
    pub auth_credential: Option<Uuid>,
    /// Whether a verification token is stored.
    #[schema(example = true)]
    pub has_verification_token: bool,
    /// Whether a webhook signing secret is stored.
    #[schema(example = false)]
    pub has_webhook_signing_secret: bool,
    /// Version, age and fingerprint of each secret that is stored.
    pub secret_versions: SecretVersionsView,
    /// The verb of its challenge.
    #[schema(value_type = super::destination_body::MethodName, example = "POST")]
    pub verification_method: &'static str,
    /// What is left to do; null once verified.
    pub setup_state: Option<SetupStateView>,
    /// Whether and since when it is verified, and its last attempt.
    pub verification: VerificationStateView,
    /// When it was made, UTC.
    #[schema(value_type = String, format = DateTime, example = "2026-11-24T09:00:00.000Z")]
    pub created_at: Moment,
    /// When it last changed, UTC.
    #[schema(value_type = String, format = DateTime, example = "2026-11-24T09:00:00.000Z")]
    pub updated_at: Moment,
}

/// The three states of a set-up.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "a schema; the domain names the states")]
pub enum StatusName {
    /// Type or configuration is not complete.
    InProgress,
    /// Both are; no message has proved them yet.
    Configured,
    /// A message has, or production went without.
    Verified,
}

/// An environment, in brief.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentRefView {
    /// Its id.
    #[schema(value_type = String, format = "uuid", example = "0192f1c0-5d3a-7cc1-b8a5-3f1d5c7a9e02")]
    pub id: Uuid,
    /// Its kind: `Development`, `Staging` or `Production`.
    #[schema(example = "Staging")]
    pub environment_flag: &'static str,
}

/// Provider, product and settings, as far as they are known.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CloudProviderSettingsView {
    /// The provider.
    #[schema(example = "aws")]
    pub type_id: Option<&'static str>,
    /// The product.
    #[schema(example = "s3")]
    pub product_id: Option<&'static str>,
    /// The product's settings by name.
    #[schema(value_type = std::collections::HashMap<String, String>, example = json!({"bucketName": "labs", "region": "us-east-1"}))]
    pub settings: Map<String, Value>,
}

/// The secrets that are stored.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SecretVersionsView {
    /// The verification token, if one is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification_token: Option<SecretVersionView>,
    /// The webhook signing secret, if one is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = json!(null))]
    pub webhook_signing_secret: Option<SecretVersionView>,
}

/// Which version of a secret is stored: lets tools see drift without seeing the secret.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SecretVersionView {
    /// 1 for the first value, one more for each different one after it.
    #[schema(example = 1)]
    pub version: i64,
    /// When this version was stored, UTC.
    #[schema(value_type = String, format = DateTime, example = "2026-11-24T09:00:00.000Z")]
    pub updated_at: Moment,
    /// A keyed hash; equal for equal secrets, useless outside this server.
    #[schema(example = "5b1f0c9d2e7a4f63")]
    pub fingerprint: String,
}

/// A wizard's progress.
#[derive(Debug, Serialize, ToSchema)]
pub struct SetupStateView {
    /// The first step not done: `type`, `configure`, `credential` or `verify`.
    #[schema(example = "verify")]
    pub step: &'static str,
    /// What the wizard shows of the draft.
    pub destination: SetupDestinationView,
}

/// A destination, as a wizard's progress holds it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetupDestinationView {
    /// Its id.
    #[schema(value_type = String, format = "uuid", example = "0192f1c0-5d3a-7cc1-b8a5-3f1d5c7a9e01")]
    pub id: Uuid,
    /// Its name for people.
    #[schema(example = "Nightly labs")]
    pub name: String,
    /// Id of the auth credential attached.
    #[schema(value_type = Option<String>, example = json!(null))]
    pub auth_credential: Option<Uuid>,
    /// Provider, product and settings of a cloud destination.
    #[schema(example = json!(null))]
    pub cloud_provider_settings: Option<CloudProviderSettingsView>,
    /// Where it lives.
    pub environment: EnvironmentRefView,
}

/// Whether a destination is proved.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VerificationStateView {
    /// Since when it is verified, UTC; null while it is not.
    #[schema(value_type = Option<String>, format = DateTime, example = json!(null))]
    pub verified_at: Option<Moment>,
    /// Whether it went without a message (production only).
    #[schema(example = false)]
    pub skipped: bool,
    /// The last attempt, whatever its outcome.
    pub last_attempt: Option<LastAttemptView>,
}

/// An attempt, in brief.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LastAttemptView {
    /// Its id.
    #[schema(value_type = String, format = "uuid", example = "0192f1c0-7b21-7a10-8c55-6f2e1d3c4b5a")]
    pub id: Uuid,
    /// `passed`, `failed` or `skipped`.
    #[schema(value_type = super::verification::OutcomeName, example = "failed")]
    pub outcome: &'static str,
    /// When it began, UTC.
    #[schema(value_type = String, format = DateTime, example = "2026-11-24T09:00:00.000Z")]
    pub started_at: Moment,
}

envelopes! {
    /// One destination.
    DestinationEnvelope / DestinationPayload [Meta] { destination: DestinationView }
    /// A page of destinations.
    DestinationPage / DestinationsPayload [PageMeta] { destinations: Vec<DestinationView> }
}

/// A [`DestinationEnvelope`] whose destination is written already.
#[derive(Serialize)]
pub struct WrittenEnvelope {
    /// About the payload.
    pub meta: Meta,
    /// The answer itself.
    pub payload: WrittenDestination,
}

/// The payload of a [`WrittenEnvelope`].
#[derive(Serialize)]
pub struct WrittenDestination {
    /// In the form of a [`DestinationView`].
    pub destination: Written,
}

/// A [`DestinationPage`] whose destinations are written already.
#[derive(Serialize)]
pub struct WrittenPage {
    /// About the payload.
    pub meta: PageMeta,
    /// The answer itself.
    pub payload: WrittenDestinations,
}

/// The payload of a [`WrittenPage`].
#[derive(Serialize)]
pub struct WrittenDestinations {
    /// Each in the form of a [`DestinationView`].
    pub destinations: Vec<Written>,
}

impl From<&Destination> for DestinationView {
    fn from(destination: &Destination) -> Self {
        let (configuration, proof) = match &destination.state {
            State::InProgress(_) => (None, None),
            State::Configured(configuration) => (Some(configuration), None),
            State::Verified(configuration, proof) => (Some(configuration), Some(proof)),
        };
        let endpoint = configuration.and_then(|configuration| match configuration {
            Configuration::Standard { endpoint } => Some(endpoint.to_string()),
            Configuration::Cloud { .. } => None,
        });
        Self {
            id: destination.id.0,
            name: destination.name.to_string(),
            external_id: destination.external_id.as_ref().map(ToString::to_string),
            environment: destination.environment.into(),
            status: destination.state.status().name(),
            r#type: destination.destination_type().map(domain::destination::draft::DestinationType::name),
            type_locked: destination.is_type_locked(),
            endpoint,
            cloud_provider_settings: CloudProviderSettingsView::of(&destination.state),
            auth_credential: destination.credential.map(|credential| credential.id.0),
            has_verification_token: destination.token.is_some(),
            has_webhook_signing_secret: destination.signing_secret.is_some(),
            secret_versions: SecretVersionsView {
                verification_token: destination.token.as_ref().map(SecretVersionView::from),
                webhook_signing_secret: destination.signing_secret.as_ref().map(SecretVersionView::from),
            },
            verification_method: destination.method.name(),
            setup_state: SetupStateView::of(destination),
            verification: VerificationStateView {
                verified_at: proof.map(|proof| Moment(proof.verified_at)),
                skipped: proof.is_some_and(|proof| proof.skipped),
                last_attempt: destination.last_attempt.map(LastAttemptView::from),
            },
            created_at: Moment(destination.created_at),
            updated_at: Moment(destination.updated_at),
        }
    }
}

impl CloudProviderSettingsView {
    fn of(state: &State) -> Option<Self> {
        let (type_id, product, settings) = match state {
            State::InProgress(Draft::Cloud(draft)) => (draft.type_id, draft.product, &draft.settings),
            State::Configured(Configuration::Cloud { product, settings })
            | State::Verified(Configuration::Cloud { product, settings }, _) => {
                (Some(product.type_id), Some(*product), settings)
            }
            State::InProgress(Draft::Untyped | Draft::Standard)
            | State::Configured(Configuration::Standard { .. })
            | State::Verified(Configuration::Standard { .. }, _) => return None,
        };
        let settings = settings.iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
        Some(Self { type_id, product_id: product.map(|product| product.product_id), settings })
    }
}

impl SetupStateView {
    fn of(destination: &Destination) -> Option<Self> {
        let step = destination.next_step()?.name();
        let destination = SetupDestinationView {
            id: destination.id.0,
            name: destination.name.to_string(),
            auth_credential: destination.credential.map(|credential| credential.id.0),
            cloud_provider_settings: CloudProviderSettingsView::of(&destination.state),
            environment: destination.environment.into(),
        };
        Some(Self { step, destination })
    }
}

impl From<EnvironmentRef> for EnvironmentRefView {
    fn from(environment: EnvironmentRef) -> Self {
        Self { id: environment.id.0, environment_flag: environment.flag.name() }
    }
}

impl From<&StoredSecret> for SecretVersionView {
    fn from(secret: &StoredSecret) -> Self {
        Self {
            version: secret.version,
            updated_at: Moment(secret.updated_at),
            fingerprint: secret.sealed.fingerprint.clone(),
        }
    }
}

impl From<LastAttempt> for LastAttemptView {
    fn from(attempt: LastAttempt) -> Self {
        Self { id: attempt.id.0, outcome: attempt.outcome.name(), started_at: Moment(attempt.started_at) }
    }
}
