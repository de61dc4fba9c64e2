//! The products of AWS, and what they share: where a region is, and what its refusals mean.

pub(super) mod databricks;
pub(super) mod healthlake;
mod json_call;
pub(super) mod kinesis;
mod refusal;
pub(super) mod s3;
pub(super) mod sqs;

/// The domain under which the services of a region are found.
fn domain_of(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "amazonaws.com.cn"
    } else if region.starts_with("eusc-") {
        "amazonaws.eu"
    } else {
        "amazonaws.com"
    }
}

/// The partition of a region, as its ARNs have it.
fn partition_of(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else if region.starts_with("eusc-") {
        "aws-eusc"
    } else {
        "aws"
    }
}
