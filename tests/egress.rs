//! Contract section 2, "Where Waypost may call": what can be told of a URL without looking its name up is refused
//! on create and PATCH, in every environment, and nothing is contacted.

use serde_json::json;
use tokio::net::TcpListener;

use crate::support::{
    Client, Endpoint, Reply, Server,
    reply::{TOKEN, at, within},
};

/// Hosts that nobody may be sent to, in the spellings that attackers use.
const CLOSED_HOSTS: [&str; 87] = [
    // Loopback, as every parser understands it.
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0x7f.1",
    "017700000001",
    "0177.0.0.1",
    "0177.1",
    "127.0.0.1.",
    "1%32%37.0.0.1",
    "127%2e0%2e0%2e1",
    "１２７.0.0.1",
    "127。0。0。1",
    "⑫7.0.0.1",
    "0",
    "0.0.0.0",
    "0x0",
    "00",
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[0000::0001]",
    // IPv4 in IPv6: mapped, compatible, 6to4, NAT64, Teredo, SIIT.
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::FFFF:10.0.0.1]",
    "[::127.0.0.1]",
    "[::7f00:1]",
    "[2002:7f00:1::]",
    "[2002:a00:1::1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::10.0.0.1]",
    "[64:ff9b:1::1]",
    "[2001:0:7f00:1::]",
    "[::ffff:0:7f00:1]",
    "[::ffff:169.254.169.254]",
    "[::ffff:8.8.8.8]",
    // Private, link-local, shared, reserved.
    "10.0.0.1",
    "10.255.255.255",
    "0xa.1",
    "167772161",
    "172.16.0.1",
    "172.31.255.254",
    "192.168.0.1",
    "192.168.1.1",
    "3232235777",
    "100.64.0.1",
    "100.127.255.254",
    "169.254.0.1",
    "192.0.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "192.88.99.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "[fe80::1]",
    "[fc00::1]",
    "[fd12:3456::1]",
    "[fec0::1]",
    "[ff02::1]",
    "[2001:db8::1]",
    "[100::1]",
    "[3fff::1]",
    "[4000::1]",
    // Metadata services of clouds.
    "169.254.169.254",
    "0xa9fea9fe",
    "2852039166",
    "0251.0376.0251.0376",
    "169.254.170.2",
    "100.100.100.200",
    "168.63.129.16",
    "[fd00:ec2::254]",
    "metadata.google.internal",
    "METADATA.google.INTERNAL",
    "metadata.goog",
    // Names of this machine or network.
    "localhost",
    "LOCALHOST",
    "localhost.",
    "labs.localhost",
    "router.local",
    "db.internal",
];

/// Whole URLs that are refused, and the code of the fault.
const CLOSED_URLS: [(&str, &str); 34] = [
    ("", "invalid-url"),
    ("labs.example.org", "invalid-url"),
    ("//labs.example.org/", "invalid-url"),
    ("ftp://labs.example.org/", "invalid-url"),
    ("file:///etc/passwd", "invalid-url"),
    ("gopher://labs.example.org/", "invalid-url"),
    ("javascript:alert(1)", "invalid-url"),
    ("data:text/plain,x", "invalid-url"),
    ("https:labs.example.org", "invalid-url"),
    ("https:///in", "invalid-url"),
    ("https://", "invalid-url"),
    ("https://user@labs.example.org/", "invalid-url"),
    ("https://user:pw@labs.example.org/", "invalid-url"),
    ("https://@labs.example.org/", "invalid-url"),
    ("https://labs.example.org@10.0.0.1/", "invalid-url"),
    ("https://labs.example.org/#x", "invalid-url"),
    (" https://labs.example.org/", "invalid-url"),
    ("https://labs.example.org/a b", "invalid-url"),
    ("https://labs.example.org/\r\nx: y", "invalid-url"),
    ("https://labs.example.org\t/", "invalid-url"),
    ("https:\\\\labs.example.org\\", "invalid-url"),
    ("https://labs.example.org\\@10.0.0.1/", "invalid-url"),
    ("https://labs.example.org:99999/", "invalid-url"),
    ("https://labs.example.org:x/", "invalid-url"),
    ("https://[::1/", "invalid-url"),
    ("https://[labs.example.org]/", "invalid-url"),
    ("https://256.256.256.256/", "invalid-url"),
    ("https://labs.example.org:0/", "address-not-allowed"),
    ("https://labs.example.org:22/", "address-not-allowed"),
    ("https://labs.example.org:25/", "address-not-allowed"),
    ("https://labs.example.org:6379/", "address-not-allowed"),
    ("https://labs.example.org:5432/", "address-not-allowed"),
    ("https://labs/", "address-not-allowed"),
    ("https://labs.example.org./", "address-not-allowed"),
];

async fn strict() -> Server {
    Server::start_with(&[("WAYPOST_ALLOWED_NETWORKS", "")]).await
}

