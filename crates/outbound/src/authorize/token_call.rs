//! One call of a token URL: what is sent, what is read from the answer, and what to do when there is no token in it.

use std::time::Duration;

use domain::{
    credential::TokenRequestFormat, endpoint::Endpoint, environment::EnvironmentFlag, secret::SecretText,
    verification::Ladder,
};
use reqwest::{
    Method,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue},
};
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::{Denied, token::Token};
use crate::client::{Client, Deadline, OutRequest};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");
/// No token is believed to live longer.
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// The way out, for one attempt.
#[derive(Clone, Copy)]
pub(super) struct Way<'a> {
    pub(super) client: &'a Client,
    pub(super) flag: EnvironmentFlag,
    pub(super) deadline: Deadline,
}

/// A token request.
pub(super) struct TokenCall<'a> {
    pub(super) url: &'a Endpoint,
    /// The field that holds the URL, for advice.
    pub(super) url_field: &'static str,
    /// The fields to look at when the client is refused.
    pub(super) suspects: &'static str,
    pub(super) body: Body,
    pub(super) authorization: Option<SecretText>,
}

/// What is sent.
pub(super) enum Body {
    /// Names and values, encoded as the format says.
    Pairs(Vec<(String, SecretText)>, TokenRequestFormat),
    /// A whole object.
    Object(Value),
}

/// Where the answer holds the token and its lifetime, as paths whose dots lead into objects.
pub(super) struct Naming<'a> {
    pub(super) token: &'a str,
    pub(super) token_field: &'static str,
    pub(super) expires: &'a str,
    pub(super) refresh: Option<&'a str>,
    pub(super) default_seconds: u32,
}

impl TokenCall<'_> {
    /// The JSON object that the token URL answers. Notes the checks up to `tls` in the ladder.
    pub(super) async fn send(self, way: Way<'_>, ladder: &mut Ladder) -> Result<Value, Denied> {
        let (url_field, suspects) = (self.url_field, self.suspects);
        let request = self.request(way.flag)?;
        let Ok(answer) = way.client.call(request, way.deadline, ladder).await else {
            return Err(Denied::new(unreached(url_field, ladder)));
        };
        let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
        if !(200..300).contains(&answer.status) {
            return Err(Denied::new(refused(answer.status, body.as_ref(), url_field, suspects)));
        }
        body.filter(Value::is_object).ok_or_else(|| {
            Denied::new(format!("The token URL did not answer with a JSON object: check `{url_field}`."))
        })
    }

    fn request(self, flag: EnvironmentFlag) -> Result<OutRequest, Denied> {
        let mut request = OutRequest::new(flag, Method::POST, self.url);
        request.headers.insert(ACCEPT, JSON);
        if let Some(authorization) = &self.authorization {
            request
                .set_secret_header(AUTHORIZATION, authorization.expose())
                .map_err(|_| Denied::new(format!("A header cannot carry {} as given.", self.suspects)))?;
        }
        let (content_type, body) = match self.body {
            Body::Object(object) => (JSON, object.to_string()),
            Body::Pairs(pairs, TokenRequestFormat::Json) => {
                let members = pairs.into_iter().map(|(name, value)| (name, Value::from(value.expose())));
                (JSON, Value::Object(members.collect::<Map<_, _>>()).to_string())
            }
            Body::Pairs(pairs, TokenRequestFormat::Form) => {
                let mut form = form_urlencoded::Serializer::new(String::new());
                for (name, value) in &pairs {
                    form.append_pair(name, value.expose());
                }
                (FORM, form.finish())
            }
        };
        request.headers.insert(CONTENT_TYPE, content_type);
        request.body = body.into_bytes();
        Ok(request)
    }
}

