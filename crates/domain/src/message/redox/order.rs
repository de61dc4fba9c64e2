//! `Order`: requests for laboratory tests and other procedures.

use super::fragment::{
    ATTENDING, DIAGNOSES, FACILITY_ADDRESS, ORDERING, PATIENT, PATIENT_KEY, PATIENT_KEYS, PCP,
    PROCEDURE_PANEL, VISIT_GUARANTEED, VISIT_KEY, VISIT_NUMBERS,
};
use crate::message::{DataModel, Event, Json, json::json};

pub(super) static ORDER: DataModel = DataModel::new(
    "Order",
    &[
        Event::redox("New", PLACED),
        Event::redox("Update", json!({ ..PLACED, "Order": UPDATED })),
        Event::redox("Cancel", json!({ ..PLACED, "Order": CANCELLED })),
        Event::redox("GroupedOrders", GROUPED),
        Event::redox("Query", QUERY),
        Event::redox("QueryResponse", json!({ "Orders": [FOUND] })),
    ],
);

const PLACED: Json = json!({ "Patient": PATIENT, "Order": NEW, "Visit": VISIT_GUARANTEED });

const REQUESTED: Json = json!({
    "ID": "O-448192",
    "ApplicationOrderID": "A-10021",
    "TransactionDateTime": "2026-03-09T15:10:00.000Z",
    "CollectionDateTime": "2026-03-09T15:30:00.000Z",
    "Specimen": { "Source": "Blood", "BodySite": "Left arm", "ID": "SP-5501" },
    "Procedure": PROCEDURE_PANEL,
    "Provider": ORDERING,
    "OrderingFacility": {
        "Name": "Exampleton General Hospital",
        "Address": FACILITY_ADDRESS,
        "PhoneNumber": "+16085550100",
    },
    "Priority": "Stat",
    "Comments": "Fasting since midnight",
    "Notes": [],
    "Diagnoses": DIAGNOSES,
    "ClinicalInfo": [{
        "Code": "49541-6",
        "Codeset": "LOINC",
        "Description": "Fasting status - Reported",
        "Value": "Yes",
        "Units": null,
        "Abbreviation": null,
        "Notes": [],
    }],
    "Status": "New",
});

const NEW: Json =
    json!({ ..REQUESTED, "ResultCopyProviders": [ATTENDING], "Expiration": "2026-04-09T00:00:00.000Z" });

const UPDATED: Json = json!({ ..NEW, "Status": "Update", "Priority": "Routine" });

const CANCELLED: Json = json!({ ..NEW, "Status": "Cancel", "Comments": "Duplicate of O-448188" });

const GROUPED_ORDER: Json = json!({ ..REQUESTED, "ResultCopyProviders": [PCP] });

const SECOND_ORDER: Json = json!({
    ..GROUPED_ORDER,
    "ID": "O-448193",
    "ApplicationOrderID": "A-10022",
    "Procedure": {
        "Code": "58410-2",
        "Codeset": "LOINC",
        "Description": "CBC panel - Blood by Automated count",
    },
});

const GROUPED: Json =
    json!({ "Patient": PATIENT, "Orders": [GROUPED_ORDER, SECOND_ORDER], "Visit": VISIT_GUARANTEED });

const QUERY: Json = json!({
    "Patients": PATIENT_KEYS,
    "VisitNumbers": VISIT_NUMBERS,
    "OrderIDs": ["O-448192"],
    "Procedures": [{ "Code": "24323-8", "Codeset": "LOINC" }],
    "StartDateTime": "2026-03-09T00:00:00.000Z",
    "EndDateTime": "2026-03-10T00:00:00.000Z",
});

const FOUND: Json = json!({ ..GROUPED_ORDER, "Patient": PATIENT_KEY, "Visit": VISIT_KEY });
