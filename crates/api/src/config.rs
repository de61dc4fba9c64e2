//! Configuration: environment variables, each also a flag. A wrong value stops the start with one line that names
//! the variable and what it takes.

mod sign_in;

use std::{fs, net::SocketAddr, path::PathBuf, time::Duration};

use clap::Args;
use domain::{endpoint::Endpoint, environment::EnvironmentFlag, secret::SecretText};
use ipnet::IpNet;
use persistence::sealing::MasterKey;

use self::sign_in::RawSignIn;
pub use self::sign_in::{ProviderSettings, SignIn};
use crate::limits::RateLimit;

/// The variables as they were given: texts, not yet looked at.
#[derive(Debug, Args)]
#[command(next_help_heading = "Configuration")]
pub struct RawSettings {
    /// `development` (bootstraps itself, loopback only) or `production`.
    #[arg(long, global = true, env = "WAYPOST_PROFILE", default_value = "development")]
    profile: String,
    /// Address of the API.
    #[arg(long, global = true, env = "WAYPOST_BIND", default_value = "127.0.0.1:8080")]
    bind: String,
    /// Address of health and metrics.
    #[arg(long, global = true, env = "WAYPOST_ADMIN_BIND", default_value = "127.0.0.1:8081")]
    admin_bind: String,
    /// Folder of the embedded database, and in development of the master key and dev.env.
    #[arg(long, global = true, env = "WAYPOST_DATA_DIR", default_value = "./data")]
    data_dir: PathBuf,
    /// The database: sqlite://<path> or postgres://... Default: waypost.db in the data folder.
    #[arg(long, global = true, env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// Connections that read, 1 to 256.
    #[arg(long, global = true, env = "WAYPOST_DATABASE_READERS", default_value = "4")]
    database_readers: String,
    /// Connections that write, 1 to 256; SQLite always has one.
    #[arg(long, global = true, env = "WAYPOST_DATABASE_WRITERS", default_value = "2")]
    database_writers: String,
    /// Where callers reach the API, without a slash at its end. Default: http:// and the address of the API.
    #[arg(long, global = true, env = "WAYPOST_PUBLIC_URL")]
    public_url: Option<String>,
    /// 32 bytes in base64 that seal every secret; after a comma older keys, which still open. Prefer the file: a flag
    /// shows in the list of processes.
    #[arg(long, global = true, env = "WAYPOST_MASTER_KEY", hide_env_values = true)]
    master_key: Option<String>,
    /// File that holds the master key, or several, as the variable would.
    #[arg(long, global = true, env = "WAYPOST_MASTER_KEY_FILE")]
    master_key_file: Option<PathBuf>,
    /// Networks that may be called although they are not public: CIDRs, separated by commas; empty: none. Default:
    /// none, in development loopback.
    #[arg(long, global = true, env = "WAYPOST_ALLOWED_NETWORKS")]
    allowed_networks: Option<String>,
    /// PEM file of certificate authorities to trust beside the system's.
    #[arg(long, global = true, env = "WAYPOST_EXTRA_CA_FILE")]
    extra_ca_file: Option<PathBuf>,
    /// Cap of a whole verification, 1s to 5m.
    #[arg(long, global = true, env = "WAYPOST_VERIFY_TIMEOUT", default_value = "10s")]
    verify_timeout: String,
    /// Requests that a caller may make in a time, such as 10000/300s; `off`: as many as it likes.
    #[arg(long, global = true, env = "WAYPOST_RATE_LIMIT", default_value = "10000/300s")]
    rate_limit: String,
    #[command(flatten)]
    sign_in: RawSignIn,
    /// Which log lines: error, warn, info, debug, trace, or a filter such as `info,api=debug`.
    #[arg(long, global = true, env = "WAYPOST_LOG", default_value = "info")]
    log: String,
    /// `text` or `json`.
    #[arg(long, global = true, env = "WAYPOST_LOG_FORMAT", default_value = "text")]
    log_format: String,
}

/// What kind of installation this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Bootstraps itself, makes its own master key, listens on loopback only.
    Development,
    /// Needs a master key, writes no token.
    Production,
}

