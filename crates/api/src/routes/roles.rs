//! Roles in organizations and environments: who has which, and who is to have which.

use actix_web::{HttpResponse, get, put, web::Data};
use domain::{
    access::{EnvironmentRole, OrganizationRole, keeps_an_owner},
    fault::{FaultCode, Faults},
    ids::{EnvironmentId, OrganizationId, UserId},
    organization::User,
};
use persistence::{Changing, Keyset, Page, PageRequest, StoreError, principals, roles};

use crate::{
    clock,
    extract::{
        body::Body,
        caller::{Caller, EnvironmentRolesManage, OrganizationRolesManage, OrganizationRolesRead},
        id::Id,
        page::{ListQuery, PageOf},
    },
    failure::Failure,
    reply,
    state::State,
    wire::{
        envelope::meta,
        parameters::PageQuery,
        role::{
            MemberView, MembershipPage, MembershipsPayload, RoleAssignment, RoleAssignmentEnvelope,
            RoleAssignmentPayload, RoleAssignmentView, WireRole,
        },
    },
};

/// List the roles in an organization
///
/// For its admins and owners.
#[utoipa::path(tag = "roles", security(("bearer" = ["organization-roles:read"])), params(PageQuery),
    responses((status = 200, body = MembershipPage, description = "A page of those who have a role.")))]
#[get("/organizations/{organizationId}/role-assignment")]
pub async fn list_organization_roles(
    caller: Caller<OrganizationRolesRead>,
    organization: Id<OrganizationId>,
    query: ListQuery,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let page = query.page(&state.cursors)?;
    let (scope, request) = (caller.scope(), by_user(&page));
    let found = state
        .store
        .read(move |tx| {
            roles::admit(tx, &scope, organization.0)?;
            roles::members(tx, organization.0, &request)
        })
        .await;
    shown(&state, &page, &found.map_err(|error: StoreError| Failure::from(error))?)
}

/// List the roles in an environment
///
/// For admins and owners of its organization.
#[utoipa::path(tag = "roles", security(("bearer" = ["environment-roles:manage"])), params(PageQuery),
    responses((status = 200, body = MembershipPage, description = "A page of those who have a role.")))]
#[get("/environments/{environmentId}/role-assignment")]
pub async fn list_environment_roles(
    caller: Caller<EnvironmentRolesManage>,
    environment: Id<EnvironmentId>,
    query: ListQuery,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let page = query.page(&state.cursors)?;
    let (scope, request) = (caller.scope(), by_user(&page));
    let found = state
        .store
        .read(move |tx| {
            roles::admit_to_environment(tx, &scope, environment.0)?;
            roles::members_of_environment(tx, environment.0, &request)
        })
        .await;
    shown(&state, &page, &found.map_err(|error: StoreError| Failure::from(error))?)
}

fn by_user(page: &PageOf) -> PageRequest<UserId> {
    let after = page.request.after.as_ref().and_then(|keyset| keyset.id.parse().ok());
    PageRequest { after, limit: page.request.limit }
}

fn shown<R: WireRole>(
    state: &State,
    page: &PageOf,
    found: &Page<roles::Member<R>, UserId>,
) -> Result<HttpResponse, Failure> {
    let next = found.next.map(|id| Keyset { key: String::new(), id: id.to_string() });
    let memberships = found.items.iter().map(Into::into).collect();
    let meta = page.meta(&state.cursors, next.as_ref());
    Ok(reply::ok(&MembershipPage { meta, payload: MembershipsPayload { memberships } }))
}

/// Set a role in an organization
///
/// Gives a user a role, changes it, or takes it away (`"role": null`). For owners. Somebody has to own the
/// organization: its only owner keeps the role until there is another one.
#[utoipa::path(tag = "roles", security(("bearer" = ["organization-roles:manage"])),
    request_body = RoleAssignment,
    responses((status = 200, body = RoleAssignmentEnvelope, description = "What the user is now.")))]
#[put("/organizations/{organizationId}/role-assignment")]
pub async fn set_organization_role(
    caller: Caller<OrganizationRolesManage>,
    organization: Id<OrganizationId>,
    body: Body<RoleAssignment>,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let (scope, act) = (caller.scope(), caller.act(clock::now()));
    let mut found = Faults::default();
    let wanted = body.value.read::<OrganizationRole>(&mut found);
    let mut faults = body.faults;
    faults.extend(found);
    let organization = organization.0;
    let assigned = state
        .store
        .change(move |tx| {
            roles::admit(tx, &scope, organization)?;
            let (user, role) = faults.demand(wanted)?;
            roles::keep_organization(tx, organization)?;
            let user = member(tx, user, organization)?;
            let before = roles::organization_role(tx, user.id, organization)?;
            if !keeps_an_owner(before, role, roles::has_other_owner(tx, user.id, organization)?) {
                let mut faults = Faults::default();
                let detail = "This is the only owner of the organization. Make somebody else an owner first.";
                faults.add("#/role", FaultCode::LastOwner, detail);
                return Err(Failure::from(faults));
            }
            roles::set_organization_role(tx, user.id, organization, role, &act)?;
            Ok((user, role))
        })
        .await?;
    Ok(assignment(&assigned.0, assigned.1))
}

/// Set a role in an environment
///
/// Gives a user a role, changes it, or takes it away (`"role": null`). For admins and owners of its organization. It
/// holds from the next request on.
#[utoipa::path(tag = "roles", security(("bearer" = ["environment-roles:manage"])),
    request_body = RoleAssignment,
    responses((status = 200, body = RoleAssignmentEnvelope, description = "What the user is now.")))]
#[put("/environments/{environmentId}/role-assignment")]
pub async fn set_environment_role(
    caller: Caller<EnvironmentRolesManage>,
    environment: Id<EnvironmentId>,
    body: Body<RoleAssignment>,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let (scope, act) = (caller.scope(), caller.act(clock::now()));
    let mut found = Faults::default();
    let wanted = body.value.read::<EnvironmentRole>(&mut found);
    let mut faults = body.faults;
    faults.extend(found);
    let assigned = state
        .store
        .change(move |tx| {
            let organization = roles::admit_to_environment(tx, &scope, environment.0)?;
            let (user, role) = faults.demand(wanted)?;
            let user = member(tx, user, organization)?;
            roles::set_role(tx, user.id, environment.0, role, &act)?;
            Ok::<_, Failure>((user, role))
        })
        .await?;
    Ok(assignment(&assigned.0, assigned.1))
}

/// The user, kept, if it may have a role there.
fn member(tx: &mut Changing<'_>, id: UserId, organization: OrganizationId) -> Result<User, Failure> {
    let found = match principals::keep(tx, id) {
        Err(StoreError::NotFound) => None,
        found => Some(found?),
    };
    found.filter(|user| user.may_join(organization)).ok_or_else(|| {
        let mut faults = Faults::default();
        let detail = "No such user, or a service account of another organization.";
        faults.add("#/user/id", FaultCode::UnknownReference, detail);
        faults.into()
    })
}

fn assignment<R: WireRole>(user: &User, role: Option<R>) -> HttpResponse {
    let user = MemberView { id: user.id.to_string(), name: user.name.clone() };
    let assignment = RoleAssignmentView { role: role.map(Into::into), user };
    reply::ok(&RoleAssignmentEnvelope { meta: meta(), payload: RoleAssignmentPayload { assignment } })
}
