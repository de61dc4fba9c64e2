//! Sections on what is done: medications, immunizations, equipment, goals, plan, team.

use super::coded::{
    DIABETES, GLUCOSE_METER, HEMOGLOBIN_A1C, HOSPITAL_STAY, IN_PROGRESS, INTRAMUSCULAR, METFORMIN, ORAL,
    PHYSICIAN, TDAP,
};
use super::header::HOSPITAL;
use crate::message::redox::fragment::FACILITY_ADDRESS;
use crate::message::{Json, json::json};

const DOSE: Json = json!({ "Quantity": "500", "Units": "mg" });

pub(super) const MEDICATIONS: Json = json!([{
    "Prescription": true,
    "FreeTextSig": "Take one tablet by mouth twice a day with meals",
    "Product": METFORMIN,
    "Dose": DOSE,
    "Rate": { "Quantity": null, "Units": null },
    "Route": ORAL,
    "Status": "Active",
    "StartDate": "2026-03-11",
    "EndDate": null,
    "Frequency": { "Period": "12", "Unit": "h" },
    "IsPRN": false,
    "NumberOfRefillsRemaining": (3),
    "Indications": [DIABETES],
    "SupplyOrder": {
        "Quantity": "60",
        "Units": "tablet",
        "StartDate": "2026-03-11",
        "EndDate": null,
        "NumberOfRefillsRemaining": (3),
    },
}]);

pub(super) const VISIT_MEDICATIONS: Json = json!([{
    "Product": METFORMIN,
    "Dose": DOSE,
    "Route": ORAL,
    "StartDate": "2026-03-10T18:00:00.000Z",
    "EndDate": "2026-03-10T18:01:00.000Z",
    "Frequency": { "Period": "12", "Unit": "h" },
    "ReasonNotGiven": null,
}]);

pub(super) const IMMUNIZATIONS: Json = json!([{
    "DateTime": "2026-03-11T15:00:00.000Z",
    "Status": "Completed",
    "Route": INTRAMUSCULAR,
    "Product": { ..TDAP, "Manufacturer": "GlaxoSmithKline", "LotNumber": "TD-26-031" },
    "Dose": { "Quantity": "0.5", "Units": "mL" },
}]);

pub(super) const EQUIPMENT: Json = json!([{
    "Status": "Completed",
    "StartDate": "2021-06-14",
    "Quantity": "1",
    "Product": {
        ..GLUCOSE_METER,
        "SerialNumber": "WAY-GLU-00041",
        "LotNumber": null,
        "ModelNumber": "Sample 2",
    },
    "Comments": [],
}]);

pub(super) const GOALS: Json = json!([{
    ..HEMOGLOBIN_A1C,
    "Value": "7.0",
    "Units": "%",
    "AchievementStatus": IN_PROGRESS,
    "DateTime": "2026-03-11T16:00:00.000Z",
    "StartDate": "2026-03-11",
    "EndDate": "2026-09-11",
    "Milestones": [],
    "Comments": [],
}]);

pub(super) const PLAN: Json = json!({
    "Encounters": [{
        ..HOSPITAL_STAY,
        "Identifiers": [{ "ID": "APT-50917", "IDType": "2.16.840.1.113883.19.5" }],
        "Status": "Booked",
        "DateTime": "2026-03-30T14:30:00.000Z",
    }],
    "MedicationAdministration": [],
    "Orders": [{ ..HEMOGLOBIN_A1C, "Status": "Active", "DateTime": "2026-03-30T14:30:00.000Z" }],
    "Procedures": [],
    "Services": [],
    "Supplies": [],
});

pub(super) const CARE_TEAMS: Json = json!([{
    "Name": "Family medicine team",
    "Status": "Active",
    "Types": [],
    "Members": [{
        "Identifiers": [{ "ID": "9910001038", "IDType": "NPI" }],
        "FirstName": "Lena",
        "MiddleName": null,
        "LastName": "Ostrow",
        "Credentials": ["MD"],
        "Roles": [PHYSICIAN],
        "Address": FACILITY_ADDRESS,
        "Telecom": [{ "System": "phone", "Use": "work", "Value": "+16085550112" }],
        "StartDateTime": "2021-06-14T00:00:00.000Z",
        "EndDateTime": null,
    }],
    "Organization": HOSPITAL,
}]);
