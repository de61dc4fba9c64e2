//! SMART Backend Services: client credentials with a signed assertion instead of a secret (RFC 7523, section 2.2).

use domain::{
    credential::{SmartBackend, TokenRequestFormat},
    secret::SecretText,
    verification::Ladder,
};

use super::{
    Denied,
    assertion::{self, claims},
    token::Token,
    token_call::{Body, Naming, TokenCall, Way},
};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// An assertion lives five minutes, the most that the profile allows.
const LIFETIME_SECONDS: u32 = 300;

/// Fetches a token.
pub(super) async fn fetch(
    credential: &SmartBackend,
    way: Way<'_>,
    ladder: &mut Ladder,
) -> Result<Token, Denied> {
    let id = credential.client_id.as_str();
    let claims = claims(&[("iss", Some(id)), ("sub", Some(id)), ("aud", Some(&credential.audience))]);
    let key_id = Some(credential.key_id.as_str());
    let assertion =
        assertion::sign(&credential.private_key, credential.algorithm, key_id, claims, LIFETIME_SECONDS)?;
    let plain = |text: &str| SecretText::from(text.to_owned());
    let mut pairs = vec![
        ("grant_type".to_owned(), plain("client_credentials")),
        ("client_assertion_type".to_owned(), plain(ASSERTION_TYPE)),
        ("client_assertion".to_owned(), assertion),
    ];
    pairs.extend(credential.scopes.as_deref().map(|scopes| ("scope".to_owned(), plain(scopes))));
    let call = TokenCall {
        url: &credential.url,
        url_field: "url",
        suspects: "`clientId`, `keyId`, `privateKey`, `algorithm` and `audience`, and that the public key is registered",
        body: Body::Pairs(pairs, TokenRequestFormat::Form),
        authorization: None,
    };
    let naming = Naming {
        token: &credential.access_token_name,
        token_field: "accessTokenName",
        expires: &credential.expires_field_name,
        refresh: None,
        default_seconds: credential.default_expiration_seconds,
    };
    naming.read(&call.send(way, ladder).await?)
}
