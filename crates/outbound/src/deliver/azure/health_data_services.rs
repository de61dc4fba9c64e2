//! The FHIR service of Azure Health Data Services: the Bundle is created as a resource.
//! <https://learn.microsoft.com/azure/healthcare-apis/fhir/fhir-rest-api-capabilities>

use domain::fault::Flaw;

use super::{
    super::{
        cloud::{CloudDelivery, Deliverer, Heard, Verdict},
        fhir,
        vendor_error::VendorError,
    },
    refusal::Service,
};
use crate::client::OutRequest;

/// See [`domain::catalog::azure::health_data_services::PRODUCT`].
pub(in crate::deliver) static DELIVERER: Deliverer =
    Deliverer { host_setting: "fhirServiceUrl", request, judge };

fn request(job: &CloudDelivery<'_>) -> Result<OutRequest, Flaw> {
    fhir::create(job, job.base_url("fhirServiceUrl").unwrap_or_default())
}

fn judge(job: &CloudDelivery<'_>, heard: &Heard<'_>) -> Verdict {
    if heard.is_success() {
        return fhir::judge(heard, "`fhirServiceUrl`");
    }
    Verdict::Refused(on_refusal(job, heard))
}

fn on_refusal(job: &CloudDelivery<'_>, heard: &Heard<'_>) -> String {
    let url = job.base_url("fhirServiceUrl").unwrap_or_default();
    let scope = format!("{url}/.default");
    let service = Service {
        name: "The FHIR service",
        scope: &scope,
        role: "FHIR Data Contributor (or FHIR Data Writer) on the FHIR service".to_owned(),
    };
    let error = VendorError { code: String::new(), message: fhir::reason(heard).unwrap_or_default() };
    match heard.status() {
        404 | 405 => {
            "There is no FHIR service at this URL. Check `fhirServiceUrl`: the overview page of the service has it."
                .to_owned()
        }
        400 | 409 | 412 | 422 => fhir::on_refusal(heard).unwrap_or_else(|| service.on_status(&error, heard)),
        _ => service.on_status(&error, heard),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::deliver::fixture::{Case, answer};

    fn case() -> Case {
        let url = "https://contoso-labs.fhir.azurehealthcareapis.com/";
        Case::new("azure", "health-data-services", &[("fhirServiceUrl", url)])
    }

    #[test]
    fn the_bundle_is_created_as_a_resource() {
        let request = case().request().unwrap();
        assert_eq!((request.method.as_str(), request.headers.len()), ("POST", 2));
        assert_eq!(request.headers["content-type"], "application/fhir+json");
        assert_eq!(request.url().as_str(), "https://contoso-labs.fhir.azurehealthcareapis.com/Bundle");
    }

    #[test]
    fn each_refusal_says_what_to_do() {
        let scope = "https://contoso-labs.fhir.azurehealthcareapis.com/.default";
        for (status, code, words, advised) in [
            (401, "login", "Authentication failed.", scope),
            (403, "forbidden", "Authorization failed.", "FHIR Data Contributor"),
            (404, "not-found", "no", "`fhirServiceUrl`"),
            (400, "structure", "unknown member weather", "unknown member weather"),
            (422, "invariant", "a rule is broken", "a rule is broken"),
            (429, "throttled", "too many", "throttled"),
            (503, "transient", "busy", "Azure Service Health"),
        ] {
            let issue = json!({ "severity": "error", "code": code, "diagnostics": words });
            let body = json!({ "resourceType": "OperationOutcome", "issue": [issue] });
            let verdict = case().judge(&answer(status, &[], &body.to_string()));
            assert!(
                matches!(&verdict, Verdict::Refused(advice) if advice.contains(advised)),
                "{advised}: {verdict:?}"
            );
        }
        let bare = case().judge(&answer(400, &[], "no"));
        assert!(
            matches!(&bare, Verdict::Refused(advice) if advice.contains("Check the endpoint")),
            "{bare:?}"
        );
    }
}
