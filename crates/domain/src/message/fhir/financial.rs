//! Charges, and the account and coverage they go to.

use super::id;
use super::party::{ATTENDING, ENCOUNTER, HOSPITAL, PATIENT, PAYER, SURGEON, WARD};
use crate::message::{DataModel, Resource, ResourceId, json::json};

pub(super) static FINANCIAL: DataModel = DataModel::new(
    "FHIR.Event.Financial",
    &[notification!(
        "financial-new",
        "FinancialNew",
        &[CHARGE_ITEM],
        &[PATIENT, ENCOUNTER, ACCOUNT, COVERAGE, PAYER, ATTENDING, SURGEON, HOSPITAL, WARD]
    )],
);

const ACCOUNT_ID: ResourceId = id::ACCOUNT;
const COVERAGE_ID: ResourceId = id::COVERAGE;
const ENCOUNTER_ID: ResourceId = id::ENCOUNTER;
const HOSPITAL_ID: ResourceId = id::HOSPITAL;
const PATIENT_ID: ResourceId = id::PATIENT;
const PAYER_ID: ResourceId = id::PAYER;
const SURGEON_ID: ResourceId = id::SURGEON;

const CHARGE_ITEM: Resource = Resource {
    kind: "ChargeItem",
    id: id::CHARGE_ITEM,
    body: json!({
        "identifier": [{ "system": "https://hospital.example.org/charges", "value": "CHG-90021" }],
        "status": "billable",
        "code": {
            "coding": [{
                "system": "http://www.ama-assn.org/go/cpt",
                "code": "47562",
                "display": "Laparoscopy, surgical; cholecystectomy",
            }],
        },
        "subject": (to PATIENT_ID),
        "context": (to ENCOUNTER_ID),
        "occurrencePeriod": { "start": "2026-03-10T08:30:00Z", "end": "2026-03-10T09:40:00Z" },
        "performer": [{ "actor": (to SURGEON_ID) }],
        "performingOrganization": (to HOSPITAL_ID),
        "quantity": { "value": (1) },
        "priceOverride": { "value": (dec 3120.75), "currency": "USD" },
        "enteredDate": "2026-03-10T12:00:00Z",
        "reason": [{
            "coding": [{
                "system": "http://hl7.org/fhir/sid/icd-10-cm",
                "code": "K80.20",
                "display": "Calculus of gallbladder without cholecystitis without obstruction",
            }],
        }],
        "account": [(to ACCOUNT_ID)],
    }),
};

pub(super) const ACCOUNT: Resource = Resource {
    kind: "Account",
    id: ACCOUNT_ID,
    body: json!({
        "identifier": [{ "system": "https://hospital.example.org/accounts", "value": "AC-770215" }],
        "status": "active",
        "type": {
            "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
                "code": "PBILLACCT",
                "display": "patient billing account",
            }],
        },
        "name": "Mara Quill, stay of March 2026",
        "subject": [(to PATIENT_ID)],
        "servicePeriod": { "start": "2026-03-09" },
        "coverage": [{ "coverage": (to COVERAGE_ID), "priority": (1) }],
        "owner": (to HOSPITAL_ID),
        "guarantor": [{ "party": (to PATIENT_ID), "onHold": false }],
    }),
};

pub(super) const COVERAGE: Resource = Resource {
    kind: "Coverage",
    id: COVERAGE_ID,
    body: json!({
        "identifier": [{ "system": "https://payer.example.org/policies", "value": "EM-2290017" }],
        "status": "active",
        "type": {
            "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
                "code": "EHCPOL",
                "display": "extended healthcare",
            }],
        },
        "subscriber": (to PATIENT_ID),
        "subscriberId": "W900010001",
        "beneficiary": (to PATIENT_ID),
        "relationship": {
            "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/subscriber-relationship",
                "code": "self",
                "display": "Self",
            }],
        },
        "period": { "start": "2026-01-01", "end": "2026-12-31" },
        "payor": [(to PAYER_ID)],
        "class": [{
            "type": {
                "coding": [{
                    "system": "http://terminology.hl7.org/CodeSystem/coverage-class",
                    "code": "group",
                    "display": "Group",
                }],
            },
            "value": "EX-4471",
            "name": "Exampleton School District",
        }],
    }),
};