async fn refusal(client: &Client, environment: &str, url: &str) -> String {
    client.post(&within(environment), &json!({ "name": "x", "endpoint": url })).await.fault()
}

#[tokio::test]
async fn no_spelling_of_a_closed_host_gets_through() {
    let server = strict().await;
    let client = server.client();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    for host in CLOSED_HOSTS {
        for environment in [server.development(), server.staging(), server.production()] {
            for url in [format!("https://{host}/in"), format!("https://{host}:{port}/")] {
                let fault = refusal(&client, environment, &url).await;
                assert!(
                    matches!(fault.as_str(), "#/endpoint address-not-allowed" | "#/endpoint invalid-url"),
                    "{url}: {fault}"
                );
            }
        }
        let fault = refusal(&client, server.development(), &format!("http://{host}:{port}/")).await;
        assert!(
            matches!(fault.as_str(), "#/endpoint address-not-allowed" | "#/endpoint invalid-url"),
            "{host}: {fault}"
        );
    }
    let contacted = tokio::time::timeout(std::time::Duration::ZERO, listener.accept()).await;
    assert!(contacted.is_err(), "somebody called");
}

#[tokio::test]
async fn a_url_that_is_not_a_plain_one_is_refused() {
    let server = strict().await;
    let client = server.client();
    for (url, code) in CLOSED_URLS {
        for environment in [server.development(), server.production()] {
            assert_eq!(refusal(&client, environment, url).await, format!("#/endpoint {code}"), "{url:?}");
        }
    }
}

#[tokio::test]
async fn plain_http_is_for_development_only() {
    let server = strict().await;
    let client = server.client();
    for url in ["http://labs.example.org/", "HTTP://labs.example.org/", "http://labs.example.org:8080/"] {
        for environment in [server.staging(), server.production()] {
            assert_eq!(refusal(&client, environment, url).await, "#/endpoint https-required", "{url}");
        }
        client.create(server.development(), &json!({ "name": "x", "endpoint": url })).await;
    }
}

#[tokio::test]
async fn public_hosts_are_fine() {
    let server = strict().await;
    let client = server.client();
    for host in [
        "labs.example.org",
        "labs.example.org:8443",
        "labs.example.org:9000",
        "8.8.8.8",
        "172.15.0.1",
        "172.32.0.1",
        "100.63.255.255",
        "100.128.0.1",
        "[2606:4700::1111]",
        "bücher.example",
        "a-b_c.example.org",
        "internal.example.org",
        "localhost.example.org",
    ] {
        client
            .create(server.production(), &json!({ "name": "x", "endpoint": format!("https://{host}/in") }))
            .await;
    }
}

#[tokio::test]
async fn patch_and_verify_are_as_strict_as_create() {
    let server = strict().await;
    let client = server.client();
    let endpoint = Endpoint::start(Reply::Challenge).await;
    let body = json!({ "name": "x", "endpoint": "https://labs.example.org/", "verificationToken": TOKEN });
    let made = client.create(server.development(), &body).await;
    for url in [
        endpoint.url(),
        "http://localhost:8000/",
        "https://[::ffff:10.0.0.1]/",
        "http://169.254.169.254/latest/meta-data/",
    ] {
        let change = json!({ "endpoint": url });
        assert_eq!(
            client.patch(&at(&made), &change).await.fault(),
            "#/endpoint address-not-allowed",
            "{url}"
        );
        assert_eq!(client.verify(&made, &change).await.fault(), "#/endpoint address-not-allowed", "{url}");
    }
    assert_eq!(client.reread(&made).await, made);
    assert_eq!(endpoint.connections(), 0);
}

#[tokio::test]
async fn what_is_refused_names_a_class_and_not_an_address() {
    let server = strict().await;
    let body = json!({ "name": "x", "endpoint": "https://2130706433/" });
    let answer = server.client().post(&within(server.staging()), &body).await;
    let detail = answer.problem(422, "validation-failed")["errors"][0]["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("loopback") && !detail.contains("127"), "{detail}");
}

#[tokio::test]
async fn the_server_does_not_call_itself() {
    let server = Server::start().await;
    let client = server.client();
    for own in [server.url(), server.admin_url()] {
        for url in
            [own.to_owned(), own.replace("127.0.0.1", "localhost"), own.replace("127.0.0.1", "127.0.0.2")]
        {
            let url = format!("{url}/healthz");
            let made = client
                .post(
                    &within(server.development()),
                    &json!({ "name": "x", "endpoint": url, "verificationToken": TOKEN }),
                )
                .await;
            if made.status == 201 {
                let verify = client.verify(made.destination(201), &json!({})).await;
                assert_eq!(
                    verify.problem(422, "verification-failed")["verification"]["response"],
                    json!(null),
                    "{url}"
                );
            } else {
                assert_eq!(made.fault(), "#/endpoint address-not-allowed", "{url}");
            }
        }
    }
}
