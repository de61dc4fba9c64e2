//! The table `users`: people and pipelines. What they are where is in `roles`.

use diesel::{connection::SimpleConnection, dsl::exists, prelude::*, select};
use domain::{
    access::OrganizationRole,
    audit::{Act, Action, AuditEvent, FieldChange, ResourceKind},
    ids::{OrganizationId, UserId},
    organization::{Subject, User, UserKind},
    time::Timestamp,
};

use crate::{
    audit,
    engine::connection::DbConnection,
    error::StoreError,
    page::{Keyset, Page, PageRequest},
    row::RowName,
    schema::{environment_roles, organization_roles, organizations, users},
    sql_types::{IdText, InstantText},
    store::{Changing, Reading},
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
struct UserRow {
    id: IdText,
    name: String,
    is_staff: bool,
    created_at: InstantText,
    kind: String,
    home_organization_id: Option<i64>,
    issuer: Option<String>,
    subject: Option<String>,
    removed_at: Option<InstantText>,
    version: i64,
}

impl From<&User> for UserRow {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.into(),
            name: user.name.clone(),
            is_staff: user.is_staff,
            created_at: user.created_at.into(),
            kind: user.kind.name().to_owned(),
            home_organization_id: user.home.map(|id| id.0),
            issuer: user.subject.as_ref().map(|subject| subject.issuer.clone()),
            subject: user.subject.as_ref().map(|subject| subject.subject.clone()),
            removed_at: user.removed_at.map(InstantText::from),
            version: user.version,
        }
    }
}

impl TryFrom<UserRow> for User {
    type Error = StoreError;

    fn try_from(row: UserRow) -> Result<Self, StoreError> {
        let name = RowName { table: "users", id: &row.id.0 };
        Ok(Self {
            id: name.parse("id", &row.id.0)?,
            created_at: name.parse("created_at", &row.created_at.0)?,
            kind: name.expect("kind", UserKind::from_name(&row.kind))?,
            removed_at: name.parse_some("removed_at", row.removed_at.as_ref().map(|at| at.0.as_str()))?,
            is_staff: row.is_staff,
            name: row.name,
            home: row.home_organization_id.map(OrganizationId),
            subject: row.issuer.zip(row.subject).map(|(issuer, subject)| Subject { issuer, subject }),
            version: row.version,
        })
    }
}

/// Whether there is neither a user nor an organization: a database just made.
pub fn is_empty(tx: &mut Reading<'_>) -> Result<bool, StoreError> {
    let has_users = exists(users::table.select(users::id));
    let has_organizations = exists(organizations::table.select(organizations::id));
    let has_any: bool = select(has_users.or(has_organizations)).get_result(tx.0)?;
    Ok(!has_any)
}

/// [`is_empty`], and it stays so until this transaction makes the first organization: of nodes that start at the same
/// moment one is told `true`.
pub fn is_empty_for_us(tx: &mut Changing<'_>) -> Result<bool, StoreError> {
    match &mut *tx.0 {
        DbConnection::Postgres(inner) => {
            inner.batch_execute("lock table organizations in share row exclusive mode")?;
        }
        // There is one writer.
        DbConnection::Sqlite(_) => {}
    }
    is_empty(tx)
}

/// The user of this id, if there is one; one that was removed too.
pub fn find_user(tx: &mut Reading<'_>, id: UserId) -> Result<Option<User>, StoreError> {
    let row: Option<UserRow> = users::table
        .filter(users::id.eq(IdText::from(id)))
        .select(UserRow::as_select())
        .first(tx.0)
        .optional()?;
    row.map(User::try_from).transpose()
}

/// The user whom the identity provider knows by this subject, if there is one; one that was removed too.
pub fn find_subject(tx: &mut Reading<'_>, subject: &Subject) -> Result<Option<User>, StoreError> {
    let row: Option<UserRow> = users::table
        .filter(users::issuer.eq(&subject.issuer))
        .filter(users::subject.eq(&subject.subject))
        .select(UserRow::as_select())
        .first(tx.0)
        .optional()?;
    row.map(User::try_from).transpose()
}

/// The service account of an organization by its id, if there is one that was not removed.
pub fn service_account(
    tx: &mut Reading<'_>,
    organization: OrganizationId,
    id: UserId,
) -> Result<User, StoreError> {
    let found = find_user(tx, id)?.filter(|user| user.home == Some(organization));
    found.filter(|user| user.removed_at.is_none()).ok_or(StoreError::NotFound)
}

/// The service accounts of an organization, the oldest first.
pub fn service_accounts(
    tx: &mut Reading<'_>,
    organization: OrganizationId,
    page: &PageRequest,
) -> Result<Page<User>, StoreError> {
    let mut query = users::table
        .filter(users::home_organization_id.eq(organization.0))
        .filter(users::removed_at.is_null())
        .select(UserRow::as_select())
        .order((users::created_at, users::id))
        .limit(page.rows())
        .into_boxed();
    if let Some(after) = &page.after {
        let (key, id) = (InstantText(after.key.clone()), IdText(after.id.clone()));
        query = query
            .filter(users::created_at.ge(key.clone()).and(users::created_at.gt(key).or(users::id.gt(id))));
    }
    let rows: Vec<UserRow> = query.load(tx.0)?;
    let keyset = |row: &UserRow| Keyset { key: row.created_at.0.clone(), id: row.id.0.clone() };
    Page::cut(rows, page.limit, keyset, User::try_from)
}

