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
    /// Manages environment roles.
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
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 6] = [
        Self::SignedIn,
        Self::DestinationsRead,
        Self::DestinationsWrite,
        Self::DestinationsDelete,
        Self::CredentialsRead,
        Self::CredentialsWrite,
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
        }
    }
}

/// What a caller is in the environment that a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Works for the platform: may do everything, everywhere.
    pub is_staff: bool,
    /// Its role in that environment; without one the environment does not exist for the caller.
    pub role: Option<EnvironmentRole>,
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

/// The table of contract section 5, for what happens inside an environment.
pub fn judge(standing: Standing, permission: Permission) -> Verdict {
    if standing.is_staff {
        return Verdict::Allowed;
    }
    let Some(role) = standing.role else {
        return match permission {
            Permission::SignedIn => Verdict::Allowed,
            Permission::DestinationsRead
            | Permission::DestinationsWrite
            | Permission::DestinationsDelete
            | Permission::CredentialsRead
            | Permission::CredentialsWrite => Verdict::Hidden,
        };
    };
    let allowed = match permission {
        Permission::SignedIn | Permission::DestinationsRead | Permission::CredentialsRead => true,
        Permission::DestinationsWrite | Permission::DestinationsDelete | Permission::CredentialsWrite => {
            match role {
                EnvironmentRole::Engineer => true,
                EnvironmentRole::Viewer | EnvironmentRole::Support => false,
            }
        }
    };
    if allowed { Verdict::Allowed } else { Verdict::Forbidden }
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
        let standings = [
            ("nobody", Standing { is_staff: false, role: None }),
            ("viewer", Standing { is_staff: false, role: Some(EnvironmentRole::Viewer) }),
            ("support", Standing { is_staff: false, role: Some(EnvironmentRole::Support) }),
            ("engineer", Standing { is_staff: false, role: Some(EnvironmentRole::Engineer) }),
            ("staff", Standing { is_staff: true, role: None }),
        ];
        for permission in Permission::ALL {
            write!(table, "{}:", permission.scope()).unwrap();
            for (name, standing) in standings {
                write!(table, " {name} {:?},", judge(standing, permission)).unwrap();
            }
            table.push('\n');
        }
        insta::assert_snapshot!(table, @r"
        signed-in: nobody Allowed, viewer Allowed, support Allowed, engineer Allowed, staff Allowed,
        destinations:read: nobody Hidden, viewer Allowed, support Allowed, engineer Allowed, staff Allowed,
        destinations:write: nobody Hidden, viewer Forbidden, support Forbidden, engineer Allowed, staff Allowed,
        destinations:delete: nobody Hidden, viewer Forbidden, support Forbidden, engineer Allowed, staff Allowed,
        credentials:read: nobody Hidden, viewer Allowed, support Allowed, engineer Allowed, staff Allowed,
        credentials:write: nobody Hidden, viewer Forbidden, support Forbidden, engineer Allowed, staff Allowed,
        ");
    }

    #[test]
    fn only_staff_delete_in_production() {
        assert!(may_delete_destination(true, EnvironmentFlag::Production));
        assert!(!may_delete_destination(false, EnvironmentFlag::Production));
        assert!(may_delete_destination(false, EnvironmentFlag::Staging));
    }
}
