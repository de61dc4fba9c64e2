//! `PatientSearch`: who is this, and where else is the person known.

use super::fragment::{
    CONTACTS, DEMOGRAPHICS, FACILITY_ADDRESS, GUARANTOR, IDENTIFIERS, INSURANCES, PATIENT, PATIENT_KEY, PCP,
};
use crate::message::{DataModel, Event, Json, json::json};

pub(super) static PATIENT_SEARCH: DataModel = DataModel::new(
    "PatientSearch",
    &[
        Event::redox("Query", json!({ "Patient": { "Demographics": DEMOGRAPHICS, "Notes": [] } })),
        Event::redox("Response", json!({ "Patient": MATCH, "PotentialMatches": [] })),
        Event::redox("LocationQuery", json!({ "Patient": PATIENT_KEY })),
        Event::redox("LocationQueryResponse", json!({ "Patients": [KNOWN_AT] })),
    ],
);

const MATCH: Json =
    json!({ ..PATIENT, "Contacts": CONTACTS, "Guarantor": GUARANTOR, "Insurances": INSURANCES, "PCP": PCP });

const KNOWN_AT: Json = json!({
    "Identifiers": IDENTIFIERS,
    "Organization": {
        "Identifiers": [{ "ID": "2.16.840.1.113883.19.5", "IDType": "OID" }],
        "Name": "Exampleton General Hospital",
        "Aliases": ["Exampleton General"],
        "Address": FACILITY_ADDRESS,
        "Contacts": [{
            "Purpose": "Patient",
            "Name": "Medical Records",
            "PhoneNumber": { "Home": null, "Mobile": null, "Work": "+16085550102" },
            "EmailAddresses": ["records@hospital.example.org"],
        }],
    },
});
