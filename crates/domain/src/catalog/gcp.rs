//! The products of Google Cloud, and the settings they share.

pub mod cloud_storage;
pub mod databricks;
pub mod healthcare_fhir;
pub mod pub_sub;

use super::file_name::FILE_NAME_PREFIX;
use crate::{
    credential::{gcp_jwt, google_wif},
    form::{Edge, Field, Letters, NameRule, UrlPath},
};

const TYPE_ID: &str = "gcp";

static STRATEGIES: [&str; 2] = [google_wif::STRATEGY.key, gcp_jwt::STRATEGY.key];

/// <https://cloud.google.com/resource-manager/docs/creating-managing-projects>
static PROJECT: NameRule = NameRule {
    first: Edge::Letter,
    last: Edge::LetterOrDigit,
    ..NameRule::of(
        6,
        30,
        Letters::Lower,
        "-",
        "A project id has lowercase letters, digits and hyphens, begins with a letter and ends with a letter or digit.",
    )
};

/// `projectId`.
const PROJECT_ID: Field = Field::named(
    &PROJECT,
    "projectId",
    "Project id",
    "The id of the project: neither its name nor its number.",
    "labs-417203",
)
.required();

/// `endpointUrl`.
const ENDPOINT_URL: Field = Field::base_url(
    UrlPath::Any,
    "endpointUrl",
    "Endpoint URL",
    "Only for what is not at Google's usual address: Private Service Connect, a sovereign cloud, an emulator.",
    "https://storage-labs.p.googleapis.com",
);

/// <https://cloud.google.com/storage/docs/buckets#naming>
static BUCKET: NameRule = NameRule {
    first: Edge::LetterOrDigit,
    last: Edge::LetterOrDigit,
    never: &["google", "g00gle"],
    never_first: &["goog"],
    max_part: Some(63),
    may_be_address: false,
    ..NameRule::of(
        3,
        222,
        Letters::Lower,
        "-_.",
        "A bucket name has lowercase letters, digits, hyphens, underscores and dots, begins and ends with a letter or \
         digit, has at most 63 characters (each part between dots, if it has dots), is no IP address, does not begin \
         with goog and does not contain google.",
    )
};

/// The settings of a bucket.
static BUCKET_SETTINGS: [Field; 3] = [
    Field::named(
        &BUCKET,
        "bucketName",
        "Bucket name",
        "The name of the bucket, without gs:// before it.",
        "labs-inbound",
    )
    .required(),
    FILE_NAME_PREFIX,
    ENDPOINT_URL,
];
