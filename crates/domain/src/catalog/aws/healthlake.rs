//! AWS HealthLake.

use super::{REGION, STRATEGIES, TYPE_ID};
use crate::{
    catalog::{DataModels, Description, Product, ProductKey},
    form::{Field, Letters, NameRule, Segment, UrlPath},
};

static DATASTORE: NameRule =
    NameRule::of(32, 32, Letters::Lower, "", "A data store's id has 32 lowercase letters and digits.");

/// AWS HealthLake, as the catalogue describes it.
pub static PRODUCT: Product = Product {
    key: ProductKey::HealthLake,
    type_id: TYPE_ID,
    product_id: "healthlake",
    description: Description {
        label: "AWS HealthLake",
        description: "Each FHIR message is stored as a Bundle in a FHIR R4 data store. A verify posts a sample; the \
                      credential needs healthlake:CreateResource on the data store.",
        help_url: Some(
            "https://docs.aws.amazon.com/healthlake/latest/devguide/managing-fhir-resources-create.html",
        ),
        settings: &[
            Field::base_url(
                UrlPath::Of(
                    &[Segment::Word("datastore"), Segment::Name(&DATASTORE), Segment::Word("r4")],
                    "The endpoint of a data store ends in /datastore/<its id of 32 characters>/r4/.",
                ),
                "datastoreEndpoint",
                "Data store endpoint",
                "The endpoint of the data store, as the HealthLake console shows it.",
                "https://healthlake.us-east-1.amazonaws.com/datastore/0a1b2c3d4e5f60718293a4b5c6d7e8f9/r4/",
            )
            .required(),
            REGION,
        ],
        strategies: &STRATEGIES,
        data_models: DataModels::Fhir,
    },
};
