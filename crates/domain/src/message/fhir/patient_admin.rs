//! Patient administration: the person, and where the stay stands.

use super::financial::{ACCOUNT, COVERAGE};
use super::id::{self, INTENSIVE_CARE as INTENSIVE_CARE_ID, WARD as WARD_ID};
use super::party::{
    AROUND_STAY, ATTENDING, ENCOUNTER_BODY, HOSPITAL, INTENSIVE_CARE, PATIENT, PATIENT_BODY, PAYER, WARD,
};
use crate::message::{DataModel, Json, Resource, ResourceId, json::json};

pub(super) static PATIENT_ADMIN: DataModel = DataModel::new(
    "FHIR.Event.PatientAdmin",
    &[
        notification!("patient-arrived", "PatientArrived", &[ARRIVED], AROUND_STAY),
        notification!("patient-created", "PatientCreated", &[PATIENT], &[HOSPITAL]),
        notification!("patient-discharged", "PatientDischarged", &[DISCHARGED], AROUND_STAY),
        notification!("patient-merged", "PatientMerged", &[SURVIVING], &[REPLACED, HOSPITAL]),
        notification!("patient-pre-admitted", "PatientPreAdmitted", &[PLANNED], AROUND_STAY),
        notification!(
            "patient-registered",
            "PatientRegistered",
            &[REGISTERED],
            &[PATIENT, ATTENDING, HOSPITAL, WARD, ACCOUNT, COVERAGE, PAYER]
        ),
        notification!(
            "patient-transferred",
            "PatientTransferred",
            &[TRANSFERRED],
            &[PATIENT, ATTENDING, HOSPITAL, WARD, INTENSIVE_CARE]
        ),
        notification!("patient-updated", "PatientUpdated", &[UPDATED], &[HOSPITAL]),
    ],
);

const ACCOUNT_ID: ResourceId = id::ACCOUNT;
const SURVIVING_ID: ResourceId = id::PATIENT;
const REPLACED_ID: ResourceId = id::PATIENT_BEFORE;

const fn encounter(body: Json) -> Resource {
    Resource { kind: "Encounter", id: id::ENCOUNTER, body }
}

const ARRIVED: Resource = encounter(json!({ ..ENCOUNTER_BODY, "status": "arrived" }));

const DISCHARGED: Resource = encounter(json!({
    ..ENCOUNTER_BODY,
    "status": "finished",
    "period": { "start": "2026-03-09T14:20:00Z", "end": "2026-03-11T16:45:00Z" },
    "hospitalization": {
        "dischargeDisposition": {
            "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/discharge-disposition",
                "code": "home",
                "display": "Home",
            }],
        },
    },
    "location": [{ "location": (to WARD_ID), "status": "completed" }],
}));

const PLANNED: Resource = encounter(json!({
    ..ENCOUNTER_BODY,
    "status": "planned",
    "class": {
        "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
        "code": "PRENC",
        "display": "pre-admission",
    },
    "period": { "start": "2026-03-16T07:00:00Z" },
    "location": [{ "location": (to WARD_ID), "status": "planned" }],
}));

const REGISTERED: Resource = encounter(json!({
    ..ENCOUNTER_BODY,
    "status": "arrived",
    "class": {
        "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
        "code": "AMB",
        "display": "ambulatory",
    },
    "account": [(to ACCOUNT_ID)],
}));

const TRANSFERRED: Resource = encounter(json!({
    ..ENCOUNTER_BODY,
    "location": [
        {
            "location": (to WARD_ID),
            "status": "completed",
            "period": { "start": "2026-03-09T14:20:00Z", "end": "2026-03-10T11:15:00Z" },
        },
        {
            "location": (to INTENSIVE_CARE_ID),
            "status": "active",
            "period": { "start": "2026-03-10T11:15:00Z" },
        },
    ],
}));

const UPDATED: Resource = Resource {
    body: json!({
        ..PATIENT_BODY,
        "address": [{
            "use": "home",
            "line": ["78 Specimen Lane"],
            "city": "Exampleton",
            "state": "WI",
            "postalCode": "53704",
            "country": "US",
            "period": { "start": "2026-03-11" },
        }],
    }),
    ..PATIENT
};

const SURVIVING: Resource = Resource {
    body: json!({ ..PATIENT_BODY, "link": [{ "other": (to REPLACED_ID), "type": "replaces" }] }),
    ..PATIENT
};

const REPLACED: Resource = Resource {
    kind: "Patient",
    id: REPLACED_ID,
    body: json!({
        ..PATIENT_BODY,
        "identifier": [{
            "use": "old",
            "type": {
                "coding": [{
                    "system": "http://terminology.hl7.org/CodeSystem/v2-0203",
                    "code": "MR",
                    "display": "Medical record number",
                }],
            },
            "system": "https://hospital.example.org/patients",
            "value": "0000090044",
        }],
        "active": false,
        "link": [{ "other": (to SURVIVING_ID), "type": "replaced-by" }],
    }),
};
