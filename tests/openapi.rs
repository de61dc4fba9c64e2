//! The OpenAPI document: fresh in the repository, served by the server, and whole: ids, summaries, examples, statuses.

use std::{collections::HashSet, fs, path::PathBuf};

use serde_json::Value;

use crate::support::{Server, server::run};

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The document, from the binary itself.
pub(crate) fn document() -> Value {
    let printed = run(&["openapi", "--format", "json"], &[]);
    assert_eq!(printed.code, Some(0), "{printed:?}");
    serde_json::from_str(&printed.stdout).unwrap()
}

/// An operation of the document.
pub(crate) struct Operation {
    pub(crate) verb: String,
    pub(crate) path: String,
    pub(crate) spec: Value,
}

/// Every operation, in the order of the document.
pub(crate) fn operations(document: &Value) -> Vec<Operation> {
    const VERBS: [&str; 5] = ["get", "put", "post", "patch", "delete"];
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (verb, spec) in
            item.as_object().unwrap().iter().filter(|(verb, _)| VERBS.contains(&verb.as_str()))
        {
            operations.push(Operation { verb: verb.to_uppercase(), path: path.clone(), spec: spec.clone() });
        }
    }
    assert!(operations.len() >= 12, "only {} operations", operations.len());
    operations
}

impl Operation {
    /// For messages of tests.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.verb, self.path)
    }

    /// The statuses it declares.
    pub(crate) fn statuses(&self) -> HashSet<&str> {
        self.spec["responses"].as_object().unwrap().keys().map(String::as_str).collect()
    }

    /// Whether it needs a token.
    pub(crate) fn is_protected(&self, document: &Value) -> bool {
        let security = self.spec.get("security").or(document.get("security")).and_then(Value::as_array);
        security.is_some_and(|ways| {
            !ways.is_empty() && ways.iter().all(|way| way.as_object().is_some_and(|way| !way.is_empty()))
        })
    }
}

#[test]
fn the_files_in_the_repository_are_what_the_binary_prints() {
    for format in ["json", "yaml"] {
        let printed = run(&["openapi", "--format", format], &[]);
        assert_eq!(printed.code, Some(0), "{printed:?}");
        let file = root().join(format!("openapi/waypost.{format}"));
        let committed =
            fs::read_to_string(&file).unwrap_or_else(|fault| panic!("{}: {fault}", file.display()));
        assert!(committed == printed.stdout, "{} is stale: run `make openapi`", file.display());
    }
}

#[tokio::test]
async fn the_server_serves_the_same_document() {
    let server = Server::start().await;
    let answer = server.stranger().get("//openapi.json").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    let (mut served, mut printed) = (answer.json, document());
    for document in [&mut served, &mut printed] {
        document.as_object_mut().unwrap().shift_remove("servers");
    }
    assert_eq!(served, printed);
    let docs = server.stranger().get("//docs/").await;
    assert!(docs.status == 200 && docs.text.contains("swagger"), "{} {}", docs.status, docs.text);
    assert!(!docs.text.contains("https://"), "no asset from elsewhere: {}", docs.text);
}

#[test]
fn the_document_says_what_the_service_is() {
    let document = document();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"), "{}", document["openapi"]);
    for member in ["title", "version", "description", "license"] {
        assert!(document["info"].get(member).is_some_and(|value| !value.is_null()), "info.{member}");
    }
}

#[test]
fn every_operation_has_an_id_of_its_own_and_is_described() {
    let document = document();
    let mut ids = HashSet::new();
    for operation in operations(&document) {
        let text = |member: &str| {
            let text = operation.spec[member].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{} has no {member}", operation.name());
            text
        };
        assert!(ids.insert(text("operationId").to_owned()), "{} twice", text("operationId"));
        text("summary");
        assert!(
            operation.spec["tags"].as_array().is_some_and(|tags| !tags.is_empty()),
            "{} has no tag",
            operation.name()
        );
        for parameter in operation.spec["parameters"].as_array().into_iter().flatten() {
            assert!(parameter["description"].is_string(), "{}: {parameter}", operation.name());
        }
    }
}

/// Whether a media type of the document brings an example, in itself or in its schema.
fn has_example(document: &Value, media: &Value) -> bool {
    let schema = &media["schema"];
    let named = schema["$ref"].as_str().and_then(|name| document.pointer(name.trim_start_matches('#')));
    [media, schema, named.unwrap_or(&Value::Null)].iter().any(|place| {
        ["example", "examples"].iter().any(|member| place.get(member).is_some_and(|value| !value.is_null()))
    })
}

#[test]
fn every_body_and_every_success_has_an_example() {
    let document = document();
    for operation in operations(&document) {
        for (kind, media) in operation.spec["requestBody"]["content"].as_object().into_iter().flatten() {
            assert!(has_example(&document, media), "{}: request {kind}", operation.name());
        }
        for (status, response) in operation.spec["responses"].as_object().unwrap() {
            for (kind, media) in response["content"].as_object().into_iter().flatten() {
                let is_ours = status.starts_with('2') && kind.contains("json");
                assert!(!is_ours || has_example(&document, media), "{}: {status} {kind}", operation.name());
            }
        }
    }
}

#[test]
fn every_operation_declares_the_statuses_it_can_answer() {
    let document = document();
    for operation in
        operations(&document).iter().filter(|operation| operation.path.starts_with("/platform/v1"))
    {
        let statuses = operation.statuses();
        let mut expected = vec!["400", "500"];
        let is_fixed = ["data-models", "destination-types"].iter().any(|name| operation.path.contains(name));
        if !is_fixed {
            expected.push("503");
        }
        if operation.is_protected(&document) {
            expected.push("401");
        }
        if operation.path.contains('{') {
            expected.push("404");
        }
        if operation.spec.get("requestBody").is_some() {
            expected.extend(["413", "415", "422"]);
        }
        let names = |name: &str| {
            let parameters = operation.spec["parameters"].as_array().into_iter().flatten();
            parameters.into_iter().any(|parameter| {
                parameter["name"].as_str().is_some_and(|known| known.eq_ignore_ascii_case(name))
            })
        };
        for (header, status) in [("If-Match", "412"), ("If-None-Match", "304")] {
            if names(header) {
                expected.push(status);
            }
        }
        for status in expected {
            assert!(
                statuses.contains(status),
                "{} does not declare {status}: {statuses:?}",
                operation.name()
            );
        }
        for (status, response) in operation.spec["responses"].as_object().unwrap() {
            if status.starts_with(['4', '5']) {
                assert!(
                    response["content"].get("application/problem+json").is_some(),
                    "{}: {status}",
                    operation.name()
                );
            }
        }
    }
}
