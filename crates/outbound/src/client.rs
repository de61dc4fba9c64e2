//! The one client through which every outbound call goes: checked, resolved once, pinned to the addresses that
//! were judged, with no proxy, redirect, retry, cookie or connection of an earlier call.

mod cause;
mod probe;
mod request;
mod tls;

use std::{io, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use domain::verification::{CheckName, Ladder};
use reqwest::{Response, header::HeaderMap, redirect, retry};
use tokio::time::{Instant, timeout_at};
use url::Host;

use self::{cause::Cause, probe::Probe};
pub use self::{
    request::{AwsScope, Deadline, OutRequest},
    tls::TlsSetupError,
};
use crate::{
    guard::{Class, Guard},
    resolver::{Resolver, Unresolved},
};

/// So much of an answer's body is read; then the connection is dropped.
pub const BODY_LIMIT: usize = 64 * 1_024;

const RESOLVE_LIMIT: Duration = Duration::from_secs(3);
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
const USER_AGENT: &str = concat!("Waypost/", env!("CARGO_PKG_VERSION"));

/// Makes outbound calls. One per process.
pub struct Client {
    guard: Guard,
    resolver: Arc<dyn Resolver>,
    tls: rustls::ClientConfig,
}

/// The addresses of a request's host, every one of them judged.
pub struct Peers(Vec<SocketAddr>);

/// What came back.
#[derive(Debug)]
pub struct OutAnswer {
    /// HTTP status.
    pub status: u16,
    /// Its headers; 100 of them and 32 KiB at most.
    pub headers: HeaderMap,
    /// At most [`BODY_LIMIT`] bytes, just as they came.
    pub body: Vec<u8>,
    /// Whether that is all of it.
    pub ending: Ending,
    /// Milliseconds from the connection to the end of the body: the duration for the `send` check.
    pub took_ms: i64,
}

/// How the body of an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Whole.
    Complete,
    /// Cut at [`BODY_LIMIT`].
    TooLong,
    /// Time was up.
    TimedOut,
    /// The connection broke.
    Broken,
}

/// The call came to no answer. The ladder has the failed check with the advice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped {
    /// The check that failed, `send` at the latest.
    pub check: CheckName,
}

impl Client {
    /// A client that trusts the authorities of the operating system, and those of a PEM file beside them.
    pub fn new(
        guard: Guard,
        resolver: Arc<dyn Resolver>,
        extra_authorities: Option<&Path>,
    ) -> Result<Self, TlsSetupError> {
        Ok(Self { guard, resolver, tls: tls::config(extra_authorities)? })
    }

    /// The guard of this client, for what can be checked without a call.
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// Makes a call. Notes the checks `endpoint`, `resolve`, `address`, `connect` and `tls` as they are passed,
    /// and the one that fails; `send` is the caller's to note once there is an answer. Follows no redirect.
    pub async fn call(
        &self,
        request: OutRequest,
        deadline: Deadline,
        ladder: &mut Ladder,
    ) -> Result<OutAnswer, Stopped> {
        let peers = self.find_peers(&request, deadline, ladder).await?;
        self.send(request, peers, deadline, ladder).await
    }

    /// The first half of a call: checks `endpoint`, `resolve` and `address`. Between the halves the request may be
    /// authorized; its host is fixed.
    pub async fn find_peers(
        &self,
        request: &OutRequest,
        deadline: Deadline,
        ladder: &mut Ladder,
    ) -> Result<Peers, Stopped> {
        self.judge_peers(request, deadline, ladder).await.map(Peers)
    }

    /// The second half: connects to the very addresses that were judged, and sends.
    pub async fn send(
        &self,
        request: OutRequest,
        Peers(peers): Peers,
        deadline: Deadline,
        ladder: &mut Ladder,
    ) -> Result<OutAnswer, Stopped> {
        Box::pin(self.exchange(request, peers, deadline, ladder)).await
    }

