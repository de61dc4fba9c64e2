//! Delivery to a standard destination: a challenge, which the answer has to hold, or a sample message.

use std::time::Duration;

use domain::{
    endpoint::Endpoint,
    environment::EnvironmentFlag,
    secret::SecretText,
    verification::{Answer, CheckName, Delivery, Ladder, SentRequest, VerificationMethod},
};
use reqwest::{
    Method,
    header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue, InvalidHeaderValue},
};
use serde_json::{Map, Value};

use super::advice;
use crate::{
    client::{Client, Deadline, Ending, OutAnswer, OutRequest},
    redact::Redactor,
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
#[derive(Debug, Clone, Copy)]
pub struct StandardDelivery<'a> {
    /// Where to.
    pub endpoint: &'a Endpoint,
    /// The kind of environment, which says whether plain `http` will do.
    pub flag: EnvironmentFlag,
    /// How a challenge is sent.
    pub method: VerificationMethod,
    /// By which the endpoint knows Waypost.
    pub token: Option<&'a SecretText>,
    /// What is sent.
    pub content: Content<'a>,
}

/// Makes the delivery, within `cap` all in all, and reports on it.
pub async fn deliver(client: &Client, job: StandardDelivery<'_>, cap: Duration) -> Delivery {
    let mut ladder = Ladder::default();
    let Ok(request) = job.request() else {
        let advice = "The verification token holds characters that a header cannot carry. Set another one.";
        ladder.fail(CheckName::Endpoint, advice, 0);
        return Delivery { checks: ladder.finish(), request: None, response: None };
    };
    let sent = SentRequest { method: request.method.to_string(), url: request.endpoint().to_string() };
    let method = request.method.clone();
    let answered = client.call(request, Deadline::after(cap), &mut ladder).await;
    let is_sent = match &answered {
        Ok(_) => true,
        Err(stopped) => stopped.check == CheckName::Send,
    };
    if is_sent {
        ladder.skip(CheckName::Authorize, "No auth credential is attached.");
    }
    let response = answered.ok().map(|answer| {
        job.judge(&answer, &method, &mut ladder);
        let body = Redactor::new(job.token).excerpt(&answer.body, answer.ending != Ending::Complete);
        Answer { status: answer.status, body }
    });
    Delivery { checks: ladder.finish(), request: is_sent.then_some(sent), response }
}

impl StandardDelivery<'_> {
    fn request(&self) -> Result<OutRequest, InvalidHeaderValue> {
        let method = match (self.content, self.method) {
            (Content::Challenge(_), VerificationMethod::Get) => Method::GET,
            (Content::Challenge(_), VerificationMethod::Post) | (Content::Message(_), _) => Method::POST,
        };
        let mut request = OutRequest::new(self.flag, method, self.endpoint);
        request.headers.insert(ACCEPT, JSON);
        request.headers.insert(CONTENT_TYPE, JSON);
        request.headers.insert("application-name", HeaderValue::from_static("Waypost"));
        if let Some(token) = self.token {
            request.set_secret_header(HeaderName::from_static(TOKEN), token.expose())?;
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
        Ok(request)
    }

    fn challenge_pairs<'b>(&'b self, challenge: &'b str) -> impl Iterator<Item = (&'static str, &'b str)> {
        let token = self.token.map(|token| (TOKEN, token.expose()));
        token.into_iter().chain([(CHALLENGE, challenge)])
    }

    /// Notes the checks `send` and `challenge`.
    fn judge(&self, answer: &OutAnswer, method: &Method, ladder: &mut Ladder) {
        if !(200..300).contains(&answer.status) {
            ladder.fail(CheckName::Send, advice::on_status(answer.status, method), answer.took_ms);
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

fn holds(body: &[u8], sought: &str) -> bool {
    !sought.is_empty() && body.windows(sought.len()).any(|part| part == sought.as_bytes())
}
