//! A mark is planted in every secret field of every strategy, and in the tokens that others hand out. It is looked for
//! everywhere it must not be, while the far side writes back all that it was sent.

use std::{cell::RefCell, collections::BTreeSet, fs, path::Path, sync::Arc};

use serde_json::{Value, json};
use testkit::database::is_postgres;

use super::{
    at, listed,
    samples::{Sample, samples},
};
use crate::{
    leaks::forms,
    support::{
        Answer, Client, Endpoint, Reply, Server,
        endpoint::Received,
        reply::{at as at_destination, id},
    },
};

/// Secrets and what each is called, to be found nowhere; and where one was found all the same.
#[derive(Default)]
pub(crate) struct Planted {
    secrets: Vec<(String, String)>,
    findings: RefCell<BTreeSet<String>>,
}

impl Planted {
    pub(crate) fn plant(&mut self, name: &str, secret: &str) {
        if !self.secrets.iter().any(|(_, known)| known == secret) {
            self.secrets.push((name.to_owned(), secret.to_owned()));
        }
    }

    /// Looks for each of them, in any form.
    pub(crate) fn search(&self, place: &str, text: &str) {
        for (name, secret) in &self.secrets {
            for (form, written) in forms(secret) {
                if let Some((before, _)) = text.split_once(&written) {
                    let around: Vec<char> = before.chars().rev().take(160).collect();
                    let around: String = around.into_iter().rev().collect();
                    self.findings
                        .borrow_mut()
                        .insert(format!("{place} holds {name}, {form}: ...{around}<<<"));
                    break;
                }
            }
        }
    }
}

impl Planted {
    /// Fails with every finding.
    pub(crate) fn assert_hidden(self) {
        let findings: Vec<String> = self.findings.into_inner().into_iter().collect();
        assert!(findings.is_empty(), "{} found:\n{}", findings.len(), findings.join("\n"));
    }
}

/// The sample with a mark in each secret; a key is its own mark. Where the sample calls, this endpoint is.
pub(crate) fn marked(mut sample: Sample, theirs: &Endpoint, planted: &mut Planted) -> Sample {
    for (number, name) in sample.secrets.iter().enumerate() {
        let label = format!("{} {name}", sample.strategy);
        if *name == "privateKey" {
            let key = sample.fields[name].as_str().unwrap().to_owned();
            for line in key.lines().filter(|line| line.len() > 40 && !line.starts_with('-')) {
                planted.plant(&label, line);
            }
        } else {
            let others = if sample.strategy == "ApiKey" { "" } else { "&d%e?f#g" };
            let secret = format!("Mark{number}of{}/a+b=c{others}\"q\\s", sample.strategy);
            planted.plant(&label, &secret);
            sample.fields[name] = json!(secret);
        }
    }
    for name in ["url", "token_url", "service_account_impersonation_url"] {
        if sample.fields.get(name).is_some() {
            sample.fields[name] = json!(theirs.at(&format!("/{name}")));
        }
    }
    sample
}

/// How the far side behaves: it always writes back all that it was sent.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Behaviour {
    /// Tokens are issued and the destination passes.
    Good,
    /// Tokens are issued and the destination refuses.
    Refusing,
    /// No token is issued.
    NoToken,
}

pub(crate) const TOKEN: &str = "MarkOfToken/a+b=c-fetched";

pub(crate) fn echo(request: &Received) -> Value {
    let headers: Vec<String> =
        request.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    json!({ "target": request.target, "headers": headers, "body": String::from_utf8_lossy(&request.body) })
}

async fn far_side(behaviour: Behaviour) -> Endpoint {
    Endpoint::start(Reply::By(Arc::new(move |request| {
        let mut body = json!({ "echo": echo(request), "error": "invalid_client", "error_description": echo(request) });
        let is_token = !request.target.starts_with("/in");
        if is_token && behaviour != Behaviour::NoToken {
            let answer = json!({
                "access_token": TOKEN, "accessToken": TOKEN, "expires_in": 3600, "expireTime": "2100-01-01T00:00:00Z",
            });
            super::merge(&mut body, &answer);
            return (200, body);
        }
        body["challenge"] = json!(request.challenge());
        (if is_token || behaviour == Behaviour::Refusing { 400 } else { 200 }, body)
    })))
    .await
}

