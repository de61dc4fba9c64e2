//! Who pays: insurance and guarantor.

use super::{ADDRESS, FACILITY_ADDRESS};
use crate::message::{Json, json::json};

const PLAN: Json = json!({ "ID": "31572", "IDType": "Payor ID", "Name": "Sample PPO", "Type": "PPO" });

const COMPANY: Json = json!({
    "ID": "60054",
    "IDType": "NAIC",
    "Name": "Example Mutual Health",
    "Address": FACILITY_ADDRESS,
    "PhoneNumber": "+16085550120",
});

/// The insurance, without the insured.
pub(in crate::message::redox) const INSURANCE: Json = json!({
    "Plan": PLAN,
    "MemberNumber": "W900010001",
    "Company": COMPANY,
    "GroupNumber": "EX-4471",
    "GroupName": "Exampleton School District",
    "EffectiveDate": "2026-01-01",
    "ExpirationDate": "2026-12-31",
    "PolicyNumber": "EM-2290017",
    "Priority": "Primary",
    "AgreementType": null,
    "CoverageType": "Patient",
});

const INSURED: Json = json!({
    ..INSURANCE,
    "Insured": {
        "Identifiers": [{ "ID": "W900010001", "IDType": "Member ID" }],
        "LastName": "Quill",
        "MiddleName": "Elise",
        "FirstName": "Mara",
        "SSN": null,
        "Relationship": "Self",
        "DOB": "1984-07-12",
        "Sex": "Female",
        "Address": ADDRESS,
    },
});

pub(in crate::message::redox) const INSURANCES: Json = json!([INSURED]);

pub(in crate::message::redox) const GUARANTOR: Json = json!({
    "Number": "G-20881",
    "FirstName": "Jonas",
    "MiddleName": null,
    "LastName": "Quill",
    "SSN": null,
    "DOB": "1982-02-27",
    "Sex": "Male",
    "Spouse": { "FirstName": "Mara", "LastName": "Quill" },
    "Address": ADDRESS,
    "PhoneNumber": { "Home": "+16085550142", "Business": null, "Mobile": "+16085550144" },
    "EmailAddresses": ["jonas.quill@example.org"],
    "Type": "Personal/Family",
    "RelationToPatient": "Spouse",
    "Employer": {
        "Name": "Exampleton School District",
        "Address": FACILITY_ADDRESS,
        "PhoneNumber": "+16085550121",
    },
});
