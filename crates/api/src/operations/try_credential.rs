//! Trying a credential: does it yield a token, or a valid signature, now? And opening one for use.

use domain::{
    credential::{Credential, Material},
    verification::{Check, CheckOutcome},
};
use outbound::authorize::Attached;
use persistence::credentials;
use serde_json::json;

use crate::{failure::Failure, problem::ProblemCode, state::State, wire::credential::checks};

/// The checks of a credential that works; else the problem that bears them.
pub async fn run(state: &State, credential: &Credential) -> Result<Vec<Check>, Failure> {
    let permit = state.verifications.try_acquire().map_err(|_| Failure::of(ProblemCode::Overloaded))?;
    let attached = open(state, credential)?;
    let flag = credential.environment.flag;
    let found = state.authorizer.test(&state.outbound, &attached, flag, state.verify_timeout).await;
    drop(permit);
    let Some(failed) = found.iter().find(|check| check.outcome == CheckOutcome::Failed) else {
        return Ok(found);
    };
    let detail = format!("Check `{}` failed: {}", failed.name.name(), failed.detail);
    Err(Failure::new(ProblemCode::VerificationFailed, detail).with("checks", json!(checks(&found))))
}

/// The credential with its secrets open, for as long as a call takes.
pub fn open(state: &State, credential: &Credential) -> Result<Attached, Failure> {
    let secrets = credential.secrets.iter().map(|(name, secret)| {
        let place = credentials::secret_place(credential.id, name);
        state.sealer.open(&secret.sealed.envelope, &place).map(|text| (*name, text))
    });
    let secrets = secrets.collect::<Result<Vec<_>, _>>().map_err(Failure::internal)?;
    let material =
        Material::build(credential.strategy, &credential.fields, secrets).map_err(Failure::internal)?;
    Ok(Attached {
        id: credential.id,
        environment: credential.environment.id,
        revision: credential.revision,
        material,
    })
}
