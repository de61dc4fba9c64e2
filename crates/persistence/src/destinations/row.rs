//! A row of `destinations`, and how it and the aggregate become each other. Nothing is unsealed here.

mod differences;

use diesel::prelude::*;
use domain::{
    catalog::{self, Product, Settings},
    credential::{self, CredentialRef},
    destination::{
        Destination, Fingerprint, Proof, State, Status,
        draft::{CloudDraft, Configuration, DestinationType, Draft},
        naming::{ExternalId, Name},
    },
    endpoint::Endpoint,
    environment::EnvironmentRef,
    fault::Faults,
    ids::{CredentialId, DestinationId, EnvironmentId, OrganizationId, VerificationId},
    secret::{SealedText, StoredSecret},
    verification::{LastAttempt, Outcome, VerificationMethod},
};
use serde_json::Value;

pub(super) use self::differences::differences;
use crate::{
    error::StoreError,
    row::RowName,
    schema::destinations,
    sql_types::{IdCell, InstantCell, JsonText},
};

/// Every column, in the order of the table.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = destinations, treat_none_as_default_value = false)]
pub(super) struct DestinationRow {
    pub(super) id: IdCell,
    environment_id: IdCell,
    external_id: Option<String>,
    name: String,
    pub(super) name_key: String,
    status: String,
    destination_type: Option<String>,
    endpoint: Option<String>,
    type_id: Option<String>,
    product_id: Option<String>,
    settings: JsonText,
    verification_method: String,
    pub(super) token_envelope: Option<Vec<u8>>,
    pub(super) token_fingerprint: Option<String>,
    token_version: Option<i64>,
    token_updated_at: Option<InstantCell>,
    verified_at: Option<InstantCell>,
    verified_skipped: Option<bool>,
    verified_fingerprint: Option<String>,
    configuration_revision: i64,
    last_attempt_id: Option<IdCell>,
    last_attempt_outcome: Option<String>,
    last_attempt_at: Option<InstantCell>,
    version: i64,
    pub(super) created_at: InstantCell,
    pub(super) updated_at: InstantCell,
    credential_id: Option<IdCell>,
    credential_strategy: Option<String>,
    pub(super) signing_envelope: Option<Vec<u8>>,
    pub(super) signing_fingerprint: Option<String>,
    signing_version: Option<i64>,
    signing_updated_at: Option<InstantCell>,
}

/// A row with what the aggregate needs of its environment.
pub(super) struct Located {
    pub(super) row: DestinationRow,
    pub(super) organization_id: i64,
    pub(super) flag: String,
}

/// The columns that say what kind of destination it is and where it leads.
#[derive(Default)]
struct Target {
    endpoint: Option<String>,
    type_id: Option<String>,
    product_id: Option<String>,
    settings: Value,
}

impl From<&State> for Target {
    fn from(state: &State) -> Self {
        match state {
            State::InProgress(Draft::Untyped | Draft::Standard) => Self::without_settings(None),
            State::InProgress(Draft::Cloud(draft)) => {
                Self::cloud(draft.type_id, draft.product, &draft.settings)
            }
            State::Configured(configuration) | State::Verified(configuration, _) => match configuration {
                Configuration::Standard { endpoint } => Self::without_settings(Some(endpoint.to_string())),
                Configuration::Cloud { product, settings } => {
                    Self::cloud(Some(product.type_id), Some(product), settings)
                }
            },
        }
    }
}

impl Target {
    fn without_settings(endpoint: Option<String>) -> Self {
        Self { endpoint, settings: Value::Object(serde_json::Map::new()), ..Self::default() }
    }

    fn cloud(type_id: Option<&str>, product: Option<&Product>, settings: &Settings) -> Self {
        Self {
            endpoint: None,
            type_id: type_id.map(str::to_owned),
            product_id: product.map(|product| product.product_id.to_owned()),
            settings: settings.iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect(),
        }
    }
}

