//! Step 3 of a cloud destination: a credential of the same environment, whose strategy the product takes.

use serde_json::{Value, json};

use super::{NOWHERE, PRODUCTS, find};
use crate::{
    credentials::{at as at_credential, merge, samples::samples},
    support::{
        Server,
        reply::{TOKEN, at, within},
    },
};

#[tokio::test]
async fn a_product_takes_the_strategies_of_the_contract_and_no_others() {
    let server = Server::start().await;
    let client = server.client();
    let mut credentials = Vec::new();
    for sample in samples() {
        credentials.push((
            sample.strategy,
            client.store(&server.body(server.staging(), sample.strategy, &sample.fields)).await,
        ));
    }
    for product in PRODUCTS {
        for (strategy, credential) in &credentials {
            let mut body = product.body(&product.least());
            merge(&mut body, &json!({ "authCredential": credential["id"] }));
            let answer = client.post(&within(server.staging()), &body).await;
            if product.strategies.contains(strategy) {
                assert_eq!(answer.destination(201)["setupState"]["step"], "verify", "{strategy}");
            } else {
                assert_eq!(
                    answer.fault(),
                    "#/authCredential invalid-value",
                    "{} {strategy}",
                    product.product_id
                );
            }
        }
        let made = client.create(server.staging(), &product.body(&product.least())).await;
        let refused = client.patch(&at(&made), &json!({ "authCredential": credentials[6].1["id"] })).await;
        assert_eq!(refused.fault(), "#/authCredential invalid-value");
        let taken = credentials.iter().find(|(strategy, _)| product.strategies.contains(strategy)).unwrap();
        let attached = client.patch(&at(&made), &json!({ "authCredential": taken.1["id"] })).await;
        assert_eq!(attached.destination(200)["setupState"]["step"], "verify");
    }
}

#[tokio::test]
async fn a_credential_of_another_environment_is_unknown() {
    let server = Server::start().await;
    let client = server.client();
    for product in PRODUCTS {
        let sample = product.credential();
        let elsewhere =
            client.store(&server.body(server.production(), sample.strategy, &sample.fields)).await;
        let mut body = product.body(&product.least());
        merge(&mut body, &json!({ "authCredential": elsewhere["id"] }));
        let refused = client.post(&within(server.staging()), &body).await;
        assert_eq!(refused.fault(), "#/authCredential unknown-reference");
    }
}

#[tokio::test]
async fn without_a_credential_there_is_no_verify_even_with_a_token() {
    let server = Server::start().await;
    let client = server.client();
    for product in PRODUCTS {
        let mut body = product.body(&product.at(NOWHERE));
        merge(&mut body, &json!({ "verificationToken": TOKEN }));
        let made = client.create(server.production(), &body).await;
        assert_eq!(made["setupState"]["step"], "credential");
        for body in [json!({}), json!({ "skipVerification": true })] {
            client.verify(&made, &body).await.problem(409, "destination-auth-missing");
        }
    }
}

#[tokio::test]
async fn a_changed_credential_takes_the_cloud_destination_back() {
    let server = Server::start().await;
    let client = server.client();
    let product = find("aws", "s3");
    let sample = product.credential();
    let made = client.cloud(&server, server.production(), product, &product.least(), &sample.fields).await;
    client.verify(&made, &json!({ "skipVerification": true })).await.destination(200);
    let credential: Value = client
        .get(&format!("/authcredentials/{}", made["authCredential"].as_str().unwrap()))
        .await
        .payload(200)["credential"]
        .clone();
    client.patch(&at_credential(&credential), &sample.change).await.payload(200);
    assert_eq!(client.reread(&made).await["status"], "configured");
    client.delete(&at_credential(&credential)).await.problem(409, "credential-in-use");
}
