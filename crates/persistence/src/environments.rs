//! The tables `organizations` and `environments`: where destinations live, and which of them a user sees.

use diesel::{dsl::exists, prelude::*, select};
use domain::{
    access::{EnvironmentRole, OrganizationRole},
    audit::{Act, Action, AuditEvent, FieldChange, ResourceKind},
    environment::{Environment, EnvironmentFlag},
    ids::{EnvironmentId, OrganizationId, UserId},
    organization::Organization,
};

use crate::{
    audit,
    engine::connection::each,
    error::StoreError,
    page::{Keyset, Page, PageRequest},
    roles,
    row::RowName,
    schema::{environment_roles, environments, organization_roles, organizations, users},
    scope::{Scope, StandingColumns},
    sql_types::{IdText, InstantText},
    store::{Changing, Reading},
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = environments)]
struct EnvironmentRow {
    id: IdText,
    organization_id: i64,
    name: String,
    flag: String,
    created_at: InstantText,
}

impl TryFrom<EnvironmentRow> for Environment {
    type Error = StoreError;

    fn try_from(row: EnvironmentRow) -> Result<Self, StoreError> {
        let name = RowName { table: "environments", id: &row.id.0 };
        Ok(Self {
            id: name.parse("id", &row.id.0)?,
            organization: OrganizationId(row.organization_id),
            flag: name.parse("flag", &row.flag)?,
            name: row.name,
        })
    }
}

/// The environment, if the scope's user may do there what the scope is for.
pub fn get_for(tx: &mut Reading<'_>, scope: &Scope, id: EnvironmentId) -> Result<Environment, StoreError> {
    let query = environments::table
        .inner_join(users::table.on(users::id.eq(IdText::from(scope.user))))
        .left_join(
            environment_roles::table.on(environment_roles::user_id
                .eq(users::id)
                .and(environment_roles::environment_id.eq(environments::id))),
        )
        .filter(environments::id.eq(IdText::from(id)));
    let found: Option<(EnvironmentRow, StandingColumns)> = each!(&mut *tx.0, |inner| query
        .select((EnvironmentRow::as_select(), (users::is_staff, environment_roles::role.nullable())))
        .first(inner))
    .optional()?;
    let (row, standing) = found.ok_or(StoreError::NotFound)?;
    scope.admit(standing)?;
    row.try_into()
}

/// The environments of an organization in which the user has a role (all of them for platform staff, and for the
/// admins and owners who set roles in them), the oldest first. An organization in which the user is nothing at all is [`StoreError::NotFound`].
pub fn page(
    tx: &mut Reading<'_>,
    user: UserId,
    organization: OrganizationId,
    page: &PageRequest,
) -> Result<Page<Environment>, StoreError> {
    let is_staff = is_staff(tx, user)?;
    if !is_visible(tx, user, is_staff, organization)? {
        return Err(StoreError::NotFound);
    }
    let mut query = environments::table
        .filter(environments::organization_id.eq(organization.0))
        .select(EnvironmentRow::as_select())
        .order((environments::created_at, environments::id))
        .limit(page.rows())
        .into_boxed();
    let sees_all = is_staff
        || matches!(
            roles::organization_role(tx, user, organization)?,
            Some(OrganizationRole::Admin | OrganizationRole::Owner)
        );
    if !sees_all {
        query = query.filter(exists(
            environment_roles::table
                .filter(environment_roles::user_id.eq(IdText::from(user)))
                .filter(environment_roles::environment_id.eq(environments::id)),
        ));
    }
    if let Some(after) = &page.after {
        let (key, id) = (InstantText(after.key.clone()), IdText(after.id.clone()));
        query = query.filter(
            environments::created_at
                .ge(key.clone())
                .and(environments::created_at.gt(key).or(environments::id.gt(id))),
        );
    }
    let rows: Vec<EnvironmentRow> = query.load(tx.0)?;
    let keyset = |row: &EnvironmentRow| Keyset { key: row.created_at.0.clone(), id: row.id.0.clone() };
    Page::cut(rows, page.limit, keyset, Environment::try_from)
}

/// The organizations in which the user is anything (all of them for platform staff), by their numbers.
pub fn organizations(
    tx: &mut Reading<'_>,
    user: UserId,
    page: &PageRequest<OrganizationId>,
) -> Result<Page<Organization, OrganizationId>, StoreError> {
    let mut query = organizations::table
        .select((organizations::id, organizations::name))
        .order(organizations::id)
        .limit(page.rows())
        .into_boxed();
    if !is_staff(tx, user)? {
        let by_role = exists(
            organization_roles::table
                .filter(organization_roles::user_id.eq(IdText::from(user)))
                .filter(organization_roles::organization_id.eq(organizations::id)),
        );
        let by_environment = exists(
            environment_roles::table
                .inner_join(environments::table.on(environments::id.eq(environment_roles::environment_id)))
                .filter(environment_roles::user_id.eq(IdText::from(user)))
                .filter(environments::organization_id.eq(organizations::id)),
        );
        query = query.filter(by_role.or(by_environment));
    }
    if let Some(after) = page.after {
        query = query.filter(organizations::id.gt(after.0));
    }
    let rows: Vec<(i64, String)> = query.load(tx.0)?;
    let show = |(id, name)| Ok(Organization { id: OrganizationId(id), name });
    Page::cut(rows, page.limit, |(id, _)| OrganizationId(*id), show)
}

