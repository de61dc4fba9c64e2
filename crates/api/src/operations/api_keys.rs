//! What is done with API keys, whoever holds them: the caller itself, or a service account that it manages.

use actix_web::{HttpResponse, web::Data};
use aws_lc_rs::{
    encoding::AsBigEndian,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{
    api_key::{ApiKey, KeySource, MAX_KEYS_OF_USER},
    audit::Act,
    fault::{FaultCode, Faults},
    ids::{ApiKeyId, OrganizationId, UserId},
};
use persistence::{Changing, Reading, Scope, StoreError, api_keys, principals, roles};
use serde_json::json;

use crate::{
    clock,
    extract::{
        body::Body,
        once::Once,
        page::ListQuery,
        precondition::{Expected, Known, etag},
    },
    failure::Failure,
    reply::{self, Answer},
    routes::BASE,
    state::State,
    wire::{
        api_key::{
            ApiKeyCreate, ApiKeyEnvelope, ApiKeyPage, ApiKeyPatch, ApiKeyPayload, ApiKeysPayload,
            NewApiKeyEnvelope, NewApiKeyPayload, PrivateKeyView,
        },
        envelope::{MessageEnvelope, MessagePayload, meta},
    },
};

/// Whose keys.
#[derive(Debug, Clone, Copy)]
pub enum Holder {
    /// The caller's own.
    Caller(UserId),
    /// Those of a service account, as far as the caller may manage it.
    Account(Scope, OrganizationId, UserId),
}

impl Holder {
    /// The user, if its keys may be seen and changed; and the organization it belongs to.
    fn admit(self, tx: &mut Reading<'_>) -> Result<(UserId, Option<OrganizationId>), StoreError> {
        match self {
            Self::Caller(user) => {
                let found = principals::find_user(tx, user)?.ok_or(StoreError::NotFound)?;
                Ok((user, found.home))
            }
            Self::Account(scope, organization, account) => {
                roles::admit(tx, &scope, organization)?;
                let account = principals::service_account(tx, organization, account)?;
                Ok((account.id, Some(organization)))
            }
        }
    }

    fn path(self, id: ApiKeyId) -> String {
        match self {
            Self::Caller(_) => format!("{BASE}/me/apikeys/{id}"),
            Self::Account(_, organization, account) => {
                format!("{BASE}/organizations/{organization}/serviceaccounts/{account}/apikeys/{id}")
            }
        }
    }
}

/// A page of keys.
pub async fn list(state: &Data<State>, holder: Holder, query: ListQuery) -> Result<HttpResponse, Failure> {
    let page = query.page(&state.cursors)?;
    let request = page.request.clone();
    let found = state
        .store
        .read(move |tx| {
            let (user, _) = holder.admit(tx)?;
            api_keys::page(tx, user, &request)
        })
        .await
        .map_err(|error: StoreError| Failure::from(error))?;
    let apikeys = found.items.iter().map(Into::into).collect();
    let meta = page.meta(&state.cursors, found.next.as_ref());
    Ok(reply::ok(&ApiKeyPage { meta, payload: ApiKeysPayload { apikeys } }))
}

/// A new key.
pub async fn create(
    state: &Data<State>,
    holder: Holder,
    body: Body<ApiKeyCreate>,
    act: Act,
    once: Once,
) -> Result<HttpResponse, Failure> {
    let mut found = Faults::default();
    let new = body.value.read(state, &mut found);
    let mut faults = body.faults;
    faults.extend(found);
    let id = new.id.unwrap_or_else(|| ApiKeyId(clock::new_id()));
    let (source, private_key) = match new.source {
        Some(source) => (source, None),
        None => generate().map(|(source, key)| (source, Some(key)))?,
    };
    let name = new.name;
    let shared = state.clone();
    let answer = state
        .store
        .change(move |tx| {
            let (user, home) = holder.admit(tx)?;
            let name = faults.demand(name)?.to_string();
            check_number(tx, user)?;
            let (created_at, updated_at) = (act.now, act.now);
            let key =
                ApiKey { id, user, name, source, created_at, updated_at, last_used_at: None, version: 1 };
            api_keys::create(tx, &key, home, &act)?;
            let payload = NewApiKeyPayload { apikey: (&key).into(), private_key };
            let body = NewApiKeyEnvelope { meta: meta(), payload };
            let answer = Answer::created(&body, key.version, holder.path(key.id))?;
            once.keep(tx, &shared, &answer)?;
            Ok::<_, Failure>(answer)
        })
        .await?;
    Ok(answer.into_response())
}

/// One user's keys are counted one request after the other.
fn check_number(tx: &mut Changing<'_>, user: UserId) -> Result<(), Failure> {
    principals::keep(tx, user)?;
    if api_keys::count(tx, user)? < MAX_KEYS_OF_USER {
        return Ok(());
    }
    let mut faults = Faults::default();
    faults.add("#", FaultCode::LimitReached, "A user has at most 50 API keys. Revoke one that is not used.");
    Err(faults.into())
}

/// One key.
pub async fn get(
    state: &Data<State>,
    holder: Holder,
    id: ApiKeyId,
    known: &Known,
) -> Result<HttpResponse, Failure> {
    let key = state
        .store
        .read(move |tx| {
            let (user, _) = holder.admit(tx)?;
            api_keys::get(tx, user, id)
        })
        .await
        .map_err(|error: StoreError| Failure::from(error))?;
    // The last use shows without a new version; who has seen the version has not seen that.
    let tag = match key.last_used_at {
        None => etag(key.version),
        Some(at) => {
            actix_web::http::header::EntityTag::new_strong(format!("v{}.{}", key.version, at.millis()))
        }
    };
    Ok(reply::unless_known(known, tag, || envelope(&key)))
}

/// A change of a key.
pub async fn update(
    state: &Data<State>,
    holder: Holder,
    id: ApiKeyId,
    expected: Expected,
    body: Body<ApiKeyPatch>,
    act: Act,
) -> Result<HttpResponse, Failure> {
    let mut found = Faults::default();
    let (name, source) = body.value.read(state, &mut found);
    let mut faults = body.faults;
    faults.extend(found);
    let key = state
        .store
        .change(move |tx| {
            let (user, home) = holder.admit(tx)?;
            let before = api_keys::get(tx, user, id)?;
            expected.check(before.version)?;
            faults.unless_any(())?;
            let next = before.changed(name.map(|name| name.to_string()), source, act.now);
            api_keys::update(tx, &before, &next, home, &act)?;
            Ok::<_, Failure>(next)
        })
        .await?;
    Ok(reply::versioned(&envelope(&key), key.version))
}

/// The end of a key.
pub async fn delete(
    state: &Data<State>,
    holder: Holder,
    id: ApiKeyId,
    expected: Expected,
    act: Act,
) -> Result<HttpResponse, Failure> {
    let user = state
        .store
        .change(move |tx| {
            let (user, home) = holder.admit(tx)?;
            let key = api_keys::get(tx, user, id)?;
            expected.check(key.version)?;
            api_keys::delete(tx, &key, home, &act)?;
            Ok::<_, Failure>(user)
        })
        .await?;
    state.callers.forget_key(user, id);
    let message = format!("API key {id} was revoked.");
    Ok(reply::ok(&MessageEnvelope { meta: meta(), payload: MessagePayload { message } }))
}

fn envelope(key: &ApiKey) -> ApiKeyEnvelope {
    ApiKeyEnvelope { meta: meta(), payload: ApiKeyPayload { apikey: key.into() } }
}

/// A fresh pair on P-256: the public half to store, the private one to show.
fn generate() -> Result<(KeySource, PrivateKeyView), Failure> {
    let unusable = || Failure::internal("a key pair could not be made");
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| unusable())?;
    let der = pair.to_pkcs8v1().map_err(|_| unusable())?;
    // An uncompressed point: 0x04, then 32 bytes each of x and y.
    let point = pair.public_key().as_ref().get(1..).ok_or_else(unusable)?;
    let (x, y) = point.split_at_checked(32).ok_or_else(unusable)?;
    let secret = pair.private_key().as_be_bytes().map_err(|_| unusable())?;
    let text = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let kid = clock::random_id().to_string();
    let public = json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": kid, "x": text(x), "y": text(y)});
    let mut jwk = public.clone();
    if let Some(members) = jwk.as_object_mut() {
        members.insert("d".to_owned(), text(secret.as_ref()).into());
    }
    let der: &[u8] = der.as_ref();
    let pem = pem::encode(&pem::Pem::new("PRIVATE KEY", der));
    let set = json!({"keys": [public]}).to_string();
    Ok((KeySource::Set(set), PrivateKeyView { kid, alg: "ES256", pem, jwk }))
}
