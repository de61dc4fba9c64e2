//! Listeners that count and record, certificates, a scripted resolver, and clients that may call this machine.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use domain::{
    endpoint::Endpoint,
    environment::EnvironmentFlag,
    verification::{Check, CheckName, CheckOutcome, Ladder},
};
use outbound::{
    client::{Client, Deadline, OutAnswer, OutRequest, Stopped},
    guard::{Guard, GuardSettings},
    resolver::{Lookup, Resolver},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

pub(crate) const NAME: &str = "labs.example.org";
pub(crate) const CAP: Duration = Duration::from_secs(5);

/// Answers with each script entry in turn, then with the last one for ever.
#[derive(Default)]
pub(crate) struct Script {
    answers: Mutex<HashMap<String, Vec<Vec<IpAddr>>>>,
    pub(crate) lookups: AtomicUsize,
}

impl Script {
    pub(crate) fn new(name: &str, answers: &[&[&str]]) -> Arc<Self> {
        let parse = |answer: &&[&str]| answer.iter().map(|address| address.parse().unwrap()).collect();
        let answers = answers.iter().map(parse).collect();
        Arc::new(Self { answers: Mutex::new(HashMap::from([(name.to_owned(), answers)])), ..Self::default() })
    }
}

impl Resolver for Script {
    fn lookup<'a>(&'a self, name: &'a str) -> Lookup<'a> {
        Box::pin(async move {
            self.lookups.fetch_add(1, Ordering::SeqCst);
            let mut script = self.answers.lock().unwrap();
            match script.get_mut(name) {
                Some(answers) if answers.len() > 1 => Ok(answers.remove(0)),
                Some(answers) => Ok(answers[0].clone()),
                None => Err(io::Error::from(io::ErrorKind::NotFound)),
            }
        })
    }
}

pub(crate) fn guard(allowed: &[&str]) -> Guard {
    let allowed_networks = allowed.iter().map(|network| network.parse().unwrap()).collect();
    Guard::new(GuardSettings { allowed_networks, own_sockets: Vec::new() })
}

pub(crate) fn client_with(resolver: Arc<dyn Resolver>, authority: Option<&PathBuf>) -> Client {
    let guard = guard(&["127.0.0.0/8"]);
    Client::new(guard, resolver, authority.map(PathBuf::as_path)).unwrap()
}

/// A client for which [`NAME`] is this machine.
pub(crate) fn client() -> Client {
    client_with(Script::new(NAME, &[&["127.0.0.1"]]), None)
}

pub(crate) fn endpoint(text: &str) -> Endpoint {
    Endpoint::parse(text).unwrap()
}

pub(crate) async fn get(client: &Client, url: &str) -> (Result<OutAnswer, Stopped>, Vec<Check>) {
    get_within(client, url, CAP).await
}

pub(crate) async fn get_within(
    client: &Client,
    url: &str,
    cap: Duration,
) -> (Result<OutAnswer, Stopped>, Vec<Check>) {
    let request = OutRequest::new(EnvironmentFlag::Development, reqwest::Method::GET, &endpoint(url));
    let mut ladder = Ladder::default();
    let answer = client.call(request, Deadline::after(cap), &mut ladder).await;
    (answer, ladder.finish())
}

pub(crate) fn failed(checks: &[Check]) -> Option<(CheckName, &str)> {
    checks
        .iter()
        .find(|check| check.outcome == CheckOutcome::Failed)
        .map(|check| (check.name, check.detail.as_str()))
}

pub(crate) fn passed(checks: &[Check]) -> Vec<CheckName> {
    checks.iter().filter(|check| check.outcome == CheckOutcome::Passed).map(|check| check.name).collect()
}

/// Makes an answer from a request.
type Answering = dyn Fn(&str) -> Vec<u8> + Send + Sync;

/// A server: how many connections it had, and every request as it came.
#[derive(Clone)]
pub(crate) struct Listener {
    pub(crate) address: SocketAddr,
    hits: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Listener {
    pub(crate) fn hits(&self) -> usize {
        self.hits.load(Ordering::SeqCst)
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    pub(crate) fn url(&self, scheme: &str, rest: &str) -> String {
        format!("{scheme}://{NAME}:{}{rest}", self.address.port())
    }

    async fn converse(&self, mut stream: impl AsyncRead + AsyncWrite + Unpin, answer: Arc<Answering>) {
        let request = read_request(&mut stream).await;
        let bytes = answer(&request);
        self.requests.lock().unwrap().push(request);
        let _ = stream.write_all(&bytes).await;
        let _ = stream.shutdown().await;
    }
}

/// Reads a head, and as much of a body as it declares.
async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut read = Vec::new();
    let mut buffer = [0; 4_096];
    loop {
        let count = stream.read(&mut buffer).await.unwrap_or_default();
        read.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&read).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            if count == 0 {
                return text;
            }
            continue;
        };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        if count == 0 || body.len() >= length.unwrap_or(0) {
            return text;
        }
    }
}

async fn bind() -> (TcpListener, Listener) {
    let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = socket.local_addr().unwrap();
    (socket, Listener { address, hits: Arc::default(), requests: Arc::default() })
}

/// Plain http; one answer per connection.
pub(crate) async fn serve(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Listener {
    let (socket, listener) = bind().await;
    let (answer, server): (Arc<Answering>, _) = (Arc::new(answer), listener.clone());
    tokio::spawn(async move {
        while let Ok((stream, _)) = socket.accept().await {
            server.hits.fetch_add(1, Ordering::SeqCst);
            let (server, answer) = (server.clone(), answer.clone());
            tokio::spawn(async move { server.converse(stream, answer).await });
        }
    });
    listener
}

/// Does with every connection what it is told.
pub(crate) async fn handle<F>(with: impl Fn(TcpStream) -> F + Send + Sync + 'static) -> Listener
where
    F: Future<Output = ()> + Send + 'static,
{
    let (socket, listener) = bind().await;
    let server = listener.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = socket.accept().await {
            server.hits.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(with(stream));
        }
    });
    listener
}

/// https with this configuration; answers 200 to everything.
pub(crate) async fn serve_tls(config: rustls::ServerConfig) -> Listener {
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let (socket, listener) = bind().await;
    let server = listener.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = socket.accept().await {
            server.hits.fetch_add(1, Ordering::SeqCst);
            let (server, acceptor) = (server.clone(), acceptor.clone());
            tokio::spawn(async move {
                if let Ok(stream) = acceptor.accept(stream).await {
                    server.converse(stream, Arc::new(|_| ok("fine"))).await;
                }
            });
        }
    });
    listener
}

pub(crate) fn ok(body: &str) -> Vec<u8> {
    answer("200 OK", "", body)
}

pub(crate) fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}\r\n{body}", body.len()).into_bytes()
}
