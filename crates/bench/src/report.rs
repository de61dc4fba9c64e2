//! The figures as a table: for the terminal, and as RESULTS.md with what they were taken on.

use std::{fs, process::Command};

use comfy_table::{ContentArrangement, Table as Drawn, presets};

use crate::{Outcome, Plan, engine::Scale, load::Figure};

/// Where the results are kept.
pub(crate) const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/RESULTS.md");

/// One figure against its bar.
pub(crate) struct Row {
    name: String,
    figure: String,
    p99: String,
    cpu: String,
    bar: String,
    ratio: String,
    reached: Option<bool>,
}

/// All figures of one database.
pub(crate) struct Table {
    pub(crate) engine: String,
    pub(crate) scale: Option<Scale>,
    pub(crate) rows: Vec<Row>,
}

impl Table {
    /// Adds a row, and shows it at once.
    pub(crate) fn add(&mut self, row: Row) {
        let reached = row.reached.map_or("", |reached| if reached { "reached" } else { "missed" });
        eprintln!(
            "{:10} {:48} {:>12} {:>9} {:>7} {reached}",
            self.engine, row.name, row.figure, row.p99, row.ratio
        );
        self.rows.push(row);
    }
}

impl Row {
    /// A load; the bar is a rate, and the slowest hundredth has one of its own.
    pub(crate) fn figure(name: &str, figure: Figure, bar: Option<f64>, slowest: Option<f64>) -> Self {
        let is_quick = slowest.is_none_or(|slowest| figure.p99 <= slowest);
        let bars =
            [bar.map(|bar| format!(">= {bar:.0}/s")), slowest.map(|slowest| format!("p99 <= {slowest} ms"))];
        Self {
            name: name.to_owned(),
            figure: format!("{:.0}/s", figure.rate),
            p99: format!("{:.1} ms", figure.p99),
            cpu: format!("{:.0} us", figure.cpu),
            bar: bars.into_iter().flatten().collect::<Vec<_>>().join(", "),
            ratio: bar.map(|bar| format!("{:.2}", figure.rate / bar)).unwrap_or_default(),
            reached: bar.map(|bar| figure.rate >= bar && is_quick),
        }
    }

    /// A figure that is good when it is small.
    pub(crate) fn at_most(name: &str, unit: &str, figure: f64, bar: f64) -> Self {
        Self::plain(name, unit, figure, &format!("<= {bar} {unit}"), figure / bar, figure <= bar)
    }

    /// A figure that is good when it is great.
    pub(crate) fn at_least(name: &str, unit: &str, figure: f64, bar: f64) -> Self {
        Self::plain(name, unit, figure, &format!(">= {bar:.0} {unit}"), figure / bar, figure >= bar)
    }

    /// A figure without a bar.
    pub(crate) fn note(name: &str, figure: f64) -> Self {
        Self {
            bar: String::new(),
            ratio: String::new(),
            reached: None,
            ..Self::at_most(name, "", figure, 1.0)
        }
    }

    fn plain(name: &str, unit: &str, figure: f64, bar: &str, ratio: f64, reached: bool) -> Self {
        Self {
            name: name.to_owned(),
            figure: format!("{figure:.0} {unit}").trim().to_owned(),
            p99: String::new(),
            cpu: String::new(),
            bar: bar.trim().to_owned(),
            ratio: if ratio.is_finite() { format!("{ratio:.2}") } else { String::new() },
            reached: Some(reached),
        }
    }

    fn cells(&self) -> [String; 7] {
        let reached = self.reached.map_or("", |reached| if reached { "yes" } else { "no" });
        [&self.name, &self.figure, &self.p99, &self.cpu, &self.bar, &self.ratio, &reached.to_owned()]
            .map(Clone::clone)
    }
}

const HEADER: [&str; 7] = ["what", "figure", "p99", "CPU per request", "bar", "figure/bar", "reached"];

fn drawn(table: &Table, preset: &str) -> String {
    let mut drawn = Drawn::new();
    drawn.load_preset(preset).set_content_arrangement(ContentArrangement::Disabled).set_header(HEADER);
    for row in &table.rows {
        drawn.add_row(row.cells());
    }
    drawn.to_string()
}

/// For the terminal.
pub(crate) fn terminal(table: &Table) -> String {
    format!("\n{}{}\n{}", table.engine, scaled(table), drawn(table, presets::UTF8_FULL_CONDENSED))
}

fn scaled(table: &Table) -> String {
    table.scale.map_or(String::new(), |Scale { reads, inserts }| {
        format!(" (pgbench beside it: {reads:.0} reads/s, {inserts:.0} inserts/s)")
    })
}

/// RESULTS.md.
pub(crate) fn document(tables: &[Table], plan: &Plan) -> Outcome<String> {
    let mut text = format!(
        "# Results\n\nWritten by `make bench`. Load generator, service and database share the machine, so what counts is \
         how figures stand to each other.\n\n- {}\n- {}\n- {} on {} cores, {}\n- each figure: `wrk -t2 -c32`, {} s, the median of \
         {}; authentication, roles, audit events, sealed secrets, `ETag` and the access log are on\n",
        said("date", &["-u", "+%Y-%m-%d %H:%M UTC"])?,
        [
            said("target/release/waypost-server", &["--version"])?,
            said("rustc", &["--version"])?,
            wrk_version()
        ]
        .join(", "),
        field("/proc/cpuinfo", "model name"),
        std::thread::available_parallelism()?,
        field("/proc/meminfo", "MemTotal"),
        plan.seconds,
        plan.rounds,
    );
    for table in tables {
        let version =
            if table.scale.is_some() { said("psql", &["--version"])? } else { "embedded".to_owned() };
        text.push_str(&format!("\n## {} ({version}){}\n\n", table.engine, scaled(table)));
        text.push_str(&drawn(table, presets::ASCII_MARKDOWN));
        text.push('\n');
    }
    Ok(text)
}

fn said(program: &str, arguments: &[&str]) -> Outcome<String> {
    Ok(String::from_utf8(Command::new(program).args(arguments).output()?.stdout)?.trim().to_owned())
}

/// wrk tells its version only together with its usage, and fails.
fn wrk_version() -> String {
    let output = Command::new("wrk").arg("-v").output().map(|output| output.stdout).unwrap_or_default();
    let text = String::from_utf8_lossy(&output);
    text.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

fn field(file: &str, name: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    line.split_once(':').map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
}
