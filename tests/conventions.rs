//! Contract section 1: the envelope, the shape of problems, bodies and their faults, request ids, help pages.

use serde_json::{Value, json};

use crate::support::{
    Server,
    reply::{at, id, places, within},
};

const MISSING: &str = "/destinations/0192f1c0-0000-7000-8000-000000000000";

#[tokio::test]
async fn a_problem_says_what_where_and_which_request() {
    let server = Server::start().await;
    let answer = server.client().get(MISSING).header("x-request-id", "lookup-1").await;
    let mut problem = answer.problem(404, "not-found").clone();
    assert_eq!(problem["type"], format!("{}/problems/not-found", server.url()));
    problem["type"] = json!("[type]");
    insta::assert_json_snapshot!(problem, @r#"
    {
      "type": "[type]",
      "title": "Not found",
      "status": 404,
      "detail": "There is nothing here, or nothing that you may know of.",
      "instance": "/platform/v1/destinations/0192f1c0-0000-7000-8000-000000000000",
      "code": "not-found",
      "requestId": "lookup-1"
    }
    "#);
}

#[tokio::test]
async fn a_path_that_does_not_exist_is_not_found() {
    let server = Server::start().await;
    for path in [
        "/",
        "/nothing",
        "//nothing",
        "//platform",
        "//platform/v2/me",
        "/destinations",
        "/me/",
        "//problems/x",
    ] {
        server.client().get(path).await.problem(404, "not-found");
    }
}

#[tokio::test]
async fn a_wrong_verb_is_told_which_ones_the_path_takes() {
    let server = Server::start().await;
    let client = server.client();
    let collection = within(server.staging());
    let cases = [
        ("PUT", MISSING, "DELETE GET PATCH"),
        ("POST", MISSING, "DELETE GET PATCH"),
        ("DELETE", collection.as_str(), "GET POST"),
        ("GET", &format!("{MISSING}/verify"), "POST"),
        ("PATCH", &format!("{MISSING}/verifications"), "GET"),
        ("POST", "/me", "GET"),
        ("POST", "/data-models", "GET"),
        ("POST", "//openapi.json", "GET"),
    ];
    for (verb, path, allowed) in cases {
        let answer = client.call(verb, path).json(&json!({})).await;
        answer.problem(405, "method-not-allowed");
        let allow = answer.header("allow").unwrap_or_else(|| panic!("{verb} {path}: no Allow"));
        let mut verbs: Vec<&str> =
            allow.split(',').map(str::trim).filter(|verb| !matches!(*verb, "HEAD" | "OPTIONS")).collect();
        verbs.sort_unstable();
        assert_eq!(verbs.join(" "), allowed, "{verb} {path}");
    }
}

#[tokio::test]
async fn a_body_that_is_not_json_is_malformed() {
    let server = Server::start().await;
    let broken: [&[u8]; 9] = [
        b"",
        b"{",
        b"nul",
        b"[1,",
        b"{\"name\": \"x\"} y",
        b"{\"name\": 'x'}",
        b"{\"name\": \"\xff\"}",
        b"\xef\xbb\xbf",
        b"{\"a\":1,}",
    ];
    for body in broken {
        let answer =
            server.client().call("POST", &within(server.staging())).raw("application/json", body).await;
        answer.problem(400, "malformed-request");
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let answer = server
        .client()
        .call("POST", &within(server.staging()))
        .raw("application/json", deep.as_bytes())
        .await;
    assert!(matches!(answer.status, 400 | 422), "{}", answer.status);
}

#[tokio::test]
async fn json_that_is_no_object_is_a_fault_of_the_whole_body() {
    let server = Server::start().await;
    for body in [json!([]), json!("name"), json!(7), json!(null), json!(true)] {
        assert_eq!(server.client().post(&within(server.staging()), &body).await.fault(), "# wrong-type");
    }
}

#[tokio::test]
async fn a_body_of_another_type_is_refused() {
    let server = Server::start().await;
    let client = server.client();
    let body = br#"{"name": "Labs"}"#;
    for kind in [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "json",
    ] {
        let answer = client.call("POST", &within(server.staging())).raw(kind, body).await;
        answer.problem(415, "unsupported-media-type");
    }
    let made =
        client.call("POST", &within(server.staging())).raw("application/json; charset=utf-8", body).await;
    let path = at(made.destination(201));
    for kind in ["application/json", "application/merge-patch+json", "Application/JSON"] {
        client.call("PATCH", &path).raw(kind, body).await.destination(200);
    }
    client
        .call("PATCH", &path)
        .raw("application/json-patch+json", body)
        .await
        .problem(415, "unsupported-media-type");
    client
        .call("POST", &within(server.staging()))
        .raw("application/merge-patch+json", body)
        .await
        .problem(415, "unsupported-media-type");
}

#[tokio::test]
async fn a_body_over_a_mebibyte_is_too_large() {
    let server = Server::start().await;
    let body = json!({ "name": "x".repeat(1024 * 1024) });
    server.client().post(&within(server.staging()), &body).await.problem(413, "payload-too-large");
    let body = json!({ "name": "x".repeat(1024 * 1024 - 100) });
    assert_eq!(server.client().post(&within(server.staging()), &body).await.fault(), "#/name too-long");
}

#[tokio::test]
async fn every_fault_of_a_body_is_told_at_once() {
    let server = Server::start().await;
    let body = json!({
        "name": "", "externalId": "a b", "type": "other", "endpoint": 7, "verificationToken": "short",
        "verificationMethod": "PUT", "authCredential": "not-an-id", "colour": "red",
        "environment": { "id": server.production(), "size": 1 },
        "setupState": { "step": "verify", "destination": { "shape": "round" } },
    });
    let answer = server.client().post(&within(server.staging()), &body).await;
    let faults = answer.faults();
    for place in [
        "#/name",
        "#/externalId",
        "#/type",
        "#/endpoint",
        "#/verificationToken",
        "#/verificationMethod",
        "#/authCredential",
        "#/colour",
        "#/environment/size",
        "#/setupState/destination/shape",
    ] {
        assert!(
            faults.iter().any(|fault| fault.split(' ').next() == Some(place)),
            "{place} is missing: {faults:?}"
        );
    }
}

#[tokio::test]
async fn an_unknown_member_is_a_fault_at_its_place() {
    let server = Server::start().await;
    let client = server.client();
    let made = client.create(server.staging(), &json!({ "name": "Labs" })).await;
    let cases = [
        (json!({ "nmae": "x" }), "#/nmae unknown-field"),
        (json!({ "a/b~c": null }), "#/a~1b~0c unknown-field"),
        (json!({ "Name": "x" }), "#/Name unknown-field"),
        (json!({ "setupState": { "stepp": "type" } }), "#/setupState/stepp unknown-field"),
        (
            json!({ "cloudProviderSettings": { "region": "eu" } }),
            "#/cloudProviderSettings/region unknown-field",
        ),
        (json!({ "status": "verified" }), "#/status unknown-field"),
        (json!({ "hasVerificationToken": true }), "#/hasVerificationToken unknown-field"),
    ];
    for (patch, fault) in cases {
        assert_eq!(client.patch(&at(&made), &patch).await.fault(), fault);
    }
    assert_eq!(client.verify(&made, &json!({ "challenge": "x" })).await.fault(), "#/challenge unknown-field");
}

#[tokio::test]
async fn an_unknown_query_parameter_is_named() {
    let server = Server::start().await;
    let client = server.client();
    let made = client.create(server.staging(), &json!({ "name": "Labs" })).await;
    for path in [
        within(server.staging()),
        at(&made),
        format!("{}/verifications", at(&made)),
        "/me".to_owned(),
        "/data-models".to_owned(),
    ] {
        let answer = client.get(&format!("{path}?colour=red")).await;
        assert_eq!(places(answer.problem(400, "invalid-parameter")), ["colour unknown-parameter"], "{path}");
    }
    let answer = client.post(&format!("{}?dry=run", within(server.staging())), &json!({ "name": "x" })).await;
    assert_eq!(places(answer.problem(400, "invalid-parameter")), ["dry unknown-parameter"]);
}

#[tokio::test]
async fn a_request_id_is_echoed_if_it_is_one_and_made_if_not() {
    let server = Server::start().await;
    let client = server.client();
    let longest = "x".repeat(128);
    for given in ["a", "deploy-2026.11_24", longest.as_str()] {
        let answer = client.get("/me").header("x-request-id", given).await;
        assert_eq!(answer.header("x-request-id"), Some(given));
    }
    let too_long = "x".repeat(129);
    for given in ["", "two words", "semi;colon", "caf\u{e9}", too_long.as_str()] {
        let answer = client.get("/me").header("x-request-id", given).await;
        let made = answer.header("x-request-id").expect("always one").to_owned();
        assert_ne!(made, given);
        assert!(
            !made.is_empty() && made.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)),
            "{made}"
        );
        assert_ne!(client.get("/me").await.header("x-request-id"), Some(made.as_str()), "each one its own");
    }
}

