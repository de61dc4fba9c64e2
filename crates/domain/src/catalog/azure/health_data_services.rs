//! The FHIR service of Azure Health Data Services.

use super::{STRATEGIES, TYPE_ID};
use crate::{
    catalog::{DataModels, Description, Product, ProductKey},
    form::{Field, UrlPath},
};

/// The FHIR service of Azure Health Data Services, as the catalogue describes it.
pub static PRODUCT: Product = Product {
    key: ProductKey::HealthDataServices,
    type_id: TYPE_ID,
    product_id: "health-data-services",
    description: Description {
        label: "Azure Health Data Services: FHIR service",
        description: "Each FHIR message is stored as a Bundle in a FHIR R4 service. A verify posts a sample; the \
                      credential's application needs the role FHIR Data Contributor on the service.",
        help_url: Some("https://learn.microsoft.com/azure/healthcare-apis/fhir/overview"),
        settings: &[Field::base_url(
            UrlPath::Any,
            "fhirServiceUrl",
            "FHIR service URL",
            "The endpoint of the FHIR service, as its overview page shows it.",
            "https://contoso-labs.fhir.azurehealthcareapis.com/",
        )
        .required()],
        strategies: &STRATEGIES,
        data_models: DataModels::Fhir,
    },
};
