//! `Claim`: what providers bill, and what payers pay, one at a time or in batches.

use super::fragment::{ADDRESS, FACILITY_ADDRESS, INSURANCE, PATIENT, PLACE, REFERRING, VISIT_KEY};
use crate::message::{DataModel, Event, Json, json::json};

pub(super) static CLAIM: DataModel = DataModel::new(
    "Claim",
    &[
        Event::redox("Payment", PAYMENT),
        Event::redox("PaymentBatch", json!({ "Transactions": [PAYMENT_BATCH] })),
        Event::redox("Submission", SUBMISSION),
        Event::redox("SubmissionBatch", json!({ "Transactions": [SUBMISSION_BATCH] })),
    ],
);

const OFFICE: Json = json!({ "Office": "+16085550130", "Fax": "+16085550131" });

const PAYER: Json = json!({
    "ID": "60054",
    "IDType": "NAIC",
    "Name": "Example Mutual Health",
    "Address": FACILITY_ADDRESS,
    "PhoneNumber": OFFICE,
    "EmailAddress": "claims@payer.example.org",
});

const PAYEE: Json = json!({
    ..PAYER,
    "ID": "9910001046",
    "IDType": "NPI",
    "Name": "Exampleton General Hospital",
    "EmailAddress": "billing@hospital.example.org",
});

const TRANSACTION: Json = json!({
    "ID": "000000112",
    "IDType": "Interchange Control Number",
    "Submitter": {
        "ID": "EX-SUB-01",
        "IDType": "Electronic Transmitter Identification Number",
        "Name": "Exampleton General Hospital",
        "PhoneNumber": OFFICE,
        "EmailAddress": "billing@hospital.example.org",
    },
    "Receiver": {
        "ID": "EX-RCV-01",
        "IDType": "Electronic Transmitter Identification Number",
        "Name": "Example Mutual Health",
    },
});

const SUBMITTER: Json = json!({
    "Identifiers": [{ "ID": "EX-SUB-01", "IDType": "Electronic Transmitter Identification Number" }],
    "Name": "Exampleton General Hospital",
    "Address": FACILITY_ADDRESS,
    "PhoneNumber": OFFICE,
    "EmailAddress": "billing@hospital.example.org",
});

const RECEIVER: Json = json!({
    ..SUBMITTER,
    "Identifiers": [{ "ID": "EX-RCV-01", "IDType": "Electronic Transmitter Identification Number" }],
    "Name": "Example Mutual Health",
    "EmailAddress": "claims@payer.example.org",
});

// The visit billed throughout, spelled as the single and as the batched messages spell it.
const OFFICE_VISIT: Json = json!({
    "Code": "99213",
    "CodeSet": "CPT",
    "Name": "Office visit, established patient",
    "Modifiers": ["25"],
});

const OFFICE_VISIT_SERVICE: Json = json!({
    "Code": "99213",
    "Codeset": "CPT",
    "Description": "Office visit, established patient",
    "Modifiers": ["25"],
});

const CLAIM_REFERENCE: Json = json!({ "ID": "CL-55120", "IDType": "Claim Number" });

const PAYMENT: Json = json!({
    "Transaction": {
        ..TRANSACTION,
        "Type": "Payment",
        "TrackingNumber": "EFT-88172",
        "TotalPaymentAmount": "96.00",
        "CreditOrDebit": "Credit",
        "PaymentMethod": "ACH",
        "PaymentDateTime": "2026-03-25T00:00:00.000Z",
    },
    "Payer": PAYER,
    "Payee": PAYEE,
    "Payments": [{ "DateTime": "2026-03-25T00:00:00.000Z", "Patient": PATIENT, "Claim": PAID_CLAIM }],
});

const PAID_AMOUNTS: Json = json!({
    "SubmissionNumber": "CL-55120",
    "Status": "Processed as Primary",
    "ChargedAmount": "145.00",
    "PaymentAmount": "96.00",
    "PatientResponsibilityAmount": "20.00",
    "ReceivedDate": "2026-03-14",
    "ReferenceNumbers": [CLAIM_REFERENCE],
});

