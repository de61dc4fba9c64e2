//! The steps of a destination's life and their rules: contract section 2, "The state machine".

use super::{
    Applied, Command, Created, Deleted, Destination, Fingerprint, Proof, Rejection, State,
    change::Change,
    draft::{Configuration, Draft, Progress},
    trail,
};
use crate::{
    access,
    audit::{Act, Action, AuditEvent, FieldChange},
    credential::CredentialRef,
    environment::EnvironmentRef,
    fault::{FaultCode, Faults},
    ids::DestinationId,
    refusal::Refusal,
    secret::{SealedText, StoredSecret},
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
        let progress = change.merge(&Progress::Incomplete(Draft::Untyped), environment.flag, &mut faults);
        progress.check_credential(change.credential.value().copied(), &mut faults);
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
            signing_secret: None,
            state: progress.into_state(),
            revision: 1,
            last_attempt: None,
            version: 1,
            created_at: act.now,
            updated_at: act.now,
        };
        let changes = trail::differences(None, Some(&destination));
        let event = trail::event(&destination, Action::DestinationCreated, changes, act);
        faults.unless_any(Created { destination, event })
    }

    /// Takes the next step, or says why not and changes nothing.
    pub fn apply(self, command: Command, act: &Act) -> Result<Applied, Rejection> {
        match command {
            Command::Save(change) => self.save(*change, act),
            Command::Record(verification, fingerprint) => Ok(self.record(&verification, fingerprint, act)),
            Command::Skip(verification) => self.skip(&verification, act),
            Command::CredentialChanged => Ok(self.credential_changed(act)),
            Command::RotateSigningSecret(sealed) => Ok(self.rotate_signing_secret(sealed, act)),
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
        let changes = trail::differences(Some(self), None);
        let event = trail::event(self, Action::DestinationDeleted, changes, act);
        Ok(Deleted { id: self.id, seen_version: self.version, event })
    }

    fn save(self, change: Change, act: &Act) -> Result<Applied, Rejection> {
        let mut faults = Faults::default();
        change.check(self.environment.flag, &mut faults);
        let stored = self.state.progress();
        let merged = change.merge(&stored, self.environment.flag, &mut faults);
        let credential = change.credential.onto(self.credential);
        merged.check_credential(credential, &mut faults);
        if !faults.is_empty() {
            return Err(Rejection::Invalid(faults));
        }
        if breaks_lock(&stored, &merged) {
            return Err(Refusal::TypeLocked.into());
        }
        let before = self.clone();
        let mut next = Self {
            external_id: change.external_id.onto(self.external_id),
            name: change.name.unwrap_or(self.name),
            method: change.method.onto(Some(self.method)).unwrap_or(VerificationMethod::Post),
            token: change.token.onto_secret(self.token.as_ref(), act),
            credential,
            ..self
        };
        let proves_anew = merged != stored
            || next.method != before.method
            || next.token != before.token
            || next.credential != before.credential;
        if proves_anew {
            next.state = merged.into_state();
            next.revision = next.revision.saturating_add(1);
        }
        let changes = trail::differences(Some(&before), Some(&next));
        let event =
            (!changes.is_empty()).then(|| trail::event(&next, Action::DestinationUpdated, changes, act));
        Ok(next.stamped(before, event, act))
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
        let mut changes = trail::differences(Some(&before), Some(&next));
        changes.push(FieldChange::new("verification", None, Some(verification.id.to_string())));
        let event = trail::event(&next, action, changes, act);
        next.stamped(before, Some(event), act)
    }

    fn skip(self, verification: &Verification, act: &Act) -> Result<Applied, Rejection> {
        if !self.environment.flag.allows_skipping_verification() {
            return Err(Refusal::SkipNotAllowed.into());
        }
        let fingerprint = self.may_verify()?;
        let before = self.clone();
        let proof = Proof { verified_at: act.now, skipped: true, fingerprint };
        let next = Self { last_attempt: Some(verification.into()), ..self }.proved(proof);
        let changes = trail::differences(Some(&before), Some(&next));
        let event = trail::event(&next, Action::VerificationSkipped, changes, act);
        Ok(next.stamped(before, Some(event), act))
    }

    /// Only what was proved, or is perhaps being proved right now, is affected.
    fn credential_changed(self, act: &Act) -> Applied {
        let before = self.clone();
        let mut next = self;
        let (state, is_affected) = match next.state {
            State::Verified(configuration, _) | State::Configured(configuration) => {
                (State::Configured(configuration), next.credential.is_some())
            }
            State::InProgress(draft) => (State::InProgress(draft), false),
        };
        if !is_affected {
            return before.clone().stamped(before, None, act);
        }
        next.state = state;
        next.revision = next.revision.saturating_add(1);
        let mut changes = trail::differences(Some(&before), Some(&next));
        let reason = "The auth credential was changed; verify again.".to_owned();
        changes.push(FieldChange::new("reason", None, Some(reason)));
        let event = trail::event(&next, Action::DestinationCredentialChanged, changes, act);
        next.stamped(before, Some(event), act)
    }

    fn rotate_signing_secret(self, sealed: SealedText, act: &Act) -> Applied {
        let secret = StoredSecret::replacing(self.signing_secret.as_ref(), sealed, act.now);
        let next = Self { signing_secret: Some(secret), ..self.clone() };
        let changes = trail::differences(Some(&self), Some(&next));
        let event =
            (!changes.is_empty()).then(|| trail::event(&next, Action::SigningSecretRotated, changes, act));
        next.stamped(self, event, act)
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

    fn stamped(mut self, before: Self, event: Option<AuditEvent>, act: &Act) -> Applied {
        if event.is_some() {
            self.version = self.version.saturating_add(1);
            self.updated_at = act.now;
        }
        Applied { before, destination: self, event }
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

impl Progress {
    /// Notes a credential whose strategy the cloud product does not take.
    fn check_credential(&self, credential: Option<CredentialRef>, faults: &mut Faults) {
        let product = match self {
            Self::Incomplete(draft) => draft.product(),
            Self::Complete(configuration) => configuration.product(),
        };
        let (Some(product), Some(credential)) = (product, credential) else { return };
        let accepted = product.description.strategies;
        if !accepted.contains(&credential.strategy.key) {
            let detail = format!("The product takes a credential of {} only.", accepted.join(" or "));
            faults.add("#/authCredential", FaultCode::InvalidValue, detail);
        }
    }
}
