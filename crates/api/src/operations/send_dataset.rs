//! Sending a data set: the sample messages of one kind of event, one after the other, to a verified destination.

use domain::{
    destination::{Destination, State as SetUp},
    fault::{FaultCode, Faults},
    ids::DestinationId,
    message::{self, DataModel},
    verification::{CheckOutcome, Delivery, Outcome},
};
use outbound::{
    deliver::standard::Content,
    message::{SOURCE_ID, Stamp, render},
};
use persistence::destinations;
use serde_json::json;

use super::delivery::{Label, Ready};
use crate::{
    clock,
    extract::{
        body::Body,
        caller::{Caller, DestinationsWrite},
    },
    failure::Failure,
    problem::ProblemCode,
    state::State,
    wire::{
        credential::checks,
        dataset::{DatasetPayload, DatasetRequest},
    },
};

/// The data sets by id, and the data model whose events they are.
const DATASETS: [(&str, &str); 1] = [("hl7v2-adt", "FHIR.Event.PatientAdmin")];

/// Sends every message of the set; ends with the first that is not answered well.
pub async fn run(
    state: &State,
    caller: &Caller<DestinationsWrite>,
    id: DestinationId,
    body: Body<DatasetRequest>,
) -> Result<DatasetPayload, Failure> {
    let Body { value: request, mut faults } = body;
    let mut found = Faults::default();
    let model = request.dataset_id.as_deref().and_then(find);
    if request.dataset_id.is_none() {
        found.add("#/datasetId", FaultCode::Required, "Which data set to send.");
    } else if model.is_none() {
        let known = DATASETS.map(|(id, _)| id).join(", ");
        found.add("#/datasetId", FaultCode::InvalidValue, format!("One of: {known}."));
    }
    faults.extend(found);
    let scope = caller.scope();
    let destination =
        state.store.read(move |tx| destinations::get_for(tx, &scope, id)).await.map_err(Failure::from)?;
    faults.unless_any(())?;
    let model = model.ok_or_else(|| Failure::internal("a data set without a model passed"))?;
    let SetUp::Verified(..) = destination.state else {
        return Err(Failure::new(
            ProblemCode::NotConfigured,
            "A data set is sent to verified destinations only.",
        ));
    };
    let permit = state.verifications.try_acquire().map_err(|_| Failure::of(ProblemCode::Overloaded))?;
    send_all(state, caller, &destination, model).await?;
    drop(permit);
    Ok(DatasetPayload {
        source_id: SOURCE_ID.to_string(),
        destination_id: id.to_string(),
        data_models: vec![model.name],
    })
}

fn find(dataset: &str) -> Option<&'static DataModel> {
    let (_, model) = DATASETS.iter().find(|(id, _)| *id == dataset)?;
    message::find(model)
}

async fn send_all(
    state: &State,
    caller: &Caller<DestinationsWrite>,
    destination: &Destination,
    model: &'static DataModel,
) -> Result<(), Failure> {
    let ready = Ready::open(state, caller.user, destination).await?;
    for event in model.events {
        let label = Label { message_id: clock::new_id(), at: clock::now() };
        let stamp = Stamp {
            at: label.at.utc(),
            message_id: label.message_id,
            destination_id: destination.id.0,
            destination_name: destination.name.as_str(),
            destination_endpoint: ready.endpoint(),
        };
        let message = render(model, event, &stamp);
        let content = Content::Message(&message);
        let delivery = ready.deliver(state, label, content, state.verify_timeout).await?;
        if delivery.outcome() == Outcome::Failed {
            return Err(failed(event.name, &delivery));
        }
    }
    Ok(())
}

fn failed(event: &str, delivery: &Delivery) -> Failure {
    let failed = delivery.checks.iter().find(|check| check.outcome == CheckOutcome::Failed);
    let advice = failed.map(|check| format!("check `{}` failed: {}", check.name.name(), check.detail));
    let detail = format!("The message `{event}` did not arrive: {}", advice.unwrap_or_default());
    Failure::new(ProblemCode::VerificationFailed, detail).with("checks", json!(checks(&delivery.checks)))
}
