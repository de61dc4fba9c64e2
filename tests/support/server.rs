//! The server under test: the real binary on a data directory and a database of its own, with an environment that
//! holds nothing but what the test gives it.

use std::{
    collections::HashMap,
    ffi::OsString,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command as Blocking, Stdio},
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;
use testkit::database::{Raw, is_postgres};
use tokio::process::{Child, Command};

use super::{client::Client, database::Database};

/// The binary beside this test's own executable, or the one `WAYPOST_SERVER_BIN` names.
pub(crate) fn binary() -> PathBuf {
    if let Some(path) = std::env::var_os("WAYPOST_SERVER_BIN") {
        return path.into();
    }
    let this = std::env::current_exe().unwrap();
    let path = this.parent().unwrap().parent().unwrap().join("waypost-server");
    assert!(path.exists(), "{} is missing: run `cargo build -p api` first", path.display());
    path
}

/// Runs the binary to its end with no environment but `env`.
pub(crate) fn run(args: &[&str], env: &[(&str, &str)]) -> Finished {
    let output = Blocking::new(binary()).args(args).env_clear().envs(env.iter().copied()).output().unwrap();
    Finished {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A running server. Killed when dropped; a panic in its log fails the test.
pub(crate) struct Server {
    child: Child,
    home: TempDir,
    env: Vec<(String, String)>,
    dev: HashMap<String, String>,
    schema: Option<testkit::database::Database>,
    /// What starts the binary, whose path and arguments come after it; nothing: directly.
    launcher: &'static [&'static str],
}

impl Server {
    /// With the development profile on free ports of loopback.
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// The same with further environment variables. Where tests run on PostgreSQL and none of them is `DATABASE_URL`,
    /// it gets a schema of its own; else it makes a file in its data directory, as it does when nothing is said.
    pub(crate) async fn start_with(extra: &[(&str, &str)]) -> Self {
        Self::started(extra, &[]).await
    }

    /// The same by a launcher, which is given path and arguments of the binary as its own last arguments.
    pub(crate) async fn started(extra: &[(&str, &str)], launcher: &'static [&'static str]) -> Self {
        let has_database = extra.iter().any(|(name, _)| *name == "DATABASE_URL");
        let schema = (is_postgres() && !has_database).then(testkit::database::Database::fresh);
        let address = schema.as_ref().map(testkit::database::Database::address);
        let mut extra = extra.to_vec();
        extra.extend(address.as_deref().map(|address| ("DATABASE_URL", address)));
        let mut server = Self::spawned(&extra, schema, launcher);
        server.wait_until_ready().await;
        server
    }

    /// Another node on the database of this one, with the same master key. It must be gone before this one is.
    pub(crate) async fn another_node(&self) -> Self {
        let shared = self.shared();
        let shared: Vec<_> = shared.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let mut node = Self::spawned(&shared, None, &[]);
        node.wait_until_ready().await;
        node
    }

    /// What every node of an installation must be told alike.
    fn shared(&self) -> Vec<(String, String)> {
        let own = ["WAYPOST_BIND", "WAYPOST_ADMIN_BIND", "WAYPOST_DATA_DIR"];
        let mut shared: Vec<_> =
            self.env.iter().filter(|(name, _)| !own.contains(&name.as_str())).cloned().collect();
        if !shared.iter().any(|(name, _)| name.starts_with("WAYPOST_MASTER_KEY")) {
            let file = self.data_dir().join("master.key").display().to_string();
            shared.push(("WAYPOST_MASTER_KEY_FILE".to_owned(), file));
        }
        shared
    }

    /// Begins to start; [`Server::wait_until_ready`] must follow.
    pub(crate) fn spawned(
        extra: &[(&str, &str)],
        schema: Option<testkit::database::Database>,
        launcher: &'static [&'static str],
    ) -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut env = vec![
            ("WAYPOST_BIND".to_owned(), "127.0.0.1:0".to_owned()),
            ("WAYPOST_ADMIN_BIND".to_owned(), "127.0.0.1:0".to_owned()),
            ("WAYPOST_DATA_DIR".to_owned(), home.path().join("data").display().to_string()),
        ];
        env.extend(extra.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let child = spawn(launcher, &env, home.path());
        Self { child, home, env, dev: HashMap::new(), schema, launcher }
    }

    /// Starts it again on the same data, after [`Server::kill`] or [`Server::terminate`].
    pub(crate) async fn restart(&mut self) {
        let _ = fs::remove_file(self.data_dir().join("dev.env"));
        self.child = spawn(self.launcher, &self.env, self.home.path());
        self.wait_until_ready().await;
    }

    /// For the next start.
    pub(crate) fn set_env(&mut self, name: &str, value: &str) {
        self.env.retain(|(known, _)| known != name);
        self.env.push((name.to_owned(), value.to_owned()));
    }

    /// `dev.env` is written once the sockets are bound; there is no earlier sign to wait for.
    pub(crate) async fn wait_until_ready(&mut self) {
        const KEYS: [&str; 7] = [
            "WAYPOST_URL",
            "WAYPOST_ADMIN_URL",
            "WAYPOST_TOKEN",
            "WAYPOST_ORGANIZATION_ID",
            "WAYPOST_DEVELOPMENT_ID",
            "WAYPOST_STAGING_ID",
            "WAYPOST_PRODUCTION_ID",
        ];
        for _ in 0..4_000 {
            let text = fs::read_to_string(self.data_dir().join("dev.env")).unwrap_or_default();
            let parsed = parse_env(&text);
            if text.ends_with('\n') && KEYS.iter().all(|key| parsed.contains_key(*key)) {
                self.dev = parsed;
                return;
            }
            if let Some(status) = self.child.try_wait().unwrap() {
                panic!("the server ended with {status}:\n{}", self.log());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("the server did not write dev.env within 20 s:\n{}", self.log());
    }

    /// As by `kill -9`.
    pub(crate) async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    /// Asks it to stop, as an init system would.
    pub(crate) fn send_term(&self) {
        let pid = self.child.id().expect("the server runs").to_string();
        assert!(Blocking::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }

    /// Sets how large a file it may make from now on, in bytes, or `unlimited`: as if the disk were full.
    pub(crate) fn limit_files(&self, bytes: &str) {
        let pid = self.child.id().expect("the server runs").to_string();
        let limit = format!("--fsize={bytes}:");
        assert!(Blocking::new("prlimit").args(["--pid", &pid, &limit]).status().unwrap().success());
    }

    /// Waits for its end; the exit code, if it was not killed.
    pub(crate) async fn ended(&mut self) -> Option<i32> {
        tokio::time::timeout(Duration::from_secs(20), self.child.wait())
            .await
            .expect("it ends")
            .unwrap()
            .code()
    }

    /// A client with the token of `dev.env`: owner, engineer everywhere.
    pub(crate) fn client(&self) -> Client {
        Client::new(self.url(), Some(self.dev("WAYPOST_TOKEN")))
    }

    /// A client without a token.
    pub(crate) fn stranger(&self) -> Client {
        Client::new(self.url(), None)
    }

    /// A new user with this role in this environment.
    pub(crate) fn caller(&self, role: &str, environment: &str) -> Client {
        let user = self.new_user(&[]);
        self.admin(&["role", "set", "--user", &user, "--environment", environment, "--role", role]);
        self.client_for(&user)
    }

    /// A new user; `["--staff"]` makes platform staff.
    pub(crate) fn new_user(&self, flags: &[&str]) -> String {
        let made = self.admin(&[&["user", "create", "--name", "Somebody"], flags].concat());
        made["id"].as_str().unwrap().to_owned()
    }

    /// A client with a fresh token of this user.
    pub(crate) fn client_for(&self, user: &str) -> Client {
        let token = self.admin(&["token", "--user", user]);
        Client::new(self.url(), Some(token["token"].as_str().unwrap()))
    }

    /// Runs `waypost-server admin ...` beside the running server; its one JSON object.
    pub(crate) fn admin(&self, args: &[&str]) -> Value {
        let args = [&["admin"], args, &["--output", "json"]].concat();
        let done = run(&args, &self.env());
        assert_eq!(done.code, Some(0), "{args:?}: {done:?}");
        serde_json::from_str(&done.stdout).unwrap_or_else(|_| panic!("{args:?} printed {:?}", done.stdout))
    }

    /// Its environment, for commands on the same data.
    pub(crate) fn env(&self) -> Vec<(&str, &str)> {
        self.env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    /// `http://127.0.0.1:<port>`.
    pub(crate) fn url(&self) -> &str {
        self.dev("WAYPOST_URL").trim_end_matches('/')
    }

    /// The address of health and metrics.
    pub(crate) fn admin_url(&self) -> &str {
        self.dev("WAYPOST_ADMIN_URL").trim_end_matches('/')
    }

    pub(crate) fn organization(&self) -> &str {
        self.dev("WAYPOST_ORGANIZATION_ID")
    }

    pub(crate) fn development(&self) -> &str {
        self.dev("WAYPOST_DEVELOPMENT_ID")
    }

    pub(crate) fn staging(&self) -> &str {
        self.dev("WAYPOST_STAGING_ID")
    }

    pub(crate) fn production(&self) -> &str {
        self.dev("WAYPOST_PRODUCTION_ID")
    }

    /// A line of `dev.env`.
    pub(crate) fn dev(&self, name: &str) -> &str {
        &self.dev[name]
    }

    /// Its database, as `DATABASE_URL` takes it.
    pub(crate) fn database_url(&self) -> String {
        let given = self.env.iter().find(|(name, _)| name == "DATABASE_URL").map(|(_, url)| url.clone());
        given.unwrap_or_else(|| format!("sqlite://{}", self.data_dir().join("waypost.db").display()))
    }

    /// A look into its database.
    pub(crate) fn database(&self) -> Database {
        Database::open(&self.database_url())
    }

    /// Changes its database while it does not run, as somebody with access to it could.
    pub(crate) fn tamper(&self, statement: &str) {
        Raw::open(&self.database_url()).execute(statement);
    }

    /// Ends all its connections to PostgreSQL; how many there were.
    pub(crate) fn cut_connections(&self) -> usize {
        self.schema.as_ref().expect("a schema of its own").cut()
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// All that it printed so far, over restarts.
    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.home.path().join("log")).unwrap_or_default()).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.start_kill();
        let log = self.log();
        if std::thread::panicking() {
            let skipped = log.lines().count().saturating_sub(40);
            let tail: Vec<&str> = log.lines().skip(skipped).collect();
            eprintln!("the server's last words:\n{}", tail.join("\n"));
        } else {
            assert!(!log.contains("panicked at"), "the server panicked:\n{log}");
        }
    }
}

fn spawn(launcher: &[&str], env: &[(String, String)], home: &Path) -> Child {
    let log = File::options().create(true).append(true).open(home.join("log")).unwrap();
    let mut words: Vec<OsString> = launcher.iter().map(OsString::from).collect();
    words.extend([binary().into(), "serve".into()]);
    Command::new(&words[0])
        .args(&words[1..])
        .env_clear()
        .envs(env.iter().map(|(name, value)| (name, value)))
        .current_dir(home)
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

/// `NAME=value` lines, as a shell reads them.
fn parse_env(text: &str) -> HashMap<String, String> {
    text.lines()
        .map(|line| line.strip_prefix("export ").unwrap_or(line))
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.trim_matches(['"', '\'']).to_owned()))
        .collect()
}
