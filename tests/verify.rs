//! Contract section 2, verify: what is sent, what is stored, the history, and one attempt at a time.

use serde_json::{Value, json};

use crate::support::{
    Endpoint, Reply, Server,
    certificates::{Authority, Certificate},
    reply::{TOKEN, at, checks, id, within},
};

#[tokio::test]
async fn a_challenge_is_posted_with_the_token_and_must_come_back() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::Challenge).await;
    let made = client.configured(server.development(), endpoint.url()).await;
    let answer = client.verify(&made, &json!({})).await;
    let verification = &answer.payload(200)["verification"];
    assert_eq!(verification["destinationId"], made["id"]);
    assert_eq!((&verification["outcome"], &verification["mode"]), (&json!("passed"), &json!("challenge")));
    assert_eq!(verification["request"], json!({ "method": "POST", "url": endpoint.url() }));
    assert_eq!(verification["response"]["status"], 200);
    assert!(verification["startedAt"].is_string() && verification["durationMs"].is_u64(), "{verification}");
    insta::assert_snapshot!(checks(verification).join("\n"), @r"
    endpoint passed
    resolve not_run
    address passed
    connect passed
    tls not_run
    authorize not_run
    send passed
    challenge passed
    ");
    let sent = endpoint.last();
    assert_eq!((sent.method.as_str(), sent.target.as_str()), ("POST", "/in"));
    let body = sent.json();
    assert_eq!(body["verification-token"], TOKEN);
    assert_eq!(body.as_object().unwrap().len(), 2, "{body}");
    let challenge = body["challenge"].as_str().unwrap();
    assert_eq!((challenge.len(), uuid::Uuid::parse_str(challenge).is_ok()), (36, true), "{challenge}");
    assert_eq!(
        answer.destination(200)["verification"]["lastAttempt"],
        json!({
            "id": verification["id"], "outcome": "passed", "startedAt": verification["startedAt"],
        })
    );
}

#[tokio::test]
async fn every_request_says_who_sends_it() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::Challenge).await;
    let made = client.configured(server.development(), endpoint.url()).await;
    for body in [json!({}), json!({ "verificationMethod": "GET" }), json!({ "dataModel": "Results" })] {
        client.verify(&made, &body).await.destination(200);
        let sent = endpoint.last();
        assert_eq!(sent.header("verification-token"), Some(TOKEN), "{body}");
        assert_eq!(sent.header("application-name"), Some("Waypost"), "{body}");
        assert!(sent.header("user-agent").is_some_and(|agent| agent.starts_with("Waypost/")), "{body}");
        assert_eq!(sent.header("authorization"), None, "{body}");
        assert_eq!(endpoint.url(), format!("http://{}/in", sent.header("host").unwrap()), "{body}");
        assert!(
            ["cookie", "referer", "x-forwarded-for", "proxy-authorization"]
                .iter()
                .all(|name| sent.header(name).is_none())
        );
    }
}

#[tokio::test]
async fn a_challenge_by_get_goes_in_the_query_beside_the_endpoints_own() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::Challenge).await;
    let url = format!("{}?tenant=7", endpoint.url());
    let body = json!({ "name": "x", "endpoint": url, "verificationToken": "q&a=100%+/?#ok", "verificationMethod": "GET" });
    let made = client.create(server.development(), &body).await;
    let answer = client.verify(&made, &json!({})).await;
    assert_eq!(answer.payload(200)["verification"]["request"], json!({ "method": "GET", "url": url }));
    let sent = endpoint.last();
    assert_eq!((sent.method.as_str(), sent.parameter("tenant"), sent.body.len()), ("GET", Some("7"), 0));
    let token = sent.parameter("verification-token").unwrap();
    let decoded = reqwest::Url::parse(&format!("http://x/?t={token}")).unwrap();
    assert_eq!(decoded.query_pairs().next().unwrap().1, "q&a=100%+/?#ok");
    assert!(uuid::Uuid::parse_str(sent.parameter("challenge").unwrap()).is_ok());
}

#[tokio::test]
async fn the_challenge_may_be_anywhere_in_a_successful_answer() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::Everything).await;
    let made = client.configured(server.development(), endpoint.url()).await;
    client.verify(&made, &json!({})).await.destination(200);
}

#[tokio::test]
async fn what_the_body_brings_is_stored_first() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::Challenge).await;
    let made = client.create(server.development(), &json!({ "name": "x", "type": "standard" })).await;
    let body = json!({ "endpoint": endpoint.url(), "verificationToken": TOKEN, "verificationMethod": "GET" });
    let answer = client.verify(&made, &body).await;
    let done = answer.destination(200);
    assert_eq!(
        (&done["endpoint"], &done["verificationMethod"], &done["status"]),
        (&json!(endpoint.url()), &json!("GET"), &json!("verified"))
    );
    assert_eq!(endpoint.last().method, "GET");
    let refused = client.verify(&made, &json!({ "endpoint": "ftp://x" })).await;
    assert_eq!(refused.fault(), "#/endpoint invalid-url");
    assert_eq!(client.reread(&made).await, *done);
    let down = Endpoint::start(Reply::Text(503, String::new())).await;
    client.verify(&made, &json!({ "endpoint": down.url() })).await.problem(422, "verification-failed");
    assert_eq!(client.reread(&made).await["endpoint"], down.url(), "stored though the attempt failed");
}

