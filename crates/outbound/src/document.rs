//! A JSON document of somebody else, read through the guard.

use std::time::Duration;

use domain::{endpoint::Endpoint, environment::EnvironmentFlag, verification::Ladder};
use reqwest::Method;
use serde_json::Value;

use crate::client::{Client, Deadline, Ending, OutRequest};

/// Of a whole fetch.
const LIMIT: Duration = Duration::from_secs(5);

/// Why there is no document: for the log.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct FetchError(String);

/// Fetches a document of at most [`crate::client::BODY_LIMIT`] bytes by GET; follows no redirect. The kind of
/// environment says whether plain `http` may be asked.
pub async fn fetch(client: &Client, url: &str, flag: EnvironmentFlag) -> Result<Value, FetchError> {
    let endpoint = Endpoint::parse(url).map_err(|flaw| FetchError(flaw.detail.into_owned()))?;
    let request = OutRequest::new(flag, Method::GET, &endpoint);
    let mut ladder = Ladder::default();
    let answer = client.call(request, Deadline::after(LIMIT), &mut ladder).await.map_err(|_| {
        let failed = ladder.failed().map(|check| check.detail.clone());
        FetchError(failed.unwrap_or_else(|| "no answer".to_owned()))
    })?;
    if answer.status != 200 || answer.ending != Ending::Complete {
        return Err(FetchError(format!("status {}, {:?}", answer.status, answer.ending)));
    }
    serde_json::from_slice(&answer.body).map_err(|_| FetchError("it is not JSON".to_owned()))
}
