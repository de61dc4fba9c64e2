//! Contract section 2: the object, and the rules of each of its members.

use serde_json::{Value, json};

use crate::support::{
    Server,
    reply::{ENDPOINT, TOKEN, at, id, within},
};

#[tokio::test]
async fn a_new_destination_shows_all_that_there_is_to_know() {
    let server = Server::start().await;
    let client = server.client();
    let body = json!({ "name": "Nightly labs", "endpoint": ENDPOINT, "verificationToken": TOKEN, "externalId": "labs.nightly" });
    let answer = client.post(&within(server.staging()), &body).await;
    let made = answer.destination(201);
    let (version, environment) = (
        &made["secretVersions"]["verificationToken"],
        json!({ "id": server.staging(), "environmentFlag": "Staging" }),
    );
    assert!(version["fingerprint"].as_str().is_some_and(|text| text.len() >= 16), "{made}");
    let expected = json!({
        "id": id(made), "externalId": "labs.nightly", "name": "Nightly labs", "environment": environment,
        "status": "configured", "type": "standard", "typeLocked": true, "endpoint": ENDPOINT,
        "cloudProviderSettings": null, "authCredential": null,
        "hasVerificationToken": true, "hasWebhookSigningSecret": false,
        "secretVersions": { "verificationToken": { "version": 1, "updatedAt": made["createdAt"], "fingerprint": version["fingerprint"] } },
        "verificationMethod": "POST",
        "setupState": { "step": "verify", "destination": {
            "id": id(made), "name": "Nightly labs", "authCredential": null, "cloudProviderSettings": null, "environment": environment,
        } },
        "verification": { "verifiedAt": null, "skipped": false, "lastAttempt": null },
        "createdAt": made["createdAt"], "updatedAt": made["createdAt"],
    });
    assert_eq!(*made, expected);
    assert_eq!(id(made).as_bytes()[14], b'7', "a UUID of version 7");
    let time = made["createdAt"].as_str().unwrap();
    assert!(time.len() == "2026-11-24T09:00:00.000Z".len() && time.ends_with('Z'), "{time}");
    let location = answer.header("location").unwrap();
    assert!(location.ends_with(&format!("/platform/v1/destinations/{}", id(made))), "{location}");
    assert_eq!(client.reread(made).await, *made);
}

#[tokio::test]
async fn a_name_alone_is_enough_to_begin_with() {
    let server = Server::start().await;
    let made = server.client().create(server.development(), &json!({ "name": "Draft" })).await;
    assert_eq!(
        (&made["status"], &made["type"], &made["typeLocked"]),
        (&json!("in_progress"), &json!(null), &json!(false))
    );
    assert_eq!(made["setupState"]["step"], "type");
    assert_eq!((&made["endpoint"], &made["hasVerificationToken"]), (&json!(null), &json!(false)));
}

