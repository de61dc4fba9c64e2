//! The guard: which names, ports and addresses Waypost may call. It decides; it connects to nothing, and what it
//! says to people names the class of an address, never the address.

mod names;
mod ports;
mod ranges;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use domain::{
    endpoint::Endpoint,
    fault::{FaultCode, Flaw},
};
use ipnet::IpNet;
use url::{Host, Url};

/// What an operator may say about where Waypost calls.
#[derive(Debug, Clone, Default)]
pub struct GuardSettings {
    /// Networks that may be called though they are not public. Each address is looked at by itself.
    pub allowed_networks: Vec<IpNet>,
    /// Where this very service listens, so that it cannot be made to call itself.
    pub own_sockets: Vec<SocketAddr>,
}

/// Why an address is not called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// `0.0.0.0`, `::`.
    Unspecified,
    /// This machine.
    Loopback,
    /// RFC 1918, unique local and site-local addresses.
    Private,
    /// This network segment.
    LinkLocal,
    /// `100.64.0.0/10`.
    CarrierNat,
    /// A group of machines.
    Multicast,
    /// Addresses of examples.
    Documentation,
    /// Set aside or not handed out.
    Reserved,
    /// The metadata service of a cloud, which gives out credentials.
    Metadata,
    /// An IPv6 address that stands for an IPv4 one: mapped, compatible, 6to4, NAT64, Teredo, SIIT.
    Embedded,
    /// A socket of this service.
    Own,
}

impl Class {
    /// What people call it; fits into "a ... address".
    pub fn name(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::Loopback => "loopback",
            Self::Private => "private",
            Self::LinkLocal => "link-local",
            Self::CarrierNat => "carrier-grade NAT",
            Self::Multicast => "multicast",
            Self::Documentation => "documentation",
            Self::Reserved => "reserved",
            Self::Metadata => "cloud metadata",
            Self::Embedded => "IPv4-in-IPv6",
            Self::Own => "Waypost server's own",
        }
    }

    /// Whether an allowed network can open it.
    fn can_be_allowed(self) -> bool {
        match self {
            Self::Unspecified
            | Self::Loopback
            | Self::Private
            | Self::LinkLocal
            | Self::CarrierNat
            | Self::Multicast
            | Self::Documentation
            | Self::Reserved => true,
            Self::Metadata | Self::Embedded | Self::Own => false,
        }
    }
}

/// Decides where Waypost may call.
#[derive(Debug, Clone)]
pub struct Guard(GuardSettings);

impl Guard {
    /// A guard with these exceptions.
    pub fn new(settings: GuardSettings) -> Self {
        Self(settings)
    }

    /// Whether this address may be called: a public one, or one inside of an allowed network. The metadata
    /// services and IPv4 in IPv6 stay closed even there.
    pub fn judge(&self, address: IpAddr) -> Result<(), Class> {
        match ranges::class_of(address) {
            None => Ok(()),
            Some(class) if class.can_be_allowed() && self.is_allowed(address) => Ok(()),
            Some(class) => Err(class),
        }
    }

    /// As [`Guard::judge`], and whether it is not this service itself.
    pub fn judge_socket(&self, socket: SocketAddr) -> Result<(), Class> {
        self.judge(socket.ip())?;
        if self.0.own_sockets.iter().any(|own| is_same_socket(own, &socket)) {
            return Err(Class::Own);
        }
        Ok(())
    }

    /// What can be said of an endpoint without looking its name up: name, port, literal address.
    /// The flaw's code is always [`FaultCode::AddressNotAllowed`].
    pub fn check_static(&self, endpoint: &Endpoint) -> Result<(), Flaw> {
        self.check_url(endpoint.url()).map_err(|detail| Flaw::new(FaultCode::AddressNotAllowed, detail))
    }

    fn check_url(&self, url: &Url) -> Result<(), String> {
        let port = url.port_or_known_default().unwrap_or_default();
        if !ports::is_open(port) {
            return Err("Waypost does not call this port; use 443, or one from 1024 on that no well-known \
                        other service has."
                .to_owned());
        }
        match url.host() {
            Some(Host::Ipv4(address)) => self.check_literal(address.into(), port),
            Some(Host::Ipv6(address)) => self.check_literal(address.into(), port),
            Some(Host::Domain("localhost")) => self.check_localhost(port),
            Some(Host::Domain(name)) => match names::fault_of(name) {
                Some(fault) => Err(fault.to_owned()),
                None => Ok(()),
            },
            None => Err("The URL has no host.".to_owned()),
        }
    }

    fn check_literal(&self, address: IpAddr, port: u16) -> Result<(), String> {
        self.judge_socket(SocketAddr::new(address, port)).map_err(|class| {
            format!("The host is a {} address, where Waypost does not call; give a public one.", class.name())
        })
    }

    /// `localhost` is open when the operator opened loopback.
    fn check_localhost(&self, port: u16) -> Result<(), String> {
        let verdicts = [IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)]
            .map(|address| self.judge_socket(SocketAddr::new(address, port)));
        if verdicts.contains(&Ok(())) && !verdicts.contains(&Err(Class::Own)) {
            return Ok(());
        }
        self.check_literal(Ipv4Addr::LOCALHOST.into(), port)
    }

    fn is_allowed(&self, address: IpAddr) -> bool {
        self.0.allowed_networks.iter().any(|network| network.contains(&address))
    }
}

/// A service that listens on every address is reached over loopback, and `0.0.0.0` reaches what listens there.
fn is_same_socket(own: &SocketAddr, other: &SocketAddr) -> bool {
    let is_local = |address: IpAddr| address.is_loopback() || address.is_unspecified();
    own.port() == other.port() && (own.ip() == other.ip() || is_local(own.ip()) && is_local(other.ip()))
}
