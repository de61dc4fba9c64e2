//! Contract sections 1 and 2: lists of destinations, their filters, their order, and pages that neither lose nor
//! repeat anything.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::support::{
    Client, Server,
    reply::{ENDPOINT, TOKEN, id, places, within},
};

/// Names of the destinations that a query lists, in order.
async fn names(client: &Client, environment: &str, query: &str) -> Vec<String> {
    let answer = client.get(&format!("{}?{query}", within(environment))).await;
    let list = answer.payload(200)["destinations"].as_array().unwrap().clone();
    list.iter().map(|destination| destination["name"].as_str().unwrap().to_owned()).collect()
}

async fn three_kinds(server: &Server) -> Client {
    let client = server.client();
    client.create(server.staging(), &json!({ "name": "alpha labs" })).await;
    client.create(server.staging(), &json!({ "name": "Beta LABS", "type": "cloud" })).await;
    client.create(server.staging(), &json!({ "name": "gamma_50%", "endpoint": ENDPOINT })).await;
    let skipped = json!({ "name": "delta", "endpoint": ENDPOINT, "verificationToken": TOKEN });
    client.create(server.production(), &skipped).await;
    client
}

#[tokio::test]
async fn each_filter_keeps_what_it_names() {
    let server = Server::start().await;
    let client = three_kinds(&server).await;
    let cases: [(&str, &[&str]); 14] = [
        ("status=in_progress", &["alpha labs", "Beta LABS"]),
        ("status=configured", &["gamma_50%"]),
        ("status=verified", &[]),
        ("type=standard", &["gamma_50%"]),
        ("type=cloud", &["Beta LABS"]),
        ("type=cloud&status=configured", &[]),
        ("typeId=aws", &[]),
        ("productId=s3", &[]),
        ("authCredential=0192f1c0-0000-7000-8000-000000000000", &[]),
        ("name=BETA%20labs", &["Beta LABS"]),
        ("name=labs", &[]),
        ("q=LABS", &["alpha labs", "Beta LABS"]),
        ("q=50%25", &["gamma_50%"]),
        ("q=a_5", &["gamma_50%"]),
    ];
    for (query, expected) in cases {
        let mut found = names(&client, server.staging(), &format!("{query}&sort=createdAt")).await;
        found.sort_by_key(|name| name.to_lowercase());
        assert_eq!(found, expected, "{query}");
    }
    assert!(names(&client, server.staging(), "q=%25").await.len() == 1, "a wildcard is a plain character");
    assert_eq!(names(&client, server.production(), "").await, ["delta"]);
}

