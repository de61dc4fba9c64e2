//! A FHIR store of the Google Cloud Healthcare API.

use super::{ENDPOINT_URL, PROJECT_ID, STRATEGIES, TYPE_ID};
use crate::{
    catalog::{DataModels, Description, Product, ProductKey},
    form::{Edge, Field, Letters, NameRule},
};

static LOCATION: NameRule = NameRule {
    first: Edge::Letter,
    last: Edge::LetterOrDigit,
    never: &["--"],
    ..NameRule::of(
        2,
        32,
        Letters::Lower,
        "-",
        "The code of a location, such as us-central1 or us; not a zone's name or letters in upper case.",
    )
};

/// The same for data sets and stores:
/// <https://cloud.google.com/healthcare-api/docs/reference/rest/v1/projects.locations.datasets/create>
static RESOURCE: NameRule = NameRule::of(
    1,
    256,
    Letters::AnyScript,
    "_-.",
    "An id has up to 256 letters, digits, underscores, hyphens and dots.",
);

/// A FHIR store of the Google Cloud Healthcare API, as the catalogue describes it.
pub static PRODUCT: Product = Product {
    key: ProductKey::HealthcareFhir,
    type_id: TYPE_ID,
    product_id: "healthcare-fhir",
    description: Description {
        label: "Google Cloud Healthcare API: FHIR store",
        description: "Each FHIR message is stored as a Bundle in a FHIR R4 store. A verify posts a sample; the \
                      credential needs the role Healthcare FHIR Resource Editor on the store.",
        help_url: Some("https://cloud.google.com/healthcare-api/docs/how-tos/fhir-resources"),
        settings: &[
            PROJECT_ID,
            Field::named(
                &LOCATION,
                "location",
                "Location",
                "The location of the data set: the code of a region or multi-region.",
                "us-central1",
            )
            .required(),
            Field::named(&RESOURCE, "datasetId", "Data set id", "The id of the data set.", "labs").required(),
            Field::named(
                &RESOURCE,
                "fhirStoreId",
                "FHIR store id",
                "The id of the FHIR store in the data set.",
                "inbound",
            )
            .required(),
            ENDPOINT_URL,
        ],
        strategies: &STRATEGIES,
        data_models: DataModels::Fhir,
    },
};
