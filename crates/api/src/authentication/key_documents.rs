//! JSON documents of others that hold public keys: fetched through the guard like every outbound call, remembered for
//! a while, and asked for again when a key is not in them, though not more often than every ten seconds.

use std::{sync::Arc, time::Duration};

use domain::environment::EnvironmentFlag;
use moka::future::Cache;
use outbound::{
    client::Client,
    document::{self, FetchError},
};
use serde_json::Value;
use tokio::time::Instant;

/// Documents remembered at most; each has 64 KiB at most, and most have one.
const REMEMBERED: u64 = 500;
/// A document this old is fetched again.
const REMEMBERED_FOR: Duration = Duration::from_secs(10 * 60);
/// Between two fetches of one document for a key that it did not have.
const FETCHES_APART: Duration = Duration::from_secs(10);
/// A document, or why there is none; and when it was asked for.
#[derive(Clone)]
struct Fetched {
    document: Result<Arc<Value>, FetchError>,
    at: Instant,
}

/// The documents that were fetched last.
pub struct KeyDocuments {
    fetched: Cache<String, Fetched>,
    /// Whether plain `http` may be asked: where development is what an installation is for.
    flag: EnvironmentFlag,
}

impl KeyDocuments {
    /// Remembers nothing yet.
    pub fn new(flag: EnvironmentFlag) -> Self {
        let fetched = Cache::builder().max_capacity(REMEMBERED).time_to_live(REMEMBERED_FOR).build();
        Self { fetched, flag }
    }

    /// The document at this URL. `suffices` says whether it has what is needed; one that does not is fetched again if
    /// the last fetch is ten seconds ago. Of several that ask at once one fetches.
    pub async fn get(
        &self,
        client: &Client,
        url: &str,
        suffices: impl Fn(&Value) -> bool,
    ) -> Result<Arc<Value>, FetchError> {
        let fetch = self.fetch(client, url);
        let known = self.fetched.get_with(url.to_owned(), fetch).await;
        let is_enough = known.document.as_ref().is_ok_and(|document| suffices(document));
        if is_enough || known.at.elapsed() < FETCHES_APART {
            return known.document;
        }
        self.fetched.invalidate(url).await;
        self.fetched.get_with(url.to_owned(), self.fetch(client, url)).await.document
    }

    async fn fetch(&self, client: &Client, url: &str) -> Fetched {
        let document = document::fetch(client, url, self.flag).await;
        if let Err(error) = &document {
            tracing::info!(error = %error, "a document of public keys could not be fetched");
        }
        Fetched { document: document.map(Arc::new), at: Instant::now() }
    }
}