impl Profile {
    /// The kind of environment that an installation itself is, for URLs that belong to none: whether they may be plain
    /// `http`.
    pub fn flag(self) -> EnvironmentFlag {
        match self {
            Self::Development => EnvironmentFlag::Development,
            Self::Production => EnvironmentFlag::Production,
        }
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Where the master key comes from.
pub enum MasterKeySource {
    /// They were configured: the first seals, all open.
    Given(Vec<MasterKey>),
    /// This file, made on first use; development only.
    Made(PathBuf),
}

/// The configuration, checked.
pub struct Settings {
    /// Kind of installation.
    pub profile: Profile,
    /// Address of the API.
    pub bind: SocketAddr,
    /// Address of health and metrics.
    pub admin_bind: SocketAddr,
    /// Folder for what the server keeps.
    pub data_dir: PathBuf,
    /// `sqlite://...` or `postgres://...`
    pub database_url: String,
    /// Its connections.
    pub database_options: persistence::Options,
    /// Without a slash at its end; `None`: from the address.
    pub public_url: Option<String>,
    master_key: Option<MasterKeySource>,
    /// Exceptions of the guard.
    pub allowed_networks: Vec<IpNet>,
    /// Further authorities.
    pub extra_ca_file: Option<PathBuf>,
    /// Cap of a whole verification.
    pub verify_timeout: Duration,
    /// How often a caller may call.
    pub rate_limit: Option<RateLimit>,
    /// How people and pipelines sign in.
    pub sign_in: SignIn,
    /// Filter of the log.
    pub log: String,
    /// Its look.
    pub log_format: LogFormat,
}

/// One line: which variable, and what it takes.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{variable}: {expected}")]
pub struct ConfigError {
    variable: &'static str,
    expected: String,
}

fn wrong(variable: &'static str, expected: impl Into<String>) -> ConfigError {
    ConfigError { variable, expected: expected.into() }
}

impl RawSettings {
    /// Checks every value; fails with the first that is wrong.
    pub fn check(self) -> Result<Settings, ConfigError> {
        let profile = match self.profile.as_str() {
            "development" => Profile::Development,
            "production" => Profile::Production,
            _ => return Err(wrong("WAYPOST_PROFILE", "takes development or production")),
        };
        let log_format = match self.log_format.as_str() {
            "text" => LogFormat::Text,
            "json" => LogFormat::Json,
            _ => return Err(wrong("WAYPOST_LOG_FORMAT", "takes text or json")),
        };
        let bind = parse_address("WAYPOST_BIND", &self.bind, profile)?;
        let admin_bind = parse_address("WAYPOST_ADMIN_BIND", &self.admin_bind, profile)?;
        crate::logging::parse_filter(&self.log).map_err(|_| {
            wrong("WAYPOST_LOG", "takes a level (error, warn, info, debug, trace) or a filter")
        })?;
        let master_key = find_master_key(self.master_key, self.master_key_file, &self.data_dir, profile)?;
        Ok(Settings {
            bind,
            admin_bind,
            database_url: check_database_url(self.database_url, &self.data_dir)?,
            database_options: persistence::Options {
                readers: parse_connections("WAYPOST_DATABASE_READERS", &self.database_readers)?,
                writers: parse_connections("WAYPOST_DATABASE_WRITERS", &self.database_writers)?,
                ..persistence::Options::default()
            },
            public_url: self.public_url.map(|text| check_public_url(&text)).transpose()?,
            master_key: Some(master_key),
            allowed_networks: parse_networks(self.allowed_networks.as_deref(), profile)?,
            extra_ca_file: self.extra_ca_file.map(check_readable).transpose()?,
            verify_timeout: parse_timeout(&self.verify_timeout)?,
            rate_limit: parse_rate_limit(&self.rate_limit)?,
            sign_in: self.sign_in.check(profile)?,
            data_dir: self.data_dir,
            log: self.log,
            profile,
            log_format,
        })
    }
}

impl Settings {
    /// What seals secrets. It is handed out once, so that it does not lie about in memory.
    pub fn take_master_key(&mut self) -> Option<MasterKeySource> {
        self.master_key.take()
    }
}

fn parse_address(variable: &'static str, text: &str, profile: Profile) -> Result<SocketAddr, ConfigError> {
    let address: SocketAddr =
        text.parse().map_err(|_| wrong(variable, "takes an address and a port, such as 127.0.0.1:8080"))?;
    if profile == Profile::Development && !address.ip().is_loopback() {
        let expected = "takes a loopback address in the development profile, whose token lies open in a file; \
                        set WAYPOST_PROFILE=production to listen elsewhere";
        return Err(wrong(variable, expected));
    }
    Ok(address)
}

fn check_database_url(given: Option<String>, data_dir: &std::path::Path) -> Result<String, ConfigError> {
    match given.filter(|url| !url.is_empty()) {
        None => Ok(format!("sqlite://{}", data_dir.join("waypost.db").display())),
        Some(url)
            if ["sqlite://", "postgres://", "postgresql://"]
                .iter()
                .any(|scheme| url.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty())) =>
        {
            Ok(url)
        }
        Some(_) => Err(wrong(
            "DATABASE_URL",
            "takes sqlite://<path of a file> or postgres://<user>@<host>/<database>",
        )),
    }
}

fn parse_connections(variable: &'static str, text: &str) -> Result<usize, ConfigError> {
    let number = text.parse().ok().filter(|number| (1..=256).contains(number));
    number.ok_or_else(|| wrong(variable, "takes a number from 1 to 256"))
}

fn check_public_url(text: &str) -> Result<String, ConfigError> {
    match Endpoint::parse(text) {
        Ok(url) if url.url().query().is_none() => Ok(url.as_str().trim_end_matches('/').to_owned()),
        _ => Err(wrong(
            "WAYPOST_PUBLIC_URL",
            "takes an http or https URL, such as https://waypost.example.org",
        )),
    }
}

fn find_master_key(
    text: Option<String>,
    file: Option<PathBuf>,
    data_dir: &std::path::Path,
    profile: Profile,
) -> Result<MasterKeySource, ConfigError> {
    const FORM: &str = "takes 32 random bytes in base64, as made by `openssl rand -base64 32`, or several, \
                        separated by commas, of which the first seals";
    let parse = |variable, text: String| {
        let keys = text.split(',').map(|key| MasterKey::parse(&SecretText::from(key.trim().to_owned())));
        let keys = keys.collect::<Result<Vec<_>, _>>().map_err(|_| wrong(variable, FORM))?;
        Ok(MasterKeySource::Given(keys))
    };
    match (text, file) {
        (Some(_), Some(_)) => {
            Err(wrong("WAYPOST_MASTER_KEY", "takes a key only while WAYPOST_MASTER_KEY_FILE is not set"))
        }
        (Some(text), None) => parse("WAYPOST_MASTER_KEY", text),
        (None, Some(path)) => match fs::read_to_string(&path) {
            Ok(text) => parse("WAYPOST_MASTER_KEY_FILE", text),
            Err(error) => {
                Err(wrong("WAYPOST_MASTER_KEY_FILE", format!("takes a file that can be read ({error})")))
            }
        },
        (None, None) if profile == Profile::Development => {
            Ok(MasterKeySource::Made(data_dir.join("master.key")))
        }
        (None, None) => Err(wrong("WAYPOST_MASTER_KEY", format!("must be set in production: it {FORM}"))),
    }
}

fn parse_networks(given: Option<&str>, profile: Profile) -> Result<Vec<IpNet>, ConfigError> {
    let text = match (given, profile) {
        (Some(text), _) => text,
        (None, Profile::Development) => "127.0.0.0/8,::1/128",
        (None, Profile::Production) => "",
    };
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            part.parse().map_err(|_| {
                wrong(
                    "WAYPOST_ALLOWED_NETWORKS",
                    "takes CIDRs separated by commas, such as 10.1.0.0/16, or nothing",
                )
            })
        })
        .collect()
}

