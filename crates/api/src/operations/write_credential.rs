//! Creating and changing a credential: what the way out can tell is checked before, what is stored is decided inside
//! one change. For POST, PATCH and PUT alike.

use actix_web::web::Data;
use domain::{
    credential::{Changed, Credential},
    destination::Rejection,
    fault::Faults,
    form::Fields,
    ids::{AuditEventId, CredentialId, EnvironmentId},
};
use persistence::{Changing, credentials, environments};

use crate::{
    clock,
    extract::{
        body::BodyFaults,
        caller::{Caller, CredentialsWrite},
        precondition::Expected,
    },
    failure::Failure,
    problem::ProblemCode,
    state::State,
    wire::credential_body::{CredentialMembers, PRIVATE_KEY},
};

/// Makes a credential in an environment, `None` if the body, which has to, names none; and answers with what `keep`
/// makes of it in the same transaction.
pub async fn create<T: Send + 'static>(
    state: Data<State>,
    caller: &Caller<CredentialsWrite>,
    environment: Option<EnvironmentId>,
    members: CredentialMembers,
    mut faults: BodyFaults,
    keep: impl FnOnce(&mut Changing<'_>, &State, &Credential) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let mut found = Faults::default();
    let strategy = members.named_strategy(&mut found);
    match strategy {
        Some(strategy) => members.inspect(&state, strategy, &Fields::default(), None, &mut found),
        None => members.inspect_without_strategy(&mut found),
    }
    faults.extend(found);
    let id = members.id.unwrap_or_else(|| CredentialId(clock::new_id()));
    let change = members.seal(&state, id)?;
    let Some(environment) = environment else { return Err(faults.into()) };
    let (scope, act) = (caller.scope(), caller.act(clock::now()));
    let shared = state.clone();
    state
        .store
        .change(move |tx| {
            let environment = environments::get_for(tx, &scope, environment)?.reference();
            let Some(strategy) = strategy else { return Err(faults.into()) };
            let created = Credential::create(id, environment, strategy, change, &act);
            let created = faults.settle(created.map_err(Rejection::Invalid))?;
            credentials::create(tx, &created)?;
            keep(tx, &shared, &created.credential)
        })
        .await
}

/// Changes the credential that was just read; if it has changed since, nothing is changed.
pub async fn change(
    state: &State,
    caller: &Caller<CredentialsWrite>,
    stored: &Credential,
    members: CredentialMembers,
    mut faults: BodyFaults,
    expected: Expected,
) -> Result<Credential, Failure> {
    let mut found = Faults::default();
    inspect(state, &members, stored, &mut found)?;
    faults.extend(found);
    let (id, seen) = (stored.id, stored.version);
    let change = members.seal(state, id)?;
    let (scope, act) = (caller.scope(), caller.act(clock::now()));
    state
        .store
        .change(move |tx| {
            let credential = credentials::get_for(tx, &scope, id)?;
            expected.check(credential.version)?;
            if credential.version != seen {
                return Err(Failure::of(ProblemCode::ConcurrentUpdate));
            }
            let changed = faults.settle(credential.change(change, &act).map_err(Rejection::Invalid))?;
            credentials::update(tx, &changed)?;
            if changed.takes_back_destinations {
                credentials::take_back(tx, id, &act, || AuditEventId(clock::new_id()))?;
            }
            let Changed { credential, .. } = changed;
            Ok(credential)
        })
        .await
}

/// Notes what only the way out can tell of a change; an algorithm may change under a key that stays.
fn inspect(
    state: &State,
    members: &CredentialMembers,
    stored: &Credential,
    faults: &mut Faults,
) -> Result<(), Failure> {
    let kept = stored.secret(PRIVATE_KEY).map(|key| {
        let place = credentials::secret_place(stored.id, PRIVATE_KEY);
        state.sealer.open(&key.sealed.envelope, &place)
    });
    let kept = kept.transpose().map_err(Failure::internal)?;
    members.inspect(state, stored.strategy, &stored.fields, kept.as_ref(), faults);
    Ok(())
}
