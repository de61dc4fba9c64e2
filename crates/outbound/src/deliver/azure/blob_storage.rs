//! Azure Blob Storage: Put Blob.
//! <https://learn.microsoft.com/rest/api/storageservices/put-blob>, and for refusals
//! <https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes>

use domain::fault::Flaw;
use reqwest::{Method, header::HeaderValue};

use super::{
    super::{
        cloud::{CloudDelivery, Deliverer, Heard, Verdict},
        object_name::in_path,
        vendor_error::VendorError,
    },
    refusal::Service,
};
use crate::client::OutRequest;

/// See [`domain::catalog::azure::blob_storage::PRODUCT`].
pub(in crate::deliver) static DELIVERER: Deliverer =
    Deliverer { host_setting: "storageAccountName", request, judge };

/// Of the REST API.
const VERSION: HeaderValue = HeaderValue::from_static("2023-11-03");

pub(super) fn request(job: &CloudDelivery<'_>) -> Result<OutRequest, Flaw> {
    let mut request = job.send_message(Method::PUT, &url(job), "application/json")?;
    request.headers.insert("x-ms-version", VERSION);
    request.headers.insert("x-ms-blob-type", HeaderValue::from_static("BlockBlob"));
    let date = job.at.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let named = [("x-ms-date", date), ("x-ms-client-request-id", job.message_id.to_string())];
    for (name, value) in named {
        if let Ok(value) = HeaderValue::from_str(&value) {
            request.headers.insert(name, value);
        }
    }
    Ok(request)
}

fn url(job: &CloudDelivery<'_>) -> String {
    let (account, container) = (job.required("storageAccountName"), job.required("containerName"));
    let blob = in_path(&job.object_name());
    match job.base_url("endpointUrl") {
        Some(endpoint) => format!("{endpoint}/{container}/{blob}"),
        None => format!("https://{account}.blob.core.windows.net/{container}/{blob}"),
    }
}

pub(super) fn judge(job: &CloudDelivery<'_>, heard: &Heard<'_>) -> Verdict {
    if !heard.is_success() {
        return Verdict::Refused(on_refusal(job, heard));
    }
    if heard.status() != 201 || heard.header("etag").is_none() {
        return Verdict::Refused(format!(
            "The answer was {}, but not one of Blob Storage (201 with an ETag). Check `endpointUrl`.",
            heard.status()
        ));
    }
    let version = heard.header("x-ms-version-id").map(|id| format!(" (version {})", heard.quote(id)));
    Verdict::Written(format!(
        "Written as {}{} to the container {}, where it stays; delete it when you like.",
        job.object_name(),
        version.unwrap_or_default(),
        job.required("containerName")
    ))
}

