//! The release binary under load: started in development profile on ports of its own, with its log in a file.

use std::{
    collections::HashMap,
    fs::{self, File},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{Outcome, engine::Engine};

/// A running server; killed when dropped.
pub(crate) struct Server {
    child: Child,
    home: TempDir,
    /// Address of its database.
    pub(crate) database: String,
    /// From the start of the process to its first answer.
    pub(crate) started_in: Duration,
    env: HashMap<String, String>,
}

/// The binary beside this one.
pub(crate) fn binary() -> Outcome<PathBuf> {
    let path = std::env::current_exe()?.with_file_name("waypost-server");
    if path.exists() { Ok(path) } else { Err(format!("{} is missing", path.display()).into()) }
}

impl Server {
    /// On an empty database.
    pub(crate) fn start(engine: &Engine) -> Outcome<Self> {
        let home = tempfile::tempdir()?;
        let database = engine.empty(home.path())?;
        let log = File::create(home.path().join("log"))?;
        let begun = Instant::now();
        let child = Command::new(binary()?)
            .arg("serve")
            .env_clear()
            .env("WAYPOST_BIND", "127.0.0.1:0")
            .env("WAYPOST_ADMIN_BIND", "127.0.0.1:0")
            // On, and out of the way.
            .env("WAYPOST_RATE_LIMIT", "1000000000/300s")
            .env("WAYPOST_DATA_DIR", home.path())
            .env("DATABASE_URL", &database)
            .current_dir(home.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let mut server = Self { child, home, database, started_in: Duration::ZERO, env: HashMap::new() };
        server.wait_until_it_answers(begun)?;
        Ok(server)
    }

    /// `dev.env` says where it listens; the first answer of `/healthz` ends the wait.
    fn wait_until_it_answers(&mut self, begun: Instant) -> Outcome<()> {
        let http = reqwest::blocking::Client::builder().no_proxy().build()?;
        while begun.elapsed() < Duration::from_secs(20) {
            let text = fs::read_to_string(self.home.path().join("dev.env")).unwrap_or_default();
            let pairs =
                text.lines().filter_map(|line| line.strip_prefix("export ").unwrap_or(line).split_once('='));
            self.env =
                pairs.map(|(name, value)| (name.to_owned(), value.trim_matches('"').to_owned())).collect();
            if text.ends_with('\n')
                && let Some(url) = self.env.get("WAYPOST_ADMIN_URL")
                && http.get(format!("{url}/healthz")).send().is_ok_and(|answer| answer.status().is_success())
            {
                self.started_in = begun.elapsed();
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                let log = fs::read_to_string(self.home.path().join("log")).unwrap_or_default();
                return Err(format!("the server ended with {status}: {log}").into());
            }
            thread::sleep(Duration::from_millis(1));
        }
        Err("the server did not answer within 20 s".into())
    }

    /// A line of `dev.env` by its name without `WAYPOST_`.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.env.get(&format!("WAYPOST_{name}")).map(String::as_str).unwrap_or_default()
    }

    /// `<url>/platform/v1<path>`.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}/platform/v1{path}", self.get("URL"))
    }

    /// Where the list of an environment's destinations is; `STAGING`, `DEVELOPMENT` or `PRODUCTION`.
    pub(crate) fn list(&self, environment: &str) -> String {
        self.url(&format!("/environments/{}/destinations", self.get(&format!("{environment}_ID"))))
    }

    /// Resident memory in MB.
    pub(crate) fn memory(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib =
            line.and_then(|rest| rest.trim().split(' ').next()).and_then(|text| text.parse::<f64>().ok());
        kib.unwrap_or_default() / 1024.0
    }

    /// Processor time used so far, in seconds.
    pub(crate) fn cpu(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let fields: Vec<f64> = stat
            .rsplit(')')
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .map(|field| field.parse().unwrap_or_default())
            .collect();
        // User and system time, in the kernel's hundredths of a second.
        fields.get(11..13).map(|times| times.iter().sum::<f64>() / 100.0).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
