//! What is to be sent, and until when. An authorizer may add headers, set the body or read the whole of it to
//! sign it; it cannot change the host.

use std::time::Duration;

use domain::{endpoint::Endpoint, environment::EnvironmentFlag};
use reqwest::{
    Method, RequestBuilder,
    header::{HeaderMap, HeaderName, HeaderValue, InvalidHeaderValue},
};
use tokio::time::Instant;
use url::Url;

/// The moment at which a whole attempt ends, however many calls it makes.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(Instant);

impl Deadline {
    /// So long from now. A cap beyond what a clock can count leaves no time at all.
    pub fn after(cap: Duration) -> Self {
        let now = Instant::now();
        Self(now.checked_add(cap).unwrap_or(now))
    }

    /// How long until then; zero when it has passed.
    pub fn remaining(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    pub(super) fn instant(self) -> Instant {
        self.0
    }
}

/// What AWS calls the service and the region that a request is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsScope {
    /// As in `s3`.
    pub service: String,
    /// As in `us-east-1`.
    pub region: String,
}

/// A request that has not been sent. No `Debug`: it holds secrets.
pub struct OutRequest {
    endpoint: Endpoint,
    flag: EnvironmentFlag,
    url: Url,
    /// The verb.
    pub method: Method,
    /// The headers, without those the client sets: `Host`, `Content-Length`, `User-Agent`.
    pub headers: HeaderMap,
    /// The body; empty for none.
    pub body: Vec<u8>,
    /// What it is signed for, where that is known from elsewhere than the credential.
    pub aws_scope: Option<AwsScope>,
}

impl OutRequest {
    /// A request without headers and body; the kind of environment says whether it may be plain `http`.
    pub fn new(flag: EnvironmentFlag, method: Method, endpoint: &Endpoint) -> Self {
        let url = endpoint.url().clone();
        Self {
            endpoint: endpoint.clone(),
            flag,
            url,
            method,
            headers: HeaderMap::new(),
            body: Vec::new(),
            aws_scope: None,
        }
    }

    /// Where it goes, as it is stored and may be shown.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Where it goes, with what was added to the query. May hold secrets: not for logs.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Adds one pair to the query, after those the endpoint has.
    pub fn append_query(&mut self, name: &str, value: &str) {
        self.url.query_pairs_mut().append_pair(name, value);
    }

    /// Sets a header whose value is kept out of logs. Fails if the text cannot stand in a header.
    pub fn set_secret_header(&mut self, name: HeaderName, value: &str) -> Result<(), InvalidHeaderValue> {
        let mut value = HeaderValue::from_str(value)?;
        value.set_sensitive(true);
        self.headers.insert(name, value);
        Ok(())
    }

    pub(crate) fn flag(&self) -> EnvironmentFlag {
        self.flag
    }

    pub(super) fn is_secure(&self) -> bool {
        self.url.scheme() == "https"
    }

    pub(super) fn into_builder(self, client: &reqwest::Client) -> RequestBuilder {
        let builder = client.request(self.method, self.url).headers(self.headers);
        if self.body.is_empty() { builder } else { builder.body(self.body) }
    }
}
