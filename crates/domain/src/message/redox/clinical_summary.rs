//! `Clinical Summary`: the record of a patient or of a visit as a whole, and the documents it is kept in.
//! The sections themselves are in `header`, `history`, `care` and `measurements`.

mod care;
mod coded;
mod header;
mod history;
mod measurements;

use super::fragment::{INSURANCES, PATIENT_KEY};
use crate::message::{DataModel, Event, Json, json::json};
use care::{CARE_TEAMS, EQUIPMENT, GOALS, IMMUNIZATIONS, MEDICATIONS, PLAN, VISIT_MEDICATIONS};
use coded::{ABDOMINAL_PAIN, DISCHARGE_SUMMARY, GALLSTONES, GALLSTONES_ASSESSED};
use header::{AUTHOR, PUSH_HEADER, QUERY_HEADER, VISIT_HEADER, VISIT_PUSH_HEADER};
use history::{
    ADVANCE_DIRECTIVES, ALLERGIES, ENCOUNTERS, FAMILY_HISTORY, PROBLEMS, PROCEDURES, RESOLVED_PROBLEMS,
    SOCIAL_HISTORY,
};
use measurements::{FUNCTIONAL_STATUS, RESULTS, VITAL_SIGNS};

pub(super) static CLINICAL_SUMMARY: DataModel = DataModel::new(
    "Clinical Summary",
    &[
        Event::redox("PatientQuery", PATIENT_QUERY),
        Event::redox("PatientQueryResponse", SUMMARY),
        Event::redox("PatientPush", json!({ ..SUMMARY, "Header": PUSH_HEADER })),
        Event::redox("VisitQuery", VISIT_QUERY),
        Event::redox("VisitQueryResponse", VISIT_SUMMARY),
        Event::redox("VisitPush", json!({ ..VISIT_SUMMARY, "Header": VISIT_PUSH_HEADER })),
        Event::redox("DocumentQuery", DOCUMENT_QUERY),
        Event::redox("DocumentQueryResponse", DOCUMENT_LIST),
        Event::redox("DocumentGet", DOCUMENT_KEY),
        Event::redox("DocumentGetResponse", DOCUMENT),
    ],
);

const SUMMARY: Json = json!({
    "Header": QUERY_HEADER,
    "AdvanceDirectives": ADVANCE_DIRECTIVES,
    "AdvanceDirectivesText": "Full resuscitation discussed and wanted.",
    "Allergies": ALLERGIES,
    "AllergyText": "Penicillin: hives, moderate.",
    "CareTeams": CARE_TEAMS,
    "Encounters": ENCOUNTERS,
    "EncountersText": "Inpatient stay from March 9 to March 11, 2026.",
    "FamilyHistory": FAMILY_HISTORY,
    "FamilyHistoryText": "Mother with type 2 diabetes.",
    "FunctionalStatus": FUNCTIONAL_STATUS,
    "FunctionalStatusText": "Walks without aid.",
    "Goals": GOALS,
    "GoalsText": "Hemoglobin A1c below 7 percent.",
    "Immunizations": IMMUNIZATIONS,
    "ImmunizationText": "Tdap given March 11, 2026.",
    "Insurances": INSURANCES,
    "InsurancesText": "Example Mutual Health, Sample PPO.",
    "MedicalEquipment": EQUIPMENT,
    "MedicalEquipmentText": "Blood glucose meter.",
    "Medications": MEDICATIONS,
    "MedicationsText": "Metformin 500 mg by mouth twice a day.",
    "PlanOfCare": PLAN,
    "PlanOfCareText": "Family medicine visit in three weeks.",
    "Problems": PROBLEMS,
    "ProblemsText": "Type 2 diabetes mellitus; hypertension.",
    "Procedures": PROCEDURES,
    "ProceduresText": "Laparoscopic cholecystectomy on March 10, 2026.",
    "ResolvedProblems": RESOLVED_PROBLEMS,
    "ResolvedProblemsText": "Gallstones, treated by cholecystectomy.",
    "Results": RESULTS,
    "ResultText": "Glucose 187 mg/dL, high.",
    "SocialHistory": SOCIAL_HISTORY,
    "SocialHistoryText": "Never smoked.",
    "VitalSigns": VITAL_SIGNS,
    "VitalSignsText": "Blood pressure 142/84 mm[Hg], pulse 72.",
});

