//! The life of a credential of each strategy: stored, shown without its secrets, changed, listed, deleted. Who may.

use serde_json::{Value, json};

use super::{
    STRATEGIES, at, listed,
    samples::{flag_of, samples},
};
use crate::support::{Answer, Server, reply::id};

/// Fails if an answer shows a secret of these fields.
#[track_caller]
fn assert_mute(answer: &Answer, fields: &Value, secrets: &[&str]) {
    for name in secrets {
        let secret = fields[name].as_str().unwrap();
        let line = secret.lines().nth(1).unwrap_or(secret);
        let json = serde_json::to_string(line).unwrap();
        assert!(!answer.text.contains(line) && !answer.text.contains(&json), "{name}: {}", answer.text);
        assert_eq!(answer.json.pointer(&format!("/payload/credential/{name}")), None, "{}", answer.text);
    }
}

#[tokio::test]
async fn a_credential_of_each_strategy_is_stored_and_shown_without_its_secrets() {
    let server = Server::start().await;
    let client = server.client();
    for sample in samples() {
        let body = server.body(server.staging(), sample.strategy, &sample.fields);
        let created = client.post("/authcredentials", &body).await;
        let made = created.credential(201).clone();
        assert!(created.header("location").unwrap().ends_with(&at(&made)), "{:?}", created.headers);
        let mut expected = sample.shown();
        for name in ["organization", "environmentId", "name", "authStrategy"] {
            expected[name] = body[name].clone();
        }
        let mut left = made.clone();
        for name in ["id", "createdAt", "updatedAt"] {
            assert!(left.as_object_mut().unwrap().shift_remove(name).unwrap().is_string(), "{made}");
        }
        let versions = left.as_object_mut().unwrap().shift_remove("secretVersions").unwrap_or(json!({}));
        for secret in sample.secrets {
            expected[flag_of(secret)] = json!(true);
            let version = &versions[secret];
            assert_eq!(version["version"], 1, "{made}");
            assert!(version["updatedAt"].is_string() && version["fingerprint"].is_string(), "{made}");
        }
        assert_eq!(versions.as_object().unwrap().len(), sample.secrets.len(), "{made}");
        assert_eq!(left, expected, "{}", sample.strategy);
        let read = client.get(&at(&made)).await;
        assert_eq!((read.credential(200), read.etag()), (&made, created.etag()));
        for answer in [&created, &read] {
            assert_mute(answer, &sample.fields, sample.secrets);
        }
    }
}

#[tokio::test]
async fn what_is_left_out_shows_as_absent() {
    let server = Server::start().await;
    let client = server.client();
    for sample in samples() {
        let body = server.body(server.staging(), sample.strategy, &sample.least());
        let made = client.store(&body).await;
        for secret in sample.secrets {
            let is_there = sample.required.contains(secret);
            assert_eq!(made[flag_of(secret)], json!(is_there), "{made}");
            assert_eq!(made["secretVersions"].get(secret).is_some_and(Value::is_object), is_there, "{made}");
        }
        for name in sample.shown().as_object().unwrap().keys() {
            let is_there = sample.required.contains(&name.as_str());
            assert_eq!(made.get(name).is_some_and(|value| !value.is_null()), is_there, "{name}: {made}");
        }
    }
}

#[tokio::test]
async fn a_patch_changes_what_it_mentions() {
    let server = Server::start().await;
    let client = server.client();
    for sample in samples() {
        let body = server.body(server.staging(), sample.strategy, &sample.fields);
        let made = client.store(&body).await;
        let same = client.patch(&at(&made), &sample.fields).await;
        assert_eq!(same.credential(200), &made, "an equal value changes nothing");
        let changed = client.patch(&at(&made), &sample.change).await;
        let mut expected = made.clone();
        super::merge(&mut expected, &sample.change);
        expected["updatedAt"] = changed.credential(200)["updatedAt"].clone();
        assert_eq!(changed.credential(200), &expected);
        assert_ne!(changed.etag(), same.etag());
        let renamed = client.patch(&at(&made), &json!({ "name": "  Renamed ", "externalId": "k" })).await;
        assert_eq!(renamed.credential(200)["name"], "Renamed");
        assert_eq!(renamed.credential(200)["externalId"], "k");
        let cleared = client.patch(&at(&made), &json!({ "externalId": null })).await;
        assert!(cleared.credential(200)["externalId"].is_null(), "{}", cleared.text);
        for answer in [same, changed, renamed, cleared] {
            assert_mute(&answer, &sample.fields, sample.secrets);
        }
    }
}

