//! A FHIR store of the Cloud Healthcare API: the Bundle is created as a resource.
//! <https://cloud.google.com/healthcare-api/docs/reference/rest/v1/projects.locations.datasets.fhirStores.fhir/create>

use domain::fault::Flaw;

use super::{
    super::{
        cloud::{CloudDelivery, Deliverer, Heard, Verdict},
        fhir,
        object_name::in_path,
        vendor_error::VendorError,
    },
    base_of,
    refusal::{self, Api},
};
use crate::client::OutRequest;

/// See [`domain::catalog::gcp::healthcare_fhir::PRODUCT`].
pub(in crate::deliver) static DELIVERER: Deliverer =
    Deliverer { host_setting: "endpointUrl", request, judge };

static API: Api = Api { name: "The Cloud Healthcare API", host: "healthcare.googleapis.com" };

fn request(job: &CloudDelivery<'_>) -> Result<OutRequest, Flaw> {
    let base = base_of(job, "https://healthcare.googleapis.com");
    let url = format!("{base}/v1/{}/fhir", in_path(&store_of(job)));
    fhir::create(job, &url)
}

/// The store's full name.
fn store_of(job: &CloudDelivery<'_>) -> String {
    let [project, location, data_set, store] =
        ["projectId", "location", "datasetId", "fhirStoreId"].map(|name| job.required(name));
    format!("projects/{project}/locations/{location}/datasets/{data_set}/fhirStores/{store}")
}

fn judge(job: &CloudDelivery<'_>, heard: &Heard<'_>) -> Verdict {
    if heard.is_success() {
        return fhir::judge(heard, "`endpointUrl`");
    }
    Verdict::Refused(on_refusal(job, heard))
}

fn on_refusal(job: &CloudDelivery<'_>, heard: &Heard<'_>) -> String {
    let store = store_of(job);
    let mut error = VendorError::from_google_json(&heard.json());
    if error.message.is_empty() {
        error.message = fhir::reason(heard).unwrap_or_default();
    }
    match heard.status() {
        404 => format!(
            "There is no FHIR store {store}. Check `projectId`, `location`, `datasetId` and `fhirStoreId`, in which \
             letter case counts; or create the store."
        ),
        _ => {
            let grant = format!(
                "Healthcare FHIR Resource Editor (roles/healthcare.fhirResourceEditor, for \
                 healthcare.fhirResources.create) on {store}"
            );
            refusal::advice(job, heard, &error, &API, &grant)
                .or_else(|| fhir::on_refusal(heard))
                .unwrap_or_else(|| refusal::unknown(heard, &error, &API))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::deliver::fixture::{Case, answer};

    fn case() -> Case {
        let settings = [
            ("projectId", "labs-417203"),
            ("location", "us-central1"),
            ("datasetId", "labs"),
            ("fhirStoreId", "in_1"),
        ];
        Case::new("gcp", "healthcare-fhir", &settings)
    }

    #[test]
    fn the_bundle_is_created_as_a_resource_of_the_store() {
        let request = case().request().unwrap();
        assert_eq!((request.method.as_str(), request.headers.len()), ("POST", 2));
        assert_eq!(request.headers["content-type"], "application/fhir+json");
        assert_eq!(request.headers["accept"], "application/fhir+json");
        assert_eq!(
            request.url().as_str(),
            "https://healthcare.googleapis.com/v1/projects/labs-417203/locations/us-central1/datasets/labs/fhirStores/\
             in_1/fhir/Bundle"
        );
    }

    #[test]
    fn each_refusal_says_what_to_do() {
        let outcome = |code: &str, words: &str| {
            let issue = json!({ "severity": "error", "code": code, "diagnostics": words });
            json!({ "resourceType": "OperationOutcome", "issue": [issue] })
        };
        let error = |code: &str, words: &str| json!({ "error": { "status": code, "message": words } });
        for (status, body, words) in [
            (404, outcome("not-found", "no"), "`fhirStoreId`"),
            (401, error("UNAUTHENTICATED", "Expired"), "does not take the token (Expired)"),
            (
                403,
                outcome("forbidden", "permission denied"),
                "(permission denied). Grant the service account",
            ),
            (403, error("PERMISSION_DENIED", "no"), "roles/healthcare.fhirResourceEditor"),
            (403, error("SERVICE_DISABLED", ""), "Enable healthcare.googleapis.com"),
            (400, outcome("invalid", "unknown field weather"), "unknown field weather"),
            (422, outcome("invariant", "reference not found"), "reference not found"),
            (429, outcome("throttled", "quota"), "throttled"),
            (503, json!(null), "Service Health"),
            (400, json!(null), "`endpointUrl`"),
        ] {
            let verdict = case().judge(&answer(status, &[], &body.to_string()));
            assert!(
                matches!(&verdict, Verdict::Refused(advice) if advice.contains(words)),
                "{words}: {verdict:?}"
            );
        }
    }

    #[test]
    fn a_good_status_is_not_enough() {
        let bundle = json!({ "resourceType": "Bundle", "id": "b-1" }).to_string();
        assert!(matches!(case().judge(&answer(201, &[], &bundle)), Verdict::Written(_)));
        assert!(matches!(case().judge(&answer(200, &[], "{}")), Verdict::Refused(_)));
    }
}
