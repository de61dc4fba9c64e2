//! Who may do what: roles, permissions, and the one table that joins them. Nothing else decides.

use std::{fmt, str::FromStr};

use crate::environment::EnvironmentFlag;

/// A person's role in one environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EnvironmentRole {
    /// Reads.
    Viewer,
    /// Reads, and helps.
    Support,
    /// Sets up, changes and verifies.
    Engineer,
}

/// A person's role in an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrganizationRole {
    /// Belongs to it.
    Member,
    /// Manages environment roles and service accounts, and reads the trail.
    Admin,
    /// Manages everything.
    Owner,
}

/// What a route asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Nothing but a valid token: one's own profile, the catalogue, one's organizations.
    SignedIn,
    /// Read destinations, their history, and the environment they are in.
    DestinationsRead,
    /// Create, change and verify destinations.
    DestinationsWrite,
    /// Delete destinations; what production adds to that is [`may_delete_destination`].
    DestinationsDelete,
    /// Read auth credentials, but their secrets.
    CredentialsRead,
    /// Create, change, try and delete auth credentials.
    CredentialsWrite,
    /// See and set roles in the environments of an organization.
    EnvironmentRolesManage,
    /// See roles in an organization.
    OrganizationRolesRead,
    /// Set roles in an organization.
    OrganizationRolesManage,
    /// Make environments of an organization.
    EnvironmentsCreate,
    /// See, make, change and remove service accounts and their keys.
    ServiceAccountsManage,
    /// Read the audit trail of an organization.
    AuditRead,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 12] = [
        Self::SignedIn,
        Self::DestinationsRead,
        Self::DestinationsWrite,
        Self::DestinationsDelete,
        Self::CredentialsRead,
        Self::CredentialsWrite,
        Self::EnvironmentRolesManage,
        Self::OrganizationRolesRead,
        Self::OrganizationRolesManage,
        Self::EnvironmentsCreate,
        Self::ServiceAccountsManage,
        Self::AuditRead,
    ];

    /// The scope name in the OpenAPI document.
    pub fn scope(self) -> &'static str {
        match self {
            Self::SignedIn => "signed-in",
            Self::DestinationsRead => "destinations:read",
            Self::DestinationsWrite => "destinations:write",
            Self::DestinationsDelete => "destinations:delete",
            Self::CredentialsRead => "credentials:read",
            Self::CredentialsWrite => "credentials:write",
            Self::EnvironmentRolesManage => "environment-roles:manage",
            Self::OrganizationRolesRead => "organization-roles:read",
            Self::OrganizationRolesManage => "organization-roles:manage",
            Self::EnvironmentsCreate => "environments:create",
            Self::ServiceAccountsManage => "service-accounts:manage",
            Self::AuditRead => "audit:read",
        }
    }
}

/// What a caller is where a request leads: in an environment, or in an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Works for the platform: may do everything, everywhere.
    pub is_staff: bool,
    /// Its role in that environment; without one its destinations do not exist for the caller.
    pub role: Option<EnvironmentRole>,
    /// Its role in the organization; destinations do not ask for it.
    pub organization_role: Option<OrganizationRole>,
    /// Whether it has a role in any environment of the organization, and so knows that there is one.
    pub is_insider: bool,
}

impl Standing {
    /// Somebody who is nothing there.
    pub const NOBODY: Self = Self { is_staff: false, role: None, organization_role: None, is_insider: false };

    /// Somebody with at most a role in an environment.
    pub fn in_environment(is_staff: bool, role: Option<EnvironmentRole>) -> Self {
        Self { is_staff, role, is_insider: role.is_some(), ..Self::NOBODY }
    }
}

/// The answer to "may this caller?".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Yes.
    Allowed,
    /// No, and the caller may know that the thing exists.
    Forbidden,
    /// No, and the caller must not learn that the thing exists.
    Hidden,
}

/// The table of contract section 5.
pub fn judge(standing: Standing, permission: Permission) -> Verdict {
    use {EnvironmentRole as Environment, OrganizationRole as Organization};
    if standing.is_staff {
        return Verdict::Allowed;
    }
    let (role, organization_role) = (standing.role, standing.organization_role);
    let (is_allowed, is_known) = match permission {
        Permission::SignedIn => (true, true),
        Permission::DestinationsRead | Permission::CredentialsRead => (role.is_some(), role.is_some()),
        Permission::DestinationsWrite | Permission::DestinationsDelete | Permission::CredentialsWrite => {
            (matches!(role, Some(Environment::Engineer)), role.is_some())
        }
        Permission::EnvironmentRolesManage
        | Permission::OrganizationRolesRead
        | Permission::ServiceAccountsManage
        | Permission::AuditRead => (
            matches!(organization_role, Some(Organization::Admin | Organization::Owner)),
            standing.is_insider || organization_role.is_some(),
        ),
        Permission::OrganizationRolesManage | Permission::EnvironmentsCreate => (
            matches!(organization_role, Some(Organization::Owner)),
            standing.is_insider || organization_role.is_some(),
        ),
    };
    match (is_allowed, is_known) {
        (true, _) => Verdict::Allowed,
        (false, true) => Verdict::Forbidden,
        (false, false) => Verdict::Hidden,
    }
}

