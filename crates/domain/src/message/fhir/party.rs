//! Who and where: patient, practitioners, organizations, locations, and the encounter that joins them.
//! Made up, as everywhere; the NPIs pass the check digit but start with 9, as none that is issued.

use super::id;
use crate::message::{Json, Resource, ResourceId, json::json};

const HOSPITAL_ID: ResourceId = id::HOSPITAL;
const PATIENT_ID: ResourceId = id::PATIENT;
const ATTENDING_ID: ResourceId = id::ATTENDING;
const WARD_ID: ResourceId = id::WARD;

pub(super) const MEDICAL_RECORD_NUMBER: Json = json!({
    "use": "usual",
    "type": {
        "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/v2-0203",
            "code": "MR",
            "display": "Medical record number",
        }],
    },
    "system": "https://hospital.example.org/patients",
    "value": "0000090001",
});

pub(super) const PATIENT_BODY: Json = json!({
    "identifier": [MEDICAL_RECORD_NUMBER],
    "active": true,
    "name": [{ "use": "official", "family": "Quill", "given": ["Mara", "Elise"] }],
    "telecom": [
        { "system": "phone", "value": "+1-608-555-0142", "use": "home" },
        { "system": "email", "value": "mara.quill@example.org" },
    ],
    "gender": "female",
    "birthDate": "1984-07-12",
    "deceasedBoolean": false,
    "address": [{
        "use": "home",
        "line": ["12 Sample Street"],
        "city": "Exampleton",
        "state": "WI",
        "postalCode": "53703",
        "country": "US",
    }],
    "maritalStatus": {
        "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus",
            "code": "M",
            "display": "Married",
        }],
    },
    "communication": [{
        "language": { "coding": [{ "system": "urn:ietf:bcp:47", "code": "en", "display": "English" }] },
        "preferred": true,
    }],
    "managingOrganization": (to HOSPITAL_ID),
});

pub(super) const PATIENT: Resource = Resource { kind: "Patient", id: PATIENT_ID, body: PATIENT_BODY };

const ATTENDING_BODY: Json = json!({
    "identifier": [{ "system": "http://hl7.org/fhir/sid/us-npi", "value": "9910001012" }],
    "active": true,
    "name": [{ "family": "Hale", "given": ["Owen"], "suffix": ["MD"] }],
    "telecom": [{ "system": "phone", "value": "+1-608-555-0110", "use": "work" }],
});

pub(super) const ATTENDING: Resource =
    Resource { kind: "Practitioner", id: ATTENDING_ID, body: ATTENDING_BODY };

pub(super) const SURGEON: Resource = Resource {
    kind: "Practitioner",
    id: id::SURGEON,
    body: json!({
        ..ATTENDING_BODY,
        "identifier": [{ "system": "http://hl7.org/fhir/sid/us-npi", "value": "9910001020" }],
        "name": [{ "family": "Nandan", "given": ["Priya"], "suffix": ["MD"] }],
        "telecom": [{ "system": "phone", "value": "+1-608-555-0111", "use": "work" }],
    }),
};

const HOSPITAL_BODY: Json = json!({
    "identifier": [{ "system": "http://hl7.org/fhir/sid/us-npi", "value": "9910001046" }],
    "active": true,
    "type": [{
        "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/organization-type",
            "code": "prov",
            "display": "Healthcare Provider",
        }],
    }],
    "name": "Exampleton General Hospital",
    "telecom": [{ "system": "phone", "value": "+1-608-555-0100", "use": "work" }],
    "address": [{
        "use": "work",
        "line": ["400 Placeholder Avenue"],
        "city": "Exampleton",
        "state": "WI",
        "postalCode": "53703",
        "country": "US",
    }],
});

pub(super) const HOSPITAL: Resource = Resource { kind: "Organization", id: HOSPITAL_ID, body: HOSPITAL_BODY };

pub(super) const PAYER: Resource = Resource {
    kind: "Organization",
    id: id::PAYER,
    body: json!({
        ..HOSPITAL_BODY,
        "identifier": [{ "system": "https://payer.example.org/ids", "value": "60054" }],
        "type": [{
            "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/organization-type",
                "code": "pay",
                "display": "Payer",
            }],
        }],
        "name": "Example Mutual Health",
        "telecom": [{ "system": "phone", "value": "+1-608-555-0120", "use": "work" }],
    }),
};

const WARD_BODY: Json = json!({
    "identifier": [{ "system": "https://hospital.example.org/departments", "value": "3N" }],
    "status": "active",
    "name": "3N Medicine, room 312, bed A",
    "mode": "instance",
    "physicalType": {
        "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/location-physical-type",
            "code": "bd",
            "display": "Bed",
        }],
    },
    "managingOrganization": (to HOSPITAL_ID),
});

pub(super) const WARD: Resource = Resource { kind: "Location", id: WARD_ID, body: WARD_BODY };

pub(super) const INTENSIVE_CARE: Resource = Resource {
    kind: "Location",
    id: id::INTENSIVE_CARE,
    body: json!({
        ..WARD_BODY,
        "identifier": [{ "system": "https://hospital.example.org/departments", "value": "ICU" }],
        "name": "Intensive Care Unit, room 7, bed 1",
    }),
};

/// A stay under way.
pub(super) const ENCOUNTER_BODY: Json = json!({
    "identifier": [{ "system": "https://hospital.example.org/visits", "value": "V-1204417" }],
    "status": "in-progress",
    "class": {
        "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
        "code": "IMP",
        "display": "inpatient encounter",
    },
    "subject": (to PATIENT_ID),
    "participant": [{
        "type": [{
            "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
                "code": "ATND",
                "display": "attender",
            }],
        }],
        "individual": (to ATTENDING_ID),
    }],
    "period": { "start": "2026-03-09T14:20:00Z" },
    "reasonCode": [{
        "coding": [{ "system": "http://snomed.info/sct", "code": "21522001", "display": "Abdominal pain" }],
    }],
    "location": [{ "location": (to WARD_ID), "status": "active" }],
    "serviceProvider": (to HOSPITAL_ID),
});

pub(super) const ENCOUNTER: Resource =
    Resource { kind: "Encounter", id: id::ENCOUNTER, body: ENCOUNTER_BODY };

/// What a stay refers to.
pub(super) const AROUND_STAY: &[Resource] = &[PATIENT, ATTENDING, HOSPITAL, WARD];

/// A stay and what it refers to: the context of most notifications.
pub(super) const STAY: &[Resource] = &[ENCOUNTER, PATIENT, ATTENDING, HOSPITAL, WARD];
