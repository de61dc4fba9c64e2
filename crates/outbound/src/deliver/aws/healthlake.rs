//! AWS HealthLake: the Bundle is created as a resource of the FHIR data store.
//! <https://docs.aws.amazon.com/healthlake/latest/devguide/managing-fhir-resources-create.html>

use domain::fault::{FaultCode, Flaw};

use super::{
    super::{
        cloud::{CloudDelivery, Deliverer, Heard, Verdict},
        fhir,
        vendor_error::VendorError,
    },
    partition_of, refusal,
};
use crate::client::{AwsScope, OutRequest};

/// See [`domain::catalog::aws::healthlake::PRODUCT`].
pub(in crate::deliver) static DELIVERER: Deliverer =
    Deliverer { host_setting: "datastoreEndpoint", request, judge };

const SERVICE: &str = "healthlake";

fn request(job: &CloudDelivery<'_>) -> Result<OutRequest, Flaw> {
    let (base, region) = (job.base_url("datastoreEndpoint").unwrap_or_default(), job.required("region"));
    if let Some(other) = region_of(base).filter(|other| *other != region) {
        let detail = format!(
            "The data store's endpoint is in {other}, but `region` says {region}. Set `region` to {other}, or \
             correct `datastoreEndpoint`."
        );
        return Err(Flaw::new(FaultCode::Mismatch, detail));
    }
    let mut request = fhir::create(job, base)?;
    request.aws_scope = Some(AwsScope { service: SERVICE.to_owned(), region: region.to_owned() });
    Ok(request)
}

/// The region in the name of an endpoint of AWS.
fn region_of(url: &str) -> Option<&str> {
    let (region, rest) = url.strip_prefix("https://healthlake.")?.split_once('.')?;
    rest.starts_with("amazonaws.").then_some(region)
}

fn judge(job: &CloudDelivery<'_>, heard: &Heard<'_>) -> Verdict {
    if heard.is_success() {
        return fhir::judge(heard, "`datastoreEndpoint`");
    }
    let region = job.required("region");
    let error = VendorError::from_aws_json(&heard.text(), heard.header("x-amzn-errortype"));
    let grant = format!(
        "healthlake:CreateResource on arn:{}:healthlake:{region}:<account>:datastore/fhir/<id>",
        partition_of(region)
    );
    let advice = match error.code.as_str() {
        "ResourceNotFoundException" => Some(
            "There is no such data store in this region. Check `datastoreEndpoint` and `region`.".to_owned(),
        ),
        _ => refusal::advice(&error, &grant, heard).or_else(|| fhir::on_refusal(heard)),
    };
    Verdict::Refused(advice.unwrap_or_else(|| refusal::unknown("HealthLake", &error, heard)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::fixture::{Case, answer};

    const STORE: &str =
        "https://healthlake.us-east-1.amazonaws.com/datastore/0a1b2c3d4e5f60718293a4b5c6d7e8f9/r4/";

    fn case(region: &str) -> Case {
        Case::new("aws", "healthlake", &[("datastoreEndpoint", STORE), ("region", region)])
    }

    #[test]
    fn the_bundle_is_created_as_a_resource() {
        let case = case("us-east-1");
        let request = case.request().unwrap();
        assert_eq!(request.url().as_str(), format!("{STORE}Bundle"));
        assert_eq!((request.method.as_str(), request.headers.len()), ("POST", 2));
        assert_eq!(request.headers["content-type"], "application/fhir+json");
        let scope = AwsScope { service: "healthlake".to_owned(), region: "us-east-1".to_owned() };
        assert_eq!(request.aws_scope, Some(scope));
    }

    #[test]
    fn an_endpoint_of_another_region_is_found_before_anything_is_sent() {
        let flaw = case("eu-west-2").request().err().unwrap();
        assert!(flaw.detail.contains("us-east-1") && flaw.detail.contains("eu-west-2"), "{}", flaw.detail);
    }

    #[test]
    fn each_refusal_says_what_to_do() {
        let denied = r#"{"__type": "AccessDeniedException", "Message": "no"}"#;
        let outcome = r#"{"resourceType": "OperationOutcome", "issue": [{"severity": "error", "diagnostics": "No type"}]}"#;
        let skewed =
            r#"{"message": "Signature expired: 20261124T000000Z is now earlier than 20261124T010000Z"}"#;
        let case = case("us-east-1");
        for (status, headers, body, words) in [
            (403, &[][..], denied, "healthlake:CreateResource"),
            (404, &[("x-amzn-errortype", "ResourceNotFoundException")], "{}", "no such data store"),
            (400, &[], outcome, "No type"),
            (403, &[("x-amzn-errortype", "InvalidSignatureException")], skewed, "clock"),
            (403, &[("x-amzn-errortype", "UnrecognizedClientException")], "{}", "`accessKey`"),
            (429, &[("x-amzn-errortype", "ThrottlingException")], "{}", "throttled"),
            (502, &[], "<html></html>", "502"),
            (201, &[], "<html></html>", "`datastoreEndpoint`"),
        ] {
            let verdict = case.judge(&answer(status, headers, body));
            assert!(
                matches!(&verdict, Verdict::Refused(advice) if advice.contains(words)),
                "{words}: {verdict:?}"
            );
        }
    }
}
