//! Why a call failed, from the types of its errors (never from their texts), and what a person can do about it.

use std::{error::Error, io};

use domain::verification::CheckName;
use rustls::{AlertDescription, CertificateError};

/// Why a call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// Time was up.
    TimedOut,
    /// Nothing listens there.
    Refused,
    /// No way to the host.
    Unreachable,
    /// The other side broke the connection.
    Reset,
    /// The certificate's time is over, or has not begun.
    Expired,
    /// No chain to an authority that is trusted here.
    UnknownIssuer,
    /// The certificate is for another name.
    WrongName,
    /// Withdrawn by its authority.
    Revoked,
    /// Not a certificate a server may show.
    BadCertificate,
    /// The server asks for a client certificate, or refuses the one it got.
    WantsClientCertificate,
    /// The server speaks no TLS that Waypost speaks.
    TlsProtocol,
    /// The connection ended at an address that was not judged.
    OtherPeer,
    /// Anything else, such as an answer that is not HTTP.
    Other,
}

impl Cause {
    /// The cause behind an error of the HTTP client.
    pub(super) fn of(error: &reqwest::Error) -> Self {
        let mut next: Option<&(dyn Error + 'static)> = Some(error);
        let mut found = None;
        while let Some(error) = next {
            if let Some(tls) = error.downcast_ref::<rustls::Error>() {
                return Self::of_tls(tls);
            }
            let io = error.downcast_ref::<io::Error>();
            found = io.and_then(|io| Self::of_io(io.kind())).or(found);
            // An I/O error that wraps another one gives out that one's source, not itself.
            next = match io.and_then(io::Error::get_ref) {
                Some(inner) => Some(inner),
                None => error.source(),
            };
        }
        match found {
            Some(cause) => cause,
            None if error.is_timeout() => Self::TimedOut,
            None => Self::Other,
        }
    }

    fn of_io(kind: io::ErrorKind) -> Option<Self> {
        use io::ErrorKind::{
            BrokenPipe, ConnectionAborted, ConnectionRefused, ConnectionReset, HostUnreachable,
            NetworkUnreachable, TimedOut, UnexpectedEof,
        };
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "a foreign enum of some forty kinds, open to more"
        )]
        match kind {
            ConnectionRefused => Some(Self::Refused),
            HostUnreachable | NetworkUnreachable => Some(Self::Unreachable),
            ConnectionReset | ConnectionAborted | BrokenPipe | UnexpectedEof => Some(Self::Reset),
            TimedOut => Some(Self::TimedOut),
            _ => None,
        }
    }

    fn of_tls(error: &rustls::Error) -> Self {
        #[expect(clippy::wildcard_enum_match_arm, reason = "a foreign enum, open to more")]
        match error {
            rustls::Error::InvalidCertificate(fault) => Self::of_certificate(fault),
            rustls::Error::NoCertificatesPresented => Self::BadCertificate,
            rustls::Error::AlertReceived(
                AlertDescription::CertificateRequired
                | AlertDescription::BadCertificate
                | AlertDescription::AccessDenied
                | AlertDescription::UnknownCA,
            ) => Self::WantsClientCertificate,
            _ => Self::TlsProtocol,
        }
    }

    fn of_certificate(fault: &CertificateError) -> Self {
        use CertificateError as Fault;
        #[expect(clippy::wildcard_enum_match_arm, reason = "a foreign enum, open to more")]
        match fault {
            Fault::Expired
            | Fault::ExpiredContext { .. }
            | Fault::NotValidYet
            | Fault::NotValidYetContext { .. } => Self::Expired,
            // A foreign authority may bear the name of a trusted one; only its signature tells.
            Fault::UnknownIssuer | Fault::BadSignature => Self::UnknownIssuer,
            Fault::NotValidForName | Fault::NotValidForNameContext { .. } => Self::WrongName,
            Fault::Revoked => Self::Revoked,
            _ => Self::BadCertificate,
        }
    }

    /// What to do about it, when it happened at this check.
    pub(super) fn advice(self, at: CheckName) -> &'static str {
        match self {
            Self::TimedOut => time_advice(at),
            Self::Refused => {
                "The connection was refused: nothing listens on this port. Check that the endpoint is running \
                 and that the URL has the right port."
            }
            Self::Unreachable => {
                "There is no way to the host. Check its DNS records, its network and its firewall."
            }
            Self::Reset => break_advice(at),
            Self::Expired => {
                "The certificate has expired or is not valid yet. Renew it, and check the clock of the server."
            }
            Self::UnknownIssuer => {
                "The certificate is self-signed, comes from an authority that Waypost does not trust, or is sent \
                 without its intermediate certificates. Install the full chain of a public authority, or have \
                 the operator add yours."
            }
            Self::WrongName => {
                "The certificate is for another name. Have it issued for the host in the URL, or correct the host."
            }
            Self::Revoked => "The certificate was revoked by its authority. Install a new one.",
            Self::BadCertificate => {
                "The certificate is not one that a server may use: malformed, made for another purpose, or the \
                 authority's own, as many self-signed ones are. Install one of a public authority."
            }
            Self::WantsClientCertificate => {
                "The server asks for a client certificate, which Waypost does not send. Turn mutual TLS off for \
                 this URL and use an auth credential."
            }
            Self::TlsProtocol => {
                "The server offers no TLS that Waypost accepts. Check that this port serves https, for this host \
                 name, with TLS 1.2 or 1.3 and a current cipher suite."
            }
            Self::OtherPeer => {
                "The connection ended at an address that was not checked; nothing was read from it."
            }
            Self::Other => {
                "No whole HTTP answer came back. Check that an HTTP server is behind this URL, and its log."
            }
        }
    }
}

fn time_advice(at: CheckName) -> &'static str {
    match at {
        CheckName::Connect => {
            "No connection came about in time. Check that a firewall lets Waypost in, and that the host is up."
        }
        CheckName::Tls => {
            "The server took the connection but did not agree on TLS in time. Check that this port serves https."
        }
        CheckName::Endpoint
        | CheckName::Resolve
        | CheckName::Address
        | CheckName::Authorize
        | CheckName::Send
        | CheckName::Challenge => {
            "The endpoint took the request but did not answer in time. Answer first, and do the work afterwards."
        }
    }
}

fn break_advice(at: CheckName) -> &'static str {
    match at {
        CheckName::Tls => {
            "The server broke the connection off while TLS was agreed on. Check that this port serves https."
        }
        CheckName::Endpoint
        | CheckName::Resolve
        | CheckName::Address
        | CheckName::Connect
        | CheckName::Authorize
        | CheckName::Send
        | CheckName::Challenge => {
            "The connection was broken off before an answer came. Check the log of the endpoint, and any proxy \
             or firewall before it."
        }
    }
}
