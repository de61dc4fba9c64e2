//! Settings of signing in: the identity provider, and how long a key signs tokens.

use std::time::Duration;

use clap::Args;
use domain::endpoint::Endpoint;

use super::{ConfigError, Profile, wrong};

/// The variables as they were given.
#[derive(Debug, Args)]
pub struct RawSignIn {
    /// Issuer of an OpenID Connect provider whose tokens are taken too, as it names itself.
    #[arg(long, global = true, env = "WAYPOST_OIDC_ISSUER")]
    oidc_issuer: Option<String>,
    /// What the provider's tokens must be for: their `aud`.
    #[arg(long, global = true, env = "WAYPOST_OIDC_AUDIENCE")]
    oidc_audience: Option<String>,
    /// `true`: whoever the provider knows becomes a user on first sight; `false`: an operator makes users.
    #[arg(long, global = true, env = "WAYPOST_OIDC_CREATE_USERS", default_value = "false")]
    oidc_create_users: String,
    /// How long a key signs access tokens before another takes its place, 1h to 10y.
    #[arg(long, global = true, env = "WAYPOST_TOKEN_KEY_AGE", default_value = "90d")]
    token_key_age: String,
}

/// An OpenID Connect provider whose tokens are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderSettings {
    /// As it names itself.
    pub issuer: String,
    /// What its tokens must be for.
    pub audience: String,
    /// Whether a person becomes a user on first sight.
    pub creates_users: bool,
}

/// Settings of signing in, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// The identity provider, if there is one.
    pub provider: Option<ProviderSettings>,
    /// How long a key signs access tokens.
    pub token_key_age: Duration,
}

impl RawSignIn {
    /// Checks every value; fails with the first that is wrong.
    pub fn check(self, profile: Profile) -> Result<SignIn, ConfigError> {
        let creates_users = match self.oidc_create_users.as_str() {
            "true" => true,
            "false" => false,
            _ => return Err(wrong("WAYPOST_OIDC_CREATE_USERS", "takes true or false")),
        };
        let limits = Duration::from_secs(60 * 60)..=Duration::from_secs(10 * 366 * 24 * 60 * 60);
        let token_key_age = match humantime::parse_duration(&self.token_key_age) {
            Ok(age) if limits.contains(&age) => age,
            _ => return Err(wrong("WAYPOST_TOKEN_KEY_AGE", "takes a duration from 1h to 10y, such as 90d")),
        };
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let provider = match (given(self.oidc_issuer), given(self.oidc_audience)) {
            (None, None) => None,
            (Some(issuer), Some(audience)) => {
                check_issuer(&issuer, profile)?;
                Some(ProviderSettings { issuer, audience, creates_users })
            }
            (Some(_), None) => {
                return Err(wrong("WAYPOST_OIDC_AUDIENCE", "must be set where WAYPOST_OIDC_ISSUER is"));
            }
            (None, Some(_)) => {
                return Err(wrong("WAYPOST_OIDC_ISSUER", "must be set where WAYPOST_OIDC_AUDIENCE is"));
            }
        };
        Ok(SignIn { provider, token_key_age })
    }
}

/// Kept as it was written: the provider's tokens must name it to the letter.
fn check_issuer(text: &str, profile: Profile) -> Result<(), ConfigError> {
    let parsed = Endpoint::parse(text).and_then(|url| url.check_scheme(profile.flag()).map(|()| url));
    match parsed {
        Ok(url) if url.url().query().is_none() => Ok(()),
        _ => Err(wrong(
            "WAYPOST_OIDC_ISSUER",
            "takes an https URL (or http in the development profile), such as https://login.example.org",
        )),
    }
}
