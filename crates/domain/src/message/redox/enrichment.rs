//! `Enrichment`: free text to coded concepts, and local codes to standard ones.

use crate::message::{DataModel, Event, Json, json::json};

pub(super) static ENRICHMENT: DataModel = DataModel::new(
    "Enrichment",
    &[
        Event::redox("NaturalLanguageProcessingQuery", TEXT_QUERY),
        Event::redox("NaturalLanguageProcessingQueryResponse", TEXT_ANSWER),
        Event::redox("NormalizationQuery", json!({ "Entries": [SUBMITTED] })),
        Event::redox("NormalizationQueryResponse", json!({ "Entries": [NORMALIZED] })),
    ],
);

const TEXT_QUERY: Json = json!({
    "Task": { "ID": null },
    "Text": { "Contents": "Known type 2 diabetes, well controlled on metformin." },
});

const TEXT_ANSWER: Json = json!({
    "Transaction": {
        "ID": "5a4a0df6-58a2-4a4b-9c19-2a7f0a0a1c11",
        "VendorID": "vendor-000481",
        "Task": { "ID": "task-000481", "Status": "Complete", "Message": null },
    },
    "Entries": [{
        "Text": { "Contents": "type 2 diabetes", "Position": { "BeginOffset": (6), "EndOffset": (21) } },
        "Category": { "Name": "Problem", "CertaintyScore": (dec 0.98) },
        "Concept": {
            "Code": "44054006",
            "Codeset": "SNOMED CT",
            "Description": "Diabetes mellitus type 2",
            "CertaintyScore": (dec 0.97),
        },
    }],
});

const SUBMITTED: Json = json!({
    "EntryID": "1",
    "Category": "Problem",
    "Code": "DM2",
    "Codeset": "Local",
    "Description": "Diabetes type II",
});

const NORMALIZED: Json = json!({
    "Transaction": { "ID": "5a4a0df6-58a2-4a4b-9c19-2a7f0a0a1c12", "VendorID": "vendor-000482" },
    "Status": "Success",
    "Category": "Problem",
    "Submitted": SUBMITTED,
    "Error": { "Code": null, "Message": null },
    "Normalization": [{
        "LexicalReference": {
            "Code": "DM2",
            "Name": "Diabetes type II",
            "DefaultCode": "44054006",
            "DefaultName": "Diabetes mellitus type 2",
        },
        "Matches": [{
            "Codeset": "SNOMED CT",
            "Status": "Active",
            "Codes": [{
                "Code": "44054006",
                "MatchPriority": "1",
                "Variants": [{
                    "Title": "Diabetes mellitus type 2",
                    "TitleType": "Preferred",
                    "TitleStatus": "Active",
                    "ExtendedProperties": [],
                }],
            }],
        }],
        "Score": { "Value": (dec 0.97), "Description": "Exact synonym" },
    }],
});
