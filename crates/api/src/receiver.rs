//! `waypost-server receiver`: a sample endpoint to try verification out with. It checks the token, answers
//! challenges and prints what came in, never the token. Not part of the service; it listens on loopback only.

use std::{
    fmt::Write as _,
    io::{self, Write as _},
    net::Ipv4Addr,
    time::Duration,
};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    http::{StatusCode, header},
    web,
};
use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};

/// Longer than any attempt waits for an answer.
const LONG: Duration = Duration::from_secs(120);

/// A message is at most this large, in bytes.
const MAX_BODY: usize = 16 * 1024 * 1024;

/// A text of the request is printed up to this many characters.
const MAX_PRINTED: usize = 100;

/// Where to listen, which token to expect, how to answer.
#[derive(clap::Args)]
pub struct ReceiverArgs {
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 9000)]
    port: u16,
    /// The verification token that every request must bear
    #[arg(long)]
    token: String,
    /// How to answer
    #[arg(long, value_enum, default_value_t = Mode::Ok)]
    mode: Mode,
}

/// Ways to answer: one as it should be, the others to see how a verify fails.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Mode {
    /// Echo challenges and accept messages
    Ok,
    /// Answer 403 to everything
    Reject,
    /// Keep the caller waiting
    Slow,
    /// Answer challenges with another challenge
    WrongChallenge,
    /// Answer 302 to everything
    Redirect,
}

/// What a request turned out to be.
enum Content {
    Challenge(String),
    /// Data model or `FHIR message`, and event.
    Message(String, String),
    Unknown,
}

/// What is answered, and the words that are printed about it.
struct Verdict {
    status: StatusCode,
    body: Value,
    words: &'static str,
}

/// Listens until it is told to stop. The first line printed says where.
pub async fn run(args: ReceiverArgs) -> io::Result<()> {
    let port = args.port;
    let args = web::Data::new(args);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(args.clone())
            .app_data(web::PayloadConfig::new(MAX_BODY))
            .default_service(web::to(receive))
    })
    .workers(1)
    .shutdown_timeout(1)
    .bind((Ipv4Addr::LOCALHOST, port))?;
    for address in server.addrs() {
        print(&format!("Receiver listens on http://{address}/"));
    }
    server.run().await
}

async fn receive(request: HttpRequest, body: web::Bytes, args: web::Data<ReceiverArgs>) -> HttpResponse {
    let query: Vec<(String, String)> =
        web::Query::from_query(request.query_string()).map(web::Query::into_inner).unwrap_or_default();
    let json: Value = serde_json::from_slice(&body).unwrap_or_default();
    let content = Content::of(&json, &query);
    let verdict = judge(&args, &content, bears_token(&request, &json, &query, &args.token));
    print(&line(&request, &content, &verdict, &args.token));
    if args.mode == Mode::Slow {
        tokio::time::sleep(LONG).await;
    }
    let mut answer = HttpResponse::build(verdict.status);
    if args.mode == Mode::Redirect {
        answer.insert_header((header::LOCATION, "/moved"));
    }
    answer.json(verdict.body)
}

/// Whether the token is right in every place that has one, and there is at least one: header, body or query.
fn bears_token(request: &HttpRequest, json: &Value, query: &[(String, String)], expected: &str) -> bool {
    const NAME: &str = "verification-token";
    let header = request.headers().get(NAME).map(|value| value.to_str().unwrap_or_default());
    let given = [header, json.get(NAME).and_then(Value::as_str), find(query, NAME)];
    let mut given = given.into_iter().flatten().peekable();
    given.peek().is_some() && given.all(|token| token == expected)
}

fn find<'a>(query: &'a [(String, String)], name: &str) -> Option<&'a str> {
    query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

