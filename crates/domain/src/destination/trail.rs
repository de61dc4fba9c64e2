//! What the audit trail keeps of a destination.

use super::{
    Destination, State,
    draft::{Configuration, Draft},
};
use crate::audit::{self, Act, Action, AuditEvent, FieldChange, ResourceKind, Subject};

pub(super) fn event(
    destination: &Destination,
    action: Action,
    changes: Vec<FieldChange>,
    act: &Act,
) -> AuditEvent {
    let subject = Subject { kind: ResourceKind::Destination, id: destination.id.to_string() };
    AuditEvent::in_environment(destination.environment, action, subject, changes, act)
}

/// The members that differ, by their names on the wire.
pub(super) fn differences(before: Option<&Destination>, after: Option<&Destination>) -> Vec<FieldChange> {
    let members = |destination: Option<&Destination>| destination.map(audited_members).unwrap_or_default();
    audit::differences(members(before), members(after))
}

/// What the trail keeps of a destination: its members as text, secrets as their version.
fn audited_members(destination: &Destination) -> Vec<(&'static str, String)> {
    let mut members = vec![
        ("name", destination.name.to_string()),
        ("status", destination.state.status().name().to_owned()),
        ("verificationMethod", destination.method.name().to_owned()),
    ];
    let mut add = |field, value: Option<String>| members.extend(value.map(|value| (field, value)));
    add("type", destination.destination_type().map(|kind| kind.name().to_owned()));
    add("externalId", destination.external_id.as_ref().map(ToString::to_string));
    add("authCredential", destination.credential.map(|credential| credential.id.to_string()));
    add("verificationToken", destination.token.as_ref().map(|token| format!("version {}", token.version)));
    let signing = destination.signing_secret.as_ref();
    add("webhookSigningSecret", signing.map(|secret| format!("version {}", secret.version)));
    let cloud = match &destination.state {
        State::InProgress(Draft::Cloud(draft)) => Some((draft.type_id, draft.product, &draft.settings)),
        State::Configured(Configuration::Cloud { product, settings })
        | State::Verified(Configuration::Cloud { product, settings }, _) => {
            Some((Some(product.type_id), Some(*product), settings))
        }
        State::InProgress(Draft::Untyped | Draft::Standard) => None,
        State::Configured(Configuration::Standard { endpoint })
        | State::Verified(Configuration::Standard { endpoint }, _) => {
            add("endpoint", Some(endpoint.to_string()));
            None
        }
    };
    if let Some((type_id, product, settings)) = cloud {
        add("typeId", type_id.map(str::to_owned));
        add("productId", product.map(|product| product.product_id.to_owned()));
        for (name, value) in settings.iter() {
            add(name, Some(value.to_owned()));
        }
    }
    members
}
