//! The steps of a destination's life and their rules: contract section 2, "The state machine".

use super::{
    Applied, Command, Created, Deleted, Destination, Fingerprint, Proof, Rejection, State,
    change::{Change, Patch},
    draft::{Configuration, Draft, Progress},
};
use crate::{
    access,
    audit::{Act, Action, AuditEvent, FieldChange, ResourceKind},
    environment::EnvironmentRef,
    fault::{FaultCode, Faults},
    ids::DestinationId,
    refusal::Refusal,
    secret::StoredSecret,
    verification::{Outcome, Verification, VerificationMethod},
};

impl Destination {
    /// Makes a destination. Fails with every fault of `change` that the environment or the catalogue knows of.
    pub fn create(
        id: DestinationId,
        environment: EnvironmentRef,
        change: Change,
        act: &Act,
    ) -> Result<Created, Faults> {
        let mut faults = Faults::default();
        change.check(environment.flag, &mut faults);
        let progress = change.merge(&Progress::Incomplete(Draft::Untyped), &mut faults);
        let Some(name) = change.name else {
            faults.add("#/name", FaultCode::Required, "A destination has a name.");
            return Err(faults);
        };
        let destination = Self {
            id,
            environment,
            external_id: change.external_id.onto(None),
            name,
            method: change.method.onto(None).unwrap_or(VerificationMethod::Post),
            token: change.token.onto_secret(None, act),
            credential: change.credential.onto(None),
            state: progress.into_state(),
            revision: 1,
            last_attempt: None,
            version: 1,
            created_at: act.now,
            updated_at: act.now,
        };
        let changes = differences(None, Some(&destination));
        let event = event(&destination, Action::DestinationCreated, changes, act);
        faults.unless_any(Created { destination, event })
    }

    /// Takes the next step, or says why not and changes nothing.
    pub fn apply(self, command: Command, act: &Act) -> Result<Applied, Rejection> {
        match command {
            Command::Save(change) => self.save(*change, act),
            Command::Record(verification, fingerprint) => Ok(self.record(&verification, fingerprint, act)),
            Command::Skip(verification) => self.skip(&verification, act),
        }
    }

    /// Whether an attempt may begin, and what it would prove.
    pub fn may_verify(&self) -> Result<Fingerprint, Refusal> {
        let configuration = self.configuration().ok_or(Refusal::NotConfigured)?;
        if self.has_auth_for(configuration) { Ok(self.fingerprint()) } else { Err(Refusal::AuthMissing) }
    }

    /// Whether step 3 is done: a standard destination has a token or a credential, a cloud one a credential.
    pub(super) fn has_auth_for(&self, configuration: &Configuration) -> bool {
        match configuration {
            Configuration::Standard { .. } => self.token.is_some() || self.credential.is_some(),
            Configuration::Cloud { .. } => self.credential.is_some(),
        }
    }

    /// Deletes, if the environment lets this caller.
    pub fn delete(&self, is_staff: bool, act: &Act) -> Result<Deleted, Refusal> {
        if !access::may_delete_destination(is_staff, self.environment.flag) {
            return Err(Refusal::ProductionDelete);
        }
        let changes = differences(Some(self), None);
        let event = event(self, Action::DestinationDeleted, changes, act);
        Ok(Deleted { id: self.id, seen_version: self.version, event })
    }

    fn save(self, change: Change, act: &Act) -> Result<Applied, Rejection> {
        let mut faults = Faults::default();
        change.check(self.environment.flag, &mut faults);
        let stored = self.state.progress();
        let merged = change.merge(&stored, &mut faults);
        if !faults.is_empty() {
            return Err(Rejection::Invalid(faults));
        }
        if breaks_lock(&stored, &merged) {
            return Err(Refusal::TypeLocked.into());
        }
        let mut next = Self {
            external_id: change.external_id.onto(self.external_id.clone()),
            name: change.name.unwrap_or_else(|| self.name.clone()),
            method: change.method.onto(Some(self.method)).unwrap_or(VerificationMethod::Post),
            token: change.token.onto_secret(self.token.as_ref(), act),
            credential: change.credential.onto(self.credential),
            state: self.state.clone(),
            ..self
        };
        let proves_anew = merged != stored
            || next.method != self.method
            || next.token != self.token
            || next.credential != self.credential;
        if proves_anew {
            next.state = merged.into_state();
            next.revision = next.revision.saturating_add(1);
        }
        let changes = differences(Some(&self), Some(&next));
        let event = (!changes.is_empty()).then(|| event(&next, Action::DestinationUpdated, changes, act));
        Ok(next.stamped(event, act))
    }

