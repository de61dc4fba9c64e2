//! Azure Event Hubs: Send event.
//! <https://learn.microsoft.com/rest/api/eventhub/send-event>

use domain::fault::Flaw;
use reqwest::Method;

use super::{
    super::{
        cloud::{CloudDelivery, Deliverer, Heard, Verdict},
        object_name::in_path,
        vendor_error::VendorError,
    },
    refusal::Service,
};
use crate::client::OutRequest;

/// See [`domain::catalog::azure::event_hubs::PRODUCT`].
pub(in crate::deliver) static DELIVERER: Deliverer = Deliverer { host_setting: "namespace", request, judge };

/// Of every event, whatever it is: the vendor's reference wants this.
const CONTENT_TYPE: &str = "application/atom+xml;type=entry;charset=utf-8";

fn request(job: &CloudDelivery<'_>) -> Result<OutRequest, Flaw> {
    let hub = in_path(job.required("eventHubName"));
    let base = match job.base_url("endpointUrl") {
        Some(endpoint) => endpoint.to_owned(),
        None => format!("https://{}.servicebus.windows.net", job.required("namespace")),
    };
    job.send_message(Method::POST, &format!("{base}/{hub}/messages?api-version=2014-01"), CONTENT_TYPE)
}

fn judge(job: &CloudDelivery<'_>, heard: &Heard<'_>) -> Verdict {
    if !heard.is_success() {
        return Verdict::Refused(on_refusal(job, heard));
    }
    if heard.status() != 201 {
        return Verdict::Refused(format!(
            "The answer was {}, but Event Hubs answers 201. Check `endpointUrl`.",
            heard.status()
        ));
    }
    Verdict::Written(format!(
        "Sent to the event hub {}; Event Hubs gives an event no id that it tells. It stays until the retention time \
         ends.",
        job.required("eventHubName")
    ))
}

fn on_refusal(job: &CloudDelivery<'_>, heard: &Heard<'_>) -> String {
    let (namespace, hub) = (job.required("namespace"), job.required("eventHubName"));
    let error = VendorError::from_service_bus_xml(&heard.text());
    let service = Service {
        name: "Event Hubs",
        scope: "https://eventhubs.azure.net/.default",
        role: format!("Azure Event Hubs Data Sender on the event hub {hub} or the namespace {namespace}"),
    };
    match heard.status() {
        404 | 410 => format!(
            "There is no event hub {hub} in the namespace {namespace}. Check `eventHubName` and `namespace`; or create \
             the event hub."
        ),
        // The service has one status for a token it does not take and for one that may not send.
        401 if error.message.contains("claim(s)") => {
            service.on_permission(&error, heard)
        }
        401 | 403 if error.message.to_lowercase().contains("ip address") => service.on_network(),
        403 if error.message.to_lowercase().contains("quota") => {
            format!("A quota of the namespace {namespace} is used up: {}", heard.quote(&error.message))
        }
        503 => {
            "Event Hubs takes no more events for now (throttled). Try again later, or give the namespace more \
             throughput units."
                .to_owned()
        }
        _ => service.on_status(&error, heard),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::fixture::{Case, SECRET, answer};

    fn case(endpoint: Option<&str>) -> Case {
        let mut settings = vec![("namespace", "contoso-labs"), ("eventHubName", "in.1_a")];
        settings.extend(endpoint.map(|endpoint| ("endpointUrl", endpoint)));
        Case::new("azure", "event-hubs", &settings)
    }

    #[test]
    fn the_call_is_the_vendors() {
        let request = case(None).request().unwrap();
        assert_eq!((request.method.as_str(), request.headers.len()), ("POST", 1));
        assert_eq!(request.headers["content-type"], "application/atom+xml;type=entry;charset=utf-8");
        assert_eq!(
            request.url().as_str(),
            "https://contoso-labs.servicebus.windows.net/in.1_a/messages?api-version=2014-01"
        );
        assert_eq!(request.body, br#"{"Meta":{"Test":true}}"#);
        let elsewhere = case(Some("https://labs.servicebus.usgovcloudapi.net/")).request().unwrap();
        assert_eq!(elsewhere.url().host_str(), Some("labs.servicebus.usgovcloudapi.net"));
    }

    #[test]
    fn only_created_is_a_success() {
        assert!(
            matches!(case(None).judge(&answer(201, &[], "")), Verdict::Written(detail) if detail.contains("in.1_a"))
        );
        for status in [200, 202, 204] {
            let verdict = case(None).judge(&answer(status, &[], ""));
            assert!(
                matches!(&verdict, Verdict::Refused(advice) if advice.contains("`endpointUrl`")),
                "{verdict:?}"
            );
        }
    }

    #[test]
    fn each_refusal_says_what_to_do() {
        for (status, detail, words) in [
            (404, "The messaging entity could not be found.", "`eventHubName`"),
            (401, "InvalidAudience: Authorization failed for specified action: Send.", "eventhubs.azure.net"),
            (401, "Unauthorized access. 'Send' claim(s) are required.", "Azure Event Hubs Data Sender"),
            (401, "Ip address has been rejected", "firewall"),
            (403, "The quota has been exceeded", "quota"),
            (403, "no", "Data Sender"),
            (503, "The server is busy", "throttled"),
            (500, "", "Azure Service Health"),
            (413, format!("too large {SECRET}").as_str(), "(413): too large [redacted]"),
        ] {
            let body = format!("<Error><Code>{status}</Code><Detail>{detail}</Detail></Error>");
            let verdict = case(None).judge(&answer(status, &[], &body));
            assert!(
                matches!(&verdict, Verdict::Refused(advice) if advice.contains(words)),
                "{words}: {verdict:?}"
            );
        }
    }
}
