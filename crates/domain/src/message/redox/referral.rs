//! `Referral`: from the family doctor to the specialist, and the payer's authorization.

use super::fragment::{
    ATTENDING, CONTACTS, GUARANTOR, INSURANCES, PATIENT, PATIENT_KEY, REFERRING, SURGEON, VISIT_KEY,
};
use crate::message::{DataModel, Event, Json, json::json};

pub(super) static REFERRAL: DataModel = DataModel::new(
    "Referral",
    &[
        Event::redox("New", REFERRED),
        Event::redox("Modify", json!({ ..REFERRED, "Referral": MODIFIED })),
        Event::redox("Cancel", json!({ ..REFERRED, "Referral": CANCELLED })),
        Event::redox(
            "AuthReview",
            json!({ "Patient": INSURED, "Referral": REQUEST, "Authorization": REVIEW }),
        ),
        Event::redox(
            "AuthResponse",
            json!({ "Patient": INSURED, "Referral": REQUEST, "Authorization": DECISION }),
        ),
        Event::redox("Query", json!({ "Patient": { ..PATIENT_KEY, "Insurances": INSURANCES } })),
        Event::redox("QueryResponse", json!({ "Referrals": [REQUEST] })),
    ],
);

const INSURED: Json = json!({ ..PATIENT, "Insurances": INSURANCES });

const REFERRED: Json = json!({
    "Patient": { ..INSURED, "Contacts": CONTACTS, "Guarantor": GUARANTOR },
    "Referral": REQUEST,
    "Visit": VISIT_KEY,
});

const DIAGNOSES: Json = json!([{
    "Code": "K80.20",
    "Codeset": "ICD-10",
    "Name": "Calculus of gallbladder without cholecystitis without obstruction",
    "Type": "Working",
    "DocumentedDateTime": "2026-03-02T15:05:00.000Z",
}]);

const PROVIDERS: Json =
    json!([{ ..REFERRING, "Type": "Referring Provider" }, { ..SURGEON, "Type": "Referred To Provider" }]);

const REQUEST: Json = json!({
    "ID": "REF-7710",
    "IDType": "EHR Referral ID",
    "AlternateID": null,
    "DateTime": "2026-03-02T15:10:00.000Z",
    "ExpirationDateTime": "2026-09-02T00:00:00.000Z",
    "ProcessDateTime": "2026-03-02T15:15:00.000Z",
    "Status": "Pending",
    "Category": "Outgoing",
    "Type": "Consultation",
    "Reason": "Recurrent biliary colic",
    "Priority": "Routine",
    "ProviderSpecialty": "General surgery",
    "DepartmentSpecialty": "Surgery",
    "Notes": ["Please evaluate for elective cholecystectomy"],
    "Authorization": {
        "Number": null,
        "DateTime": null,
        "ExpirationDateTime": null,
        "Company": { "ID": "60054", "IDType": "NAIC", "Name": "Example Mutual Health" },
        "Plan": { "ID": "31572", "IDType": "Payor ID", "Name": "Sample PPO" },
        "ReimbursementLimit": null,
        "RequestedTreatmentCount": "1",
        "RequestedTreatmentUnits": "Visits",
        "AuthorizedTreatmentCount": null,
        "Notes": [],
    },
    "Providers": PROVIDERS,
    "Diagnoses": DIAGNOSES,
    "Procedures": [{
        "Code": "99243",
        "Codeset": "CPT",
        "Description": "Office consultation",
        "Modifiers": [],
        "Quantity": "1",
        "Units": "Visits",
        "Notes": [],
    }],
    "Visit": VISIT_KEY,
});

const MODIFIED: Json = json!({ ..REQUEST, "Priority": "Urgent" });

const CANCELLED: Json =
    json!({ ..REQUEST, "Status": "Cancelled", "Notes": ["Cancelled: patient was operated as an inpatient"] });

const AUTHORIZATION: Json = json!({
    "AlternateID": null,
    "Request": { "ID": "REF-7710", "IDType": "EHR Referral ID" },
    "Category": "Specialty Care Review",
    "CertificationCode": "Initial",
    "Type": "Elective",
    "ServiceType": "Surgical",
    "ServiceLevel": "Elective",
    "ServiceLocation": "Outpatient Hospital",
    "AdmissionType": null,
    "AdmissionSource": null,
    "RelatedCause": null,
    "EventDate": "2026-03-23",
    "AdditionalDates": [],
    "Quantity": { "Value": "1", "Units": "Visits" },
    "Diagnoses": DIAGNOSES,
    "Providers": [{ ..ATTENDING, "Type": "Referring Provider" }, { ..SURGEON, "Type": "Service Provider" }],
    "Notes": [],
});

const SERVICE: Json = json!({
    "Code": "47562",
    "Codeset": "CPT",
    "Description": "Laparoscopic cholecystectomy",
    "Modifiers": [],
    "RevenueCode": null,
    "Quantity": { "Value": "1", "Units": "Units" },
    "ServiceDate": "2026-03-23",
    "Notes": [],
});

const REVIEW: Json = json!({ ..AUTHORIZATION, "Services": [SERVICE] });

const DECISION: Json = json!({
    ..AUTHORIZATION,
    "Number": "AUTH-220199",
    "Decision": "Certified in total",
    "DecisionReason": null,
    "IssueDate": "2026-03-05",
    "EffectiveDate": "2026-03-05",
    "ExpirationDate": "2026-09-05",
    "Services": [{
        ..SERVICE,
        "AuthorizationNumber": "AUTH-220199",
        "Decision": "Certified in total",
        "DecisionReason": null,
        "IssueDate": "2026-03-05",
        "EffectiveDate": "2026-03-05",
        "ExpirationDate": "2026-09-05",
    }],
});