/// Sends the secrets in every way there is, well and badly; every answer.
async fn exercise(server: &Server, sample: &Sample, theirs: &Endpoint) -> Vec<Answer> {
    let client = server.client();
    let body = server.body(server.development(), sample.strategy, &sample.fields);
    let created = client.post("/authcredentials", &body).await;
    let made = created.credential(201).clone();
    let destination = client.attached(server.development(), theirs.url(), &made).await;
    let (path, verify) = (at(&made), format!("{}/verify", at_destination(&destination)));
    let mut answers = vec![
        created,
        client.post("/authcredentials", &body).header("idempotency-key", &format!("k-{}", id(&made))).await,
        client
            .call("PUT", &format!("{}/by-key-{}", listed(server.development()), id(&made)))
            .json(&body)
            .await,
        client.delete(&path).await,
        client.get(&path).await,
        client.get(&listed(server.development())).await,
        client.post(&format!("{path}/test"), &json!({})).await,
    ];
    for body in [json!({}), json!({ "verificationMethod": "GET" }), json!({ "dataModel": "Results" })] {
        answers.push(client.post(&verify, &body).await);
    }
    for name in sample.secrets {
        let secret = sample.fields[name].as_str().unwrap();
        let broken = format!("{{\"{name}\": \"{}\", ", secret.replace(['"', '\\', '\n'], "_"));
        answers.extend([
            client.patch(&path, &json!({ *name: secret })).await,
            client.patch(&path, &json!({ *name: format!(" {secret}") })).await,
            client.patch(&path, &json!({ *name: [secret] })).await,
            client.patch(&path, &json!({ *name: { secret: secret } })).await,
            client.patch(&path, &json!({ *name: format!("{secret}\u{7}") })).await,
            client.patch(&path, &json!({ "algorithm": secret, "colour": secret })).await,
            client.patch(&path, &json!({ "name": [secret], "environmentId": secret })).await,
            client.call("PATCH", &path).raw("application/json", broken.as_bytes()).await,
            client.call("PATCH", &path).raw("text/plain", secret.as_bytes()).await,
        ]);
    }
    let history = client.get(&format!("{}/verifications", at_destination(&destination))).await;
    for attempt in history.payload(200)["verifications"].as_array().unwrap() {
        answers.push(client.get(&format!("/verifications/{}", id(attempt))).await);
    }
    answers.extend([history, client.get(&at_destination(&destination)).await]);
    answers
}

/// What Waypost made of the secrets and sent: as good as the secrets while it lives.
pub(crate) fn derived(theirs: &Endpoint, planted: &mut Planted) {
    for request in theirs.received() {
        if let Some(authorization) = request.header("authorization") {
            let (_, value) = authorization.split_once(' ').unwrap_or(("", authorization));
            let value = value.rsplit("Signature=").next().unwrap();
            planted.plant("an Authorization header", value);
        }
        for name in ["client_assertion", "assertion", "subject_token"] {
            let Some(token) = request.form(name) else { continue };
            planted.plant(name, token.rsplit('.').next().unwrap());
        }
    }
}

/// Everything below a directory.
pub(crate) fn search_files(directory: &Path, planted: &Planted) -> Vec<String> {
    let mut searched = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            searched.extend(search_files(&path, planted));
        } else {
            let bytes = fs::read(&path).unwrap();
            planted.search(&path.display().to_string(), &String::from_utf8_lossy(&bytes));
            searched.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    searched
}

/// The whole search for one behaviour of the far side.
async fn nothing_leaks(behaviour: Behaviour) {
    let server = Server::start_with(&[("WAYPOST_LOG", "trace")]).await;
    let mut planted = Planted::default();
    planted.plant("a fetched token", TOKEN);
    for sample in samples() {
        let theirs = far_side(behaviour).await;
        let sample = marked(sample, &theirs, &mut planted);
        let answers = exercise(&server, &sample, &theirs).await;
        derived(&theirs, &mut planted);
        assert!(
            answers.iter().all(|answer| answer.status < 500),
            "{:?}",
            answers.iter().find(|answer| answer.status >= 500)
        );
        for answer in &answers {
            planted.search(&format!("{behaviour:?}: an answer"), &answer.text);
            planted.search("a header", &format!("{:?}", answer.headers));
        }
        assert!(!theirs.received().is_empty(), "{} was used", sample.strategy);
    }
    let metrics = Client::new(server.admin_url(), None).get("//metrics").await;
    planted.search("metrics", &metrics.text);
    let log = server.log();
    assert!(log.len() > 10_000, "the log is loud");
    planted.search("the log", &log);
    let searched = search_files(&server.data_dir(), &planted);
    if is_postgres() {
        planted.search("the database", &server.database().dump());
    } else {
        for name in ["waypost.db", "waypost.db-wal"] {
            assert!(searched.contains(&name.to_owned()), "{searched:?}");
        }
    }
    planted.assert_hidden();
}

#[tokio::test]
async fn nothing_leaks_when_all_goes_well() {
    nothing_leaks(Behaviour::Good).await;
}

#[tokio::test]
async fn nothing_leaks_when_the_endpoint_refuses() {
    nothing_leaks(Behaviour::Refusing).await;
}

#[tokio::test]
async fn nothing_leaks_when_no_token_is_issued() {
    nothing_leaks(Behaviour::NoToken).await;
}
