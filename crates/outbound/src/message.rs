//! Stamps a sample of the domain into the message that is sent: who sends, to whom, when, under which id.
//! Knows nothing of how the message travels.

use chrono::{DateTime, SecondsFormat, Utc};
use domain::message::{Content, DataModel, Event, FhirContent, Json, Resource};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Who sends: `Meta.Source` and `MessageHeader.source`. The same for every installation.
/// The id of the source that every sample message names.
pub const SOURCE_ID: Uuid = Uuid::from_u128(0x6f1d_8a52_7c3e_4b90_a2d4_5e0b_91c7_3f68);
const SOURCE_NAME: &str = "Waypost";

/// What differs from one sending of a sample to the next.
#[derive(Clone, Copy, Debug)]
pub struct Stamp<'a> {
    /// When the message is made.
    pub at: DateTime<Utc>,
    /// Names this message.
    pub message_id: Uuid,
    /// The destination it is for.
    pub destination_id: Uuid,
    /// That destination's display name.
    pub destination_name: &'a str,
    /// Its URL, if it has one; FHIR wants an endpoint and gets `urn:uuid:` and the id without one.
    pub destination_endpoint: Option<&'a str>,
}

/// The message for `event` of `model`: a Redox data model object, or a FHIR R4 message `Bundle`.
pub fn render(model: &DataModel, event: &Event, stamp: &Stamp<'_>) -> Value {
    match &event.content {
        Content::Redox(sample) => {
            let mut message = Map::new();
            message.insert("Meta".to_owned(), meta(model, event, stamp));
            message.extend(members(sample));
            Value::Object(message)
        }
        Content::Fhir(content) => bundle(content, stamp),
    }
}

fn meta(model: &DataModel, event: &Event, stamp: &Stamp<'_>) -> Value {
    json!({
        "DataModel": model.name,
        "EventType": event.name,
        "EventDateTime": instant(stamp),
        "Test": true,
        "Source": { "ID": SOURCE_ID.to_string(), "Name": SOURCE_NAME },
        "Destinations": [{ "ID": stamp.destination_id.to_string(), "Name": stamp.destination_name }],
        // A sample is tried once, so the attempt needs no id of its own.
        "Logs": [{ "ID": stamp.message_id.to_string(), "AttemptID": stamp.message_id.to_string() }],
        "FacilityCode": null,
    })
}

fn bundle(content: &FhirContent, stamp: &Stamp<'_>) -> Value {
    let header = entry(&urn(stamp.message_id), header(content, stamp));
    let resources = content.focus.iter().chain(content.context).map(|it| entry(it.id.urn, resource(it)));
    json!({
        "resourceType": "Bundle",
        "id": stamp.message_id.to_string(),
        "meta": {
            "security": [{
                "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
                "code": "HTEST",
                "display": "test health data",
            }],
        },
        "type": "message",
        "timestamp": instant(stamp),
        "entry": std::iter::once(header).chain(resources).collect::<Vec<_>>(),
    })
}

fn header(content: &FhirContent, stamp: &Stamp<'_>) -> Value {
    let endpoint = stamp.destination_endpoint.map_or_else(|| urn(stamp.destination_id), str::to_owned);
    let focus: Vec<Value> = content.focus.iter().map(|it| json!({ "reference": it.id.urn })).collect();
    json!({
        "resourceType": "MessageHeader",
        "id": stamp.message_id.to_string(),
        "eventUri": content.event_uri,
        "destination": [{ "name": stamp.destination_name, "endpoint": endpoint }],
        "source": { "name": SOURCE_NAME, "endpoint": urn(SOURCE_ID) },
        "focus": focus,
    })
}

fn entry(full_url: &str, resource: Value) -> Value {
    Value::from_iter([("fullUrl", full_url.into()), ("resource", resource)])
}

fn resource(resource: &Resource) -> Value {
    let mut object = Map::new();
    object.insert("resourceType".to_owned(), resource.kind.into());
    object.insert("id".to_owned(), resource.id.uuid.into());
    object.extend(members(&resource.body));
    Value::Object(object)
}

fn urn(id: Uuid) -> String {
    format!("urn:uuid:{id}")
}

/// RFC 3339 in UTC with milliseconds: what both `Meta.EventDateTime` and a FHIR `instant` take.
fn instant(stamp: &Stamp<'_>) -> String {
    stamp.at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Flag(flag) => (*flag).into(),
        Json::Integer(number) => (*number).into(),
        Json::Decimal(number) => (*number).into(),
        Json::Text(text) => (*text).into(),
        Json::List(items) => items.iter().map(value).collect(),
        Json::Object(_) | Json::With { .. } => Value::Object(members(json)),
    }
}

/// The members of an object; a member named again keeps its place and takes the later value.
fn members(json: &Json) -> Map<String, Value> {
    let (mut object, own) = match json {
        Json::Object(own) => (Map::new(), *own),
        Json::With { base, members: own } => (members(base), *own),
        Json::Null | Json::Flag(_) | Json::Integer(_) | Json::Decimal(_) | Json::Text(_) | Json::List(_) => {
            (Map::new(), [].as_slice())
        }
    };
    object.extend(own.iter().map(|(name, it)| ((*name).to_owned(), value(it))));
    object
}

#[cfg(test)]
mod tests;
