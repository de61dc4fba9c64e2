//! Names whose answers change, or are mixed: what is called is what was judged.

use std::{
    io,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use domain::verification::CheckName;
use outbound::{
    client::Client,
    resolver::{Lookup, Resolver, Unresolved},
};

use crate::support::{CAP, NAME, Script, client_with, failed, get, guard, ok, passed, serve};

#[tokio::test]
async fn a_name_is_looked_up_once_and_the_judged_address_is_called() {
    let listener = serve(|_| ok("fine")).await;
    let script = Script::new(NAME, &[&["127.0.0.1"], &["169.254.169.254"]]);
    let (answer, checks) = get(&client_with(script.clone(), None), &listener.url("http", "/")).await;
    assert_eq!(answer.unwrap().status, 200);
    assert_eq!(failed(&checks), None);
    assert_eq!((script.lookups.load(Ordering::SeqCst), listener.hits()), (1, 1));
}

#[tokio::test]
async fn a_public_answer_is_not_swapped_for_a_private_one() {
    let script = Script::new(NAME, &[&["8.8.8.8"], &["10.0.0.1"]]);
    let guard = guard(&[]);
    let limit = Duration::from_secs(1);
    assert_eq!(
        guard.resolve(script.as_ref(), NAME, 443, limit).await,
        Ok(vec!["8.8.8.8:443".parse().unwrap()])
    );
    assert!(matches!(guard.resolve(script.as_ref(), NAME, 443, limit).await, Err(Unresolved::Blocked(_))));
}

#[tokio::test]
async fn a_name_with_one_private_address_is_refused_and_not_contacted() {
    let listener = serve(|_| ok("fine")).await;
    for mixed in
        [["127.0.0.1", "10.0.0.1"], ["127.0.0.1", "::ffff:127.0.0.1"], ["169.254.169.254", "127.0.0.1"]]
    {
        let script = Script::new(NAME, &[&mixed]);
        let (answer, checks) = get(&client_with(script, None), &listener.url("http", "/")).await;
        assert_eq!(answer.unwrap_err().check, CheckName::Address);
        assert_eq!(passed(&checks), [CheckName::Endpoint, CheckName::Resolve]);
    }
    assert_eq!(listener.hits(), 0);
}

#[tokio::test]
async fn this_machine_is_not_contacted_unless_it_is_allowed() {
    let listener = serve(|_| ok("fine")).await;
    let port = listener.address.port();
    let client = Client::new(guard(&[]), Script::new(NAME, &[&["127.0.0.1"]]), None).unwrap();
    for host in ["127.0.0.1", "0x7f000001", "2130706433", "0", "[::ffff:127.0.0.1]", "localhost"] {
        let (_, checks) = get(&client, &format!("http://{host}:{port}/")).await;
        assert_eq!(failed(&checks).unwrap().0, CheckName::Endpoint, "{host}");
    }
    let (_, checks) = get(&client, &listener.url("http", "/")).await;
    let (check, advice) = failed(&checks).unwrap();
    assert_eq!(check, CheckName::Address);
    assert!(advice.contains("loopback") && !advice.contains("127"), "{advice}");
    assert_eq!(listener.hits(), 0);
}

#[tokio::test]
async fn a_name_without_an_address_fails_closed() {
    let (_, checks) = get(&client_with(Script::new(NAME, &[&[]]), None), "http://labs.example.org/").await;
    assert_eq!(failed(&checks).unwrap().0, CheckName::Resolve);
    let (_, checks) = get(&client_with(Arc::new(Script::default()), None), "http://labs.example.org/").await;
    assert_eq!(failed(&checks).unwrap().0, CheckName::Resolve);
}

struct Silent;

impl Resolver for Silent {
    fn lookup<'a>(&'a self, _name: &'a str) -> Lookup<'a> {
        Box::pin(async {
            tokio::time::sleep(CAP).await;
            Err(io::Error::from(io::ErrorKind::TimedOut))
        })
    }
}

#[tokio::test]
async fn silent_name_servers_do_not_hold_a_call_up() {
    let verdict = guard(&[]).resolve(&Silent, NAME, 443, Duration::from_millis(20)).await;
    assert_eq!(verdict, Err(Unresolved::TooSlow));
}

#[tokio::test]
async fn at_most_sixteen_addresses_are_called_and_all_are_judged() {
    let many: Vec<String> = (1..=40).map(|last| format!("8.8.8.{last}")).collect();
    let mut answer: Vec<&str> = many.iter().map(String::as_str).collect();
    let limit = Duration::from_secs(1);
    let peers = guard(&[]).resolve(Script::new(NAME, &[&answer]).as_ref(), NAME, 443, limit).await.unwrap();
    assert_eq!(peers.len(), 16);
    answer.push("10.0.0.1");
    let verdict = guard(&[]).resolve(Script::new(NAME, &[&answer]).as_ref(), NAME, 443, limit).await;
    assert!(matches!(verdict, Err(Unresolved::Blocked(_))));
}