/// Bodies that are fine but for one member, and the fault they must get.
fn faulty_members() -> Vec<(Value, &'static str)> {
    vec![
        (json!({ "name": null }), "#/name wrong-type"),
        (json!({ "name": 5 }), "#/name wrong-type"),
        (json!({ "name": "" }), "#/name too-short"),
        (json!({ "name": " \t\n " }), "#/name too-short"),
        (json!({ "name": "\u{3000}" }), "#/name too-short"),
        (json!({ "name": "x".repeat(256) }), "#/name too-long"),
        (json!({ "name": "nul\0" }), "#/name invalid-format"),
        (json!({ "externalId": "a b" }), "#/externalId invalid-format"),
        (json!({ "externalId": "é" }), "#/externalId invalid-format"),
        (json!({ "externalId": 1 }), "#/externalId wrong-type"),
        (json!({ "type": "other" }), "#/type invalid-value"),
        (json!({ "type": 1 }), "#/type wrong-type"),
        (json!({ "endpoint": "labs.example.org" }), "#/endpoint invalid-url"),
        (json!({ "endpoint": "https://labs.example.org/#top" }), "#/endpoint invalid-url"),
        (json!({ "endpoint": "https://me:pw@labs.example.org/" }), "#/endpoint invalid-url"),
        (json!({ "endpoint": "http://labs.example.org/" }), "#/endpoint https-required"),
        (json!({ "endpoint": "https://10.0.0.1/" }), "#/endpoint address-not-allowed"),
        (
            json!({ "endpoint": format!("https://labs.example.org/{}", "a".repeat(2_048)) }),
            "#/endpoint too-long",
        ),
        (json!({ "endpoint": ["https://labs.example.org/"] }), "#/endpoint wrong-type"),
        (json!({ "verificationToken": "seven77" }), "#/verificationToken too-short"),
        (json!({ "verificationToken": "x".repeat(513) }), "#/verificationToken too-long"),
        (json!({ "verificationToken": " pasted-along" }), "#/verificationToken surrounding-whitespace"),
        (json!({ "verificationToken": "pasted-along\n" }), "#/verificationToken surrounding-whitespace"),
        (json!({ "verificationToken": "two words" }), "#/verificationToken invalid-format"),
        (json!({ "verificationToken": "sécrétité" }), "#/verificationToken invalid-format"),
        (json!({ "verificationToken": true }), "#/verificationToken wrong-type"),
        (json!({ "verificationMethod": "PUT" }), "#/verificationMethod invalid-value"),
        (json!({ "verificationMethod": "post" }), "#/verificationMethod invalid-value"),
        (
            json!({ "authCredential": "0192f1c0-0000-7000-8000-000000000000" }),
            "#/authCredential unknown-reference",
        ),
        (json!({ "authCredential": "mine" }), "#/authCredential invalid-format"),
        (json!({ "type": "cloud", "endpoint": ENDPOINT }), "#/endpoint conflicting-fields"),
        (
            json!({ "cloudProviderSettings": { "typeId": "moon" } }),
            "#/cloudProviderSettings/typeId invalid-value",
        ),
        (json!({ "cloudProviderSettings": [] }), "#/cloudProviderSettings wrong-type"),
        (json!({ "setupState": "type" }), "#/setupState wrong-type"),
    ]
}

#[tokio::test]
async fn a_faulty_member_is_refused_on_create_and_on_patch_and_nothing_is_stored() {
    let server = Server::start().await;
    let client = server.client();
    let made = client.create(server.staging(), &json!({ "name": "Labs" })).await;
    for (member, fault) in faulty_members() {
        assert_eq!(client.patch(&at(&made), &member).await.fault(), fault, "{member}");
        let mut body = member.clone();
        if body.get("name").is_none() {
            body["name"] = json!("Other");
        }
        assert_eq!(client.post(&within(server.staging()), &body).await.fault(), fault, "{member}");
    }
    assert_eq!(client.reread(&made).await, made);
    assert_eq!(
        client.get(&within(server.staging())).await.payload(200)["destinations"].as_array().unwrap().len(),
        1
    );
}

#[tokio::test]
async fn members_of_two_types_exclude_each_other() {
    let server = Server::start().await;
    let body = json!({ "name": "Both", "endpoint": ENDPOINT, "cloudProviderSettings": {} });
    let fault = server.client().post(&within(server.staging()), &body).await.fault();
    assert_eq!(fault, "#/cloudProviderSettings conflicting-fields");
}

#[tokio::test]
async fn what_only_a_create_may_say_is_checked_there() {
    let server = Server::start().await;
    let client = server.client();
    let cases = [
        (json!({ "name": "x", "id": "mine" }), "#/id invalid-format"),
        (json!({ "endpoint": ENDPOINT }), "#/name required"),
        (json!({ "name": "x", "environment": { "id": server.production() } }), "#/environment/id mismatch"),
        (
            json!({ "name": "x", "environment": { "environmentFlag": "Production" } }),
            "#/environment/environmentFlag mismatch",
        ),
    ];
    for (body, fault) in cases {
        assert_eq!(client.post(&within(server.staging()), &body).await.fault(), fault, "{body}");
    }
    let fitting =
        json!({ "name": "x", "environment": { "id": server.staging(), "environmentFlag": "Staging" } });
    let made = client.create(server.staging(), &fitting).await;
    for (patch, fault) in [
        (json!({ "id": id(&made) }), "#/id unknown-field"),
        (json!({ "environment": {} }), "#/environment unknown-field"),
    ] {
        assert_eq!(client.patch(&at(&made), &patch).await.fault(), fault);
    }
}

