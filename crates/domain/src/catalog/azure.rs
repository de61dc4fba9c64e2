//! The products of Microsoft Azure, and the settings they share.

pub mod blob_storage;
pub mod databricks;
pub mod event_hubs;
pub mod health_data_services;

use super::file_name::FILE_NAME_PREFIX;
use crate::{
    credential::oauth_two_legged,
    form::{Edge, Field, Letters, NameRule, UrlPath},
};

const TYPE_ID: &str = "azure";

static STRATEGIES: [&str; 1] = [oauth_two_legged::STRATEGY.key];

/// `endpointUrl`.
const ENDPOINT_URL: Field = Field::base_url(
    UrlPath::Any,
    "endpointUrl",
    "Endpoint URL",
    "Only for what is not at Azure's usual address: a custom domain, a sovereign cloud, an emulator.",
    "https://labs.blob.core.usgovcloudapi.net",
);

/// <https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata>
static CONTAINER: NameRule = NameRule {
    first: Edge::LetterOrDigit,
    last: Edge::LetterOrDigit,
    never: &["--"],
    ..NameRule::of(
        3,
        63,
        Letters::Lower,
        "-",
        "A container name has lowercase letters, digits and single hyphens, and begins and ends with a letter or digit.",
    )
};

/// <https://learn.microsoft.com/azure/storage/common/storage-account-overview#storage-account-name>
static ACCOUNT: NameRule = NameRule::of(
    3,
    24,
    Letters::Lower,
    "",
    "A storage account name has 3 to 24 lowercase letters and digits, and nothing else.",
);

/// The settings of a blob container.
static CONTAINER_SETTINGS: [Field; 4] = [
    Field::named(
        &CONTAINER,
        "containerName",
        "Container name",
        "The name of the blob container.",
        "labs-inbound",
    )
    .required(),
    Field::named(
        &ACCOUNT,
        "storageAccountName",
        "Storage account name",
        "The name of the storage account, without .blob.core.windows.net behind it.",
        "contosolabs",
    )
    .required(),
    FILE_NAME_PREFIX,
    ENDPOINT_URL,
];
