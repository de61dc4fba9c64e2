//! A Google access token for a service account, by an assertion signed with its key (RFC 7523, section 2.1).

use domain::{
    credential::{GcpJwt, TokenRequestFormat},
    secret::SecretText,
    verification::Ladder,
};

use super::{
    Denied,
    assertion::{self, claims},
    token::Token,
    token_call::{Body, Naming, TokenCall, Way},
};

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// The most that Google allows.
const LIFETIME_SECONDS: u32 = 3_600;

/// Fetches a token.
pub(super) async fn fetch(credential: &GcpJwt, way: Way<'_>, ladder: &mut Ladder) -> Result<Token, Denied> {
    let claims = claims(&[
        ("iss", Some(&credential.service_account_email)),
        ("sub", credential.subject.as_deref()),
        ("aud", Some(credential.url.as_str())),
        ("scope", Some(&credential.scopes)),
    ]);
    let key_id = credential.key_id.as_deref();
    let assertion =
        assertion::sign(&credential.private_key, GcpJwt::ALGORITHM, key_id, claims, LIFETIME_SECONDS)?;
    let pairs = vec![
        ("grant_type".to_owned(), SecretText::from(GRANT_TYPE.to_owned())),
        ("assertion".to_owned(), assertion),
    ];
    let call = TokenCall {
        url: &credential.url,
        url_field: "url",
        suspects: "`serviceAccountEmail`, `privateKey`, `keyId` and `scopes`",
        body: Body::Pairs(pairs, TokenRequestFormat::Form),
        authorization: None,
    };
    let naming = Naming {
        token: "access_token",
        token_field: "url",
        expires: "expires_in",
        refresh: None,
        default_seconds: LIFETIME_SECONDS,
    };
    naming.read(&call.send(way, ladder).await?)
}
