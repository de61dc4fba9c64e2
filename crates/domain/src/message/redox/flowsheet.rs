//! `Flowsheet`: observations charted over time.

use super::fragment::{CONTACTS, PATIENT, VISIT_TIMED};
use crate::message::{DataModel, Event, Json, json::json};

pub(super) static FLOWSHEET: DataModel = DataModel::new("Flowsheet", &[Event::redox("New", CHARTED)]);

const CHARTED: Json = json!({
    "Patient": { ..PATIENT, "Contacts": CONTACTS },
    "Visit": VISIT_TIMED,
    "Observations": [
        {
            ..OBSERVATION,
            "Code": "8480-6",
            "Description": "Systolic blood pressure",
            "Value": "142",
            "Units": "mm[Hg]",
            "ReferenceRange": { "Low": (90), "High": (130), "Text": null },
            "AbnormalFlag": "High",
        },
        {
            ..OBSERVATION,
            "Code": "8310-5",
            "Description": "Body temperature",
            "Value": "37.1",
            "Units": "Cel",
            "ReferenceRange": { "Low": (dec 36.1), "High": (dec 37.2), "Text": null },
            "AbnormalFlag": "Normal",
        },
    ],
});

const OBSERVATION: Json = json!({
    "DateTime": "2026-03-09T18:00:00.000Z",
    "Codeset": "LOINC",
    "ValueType": "Numeric",
    "Status": "Final",
    "Notes": [],
    "Observer": { "ID": "RN-3107", "IDType": "Staff ID", "FirstName": "Tomas", "LastName": "Ridley" },
});
