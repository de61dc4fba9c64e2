//! Looking names up, once per call: every address of the answer is judged, and one that may not be called
//! refuses the whole name. Any error fails the call; nothing is assumed.

use std::{
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    time::Duration,
};

use crate::guard::{Class, Guard};

/// A name with more addresses than this is called at its first ones; all of them are judged.
const MAX_PEERS: usize = 16;

/// What a lookup will answer.
pub type Lookup<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send + 'a>>;

/// Turns a name into its addresses.
pub trait Resolver: Send + Sync {
    /// Every address of the name, IPv4 and IPv6.
    fn lookup<'a>(&'a self, name: &'a str) -> Lookup<'a>;
}

/// The resolver of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn lookup<'a>(&'a self, name: &'a str) -> Lookup<'a> {
        Box::pin(async move {
            let sockets = tokio::net::lookup_host((name, 0)).await?;
            Ok(sockets.map(|socket| socket.ip()).collect())
        })
    }
}

/// Why a name yields no address to call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unresolved {
    /// No such name, no address, or no answer from the name servers.
    NotFound,
    /// The name servers took too long.
    TooSlow,
    /// At least one of its addresses may not be called.
    Blocked(Class),
}

impl Guard {
    /// The sockets to call for a name: at least one, at most 16, each of them judged. One lookup.
    pub async fn resolve(
        &self,
        resolver: &dyn Resolver,
        name: &str,
        port: u16,
        limit: Duration,
    ) -> Result<Vec<SocketAddr>, Unresolved> {
        let addresses = match tokio::time::timeout(limit, resolver.lookup(name)).await {
            Ok(Ok(addresses)) if !addresses.is_empty() => addresses,
            Ok(_) => return Err(Unresolved::NotFound),
            Err(_) => return Err(Unresolved::TooSlow),
        };
        let mut peers: Vec<SocketAddr> = Vec::with_capacity(addresses.len());
        for address in addresses {
            let peer = SocketAddr::new(address, port);
            self.judge_socket(peer).map_err(Unresolved::Blocked)?;
            if !peers.contains(&peer) {
                peers.push(peer);
            }
        }
        peers.truncate(MAX_PEERS);
        Ok(peers)
    }
}
