//! Clients that others wrote get tokens by what the standards say, and by what the server publishes of itself.

use serde_json::{Value, json};

use crate::support::{Server, counterpart, reply::id};

/// A key that the server made: what its holder keeps.
async fn made_key(server: &Server) -> (String, Value) {
    let made = server.client().post("/me/apikeys", &json!({ "name": "CI", "generate": true })).await;
    let payload = made.payload(201);
    (id(&payload["apikey"]).to_owned(), payload["privateKey"].clone())
}

#[tokio::test]
async fn authlib_gets_a_token_and_works() {
    let server = Server::start().await;
    let rsa = counterpart::private_keys().await["rsa"].clone();
    let mut public: Value = serde_json::from_str(rsa["publicJwk"].as_str().unwrap()).unwrap();
    public["kid"] = json!("rsa-2026");
    let body = json!({ "name": "CI", "jwkSet": { "keys": [public] } });
    let made = server.client().post("/me/apikeys", &body).await;
    let client_id = id(&made.payload(201)["apikey"]).to_owned();
    let input =
        json!({ "url": server.url(), "client_id": client_id, "pem": rsa["pkcs8"], "kid": "rsa-2026" });
    let me = counterpart::ask("oauth_client.py", &input).await.unwrap();
    assert_eq!(me["payload"]["user"]["name"], "Developer");
}

#[tokio::test]
async fn openid_client_finds_its_way_and_works() {
    let server = Server::start().await;
    let (client_id, private) = made_key(&server).await;
    let input = json!({ "url": server.url(), "client_id": client_id, "jwk": private["jwk"] });
    let me = counterpart::ask("oauth_client.mjs", &input).await.unwrap();
    assert_eq!(me["payload"]["user"]["name"], "Developer");
}
