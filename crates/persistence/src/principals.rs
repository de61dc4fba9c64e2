//! The tables `users`, `organization_roles` and `environment_roles`: who there is, and what they are where.

use diesel::{connection::SimpleConnection, dsl::exists, prelude::*, select};
use domain::{
    access::{EnvironmentRole, OrganizationRole, Standing},
    audit::{Act, Action, AuditEvent, FieldChange, ResourceKind},
    ids::{EnvironmentId, OrganizationId, UserId},
    organization::User,
};

use crate::{
    audit,
    engine::connection::DbConnection,
    error::StoreError,
    page::{Page, PageRequest},
    row::RowName,
    schema::{environment_roles, environments, organization_roles, organizations, users},
    scope,
    sql_types::{IdText, InstantText},
    store::{Changing, Reading},
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = users)]
struct UserRow {
    id: IdText,
    name: String,
    is_staff: bool,
    created_at: InstantText,
}

impl From<&User> for UserRow {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.into(),
            name: user.name.clone(),
            is_staff: user.is_staff,
            created_at: user.created_at.into(),
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
            is_staff: row.is_staff,
            name: row.name,
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

/// The user of this id, if there is one.
pub fn find_user(tx: &mut Reading<'_>, id: UserId) -> Result<Option<User>, StoreError> {
    let row: Option<UserRow> = users::table
        .filter(users::id.eq(IdText::from(id)))
        .select(UserRow::as_select())
        .first(tx.0)
        .optional()?;
    row.map(User::try_from).transpose()
}

/// Stores a user. An id that exists is a [`crate::Unique::UserId`].
pub fn create_user(tx: &mut Changing<'_>, user: &User, act: &Act) -> Result<(), StoreError> {
    diesel::insert_into(users::table).values(UserRow::from(user)).execute(tx.0)?;
    let changes = vec![
        FieldChange { field: "name", before: None, after: Some(user.name.clone()) },
        FieldChange { field: "isStaff", before: None, after: Some(user.is_staff.to_string()) },
    ];
    audit::append(tx, &user_event(user.id, Action::UserCreated, changes, act))
}

/// What a user is in an environment. A user that does not exist is nothing anywhere.
pub fn standing(
    tx: &mut Reading<'_>,
    user: UserId,
    environment: EnvironmentId,
) -> Result<Standing, StoreError> {
    let found: Option<scope::StandingColumns> = users::table
        .left_join(
            environment_roles::table.on(environment_roles::user_id
                .eq(users::id)
                .and(environment_roles::environment_id.eq(IdText::from(environment)))),
        )
        .filter(users::id.eq(IdText::from(user)))
        .select((users::is_staff, environment_roles::role.nullable()))
        .first(tx.0)
        .optional()?;
    let (is_staff, role) = found.unwrap_or_default();
    Ok(Standing { is_staff, role: scope::parse_role(user, role.as_deref())? })
}

/// Gives a user a role in an environment, changes it, or takes it away with `None`. Writes nothing if it is so
/// already. Either one that does not exist is [`StoreError::NotFound`].
pub fn set_role(
    tx: &mut Changing<'_>,
    user: UserId,
    environment: EnvironmentId,
    role: Option<EnvironmentRole>,
    act: &Act,
) -> Result<(), StoreError> {
    keep(tx, user)?;
    let organization: i64 = environments::table
        .filter(environments::id.eq(IdText::from(environment)))
        .select(environments::organization_id)
        .first(tx.0)?;
    let before = standing(tx, user, environment)?.role;
    if before == role {
        return Ok(());
    }
    let held = environment_roles::table
        .filter(environment_roles::user_id.eq(IdText::from(user)))
        .filter(environment_roles::environment_id.eq(IdText::from(environment)));
    diesel::delete(held).execute(tx.0)?;
    if let Some(role) = role {
        give_role(tx, user, environment, role)?;
    }
    let name = |role: Option<EnvironmentRole>| role.map(|role| role.name().to_owned());
    let changes = vec![FieldChange { field: "role", before: name(before), after: name(role) }];
    let event = AuditEvent {
        organization: Some(OrganizationId(organization)),
        environment: Some(environment),
        ..user_event(user, Action::RoleSet, changes, act)
    };
    audit::append(tx, &event)
}

/// Keeps a user for this transaction: those who change something of one user do it one after the other.
fn keep(tx: &mut Changing<'_>, user: UserId) -> Result<(), StoreError> {
    let query = users::table.filter(users::id.eq(IdText::from(user))).select(users::id);
    let _: IdText = match &mut *tx.0 {
        DbConnection::Postgres(inner) => query.for_no_key_update().get_result(inner)?,
        DbConnection::Sqlite(inner) => query.get_result(inner)?,
    };
    Ok(())
}

/// Inserts a role where there is none; the caller writes the audit event.
pub(crate) fn give_role(
    tx: &mut Changing<'_>,
    user: UserId,
    environment: EnvironmentId,
    role: EnvironmentRole,
) -> Result<(), StoreError> {
    let row = (
        environment_roles::user_id.eq(IdText::from(user)),
        environment_roles::environment_id.eq(IdText::from(environment)),
        environment_roles::role.eq(role.name()),
    );
    diesel::insert_into(environment_roles::table).values(row).execute(tx.0)?;
    Ok(())
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
        let name = RowName { table: "organization_roles", id: &organization.to_string() };
        Ok((name.parse("user_id", &user.0)?, OrganizationId(organization)))
    };
    found.map(parse).transpose()
}