#[tokio::test]
async fn a_list_can_be_sorted_either_way() {
    let server = Server::start().await;
    let client = server.client();
    let mut made = Vec::new();
    for name in ["b", "C", "a"] {
        made.push(client.create(server.staging(), &json!({ "name": name })).await);
        // Times have milliseconds; the order of what is made within one is by id.
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    client
        .patch(&format!("/destinations/{}", id(&made[0])), &json!({ "externalId": "changed" }))
        .await
        .payload(200);
    for (sort, expected) in [
        ("createdAt", ["b", "C", "a"]),
        ("-createdAt", ["a", "C", "b"]),
        ("name", ["a", "b", "C"]),
        ("-name", ["C", "b", "a"]),
        ("updatedAt", ["C", "a", "b"]),
        ("-updatedAt", ["b", "a", "C"]),
    ] {
        assert_eq!(names(&client, server.staging(), &format!("sort={sort}")).await, expected, "{sort}");
    }
}

#[tokio::test]
async fn a_parameter_out_of_its_range_is_named() {
    let server = Server::start().await;
    let client = server.client();
    for (query, place) in [
        ("_count=0", "_count"),
        ("_count=201", "_count"),
        ("_count=-1", "_count"),
        ("_count=ten", "_count"),
        ("_count=", "_count"),
        ("_count=99999999999999999999", "_count"),
        ("status=done", "status"),
        ("type=other", "type"),
        ("sort=size", "sort"),
        ("authCredential=mine", "authCredential"),
    ] {
        let answer = client.get(&format!("{}?{query}", within(server.staging()))).await;
        let faults = places(answer.problem(400, "invalid-parameter"));
        assert!(faults.len() == 1 && faults[0].starts_with(&format!("{place} ")), "{query}: {faults:?}");
    }
    let answer = client.get(&format!("{}?_count=0&sort=size&colour=red", within(server.staging()))).await;
    assert_eq!(places(answer.problem(400, "invalid-parameter")).len(), 3, "all at once: {}", answer.text);
    for query in ["_count=1", "_count=200"] {
        client.get(&format!("{}?{query}", within(server.staging()))).await.payload(200);
    }
}

/// All ids of a list, page by page along `links.next`.
async fn walk(client: &Client, first: &str, size: usize) -> Vec<String> {
    let (mut ids, mut next) = (Vec::new(), Some(first.to_owned()));
    while let Some(path) = next {
        let answer = client.get(&path).await;
        let list = answer.payload(200)["destinations"].as_array().unwrap().clone();
        ids.extend(list.iter().map(|destination| id(destination).to_owned()));
        let page = &answer.json["meta"]["page"];
        assert_eq!((&page["pageType"], &page["pageSize"]), (&json!("cursor"), &json!(size)), "{page}");
        next = page["links"].get("next").and_then(Value::as_str).map(relative);
        assert_eq!(next.is_some(), page.get("nextCursor").is_some_and(Value::is_string), "{page}");
        assert_eq!(unordered(page["links"]["self"].as_str().unwrap()), unordered(&path), "{page}");
        assert!(next.is_none() || list.len() == size, "only the last page is short");
        client.get(&relative(page["links"]["first"].as_str().unwrap())).await.payload(200);
    }
    ids
}

/// The parameters of a link in a fixed order.
fn unordered(link: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = link.split(['?', '&']).skip(1).collect();
    parts.sort_unstable();
    parts
}

/// A link as a path that the client takes.
fn relative(link: &str) -> String {
    let (_, path) = link.split_once("/platform/v1").unwrap_or_else(|| panic!("no link into the API: {link}"));
    path.to_owned()
}

#[tokio::test]
async fn pages_over_ties_lose_nothing_and_repeat_nothing() {
    let server = Server::start().await;
    let client = server.client();
    let mut made = HashSet::new();
    let creates: Vec<_> = (0..23)
        .map(|number| {
            client
                .post(&within(server.staging()), &json!({ "name": format!("Tie {}", number % 2) }))
                .into_future()
        })
        .map(tokio::spawn)
        .collect();
    for create in creates {
        made.insert(id(create.await.unwrap().destination(201)).to_owned());
    }
    for sort in ["createdAt", "-createdAt", "name", "-name", "updatedAt", "-updatedAt"] {
        for size in [1, 5, 23, 24] {
            let first = format!("{}?_count={size}&sort={sort}&q=tie", within(server.staging()));
            let ids = walk(&client, &first, size).await;
            assert_eq!(ids.len(), 23, "{sort}, {size} at a time");
            assert_eq!(ids.into_iter().collect::<HashSet<_>>(), made, "{sort}, {size} at a time");
        }
    }
}

#[tokio::test]
async fn what_is_added_or_deleted_between_pages_disturbs_nothing_else() {
    let server = Server::start().await;
    let client = server.client();
    let mut made = Vec::new();
    for name in ["a", "b", "c", "d", "e"] {
        made.push(client.create(server.staging(), &json!({ "name": name })).await);
    }
    let first = client.get(&format!("{}?_count=2&sort=name", within(server.staging()))).await;
    let next = relative(first.json["meta"]["page"]["links"]["next"].as_str().unwrap());
    client.delete(&format!("/destinations/{}", id(&made[1]))).await.payload(200);
    client.create(server.staging(), &json!({ "name": "aa" })).await;
    client.create(server.staging(), &json!({ "name": "bb" })).await;
    let second = client.get(&next).await;
    let list = second.payload(200)["destinations"].as_array().unwrap().clone();
    assert_eq!(list.iter().map(|one| one["name"].as_str().unwrap()).collect::<Vec<_>>(), ["bb", "c"]);
}

#[tokio::test]
async fn a_cursor_is_good_only_as_it_was_given() {
    let server = Server::start().await;
    let client = server.client();
    for name in ["a", "b", "c"] {
        client.create(server.staging(), &json!({ "name": name })).await;
    }
    let list = within(server.staging());
    let first = client.get(&format!("{list}?_count=1&sort=name&q=")).await;
    let cursor = first.json["meta"]["page"]["nextCursor"].as_str().unwrap().to_owned();
    let mut tampered: Vec<String> = (0..cursor.len())
        .map(|place| {
            let mut bytes = cursor.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            String::from_utf8(bytes).unwrap()
        })
        .collect();
    tampered.extend([
        cursor[..cursor.len() / 2].to_owned(),
        format!("{cursor}A"),
        "x".to_owned(),
        "%00".to_owned(),
    ]);
    for other in tampered {
        let answer = client.get(&format!("{list}?_count=1&sort=name&q=&_cursor={other}")).await;
        answer.problem(400, "invalid-cursor");
    }
    for query in ["sort=-name&q=", "sort=name&q=&status=configured", "sort=name&q=b", "sort=createdAt&q="] {
        client.get(&format!("{list}?_count=1&{query}&_cursor={cursor}")).await.problem(400, "invalid-cursor");
    }
    let elsewhere = within(server.production());
    client
        .get(&format!("{elsewhere}?_count=1&sort=name&q=&_cursor={cursor}"))
        .await
        .problem(400, "invalid-cursor");
    client.get(&format!("{list}?_count=1&sort=name&q=&_cursor={cursor}")).await.payload(200);
    client.get(&format!("{list}?_count=2&sort=name&q=&_cursor={cursor}")).await.payload(200);
}
