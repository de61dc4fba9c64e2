//! Service accounts: made, named, given roles and keys, removed.

use serde_json::{Value, json};

use crate::support::{
    Server,
    reply::{id, within},
    signer::{Signer, ask, client_by_key},
};

#[tokio::test]
async fn a_pipeline_gets_an_account_a_role_a_key_and_a_token_and_loses_all_of_them_with_it() {
    let server = Server::start().await;
    let owner = server.client();
    let accounts = format!("/organizations/{}/serviceaccounts", server.organization());
    let made = owner.post(&accounts, &json!({ "name": "CI" })).await;
    let account = made.payload(201)["serviceaccount"].clone();
    assert_eq!(made.header("location").unwrap(), format!("/platform/v1{accounts}/{}", id(&account)));
    let one = format!("{accounts}/{}", id(&account));
    let signer = Signer::ed25519("ci");
    let key = owner.post(&format!("{one}/apikeys"), &json!({ "name": "CI", "jwkSet": signer.set() })).await;
    let key = key.payload(201)["apikey"].clone();
    let pipeline = client_by_key(&server, &signer, id(&key)).await;
    let who = pipeline.get("/me").await.payload(200)["user"].clone();
    assert_eq!((who["id"].as_str(), who["name"].as_str()), (account["id"].as_str(), Some("CI")));
    pipeline.get(&within(server.staging())).await.problem(404, "not-found");
    let role = json!({ "role": { "id": "engineer" }, "user": { "id": id(&account) } });
    let assign = format!("/environments/{}/role-assignment", server.staging());
    owner.call("PUT", &assign).json(&role).await.payload(200);
    pipeline.post(&within(server.staging()), &json!({ "name": "Labs" })).await.destination(201);
    owner.delete(&one).await.payload(200);
    pipeline.get("/me").await.problem(401, "unauthenticated");
    assert_eq!(ask(&server, &signer.assertion(&server, id(&key))).await.status, 401);
    owner.get(&one).await.problem(404, "not-found");
    assert_eq!(owner.get(&accounts).await.payload(200)["serviceaccounts"], json!([]));
}

#[tokio::test]
async fn an_account_is_renamed_under_its_version() {
    let server = Server::start().await;
    let owner = server.client();
    let accounts = format!("/organizations/{}/serviceaccounts", server.organization());
    let made = owner.post(&accounts, &json!({ "name": "CI" })).await.payload(201)["serviceaccount"].clone();
    let one = format!("{accounts}/{}", id(&made));
    let tag = owner.get(&one).await.etag();
    assert_eq!(owner.get(&one).header("if-none-match", &tag).await.status, 304);
    let renamed = owner.patch(&one, &json!({ "name": "Nightly" })).header("if-match", &tag).await;
    assert_eq!(renamed.payload(200)["serviceaccount"]["name"], "Nightly");
    owner
        .patch(&one, &json!({ "name": "Late" }))
        .header("if-match", &tag)
        .await
        .problem(412, "precondition-failed");
    assert_eq!(owner.patch(&one, &json!({ "name": Value::Null })).await.fault(), "#/name wrong-type");
    owner.delete(&one).header("if-match", &tag).await.problem(412, "precondition-failed");
}

#[tokio::test]
async fn an_account_has_roles_at_home_only() {
    let server = Server::start().await;
    let other = server.admin(&["bootstrap", "--organization", "Other", "--owner", "Eve"]);
    let theirs = server.client_for(other["ownerId"].as_str().unwrap());
    let accounts = format!("/organizations/{}/serviceaccounts", other["id"]);
    let account =
        theirs.post(&accounts, &json!({ "name": "CI" })).await.payload(201)["serviceaccount"].clone();
    let role = json!({ "role": { "id": "engineer" }, "user": { "id": id(&account) } });
    let assign = format!("/environments/{}/role-assignment", server.staging());
    assert_eq!(server.client().call("PUT", &assign).json(&role).await.fault(), "#/user/id unknown-reference");
    // Nor does anybody else see it.
    let ours = format!("/organizations/{}/serviceaccounts/{}", server.organization(), id(&account));
    server.client().get(&ours).await.problem(404, "not-found");
    let theirs = format!("/organizations/{}/serviceaccounts/{}", other["id"], id(&account));
    server.client().get(&theirs).await.problem(404, "not-found");
}
