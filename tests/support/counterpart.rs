//! Servers and libraries of others, from `tests/counterparts`: started for one test, or asked one question. `make
//! counterparts` installs what they need.

use std::{path::PathBuf, process::Stdio};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    process::{Child, Command},
};

/// A server of others that runs until it is dropped.
pub(crate) struct Counterpart {
    /// What it said when it was ready, with its `port`.
    pub(crate) told: Value,
    scheme: &'static str,
    // It ends with its standard input, also when this test is killed.
    _child: Child,
}

impl Counterpart {
    /// Starts a script with this configuration and waits until it listens.
    pub(crate) async fn start(script: &str, config: &Value) -> Self {
        let mut child = command(script).spawn().unwrap();
        let line = format!("{config}\n");
        child.stdin.as_mut().unwrap().write_all(line.as_bytes()).await.unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).await.unwrap();
        let told = serde_json::from_str(&first).unwrap_or_else(|_| panic!("{script} said {first:?}"));
        let scheme = if config.get("tls").is_some() { "https" } else { "http" };
        Self { told, scheme, _child: child }
    }

    /// An address on it.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}://127.0.0.1:{}{path}", self.scheme, self.told["port"])
    }

    /// Something it said when it was ready.
    pub(crate) fn text(&self, pointer: &str) -> &str {
        self.told.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no {pointer}"))
    }
}

/// What a script prints for this input; `Err` with its complaint if it ends badly.
pub(crate) async fn ask(script: &str, input: &Value) -> Result<Value, String> {
    let mut child = command(script).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // One that needs no input may be gone already.
    let _ = stdin.write_all(input.to_string().as_bytes()).await;
    drop(stdin);
    let output = child.wait_with_output().await.unwrap();
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    Ok(serde_json::from_slice(&output.stdout).unwrap())
}

/// Fresh private keys in every form: `keys["rsa"]["pkcs8"]`.
pub(crate) async fn private_keys() -> Value {
    ask("keys.py", &json!(null)).await.unwrap()
}

fn command(script: &str) -> Command {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("counterparts");
    let (program, installed) = if script.ends_with(".py") {
        (folder.join(".venv/bin/python"), folder.join(".venv/.installed"))
    } else {
        (PathBuf::from("node"), folder.join("node_modules/.installed"))
    };
    assert!(installed.exists(), "{} is missing: run `make counterparts` first", installed.display());
    let mut command = Command::new(program);
    command
        .arg(folder.join(script))
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    command
}
