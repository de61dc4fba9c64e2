//! The create interaction of FHIR R4 (<https://hl7.org/fhir/R4/http.html#create>), and what a store answers: an OperationOutcome, the results of a batch or transaction, or the stored resource.
//! A status of 2xx alone proves nothing.

use domain::fault::Flaw;
use reqwest::{
    Method,
    header::{ACCEPT, HeaderValue},
};
use serde_json::Value;

use super::cloud::{CloudDelivery, Heard, Verdict};
use crate::client::{Ending, OutRequest};

/// FHIR in JSON.
const CONTENT_TYPE: &str = "application/fhir+json";

/// The request that creates the Bundle as a resource of the store at this URL, which has no slash at its end.
pub(super) fn create(job: &CloudDelivery<'_>, base: &str) -> Result<OutRequest, Flaw> {
    let mut request = job.send_message(Method::POST, &format!("{base}/Bundle"), CONTENT_TYPE)?;
    request.headers.insert(ACCEPT, HeaderValue::from_static(CONTENT_TYPE));
    Ok(request)
}

/// What an answer with a good status means. `setting` names where the URL of the store comes from.
pub(super) fn judge(heard: &Heard<'_>, setting: &str) -> Verdict {
    let body = heard.json();
    let kind = text(&body, "/resourceType");
    let location = heard.header("location").and_then(resource_in).map(|name| heard.quote(&name));
    let is_cut = heard.answer.ending == Ending::TooLong;
    let refused = |advice: String| Verdict::Refused(advice);
    match (kind, text(&body, "/type")) {
        (Some("OperationOutcome"), _) => match issue(&body, heard) {
            Some(issue) => refused(format!("The FHIR store did not take the Bundle: {issue}")),
            None => stored(location),
        },
        (Some("Bundle"), Some("batch-response" | "transaction-response")) => {
            match first_failure(&body, heard) {
                Some(failure) => refused(format!("The FHIR store did not take all of the Bundle: {failure}")),
                None => stored(location),
            }
        }
        (Some(kind), _) => {
            let id = text(&body, "/id").map(|id| heard.quote(&format!("{kind}/{id}")));
            stored(id.or(location))
        }
        // A store may send nothing back, or more than is read; it names the resource all the same.
        (None, _) if location.is_some() && (heard.answer.body.is_empty() || is_cut) => stored(location),
        (None, _) => refused(format!(
            "The answer was {}, but not one of a FHIR store. Check {setting}.",
            heard.status()
        )),
    }
}

/// What to do about a bad status, if the store gave its reason as FHIR does.
pub(super) fn on_refusal(heard: &Heard<'_>) -> Option<String> {
    let reason = reason(heard)?;
    Some(format!("The FHIR store did not take the Bundle: {reason}"))
}

/// The reason that the store gave as FHIR does, in its own words.
pub(super) fn reason(heard: &Heard<'_>) -> Option<String> {
    issue(&heard.json(), heard)
}

fn stored(name: Option<String>) -> Verdict {
    let name = name.unwrap_or_else(|| "a Bundle".to_owned());
    Verdict::Written(format!("Stored as {name}, where it stays; delete it when you like."))
}

/// The first issue of an OperationOutcome that is an error, in its own words.
fn issue(outcome: &Value, heard: &Heard<'_>) -> Option<String> {
    if text(outcome, "/resourceType") != Some("OperationOutcome") {
        return None;
    }
    let issues = outcome.get("issue")?.as_array()?;
    let worst = issues.iter().find(|issue| {
        // A severity is required; without one, the worst is assumed.
        !matches!(text(issue, "/severity"), Some("information" | "warning" | "success"))
    })?;
    let words = ["/diagnostics", "/details/text", "/details/coding/0/display", "/code"];
    let words = words.iter().find_map(|pointer| text(worst, pointer)).unwrap_or("it gives no reason");
    let place = text(worst, "/expression/0").or(text(worst, "/location/0"));
    let place = place.map(|place| format!(" (at {})", heard.quote(place))).unwrap_or_default();
    Some(format!("{}{place}", heard.quote(words)))
}

/// The first entry of a batch or transaction that did not go well.
fn first_failure(bundle: &Value, heard: &Heard<'_>) -> Option<String> {
    let Some(entries) = bundle.get("entry").and_then(Value::as_array).filter(|entries| !entries.is_empty())
    else {
        return Some("it answered without a result for any entry.".to_owned());
    };
    entries.iter().enumerate().find_map(|(at, entry)| {
        let status = text(entry, "/response/status").unwrap_or("no status");
        if status.starts_with('2') {
            return None;
        }
        let reason = entry.pointer("/response/outcome").and_then(|outcome| issue(outcome, heard));
        let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
        Some(format!("entry {at} got {}{reason}", heard.quote(status)))
    })
}

