//! The keys that sign access tokens: replaced by command, without breaking a token that is out there.

use crate::support::{
    Server, server,
    signer::{Signer, client_by_key, own_key},
};

fn kids(published: &serde_json::Value) -> Vec<String> {
    let keys = published["keys"].as_array().unwrap().iter();
    keys.filter(|key| key["alg"] == "EdDSA").map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_new_key_signs_and_tokens_of_the_old_one_stay_good() {
    let mut server = Server::start().await;
    let signer = Signer::es256("k");
    let key = own_key(&server.client(), &signer).await;
    let before = client_by_key(&server, &signer, &key).await;
    let published =
        async |server: &Server| kids(&server.stranger().get("//.well-known/jwks.json").await.json);
    let first = published(&server).await;
    assert_eq!(first.len(), 1);
    let rotated = server::run(&["rotate-token-key"], &server.env());
    assert_eq!(rotated.code, Some(0), "{rotated:?}");
    // A token of the new key, which the running server does not know yet: it looks, and learns of it.
    let user = server.new_user(&[]);
    server.client_for(&user).get("/me").await.payload(200);
    before.get("/me").await.payload(200);
    let both = published(&server).await;
    assert!(both.len() == 2 && both.contains(&first[0]), "{both:?}");
    let bind = server.url().trim_start_matches("http://").to_owned();
    server.kill().await;
    server.set_env("WAYPOST_BIND", &bind);
    server.restart().await;
    before.get("/me").await.payload(200);
    let after = client_by_key(&server, &signer, &key).await;
    after.get("/me").await.payload(200);
    assert_eq!(published(&server).await, both);
}