const ADMISSION_DIAGNOSIS: Json = json!([{
    ..GALLSTONES,
    "StartDate": "2026-03-09",
    "EndDate": null,
    "IsNegativeIndicator": false,
    "Comments": [],
}]);

const VISIT_SUMMARY: Json = json!({
    ..SUMMARY,
    "Header": VISIT_HEADER,
    "AdmissionDiagnosis": ADMISSION_DIAGNOSIS,
    "AdmissionDiagnosisText": "Gallstones.",
    "Assessment": {
        "Diagnoses": [{
            "Codes": [GALLSTONES_ASSESSED],
            "DateTime": "2026-03-09T15:05:00.000Z",
            "Value": "Gallstones",
            "IsNegativeIndicator": false,
            "Comments": [],
        }],
    },
    "AssessmentText": "Symptomatic gallstones without sign of acute cholecystitis.",
    "ChiefComplaintText": "Pain in the right upper abdomen.",
    "DischargeDiagnosis": ADMISSION_DIAGNOSIS,
    "DischargeDiagnosisText": "Gallstones, treated by cholecystectomy.",
    "DischargeMedications": MEDICATIONS,
    "DischargeMedicationsText": "Metformin 500 mg by mouth twice a day.",
    "HistoryOfPresentIllnessText": "Three attacks of pain after fatty meals within a month.",
    "Instructions": [{
        "Code": "409073007",
        "CodeSystem": "2.16.840.1.113883.6.96",
        "CodeSystemName": "SNOMED CT",
        "Name": "Education",
        "AltCodes": [],
        "Text": "No lifting above 10 pounds for two weeks.",
    }],
    "InstructionsText": "No lifting above 10 pounds for two weeks.",
    "InterventionsText": "Early mobilization.",
    "MedicationsAdministered": VISIT_MEDICATIONS,
    "MedicationsAdministeredText": "Metformin 500 mg by mouth on March 10, 2026.",
    "ObjectiveText": "Afebrile, abdomen soft.",
    "PhysicalExamText": "Tender right upper quadrant, no guarding.",
    "ReasonForReferralText": "Elective cholecystectomy.",
    "ReasonForVisit": [ABDOMINAL_PAIN],
    "ReasonForVisitText": "Abdominal pain.",
    "ReviewOfSystemsText": "Negative except as noted.",
    "SubjectiveText": "Feels well after the operation.",
});

const PATIENT_QUERY: Json = json!({ "Patient": PATIENT_KEY, "Location": { "Department": "3N Medicine" } });

const VISIT_QUERY: Json = json!({
    "Patient": PATIENT_KEY,
    "Visit": {
        "VisitNumber": "V-1204417",
        "StartDateTime": "2026-03-09T14:20:00.000Z",
        "EndDateTime": "2026-03-11T16:45:00.000Z",
    },
});

const DOCUMENT_KEY: Json = json!({ "Document": { "ID": "d2c1a9f0-6d53-4d6b-8a3a-52c3a8e00b10" } });

const DOCUMENT_VISIT: Json = json!({
    "ID": "V-1204417",
    "StartDateTime": "2026-03-09T14:20:00.000Z",
    "EndDateTime": "2026-03-11T16:45:00.000Z",
});

const DOCUMENT_QUERY: Json = json!({
    "Patient": PATIENT_KEY,
    "Visit": DOCUMENT_VISIT,
    "Location": { "Department": "3N Medicine" },
    "Document": { "Types": [DISCHARGE_SUMMARY], "StartDate": "2026-03-01", "EndDate": "2026-03-31" },
});

const DOCUMENT_LIST: Json = json!({
    "Patient": PATIENT_KEY,
    "Documents": [{
        "ID": "d2c1a9f0-6d53-4d6b-8a3a-52c3a8e00b10",
        "Title": "Discharge summary",
        "Type": DISCHARGE_SUMMARY,
        "DateTime": "2026-03-11T17:00:00.000Z",
        "FileType": "text/plain",
        "Locale": "US",
        "Author": AUTHOR,
        "Visit": DOCUMENT_VISIT,
        "Location": { "Department": "3N Medicine" },
    }],
});

/// `Data` is the file in Base64: one plain sentence.
const DOCUMENT: Json = json!({
    ..DOCUMENT_KEY,
    "FileType": "text/plain",
    "Data": "RGlzY2hhcmdlZCBob21lIGluIGdvb2QgY29uZGl0aW9uLg==",
});