const SERVICE_AMOUNTS: Json = json!({
    "ChargedAmount": "145.00",
    "ChargedUnits": "1",
    "AllowedAmount": "116.00",
    "PaymentAmount": "96.00",
    "PaymentUnits": "1",
    "ReferenceNumbers": [CLAIM_REFERENCE],
});

const PAID_CLAIM: Json = json!({
    ..PAID_AMOUNTS,
    "Number": "2026031400017",
    "ServiceDateTime": "2026-03-12T15:00:00.000Z",
    "ServiceEndDateTime": "2026-03-12T15:30:00.000Z",
    "Adjustments": [{
        "ReasonGroup": "Contractual Obligation",
        "Reason": "45",
        "Amount": "29.00",
        "Quantity": "1",
    }],
    "Services": [PAID_SERVICE],
});

const PAID_SERVICE: Json = json!({
    ..SERVICE_AMOUNTS,
    "SubmittedProcedure": OFFICE_VISIT,
    "AdjudicatedProcedure": OFFICE_VISIT,
    "DeductibleAmount": "0.00",
    "ServiceDateTime": "2026-03-12T15:00:00.000Z",
    "ServiceEndDateTime": "2026-03-12T15:30:00.000Z",
});

const PAYMENT_BATCH: Json = json!({
    "ID": "000000113",
    "IDType": "Interchange Control Number",
    "Type": "Payment",
    "TrackingNumber": "EFT-88173",
    "TotalPaymentAmount": "96.00",
    "CreditOrDebit": "Credit",
    "PaymentMethod": "ACH",
    "PaymentDateTime": "2026-03-25T00:00:00.000Z",
    "Submitter": RECEIVER,
    "Receiver": SUBMITTER,
    "Payments": [{
        "DateTime": "2026-03-25T00:00:00.000Z",
        "Patient": PATIENT,
        "Claims": [BATCHED_PAID_CLAIM],
    }],
});

const BATCHED_PAID_CLAIM: Json = json!({
    ..PAID_AMOUNTS,
    "ControlNumber": "2026031400017",
    "StartDateTime": "2026-03-12T15:00:00.000Z",
    "EndDateTime": "2026-03-12T15:30:00.000Z",
    "Adjustments": [ADJUSTMENT],
    "Services": [{
        ..SERVICE_AMOUNTS,
        "SubmittedService": OFFICE_VISIT_SERVICE,
        "AdjudicatedService": OFFICE_VISIT_SERVICE,
        "Adjustments": [ADJUSTMENT],
        "StartDateTime": "2026-03-12T15:00:00.000Z",
        "EndDateTime": "2026-03-12T15:30:00.000Z",
    }],
});

const ADJUSTMENT: Json =
    json!({ "Type": "Contractual Obligation", "Reason": "45", "Amount": "29.00", "Quantity": "1" });

const SPECIALTY: Json = json!({ "ID": "207Q00000X", "Description": "Family Medicine" });

const RENDERING: Json = json!({
    "ID": "9910001038",
    "IDType": "NPI",
    "FirstName": "Lena",
    "MiddleName": null,
    "LastName": "Ostrow",
    "Role": "Rendering",
    "Specialty": SPECIALTY,
});

const CLAIM_VISIT: Json = json!({
    ..VISIT_KEY,
    "Type": "Office",
    "DateTime": "2026-03-12T15:00:00.000Z",
    "DischargeDateTime": null,
    "Location": PLACE,
});

const CLAIMED: Json = json!({
    "Type": "Professional",
    "TotalAmount": "145.00",
    "CopayAmount": "20.00",
    "IsProviderSignatureOnFile": true,
    "IsReleaseOfInformationOnFile": true,
    "DiagnosisRelatedGroup": null,
    "AdditionalDates": [{
        "Type": "Onset of Current Symptoms/Illness",
        "DateTime": "2026-03-10T00:00:00.000Z",
    }],
    "Visit": CLAIM_VISIT,
});