fn check_readable(path: PathBuf) -> Result<PathBuf, ConfigError> {
    match fs::File::open(&path) {
        Ok(_) => Ok(path),
        Err(error) => {
            Err(wrong("WAYPOST_EXTRA_CA_FILE", format!("takes a PEM file that can be read ({error})")))
        }
    }
}

fn parse_rate_limit(text: &str) -> Result<Option<RateLimit>, ConfigError> {
    if text == "off" {
        return Ok(None);
    }
    let parsed = text.split_once('/').and_then(|(requests, window)| {
        let requests = requests.parse().ok().filter(|requests| *requests > 0)?;
        let window = humantime::parse_duration(window).ok()?;
        let limits = Duration::from_secs(1)..=Duration::from_secs(86_400);
        limits
            .contains(&window)
            .then(|| RateLimit { requests, window: Duration::from_secs(window.as_secs()) })
    });
    let expected =
        "takes a number of requests, a slash and a duration from 1s to 24h, such as 10000/300s, or off";
    parsed.map(Some).ok_or_else(|| wrong("WAYPOST_RATE_LIMIT", expected))
}

fn parse_timeout(text: &str) -> Result<Duration, ConfigError> {
    let limits = Duration::from_secs(1)..=Duration::from_secs(300);
    match humantime::parse_duration(text) {
        Ok(duration) if limits.contains(&duration) => Ok(duration),
        _ => Err(wrong("WAYPOST_VERIFY_TIMEOUT", "takes a duration from 1s to 5m")),
    }
}
