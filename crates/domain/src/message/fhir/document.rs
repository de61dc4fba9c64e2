//! Documents filed, withdrawn and replaced.

use super::id;
use super::party::{ATTENDING, ENCOUNTER, HOSPITAL, PATIENT, STAY, WARD};
use crate::message::{DataModel, Json, Resource, ResourceId, json::json};

pub(super) static DOCUMENT: DataModel = DataModel::new(
    "FHIR.Event.Document",
    &[
        notification!("document-created", "DocumentCreated", &[CREATED], STAY),
        notification!("document-deleted", "DocumentDeleted", &[DELETED], STAY),
        notification!(
            "document-replaced",
            "DocumentReplaced",
            &[REPLACEMENT],
            &[REPLACED, ENCOUNTER, PATIENT, ATTENDING, HOSPITAL, WARD]
        ),
    ],
);

const ATTENDING_ID: ResourceId = id::ATTENDING;
const BEFORE_ID: ResourceId = id::DOCUMENT_BEFORE;
const ENCOUNTER_ID: ResourceId = id::ENCOUNTER;
const HOSPITAL_ID: ResourceId = id::HOSPITAL;
const PATIENT_ID: ResourceId = id::PATIENT;

/// The attachment is one plain sentence.
const BODY: Json = json!({
    "masterIdentifier": { "system": "https://hospital.example.org/documents", "value": "NOTE-30981" },
    "status": "current",
    "docStatus": "final",
    "type": {
        "coding": [{ "system": "http://loinc.org", "code": "18842-5", "display": "Discharge summary" }],
    },
    "category": [{
        "coding": [{
            "system": "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category",
            "code": "clinical-note",
            "display": "Clinical Note",
        }],
    }],
    "subject": (to PATIENT_ID),
    "date": "2026-03-11T17:00:00Z",
    "author": [(to ATTENDING_ID)],
    "authenticator": (to ATTENDING_ID),
    "custodian": (to HOSPITAL_ID),
    "description": "Discharge summary",
    "content": [{
        "attachment": {
            "contentType": "text/plain",
            "language": "en",
            "data": "RGlzY2hhcmdlZCBob21lIGluIGdvb2QgY29uZGl0aW9uLg==",
            "title": "Discharge summary",
            "creation": "2026-03-11T17:00:00Z",
        },
    }],
    "context": {
        "encounter": [(to ENCOUNTER_ID)],
        "period": { "start": "2026-03-09T14:20:00Z", "end": "2026-03-11T16:45:00Z" },
    },
});

const fn document(id: ResourceId, body: Json) -> Resource {
    Resource { kind: "DocumentReference", id, body }
}

const CREATED: Resource = document(id::DOCUMENT, BODY);

const DELETED: Resource =
    document(id::DOCUMENT, json!({ ..BODY, "status": "entered-in-error", "docStatus": "entered-in-error" }));

const REPLACED: Resource = document(BEFORE_ID, json!({ ..BODY, "status": "superseded" }));

const REPLACEMENT: Resource = document(
    id::DOCUMENT,
    json!({
        ..BODY,
        "masterIdentifier": { "system": "https://hospital.example.org/documents", "value": "NOTE-30982" },
        "docStatus": "amended",
        "date": "2026-03-12T09:30:00Z",
        "relatesTo": [{ "code": "replaces", "target": (to BEFORE_ID) }],
    }),
);
