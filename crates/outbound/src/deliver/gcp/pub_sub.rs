//! Google Cloud Pub/Sub: publish.
//! <https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/publish>

use base64::{Engine, prelude::BASE64_STANDARD};
use domain::fault::Flaw;
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    super::{
        cloud::{CloudDelivery, Deliverer, Heard, Verdict},
        object_name::in_path,
        vendor_error::VendorError,
    },
    base_of,
    refusal::{self, Api},
};
use crate::client::OutRequest;

/// See [`domain::catalog::gcp::pub_sub::PRODUCT`].
pub(in crate::deliver) static DELIVERER: Deliverer =
    Deliverer { host_setting: "endpointUrl", request, judge };

static API: Api = Api { name: "Pub/Sub", host: "pubsub.googleapis.com" };

fn request(job: &CloudDelivery<'_>) -> Result<OutRequest, Flaw> {
    let (base, project) = (base_of(job, "https://pubsub.googleapis.com"), job.required("projectId"));
    let topic = in_path(job.required("topicId"));
    let url = format!("{base}/v1/projects/{project}/topics/{topic}:publish");
    let mut request = job.send_message(Method::POST, &url, "application/json")?;
    let data = BASE64_STANDARD.encode(&request.body);
    request.body = json!({ "messages": [{ "data": data }] }).to_string().into_bytes();
    Ok(request)
}

fn judge(job: &CloudDelivery<'_>, heard: &Heard<'_>) -> Verdict {
    if !heard.is_success() {
        return Verdict::Refused(on_refusal(job, heard));
    }
    match heard.json().pointer("/messageIds/0").and_then(Value::as_str) {
        Some(id) => Verdict::Written(format!(
            "Published to the topic {} as message {}; every subscription gets it, and keeps it until it is \
             acknowledged or too old.",
            job.required("topicId"),
            heard.quote(id)
        )),
        None => Verdict::Refused(format!(
            "The answer was {}, but not one of Pub/Sub (it has no message id). Check `endpointUrl`.",
            heard.status()
        )),
    }
}

fn on_refusal(job: &CloudDelivery<'_>, heard: &Heard<'_>) -> String {
    let (project, topic) = (job.required("projectId"), job.required("topicId"));
    let error = VendorError::from_google_json(&heard.json());
    match heard.status() {
        404 => format!(
            "There is no topic {topic} in the project {project}. Check `topicId` and `projectId`; or create the topic."
        ),
        400 if error.message.contains("schema") => format!(
            "The topic {topic} has a schema that the message does not fit: {}. Publish to a topic without one, or \
             choose the `dataModel` it is for.",
            heard.quote(&error.message)
        ),
        _ => {
            let grant = format!(
                "Pub/Sub Publisher (roles/pubsub.publisher, for pubsub.topics.publish) on the topic \
                 projects/{project}/topics/{topic}"
            );
            refusal::advice(job, heard, &error, &API, &grant)
                .unwrap_or_else(|| refusal::unknown(heard, &error, &API))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::fixture::{Case, SECRET, answer};

    fn case(topic: &str, endpoint: Option<&str>) -> Case {
        let mut settings = vec![("projectId", "labs-417203"), ("topicId", topic)];
        settings.extend(endpoint.map(|endpoint| ("endpointUrl", endpoint)));
        Case::new("gcp", "pub-sub", &settings)
    }

    #[test]
    fn the_call_is_the_vendors() {
        let request = case("labs+in%", None).request().unwrap();
        assert_eq!((request.method.as_str(), request.headers.len()), ("POST", 1));
        assert_eq!(request.headers["content-type"], "application/json");
        let path = "https://pubsub.googleapis.com/v1/projects/labs-417203/topics/labs%2Bin%25:publish";
        assert_eq!(request.url().as_str(), path);
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let data = BASE64_STANDARD.encode(r#"{"Meta":{"Test":true}}"#);
        assert_eq!(body, json!({ "messages": [{ "data": data }] }));
        let elsewhere = case("labs", Some("https://pubsub.example.org/")).request().unwrap();
        assert_eq!(
            elsewhere.url().as_str(),
            "https://pubsub.example.org/v1/projects/labs-417203/topics/labs:publish"
        );
    }

    #[test]
    fn only_an_answer_with_a_message_id_is_a_success() {
        let case = case("labs", None);
        let written = case.judge(&answer(200, &[], &format!(r#"{{"messageIds": ["17 {SECRET}"]}}"#)));
        assert!(
            matches!(&written, Verdict::Written(detail) if detail.contains("topic labs as message 17 [redacted];")),
            "{written:?}"
        );
        for body in ["", "{}", r#"{"messageIds": []}"#, r#"{"messageIds": [7]}"#, "<html></html>"] {
            let verdict = case.judge(&answer(200, &[], body));
            assert!(
                matches!(&verdict, Verdict::Refused(advice) if advice.contains("`endpointUrl`")),
                "{verdict:?}"
            );
        }
    }

    #[test]
    fn each_refusal_says_what_to_do() {
        for (status, code, reason, message, words) in [
            (404, "NOT_FOUND", "", "Resource not found (resource=labs).", "`topicId`"),
            (400, "INVALID_ARGUMENT", "", "Message failed schema validation.", "`dataModel`"),
            (401, "UNAUTHENTICATED", "ACCESS_TOKEN_EXPIRED", "Expired", "does not take the token (Expired)"),
            (403, "PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "", "`scopes`"),
            (403, "PERMISSION_DENIED", "IAM_PERMISSION_DENIED", "no", "roles/pubsub.publisher"),
            (403, "PERMISSION_DENIED", "", "no", "projects/labs-417203/topics/labs"),
            (403, "PERMISSION_DENIED", "SERVICE_DISABLED", "", "Enable pubsub.googleapis.com"),
            (403, "PERMISSION_DENIED", "BILLING_DISABLED", "", "billing"),
            (403, "PERMISSION_DENIED", "SECURITY_POLICY_VIOLATED", "", "perimeter"),
            (429, "RESOURCE_EXHAUSTED", "", "", "throttled"),
            (503, "UNAVAILABLE", "", "", "Service Health"),
            (400, "FAILED_PRECONDITION", "", "Odd", "(FAILED_PRECONDITION): Odd"),
        ] {
            let details = match reason {
                "" => json!([]),
                _ => json!([{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason }]),
            };
            let body = json!({ "error": { "status": code, "message": message, "details": details } });
            let verdict = case("labs", None).judge(&answer(status, &[], &body.to_string()));
            assert!(
                matches!(&verdict, Verdict::Refused(advice) if advice.contains(words)),
                "{words}: {verdict:?}"
            );
        }
    }
}
