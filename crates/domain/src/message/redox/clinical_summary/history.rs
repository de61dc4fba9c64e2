//! Sections on what has been: allergies, encounters, problems, procedures, family, life.

use super::coded::{
    ABDOMINAL_PAIN, ACTIVE, CHOLECYSTECTOMY, CONDITION, CONDITION_TYPE, DIABETES, DRUG_ALLERGY,
    FULL_RESUSCITATION, GALLBLADDER, GALLSTONES, HIVES, HOSPITAL_STAY, HYPERTENSION, MEDICAL_WARD, MODERATE,
    MOTHER, NEVER_SMOKED, PENICILLIN, PHYSICIAN, RESOLVED, RESUSCITATION, SMOKING_STATUS,
};
use crate::message::redox::fragment::ATTENDING;
use crate::message::{Json, json::json};

pub(super) const ADVANCE_DIRECTIVES: Json = json!([{
    ..FULL_RESUSCITATION,
    "Type": RESUSCITATION,
    "StartDate": "2026-03-09",
    "EndDate": null,
    "ExternalReference": null,
    "VerifiedBy": [{
        "FirstName": "Owen",
        "LastName": "Hale",
        "Credentials": "MD",
        "DateTime": "2026-03-09T15:00:00.000Z",
    }],
    "Custodians": [{
        "FirstName": "Jonas",
        "LastName": "Quill",
        "Credentials": null,
        "Address": {
            "StreetAddress": "12 Sample Street",
            "City": "Exampleton",
            "State": "WI",
            "ZIP": "53703",
            "Country": "US",
        },
    }],
}]);

pub(super) const ALLERGIES: Json = json!([{
    "Type": DRUG_ALLERGY,
    "Substance": PENICILLIN,
    "IsNegativeIndicator": false,
    "Reaction": [{ ..HIVES, "Severity": MODERATE, "Text": null }],
    "Severity": MODERATE,
    "Status": ACTIVE,
    "StartDate": "2009-04-02",
    "EndDate": null,
    "Comments": [],
}]);

pub(super) const ENCOUNTERS: Json = json!([{
    "Identifiers": [{ "ID": "V-1204417", "IDType": "2.16.840.1.113883.19.5" }],
    "Type": HOSPITAL_STAY,
    "Status": "Completed",
    "DateTime": "2026-03-09T14:20:00.000Z",
    "EndDateTime": "2026-03-11T16:45:00.000Z",
    "ReasonForVisit": [ABDOMINAL_PAIN],
    "Diagnosis": [{
        ..GALLSTONES,
        "Status": ACTIVE,
        "StartDate": "2026-03-09",
        "EndDate": null,
        "IsNegativeIndicator": false,
        "Comments": [],
    }],
    "Providers": [{ ..ATTENDING, "Role": PHYSICIAN }],
    "Locations": [{
        "Identifiers": [{ "ID": "3N", "IDType": "EHR Department ID" }],
        "Name": "3N Medicine",
        "Type": MEDICAL_WARD,
        "Address": {
            "StreetAddress": "400 Placeholder Avenue",
            "City": "Exampleton",
            "State": "WI",
            "ZIP": "53703",
            "Country": "US",
        },
        "Telecom": [],
    }],
}]);

pub(super) const FAMILY_HISTORY: Json = json!([{
    "Relation": { ..MOTHER, "IsDeceased": false, "Demographics": { "Sex": "Female", "DOB": "1955-01-19" } },
    "Problems": [{
        ..DIABETES,
        "Type": CONDITION_TYPE,
        "DateTime": null,
        "AgeAtOnset": "51",
        "IsCauseOfDeath": false,
    }],
}]);

pub(super) const PROBLEMS: Json = json!([
    {
        ..DIABETES,
        "Category": CONDITION,
        "Status": ACTIVE,
        "StartDate": "2021-06-14",
        "EndDate": null,
        "Comments": [],
    },
    {
        ..HYPERTENSION,
        "Category": CONDITION,
        "Status": ACTIVE,
        "StartDate": "2023-02-01",
        "EndDate": null,
        "Comments": [],
    },
]);

pub(super) const RESOLVED_PROBLEMS: Json = json!([{
    ..GALLSTONES,
    "Category": CONDITION,
    "Status": RESOLVED,
    "StartDate": "2026-02-08",
    "EndDate": "2026-03-10",
    "Comments": [],
}]);

pub(super) const PROCEDURES: Json = json!({
    "Observations": [],
    "Procedures": [{
        ..CHOLECYSTECTOMY,
        "DateTime": "2026-03-10T08:30:00.000Z",
        "Status": "Completed",
        "TargetSite": GALLBLADDER,
        "Comments": [],
    }],
    "Services": [],
});

pub(super) const SOCIAL_HISTORY: Json = json!({
    "Observations": [{
        ..SMOKING_STATUS,
        "Value": NEVER_SMOKED,
        "ValueText": "Never smoked tobacco",
        "Units": null,
        "StartDate": "2026-03-09",
        "EndDate": null,
        "Comments": [],
    }],
    "Pregnancy": [],
    "TobaccoUse": [{
        ..NEVER_SMOKED,
        "IsSmokingStatus": true,
        "StartDate": "2026-03-09",
        "EndDate": null,
        "Comments": [],
    }],
});
