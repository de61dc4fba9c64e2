//! `PatientEducation`: what a patient is taught and how well it was taken in.

use super::fragment::{ORDERING, PATIENT, PCP, VISIT_CLASSED};
use crate::message::{DataModel, Event, Json, json::json};

pub(super) static PATIENT_EDUCATION: DataModel = DataModel::new(
    "PatientEducation",
    &[
        Event::redox("New", json!({ ..ASSIGNED, "Education": [STARTED] })),
        Event::redox("Update", json!({ ..ASSIGNED, "Education": [COMPLETED] })),
        Event::redox("Delete", json!({ ..ASSIGNED, "Education": [DELETED] })),
    ],
);

const ASSIGNED: Json = json!({
    "Patient": PATIENT,
    "Visit": {
        ..VISIT_CLASSED,
        "AttendingProvider": ORDERING,
        "ConsultingProvider": ORDERING,
        "ReferringProvider": PCP,
    },
});

const EDUCATION: Json = json!({
    "InstanceID": "ED-2201",
    "Subject": { "Code": "385805005", "Codeset": "SNOMED CT", "Description": "Diabetic care education" },
    "CreatedDateTime": "2026-03-10T16:00:00.000Z",
});

const ASSIGNMENT: Json = json!({
    "InstanceID": "ED-2201-1",
    "Code": "BGM-101",
    "Codeset": "Education Library",
    "Description": "Checking your blood glucose",
    "Topic": { "Code": "BGM", "Codeset": "Education Library", "Description": "Blood glucose monitoring" },
    "CreatedDateTime": "2026-03-10T16:00:00.000Z",
});

const LEARNER: Json = json!({
    "Learner": "Patient",
    "ContentType": "Video",
    "Readiness": "Eager",
    "Response": "Verbalizes understanding",
    "Notes": [],
});

const STARTED: Json = json!({
    ..EDUCATION,
    "Status": "Active",
    "ActionStatus": "New",
    "ActionDateTime": "2026-03-10T16:00:00.000Z",
    "Assignments": [{ ..ASSIGNMENT, "Status": "Active", "ActionStatus": "New", "Assignees": [LEARNER] }],
});

const COMPLETED: Json = json!({
    ..EDUCATION,
    "Status": "Completed",
    "ActionStatus": "Update",
    "ActionDateTime": "2026-03-11T10:00:00.000Z",
    "Assignments": [{
        ..ASSIGNMENT,
        "Status": "Completed",
        "ActionStatus": "Update",
        "Assignees": [LEARNER],
    }],
});

const DELETED: Json = json!({
    ..EDUCATION,
    "Status": "Deleted",
    "ActionStatus": "Delete",
    "ActionDateTime": "2026-03-11T10:05:00.000Z",
    "Assignments": [],
});
