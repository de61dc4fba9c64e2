//! No form of a secret survives, and what is no secret does.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD},
};
use proptest::prelude::*;

use super::*;

const SECRET: &str = "s3cr3t/To+ken=\"1&2<3>'\\%41";

fn redactor(secret: &str) -> Redactor {
    Redactor::new([&SecretText::from(secret.to_owned())])
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

fn unicode_escapes(text: &str) -> String {
    text.chars().map(|c| format!("\\u{:04X}", u32::from(c))).collect()
}

fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02X}")).collect()
}

/// Every form that has to be found, with the secret between other characters.
fn forms(secret: &str, before: &str, after: &str) -> Vec<String> {
    let around = format!("{before}{secret}{after}");
    let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let mut forms = vec![
        secret.to_owned(),
        secret.to_ascii_uppercase(),
        secret.chars().rev().collect(),
        percent(secret),
        percent(secret).to_lowercase(),
        percent(&percent(secret)),
        percent(&percent(&percent(secret))),
        form.clone(),
        form.replace('%', "%25"),
        hex(secret),
        hex(secret).to_lowercase(),
        hex(secret)
            .as_bytes()
            .chunks(2)
            .map(|pair| format!("{}{}:", char::from(pair[0]), char::from(pair[1])))
            .collect(),
        json(secret),
        json(&json(secret)),
        json(secret).replace('/', "\\/"),
        unicode_escapes(secret),
        html(secret),
        html(&html(secret)),
        secret.chars().map(|c| format!("&#{};", u32::from(c))).collect(),
        secret.chars().map(|c| format!("&#x{:06X};", u32::from(c))).collect(),
        secret.chars().map(|c| format!("{c}\u{0}")).collect(),
        secret.chars().map(|c| format!("{c} ")).collect(),
        secret.chars().map(|c| format!("{c}\u{200b}")).collect(),
    ];
    for engine in [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD] {
        let coded = engine.encode(&around);
        forms.extend([
            percent(&coded),
            coded.replace('/', "\\/"),
            engine.encode(&coded),
            engine.encode(percent(secret)),
        ]);
        forms.push(
            coded.as_bytes().chunks(20).map(|line| format!("{}\n", String::from_utf8_lossy(line))).collect(),
        );
        forms.push(coded);
    }
    forms
}

#[test]
fn every_form_of_a_secret_is_found() {
    for (before, after) in [("", ""), ("user:", ""), ("a", "bc"), ("ab", "c"), ("{\"token\":\"", "\"}")] {
        for form in forms(SECRET, before, after) {
            let body = format!("you sent <{form}>, thanks");
            let shown = redactor(SECRET).excerpt(body.as_bytes(), false);
            assert!(shown.contains(MARK) || shown == WITHHELD, "{form}\n{shown}");
            assert!(!shown.contains(&form), "{form}\n{shown}");
        }
    }
}

#[test]
fn the_usual_echoes_lose_the_secret_and_nothing_else() {
    let shown = |body: &str| redactor("correct-horse-battery").excerpt(body.as_bytes(), false);
    assert_eq!(
        shown(r#"{"verification-token":"correct-horse-battery","challenge":"0192f1c0"}"#),
        r#"{"verification-token":"[redacted]","challenge":"0192f1c0"}"#
    );
    assert_eq!(shown("?t=correct%2Dhorse%2dbattery&x=1"), "?t=[redacted]&x=1");
    assert_eq!(shown("Basic dTpjb3JyZWN0LWhvcnNlLWJhdHRlcnk= ok"), "Basic [redacted] ok");
    assert_eq!(shown("Not found.\n\tTry /in\u{7}."), "Not found.\n\tTry /in.");
}

#[test]
fn a_secret_cut_in_half_is_not_shown() {
    let redactor = redactor("correct-horse-battery");
    assert_eq!(redactor.excerpt(b"token: correct-hor", true), "token: [redacted]");
    assert_eq!(redactor.excerpt(b"token: correct%2dhors%6", true), "token: [redacted]");
    let long = format!("{}correct-horse-battery", "x".repeat(EXCERPT_LIMIT - 5));
    assert!(!redactor.excerpt(long.as_bytes(), false).contains("corr"));
}

#[test]
fn only_text_is_shown_and_only_one_kib_of_it() {
    let redactor = redactor("correct-horse-battery");
    assert_eq!(redactor.excerpt(&[0xff, 0xd8, 0xff], false), "");
    assert_eq!(redactor.excerpt("caf\u{e9}".as_bytes(), false), "caf\u{e9}");
    assert_eq!(redactor.excerpt(&"caf\u{e9}".as_bytes()[..4], true), "caf");
    assert_eq!(redactor.excerpt(&"caf\u{e9}".as_bytes()[..4], false), "");
    assert_eq!(redactor.excerpt("\u{e9}".repeat(5_000).as_bytes(), false).len(), EXCERPT_LIMIT);
    assert_eq!(redactor.excerpt("\u{20ac}".repeat(5_000).as_bytes(), false).len(), EXCERPT_LIMIT - 1);
}

#[test]
fn a_hostile_body_does_not_take_long() {
    let secret = format!("{}b", "a".repeat(511));
    let body = "a".repeat(64 * 1_024);
    let started = std::time::Instant::now();
    redactor(&secret).excerpt(body.as_bytes(), true);
    assert!(started.elapsed() < std::time::Duration::from_secs(5), "{:?}", started.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn no_form_of_any_secret_survives(
        secret in "[!-~]{8,40}",
        before in "[ -~]{0,5}",
        after in "[ -~]{0,5}",
        lead in "[ -~]{0,1100}",
    ) {
        let redactor = redactor(&secret);
        for form in forms(&secret, &before, &after) {
            let shown = redactor.excerpt(format!("{lead} {form} .").as_bytes(), false);
            prop_assert!(shown.len() <= EXCERPT_LIMIT);
            prop_assert!(!shown.contains(&form), "{} in {}", form, shown);
            prop_assert!(!decode::is_reachable(shown.as_bytes(), &[&secret]), "{} gives away {}", shown, secret);
        }
    }
}