#[tokio::test]
async fn an_optional_field_is_cleared_by_null_and_a_required_one_is_not() {
    let server = Server::start().await;
    let client = server.client();
    for sample in samples() {
        let made = client.store(&server.body(server.staging(), sample.strategy, &sample.fields)).await;
        for name in sample.required {
            let answer = client.patch(&at(&made), &json!({ *name: null })).await;
            assert_eq!(answer.fault(), format!("#/{name} required"), "{}", sample.strategy);
        }
        for name in sample.fields.as_object().unwrap().keys() {
            if sample.required.contains(&name.as_str()) {
                continue;
            }
            // Some fields make sense together only.
            let patch = match name.as_str() {
                "customFieldName" | "customFieldValue" => {
                    json!({ "customFieldName": null, "customFieldValue": null })
                }
                "username" | "password" => json!({ "username": null, "password": null }),
                "service_account_impersonation_url" | "delegates" => {
                    json!({ "service_account_impersonation_url": null, "delegates": null })
                }
                name => json!({ name: null }),
            };
            let answer = client.patch(&at(&made), &patch).await;
            let after = answer.credential(200);
            assert!(after.get(name).is_none_or(Value::is_null), "{name}: {after}");
            if sample.secrets.contains(&name.as_str()) {
                assert_eq!(after[flag_of(name)], json!(false), "{after}");
            }
        }
    }
}

#[tokio::test]
async fn a_secret_shows_only_as_a_version_that_tells_drift() {
    let server = Server::start().await;
    let client = server.client();
    let store = |password: &str| {
        let fields = json!({ "username": "u", "password": password });
        server.body(server.staging(), "Basic", &fields)
    };
    let made = client.store(&store("the first one")).await;
    let twin = client.store(&store("the first one")).await;
    let version = |answer: &Answer| answer.credential(200)["secretVersions"]["password"].clone();
    let again = client.patch(&at(&made), &json!({ "password": "the first one" })).await;
    assert_eq!(version(&again), made["secretVersions"]["password"]);
    let other = client.patch(&at(&made), &json!({ "password": "another one" })).await;
    assert_eq!(version(&other)["version"], 2);
    assert_ne!(version(&other)["fingerprint"], version(&again)["fingerprint"]);
    let back = client.patch(&at(&made), &json!({ "password": "the first one" })).await;
    assert_eq!(version(&back)["version"], 3);
    assert_eq!(version(&back)["fingerprint"], version(&again)["fingerprint"]);
    assert_eq!(twin["secretVersions"]["password"]["version"], 1);
    let masked = client.patch(&at(&made), &json!({ "password": "********" })).await;
    assert_eq!(version(&masked)["version"], 4, "a mask is a password like any other: none is ever shown");
}

#[tokio::test]
async fn a_deleted_credential_is_gone_at_once() {
    let server = Server::start().await;
    let client = server.client();
    for sample in samples() {
        let mut body = server.body(server.staging(), sample.strategy, &sample.fields);
        body["externalId"] = json!("k");
        let made = client.store(&body).await;
        let answer = client.delete(&at(&made)).await;
        assert!(answer.payload(200)["message"].as_str().unwrap().contains(id(&made)), "{}", answer.text);
        client.get(&at(&made)).await.problem(404, "not-found");
        client.patch(&at(&made), &json!({ "name": "x" })).await.problem(404, "not-found");
        client.delete(&at(&made)).await.problem(404, "not-found");
        client.post(&format!("{}/test", at(&made)), &json!({})).await.problem(404, "not-found");
        assert_eq!(client.get(&listed(server.staging())).await.payload(200)["credentials"], json!([]));
    }
}

#[tokio::test]
async fn a_list_tells_what_there_is_and_no_secret() {
    let server = Server::start().await;
    let client = server.client();
    let mut made = Vec::new();
    for sample in samples() {
        made.push(client.store(&server.body(server.staging(), sample.strategy, &sample.fields)).await);
        client.store(&server.body(server.production(), sample.strategy, &sample.least())).await;
    }
    let answer = client.get(&format!("{}?sort=createdAt", listed(server.staging()))).await;
    let list = answer.json["payload"]["credentials"].as_array().unwrap_or_else(|| panic!("{}", answer.text));
    let mut strategies: Vec<&str> = list.iter().map(|one| one["authStrategy"].as_str().unwrap()).collect();
    strategies.sort_unstable();
    let mut expected = STRATEGIES;
    expected.sort_unstable();
    assert_eq!(strategies, expected);
    for one in list {
        let whole = made.iter().find(|made| made["id"] == one["id"]).unwrap();
        for name in ["organization", "name", "environmentId", "createdAt", "updatedAt", "authStrategy"] {
            assert_eq!(one[name], whole[name], "{one}");
        }
    }
    for sample in samples() {
        for name in sample.secrets {
            assert!(!answer.text.contains(&format!("\"{name}\":\"")), "{}", answer.text);
        }
    }
}

