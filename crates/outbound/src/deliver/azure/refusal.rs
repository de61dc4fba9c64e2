//! Refusals that every service of Azure has in common: about the token, the network, the load.

use super::super::{cloud::Heard, vendor_error::VendorError};

/// A service, as its refusals are explained.
pub(super) struct Service<'a> {
    /// What people call it.
    pub(super) name: &'static str,
    /// What a token has to be for, as `scopes` of the credential has it.
    pub(super) scope: &'a str,
    /// The role that lets messages be written, and on what.
    pub(super) role: String,
}

impl Service<'_> {
    /// The token is none that the service takes.
    pub(super) fn on_token(&self, error: &VendorError, heard: &Heard<'_>) -> String {
        let Self { name, scope, .. } = self;
        format!(
            "{name} does not take the token{}. Set `scopes` of the attached auth credential to {scope}, check that its \
             `url` has the tenant of the subscription (https://login.microsoftonline.com/<tenant>/oauth2/v2.0/token), \
             and that the clock of the Waypost server is right.",
            said(error, heard)
        )
    }

    /// The token is fine, but its application may not write.
    pub(super) fn on_permission(&self, error: &VendorError, heard: &Heard<'_>) -> String {
        format!(
            "The token is valid, but may not do this{}. Assign the application of the auth credential the role {}; a \
             new role takes some minutes to work.",
            said(error, heard),
            self.role
        )
    }

    /// The network rules keep the request out.
    pub(super) fn on_network(&self) -> String {
        format!(
            "The network rules of {} do not let Waypost in. Allow the public address of the Waypost server in its \
             firewall, or use a private endpoint.",
            self.name
        )
    }

    /// What can be said by the status alone.
    pub(super) fn on_status(&self, error: &VendorError, heard: &Heard<'_>) -> String {
        let (name, status) = (self.name, heard.status());
        match (status, error.code.as_str(), error.message.as_str()) {
            (401, _, _) => self.on_token(error, heard),
            (403, _, _) => self.on_permission(error, heard),
            (429, _, _) => {
                format!(
                    "{name} takes no more requests for now (throttled). Try again later, or have its limit raised."
                )
            }
            (500..=599, _, _) => format!(
                "{name} failed or is overloaded ({status}). Try again; if it lasts, look at Azure Service Health."
            ),
            (300..=399, "", "") => {
                format!(
                    "{name} answered {status}, a redirect, which Waypost does not follow. Check the endpoint."
                )
            }
            (_, "", "") => format!(
                "{name} answered {status} without the reason that Azure gives. Check the endpoint, and that no proxy \
                 stands before it."
            ),
            (_, "", message) => format!("{name} answered {status}: {}", heard.quote(message)),
            (_, code, message) => {
                format!("{name} answered {status} ({}): {}", heard.quote(code), heard.quote(message))
            }
        }
    }
}

/// The vendor's own words, in brackets.
fn said(error: &VendorError, heard: &Heard<'_>) -> String {
    // What follows the first line is for the vendor's support.
    let words = error.message.lines().next().unwrap_or_default();
    match heard.quote(words) {
        words if words.is_empty() => String::new(),
        words => format!(" ({words})"),
    }
}
