//! A call of the JSON protocols of AWS: one path for every operation, whose name stands in a header.
//! <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html>

use domain::fault::Flaw;
use reqwest::{
    Method,
    header::{HeaderName, HeaderValue},
};
use serde_json::Value;

use super::{
    super::{
        cloud::{CloudDelivery, Heard},
        vendor_error::VendorError,
    },
    domain_of,
};
use crate::client::{AwsScope, OutRequest};

/// Names the operation.
const TARGET: HeaderName = HeaderName::from_static("x-amz-target");

/// An operation of a service.
pub(super) struct Operation {
    /// As in a signature and in the service's host.
    pub(super) service: &'static str,
    /// As in `Kinesis_20131202.PutRecord`.
    pub(super) target: &'static str,
    /// Which tells the version of the protocol.
    pub(super) content_type: &'static str,
}

impl Operation {
    /// The call with this input, at the URL where the service listens.
    pub(super) fn call(&self, job: &CloudDelivery<'_>, url: &str, input: &Value) -> Result<OutRequest, Flaw> {
        let mut request = job.send_message(Method::POST, &format!("{url}/"), self.content_type)?;
        request.headers.insert(TARGET, HeaderValue::from_static(self.target));
        request.body = input.to_string().into_bytes();
        let region = job.required("region").to_owned();
        request.aws_scope = Some(AwsScope { service: self.service.to_owned(), region });
        Ok(request)
    }

    /// Where the service listens in the region of the settings, without a slash at its end.
    pub(super) fn public_url(&self, job: &CloudDelivery<'_>) -> String {
        let region = job.required("region");
        format!("https://{}.{region}.{}", self.service, domain_of(region))
    }
}

/// The error that such a call is refused with. What stands before a service may answer in XML all the same.
pub(super) fn error(heard: &Heard<'_>) -> VendorError {
    let text = heard.text();
    let error = VendorError::from_aws_json(&text, heard.header("x-amzn-errortype"));
    if error == VendorError::default() { VendorError::from_xml(&text) } else { error }
}
