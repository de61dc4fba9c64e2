//! `Financial`: charges, and what changes on the account.

use super::fragment::{
    ATTENDING, DIAGNOSES, GUARANTOR, INSURANCES, PATIENT, SURGEON, VISIT_CLASSED, VISIT_GUARANTEED,
    WARD_AND_ADDRESS,
};
use crate::message::{DataModel, Event, Json, json::json};

pub(super) static FINANCIAL: DataModel = DataModel::new(
    "Financial",
    &[
        Event::redox("AccountUpdate", json!({ "Patient": PATIENT, "Visit": ACCOUNT })),
        Event::redox(
            "Transaction",
            json!({ "Patient": PATIENT, "Visit": CHARGED, "Transactions": [CHARGE] }),
        ),
    ],
);

const ACCOUNT: Json = json!({
    ..VISIT_GUARANTEED,
    "Location": WARD_AND_ADDRESS,
    "Balance": (dec 1250.5),
    "DischargeDateTime": null,
    "Diagnoses": DIAGNOSES,
    "DiagnosisRelatedGroup": (419),
    "DiagnosisRelatedGroupType": (2),
    "Procedures": [{
        "Code": "47562",
        "Codeset": "CPT",
        "Description": "Laparoscopic cholecystectomy",
        "PerformedDateTime": "2026-03-10T08:30:00.000Z",
        "Performers": [SURGEON],
    }],
});

const CHARGED: Json = json!({ ..VISIT_CLASSED, "Guarantor": GUARANTOR, "Insurances": INSURANCES });

const CHARGE: Json = json!({
    "ID": "CHG-90021",
    "Type": "Charge",
    "DateTimeOfService": "2026-03-10T08:30:00.000Z",
    "EndDateTime": "2026-03-10T09:40:00.000Z",
    "Chargeable": {
        "Code": "3600047",
        "Codeset": "Charge Description Master",
        "Description": "OR service, laparoscopic cholecystectomy",
        "Quantity": "1",
        "Amount": (dec 3120.75),
    },
    "Department": { "Code": "OR", "Codeset": "EHR Department ID", "Name": "Operating Room" },
    "Diagnoses": DIAGNOSES,
    "Performers": [SURGEON],
    "OrderingProviders": [ATTENDING],
    "Procedure": {
        "Code": "47562",
        "Codeset": "CPT",
        "Description": "Laparoscopic cholecystectomy",
        "Modifiers": [],
    },
    "NDC": { "Code": null, "Description": null },
    "OrderID": "O-448190",
});
