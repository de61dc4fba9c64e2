//! HealthLake, against a data store by the vendor's reference, which checks signatures by botocore and Bundles by the
//! schema of FHIR.

use serde_json::{Value, json};

use crate::{
    cloud::{find, refusal, verify},
    credentials::merge,
    support::{Client, Counterpart, Server, reply::checks},
};

async fn store(config: &Value) -> Counterpart {
    Counterpart::start("healthlake_server.py", config).await
}

fn settings(store: &Counterpart) -> Value {
    let endpoint = store.url(&format!("/datastore/{}/r4/", store.text("/datastore")));
    json!({ "datastoreEndpoint": endpoint, "region": store.text("/region") })
}

/// The service and the region of a credential do not count.
fn keys(store: &Counterpart, who: &str) -> Value {
    json!({
        "accessKey": store.text(&format!("{who}/accessKey")), "secretKey": store.text(&format!("{who}/secretKey")),
        "serviceName": "execute-api", "awsRegion": "eu-central-1",
    })
}

async fn stored(store: &Counterpart) -> Vec<Value> {
    Client::new(&store.url(""), None).get("//stored").await.json.as_array().unwrap().clone()
}

#[tokio::test]
async fn the_store_takes_the_bundle_of_every_kind_of_event() {
    let (server, store, product) =
        (Server::start().await, store(&json!({})).await, find("aws", "healthlake"));
    let models = server.client().get("/data-models").await.payload(200)["dataModels"].clone();
    let mut temporary = keys(&store, "/temporary");
    merge(&mut temporary, &json!({ "sessionToken": store.text("/temporary/sessionToken") }));
    let mut count = 0;
    for model in models.as_array().unwrap().iter().filter(|model| model["fhir"] == true) {
        let fields = if count % 2 == 0 { keys(&store, "") } else { temporary.clone() };
        let body = json!({ "dataModel": model["name"] });
        let answer = verify(&server, product, &settings(&store), &fields, &body).await;
        assert_eq!(answer.destination(200)["status"], "verified", "{}", answer.text);
        let verification = &answer.payload(200)["verification"];
        assert_eq!(checks(verification)[5..], ["authorize passed", "send passed", "challenge not_run"]);
        let all = stored(&store).await;
        count += 1;
        assert_eq!(all.len(), count);
        let last = all.last().unwrap();
        assert_eq!(
            (&last["contentType"], &last["sent"]["type"]),
            (&json!("application/fhir+json"), &json!("message"))
        );
        let name = format!("Bundle/{}", last["id"].as_str().unwrap());
        assert!(verification["checks"][6]["detail"].as_str().unwrap().contains(&name), "{verification}");
    }
    assert!(count >= 5, "{count} models");
}

#[tokio::test]
async fn what_the_store_refuses_is_told_with_the_setting_or_the_permission_to_look_at() {
    let (server, product) = (Server::start().await, find("aws", "healthlake"));
    let (strict, busy, ahead) = (
        store(&json!({})).await,
        store(&json!({ "throttled": true })).await,
        store(&json!({ "clock": 900 })).await,
    );
    let other = strict.url("/datastore/ffffffffffffffffffffffffffffffff/r4/");
    for (store, setting, field, words) in [
        (&strict, json!({ "datastoreEndpoint": other }), json!({}), "`datastoreEndpoint`"),
        (&strict, json!({ "region": "eu-west-1" }), json!({}), "Set `region`"),
        (&strict, json!({}), json!({ "accessKey": "AKIAIOSFODNN7EXAMPLE" }), "`accessKey`"),
        (&strict, json!({}), json!({ "secretKey": "wrong" }), "`secretKey`"),
        (&strict, json!({}), json!({ "sessionToken": "wrong" }), "`sessionToken`"),
        (
            &strict,
            json!({}),
            keys(&strict, "/reader"),
            "healthlake:CreateResource on arn:aws:healthlake:us-east-1:<account>:datastore/fhir/",
        ),
        (&busy, json!({}), json!({}), "throttled"),
        (&ahead, json!({}), json!({}), "clock"),
    ] {
        let (mut settings, mut fields) = (settings(store), keys(store, ""));
        merge(&mut settings, &setting);
        merge(&mut fields, &field);
        let (check, advice) = refusal(&server, product, &settings, &fields).await;
        assert!(check == "send" && advice.contains(words), "{words}: {check}: {advice}");
        assert_eq!(stored(store).await, Vec::<Value>::new(), "{words}");
    }
}

#[tokio::test]
async fn a_store_of_another_region_is_found_before_anything_is_sent() {
    let (server, product) = (Server::start().await, find("aws", "healthlake"));
    let mut settings = product.at("https://healthlake.us-west-2.amazonaws.com");
    settings["region"] = json!("us-east-1");
    let (check, advice) = refusal(&server, product, &settings, &product.credential().fields).await;
    assert!(check == "endpoint" && advice.contains("Set `region` to us-west-2"), "{check}: {advice}");
}
