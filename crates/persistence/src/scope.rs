//! On whose behalf tenant data is read, and for what: every query of it takes a [`Scope`] first.

use domain::{
    access::{self, EnvironmentRole, Permission, Standing, Verdict},
    ids::UserId,
};

use crate::{error::StoreError, row::RowName};

/// A caller and what the request needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// Who.
    pub user: UserId,
    /// What for.
    pub permission: Permission,
}

/// What a query finds of the caller beside the row: whether it is staff, and its role in the row's environment.
pub(crate) type StandingColumns = (bool, Option<String>);

impl Scope {
    /// Passes if the caller may; a thing it may not know of is not found.
    pub(crate) fn admit(&self, (is_staff, role): StandingColumns) -> Result<(), StoreError> {
        let standing = Standing::in_environment(is_staff, parse_role(self.user, role.as_deref())?);
        match access::judge(standing, self.permission) {
            Verdict::Allowed => Ok(()),
            Verdict::Forbidden => Err(StoreError::Forbidden),
            Verdict::Hidden => Err(StoreError::NotFound),
        }
    }
}

pub(crate) fn parse_role(user: UserId, role: Option<&str>) -> Result<Option<EnvironmentRole>, StoreError> {
    let id = user.to_string();
    RowName { table: "environment_roles", id: &id }.parse_some("role", role)
}