const SUBMISSION: Json = json!({
    "Transaction": { ..TRANSACTION, "Type": "Chargeable" },
    "BillingProvider": {
        "ID": "9910001046",
        "IDType": "NPI",
        "TIN": "00-0000000",
        "OrganizationName": "Exampleton General Hospital",
        "Address": FACILITY_ADDRESS,
        "PhoneNumber": OFFICE,
        "EmailAddress": "billing@hospital.example.org",
        "Specialty": SPECIALTY,
    },
    "Subscriber": {
        "ID": "W900010001",
        "IDType": "Member ID",
        "FirstName": "Mara",
        "MiddleName": "Elise",
        "LastName": "Quill",
        "DOB": "1984-07-12",
        "Sex": "Female",
        "Address": ADDRESS,
        "RelationToPatient": "Self",
        "ResponsibilityLevel": "Primary",
        "Insurance": INSURANCE,
    },
    "Patient": { ..PATIENT, "Weight": null, "IsPregnant": null },
    "Claims": [{
        ..CLAIMED,
        "ID": "CL-55120",
        "ReferenceNumbers": [{ "ID": "CL-55120", "Type": "Claim Number" }],
        "Diagnoses": [{
            "Code": "E11.9",
            "Codeset": "ICD-10",
            "Name": "Type 2 diabetes mellitus",
            "Type": "Principal",
        }],
        "Procedures": [OFFICE_VISIT],
        "Providers": [RENDERING],
        "Lines": [LINE],
    }],
});

const LINE: Json = json!({
    "ID": "1",
    "Procedure": OFFICE_VISIT,
    "Amount": "145.00",
    "UnitCount": "1",
    "Units": "Unit",
    "RevenueCode": null,
    "IsEmergency": false,
    "Diagnoses": [{
        "Code": "E11.9",
        "Codeset": "ICD-10",
        "Name": "Type 2 diabetes mellitus",
        "Type": "Principal",
    }],
    "ServiceDateTime": "2026-03-12T15:00:00.000Z",
    "ServiceEndDateTime": "2026-03-12T15:30:00.000Z",
    "Notes": null,
});

const SUBMISSION_BATCH: Json = json!({
    "ID": "000000114",
    "IDType": "Interchange Control Number",
    "Type": "Chargeable",
    "Submitter": SUBMITTER,
    "Receiver": RECEIVER,
    "Submissions": [{
        "BillingProvider": {
            ..SUBMITTER,
            "Identifiers": [{ "ID": "9910001046", "IDType": "NPI" }],
            "Specialty": SPECIALTY,
        },
        "Subscribers": [{
            "Identifiers": [{ "ID": "W900010001", "IDType": "Member ID" }],
            "Demographics": SUBSCRIBER,
            "OrganizationName": null,
            "ResponsibilityLevel": "Primary",
            "Insurance": INSURANCE,
            "Patients": [BILLED_PATIENT],
        }],
    }],
});

const SUBSCRIBER: Json = json!({
    "FirstName": "Mara",
    "MiddleName": "Elise",
    "LastName": "Quill",
    "DOB": "1984-07-12",
    "Sex": "Female",
    "Address": ADDRESS,
    "PhoneNumber": { "Home": "+16085550142", "Office": null, "Mobile": "+16085550143" },
});

const BILLED_PATIENT: Json = json!({
    ..PATIENT,
    "RelationToSubscriber": "Self",
    "Claims": [{
        ..CLAIMED,
        "SubmissionNumber": "CL-55120",
        "BenefitsAssignmentCode": true,
        "ProviderAcceptanceCode": "Assigned",
        "ReferenceNumbers": [CLAIM_REFERENCE],
        "Diagnoses": [CLAIM_DIAGNOSIS],
        "Providers": [{ ..REFERRING, "Role": "Rendering", "Specialty": SPECIALTY }],
        "Services": [SERVICE],
    }],
});

const CLAIM_DIAGNOSIS: Json = json!({
    "Code": "E11.9",
    "Codeset": "ICD-10",
    "Description": "Type 2 diabetes mellitus",
    "Type": "Principal",
});

const SERVICE: Json = json!({
    ..OFFICE_VISIT_SERVICE,
    "Amount": "145.00",
    "Quantity": { "Value": "1", "Units": "Unit" },
    "RevenueCode": null,
    "IsEmergency": false,
    "Diagnoses": [CLAIM_DIAGNOSIS],
    "ReferenceNumbers": [CLAIM_REFERENCE],
    "StartDateTime": "2026-03-12T15:00:00.000Z",
    "EndDateTime": "2026-03-12T15:30:00.000Z",
    "Notes": null,
});
