//! `Notes`: what clinicians write.

use super::fragment::{
    ATTENDING, PATIENT, PATIENT_KEY, PATIENT_KEYS, VISIT_CLASSED, VISIT_KEY, VISIT_NUMBERS,
};
use crate::message::{DataModel, Event, Json, json::json};

pub(super) static NOTES: DataModel = DataModel::new(
    "Notes",
    &[
        Event::redox("New", json!({ ..ABOUT_NOTE, "Note": WRITTEN })),
        Event::redox("Replace", json!({ ..ABOUT_NOTE, "Note": REPLACEMENT })),
        Event::redox("Delete", ABOUT_NOTE),
        Event::redox("Query", QUERY),
        Event::redox("QueryResponse", json!({ "Notes": [FOUND] })),
    ],
);

const TEXT: Json = json!({
    "ContentType": "Plain Text",
    "FileName": "progress-note.txt",
    "DocumentType": "Progress note",
    "DocumentID": "NOTE-30981",
    "ServiceDateTime": "2026-03-10T15:00:00.000Z",
    "DocumentationDateTime": "2026-03-10T15:20:00.000Z",
});

const NOTE: Json = json!({
    ..TEXT,
    "DocumentDescription": "Progress note, postoperative day 0",
    "FileType": "TXT",
    "Provider": ATTENDING,
    "Authenticator": ATTENDING,
    "Availability": "Available",
    "Status": "Signed",
    "Notifications": [ATTENDING],
    "Components": [{ "ID": "PLAN", "Name": "Plan", "Value": "Advance diet, walk today", "Comments": null }],
});

const CONTENTS: Json =
    json!("Resting comfortably after laparoscopic cholecystectomy. Pain 2 of 10. No fever.");

const WRITTEN: Json = json!({ ..NOTE, "FileContents": CONTENTS });

const REPLACEMENT: Json = json!({
    ..NOTE,
    "FileContents": "Resting comfortably after laparoscopic cholecystectomy. Pain 2 of 10. No fever, 37.1 C.",
    "DocumentID": "NOTE-30982",
    "OriginalDocumentID": "NOTE-30981",
});

const ABOUT_NOTE: Json = json!({
    "Patient": PATIENT,
    "Visit": VISIT_CLASSED,
    "Note": NOTE,
    "Orders": [{ "ID": "O-448190", "Name": "Laparoscopic cholecystectomy" }],
});

const QUERY: Json = json!({
    "Patients": PATIENT_KEYS,
    "VisitNumbers": VISIT_NUMBERS,
    "DocumentTypes": ["Progress note"],
    "DocumentIDs": ["NOTE-30981"],
});

const FOUND: Json = json!({ ..TEXT, "FileContents": CONTENTS, "Patient": PATIENT_KEY, "Visit": VISIT_KEY });
