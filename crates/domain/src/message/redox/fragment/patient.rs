//! The patient: identifiers, demographics, contacts, allergies. A made-up person.

use super::PCP;
use crate::message::{Json, json::json};

pub(in crate::message::redox) const IDENTIFIERS: Json = json!([
    { "ID": "0000090001", "IDType": "MR" },
    { "ID": "e167267c-16c9-4fe3-96ae-9cff5703e90a", "IDType": "EHRID" },
]);

/// What the patient was known by before a merge.
pub(in crate::message::redox) const PREVIOUS_IDENTIFIERS: Json =
    json!([{ "ID": "0000090044", "IDType": "MR" }]);

pub(in crate::message::redox) const ADDRESS: Json = json!({
    "StreetAddress": "12 Sample Street",
    "City": "Exampleton",
    "State": "WI",
    "ZIP": "53703",
    "County": "Dane",
    "Country": "US",
});

pub(in crate::message::redox) const DEMOGRAPHICS: Json = json!({
    "FirstName": "Mara",
    "MiddleName": "Elise",
    "LastName": "Quill",
    "DOB": "1984-07-12",
    "SSN": null,
    "Sex": "Female",
    "Race": "White",
    "IsHispanic": false,
    "Religion": null,
    "MaritalStatus": "Married",
    "IsDeceased": false,
    "DeathDateTime": null,
    "PhoneNumber": { "Home": "+16085550142", "Office": null, "Mobile": "+16085550143" },
    "EmailAddresses": ["mara.quill@example.org"],
    "Language": "en",
    "Citizenship": [],
    "Address": ADDRESS,
});

/// Identifiers only: what a query asks with.
pub(in crate::message::redox) const PATIENT_KEY: Json = json!({ "Identifiers": IDENTIFIERS });

pub(in crate::message::redox) const PATIENT_KEYS: Json = json!([PATIENT_KEY]);

/// The patient most data models carry.
pub(in crate::message::redox) const PATIENT: Json =
    json!({ ..PATIENT_KEY, "Demographics": DEMOGRAPHICS, "Notes": [] });

pub(in crate::message::redox) const CONTACTS: Json = json!([{
    "FirstName": "Jonas",
    "MiddleName": null,
    "LastName": "Quill",
    "Address": ADDRESS,
    "PhoneNumber": { "Home": "+16085550142", "Office": null, "Mobile": "+16085550144" },
    "RelationToPatient": "Spouse",
    "EmailAddresses": ["jonas.quill@example.org"],
    "Roles": ["Emergency Contact"],
}]);

const ALLERGIES: Json = json!([{
    "Code": "70618",
    "Codeset": "RxNorm",
    "Name": "Penicillin",
    "Type": { "Code": "DA", "Codeset": "HL7", "Name": "Drug allergy" },
    "OnsetDateTime": "2009-04-02T00:00:00.000Z",
    "Reaction": [{ "Code": "247472004", "Codeset": "SNOMED CT", "Name": "Hives" }],
    "Severity": { "Code": "6736007", "Codeset": "SNOMED CT", "Name": "Moderate" },
    "Status": "Active",
}]);

/// The patient with everything an administrative system knows of a person.
pub(in crate::message::redox) const KNOWN_PATIENT: Json =
    json!({ ..PATIENT, "Contacts": CONTACTS, "Allergies": ALLERGIES, "PCP": PCP });
