//! `Vaccination`: doses given, and what a registry knows of them.

use super::fragment::{ATTENDING, CONTACTS, ORDERING, PATIENT, PCP, PLACE, VISIT_ACCOUNT};
use crate::message::{DataModel, Event, Json, json::json};

pub(super) static VACCINATION: DataModel = DataModel::new(
    "Vaccination",
    &[
        Event::redox("New", json!({ ..GIVEN, "Vaccinations": [DOSE] })),
        Event::redox("Administration", json!({ ..GIVEN, "Vaccinations": [{ ..DOSE, "Action": "Add" }] })),
        Event::redox("PatientQuery", json!({ "Patient": PATIENT })),
        Event::redox("PatientQueryResponse", json!({ "Patient": REGISTERED, "PotentialMatches": [] })),
    ],
);

const GIVEN: Json = json!({
    "Patient": {
        ..PATIENT,
        "Contacts": CONTACTS,
        "Consent": {
            "Status": "Yes",
            "Notification": "Reminder/recall - any method",
            "EffectiveDate": "2026-01-05",
        },
    },
    "Visit": VISIT_ACCOUNT,
});

const DOSE: Json = json!({
    "DateTime": "2026-03-11T15:00:00.000Z",
    "Notes": [],
    "Product": {
        "Code": "115",
        "Codeset": "CVX",
        "Description": "Tdap",
        "Manufacturer": { "Code": "SKB", "Codeset": "MVX", "Name": "GlaxoSmithKline" },
        "LotNumber": "TD-26-031",
        "ExpirationDate": "2027-08-31",
    },
    "Dose": { "Quantity": "0.5", "Units": "mL" },
    "Route": { "Code": "C28161", "Codeset": "NCI Thesaurus", "Name": "Intramuscular" },
    "Site": { "Code": "LD", "Codeset": "HL70163", "Name": "Left deltoid" },
    "RefusalReason": null,
    "Provider": ATTENDING,
    "Location": PLACE,
    "Order": { "ID": "O-448195", "EHRID": "VAX-2207", "Provider": ORDERING },
    "ClinicalInfo": [{
        "Code": "64994-7",
        "Codeset": "LOINC",
        "Description": "Vaccine funding program eligibility category",
        "Value": "V01",
        "ValueType": "Coded Entry",
        "Units": null,
        "CompletionDateTime": "2026-03-11T15:00:00.000Z",
        "RelatedGroupID": "1",
        "Notes": [],
    }],
});

const REGISTERED: Json = json!({ ..PATIENT, "Contacts": CONTACTS, "PCP": PCP, "Vaccinations": [DOSE] });