impl Naming<'_> {
    /// The token in an answer.
    pub(super) fn read(&self, answer: &Value) -> Result<Token, Denied> {
        let text = |path| find(answer, path).and_then(Value::as_str).filter(|text| !text.is_empty());
        let value = text(self.token).ok_or_else(|| {
            Denied::new(format!(
                "The answer of the token URL has no `{}`: check `{}`.",
                self.token, self.token_field
            ))
        })?;
        if !value.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Denied::new("The token URL answered a token that a header cannot carry."));
        }
        let seconds = find(answer, self.expires).and_then(seconds_of);
        let lifetime = Duration::from_secs(seconds.unwrap_or_else(|| u64::from(self.default_seconds)));
        Ok(Token {
            value: SecretText::from(value.to_owned()),
            lifetime: lifetime.min(LONGEST_LIFE),
            refresh: self.refresh.and_then(text).map(|text| SecretText::from(text.to_owned())),
        })
    }
}

/// What a path leads to.
pub(super) fn find<'a>(answer: &'a Value, path: &str) -> Option<&'a Value> {
    // A member whose very name has dots comes first.
    answer.get(path).or_else(|| path.split('.').try_fold(answer, |value, name| value.get(name)))
}

/// A number of seconds, or a text that is one.
fn seconds_of(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// Why the token URL was not reached: what the failed check says.
fn unreached(url_field: &str, ladder: &Ladder) -> String {
    let detail = ladder.failed().map_or("It was not reached.", |check| check.detail.as_str());
    format!("The token URL (`{url_field}`) gave no answer: {detail}")
}

/// What to do about a token URL that says no. Of its answer only the OAuth error code is shown.
fn refused(status: u16, body: Option<&Value>, url_field: &str, suspects: &str) -> String {
    let code = body.and_then(|body| body.get("error")).and_then(Value::as_str).filter(|code| is_code(code));
    let said = code.map(|code| format!(" ({code})")).unwrap_or_default();
    let advice = match (code, status) {
        (Some("invalid_scope"), _) => "check the scopes (`scopes`, `scope`)".to_owned(),
        (Some("unsupported_grant_type"), _) => "check `grantType`, and that this is a token URL".to_owned(),
        (Some("invalid_target"), _) => "check `audience` and `resource`".to_owned(),
        (_, 300..400) => format!("it redirects, which is not followed: set `{url_field}` to where it leads"),
        (_, 404 | 405) => format!("check the path of `{url_field}`"),
        (_, 500..) => "it has a fault of its own; try again later".to_owned(),
        _ => format!("check {suspects}"),
    };
    format!("The token URL answered {status}{said}: {advice}.")
}

fn is_code(code: &str) -> bool {
    (1..=64).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_token_is_found_by_its_path_and_lives_as_long_as_the_answer_says() {
        let naming = |token, expires| Naming {
            token,
            token_field: "accessTokenName",
            expires,
            refresh: Some("refresh_token"),
            default_seconds: 300,
        };
        let answer = json!({"data": {"token": "abc", "ttl": "120"}, "access_token": "def", "a.b": "ghi"});
        let token = naming("data.token", "data.ttl").read(&answer).unwrap();
        assert_eq!((token.value.expose(), token.lifetime.as_secs()), ("abc", 120));
        let token = naming("access_token", "expires_in").read(&answer).unwrap();
        assert_eq!((token.value.expose(), token.lifetime.as_secs()), ("def", 300));
        assert_eq!(naming("a.b", "x").read(&answer).unwrap().value.expose(), "ghi");
        assert!(naming("nothing", "x").read(&answer).is_err());
        assert!(naming("t", "x").read(&json!({"t": "a b"})).is_err());
    }

    #[test]
    fn advice_names_the_field_and_shows_no_more_than_the_error_code() {
        let says = |status, body: Value| refused(status, Some(&body), "url", "`clientId` and `clientSecret`");
        let said = says(401, json!({"error": "invalid_client", "error_description": "hunter2"}));
        assert_eq!(said, "The token URL answered 401 (invalid_client): check `clientId` and `clientSecret`.");
        assert!(says(400, json!({"error": "invalid_scope"})).contains("`scopes`"));
        assert!(!says(400, json!({"error": "Hunter2 is wrong"})).contains("Hunter2"));
    }
}
