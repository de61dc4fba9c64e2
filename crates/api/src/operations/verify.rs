//! Verifying: store what was sent along, begin, deliver, record. The one use case that leaves the house.
//!
//! Nothing is held while the message is under way: no connection, no lock, no transaction. A lease in the database
//! keeps attempts one at a time, and ends by itself if the server dies. The fingerprint taken at the beginning
//! decides at the end whether the result still fits.

use std::{sync::Arc, time::Instant};

use domain::{
    audit::Act,
    destination::{Applied, Command, Destination, Fingerprint, change::Change},
    fault::Faults,
    ids::{AuditEventId, DestinationId, VerificationId},
    message::{DataModel, Event},
    time::Timestamp,
    verification::{Delivery, Ladder, Mode, Outcome, Verification, VerificationMethod},
};
use outbound::{deliver::standard::Content, message::Stamp};
use persistence::{
    Changing, Reading, Scope,
    destinations::{self, Ended, Step},
    leases::{self, Lease},
    verifications,
};
use serde_json::json;

use super::{
    delivery::{Label, Ready},
    verify_plan::{Plan, Wish},
};
use crate::{
    clock,
    extract::{
        body::{Body, BodyFaults},
        caller::{Caller, DestinationsWrite},
        once::Once,
        precondition::Expected,
    },
    failure::Failure,
    problem::ProblemCode,
    reply::Answer,
    state::State,
    wire::{
        destination_body::{parse_endpoint, parse_token},
        envelope::meta,
        verification::{VerificationView, VerifyEnvelope, VerifyPayload, VerifyRequest},
    },
};

/// The lease outlives the cap by this: enough to write the result down.
const LEASE_MARGIN_MS: i64 = 5_000;

/// What an attempt needs to begin and to end.
struct Attempt {
    id: VerificationId,
    destination: DestinationId,
    scope: Scope,
    act: Act,
    wish: Wish,
    started_at: Timestamp,
}

/// What came of beginning.
enum Begun {
    /// The message can go out; this is what it would prove.
    Ready(Box<Destination>, Plan, Fingerprint),
    /// There was none to send.
    Skipped(Box<Destination>, Verification),
}

/// Runs an attempt. It goes on to its end and is recorded even if the caller hangs up.
pub async fn run(
    state: Arc<State>,
    caller: Caller<DestinationsWrite>,
    destination: DestinationId,
    expected: Expected,
    once: Once,
    body: Body<VerifyRequest>,
) -> Result<Answer, Failure> {
    let Body { value: request, mut faults } = body;
    let mut found = Faults::default();
    let wish = Wish::of(&request, &mut found);
    let change = Change {
        endpoint: parse_endpoint(request.endpoint, &state, &mut found),
        token: parse_token(request.verification_token, &state, destination, &mut found)?,
        method: request.verification_method.parse(|text| VerificationMethod::from_name(&text)),
        ..Change::default()
    };
    faults.extend(found);
    let now = clock::now();
    let (scope, act, id) = (caller.scope(), caller.act(now), VerificationId(clock::new_id()));
    let attempt = Attempt { id, destination, scope, act, wish, started_at: now };
    let permit = Arc::clone(&state.verifications)
        .try_acquire_owned()
        .map_err(|_| Failure::of(ProblemCode::Overloaded))?;
    let task = actix_web::rt::spawn(async move {
        let _permit = permit;
        attempt.run(&state, expected, once, change, faults).await
    });
    task.await.unwrap_or_else(|error| Err(Failure::internal(error)))
}

/// What a verification that went well is answered with.
fn verified(destination: &Destination, verification: &Verification) -> Result<Answer, Failure> {
    let payload = VerifyPayload { destination: destination.into(), verification: verification.into() };
    Answer::versioned(&VerifyEnvelope { meta: meta(), payload }, destination.version)
}