/// Whether a role in an organization may go from one to the other: somebody has to own it afterwards.
pub fn keeps_an_owner(
    before: Option<OrganizationRole>,
    after: Option<OrganizationRole>,
    has_other_owner: bool,
) -> bool {
    let owns = |role| matches!(role, Some(OrganizationRole::Owner));
    !owns(before) || owns(after) || has_other_owner
}

/// Whether a caller who may delete destinations may delete one in this kind of environment.
pub fn may_delete_destination(is_staff: bool, flag: EnvironmentFlag) -> bool {
    is_staff || !flag.guards_deletion()
}

/// A text that names no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownRole;

macro_rules! named_roles {
    ($type:ident: $($variant:ident = $name:literal),+) => {
        impl $type {
            /// Every role, from the least to the most.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name on the wire and in the database.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }

        impl FromStr for $type {
            type Err = UnknownRole;

            fn from_str(text: &str) -> Result<Self, UnknownRole> {
                Self::ALL.iter().copied().find(|role| role.name() == text).ok_or(UnknownRole)
            }
        }
    };
}

named_roles!(EnvironmentRole: Viewer = "viewer", Support = "support", Engineer = "engineer");
named_roles!(OrganizationRole: Member = "member", Admin = "admin", Owner = "owner");

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    #[test]
    fn the_permission_table_is_the_contracts() {
        let mut table = String::new();
        let at_most = |role| Standing::in_environment(false, role);
        let organization = |role| Standing { organization_role: Some(role), ..Standing::NOBODY };
        let standings = [
            ("nobody", Standing::NOBODY),
            ("viewer", at_most(Some(EnvironmentRole::Viewer))),
            ("support", at_most(Some(EnvironmentRole::Support))),
            ("engineer", at_most(Some(EnvironmentRole::Engineer))),
            ("member", organization(OrganizationRole::Member)),
            ("admin", organization(OrganizationRole::Admin)),
            ("owner", organization(OrganizationRole::Owner)),
            ("staff", Standing::in_environment(true, None)),
        ];
        for permission in Permission::ALL {
            write!(table, "{}:", permission.scope()).unwrap();
            for (name, standing) in standings {
                let verdict = match judge(standing, permission) {
                    Verdict::Allowed => "yes",
                    Verdict::Forbidden => "no",
                    Verdict::Hidden => "hidden",
                };
                write!(table, " {name} {verdict},").unwrap();
            }
            table.push('\n');
        }
        insta::assert_snapshot!(table, @r"
        signed-in: nobody yes, viewer yes, support yes, engineer yes, member yes, admin yes, owner yes, staff yes,
        destinations:read: nobody hidden, viewer yes, support yes, engineer yes, member hidden, admin hidden, owner hidden, staff yes,
        destinations:write: nobody hidden, viewer no, support no, engineer yes, member hidden, admin hidden, owner hidden, staff yes,
        destinations:delete: nobody hidden, viewer no, support no, engineer yes, member hidden, admin hidden, owner hidden, staff yes,
        credentials:read: nobody hidden, viewer yes, support yes, engineer yes, member hidden, admin hidden, owner hidden, staff yes,
        credentials:write: nobody hidden, viewer no, support no, engineer yes, member hidden, admin hidden, owner hidden, staff yes,
        environment-roles:manage: nobody hidden, viewer no, support no, engineer no, member no, admin yes, owner yes, staff yes,
        organization-roles:read: nobody hidden, viewer no, support no, engineer no, member no, admin yes, owner yes, staff yes,
        organization-roles:manage: nobody hidden, viewer no, support no, engineer no, member no, admin no, owner yes, staff yes,
        environments:create: nobody hidden, viewer no, support no, engineer no, member no, admin no, owner yes, staff yes,
        service-accounts:manage: nobody hidden, viewer no, support no, engineer no, member no, admin yes, owner yes, staff yes,
        audit:read: nobody hidden, viewer no, support no, engineer no, member no, admin yes, owner yes, staff yes,
        ");
    }

    #[test]
    fn the_last_owner_stays() {
        use OrganizationRole::{Admin, Owner};
        assert!(!keeps_an_owner(Some(Owner), None, false));
        assert!(!keeps_an_owner(Some(Owner), Some(Admin), false));
        assert!(keeps_an_owner(Some(Owner), Some(Owner), false));
        assert!(keeps_an_owner(Some(Owner), None, true));
        assert!(keeps_an_owner(Some(Admin), None, false));
    }

    #[test]
    fn only_staff_delete_in_production() {
        assert!(may_delete_destination(true, EnvironmentFlag::Production));
        assert!(!may_delete_destination(false, EnvironmentFlag::Production));
        assert!(may_delete_destination(false, EnvironmentFlag::Staging));
    }
}
