//! Orders of devices, medications and services, and (with `referral`) the category they share with referrals.

use super::id;
use super::party::STAY;
use super::referral;
use crate::message::{DataModel, Json, Resource, ResourceId, json::json};

pub(super) static ORDER: DataModel = DataModel::new(
    "FHIR.Event.Order",
    &[
        notification!("device-request-created", "DeviceRequestCreated", &[DEVICE], STAY),
        notification!("device-request-updated", "DeviceRequestUpdated", &[DEVICE_UPDATED], STAY),
        notification!("device-request-cancelled", "DeviceRequestCancelled", &[DEVICE_CANCELLED], STAY),
        notification!("medication-request-created", "MedicationRequestCreated", &[MEDICATION], STAY),
        notification!("medication-request-updated", "MedicationRequestUpdated", &[MEDICATION_UPDATED], STAY),
        notification!(
            "medication-request-cancelled",
            "MedicationRequestCancelled",
            &[MEDICATION_CANCELLED],
            STAY
        ),
        notification!("service-request-created", "ServiceRequestCreated", &[SERVICE], STAY),
        notification!("service-request-updated", "ServiceRequestUpdated", &[SERVICE_UPDATED], STAY),
        notification!("service-request-cancelled", "ServiceRequestCancelled", &[SERVICE_CANCELLED], STAY),
        referral::REQUESTED,
        referral::ACCEPTED,
        referral::DECLINED,
        referral::COMPLETED,
        referral::REQUEST_CANCELLED,
        referral::CONFIRM_CANCELLED,
        referral::SCHEDULE_UPDATED,
    ],
);

const ATTENDING_ID: ResourceId = id::ATTENDING;
const ENCOUNTER_ID: ResourceId = id::ENCOUNTER;
const HOSPITAL_ID: ResourceId = id::HOSPITAL;
const PATIENT_ID: ResourceId = id::PATIENT;

const fn device(body: Json) -> Resource {
    Resource { kind: "DeviceRequest", id: id::DEVICE_REQUEST, body }
}

const DEVICE_BODY: Json = json!({
    "identifier": [{ "system": "https://hospital.example.org/orders", "value": "O-448201" }],
    "status": "active",
    "intent": "order",
    "priority": "routine",
    "codeCodeableConcept": {
        "coding": [{
            "system": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
            "code": "E0601",
            "display": "Continuous positive airway pressure (CPAP) device",
        }],
    },
    "subject": (to PATIENT_ID),
    "encounter": (to ENCOUNTER_ID),
    "authoredOn": "2026-03-11T10:00:00Z",
    "requester": (to ATTENDING_ID),
    "reasonCode": [{
        "coding": [{
            "system": "http://hl7.org/fhir/sid/icd-10-cm",
            "code": "G47.33",
            "display": "Obstructive sleep apnea (adult) (pediatric)",
        }],
    }],
});

const DEVICE: Resource = device(DEVICE_BODY);
const DEVICE_UPDATED: Resource = device(json!({ ..DEVICE_BODY, "priority": "urgent" }));
const DEVICE_CANCELLED: Resource = device(json!({ ..DEVICE_BODY, "status": "revoked" }));

const fn medication(body: Json) -> Resource {
    Resource { kind: "MedicationRequest", id: id::MEDICATION_REQUEST, body }
}

const MEDICATION_BODY: Json = json!({
    "identifier": [{ "system": "https://hospital.example.org/prescriptions", "value": "RX-660021" }],
    "status": "active",
    "intent": "order",
    "category": [{
        "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/medicationrequest-category",
            "code": "discharge",
            "display": "Discharge",
        }],
    }],
    "priority": "routine",
    "medicationCodeableConcept": {
        "coding": [{
            "system": "http://www.nlm.nih.gov/research/umls/rxnorm",
            "code": "861007",
            "display": "metformin hydrochloride 500 MG Oral Tablet",
        }],
    },
    "subject": (to PATIENT_ID),
    "encounter": (to ENCOUNTER_ID),
    "authoredOn": "2026-03-11T10:05:00Z",
    "requester": (to ATTENDING_ID),
    "reasonCode": [{
        "coding": [{
            "system": "http://snomed.info/sct",
            "code": "44054006",
            "display": "Diabetes mellitus type 2",
        }],
    }],
    "dosageInstruction": [{
        "text": "Take one tablet by mouth twice a day with meals",
        "timing": { "repeat": { "frequency": (2), "period": (1), "periodUnit": "d" } },
        "route": {
            "coding": [{ "system": "http://snomed.info/sct", "code": "26643006", "display": "Oral route" }],
        },
        "doseAndRate": [{ "doseQuantity": MILLIGRAMS }],
    }],
    "dispenseRequest": DISPENSE,
});

const MILLIGRAMS: Json =
    json!({ "value": (500), "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg" });

const DISPENSE: Json = json!({
    "numberOfRepeatsAllowed": (2),
    "quantity": { "value": (60), "unit": "tablet", "system": "http://unitsofmeasure.org", "code": "{tbl}" },
});

const MEDICATION: Resource = medication(MEDICATION_BODY);
const MEDICATION_UPDATED: Resource = medication(
    json!({ ..MEDICATION_BODY, "dispenseRequest": { ..DISPENSE, "numberOfRepeatsAllowed": (3) } }),
);
const MEDICATION_CANCELLED: Resource = medication(json!({
    ..MEDICATION_BODY,
    "status": "cancelled",
    "statusReason": {
        "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/medicationrequest-status-reason",
            "code": "altchoice",
            "display": "Try another treatment first",
        }],
    },
}));

const fn service(body: Json) -> Resource {
    Resource { kind: "ServiceRequest", id: id::SERVICE_REQUEST, body }
}

const SERVICE_BODY: Json = json!({
    "identifier": [{ "system": "https://hospital.example.org/orders", "value": "O-448192" }],
    "status": "active",
    "intent": "order",
    "category": [{
        "coding": [{
            "system": "http://snomed.info/sct",
            "code": "108252007",
            "display": "Laboratory procedure",
        }],
    }],
    "priority": "stat",
    "code": {
        "coding": [{
            "system": "http://loinc.org",
            "code": "24323-8",
            "display": "Comprehensive metabolic 2000 panel - Serum or Plasma",
        }],
    },
    "subject": (to PATIENT_ID),
    "encounter": (to ENCOUNTER_ID),
    "authoredOn": "2026-03-09T15:10:00Z",
    "requester": (to ATTENDING_ID),
    "performer": [(to HOSPITAL_ID)],
    "reasonCode": [{
        "coding": [{ "system": "http://snomed.info/sct", "code": "21522001", "display": "Abdominal pain" }],
    }],
});

const SERVICE: Resource = service(SERVICE_BODY);
const SERVICE_UPDATED: Resource = service(json!({ ..SERVICE_BODY, "priority": "routine" }));
const SERVICE_CANCELLED: Resource = service(json!({ ..SERVICE_BODY, "status": "revoked" }));

/// The order a result answers.
pub(super) const SERVICE_COMPLETED: Resource = service(json!({ ..SERVICE_BODY, "status": "completed" }));
