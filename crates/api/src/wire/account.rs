//! Service accounts and environments of an organization: the bodies that make and change them, and how accounts are
//! shown.

use domain::{
    destination::naming::Name,
    environment::EnvironmentFlag,
    fault::{FaultCode, Faults},
    ids::{EnvironmentId, UserId},
    organization::User,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    destination_body::parse_uuid,
    envelope::{Meta, PageMeta, envelopes},
    organization::{EnvironmentView, OrganizationRefView},
    patch::Maybe,
};
use crate::extract::body::WireBody;

/// A pipeline of an organization.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceAccountView {
    /// Its id: the `user` of role assignments, the `sub` of its tokens.
    #[schema(format = "uuid", example = "0192f1c0-2222-7bb0-8d3e-6f7a8b9c0d1e")]
    pub id: String,
    /// Its name for people.
    #[schema(example = "Provisioning of staging")]
    pub name: String,
    /// The organization it belongs to, for good.
    pub organization: OrganizationRefView,
    /// When it was made, UTC.
    #[schema(format = DateTime, example = "2026-11-24T09:00:00.000Z")]
    pub created_at: String,
}

envelopes! {
    /// One service account.
    ServiceAccountEnvelope / ServiceAccountPayload [Meta] { serviceaccount: ServiceAccountView }
    /// A page of service accounts.
    ServiceAccountPage / ServiceAccountsPayload [PageMeta] { serviceaccounts: Vec<ServiceAccountView> }
    /// One environment.
    EnvironmentEnvelope / EnvironmentPayload [Meta] { environment: EnvironmentView }
}

impl From<&User> for ServiceAccountView {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.to_string(),
            name: user.name.clone(),
            organization: OrganizationRefView { id: user.home.map_or(0, |home| home.0) },
            created_at: user.created_at.to_string(),
        }
    }
}

/// Makes a service account. It may do nothing until it is given a role and a key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceAccountCreate {
    /// An id of your own (UUID); made by the server when left out.
    #[schema(value_type = Option<String>, format = "uuid", example = "0192f1c0-2222-7bb0-8d3e-6f7a8b9c0d1e")]
    #[serde(default)]
    id: Maybe<String>,
    /// A name for people.
    #[schema(value_type = String, required = true, min_length = 1, example = "Provisioning of staging")]
    #[serde(default)]
    name: Maybe<String>,
}

/// Changes a service account by JSON Merge Patch.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceAccountPatch {
    /// A name for people.
    #[schema(value_type = String, min_length = 1, example = "Provisioning of staging")]
    #[serde(default)]
    name: Maybe<String>,
}

/// Makes an environment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EnvironmentCreate {
    /// An id of your own (UUID); made by the server when left out.
    #[schema(value_type = Option<String>, format = "uuid", example = "0192f1c0-5d3a-7cc1-b8a5-3f1d5c7a9e04")]
    #[serde(default)]
    id: Maybe<String>,
    /// A name for people.
    #[schema(value_type = String, required = true, min_length = 1, example = "Staging of the west")]
    #[serde(default)]
    name: Maybe<String>,
    /// Its kind, for good: `Development`, `Staging` or `Production`.
    #[schema(value_type = super::account::EnvironmentFlagName, required = true, example = "Staging")]
    #[serde(default)]
    environment_flag: Maybe<String>,
}

/// The kinds of environment.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a schema; the domain parses the text")]
pub enum EnvironmentFlagName {
    /// For building: plain `http` is allowed.
    Development,
    /// As production, with test data.
    Staging,
    /// Live data.
    Production,
}

impl WireBody for ServiceAccountCreate {
    const SCHEMA: &'static str = "ServiceAccountCreate";
}

impl WireBody for ServiceAccountPatch {
    const SCHEMA: &'static str = "ServiceAccountPatch";
}

impl WireBody for EnvironmentCreate {
    const SCHEMA: &'static str = "EnvironmentCreate";
}

impl ServiceAccountCreate {
    /// The id that the caller chose, and the name.
    pub fn read(self, faults: &mut Faults) -> (Option<UserId>, Option<Name>) {
        (parse_own_id(self.id, faults), parse_name(self.name, faults))
    }
}

impl ServiceAccountPatch {
    /// The new name, if there is one.
    pub fn read(self, faults: &mut Faults) -> Option<Name> {
        parse_name(self.name, faults)
    }
}

impl EnvironmentCreate {
    /// The id that the caller chose, the name and the kind.
    pub fn read(self, faults: &mut Faults) -> (Option<EnvironmentId>, Option<Name>, Option<EnvironmentFlag>) {
        let flag = self.environment_flag.value().and_then(|text| text.parse().ok());
        (parse_own_id(self.id, faults), parse_name(self.name, faults), flag)
    }
}

/// An id that the caller chose for what it makes.
pub fn parse_own_id<T: std::str::FromStr>(id: Maybe<String>, faults: &mut Faults) -> Option<T> {
    id.value().and_then(|text| faults.keep("#/id", parse_uuid(&text)))
}

/// A name; `null` is none.
pub fn parse_name(name: Maybe<String>, faults: &mut Faults) -> Option<Name> {
    match name {
        Maybe::Value(text) => faults.keep("#/name", Name::parse(&text)),
        Maybe::Null => {
            faults.add("#/name", FaultCode::Required, "A name cannot be cleared.");
            None
        }
        Maybe::Absent => None,
    }
}
