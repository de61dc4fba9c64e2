//! FHIR R4 notifications as data models, one per category; the notification types are the event types.
//! Who and where is in `party`, ids in `id`; a resource several categories need is where it belongs most.

/// A notification type: its name, the last part of its `MessageHeader.eventUri`, what it is about, and the
/// resources that refers to.
macro_rules! notification {
    ($name:literal, $definition:literal, $focus:expr, $context:expr) => {
        $crate::message::Event::fhir(
            $name,
            concat!("https://fhir.redoxengine.com/EventDefinition/", $definition),
            $focus,
            $context,
        )
    };
}

mod document;
mod financial;
mod id;
mod order;
mod party;
mod patient_admin;
mod referral;
mod result;
mod scheduling;

use super::DataModel;

pub(super) static MODELS: &[&DataModel] = &[
    &document::DOCUMENT,
    &financial::FINANCIAL,
    &order::ORDER,
    &patient_admin::PATIENT_ADMIN,
    &result::RESULT,
    &scheduling::SCHEDULING,
];
