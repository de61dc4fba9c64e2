//! Steps 1 and 2 of a cloud destination: saved piece by piece, locked once complete, editable where that is allowed.

use serde_json::{Value, json};

use super::{NOWHERE, PRODUCTS, find};
use crate::{
    credentials::merge,
    support::{
        Server,
        reply::{at, within},
    },
};

fn cloud(members: &Value) -> Value {
    json!({ "cloudProviderSettings": members })
}

#[tokio::test]
async fn a_wizard_saves_every_step_of_its_way() {
    let server = Server::start().await;
    let client = server.client();
    let made = client.create(server.staging(), &json!({ "name": "Labs", "type": "cloud" })).await;
    assert_eq!((&made["type"], &made["setupState"]["step"]), (&json!("cloud"), &json!("type")));
    for (body, step, status) in [
        (cloud(&json!({ "typeId": "aws" })), "type", "in_progress"),
        (cloud(&json!({ "productId": "s3" })), "configure", "in_progress"),
        (cloud(&json!({ "settings": { "bucketName": "labs" } })), "configure", "in_progress"),
        (cloud(&json!({ "settings": { "fileNamePrefix": "in/" } })), "configure", "in_progress"),
        (cloud(&json!({ "settings": { "region": "eu-west-1" } })), "credential", "configured"),
    ] {
        let answer = client.patch(&at(&made), &body).await;
        let now = answer.destination(200);
        assert_eq!((&now["setupState"]["step"], &now["status"]), (&json!(step), &json!(status)), "{body}");
        assert_eq!(now["typeLocked"], json!(status == "configured"));
    }
    let settings = json!({ "bucketName": "labs", "region": "eu-west-1", "fileNamePrefix": "in/" });
    let expected = json!({ "typeId": "aws", "productId": "s3", "settings": settings });
    let now = client.reread(&made).await;
    assert_eq!(now["cloudProviderSettings"], expected);
    assert_eq!(now["setupState"]["destination"]["cloudProviderSettings"], expected);
    assert_eq!(now["endpoint"], json!(null));
}

#[tokio::test]
async fn every_product_is_configured_by_what_it_requires_and_keeps_all_it_is_given() {
    let server = Server::start().await;
    let client = server.client();
    for product in PRODUCTS {
        let least = client.create(server.production(), &product.body(&product.least())).await;
        assert_eq!((&least["status"], &least["type"]), (&json!("configured"), &json!("cloud")), "{least}");
        let full = client.create(server.production(), &product.body(&product.at(NOWHERE))).await;
        assert_eq!(full["cloudProviderSettings"]["settings"], product.at(NOWHERE), "{full}");
        for name in product.required {
            let mut settings = product.at(NOWHERE);
            settings.as_object_mut().unwrap().remove(*name);
            let draft = client.create(server.production(), &product.body(&settings)).await;
            assert_eq!(
                (&draft["status"], &draft["setupState"]["step"]),
                (&json!("in_progress"), &json!("configure")),
                "{} without {name}",
                product.product_id
            );
        }
    }
}

#[tokio::test]
async fn provider_and_product_are_locked_once_configured() {
    let server = Server::start().await;
    let client = server.client();
    for product in PRODUCTS {
        let made = client.create(server.staging(), &product.body(&product.least())).await;
        let other = if product.type_id == "aws" { "gcp" } else { "aws" };
        let mut breaks = vec![
            cloud(&json!({ "typeId": other, "productId": "databricks", "settings": null })),
            cloud(&json!({ "productId": null })),
            cloud(&json!({ "settings": null })),
            json!({ "cloudProviderSettings": null }),
            json!({ "type": "standard" }),
            json!({ "endpoint": "https://labs.example.org/in" }),
            json!({ "type": null, "cloudProviderSettings": null }),
        ];
        breaks.extend(product.required.iter().map(|name| cloud(&json!({ "settings": { *name: null } }))));
        for body in breaks {
            let refused = client.patch(&at(&made), &body).await;
            assert_eq!(refused.json["code"], "destination-type-locked", "{body}: {}", refused.text);
        }
        let same = json!({ "type": "cloud", "cloudProviderSettings": product.body(&product.least())["cloudProviderSettings"] });
        client.patch(&at(&made), &same).await.destination(200);
        assert_eq!(client.reread(&made).await, made, "nothing has changed");
    }
}

