//! The identity provider of an installation (OpenID Connect): its tokens are checked by the keys it publishes, and a
//! person is found by `sub`.

use std::sync::Arc;

use domain::{
    destination::naming::Name,
    ids::{AuditEventId, UserId},
    organization::{Subject, User},
};
use jsonwebtoken::{Algorithm, Header, Validation};
use outbound::{client::Client, document::FetchError};
use persistence::{Store, StoreError, Unique, principals};
use serde::Deserialize;
use serde_json::Value;

use super::{key_documents::KeyDocuments, key_set};
use crate::{
    clock,
    config::ProviderSettings,
    failure::Failure,
    problem::ProblemCode,
    tokens::{Bearer, LEEWAY_SECONDS},
};

/// Characters of a subject, at most (OpenID Connect Core, section 2).
const MAX_SUBJECT: usize = 255;

/// What a token of the provider says, as far as it counts here. Each claim once.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    exp: i64,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    email: Option<String>,
}

/// The provider, by its settings; what it publishes is fetched when it is needed.
pub struct IdentityProvider {
    settings: ProviderSettings,
    documents: Arc<KeyDocuments>,
}

impl IdentityProvider {
    /// Of these settings.
    pub fn new(settings: ProviderSettings, documents: Arc<KeyDocuments>) -> Self {
        Self { settings, documents }
    }

    /// Whether a token says that it comes from there. Believed only to choose the keys to check it by.
    pub fn issued(&self, token: &str) -> bool {
        #[derive(Deserialize)]
        struct Issuer {
            iss: String,
        }
        jsonwebtoken::dangerous::insecure_decode_claims::<Issuer>(token)
            .is_ok_and(|claims| claims.iss == self.settings.issuer)
    }

    /// Whom a token of the provider speaks for, and when it ends, in seconds since 1970.
    pub async fn check(&self, token: &str, store: &Store, client: &Client) -> Result<(Bearer, i64), Failure> {
        let refused = |cause: String| Failure::of(ProblemCode::Unauthenticated).because(cause);
        let header = jsonwebtoken::decode_header(token).map_err(|error| refused(error.to_string()))?;
        check_header(&header).map_err(|cause| refused(cause.to_owned()))?;
        let key_id = header.kid.clone().unwrap_or_default();
        let keys = self.keys(client, &key_id).await.map_err(|error| refused(error.to_string()))?;
        let key = key_set::key_for(&keys, &key_id, header.alg)
            .ok_or_else(|| refused("the provider publishes no such key".to_owned()))?;
        let claims = jsonwebtoken::decode::<Claims>(token, &key, &self.validation(header.alg))
            .map_err(|error| refused(error.to_string()))?
            .claims;
        if claims.sub.is_empty() || claims.sub.len() > MAX_SUBJECT || claims.sub.contains('\0') {
            return Err(refused("the subject is none".to_owned()));
        }
        let ends = claims.exp;
        let user =
            self.user(claims, store).await?.ok_or_else(|| refused("nobody of this subject".to_owned()))?;
        Ok((Bearer { user, key: None }, ends))
    }

    fn validation(&self, algorithm: Algorithm) -> Validation {
        let mut validation = Validation::new(algorithm);
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        validation.set_audience(&[&self.settings.audience]);
        validation.set_issuer(&[&self.settings.issuer]);
        validation.leeway = LEEWAY_SECONDS;
        validation.validate_nbf = true;
        validation
    }

    async fn keys(&self, client: &Client, key_id: &str) -> Result<Arc<Value>, FetchError> {
        let issuer = self.settings.issuer.trim_end_matches('/');
        let about = format!("{issuer}/.well-known/openid-configuration");
        let names_keys = |document: &Value| document.get("jwks_uri").is_some_and(Value::is_string);
        let about = self.documents.get(client, &about, names_keys).await?;
        // A provider that names itself otherwise is not the one that was configured (Discovery, section 4.3).
        let is_itself = about.get("issuer").and_then(Value::as_str) == Some(&self.settings.issuer);
        let url = about.get("jwks_uri").and_then(Value::as_str).filter(|_| is_itself).unwrap_or_default();
        self.documents.get(client, url, |keys| key_set::has(keys, key_id)).await
    }

    async fn user(&self, claims: Claims, store: &Store) -> Result<Option<UserId>, Failure> {
        let subject = Subject { issuer: claims.iss, subject: claims.sub };
        let known = find(store, subject.clone()).await?;
        if known.is_some() || !self.settings.creates_users {
            return Ok(known.filter(|user| user.removed_at.is_none()).map(|user| user.id));
        }
        let name = claims.name.or(claims.email).and_then(|text| Name::parse(&text).ok());
        let name = name.map_or_else(|| subject.subject.clone(), |name| name.to_string());
        let user = User::signed_in(UserId(clock::new_id()), name, subject.clone(), clock::now());
        let id = user.id;
        let act = domain::audit::Act {
            event_id: AuditEventId(clock::new_id()),
            actor: Some(id),
            request_id: None,
            now: user.created_at,
        };
        match store.change(move |tx| principals::create_user(tx, &user, &act)).await {
            Ok(()) => Ok(Some(id)),
            // Another request of the same person was faster.
            Err(StoreError::Duplicate(Unique::Subject)) => {
                Ok(find(store, subject).await?.map(|user| user.id))
            }
            Err(error) => Err(error.into()),
        }
    }
}

async fn find(store: &Store, subject: Subject) -> Result<Option<User>, Failure> {
    store.read_one(move |tx| principals::find_subject(tx, &subject)).await.map_err(Failure::from)
}

fn check_header(header: &Header) -> Result<(), &'static str> {
    if !key_set::ALGORITHMS.contains(&header.alg) {
        return Err("its algorithm is not taken");
    }
    if header.kid.as_ref().is_none_or(|id| id.is_empty() || id.len() > key_set::MAX_KEY_ID) {
        return Err("it names no key");
    }
    if header.jwk.is_some() || header.jku.is_some() || header.crit.is_some() {
        return Err("it brings its own key, or what must be understood and is not");
    }
    Ok(())
}
