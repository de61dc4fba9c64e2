//! Delivery to a cloud product: a message is written through the product's own API, with the credential attached.
//!
//! What differs between products is a [`Deliverer`]: which request writes the message, and what the answer means.
//! The rest is here: guard, cap, authorization, report, and that no secret is shown.

use std::{borrow::Cow, time::Duration};

use chrono::{DateTime, Utc};
use domain::{
    catalog::{Product, ProductKey, Settings},
    endpoint::Endpoint,
    environment::EnvironmentFlag,
    fault::Flaw,
    verification::{CheckName, Delivery, Ladder, SentRequest},
};
use reqwest::{
    Method,
    header::{CONTENT_TYPE, HeaderValue},
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    aws, azure,
    exchange::{Exchange, answered, unanswered},
    gcp,
    object_name::object_name,
};
use crate::{
    authorize::{Attached, Authorizer},
    client::{Client, Deadline, OutAnswer, OutRequest},
    redact::Redactor,
};

/// So many characters of a vendor's words are quoted.
const QUOTE_LIMIT: usize = 240;

/// How a product takes a message.
pub(super) fn deliverer_of(product: &Product) -> &'static Deliverer {
    match product.key {
        ProductKey::S3 => &aws::s3::DELIVERER,
        ProductKey::Kinesis => &aws::kinesis::DELIVERER,
        ProductKey::Sqs => &aws::sqs::DELIVERER,
        ProductKey::HealthLake => &aws::healthlake::DELIVERER,
        ProductKey::AwsDatabricks => &aws::databricks::DELIVERER,
        ProductKey::CloudStorage => &gcp::cloud_storage::DELIVERER,
        ProductKey::PubSub => &gcp::pub_sub::DELIVERER,
        ProductKey::HealthcareFhir => &gcp::healthcare_fhir::DELIVERER,
        ProductKey::GcpDatabricks => &gcp::databricks::DELIVERER,
        ProductKey::AzureDatabricks => &azure::databricks::DELIVERER,
        ProductKey::BlobStorage => &azure::blob_storage::DELIVERER,
        ProductKey::EventHubs => &azure::event_hubs::DELIVERER,
        ProductKey::HealthDataServices => &azure::health_data_services::DELIVERER,
    }
}

/// One delivery.
#[derive(Clone, Copy)]
pub struct CloudDelivery<'a> {
    /// Names the message, and the file it becomes.
    pub message_id: Uuid,
    /// When it is made.
    pub at: DateTime<Utc>,
    /// Where to.
    pub product: &'static Product,
    /// Where exactly; complete.
    pub settings: &'a Settings,
    /// The kind of environment, which says whether plain `http` will do.
    pub flag: EnvironmentFlag,
    /// With which requests are authorized.
    pub credential: &'a Attached,
    /// What is written.
    pub message: &'a Value,
}

/// How one product takes a message.
pub(super) struct Deliverer {
    /// The setting that the vendor's host is made from, or in which it stands.
    pub(super) host_setting: &'static str,
    /// The request that writes the message. The flaw of settings that make none becomes the check `endpoint`.
    pub(super) request: fn(&CloudDelivery<'_>) -> Result<OutRequest, Flaw>,
    /// What the answer to it means.
    pub(super) judge: fn(&CloudDelivery<'_>, &Heard<'_>) -> Verdict,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is there; what was left behind, in a sentence.
    Written(String),
    /// It is not; what to do about it.
    Refused(String),
}

/// Makes the delivery, within `cap` all in all, and reports on it.
pub async fn deliver(
    client: &Client,
    authorizer: &Authorizer,
    job: CloudDelivery<'_>,
    cap: Duration,
) -> Delivery {
    let (mut ladder, deadline) = (Ladder::default(), Deadline::after(cap));
    let deliverer = deliverer_of(job.product);
    let mut request = match (deliverer.request)(&job) {
        Ok(request) => request,
        Err(flaw) => {
            ladder.fail(CheckName::Endpoint, flaw.detail, 0);
            return unanswered(ladder, None);
        }
    };
    request.headers.insert("application-name", HeaderValue::from_static("Waypost"));
    let sent = SentRequest { method: request.method.to_string(), url: request.endpoint().to_string() };
    let exchange =
        Exchange::make(client, authorizer, Some(job.credential), request, deadline, &mut ladder).await;
    let Ok(exchange) = exchange else {
        let setting = job.setting("endpointUrl").map_or(deliverer.host_setting, |_| "endpointUrl");
        ladder.add_advice(CheckName::Resolve, &format!("The name comes from `{setting}`."));
        return unanswered(ladder, None);
    };
    let is_sent = exchange.is_sent();
    let Exchange { authorized, answered: Ok(answer) } = exchange else {
        return unanswered(ladder, is_sent.then_some(sent));
    };
    let redactor = Redactor::new(authorized.iter().flat_map(|authorized| &authorized.secrets));
    match (deliverer.judge)(&job, &Heard { answer: &answer, redactor: &redactor }) {
        Verdict::Written(left_behind) => {
            ladder.pass(CheckName::Send, left_behind, answer.took_ms);
            ladder.skip(CheckName::Challenge, "A cloud product is sent no challenge.");
        }
        Verdict::Refused(advice) => ladder.fail(CheckName::Send, advice, answer.took_ms),
    }
    answered(ladder, sent, &answer, &redactor)
}

impl CloudDelivery<'_> {
    /// The value of a setting.
    pub(super) fn setting(&self, name: &str) -> Option<&str> {
        self.settings.get(name)
    }

    /// The value of a setting without which there is no configuration; empty only if that was broken.
    pub(super) fn required(&self, name: &str) -> &str {
        self.setting(name).unwrap_or_default()
    }

    /// The URL of a setting, without a slash at its end.
    pub(super) fn base_url(&self, name: &str) -> Option<&str> {
        self.setting(name).map(|url| url.trim_end_matches('/'))
    }

    /// The name of the file that the message becomes.
    pub(super) fn object_name(&self) -> String {
        object_name(self.setting("fileNamePrefix"), self.at, self.message_id)
    }

    /// A request with the message as its body.
    pub(super) fn send_message(
        &self,
        method: Method,
        url: &str,
        content_type: &'static str,
    ) -> Result<OutRequest, Flaw> {
        let mut request = OutRequest::new(self.flag, method, &Endpoint::parse(url)?);
        request.headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        request.body = self.message.to_string().into_bytes();
        Ok(request)
    }
}

/// An answer, and what of it may be repeated.
pub(super) struct Heard<'a> {
    /// As it came. Nothing of it goes into a detail but by [`Heard::quote`].
    pub(super) answer: &'a OutAnswer,
    /// Knows the secrets that were sent.
    pub(super) redactor: &'a Redactor,
}

impl Heard<'_> {
    /// HTTP status.
    pub(super) fn status(&self) -> u16 {
        self.answer.status
    }

    /// Whether the status is 2xx.
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.answer.status)
    }

    /// A header's text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.answer.headers.get(name)?.to_str().ok()
    }

    /// The body as text.
    pub(super) fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.answer.body)
    }

    /// The body as JSON; null if it is none.
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.answer.body).unwrap_or_default()
    }

    /// A vendor's words as they may stand in a detail: one line, cut, without any secret.
    pub(super) fn quote(&self, words: &str) -> String {
        let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let clean = self.redactor.excerpt(line.as_bytes(), false);
        match clean.char_indices().nth(QUOTE_LIMIT) {
            Some((end, _)) => format!("{}...", clean.get(..end).unwrap_or_default()),
            None => clean,
        }
    }
}
