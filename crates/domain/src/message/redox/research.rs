//! `Research`: a study, and a patient's part in it.

use super::fragment::{ATTENDING, FACILITY_ADDRESS, PATIENT, PLACE, REFERRING};
use crate::message::{DataModel, Event, Json, json::json};

pub(super) static RESEARCH: DataModel = DataModel::new(
    "Research",
    &[
        Event::redox("Study", json!({ "Study": STUDY, "Protocols": [PROTOCOL] })),
        Event::redox("SubjectUpdate", SUBJECT),
    ],
);

const STUDY_KEY: Json = json!({
    "Identifiers": [{ "ID": "EX-2026-014", "IDType": "IRB" }],
    "Title": "Glycemic control after elective surgery",
    "Type": "Interventional",
});

const STUDY: Json = json!({
    ..STUDY_KEY,
    "Description": "Compares two schedules of metformin after elective abdominal surgery.",
    "Status": "Recruiting",
    "StartDateTime": "2026-01-15T00:00:00.000Z",
    "Design": { "Phase": "Phase 4", "Purpose": "Treatment" },
    "Eligibility": { "Gender": "All", "MinimumAge": (18), "MaximumAge": (75) },
    "Conditions": [{
        "Code": "44054006",
        "CodeSystem": "2.16.840.1.113883.6.96",
        "CodeSystemName": "SNOMED CT",
        "Name": "Diabetes mellitus type 2",
        "AltCodes": [],
    }],
    "Location": { ..PLACE, "Address": FACILITY_ADDRESS },
    "PrincipalInvestigator": ATTENDING,
    "Coordinators": [REFERRING],
    "Sponsor": { "ID": "SP-09", "Name": "Sample Research Foundation" },
});

const PROTOCOL: Json = json!({
    "ID": "ARM-A",
    "IDType": "Protocol ID",
    "Description": "Metformin resumed on the day after surgery",
    "Cycles": [{
        "ID": "C1",
        "IDType": "Cycle ID",
        "Description": "First month",
        "StartDate": "2026-03-11",
        "EndDate": "2026-04-10",
        "Days": [{
            "ID": "C1D1",
            "IDType": "Day ID",
            "Description": "Baseline",
            "ActivityDateTime": "2026-03-11T09:00:00.000Z",
            "EarliestDateTime": "2026-03-11T00:00:00.000Z",
            "LatestDateTime": "2026-03-12T00:00:00.000Z",
            "Procedures": [{
                "Code": "83036",
                "CodeSet": "CPT",
                "Description": "Hemoglobin A1c",
                "Modifiers": [],
            }],
        }],
    }],
});

const SUBJECT: Json = json!({
    "Patient": PATIENT,
    "Study": STUDY_KEY,
    "Enrollment": {
        "SubjectStatus": "Enrolled",
        "StartDateTime": "2026-03-11T09:00:00.000Z",
        "EndDateTime": null,
        "Coordinators": [REFERRING],
    },
});
