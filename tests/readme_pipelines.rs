//! The README's page on pipelines: pasted as it stands, in a shell and in Python, it gets a token and works.

use std::{fs, process::Stdio, time::Duration};

use tokio::process::Command;

use crate::support::server::Server;

#[tokio::test]
async fn a_pipeline_gets_its_token_as_the_page_says() {
    let server = Server::start().await;
    let folder = tempfile::tempdir().unwrap();
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).unwrap();
    let (_, quick_start) = readme.split_once("## Quick start").unwrap();
    let api =
        quick_start.lines().find(|line| line.starts_with("api()")).expect("the quick start defines api");
    let (_, page) = readme.split_once("## People and pipelines").unwrap();
    let blocks: Vec<&str> =
        page.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    let python = page.split("```python\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    fs::write(folder.path().join("pipeline.py"), python).unwrap();
    let interpreter = concat!(env!("CARGO_MANIFEST_DIR"), "/counterparts/.venv/bin/python");
    let script = format!(
        "set -e\n. {}/dev.env\n{api}\n{}\n{}\nWAYPOST_CLIENT_ID=$client {interpreter} pipeline.py\n",
        server.data_dir().display(),
        blocks[0],
        blocks[1],
    );
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
    let (printed, complaint) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{printed}\n{complaint}");
    assert!(printed.contains("\"destination\":{\"id\""), "{printed}\n{complaint}");
    assert!(printed.trim_end().ends_with("CI of labs"), "{printed}\n{complaint}");
}
