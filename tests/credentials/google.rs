//! Google Workload Identity Federation: google-auth and Waypost exchange against the same recording endpoint, and
//! what they send is compared field by field.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::support::{
    Answer, Endpoint, Reply, Server, counterpart::ask, endpoint::Received, reply::failed_check,
};

const POOL: &str =
    "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/waypost";
const CLOUD: &str = "https://www.googleapis.com/auth/cloud-platform";
const STORAGE: &str = "https://www.googleapis.com/auth/devstorage.read_write";
const IMPERSONATION: &str =
    "/v1/projects/-/serviceAccounts/writer@labs.iam.gserviceaccount.com:generateAccessToken";

/// Both of Google's endpoints, and a destination.
async fn google() -> Endpoint {
    Endpoint::start(Reply::By(Arc::new(|request| {
        if request.target == "/v1/token" {
            let kind = "urn:ietf:params:oauth:token-type:access_token";
            (200, json!({ "access_token": "federated-token", "issued_token_type": kind, "token_type": "Bearer", "expires_in": 3599 }))
        } else if request.target == IMPERSONATION {
            (200, json!({ "accessToken": "ya29.impersonated-token", "expireTime": "2100-01-01T00:00:00Z" }))
        } else {
            (200, json!({ "challenge": request.challenge() }))
        }
    })))
    .await
}

async fn verify(server: &Server, theirs: &Endpoint, members: &Value) -> Answer {
    let client = server.client();
    let mut fields = json!({ "audience": POOL, "token_url": theirs.at("/v1/token") });
    super::merge(&mut fields, members);
    let credential = client.store(&server.body(server.development(), "GoogleWIF", &fields)).await;
    let made = client.attached(server.development(), theirs.url(), &credential).await;
    client.verify(&made, &json!({})).await
}

/// A form-encoded body as an object, without the subject token itself.
fn exchanged(request: &Received) -> Value {
    let mut form = json!({});
    for (name, value) in url::form_urlencoded::parse(&request.body) {
        form[name.as_ref()] = json!(value);
    }
    let subject = form.as_object_mut().unwrap().shift_remove("subject_token").expect("a subject token");
    assert_eq!(subject.as_str().unwrap().split('.').count(), 3, "{subject}");
    json!({
        "method": request.method, "target": request.target, "form": form,
        "type": request.header("content-type"), "authorization": request.header("authorization"),
    })
}

fn impersonated(request: &Received) -> Value {
    json!({
        "method": request.method, "target": request.target, "body": request.json(),
        "type": request.header("content-type"), "authorization": request.header("authorization"),
    })
}

/// What google-auth sends for the same configuration.
async fn by_google(theirs: &Endpoint, info: &Value, scopes: &Value) -> Vec<Received> {
    let before = theirs.received().len();
    let mut whole = json!({
        "audience": POOL, "token_url": theirs.at("/v1/token"),
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
    });
    super::merge(&mut whole, info);
    let question = json!({ "info": whole, "subjectToken": "a.b.c", "scopes": scopes });
    ask("google_wif.py", &question).await.unwrap();
    theirs.received().split_off(before)
}

#[tokio::test]
async fn a_direct_exchange_is_what_googles_own_library_sends() {
    let server = Server::start().await;
    let theirs = google().await;
    let answer = verify(&server, &theirs, &json!({ "scope": STORAGE })).await;
    assert_eq!(answer.destination(200)["status"], "verified", "{}", answer.text);
    let ours = theirs.received();
    assert_eq!(theirs.last().header("authorization"), Some("Bearer federated-token"));
    let google = by_google(&theirs, &json!({}), &json!([STORAGE])).await;
    assert_eq!((ours.len(), google.len()), (2, 1));
    assert_eq!(exchanged(&ours[0]), exchanged(&google[0]));
}

#[tokio::test]
async fn an_impersonation_is_what_googles_own_library_sends() {
    let server = Server::start().await;
    let theirs = google().await;
    let members = json!({
        "service_account_impersonation_url": theirs.at(IMPERSONATION), "scope": STORAGE, "lifetime": 1800,
        "sts_scope": "https://www.googleapis.com/auth/iam",
    });
    let answer = verify(&server, &theirs, &members).await;
    assert_eq!(answer.destination(200)["status"], "verified", "{}", answer.text);
    let ours = theirs.received();
    assert_eq!(theirs.last().header("authorization"), Some("Bearer ya29.impersonated-token"));
    let info = json!({
        "service_account_impersonation_url": theirs.at(IMPERSONATION),
        "service_account_impersonation_options": { "token_lifetime_seconds": 1800 },
    });
    let google = by_google(&theirs, &info, &json!([STORAGE])).await;
    assert_eq!((ours.len(), google.len()), (3, 2));
    assert_eq!(exchanged(&ours[0]), exchanged(&google[0]));
    let mut expected = impersonated(&google[1]);
    // Google's library names no delegates by a null; leaving the member out means the same.
    if expected["body"]["delegates"].is_null() {
        expected["body"].as_object_mut().unwrap().shift_remove("delegates");
    }
    let mut found = impersonated(&ours[1]);
    if found["body"]["delegates"] == json!([]) || found["body"]["delegates"].is_null() {
        found["body"].as_object_mut().unwrap().shift_remove("delegates");
    }
    assert_eq!(found, expected);
}

