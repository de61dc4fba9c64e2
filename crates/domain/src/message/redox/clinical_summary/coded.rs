//! The coded concepts of the summary, each once. OIDs name the code systems, as in a C-CDA document.

use crate::message::{Json, json::json};

/// Concepts of one code system, where the section leaves room for alternative codes.
macro_rules! concepts {
    ($oid:literal, $system:literal: $($name:ident = $code:literal, $text:literal;)*) => {
        $(pub(super) const $name: Json = json!({
            "Code": $code, "CodeSystem": $oid, "CodeSystemName": $system, "Name": $text, "AltCodes": [],
        });)*
    };
}

/// The same where it does not.
macro_rules! plain_concepts {
    ($oid:literal, $system:literal: $($name:ident = $code:literal, $text:literal;)*) => {
        $(pub(super) const $name: Json = json!({
            "Code": $code, "CodeSystem": $oid, "CodeSystemName": $system, "Name": $text,
        });)*
    };
}

concepts! { "2.16.840.1.113883.6.96", "SNOMED CT":
    ABDOMINAL_PAIN = "21522001", "Abdominal pain";
    CHOLECYSTECTOMY = "45595009", "Laparoscopic cholecystectomy";
    CONDITION = "64572001", "Disease";
    DIABETES = "44054006", "Diabetes mellitus type 2";
    DRUG_ALLERGY = "416098002", "Allergy to drug";
    FULL_RESUSCITATION = "304252001", "For resuscitation";
    GALLBLADDER = "28231008", "Gallbladder structure";
    GALLSTONES = "235919008", "Gallbladder calculus";
    GLUCOSE_METER = "337414009", "Blood glucose meter";
    HIVES = "247472004", "Wheal";
    HOSPITAL_STAY = "32485007", "Hospital admission";
    HYPERTENSION = "38341003", "Hypertensive disorder";
    INDEPENDENT = "371153006", "Independent";
    NEVER_SMOKED = "266919005", "Never smoked tobacco";
    PHYSICIAN = "309343006", "Physician";
    RESUSCITATION = "304251008", "Resuscitation";
}

concepts! { "2.16.840.1.113883.6.1", "LOINC":
    AMBULATION = "54522-8", "Functional status";
    DIASTOLIC = "8462-4", "Diastolic blood pressure";
    GLUCOSE = "2345-7", "Glucose [Mass/volume] in Serum or Plasma";
    HEMOGLOBIN_A1C = "4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood";
    METABOLIC_PANEL = "24323-8", "Comprehensive metabolic 2000 panel - Serum or Plasma";
    PULSE = "8867-4", "Heart rate";
    SMOKING_STATUS = "72166-2", "Tobacco smoking status";
    SYSTOLIC = "8480-6", "Systolic blood pressure";
}

concepts! { "2.16.840.1.113883.6.88", "RxNorm":
    METFORMIN = "861007", "Metformin hydrochloride 500 MG Oral Tablet";
    PENICILLIN = "70618", "Penicillin";
}

concepts! { "2.16.840.1.113883.3.26.1.1", "NCI Thesaurus":
    INTRAMUSCULAR = "C28161", "Intramuscular Route of Administration";
    ORAL = "C38288", "Oral Route of Administration";
}

concepts! { "2.16.840.1.113883.12.292", "CVX":
    TDAP = "115", "tetanus toxoid, reduced diphtheria toxoid, and acellular pertussis vaccine, adsorbed";
}

concepts! { "2.16.840.1.113883.6.259", "HSLOC":
    MEDICAL_WARD = "1060-3", "Medical Ward";
}

plain_concepts! { "2.16.840.1.113883.6.96", "SNOMED CT":
    ACTIVE = "55561003", "Active";
    BLOOD_SPECIMEN = "119297000", "Blood specimen";
    CONDITION_TYPE = "64572001", "Disease";
    GALLSTONES_ASSESSED = "235919008", "Gallbladder calculus";
    IN_PROGRESS = "385651009", "In progress";
    LEFT_ARM = "368208006", "Left upper arm structure";
    MODERATE = "6736007", "Moderate";
    MOTHER = "72705000", "Mother";
    RESOLVED = "413322009", "Resolved";
}

plain_concepts! { "2.16.840.1.113883.6.1", "LOINC":
    CONTINUITY_OF_CARE = "34133-9", "Summary of episode note";
    DISCHARGE_NOTE = "18842-5", "Discharge summary";
}

plain_concepts! { "2.16.840.1.113883.5.25", "Confidentiality":
    NORMAL = "N", "Normal";
}

/// As document queries spell a type.
pub(super) const DISCHARGE_SUMMARY: Json =
    json!({ "Code": "18842-5", "Codeset": "LOINC", "Name": "Discharge summary" });
