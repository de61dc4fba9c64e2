//! Service accounts: the pipelines of an organization.

use actix_web::{HttpResponse, delete, get, patch, post, web::Data};
use domain::{
    fault::{FaultCode, Faults},
    ids::{OrganizationId, UserId},
    organization::User,
};
use persistence::{StoreError, principals, roles};

use crate::{
    clock,
    extract::{
        body::Body,
        caller::{Caller, ServiceAccountsManage},
        id::{Id, SecondId},
        once::Once,
        page::ListQuery,
        precondition::{Expected, Known, etag},
    },
    failure::Failure,
    reply::{self, Answer},
    routes::BASE,
    state::State,
    wire::{
        account::{
            ServiceAccountCreate, ServiceAccountEnvelope, ServiceAccountPage, ServiceAccountPatch,
            ServiceAccountPayload, ServiceAccountsPayload,
        },
        envelope::{MessageEnvelope, MessagePayload, meta},
        parameters::PageQuery,
        problem::Problem,
    },
};

/// List the service accounts of an organization
///
/// The oldest first. For admins and owners.
#[utoipa::path(tag = "service accounts", security(("bearer" = ["service-accounts:manage"])), params(PageQuery),
    responses((status = 200, body = ServiceAccountPage, description = "A page of service accounts.")))]
#[get("/organizations/{organizationId}/serviceaccounts")]
pub async fn list_service_accounts(
    caller: Caller<ServiceAccountsManage>,
    organization: Id<OrganizationId>,
    query: ListQuery,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let page = query.page(&state.cursors)?;
    let (scope, request) = (caller.scope(), page.request.clone());
    let found = state
        .store
        .read(move |tx| {
            roles::admit(tx, &scope, organization.0)?;
            principals::service_accounts(tx, organization.0, &request)
        })
        .await
        .map_err(|error: StoreError| Failure::from(error))?;
    let serviceaccounts = found.items.iter().map(Into::into).collect();
    let meta = page.meta(&state.cursors, found.next.as_ref());
    Ok(reply::ok(&ServiceAccountPage { meta, payload: ServiceAccountsPayload { serviceaccounts } }))
}

/// Create a service account
///
/// For a pipeline. It may do nothing until it is given a role (`PUT .../role-assignment`) and an API key.
#[utoipa::path(tag = "service accounts", security(("bearer" = ["service-accounts:manage"])),
    request_body = ServiceAccountCreate,
    responses(
        (status = 201, body = ServiceAccountEnvelope, description = "The service account."),
        (status = 409, body = Problem, description = "`duplicate-id`: the `id` is taken."),
    ))]
#[post("/organizations/{organizationId}/serviceaccounts")]
pub async fn create_service_account(
    caller: Caller<ServiceAccountsManage>,
    organization: Id<OrganizationId>,
    once: Once,
    body: Body<ServiceAccountCreate>,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let mut found = Faults::default();
    let (id, name) = body.value.read(&mut found);
    let mut faults = body.faults;
    faults.extend(found);
    let (scope, act) = (caller.scope(), caller.act(clock::now()));
    let (organization, shared) = (organization.0, state.clone());
    let answer = state
        .store
        .change(move |tx| {
            roles::admit(tx, &scope, organization)?;
            let name = faults.demand(name)?;
            let id = id.unwrap_or_else(|| UserId(clock::new_id()));
            let account = User::service_account(id, &name, organization, act.now);
            principals::create_user(tx, &account, &act)?;
            let location = format!("{BASE}/organizations/{organization}/serviceaccounts/{}", account.id);
            let answer = Answer::created(&envelope(&account), account.version, location)?;
            once.keep(tx, &shared, &answer)?;
            Ok::<_, Failure>(answer)
        })
        .await?;
    Ok(answer.into_response())
}

/// Get a service account
///
/// For admins and owners of its organization.
#[utoipa::path(tag = "service accounts", security(("bearer" = ["service-accounts:manage"])),
    responses((status = 200, body = ServiceAccountEnvelope, description = "The service account.")))]
