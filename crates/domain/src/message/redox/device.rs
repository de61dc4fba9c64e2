//! `Device`: readings a device sends.

use super::fragment::{CONTACTS, PATIENT, VISIT_AT_WARD};
use crate::message::{DataModel, Event, Json, json::json};

pub(super) static DEVICE: DataModel = DataModel::new("Device", &[Event::redox("New", READINGS)]);

const READINGS: Json = json!({
    "Patient": { ..PATIENT, "Contacts": CONTACTS },
    "Visit": VISIT_AT_WARD,
    "Device": { "ID": "WAY-SCALE-00017" },
    "Observations": [
        {
            "Code": "8867-4",
            "Value": "72",
            "ValueType": "Numeric",
            "Units": "/min",
            "DateTime": "2026-03-09T18:00:00.000Z",
        },
        {
            "Code": "59408-5",
            "Value": "98",
            "ValueType": "Numeric",
            "Units": "%",
            "DateTime": "2026-03-09T18:00:00.000Z",
        },
    ],
});
