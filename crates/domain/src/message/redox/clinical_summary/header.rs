//! Headers of a summary: which document, of whom, by whom, during which visit.

use super::coded::{CONTINUITY_OF_CARE, DISCHARGE_NOTE, HOSPITAL_STAY, NORMAL};
use crate::message::redox::fragment::{ADDRESS, ATTENDING, FACILITY_ADDRESS, PLACE, REFERRING};
use crate::message::{Json, json::json};

pub(super) const AUTHOR: Json = json!({ ..ATTENDING, "Type": "Person" });

pub(super) const QUERY_HEADER: Json = json!({ "Document": DOCUMENT, "Patient": PATIENT, "PCP": PRIMARY });

pub(super) const PUSH_HEADER: Json = json!({
    ..QUERY_HEADER,
    "Document": { ..DOCUMENT, "Visit": VISIT },
    "DirectAddressFrom": "records@direct.example.org",
    "DirectAddressTo": "ostrow@direct.example.org",
});

pub(super) const VISIT_HEADER: Json = json!({ ..QUERY_HEADER, "Document": VISIT_DOCUMENT });

pub(super) const VISIT_PUSH_HEADER: Json = json!({ ..PUSH_HEADER, "Document": VISIT_DOCUMENT });

const PRIMARY: Json = json!({ ..REFERRING, "Type": "Person" });

pub(super) const HOSPITAL: Json = json!({
    "Identifiers": [{ "ID": "2.16.840.1.113883.19.5", "IDType": "OID" }],
    "Name": "Exampleton General Hospital",
    "Address": FACILITY_ADDRESS,
    "Telecom": [{ "System": "phone", "Use": "work", "Value": "+16085550100" }],
});

const DOCUMENT: Json = json!({
    "ID": "d2c1a9f0-6d53-4d6b-8a3a-52c3a8e00b11",
    "Title": "Continuity of Care Document",
    "Type": "Summarization of Episode Note",
    "TypeCode": CONTINUITY_OF_CARE,
    "DateTime": "2026-03-11T17:00:00.000Z",
    "Locale": "US",
    "Confidentiality": NORMAL,
    "Author": AUTHOR,
    "Custodian": HOSPITAL,
});

const VISIT_DOCUMENT: Json = json!({
    ..DOCUMENT,
    "ID": "d2c1a9f0-6d53-4d6b-8a3a-52c3a8e00b10",
    "Title": "Discharge summary",
    "Type": "Discharge Summary",
    "TypeCode": DISCHARGE_NOTE,
    "Visit": VISIT,
});

const VISIT: Json = json!({
    "VisitNumber": "V-1204417",
    "Type": HOSPITAL_STAY,
    "Reason": "Abdominal pain",
    "StartDateTime": "2026-03-09T14:20:00.000Z",
    "EndDateTime": "2026-03-11T16:45:00.000Z",
    "Location": PLACE,
});

const PATIENT: Json = json!({
    "Identifiers": [{ "ID": "0000090001", "IDType": "2.16.840.1.113883.19.5", "Type": "MR" }],
    "Demographics": {
        "FirstName": "Mara",
        "MiddleName": "Elise",
        "LastName": "Quill",
        "DOB": "1984-07-12",
        "SSN": null,
        "Sex": "Female",
        "Race": "White",
        "RaceCodes": [RACE],
        "Ethnicity": "Not Hispanic or Latino",
        "EthnicGroupCodes": [ETHNICITY],
        "Religion": null,
        "MaritalStatus": "Married",
        "IsDeceased": false,
        "DeathDateTime": null,
        "Language": "en",
        "PhoneNumber": { "Home": "+16085550142", "Mobile": "+16085550143" },
        "EmailAddresses": [{ "Address": "mara.quill@example.org" }],
        "Address": ADDRESS,
    },
    "Organization": HOSPITAL,
});

const RACE: Json = json!({
    "Code": "2106-3",
    "CodeSystem": "2.16.840.1.113883.6.238",
    "CodeSystemName": "Race & Ethnicity - CDC",
    "Name": "White",
});

const ETHNICITY: Json = json!({
    "Code": "2186-5",
    "CodeSystem": "2.16.840.1.113883.6.238",
    "CodeSystemName": "Race & Ethnicity - CDC",
    "Name": "Not Hispanic or Latino",
});
