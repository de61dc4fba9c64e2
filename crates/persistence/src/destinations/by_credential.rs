//! The destinations that use a credential: naming some of them, and taking back what was proved with it.

use diesel::prelude::*;
use domain::{
    audit::Act,
    destination::{Command, Destination, Rejection, Status, naming::Name},
    ids::{AuditEventId, CredentialId, DestinationId},
};

use super::{
    row::{DestinationRow, Located},
    update,
};
use crate::{
    error::StoreError,
    row::RowName,
    schema::{destinations, environments},
    sql_types::IdText,
    store::{Changing, Reading},
};

/// Destinations that are in memory at a time while all of a credential's are taken back.
const BATCH: usize = 100;

/// Destinations that use the credential, at most so many, the oldest first.
pub fn users_of(
    tx: &mut Reading<'_>,
    credential: CredentialId,
    limit: u16,
) -> Result<Vec<(DestinationId, Name)>, StoreError> {
    let rows: Vec<(IdText, String)> = destinations::table
        .filter(destinations::credential_id.eq(IdText::from(credential)))
        // All of them are in the credential's environment; its column is here for the index.
        .order((destinations::environment_id, destinations::created_at, destinations::id))
        .select((destinations::id, destinations::name))
        .limit(i64::from(limit))
        .load(tx.0)?;
    let parse = |(id, text): (IdText, String)| {
        let row = RowName { table: "destinations", id: &id.0 };
        Ok((row.parse("id", &id.0)?, Name::parse(&text).map_err(|_| row.corrupt("name"))?))
    };
    rows.into_iter().map(parse).collect()
}

/// Takes back what was proved with a credential that has changed, and says how many destinations it was: the
/// verified ones that use it are `configured` again, each with an audit event of its own whose id is `event_id`'s.
/// Of those that are only configured the revision goes up, so that the result of an attempt which is under way with
/// the old credential no longer fits them. Belongs into the transaction that changes the credential.
pub fn take_back(
    tx: &mut Changing<'_>,
    credential: CredentialId,
    act: &Act,
    mut event_id: impl FnMut() -> AuditEventId,
) -> Result<usize, StoreError> {
    let of_credential =
        || destinations::table.filter(destinations::credential_id.eq(IdText::from(credential)));
    // First, for the revision of those that are taken back below goes up with that.
    let configured = of_credential().filter(destinations::status.eq(Status::Configured.name()));
    diesel::update(configured)
        .set(destinations::configuration_revision.eq(destinations::configuration_revision + 1))
        .execute(tx.0)?;
    let verified: Vec<IdText> = of_credential()
        .filter(destinations::status.eq(Status::Verified.name()))
        .select(destinations::id)
        .load(tx.0)?;
    for ids in verified.chunks(BATCH) {
        let rows: Vec<(DestinationRow, (i64, String))> = destinations::table
            .filter(destinations::id.eq_any(ids.to_vec()))
            .inner_join(environments::table.on(environments::id.eq(destinations::environment_id)))
            .select((DestinationRow::as_select(), (environments::organization_id, environments::flag)))
            .load(tx.0)?;
        for (row, (organization_id, flag)) in rows {
            let destination = Destination::try_from(Located { row, organization_id, flag })?;
            let act = Act { event_id: event_id(), ..act.clone() };
            let applied = destination
                .apply(Command::CredentialChanged, &act)
                .map_err(|rejection| unexpected(&rejection))?;
            update(tx, &applied)?;
        }
    }
    Ok(verified.len())
}

/// The rules take a destination back from every state.
fn unexpected(rejection: &Rejection) -> StoreError {
    match rejection {
        Rejection::Refused(refusal) => (*refusal).into(),
        Rejection::Invalid(_) => StoreError::Internal("a destination could not be taken back".to_owned()),
    }
}
