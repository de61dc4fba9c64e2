//! The caller, its organizations and their environments, as they are shown.

use domain::{environment::Environment, organization::Organization};
use serde::Serialize;
use utoipa::ToSchema;

use super::envelope::{Meta, PageMeta, envelopes};

/// Who the caller is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserView {
    /// The caller's id: the `sub` of its tokens.
    #[schema(format = "uuid", example = "0192f1c0-1111-7aa0-9c2d-5e6f7a8b9c0d")]
    pub id: String,
    /// The caller's name for people.
    #[schema(example = "Ada Nightingale")]
    pub name: String,
    /// Whether the caller works for the platform itself.
    #[schema(example = false)]
    pub is_staff: bool,
    /// Roles in organizations.
    pub organization_roles: Vec<OrganizationRoleView>,
    /// Roles in environments.
    pub environment_roles: Vec<EnvironmentRoleView>,
}

/// A role in an organization.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationRoleView {
    /// The organization's number.
    #[schema(example = 118)]
    pub organization_id: i64,
    /// `member`, `admin` or `owner`.
    #[schema(example = "owner")]
    pub role: &'static str,
}

/// A role in an environment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentRoleView {
    /// The environment.
    #[schema(format = "uuid", example = "0192f1c0-5d3a-7cc1-b8a5-3f1d5c7a9e02")]
    pub environment_id: String,
    /// `viewer`, `support` or `engineer`.
    #[schema(example = "engineer")]
    pub role: &'static str,
}

/// An organization.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrganizationView {
    /// Its number.
    #[schema(example = 118)]
    pub id: i64,
    /// Its name for people.
    #[schema(example = "Example Health")]
    pub name: String,
}

/// An environment of an organization.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentView {
    /// Its id.
    #[schema(format = "uuid", example = "0192f1c0-5d3a-7cc1-b8a5-3f1d5c7a9e02")]
    pub id: String,
    /// Its name for people.
    #[schema(example = "Staging")]
    pub name: String,
    /// Its kind: `Development`, `Staging` or `Production`.
    #[schema(example = "Staging")]
    pub environment_flag: &'static str,
    /// The organization it belongs to.
    pub organization: OrganizationRefView,
}

/// An organization, by its number.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrganizationRefView {
    /// Its number.
    #[schema(example = 118)]
    pub id: i64,
}

envelopes! {
    /// The caller.
    UserEnvelope / UserPayload [Meta] { user: UserView }
    /// A page of organizations.
    OrganizationPage / OrganizationsPayload [PageMeta] { organizations: Vec<OrganizationView> }
    /// A page of environments.
    EnvironmentPage / EnvironmentsPayload [PageMeta] { environments: Vec<EnvironmentView> }
}

impl From<&Organization> for OrganizationView {
    fn from(organization: &Organization) -> Self {
        Self { id: organization.id.0, name: organization.name.clone() }
    }
}

impl From<&Environment> for EnvironmentView {
    fn from(environment: &Environment) -> Self {
        Self {
            id: environment.id.to_string(),
            name: environment.name.clone(),
            environment_flag: environment.flag.name(),
            organization: OrganizationRefView { id: environment.organization.0 },
        }
    }
}
