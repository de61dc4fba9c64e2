//! A mark is planted in every secret of the credential of every product; it is looked for everywhere it must not be,
//! while the far side writes back all that it was sent, in the bodies and headers that vendors use.

use std::sync::Arc;

use serde_json::{Value, json};
use testkit::database::is_postgres;

use super::{PRODUCTS, Product};
use crate::{
    credentials::{
        leaks::{Planted, TOKEN, derived, echo, marked, search_files},
        merge,
    },
    support::{
        Answer, Endpoint, Reply, Server,
        endpoint::Received,
        reply::{at, failed_check},
    },
};

/// Tokens are issued; to everything else the answer has this status and repeats the request.
async fn far_side(status: u16) -> Endpoint {
    Endpoint::start(Reply::Whole(Arc::new(move |request| whole_answer(status, request)))).await
}

fn whole_answer(status: u16, request: &Received) -> (u16, String, String) {
    let said = echo(request);
    let is_token =
        ["/url", "/token_url", "/service_account"].iter().any(|path| request.target.starts_with(path));
    if is_token {
        let mut body = json!({
            "access_token": TOKEN, "accessToken": TOKEN, "expires_in": 3600, "expireTime": "2100-01-01T00:00:00Z",
        });
        merge(&mut body, &json!({ "echo": said }));
        return (200, "content-type: application/json\r\n".to_owned(), body.to_string());
    }
    let authorization = request.header("authorization").unwrap_or_default();
    let headers =
        format!("etag: \"1\"\r\nx-amz-version-id: {authorization}\r\nlocation: /Bundle/{authorization}\r\n");
    // A body that is XML, FHIR or JSON to whoever looks for it.
    let body = json!({
        "resourceType": "OperationOutcome",
        "issue": [{ "severity": "error", "code": "invalid", "diagnostics": said }],
        "message": said, "__type": authorization, "error": { "message": said, "status": authorization },
        "xml": format!("<Error><Code>{authorization}</Code><Message>{said}</Message></Error>"),
    });
    (status, headers, body.to_string())
}

async fn exercise(server: &Server, product: Product, theirs: &Endpoint, fields: &Value) -> Vec<Answer> {
    let client = server.client();
    let made = client.cloud(server, server.development(), product, &product.at(&theirs.at("")), fields).await;
    let mut answers = vec![client.verify(&made, &json!({})).await];
    answers.push(client.verify(&made, &json!({ "dataModel": "FHIR.Event.Order" })).await);
    answers.push(
        client.post(&format!("{}/sendSampleDataset", at(&made)), &json!({ "datasetId": "hl7v2-adt" })).await,
    );
    answers.push(client.get(&format!("{}/verifications", at(&made))).await);
    answers.push(client.get(&at(&made)).await);
    answers
}

#[tokio::test]
async fn nothing_of_a_credential_leaks_through_any_product() {
    let server = Server::start_with(&[("WAYPOST_LOG", "trace")]).await;
    let mut planted = Planted::default();
    planted.plant("a fetched token", TOKEN);
    for product in PRODUCTS {
        for status in [200, 400, 403] {
            let theirs = far_side(status).await;
            let sample = marked(product.credential(), &theirs, &mut planted);
            let answers = exercise(&server, product, &theirs, &sample.fields).await;
            derived(&theirs, &mut planted);
            for answer in &answers {
                assert!(answer.status < 500, "{}", answer.text);
                planted.search(&format!("{} {status}: an answer", product.product_id), &answer.text);
            }
            assert!(theirs.connections() > 0, "{}", product.product_id);
            if status != 200 {
                let problem = answers[0].problem(422, "verification-failed");
                assert!(!failed_check(&problem["verification"]).1.is_empty());
            }
        }
    }
    planted.search("the log", &server.log());
    let searched = search_files(&server.data_dir(), &planted);
    if is_postgres() {
        planted.search("the database", &server.database().dump());
    } else {
        assert!(searched.contains(&"waypost.db".to_owned()), "{searched:?}");
    }
    planted.assert_hidden();
}
