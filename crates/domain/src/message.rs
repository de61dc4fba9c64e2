//! The data models a destination can be sent, their event types, and one realistic sample of each.
//! Constants only: the stamp that makes a sample a message (ids, time, destination) is the sender's.

mod fhir;
mod json;
mod redox;

pub use json::Json;

/// A data model: the kind of thing a message is about.
#[derive(Debug)]
pub struct DataModel {
    /// As it is sent in `Meta.DataModel`, e.g. `PatientAdmin`, `Clinical Summary`, `FHIR.Event.Order`.
    pub name: &'static str,
    /// What can happen to it; never empty, the first is the default.
    pub events: &'static [Event],
}

/// An event type of a data model, with its sample.
#[derive(Debug)]
pub struct Event {
    /// As it is sent in `Meta.EventType`, e.g. `NewPatient`, `patient-created`.
    pub name: &'static str,
    /// The sample, without what differs from one sending to the next.
    pub content: Content,
}

/// The sample of an event.
#[derive(Debug)]
pub enum Content {
    /// The object a Redox data model message consists of, without `Meta`.
    Redox(Json),
    /// What a FHIR message carries.
    Fhir(FhirContent),
}

/// The parts of a FHIR R4 message `Bundle` behind its `MessageHeader`.
#[derive(Debug)]
pub struct FhirContent {
    /// `MessageHeader.eventUri`.
    pub event_uri: &'static str,
    /// What the message is about: the `MessageHeader.focus` list, in order. Never empty.
    pub focus: &'static [Resource],
    /// What the focus refers to.
    pub context: &'static [Resource],
}

/// One FHIR R4 resource.
#[derive(Clone, Copy, Debug)]
pub struct Resource {
    /// `resourceType`.
    pub kind: &'static str,
    /// `id`, and the full URL of the bundle entry.
    pub id: ResourceId,
    /// The object, without `resourceType` and `id`.
    pub body: Json,
}

/// The fixed id of a sample resource, in both spellings.
#[derive(Clone, Copy, Debug)]
pub struct ResourceId {
    /// The bare UUID.
    pub uuid: &'static str,
    /// `urn:uuid:` and the UUID: what references inside the bundle say.
    pub urn: &'static str,
}

impl DataModel {
    const fn new(name: &'static str, events: &'static [Event]) -> Self {
        assert!(!events.is_empty(), "a data model has an event");
        Self { name, events }
    }

    /// Whether its messages are FHIR bundles rather than Redox data model messages.
    pub fn is_fhir(&self) -> bool {
        match self.default_event().content {
            Content::Fhir(_) => true,
            Content::Redox(_) => false,
        }
    }

    /// The event type of exactly this name.
    pub fn event(&self, name: &str) -> Option<&'static Event> {
        self.events.iter().find(|event| event.name == name)
    }

    /// The event type meant when none is named.
    #[expect(clippy::indexing_slicing, reason = "`new` refuses a model without events at compile time")]
    pub fn default_event(&self) -> &'static Event {
        &self.events[0]
    }
}

impl Event {
    const fn redox(name: &'static str, sample: Json) -> Self {
        Self { name, content: Content::Redox(sample) }
    }

    const fn fhir(
        name: &'static str,
        event_uri: &'static str,
        focus: &'static [Resource],
        context: &'static [Resource],
    ) -> Self {
        Self { name, content: Content::Fhir(FhirContent { event_uri, focus, context }) }
    }
}

/// Every data model: Redox's own by name, then the FHIR notifications by name.
pub fn data_models() -> impl Iterator<Item = &'static DataModel> {
    redox::MODELS.iter().chain(fhir::MODELS).copied()
}

/// The data model of this name. Spaces do not count: `Patient Admin` finds `PatientAdmin`, which is how
/// logs print it.
pub fn find(name: &str) -> Option<&'static DataModel> {
    let letters = |text: &'static str| text.chars().filter(|c| *c != ' ');
    data_models().find(|model| letters(model.name).eq(name.chars().filter(|c| *c != ' ')))
}

#[cfg(test)]
mod tests;
