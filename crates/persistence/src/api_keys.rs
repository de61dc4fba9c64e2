//! The tables `api_keys` and `used_assertions`: the public keys by which users ask for tokens, and what makes each
//! assertion good for one token only.

use diesel::prelude::*;
use domain::{
    api_key::{ApiKey, KeySource},
    audit::{Act, Action, AuditEvent, FieldChange, ResourceKind},
    ids::{ApiKeyId, OrganizationId, UserId},
    time::Timestamp,
};

use crate::{
    audit,
    engine::connection::each,
    error::StoreError,
    page::{Keyset, Page, PageRequest},
    row::RowName,
    schema::{api_keys, used_assertions, users},
    sql_types::{IdText, InstantText, JsonText},
    store::{Changing, Reading},
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = api_keys, treat_none_as_default_value = false, treat_none_as_null = true)]
struct KeyRow {
    id: IdText,
    user_id: IdText,
    name: String,
    jwks: Option<JsonText>,
    jwks_url: Option<String>,
    created_at: InstantText,
    updated_at: InstantText,
    last_used_at: Option<InstantText>,
    version: i64,
}

impl From<&ApiKey> for KeyRow {
    fn from(key: &ApiKey) -> Self {
        let (jwks, jwks_url) = match &key.source {
            KeySource::Set(text) => (Some(JsonText(text.clone())), None),
            KeySource::Url(url) => (None, Some(url.clone())),
        };
        Self {
            id: key.id.into(),
            user_id: key.user.into(),
            name: key.name.clone(),
            jwks,
            jwks_url,
            created_at: key.created_at.into(),
            updated_at: key.updated_at.into(),
            last_used_at: key.last_used_at.map(InstantText::from),
            version: key.version,
        }
    }
}

impl TryFrom<KeyRow> for ApiKey {
    type Error = StoreError;

    fn try_from(row: KeyRow) -> Result<Self, StoreError> {
        let name = RowName { table: "api_keys", id: &row.id.0 };
        let source = match (row.jwks, row.jwks_url) {
            (Some(JsonText(text)), None) => KeySource::Set(text),
            (None, Some(url)) => KeySource::Url(url),
            (Some(_), Some(_)) | (None, None) => return Err(name.corrupt("jwks")),
        };
        Ok(Self {
            id: name.parse("id", &row.id.0)?,
            user: name.parse("user_id", &row.user_id.0)?,
            source,
            created_at: name.parse("created_at", &row.created_at.0)?,
            updated_at: name.parse("updated_at", &row.updated_at.0)?,
            last_used_at: name
                .parse_some("last_used_at", row.last_used_at.as_ref().map(|at| at.0.as_str()))?,
            version: row.version,
            name: row.name,
        })
    }
}

/// A user's keys, the oldest first.
pub fn page(tx: &mut Reading<'_>, user: UserId, page: &PageRequest) -> Result<Page<ApiKey>, StoreError> {
    let mut query = api_keys::table
        .filter(api_keys::user_id.eq(IdText::from(user)))
        .select(KeyRow::as_select())
        .order((api_keys::created_at, api_keys::id))
        .limit(page.rows())
        .into_boxed();
    if let Some(after) = &page.after {
        let (key, id) = (InstantText(after.key.clone()), IdText(after.id.clone()));
        query = query.filter(
            api_keys::created_at.ge(key.clone()).and(api_keys::created_at.gt(key).or(api_keys::id.gt(id))),
        );
    }
    let rows: Vec<KeyRow> = query.load(tx.0)?;
    let keyset = |row: &KeyRow| Keyset { key: row.created_at.0.clone(), id: row.id.0.clone() };
    Page::cut(rows, page.limit, keyset, ApiKey::try_from)
}

/// How many keys a user has.
pub fn count(tx: &mut Reading<'_>, user: UserId) -> Result<i64, StoreError> {
    Ok(api_keys::table.filter(api_keys::user_id.eq(IdText::from(user))).count().get_result(tx.0)?)
}

/// A user's key of this id.
pub fn get(tx: &mut Reading<'_>, user: UserId, id: ApiKeyId) -> Result<ApiKey, StoreError> {
    let row: KeyRow = api_keys::table
        .filter(api_keys::id.eq(IdText::from(id)))
        .filter(api_keys::user_id.eq(IdText::from(user)))
        .select(KeyRow::as_select())
        .first(tx.0)?;
    row.try_into()
}

/// The key that a client names itself by, if its user was not removed.
pub fn of_client(tx: &mut Reading<'_>, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
    let row: Option<KeyRow> = api_keys::table
        .inner_join(users::table.on(users::id.eq(api_keys::user_id)))
        .filter(api_keys::id.eq(IdText::from(id)))
        .filter(users::removed_at.is_null())
        .select(KeyRow::as_select())
        .first(tx.0)
        .optional()?;
    row.map(ApiKey::try_from).transpose()
}

/// Whether a user was not removed, and its key, if the token was got with one, not revoked.
pub fn is_valid(tx: &mut Reading<'_>, user: UserId, key: Option<ApiKeyId>) -> Result<bool, StoreError> {
    let of_user = users::table.filter(users::id.eq(IdText::from(user))).filter(users::removed_at.is_null());
    let found: Option<IdText> = match key {
        None => of_user.select(users::id).first(tx.0).optional()?,
        Some(key) => of_user
            .inner_join(api_keys::table.on(api_keys::user_id.eq(users::id)))
            .filter(api_keys::id.eq(IdText::from(key)))
            .select(users::id)
            .first(tx.0)
            .optional()?,
    };
    Ok(found.is_some())
}