impl Attempt {
    async fn run(
        self,
        state: &Arc<State>,
        expected: Expected,
        once: Once,
        change: Change,
        faults: BodyFaults,
    ) -> Result<Answer, Failure> {
        let attempt = Arc::new(self);
        let (destination, plan, fingerprint) =
            match attempt.clone().begin(state, expected, &once, change, faults).await? {
                Begun::Skipped(destination, verification) => return verified(&destination, &verification),
                Begun::Ready(destination, plan, fingerprint) => (*destination, plan, fingerprint),
            };
        let clock = Instant::now();
        let delivery = match attempt.deliver(state, plan, &destination).await {
            Ok(delivery) => delivery,
            Err(failure) => {
                let job = Arc::clone(&attempt);
                state
                    .store
                    .change(move |tx| leases::release(tx, job.destination, job.id))
                    .await
                    .map_err(Failure::from)?;
                return Err(failure);
            }
        };
        let verification = attempt.report(plan, delivery, millis(clock.elapsed()));
        let destination = attempt.end(state, once, &verification, &fingerprint).await?;
        match verification.outcome {
            Outcome::Failed => Err(failed(&verification)),
            Outcome::Passed if destination.is_proved_by(&fingerprint) => {
                verified(&destination, &verification)
            }
            Outcome::Passed | Outcome::Skipped => Err(Failure::of(ProblemCode::ConcurrentUpdate)),
        }
    }

