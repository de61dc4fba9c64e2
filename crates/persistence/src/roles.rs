//! The tables `organization_roles` and `environment_roles`: what users are where.

use diesel::{dsl::exists, prelude::*, select};
use domain::{
    access::{self, EnvironmentRole, OrganizationRole, Standing, Verdict},
    audit::{Act, Action, AuditEvent, FieldChange, ResourceKind},
    ids::{EnvironmentId, OrganizationId, UserId},
};

use crate::{
    audit,
    engine::connection::DbConnection,
    error::StoreError,
    page::{Page, PageRequest},
    row::RowName,
    schema::{environment_roles, environments, organization_roles, organizations, users},
    scope::{self, Scope},
    sql_types::IdText,
    store::{Changing, Reading},
};

/// What a user is in an environment, and in its organization. A user that does not exist is nothing anywhere.
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
    Ok(Standing::in_environment(is_staff, scope::parse_role(user, role.as_deref())?))
}

/// Passes if the scope's user may do in the organization what the scope is for; one that it may not know of, or that
/// does not exist, is [`StoreError::NotFound`].
pub fn admit(tx: &mut Reading<'_>, scope: &Scope, organization: OrganizationId) -> Result<(), StoreError> {
    let user = IdText::from(scope.user);
    let (is_staff, role): (bool, Option<String>) = organizations::table
        .inner_join(users::table.on(users::id.eq(user.clone())))
        .left_join(
            organization_roles::table.on(organization_roles::user_id
                .eq(users::id)
                .and(organization_roles::organization_id.eq(organizations::id))),
        )
        .filter(organizations::id.eq(organization.0))
        .select((users::is_staff, organization_roles::role.nullable()))
        .first(tx.0)?;
    let name = RowName { table: "organization_roles", id: &scope.user };
    let organization_role = name.parse_some("role", role.as_deref())?;
    let is_insider = organization_role.is_some() || is_insider(tx, user, organization)?;
    let standing = Standing { is_staff, role: None, organization_role, is_insider };
    match access::judge(standing, scope.permission) {
        Verdict::Allowed => Ok(()),
        Verdict::Forbidden => Err(StoreError::Forbidden),
        Verdict::Hidden => Err(StoreError::NotFound),
    }
}

fn is_insider(tx: &mut Reading<'_>, user: IdText, organization: OrganizationId) -> Result<bool, StoreError> {
    let through_an_environment = environment_roles::table
        .inner_join(environments::table.on(environments::id.eq(environment_roles::environment_id)))
        .filter(environment_roles::user_id.eq(user))
        .filter(environments::organization_id.eq(organization.0))
        .select(environment_roles::role);
    Ok(select(exists(through_an_environment)).get_result(tx.0)?)
}

/// [`admit`] for the organization of an environment, which it answers with. What the caller is in the environment
/// itself counts only for whether it may know of it.
pub fn admit_to_environment(
    tx: &mut Reading<'_>,
    scope: &Scope,
    environment: EnvironmentId,
) -> Result<OrganizationId, StoreError> {
    let organization = organization_of(tx, environment)?;
    let admitted = admit(tx, scope, organization);
    if admitted == Err(StoreError::Forbidden) {
        // Knowing the organization is not knowing each of its environments.
        let in_it = standing(tx, scope.user, environment)?;
        let by_role = organization_role(tx, scope.user, organization)?.is_some();
        return Err(if in_it.role.is_some() || by_role {
            StoreError::Forbidden
        } else {
            StoreError::NotFound
        });
    }
    admitted.map(|()| organization)
}

/// The organization of an environment.
pub fn organization_of(
    tx: &mut Reading<'_>,
    environment: EnvironmentId,
) -> Result<OrganizationId, StoreError> {
    let id: i64 = environments::table
        .filter(environments::id.eq(IdText::from(environment)))
        .select(environments::organization_id)
        .first(tx.0)?;
    Ok(OrganizationId(id))
}

/// Keeps an organization for this transaction: those who change its roles do it one after the other.
pub fn keep_organization(tx: &mut Changing<'_>, organization: OrganizationId) -> Result<(), StoreError> {
    let query = organizations::table.filter(organizations::id.eq(organization.0)).select(organizations::id);
    let _: i64 = match &mut *tx.0 {
        DbConnection::Postgres(inner) => query.for_no_key_update().get_result(inner)?,
        DbConnection::Sqlite(inner) => query.get_result(inner)?,
    };
    Ok(())
}

/// A user's role in an organization.
pub fn organization_role(
    tx: &mut Reading<'_>,
    user: UserId,
    organization: OrganizationId,
) -> Result<Option<OrganizationRole>, StoreError> {
    let role: Option<String> = organization_roles::table
        .filter(organization_roles::user_id.eq(IdText::from(user)))
        .filter(organization_roles::organization_id.eq(organization.0))
        .select(organization_roles::role)
        .first(tx.0)
        .optional()?;
    RowName { table: "organization_roles", id: &user }.parse_some("role", role.as_deref())
}

/// Whether somebody else than this user owns the organization.
pub fn has_other_owner(
    tx: &mut Reading<'_>,
    user: UserId,
    organization: OrganizationId,
) -> Result<bool, StoreError> {
    let others = organization_roles::table
        .filter(organization_roles::organization_id.eq(organization.0))
        .filter(organization_roles::user_id.ne(IdText::from(user)))
        .filter(organization_roles::role.eq(OrganizationRole::Owner.name()))
        .select(organization_roles::user_id);
    Ok(select(exists(others)).get_result(tx.0)?)
}

