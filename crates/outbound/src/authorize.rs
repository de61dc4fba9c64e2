//! Authorizing a request with an auth credential: what is added to it, fetched for it, or signed over it. One file for
//! each strategy.
//!
//! Fetched tokens are remembered for a credential and its revision; see [`token`]. Token URLs are called through the
//! one client, so the guard, the size limit and a share of the cap hold for them too.

mod assertion;
mod aws_sigv4;
mod gcp_jwt;
mod google_wif;
mod jwt_bearer;
mod oauth_two_legged;
mod smart_backend;
mod token;
mod token_call;

use std::{
    borrow::Cow,
    future::Future,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use domain::{
    credential::{AwsSigv4, Basic, Material},
    endpoint::Endpoint,
    environment::EnvironmentFlag,
    ids::{CredentialId, EnvironmentId},
    secret::SecretText,
    verification::{Check, CheckName, Ladder},
};
use reqwest::{
    Method,
    header::{AUTHORIZATION, HeaderName},
};
use tokio::time::timeout;

pub use self::google_wif::ServerIdentity;
use self::{
    token::{Key, Token, Tokens},
    token_call::Way,
};
use crate::client::{AwsScope, Client, Deadline, OutRequest};

/// A credential with its secrets open, for as long as a call takes.
pub struct Attached {
    /// Which.
    pub id: CredentialId,
    /// Where it lives.
    pub environment: EnvironmentId,
    /// Which version of its fields and secrets.
    pub revision: i64,
    /// What it consists of.
    pub material: Material,
}

/// Authorizes requests, and remembers the tokens it fetched. One per process.
pub struct Authorizer {
    identity: ServerIdentity,
    tokens: Tokens,
}

/// Why a request cannot be authorized: advice that names the field to look at.
#[derive(Debug, Clone)]
pub(crate) struct Denied(pub(crate) String);

impl Denied {
    fn new(advice: impl Into<String>) -> Self {
        Self(advice.into())
    }
}

/// What was added to a request.
pub(crate) struct Authorized {
    /// For the check `authorize`.
    pub(crate) detail: Cow<'static, str>,
    /// Everything of it that an answer must not show.
    pub(crate) secrets: Vec<SecretText>,
    token: Option<Arc<Token>>,
}

impl Authorizer {
    /// For a server that is known to others so.
    pub fn new(identity: ServerIdentity) -> Self {
        Self { identity, tokens: Tokens::new() }
    }

    /// Authorizes a request, which must not be changed any more. Takes at most half of the time that is left.
    pub(crate) async fn authorize(
        &self,
        client: &Client,
        attached: &Attached,
        request: &mut OutRequest,
        deadline: Deadline,
    ) -> Result<Authorized, Denied> {
        let mut secrets = secrets_of(&attached.material);
        let mut token = None;
        let detail = match &attached.material {
            Material::AwsSigv4(credential) => {
                let detail = sign_aws(request, credential)?;
                secrets.extend(aws_sigv4::signature_of(request));
                detail
            }
            Material::Basic(credential) => {
                set(request, AUTHORIZATION, &basic(credential), "`username` and `password`")?;
                "User name and password are sent.".into()
            }
            Material::ApiKey(credential) => {
                let name = HeaderName::from_bytes(credential.header_name.as_bytes());
                let name = name.map_err(|_| Denied::new("`headerName` is no name of a header."))?;
                set(request, name, &credential.header_value, "`headerValue`")?;
                "The key is sent.".into()
            }
            Material::JwtBearer(credential) => {
                let signed = jwt_bearer::sign(credential)?;
                bear(request, &signed)?;
                secrets.push(signed);
                "A token was signed.".into()
            }
            Material::GoogleWif(_)
            | Material::OAuthTwoLegged(_)
            | Material::SmartBackend(_)
            | Material::GcpJwt(_) => {
                let share = deadline.remaining() / 2;
                let way = Way { client, flag: request.flag(), deadline: Deadline::after(share) };
                let fetched = Box::pin(self.tokens.get_or_fetch(key(attached), self.fetch(attached, way)));
                let fetched = within(share, fetched).await?;
                bear(request, &fetched.value)?;
                secrets.push(fetched.value.clone());
                token = Some(fetched);
                "The token URL gave a token.".into()
            }
        };
        secrets.extend(authorization_of(request));
        Ok(Authorized { detail, secrets, token })
    }

    /// The endpoint refused what was sent: if that was a fetched token, the next attempt fetches another.
    pub(crate) async fn refused(&self, attached: &Attached, authorized: &Authorized) {
        if let Some(token) = &authorized.token {
            self.tokens.forget(key(attached), token).await;
        }
    }

    async fn fetch(&self, attached: &Attached, way: Way<'_>) -> Result<Token, Denied> {
        let refresh = self.tokens.take_refresh(key(attached)).await;
        self.fetch_noting(attached, refresh, way, &mut Ladder::default()).await
    }

    async fn fetch_noting(
        &self,
        attached: &Attached,
        refresh: Option<SecretText>,
        way: Way<'_>,
        ladder: &mut Ladder,
    ) -> Result<Token, Denied> {
        match &attached.material {
            Material::OAuthTwoLegged(credential) => {
                oauth_two_legged::fetch(credential, refresh, way, ladder).await
            }
            Material::SmartBackend(credential) => smart_backend::fetch(credential, way, ladder).await,
            Material::GcpJwt(credential) => gcp_jwt::fetch(credential, way, ladder).await,
            Material::GoogleWif(credential) => {
                google_wif::fetch(credential, attached, &self.identity, way, ladder).await
            }
            Material::AwsSigv4(_) | Material::Basic(_) | Material::ApiKey(_) | Material::JwtBearer(_) => {
                Err(Denied::new("This strategy fetches no token."))
            }
        }
    }

    /// Does the credential yield a token, or a valid signature, now? What is remembered does not count. The checks
    /// before `authorize` are those of the token URL.
    pub async fn test(
        &self,
        client: &Client,
        attached: &Attached,
        flag: EnvironmentFlag,
        cap: Duration,
    ) -> Vec<Check> {
        let (mut ladder, started) = (Ladder::default(), Instant::now());
        let outcome = match &attached.material {
            Material::GoogleWif(_)
            | Material::OAuthTwoLegged(_)
            | Material::SmartBackend(_)
            | Material::GcpJwt(_) => {
                let way = Way { client, flag, deadline: Deadline::after(cap) };
                let fetched = Box::pin(self.fetch_noting(attached, None, way, &mut ladder));
                within(cap, fetched).await.map(|_| Cow::Borrowed("The token URL gave a token."))
            }
            Material::AwsSigv4(_) | Material::Basic(_) | Material::ApiKey(_) | Material::JwtBearer(_) => {
                self.try_out(client, attached, flag, cap).await
            }
        };
        let took = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
        match outcome {
            Ok(detail) => ladder.pass(CheckName::Authorize, detail, took),
            // A token URL that was not reached has its own failed check.
            Err(_) if ladder.failed().is_some() => {}
            Err(Denied(advice)) => ladder.fail(CheckName::Authorize, advice, took),
        }
        ladder.finish()
    }

    /// Authorizes a request that is never sent.
    async fn try_out(
        &self,
        client: &Client,
        attached: &Attached,
        flag: EnvironmentFlag,
        cap: Duration,
    ) -> Result<Cow<'static, str>, Denied> {
        let nowhere = Endpoint::parse("https://waypost.invalid/").map_err(|flaw| Denied::new(flaw.detail))?;
        let mut request = OutRequest::new(flag, Method::POST, &nowhere);
        let authorized = self.authorize(client, attached, &mut request, Deadline::after(cap)).await?;
        Ok(authorized.detail)
    }
}