    async fn judge_peers(
        &self,
        request: &OutRequest,
        deadline: Deadline,
        ladder: &mut Ladder,
    ) -> Result<Vec<SocketAddr>, Stopped> {
        let endpoint = request.endpoint();
        let verdict = endpoint.check_scheme(request.flag()).and_then(|()| self.guard.check_static(endpoint));
        if let Err(flaw) = verdict {
            return Err(stop(ladder, CheckName::Endpoint, &flaw.detail, 0));
        }
        ladder.pass(CheckName::Endpoint, "The URL may be called.", 0);
        let port = endpoint.url().port_or_known_default().unwrap_or_default();
        let name = match endpoint.url().host() {
            Some(Host::Domain(name)) => name,
            Some(Host::Ipv4(address)) => return self.judge_literal((address, port).into(), ladder),
            Some(Host::Ipv6(address)) => return self.judge_literal((address, port).into(), ladder),
            None => return Err(stop(ladder, CheckName::Endpoint, "The URL has no host.", 0)),
        };
        let started = Instant::now();
        let limit = RESOLVE_LIMIT.min(deadline.remaining());
        let resolved = self.guard.resolve(self.resolver.as_ref(), name, port, limit).await;
        note_resolved(resolved, millis(started.elapsed()), ladder)
    }

    /// The static check has let it pass; it is judged once more, where the list of peers is made.
    fn judge_literal(&self, peer: SocketAddr, ladder: &mut Ladder) -> Result<Vec<SocketAddr>, Stopped> {
        ladder.skip(CheckName::Resolve, "The URL holds an address; there is no name to look up.");
        note_resolved_address(self.guard.judge_socket(peer).map(|()| vec![peer]), ladder)
    }

    async fn exchange(
        &self,
        request: OutRequest,
        peers: Vec<SocketAddr>,
        deadline: Deadline,
        ladder: &mut Ladder,
    ) -> Result<OutAnswer, Stopped> {
        let is_secure = request.is_secure();
        let probe = Probe::default();
        let started = Instant::now();
        let client = match self.pinned(&probe, peers.clone(), deadline) {
            Ok(client) => client,
            Err(error) => {
                tracing::error!(error = %error.without_url(), "an HTTP client could not be built");
                let advice = "Waypost could not set the call up; its log says why.";
                return Err(stop(ladder, CheckName::Connect, advice, 0));
            }
        };
        let sent = timeout_at(deadline.instant(), request.into_builder(&client).send()).await;
        let (under_way, since) = note_progress(ladder, &probe, is_secure, started);
        let cause = match sent {
            Ok(Ok(response)) if response.remote_addr().is_some_and(|peer| peers.contains(&peer)) => {
                return Ok(read(response, deadline, since).await);
            }
            Ok(Ok(_)) => Cause::OtherPeer,
            Ok(Err(error)) => Cause::of(&error),
            Err(_) => Cause::TimedOut,
        };
        tracing::debug!(check = under_way.name(), cause = ?cause, "an outbound call failed");
        Err(stop(ladder, under_way, cause.advice(under_way), millis(since.elapsed())))
    }

    fn pinned(
        &self,
        probe: &Probe,
        peers: Vec<SocketAddr>,
        deadline: Deadline,
    ) -> reqwest::Result<reqwest::Client> {
        let mut tls = self.tls.clone();
        tls.resumption = rustls::client::Resumption::store(Arc::new(probe.clone()));
        reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .connector_layer(probe.clone())
            .dns_resolver(Pinned(peers))
            .no_proxy()
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .pool_max_idle_per_host(0)
            .connect_timeout(CONNECT_LIMIT.min(deadline.remaining()))
            .user_agent(USER_AGENT)
            .build()
    }
}

/// Answers every lookup with the sockets that were judged, so that nothing is looked up a second time.
struct Pinned(Vec<SocketAddr>);

