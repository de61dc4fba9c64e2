//! The README's page on credentials: every example is pasted as it stands, and makes a credential.

use std::{fs, process::Stdio, time::Duration};

use tokio::process::Command;

use crate::support::server::Server;

#[tokio::test]
async fn every_example_of_the_credentials_page_makes_a_credential() {
    let server = Server::start().await;
    let folder = tempfile::tempdir().unwrap();
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).unwrap();
    let quick_start = block(&readme, "## Quick start");
    let api =
        quick_start.lines().find(|line| line.starts_with("api()")).expect("the quick start defines api");
    let examples = block(&readme, "## Credentials");
    let strategies = examples.matches("\"authStrategy\"").count();
    let script = format!("set -e\n. {}/dev.env\n{api}\n{examples}", server.data_dir().display());
    let shell = Command::new("bash")
        .args(["-c", &script])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let output =
        tokio::time::timeout(Duration::from_secs(60), shell.wait_with_output()).await.unwrap().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert_eq!(strategies, 8, "one example for each strategy");
    assert_eq!(printed.matches("\"credential\":{\"id\"").count(), strategies, "{printed}");
    assert!(!printed.contains("correct-horse-battery"), "{printed}");
}

/// The first block of commands below a heading.
fn block<'a>(readme: &'a str, heading: &str) -> &'a str {
    let (_, section) = readme.split_once(heading).expect("the section is there");
    section.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).expect("it has commands")
}
