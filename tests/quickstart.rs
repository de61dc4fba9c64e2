//! The README's quick start, pasted as a new user would: the very lines, in a shell, beside a running server.

use std::{fs, os::unix::fs::symlink, process::Stdio, time::Duration};

use tokio::{net::TcpListener, process::Command};

use crate::support::server::{Server, binary};

/// At most so many commands: a quick start is quick.
const MOST_COMMANDS: usize = 10;

#[tokio::test]
async fn the_quick_start_of_the_readme_ends_in_a_verified_destination() {
    let server = Server::start().await;
    let folder = tempfile::tempdir().unwrap();
    symlink(server.data_dir(), folder.path().join("data")).unwrap();
    fs::create_dir_all(folder.path().join("target/debug")).unwrap();
    symlink(binary(), folder.path().join("target/debug/waypost-server")).unwrap();

    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).unwrap();
    let section = readme.split_once("## Quick start").expect("the section is there").1;
    let block =
        section.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).expect("it has commands");
    let commands: Vec<&str> = block.lines().filter(|line| !line.trim().is_empty()).collect();
    assert!(commands.len() <= MOST_COMMANDS, "{} commands", commands.len());

    // Port 9000 may be taken where tests run; everything else is as pasted.
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let pasted = block.replace("9000", &port.to_string());
    // A person takes longer than this to read the receiver's first line.
    let script = format!("{pasted}\nkill %1\n").replace(
        "battery &\n",
        &format!("battery &\nuntil (echo > /dev/tcp/127.0.0.1/{port}) 2>/dev/null; do sleep 0.05; done\n"),
    );
    let shell = Command::new("bash")
        .args(["-m", "-c", &script])
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
    let status = printed.lines().rev().find(|line| line.contains("\"status\""));
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        status.map(|line| line.trim().trim_end_matches(',')),
        Some("\"status\": \"verified\""),
        "{printed}\n{said}"
    );
    assert!(printed.contains("PatientAdmin NewPatient"), "the receiver shows the message: {printed}");
}