fn on_refusal(job: &CloudDelivery<'_>, heard: &Heard<'_>) -> String {
    let (account, container) = (job.required("storageAccountName"), job.required("containerName"));
    let mut error = VendorError::from_xml(&heard.text());
    if let Some(code) = heard.header("x-ms-error-code") {
        code.clone_into(&mut error.code);
    }
    let service = Service {
        name: "Blob Storage",
        scope: "https://storage.azure.com/.default",
        role: format!(
            "Storage Blob Data Contributor on the container {container} or the storage account {account}"
        ),
    };
    match error.code.as_str() {
        "ContainerNotFound" | "ContainerBeingDeleted" | "ResourceNotFound" | "FilesystemNotFound" => format!(
            "There is no container {container} in the storage account {account}. Check `containerName` and \
             `storageAccountName`, and that `endpointUrl`, if it is set, leads to the account; or create the container."
        ),
        "InvalidAuthenticationInfo" | "AuthenticationFailed" | "NoAuthenticationInformation" => {
            service.on_token(&error, heard)
        }
        "AuthorizationPermissionMismatch" | "InsufficientAccountPermissions" => {
            service.on_permission(&error, heard)
        }
        "AuthorizationFailure" | "AuthorizationSourceIPMismatch" | "PublicAccessNotPermitted" => {
            service.on_network()
        }
        "AccountIsDisabled" | "AccountBeingCreated" => format!(
            "The storage account {account} cannot be used ({}). See that it is there, and its subscription active.",
            heard.quote(&error.code)
        ),
        "AccountRequiresHttps" => {
            "The storage account takes requests by https only. Set `endpointUrl` to an address of https, or leave it \
             out."
                .to_owned()
        }
        "BlobImmutableDueToPolicy" | "UnauthorizedBlobOverwrite" => {
            format!("A policy of the container {container} does not let this be written.")
        }
        "InvalidResourceName" | "InvalidUri" | "InvalidInput" => format!(
            "Blob Storage does not take the names. Correct `containerName` or `fileNamePrefix`. It says: {}",
            heard.quote(&error.message)
        ),
        "ServerBusy" | "OperationTimedOut" => {
            "Blob Storage takes no more requests for now (throttled). Try again later.".to_owned()
        }
        _ => service.on_status(&error, heard),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::fixture::{Case, SECRET, answer};

    const NAME: &str = "labs/2026/11/24/00000000-0000-0000-0000-000000000007.json";

    fn case(endpoint: Option<&str>) -> Case {
        let mut settings = vec![
            ("containerName", "labs-inbound"),
            ("storageAccountName", "contosolabs"),
            ("fileNamePrefix", "labs/"),
        ];
        settings.extend(endpoint.map(|endpoint| ("endpointUrl", endpoint)));
        Case::new("azure", "blob-storage", &settings)
    }

    #[test]
    fn the_upload_is_the_vendors() {
        let request = case(None).request().unwrap();
        assert_eq!((request.method.as_str(), request.headers.len()), ("PUT", 5));
        for (name, value) in [
            ("content-type", "application/json"),
            ("x-ms-version", "2023-11-03"),
            ("x-ms-blob-type", "BlockBlob"),
            ("x-ms-date", "Tue, 24 Nov 2026 00:00:00 GMT"),
            ("x-ms-client-request-id", "00000000-0000-0000-0000-000000000007"),
        ] {
            assert_eq!(request.headers[name], value);
        }
        let base = "https://contosolabs.blob.core.windows.net/labs-inbound/";
        assert_eq!(request.url().as_str(), format!("{base}{NAME}"));
        assert_eq!(request.body, br#"{"Meta":{"Test":true}}"#);
    }

    #[test]
    fn another_endpoint_is_called_instead_with_the_account_in_its_path_if_it_has_one() {
        for (endpoint, base) in [
            ("https://blobs.example.org", "https://blobs.example.org/labs-inbound/"),
            ("https://127.0.0.1:10000/contosolabs/", "https://127.0.0.1:10000/contosolabs/labs-inbound/"),
        ] {
            assert_eq!(
                case(Some(endpoint)).request().unwrap().url().as_str(),
                format!("{base}{NAME}"),
                "{endpoint}"
            );
        }
    }

    #[test]
    fn only_a_created_blob_with_an_etag_is_a_success() {
        let version = format!("17 {SECRET}");
        let written =
            case(None).judge(&answer(201, &[("etag", "\"0x8\""), ("x-ms-version-id", &version)], ""));
        assert!(
            matches!(&written, Verdict::Written(detail) if detail.contains("(version 17 [redacted])")),
            "{written:?}"
        );
        for (status, headers) in [(200, &[("etag", "1")][..]), (201, &[]), (202, &[])] {
            let verdict = case(None).judge(&answer(status, headers, ""));
            assert!(
                matches!(&verdict, Verdict::Refused(advice) if advice.contains("`endpointUrl`")),
                "{verdict:?}"
            );
        }
    }

    #[test]
    fn each_refusal_says_what_to_do() {
        for (status, code, words) in [
            (404, "ContainerNotFound", "`containerName`"),
            (401, "InvalidAuthenticationInfo", "https://storage.azure.com/.default"),
            (403, "AuthenticationFailed", "`scopes`"),
            (403, "AuthorizationPermissionMismatch", "Storage Blob Data Contributor"),
            (403, "AuthorizationFailure", "firewall"),
            (403, "AccountIsDisabled", "subscription active"),
            (400, "AccountRequiresHttps", "https only"),
            (409, "BlobImmutableDueToPolicy", "policy"),
            (400, "InvalidResourceName", "`fileNamePrefix`"),
            (503, "ServerBusy", "throttled"),
            (500, "InternalError", "Azure Service Health"),
            (429, "", "throttled"),
            (418, "Odd", "(Odd): Their words [redacted]"),
        ] {
            let body =
                format!("\u{feff}<Error><Code>x</Code><Message>Their words {SECRET}\nId:1</Message></Error>");
            let verdict = case(None).judge(&answer(status, &[("x-ms-error-code", code)], &body));
            assert!(
                matches!(&verdict, Verdict::Refused(advice) if advice.contains(words) && !advice.contains(SECRET)),
                "{words}: {verdict:?}"
            );
        }
        let bare = case(None).judge(&answer(302, &[], "<html></html>"));
        assert!(matches!(&bare, Verdict::Refused(advice) if advice.contains("redirect")), "{bare:?}");
    }
}
