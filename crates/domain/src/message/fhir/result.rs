//! Laboratory results.

use super::id;
use super::order::SERVICE_COMPLETED;
use super::party::{ATTENDING, ENCOUNTER, HOSPITAL, PATIENT, WARD};
use crate::message::{DataModel, Json, Resource, ResourceId, json::json};

pub(super) static RESULT: DataModel = DataModel::new(
    "FHIR.Event.Result",
    &[notification!(
        "result-created",
        "ResultCreated",
        &[REPORT],
        &[GLUCOSE, CREATININE, SPECIMEN, SERVICE_COMPLETED, ENCOUNTER, PATIENT, ATTENDING, HOSPITAL, WARD]
    )],
);

const ATTENDING_ID: ResourceId = id::ATTENDING;
const CREATININE_ID: ResourceId = id::CREATININE;
const ENCOUNTER_ID: ResourceId = id::ENCOUNTER;
const GLUCOSE_ID: ResourceId = id::GLUCOSE;
const HOSPITAL_ID: ResourceId = id::HOSPITAL;
const ORDER_ID: ResourceId = id::SERVICE_REQUEST;
const PATIENT_ID: ResourceId = id::PATIENT;
const SPECIMEN_ID: ResourceId = id::SPECIMEN;

const REPORT: Resource = Resource {
    kind: "DiagnosticReport",
    id: id::DIAGNOSTIC_REPORT,
    body: json!({
        "identifier": [{ "system": "https://hospital.example.org/reports", "value": "LR-31007" }],
        "basedOn": [(to ORDER_ID)],
        "status": "final",
        "category": [{
            "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/v2-0074",
                "code": "LAB",
                "display": "Laboratory",
            }],
        }],
        "code": {
            "coding": [{
                "system": "http://loinc.org",
                "code": "24323-8",
                "display": "Comprehensive metabolic 2000 panel - Serum or Plasma",
            }],
        },
        "subject": (to PATIENT_ID),
        "encounter": (to ENCOUNTER_ID),
        "effectiveDateTime": "2026-03-09T15:30:00Z",
        "issued": "2026-03-09T17:05:00Z",
        "performer": [(to HOSPITAL_ID)],
        "resultsInterpreter": [(to ATTENDING_ID)],
        "specimen": [(to SPECIMEN_ID)],
        "result": [(to GLUCOSE_ID), (to CREATININE_ID)],
        "conclusion": "Glucose above the reference range",
    }),
};

const OBSERVATION: Json = json!({
    "status": "final",
    "category": [{
        "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/observation-category",
            "code": "laboratory",
            "display": "Laboratory",
        }],
    }],
    "subject": (to PATIENT_ID),
    "encounter": (to ENCOUNTER_ID),
    "effectiveDateTime": "2026-03-09T15:30:00Z",
    "issued": "2026-03-09T17:05:00Z",
    "performer": [(to HOSPITAL_ID)],
    "specimen": (to SPECIMEN_ID),
});

const MG_PER_DL: Json = json!({ "unit": "mg/dL", "system": "http://unitsofmeasure.org", "code": "mg/dL" });

const GLUCOSE: Resource = Resource {
    kind: "Observation",
    id: GLUCOSE_ID,
    body: json!({
        ..OBSERVATION,
        "code": {
            "coding": [{
                "system": "http://loinc.org",
                "code": "2345-7",
                "display": "Glucose [Mass/volume] in Serum or Plasma",
            }],
        },
        "valueQuantity": { ..MG_PER_DL, "value": (187) },
        "interpretation": [{
            "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
                "code": "H",
                "display": "High",
            }],
        }],
        "referenceRange": [{ "low": { ..MG_PER_DL, "value": (70) }, "high": { ..MG_PER_DL, "value": (99) } }],
    }),
};

const CREATININE: Resource = Resource {
    kind: "Observation",
    id: CREATININE_ID,
    body: json!({
        ..OBSERVATION,
        "code": {
            "coding": [{
                "system": "http://loinc.org",
                "code": "2160-0",
                "display": "Creatinine [Mass/volume] in Serum or Plasma",
            }],
        },
        "valueQuantity": { ..MG_PER_DL, "value": (dec 0.9) },
        "interpretation": [{
            "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
                "code": "N",
                "display": "Normal",
            }],
        }],
        "referenceRange": [{
            "low": { ..MG_PER_DL, "value": (dec 0.5) },
            "high": { ..MG_PER_DL, "value": (dec 1.1) },
        }],
    }),
};

const SPECIMEN: Resource = Resource {
    kind: "Specimen",
    id: SPECIMEN_ID,
    body: json!({
        "identifier": [{ "system": "https://hospital.example.org/specimens", "value": "SP-5501" }],
        "status": "available",
        "type": {
            "coding": [{
                "system": "http://snomed.info/sct",
                "code": "119297000",
                "display": "Blood specimen",
            }],
        },
        "subject": (to PATIENT_ID),
        "receivedTime": "2026-03-09T15:45:00Z",
        "collection": { "collector": (to ATTENDING_ID), "collectedDateTime": "2026-03-09T15:30:00Z" },
    }),
};
