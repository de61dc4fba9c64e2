//! Contract section 5: who is let in, and who may do what.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use crate::support::{
    Answer, Client, Server,
    reply::{ENDPOINT, TOKEN, at, id, within},
};

fn refused(answer: &Answer) -> Value {
    let mut problem = answer.problem(401, "unauthenticated").clone();
    let challenge = answer.header("www-authenticate").unwrap();
    assert!(challenge.starts_with("Bearer"), "{challenge}");
    problem.as_object_mut().unwrap().shift_remove("requestId");
    problem
}

#[tokio::test]
async fn whoever_bears_no_token_is_told_how_to() {
    let server = Server::start().await;
    let stranger = server.stranger();
    for path in ["/me", "/organizations", "/data-models", "/destination-types", &within(server.staging())] {
        refused(&stranger.get(path).await);
    }
    for given in ["", "Bearer", "Bearer ", "Basic dXNlcjpwdw==", "bearer", "Token abc", "Bearer a b"] {
        refused(&stranger.get("/me").header("authorization", given).await);
    }
    let token = server.dev("WAYPOST_TOKEN");
    stranger.get("/me").header("authorization", &format!("bearer {token}")).await.payload(200);
    refused(&stranger.get(&format!("/me?access_token={token}")).await);
}

/// The parts of a token: header, claims, signature as it is written.
fn parts(token: &str) -> (Value, Value, String) {
    let parts: Vec<&str> = token.split('.').collect();
    let json = |part: &str| serde_json::from_slice(&BASE64.decode(part).unwrap()).unwrap();
    (json(parts[0]), json(parts[1]), parts[2].to_owned())
}

fn written(header: &Value, claims: &Value, signature: &str) -> String {
    let part = |json: &Value| BASE64.encode(json.to_string());
    format!("{}.{}.{signature}", part(header), part(claims))
}

