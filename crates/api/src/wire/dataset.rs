//! Sending a sample data set, as it is asked for and answered.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::envelope::Meta;
use crate::extract::body::WireBody;

/// Which data set to send.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DatasetRequest {
    /// `hl7v2-adt`: the patient administration events, as FHIR.
    #[serde(default)]
    #[schema(value_type = String, example = "hl7v2-adt")]
    pub dataset_id: Option<String>,
}

impl WireBody for DatasetRequest {
    const SCHEMA: &'static str = "DatasetRequest";
}

/// What was sent, from where, to where.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DatasetPayload {
    /// Id of the source that the messages name.
    #[schema(format = "uuid", example = "6f1d8a52-7c3e-4b90-a2d4-5e0b91c73f68")]
    pub source_id: String,
    /// Id of the destination.
    #[schema(format = "uuid", example = "0192f1c0-5d3a-7cc1-b8a5-3f1d5c7a9e01")]
    pub destination_id: String,
    /// Data models of the messages.
    #[schema(example = json!(["FHIR.Event.PatientAdmin"]))]
    pub data_models: Vec<&'static str>,
}

/// A data set was sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct DatasetEnvelope {
    /// About the payload.
    pub meta: Meta,
    /// The answer itself.
    pub payload: DatasetPayload,
}
