//! A way to a server of PostgreSQL that can be cut and comes back.

use std::{net::SocketAddr, sync::Arc};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpSocket, TcpStream},
    sync::Mutex,
    task::{JoinHandle, JoinSet},
};
use url::Url;

/// Passes connections on until it is cut.
pub(crate) struct Proxy {
    target: (String, u16),
    here: SocketAddr,
    accepting: Option<JoinHandle<()>>,
    connections: Arc<Mutex<JoinSet<()>>>,
}

impl Proxy {
    /// To the server of this address, and the address that leads through it.
    pub(crate) async fn before(address: &str) -> (Self, String) {
        let mut url = Url::parse(address).unwrap();
        let host = url.host_str().filter(|host| !host.is_empty()).expect("TEST_POSTGRES_URL names a host");
        let target = (host.to_owned(), url.port().unwrap_or(5432));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let here = listener.local_addr().unwrap();
        let mut proxy = Self { target, here, accepting: None, connections: Arc::default() };
        proxy.accept(listener);
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(here.port())).unwrap();
        (proxy, url.into())
    }

    fn accept(&mut self, listener: TcpListener) {
        let (target, connections) = (self.target.clone(), Arc::clone(&self.connections));
        self.accepting = Some(tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let target = target.clone();
                connections.lock().await.spawn(async move {
                    let mut far = TcpStream::connect(target).await.expect("PostgreSQL is there");
                    // Either side may go away.
                    let _ = copy_bidirectional(&mut near, &mut far).await;
                });
            }
        }));
    }

    /// Nothing listens any more, and every connection is closed.
    pub(crate) async fn cut(&mut self) {
        let accepting = self.accepting.take().expect("it was not cut");
        accepting.abort();
        let _ = accepting.await;
        self.connections.lock().await.shutdown().await;
    }

    /// As before.
    pub(crate) fn restore(&mut self) {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket.bind(self.here).unwrap();
        self.accept(socket.listen(1024).unwrap());
    }
}