#[tokio::test]
async fn the_limits_themselves_are_allowed() {
    let server = Server::start().await;
    let client = server.client();
    let longest = "ü".repeat(255);
    let cases = [
        json!({ "name": "x" }),
        json!({ "name": longest }),
        json!({ "name": format!("  {longest}\n") }),
        json!({ "name": "x", "verificationToken": "8letters" }),
        json!({ "name": "x", "verificationToken": "!".repeat(512) }),
        json!({ "name": "x", "externalId": "-".repeat(64) }),
        json!({ "name": "x", "externalId": "A.b_c-9" }),
        json!({ "name": "x", "verificationMethod": "GET" }),
        json!({ "name": "x", "type": "standard" }),
        json!({ "name": "x", "type": "cloud" }),
        json!({ "name": "x", "type": null, "endpoint": null, "externalId": null }),
        json!({ "name": "x", "id": "6f2ab3c4-88f0-4d5e-9a51-3f5b1c2d3e4f" }),
        json!({ "name": "x", "endpoint": format!("https://labs.example.org/{}", "a".repeat(2_048 - 25)) }),
    ];
    for body in cases {
        let made = client.create(server.staging(), &body).await;
        assert_eq!(made["name"], body["name"].as_str().unwrap().trim());
    }
}

#[tokio::test]
async fn an_endpoint_is_shown_in_its_normal_form() {
    let server = Server::start().await;
    let body = json!({ "name": "x", "endpoint": "HTTPS://Labs.EXAMPLE.org:443/a/../in?x=1" });
    let made = server.client().create(server.staging(), &body).await;
    assert_eq!(made["endpoint"], "https://labs.example.org/in?x=1");
}

#[tokio::test]
async fn an_external_id_is_unique_in_its_environment() {
    let server = Server::start().await;
    let client = server.client();
    let body = json!({ "name": "x", "externalId": "labs" });
    let first = client.create(server.staging(), &body).await;
    client.post(&within(server.staging()), &body).await.problem(409, "duplicate-id");
    client.create(server.production(), &body).await;
    let other = client.create(server.staging(), &json!({ "name": "y" })).await;
    client.patch(&at(&other), &json!({ "externalId": "labs" })).await.problem(409, "duplicate-id");
    client.patch(&at(&first), &json!({ "externalId": "labs" })).await.destination(200);
    client.patch(&at(&first), &json!({ "externalId": null })).await.destination(200);
    let taken = client.patch(&at(&other), &json!({ "externalId": "labs" })).await;
    assert_eq!(taken.destination(200)["externalId"], "labs");
}

#[tokio::test]
async fn a_patch_keeps_what_it_does_not_mention_and_clears_what_it_nulls() {
    let server = Server::start().await;
    let client = server.client();
    let body = json!({ "name": "x", "endpoint": ENDPOINT, "verificationToken": TOKEN, "verificationMethod": "GET", "externalId": "k" });
    let made = client.create(server.staging(), &body).await;
    let renamed = client.patch(&at(&made), &json!({ "name": "y" })).await.destination(200).clone();
    let mut expected = made.clone();
    expected["name"] = json!("y");
    expected["setupState"]["destination"]["name"] = json!("y");
    expected["updatedAt"] = renamed["updatedAt"].clone();
    assert_eq!(renamed, expected);
    let nulls = json!({ "verificationToken": null, "verificationMethod": null, "authCredential": null, "cloudProviderSettings": null });
    let cleared = client.patch(&at(&made), &nulls).await.destination(200).clone();
    assert_eq!(
        (&cleared["hasVerificationToken"], &cleared["verificationMethod"]),
        (&json!(false), &json!("POST"))
    );
    assert!(cleared["secretVersions"].get("verificationToken").is_none_or(Value::is_null), "{cleared}");
    assert_eq!((&cleared["endpoint"], &cleared["status"]), (&json!(ENDPOINT), &json!("configured")));
    assert_eq!(cleared["setupState"]["step"], "credential");
}

