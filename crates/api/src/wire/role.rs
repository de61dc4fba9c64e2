//! Who has which role, as it is shown and set: in an organization, and in an environment.

use domain::{
    access::{EnvironmentRole, OrganizationRole},
    fault::{FaultCode, Faults},
    ids::UserId,
};
use persistence::roles::Member;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    destination_body::parse_uuid,
    envelope::{Meta, PageMeta, envelopes},
    patch::Maybe,
};
use crate::extract::body::WireBody;

/// Somebody who has a role.
#[derive(Debug, Serialize, ToSchema)]
pub struct MembershipView {
    /// What they are.
    pub role: RoleView,
    /// Who.
    pub user: MemberView,
}

/// A role.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoleView {
    /// Its id: `member`, `admin` or `owner` in an organization; `viewer`, `support` or `engineer` in an environment.
    #[schema(example = "engineer")]
    pub id: &'static str,
    /// Its name for people.
    #[schema(example = "Engineer")]
    pub name: &'static str,
}

/// A user, in brief.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberView {
    /// Its id.
    #[schema(format = "uuid", example = "0192f1c0-1111-7aa0-9c2d-5e6f7a8b9c0d")]
    pub id: String,
    /// Its name for people.
    #[schema(example = "Ada Nightingale")]
    pub name: String,
}

envelopes! {
    /// A page of those who have a role.
    MembershipPage / MembershipsPayload [PageMeta] { memberships: Vec<MembershipView> }
    /// What the user is now.
    RoleAssignmentEnvelope / RoleAssignmentPayload [Meta] { assignment: RoleAssignmentView }
}

/// What a user is now.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoleAssignmentView {
    /// The role; null if it was taken away.
    pub role: Option<RoleView>,
    /// Who.
    pub user: MemberView,
}

/// Who is to have which role.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleAssignment {
    /// The role; null takes it away.
    #[schema(value_type = Option<RoleChoice>, required = true)]
    #[serde(default)]
    role: Maybe<RoleChoice>,
    /// Who.
    #[schema(value_type = UserChoice, required = true)]
    #[serde(default)]
    user: Maybe<UserChoice>,
}

/// A role, by its id.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleChoice {
    /// Its id.
    #[schema(value_type = String, required = true, example = "engineer")]
    #[serde(default)]
    id: Maybe<String>,
    /// Its name; ignored.
    #[schema(value_type = Option<String>, example = "Engineer")]
    #[serde(default)]
    #[expect(dead_code, reason = "accepted and ignored, as documented")]
    name: Maybe<String>,
}

/// A user, by its id.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserChoice {
    /// Its id.
    #[schema(value_type = String, required = true, format = "uuid", example = "0192f1c0-1111-7aa0-9c2d-5e6f7a8b9c0d")]
    #[serde(default)]
    id: Maybe<String>,
    /// Its name; ignored.
    #[schema(value_type = Option<String>, example = "Ada Nightingale")]
    #[serde(default)]
    #[expect(dead_code, reason = "accepted and ignored, as documented")]
    name: Maybe<String>,
}

impl WireBody for RoleAssignment {
    const SCHEMA: &'static str = "RoleAssignment";
}

/// A role of either kind, as the wire knows it.
pub trait WireRole: Copy + std::str::FromStr {
    /// Its id.
    fn id(self) -> &'static str;
    /// Its name for people.
    fn title(self) -> &'static str;
    /// What its ids are.
    const EXPECTED: &'static str;
}

impl WireRole for OrganizationRole {
    const EXPECTED: &'static str = "member, admin, owner, or null for the role to take it away.";

    fn id(self) -> &'static str {
        self.name()
    }

    fn title(self) -> &'static str {
        match self {
            Self::Member => "Member",
            Self::Admin => "Admin",
            Self::Owner => "Owner",
        }
    }
}

impl WireRole for EnvironmentRole {
    const EXPECTED: &'static str = "viewer, support, engineer, or null for the role to take it away.";

    fn id(self) -> &'static str {
        self.name()
    }

    fn title(self) -> &'static str {
        match self {
            Self::Viewer => "Viewer",
            Self::Support => "Support",
            Self::Engineer => "Engineer",
        }
    }
}

impl RoleAssignment {
    /// Who is to have which role; `None` for the role takes it away. What is wrong goes to `faults`.
    pub fn read<R: WireRole>(self, faults: &mut Faults) -> Option<(UserId, Option<R>)> {
        let role = match self.role {
            Maybe::Absent => None,
            Maybe::Null => Some(None),
            Maybe::Value(RoleChoice { id: Maybe::Value(id), .. }) => match id.parse::<R>() {
                Ok(role) => Some(Some(role)),
                Err(_) => {
                    faults.add("#/role/id", FaultCode::InvalidValue, R::EXPECTED);
                    None
                }
            },
            Maybe::Value(_) => None,
        };
        let user = match self.user {
            Maybe::Value(UserChoice { id: Maybe::Value(id), .. }) => {
                faults.keep("#/user/id", parse_uuid::<UserId>(&id))
            }
            Maybe::Value(_) | Maybe::Null | Maybe::Absent => None,
        };
        user.zip(role)
    }
}

impl<R: WireRole> From<R> for RoleView {
    fn from(role: R) -> Self {
        Self { id: role.id(), name: role.title() }
    }
}

impl<R: WireRole> From<&Member<R>> for MembershipView {
    fn from(member: &Member<R>) -> Self {
        let user = MemberView { id: member.user.to_string(), name: member.name.clone() };
        Self { role: member.role.into(), user }
    }
}
