//! Rows to measure with: some made over HTTP, with tokens and audit events; many by multiplying one of them inside the
//! database, which says the same about reading and takes seconds instead of minutes.

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use crate::{Outcome, engine::Raw, server::Server};

/// The verification token of what is made over HTTP.
pub(crate) const TOKEN: &str = "correct-horse-battery";

/// Rows per statement.
const CHUNK: u64 = 20_000;

fn bar(total: u64, what: &str) -> Outcome<ProgressBar> {
    let style = ProgressStyle::with_template("{msg:32} {bar:30} {pos}/{len} {per_sec} eta {eta}")?;
    Ok(ProgressBar::new(total).with_style(style).with_message(what.to_owned()))
}

fn client() -> Outcome<reqwest::blocking::Client> {
    Ok(reqwest::blocking::Client::builder().no_proxy().timeout(std::time::Duration::from_secs(60)).build()?)
}

/// Makes destinations over HTTP; their ids.
pub(crate) fn over_http(
    server: &Server,
    environment: &str,
    count: u64,
    endpoint: &str,
) -> Outcome<Vec<String>> {
    let (http, bar) = (client()?, bar(count, &format!("making, in {}", environment.to_lowercase()))?);
    let mut ids = Vec::new();
    for number in 0..count {
        let body = json!({
            "name": format!("Labs {number}"), "endpoint": endpoint, "verificationToken": TOKEN,
        });
        let answer =
            http.post(server.list(environment)).bearer_auth(server.get("TOKEN")).json(&body).send()?;
        let made: Value = answer.error_for_status()?.json()?;
        let id = made.pointer("/payload/destination/id").and_then(Value::as_str).ok_or("no id")?;
        ids.push(id.to_owned());
        bar.inc(1);
    }
    bar.finish();
    settle(server)?;
    Ok(ids)
}

/// Multiplies a destination into an environment: distinct ids, names and external ids, a millisecond apart, one in a
/// hundred verified.
pub(crate) fn multiplied(
    server: &Server,
    template: &str,
    environment: &str,
    from: u64,
    count: u64,
) -> Outcome<()> {
    let mut raw = Raw::open(&server.database)?;
    let environment_id = server.get(&format!("{environment}_ID"));
    let is_postgres = matches!(raw, Raw::Postgres(_));
    let columns = raw.texts(if is_postgres {
        "select column_name::text as value from information_schema.columns
         where table_name = 'destinations' and table_schema = current_schema"
    } else {
        "select '\"' || name || '\"' as value from pragma_table_info('destinations')"
    })?;
    let values: Vec<String> =
        columns.iter().map(|column| value(column.trim_matches('"'), environment_id, is_postgres)).collect();
    let bar = bar(count, &format!("multiplying, in {}", environment.to_lowercase()))?;
    let mut done = 0;
    while done < count {
        let (first, last) = (from + done, from + (done + CHUNK).min(count) - 1);
        let numbers = if is_postgres {
            format!("(select generate_series({first}, {last}) as i) n")
        } else {
            format!(
                "(with recursive n(i) as (select {first} union all select i + 1 from n where i < {last})
                  select i from n) n"
            )
        };
        raw.execute(&format!(
            "insert into destinations ({}) select {} from destinations d, {numbers} where d.id = '{template}'",
            columns.join(", "),
            values.join(", ")
        ))?;
        done = (done + CHUNK).min(count);
        bar.set_position(done);
    }
    bar.finish();
    settle(server)
}

/// What a database at rest does by itself within a minute.
fn settle(server: &Server) -> Outcome<()> {
    let mut raw = Raw::open(&server.database)?;
    let is_postgres = matches!(raw, Raw::Postgres(_));
    raw.execute(if is_postgres { "vacuum analyze destinations" } else { "pragma wal_checkpoint(truncate)" })
}

/// The SQL of a column of the `i`-th copy.
fn value(column: &str, environment: &str, is_postgres: bool) -> String {
    let verified = |value: &str| format!("case when i % 100 = 0 then {value} end");
    let time = if is_postgres {
        "to_timestamp(1700000000 + i / 1000.0)"
    } else {
        "strftime('%Y-%m-%dT%H:%M:%fZ', 1700000000 + i / 1000.0, 'unixepoch')"
    };
    match column {
        "id" if is_postgres => {
            "(lpad(to_hex(i), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid".to_owned()
        }
        "id" => "printf('%08x-0000-7000-8000-%012x', i, i)".to_owned(),
        "environment_id" if is_postgres => format!("'{environment}'::uuid"),
        "environment_id" => format!("'{environment}'"),
        "external_id" => "'key-' || i".to_owned(),
        "name" => "'Copy ' || i".to_owned(),
        "name_key" => "'copy ' || i".to_owned(),
        "status" => "case when i % 100 = 0 then 'verified' else 'configured' end".to_owned(),
        "verified_at" => verified(time),
        "verified_skipped" => verified(if is_postgres { "false" } else { "0" }),
        "verified_fingerprint" => verified("'r1'"),
        "created_at" | "updated_at" => time.to_owned(),
        other if is_postgres => format!("d.{other}"),
        other => format!("d.\"{other}\""),
    }
}

/// The URL of the page of 50 that begins after so many rows: walked by cursor, as anybody would.
pub(crate) fn page_after(server: &Server, list: &str, rows: u64) -> Outcome<String> {
    let (http, bar) = (client()?, bar(rows, "walking")?);
    let mut cursor = String::new();
    for _ in 0..rows.div_ceil(200) {
        let url = if cursor.is_empty() {
            format!("{list}?_count=200")
        } else {
            format!("{list}?_count=200&_cursor={cursor}")
        };
        let page: Value =
            http.get(url).bearer_auth(server.get("TOKEN")).send()?.error_for_status()?.json()?;
        cursor =
            page.pointer("/meta/page/nextCursor").and_then(Value::as_str).ok_or("too few rows")?.to_owned();
        bar.inc(200);
    }
    bar.finish();
    Ok(format!("{list}?_cursor={cursor}"))
}
