//! `Organization`: entries of an organization directory.

use super::fragment::FACILITY_ADDRESS;
use crate::message::{DataModel, Event, Json, json::json};

pub(super) static ORGANIZATION: DataModel = DataModel::new(
    "Organization",
    &[
        Event::redox("New", json!({ "Directory": "Carequality", "Organizations": [HOSPITAL] })),
        Event::redox(
            "Update",
            json!({ "Directory": "Carequality", "Action": "Update", "Organizations": [HOSPITAL] }),
        ),
        Event::redox("Query", QUERY),
        Event::redox("QueryResponse", ANSWER),
    ],
);

const ENTRY: Json = json!({
    "Identifiers": [{ "ID": "2.16.840.1.113883.19.5", "IDType": "OID" }],
    "Name": "Exampleton General Hospital",
    "Aliases": ["Exampleton General"],
    "Active": true,
    "Type": { "System": "http://terminology.hl7.org/CodeSystem/organization-type", "Value": "prov" },
    "Address": FACILITY_ADDRESS,
    "PartOf": {
        "Identifier": {
            "Type": "OID",
            "System": "urn:ietf:rfc:3986",
            "Value": "urn:oid:2.16.840.1.113883.19",
        },
    },
    "Contacts": [{
        "Purpose": "Technical",
        "Name": "Integration Desk",
        "PhoneNumber": { "Home": null, "Mobile": null, "Work": "+16085550101" },
        "EmailAddresses": ["integration@hospital.example.org"],
    }],
});

const HOSPITAL: Json = json!({
    ..ENTRY,
    "DestinationID": null,
    "Endpoints": [{
        "Name": "Patient discovery",
        "Address": "https://gateway.hospital.example.org/xcpd",
        "MIMEType": "application/soap+xml",
        "Identifiers": [{
            "Type": "HCID",
            "System": "urn:ietf:rfc:3986",
            "Value": "urn:oid:2.16.840.1.113883.19.5.1",
        }],
        "ConnectionType": {
            "System": "http://terminology.hl7.org/CodeSystem/endpoint-connection-type",
            "Value": "ihe-xcpd",
        },
        "Attributes": {
            "Transaction": "XCPD ITI-55",
            "Actor": { "System": "IHE", "Value": "Responding Gateway" },
            "PurposeOfUse": [{
                "System": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
                "Value": "TREAT",
            }],
            "Roles": [],
            "UseCases": [],
            "Version": { "System": "IHE", "Value": "1.0" },
        },
    }],
});

const QUERY: Json = json!({
    "Directory": "Carequality",
    "Identifier": { "ID": "2.16.840.1.113883.19.5", "IDType": "OID" },
    "NameSearch": { "Value": "Exampleton", "SearchType": "Contains" },
    "RadiusSearch": { "ZipCode": "53703", "Radius": "25" },
    "State": "WI",
    "Active": true,
    "LastUpdated": "2026-01-01T00:00:00.000Z",
    "Index": "0",
    "Limit": "10",
});

const ANSWER: Json = json!({
    "Directory": "Carequality",
    "Organizations": [{ ..ENTRY, "ManagingOrg": "Sample Health Network" }],
    "Paging": { "Index": (0), "Count": (1) },
});