#[tokio::test]
async fn delegates_and_options_are_passed_on() {
    let server = Server::start().await;
    let theirs = google().await;
    let delegates = json!(["projects/-/serviceAccounts/between@labs.iam.gserviceaccount.com"]);
    let members = json!({
        "service_account_impersonation_url": theirs.at(IMPERSONATION), "delegates": delegates,
        "options": { "userProject": "labs" },
    });
    verify(&server, &theirs, &members).await.destination(200);
    let ours = theirs.received();
    let options: Value = serde_json::from_str(&ours[0].form("options").unwrap()).unwrap();
    assert_eq!(options, json!({ "userProject": "labs" }));
    assert_eq!(ours[0].form("scope").as_deref(), Some(CLOUD));
    assert_eq!(ours[1].json()["delegates"], delegates);
    assert_eq!(ours[1].json()["scope"], json!([CLOUD]));
}

#[tokio::test]
async fn the_subject_token_says_who_asks_and_for_whom_and_lives_shortly() {
    let server = Server::start().await;
    let theirs = google().await;
    verify(&server, &theirs, &json!({})).await.destination(200);
    let subject = theirs.received()[0].form("subject_token").unwrap();
    let part = |index: usize| -> Value {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(subject.split('.').nth(index).unwrap()).unwrap())
            .unwrap()
    };
    let (header, claims) = (part(0), part(1));
    assert!(header["kid"].is_string() && header["alg"] == "ES256", "{header}");
    assert_eq!(claims["aud"], POOL);
    let who = claims["sub"].as_str().unwrap();
    assert!(who.starts_with(&format!("waypost:{}:", server.development())), "{who}");
    let life = claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap();
    assert!((30..=3600).contains(&life), "{claims}");
    assert!(claims["iss"].as_str().unwrap().starts_with("http"), "{claims}");
}

#[tokio::test]
async fn anybody_can_check_a_subject_token_by_the_published_keys() {
    let server = Server::start().await;
    let theirs = google().await;
    verify(&server, &theirs, &json!({})).await.destination(200);
    let subject = theirs.received()[0].form("subject_token").unwrap();
    let published = server.stranger().get("//.well-known/jwks.json").await;
    assert_eq!(published.status, 200, "{}", published.text);
    let header = jsonwebtoken::decode_header(&subject).unwrap();
    let keys: jsonwebtoken::jwk::JwkSet = serde_json::from_value(published.json).unwrap();
    let key = keys.find(header.kid.as_deref().unwrap()).expect("its key is published");
    let mut rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::ES256);
    rules.set_audience(&[POOL]);
    let key = jsonwebtoken::DecodingKey::from_jwk(key).unwrap();
    let checked = jsonwebtoken::decode::<Value>(&subject, &key, &rules).unwrap();
    let discovery = server.stranger().get("//.well-known/openid-configuration").await;
    assert_eq!(discovery.status, 200, "{}", discovery.text);
    assert_eq!(checked.claims["iss"], discovery.json["issuer"]);
}

#[tokio::test]
async fn a_refusal_of_either_step_is_told() {
    let server = Server::start().await;
    for (refused, named) in [("/v1/token", "audience"), (IMPERSONATION, "service_account_impersonation_url")]
    {
        let theirs = Endpoint::start(Reply::By(Arc::new(move |request| {
            if request.target != refused {
                (200, json!({ "access_token": "federated-token", "expires_in": 3599 }))
            } else if refused == IMPERSONATION {
                (403, json!({ "error": { "code": 403, "message": "denied", "status": "PERMISSION_DENIED" } }))
            } else {
                (400, json!({ "error": "invalid_target", "error_description": "no such provider" }))
            }
        })))
        .await;
        let members = json!({ "service_account_impersonation_url": theirs.at(IMPERSONATION) });
        let failed = verify(&server, &theirs, &members).await;
        let (check, advice) = failed_check(&failed.problem(422, "verification-failed")["verification"]);
        assert!(check == "authorize" && advice.contains(named), "{refused}: {check}: {advice}");
    }
}
