//! The products of Amazon Web Services, and the settings they share.

pub mod databricks;
pub mod healthlake;
pub mod kinesis;
pub mod s3;
pub mod sqs;

use super::file_name::FILE_NAME_PREFIX;
use crate::{
    credential::aws_sigv4,
    form::{Edge, Field, Letters, NameRule, UrlPath},
};

const TYPE_ID: &str = "aws";

static STRATEGIES: [&str; 1] = [aws_sigv4::STRATEGY.key];

static REGION_NAME: NameRule = NameRule {
    first: Edge::Letter,
    last: Edge::Digit,
    never: &["--"],
    ..NameRule::of(
        8,
        32,
        Letters::Lower,
        "-",
        "The code of a region, such as eu-central-1; neither its name nor an availability zone (eu-central-1a).",
    )
};

/// `region`.
const REGION: Field = Field::named(
    &REGION_NAME,
    "region",
    "Region",
    "The code of the region that the resource is in. Requests are signed for it, whatever the credential says.",
    "us-east-1",
)
.required();

/// `endpointUrl`.
const ENDPOINT_URL: Field = Field::base_url(
    UrlPath::Any,
    "endpointUrl",
    "Endpoint URL",
    "Only for what is not at the usual address of the region: a VPC endpoint, a sovereign cloud, an emulator.",
    "https://vpce-0a1b2c3d-4e5f6a7b.s3.us-east-1.vpce.amazonaws.com",
);

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
static BUCKET: NameRule = NameRule {
    first: Edge::LetterOrDigit,
    last: Edge::LetterOrDigit,
    never: &[".."],
    never_first: &["xn--", "sthree-", "amzn-s3-demo-"],
    never_last: &["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"],
    may_be_address: false,
    ..NameRule::of(
        3,
        63,
        Letters::Lower,
        ".-",
        "A bucket name has lowercase letters, digits, dots and hyphens, begins and ends with a letter or digit, has \
         no two dots in a row, is no IP address, and none of the beginnings and ends that AWS reserves.",
    )
};

/// The settings of a bucket.
static BUCKET_SETTINGS: [Field; 4] = [
    Field::named(
        &BUCKET,
        "bucketName",
        "Bucket name",
        "The name of the bucket: neither its ARN nor its URL.",
        "labs-inbound",
    )
    .required(),
    REGION,
    FILE_NAME_PREFIX,
    ENDPOINT_URL,
];
