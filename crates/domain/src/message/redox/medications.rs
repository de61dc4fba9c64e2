//! `Medications`: prescriptions, and doses given.

use super::fragment::{
    ATTENDING, DEMOGRAPHICS, FACILITY_ADDRESS, IDENTIFIERS, ORDERING, PATIENT, VISIT_ATTENDED, VISIT_INSURED,
};
use crate::message::{DataModel, Event, Json, json::json};

pub(super) static MEDICATIONS: DataModel = DataModel::new(
    "Medications",
    &[
        Event::redox("New", PRESCRIPTION),
        Event::redox("Update", json!({ ..PRESCRIPTION, "Order": UPDATED })),
        Event::redox("Cancel", json!({ ..PRESCRIPTION, "Order": CANCELLED })),
        Event::redox("Administration", ADMINISTRATION),
    ],
);

const PRESCRIPTION: Json = json!({ "Patient": ALLERGIC_PATIENT, "Order": ORDER, "Visit": VISIT_INSURED });

const ALLERGIC_PATIENT: Json = json!({
    "Identifiers": IDENTIFIERS,
    "Demographics": DEMOGRAPHICS,
    "Allergies": [{
        "Code": "70618",
        "CodeSystem": "2.16.840.1.113883.6.88",
        "CodeSystemName": "RxNorm",
        "Name": "Penicillin",
        "StartDate": "2009-04-02",
        "EndDate": null,
        "Comment": null,
    }],
    "Notes": [],
});

const PRODUCT: Json = json!({
    "Code": "861007",
    "CodeSystem": "2.16.840.1.113883.6.88",
    "CodeSystemName": "RxNorm",
    "Name": "Metformin hydrochloride 500 MG Oral Tablet",
    "AltCodes": [],
});

const ORAL: Json = json!({
    "Code": "C38288",
    "CodeSystem": "2.16.840.1.113883.3.26.1.1",
    "CodeSystemName": "NCI Thesaurus",
    "Name": "Oral",
    "AltCodes": [],
});

const INDICATIONS: Json =
    json!([{ "Code": "E11.9", "Codeset": "ICD-10", "Description": "Type 2 diabetes mellitus" }]);

const MEDICATION: Json = json!({
    "Product": PRODUCT,
    "Dose": { "Quantity": (500), "Units": "mg" },
    "Rate": { "Quantity": null, "Units": null },
    "Route": ORAL,
    "Components": [],
    "StartDate": "2026-03-11",
    "EndDate": "2026-06-09",
    "Frequency": { "Period": (12), "Unit": "h" },
    "IsPRN": false,
    "NumberOfRefillsRemaining": (3),
    "Dispense": { "Amount": (60), "Units": "tablet" },
    "FreeTextSig": "Take one tablet by mouth twice a day with meals",
});

const ORDER: Json = json!({
    "ID": "RX-660021",
    "Notes": [],
    "Medication": MEDICATION,
    "Indications": INDICATIONS,
    "Provider": ORDERING,
    "EnteredBy": ATTENDING,
    "VerifiedBy": ATTENDING,
    "Pharmacy": {
        "Code": "9999901",
        "Codeset": "NCPDP",
        "Description": "Exampleton Pharmacy",
        "Address": FACILITY_ADDRESS,
        "PhoneNumber": { "Office": "+16085550150" },
    },
    "Priority": "Routine",
});

const UPDATED: Json = json!({ ..ORDER, "Notes": ["Refills raised from two to three"] });

const CANCELLED: Json = json!({ ..ORDER, "Notes": ["Stopped: replaced by extended release tablet"] });

const ADMINISTRATION: Json = json!({
    "Patient": PATIENT,
    "Visit": VISIT_ATTENDED,
    "Administrations": [{
        "Status": "Complete",
        "StartDate": "2026-03-10T18:00:00.000Z",
        "EndDate": "2026-03-10T18:01:00.000Z",
        "Medication": {
            "Product": PRODUCT,
            "Dose": { "Quantity": (500), "Units": "mg" },
            "Rate": { "Quantity": null, "Units": null },
            "Route": ORAL,
            "Components": [],
            "Order": { "ID": "RX-660021" },
            "LotNumber": "MF-2611",
            "Indications": INDICATIONS,
        },
        "AdministeringProvider": ORDERING,
        "OrderedBy": ATTENDING,
        "VerifiedBy": ATTENDING,
    }],
});
