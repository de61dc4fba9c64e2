//! The list of data models is the documented one, and no sample names a real person or place.

use std::collections::BTreeSet;

use super::*;

/// Data models and their event types, from the public documentation of the platform.
const DOCUMENTED: &[(&str, &str)] = &[
    ("Claim", "Payment PaymentBatch Submission SubmissionBatch"),
    ("Clinical Decisions", "Request Response"),
    (
        "Clinical Summary",
        "PatientQuery PatientQueryResponse PatientPush VisitQuery VisitQueryResponse VisitPush \
         DocumentQuery DocumentQueryResponse DocumentGet DocumentGetResponse",
    ),
    ("Device", "New"),
    (
        "Enrichment",
        "NaturalLanguageProcessingQuery NaturalLanguageProcessingQueryResponse NormalizationQuery \
         NormalizationQueryResponse",
    ),
    ("Financial", "AccountUpdate Transaction"),
    ("Flowsheet", "New"),
    ("Inventory", "Deplete Update"),
    ("Media", "New Replace Delete Query QueryResponse"),
    ("Medications", "New Update Cancel Administration"),
    ("Notes", "New Replace Delete Query QueryResponse"),
    ("Order", "New Update Cancel GroupedOrders Query QueryResponse"),
    ("Organization", "New Update Query QueryResponse"),
    (
        "PatientAdmin",
        "Arrival Cancel CensusQuery CensusQueryResponse Discharge NewPatient PatientMerge PatientUpdate \
         PreAdmit Registration Transfer VisitMerge VisitQuery VisitQueryResponse VisitUpdate",
    ),
    ("PatientEducation", "New Update Delete"),
    ("PatientSearch", "Query Response LocationQuery LocationQueryResponse"),
    ("Provider", "New Update Activate Deactivate ProviderQuery ProviderQueryResponse"),
    ("Referral", "New Modify Cancel AuthReview AuthResponse Query QueryResponse"),
    ("Research", "Study SubjectUpdate"),
    ("Results", "New NewUnsolicited Query QueryResponse"),
    ("SSO", "Sign-on"),
    (
        "Scheduling",
        "New Modification Reschedule Cancel NoShow PushSlots AvailableSlots AvailableSlotsResponse \
         Booked BookedResponse",
    ),
    ("SurgicalScheduling", "New Modification Reschedule Cancel NoShow"),
    ("Vaccination", "New Administration PatientQuery PatientQueryResponse"),
    ("FHIR.Event.Document", "document-created document-deleted document-replaced"),
    ("FHIR.Event.Financial", "financial-new"),
    (
        "FHIR.Event.Order",
        "device-request-created device-request-updated device-request-cancelled \
         medication-request-created medication-request-updated medication-request-cancelled \
         service-request-created service-request-updated service-request-cancelled referral-requested \
         referral-accepted referral-declined referral-completed referral-request-cancelled \
         referral-confirm-cancelled referral-schedule-updated",
    ),
    (
        "FHIR.Event.PatientAdmin",
        "patient-arrived patient-created patient-discharged patient-merged patient-pre-admitted \
         patient-registered patient-transferred patient-updated",
    ),
    ("FHIR.Event.Result", "result-created"),
    (
        "FHIR.Event.Scheduling",
        "scheduling-appointment-booked scheduling-appointment-cancelled scheduling-appointment-updated",
    ),
];

#[test]
fn the_data_models_and_event_types_are_the_documented_ones() {
    let documented: Vec<(&str, Vec<&str>)> =
        DOCUMENTED.iter().map(|(model, events)| (*model, events.split(' ').collect())).collect();
    let offered: Vec<(&str, Vec<&str>)> = data_models()
        .map(|model| (model.name, model.events.iter().map(|event| event.name).collect()))
        .collect();
    assert_eq!(offered, documented);
}

#[test]
fn names_are_unique_and_each_is_found_again() {
    let names: BTreeSet<&str> = data_models().map(|model| model.name).collect();
    assert_eq!(names.len(), data_models().count());
    for model in data_models() {
        assert_eq!(find(model.name).unwrap().name, model.name);
        let events: BTreeSet<&str> = model.events.iter().map(|event| event.name).collect();
        assert_eq!(events.len(), model.events.len(), "{}", model.name);
        for event in model.events {
            assert_eq!(model.event(event.name).unwrap().name, event.name);
        }
    }
}

