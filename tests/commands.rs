//! Contract section 6: the commands of `waypost-server`, its settings, its files, its start and its end.

use std::{fs, os::unix::fs::PermissionsExt, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;
use tempfile::TempDir;
use testkit::database::{Database, is_postgres};

use crate::support::{
    Client, Endpoint, Reply, Server,
    reply::at,
    server::{Finished, run},
};

/// Every setting, each also a flag.
const SETTINGS: [&str; 13] = [
    "WAYPOST_PROFILE",
    "WAYPOST_BIND",
    "WAYPOST_ADMIN_BIND",
    "WAYPOST_DATA_DIR",
    "DATABASE_URL",
    "WAYPOST_PUBLIC_URL",
    "WAYPOST_MASTER_KEY",
    "WAYPOST_MASTER_KEY_FILE",
    "WAYPOST_ALLOWED_NETWORKS",
    "WAYPOST_EXTRA_CA_FILE",
    "WAYPOST_VERIFY_TIMEOUT",
    "WAYPOST_LOG",
    "WAYPOST_LOG_FORMAT",
];

/// A data directory and a database of its own, and the variables that name them and free ports.
struct Place(TempDir, Option<Database>);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap(), is_postgres().then(Database::fresh))
    }

    fn run(&self, args: &[&str], env: &[(&str, &str)]) -> Finished {
        let data = self.0.path().join("data").display().to_string();
        let address = self.1.as_ref().map(Database::address);
        let mut all = vec![
            ("WAYPOST_DATA_DIR", data.as_str()),
            ("WAYPOST_BIND", "127.0.0.1:0"),
            ("WAYPOST_ADMIN_BIND", "127.0.0.1:0"),
        ];
        all.extend(address.as_deref().map(|address| ("DATABASE_URL", address)));
        all.extend(env);
        run(args, &all)
    }
}

/// What is not as it should be: a bad end, with one line on standard error that names the variable.
fn objection(done: &Finished, variable: &str) -> Option<String> {
    let is_fine = done.code.is_some_and(|code| code != 0)
        && done.stderr.trim_end().lines().count() == 1
        && done.stderr.contains(variable)
        && !done.stderr.contains("panicked");
    (!is_fine).then(|| format!("{done:?}"))
}

#[track_caller]
fn refused(done: &Finished, variable: &str) {
    assert_eq!(objection(done, variable), None, "{variable}");
}

#[test]
fn the_help_lists_every_setting() {
    let help = run(&["serve", "--help"], &[]);
    assert_eq!(help.code, Some(0), "{help:?}");
    for name in SETTINGS {
        assert!(help.stdout.contains(name), "{name} is not in the help");
    }
    let top = run(&["--help"], &[]);
    for command in ["serve", "migrate", "openapi", "check-config", "admin", "receiver"] {
        assert!(top.stdout.contains(command), "{command}: {}", top.stdout);
    }
}

#[test]
fn a_fine_configuration_is_told_so() {
    let place = Place::new();
    let done = place.run(&["check-config"], &[]);
    assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""), "{done:?}");
    let many = [
        ("WAYPOST_VERIFY_TIMEOUT", "2m"),
        ("WAYPOST_ALLOWED_NETWORKS", "10.0.0.0/8, fd00::/8"),
        ("WAYPOST_LOG", "info,actix_web=warn"),
        ("WAYPOST_LOG_FORMAT", "json"),
        ("WAYPOST_PUBLIC_URL", "https://waypost.example.org"),
        ("WAYPOST_PROFILE", "development"),
    ];
    let done = place.run(&["check-config"], &many);
    assert_eq!(done.code, Some(0), "{done:?}");
}