#[tokio::test]
async fn before_that_they_may_change_and_the_settings_of_the_other_product_go() {
    let server = Server::start().await;
    let client = server.client();
    let made =
        client.create(server.staging(), &find("aws", "s3").body(&json!({ "bucketName": "labs" }))).await;
    let answer = client
        .patch(&at(&made), &cloud(&json!({ "productId": "kinesis", "settings": { "streamName": "x" } })))
        .await;
    let expected = json!({ "typeId": "aws", "productId": "kinesis", "settings": { "streamName": "x" } });
    assert_eq!(answer.destination(200)["cloudProviderSettings"], expected);
    let answer = client
        .patch(
            &at(&made),
            &json!({ "endpoint": "https://labs.example.org/in", "cloudProviderSettings": null }),
        )
        .await;
    assert_eq!(answer.destination(200)["type"], "standard");
}

#[tokio::test]
async fn settings_stay_editable_and_an_edit_has_to_be_proved_again() {
    let server = Server::start().await;
    let client = server.client();
    let product = find("aws", "s3");
    let fields = product.credential().fields;
    let made = client.cloud(&server, server.production(), product, &product.at(NOWHERE), &fields).await;
    let skip = json!({ "skipVerification": true });
    for (settings, status) in [
        (json!({ "bucketName": "labs", "region": "us-east-1" }), "verified"),
        (json!({ "region": "eu-west-1" }), "configured"),
        (json!({ "fileNamePrefix": null }), "configured"),
        (json!({ "endpointUrl": null }), "configured"),
    ] {
        assert_eq!(client.verify(&made, &skip).await.destination(200)["status"], "verified");
        assert_eq!(client.set(&made, &settings).await.destination(200)["status"], status, "{settings}");
    }
    client.verify(&made, &skip).await.destination(200);
    let renamed = client.patch(&at(&made), &json!({ "name": "Other" })).await;
    assert_eq!(renamed.destination(200)["status"], "verified");
    let left = json!({ "bucketName": "labs", "region": "eu-west-1" });
    assert_eq!(client.reread(&made).await["cloudProviderSettings"]["settings"], left);
}

#[tokio::test]
async fn every_fault_is_told_at_its_place() {
    let server = Server::start().await;
    let client = server.client();
    let settings = json!({
        "bucketName": "Not_A_Bucket", "region": "Frankfurt", "fileNamePrefix": "../", "colour": "red",
        "endpointUrl": "http://labs.example.org/",
    });
    let mut body = find("aws", "s3").body(&settings);
    merge(&mut body, &json!({ "authCredential": "0192f1c0-5d3a-7cc1-b8a5-3f1d5c7a9e01" }));
    let place = |rest: &str| format!("#/cloudProviderSettings/settings/{rest}");
    let mut expected = vec![
        place("bucketName invalid-format"),
        place("colour unknown-field"),
        place("endpointUrl https-required"),
        place("fileNamePrefix invalid-format"),
        place("region invalid-format"),
    ];
    expected.insert(0, "#/authCredential unknown-reference".to_owned());
    assert_eq!(client.post(&within(server.staging()), &body).await.faults(), expected);
    let wizard = json!({ "name": "x", "setupState": { "step": "configure", "destination": body } });
    let faults = client.post(&within(server.staging()), &wizard).await.faults();
    assert!(
        faults.contains(
            &"#/setupState/destination/cloudProviderSettings/settings/region invalid-format".to_owned()
        ),
        "{faults:?}"
    );
    for (cloud, fault) in [
        (json!({ "typeId": "ibm" }), "#/cloudProviderSettings/typeId invalid-value"),
        (
            json!({ "typeId": "aws", "productId": "pub-sub" }),
            "#/cloudProviderSettings/productId invalid-value",
        ),
        (json!({ "productId": "s3" }), "#/cloudProviderSettings/typeId required"),
        (
            json!({ "typeId": "aws", "settings": { "region": "us-east-1" } }),
            "#/cloudProviderSettings/productId required",
        ),
        (
            json!({ "typeId": "aws", "productId": "s3", "settings": { "region": 1 } }),
            "#/cloudProviderSettings/settings/region wrong-type",
        ),
    ] {
        let body = json!({ "name": "x", "cloudProviderSettings": cloud });
        assert_eq!(client.post(&within(server.staging()), &body).await.fault(), fault);
    }
}
