//! Redox's own data models. One file each; what several say alike is in `fragment`.
//! Member names and nesting are Redox's; the people, places and numbers are made up.

mod claim;
mod clinical_decisions;
mod clinical_summary;
mod device;
mod enrichment;
mod financial;
mod flowsheet;
mod fragment;
mod inventory;
mod media;
mod medications;
mod notes;
mod order;
mod organization;
mod patient_admin;
mod patient_education;
mod patient_search;
mod provider;
mod referral;
mod research;
mod results;
mod scheduling;
mod sso;
mod surgical_scheduling;
mod vaccination;

use super::DataModel;

pub(super) static MODELS: &[&DataModel] = &[
    &claim::CLAIM,
    &clinical_decisions::CLINICAL_DECISIONS,
    &clinical_summary::CLINICAL_SUMMARY,
    &device::DEVICE,
    &enrichment::ENRICHMENT,
    &financial::FINANCIAL,
    &flowsheet::FLOWSHEET,
    &inventory::INVENTORY,
    &media::MEDIA,
    &medications::MEDICATIONS,
    &notes::NOTES,
    &order::ORDER,
    &organization::ORGANIZATION,
    &patient_admin::PATIENT_ADMIN,
    &patient_education::PATIENT_EDUCATION,
    &patient_search::PATIENT_SEARCH,
    &provider::PROVIDER,
    &referral::REFERRAL,
    &research::RESEARCH,
    &results::RESULTS,
    &sso::SSO,
    &scheduling::SCHEDULING,
    &surgical_scheduling::SURGICAL_SCHEDULING,
    &vaccination::VACCINATION,
];