#[tokio::test]
async fn a_token_shows_only_as_a_version_that_tells_drift() {
    let server = Server::start().await;
    let client = server.client();
    let made = client.configured(server.staging(), ENDPOINT).await;
    let twin = client.configured(server.staging(), ENDPOINT).await;
    let version = |destination: &Value| destination["secretVersions"]["verificationToken"].clone();
    let again = client.patch(&at(&made), &json!({ "verificationToken": TOKEN })).await;
    assert_eq!(version(again.destination(200)), version(&made), "the same token is no change");
    let other = client.patch(&at(&made), &json!({ "verificationToken": "another-token-altogether" })).await;
    assert_eq!(version(other.destination(200))["version"], 2);
    assert_ne!(version(other.destination(200))["fingerprint"], version(&made)["fingerprint"]);
    let back = client.patch(&at(&made), &json!({ "verificationToken": TOKEN })).await;
    assert_eq!(version(back.destination(200))["version"], 3);
    assert_eq!(version(back.destination(200))["fingerprint"], version(&made)["fingerprint"]);
    assert_eq!(version(&twin)["version"], 1);
    for answer in [again, other, back] {
        assert!(!answer.text.contains(TOKEN) && !answer.text.contains("another-token"), "{}", answer.text);
    }
}

#[tokio::test]
async fn a_wizard_may_save_its_progress_in_setup_state() {
    let server = Server::start().await;
    let client = server.client();
    let body = json!({ "setupState": { "step": "type", "destination": { "name": "From the wizard" } } });
    let made = client.create(server.staging(), &body).await;
    assert_eq!(made["name"], "From the wizard");
    let both = json!({ "name": "From the top", "setupState": { "step": "verify", "destination": { "name": "From the wizard" } } });
    assert_eq!(client.create(server.staging(), &both).await["name"], "From the top");
    let patched =
        client.patch(&at(&made), &json!({ "setupState": { "destination": { "name": "Next" } } })).await;
    assert_eq!(patched.destination(200)["name"], "Next");
    let as_it_was = json!({ "setupState": patched.destination(200)["setupState"] });
    let unchanged = client.patch(&at(&made), &as_it_was).await;
    assert_eq!((unchanged.destination(200), unchanged.etag()), (patched.destination(200), patched.etag()));
    let ahead = client.patch(&at(&made), &json!({ "setupState": { "step": "verify" } })).await;
    assert_eq!(ahead.destination(200)["setupState"]["step"], "type", "the server derives the step");
}

#[tokio::test]
async fn a_deleted_destination_is_gone_at_once() {
    let server = Server::start().await;
    let client = server.client();
    let made = client.create(server.staging(), &json!({ "name": "x", "externalId": "k" })).await;
    let answer = client.delete(&at(&made)).await;
    assert!(answer.payload(200)["message"].as_str().unwrap().contains(id(&made)), "{}", answer.text);
    client.get(&at(&made)).await.problem(404, "not-found");
    client.patch(&at(&made), &json!({ "name": "y" })).await.problem(404, "not-found");
    client.delete(&at(&made)).await.problem(404, "not-found");
    client.verify(&made, &json!({})).await.problem(404, "not-found");
    client.get(&format!("{}/verifications", at(&made))).await.problem(404, "not-found");
    assert_eq!(client.get(&within(server.staging())).await.payload(200)["destinations"], json!([]));
    client.create(server.staging(), &json!({ "name": "x", "externalId": "k" })).await;
}