/// A user's roles in environments, in the order of the environments' ids.
pub fn environment_roles_of(
    tx: &mut Reading<'_>,
    user: UserId,
    page: &PageRequest<EnvironmentId>,
) -> Result<Page<(EnvironmentId, EnvironmentRole), EnvironmentId>, StoreError> {
    let mut query = environment_roles::table
        .filter(environment_roles::user_id.eq(IdText::from(user)))
        .select((environment_roles::environment_id, environment_roles::role))
        .order(environment_roles::environment_id)
        .limit(page.rows())
        .into_boxed();
    if let Some(after) = page.after {
        query = query.filter(environment_roles::environment_id.gt(IdText::from(after)));
    }
    let rows: Vec<(IdText, String)> = query.load(tx.0)?;
    let name = RowName { table: "environment_roles", id: &user.to_string() };
    let parsed = rows
        .into_iter()
        .map(|(id, role)| Ok((name.parse("environment_id", &id.0)?, name.parse("role", &role)?)))
        .collect::<Result<Vec<(EnvironmentId, EnvironmentRole)>, StoreError>>()?;
    Page::cut(parsed, page.limit, |(id, _)| *id, Ok)
}

/// A user's roles in organizations, in the order of their numbers.
pub fn organization_roles_of(
    tx: &mut Reading<'_>,
    user: UserId,
    page: &PageRequest<OrganizationId>,
) -> Result<Page<(OrganizationId, OrganizationRole), OrganizationId>, StoreError> {
    let mut query = organization_roles::table
        .filter(organization_roles::user_id.eq(IdText::from(user)))
        .select((organization_roles::organization_id, organization_roles::role))
        .order(organization_roles::organization_id)
        .limit(page.rows())
        .into_boxed();
    if let Some(after) = page.after {
        query = query.filter(organization_roles::organization_id.gt(after.0));
    }
    let rows: Vec<(i64, String)> = query.load(tx.0)?;
    let name = RowName { table: "organization_roles", id: &user.to_string() };
    Page::cut(
        rows,
        page.limit,
        |(id, _)| OrganizationId(*id),
        |(id, role)| Ok((OrganizationId(id), name.parse("role", &role)?)),
    )
}

fn user_event(user: UserId, action: Action, changes: Vec<FieldChange>, act: &Act) -> AuditEvent {
    AuditEvent {
        id: act.event_id,
        at: act.now,
        actor: act.actor,
        request_id: act.request_id.clone(),
        organization: None,
        environment: None,
        action,
        resource_kind: ResourceKind::User,
        resource_id: user.to_string(),
        changes,
    }
}