impl From<&Destination> for DestinationRow {
    fn from(destination: &Destination) -> Self {
        let target = Target::from(&destination.state);
        let token = destination.token.as_ref();
        let signing = destination.signing_secret.as_ref();
        let attempt = destination.last_attempt.as_ref();
        let proof = match &destination.state {
            State::Verified(_, proof) => Some(proof),
            State::InProgress(_) | State::Configured(_) => None,
        };
        Self {
            id: destination.id.into(),
            environment_id: destination.environment.id.into(),
            external_id: destination.external_id.as_ref().map(ToString::to_string),
            name: destination.name.to_string(),
            name_key: destination.name.key(),
            status: destination.state.status().name().to_owned(),
            destination_type: destination.destination_type().map(|kind| kind.name().to_owned()),
            endpoint: target.endpoint,
            type_id: target.type_id,
            product_id: target.product_id,
            settings: target.settings.into(),
            verification_method: destination.method.name().to_owned(),
            token_envelope: token.map(|token| token.sealed.envelope.clone()),
            token_fingerprint: token.map(|token| token.sealed.fingerprint.clone()),
            token_version: token.map(|token| token.version),
            token_updated_at: token.map(|token| token.updated_at.into()),
            verified_at: proof.map(|proof| proof.verified_at.into()),
            verified_skipped: proof.map(|proof| proof.skipped),
            verified_fingerprint: proof.map(|proof| proof.fingerprint.0.clone()),
            configuration_revision: destination.revision,
            last_attempt_id: attempt.map(|attempt| attempt.id.into()),
            last_attempt_outcome: attempt.map(|attempt| attempt.outcome.name().to_owned()),
            last_attempt_at: attempt.map(|attempt| attempt.started_at.into()),
            version: destination.version,
            created_at: destination.created_at.into(),
            updated_at: destination.updated_at.into(),
            credential_id: destination.credential.map(|credential| credential.id.into()),
            credential_strategy: destination.credential.map(|credential| credential.strategy.key.to_owned()),
            signing_envelope: signing.map(|secret| secret.sealed.envelope.clone()),
            signing_fingerprint: signing.map(|secret| secret.sealed.fingerprint.clone()),
            signing_version: signing.map(|secret| secret.version),
            signing_updated_at: signing.map(|secret| secret.updated_at.into()),
        }
    }
}

impl TryFrom<Located> for Destination {
    type Error = StoreError;

    fn try_from(Located { mut row, organization_id, flag }: Located) -> Result<Self, StoreError> {
        let (token, signing_secret) = (row.token()?, row.signing_secret()?);
        let name = row.row_name();
        let environment = EnvironmentRef {
            id: EnvironmentId(name.expect("environment_id", row.environment_id.0)?),
            organization: OrganizationId(organization_id),
            flag: RowName { table: "environments", id: &row.environment_id }.parse("flag", &flag)?,
        };
        let external_id = row.external_id.as_deref().map(ExternalId::parse).transpose();
        Ok(Self {
            id: DestinationId(name.expect("id", row.id.0)?),
            environment,
            external_id: external_id.map_err(|_| name.corrupt("external_id"))?,
            name: Name::parse(&row.name).map_err(|_| name.corrupt("name"))?,
            method: name
                .expect("verification_method", VerificationMethod::from_name(&row.verification_method))?,
            token,
            signing_secret,
            credential: row.credential()?,
            state: row.state()?,
            revision: row.configuration_revision,
            last_attempt: row.last_attempt()?,
            version: row.version,
            created_at: name.expect("created_at", row.created_at.0)?,
            updated_at: name.expect("updated_at", row.updated_at.0)?,
        })
    }
}

