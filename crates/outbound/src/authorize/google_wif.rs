//! Google Workload Identity Federation: a token of this server is exchanged for one of Google's (RFC 8693), with which
//! a service account is then impersonated, if one is named.

use std::time::Duration;

use domain::{
    credential::{GoogleWif, TokenRequestFormat},
    secret::SecretText,
    verification::Ladder,
};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

use super::{
    Attached, Denied,
    assertion::{self, claims, object_of},
    token::Token,
    token_call::{Body, Naming, TokenCall, Way, find},
};

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";
/// The subject token is for one exchange.
const SUBJECT_SECONDS: u32 = 300;

/// Who this server is to others.
pub struct ServerIdentity {
    /// `iss` of subject tokens: where its keys are published.
    pub issuer: String,
    /// `kid` of the key.
    pub key_id: String,
    /// A P-256 key, as PKCS#8.
    pub key: EncodingKey,
}

/// Fetches a token.
pub(super) async fn fetch(
    credential: &GoogleWif,
    attached: &Attached,
    identity: &ServerIdentity,
    way: Way<'_>,
    ladder: &mut Ladder,
) -> Result<Token, Denied> {
    let subject = format!("waypost:{}:{}", attached.environment, attached.id);
    let claims = claims(&[
        ("iss", Some(&identity.issuer)),
        ("sub", Some(&subject)),
        ("aud", Some(&credential.audience)),
    ]);
    let key_id = Some(identity.key_id.as_str());
    let subject_token =
        assertion::sign_with(&identity.key, Algorithm::ES256, key_id, claims, SUBJECT_SECONDS)?;
    let answer = exchange(credential, subject_token).send(way, ladder).await?;
    let naming = Naming {
        token: "access_token",
        token_field: "token_url",
        expires: "expires_in",
        refresh: None,
        default_seconds: credential.lifetime_seconds,
    };
    let federated = naming.read(&answer)?;
    match &credential.impersonation_url {
        None => Ok(federated),
        Some(_) => impersonate(credential, &federated, way).await,
    }
}

fn exchange(credential: &GoogleWif, subject_token: SecretText) -> TokenCall<'_> {
    let plain = |text: &str| SecretText::from(text.to_owned());
    // Without impersonation the federated token is the one that messages are sent with.
    let scope = match credential.impersonation_url {
        Some(_) => &credential.sts_scope,
        None => &credential.scope,
    };
    let mut pairs = vec![
        ("grant_type".to_owned(), plain(GRANT_TYPE)),
        ("audience".to_owned(), plain(&credential.audience)),
        ("scope".to_owned(), plain(scope)),
        ("requested_token_type".to_owned(), plain(ACCESS_TOKEN)),
        ("subject_token".to_owned(), subject_token),
        ("subject_token_type".to_owned(), plain(JWT)),
    ];
    if !credential.options.is_empty() {
        pairs.push(("options".to_owned(), plain(&object_of(&credential.options).to_string())));
    }
    TokenCall {
        url: &credential.token_url,
        url_field: "token_url",
        suspects: "`audience`, and that the pool's provider trusts this server's issuer and keys",
        body: Body::Pairs(pairs, TokenRequestFormat::Form),
        authorization: None,
    }
}

async fn impersonate(credential: &GoogleWif, federated: &Token, way: Way<'_>) -> Result<Token, Denied> {
    let Some(url) = &credential.impersonation_url else { return Err(Denied::new("No impersonation URL.")) };
    let scopes: Vec<&str> = credential.scope.split_whitespace().collect();
    let body = json!({
        "delegates": credential.delegates,
        "scope": scopes,
        "lifetime": format!("{}s", credential.lifetime_seconds),
    });
    let call = TokenCall {
        url,
        url_field: "service_account_impersonation_url",
        suspects: "`service_account_impersonation_url` and `delegates`, and that the pool's principal may impersonate \
                   the service account (roles/iam.workloadIdentityUser)",
        body: Body::Object(body),
        authorization: Some(SecretText::from(format!("Bearer {}", federated.value.expose()))),
    };
    let answer = call.send(way, &mut Ladder::default()).await?;
    let naming = Naming {
        token: "accessToken",
        token_field: "service_account_impersonation_url",
        expires: "",
        refresh: None,
        default_seconds: credential.lifetime_seconds,
    };
    let token = naming.read(&answer)?;
    Ok(Token { lifetime: remaining(&answer).unwrap_or(token.lifetime), ..token })
}

/// Until the `expireTime` of an answer, RFC 3339.
fn remaining(answer: &Value) -> Option<Duration> {
    let ends: domain::time::Timestamp = find(answer, "expireTime")?.as_str()?.parse().ok()?;
    let seconds = ends.millis().div_euclid(1_000).saturating_sub(assertion::now_seconds());
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or_default()))
}
