//! Roles in organizations and environments: who sets them, and that they hold at once.

use serde_json::{Value, json};

use crate::support::{
    Client, Server,
    reply::{ENDPOINT, at, id, within},
};

fn assignment(user: &str, role: &Value) -> Value {
    json!({ "role": role, "user": { "id": user } })
}

fn role(id: &str) -> Value {
    json!({ "id": id })
}

async fn me(client: &Client) -> String {
    id(&client.get("/me").await.payload(200)["user"]).to_owned()
}

#[tokio::test]
async fn an_admin_gives_a_role_and_takes_it_away_and_it_holds_with_the_next_request() {
    let server = Server::start().await;
    let owner = server.client();
    let made = owner.configured(server.staging(), ENDPOINT).await;
    let user = server.new_user(&[]);
    let person = server.client_for(&user);
    let admin = server.new_user(&[]);
    let organization = format!("/organizations/{}/role-assignment", server.organization());
    owner.call("PUT", &organization).json(&assignment(&admin, &role("admin"))).await.payload(200);
    let admin = server.client_for(&admin);
    let path = format!("/environments/{}/role-assignment", server.staging());
    person.get(&at(&made)).await.problem(404, "not-found");
    for (given, write) in [("viewer", 403), ("support", 403), ("engineer", 200)] {
        let set = admin.call("PUT", &path).json(&assignment(&user, &role(given))).await;
        assert_eq!(set.payload(200)["assignment"]["role"]["id"], given);
        person.get(&at(&made)).await.payload(200);
        assert_eq!(person.patch(&at(&made), &json!({ "name": given })).await.status, write, "{given}");
    }
    let listed = admin.get(&path).await;
    let members = listed.payload(200)["memberships"].as_array().unwrap().clone();
    assert!(
        members.iter().any(|member| member["user"]["id"] == user && member["role"]["name"] == "Engineer")
    );
    let taken = admin.call("PUT", &path).json(&assignment(&user, &Value::Null)).await;
    assert_eq!(taken.payload(200)["assignment"]["role"], Value::Null);
    person.get(&at(&made)).await.problem(404, "not-found");
    // The admin manages roles, and sees no destination without one of its own.
    admin.get(&within(server.staging())).await.problem(404, "not-found");
    let environments = admin.get(&format!("/organizations/{}/environments", server.organization())).await;
    assert_eq!(environments.payload(200)["environments"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn an_organization_keeps_an_owner_also_when_two_leave_at_once() {
    let server = Server::start().await;
    let owner = server.client();
    let path = format!("/organizations/{}/role-assignment", server.organization());
    let first = me(&owner).await;
    let refused = owner.call("PUT", &path).json(&assignment(&first, &Value::Null)).await;
    assert_eq!(refused.fault(), "#/role last-owner");
    for round in 0..5 {
        let second = server.new_user(&[]);
        owner.call("PUT", &path).json(&assignment(&second, &role("owner"))).await.payload(200);
        let other = server.client_for(&second);
        let leave = |client: &Client, user: &str| {
            tokio::spawn(client.call("PUT", &path).json(&assignment(user, &role("member"))).into_future())
        };
        let (one, two) = (leave(&owner, &first), leave(&other, &second));
        let statuses = [one.await.unwrap().status, two.await.unwrap().status];
        assert!(
            statuses.contains(&200) && statuses.iter().any(|status| matches!(status, 403 | 422)),
            "{statuses:?}"
        );
        let staff = server.client_for(&server.new_user(&["--staff"]));
        let listed = staff.get(&path).await;
        let members = listed.payload(200)["memberships"].as_array().unwrap().clone();
        let owners = members.iter().filter(|member| member["role"]["id"] == "owner").count();
        assert_eq!(owners, 1, "round {round}: {members:?}");
        staff.call("PUT", &path).json(&assignment(&first, &role("owner"))).await.payload(200);
        staff.call("PUT", &path).json(&assignment(&second, &Value::Null)).await.payload(200);
    }
}

#[tokio::test]
async fn what_is_wrong_with_an_assignment_is_told_all_at_once() {
    let server = Server::start().await;
    let owner = server.client();
    let path = format!("/environments/{}/role-assignment", server.staging());
    let put = async |body: Value| owner.call("PUT", &path).json(&body).await.faults();
    assert_eq!(put(json!({})).await, ["#/role required", "#/user required"]);
    assert_eq!(
        put(json!({ "role": { "id": "owner" }, "user": { "id": "x" }, "colour": 1 })).await,
        ["#/colour unknown-field", "#/role/id invalid-value", "#/user/id invalid-format"]
    );
    let nobody = "0192f1c0-0000-7000-8000-000000000000";
    assert_eq!(put(assignment(nobody, &role("viewer"))).await, ["#/user/id unknown-reference"]);
}

#[tokio::test]
async fn an_owner_makes_more_environments() {
    let server = Server::start().await;
    let owner = server.client();
    let path = format!("/organizations/{}/environments", server.organization());
    let made = owner.post(&path, &json!({ "name": "West", "environmentFlag": "Staging" })).await;
    let environment = made.payload(201)["environment"].clone();
    assert_eq!(
        (environment["name"].as_str(), environment["environmentFlag"].as_str()),
        (Some("West"), Some("Staging"))
    );
    let assign = format!("/environments/{}/role-assignment", id(&environment));
    owner.post(&within(id(&environment)), &json!({ "name": "Labs" })).await.problem(404, "not-found");
    owner.call("PUT", &assign).json(&assignment(&me(&owner).await, &role("engineer"))).await.payload(200);
    owner.post(&within(id(&environment)), &json!({ "name": "Labs" })).await.destination(201);
    let faults = owner.post(&path, &json!({ "name": "", "environmentFlag": "Sandbox" })).await.faults();
    assert_eq!(faults, ["#/environmentFlag invalid-value", "#/name too-short"]);
    let again = json!({ "id": id(&environment), "name": "West", "environmentFlag": "Staging" });
    owner.post(&path, &again).await.problem(409, "duplicate-id");
}

#[tokio::test]
async fn an_operator_removes_users_and_lists_those_that_are_left() {
    let server = Server::start().await;
    let user = server.new_user(&[]);
    server.admin(&["role", "set", "--user", &user, "--environment", server.staging(), "--role", "engineer"]);
    let person = server.client_for(&user);
    person.get(&within(server.staging())).await.payload(200);
    server.admin(&["user", "remove", "--user", &user]);
    person.get(&within(server.staging())).await.problem(404, "not-found");
    // The server that was not told asks again within five seconds.
    tokio::time::sleep(std::time::Duration::from_millis(4_500)).await;
    person.get("/me").await.problem(401, "unauthenticated");
    let listed = crate::support::server::run(&["admin", "user", "list"], &server.env());
    assert!(listed.stdout.contains("Developer") && !listed.stdout.contains(&user), "{}", listed.stdout);
    let owner = me(&server.client()).await;
    let kept = crate::support::server::run(&["admin", "user", "remove", "--user", &owner], &server.env());
    assert!(kept.code != Some(0) && kept.stderr.contains("only owner"), "{kept:?}");
}
