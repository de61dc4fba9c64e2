//! `SurgicalScheduling`: operations planned, moved and called off.

use super::fragment::{ATTENDING, DIAGNOSES, PATIENT, SURGEON, VISIT_ACCOUNT, WARD};
use crate::message::{DataModel, Event, Json, json::json};

pub(super) static SURGICAL_SCHEDULING: DataModel = DataModel::new(
    "SurgicalScheduling",
    &[
        Event::redox("New", CASE),
        Event::redox("Modification", json!({ ..CASE, "SurgicalInfo": [POSITION, LATERALITY] })),
        Event::redox("Reschedule", json!({ ..CASE, "Procedures": [MOVED_PROCEDURE], "Visit": MOVED })),
        Event::redox("Cancel", json!({ ..CASE, "Visit": CANCELLED, "SurgicalCase": CALLED_OFF })),
        Event::redox("NoShow", json!({ ..CASE, "Visit": MISSED, "SurgicalCase": CALLED_OFF })),
    ],
);

const CASE: Json = json!({
    "Patient": PATIENT,
    "SurgicalCase": { "Number": "SC-41170", "Status": "Scheduled" },
    "SurgicalInfo": [POSITION],
    "Procedures": [PROCEDURE],
    "SurgeryStaff": [{
        ..SURGEON,
        "Role": { "Code": "304292004", "Codeset": "SNOMED CT", "Description": "Surgeon" },
        "StartDateTime": "2026-03-10T08:30:00.000Z",
        "Duration": (70),
    }],
    "Visit": VISIT,
});

const CALLED_OFF: Json = json!({ "Number": "SC-41170", "Status": "Canceled" });

const POSITION: Json = json!({
    "Code": "POS",
    "Codeset": "Surgical Question",
    "Description": "Patient position",
    "Value": "Supine",
});

const LATERALITY: Json = json!({
    "Code": "LAT",
    "Codeset": "Surgical Question",
    "Description": "Laterality",
    "Value": "Not applicable",
});

const PROCEDURE: Json = json!({
    "Code": "47562",
    "Codeset": "CPT",
    "Description": "Laparoscopic cholecystectomy",
    "DateTime": "2026-03-10T08:30:00.000Z",
    "Duration": (70),
    "ProcedureInfo": [{ "Description": "Anesthesia", "Value": "General" }],
});

const MOVED_PROCEDURE: Json = json!({ ..PROCEDURE, "DateTime": "2026-03-12T10:00:00.000Z" });

const VISIT: Json = json!({
    ..VISIT_ACCOUNT,
    "VisitDateTime": "2026-03-10T08:30:00.000Z",
    "PatientClass": "Inpatient",
    "Status": "Scheduled",
    "Duration": (70),
    "AttendingProvider": ATTENDING,
    "Location": {
        ..WARD,
        "Department": "Operating Room",
        "DepartmentIdentifiers": [{ "ID": "OR", "IDType": "EHR Department ID" }],
        "Room": "OR 2",
        "Bed": null,
    },
    "Diagnoses": DIAGNOSES,
    "Equipment": [{
        "Code": "LAP-1",
        "Codeset": "Equipment",
        "Description": "Laparoscopy tower",
        "StartDateTime": "2026-03-10T08:30:00.000Z",
        "Duration": (70),
    }],
    "Notes": [],
});

const MOVED: Json = json!({ ..VISIT, "VisitDateTime": "2026-03-12T10:00:00.000Z", "Status": "Rescheduled" });

const CANCELLED: Json =
    json!({ ..VISIT, "Status": "Canceled", "CancelReason": "Fever on the day of surgery" });

const MISSED: Json = json!({ ..VISIT, "Status": "No Show", "NoShowReason": "Unknown" });