impl Content {
    fn of(json: &Value, query: &[(String, String)]) -> Self {
        let text = |pointer: &str| json.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        if let Some(challenge) = text("/challenge").or_else(|| find(query, "challenge").map(str::to_owned)) {
            return Self::Challenge(challenge);
        }
        if let (Some(model), Some(event)) = (text("/Meta/DataModel"), text("/Meta/EventType")) {
            return Self::Message(model, event);
        }
        if text("/resourceType").is_some_and(|kind| kind == "Bundle") {
            return Self::Message("FHIR message".to_owned(), fhir_event(json));
        }
        Self::Unknown
    }
}

/// The event that the bundle's `MessageHeader` names.
fn fhir_event(bundle: &Value) -> String {
    let entries = bundle.get("entry").and_then(Value::as_array).into_iter().flatten();
    let header = entries
        .filter_map(|entry| entry.get("resource"))
        .find(|resource| resource.get("resourceType").is_some_and(|kind| kind == "MessageHeader"));
    let event = header.and_then(|found| found.get("eventUri").or_else(|| found.pointer("/eventCoding/code")));
    event.and_then(Value::as_str).unwrap_or("no event named").to_owned()
}

fn judge(args: &ReceiverArgs, content: &Content, token_is_right: bool) -> Verdict {
    let refusal = |status, words| Verdict { status, body: json!({ "error": words }), words };
    match args.mode {
        Mode::Reject => return refusal(StatusCode::FORBIDDEN, "rejected, as --mode says"),
        Mode::Redirect => return refusal(StatusCode::FOUND, "redirected, as --mode says"),
        Mode::Slow => return refusal(StatusCode::GATEWAY_TIMEOUT, "kept waiting, as --mode says"),
        Mode::Ok | Mode::WrongChallenge => {}
    }
    if !token_is_right {
        return refusal(StatusCode::UNAUTHORIZED, "token missing or wrong");
    }
    let fine = |body, words| Verdict { status: StatusCode::OK, body, words };
    match content {
        Content::Challenge(_) if args.mode == Mode::WrongChallenge => fine(
            json!({ "challenge": uuid::Uuid::nil().to_string() }),
            "answered with another challenge, as --mode says",
        ),
        Content::Challenge(challenge) => fine(json!({ "challenge": challenge }), "challenge answered"),
        Content::Message(..) => fine(json!({ "received": true }), "message accepted"),
        Content::Unknown => refusal(StatusCode::BAD_REQUEST, "neither a challenge nor a message"),
    }
}

/// One line about a request: time, verb, path without the query (it may hold the token), content, verdict.
fn line(request: &HttpRequest, content: &Content, verdict: &Verdict, token: &str) -> String {
    let dim = Style::new().dimmed();
    let bold = Style::new().bold();
    let what = match content {
        Content::Challenge(_) => "challenge".to_owned(),
        Content::Message(model, event) => format!("{} {}", printable(model, token), printable(event, token)),
        Content::Unknown => "something else".to_owned(),
    };
    let color = if verdict.status.is_success() { AnsiColor::Green } else { AnsiColor::Red }.on_default();
    let mut line = String::new();
    // Writing to a string cannot fail.
    let _ = write!(
        line,
        "{dim}{time}{dim:#} {bold}{verb}{bold:#} {path}  {what}  {color}{status} {words}{color:#}",
        time = chrono::Local::now().format("%H:%M:%S"),
        verb = printable(request.method().as_str(), token),
        path = printable(request.path(), token),
        status = verdict.status.as_u16(),
        words = verdict.words,
    );
    line
}

/// What a stranger sent, fit for a terminal: no control characters, not endless, and not the token.
fn printable(text: &str, token: &str) -> String {
    let text = if token.is_empty() { text.to_owned() } else { text.replace(token, "[token]") };
    text.chars().filter(|c| !c.is_control()).take(MAX_PRINTED).collect()
}

/// Prints a line, in colour where the terminal takes it and `NO_COLOR` is not set. A closed pipe is no failure.
fn print(line: &str) {
    let mut out = anstream::stdout();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
