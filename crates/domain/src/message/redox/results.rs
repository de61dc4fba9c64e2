//! `Results`: what the laboratory found.

use super::fragment::{
    ATTENDING, CONTACTS, FACILITY_ADDRESS, ORDERING, PATIENT, PATIENT_KEY, PATIENT_KEYS, PCP,
    PROCEDURE_PANEL, VISIT_ATTENDED, VISIT_KEY,
};
use crate::message::{DataModel, Event, Json, json::json};

pub(super) static RESULTS: DataModel = DataModel::new(
    "Results",
    &[
        Event::redox("New", json!({ ..ABOUT, "Orders": [ORDER] })),
        Event::redox("NewUnsolicited", json!({ ..ABOUT, "Orders": [UNSOLICITED] })),
        Event::redox("Query", QUERY),
        Event::redox("QueryResponse", json!({ "Orders": [FOUND] })),
    ],
);

const ABOUT: Json = json!({ "Patient": { ..PATIENT, "Contacts": CONTACTS }, "Visit": VISIT_ATTENDED });

const ORDER: Json = json!({
    "ID": "O-448192",
    "ApplicationOrderID": "A-10021",
    "TransactionDateTime": "2026-03-09T15:10:00.000Z",
    "CollectionDateTime": "2026-03-09T15:30:00.000Z",
    "CompletionDateTime": "2026-03-09T17:05:00.000Z",
    "Notes": [],
    "ResultsStatus": "Final",
    "Procedure": PROCEDURE_PANEL,
    "Provider": ORDERING,
    "ResultCopyProviders": [ATTENDING],
    "Status": "Resulted",
    "ResponseFlag": "Associated Segments",
    "Priority": "Stat",
    "Results": [GLUCOSE, CREATININE],
});

/// Results nobody ordered have no order id of the ordering system.
const UNSOLICITED: Json = json!({ ..ORDER, "ID": null });

const RESULT: Json = json!({
    "Codeset": "LOINC",
    "ValueType": "Numeric",
    "FileType": null,
    "Units": "mg/dL",
    "Notes": [],
    "Status": "Final",
    "CompletionDateTime": "2026-03-09T17:05:00.000Z",
    "Specimen": { "Source": "Blood", "BodySite": "Left arm", "ID": "SP-5501" },
    "RelatedGroupID": null,
    "Producer": {
        "ID": "52D0000001",
        "IDType": "CLIA",
        "Name": "Exampleton General Laboratory",
        "Address": FACILITY_ADDRESS,
    },
    "Performer": ATTENDING,
    "PrimaryResultsInterpreter": PCP,
    "ObservationMethod": { "Code": null, "Codeset": null, "Description": null },
});

const GLUCOSE: Json = json!({
    ..RESULT,
    "Code": "2345-7",
    "Description": "Glucose [Mass/volume] in Serum or Plasma",
    "Value": "187",
    "ReferenceRange": { "Low": (70), "High": (99), "Text": null },
    "AbnormalFlag": "High",
});

const CREATININE: Json = json!({
    ..RESULT,
    "Code": "2160-0",
    "Description": "Creatinine [Mass/volume] in Serum or Plasma",
    "Value": "0.9",
    "ReferenceRange": { "Low": (dec 0.5), "High": (dec 1.1), "Text": null },
    "AbnormalFlag": "Normal",
});

const QUERY: Json = json!({
    "Patients": PATIENT_KEYS,
    "OrderIDs": ["O-448192"],
    "Procedures": [{ "Code": "24323-8", "Codeset": "LOINC" }],
    "ResultStatuses": ["Final"],
    "Location": { "Department": "3N Medicine" },
    "Completion": { "StartDateTime": "2026-03-09T00:00:00.000Z", "EndDateTime": "2026-03-10T00:00:00.000Z" },
    "LastUpdated": { "StartDateTime": "2026-03-09T00:00:00.000Z", "EndDateTime": "2026-03-10T00:00:00.000Z" },
});

const FOUND: Json = json!({
    ..ORDER,
    "LastUpdated": "2026-03-09T17:06:00.000Z",
    "Patient": PATIENT_KEY,
    "Visit": VISIT_KEY,
});
