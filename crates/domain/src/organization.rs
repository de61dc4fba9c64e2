//! Organizations and the people in them.

use crate::{
    ids::{OrganizationId, UserId},
    time::Timestamp,
};

/// A customer of the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Its number.
    pub id: OrganizationId,
    /// A name for people.
    pub name: String,
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
    /// When it was made.
    pub created_at: Timestamp,
}