impl DestinationRow {
    fn row_name(&self) -> RowName<'_> {
        RowName { table: "destinations", id: &self.id }
    }

    fn state(&self) -> Result<State, StoreError> {
        let status = self.row_name().expect("status", Status::from_name(&self.status))?;
        Ok(match status {
            Status::InProgress => State::InProgress(self.draft()?),
            Status::Configured => State::Configured(self.configuration()?),
            Status::Verified => State::Verified(self.configuration()?, self.proof()?),
        })
    }

    fn destination_type(&self) -> Result<Option<DestinationType>, StoreError> {
        let parse = |text| self.row_name().expect("type", DestinationType::from_name(text));
        self.destination_type.as_deref().map(parse).transpose()
    }

    fn draft(&self) -> Result<Draft, StoreError> {
        Ok(match self.destination_type()? {
            None => Draft::Untyped,
            Some(DestinationType::Standard) => Draft::Standard,
            Some(DestinationType::Cloud) => {
                let product = self.product()?;
                Draft::Cloud(CloudDraft {
                    type_id: self.provider()?,
                    product,
                    settings: self.settings(product)?,
                })
            }
        })
    }

    fn configuration(&self) -> Result<Configuration, StoreError> {
        let name = self.row_name();
        match name.expect("type", self.destination_type()?)? {
            DestinationType::Standard => {
                let text = name.expect("endpoint", self.endpoint.as_deref())?;
                let endpoint = Endpoint::parse(text).map_err(|_| name.corrupt("endpoint"))?;
                Ok(Configuration::Standard { endpoint })
            }
            DestinationType::Cloud => {
                let product = name.expect("product_id", self.product()?)?;
                Ok(Configuration::Cloud { product, settings: self.settings(Some(product))? })
            }
        }
    }

    fn provider(&self) -> Result<Option<&'static str>, StoreError> {
        let find = |id| self.row_name().expect("type_id", catalog::find_provider(id));
        self.type_id.as_deref().map(find).transpose()
    }

    fn product(&self) -> Result<Option<&'static Product>, StoreError> {
        let Some(product_id) = self.product_id.as_deref() else { return Ok(None) };
        let name = self.row_name();
        let type_id = name.expect("type_id", self.type_id.as_deref())?;
        name.expect("product_id", catalog::find_product(type_id, product_id)).map(Some)
    }

    fn settings(&self, product: Option<&'static Product>) -> Result<Settings, StoreError> {
        let name = self.row_name();
        let Some(product) = product else { return Ok(Settings::default()) };
        let Ok(Value::Object(members)) = serde_json::from_str(&self.settings.0) else {
            return Err(name.corrupt("settings"));
        };
        let stored: Vec<(String, String)> = members
            .into_iter()
            .map(|(member, value)| Ok((member, name.expect("settings", value.as_str().map(str::to_owned))?)))
            .collect::<Result<_, StoreError>>()?;
        let mut faults = Faults::default();
        let settings = Settings::parse(product.description.settings, &stored, "", &mut faults);
        if faults.is_empty() { Ok(settings) } else { Err(name.corrupt("settings")) }
    }

    fn proof(&self) -> Result<Proof, StoreError> {
        let name = self.row_name();
        let verified_at = name.expect("verified_at", self.verified_at.and_then(|cell| cell.0))?;
        Ok(Proof {
            verified_at,
            skipped: name.expect("verified_skipped", self.verified_skipped)?,
            fingerprint: Fingerprint(name.expect("verified_fingerprint", self.verified_fingerprint.clone())?),
        })
    }

    /// Moves it out of the row.
    fn token(&mut self) -> Result<Option<StoredSecret>, StoreError> {
        let columns = SecretColumns {
            envelope: self.token_envelope.take(),
            fingerprint: ("token_fingerprint", self.token_fingerprint.take()),
            version: ("token_version", self.token_version),
            updated_at: ("token_updated_at", self.token_updated_at),
        };
        columns.read(self.row_name())
    }

    /// Moves it out of the row.
    fn signing_secret(&mut self) -> Result<Option<StoredSecret>, StoreError> {
        let columns = SecretColumns {
            envelope: self.signing_envelope.take(),
            fingerprint: ("signing_fingerprint", self.signing_fingerprint.take()),
            version: ("signing_version", self.signing_version),
            updated_at: ("signing_updated_at", self.signing_updated_at),
        };
        columns.read(self.row_name())
    }

    fn credential(&self) -> Result<Option<CredentialRef>, StoreError> {
        let name = self.row_name();
        let Some(id) = self.credential_id else { return Ok(None) };
        let strategy = self.credential_strategy.as_deref().and_then(credential::find_strategy);
        Ok(Some(CredentialRef {
            id: CredentialId(name.expect("credential_id", id.0)?),
            strategy: name.expect("credential_strategy", strategy)?,
        }))
    }

    fn last_attempt(&self) -> Result<Option<LastAttempt>, StoreError> {
        let name = self.row_name();
        let Some(id) = self.last_attempt_id else { return Ok(None) };
        let outcome = self.last_attempt_outcome.as_deref().and_then(Outcome::from_name);
        let started_at = name.expect("last_attempt_at", self.last_attempt_at.and_then(|cell| cell.0))?;
        Ok(Some(LastAttempt {
            id: VerificationId(name.expect("last_attempt_id", id.0)?),
            outcome: name.expect("last_attempt_outcome", outcome)?,
            started_at,
        }))
    }
}

/// The columns of a secret, null together; by their names where one may be found amiss.
struct SecretColumns {
    envelope: Option<Vec<u8>>,
    fingerprint: (&'static str, Option<String>),
    version: (&'static str, Option<i64>),
    updated_at: (&'static str, Option<InstantCell>),
}

impl SecretColumns {
    fn read(self, name: RowName<'_>) -> Result<Option<StoredSecret>, StoreError> {
        let Some(envelope) = self.envelope else { return Ok(None) };
        let fingerprint = name.expect(self.fingerprint.0, self.fingerprint.1)?;
        let updated_at = name.expect(self.updated_at.0, self.updated_at.1.and_then(|cell| cell.0))?;
        let version = name.expect(self.version.0, self.version.1)?;
        Ok(Some(StoredSecret { sealed: SealedText { envelope, fingerprint }, version, updated_at }))
    }
}
