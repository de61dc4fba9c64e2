//! Referrals: the request for a consultation, and the task that tracks it from asking to answer.

use super::id;
use super::party::{ATTENDING, HOSPITAL, PATIENT, SURGEON};
use super::scheduling::REFERRAL_APPOINTMENT;
use crate::message::{Event, Json, Resource, ResourceId, json::json};

pub(super) const REQUESTED: Event =
    notification!("referral-requested", "ReferralRequested", &[task(TASK)], AROUND_ACTIVE);

pub(super) const ACCEPTED: Event = notification!(
    "referral-accepted",
    "ReferralAccepted",
    &[task(json!({ ..TASK, "status": "accepted", "lastModified": "2026-03-03T09:00:00Z" }))],
    AROUND_ACTIVE
);

pub(super) const DECLINED: Event = notification!(
    "referral-declined",
    "ReferralDeclined",
    &[task(json!({
        ..TASK,
        "status": "rejected",
        "statusReason": { "text": "No capacity within the time asked for" },
        "lastModified": "2026-03-03T09:00:00Z",
    }))],
    AROUND_ACTIVE
);

pub(super) const COMPLETED: Event = notification!(
    "referral-completed",
    "ReferralCompleted",
    &[task(json!({ ..TASK, "status": "completed", "lastModified": "2026-03-23T16:00:00Z" }))],
    &[referral(json!({ ..REFERRAL, "status": "completed" })), PATIENT, ATTENDING, SURGEON, HOSPITAL]
);

/// The asking side takes the request back; the task still runs until the other side agrees.
pub(super) const REQUEST_CANCELLED: Event = notification!(
    "referral-request-cancelled",
    "ReferralRequestCancelled",
    &[task(json!({
        ..TASK,
        "status": "in-progress",
        "businessStatus": { "text": "Cancellation requested" },
        "lastModified": "2026-03-10T12:00:00Z",
    }))],
    AROUND_REVOKED
);

pub(super) const CONFIRM_CANCELLED: Event = notification!(
    "referral-confirm-cancelled",
    "ReferralConfirmCancelled",
    &[task(json!({
        ..TASK,
        "status": "cancelled",
        "statusReason": { "text": "Patient was operated as an inpatient" },
        "lastModified": "2026-03-10T13:00:00Z",
    }))],
    AROUND_REVOKED
);

pub(super) const SCHEDULE_UPDATED: Event = notification!(
    "referral-schedule-updated",
    "ReferralScheduleUpdated",
    &[
        task(json!({
            ..TASK,
            "status": "in-progress",
            "businessStatus": { "text": "Appointment made" },
            "lastModified": "2026-03-04T10:00:00Z",
        })),
        REFERRAL_APPOINTMENT,
    ],
    AROUND_ACTIVE
);

const ATTENDING_ID: ResourceId = id::ATTENDING;
const HOSPITAL_ID: ResourceId = id::HOSPITAL;
const PATIENT_ID: ResourceId = id::PATIENT;
const REFERRAL_ID: ResourceId = id::REFERRAL;
const SURGEON_ID: ResourceId = id::SURGEON;

const AROUND_ACTIVE: &[Resource] = &[referral(REFERRAL), PATIENT, ATTENDING, SURGEON, HOSPITAL];

const AROUND_REVOKED: &[Resource] =
    &[referral(json!({ ..REFERRAL, "status": "revoked" })), PATIENT, ATTENDING, SURGEON, HOSPITAL];

const fn task(body: Json) -> Resource {
    Resource { kind: "Task", id: id::TASK, body }
}

const fn referral(body: Json) -> Resource {
    Resource { kind: "ServiceRequest", id: REFERRAL_ID, body }
}

const TASK: Json = json!({
    "identifier": [{ "system": "https://hospital.example.org/referral-tasks", "value": "REF-7710-T" }],
    "basedOn": [(to REFERRAL_ID)],
    "status": "requested",
    "intent": "order",
    "priority": "routine",
    "code": {
        "coding": [{
            "system": "http://hl7.org/fhir/CodeSystem/task-code",
            "code": "fulfill",
            "display": "Fulfill the focal request",
        }],
    },
    "focus": (to REFERRAL_ID),
    "for": (to PATIENT_ID),
    "authoredOn": "2026-03-02T15:10:00Z",
    "lastModified": "2026-03-02T15:10:00Z",
    "requester": (to ATTENDING_ID),
    "owner": (to SURGEON_ID),
});

const REFERRAL: Json = json!({
    "identifier": [{ "system": "https://hospital.example.org/referrals", "value": "REF-7710" }],
    "status": "active",
    "intent": "order",
    "category": [{
        "coding": [{
            "system": "http://snomed.info/sct",
            "code": "3457005",
            "display": "Patient referral",
        }],
    }],
    "priority": "routine",
    "code": {
        "coding": [{
            "system": "http://snomed.info/sct",
            "code": "11429006",
            "display": "Consultation",
        }],
        "text": "General surgery consultation",
    },
    "subject": (to PATIENT_ID),
    "authoredOn": "2026-03-02T15:10:00Z",
    "requester": (to ATTENDING_ID),
    "performer": [(to SURGEON_ID), (to HOSPITAL_ID)],
    "reasonCode": [{
        "coding": [{
            "system": "http://hl7.org/fhir/sid/icd-10-cm",
            "code": "K80.20",
            "display": "Calculus of gallbladder without cholecystitis without obstruction",
        }],
    }],
});
