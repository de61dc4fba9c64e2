//! The catalogue as it is shown: types of destination with a JSON Schema for their form, and data models.

use domain::{
    catalog::{DataModels, Description, Product, standard::STANDARD},
    destination::draft::DestinationType,
    message::DataModel,
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    envelope::{Meta, envelopes},
    form,
};

/// A type of destination.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DestinationTypeView {
    /// `standard` or `cloud`.
    #[schema(example = "standard")]
    pub r#type: &'static str,
    /// The provider, for cloud.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "aws")]
    pub type_id: Option<&'static str>,
    /// The product, for cloud.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "s3")]
    pub product_id: Option<&'static str>,
    /// Name for people.
    #[schema(example = "Standard URL endpoint")]
    pub label: &'static str,
    /// What it is, and what a verify does there.
    #[schema(example = "An HTTPS endpoint of your own.")]
    pub description: &'static str,
    /// The vendor's page about it, for cloud.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        format = "uri",
        example = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html"
    )]
    pub help_url: Option<&'static str>,
    /// JSON Schema (2020-12) of its settings: enough to draw a form.
    #[schema(value_type = Object, example = json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "required": ["endpoint"], "properties": {"endpoint": {"type": "string", "format": "uri", "title": "Endpoint"}}}))]
    pub settings_schema: Value,
    /// Keys of the auth strategies it takes.
    #[schema(example = json!([]))]
    pub auth_strategies: &'static [&'static str],
    /// `any`, or `fhir`: only `FHIR.Event.*`.
    #[schema(example = "any")]
    pub data_models: &'static str,
}

/// A data model.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DataModelView {
    /// Its name, as in `Meta.DataModel`.
    #[schema(example = "PatientAdmin")]
    pub name: &'static str,
    /// Whether its messages are FHIR Bundles.
    #[schema(example = false)]
    pub fhir: bool,
    /// Its event types; a verify without one takes the first.
    #[schema(example = json!(["Arrival", "Cancel"]))]
    pub event_types: Vec<&'static str>,
}

envelopes! {
    /// Every type of destination.
    DestinationTypesEnvelope / DestinationTypesPayload [Meta] { destination_types: Vec<DestinationTypeView> }
    /// Every data model.
    DataModelsEnvelope / DataModelsPayload [Meta] { data_models: Vec<DataModelView> }
    /// A sample message.
    SampleEnvelope / SamplePayload [Meta] { sample: SampleMessage }
}

/// A sample message, as a verify would send it: synthetic, and marked as a test. Of a FHIR event it is a Bundle of
/// type `message`, of any other data model an object with `Meta`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = Object, example = json!({"Meta": {"DataModel": "PatientAdmin", "EventType": "NewPatient", "Test": true}}))]
pub struct SampleMessage(pub Value);

impl DestinationTypeView {
    /// The standard type.
    pub fn standard() -> Self {
        Self::new(DestinationType::Standard, None, &STANDARD)
    }

    fn new(kind: DestinationType, product: Option<&Product>, description: &'static Description) -> Self {
        Self {
            r#type: kind.name(),
            type_id: product.map(|product| product.type_id),
            product_id: product.map(|product| product.product_id),
            label: description.label,
            description: description.description,
            help_url: description.help_url,
            settings_schema: form::schema(description.settings),
            auth_strategies: description.strategies,
            data_models: match description.data_models {
                DataModels::Any => "any",
                DataModels::Fhir => "fhir",
            },
        }
    }
}

impl From<&'static Product> for DestinationTypeView {
    fn from(product: &'static Product) -> Self {
        Self::new(DestinationType::Cloud, Some(product), &product.description)
    }
}

impl From<&'static DataModel> for DataModelView {
    fn from(model: &'static DataModel) -> Self {
        Self {
            name: model.name,
            fhir: model.is_fhir(),
            event_types: model.events.iter().map(|event| event.name).collect(),
        }
    }
}
