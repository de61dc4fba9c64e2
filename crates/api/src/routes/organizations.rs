//! The caller, its organizations, and their environments.

use actix_web::{HttpResponse, get, post, web::Data};
use domain::{
    environment::Environment,
    fault::{FaultCode, Faults},
    ids::{EnvironmentId, OrganizationId},
    organization::User,
};
use persistence::{Keyset, PageRequest, Reading, environments, principals, roles};

use crate::{
    clock,
    extract::{
        body::Body,
        caller::{Caller, EnvironmentsCreate, SignedIn},
        id::Id,
        once::Once,
        page::ListQuery,
        precondition::Known,
    },
    failure::Failure,
    problem::ProblemCode,
    reply::{self, Answer},
    routes::BASE,
    state::State,
    wire::{
        account::{EnvironmentCreate, EnvironmentEnvelope, EnvironmentPayload},
        envelope::meta,
        organization::{
            EnvironmentPage, EnvironmentRoleView, EnvironmentsPayload, OrganizationPage,
            OrganizationRoleView, OrganizationsPayload, UserEnvelope, UserPayload, UserView,
        },
        parameters::PageQuery,
        problem::Problem,
    },
};

/// Roles that `/me` shows at most, of each kind.
const MAX_ROLES: u16 = 1_000;
/// Environments of an organization, at most.
const MAX_ENVIRONMENTS: i64 = 100;

/// Get the caller
///
/// Who the token speaks for, and the first 1,000 of its roles of each kind.
#[utoipa::path(tag = "organizations", security(("bearer" = ["signed-in"])),
    responses((status = 200, body = UserEnvelope, description = "The caller.")))]
#[get("/me")]
pub async fn get_me(
    caller: Caller<SignedIn>,
    known: Known,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let id = caller.user;
    // Three queries about three things; that they see one state is not worth two ways to the database and back.
    let user = state.store.read_one(move |tx| load_user(tx, id)).await?;
    reply::hashed(&known, &UserEnvelope { meta: meta(), payload: UserPayload { user } })
}

fn load_user(tx: &mut Reading<'_>, id: domain::ids::UserId) -> Result<UserView, Failure> {
    let user: User =
        principals::find_user(tx, id)?.ok_or_else(|| Failure::of(ProblemCode::Unauthenticated))?;
    let organizations = roles::organization_roles_of(tx, id, &PageRequest { after: None, limit: MAX_ROLES })?;
    let environments = roles::environment_roles_of(tx, id, &PageRequest { after: None, limit: MAX_ROLES })?;
    let organization_roles = organizations.items.into_iter();
    let environment_roles = environments.items.into_iter();
    Ok(UserView {
        id: user.id.to_string(),
        name: user.name,
        is_staff: user.is_staff,
        organization_roles: organization_roles
            .map(|(id, role)| OrganizationRoleView { organization_id: id.0, role: role.name() })
            .collect(),
        environment_roles: environment_roles
            .map(|(id, role)| EnvironmentRoleView { environment_id: id.to_string(), role: role.name() })
            .collect(),
    })
}

/// List the organizations of the caller
///
/// Those in which it has a role, or a role in one of their environments; for platform staff all.
#[utoipa::path(tag = "organizations", security(("bearer" = ["signed-in"])), params(PageQuery),
    responses((status = 200, body = OrganizationPage, description = "A page of organizations.")))]
#[get("/organizations")]
pub async fn list_organizations(
    caller: Caller<SignedIn>,
    query: ListQuery,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let page = query.page(&state.cursors)?;
    let user = caller.user;
    let after = page.request.after.as_ref().and_then(|keyset| keyset.id.parse::<OrganizationId>().ok());
    let request = PageRequest { after, limit: page.request.limit };
    let found = state
        .store
        .read(move |tx| environments::organizations(tx, user, &request))
        .await
        .map_err(Failure::from)?;
    let next = found.next.map(|id| Keyset { key: String::new(), id: id.to_string() });
    let organizations = found.items.iter().map(Into::into).collect();
    let meta = page.meta(&state.cursors, next.as_ref());
    Ok(reply::ok(&OrganizationPage { meta, payload: OrganizationsPayload { organizations } }))
}

/// List the environments of an organization
///
/// Those in which the caller has a role; for platform staff, and for the organization's admins and owners, all.
#[utoipa::path(tag = "organizations", security(("bearer" = ["signed-in"])), params(PageQuery),
    responses((status = 200, body = EnvironmentPage, description = "A page of environments.")))]
#[get("/organizations/{organizationId}/environments")]
pub async fn list_environments(
    caller: Caller<SignedIn>,
    organization: Id<OrganizationId>,
    query: ListQuery,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let page = query.page(&state.cursors)?;
    let (user, request) = (caller.user, page.request.clone());
    let found = state
        .store
        .read(move |tx| environments::page(tx, user, organization.0, &request))
        .await
        .map_err(Failure::from)?;
    let environments = found.items.iter().map(Into::into).collect();
    let meta = page.meta(&state.cursors, found.next.as_ref());
    Ok(reply::ok(&EnvironmentPage { meta, payload: EnvironmentsPayload { environments } }))
}

/// Create an environment
///
/// Beside the three that an organization begins with; for its owners. Nobody has a role in it yet: set them with
/// `PUT /environments/{environmentId}/role-assignment`.
#[utoipa::path(tag = "organizations", security(("bearer" = ["environments:create"])),
    request_body = EnvironmentCreate,
    responses(
        (status = 201, body = EnvironmentEnvelope, description = "The environment."),
        (status = 409, body = Problem, description = "`duplicate-id`: the `id` is taken."),
    ))]
#[post("/organizations/{organizationId}/environments")]
pub async fn create_environment(
    caller: Caller<EnvironmentsCreate>,
    organization: Id<OrganizationId>,
    once: Once,
    body: Body<EnvironmentCreate>,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let mut found = Faults::default();
    let (id, name, flag) = body.value.read(&mut found);
    let mut faults = body.faults;
    faults.extend(found);
    let (scope, act) = (caller.scope(), caller.act(clock::now()));
    let (organization, shared) = (organization.0, state.clone());
    let answer = state
        .store
        .change(move |tx| {
            roles::admit(tx, &scope, organization)?;
            let (name, flag) = faults.demand(name.zip(flag))?;
            roles::keep_organization(tx, organization)?;
            if environments::count(tx, organization)? >= MAX_ENVIRONMENTS {
                let mut faults = Faults::default();
                faults.add("#", FaultCode::LimitReached, "An organization has at most 100 environments.");
                return Err(Failure::from(faults));
            }
            let id = id.unwrap_or_else(|| EnvironmentId(clock::new_id()));
            let environment = Environment { id, organization, name: name.to_string(), flag };
            environments::create(tx, &environment, &act)?;
            let location = format!("{BASE}/organizations/{organization}/environments");
            let payload = EnvironmentPayload { environment: (&environment).into() };
            // An environment never changes.
            let answer = Answer::created(&EnvironmentEnvelope { meta: meta(), payload }, 1, location)?;
            once.keep(tx, &shared, &answer)?;
            Ok(answer)
        })
        .await?;
    Ok(answer.into_response())
}
