//! `Provider`: entries of a provider directory.

use super::fragment::FACILITY_ADDRESS;
use crate::message::{DataModel, Event, Json, json::json};

pub(super) static PROVIDER: DataModel = DataModel::new(
    "Provider",
    &[
        Event::redox("New", json!({ "Providers": [ACTIVE] })),
        Event::redox("Update", json!({ "Providers": [ACTIVE] })),
        Event::redox("Activate", json!({ "Providers": [ENTRY] })),
        Event::redox("Deactivate", json!({ "Providers": [ENTRY] })),
        Event::redox("ProviderQuery", QUERY),
        Event::redox("ProviderQueryResponse", json!({ "Providers": [ACTIVE] })),
    ],
);

const IDENTIFIERS: Json = json!([{ "ID": "9910001012", "IDType": "NPI" }]);

const ENTRY: Json = json!({
    "Identifiers": IDENTIFIERS,
    "Demographics": {
        "FirstName": "Owen",
        "MiddleName": null,
        "LastName": "Hale",
        "Sex": "Male",
        "DOB": "1975-11-03",
        "Credentials": ["MD"],
        "Languages": ["en", "es"],
        "EmailAddresses": ["owen.hale@example.org"],
        "PhoneNumber": { "Home": null, "Office": "+16085550110", "Mobile": null },
        "Addresses": [{ ..FACILITY_ADDRESS, "Use": "Work" }],
    },
    "Qualifications": [{
        "Identifiers": [{ "ID": "WI-000417", "IDType": "State license" }],
        "Code": "MD",
        "Codeset": "http://terminology.hl7.org/CodeSystem/v2-0360",
        "Description": "Doctor of Medicine",
        "StartDate": "2004-07-01",
        "EndDate": null,
    }],
    "Roles": [ROLE],
});

const ROLE: Json = json!({
    "Identifiers": [{ "ID": "ROLE-118", "IDType": "Directory ID" }],
    "Organization": {
        "Identifiers": [{ "ID": "2.16.840.1.113883.19.5", "IDType": "OID" }],
        "Name": "Exampleton General Hospital",
        "Type": "Hospital",
        "IsActive": "true",
        "Address": FACILITY_ADDRESS,
    },
    "Locations": [{
        "Identifiers": [{ "ID": "3N", "IDType": "EHR Department ID" }],
        "Name": "3N Medicine",
        "Description": "General medicine ward, third floor north",
        "Status": "Active",
        "Address": FACILITY_ADDRESS,
        "PhoneNumber": { "Office": "+16085550113" },
        "EmailAddresses": [],
    }],
    "Specialties": [{ "Code": "207R00000X", "Codeset": "NUCC", "Description": "Internal Medicine" }],
    "Services": [{
        "Identifiers": [{ "ID": "SVC-12", "IDType": "Directory ID" }],
        "Type": "Hospital medicine",
        "Description": "Inpatient care of adults",
        "PhoneNumber": { "Office": "+16085550113" },
    }],
    "Availability": [{
        "Days": ["Monday", "Tuesday", "Wednesday"],
        "AvailableStartTime": "08:00",
        "AvailableEndTime": "17:00",
    }],
});

const ACTIVE: Json = json!({ ..ENTRY, "IsActive": true });

const QUERY: Json = json!({
    "Provider": {
        "Identifiers": IDENTIFIERS,
        "Demographics": {
            "FirstName": "Owen",
            "MiddleName": null,
            "LastName": "Hale",
            "Address": { "City": "Exampleton", "State": "WI", "ZIP": "53703" },
        },
    },
});