    /// Stores what was sent along and takes the lease; nothing of it stays if the attempt may not begin.
    async fn begin(
        self: Arc<Self>,
        state: &Arc<State>,
        expected: Expected,
        once: &Once,
        change: Change,
        faults: BodyFaults,
    ) -> Result<Begun, Failure> {
        let cap = millis(state.verify_timeout).saturating_add(LEASE_MARGIN_MS);
        let lease = Lease {
            destination: self.destination,
            attempt: self.id,
            from: self.started_at,
            until: self.started_at.plus_millis(cap),
        };
        let is_all = change == Change::default() && !matches!(self.wish, Wish::Skip);
        if is_all {
            let look = move |tx: &mut Reading<'_>| {
                let destination = destinations::get_for(tx, &self.scope, self.destination)?;
                let (plan, faults) = self.plan(&destination, &expected, &faults)?;
                faults.unless_any(())?;
                let fingerprint = destination.may_verify()?;
                Ok::<_, Failure>(Begun::Ready(Box::new(destination), plan, fingerprint))
            };
            return leases::begin(&state.store, lease, look).await;
        }
        let (once, shared) = (once.clone(), Arc::clone(state));
        let save = move |tx: &mut Changing<'_>| {
            let begun = self.save(tx, &expected, change, &faults, &lease)?;
            if let Begun::Skipped(destination, verification) = &begun {
                once.keep(tx, &shared, &verified(destination, verification)?)?;
            }
            Ok::<_, Failure>(begun)
        };
        state.store.change(save).await
    }

    /// What is to be done, and what is wrong with it.
    fn plan(
        &self,
        destination: &Destination,
        expected: &Expected,
        faults: &BodyFaults,
    ) -> Result<(Plan, BodyFaults), Failure> {
        expected.check(destination.version)?;
        let (mut faults, mut found) = (faults.clone(), Faults::default());
        let plan = self.wish.plan(destination.configuration(), &mut found);
        faults.extend(found);
        Ok((plan, faults))
    }

    /// [`Attempt::begin`] where something is to be stored first, or at once for good.
    fn save(
        &self,
        tx: &mut Changing<'_>,
        expected: &Expected,
        change: Change,
        faults: &BodyFaults,
        lease: &Lease,
    ) -> Result<Begun, Failure> {
        let destination = destinations::get_to_change(tx, &self.scope, self.destination)?;
        let (plan, faults) = self.plan(&destination, expected, faults)?;
        let saved = faults.settle(destination.apply(Command::Save(Box::new(change)), &self.act))?;
        destinations::update(tx, &saved)?;
        let Applied { destination, .. } = saved;
        if let Plan::Skip = plan {
            let verification = self.report(plan, unsent(), 0);
            let skip = Command::Skip(Box::new(verification.clone()));
            let skipped = destination.apply(skip, &self.later_act(self.started_at)).map_err(Failure::from)?;
            destinations::update(tx, &skipped)?;
            verifications::insert(tx, &verification)?;
            return Ok(Begun::Skipped(Box::new(skipped.destination), verification));
        }
        let fingerprint = destination.may_verify()?;
        leases::acquire(tx, lease)?;
        Ok(Begun::Ready(Box::new(destination), plan, fingerprint))
    }

    async fn deliver(
        &self,
        state: &State,
        plan: Plan,
        destination: &Destination,
    ) -> Result<Delivery, Failure> {
        let challenge = clock::random_id().to_string();
        let ready = Ready::open(state, self.scope.user, destination).await?;
        let message = match plan {
            Plan::Sample(model, event) => Some(self.render(model, event, destination, ready.endpoint())),
            Plan::Challenge | Plan::Skip => None,
        };
        let content = message.as_ref().map_or(Content::Challenge(&challenge), Content::Message);
        let label = Label { message_id: self.id.0, at: self.started_at };
        ready.deliver(state, label, content, state.verify_timeout).await
    }

    fn render(
        &self,
        model: &DataModel,
        event: &Event,
        destination: &Destination,
        endpoint: Option<&str>,
    ) -> serde_json::Value {
        let stamp = Stamp {
            at: self.started_at.utc(),
            message_id: self.id.0,
            destination_id: destination.id.0,
            destination_name: destination.name.as_str(),
            destination_endpoint: endpoint,
        };
        outbound::message::render(model, event, &stamp)
    }

    /// Gives the lease back and writes the attempt down, whatever has become of the destination but its deletion.
    async fn end(
        self: Arc<Self>,
        state: &Arc<State>,
        once: Once,
        verification: &Verification,
        proves: &Fingerprint,
    ) -> Result<Destination, Failure> {
        let (recorded, proves) = (verification.clone(), proves.clone());
        if !once.is_claimed() {
            let plan = move |tx: &mut Reading<'_>| self.record(tx, &recorded, &proves);
            return destinations::step(&state.store, plan).await;
        }
        let shared = Arc::clone(state);
        let keep = move |tx: &mut Changing<'_>| {
            destinations::hold(tx, self.destination)?;
            let ended = self.record(tx, &recorded, &proves)?;
            ended.store(tx)?;
            let destination = ended.into_destination();
            if recorded.outcome == Outcome::Passed && destination.is_proved_by(&proves) {
                once.keep(tx, &shared, &verified(&destination, &recorded)?)?;
            }
            Ok::<_, Failure>(destination)
        };
        state.store.change(keep).await
    }

    /// What the attempt comes to. Who was allowed to begin is heard to the end, even if a role was taken away meanwhile.
    fn record(
        &self,
        tx: &mut Reading<'_>,
        verification: &Verification,
        proves: &Fingerprint,
    ) -> Result<Ended, Failure> {
        let destination = destinations::get_to_end(tx, self.destination)?;
        let command = Command::Record(Box::new(verification.clone()), proves.clone());
        let applied = destination.apply(command, &self.later_act(clock::now())).map_err(Failure::from)?;
        Ok(Ended { applied, verification: verification.clone() })
    }

    /// The same request at a later step: an audit event of its own.
    fn later_act(&self, now: Timestamp) -> Act {
        Act { event_id: AuditEventId(clock::new_id()), now, ..self.act.clone() }
    }

    fn report(&self, plan: Plan, delivery: Delivery, duration_ms: i64) -> Verification {
        let (outcome, mode, sample) = match plan {
            Plan::Skip => (Outcome::Skipped, Mode::Skip, None),
            Plan::Challenge => (delivery.outcome(), Mode::Challenge, None),
            Plan::Sample(model, event) => (delivery.outcome(), Mode::Sample, Some((model.name, event.name))),
        };
        Verification {
            id: self.id,
            destination: self.destination,
            outcome,
            mode,
            data_model: sample.map(|(model, _)| model.to_owned()),
            event_type: sample.map(|(_, event)| event.to_owned()),
            checks: delivery.checks,
            request: delivery.request,
            response: delivery.response,
            started_at: self.started_at,
            duration_ms,
        }
    }
}

fn unsent() -> Delivery {
    Delivery { checks: Ladder::default().finish(), request: None, response: None }
}

fn failed(verification: &Verification) -> Failure {
    let advice =
        verification.checks.iter().find(|check| check.outcome == domain::verification::CheckOutcome::Failed);
    let detail = advice.map_or_else(
        || ProblemCode::VerificationFailed.page().0.to_owned(),
        |check| format!("Check `{}` failed: {}", check.name.name(), check.detail),
    );
    Failure::new(ProblemCode::VerificationFailed, detail)
        .with("verification", json!(VerificationView::from(verification)))
}

fn millis(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
