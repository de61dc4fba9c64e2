//! API keys: given, fetched or made; changed and revoked; and that no private half is ever kept.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

use crate::support::{
    Endpoint, Reply, Server,
    reply::id,
    signer::{Signer, ask, claims, client_by_key, own_key},
};

#[tokio::test]
async fn a_pair_that_the_server_makes_works_and_its_private_half_is_shown_once() {
    let server = Server::start().await;
    let owner = server.client();
    let made = owner.post("/me/apikeys", &json!({ "name": "CI", "generate": true })).await;
    let payload = made.payload(201).clone();
    let (key, private) = (&payload["apikey"], &payload["privateKey"]);
    let pem = private["pem"].as_str().unwrap();
    let signer = Signer {
        kid: private["kid"].as_str().unwrap().to_owned(),
        alg: Algorithm::ES256,
        key: EncodingKey::from_ec_pem(pem.as_bytes()).unwrap(),
        jwk: Value::Null,
    };
    let client = client_by_key(&server, &signer, id(key)).await;
    client.get("/me").await.payload(200);
    let secret = private["jwk"]["d"].as_str().unwrap();
    let path = format!("/me/apikeys/{}", id(key));
    for answer in [owner.get(&path).await, owner.get("/me/apikeys").await] {
        assert!(!answer.text.contains(secret) && !answer.text.contains("PRIVATE"), "{}", answer.text);
    }
    assert!(owner.get(&path).await.payload(200)["apikey"]["lastUsedAt"].is_string());
    assert!(!server.log().contains(secret));
}

#[tokio::test]
async fn keys_are_fetched_from_where_they_are_published_and_again_for_one_that_is_new() {
    let server = Server::start().await;
    let owner = server.client();
    let (old, new) = (Signer::es256("old"), Signer::es256("new"));
    let set = Arc::new(Mutex::new(old.set()));
    let shown = set.clone();
    let published = Endpoint::start(Reply::By(Arc::new(move |_| (200, shown.lock().unwrap().clone())))).await;
    let made = owner.post("/me/apikeys", &json!({ "name": "CI", "jwksURL": published.url() })).await;
    let key = id(&made.payload(201)["apikey"]).to_owned();
    client_by_key(&server, &old, &key).await;
    client_by_key(&server, &old, &key).await;
    assert_eq!(published.received().len(), 1, "it is remembered");
    *set.lock().unwrap() = json!({ "keys": [old.jwk, new.jwk] });
    // Within ten seconds of the last fetch it is not asked again, whoever sends whatever key id.
    assert_eq!(ask(&server, &new.assertion(&server, &key)).await.status, 401);
    assert_eq!(published.received().len(), 1);
    tokio::time::sleep(Duration::from_secs(10)).await;
    client_by_key(&server, &new, &key).await;
    assert_eq!(published.received().len(), 2);
}

#[tokio::test]
async fn a_key_is_changed_and_revoked_at_once() {
    let server = Server::start().await;
    let owner = server.client();
    let (old, new) = (Signer::es256("old"), Signer::ed25519("new"));
    let key = own_key(&owner, &old).await;
    let path = format!("/me/apikeys/{key}");
    let tag = owner.get(&path).await.etag();
    let patch = json!({ "name": "Nightly", "jwkSet": new.set() });
    let changed = owner.patch(&path, &patch).header("if-match", &tag).await;
    assert_eq!(changed.payload(200)["apikey"]["name"], "Nightly");
    owner.patch(&path, &patch).header("if-match", &tag).await.problem(412, "precondition-failed");
    assert_eq!(ask(&server, &old.assertion(&server, &key)).await.status, 401);
    let client = client_by_key(&server, &new, &key).await;
    client.get("/me").await.payload(200);
    owner.delete(&path).await.payload(200);
    client.get("/me").await.problem(401, "unauthenticated");
    owner.get(&path).await.problem(404, "not-found");
}

