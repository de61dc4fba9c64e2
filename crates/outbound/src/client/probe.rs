//! Sees when a connection stands and when its TLS is agreed, without reading error texts: as the session store
//! of rustls it is asked for a key share just as the first TLS message is made, and as a layer around the
//! connector it sees the finished connection. It keeps no session.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
};

use rustls::{
    NamedGroup,
    client::{ClientSessionStore, Tls12ClientSessionValue, Tls13ClientSessionValue},
    pki_types::ServerName,
};
use tokio::time::Instant;
use tower_layer::Layer;
use tower_service::Service;

/// The moments of one call's connection; clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Probe(Arc<Moments>);

#[derive(Debug, Default)]
struct Moments {
    connected: OnceLock<Instant>,
    ready: OnceLock<Instant>,
}

impl Probe {
    /// When TCP was up and TLS began; `None` for plain `http`.
    pub(super) fn connected(&self) -> Option<Instant> {
        self.0.connected.get().copied()
    }

    /// When a request could be sent.
    pub(super) fn ready(&self) -> Option<Instant> {
        self.0.ready.get().copied()
    }
}

impl ClientSessionStore for Probe {
    fn set_kx_hint(&self, _: ServerName<'static>, _: NamedGroup) {}

    fn kx_hint(&self, _: &ServerName<'_>) -> Option<NamedGroup> {
        self.0.connected.get_or_init(Instant::now);
        None
    }

    fn set_tls12_session(&self, _: ServerName<'static>, _: Tls12ClientSessionValue) {}

    fn tls12_session(&self, _: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        None
    }

    fn remove_tls12_session(&self, _: &ServerName<'static>) {}

    fn insert_tls13_ticket(&self, _: ServerName<'static>, _: Tls13ClientSessionValue) {}

    fn take_tls13_ticket(&self, _: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        None
    }
}

impl<S> Layer<S> for Probe {
    type Service = Probed<S>;

    fn layer(&self, connector: S) -> Probed<S> {
        Probed { connector, probe: self.clone() }
    }
}

/// A connector that tells the probe when it is done.
#[derive(Clone)]
pub(super) struct Probed<S> {
    connector: S,
    probe: Probe,
}

impl<S, Target> Service<Target> for Probed<S>
where
    S: Service<Target>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.connector.poll_ready(context)
    }

    fn call(&mut self, target: Target) -> Self::Future {
        let connecting = self.connector.call(target);
        let probe = self.probe.clone();
        Box::pin(async move {
            let connection = connecting.await?;
            probe.0.ready.get_or_init(Instant::now);
            Ok(connection)
        })
    }
}
