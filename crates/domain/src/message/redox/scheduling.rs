//! `Scheduling`: appointments, and the slots they are made in.

use super::fragment::{
    ATTENDING, DEMOGRAPHICS, DIAGNOSES, IDENTIFIERS, PATIENT, PATIENT_KEYS, PLACE, REFERRING, VISIT_ACCOUNT,
};
use crate::message::{DataModel, Event, Json, json::json};

pub(super) static SCHEDULING: DataModel = DataModel::new(
    "Scheduling",
    &[
        Event::redox("New", APPOINTMENT),
        Event::redox("Modification", json!({ ..APPOINTMENT, "Visit": MODIFIED })),
        Event::redox("Reschedule", json!({ ..APPOINTMENT, "Visit": RESCHEDULED })),
        Event::redox("Cancel", json!({ ..APPOINTMENT, "Visit": CANCELLED })),
        Event::redox("NoShow", json!({ ..APPOINTMENT, "Visit": MISSED })),
        Event::redox("PushSlots", json!({ "Slots": [OPEN_SLOT] })),
        Event::redox("AvailableSlots", SLOT_QUERY),
        Event::redox("AvailableSlotsResponse", json!({ "AvailableSlots": [FOUND_SLOT] })),
        Event::redox("Booked", BOOKED_QUERY),
        Event::redox("BookedResponse", json!({ "Visits": [BOOKED] })),
    ],
);

const INFO: Json = json!([{
    "Code": "INTERPRETER",
    "Codeset": "Scheduling Question",
    "Description": "Interpreter needed",
    "Value": "No",
}]);

const APPOINTMENT: Json = json!({ "AppointmentInfo": INFO, "Patient": PATIENT, "Visit": SCHEDULED });

const CLINIC: Json = json!({
    ..PLACE,
    "Type": "Outpatient",
    "Department": "Family Medicine Clinic",
    "DepartmentIdentifiers": [{ "ID": "FMC", "IDType": "EHR Department ID" }],
    "Room": "4",
});

const DOCTOR: Json = json!({ ..REFERRING, "Location": CLINIC });

const SCHEDULED: Json = json!({
    ..VISIT_ACCOUNT,
    "VisitNumber": "APT-50917",
    "VisitDateTime": "2026-03-30T14:30:00.000Z",
    "PatientClass": "Outpatient",
    "Status": "Scheduled",
    "Type": "Return Visit",
    "Duration": (30),
    "Reason": "Diabetes check-up",
    "Instructions": ["Bring your glucose diary"],
    "AttendingProvider": DOCTOR,
    "ConsultingProvider": ATTENDING,
    "ReferringProvider": ATTENDING,
    "VisitProvider": DOCTOR,
    "Location": CLINIC,
    "Diagnoses": DIAGNOSES,
    "AdditionalStaff": [{
        ..DOCTOR,
        "Role": { "Code": "112247003", "Codeset": "SNOMED CT", "Description": "Medical doctor" },
        "StartDateTime": "2026-03-30T14:30:00.000Z",
        "Duration": (30),
    }],
    "Equipment": [{
        "Code": "ECG-2",
        "Codeset": "Equipment",
        "Description": "Electrocardiograph",
        "StartDateTime": "2026-03-30T14:30:00.000Z",
        "Duration": (15),
    }],
});

const MODIFIED: Json =
    json!({ ..SCHEDULED, "Duration": (45), "Reason": "Diabetes check-up and wound check" });

const RESCHEDULED: Json = json!({
    ..SCHEDULED,
    "VisitDateTime": "2026-04-02T09:00:00.000Z",
    "Status": "Rescheduled",
    "OldDateTime": "2026-03-30T14:30:00.000Z",
    "OldVisitNumber": "APT-50917",
});

const CANCELLED: Json = json!({ ..SCHEDULED, "Status": "Canceled", "CancelReason": "Patient request" });

const MISSED: Json = json!({ ..SCHEDULED, "Status": "No Show", "NoShowReason": "Unknown" });

const SLOT: Json = json!({
    "ID": "SLOT-8841",
    "DateTime": "2026-03-30T14:30:00.000Z",
    "Duration": (30),
    "Reason": "Return Visit",
    "Location": CLINIC,
});

const OPEN_SLOT: Json = json!({
    ..SLOT,
    "Provider": {
        "ID": "9910001038",
        "IDType": "NPI",
        "FirstName": "Lena",
        "LastName": "Ostrow",
        "Credentials": ["MD"],
        "EmailAddresses": ["lena.ostrow@example.org"],
        "PhoneNumber": { "Office": "+16085550112" },
    },
});

const FOUND_SLOT: Json = json!({ ..SLOT, "Provider": DOCTOR, "Notes": [] });

const SLOT_QUERY: Json = json!({
    "Patient": {
        "Identifiers": IDENTIFIERS,
        "Demographics": DEMOGRAPHICS,
        "Diagnoses": DIAGNOSES,
        "Notes": [],
    },
    "StartDateTime": "2026-03-30T00:00:00.000Z",
    "EndDateTime": "2026-04-04T00:00:00.000Z",
    "Visit": {
        "Reasons": ["Diabetes check-up"],
        "AttendingProviders": [DOCTOR],
        "Locations": [{
            "ID": "FMC",
            "Type": "Outpatient",
            "Facility": "Exampleton General Hospital",
            "Department": "Family Medicine Clinic",
            "Room": null,
            "SpecialtyDepartment": {
                "Code": "419772000",
                "Codeset": "SNOMED CT",
                "Description": "Family practice",
            },
        }],
        "VisitType": [{ "Code": "RET", "Codeset": "Visit Type", "Description": "Return Visit" }],
        "VisitPreference": [{
            "Day": ["Monday", "Thursday"],
            "Time": ["Morning"],
            "Duration": "30",
            "DurationUnit": "Minutes",
        }],
    },
});

const BOOKED_QUERY: Json = json!({
    "StartDateTime": "2026-03-30T00:00:00.000Z",
    "EndDateTime": "2026-04-04T00:00:00.000Z",
    "Visit": {
        "VisitNumber": "APT-50917",
        "Reason": "Diabetes check-up",
        "Patients": PATIENT_KEYS,
        "AttendingProviders": [DOCTOR],
        "VisitProvider": DOCTOR,
        "Location": CLINIC,
    },
});

const BOOKED: Json = json!({
    ..SCHEDULED,
    "Patient": PATIENT,
    "AppointmentInfo": INFO,
    "ScheduledDateTime": "2026-03-11T16:50:00.000Z",
    "LastUpdated": "2026-03-11T16:50:00.000Z",
    "CancelDateTime": null,
    "CancelReason": null,
});