#[test]
fn spaces_in_a_model_name_do_not_count_but_letters_do() {
    assert_eq!(find("Patient Admin").unwrap().name, "PatientAdmin");
    assert_eq!(find("ClinicalSummary").unwrap().name, "Clinical Summary");
    assert!(find("patientadmin").is_none());
    assert!(find("").is_none());
    assert!(find("PatientAdmi").is_none());
}

#[test]
fn the_default_event_is_the_first() {
    assert_eq!(find("PatientAdmin").unwrap().default_event().name, "Arrival");
    assert_eq!(find("FHIR.Event.Order").unwrap().default_event().name, "device-request-created");
}

#[test]
fn exactly_the_fhir_events_are_fhir() {
    for model in data_models() {
        assert_eq!(model.is_fhir(), model.name.starts_with("FHIR.Event."), "{}", model.name);
        for event in model.events {
            assert_eq!(
                matches!(event.content, Content::Fhir(_)),
                model.is_fhir(),
                "{} {}",
                model.name,
                event.name
            );
        }
    }
}

#[test]
fn an_event_uri_is_the_event_name_in_pascal_case() {
    for event in data_models().flat_map(|model| model.events) {
        let Content::Fhir(content) = &event.content else { continue };
        let pascal: String =
            event.name.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
        assert_eq!(content.event_uri, format!("https://fhir.redoxengine.com/EventDefinition/{pascal}"));
        assert!(!content.focus.is_empty(), "{}", event.name);
    }
}

fn samples() -> Vec<(String, Json)> {
    data_models()
        .flat_map(|model| model.events.iter().map(move |event| (model.name, event)))
        .flat_map(|(model, event)| {
            let name = format!("{model} {}", event.name);
            match &event.content {
                Content::Redox(sample) => vec![(name, *sample)],
                Content::Fhir(content) => {
                    content.focus.iter().chain(content.context).map(|it| (name.clone(), it.body)).collect()
                }
            }
        })
        .collect()
}

/// Calls `visit` with every text of a value, and checks on the way that its objects are sound.
fn walk(name: &str, json: &Json, visit: &mut dyn FnMut(&str)) {
    match json {
        Json::Null | Json::Flag(_) | Json::Integer(_) => {}
        Json::Decimal(number) => assert!(number.is_finite(), "{name}"),
        Json::Text(text) => visit(text),
        Json::List(items) => items.iter().for_each(|item| walk(name, item, visit)),
        Json::Object(members) => walk_members(name, members, visit),
        Json::With { base, members } => {
            assert!(matches!(base, Json::Object(_) | Json::With { .. }), "{name}: the base is not an object");
            walk(name, base, visit);
            walk_members(name, members, visit);
        }
    }
}

fn walk_members(name: &str, members: &[(&str, Json)], visit: &mut dyn FnMut(&str)) {
    let names: BTreeSet<&str> = members.iter().map(|(member, _)| *member).collect();
    assert_eq!(names.len(), members.len(), "{name}: a member is named twice");
    members.iter().for_each(|(_, value)| walk(name, value, visit));
}

#[test]
fn every_sample_is_an_object_of_unique_members() {
    for (name, sample) in samples() {
        assert!(matches!(sample, Json::Object(_) | Json::With { .. }), "{name}");
        walk(&name, &sample, &mut |_| {});
    }
}

#[test]
fn phone_numbers_and_mail_addresses_are_reserved_ones() {
    for (name, sample) in samples() {
        walk(&name, &sample, &mut |text| {
            if text.starts_with("+1") {
                let digits: String = text.chars().filter(char::is_ascii_digit).collect();
                assert!(digits.starts_with("160855501") && digits.len() == 11, "{name}: {text}");
            }
            if text.contains('@') {
                assert!(text.ends_with("example.org"), "{name}: {text}");
            }
        });
    }
}
