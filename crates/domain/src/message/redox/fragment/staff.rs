//! Providers and places. Made-up people; the NPIs pass the check digit but start with 9, which no
//! issued number does.

use crate::message::{Json, json::json};

pub(in crate::message::redox) const FACILITY_ADDRESS: Json = json!({
    "StreetAddress": "400 Placeholder Avenue",
    "City": "Exampleton",
    "State": "WI",
    "ZIP": "53703",
    "County": "Dane",
    "Country": "US",
});

/// A department, without a bed.
pub(in crate::message::redox) const PLACE: Json = json!({
    "Type": "Inpatient",
    "Facility": "Exampleton General Hospital",
    "FacilityIdentifiers": [{ "ID": "2.16.840.1.113883.19.5", "IDType": "OID" }],
    "Department": "3N Medicine",
    "DepartmentIdentifiers": [{ "ID": "3N", "IDType": "EHR Department ID" }],
    "Room": "312",
});

/// The bed a patient lies in.
pub(in crate::message::redox) const WARD: Json = json!({ ..PLACE, "Bed": "A" });

pub(in crate::message::redox) const WARD_AND_ADDRESS: Json = json!({ ..WARD, "Address": FACILITY_ADDRESS });

pub(in crate::message::redox) const ATTENDING: Json = json!({
    "ID": "9910001012",
    "IDType": "NPI",
    "FirstName": "Owen",
    "LastName": "Hale",
    "Credentials": ["MD"],
    "Address": FACILITY_ADDRESS,
    "EmailAddresses": ["owen.hale@example.org"],
    "PhoneNumber": { "Office": "+16085550110" },
    "Location": PLACE,
});

pub(in crate::message::redox) const ORDERING: Json = json!({ ..ATTENDING, "NPI": "9910001012" });

pub(in crate::message::redox) const SURGEON: Json = json!({
    ..ATTENDING,
    "ID": "9910001020",
    "FirstName": "Priya",
    "LastName": "Nandan",
    "EmailAddresses": ["priya.nandan@example.org"],
    "PhoneNumber": { "Office": "+16085550111" },
});

/// The family doctor, as the one who sent the patient.
pub(in crate::message::redox) const REFERRING: Json = json!({
    ..ATTENDING,
    "ID": "9910001038",
    "FirstName": "Lena",
    "LastName": "Ostrow",
    "EmailAddresses": ["lena.ostrow@example.org"],
    "PhoneNumber": { "Office": "+16085550112" },
});

pub(in crate::message::redox) const PCP: Json = json!({ ..REFERRING, "NPI": "9910001038" });
