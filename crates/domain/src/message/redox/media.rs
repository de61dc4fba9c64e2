//! `Media`: documents and images as files.

use super::fragment::{ATTENDING, PATIENT, PATIENT_KEY, PATIENT_KEYS, VISIT_KEY, VISIT_NUMBERS, VISIT_STAY};
use crate::message::{DataModel, Event, Json, json::json};

pub(super) static MEDIA: DataModel = DataModel::new(
    "Media",
    &[
        Event::redox("New", json!({ ..DOCUMENT, "Media": FILED })),
        Event::redox("Replace", json!({ ..DOCUMENT, "Media": REPLACEMENT })),
        Event::redox("Delete", DOCUMENT),
        Event::redox("Query", QUERY),
        Event::redox("QueryResponse", json!({ "Media": [FOUND] })),
    ],
);

const FILE: Json = json!({
    "FileType": "TXT",
    "FileName": "abdominal-ultrasound.txt",
    "DocumentType": "Ultrasound report",
    "DocumentID": "DOC-71120",
    "DocumentDescription": "Ultrasound, abdomen, limited",
    "CreationDateTime": "2026-03-09T17:10:00.000Z",
    "ServiceDateTime": "2026-03-09T16:40:00.000Z",
});

const MEDIUM: Json = json!({
    ..FILE,
    "Provider": ATTENDING,
    "Authenticated": "True",
    "Authenticator": ATTENDING,
    "Availability": "Available",
    "Notifications": [ATTENDING],
    "DirectAddressFrom": "records@direct.example.org",
    "DirectAddressTo": "ostrow@direct.example.org",
});

/// Base64 of one plain sentence.
const CONTENTS: Json = json!("R2FsbHN0b25lcywgbm8gc2lnbiBvZiBhY3V0ZSBjaG9sZWN5c3RpdGlzLg==");

const FILED: Json = json!({ ..MEDIUM, "FileContents": CONTENTS });

const REPLACEMENT: Json = json!({ ..FILED, "DocumentID": "DOC-71121", "OriginalDocumentID": "DOC-71120" });

const DOCUMENT: Json = json!({
    "Patient": PATIENT,
    "Visit": VISIT_STAY,
    "Media": MEDIUM,
    "Orders": [{ "ID": "O-448191", "Name": "Ultrasound, abdomen, limited" }],
});

const QUERY: Json = json!({
    "Patients": PATIENT_KEYS,
    "VisitNumbers": VISIT_NUMBERS,
    "DocumentTypes": ["Ultrasound report"],
    "DocumentIDs": ["DOC-71120"],
});

const FOUND: Json = json!({ ..FILE, "FileContents": CONTENTS, "Patient": PATIENT_KEY, "Visit": VISIT_KEY });
