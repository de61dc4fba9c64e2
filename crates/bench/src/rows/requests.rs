//! The start, the server at rest, and the requests of the first table.

use std::{thread, time::Duration};

use super::ENDPOINT;
use crate::{
    Outcome, Plan,
    engine::{Engine, Scale},
    load::{self, Script},
    report::{Row, Table},
    seed,
    server::Server,
};

/// Bodies of the writes.
const CREATE: &str = r#"{"name":"Nightly labs","endpoint":"https://labs.example.org/in","verificationToken":"correct-horse-battery"}"#;
const PATCH: &str = r#"{"name":"Renamed N"}"#;

pub(super) fn measure(engine: &Engine, plan: &Plan, table: &mut Table) -> Outcome<()> {
    let server = start(engine, table)?;
    let ids = seed::over_http(&server, "STAGING", 1_000, ENDPOINT)?;
    // Just before the rows that are held against it, for a machine is not equally fast all day.
    table.scale = engine.scale(plan)?;
    requests(&server, plan, table, &ids)
}

/// The median of five starts, and the server of a sixth.
fn start(engine: &Engine, table: &mut Table) -> Outcome<Server> {
    let starts = (0..5).map(|_| Ok(Server::start(engine)?.started_in.as_secs_f64() * 1_000.0));
    let mut starts: Vec<f64> = starts.collect::<Outcome<_>>()?;
    starts.sort_by(f64::total_cmp);
    let median = starts.get(2).copied().unwrap_or_default();
    // On PostgreSQL a start empties the database.
    let server = Server::start(engine)?;
    thread::sleep(Duration::from_secs(1));
    table.add(Row::at_most("start to first answer, empty database", "ms", median, 100.0));
    table.add(Row::at_most("memory, idle", "MB", server.memory(), 25.0));
    Ok(server)
}

fn requests(server: &Server, plan: &Plan, table: &mut Table, ids: &[String]) -> Outcome<()> {
    let ceiling = load::median(server, plan, &Script::get(server), &server.url("/me"))?;
    table.add(Row::figure("ceiling: GET /me", ceiling, None, None));
    let mut peak = ceiling.memory;
    let root = server.get("URL").to_owned();
    let (get, patch) =
        (Script::each(server, ids, "GET", "", None), Script::each(server, ids, "PATCH", "", Some(PATCH)));
    let post = Script::post(server, CREATE);
    let (list, elsewhere) = (server.list("STAGING"), server.list("DEVELOPMENT"));
    // Share of the ceiling; and of the scale of the database, which decides where there is one.
    for (name, script, url, share, of_scale) in [
        ("GET one", get, root.clone(), 0.6, Scale { reads: 18.0 / 56.0, inserts: 0.0 }),
        ("list of 50", Script::get(server), list, 0.25, Scale { reads: 8.0 / 56.0, inserts: 0.0 }),
        ("PATCH", patch, root, 0.25, Scale { reads: 0.0, inserts: 5.0 / 15.0 }),
        ("create with a token", post, elsewhere, 0.3, Scale { reads: 0.0, inserts: 5.5 / 15.0 }),
    ] {
        let figure = load::median(server, plan, &script, &url)?;
        let (bar, slowest) = match table.scale {
            None => (share * ceiling.rate, 10.0),
            Some(scale) => (of_scale.reads * scale.reads + of_scale.inserts * scale.inserts, 15.0),
        };
        table.add(Row::figure(name, figure, Some(bar), Some(slowest)));
        peak = peak.max(figure.memory);
    }
    table.add(Row::at_most("memory, under that load", "MB", peak, 40.0));
    Ok(())
}
