//! The client against plain listeners: what fails where, and what it never does.

use std::{net::Ipv4Addr, process::Command, time::Duration};

use domain::{
    environment::EnvironmentFlag,
    verification::{CheckName, CheckOutcome, Ladder},
};
use outbound::client::{BODY_LIMIT, Deadline, Ending, OutRequest};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::support::{NAME, answer, client, endpoint, failed, get, get_within, handle, ok, passed, serve};

#[tokio::test]
async fn a_plain_call_passes_and_skips_tls() {
    let listener = serve(|_| ok("fine")).await;
    let (answer, checks) = get(&client(), &listener.url("http", "/in?x=1")).await;
    let answer = answer.unwrap();
    assert_eq!(
        (answer.status, answer.body.as_slice(), answer.ending),
        (200, b"fine".as_slice(), Ending::Complete)
    );
    assert_eq!(
        passed(&checks),
        [CheckName::Endpoint, CheckName::Resolve, CheckName::Address, CheckName::Connect]
    );
    assert!(checks.iter().any(|check| check.name == CheckName::Tls && check.outcome == CheckOutcome::NotRun));
    let request = &listener.requests()[0];
    assert!(request.starts_with("GET /in?x=1 HTTP/1.1\r\n"), "{request}");
    assert!(request.contains(&format!("host: {NAME}:{}", listener.address.port())), "{request}");
    assert!(request.contains("user-agent: Waypost/"), "{request}");
    for absent in ["cookie", "referer", "accept-encoding"] {
        assert!(!request.contains(absent), "{request}");
    }
}

#[tokio::test]
async fn a_literal_address_skips_the_lookup() {
    let listener = serve(|_| ok("fine")).await;
    let (answer, checks) = get(&client(), &format!("http://{}/", listener.address)).await;
    assert_eq!(answer.unwrap().status, 200);
    assert_eq!(passed(&checks), [CheckName::Endpoint, CheckName::Address, CheckName::Connect]);
}

#[tokio::test]
async fn plain_http_is_refused_outside_of_development() {
    let listener = serve(|_| ok("fine")).await;
    for flag in [EnvironmentFlag::Staging, EnvironmentFlag::Production] {
        let request = OutRequest::new(flag, reqwest::Method::GET, &endpoint(&listener.url("http", "/")));
        let mut ladder = Ladder::default();
        let deadline = Deadline::after(Duration::from_secs(1));
        let stopped = client().call(request, deadline, &mut ladder).await.unwrap_err();
        assert_eq!(stopped.check, CheckName::Endpoint);
    }
    assert_eq!(listener.hits(), 0);
}

#[tokio::test]
async fn a_refused_connection_says_so() {
    let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = socket.local_addr().unwrap().port();
    drop(socket);
    for scheme in ["http", "https"] {
        let (_, checks) = get(&client(), &format!("{scheme}://{NAME}:{port}/?secret=s")).await;
        let (check, advice) = failed(&checks).unwrap();
        assert_eq!(check, CheckName::Connect);
        assert!(
            advice.contains("refused") && !advice.contains("127") && !advice.contains("secret"),
            "{advice}"
        );
    }
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let target = serve(|_| ok("inside")).await;
    let location = format!("location: http://{}/\r\n", target.address);
    let listener = serve(move |_| answer("302 Found", &location, "")).await;
    let (answer, _) = get(&client(), &listener.url("http", "/")).await;
    assert_eq!(answer.unwrap().status, 302);
    assert_eq!((listener.hits(), target.hits()), (1, 0));
}

#[tokio::test]
async fn a_silent_endpoint_fails_send_when_time_is_up() {
    let listener = handle(|mut stream| async move {
        let _ = stream.read(&mut [0; 1_024]).await;
        tokio::time::sleep(Duration::from_secs(30)).await;
    })
    .await;
    let (_, checks) = get_within(&client(), &listener.url("http", "/"), Duration::from_millis(300)).await;
    let (check, advice) = failed(&checks).unwrap();
    assert_eq!(check, CheckName::Send);
    assert!(advice.contains("in time"), "{advice}");
    let send = checks.iter().find(|check| check.name == CheckName::Send).unwrap();
    assert!((100..5_000).contains(&send.duration_ms), "{}", send.duration_ms);
}

#[tokio::test]
async fn a_connection_that_is_dropped_is_not_tried_again() {
    let listener = handle(|mut stream| async move {
        let _ = stream.read(&mut [0; 1_024]).await;
    })
    .await;
    let (_, checks) = get(&client(), &listener.url("http", "/")).await;
    assert_eq!(failed(&checks).unwrap().0, CheckName::Send);
    assert_eq!(listener.hits(), 1);
}

#[tokio::test]
async fn an_endless_body_is_cut_and_the_connection_dropped() {
    let listener = handle(|mut stream| async move {
        let _ = stream.read(&mut [0; 1_024]).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
        while stream.write_all(&[b'x'; 8_192]).await.is_ok() {}
    })
    .await;
    let (answer, _) = get(&client(), &listener.url("http", "/")).await;
    let answer = answer.unwrap();
    assert_eq!((answer.body.len(), answer.ending), (BODY_LIMIT, Ending::TooLong));
}

#[tokio::test]
async fn a_body_that_drips_ends_with_the_time() {
    let listener = handle(|mut stream| async move {
        let _ = stream.read(&mut [0; 1_024]).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
        while stream.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    let (answer, _) = get_within(&client(), &listener.url("http", "/"), Duration::from_millis(400)).await;
    let answer = answer.unwrap();
    assert_eq!((answer.status, answer.ending), (200, Ending::TimedOut));
    assert!(!answer.body.is_empty());
}

#[tokio::test]
async fn too_many_headers_are_no_answer() {
    let headers: String = (0..500).map(|nth| format!("x-{nth}: {}\r\n", "y".repeat(2_000))).collect();
    let listener = serve(move |_| answer("200 OK", &headers, "fine")).await;
    let (_, checks) = get(&client(), &listener.url("http", "/")).await;
    assert_eq!(failed(&checks).unwrap().0, CheckName::Send);
}

#[tokio::test]
async fn what_is_not_http_is_no_answer() {
    let listener = serve(|_| b"SSH-2.0-OpenSSH_9.9\r\n".to_vec()).await;
    let (_, checks) = get(&client(), &listener.url("http", "/")).await;
    assert_eq!(failed(&checks).unwrap().0, CheckName::Send);
}

/// The environment cannot be set in a running process: a second one runs the test below, with a proxy set.
#[tokio::test]
async fn a_proxy_in_the_environment_is_ignored() {
    let proxy = serve(|_| ok("proxied")).await;
    let address = format!("http://{}", proxy.address);
    let test = std::env::current_exe().unwrap();
    let status = tokio::task::spawn_blocking(move || {
        let mut command = Command::new(test);
        command.args(["--exact", "client::a_call_under_a_proxy_in_the_environment"]);
        for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
            command.env(name, &address);
        }
        command.env_remove("NO_PROXY").env_remove("no_proxy").output().unwrap()
    })
    .await
    .unwrap();
    assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stdout));
    assert!(String::from_utf8_lossy(&status.stdout).contains("1 passed"));
    assert_eq!(proxy.hits(), 0);
}

#[tokio::test]
async fn a_call_under_a_proxy_in_the_environment() {
    let listener = serve(|_| ok("direct")).await;
    let (answer, _) = get(&client(), &listener.url("http", "/")).await;
    assert_eq!(answer.unwrap().body, b"direct");
}