    /// A failed attempt changes nothing but `last_attempt`; a pass proves only what it was begun with.
    fn record(self, verification: &Verification, fingerprint: Fingerprint, act: &Act) -> Applied {
        let still_fits = self.fingerprint() == fingerprint;
        let passed = verification.outcome == Outcome::Passed;
        let action = match (passed, still_fits) {
            (true, true) => Action::DestinationVerified,
            (true, false) => Action::VerificationOutdated,
            (false, _) => Action::VerificationFailed,
        };
        let before = self.clone();
        let mut next = Self { last_attempt: Some(verification.into()), ..self };
        if passed && still_fits {
            next = next.proved(Proof { verified_at: act.now, skipped: false, fingerprint });
        }
        let mut changes = differences(Some(&before), Some(&next));
        changes.push(FieldChange {
            field: "verification",
            before: None,
            after: Some(verification.id.to_string()),
        });
        let event = event(&next, action, changes, act);
        next.stamped(Some(event), act)
    }

    fn skip(self, verification: &Verification, act: &Act) -> Result<Applied, Rejection> {
        if !self.environment.flag.allows_skipping_verification() {
            return Err(Refusal::SkipNotAllowed.into());
        }
        let fingerprint = self.may_verify()?;
        let before = self.clone();
        let proof = Proof { verified_at: act.now, skipped: true, fingerprint };
        let next = Self { last_attempt: Some(verification.into()), ..self }.proved(proof);
        let changes = differences(Some(&before), Some(&next));
        let event = event(&next, Action::VerificationSkipped, changes, act);
        Ok(next.stamped(Some(event), act))
    }

    fn proved(self, proof: Proof) -> Self {
        let state = match self.state {
            State::Configured(configuration) | State::Verified(configuration, _) => {
                State::Verified(configuration, proof)
            }
            State::InProgress(draft) => State::InProgress(draft),
        };
        Self { state, ..self }
    }

    fn stamped(mut self, event: Option<AuditEvent>, act: &Act) -> Applied {
        let seen_version = self.version;
        if event.is_some() {
            self.version = self.version.saturating_add(1);
            self.updated_at = act.now;
        }
        Applied { destination: self, seen_version, event }
    }
}

/// From `configured` on, type, provider and product stay, and nothing of steps 1 and 2 may be cleared.
fn breaks_lock(stored: &Progress, merged: &Progress) -> bool {
    match (stored, merged) {
        (Progress::Incomplete(_), _) => false,
        (Progress::Complete(_), Progress::Incomplete(_)) => true,
        (Progress::Complete(before), Progress::Complete(after)) => match (before, after) {
            (Configuration::Standard { .. }, Configuration::Standard { .. }) => false,
            (Configuration::Cloud { product, .. }, Configuration::Cloud { product: other, .. }) => {
                product != other
            }
            (Configuration::Standard { .. }, Configuration::Cloud { .. })
            | (Configuration::Cloud { .. }, Configuration::Standard { .. }) => true,
        },
    }
}

impl State {
    fn progress(&self) -> Progress {
        match self {
            Self::InProgress(draft) => Progress::Incomplete(draft.clone()),
            Self::Configured(configuration) | Self::Verified(configuration, _) => {
                Progress::Complete(configuration.clone())
            }
        }
    }
}

impl Progress {
    /// The state without a proof: after a change, a message has to prove it anew.
    fn into_state(self) -> State {
        match self {
            Self::Incomplete(draft) => State::InProgress(draft),
            Self::Complete(configuration) => State::Configured(configuration),
        }
    }
}

impl Patch<crate::secret::SealedText> {
    fn onto_secret(self, stored: Option<&StoredSecret>, act: &Act) -> Option<StoredSecret> {
        match self {
            Self::Absent => stored.cloned(),
            Self::Null => None,
            Self::Value(sealed) => Some(StoredSecret::replacing(stored, sealed, act.now)),
        }
    }
}

fn event(destination: &Destination, action: Action, changes: Vec<FieldChange>, act: &Act) -> AuditEvent {
    AuditEvent {
        id: act.event_id,
        at: act.now,
        actor: act.actor,
        request_id: act.request_id.clone(),
        organization: Some(destination.environment.organization),
        environment: Some(destination.environment.id),
        action,
        resource_kind: ResourceKind::Destination,
        resource_id: destination.id.to_string(),
        changes,
    }
}

/// The members that differ, by their names on the wire.
fn differences(before: Option<&Destination>, after: Option<&Destination>) -> Vec<FieldChange> {
    let members = |destination: Option<&Destination>| destination.map(audited_members).unwrap_or_default();
    let (before, after) = (members(before), members(after));
    let find = |side: &[(&'static str, String)], field| {
        side.iter().find(|(name, _)| *name == field).map(|(_, value)| value.clone())
    };
    let mut fields: Vec<&'static str> = before.iter().chain(&after).map(|(name, _)| *name).collect();
    fields.sort_unstable();
    fields.dedup();
    fields
        .into_iter()
        .map(|field| FieldChange { field, before: find(&before, field), after: find(&after, field) })
        .filter(|change| change.before != change.after)
        .collect()
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
    add("authCredential", destination.credential.map(|id| id.to_string()));
    add("verificationToken", destination.token.as_ref().map(|token| format!("version {}", token.version)));
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
