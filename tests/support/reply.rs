//! What every answer must look like: the envelope of a success, the whole of a problem. And the few destinations
//! that most tests begin with.

use serde_json::{Value, json};

use super::client::{Answer, Client};

/// A token that passes every rule.
pub(crate) const TOKEN: &str = "correct-horse-battery";

/// An endpoint that passes the static rules and that no test calls.
pub(crate) const ENDPOINT: &str = "https://labs.example.org/in";

impl Answer {
    /// A header's text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn etag(&self) -> String {
        self.header("etag").unwrap_or_else(|| panic!("no ETag: {self:?}")).to_owned()
    }

    /// The payload of a success with this status.
    #[track_caller]
    pub(crate) fn payload(&self, status: u16) -> &Value {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.header("content-type"), Some("application/json"), "{}", self.text);
        assert_eq!(self.json["meta"]["version"], "1.0.0", "{}", self.text);
        assert!(self.header("x-request-id").is_some(), "{:?}", self.headers);
        let payload = self.json.get("payload").unwrap_or_else(|| panic!("no payload: {}", self.text));
        assert_eq!(self.json.as_object().unwrap().len(), 2, "only meta and payload: {}", self.text);
        payload
    }

    /// The one destination of a success.
    #[track_caller]
    pub(crate) fn destination(&self, status: u16) -> &Value {
        let payload = self.payload(status);
        payload.get("destination").unwrap_or_else(|| panic!("no destination: {}", self.text))
    }

    /// Checks every member of a problem with this status and code, and hands it back.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16, code: &str) -> &Value {
        assert_eq!((self.status, self.json["code"].as_str()), (status, Some(code)), "{}", self.text);
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.text);
        let problem = &self.json;
        assert_eq!(problem["status"], status, "{}", self.text);
        assert!(problem["type"].as_str().unwrap().ends_with(&format!("/problems/{code}")), "{}", self.text);
        for member in ["title", "detail", "instance"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{member}: {}", self.text);
        }
        assert!(problem["instance"].as_str().unwrap().starts_with('/'), "{}", self.text);
        assert_eq!(problem["requestId"].as_str(), self.header("x-request-id"), "{}", self.text);
        for entry in problem.get("errors").and_then(Value::as_array).into_iter().flatten() {
            let (pointer, parameter) = (entry["pointer"].as_str(), entry["parameter"].as_str());
            assert!(pointer.is_some() != parameter.is_some(), "one place each: {entry}");
            assert!(pointer.is_none_or(|text| text == "#" || text.starts_with("#/")), "{entry}");
            assert!(entry["detail"].as_str().is_some_and(|text| !text.is_empty()), "{entry}");
            assert!(entry["code"].as_str().is_some_and(|text| !text.is_empty()), "{entry}");
        }
        problem
    }

    /// Place and code of every fault, sorted: `#/name too-long`.
    #[track_caller]
    pub(crate) fn faults(&self) -> Vec<String> {
        self.problem(422, "validation-failed");
        places(&self.json)
    }

    /// The one fault there is.
    #[track_caller]
    pub(crate) fn fault(&self) -> String {
        let faults = self.faults();
        assert_eq!(faults.len(), 1, "{}", self.text);
        faults.into_iter().next().unwrap()
    }
}

/// Place and code of each of a problem's errors, sorted.
pub(crate) fn places(problem: &Value) -> Vec<String> {
    let errors = problem["errors"].as_array().unwrap_or_else(|| panic!("no errors: {problem}"));
    let place = |entry: &Value| entry["pointer"].as_str().or(entry["parameter"].as_str()).unwrap().to_owned();
    let mut places: Vec<String> =
        errors.iter().map(|entry| format!("{} {}", place(entry), entry["code"].as_str().unwrap())).collect();
    places.sort();
    places
}

/// The id member of a thing.
#[track_caller]
pub(crate) fn id(thing: &Value) -> &str {
    thing["id"].as_str().unwrap_or_else(|| panic!("no id: {thing}"))
}

/// The path of a destination.
pub(crate) fn at(destination: &Value) -> String {
    format!("/destinations/{}", id(destination))
}

/// The collection of an environment.
pub(crate) fn within(environment: &str) -> String {
    format!("/environments/{environment}/destinations")
}

impl Client {
    /// Creates a destination that is fine.
    pub(crate) async fn create(&self, environment: &str, body: &Value) -> Value {
        self.post(&within(environment), body).await.destination(201).clone()
    }

    /// A configured destination with a token, which a verify would send to this endpoint.
    pub(crate) async fn configured(&self, environment: &str, endpoint: &str) -> Value {
        let body = json!({ "name": "Labs", "endpoint": endpoint, "verificationToken": TOKEN });
        self.create(environment, &body).await
    }

    /// A verify with this body.
    pub(crate) async fn verify(&self, destination: &Value, body: &Value) -> Answer {
        self.post(&format!("{}/verify", at(destination)), body).await
    }

    /// The destination as it is now.
    pub(crate) async fn reread(&self, destination: &Value) -> Value {
        self.get(&at(destination)).await.destination(200).clone()
    }
}

/// The outcome of each check of a verification, in order: `endpoint passed`.
pub(crate) fn checks(verification: &Value) -> Vec<String> {
    let checks = verification["checks"].as_array().unwrap();
    let line =
        |check: &Value| format!("{} {}", check["name"].as_str().unwrap(), check["outcome"].as_str().unwrap());
    checks.iter().map(line).collect()
}

/// The failed check of a verification: its name and its advice.
#[track_caller]
pub(crate) fn failed_check(verification: &Value) -> (String, String) {
    let failed: Vec<&Value> = verification["checks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|check| check["outcome"] == "failed")
        .collect();
    assert_eq!(failed.len(), 1, "{verification}");
    let text = |member: &str| failed[0][member].as_str().unwrap().to_owned();
    (text("name"), text("detail"))
}