impl reqwest::dns::Resolve for Pinned {
    fn resolve(&self, _name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let peers = self.0.clone();
        Box::pin(async move {
            if peers.is_empty() {
                return Err(io::Error::from(io::ErrorKind::AddrNotAvailable).into());
            }
            let peers: reqwest::dns::Addrs = Box::new(peers.into_iter());
            Ok(peers)
        })
    }
}

fn note_resolved(
    resolved: Result<Vec<SocketAddr>, Unresolved>,
    took_ms: i64,
    ladder: &mut Ladder,
) -> Result<Vec<SocketAddr>, Stopped> {
    let judged = match resolved {
        Ok(peers) => Ok(peers),
        Err(Unresolved::Blocked(class)) => Err(class),
        Err(Unresolved::NotFound) => {
            let advice = "The host name has no address. Check its spelling and its A and AAAA records.";
            return Err(stop(ladder, CheckName::Resolve, advice, took_ms));
        }
        Err(Unresolved::TooSlow) => {
            let advice =
                "The name servers of the host gave no answer in time. Check that they work; try again.";
            return Err(stop(ladder, CheckName::Resolve, advice, took_ms));
        }
    };
    ladder.pass(CheckName::Resolve, "The host name has an address.", took_ms);
    note_resolved_address(judged, ladder)
}

fn note_resolved_address(
    judged: Result<Vec<SocketAddr>, Class>,
    ladder: &mut Ladder,
) -> Result<Vec<SocketAddr>, Stopped> {
    match judged {
        Ok(peers) => {
            ladder.pass(CheckName::Address, "Every address of the host may be called.", 0);
            Ok(peers)
        }
        Err(class) => {
            tracing::warn!(class = class.name(), "refused to call a blocked address");
            let advice = format!(
                "The host leads to a {} address, where Waypost does not call, even if it has others. Let its \
                 DNS records hold public addresses only, or have the operator allow your network.",
                class.name()
            );
            Err(stop(ladder, CheckName::Address, &advice, 0))
        }
    }
}

/// Notes the checks that the probe saw pass; answers with the one under way, and since when it is.
fn note_progress(
    ladder: &mut Ladder,
    probe: &Probe,
    is_secure: bool,
    started: Instant,
) -> (CheckName, Instant) {
    let ready = probe.ready();
    let Some(connected) = (if is_secure { probe.connected() } else { ready }) else {
        return (CheckName::Connect, started);
    };
    ladder.pass(CheckName::Connect, "Connected.", millis(connected.duration_since(started)));
    if !is_secure {
        ladder.skip(CheckName::Tls, "Plain http has no TLS.");
        return (CheckName::Send, connected);
    }
    let Some(ready) = ready else {
        return (CheckName::Tls, connected);
    };
    ladder.pass(CheckName::Tls, "The certificate is valid.", millis(ready.duration_since(connected)));
    (CheckName::Send, ready)
}

async fn read(mut response: Response, deadline: Deadline, since: Instant) -> OutAnswer {
    let status = response.status().as_u16();
    let headers = std::mem::take(response.headers_mut());
    let mut body = Vec::new();
    let ending = loop {
        match timeout_at(deadline.instant(), response.chunk()).await {
            Ok(Ok(Some(chunk))) => {
                body.extend(chunk.iter().take(BODY_LIMIT - body.len()));
                if body.len() == BODY_LIMIT {
                    break Ending::TooLong;
                }
            }
            Ok(Ok(None)) => break Ending::Complete,
            Ok(Err(_)) => break Ending::Broken,
            Err(_) => break Ending::TimedOut,
        }
    };
    OutAnswer { status, headers, body, ending, took_ms: millis(since.elapsed()) }
}

fn stop(ladder: &mut Ladder, check: CheckName, advice: &str, took_ms: i64) -> Stopped {
    ladder.fail(check, advice, took_ms);
    Stopped { check }
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