#[tokio::test]
async fn names_may_be_any_text() {
    let server = Server::start().await;
    let client = server.client();
    for name in [
        "Łódź 🚑 病院",
        "שלום",
        "a\u{301}\u{200d}",
        "O'Brien; DROP TABLE destinations --",
        "<b>&amp;</b>",
        "%_\\",
        "a\nb\tc",
    ] {
        let made = client.create(server.staging(), &json!({ "name": name })).await;
        assert_eq!(client.reread(&made).await["name"], name);
    }
}

#[tokio::test]
async fn an_id_that_exists_is_taken_whoever_owns_it() {
    let server = Server::start().await;
    let client = server.client();
    let body = json!({ "name": "Mine", "id": "0192f1c0-1111-7222-8333-444455556666" });
    let made = client.create(server.staging(), &body).await;
    assert_eq!(id(&made), "0192f1c0-1111-7222-8333-444455556666");
    client.post(&within(server.staging()), &body).await.problem(409, "duplicate-id");
    let elsewhere = server.admin(&["bootstrap", "--organization", "Elsewhere", "--owner", "Olga"]);
    let stranger = server.caller("engineer", elsewhere["stagingId"].as_str().unwrap());
    let path = within(elsewhere["stagingId"].as_str().unwrap());
    stranger.post(&path, &body).await.problem(409, "duplicate-id");
    client.delete(&at(&made)).await.payload(200);
}

