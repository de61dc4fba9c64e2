//! Amazon S3: PutObject. Waypost signs for the region of the settings and follows no redirect to another.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html>

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, prelude::BASE64_STANDARD};
use domain::fault::Flaw;
use reqwest::{
    Method,
    header::{HeaderName, HeaderValue},
};

use super::{
    super::{
        cloud::{CloudDelivery, Deliverer, Heard, Verdict},
        object_name::in_path,
        vendor_error::{VendorError, element},
    },
    domain_of, partition_of, refusal,
};
use crate::client::{AwsScope, OutRequest};

/// See [`domain::catalog::aws::s3::PRODUCT`].
pub(in crate::deliver) static DELIVERER: Deliverer = Deliverer { host_setting: "region", request, judge };

const SERVICE: &str = "s3";
/// A bucket with Object Lock takes nothing without a checksum.
const CHECKSUM: HeaderName = HeaderName::from_static("x-amz-checksum-sha256");

pub(super) fn request(job: &CloudDelivery<'_>) -> Result<OutRequest, Flaw> {
    let region = job.required("region");
    let mut request = job.send_message(Method::PUT, &url(job), "application/json")?;
    let checksum = BASE64_STANDARD.encode(digest(&SHA256, &request.body));
    if let Ok(checksum) = HeaderValue::from_str(&checksum) {
        request.headers.insert(CHECKSUM, checksum);
    }
    request.aws_scope = Some(AwsScope { service: SERVICE.to_owned(), region: region.to_owned() });
    Ok(request)
}

/// The bucket is part of the host, but where it cannot be: behind another endpoint, and with a dot in its name, which
/// the certificate does not cover.
fn url(job: &CloudDelivery<'_>) -> String {
    let (bucket, region) = (job.required("bucketName"), job.required("region"));
    let object = in_path(&job.object_name());
    let host = format!("s3.{region}.{}", domain_of(region));
    match job.base_url("endpointUrl") {
        Some(endpoint) => format!("{endpoint}/{bucket}/{object}"),
        None if bucket.contains('.') => format!("https://{host}/{bucket}/{object}"),
        None => format!("https://{bucket}.{host}/{object}"),
    }
}

pub(super) fn judge(job: &CloudDelivery<'_>, heard: &Heard<'_>) -> Verdict {
    if !heard.is_success() {
        return Verdict::Refused(on_refusal(job, heard));
    }
    // S3 and all that imitate it name the object's version by this header; a web server in its place does not.
    if heard.header("etag").is_none() {
        return Verdict::Refused(format!(
            "The answer was {}, but not one of S3 (it has no ETag). Check `endpointUrl`.",
            heard.status()
        ));
    }
    let version = heard.header("x-amz-version-id").filter(|version| *version != "null");
    let version = version.map(|version| format!(" (version {})", heard.quote(version))).unwrap_or_default();
    Verdict::Written(format!(
        "Written as {}{version} to the bucket {}, where it stays; delete it when you like.",
        job.object_name(),
        job.required("bucketName")
    ))
}

fn on_refusal(job: &CloudDelivery<'_>, heard: &Heard<'_>) -> String {
    let (bucket, region) = (job.required("bucketName"), job.required("region"));
    let error = VendorError::from_xml(&heard.text());
    if let Some(advice) = on_region(heard, &error, region, bucket) {
        return advice;
    }
    let arn = format!("arn:{}:s3:::{bucket}", partition_of(region));
    match error.code.as_str() {
        "NoSuchBucket" => format!(
            "There is no bucket {bucket} at this endpoint. Check `bucketName`, and that it is the account and the \
             partition you mean; or create it."
        ),
        "InvalidBucketName" => format!("S3 does not take {bucket} as the name of a bucket. Correct `bucketName`."),
        "MethodNotAllowed" => {
            "S3 does not let an object be put there. Check that `bucketName` names a bucket and that its owner \
             lets others write."
                .to_owned()
        }
        "" if heard.status() == 403 => on_denied(&arn, job),
        "AccessDenied" => on_denied(&arn, job),
        _ => refusal::advice(&error, &grant(&arn, job), heard)
            .unwrap_or_else(|| refusal::unknown("S3", &error, heard)),
    }
}

/// S3 tells in several ways that a bucket is elsewhere.
fn on_region(heard: &Heard<'_>, error: &VendorError, region: &str, bucket: &str) -> Option<String> {
    let told = [heard.header("x-amz-bucket-region").map(str::to_owned), element(&heard.text(), "Region")];
    let theirs = told.into_iter().flatten().find(|theirs| is_region(theirs));
    let is_elsewhere = matches!(
        error.code.as_str(),
        "PermanentRedirect"
            | "TemporaryRedirect"
            | "AuthorizationHeaderMalformed"
            | "IllegalLocationConstraintException"
            | "Redirect"
    ) || matches!(heard.status(), 301 | 307);
    match theirs {
        Some(theirs) if theirs != region && (is_elsewhere || heard.status() == 400) => {
            Some(format!("The bucket {bucket} is in {theirs}, not in {region}. Set `region` to {theirs}."))
        }
        Some(_) if heard.status() == 307 => Some(format!(
            "The bucket {bucket} is so new that AWS still sends requests elsewhere. Try again in some minutes."
        )),
        _ if is_elsewhere => Some(format!(
            "The bucket {bucket} is not in {region}, or not behind this endpoint. Set `region` to the bucket's \
             own, as the S3 console shows it, and check `endpointUrl` if it is set."
        )),
        _ => None,
    }
}

/// Whether a text can only be the code of a region: it is the vendor's, and goes into advice.
fn is_region(text: &str) -> bool {
    (8..=32).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

fn grant(arn: &str, job: &CloudDelivery<'_>) -> String {
    format!("s3:PutObject on {arn}/{}*", job.setting("fileNamePrefix").unwrap_or_default())
}

fn on_denied(arn: &str, job: &CloudDelivery<'_>) -> String {
    format!(
        "The access key is valid, but may not write there. Grant its user or role {}, and kms:GenerateDataKey if a \
         KMS key encrypts the bucket; see that neither the bucket's policy nor one of the organization denies it. \
         S3 says the same of a bucket that belongs to somebody else.",
        grant(arn, job)
    )
}

#[cfg(test)]
mod tests;
