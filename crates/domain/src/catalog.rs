//! The catalogue: which types of destination there are, what each needs, and what a wizard shows for it.
//!
//! A product is one file below `catalog/` and one line in [`PRODUCTS`]; validation, the JSON Schema of
//! `/destination-types` and the OpenAPI document are all made from the settings it lists.

pub mod aws;
pub mod azure;
mod file_name;
pub mod gcp;
#[cfg(test)]
mod properties;
pub mod settings;
pub mod standard;

pub use settings::Settings;

use crate::{
    form::Field,
    message::{self, DataModel},
};

/// Which data models a type of destination takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataModels {
    /// All of them.
    Any,
    /// `FHIR.Event.*` only.
    Fhir,
}

impl DataModels {
    /// Whether messages of this model are taken.
    pub fn take(self, model: &DataModel) -> bool {
        match self {
            Self::Any => true,
            Self::Fhir => model.is_fhir(),
        }
    }

    /// The model of the message that is sent when none is asked for.
    pub fn usual(self) -> Option<&'static DataModel> {
        message::find(match self {
            Self::Any => "PatientAdmin",
            Self::Fhir => "FHIR.Event.PatientAdmin",
        })
    }
}

/// What a wizard shows of a type of destination, and what its configuration needs.
#[derive(Debug, PartialEq, Eq)]
pub struct Description {
    /// Name for people.
    pub label: &'static str,
    /// One or two sentences: what it is, what a verify does there, which permission that needs.
    pub description: &'static str,
    /// The vendor's page about it.
    pub help_url: Option<&'static str>,
    /// The fields of step 2, in the order of the form.
    pub settings: &'static [Field],
    /// Keys of the auth strategies it takes.
    pub strategies: &'static [&'static str],
    /// Which messages it takes.
    pub data_models: DataModels,
}

/// Which product it is, for whoever does something else with each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProductKey {
    /// Amazon S3.
    S3,
    /// Amazon Kinesis Data Streams.
    Kinesis,
    /// Amazon SQS.
    Sqs,
    /// AWS HealthLake.
    HealthLake,
    /// Databricks on AWS.
    AwsDatabricks,
    /// Google Cloud Storage.
    CloudStorage,
    /// Google Cloud Pub/Sub.
    PubSub,
    /// A FHIR store of the Google Cloud Healthcare API.
    HealthcareFhir,
    /// Databricks on Google Cloud.
    GcpDatabricks,
    /// Azure Databricks.
    AzureDatabricks,
    /// Azure Blob Storage.
    BlobStorage,
    /// Azure Event Hubs.
    EventHubs,
    /// The FHIR service of Azure Health Data Services.
    HealthDataServices,
}

/// A product of a cloud provider. There is one static of each.
#[derive(Debug, PartialEq, Eq)]
pub struct Product {
    /// Which it is.
    pub key: ProductKey,
    /// The provider: `aws`, `gcp`, `azure`.
    pub type_id: &'static str,
    /// The product within the provider.
    pub product_id: &'static str,
    /// What there is to know of it.
    pub description: Description,
}

/// Every cloud product, in the order of the catalogue.
static PRODUCTS: [&Product; 13] = [
    &aws::s3::PRODUCT,
    &aws::kinesis::PRODUCT,
    &aws::sqs::PRODUCT,
    &aws::healthlake::PRODUCT,
    &aws::databricks::PRODUCT,
    &gcp::cloud_storage::PRODUCT,
    &gcp::pub_sub::PRODUCT,
    &gcp::healthcare_fhir::PRODUCT,
    &gcp::databricks::PRODUCT,
    &azure::databricks::PRODUCT,
    &azure::blob_storage::PRODUCT,
    &azure::event_hubs::PRODUCT,
    &azure::health_data_services::PRODUCT,
];

/// Every cloud product, in the order of the catalogue.
pub fn products() -> impl Iterator<Item = &'static Product> {
    PRODUCTS.iter().copied()
}

/// The name of a provider as the catalogue has it, if it has any product of it.
pub fn find_provider(type_id: &str) -> Option<&'static str> {
    products().map(|product| product.type_id).find(|known| *known == type_id)
}

/// The product of this provider.
pub fn find_product(type_id: &str, product_id: &str) -> Option<&'static Product> {
    products().find(|product| product.type_id == type_id && product.product_id == product_id)
}

/// Whether a setting of this name is a URL. A name that is a URL in one product is a URL in all that have it, so that
/// settings can be looked at before their product is known.
pub fn is_url_setting(name: &str) -> bool {
    products()
        .flat_map(|product| product.description.settings)
        .any(|field| field.name == name && field.is_url())
}
