//! `Inventory`: what the store holds, and what a visit used up.

use super::fragment::{PATIENT, SURGEON, VISIT_KEY};
use crate::message::{DataModel, Event, Json, json::json};

pub(super) static INVENTORY: DataModel = DataModel::new(
    "Inventory",
    &[
        Event::redox("Deplete", json!({ "Patient": PATIENT, "Visit": VISIT_KEY, "Items": [USED] })),
        Event::redox("Update", json!({ "Items": [STOCKED] })),
    ],
);

const ITEM: Json = json!({
    "Identifiers": [{ "ID": "SKU-10442", "IDType": "Item Number" }],
    "Description": "Ligation clip, titanium, medium-large",
    "Type": "Supply",
    "Quantity": (6),
    "Units": "Each",
    "Procedure": { "Code": "47562", "Codeset": "CPT", "Modifier": null },
    "Location": {
        "Facility": "Exampleton General Hospital",
        "Department": "Operating Room",
        "ID": "OR-STORE-1",
        "Bin": "B-14",
    },
    "Vendor": { "ID": "V-301", "Name": "Sample Surgical Supply", "CatalogNumber": "SSS-TC-ML" },
    "Notes": null,
});

const USED: Json = json!({
    ..ITEM,
    "UsedQuantity": (5),
    "WastedQuantity": (1),
    "LotNumber": "L26-0117",
    "SerialNumber": null,
    "OrderingProvider": SURGEON,
});

const STOCKED: Json =
    json!({ ..ITEM, "Status": "Active", "Price": (dec 12.5), "IsChargeable": true, "ContainsLatex": false });