/// Every user that was not removed, by id: for the operator.
pub fn all_users(tx: &mut Reading<'_>, page: &PageRequest<UserId>) -> Result<Page<User, UserId>, StoreError> {
    let mut query = users::table
        .filter(users::removed_at.is_null())
        .select(UserRow::as_select())
        .order(users::id)
        .limit(page.rows())
        .into_boxed();
    if let Some(after) = page.after {
        query = query.filter(users::id.gt(IdText::from(after)));
    }
    let rows: Vec<UserRow> = query.load(tx.0)?;
    let users = rows.into_iter().map(User::try_from).collect::<Result<Vec<_>, _>>()?;
    Page::cut(users, page.limit, |user| user.id, Ok)
}

/// Stores a user. An id that exists is a [`crate::Unique::UserId`], a subject that is known a
/// [`crate::Unique::Subject`].
pub fn create_user(tx: &mut Changing<'_>, user: &User, act: &Act) -> Result<(), StoreError> {
    diesel::insert_into(users::table).values(UserRow::from(user)).execute(tx.0)?;
    let changes = vec![
        FieldChange::new("name", None, Some(user.name.clone())),
        FieldChange::new("isStaff", None, Some(user.is_staff.to_string())),
        FieldChange::new("kind", None, Some(user.kind.name().to_owned())),
    ];
    audit::append(tx, &user_event(user, Action::UserCreated, changes, act))
}

/// Gives a user another name, if it is still as it was read; else [`StoreError::Stale`].
pub fn rename_user(tx: &mut Changing<'_>, user: User, name: String, act: &Act) -> Result<User, StoreError> {
    if user.name == name {
        return Ok(user);
    }
    let next = User { name, version: user.version.saturating_add(1), ..user.clone() };
    let change = (users::name.eq(&next.name), users::version.eq(next.version));
    if diesel::update(as_read(&user)).set(change).execute(tx.0)? == 0 {
        return Err(StoreError::Stale);
    }
    let changes = vec![FieldChange::new("name", Some(user.name), Some(next.name.clone()))];
    audit::append(tx, &user_event(&next, Action::UserUpdated, changes, act))?;
    Ok(next)
}

/// Removes a user, if it is still as it was read; else [`StoreError::Stale`]. Its roles and keys go, and it is no
/// longer staff; it stays for the trail.
pub fn remove_user(tx: &mut Changing<'_>, user: &User, act: &Act) -> Result<(), StoreError> {
    let gone = (
        users::removed_at.eq(Some(InstantText::from(act.now))),
        users::is_staff.eq(false),
        users::version.eq(user.version.saturating_add(1)),
    );
    if diesel::update(as_read(user)).set(gone).execute(tx.0)? == 0 {
        return Err(StoreError::Stale);
    }
    let id = IdText::from(user.id);
    diesel::delete(organization_roles::table.filter(organization_roles::user_id.eq(id.clone())))
        .execute(tx.0)?;
    diesel::delete(environment_roles::table.filter(environment_roles::user_id.eq(id))).execute(tx.0)?;
    crate::api_keys::delete_all_of(tx, user.id)?;
    let now: Timestamp = act.now;
    let changes = vec![FieldChange::new("removedAt", None, Some(now.to_string()))];
    audit::append(tx, &user_event(user, Action::UserRemoved, changes, act))
}

#[diesel::dsl::auto_type]
fn as_read<'a>(user: &'a User) -> _ {
    let (id, version): (IdText, i64) = (IdText::from(user.id), user.version);
    users::table
        .filter(users::id.eq(id))
        .filter(users::version.eq(version))
        .filter(users::removed_at.is_null())
}

/// Keeps a user for this transaction: those who change something of one user do it one after the other. One that does
/// not exist, or was removed, is [`StoreError::NotFound`].
pub fn keep(tx: &mut Changing<'_>, user: UserId) -> Result<User, StoreError> {
    let of_user = users::table.filter(users::id.eq(IdText::from(user))).filter(users::removed_at.is_null());
    let row: UserRow = match &mut *tx.0 {
        DbConnection::Postgres(inner) => {
            of_user.select(UserRow::as_select()).for_no_key_update().get_result(inner)?
        }
        DbConnection::Sqlite(inner) => of_user.select(UserRow::as_select()).get_result(inner)?,
    };
    row.try_into()
}

/// The owner of the oldest organization, and that organization; `None` if there is none.
pub fn first_owner(tx: &mut Reading<'_>) -> Result<Option<(UserId, OrganizationId)>, StoreError> {
    let found: Option<(IdText, i64)> = organization_roles::table
        .filter(organization_roles::role.eq(OrganizationRole::Owner.name()))
        .select((organization_roles::user_id, organization_roles::organization_id))
        .order((organization_roles::organization_id, organization_roles::user_id))
        .first(tx.0)
        .optional()?;
    let parse = |(user, organization): (IdText, i64)| {
        let name = RowName { table: "organization_roles", id: &organization };
        Ok((name.parse("user_id", &user.0)?, OrganizationId(organization)))
    };
    found.map(parse).transpose()
}

fn user_event(user: &User, action: Action, changes: Vec<FieldChange>, act: &Act) -> AuditEvent {
    let event = AuditEvent::of(ResourceKind::User, user.id.to_string(), action, changes, act);
    AuditEvent { organization: user.home, ..event }
}