#[tokio::test]
async fn a_verify_without_any_body_is_a_challenge() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::Challenge).await;
    let made = client.configured(server.development(), endpoint.url()).await;
    let answer = client.call("POST", &format!("{}/verify", at(&made))).await;
    assert_eq!(answer.payload(200)["verification"]["mode"], "challenge");
}

#[tokio::test]
async fn a_sample_message_says_that_it_is_a_test_for_this_destination() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::Text(202, "taken".to_owned())).await;
    let made = client.configured(server.development(), endpoint.url()).await;
    for (model, event) in [
        ("PatientAdmin", "NewPatient"),
        ("Results", "New"),
        ("Clinical Summary", "PatientPush"),
        ("Claim", "Submission"),
    ] {
        let answer = client.verify(&made, &json!({ "dataModel": model, "eventType": event })).await;
        let verification = &answer.payload(200)["verification"];
        assert_eq!((&verification["mode"], &verification["outcome"]), (&json!("sample"), &json!("passed")));
        assert_eq!((&verification["dataModel"], &verification["eventType"]), (&json!(model), &json!(event)));
        assert_eq!(verification["response"], json!({ "status": 202, "body": "taken" }));
        assert_eq!(checks(verification).last().unwrap(), "challenge not_run");
        let sent = endpoint.last();
        assert_eq!(sent.method, "POST");
        let meta = &sent.json()["Meta"];
        assert_eq!(
            (&meta["DataModel"], &meta["EventType"], &meta["Test"]),
            (&json!(model), &json!(event), &json!(true))
        );
        assert_eq!(meta["Destinations"], json!([{ "ID": made["id"], "Name": "Labs" }]));
    }
}

#[tokio::test]
async fn a_fhir_event_is_sent_as_a_message_bundle() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::Text(200, String::new())).await;
    let made = client.configured(server.development(), endpoint.url()).await;
    let models = client.get("/data-models").await.payload(200)["dataModels"].clone();
    let fhir = models.as_array().unwrap().iter().find(|model| model["fhir"] == true).unwrap();
    client.verify(&made, &json!({ "dataModel": fhir["name"] })).await.destination(200);
    let bundle = endpoint.last().json();
    assert_eq!((&bundle["resourceType"], &bundle["type"]), (&json!("Bundle"), &json!("message")));
    assert_eq!(bundle["entry"][0]["resource"]["resourceType"], "MessageHeader");
}

#[tokio::test]
async fn without_an_event_type_the_models_first_is_sent() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::Text(200, String::new())).await;
    let made = client.configured(server.development(), endpoint.url()).await;
    let models = client.get("/data-models").await.payload(200)["dataModels"].clone();
    let model = models.as_array().unwrap().iter().find(|model| model["name"] == "PatientAdmin").unwrap();
    let answer = client.verify(&made, &json!({ "dataModel": "PatientAdmin" })).await;
    assert_eq!(answer.payload(200)["verification"]["eventType"], model["eventTypes"][0]);
}

#[tokio::test]
async fn an_unknown_model_or_event_is_a_fault_and_nothing_is_sent() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::Challenge).await;
    let made = client.configured(server.development(), endpoint.url()).await;
    let cases = [
        (json!({ "dataModel": "Weather" }), "#/dataModel invalid-value"),
        (json!({ "dataModel": "Results", "eventType": "Rain" }), "#/eventType invalid-value"),
        (json!({ "eventType": "New" }), "#/dataModel required"),
        (json!({ "dataModel": 7 }), "#/dataModel wrong-type"),
        (json!({ "skipVerification": "yes" }), "#/skipVerification wrong-type"),
    ];
    for (body, fault) in cases {
        assert_eq!(client.verify(&made, &body).await.fault(), fault, "{body}");
    }
    assert_eq!(endpoint.connections(), 0);
    assert_eq!(client.reread(&made).await, made);
}

#[tokio::test]
async fn a_good_certificate_of_an_extra_authority_is_trusted() {
    let authority = Authority::new();
    let file = authority.file().display().to_string();
    let server = Server::start_with(&[("WAYPOST_EXTRA_CA_FILE", &file)]).await;
    let client = server.client();
    let endpoint = Endpoint::start_tls(Reply::Challenge, authority.acceptor(Certificate::Good)).await;
    for environment in [server.development(), server.staging(), server.production()] {
        let made = client.configured(environment, endpoint.url()).await;
        let answer = client.verify(&made, &json!({})).await;
        assert!(checks(&answer.payload(200)["verification"]).contains(&"tls passed".to_owned()));
    }
}

