//! Every operation of the API description as everybody: each answer is what the permission table says.

use serde_json::{Value, json};

use crate::{
    every_operation::World,
    openapi::Operation,
    support::{
        Client,
        reply::id,
        signer::{Signer, client_by_key, own_key},
    },
};

/// The columns of the table.
const WHO: [&str; 9] =
    ["nobody", "outsider", "viewer", "support", "engineer", "admin", "owner", "expired", "revoked"];

/// Who gets through, by scope: what an answer may not be is 401, 403 or 404.
fn may(operation: &Operation, scope: &str, who: &str) -> Verdict {
    use Verdict::{Forbidden, Hidden, Through, Unknown};
    if matches!(who, "nobody" | "expired" | "revoked") {
        return Unknown;
    }
    match (scope, who) {
        ("signed-in", "outsider") if operation.path.contains("{organizationId}") => Hidden,
        ("signed-in", _) => Through,
        ("destinations:read" | "credentials:read", "viewer" | "support" | "engineer") => Through,
        ("destinations:write" | "destinations:delete" | "credentials:write", "engineer") => Through,
        ("destinations:write" | "destinations:delete" | "credentials:write", "viewer" | "support") => {
            Forbidden
        }
        (
            "environment-roles:manage" | "organization-roles:read" | "service-accounts:manage" | "audit:read",
            "admin" | "owner",
        ) => Through,
        ("organization-roles:manage" | "environments:create", "owner") => Through,
        ("organization-roles:manage" | "environments:create", "admin") => Forbidden,
        (
            "environment-roles:manage"
            | "organization-roles:read"
            | "service-accounts:manage"
            | "audit:read"
            | "organization-roles:manage"
            | "environments:create",
            "viewer" | "support" | "engineer",
        ) => Forbidden,
        (
            "destinations:read"
            | "destinations:write"
            | "destinations:delete"
            | "credentials:read"
            | "credentials:write"
            | "environment-roles:manage"
            | "organization-roles:read"
            | "service-accounts:manage"
            | "audit:read"
            | "organization-roles:manage"
            | "environments:create",
            _,
        ) => Hidden,
        (other, _) => panic!("{other} is not in the table: add it to this test"),
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Through,
    Forbidden,
    Hidden,
    Unknown,
}

/// A client for each column.
async fn everybody(world: &World) -> Vec<(&'static str, Client)> {
    let server = &world.server;
    let organization = server.organization().to_owned();
    let in_organization = |role: &str| {
        let user = server.new_user(&[]);
        server.admin(&["role", "set", "--user", &user, "--organization", &organization, "--role", role]);
        server.client_for(&user)
    };
    let revoked = {
        let (owner, signer) = (server.client(), Signer::es256("k"));
        let key = own_key(&owner, &signer).await;
        let client = client_by_key(server, &signer, &key).await;
        client.get("/me").await.payload(200);
        owner.delete(&format!("/me/apikeys/{key}")).await.payload(200);
        client
    };
    let expired = {
        let token = server.admin(&["token", "--user", &server.new_user(&[]), "--ttl", "1s"]);
        server.stranger().with_token(token["token"].as_str().unwrap())
    };
    // Its leeway too.
    tokio::time::sleep(std::time::Duration::from_secs(32)).await;
    let outsider = server.client_for(&server.new_user(&[]));
    let environment = server.production();
    let clients = [
        server.stranger(),
        outsider,
        server.caller("viewer", environment),
        server.caller("support", environment),
        server.caller("engineer", environment),
        in_organization("admin"),
        in_organization("owner"),
        expired,
        revoked,
    ];
    WHO.into_iter().zip(clients).collect()
}

/// A body that is refused by everybody who looks at it, and says where it would lead if nothing else does.
fn body(world: &World, operation: &Operation) -> Value {
    match operation.name().as_str() {
        "POST /platform/v1/authcredentials" => {
            json!({ "colour": "red", "environmentId": world.server.production() })
        }
        _ => json!({ "colour": "red" }),
    }
}

fn scope(operation: &Operation) -> String {
    operation.spec["security"][0]["bearer"][0].as_str().unwrap_or_default().to_owned()
}

/// What the operation is about belongs to somebody: an answer to those who may not know of it must hide it.
fn is_about_somebody(operation: &Operation) -> bool {
    let is_named = operation.path.contains("Id}")
        || operation.path.ends_with("/authcredentials") && operation.verb == "POST";
    is_named && !operation.path.contains("/me/")
}

#[tokio::test]
async fn every_operation_answers_everybody_as_the_table_says() {
    let world = World::new().await;
    let everybody = everybody(&world).await;
    let mut operations = world.protected();
    // Those that take something away last.
    operations.sort_by_key(|operation| operation.verb == "DELETE");
    let mut wrong = Vec::new();
    for operation in &operations {
        let scope = scope(operation);
        for (who, client) in &everybody {
            let verdict = may(operation, &scope, who);
            // What the operation needs is missing, so that nothing is changed by those who may.
            let answer = match (operation.verb.as_str(), &verdict) {
                ("DELETE", Verdict::Through) => continue,
                _ => world.call(client, operation, &body(&world, operation)).await,
            };
            let fits = match verdict {
                Verdict::Unknown => answer.status == 401,
                Verdict::Forbidden => answer.status == 403,
                Verdict::Hidden if is_about_somebody(operation) => answer.status == 404,
                // A body without an environment says nothing of one.
                Verdict::Hidden => !matches!(answer.status, 401 | 500..),
                Verdict::Through if operation.path.contains("/me/apikeys/{") => {
                    !matches!(answer.status, 401 | 403 | 500..)
                }
                Verdict::Through if is_about_somebody(operation) => {
                    !matches!(answer.status, 401 | 403 | 404 | 500..)
                        || matches!((answer.status, operation.path.ends_with("{name}")), (404, true))
                }
                Verdict::Through => !matches!(answer.status, 401 | 403 | 500..),
            };
            if !fits {
                wrong.push(format!(
                    "{} as {who} ({scope}): {} {}",
                    operation.name(),
                    answer.status,
                    answer.text
                ));
            }
        }
    }
    assert!(operations.len() >= 45, "{}", operations.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn staff_get_through_everywhere() {
    let world = World::new().await;
    let staff = world.server.client_for(&world.server.new_user(&["--staff"]));
    for operation in world.protected() {
        if operation.verb == "DELETE" {
            continue;
        }
        let answer = world.call(&staff, &operation, &body(&world, &operation)).await;
        let is_own = operation.path.contains("/me/apikeys/{");
        assert!(
            !matches!(answer.status, 401 | 403) && (answer.status != 404 || is_own),
            "{}: {}",
            operation.name(),
            answer.text
        );
    }
    let made = staff.post("/me/apikeys", &json!({ "name": "Mine", "generate": true })).await;
    assert_eq!(id(&made.payload(201)["apikey"]).len(), 36);
}
