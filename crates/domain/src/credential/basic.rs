//! HTTP Basic authentication (RFC 7617).

use super::strategy::{Material, Strategy};
use crate::{fault::FaultCode, form::Field, secret::SecretText};

/// See [`Basic`].
pub static STRATEGY: Strategy = Strategy {
    key: "Basic",
    label: "HTTP Basic",
    description: "Sends a user name and a password with each request.",
    fields: &[
        Field::text("username", "User name", "Anything but a colon.", "labs").required(),
        Field::text("password", "Password", "The user's password.", "correct-horse-battery-staple")
            .required()
            .secret(),
    ],
    rules: |given, faults| {
        if given.text("username").is_some_and(|name| name.contains(':')) {
            faults.add("#/username", FaultCode::InvalidFormat, "A user name holds no colon.");
        }
    },
    build: |parts| {
        Ok(Material::Basic(Basic { username: parts.text("username")?, password: parts.secret("password")? }))
    },
    key_algorithm: None,
};

/// What the `Authorization` header is made of.
#[derive(Debug, Clone)]
pub struct Basic {
    /// Without a colon.
    pub username: String,
    /// Any text.
    pub password: SecretText,
}
