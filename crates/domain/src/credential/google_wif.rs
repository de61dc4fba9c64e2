//! Google Workload Identity Federation: a token of this server exchanged for one of Google's, without a stored key.

use super::strategy::{Material, Strategy};
use crate::{
    endpoint::Endpoint,
    form::{Field, FieldKind, FieldValue, Literal},
};

const CLOUD_PLATFORM: &str = "https://www.googleapis.com/auth/cloud-platform";

/// See [`GoogleWif`].
pub static STRATEGY: Strategy = Strategy {
    key: "GoogleWIF",
    label: "Google Workload Identity Federation (WIF)",
    description: "Exchanges a short-lived token signed by this server for a Google access token; impersonates a \
                  service account if asked. Nothing secret is stored.",
    fields: &[
        Field::text(
            "audience",
            "Audience",
            "Full name of the workload identity provider.",
            "//iam.googleapis.com/projects/123456/locations/global/workloadIdentityPools/labs/providers/waypost",
        )
        .required(),
        Field::of(
            FieldKind::Texts,
            "delegates",
            "Delegates",
            "Service accounts in between, when one impersonates another.",
            Literal::Texts(&["projects/-/serviceAccounts/relay@labs.iam.gserviceaccount.com"]),
        ),
        Field::of(
            FieldKind::Integer { min: 600, max: 43_200 },
            "lifetime",
            "Lifetime",
            "Seconds that the token of the impersonated service account lives.",
            Literal::Integer(3_600),
        )
        .defaulting(Literal::Integer(3_600)),
        Field::of(
            FieldKind::Object,
            "options",
            "Options",
            "Further options of the exchange, sent along as they are.",
            Literal::Object(&[("userProject", "labs-123456")]),
        ),
        Field::text(
            "scope",
            "Scope",
            "Scopes of the token that messages are sent with, separated by spaces.",
            CLOUD_PLATFORM,
        )
        .defaulting(Literal::Text(CLOUD_PLATFORM)),
        Field::url(
            "service_account_impersonation_url",
            "Impersonation URL",
            "Where the federated token is turned into one of a service account. Left out: no impersonation.",
            "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/sender@labs.iam.gserviceaccount.com:generateAccessToken",
        ),
        Field::text(
            "sts_scope",
            "Scope of the exchange",
            "Scopes of the federated token, separated by spaces; used when a service account is impersonated.",
            CLOUD_PLATFORM,
        )
        .defaulting(Literal::Text(CLOUD_PLATFORM)),
        Field::url(
            "token_url",
            "Token URL",
            "The security token service that makes the exchange.",
            "https://sts.googleapis.com/v1/token",
        )
        .required(),
    ],
    rules: |given, faults| {
        if given.has("delegates") {
            let because = "Delegates are for impersonating a service account: name it.";
            given.demand("service_account_impersonation_url", because, faults);
        }
    },
    build: |parts| {
        Ok(Material::GoogleWif(GoogleWif {
            audience: parts.text("audience")?,
            token_url: parts.endpoint("token_url")?,
            impersonation_url: parts.optional_endpoint("service_account_impersonation_url")?,
            scope: parts.text("scope")?,
            sts_scope: parts.text("sts_scope")?,
            delegates: parts.texts("delegates"),
            lifetime_seconds: parts.seconds("lifetime")?,
            options: parts.members("options"),
        }))
    },
    key_algorithm: None,
};

/// What an exchange is made with.
#[derive(Debug, Clone)]
pub struct GoogleWif {
    /// The provider's full name.
    pub audience: String,
    /// The security token service.
    pub token_url: Endpoint,
    /// Where a service account is impersonated, if one is.
    pub impersonation_url: Option<Endpoint>,
    /// Scopes of the final token, separated by spaces.
    pub scope: String,
    /// Scopes of the federated token when it is only a step, separated by spaces.
    pub sts_scope: String,
    /// Service accounts in between; may be empty.
    pub delegates: Vec<String>,
    /// Seconds that the impersonated token lives.
    pub lifetime_seconds: u32,
    /// Further options of the exchange; may be empty.
    pub options: Vec<(String, FieldValue)>,
}
