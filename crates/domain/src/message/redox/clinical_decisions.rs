//! `Clinical Decisions`: orders about to be signed, and the advice on them.

use super::fragment::{ATTENDING, PATIENT};
use crate::message::{DataModel, Event, Json, json::json};

pub(super) static CLINICAL_DECISIONS: DataModel = DataModel::new(
    "Clinical Decisions",
    &[Event::redox("Request", REQUEST), Event::redox("Response", json!({ "Advisories": [ADVISORY] }))],
);

const REQUEST: Json = json!({
    "Patient": PATIENT,
    "AuthorizingProvider": ATTENDING,
    "OrderingProvider": ATTENDING,
    "Session": {
        "Questions": [{
            "Question": { "Code": "REASON", "Codeset": "EHR Session", "Description": "Reason for imaging" },
            "Answer": { "Code": "R10.11", "Codeset": "ICD-10", "Description": "Right upper quadrant pain" },
        }],
    },
    "UnsignedMedicationOrders": [{
        "Identifiers": [{ "ID": "MO-3301", "IDType": "Order ID" }],
        "Priority": "Routine",
        "Mode": "Inpatient",
        "Product": {
            "Code": "861007",
            "Codeset": "RxNorm",
            "Name": "Metformin hydrochloride 500 MG Oral Tablet",
        },
        "MixtureType": null,
        "MixtureComponents": [],
        "Dose": { "Quantity": (500), "Units": "mg" },
        "Route": "Oral",
        "Frequency": { "Period": "12", "Unit": "h" },
        "StartDate": "2026-03-09",
        "EndDate": null,
        "Questions": [],
        "Notes": [],
    }],
    "UnsignedProcedureOrders": [{
        "Identifiers": [{ "ID": "PO-3302", "IDType": (7) }],
        "Code": "74177",
        "Codeset": "CPT",
        "Description": "CT abdomen and pelvis with contrast",
        "BodySite": { "Code": "818983003", "Codeset": "SNOMED CT", "Description": "Abdomen" },
        "Mode": "Inpatient",
        "StartDate": "2026-03-09",
        "EndDate": null,
        "ScheduledDate": "2026-03-10",
        "Questions": [],
        "Notes": [],
    }],
});

const ADVISORY: Json = json!({
    "Session": "9d0f2b61-9a2f-4a1e-8a54-3f6f2c1de001",
    "Description": "Consider ultrasound before computed tomography",
    "ShowAlert": true,
    "Notes": [{
        "Text": "Ultrasound is the preferred first study for right upper quadrant pain.",
        "Display": "Alert",
    }],
    "AdditionalUnsignedOrders": [{
        "ID": "76705",
        "IDType": "CPT",
        "Title": "Ultrasound, abdomen, limited",
        "Questions": [{
            "Code": "URGENCY",
            "Codeset": "EHR Session",
            "Description": "How urgent is the study?",
            "Answers": [{ "Code": "R", "Codeset": "EHR Session", "Description": "Routine", "Comment": null }],
        }],
    }],
    "RemovableUnsignedOrders": [
        { "ID": "PO-3302", "IDType": "Order ID", "Title": "CT abdomen and pelvis with contrast" },
    ],
    "AdditionalInfo": [{
        "Link": "https://guidelines.example.org/right-upper-quadrant-pain",
        "DecisionSupport": {
            "Code": "8",
            "Codeset": "Appropriateness Score",
            "Description": "Usually appropriate",
        },
    }],
    "Errors": [],
});
