//! The steps of a credential's life and their rules.

use super::{Changed, Created, Credential, CredentialChange, Deleted, Strategy};
use crate::{
    audit::{Act, Action, AuditEvent, FieldChange, ResourceKind, Subject, differences},
    destination::naming::Name,
    environment::EnvironmentRef,
    fault::{FaultCode, Faults},
    form::Fields,
    ids::{CredentialId, DestinationId},
    refusal::Refusal,
    secret::StoredSecret,
};

impl Credential {
    /// Makes a credential. Fails with every fault of `change` that the environment or the strategy knows of.
    pub fn create(
        id: CredentialId,
        environment: EnvironmentRef,
        strategy: &'static Strategy,
        change: CredentialChange,
        act: &Act,
    ) -> Result<Created, Faults> {
        let mut faults = Faults::default();
        change.check_place(environment, strategy, &mut faults);
        if change.name.is_none() {
            faults.add("#/name", FaultCode::Required, "A credential has a name.");
        }
        let (fields, secrets) =
            change.contents(strategy, environment, (&Fields::default(), &[]), act, &mut faults);
        let (Some(name), true) = (change.name, faults.is_empty()) else { return Err(faults) };
        let credential = Self {
            id,
            environment,
            external_id: change.external_id.onto(None),
            name,
            strategy,
            fields,
            secrets,
            version: 1,
            revision: 1,
            created_at: act.now,
            updated_at: act.now,
        };
        let changes = differences(Vec::new(), audited_members(&credential));
        let event = credential.event(Action::CredentialCreated, changes, act);
        Ok(Created { credential, event })
    }

    /// Changes it, or answers with every fault and changes nothing.
    pub fn change(self, change: CredentialChange, act: &Act) -> Result<Changed, Faults> {
        let mut faults = Faults::default();
        change.check_place(self.environment, self.strategy, &mut faults);
        let stored = (&self.fields, self.secrets.as_slice());
        let (fields, secrets) = change.contents(self.strategy, self.environment, stored, act, &mut faults);
        if !faults.is_empty() {
            return Err(faults);
        }
        let takes_back_destinations = fields != self.fields || secrets != self.secrets;
        let before = audited_members(&self);
        let mut next = Self {
            external_id: change.external_id.onto(self.external_id),
            name: change.name.unwrap_or(self.name),
            fields,
            secrets,
            ..self
        };
        let seen_version = next.version;
        let changes = differences(before, audited_members(&next));
        let event = (!changes.is_empty()).then(|| next.event(Action::CredentialUpdated, changes, act));
        if event.is_some() {
            next.version = next.version.saturating_add(1);
            next.updated_at = act.now;
        }
        if takes_back_destinations {
            next.revision = next.revision.saturating_add(1);
        }
        Ok(Changed { credential: next, seen_version, event, takes_back_destinations })
    }

    /// Deletes it, unless a destination uses it; `users` are those that do, or the first few of them.
    pub fn delete(&self, users: &[(DestinationId, Name)], act: &Act) -> Result<Deleted, Refusal> {
        if !users.is_empty() {
            return Err(Refusal::CredentialInUse);
        }
        let changes = differences(audited_members(self), Vec::new());
        let event = self.event(Action::CredentialDeleted, changes, act);
        Ok(Deleted { id: self.id, seen_version: self.version, event })
    }

    fn event(&self, action: Action, changes: Vec<FieldChange>, act: &Act) -> AuditEvent {
        let subject = Subject { kind: ResourceKind::Credential, id: self.id.to_string() };
        AuditEvent::in_environment(self.environment, action, subject, changes, act)
    }
}

/// What is stored of a credential's form: plain values, and sealed secrets.
type Stored<'a> = (&'a Fields, &'a [(&'static str, StoredSecret)]);

impl CredentialChange {
    /// What names the place or the strategy again has to agree with it.
    fn check_place(&self, environment: EnvironmentRef, strategy: &'static Strategy, faults: &mut Faults) {
        let mut agree = |is_equal: bool, pointer: &str, detail: &'static str| {
            if !is_equal {
                faults.add(pointer, FaultCode::Mismatch, detail);
            }
        };
        agree(
            self.organization.is_none_or(|stated| stated == environment.organization),
            "#/organization",
            "Must be the organization that the environment belongs to.",
        );
        agree(
            self.environment.is_none_or(|stated| stated == environment.id),
            "#/environmentId",
            "A credential stays in its environment.",
        );
        agree(
            self.strategy.as_ref().is_none_or(|stated| stated == strategy.key),
            "#/authStrategy",
            "A credential keeps its strategy; create another one.",
        );
    }

    /// The fields and secrets after this change, checked as a whole.
    fn contents(
        &self,
        strategy: &'static Strategy,
        environment: EnvironmentRef,
        (stored, sealed): Stored<'_>,
        act: &Act,
        faults: &mut Faults,
    ) -> (Fields, Vec<(&'static str, StoredSecret)>) {
        let merged = stored.merged(self.fields.clone());
        let fields = Fields::parse(strategy.fields, merged, "#", faults);
        fields.check_schemes(strategy.fields, environment.flag, "#", faults);
        for (name, patch) in self.secrets.iter().filter(|(_, patch)| !patch.is_absent()) {
            let known = strategy.field(name).is_some_and(|field| field.secret);
            // Clearing what a strategy cannot have is as well done as said.
            if !known && patch.value().is_some() {
                let detail = "There is no such field here.";
                faults.add(format!("#/{name}"), FaultCode::UnknownField, detail);
            }
        }
        let secrets = strategy.fields.iter().filter(|field| field.secret).filter_map(|field| {
            let before = sealed.iter().find(|(name, _)| *name == field.name).map(|(_, secret)| secret);
            let patch = self.secrets.iter().find(|(name, _)| *name == field.name).map(|(_, patch)| patch);
            let after = match patch {
                Some(patch) => patch.clone().onto_secret(before, act),
                None => before.cloned(),
            };
            after.map(|secret| (field.name, secret))
        });
        let secrets: Vec<_> = secrets.collect();
        let names: Vec<&'static str> = secrets.iter().map(|(name, _)| *name).collect();
        strategy.check(&fields, &names, faults);
        (fields, secrets)
    }
}

/// What the trail keeps of a credential: its members as text, secrets as their version.
fn audited_members(credential: &Credential) -> Vec<(&'static str, String)> {
    let mut members =
        vec![("name", credential.name.to_string()), ("authStrategy", credential.strategy.key.to_owned())];
    members.extend(credential.external_id.as_ref().map(|id| ("externalId", id.to_string())));
    members.extend(credential.fields.iter().map(|(name, value)| (name, value.to_string())));
    let versions = credential.secrets.iter();
    members.extend(versions.map(|(name, secret)| (*name, format!("version {}", secret.version))));
    members
}