#[tokio::test]
async fn what_is_wrong_with_a_key_set_is_told_and_nothing_private_is_kept() {
    let server = Server::start().await;
    let owner = server.client();
    let good = Signer::es256("k").jwk;
    let with = |name: &str, value: Value| {
        let mut jwk = good.clone();
        jwk[name] = value;
        jwk
    };
    let faults = async |keys: Value| {
        owner.post("/me/apikeys", &json!({ "name": "CI", "jwkSet": { "keys": keys } })).await.faults()
    };
    assert_eq!(faults(json!([])).await, ["#/jwkSet/keys too-short"]);
    assert_eq!(
        faults(json!([with("d", json!("c2VjcmV0LXNlY3JldA"))])).await,
        ["#/jwkSet/keys/0/d invalid-value"]
    );
    assert_eq!(faults(json!([good, good])).await, ["#/jwkSet/keys/1/kid conflicting-fields"]);
    assert_eq!(faults(json!([with("kid", json!(""))])).await, ["#/jwkSet/keys/0/kid invalid-format"]);
    assert_eq!(faults(json!([with("alg", json!("RS256"))])).await, ["#/jwkSet/keys/0/alg invalid-value"]);
    assert_eq!(faults(json!([with("use", json!("enc"))])).await, ["#/jwkSet/keys/0/use invalid-value"]);
    assert_eq!(faults(json!([with("x", json!("AA"))])).await, ["#/jwkSet/keys/0 invalid-format"]);
    let shared = json!({ "kty": "oct", "kid": "k", "k": "c2VjcmV0LXNlY3JldA" });
    assert_eq!(
        faults(json!([shared])).await,
        ["#/jwkSet/keys/0/k invalid-value", "#/jwkSet/keys/0/kty invalid-value"]
    );
    let weak = json!({ "kty": "RSA", "kid": "k", "e": "AQAB", "n": "A".repeat(171) });
    assert_eq!(faults(json!([weak])).await, ["#/jwkSet/keys/0/n invalid-value"]);
    for body in [json!({ "name": "CI" }), json!({ "name": "CI", "generate": false })] {
        assert_eq!(owner.post("/me/apikeys", &body).await.fault(), "#/jwkSet required");
    }
    let both = json!({ "name": "CI", "generate": true, "jwksURL": "https://keys.example.org/jwks" });
    assert_eq!(owner.post("/me/apikeys", &both).await.fault(), "#/jwkSet conflicting-fields");
    let inside = json!({ "name": "CI", "jwksURL": "http://169.254.169.254/jwks" });
    assert_eq!(owner.post("/me/apikeys", &inside).await.fault(), "#/jwksURL address-not-allowed");
    assert_eq!(owner.get("/me/apikeys").await.payload(200)["apikeys"], json!([]));
}

#[tokio::test]
async fn a_user_has_fifty_keys_at_most() {
    let server = Server::start().await;
    let (owner, signer) = (server.client(), Signer::es256("k"));
    let body = json!({ "name": "CI", "jwkSet": signer.set() });
    let asked: Vec<_> =
        (0..60).map(|_| tokio::spawn(owner.post("/me/apikeys", &body).into_future())).collect();
    let mut made = 0;
    for answer in asked {
        let answer = answer.await.unwrap();
        match answer.status {
            201 => made += 1,
            _ => assert_eq!(answer.fault(), "# limit-reached"),
        }
    }
    assert_eq!(made, 50);
}

#[tokio::test]
async fn keys_of_others_are_nobodys_business() {
    let server = Server::start().await;
    let (owner, signer) = (server.client(), Signer::es256("k"));
    let key = own_key(&owner, &signer).await;
    let other = server.client_for(&server.new_user(&[]));
    let path = format!("/me/apikeys/{key}");
    other.get(&path).await.problem(404, "not-found");
    other.patch(&path, &json!({ "name": "Mine" })).await.problem(404, "not-found");
    other.delete(&path).await.problem(404, "not-found");
    // Another one's key does not make its token somebody else's.
    let stolen = Signer::es256("k");
    let forged = stolen.sign(&stolen.header(), &claims(&server, &key));
    assert_eq!(ask(&server, &forged).await.status, 401);
}
