//! Appointments, with the slot they take.

use super::id;
use super::party::{ATTENDING, HOSPITAL, PATIENT};
use crate::message::{DataModel, Json, Resource, ResourceId, json::json};

pub(super) static SCHEDULING: DataModel = DataModel::new(
    "FHIR.Event.Scheduling",
    &[
        notification!(
            "scheduling-appointment-booked",
            "SchedulingAppointmentBooked",
            &[appointment(BODY)],
            &[TAKEN_SLOT, SCHEDULE, PATIENT, ATTENDING, HOSPITAL]
        ),
        notification!(
            "scheduling-appointment-cancelled",
            "SchedulingAppointmentCancelled",
            &[CANCELLED],
            &[FREED_SLOT, SCHEDULE, PATIENT, ATTENDING, HOSPITAL]
        ),
        notification!(
            "scheduling-appointment-updated",
            "SchedulingAppointmentUpdated",
            &[UPDATED],
            &[TAKEN_SLOT, SCHEDULE, PATIENT, ATTENDING, HOSPITAL]
        ),
    ],
);

const ATTENDING_ID: ResourceId = id::ATTENDING;
const PATIENT_ID: ResourceId = id::PATIENT;
const REFERRAL_ID: ResourceId = id::REFERRAL;
const SCHEDULE_ID: ResourceId = id::SCHEDULE;
const SLOT_ID: ResourceId = id::SLOT;
const SURGEON_ID: ResourceId = id::SURGEON;

const fn appointment(body: Json) -> Resource {
    Resource { kind: "Appointment", id: id::APPOINTMENT, body }
}

/// What every appointment says, whether it holds a slot or not.
const VISIT: Json = json!({
    "identifier": [{ "system": "https://hospital.example.org/appointments", "value": "APT-50917" }],
    "status": "booked",
    "appointmentType": {
        "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/v2-0276",
            "code": "FOLLOWUP",
            "display": "A follow up visit from a previous appointment",
        }],
    },
    "priority": (5),
    "description": "Diabetes check-up",
    "start": "2026-03-30T14:30:00Z",
    "end": "2026-03-30T15:00:00Z",
    "minutesDuration": (30),
    "created": "2026-03-11T16:50:00Z",
    "participant": [
        { "actor": (to PATIENT_ID), "required": "required", "status": "accepted" },
        { "actor": (to ATTENDING_ID), "required": "required", "status": "accepted" },
    ],
});

const BODY: Json = json!({ ..VISIT, "slot": [(to SLOT_ID)] });

const UPDATED: Resource = appointment(json!({ ..BODY, "comment": "Wound check added" }));

const CANCELLED: Resource = appointment(json!({
    ..BODY,
    "status": "cancelled",
    "cancelationReason": {
        "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason",
            "code": "pat",
            "display": "Patient",
        }],
    },
    "participant": [
        { "actor": (to PATIENT_ID), "required": "required", "status": "declined" },
        { "actor": (to ATTENDING_ID), "required": "required", "status": "accepted" },
    ],
}));

/// The consultation a referral led to.
pub(super) const REFERRAL_APPOINTMENT: Resource = appointment(json!({
    ..VISIT,
    "identifier": [{ "system": "https://hospital.example.org/appointments", "value": "APT-50801" }],
    "appointmentType": {
        "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/v2-0276",
            "code": "ROUTINE",
            "display": "Routine appointment - default if not valued",
        }],
    },
    "description": "General surgery consultation",
    "start": "2026-03-23T15:00:00Z",
    "end": "2026-03-23T15:30:00Z",
    "created": "2026-03-04T10:00:00Z",
    "basedOn": [(to REFERRAL_ID)],
    "participant": [
        { "actor": (to PATIENT_ID), "required": "required", "status": "accepted" },
        { "actor": (to SURGEON_ID), "required": "required", "status": "accepted" },
    ],
}));

const fn slot(body: Json) -> Resource {
    Resource { kind: "Slot", id: SLOT_ID, body }
}

const SLOT: Json = json!({
    "schedule": (to SCHEDULE_ID),
    "status": "busy",
    "start": "2026-03-30T14:30:00Z",
    "end": "2026-03-30T15:00:00Z",
});

const TAKEN_SLOT: Resource = slot(SLOT);

const FREED_SLOT: Resource = slot(json!({ ..SLOT, "status": "free" }));

const SCHEDULE: Resource = Resource {
    kind: "Schedule",
    id: SCHEDULE_ID,
    body: json!({
        "active": true,
        "actor": [(to ATTENDING_ID)],
        "planningHorizon": { "start": "2026-03-01T00:00:00Z", "end": "2026-05-31T23:59:59Z" },
    }),
};
