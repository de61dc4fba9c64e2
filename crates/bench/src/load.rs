//! Load by `wrk`: two threads, 32 connections kept alive, and a script that makes the requests.

use std::{process::Command, time::Duration};

use crate::{Outcome, Plan, server::Server};

/// What came of a load.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Figure {
    /// Requests per second.
    pub(crate) rate: f64,
    /// The slowest hundredth took longer than this, in milliseconds.
    pub(crate) p99: f64,
    /// Peak of resident memory, in MB.
    pub(crate) memory: f64,
    /// Processor time per 1,000 requests, in milliseconds.
    pub(crate) cpu: f64,
}

/// The requests of a load, as Lua.
pub(crate) struct Script(String);

impl Script {
    /// The same GET again and again.
    pub(crate) fn get(server: &Server) -> Self {
        Self(headers(server))
    }

    /// A request for one of these ids, picked at random: method, path around the id, and body, in which `N` becomes a
    /// number that differs each time.
    pub(crate) fn each(
        server: &Server,
        ids: &[String],
        method: &str,
        behind: &str,
        body: Option<&str>,
    ) -> Self {
        let listed: Vec<String> = ids.iter().map(|id| format!("\"{id}\"")).collect();
        let body =
            body.map_or("nil".to_owned(), |body| format!("string.gsub('{body}', 'N', tostring(n), 1)"));
        Self(format!(
            "{}\nlocal ids = {{{}}}\nlocal n = 0\n{PER_THREAD}\nfunction request()\n  n = n + 1\n  local body = {body}\n  \
             return wrk.format(\"{method}\", \"/platform/v1/destinations/\" .. pick(ids) .. \"{behind}\", nil, body)\nend\n",
            headers(server),
            listed.join(",")
        ))
    }

    /// The same POST again and again.
    pub(crate) fn post(server: &Server, body: &str) -> Self {
        Self(format!("{}\nwrk.method = \"POST\"\nwrk.body = '{body}'\n", headers(server)))
    }
}

/// Each of wrk's threads takes its own half of the ids in turn, so that no two requests under way are about the same.
const PER_THREAD: &str = "local threads = 0\nfunction setup(thread) thread:set('number', threads) threads = threads + 1 end\n\
    function pick(ids) local half = math.floor(#ids / 2) return ids[number * half + n % half + 1] end";

fn headers(server: &Server) -> String {
    format!(
        "wrk.headers[\"Authorization\"] = \"Bearer {}\"\nwrk.headers[\"Content-Type\"] = \"application/json\"\n",
        server.get("TOKEN")
    )
}

/// Takes a figure as often as the plan says; the median by rate.
pub(crate) fn median(server: &Server, plan: &Plan, script: &Script, url: &str) -> Outcome<Figure> {
    let mut figures =
        (0..plan.rounds).map(|_| once(server, plan.seconds, script, url)).collect::<Outcome<Vec<_>>>()?;
    figures.sort_by(|one, other| one.rate.total_cmp(&other.rate));
    figures.get(figures.len() / 2).copied().ok_or_else(|| "no round".into())
}

/// One load; fails if any answer was not 2xx.
pub(crate) fn once(server: &Server, seconds: u32, script: &Script, url: &str) -> Outcome<Figure> {
    let file = tempfile::NamedTempFile::with_suffix(".lua")?;
    std::fs::write(file.path(), &script.0)?;
    let before = server.cpu();
    let mut wrk = Command::new("wrk")
        .args(["-t2", "-c32", &format!("-d{seconds}s"), "--latency", "-s"])
        .arg(file.path())
        .arg(url)
        .stdout(std::process::Stdio::piped())
        .spawn()?;
    let mut memory = server.memory();
    while wrk.try_wait()?.is_none() {
        std::thread::sleep(Duration::from_millis(200));
        memory = memory.max(server.memory());
    }
    let text = String::from_utf8(wrk.wait_with_output()?.stdout)?;
    let (rate, p99) = parse(&text)?;
    let requests = rate * f64::from(seconds);
    Ok(Figure { rate, p99, memory, cpu: (server.cpu() - before) / requests * 1_000_000.0 })
}

/// Requests per second and the 99th percentile in milliseconds, out of wrk's report.
fn parse(text: &str) -> Outcome<(f64, f64)> {
    let after = |label: &str| {
        let line = text.lines().find_map(|line| line.trim().strip_prefix(label))?;
        line.split_whitespace().next().map(str::to_owned)
    };
    if let Some(count) = after("Non-2xx or 3xx responses:") {
        return Err(format!("{count} answers were not 2xx").into());
    }
    if let Some(errors) = text.lines().find(|line| line.contains("Socket errors")) {
        return Err(errors.trim().to_owned().into());
    }
    let rate = after("Requests/sec:").and_then(|number| number.parse().ok());
    let p99 = after("99%").and_then(|time| millis(&time));
    rate.zip(p99).ok_or_else(|| format!("wrk said: {text}").into())
}

fn millis(text: &str) -> Option<f64> {
    let units = [("us", 0.001), ("ms", 1.0), ("s", 1_000.0)];
    let (number, factor) =
        units.iter().find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, factor)))?;
    Some(number.parse::<f64>().ok()? * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "  Latency Distribution\n     50%    1.20ms\n     99%    3.65ms\n  9 requests\nRequests/sec:  21038.22\n";

    #[test]
    fn a_report_of_wrk_is_understood() {
        assert_eq!(parse(REPORT).unwrap(), (21_038.22, 3.65));
        assert_eq!(millis("500.00us"), Some(0.5));
        assert_eq!(millis("1.50s"), Some(1_500.0));
    }

    #[test]
    fn a_load_with_a_refused_request_gives_no_figure() {
        assert!(parse(&format!("{REPORT}  Non-2xx or 3xx responses: 3\n")).is_err());
        assert!(parse(&format!("{REPORT}  Socket errors: connect 0, read 1, write 0, timeout 0\n")).is_err());
        assert!(parse("").is_err());
    }
}