#[test]
fn a_wrong_value_ends_the_start_with_one_line_that_names_the_variable() {
    let cases = [
        ("WAYPOST_PROFILE", "staging"),
        ("WAYPOST_BIND", "here"),
        ("WAYPOST_BIND", "127.0.0.1"),
        ("WAYPOST_BIND", "127.0.0.1:99999"),
        ("WAYPOST_ADMIN_BIND", "x:y"),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("DATABASE_URL", "nonsense"),
        ("WAYPOST_PUBLIC_URL", "waypost"),
        ("WAYPOST_PUBLIC_URL", "ftp://waypost.example.org"),
        ("WAYPOST_MASTER_KEY", "short"),
        ("WAYPOST_MASTER_KEY", "!!!!"),
        ("WAYPOST_MASTER_KEY_FILE", "/no/such/file"),
        ("WAYPOST_ALLOWED_NETWORKS", "10.0.0.0/99"),
        ("WAYPOST_ALLOWED_NETWORKS", "home"),
        ("WAYPOST_EXTRA_CA_FILE", "/no/such/file"),
        ("WAYPOST_EXTRA_CA_FILE", "/dev/null"),
        ("WAYPOST_VERIFY_TIMEOUT", "soon"),
        ("WAYPOST_VERIFY_TIMEOUT", "0s"),
        ("WAYPOST_VERIFY_TIMEOUT", "-1s"),
        ("WAYPOST_LOG", "a=b=c=d"),
        ("WAYPOST_LOG_FORMAT", "xml"),
    ];
    let mut findings = Vec::new();
    for (variable, value) in cases {
        for command in ["check-config", "serve"] {
            let done = Place::new().run(&[command], &[(variable, value)]);
            findings
                .extend(objection(&done, variable).map(|why| format!("{command} {variable}={value}: {why}")));
        }
    }
    assert!(findings.is_empty(), "\n{}", findings.join("\n"));
}

#[test]
fn the_value_of_a_master_key_is_not_repeated() {
    let done =
        Place::new().run(&["check-config"], &[("WAYPOST_MASTER_KEY", "half-a-master-key-that-was-cut")]);
    refused(&done, "WAYPOST_MASTER_KEY");
    assert!(!done.stderr.contains("half-a-master"), "{done:?}");
}

#[test]
fn the_development_profile_listens_on_loopback_only() {
    for (variable, address) in
        [("WAYPOST_BIND", "0.0.0.0:0"), ("WAYPOST_BIND", "[::]:0"), ("WAYPOST_ADMIN_BIND", "192.0.2.1:8081")]
    {
        refused(&Place::new().run(&["serve"], &[(variable, address)]), variable);
    }
}

#[test]
fn the_production_profile_needs_a_master_key_and_writes_no_token() {
    let place = Place::new();
    let production = ("WAYPOST_PROFILE", "production");
    refused(&place.run(&["serve"], &[production]), "WAYPOST_MASTER_KEY");
    refused(&place.run(&["check-config"], &[production]), "WAYPOST_MASTER_KEY");
    let (key, other) = (STANDARD.encode([7; 32]), STANDARD.encode([8; 32]));
    let with_key = [
        production,
        ("WAYPOST_MASTER_KEY", key.as_str()),
        ("WAYPOST_PUBLIC_URL", "https://waypost.example.org"),
    ];
    let made = place.run(
        &["admin", "bootstrap", "--organization", "Acme", "--owner", "Olga", "--output", "json"],
        &with_key,
    );
    assert_eq!(made.code, Some(0), "{made:?}");
    assert!(!place.0.path().join("data/dev.env").exists());
    let with_other = [
        production,
        ("WAYPOST_MASTER_KEY", other.as_str()),
        ("WAYPOST_PUBLIC_URL", "https://waypost.example.org"),
    ];
    refused(&place.run(&["serve"], &with_other), "master key");
}

#[tokio::test]
async fn the_first_start_leaves_a_private_file_with_all_that_is_needed() {
    let server = Server::start().await;
    let file = server.data_dir().join("dev.env");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    for entry in fs::read_dir(server.data_dir()).unwrap() {
        let path = entry.unwrap().path();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} can be read by others", path.display());
    }
    assert!(server.url().starts_with("http://127.0.0.1:"), "{}", server.url());
    server.client().get("/me").await.payload(200);
    for environment in [server.development(), server.staging(), server.production()] {
        server.client().create(environment, &json!({ "name": "x" })).await;
    }
    assert!(!server.log().contains(server.dev("WAYPOST_TOKEN")), "the token is not logged");
}

#[tokio::test]
async fn a_restart_finds_everything_again() {
    let mut server = Server::start().await;
    let made = server
        .client()
        .create(server.staging(), &json!({ "name": "x", "verificationToken": "kept-over-restarts" }))
        .await;
    let (old, ids) = (
        server.dev("WAYPOST_TOKEN").to_owned(),
        [server.staging().to_owned(), server.organization().to_owned()],
    );
    server.send_term();
    assert_eq!(server.ended().await, Some(0));
    server.restart().await;
    assert_eq!(
        [server.staging(), server.organization()],
        ids.each_ref().map(String::as_str),
        "no second organization"
    );
    assert_eq!(server.client().reread(&made).await, made);
    server.client().with_token(&old).get("/me").await.payload(200);
}

