//! Lists beside many rows, and of many rows.

use super::ENDPOINT;
use crate::{
    Extent, Outcome, Plan,
    engine::Engine,
    load::{self, Script},
    report::{Row, Table},
    seed,
    server::Server,
};

/// On a server of its own, for a load of writes leaves the rows scattered over the table, and the audit events of a
/// quarter of a million changes to be chained. The list without the other rows is measured there as well.
pub(super) fn measure(engine: &Engine, plan: &Plan, table: &mut Table) -> Outcome<()> {
    let (foreign, many) = match plan.extent {
        Extent::Full => (100_000, 1_000_000),
        Extent::Smoke => (5_000, 0),
    };
    let server = Server::start(engine)?;
    let ids = seed::over_http(&server, "STAGING", 1_000, ENDPOINT)?;
    let template = ids.first().ok_or("nothing was seeded")?;
    let staging = server.list("STAGING");
    let mut lists = Lists { server: &server, plan, table };
    let plain = lists.row("list of 50, before the rows below", &staging, None)?;
    seed::multiplied(&server, template, "DEVELOPMENT", 10_000_000, foreign)?;
    lists.row(&format!("list of 50, beside {foreign} foreign"), &staging, Some(0.9 * plain))?;
    if many == 0 {
        return Ok(());
    }
    seed::multiplied(&server, template, "PRODUCTION", 20_000_000, many)?;
    let all = server.list("PRODUCTION");
    let first = lists.row(&format!("list of 50 of {many}, first page"), &all, Some(0.8 * plain))?;
    let late = seed::page_after(&server, &all, 500_000)?;
    lists.row(&format!("list of 50 of {many}, page 10,000"), &late, Some(0.8 * plain))?;
    for (name, query) in [("status", "status=verified"), ("externalId", "externalId=key-20500000")] {
        lists.row(&format!("{name} filter at {many}"), &format!("{all}?{query}"), Some(0.7 * first))?;
    }
    Ok(())
}

struct Lists<'a> {
    server: &'a Server,
    plan: &'a Plan,
    table: &'a mut Table,
}

impl Lists<'_> {
    /// Measures one; its rate.
    fn row(&mut self, name: &str, url: &str, bar: Option<f64>) -> Outcome<f64> {
        let figure = load::median(self.server, self.plan, &Script::get(self.server), url)?;
        self.table.add(Row::figure(name, figure, bar, None));
        Ok(figure.rate)
    }
}