#[get("/organizations/{organizationId}/serviceaccounts/{serviceAccountId}")]
pub async fn get_service_account(
    caller: Caller<ServiceAccountsManage>,
    organization: Id<OrganizationId>,
    id: SecondId<UserId>,
    known: Known,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let scope = caller.scope();
    let account = state
        .store
        .read(move |tx| {
            roles::admit(tx, &scope, organization.0)?;
            principals::service_account(tx, organization.0, id.0)
        })
        .await
        .map_err(|error: StoreError| Failure::from(error))?;
    Ok(reply::unless_known(&known, etag(account.version), || envelope(&account)))
}

/// Change a service account
///
/// JSON Merge Patch: its name can change.
#[utoipa::path(tag = "service accounts", security(("bearer" = ["service-accounts:manage"])),
    request_body(content(
        (ServiceAccountPatch = "application/json"),
        (ServiceAccountPatch = "application/merge-patch+json"),
    )),
    responses(
        (status = 200, body = ServiceAccountEnvelope, description = "The service account as it is now."),
        (status = 409, body = Problem, description = "`concurrent-update`."),
    ))]
#[patch("/organizations/{organizationId}/serviceaccounts/{serviceAccountId}")]
pub async fn update_service_account(
    caller: Caller<ServiceAccountsManage>,
    organization: Id<OrganizationId>,
    id: SecondId<UserId>,
    expected: Expected,
    body: Body<ServiceAccountPatch>,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let mut found = Faults::default();
    let name = body.value.read(&mut found);
    let mut faults = body.faults;
    faults.extend(found);
    let (scope, act) = (caller.scope(), caller.act(clock::now()));
    let account = state
        .store
        .change(move |tx| {
            roles::admit(tx, &scope, organization.0)?;
            let account = principals::service_account(tx, organization.0, id.0)?;
            expected.check(account.version)?;
            faults.unless_any(())?;
            let name = name.map_or_else(|| account.name.clone(), |name| name.to_string());
            Ok::<_, Failure>(principals::rename_user(tx, account, name, &act)?)
        })
        .await?;
    Ok(reply::versioned(&envelope(&account), account.version))
}

/// Delete a service account
///
/// Its roles and keys go with it, and its tokens are good for nothing within five seconds. The audit trail stays.
#[utoipa::path(tag = "service accounts", security(("bearer" = ["service-accounts:manage"])),
    responses(
        (status = 200, body = MessageEnvelope, description = "It is gone."),
        (status = 409, body = Problem, description = "`concurrent-update`."),
    ))]
#[delete("/organizations/{organizationId}/serviceaccounts/{serviceAccountId}")]
pub async fn delete_service_account(
    caller: Caller<ServiceAccountsManage>,
    organization: Id<OrganizationId>,
    id: SecondId<UserId>,
    expected: Expected,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let (scope, act) = (caller.scope(), caller.act(clock::now()));
    let organization = organization.0;
    state
        .store
        .change(move |tx| {
            roles::admit(tx, &scope, organization)?;
            roles::keep_organization(tx, organization)?;
            let account = principals::service_account(tx, organization, id.0)?;
            expected.check(account.version)?;
            if !roles::owned_alone(tx, account.id)?.is_empty() {
                let mut faults = Faults::default();
                let detail = "It is the only owner of the organization. Make somebody else an owner first.";
                faults.add("#", FaultCode::LastOwner, detail);
                return Err(Failure::from(faults));
            }
            principals::remove_user(tx, &account, &act)?;
            Ok(())
        })
        .await?;
    state.callers.forget_user(id.0);
    let message = format!("Service account {} was deleted.", id.0);
    Ok(reply::ok(&MessageEnvelope { meta: meta(), payload: MessagePayload { message } }))
}

fn envelope(account: &User) -> ServiceAccountEnvelope {
    ServiceAccountEnvelope { meta: meta(), payload: ServiceAccountPayload { serviceaccount: account.into() } }
}
