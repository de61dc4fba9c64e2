//! Verifications under load: against an endpoint that answers at once, and against one that never does.

use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use crate::{
    Extent, Outcome, Plan,
    engine::Engine,
    load::{self, Script},
    report::{Row, Table},
    seed,
    server::{Server, binary},
};

/// Verifications at once against the silent endpoint.
const HANGING: usize = 1_000;

/// On a server of its own, whose destinations are in the development environment.
pub(super) fn measure(engine: &Engine, plan: &Plan, table: &mut Table) -> Outcome<()> {
    let server = Server::start(engine)?;
    let root = server.get("URL").to_owned();
    let receiver = Receiver::start()?;
    let quick = seed::over_http(&server, "DEVELOPMENT", 1_000, &receiver.url)?;
    let verify = Script::each(&server, &quick, "POST", "/verify", Some("{}"));
    let figure = load::median(&server, plan, &verify, &root)?;
    table.add(Row::figure("verify, fast local endpoint", figure, Some(1_500.0), None));
    let get = Script::each(&server, &quick, "GET", "", None);
    let calm = load::median(&server, plan, &get, &root)?;
    if plan.extent == Extent::Smoke {
        return Ok(());
    }
    let silent = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}/", silent.local_addr()?);
    thread::spawn(move || silent.incoming().collect::<Vec<_>>());
    let hanging = seed::over_http(&server, "DEVELOPMENT", u64::try_from(HANGING)?, &url)?;
    let (failed, surplus, odd) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let (rate, memory, longest) = thread::scope(|scope| -> Outcome<(f64, f64, f64)> {
        let attempts: Vec<_> = hanging
            .iter()
            .map(|id| {
                let call = || attempt(&server, id);
                let (failed, surplus, odd) = (&failed, &surplus, &odd);
                thread::Builder::new().stack_size(256 << 10).spawn_scoped(scope, move || {
                    let (outcome, took) = call();
                    let counter = match outcome {
                        Some(422) => failed,
                        Some(503) => surplus,
                        _ => odd,
                    };
                    counter.fetch_add(1, Ordering::Relaxed);
                    took
                })
            })
            .collect::<Result<_, _>>()?;
        thread::sleep(Duration::from_secs(2));
        let busy = load::once(&server, 6, &get, &root)?;
        let longest =
            attempts.into_iter().filter_map(|attempt| attempt.join().ok()).max().unwrap_or_default();
        Ok((busy.rate, busy.memory, longest.as_secs_f64()))
    })?;
    table.add(Row::at_least("GET one beside 1,000 hanging verifies", "/s", rate, 0.7 * calm.rate));
    table.add(Row::at_most("memory, beside them", "MB", memory, 150.0));
    table.add(Row::at_most("longest of them (cap 10 s)", "s", longest, 12.0));
    let count = |counter: &AtomicUsize| u32::try_from(counter.load(Ordering::Relaxed)).map(f64::from);
    table.add(Row::note("of them, ended at the cap", count(&failed)?));
    table.add(Row::note("of them, 503 overloaded with Retry-After", count(&surplus)?));
    table.add(Row::at_most("of them, answered otherwise", "", count(&odd)?, 0.0));
    Ok(())
}

/// One verification: the status, 503 only if it says when to come again; and how long it took.
fn attempt(server: &Server, id: &str) -> (Option<u16>, Duration) {
    let begun = Instant::now();
    let status =
        reqwest::blocking::Client::builder().no_proxy().timeout(Duration::from_secs(30)).build().and_then(
            |http| {
                let url = server.url(&format!("/destinations/{id}/verify"));
                let answer = http
                    .post(url)
                    .bearer_auth(server.get("TOKEN"))
                    .header("content-type", "application/json")
                    .body("{}")
                    .send()?;
                let is_whole = answer.status() != 503 || answer.headers().contains_key("retry-after");
                Ok(is_whole.then_some(answer.status().as_u16()))
            },
        );
    (status.ok().flatten(), begun.elapsed())
}

/// The sample receiver: answers every challenge at once.
struct Receiver {
    child: Child,
    url: String,
}

impl Receiver {
    fn start() -> Outcome<Self> {
        // A port that is free now; nobody else is here to take it.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let child = Command::new(binary()?)
            .args(["receiver", "--port", &address.port().to_string(), "--token", seed::TOKEN])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        for _ in 0..400 {
            if std::net::TcpStream::connect(address).is_ok() {
                return Ok(Self { child, url: format!("http://{address}/") });
            }
            thread::sleep(Duration::from_millis(10));
        }
        Err("the receiver did not start".into())
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
