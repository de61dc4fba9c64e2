//! Delivery to a standard destination: a challenge, which the answer has to hold, or a sample message.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use domain::{
    endpoint::Endpoint,
    environment::EnvironmentFlag,
    secret::SecretText,
    verification::{CheckName, Delivery, Ladder, SentRequest, VerificationMethod},
};
use reqwest::{
    Method,
    header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue},
};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    advice,
    exchange::{Exchange, answered, unanswered},
};
use crate::{
    authorize::{Attached, Authorizer},
    client::{Client, Deadline, OutAnswer, OutRequest},
    redact::Redactor,
    webhook_signature,
};

const TOKEN: &str = "verification-token";
const CHALLENGE: &str = "challenge";
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// What is delivered.
#[derive(Debug, Clone, Copy)]
pub enum Content<'a> {
    /// A fresh UUID in its text form, to be sent back.
    Challenge(&'a str),
    /// A message, sent by POST.
    Message(&'a Value),
}

/// One delivery.
#[derive(Clone, Copy)]
pub struct StandardDelivery<'a> {
    /// Names the message, for `webhook-id`.
    pub message_id: Uuid,
    /// Where to.
    pub endpoint: &'a Endpoint,
    /// The kind of environment, which says whether plain `http` will do.
    pub flag: EnvironmentFlag,
    /// How a challenge is sent.
    pub method: VerificationMethod,
    /// By which the endpoint knows Waypost.
    pub token: Option<&'a SecretText>,
    /// What messages are signed with.
    pub signing_secret: Option<&'a SecretText>,
    /// With which requests are authorized.
    pub credential: Option<&'a Attached>,
    /// What is sent.
    pub content: Content<'a>,
}

/// Makes the delivery, within `cap` all in all, and reports on it.
pub async fn deliver(
    client: &Client,
    authorizer: &Authorizer,
    job: StandardDelivery<'_>,
    cap: Duration,
) -> Delivery {
    let (mut ladder, deadline) = (Ladder::default(), Deadline::after(cap));
    let Ok(request) = job.request() else {
        let advice = "The verification token or the signing secret does not fit a header. Set another one.";
        ladder.fail(CheckName::Endpoint, advice, 0);
        return unanswered(ladder, None);
    };
    let sent = SentRequest { method: request.method.to_string(), url: request.endpoint().to_string() };
    let method = request.method.clone();
    let exchange = Exchange::make(client, authorizer, job.credential, request, deadline, &mut ladder).await;
    let Ok(exchange) = exchange else { return unanswered(ladder, None) };
    let is_sent = exchange.is_sent();
    let Exchange { authorized, answered: Ok(answer) } = exchange else {
        return unanswered(ladder, is_sent.then_some(sent));
    };
    job.judge(&answer, &method, &mut ladder);
    let borne = authorized.iter().flat_map(|authorized| &authorized.secrets);
    let redactor = Redactor::new(job.token.into_iter().chain(job.signing_secret).chain(borne));
    answered(ladder, sent, &answer, &redactor)
}

impl StandardDelivery<'_> {
    fn request(&self) -> Result<OutRequest, Unsendable> {
        let method = match (self.content, self.method) {
            (Content::Challenge(_), VerificationMethod::Get) => Method::GET,
            (Content::Challenge(_), VerificationMethod::Post) | (Content::Message(_), _) => Method::POST,
        };
        let mut request = OutRequest::new(self.flag, method, self.endpoint);
        request.headers.insert(ACCEPT, JSON);
        request.headers.insert(CONTENT_TYPE, JSON);
        request.headers.insert("application-name", HeaderValue::from_static("Waypost"));
        if let Some(token) = self.token {
            let name = HeaderName::from_static(TOKEN);
            request.set_secret_header(name, token.expose()).map_err(|_| Unsendable)?;
        }
        match (self.content, self.method) {
            (Content::Challenge(challenge), VerificationMethod::Get) => {
                for (name, value) in self.challenge_pairs(challenge) {
                    request.append_query(name, value);
                }
            }
            (Content::Challenge(challenge), VerificationMethod::Post) => {
                let body: Map<String, Value> = self
                    .challenge_pairs(challenge)
                    .map(|(name, value)| (name.to_owned(), Value::from(value)))
                    .collect();
                request.body = Value::Object(body).to_string().into_bytes();
            }
            (Content::Message(message), _) => request.body = message.to_string().into_bytes(),
        }
        if let Some(secret) = self.signing_secret {
            let id = format!("msg_{}", self.message_id.as_simple());
            let signed = webhook_signature::sign(secret, &id, now_seconds(), &request.body);
            request.headers.extend(signed.map_err(|_| Unsendable)?);
        }
        Ok(request)
    }

    fn challenge_pairs<'b>(&'b self, challenge: &'b str) -> impl Iterator<Item = (&'static str, &'b str)> {
        let token = self.token.map(|token| (TOKEN, token.expose()));
        token.into_iter().chain([(CHALLENGE, challenge)])
    }

    /// Notes the checks `send` and `challenge`.
    fn judge(&self, answer: &OutAnswer, method: &Method, ladder: &mut Ladder) {
        if !(200..300).contains(&answer.status) {
            ladder.fail(
                CheckName::Send,
                advice::on_status(answer.status, method, self.credential.is_some()),
                answer.took_ms,
            );
            return;
        }
        ladder.pass(CheckName::Send, format!("The endpoint answered {}.", answer.status), answer.took_ms);
        match self.content {
            Content::Message(_) => ladder.skip(CheckName::Challenge, "A message needs no challenge."),
            Content::Challenge(challenge) if holds(&answer.body, challenge) => {
                ladder.pass(CheckName::Challenge, "The answer holds the challenge.", 0);
            }
            Content::Challenge(_) => {
                ladder.fail(CheckName::Challenge, advice::on_missing_challenge(answer.ending), 0);
            }
        }
    }
}

/// A secret that no header can carry.
struct Unsendable;

fn now_seconds() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

fn holds(body: &[u8], sought: &str) -> bool {
    !sought.is_empty() && body.windows(sought.len()).any(|part| part == sought.as_bytes())
}
