//! The visit, from its bare number to the full account, and its diagnoses.
//! Data models differ in how much of a visit they carry, hence the ladder: each step adds to the last.

use super::{ATTENDING, GUARANTOR, INSURANCES, REFERRING, SURGEON, WARD};
use crate::message::{Json, json::json};

pub(in crate::message::redox) const VISIT_KEY: Json = json!({ "VisitNumber": "V-1204417" });

pub(in crate::message::redox) const VISIT_NUMBERS: Json = json!(["V-1204417"]);

pub(in crate::message::redox) const VISIT_AT_WARD: Json = json!({ ..VISIT_KEY, "Location": WARD });

pub(in crate::message::redox) const VISIT_ACCOUNT: Json =
    json!({ ..VISIT_KEY, "AccountNumber": "AC-770215" });

pub(in crate::message::redox) const VISIT_STAY: Json = json!({ ..VISIT_ACCOUNT, "Location": WARD });

pub(in crate::message::redox) const VISIT_TIMED: Json =
    json!({ ..VISIT_STAY, "VisitDateTime": "2026-03-09T14:20:00.000Z" });

pub(in crate::message::redox) const VISIT_CLASSED: Json =
    json!({ ..VISIT_TIMED, "PatientClass": "Inpatient" });

pub(in crate::message::redox) const VISIT_ATTENDED: Json =
    json!({ ..VISIT_CLASSED, "AttendingProvider": ATTENDING, "ReferringProvider": REFERRING });

pub(in crate::message::redox) const VISIT_INSURED: Json =
    json!({ ..VISIT_ATTENDED, "Insurances": INSURANCES });

pub(in crate::message::redox) const VISIT_GUARANTEED: Json =
    json!({ ..VISIT_INSURED, "ConsultingProvider": SURGEON, "Guarantor": GUARANTOR });

pub(in crate::message::redox) const DIAGNOSES: Json = json!([
    {
        "Code": "K80.20",
        "Codeset": "ICD-10",
        "Name": "Calculus of gallbladder without cholecystitis without obstruction",
        "Type": "Working",
        "DocumentedDateTime": "2026-03-09T15:05:00.000Z",
    },
    {
        "Code": "E11.9",
        "Codeset": "ICD-10",
        "Name": "Type 2 diabetes mellitus without complications",
        "Type": "Final",
        "DocumentedDateTime": "2026-03-09T15:05:00.000Z",
    },
]);

/// What orders ask for and results answer.
pub(in crate::message::redox) const PROCEDURE_PANEL: Json = json!({
    "Code": "24323-8",
    "Codeset": "LOINC",
    "Description": "Comprehensive metabolic 2000 panel - Serum or Plasma",
});
