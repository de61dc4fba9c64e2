//! Google Cloud Storage: a media upload of the JSON API.
//! <https://cloud.google.com/storage/docs/json_api/v1/objects/insert>

use domain::fault::Flaw;
use reqwest::Method;
use serde_json::Value;

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

/// See [`domain::catalog::gcp::cloud_storage::PRODUCT`].
pub(in crate::deliver) static DELIVERER: Deliverer =
    Deliverer { host_setting: "endpointUrl", request, judge };

static API: Api = Api { name: "Cloud Storage", host: "storage.googleapis.com" };

pub(super) fn request(job: &CloudDelivery<'_>) -> Result<OutRequest, Flaw> {
    let (base, bucket) = (base_of(job, "https://storage.googleapis.com"), job.required("bucketName"));
    let name = in_path(&job.object_name());
    let url = format!("{base}/upload/storage/v1/b/{bucket}/o?uploadType=media&name={name}");
    job.send_message(Method::POST, &url, "application/json")
}

pub(super) fn judge(job: &CloudDelivery<'_>, heard: &Heard<'_>) -> Verdict {
    if !heard.is_success() {
        return Verdict::Refused(on_refusal(job, heard));
    }
    let (object, name) = (heard.json(), job.object_name());
    let part = |member| object.get(member).and_then(Value::as_str);
    if part("name") != Some(name.as_str()) {
        return Verdict::Refused(format!(
            "The answer was {}, but not one of Cloud Storage (it does not name the object). Check `endpointUrl`.",
            heard.status()
        ));
    }
    let generation = part("generation").map(|number| format!(" (generation {})", heard.quote(number)));
    Verdict::Written(format!(
        "Written as {name}{} to the bucket {}, where it stays; delete it when you like.",
        generation.unwrap_or_default(),
        job.required("bucketName")
    ))
}

fn on_refusal(job: &CloudDelivery<'_>, heard: &Heard<'_>) -> String {
    let bucket = job.required("bucketName");
    let error = VendorError::from_google_json(&heard.json());
    match (heard.status(), error.code.as_str()) {
        (404, _) => {
            format!(
                "There is no bucket {bucket}. Check `bucketName`, and `endpointUrl` if it is set; or create it."
            )
        }
        (400 | 403, _) if error.message.contains("KMS") || error.message.contains("Cloud KMS") => format!(
            "The key that encrypts the bucket {bucket} cannot be used. Enable it, and grant the Cloud Storage service \
             agent of the bucket's project Cloud KMS CryptoKey Encrypter/Decrypter \
             (roles/cloudkms.cryptoKeyEncrypterDecrypter) on it."
        ),
        (403, "retentionPolicyNotMet") => {
            format!("The retention policy of the bucket {bucket} does not let this be written.")
        }
        (400, "invalid" | "invalidArgument") => format!(
            "Cloud Storage does not take the request: {}. Check `bucketName` and `fileNamePrefix`.",
            heard.quote(&error.message)
        ),
        _ => {
            let grant = format!(
                "Storage Object Creator (roles/storage.objectCreator, for storage.objects.create) on the bucket \
                 {bucket}; Google says the same of a bucket that belongs to somebody else"
            );
            refusal::advice(job, heard, &error, &API, &grant)
                .unwrap_or_else(|| refusal::unknown(heard, &error, &API))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::deliver::fixture::{Case, SECRET, answer};

    const NAME: &str = "labs/2026/11/24/00000000-0000-0000-0000-000000000007.json";

    fn case(prefix: &str, endpoint: Option<&str>) -> Case {
        let mut settings = vec![("bucketName", "labs.inbound"), ("fileNamePrefix", prefix)];
        settings.extend(endpoint.map(|endpoint| ("endpointUrl", endpoint)));
        Case::new("gcp", "cloud-storage", &settings)
    }

    #[test]
    fn the_upload_is_the_vendors() {
        let request = case("labs/", None).request().unwrap();
        assert_eq!((request.method.as_str(), request.headers.len()), ("POST", 1));
        assert_eq!(request.headers["content-type"], "application/json");
        let path = "https://storage.googleapis.com/upload/storage/v1/b/labs.inbound/o";
        assert_eq!(request.url().as_str(), format!("{path}?uploadType=media&name={NAME}"));
        assert_eq!(request.body, br#"{"Meta":{"Test":true}}"#);
    }

    #[test]
    fn a_name_stays_one_name_and_another_endpoint_is_called_instead() {
        let request = case("a=b/(1)'*", Some("https://gcs.example.org/")).request().unwrap();
        assert_eq!(request.url().host_str(), Some("gcs.example.org"));
        let name = request.url().query_pairs().find(|(key, _)| key == "name").unwrap().1.into_owned();
        assert!(name.starts_with("a=b/(1)'*2026/"), "{name}");
        assert_eq!(request.url().query_pairs().count(), 2);
    }

    #[test]
    fn only_an_answer_that_names_the_object_is_a_success() {
        let case = case("labs/", None);
        let fine = json!({ "kind": "storage#object", "name": NAME, "generation": format!("17 {SECRET}") });
        let written = case.judge(&answer(200, &[], &fine.to_string()));
        assert!(
            matches!(&written, Verdict::Written(detail) if detail.contains("(generation 17 [redacted])")),
            "{written:?}"
        );
        for body in ["", "{}", "[]", r#"{"name": "other"}"#, "<html></html>"] {
            let verdict = case.judge(&answer(200, &[], body));
            assert!(
                matches!(&verdict, Verdict::Refused(advice) if advice.contains("`endpointUrl`")),
                "{verdict:?}"
            );
        }
    }

    #[test]
    fn each_refusal_says_what_to_do() {
        for (status, reason, message, words) in [
            (404, "notFound", "The specified bucket does not exist.", "`bucketName`"),
            (401, "authError", "Invalid Credentials", "does not take the token (Invalid Credentials)"),
            (403, "insufficientPermissions", "Insufficient Permission", "auth/cloud-platform"),
            (
                403,
                "forbidden",
                "x does not have storage.objects.create access",
                "roles/storage.objectCreator",
            ),
            (403, "accessNotConfigured", "", "Enable storage.googleapis.com"),
            (403, "accountDisabled", "", "billing"),
            (403, "forbidden", "prohibited: vpcServiceControlsUniqueIdentifier: 1", "perimeter"),
            (403, "forbidden", "Permission denied on Cloud KMS key.", "roles/cloudkms"),
            (400, "invalid", "Invalid bucket name", "`bucketName`"),
            (429, "rateLimitExceeded", "", "throttled"),
            (503, "backendError", "", "Service Health"),
            (412, "conditionNotMet", format!("odd {SECRET}").as_str(), "(conditionNotMet): odd [redacted]"),
            (301, "", "", "redirect"),
            (418, "", "", "`endpointUrl`"),
        ] {
            let body = match reason {
                "" => "<html></html>".to_owned(),
                _ => json!({ "error": { "code": status, "message": message, "errors": [{ "reason": reason }] } })
                    .to_string(),
            };
            let verdict = case("labs/", None).judge(&answer(status, &[], &body));
            assert!(
                matches!(&verdict, Verdict::Refused(advice) if advice.contains(words)),
                "{words}: {verdict:?}"
            );
        }
    }
}
