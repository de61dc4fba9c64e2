//! An endpoint of a customer, as a test wants it: on loopback, over raw TCP or TLS, with one scripted behaviour. It
//! counts connections and keeps every request.

use std::{
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
    sync::watch,
};
use tokio_rustls::TlsAcceptor;

/// How the endpoint answers.
#[derive(Clone)]
pub(crate) enum Reply {
    /// 200 with the challenge it got, or with none.
    Challenge,
    /// As `Challenge` for the first request, 500 for all others.
    ChallengeThenError,
    /// As `Challenge`, once [`Endpoint::release`] was called.
    ChallengeOnRelease,
    /// This status with this body.
    Text(u16, String),
    /// 302 to this place.
    Redirect(String),
    /// 200 with all that it received: head, then body.
    Everything,
    /// Reads the request and says nothing.
    Nothing,
    /// Closes the connection after so many bytes of an answer.
    CutAfter(usize),
    /// 200 and a body without end.
    Endless,
    /// Status and JSON as this says.
    By(Answerer),
    /// Status, header lines and body as this says.
    Whole(WholeAnswerer),
}

/// What to answer to a request.
pub(crate) type Answerer = Arc<dyn Fn(&Received) -> (u16, Value) + Send + Sync>;

/// What to answer to a request: status, header lines each with its `\r\n`, body.
pub(crate) type WholeAnswerer = Arc<dyn Fn(&Received) -> (u16, String, String) + Send + Sync>;

/// One request as it came in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Received {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    head: String,
}

/// A listening endpoint; it ends with the test's runtime.
pub(crate) struct Endpoint {
    url: String,
    shared: Arc<Shared>,
}

struct Shared {
    reply: Reply,
    connections: AtomicUsize,
    received: Mutex<Vec<Received>>,
    arrivals: watch::Sender<usize>,
    released: watch::Sender<bool>,
}

impl Endpoint {
    /// Plain HTTP.
    pub(crate) async fn start(reply: Reply) -> Self {
        Self::listen(reply, None).await
    }

    /// HTTPS.
    pub(crate) async fn start_tls(reply: Reply, tls: TlsAcceptor) -> Self {
        Self::listen(reply, Some(tls)).await
    }

    async fn listen(reply: Reply, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{}/in", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            reply,
            connections: AtomicUsize::new(0),
            received: Mutex::default(),
            arrivals: watch::Sender::new(0),
            released: watch::Sender::new(false),
        });
        tokio::spawn(accept(listener, tls, Arc::clone(&shared)));
        Self { url, shared }
    }

    /// The same place with another path.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url.trim_end_matches("/in"))
    }

    /// Where it listens, with the path `/in`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// Every request so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap().clone()
    }

    /// The last request.
    #[track_caller]
    pub(crate) fn last(&self) -> Received {
        self.received().pop().expect("the endpoint was called")
    }

    /// Waits until so many requests have come in whole.
    pub(crate) async fn arrived(&self, count: usize) {
        let mut arrivals = self.shared.arrivals.subscribe();
        arrivals.wait_for(|so_far| *so_far >= count).await.unwrap();
    }

    /// Lets the requests that wait be answered, and all later ones.
    pub(crate) fn release(&self) {
        self.shared.released.send_replace(true);
    }
}

impl Received {
    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON; `null` if it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// A parameter of a form-encoded body.
    pub(crate) fn form(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(&self.body)
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// A parameter of the query. Good for values that need no decoding.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let (_, query) = self.target.split_once('?')?;
        query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    /// The challenge of a verify, or the word `none`.
    pub(crate) fn challenge(&self) -> String {
        let json = self.json();
        json["challenge"].as_str().or(self.parameter("challenge")).unwrap_or("none").to_owned()
    }
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        shared.connections.fetch_add(1, Ordering::SeqCst);
        let (tls, shared) = (tls.clone(), Arc::clone(&shared));
        // A caller that goes away is the caller's business.
        tokio::spawn(async move {
            match tls {
                None => serve(stream, &shared).await,
                Some(tls) => serve(tls.accept(stream).await?, &shared).await,
            }
        });
    }
}

async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, shared: &Shared) -> io::Result<()> {
    let request = read_request(&mut stream).await?;
    shared.received.lock().unwrap().push(request.clone());
    shared.arrivals.send_modify(|count| *count += 1);
    match &shared.reply {
        Reply::Challenge => write_answer(&mut stream, 200, "", &challenge_answer(&request)).await?,
        Reply::ChallengeThenError => {
            let status = if *shared.arrivals.borrow() == 1 { 200 } else { 500 };
            write_answer(&mut stream, status, "", &challenge_answer(&request)).await?;
        }
        Reply::ChallengeOnRelease => {
            let mut released = shared.released.subscribe();
            let _ = released.wait_for(|released| *released).await;
            write_answer(&mut stream, 200, "", &challenge_answer(&request)).await?;
        }
        Reply::Text(status, body) => write_answer(&mut stream, *status, "", body).await?,
        Reply::Redirect(to) => write_answer(&mut stream, 302, &format!("location: {to}\r\n"), "").await?,
        Reply::Everything => {
            let echo = format!("{}{}", request.head, String::from_utf8_lossy(&request.body));
            write_answer(&mut stream, 200, "", &echo).await?;
        }
        Reply::Nothing => std::future::pending().await,
        Reply::CutAfter(bytes) => {
            let answer = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 1000\r\n\r\nbegun";
            stream.write_all(&answer[..(*bytes).min(answer.len())]).await?;
        }
        Reply::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n").await?;
            loop {
                stream.write_all(&[b'x'; 4096]).await?;
            }
        }
        Reply::By(answer) => {
            let (status, body) = answer(&request);
            let kind = "content-type: application/json\r\n";
            write_answer(&mut stream, status, kind, &body.to_string()).await?;
        }
        Reply::Whole(answer) => {
            let (status, headers, body) = answer(&request);
            write_answer(&mut stream, status, &headers, &body).await?;
        }
    }
    stream.shutdown().await
}

fn challenge_answer(request: &Received) -> String {
    format!("{{\"challenge\": \"{}\"}}", request.challenge())
}

async fn write_answer(
    stream: &mut (impl AsyncWrite + Unpin),
    status: u16,
    headers: &str,
    body: &str,
) -> io::Result<()> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} Scripted\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await
}

async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Received> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let mut first = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length").map_or("0", |(_, value)| value);
    let length: usize = length.parse().unwrap_or_default();
    while bytes.len() < end + length {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(Received {
        method: first.next().unwrap_or_default(),
        target: first.next().unwrap_or_default(),
        body: bytes.split_off(end),
        headers,
        head,
    })
}
