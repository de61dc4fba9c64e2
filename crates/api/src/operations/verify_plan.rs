//! What a verify does: what the caller wishes, and what that comes to for a given destination.

use domain::{
    catalog::DataModels,
    destination::draft::Configuration,
    fault::{FaultCode, Faults},
    message::{self, DataModel, Event},
};

use crate::wire::verification::VerifyRequest;

/// What the caller asks for, as far as the request alone tells.
#[derive(Debug, Clone, Copy)]
pub enum Wish {
    /// Whatever proves the destination.
    Proof,
    /// A sample of this event.
    Sample(&'static DataModel, &'static Event),
    /// No message.
    Skip,
}

/// What is done.
#[derive(Debug, Clone, Copy)]
pub enum Plan {
    /// A challenge is sent, and looked for in the answer.
    Challenge,
    /// A sample of this event is sent.
    Sample(&'static DataModel, &'static Event),
    /// Nothing is sent.
    Skip,
}

impl Wish {
    /// What a request asks for; notes what is wrong with it.
    pub fn of(request: &VerifyRequest, faults: &mut Faults) -> Self {
        if request.skip_verification == Some(true) {
            for (pointer, member) in
                [("#/dataModel", &request.data_model), ("#/eventType", &request.event_type)]
            {
                if member.is_some() {
                    let detail = "Nothing is sent when verification is skipped.";
                    faults.add(pointer, FaultCode::ConflictingFields, detail);
                }
            }
            return Self::Skip;
        }
        let Some(name) = &request.data_model else {
            if request.event_type.is_some() {
                faults.add("#/dataModel", FaultCode::Required, "An event type belongs to a data model.");
            }
            return Self::Proof;
        };
        let Some(model) = message::find(name) else {
            let detail = "No such data model; GET /data-models lists them.";
            faults.add("#/dataModel", FaultCode::InvalidValue, detail);
            return Self::Proof;
        };
        match &request.event_type {
            None => Self::Sample(model, model.default_event()),
            Some(name) => model.event(name).map_or_else(
                || {
                    let detail = "The data model has no such event type; GET /data-models lists them.";
                    faults.add("#/eventType", FaultCode::InvalidValue, detail);
                    Self::Proof
                },
                |event| Self::Sample(model, event),
            ),
        }
    }

    /// What it comes to: a cloud product gets a sample always, and one that it takes. Without a configuration there
    /// is nothing to be said; the destination refuses by itself.
    pub fn plan(self, configuration: Option<&Configuration>, faults: &mut Faults) -> Plan {
        let models = match configuration {
            Some(Configuration::Cloud { product, .. }) => Some(product.description.data_models),
            Some(Configuration::Standard { .. }) | None => None,
        };
        match (self, models) {
            (Self::Skip, _) => Plan::Skip,
            (Self::Sample(model, event), Some(models)) if !models.take(model) => {
                let detail =
                    "A FHIR store takes FHIR.Event.* only; without a data model a fitting one is sent.";
                faults.add("#/dataModel", FaultCode::InvalidValue, detail);
                Plan::Sample(model, event)
            }
            (Self::Sample(model, event), _) => Plan::Sample(model, event),
            (Self::Proof, None) => Plan::Challenge,
            (Self::Proof, Some(models)) => usual(models),
        }
    }
}

/// The first event of the usual model. That every kind of product has one is tested where they are defined.
fn usual(models: DataModels) -> Plan {
    models.usual().map_or(Plan::Challenge, |model| Plan::Sample(model, model.default_event()))
}
