//! Organizations, and those who call the API: people and pipelines.

use crate::{
    destination::naming::Name,
    ids::{OrganizationId, UserId},
    time::Timestamp,
    verification::named,
};

/// A customer of the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Its number.
    pub id: OrganizationId,
    /// A name for people.
    pub name: String,
}

named! {
    /// Who calls.
    UserKind {
        /// Somebody who signs in, or an operator's account.
        Person = "person",
        /// A pipeline of an organization.
        ServiceAccount = "service-account",
    }
}

/// Who a person is at the identity provider.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Subject {
    /// The provider.
    pub issuer: String,
    /// Its name for the person, which it never gives to another one.
    pub subject: String,
}

/// A person or pipeline that calls the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its identity: the `sub` of its tokens.
    pub id: UserId,
    /// A name for people.
    pub name: String,
    /// Whether it works for the platform itself; see [`crate::access`].
    pub is_staff: bool,
    /// Person or pipeline.
    pub kind: UserKind,
    /// The organization a pipeline belongs to, for good.
    pub home: Option<OrganizationId>,
    /// Who a person is at the identity provider.
    pub subject: Option<Subject>,
    /// Counts every change that shows; the `ETag`.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when it may do nothing; it stays for the trail.
    pub removed_at: Option<Timestamp>,
}

impl User {
    /// A person who signs in with tokens of an operator.
    pub fn person(id: UserId, name: String, is_staff: bool, created_at: Timestamp) -> Self {
        let (kind, home, subject) = (UserKind::Person, None, None);
        Self { id, name, is_staff, kind, home, subject, version: 1, created_at, removed_at: None }
    }

    /// A person whom the identity provider knows.
    pub fn signed_in(id: UserId, name: String, subject: Subject, created_at: Timestamp) -> Self {
        Self { subject: Some(subject), ..Self::person(id, name, false, created_at) }
    }

    /// A pipeline of an organization.
    pub fn service_account(
        id: UserId,
        name: &Name,
        organization: OrganizationId,
        created_at: Timestamp,
    ) -> Self {
        let person = Self::person(id, name.to_string(), false, created_at);
        Self { kind: UserKind::ServiceAccount, home: Some(organization), ..person }
    }

    /// Whether it may have a role in an organization, or in its environments: a pipeline only at home.
    pub fn may_join(&self, organization: OrganizationId) -> bool {
        self.removed_at.is_none() && self.home.is_none_or(|home| home == organization)
    }
}
