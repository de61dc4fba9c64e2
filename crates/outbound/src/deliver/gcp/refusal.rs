//! Refusals that every API of Google has in common: about the token, its scope, the permission, the project, the load.
//! <https://cloud.google.com/apis/design/errors>, and for storage
//! <https://cloud.google.com/storage/docs/json_api/v1/status-codes>

use domain::credential::Material;

use super::super::{
    cloud::{CloudDelivery, Heard},
    vendor_error::VendorError,
};

/// An API, as its refusals are explained.
pub(super) struct Api {
    /// What people call it.
    pub(super) name: &'static str,
    /// What it is called where APIs are enabled.
    pub(super) host: &'static str,
}

/// What a refusal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    Token,
    Scope,
    Permission,
    Disabled,
    Billing,
    Perimeter,
    Throttled,
    Failed,
}

impl Cause {
    /// By the code, which has another spelling in storage than elsewhere; by the status where the code says nothing.
    fn of(error: &VendorError, status: u16) -> Option<Self> {
        let cause = match error.code.as_str() {
            "ACCESS_TOKEN_SCOPE_INSUFFICIENT" | "insufficientPermissions" => Self::Scope,
            "SERVICE_DISABLED" | "accessNotConfigured" => Self::Disabled,
            "BILLING_DISABLED" | "CONSUMER_SUSPENDED" | "accountDisabled" | "billingNotEnabled" => {
                Self::Billing
            }
            "SECURITY_POLICY_VIOLATED" | "vpcServiceControls" => Self::Perimeter,
            _ if error.message.contains("vpcServiceControlsUniqueIdentifier") => Self::Perimeter,
            "rateLimitExceeded"
            | "userRateLimitExceeded"
            | "quotaExceeded"
            | "RESOURCE_EXHAUSTED"
            | "RATE_LIMIT_EXCEEDED" => Self::Throttled,
            _ => match status {
                401 => Self::Token,
                403 => Self::Permission,
                429 => Self::Throttled,
                500..=599 => Self::Failed,
                _ => return None,
            },
        };
        Some(cause)
    }
}

/// What to do about a refusal, if it is one of these. `grant` is the role and on what.
pub(super) fn advice(
    job: &CloudDelivery<'_>,
    heard: &Heard<'_>,
    error: &VendorError,
    api: &Api,
    grant: &str,
) -> Option<String> {
    let Api { name, host } = api;
    let advice = match Cause::of(error, heard.status())? {
        Cause::Token => format!(
            "{name} does not take the token{}. Check that the attached auth credential fetches an access token of \
             Google (POST /authcredentials/{{id}}/test tells), and that the clock of the Waypost server is right.",
            said(error, heard)
        ),
        Cause::Scope => format!(
            "The token is not for {name}. Set `{}` of the attached auth credential to \
             https://www.googleapis.com/auth/cloud-platform.",
            scope_field(job)
        ),
        Cause::Permission => format!(
            "The token is valid, but may not do this{}. Grant the service account of the auth credential {grant}.",
            said(error, heard)
        ),
        Cause::Disabled => format!(
            "{name} is not enabled in the project. Enable {host} in the Google Cloud console, and wait some minutes."
        ),
        Cause::Billing => {
            "The project has no active billing account. Link one to it, or have it reactivated.".to_owned()
        }
        Cause::Perimeter => format!(
            "A VPC Service Controls perimeter keeps the request out. Let the service account and the address of \
             Waypost in by an ingress rule or access level for {host}."
        ),
        Cause::Throttled => {
            format!(
                "{name} takes no more requests for now (throttled). Try again later, or have the quota raised."
            )
        }
        Cause::Failed => format!(
            "{name} failed or is overloaded ({}). Try again; if it lasts, look at the Google Cloud Service Health.",
            heard.status()
        ),
    };
    Some(advice)
}

/// What can be said of a refusal that nobody knows.
pub(super) fn unknown(heard: &Heard<'_>, error: &VendorError, api: &Api) -> String {
    let (name, status) = (api.name, heard.status());
    match (error.code.as_str(), error.message.as_str()) {
        ("", "") if (300..400).contains(&status) => format!(
            "{name} answered {status}, a redirect, which Waypost does not follow. Check `endpointUrl` if it is set."
        ),
        ("", "") => format!(
            "{name} answered {status} without the reason that Google gives. Check `endpointUrl` if it is set, and \
             that no proxy stands before it."
        ),
        (code, message) => {
            format!("{name} answered {status} ({}): {}", heard.quote(code), heard.quote(message))
        }
    }
}

/// The vendor's own words, in brackets.
fn said(error: &VendorError, heard: &Heard<'_>) -> String {
    match heard.quote(&error.message) {
        words if words.is_empty() => String::new(),
        words => format!(" ({words})"),
    }
}

/// Where the credential says what its token is for.
fn scope_field(job: &CloudDelivery<'_>) -> &'static str {
    if matches!(job.credential.material, Material::GoogleWif(_)) { "scope" } else { "scopes" }
}
