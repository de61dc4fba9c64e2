//! OAuth 2.0 client credentials (RFC 6749, section 4.4), with every name that a token URL may want otherwise.

use base64::{Engine, prelude::BASE64_STANDARD};
use domain::{credential::OAuthTwoLegged, secret::SecretText, verification::Ladder};
use url::form_urlencoded;

use super::{
    Denied,
    token::Token,
    token_call::{Body, Naming, TokenCall, Way},
};

/// Fetches a token; with a refresh token if there is one, which may be refused.
pub(super) async fn fetch(
    credential: &OAuthTwoLegged,
    refresh: Option<SecretText>,
    way: Way<'_>,
    ladder: &mut Ladder,
) -> Result<Token, Denied> {
    if let Some(refresh) = refresh {
        let grant = (credential.refresh_grant_type.as_str(), Some(&refresh));
        let answer = call(credential, grant).send(way, &mut Ladder::default()).await;
        if let Ok(token) = answer.and_then(|answer| naming(credential).read(&answer)) {
            return Ok(token);
        }
    }
    let answer = call(credential, (credential.grant_type.as_str(), None)).send(way, ladder).await?;
    naming(credential).read(&answer)
}

fn naming(credential: &OAuthTwoLegged) -> Naming<'_> {
    Naming {
        token: &credential.access_token_name,
        token_field: "accessTokenName",
        expires: &credential.expires_field_name,
        refresh: Some(&credential.refresh_token_name),
        default_seconds: credential.default_expiration_seconds,
    }
}

fn call<'a>(credential: &'a OAuthTwoLegged, (grant, refresh): (&str, Option<&SecretText>)) -> TokenCall<'a> {
    let plain = |text: &str| SecretText::from(text.to_owned());
    let mut pairs = vec![(credential.grant_type_name.clone(), plain(grant))];
    let mut add =
        |name: &str, value: Option<SecretText>| pairs.extend(value.map(|value| (name.to_owned(), value)));
    add(&credential.refresh_token_name, refresh.cloned());
    let basic = match (&credential.client_id, &credential.client_secret) {
        (Some(id), Some(secret)) if !credential.no_basic => Some(basic(id, secret)),
        (id, secret) => {
            add(&credential.client_id_name, id.as_deref().map(plain));
            add(&credential.client_secret_name, secret.clone());
            None
        }
    };
    add("username", credential.username.as_deref().map(plain));
    add("password", credential.password.clone());
    add("scope", credential.scopes.as_deref().map(plain));
    add("audience", credential.audience.as_deref().map(plain));
    add("resource", credential.resource.as_deref().map(plain));
    if let Some((name, value)) = &credential.custom_field {
        add(name, Some(plain(value)));
    }
    TokenCall {
        url: &credential.url,
        url_field: "url",
        suspects: "`clientId` and `clientSecret` (or `username` and `password`), and `noBasic`",
        body: Body::Pairs(pairs, credential.content_type),
        authorization: basic,
    }
}

/// Id and secret are form-encoded before they are joined (RFC 6749, section 2.3.1).
fn basic(id: &str, secret: &SecretText) -> SecretText {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let joined = format!("{}:{}", encode(id), encode(secret.expose()));
    SecretText::from(format!("Basic {}", BASE64_STANDARD.encode(joined)))
}