fn is_staff(tx: &mut Reading<'_>, user: UserId) -> Result<bool, StoreError> {
    let found: Option<bool> = users::table
        .filter(users::id.eq(IdText::from(user)))
        .select(users::is_staff)
        .first(tx.0)
        .optional()?;
    Ok(found.unwrap_or(false))
}

fn is_visible(
    tx: &mut Reading<'_>,
    user: UserId,
    is_staff: bool,
    organization: OrganizationId,
) -> Result<bool, StoreError> {
    if is_staff {
        let known =
            organizations::table.filter(organizations::id.eq(organization.0)).select(organizations::id);
        return Ok(select(exists(known)).get_result(tx.0)?);
    }
    let direct = organization_roles::table
        .filter(organization_roles::user_id.eq(IdText::from(user)))
        .filter(organization_roles::organization_id.eq(organization.0))
        .select(organization_roles::role);
    let through_an_environment = environment_roles::table
        .inner_join(environments::table.on(environments::id.eq(environment_roles::environment_id)))
        .filter(environment_roles::user_id.eq(IdText::from(user)))
        .filter(environments::organization_id.eq(organization.0))
        .select(environment_roles::role);
    Ok(select(exists(direct).or(exists(through_an_environment))).get_result(tx.0)?)
}

/// An organization to be made with its three environments.
#[derive(Debug, Clone)]
pub struct NewOrganization {
    /// A name for people.
    pub name: String,
    /// The ids of its environments, in the order of [`EnvironmentFlag::ALL`].
    pub environments: [EnvironmentId; 3],
    /// A user that exists; becomes its owner, and engineer in all three environments.
    pub owner: UserId,
}

/// Makes an organization, its environments and its owner's roles.
pub fn create_organization(
    tx: &mut Changing<'_>,
    new: NewOrganization,
    act: &Act,
) -> Result<Organization, StoreError> {
    let values =
        (organizations::name.eq(&new.name), organizations::created_at.eq(InstantText::from(act.now)));
    let id: i64 = diesel::insert_into(organizations::table)
        .values(values)
        .returning(organizations::id)
        .get_result(tx.0)?;
    let rows: Vec<EnvironmentRow> = EnvironmentFlag::ALL
        .into_iter()
        .zip(new.environments)
        .map(|(flag, environment)| EnvironmentRow {
            id: environment.into(),
            organization_id: id,
            name: flag.name().to_owned(),
            flag: flag.name().to_owned(),
            created_at: act.now.into(),
        })
        .collect();
    each!(&mut *tx.0, |inner| diesel::insert_into(environments::table).values(rows).execute(inner))?;
    let role = (
        organization_roles::organization_id.eq(id),
        organization_roles::user_id.eq(IdText::from(new.owner)),
        organization_roles::role.eq(OrganizationRole::Owner.name()),
    );
    diesel::insert_into(organization_roles::table).values(role).execute(tx.0)?;
    for environment in new.environments {
        roles::give_role(tx, new.owner, environment, EnvironmentRole::Engineer)?;
    }
    let organization = Organization { id: OrganizationId(id), name: new.name };
    audit::append(tx, &created_event(&organization, new.owner, act))?;
    Ok(organization)
}

fn created_event(organization: &Organization, owner: UserId, act: &Act) -> AuditEvent {
    let changes = vec![
        FieldChange::new("name", None, Some(organization.name.clone())),
        FieldChange::new("owner", None, Some(owner.to_string())),
    ];
    let id = organization.id.to_string();
    let event = AuditEvent::of(ResourceKind::Organization, id, Action::OrganizationCreated, changes, act);
    AuditEvent { organization: Some(organization.id), ..event }
}

/// Makes an environment beside the first three. An id that exists is a [`crate::Unique::EnvironmentId`].
pub fn create(tx: &mut Changing<'_>, environment: &Environment, act: &Act) -> Result<(), StoreError> {
    let row = EnvironmentRow {
        id: environment.id.into(),
        organization_id: environment.organization.0,
        name: environment.name.clone(),
        flag: environment.flag.name().to_owned(),
        created_at: act.now.into(),
    };
    diesel::insert_into(environments::table).values(row).execute(tx.0)?;
    let changes = vec![
        FieldChange::new("name", None, Some(environment.name.clone())),
        FieldChange::new("environmentFlag", None, Some(environment.flag.name().to_owned())),
    ];
    let id = environment.id.to_string();
    let event = AuditEvent::of(ResourceKind::Environment, id, Action::EnvironmentCreated, changes, act);
    let (organization, environment) = (Some(environment.organization), Some(environment.id));
    audit::append(tx, &AuditEvent { organization, environment, ..event })
}

/// How many environments an organization has.
pub fn count(tx: &mut Reading<'_>, organization: OrganizationId) -> Result<i64, StoreError> {
    let of_organization = environments::table.filter(environments::organization_id.eq(organization.0));
    Ok(of_organization.count().get_result(tx.0)?)
}