fn key(attached: &Attached) -> Key {
    (attached.id, attached.revision)
}

async fn within<T>(share: Duration, work: impl Future<Output = Result<T, Denied>>) -> Result<T, Denied> {
    timeout(share, work).await.unwrap_or_else(|_| {
        Err(Denied::new(
            "The token URL took longer than its share of the time. Check that it is up and quick.",
        ))
    })
}

/// Signs for what the request says it is for, else for what the credential says; one access key serves many.
fn sign_aws(request: &mut OutRequest, credential: &AwsSigv4) -> Result<Cow<'static, str>, Denied> {
    let denied = |_| {
        Denied::new(
            "The request could not be signed: check `accessKey`, `secretKey`, `serviceName` and `awsRegion`.",
        )
    };
    let now = SystemTime::now();
    let Some(AwsScope { service, region }) = request.aws_scope.clone() else {
        aws_sigv4::sign(request, credential, now).map_err(denied)?;
        return Ok("The request was signed.".into());
    };
    let scoped = AwsSigv4 { service_name: service, aws_region: region, ..credential.clone() };
    aws_sigv4::sign(request, &scoped, now).map_err(denied)?;
    let (service, region) = (&scoped.service_name, &scoped.aws_region);
    if (service, region) == (&credential.service_name, &credential.aws_region) {
        return Ok(format!("The request was signed for {service} in {region}.").into());
    }
    let (other_service, other_region) = (&credential.service_name, &credential.aws_region);
    Ok(format!(
        "The request was signed for {service} in {region}, as the destination's product and settings say; the \
         credential's own {other_service} in {other_region} is for standard destinations."
    )
    .into())
}

fn basic(credential: &Basic) -> SecretText {
    let joined = format!("{}:{}", credential.username, credential.password.expose());
    SecretText::from(format!("Basic {}", BASE64_STANDARD.encode(joined)))
}

fn bear(request: &mut OutRequest, token: &SecretText) -> Result<(), Denied> {
    set(request, AUTHORIZATION, &SecretText::from(format!("Bearer {}", token.expose())), "the token")
}

fn set(request: &mut OutRequest, name: HeaderName, value: &SecretText, what: &str) -> Result<(), Denied> {
    request
        .set_secret_header(name, value.expose())
        .map_err(|_| Denied::new(format!("A header cannot carry {what} as given.")))
}

/// What the `Authorization` header bears after its scheme.
fn authorization_of(request: &OutRequest) -> Option<SecretText> {
    let (_, value) = request.headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    Some(SecretText::from(value.to_owned()))
}

/// Every secret that a credential holds.
fn secrets_of(material: &Material) -> Vec<SecretText> {
    let all = match material {
        Material::AwsSigv4(credential) => {
            vec![Some(&credential.secret_key), credential.session_token.as_ref()]
        }
        Material::OAuthTwoLegged(credential) => {
            vec![credential.client_secret.as_ref(), credential.password.as_ref()]
        }
        Material::SmartBackend(credential) => vec![Some(&credential.private_key)],
        Material::JwtBearer(credential) => vec![Some(&credential.private_key)],
        Material::GcpJwt(credential) => vec![Some(&credential.private_key)],
        Material::Basic(credential) => vec![Some(&credential.password)],
        Material::ApiKey(credential) => vec![Some(&credential.header_value)],
        Material::GoogleWif(_) => Vec::new(),
    };
    all.into_iter().flatten().cloned().collect()
}
