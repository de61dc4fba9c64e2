//! What is measured, in the order of the project's tables of speed.

mod verifies;

use crate::{
    Extent, Outcome, Plan,
    engine::{Engine, Scale},
    load::{self, Figure, Script},
    report::{Row, Table},
    seed,
    server::Server,
};

/// Bodies of the writes.
const CREATE: &str = r#"{"name":"Nightly labs","endpoint":"https://labs.example.org/in","verificationToken":"correct-horse-battery"}"#;
const PATCH: &str = r#"{"name":"Renamed N"}"#;
const ENDPOINT: &str = "https://labs.example.org/in";

/// A server under measurement, and what is known of it so far.
struct Bench<'a> {
    server: Server,
    plan: &'a Plan,
    table: Table,
    ceiling: f64,
}

/// Everything on one database.
pub(crate) fn measure(engine: &Engine, plan: &Plan) -> Outcome<Table> {
    let (foreign, many) = match plan.extent {
        Extent::Full => (100_000, 1_000_000),
        Extent::Smoke => (5_000, 0),
    };
    let table = Table { engine: engine.to_string(), scale: None, rows: Vec::new() };
    let server = Server::start(engine)?;
    let mut bench = Bench { server, plan, table, ceiling: f64::INFINITY };
    bench.start(engine)?;
    let ids = seed::over_http(&bench.server, "STAGING", 1_000, ENDPOINT)?;
    // Just before the rows that are held against it, for a machine is not equally fast all day.
    bench.table.scale = engine.scale(plan)?;
    let plain = bench.requests(&ids)?;
    let template = ids.first().ok_or("nothing was seeded")?;
    seed::multiplied(&bench.server, template, "DEVELOPMENT", 10_000_000, foreign)?;
    bench.list(&format!("list of 50, beside {foreign} foreign"), "STAGING", "", plain, 0.9)?;
    if many > 0 {
        seed::multiplied(&bench.server, template, "PRODUCTION", 20_000_000, many)?;
        let first = bench.list(&format!("list of 50 of {many}, first page"), "PRODUCTION", "", plain, 0.8)?;
        let late = seed::page_after(&bench.server, &bench.server.list("PRODUCTION"), 500_000)?;
        bench.page(&format!("list of 50 of {many}, page 10,000"), &late, plain, 0.8)?;
        bench.list(&format!("status filter at {many}"), "PRODUCTION", "?status=verified", first, 0.7)?;
        bench.list(
            &format!("externalId filter at {many}"),
            "PRODUCTION",
            "?externalId=key-20500000",
            first,
            0.7,
        )?;
    }
    drop(bench.server);
    let mut table = bench.table;
    verifies::measure(engine, plan, &mut table)?;
    Ok(table)
}

impl Bench<'_> {
    /// Whether the row was asked for.
    fn wants(&self, name: &str) -> bool {
        self.plan.rows.as_ref().is_none_or(|part| name.contains(part.as_str()))
    }

    fn start(&mut self, engine: &Engine) -> Outcome<()> {
        let starts = (0..5).map(|_| Ok(Server::start(engine)?.started_in.as_secs_f64() * 1_000.0));
        // On PostgreSQL a start empties the database, so the server under load is started again at the end.
        let mut starts: Vec<f64> = starts.collect::<Outcome<_>>()?;
        starts.sort_by(f64::total_cmp);
        let median = starts.get(2).copied().unwrap_or_default();
        self.server = Server::start(engine)?;
        std::thread::sleep(std::time::Duration::from_secs(1));
        let idle = self.server.memory();
        self.table.add(Row::at_most("start to first answer, empty database", "ms", median, 100.0));
        self.table.add(Row::at_most("memory, idle", "MB", idle, 25.0));
        Ok(())
    }

    /// The requests of the first table; the list's rate.
    fn requests(&mut self, ids: &[String]) -> Outcome<f64> {
        let (server, plan) = (&self.server, self.plan);
        let ceiling = load::median(server, plan, &Script::get(server), &server.url("/me"))?;
        self.ceiling = ceiling.rate;
        self.table.add(Row::figure("ceiling: GET /me", ceiling, None, None));
        let mut peak = ceiling.memory;
        let root = server.get("URL").to_owned();
        let (get, patch) =
            (Script::each(server, ids, "GET", "", None), Script::each(server, ids, "PATCH", "", Some(PATCH)));
        let post = Script::post(server, CREATE);
        let (list, elsewhere) = (server.list("STAGING"), server.list("DEVELOPMENT"));
        let mut listed = 0.0;
        // Share of the ceiling; and of the scale of the database, which decides where there is one.
        for (name, script, url, share, of_scale) in [
            ("GET one", get, root.clone(), 0.6, Scale { reads: 18.0 / 56.0, inserts: 0.0 }),
            ("list of 50", Script::get(server), list, 0.25, Scale { reads: 8.0 / 56.0, inserts: 0.0 }),
            ("PATCH", patch, root, 0.25, Scale { reads: 0.0, inserts: 5.0 / 15.0 }),
            ("create with a token", post, elsewhere, 0.3, Scale { reads: 0.0, inserts: 5.5 / 15.0 }),
        ] {
            let figure = load::median(&self.server, plan, &script, &url)?;
            let bar = match self.table.scale {
                None => share * self.ceiling,
                Some(scale) => of_scale.reads * scale.reads + of_scale.inserts * scale.inserts,
            };
            let slowest = if self.table.scale.is_none() { 10.0 } else { 15.0 };
            self.table.add(Row::figure(name, figure, Some(bar), Some(slowest)));
            peak = peak.max(figure.memory);
            if name == "list of 50" {
                listed = figure.rate;
            }
        }
        self.table.add(Row::at_most("memory, under that load", "MB", peak, 40.0));
        Ok(listed)
    }

    fn list(&mut self, name: &str, environment: &str, query: &str, of: f64, share: f64) -> Outcome<f64> {
        let url = format!("{}{query}", self.server.list(environment));
        self.page(name, &url, of, share)
    }

    /// A list, with its bar as a share of another list's rate.
    fn page(&mut self, name: &str, url: &str, of: f64, share: f64) -> Outcome<f64> {
        if !self.wants(name) {
            return Ok(of);
        }
        let figure: Figure = load::median(&self.server, self.plan, &Script::get(&self.server), url)?;
        self.table.add(Row::figure(name, figure, Some(of * share), None));
        Ok(figure.rate)
    }
}
