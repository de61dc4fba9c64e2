//! Tokens of an identity provider: a real one signs people in.

use serde_json::json;

use crate::support::{
    Counterpart, Server,
    reply::{id, within},
};

const AUDIENCE: &str = "urn:example:waypost";

async fn provider() -> Counterpart {
    Counterpart::start("oidc-login.mjs", &json!({ "audience": AUDIENCE })).await
}

#[tokio::test]
async fn somebody_signs_in_becomes_a_user_and_gets_a_role() {
    let provider = provider().await;
    let issuer = provider.url("");
    let server = Server::start_with(&[
        ("WAYPOST_OIDC_ISSUER", &issuer),
        ("WAYPOST_OIDC_AUDIENCE", AUDIENCE),
        ("WAYPOST_OIDC_CREATE_USERS", "true"),
    ])
    .await;
    let ada = server.stranger().with_token(provider.text("/tokens/ada"));
    let first = ada.get("/me").await.payload(200)["user"].clone();
    assert_eq!(ada.get("/me").await.payload(200)["user"]["id"], first["id"], "the same user again");
    let bob = server.stranger().with_token(provider.text("/tokens/bob"));
    assert_ne!(bob.get("/me").await.payload(200)["user"]["id"], first["id"]);
    ada.get(&within(server.staging())).await.problem(404, "not-found");
    let role = json!({ "role": { "id": "engineer" }, "user": { "id": id(&first) } });
    let assign = format!("/environments/{}/role-assignment", server.staging());
    server.client().call("PUT", &assign).json(&role).await.payload(200);
    ada.post(&within(server.staging()), &json!({ "name": "Labs" })).await.destination(201);
    bob.get(&within(server.staging())).await.problem(404, "not-found");
    // A token for somebody else's API is not one for this.
    let elsewhere = server.stranger().with_token(provider.text("/elsewhere"));
    elsewhere.get("/me").await.problem(401, "unauthenticated");
    // The server's own tokens are as good as ever.
    server.client().get("/me").await.payload(200);
}

#[tokio::test]
async fn of_those_nobody_made_a_user_none_gets_in_unless_it_is_so_configured() {
    let provider = provider().await;
    let issuer = provider.url("");
    let server =
        Server::start_with(&[("WAYPOST_OIDC_ISSUER", &issuer), ("WAYPOST_OIDC_AUDIENCE", AUDIENCE)]).await;
    let ada = server.stranger().with_token(provider.text("/tokens/ada"));
    ada.get("/me").await.problem(401, "unauthenticated");
    let without = Server::start().await;
    without
        .stranger()
        .with_token(provider.text("/tokens/ada"))
        .get("/me")
        .await
        .problem(401, "unauthenticated");
}

#[tokio::test]
async fn settings_that_do_not_go_together_stop_the_start() {
    let half = crate::support::server::run(
        &["check-config"],
        &[("WAYPOST_OIDC_ISSUER", "https://login.example.org")],
    );
    assert!(half.code != Some(0) && half.stderr.contains("WAYPOST_OIDC_AUDIENCE"), "{half:?}");
    let plain = [
        ("WAYPOST_PROFILE", "production"),
        ("WAYPOST_MASTER_KEY", "MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA="),
        ("WAYPOST_OIDC_ISSUER", "http://login.example.org"),
        ("WAYPOST_OIDC_AUDIENCE", "x"),
    ];
    let plain = crate::support::server::run(&["check-config"], &plain);
    assert!(plain.code != Some(0) && plain.stderr.contains("https"), "{plain:?}");
}
