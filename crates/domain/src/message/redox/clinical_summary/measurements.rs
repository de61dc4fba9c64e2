//! Sections on what was measured: laboratory results, vital signs, functional status.

use super::coded::{
    AMBULATION, BLOOD_SPECIMEN, DIASTOLIC, GLUCOSE, INDEPENDENT, LEFT_ARM, METABOLIC_PANEL, PULSE, SYSTOLIC,
};
use crate::message::redox::fragment::FACILITY_ADDRESS;
use crate::message::{Json, json::json};

pub(super) const RESULTS: Json = json!([{
    ..METABOLIC_PANEL,
    "Status": "Final",
    "Producer": {
        "ID": "52D0000001",
        "IDType": "CLIA",
        "Name": "Exampleton General Laboratory",
        "Address": FACILITY_ADDRESS,
    },
    "Specimen": {
        "Identifiers": ["SP-5501"],
        "Source": BLOOD_SPECIMEN,
        "TargetSite": LEFT_ARM,
        "CollectionDateTime": "2026-03-09T15:30:00.000Z",
    },
    "Observations": [{
        ..GLUCOSE,
        "Status": "Final",
        "DateTime": "2026-03-09T17:05:00.000Z",
        "Value": "187",
        "ValueType": "Numeric",
        "Units": "mg/dL",
        "Interpretation": "High",
        "ReferenceRange": { "Low": "70", "High": "99", "Text": null },
        "Comments": [],
    }],
}]);

pub(super) const VITAL_SIGNS: Json = json!([{
    "DateTime": "2026-03-09T18:00:00.000Z",
    "Observations": [
        {
            ..SYSTOLIC,
            "Status": "Completed",
            "DateTime": "2026-03-09T18:00:00.000Z",
            "Value": "142",
            "Units": "mm[Hg]",
            "Interpretation": "High",
            "Comments": [],
        },
        {
            ..DIASTOLIC,
            "Status": "Completed",
            "DateTime": "2026-03-09T18:00:00.000Z",
            "Value": "84",
            "Units": "mm[Hg]",
            "Interpretation": "Normal",
            "Comments": [],
        },
        {
            ..PULSE,
            "Status": "Completed",
            "DateTime": "2026-03-09T18:00:00.000Z",
            "Value": "72",
            "Units": "/min",
            "Interpretation": "Normal",
            "Comments": [],
        },
    ],
}]);

pub(super) const FUNCTIONAL_STATUS: Json = json!({
    "Observations": [{
        ..AMBULATION,
        "CodedValue": INDEPENDENT,
        "Value": null,
        "Units": null,
        "DateTime": "2026-03-11T10:00:00.000Z",
        "ReferenceRange": { "Low": null, "High": null, "Text": null },
        "Comments": [],
    }],
    "Supplies": [],
});