#[tokio::test]
async fn a_list_comes_in_pages() {
    let server = Server::start().await;
    let client = server.client();
    for number in 0..5 {
        let mut body = server.body(server.staging(), "Basic", &json!({ "username": "u", "password": "p" }));
        body["name"] = json!(format!("c{number}"));
        client.store(&body).await;
    }
    let (mut path, mut names) = (format!("{}?_count=2&sort=name", listed(server.staging())), Vec::new());
    for _ in 0..3 {
        let answer = client.get(&path).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let page = &answer.json["meta"]["page"];
        assert_eq!((&page["pageType"], &page["pageSize"]), (&json!("cursor"), &json!(2)), "{}", answer.text);
        for one in answer.json["payload"]["credentials"].as_array().unwrap() {
            names.push(one["name"].as_str().unwrap().to_owned());
        }
        let Some(cursor) = page["nextCursor"].as_str() else { break };
        path = format!("{}?_count=2&sort=name&_cursor={cursor}", listed(server.staging()));
    }
    assert_eq!(names, ["c0", "c1", "c2", "c3", "c4"]);
    client
        .get(&format!("{}?_cursor=nonsense", listed(server.staging())))
        .await
        .problem(400, "invalid-cursor");
}

#[tokio::test]
async fn conditions_are_honoured() {
    let server = Server::start().await;
    let client = server.client();
    let body = server.body(server.staging(), "Basic", &json!({ "username": "u", "password": "p" }));
    let created = client.post("/authcredentials", &body).await;
    let (path, first) = (at(created.credential(201)), created.etag());
    assert!(first.starts_with('"') && first.ends_with('"'), "{first}");
    let known = client.get(&path).header("if-none-match", &first).await;
    assert_eq!((known.status, known.text.as_str()), (304, ""));
    let patched = client.patch(&path, &json!({ "password": "q" })).header("if-match", &first).await;
    patched.credential(200);
    assert_ne!(patched.etag(), first, "a new secret is a new version");
    let late = client.patch(&path, &json!({ "name": "x" })).header("if-match", &first).await;
    late.problem(412, "precondition-failed");
    client.delete(&path).header("if-match", &first).await.problem(412, "precondition-failed");
    client.get(&path).header("if-none-match", &first).await.credential(200);
    client.delete(&path).header("if-match", &patched.etag()).await.payload(200);
}

#[tokio::test]
async fn an_id_of_the_callers_own_is_taken_once() {
    let server = Server::start().await;
    let client = server.client();
    let mut body = server.body(server.staging(), "Basic", &json!({ "username": "u", "password": "p" }));
    body["id"] = json!("6f2ab3c4-88f0-4d5e-9a51-3f5b1c2d3e4f");
    assert_eq!(client.store(&body).await["id"], body["id"]);
    client.post("/authcredentials", &body).await.problem(409, "duplicate-id");
    body["environmentId"] = json!(server.production());
    client.post("/authcredentials", &body).await.problem(409, "duplicate-id");
}

#[tokio::test]
async fn an_engineer_writes_others_read_and_outsiders_see_nothing() {
    let server = Server::start().await;
    let fields = json!({ "username": "u", "password": "p" });
    let body = server.body(server.staging(), "Basic", &fields);
    let made = server.client().store(&body).await;
    let (path, test) = (at(&made), format!("{}/test", at(&made)));
    for role in ["viewer", "support"] {
        let reader = server.caller(role, server.staging());
        assert_eq!(reader.get(&path).await.credential(200), &made);
        assert_eq!(
            reader.get(&listed(server.staging())).await.payload(200)["credentials"][0]["id"],
            made["id"]
        );
        reader.post("/authcredentials", &body).await.problem(403, "forbidden");
        reader.patch(&path, &json!({ "name": "x" })).await.problem(403, "forbidden");
        reader.delete(&path).await.problem(403, "forbidden");
        reader.post(&test, &json!({})).await.problem(403, "forbidden");
        let put = reader.call("PUT", &format!("{}/k", listed(server.staging()))).json(&body).await;
        put.problem(403, "forbidden");
    }
    let elsewhere = server.caller("engineer", server.production());
    for answer in [
        elsewhere.get(&path).await,
        elsewhere.get(&listed(server.staging())).await,
        elsewhere.patch(&path, &json!({ "name": "x" })).await,
        elsewhere.delete(&path).await,
        elsewhere.post(&test, &json!({})).await,
        elsewhere.call("PUT", &format!("{}/k", listed(server.staging()))).json(&body).await,
    ] {
        answer.problem(404, "not-found");
    }
    let refused = elsewhere.post("/authcredentials", &body).await;
    assert!(matches!(refused.status, 404 | 422), "{}", refused.text);
    let engineer = server.caller("engineer", server.staging());
    engineer.patch(&path, &json!({ "name": "y" })).await.credential(200);
    engineer.delete(&path).await.payload(200);
    server.stranger().get("/authcredentials/strategies").await.problem(401, "unauthenticated");
}