/// `Bundle/123` out of `https://host/base/Bundle/123/_history/1`.
fn resource_in(location: &str) -> Option<String> {
    let path = location.split("/_history").next()?;
    let mut segments = path.rsplit('/');
    let (id, kind) = (segments.next()?, segments.next()?);
    Some(format!("{kind}/{id}"))
}

fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::deliver::fixture::{SECRET, answer, hear};

    fn judged(status: u16, headers: &[(&str, &str)], body: &str) -> Verdict {
        hear(&answer(status, headers, body), |heard| judge(heard, "`fhirServiceUrl`"))
    }

    fn written(verdict: &Verdict) -> bool {
        match verdict {
            Verdict::Written(_) => true,
            Verdict::Refused(_) => false,
        }
    }

    #[test]
    fn a_stored_resource_is_named() {
        let stored = json!({"resourceType": "Bundle", "id": "b-1", "type": "message"}).to_string();
        let fine =
            json!({"resourceType": "OperationOutcome", "issue": [{"severity": "information", "code": "x"}]});
        let place = [("location", "https://fhir.example.org/r4/Bundle/b-1/_history/1")];
        for (headers, body) in
            [(&[][..], stored.as_str()), (&place, ""), (&place, &fine.to_string()), (&place, &stored)]
        {
            let verdict = judged(201, headers, body);
            assert!(
                matches!(&verdict, Verdict::Written(detail) if detail.contains("Bundle/b-1")),
                "{verdict:?}"
            );
        }
    }

    #[test]
    fn a_good_status_with_a_bad_outcome_is_a_refusal_in_the_stores_words() {
        let outcome = json!({"resourceType": "OperationOutcome", "issue": [
            {"severity": "warning", "code": "informational", "diagnostics": "odd"},
            {"severity": "error", "code": "invalid", "diagnostics": format!("no\n system {SECRET}"),
             "expression": ["Bundle.entry[1]"]},
        ]});
        let Verdict::Refused(advice) = judged(200, &[], &outcome.to_string()) else { panic!("refused") };
        assert!(advice.contains("no system [redacted] (at Bundle.entry[1])"), "{advice}");
        assert!(!advice.contains("odd") && !advice.contains(SECRET), "{advice}");
    }

    #[test]
    fn every_entry_of_a_transaction_has_to_go_well() {
        let response = |kind: &str, statuses: &[&str]| {
            let entries: Vec<Value> =
                statuses.iter().map(|status| json!({"response": {"status": status}})).collect();
            json!({"resourceType": "Bundle", "type": kind, "entry": entries}).to_string()
        };
        for kind in ["batch-response", "transaction-response"] {
            assert!(written(&judged(200, &[], &response(kind, &["201 Created", "200"]))));
            let refused = judged(200, &[], &response(kind, &["201 Created", "422 Unprocessable"]));
            assert!(
                matches!(&refused, Verdict::Refused(advice) if advice.contains("entry 1 got 422")),
                "{refused:?}"
            );
            assert!(!written(&judged(200, &[], &response(kind, &[]))));
        }
    }

    #[test]
    fn what_is_not_fhir_is_no_success() {
        for body in ["", "ok", "{}", "[]", "<html></html>", r#"{"resourceType": 7}"#] {
            let verdict = judged(200, &[], body);
            assert!(
                matches!(&verdict, Verdict::Refused(advice) if advice.contains("fhirServiceUrl")),
                "{verdict:?}"
            );
        }
        assert!(written(&judged(201, &[("location", "Bundle/1")], "")));
        assert!(!written(&judged(200, &[("location", "Bundle/1")], "ok")));
    }

    #[test]
    fn a_refusal_without_an_outcome_has_no_advice_of_fhirs() {
        let outcome = json!({"resourceType": "OperationOutcome", "issue": [{"severity": "fatal", "code": "invalid",
            "details": {"text": "No MessageHeader"}}]});
        let refusal = |body: &str| hear(&answer(400, &[], body), on_refusal);
        assert!(refusal(&outcome.to_string()).is_some_and(|advice| advice.contains("No MessageHeader")));
        assert_eq!((refusal("no"), refusal("{}"), refusal("")), (None, None, None));
    }
}
