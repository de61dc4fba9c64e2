//! The README's chapter on cloud products: every example is run as it stands, but for where the products listen and for
//! the keys that they issued.

use std::{fs, process::Stdio, time::Duration};

use serde_json::{Value, json};
use tokio::process::Command;

use crate::support::{
    Counterpart, Server,
    certificates::{Authority, Certificate},
};

fn readme() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).unwrap()
}

/// The first block of this language below a heading.
fn block<'a>(readme: &'a str, heading: &str, language: &str) -> &'a str {
    let (_, section) = readme.split_once(&format!("\n{heading}\n")).expect("the section is there");
    let rest = section.split(&format!("```{language}\n")).nth(1).expect("it has such a block");
    rest.split("```").next().unwrap()
}

/// The line that defines a function of the shell.
fn definition<'a>(block: &'a str, name: &str) -> &'a str {
    block.lines().find(|line| line.starts_with(&format!("{name}()"))).expect("it is defined")
}

/// Runs the commands below a provider's heading, each edited, and gives back what they printed.
async fn run(server: &Server, heading: &str, edit: impl Fn(&str) -> String) -> String {
    let readme = readme();
    let api = definition(block(&readme, "## Quick start", "sh"), "api");
    let credential = definition(block(&readme, "## Credentials", "sh"), "credential");
    let cloud = block(&readme, "## Cloud products", "sh");
    let commands: Vec<String> = block(&readme, heading, "sh").lines().map(edit).collect();
    let commands = commands.join("\n");
    let dev = server.data_dir().join("dev.env");
    let script = format!("set -e\n. {}\n{api}\n{credential}\n{cloud}\n{commands}", dev.display());
    let shell = Command::new("bash")
        .args(["-c", &script])
        .current_dir(server.data_dir())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let output = tokio::time::timeout(Duration::from_secs(60), shell.wait_with_output()).await.unwrap();
    String::from_utf8(output.unwrap().stdout).unwrap()
}

#[tokio::test]
async fn every_example_for_aws_is_verified_with_no_more_than_the_policy_grants() {
    let server = Server::start().await;
    let policy: Value = serde_json::from_str(block(&readme(), "### AWS", "json")).unwrap();
    let aws =
        Counterpart::start("moto_server.py", &json!({ "name": "labs-inbound", "policy": policy })).await;
    let (access_key, secret_key) = (aws.text("/granted/accessKey"), aws.text("/granted/secretKey"));
    let keys = json!({ "accessKey": access_key, "secretKey": secret_key });
    let store = Counterpart::start("healthlake_server.py", &keys).await;
    let here = format!("\"endpointUrl\": \"{}\", \"region\": ", aws.url(""));
    let printed = run(&server, "### AWS", |line| {
        let line = line
            .replace("AKIAIOSFODNN7EXAMPLE", access_key)
            .replace("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", secret_key)
            .replace("https://healthlake.us-east-1.amazonaws.com", &store.url(""));
        if line.contains("datastoreEndpoint") { line } else { line.replace("\"region\": ", &here) }
    })
    .await;
    assert_eq!(printed.matches("\"status\":\"verified\"").count(), 5, "{printed}");
    assert!(!printed.contains(secret_key), "{printed}");
}

#[tokio::test]
async fn every_example_for_google_cloud_is_verified_with_the_key_file_that_google_gives() {
    let server = Server::start().await;
    let email = "waypost@labs-417203.iam.gserviceaccount.com";
    let google =
        Counterpart::start("google_server.py", &json!({ "name": "labs-inbound", "writer": email })).await;
    let key = json!({
        "type": "service_account", "client_email": email, "private_key_id": google.text("/keyId"),
        "private_key": google.text("/privateKey"),
    });
    fs::write(server.data_dir().join("key.json"), serde_json::to_string_pretty(&key).unwrap()).unwrap();
    let token = format!("\"url\": \"{}\", \"scopes\"", google.url("/token"));
    let here = format!("'\"endpointUrl\": \"{}\", ", google.url(""));
    let printed = run(&server, "### Google Cloud", |line| {
        let line = line.replace("\"scopes\"", &token);
        if line.starts_with("cloud ") { line.replacen('\'', &here, 1) } else { line }
    })
    .await;
    assert_eq!(printed.matches("\"status\":\"verified\"").count(), 4, "{printed}");
    assert!(!printed.contains("PRIVATE KEY"), "{printed}");
}

#[tokio::test]
async fn every_example_for_azure_is_verified_with_the_secret_of_one_application() {
    let authority = Authority::new();
    let ca = authority.file();
    let server = Server::start_with(&[("WAYPOST_EXTRA_CA_FILE", ca.to_str().unwrap())]).await;
    let (cert, key) = authority.pem(Certificate::Good);
    let secret = "Q~secret-of-the-application";
    let config = json!({
        "tls": { "cert": cert, "key": key }, "container": "labs-inbound", "hub": "labs-inbound",
        "writer": "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "secret": secret,
    });
    let azure = Counterpart::start("azure_server.mjs", &config).await;
    let blobs = format!("https://127.0.0.1:{}/{}", azure.told["blobs"], azure.text("/account"));
    let printed = run(&server, "### Azure", |line| {
        let line = line
            .replace("https://login.microsoftonline.com", &azure.url(""))
            .replace("https://contoso-labs.fhir.azurehealthcareapis.com", &azure.url(""));
        let here = if line.contains("containerName") {
            &blobs
        } else if line.contains("eventHubName") {
            &azure.url("")
        } else {
            return line;
        };
        line.replacen('\'', &format!("'\"endpointUrl\": \"{here}\", "), 1)
    })
    .await;
    assert_eq!(printed.matches("\"status\":\"verified\"").count(), 4, "{printed}");
    assert!(!printed.contains(secret), "{printed}");
}