/// Tokens that somebody without the server's key could make of a good one.
fn forgeries(token: &str) -> Vec<(String, String)> {
    let (header, claims, signature) = parts(token);
    let with = |base: &Value, name: &str, value: Value| {
        let mut changed = base.clone();
        changed[name] = value;
        changed
    };
    let mut forged = vec![
        ("garbage".to_owned(), "abc".to_owned()),
        ("three empty parts".to_owned(), "..".to_owned()),
        ("no signature".to_owned(), written(&header, &claims, "")),
        ("cut signature".to_owned(), written(&header, &claims, &signature[..signature.len() - 2])),
        ("four parts".to_owned(), format!("{token}.x")),
        ("huge".to_owned(), format!("{token}{}", "A".repeat(6_000))),
        (
            "another subject".to_owned(),
            written(
                &header,
                &with(&claims, "sub", json!("0192f1c0-0000-7000-8000-000000000000")),
                &signature,
            ),
        ),
        (
            "a later end".to_owned(),
            written(&header, &with(&claims, "exp", json!(4_102_444_800_u64)), &signature),
        ),
    ];
    for algorithm in ["none", "None", "NONE", "", "HS256"] {
        let header = with(&header, "alg", json!(algorithm));
        forged.push((format!("alg {algorithm:?} unsigned"), written(&header, &claims, "")));
        forged.push((format!("alg {algorithm:?} signed"), written(&header, &claims, &signature)));
    }
    for kid in [json!("../../dev.env"), json!(""), json!(null), json!(7), json!("' OR 1=1 --")] {
        forged.push((format!("kid {kid}"), written(&with(&header, "kid", kid), &claims, &signature)));
    }
    let mut own = Header::new(Algorithm::EdDSA);
    own.typ = header["typ"].as_str().map(str::to_owned);
    own.kid = header["kid"].as_str().map(str::to_owned);
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
    let key = EncodingKey::from_ed_der(key.serialized_der());
    forged.push(("another key".to_owned(), jsonwebtoken::encode(&own, &claims, &key).unwrap()));
    let key = rcgen::KeyPair::generate().unwrap();
    own.alg = Algorithm::ES256;
    let key = EncodingKey::from_ec_der(key.serialized_der());
    forged.push(("another kind of key".to_owned(), jsonwebtoken::encode(&own, &claims, &key).unwrap()));
    for secret in ["", "secret", header["kid"].as_str().unwrap_or("kid")] {
        let mut shared = own.clone();
        shared.alg = Algorithm::HS256;
        let signed =
            jsonwebtoken::encode(&shared, &claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap();
        forged.push((format!("HS256 under {secret:?}"), signed));
    }
    forged
}

#[tokio::test]
async fn a_forged_token_is_refused_and_the_answer_reveals_nothing() {
    let server = Server::start().await;
    let client = server.client();
    let plain = refused(&client.with_token("x").get("/me").await);
    for (kind, token) in forgeries(server.dev("WAYPOST_TOKEN")) {
        let answer = client.with_token(&token).get("/me").await;
        // A header that large may be refused before anybody looks for a token in it.
        if kind != "huge" || answer.status == 401 {
            assert_eq!(refused(&answer), plain, "{kind}");
        }
        assert!(answer.status >= 400, "{kind}");
    }
}

#[tokio::test]
async fn a_token_of_another_server_is_refused() {
    let (one, other) = (Server::start().await, Server::start().await);
    refused(&one.client().with_token(other.dev("WAYPOST_TOKEN")).get("/me").await);
}

#[tokio::test]
async fn a_token_lasts_as_long_as_was_asked_for() {
    let server = Server::start().await;
    let user = server.new_user(&[]);
    for (asked, seconds) in [("5m", 300), ("90s", 90), ("1h", 3_600)] {
        let made = server.admin(&["token", "--user", &user, "--ttl", asked]);
        let claims = parts(made["token"].as_str().unwrap()).1;
        let lasts = claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap();
        assert_eq!(lasts, seconds, "{claims}");
        assert!(made["expiresAt"].as_str().unwrap().ends_with('Z'), "{made}");
    }
}

/// Status and code of each thing that can be done to a destination and its environment.
async fn attempts(client: &Client, environment: &str, destination: &Value) -> Vec<String> {
    let (path, list) = (at(destination), within(environment));
    let answers = [
        ("read", client.get(&path).await),
        ("list", client.get(&list).await),
        ("history", client.get(&format!("{path}/verifications")).await),
        ("create", client.post(&list, &json!({ "name": "x" })).await),
        ("patch", client.patch(&path, &json!({ "externalId": format!("k-{}", id(destination)) })).await),
        ("verify", client.verify(destination, &json!({ "skipVerification": true })).await),
        ("delete", client.delete(&path).await),
    ];
    answers
        .iter()
        .map(|(what, answer)| {
            format!("{what} {} {}", answer.status, answer.json["code"].as_str().unwrap_or("ok"))
        })
        .collect()
}

#[tokio::test]
async fn each_role_may_do_what_the_table_says() {
    let server = Server::start().await;
    let mut table = String::new();
    for (flag, environment) in [("staging", server.staging()), ("production", server.production())] {
        for role in ["viewer", "support", "engineer", "none", "staff"] {
            let made = server.client().configured(environment, ENDPOINT).await;
            let caller = match role {
                "staff" => server.client_for(&server.new_user(&["--staff"])),
                role => server.caller(role, environment),
            };
            let lines = attempts(&caller, environment, &made).await;
            table.push_str(&format!("{flag}, {role}: {}\n", lines.join(", ")));
        }
    }
    insta::assert_snapshot!(table, @r"
    staging, viewer: read 200 ok, list 200 ok, history 200 ok, create 403 forbidden, patch 403 forbidden, verify 403 forbidden, delete 403 forbidden
    staging, support: read 200 ok, list 200 ok, history 200 ok, create 403 forbidden, patch 403 forbidden, verify 403 forbidden, delete 403 forbidden
    staging, engineer: read 200 ok, list 200 ok, history 200 ok, create 201 ok, patch 200 ok, verify 409 verification-skip-not-allowed, delete 200 ok
    staging, none: read 404 not-found, list 404 not-found, history 404 not-found, create 404 not-found, patch 404 not-found, verify 404 not-found, delete 404 not-found
    staging, staff: read 200 ok, list 200 ok, history 200 ok, create 201 ok, patch 200 ok, verify 409 verification-skip-not-allowed, delete 200 ok
    production, viewer: read 200 ok, list 200 ok, history 200 ok, create 403 forbidden, patch 403 forbidden, verify 403 forbidden, delete 403 forbidden
    production, support: read 200 ok, list 200 ok, history 200 ok, create 403 forbidden, patch 403 forbidden, verify 403 forbidden, delete 403 forbidden
    production, engineer: read 200 ok, list 200 ok, history 200 ok, create 201 ok, patch 200 ok, verify 200 ok, delete 403 production-delete-forbidden
    production, none: read 404 not-found, list 404 not-found, history 404 not-found, create 404 not-found, patch 404 not-found, verify 404 not-found, delete 404 not-found
    production, staff: read 200 ok, list 200 ok, history 200 ok, create 201 ok, patch 200 ok, verify 200 ok, delete 200 ok
    ");
}

#[tokio::test]
async fn what_the_caller_may_not_know_of_looks_as_if_it_did_not_exist() {
    let server = Server::start().await;
    let made = server.client().configured(server.staging(), ENDPOINT).await;
    let elsewhere = server.admin(&["bootstrap", "--organization", "Elsewhere", "--owner", "Olga"]);
    let stranger = server.caller("engineer", elsewhere["stagingId"].as_str().unwrap());
    let unknown = "0192f1c0-0000-7000-8000-000000000000";
    let body = json!({ "name": "x" });
    let look = |answer: Answer, id: &str| {
        let mut problem = answer.problem(404, "not-found").clone();
        problem.as_object_mut().unwrap().shift_remove("requestId");
        serde_json::to_string(&problem).unwrap().replace(id, "[id]")
    };
    for (verb, path, body) in [
        ("GET", "/destinations/[id]", None),
        ("PATCH", "/destinations/[id]", Some(&body)),
        ("DELETE", "/destinations/[id]", None),
        ("GET", "/destinations/[id]/verifications", None),
        ("POST", "/destinations/[id]/verify", Some(&json!({}))),
        ("POST", "/destinations/[id]/verify", Some(&json!({ "endpoint": "ftp://x" }))),
        ("PATCH", "/destinations/[id]", Some(&json!({ "endpoint": "http://x" }))),
    ] {
        let ask = async |id: &str| {
            let call = stranger.call(verb, &path.replace("[id]", id));
            look(
                match body {
                    Some(body) => call.json(body).await,
                    None => call.await,
                },
                id,
            )
        };
        assert_eq!(ask(id(&made)).await, ask(unknown).await, "{verb} {path}");
    }
    for environment in [server.staging(), unknown] {
        look(stranger.get(&within(environment)).await, environment);
        look(stranger.post(&within(environment), &body).await, environment);
    }
    assert_eq!(server.client().reread(&made).await, made);
}

#[tokio::test]
async fn a_role_that_is_taken_away_is_gone_at_once() {
    let server = Server::start().await;
    let made = server.client().create(server.staging(), &json!({ "name": "x" })).await;
    let user = server.new_user(&[]);
    let set = |role: &str| {
        server.admin(&["role", "set", "--user", &user, "--environment", server.staging(), "--role", role])
    };
    set("engineer");
    let client = server.client_for(&user);
    client.patch(&at(&made), &json!({ "name": "y" })).await.destination(200);
    set("viewer");
    client.patch(&at(&made), &json!({ "name": "z" })).await.problem(403, "forbidden");
    client.get(&at(&made)).await.destination(200);
    set("none");
    client.get(&at(&made)).await.problem(404, "not-found");
    set("engineer");
    client.patch(&at(&made), &json!({ "name": "z" })).await.destination(200);
}

#[tokio::test]
async fn a_caller_learns_who_it_is_and_where_it_may_go() {
    let server = Server::start().await;
    let client = server.client();
    let me = client.get("/me").await;
    let subject = parts(server.dev("WAYPOST_TOKEN")).1["sub"].clone();
    assert!(me.payload(200).to_string().contains(subject.as_str().unwrap()), "{}", me.text);
    let organizations = client.get("/organizations").await.payload(200)["organizations"].clone();
    assert_eq!(organizations.as_array().unwrap().len(), 1);
    assert_eq!(organizations[0]["id"].to_string(), server.organization());
    let list = format!("/organizations/{}/environments", server.organization());
    let environments = client.get(&list).await.payload(200)["environments"].clone();
    let mut flags: Vec<(&str, &str)> = environments
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["environmentFlag"].as_str().unwrap(), id(one)))
        .collect();
    flags.sort_unstable();
    assert_eq!(
        flags,
        [
            ("Development", server.development()),
            ("Production", server.production()),
            ("Staging", server.staging())
        ]
    );
    let viewer = server.caller("viewer", server.staging());
    let seen = viewer.get(&list).await.payload(200)["environments"].clone();
    assert_eq!(seen.as_array().unwrap().iter().map(id).collect::<Vec<_>>(), [server.staging()]);
    let outsider = server.client_for(&server.new_user(&[]));
    assert_eq!(outsider.get("/organizations").await.payload(200)["organizations"], json!([]));
    outsider.get(&list).await.problem(404, "not-found");
    outsider.get("/organizations/999999/environments").await.problem(404, "not-found");
}

#[tokio::test]
async fn a_token_of_a_destination_is_no_token_of_the_api() {
    let server = Server::start().await;
    server.client().configured(server.staging(), ENDPOINT).await;
    refused(&server.client().with_token(TOKEN).get("/me").await);
}
