//! The guard holds for every URL among the settings of every product: refused when written, and when called.

use serde_json::json;

use super::{NOWHERE, PRODUCTS};
use crate::support::{
    Endpoint, Reply, Server,
    reply::{failed_check, within},
};

#[tokio::test]
async fn a_closed_host_among_the_settings_is_refused_when_it_is_written() {
    let server = Server::start_with(&[("WAYPOST_ALLOWED_NETWORKS", "")]).await;
    let client = server.client();
    let theirs = Endpoint::start(Reply::Everything).await;
    for product in PRODUCTS {
        let made = client.create(server.development(), &product.body(&product.at(NOWHERE))).await;
        for host in [
            &theirs.at(""),
            "http://localhost:8000",
            "https://[::ffff:10.0.0.1]",
            "http://169.254.169.254",
            "https://metadata.google.internal",
            "https://labs.example.org:6379",
        ] {
            for name in product.urls() {
                let fault = format!("#/cloudProviderSettings/settings/{name} address-not-allowed");
                let mut settings = product.at(NOWHERE);
                settings[name] = product.at(host)[name].clone();
                let created = client.post(&within(server.development()), &product.body(&settings)).await;
                assert_eq!(created.fault(), fault, "{} {host}", product.product_id);
                let changed = client.set(&made, &json!({ name: settings[name] })).await;
                assert_eq!(changed.fault(), fault, "{} {host}", product.product_id);
                let wizard = json!({ "setupState": { "destination": product.body(&settings) }, "name": "x" });
                let created = client.post(&within(server.development()), &wizard).await;
                assert_eq!(created.fault(), fault.replace("#/", "#/setupState/destination/"));
            }
        }
        assert_eq!(client.reread(&made).await, made);
    }
    assert_eq!(theirs.connections(), 0);
}

#[tokio::test]
async fn plain_http_among_the_settings_is_for_development_only() {
    let server = Server::start().await;
    let client = server.client();
    for product in PRODUCTS {
        for name in product.urls() {
            let mut settings = product.at(NOWHERE);
            settings[name] = product.at("http://labs.example.org")[name].clone();
            for environment in [server.staging(), server.production()] {
                let refused = client.post(&within(environment), &product.body(&settings)).await;
                assert_eq!(
                    refused.fault(),
                    format!("#/cloudProviderSettings/settings/{name} https-required")
                );
            }
            client.create(server.development(), &product.body(&settings)).await;
        }
    }
}

#[tokio::test]
async fn a_host_that_was_closed_meanwhile_is_not_contacted() {
    let mut server = Server::start().await;
    let theirs = Endpoint::start(Reply::Everything).await;
    let mut made = Vec::new();
    for product in PRODUCTS {
        let fields = product.credential().fields;
        let client = server.client();
        let settings = product.at(&theirs.at(""));
        made.push(client.cloud(&server, server.development(), product, &settings, &fields).await);
    }
    server.kill().await;
    server.set_env("WAYPOST_ALLOWED_NETWORKS", "");
    server.restart().await;
    for destination in made {
        let answer = server.client().verify(&destination, &json!({})).await;
        let verification = &answer.problem(422, "verification-failed")["verification"];
        assert_eq!(failed_check(verification).0, "endpoint", "{verification}");
        assert_eq!((&verification["request"], &verification["response"]), (&json!(null), &json!(null)));
    }
    assert_eq!(theirs.connections(), 0);
}