#[tokio::test]
async fn health_is_told_on_the_address_for_operators_only() {
    let server = Server::start().await;
    let operator = Client::new(server.admin_url(), None);
    for path in ["//healthz", "//readyz"] {
        let answer = operator.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        server.stranger().get(path).await.problem(404, "not-found");
    }
    assert_eq!(operator.get("/me").await.status, 404);
}

#[tokio::test]
async fn a_request_under_way_is_finished_before_the_end() {
    let mut server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::ChallengeOnRelease).await;
    let made = client.configured(server.development(), endpoint.url()).await;
    let verify = tokio::spawn(client.post(&format!("{}/verify", at(&made)), &json!({})).into_future());
    endpoint.arrived(1).await;
    server.send_term();
    // No new connection is taken from then on; that is the sign that the end has begun.
    let begun = async {
        while std::net::TcpStream::connect(server.url().trim_start_matches("http://")).is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), begun).await.expect("it stops listening");
    endpoint.release();
    assert_eq!(verify.await.unwrap().destination(200)["status"], "verified");
    assert_eq!(server.ended().await, Some(0));
    server.restart().await;
    assert_eq!(server.client().reread(&made).await["status"], "verified");
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() {
    let mut server = Server::start_with(&[("WAYPOST_VERIFY_TIMEOUT", "60s")]).await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::Nothing).await;
    let made = client.configured(server.development(), endpoint.url()).await;
    let verify = client.post(&format!("{}/verify", at(&made)), &json!({}));
    let verify = tokio::spawn(async move { verify.attempt().await });
    endpoint.arrived(1).await;
    server.send_term();
    tokio::time::sleep(Duration::from_millis(200)).await;
    server.send_term();
    let ended = tokio::time::timeout(Duration::from_secs(3), server.ended()).await;
    assert!(ended.is_ok(), "still there after a second signal");
    verify.await.unwrap();
}

#[test]
fn the_database_can_be_made_and_filled_without_a_server() {
    let place = Place::new();
    for _ in 0..2 {
        let done = place.run(&["migrate"], &[]);
        assert_eq!(done.code, Some(0), "{done:?}");
    }
    let json = |args: &[&str]| {
        let done = place.run(&[&["admin"], args, &["--output", "json"]].concat(), &[]);
        assert_eq!(done.code, Some(0), "{args:?}: {done:?}");
        serde_json::from_str::<serde_json::Value>(&done.stdout).unwrap()
    };
    let made = json(&["bootstrap", "--organization", "Acme", "--owner", "Olga"]);
    for member in ["ownerId", "developmentId", "stagingId", "productionId"] {
        assert_eq!(made[member].as_str().map(str::len), Some(36), "{made}");
    }
    assert!(made["id"].is_u64(), "{made}");
    let user = json(&["user", "create", "--name", "Pia"])["id"].as_str().unwrap().to_owned();
    let staging = made["stagingId"].as_str().unwrap();
    json(&["role", "set", "--user", &user, "--environment", staging, "--role", "support"]);
    let token = json(&["token", "--user", &user, "--ttl", "5m"]);
    assert!(token["token"].as_str().is_some_and(|text| text.split('.').count() == 3), "{token}");
}

#[test]
fn a_command_that_cannot_be_done_says_why() {
    let place = Place::new();
    assert_eq!(place.run(&["migrate"], &[]).code, Some(0));
    let nobody = "0192f1c0-0000-7000-8000-000000000000";
    let cases: [&[&str]; 7] = [
        &["admin", "token", "--user", nobody],
        &["admin", "token", "--user", "me"],
        &["admin", "role", "set", "--user", nobody, "--environment", nobody, "--role", "viewer"],
        &["admin", "role", "set", "--user", nobody, "--environment", nobody, "--role", "king"],
        &["admin", "user", "create", "--name", "  "],
        &["admin", "bootstrap", "--organization", "", "--owner", "Olga"],
        &["no-such-command"],
    ];
    for args in cases {
        let done = place.run(args, &[]);
        assert!(
            done.code.is_some_and(|code| code != 0) && !done.stderr.trim().is_empty(),
            "{args:?}: {done:?}"
        );
        assert!(!done.stderr.contains("panicked"), "{done:?}");
    }
}