#[tokio::test]
async fn every_attempt_is_kept_newest_first() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::ChallengeThenError).await;
    let made = client.configured(server.development(), endpoint.url()).await;
    let history = format!("{}/verifications", at(&made));
    assert_eq!(client.get(&history).await.payload(200)["verifications"], json!([]));
    let passed = client.verify(&made, &json!({})).await.payload(200)["verification"].clone();
    let failed =
        client.verify(&made, &json!({})).await.problem(422, "verification-failed")["verification"].clone();
    let sample = client.verify(&made, &json!({ "dataModel": "Notes" })).await;
    let sample = sample.problem(422, "verification-failed")["verification"].clone();
    let list = client.get(&history).await;
    assert_eq!(list.payload(200)["verifications"], json!([sample, failed, passed]));
    for one in [&passed, &failed, &sample] {
        let single = client.get(&format!("/verifications/{}", id(one))).await;
        assert_eq!(single.payload(200)["verification"], *one);
        assert!(single.header("etag").is_some());
    }
    let first = client.get(&format!("{history}?_count=2")).await;
    let next = first.json["meta"]["page"]["nextCursor"].as_str().unwrap();
    let rest = client.get(&format!("{history}?_count=2&_cursor={next}")).await;
    assert_eq!(rest.payload(200)["verifications"], json!([passed]));
    client.get("/verifications/0192f1c0-0000-7000-8000-000000000000").await.problem(404, "not-found");
}

#[tokio::test]
async fn a_second_attempt_waits_for_the_first_to_end() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::ChallengeOnRelease).await;
    let made = client.configured(server.development(), endpoint.url()).await;
    let first = tokio::spawn(client.post(&format!("{}/verify", at(&made)), &json!({})).into_future());
    endpoint.arrived(1).await;
    client.verify(&made, &json!({})).await.problem(409, "verification-in-progress");
    client
        .verify(&made, &json!({ "endpoint": "http://localhost:9999/" }))
        .await
        .problem(409, "verification-in-progress");
    let other = client.configured(server.development(), endpoint.url()).await;
    let other = tokio::spawn(client.post(&format!("{}/verify", at(&other)), &json!({})).into_future());
    endpoint.arrived(2).await;
    client.get(&within(server.development())).await.payload(200);
    endpoint.release();
    assert_eq!(other.await.unwrap().destination(200)["status"], "verified");
    let first = first.await.unwrap();
    assert_eq!(first.destination(200)["status"], "verified", "the refused attempts changed nothing");
    assert_eq!(endpoint.connections(), 2);
    client.verify(&made, &json!({})).await.destination(200);
}

#[tokio::test]
async fn a_pass_does_not_prove_what_changed_meanwhile() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::ChallengeOnRelease).await;
    let made = client.configured(server.development(), endpoint.url()).await;
    let attempt = tokio::spawn(client.post(&format!("{}/verify", at(&made)), &json!({})).into_future());
    endpoint.arrived(1).await;
    client.patch(&at(&made), &json!({ "verificationToken": "changed-meanwhile" })).await.destination(200);
    endpoint.release();
    attempt.await.unwrap().problem(409, "concurrent-update");
    let after = client.reread(&made).await;
    assert_eq!(
        (&after["status"], &after["verification"]["verifiedAt"]),
        (&json!("configured"), &json!(null))
    );
    assert_eq!(
        client.get(&format!("{}/verifications", at(&made))).await.payload(200)["verifications"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    client.verify(&made, &json!({})).await.destination(200);
}

#[tokio::test]
async fn a_rename_meanwhile_does_not_spoil_a_pass() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::ChallengeOnRelease).await;
    let made = client.configured(server.development(), endpoint.url()).await;
    let attempt = tokio::spawn(client.post(&format!("{}/verify", at(&made)), &json!({})).into_future());
    endpoint.arrived(1).await;
    client.patch(&at(&made), &json!({ "name": "Renamed" })).await.destination(200);
    endpoint.release();
    let done: Value = attempt.await.unwrap().destination(200).clone();
    assert_eq!((&done["status"], &done["name"]), (&json!("verified"), &json!("Renamed")));
}

#[tokio::test]
async fn a_destination_deleted_meanwhile_stays_deleted() {
    let server = Server::start().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::ChallengeOnRelease).await;
    let made = client.configured(server.development(), endpoint.url()).await;
    let attempt = tokio::spawn(client.post(&format!("{}/verify", at(&made)), &json!({})).into_future());
    endpoint.arrived(1).await;
    client.delete(&at(&made)).await.payload(200);
    endpoint.release();
    let answer = attempt.await.unwrap();
    assert!(matches!(answer.status, 404 | 409), "{}", answer.text);
    client.get(&at(&made)).await.problem(404, "not-found");
}