/// Stores a key. An id that exists is a [`crate::Unique::ApiKeyId`].
pub fn create(
    tx: &mut Changing<'_>,
    key: &ApiKey,
    home: Option<OrganizationId>,
    act: &Act,
) -> Result<(), StoreError> {
    let row = KeyRow::from(key);
    each!(&mut *tx.0, |inner| diesel::insert_into(api_keys::table).values(row).execute(inner))?;
    let changes = vec![
        FieldChange::new("name", None, Some(key.name.clone())),
        FieldChange::new("user", None, Some(key.user.to_string())),
        FieldChange::new("keys", None, Some(key.source.summary())),
    ];
    audit::append(tx, &event(key, home, Action::ApiKeyCreated, changes, act))
}

/// Stores a change of `before`, if that is still what is stored; else [`StoreError::Stale`]. `next` has the next
/// version, unless nothing changed; then nothing is written.
pub fn update(
    tx: &mut Changing<'_>,
    before: &ApiKey,
    next: &ApiKey,
    home: Option<OrganizationId>,
    act: &Act,
) -> Result<(), StoreError> {
    if before.version == next.version {
        return Ok(());
    }
    let seen = api_keys::table
        .filter(api_keys::id.eq(IdText::from(before.id)))
        .filter(api_keys::version.eq(before.version));
    let KeyRow { name, jwks, jwks_url, updated_at, version, .. } = KeyRow::from(next);
    let change = (
        api_keys::name.eq(name),
        api_keys::jwks.eq(jwks),
        api_keys::jwks_url.eq(jwks_url),
        api_keys::updated_at.eq(updated_at),
        api_keys::version.eq(version),
    );
    if diesel::update(seen).set(change).execute(tx.0)? == 0 {
        return Err(StoreError::Stale);
    }
    let mut changes = Vec::new();
    if before.name != next.name {
        changes.push(FieldChange::new("name", Some(before.name.clone()), Some(next.name.clone())));
    }
    if before.source != next.source {
        let (before, after) = (before.source.summary(), next.source.summary());
        changes.push(FieldChange::new("keys", Some(before), Some(after)));
    }
    audit::append(tx, &event(next, home, Action::ApiKeyUpdated, changes, act))
}

/// Revokes a key, if it is still as it was read; else [`StoreError::Stale`].
pub fn delete(
    tx: &mut Changing<'_>,
    key: &ApiKey,
    home: Option<OrganizationId>,
    act: &Act,
) -> Result<(), StoreError> {
    let seen = api_keys::table
        .filter(api_keys::id.eq(IdText::from(key.id)))
        .filter(api_keys::version.eq(key.version));
    if diesel::delete(seen).execute(tx.0)? == 0 {
        return Err(StoreError::Stale);
    }
    let changes = vec![FieldChange::new("name", Some(key.name.clone()), None)];
    audit::append(tx, &event(key, home, Action::ApiKeyRevoked, changes, act))
}

/// Revokes what a removed user has; its removal is what the trail tells.
pub(crate) fn delete_all_of(tx: &mut Changing<'_>, user: UserId) -> Result<(), StoreError> {
    diesel::delete(api_keys::table.filter(api_keys::user_id.eq(IdText::from(user)))).execute(tx.0)?;
    Ok(())
}

/// Notes that a token was got with the key. Shows, but is no change of it.
pub fn note_use(tx: &mut Changing<'_>, id: ApiKeyId, now: Timestamp) -> Result<(), StoreError> {
    diesel::update(api_keys::table.filter(api_keys::id.eq(IdText::from(id))))
        .set(api_keys::last_used_at.eq(Some(InstantText::from(now))))
        .execute(tx.0)?;
    Ok(())
}

/// Takes an assertion for used until it ends; `false` if it was used already, here or on another node.
pub fn use_assertion(tx: &mut Changing<'_>, digest: &str, ends_at: Timestamp) -> Result<bool, StoreError> {
    let row = (used_assertions::digest.eq(digest), used_assertions::ends_at.eq(InstantText::from(ends_at)));
    let inserted = each!(&mut *tx.0, |inner| diesel::insert_into(used_assertions::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(inner))?;
    Ok(inserted > 0)
}

/// Forgets assertions that have ended, at most so many, and says how many.
pub fn forget_assertions(tx: &mut Changing<'_>, now: Timestamp, limit: i64) -> Result<usize, StoreError> {
    let ended: Vec<String> = used_assertions::table
        .filter(used_assertions::ends_at.lt(InstantText::from(now)))
        .order(used_assertions::ends_at)
        .select(used_assertions::digest)
        .limit(limit)
        .load(tx.0)?;
    if ended.is_empty() {
        return Ok(0);
    }
    Ok(diesel::delete(used_assertions::table.filter(used_assertions::digest.eq_any(ended))).execute(tx.0)?)
}

fn event(
    key: &ApiKey,
    home: Option<OrganizationId>,
    action: Action,
    changes: Vec<FieldChange>,
    act: &Act,
) -> AuditEvent {
    let event = AuditEvent::of(ResourceKind::ApiKey, key.id.to_string(), action, changes, act);
    AuditEvent { organization: home, ..event }
}