/// Organizations that this user owns alone.
pub fn owned_alone(tx: &mut Reading<'_>, user: UserId) -> Result<Vec<OrganizationId>, StoreError> {
    let owned: Vec<i64> = organization_roles::table
        .filter(organization_roles::user_id.eq(IdText::from(user)))
        .filter(organization_roles::role.eq(OrganizationRole::Owner.name()))
        .select(organization_roles::organization_id)
        .load(tx.0)?;
    let mut alone = Vec::new();
    for organization in owned.into_iter().map(OrganizationId) {
        if !has_other_owner(tx, user, organization)? {
            alone.push(organization);
        }
    }
    Ok(alone)
}

/// Gives a user a role in an organization, changes it, or takes it away with `None`. Writes nothing if it is so
/// already. Whether somebody owns the organization afterwards is for the caller, who keeps it, to check.
pub fn set_organization_role(
    tx: &mut Changing<'_>,
    user: UserId,
    organization: OrganizationId,
    role: Option<OrganizationRole>,
    act: &Act,
) -> Result<(), StoreError> {
    let before = organization_role(tx, user, organization)?;
    if before == role {
        return Ok(());
    }
    let held = organization_roles::table
        .filter(organization_roles::user_id.eq(IdText::from(user)))
        .filter(organization_roles::organization_id.eq(organization.0));
    diesel::delete(held).execute(tx.0)?;
    if let Some(role) = role {
        let row = (
            organization_roles::organization_id.eq(organization.0),
            organization_roles::user_id.eq(IdText::from(user)),
            organization_roles::role.eq(role.name()),
        );
        diesel::insert_into(organization_roles::table).values(row).execute(tx.0)?;
    }
    let event = role_event(user, before.map(OrganizationRole::name), role.map(OrganizationRole::name), act);
    audit::append(tx, &AuditEvent { organization: Some(organization), ..event })
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
    crate::principals::keep(tx, user)?;
    let organization = organization_of(tx, environment)?;
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
    let event = role_event(user, before.map(EnvironmentRole::name), role.map(EnvironmentRole::name), act);
    let (organization, environment) = (Some(organization), Some(environment));
    audit::append(tx, &AuditEvent { organization, environment, ..event })
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

/// A user who has a role, and which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member<R> {
    /// Who.
    pub user: UserId,
    /// Their name for people.
    pub name: String,
    /// What they are.
    pub role: R,
}

/// Those who have a role in an organization, by id.
pub fn members(
    tx: &mut Reading<'_>,
    organization: OrganizationId,
    page: &PageRequest<UserId>,
) -> Result<Page<Member<OrganizationRole>, UserId>, StoreError> {
    let mut query = organization_roles::table
        .inner_join(users::table.on(users::id.eq(organization_roles::user_id)))
        .filter(organization_roles::organization_id.eq(organization.0))
        .select((organization_roles::user_id, users::name, organization_roles::role))
        .order(organization_roles::user_id)
        .limit(page.rows())
        .into_boxed();
    if let Some(after) = page.after {
        query = query.filter(organization_roles::user_id.gt(IdText::from(after)));
    }
    page_of_members("organization_roles", query.load(tx.0)?, page)
}

/// Those who have a role in an environment, by id.
pub fn members_of_environment(
    tx: &mut Reading<'_>,
    environment: EnvironmentId,
    page: &PageRequest<UserId>,
) -> Result<Page<Member<EnvironmentRole>, UserId>, StoreError> {
    let mut query = environment_roles::table
        .inner_join(users::table.on(users::id.eq(environment_roles::user_id)))
        .filter(environment_roles::environment_id.eq(IdText::from(environment)))
        .select((environment_roles::user_id, users::name, environment_roles::role))
        .order(environment_roles::user_id)
        .limit(page.rows())
        .into_boxed();
    if let Some(after) = page.after {
        query = query.filter(environment_roles::user_id.gt(IdText::from(after)));
    }
    page_of_members("environment_roles", query.load(tx.0)?, page)
}

fn page_of_members<R: std::str::FromStr>(
    table: &'static str,
    rows: Vec<(IdText, String, String)>,
    page: &PageRequest<UserId>,
) -> Result<Page<Member<R>, UserId>, StoreError> {
    let parse = |(id, name, role): (IdText, String, String)| {
        let row = RowName { table, id: &id.0 };
        Ok(Member { user: row.parse("user_id", &id.0)?, role: row.parse("role", &role)?, name })
    };
    let members = rows.into_iter().map(parse).collect::<Result<Vec<_>, StoreError>>()?;
    Page::cut(members, page.limit, |member| member.user, Ok)
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
    let name = RowName { table: "environment_roles", id: &user };
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
    let name = RowName { table: "organization_roles", id: &user };
    Page::cut(
        rows,
        page.limit,
        |(id, _)| OrganizationId(*id),
        |(id, role)| Ok((OrganizationId(id), name.parse("role", &role)?)),
    )
}

fn role_event(
    user: UserId,
    before: Option<&'static str>,
    after: Option<&'static str>,
    act: &Act,
) -> AuditEvent {
    let changes = vec![FieldChange::new("role", before.map(str::to_owned), after.map(str::to_owned))];
    AuditEvent::of(ResourceKind::User, user.to_string(), Action::RoleSet, changes, act)
}
