//! What the samples of several data models say alike: the patient, the staff, the place, the visit.

mod coverage;
mod patient;
mod staff;
mod visit;

pub(super) use coverage::{GUARANTOR, INSURANCE, INSURANCES};
pub(super) use patient::{
    ADDRESS, CONTACTS, DEMOGRAPHICS, IDENTIFIERS, KNOWN_PATIENT, PATIENT, PATIENT_KEY, PATIENT_KEYS,
    PREVIOUS_IDENTIFIERS,
};
pub(super) use staff::{
    ATTENDING, FACILITY_ADDRESS, ORDERING, PCP, PLACE, REFERRING, SURGEON, WARD, WARD_AND_ADDRESS,
};
pub(super) use visit::{
    DIAGNOSES, PROCEDURE_PANEL, VISIT_ACCOUNT, VISIT_AT_WARD, VISIT_ATTENDED, VISIT_CLASSED,
    VISIT_GUARANTEED, VISIT_INSURED, VISIT_KEY, VISIT_NUMBERS, VISIT_STAY, VISIT_TIMED,
};