#[tokio::test]
async fn every_problem_code_has_a_page_in_plain_words() {
    const CODES: [&str; 23] = [
        "malformed-request",
        "invalid-parameter",
        "invalid-cursor",
        "unauthenticated",
        "forbidden",
        "production-delete-forbidden",
        "not-found",
        "method-not-allowed",
        "payload-too-large",
        "unsupported-media-type",
        "destination-type-locked",
        "destination-not-configured",
        "destination-auth-missing",
        "verification-skip-not-allowed",
        "verification-in-progress",
        "duplicate-id",
        "concurrent-update",
        "precondition-failed",
        "validation-failed",
        "verification-failed",
        "overloaded",
        "database-unavailable",
        "internal",
    ];
    let server = Server::start().await;
    for code in CODES {
        let answer = server.stranger().get(&format!("//problems/{code}")).await;
        assert_eq!(answer.status, 200, "{code}");
        assert!(answer.header("content-type").unwrap().starts_with("text/"), "{code}: {:?}", answer.headers);
        assert!(answer.text.contains(code) && answer.text.len() > 150, "{code}: {}", answer.text);
    }
    server.stranger().get("//problems/no-such-code").await.problem(404, "not-found");
}

#[tokio::test]
async fn an_id_in_the_path_that_is_none_is_no_server_error() {
    let server = Server::start().await;
    for part in ["x", "0192f1c0", "%00", "..%2f..%2fetc", "0192f1c011117222833344445555666", "%F0%9F%9A%91"] {
        for path in [format!("/destinations/{part}"), within(part), format!("/verifications/{part}")] {
            let answer = server.client().get(&path).await;
            assert!(matches!(answer.status, 400 | 404), "{path}: {}", answer.text);
            assert_ne!(answer.json, Value::Null, "{path}");
        }
    }
}
