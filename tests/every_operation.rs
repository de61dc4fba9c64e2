//! Driven by the OpenAPI document, so that a new operation cannot be forgotten: nobody gets in without a token,
//! an outsider sees nothing, an unknown member is told, and whatever is answered was declared.

use serde_json::{Value, json};

use crate::{
    openapi::{Operation, document, operations},
    support::{
        Answer, Client, Server,
        reply::{ENDPOINT, id},
    },
};

/// How a value's name stands in a path; `me/apikeys/{apiKeyId` is the one among the caller's own.
fn pattern(name: &str) -> String {
    if name.contains('{') { format!("{name}}}") } else { format!("{{{name}}}") }
}

/// Things that exist, for the parameters of paths.
pub(crate) struct World {
    pub(crate) server: Server,
    document: Value,
    values: Vec<(&'static str, String)>,
}

impl World {
    pub(crate) async fn new() -> Self {
        let server = Server::start().await;
        let client = server.client();
        let made = client.configured(server.production(), ENDPOINT).await;
        let skipped = client.verify(&made, &json!({ "skipVerification": true })).await;
        let verification = id(&skipped.payload(200)["verification"]).to_owned();
        let body = json!({
            "organization": server.organization().parse::<u64>().unwrap(), "environmentId": server.production(),
            "name": "Labs", "authStrategy": "Basic", "username": "u", "password": "p",
        });
        let credential = client.post("/authcredentials", &body).await.payload(201)["credential"].clone();
        let accounts = format!("/organizations/{}/serviceaccounts", server.organization());
        let account =
            client.post(&accounts, &json!({ "name": "CI" })).await.payload(201)["serviceaccount"].clone();
        let keys = format!("{accounts}/{}/apikeys", id(&account));
        let generate = json!({ "name": "CI", "generate": true });
        let key = client.post(&keys, &generate).await.payload(201)["apikey"].clone();
        let own = client.post("/me/apikeys", &generate).await.payload(201)["apikey"].clone();
        let values = vec![
            ("organizationId", server.organization().to_owned()),
            ("environmentId", server.production().to_owned()),
            ("destinationId", id(&made).to_owned()),
            ("verificationId", verification),
            ("credentialId", id(&credential).to_owned()),
            ("serviceAccountId", id(&account).to_owned()),
            ("me/apikeys/{apiKeyId", format!("me/apikeys/{}", id(&own))),
            ("apiKeyId", id(&key).to_owned()),
            ("externalId", "labs".to_owned()),
            ("name", "Results".to_owned()),
            ("eventType", "New".to_owned()),
            ("code", "not-found".to_owned()),
        ];
        Self { server, document: document(), values }
    }

    /// The operations below the base path that need a token.
    pub(crate) fn protected(&self) -> Vec<Operation> {
        let all = operations(&self.document).into_iter();
        all.filter(|operation| {
            operation.path.starts_with("/platform/v1") && operation.is_protected(&self.document)
        })
        .collect()
    }

    /// The path with every parameter filled in.
    fn path(&self, operation: &Operation) -> String {
        let filled = self
            .values
            .iter()
            .fold(operation.path.clone(), |path, (name, value)| path.replace(&pattern(name), value));
        assert!(!filled.contains('{'), "no value for a parameter of {filled}: add it to this test");
        format!("/{filled}")
    }

    /// Calls it with a body, if it takes one.
    pub(crate) async fn call(&self, client: &Client, operation: &Operation, body: &Value) -> Answer {
        let call = client.call(&operation.verb, &self.path(operation));
        let answer =
            if operation.spec.get("requestBody").is_some() { call.json(body).await } else { call.await };
        let status = answer.status.to_string();
        assert!(
            operation.statuses().contains(status.as_str()),
            "{} answered {status}, not declared: {}",
            operation.name(),
            answer.text
        );
        assert!(answer.status < 500, "{}: {}", operation.name(), answer.text);
        answer
    }
}

#[tokio::test]
async fn nobody_gets_in_without_a_token() {
    let world = World::new().await;
    let stranger = world.server.stranger();
    let protected = world.protected();
    assert!(protected.len() >= 12, "{}", protected.len());
    for operation in protected {
        for body in [json!({}), json!({ "colour": "red" })] {
            let answer = world.call(&stranger, &operation, &body).await;
            answer.problem(401, "unauthenticated");
            assert!(answer.header("www-authenticate").is_some(), "{}", operation.name());
        }
    }
}

#[tokio::test]
async fn an_outsider_sees_nothing_of_an_organization() {
    let world = World::new().await;
    let outsider = world.server.client_for(&world.server.new_user(&[]));
    for operation in world.protected() {
        let answer = world.call(&outsider, &operation, &json!({})).await;
        let concerns_somebody =
            ["organizationId", "environmentId", "destinationId", "verificationId", "credentialId"]
                .iter()
                .any(|name| operation.path.contains(name));
        if concerns_somebody {
            assert!(matches!(answer.status, 403 | 404), "{}: {}", operation.name(), answer.text);
        } else {
            let secret = world.values.iter().take(5).map(|(_, value)| value);
            let tells =
                secret.filter(|value| value.len() > 10).find(|value| answer.text.contains(value.as_str()));
            assert_eq!(tells, None, "{}: {}", operation.name(), answer.text);
        }
    }
}

#[tokio::test]
async fn an_unknown_member_is_told_by_every_operation_that_takes_a_body() {
    let world = World::new().await;
    let client = world.server.client();
    let mut bodies = 0;
    for operation in world.protected() {
        if operation.spec.get("requestBody").is_none() {
            continue;
        }
        bodies += 1;
        let answer = world.call(&client, &operation, &json!({ "colour": "red" })).await;
        let faults = answer.faults();
        assert!(faults.contains(&"#/colour unknown-field".to_owned()), "{}: {faults:?}", operation.name());
    }
    assert!(bodies >= 3, "{bodies}");
}

#[tokio::test]
async fn every_operation_names_an_unknown_query_parameter() {
    let world = World::new().await;
    let client = world.server.client();
    for operation in world.protected() {
        let path = format!("{}?colour=red", world.path(&operation));
        let call = client.call(&operation.verb, &path);
        let answer = if operation.spec.get("requestBody").is_some() {
            call.json(&json!({})).await
        } else {
            call.await
        };
        answer.problem(400, "invalid-parameter");
        assert_eq!(answer.json["errors"][0]["parameter"], "colour", "{}", operation.name());
    }
}

#[tokio::test]
async fn every_operation_with_a_body_refuses_other_types_and_broken_json() {
    let world = World::new().await;
    let client = world.server.client();
    for operation in world.protected() {
        if operation.spec.get("requestBody").is_none() {
            continue;
        }
        let send = |kind, body| client.call(&operation.verb, &world.path(&operation)).raw(kind, body);
        send("text/plain", b"{}").await.problem(415, "unsupported-media-type");
        send("application/json", b"{\"a\"").await.problem(400, "malformed-request");
        send("application/json", &vec![b' '; 1024 * 1024 + 1]).await.problem(413, "payload-too-large");
    }
}

#[tokio::test]
async fn the_owner_gets_what_was_declared() {
    let world = World::new().await;
    let client = world.server.client();
    for operation in world.protected() {
        if operation.verb == "GET" {
            let answer = world.call(&client, &operation, &Value::Null).await;
            answer.payload(200);
        }
    }
}
