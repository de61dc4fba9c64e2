//! `PatientAdmin`: who the patient is and where: registration, admission, transfer, discharge, merge.

use super::fragment::{
    ATTENDING, DEMOGRAPHICS, DIAGNOSES, GUARANTOR, IDENTIFIERS, INSURANCES, KNOWN_PATIENT, PATIENT,
    PATIENT_KEYS, PLACE, PREVIOUS_IDENTIFIERS, REFERRING, VISIT_GUARANTEED, VISIT_KEY, VISIT_NUMBERS, WARD,
    WARD_AND_ADDRESS,
};
use crate::message::{DataModel, Event, Json, json::json};

pub(super) static PATIENT_ADMIN: DataModel = DataModel::new(
    "PatientAdmin",
    &[
        Event::redox("Arrival", STAY),
        Event::redox("Cancel", STAY),
        Event::redox("CensusQuery", json!({ ..PLACES, "PatientClasses": ["Inpatient"] })),
        Event::redox("CensusQueryResponse", json!({ "Patients": [CENSUS_PATIENT] })),
        Event::redox("Discharge", json!({ ..STAY, "Visit": DISCHARGED })),
        Event::redox("NewPatient", json!({ "Patient": COVERED_PATIENT })),
        Event::redox("PatientMerge", json!({ "Patient": MERGED_PATIENT })),
        Event::redox("PatientUpdate", json!({ "Patient": MOVED_PATIENT })),
        Event::redox("PreAdmit", json!({ ..STAY, "Visit": PLANNED })),
        Event::redox("Registration", json!({ ..STAY, "Visit": OUTPATIENT })),
        Event::redox("Transfer", json!({ ..STAY, "Visit": TRANSFERRED })),
        Event::redox("VisitMerge", json!({ "Patient": MERGED_PATIENT, "Visit": VISIT_KEY })),
        Event::redox("VisitQuery", VISIT_QUERY),
        Event::redox("VisitQueryResponse", json!({ "Patients": [VISITING_PATIENT] })),
        Event::redox("VisitUpdate", json!({ ..STAY, "Visit": UPDATED })),
    ],
);

const PLACES: Json = json!({ "Facilities": ["Exampleton General Hospital"], "Departments": ["3N Medicine"] });

const DIAGNOSED_PATIENT: Json = json!({ ..KNOWN_PATIENT, "Diagnoses": DIAGNOSES });

const COVERED_PATIENT: Json = json!({ ..KNOWN_PATIENT, "Guarantor": GUARANTOR, "Insurances": INSURANCES });

const MOVED_PATIENT: Json = json!({ ..COVERED_PATIENT, "Demographics": MOVED_DEMOGRAPHICS });

const MOVED_DEMOGRAPHICS: Json = json!({
    ..DEMOGRAPHICS,
    "Address": {
        "StreetAddress": "78 Specimen Lane",
        "City": "Exampleton",
        "State": "WI",
        "ZIP": "53704",
        "County": "Dane",
        "Country": "US",
    },
});

const MERGED_PATIENT: Json = json!({ ..PATIENT, "PreviousIdentifiers": PREVIOUS_IDENTIFIERS });

const STAY: Json = json!({ "Patient": DIAGNOSED_PATIENT, "Visit": ADMITTED });

const ADMITTED: Json = json!({
    ..VISIT_GUARANTEED,
    "Duration": (2880),
    "Reason": "Abdominal pain",
    "Instructions": ["Nothing by mouth after midnight"],
    "Balance": (0),
    "AdmittingProvider": ATTENDING,
    "Location": WARD_AND_ADDRESS,
    "AdditionalStaff": [NURSE],
    "DiagnosisRelatedGroup": (419),
    "DiagnosisRelatedGroupType": (2),
});

const NURSE: Json = json!({
    ..REFERRING,
    "ID": "RN-3107",
    "IDType": "Staff ID",
    "FirstName": "Tomas",
    "LastName": "Ridley",
    "Credentials": ["RN"],
    "EmailAddresses": ["tomas.ridley@example.org"],
    "Role": { "Code": "224535009", "Codeset": "SNOMED CT", "Description": "Registered nurse" },
});

const DISCHARGED: Json = json!({
    ..ADMITTED,
    "DischargeDateTime": "2026-03-11T16:45:00.000Z",
    "DischargeStatus": { "Code": "01", "Codeset": "NUBC", "Description": "Discharged to home or self care" },
    "DischargeLocation": PLACE,
});

const PLANNED: Json =
    json!({ ..ADMITTED, "VisitDateTime": "2026-03-16T07:00:00.000Z", "PatientClass": "Preadmit" });

const OUTPATIENT: Json = json!({ ..ADMITTED, "PatientClass": "Outpatient", "Duration": (30) });

const TRANSFERRED: Json =
    json!({ ..ADMITTED, "Location": INTENSIVE_CARE, "PreviousLocation": WARD_AND_ADDRESS });

const INTENSIVE_CARE: Json = json!({
    ..WARD_AND_ADDRESS,
    "Department": "Intensive Care Unit",
    "DepartmentIdentifiers": [{ "ID": "ICU", "IDType": "EHR Department ID" }],
    "Room": "7",
    "Bed": "1",
});

const UPDATED: Json = json!({ ..ADMITTED, "Reason": "Biliary colic" });

const CENSUS_VISIT: Json = json!({
    ..VISIT_KEY,
    "VisitDateTime": "2026-03-09T14:20:00.000Z",
    "PatientClass": "Inpatient",
    "Location": WARD,
});

const CENSUS_PATIENT: Json =
    json!({ "Identifiers": IDENTIFIERS, "Demographics": DEMOGRAPHICS, "Visits": [CENSUS_VISIT] });

const VISIT_QUERY: Json = json!({
    ..PLACES,
    "Patients": PATIENT_KEYS,
    "VisitNumbers": VISIT_NUMBERS,
    "PatientClasses": ["Inpatient"],
    "VisitStartDateTime": "2026-03-09T00:00:00.000Z",
    "VisitStatuses": ["Active"],
});

const OPEN_VISIT: Json = json!({ ..CENSUS_VISIT, "Reason": "Abdominal pain", "Status": "Active" });

const VISITING_PATIENT: Json = json!({ ..CENSUS_PATIENT, "Visits": [OPEN_VISIT] });
