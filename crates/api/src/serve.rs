//! `waypost-server serve`: binds, bootstraps a development installation, serves until told to stop.

use std::{io, net::SocketAddr, process};

use actix_web::{App, HttpServer, dev::ServerHandle, middleware::from_fn, web};
use tokio::signal::unix::{SignalKind, signal};
use utoipa_actix_web::AppExt;

use crate::{
    config::{Profile, Settings},
    development,
    document::Document,
    health,
    housekeeping::Housekeeping,
    middleware::{problems, request_id},
    routes,
    state::State,
    wiring::{Foundation, StartFailure, failure, open_outbound},
};

/// Seconds that requests in flight have to finish after SIGTERM: more than the longest verification by default.
const GRACE_SECONDS: u64 = 30;
/// The exit code of a second signal, as shells have it for SIGINT.
const EXIT_BY_SIGNAL: i32 = 130;
/// Largest request head, and the time it may take to arrive.
const HEAD_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(5);

/// Serves until SIGTERM or SIGINT.
pub async fn run(mut settings: Settings) -> Result<(), StartFailure> {
    if settings.extra_ca_file.is_some() {
        // A wrong file stops the start before anything is written.
        open_outbound(&settings, Vec::new())?;
    }
    // Takes as long as opening the database, and needs nothing of it.
    let document = std::thread::spawn(Document::build);
    let foundation = Foundation::open(&mut settings).await?;
    let (api, bind) = listen("WAYPOST_BIND", settings.bind)?;
    let (admin, admin_bind) = listen("WAYPOST_ADMIN_BIND", settings.admin_bind)?;
    let url = format!("http://{bind}");
    let public_url = settings.public_url.clone().unwrap_or_else(|| url.clone());
    if settings.profile == Profile::Development {
        development::prepare(&foundation, &settings, &url, &format!("http://{admin_bind}")).await?;
    }
    let document = document.join().map_err(|_| failure("the API description could not be built"))?;
    let state = foundation.into_state(&settings, document, public_url, vec![bind, admin_bind])?;
    let state = web::Data::new(state);
    let api = serve_api(api, state.clone())?;
    let admin = serve_admin(admin, state.clone())?;
    let housekeeping = Housekeeping::start(&state);
    announce(&settings, &url, admin_bind);
    let admin_handle = admin.handle();
    let signals = actix_web::rt::spawn(obey_signals(api.handle()));
    let admin = actix_web::rt::spawn(admin);
    let outcome = api.await;
    signals.abort();
    admin_handle.stop(false).await;
    drop(admin.await);
    drop(housekeeping);
    state.store.close().await;
    outcome.map_err(failure)
}

fn listen(variable: &str, address: SocketAddr) -> Result<(std::net::TcpListener, SocketAddr), StartFailure> {
    let bound = std::net::TcpListener::bind(address).and_then(|listener| {
        let address = listener.local_addr()?;
        Ok((listener, address))
    });
    bound.map_err(|error| StartFailure(format!("{variable}: cannot listen on {address}: {error}")))
}

fn serve_api(
    listener: std::net::TcpListener,
    state: web::Data<State>,
) -> Result<actix_web::dev::Server, StartFailure> {
    let server = HttpServer::new(move || {
        let (app, _) = App::new()
            .into_utoipa_app()
            .app_data(state.clone())
            .app_data(web::PayloadConfig::new(crate::extract::body::MAX_BYTES))
            .configure(routes::mount)
            .split_for_parts();
        app.configure(routes::pages::mount)
            .default_service(web::to(routes::unmatched))
            .wrap(from_fn(problems::render))
            .wrap(from_fn(request_id::attach))
    });
    server
        .disable_signals()
        .client_request_timeout(HEAD_TIMEOUT)
        .shutdown_timeout(GRACE_SECONDS)
        .listen(listener)
        .map(HttpServer::run)
        .map_err(failure)
}

fn serve_admin(
    listener: std::net::TcpListener,
    state: web::Data<State>,
) -> Result<actix_web::dev::Server, StartFailure> {
    let server = HttpServer::new(move || App::new().app_data(state.clone()).configure(health::mount));
    server.workers(1).disable_signals().listen(listener).map(HttpServer::run).map_err(failure)
}

/// The first SIGTERM or SIGINT lets requests in flight finish; a second one ends the process at once.
async fn obey_signals(api: ServerHandle) -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    for is_first in [true, false] {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        if is_first {
            tracing::info!("stopping: requests in flight are finished; a second signal ends at once");
            actix_web::rt::spawn(api.stop(true));
        }
    }
    // Whatever was answered is on disk already.
    process::exit(EXIT_BY_SIGNAL)
}

/// Tells a person where to go. To standard output; the log goes to standard error.
fn announce(settings: &Settings, url: &str, admin_bind: SocketAddr) {
    let mut lines = vec![
        format!("Waypost listens on {url}"),
        format!("  API docs  {url}/docs/"),
        format!("  Health    http://{admin_bind}/healthz"),
    ];
    if settings.profile == Profile::Development {
        let file = settings.data_dir.join("dev.env");
        let file = file.display();
        let file = if settings.data_dir.is_absolute() || settings.data_dir.starts_with(".") {
            file.to_string()
        } else {
            format!("./{file}")
        };
        lines.push(format!("  Token     in {file}, for 24 hours"));
        lines.push("Next, in another terminal:".to_owned());
        lines.push(format!("  . {file}"));
        lines.push(
            "  curl -s -H \"Authorization: Bearer $WAYPOST_TOKEN\" $WAYPOST_URL/platform/v1/me".to_owned(),
        );
    }
    let mut out = io::stdout().lock();
    for line in lines {
        // Nobody reads it; serving goes on.
        if io::Write::write_fmt(&mut out, format_args!("{line}\n")).is_err() {
            break;
        }
    }
}
