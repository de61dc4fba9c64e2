//! `SSO`: a user opens an application out of the record.

use super::fragment::{ADDRESS, IDENTIFIERS, PLACE};
use crate::message::{DataModel, Event, Json, json::json};

pub(super) static SSO: DataModel = DataModel::new("SSO", &[Event::redox("Sign-on", SIGN_ON)]);

const SIGN_ON: Json = json!({
    "Subject": "ohale",
    "UserId": "ohale",
    "IssuedAt": "2026-03-09T14:30:00.000Z",
    "Expiration": "2026-03-09T14:35:00.000Z",
    "Name": "Owen Hale",
    "FirstName": "Owen",
    "MiddleName": null,
    "LastName": "Hale",
    "EmailAddress": "owen.hale@example.org",
    "PhoneNumber": { "Office": "+16085550110" },
    "NPI": "9910001012",
    "ProviderSpecialty": "Internal Medicine",
    "Locale": "en-US",
    "TimeZone": "America/Chicago",
    "Patient": {
        "Identifiers": IDENTIFIERS,
        "Demographics": {
            "FirstName": "Mara",
            "MiddleName": "Elise",
            "LastName": "Quill",
            "DOB": "1984-07-12",
            "Sex": "Female",
            "Address": ADDRESS,
            "PhoneNumber": { "Home": "+16085550142", "Office": null, "Mobile": "+16085550143" },
        },
    },
    "Visit": { "VisitNumber": "V-1204417", "Location": PLACE },
    "Order": { "ID": "O-448192" },
});
