//! The caller of a route. The permission is part of the type: a handler that forgets to ask for one does not compile.

use std::marker::PhantomData;

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web::Data};
use domain::{
    access::Permission,
    audit::Act,
    ids::{AuditEventId, UserId},
    time::Timestamp,
};
use futures_util::future::LocalBoxFuture;
use persistence::Scope;

use super::parameters;
use crate::{
    authentication::authenticate, clock, failure::Failure, middleware::request_id::RequestId, state::State,
};

/// A permission as a type.
pub trait Needs {
    /// Which.
    const PERMISSION: Permission;
}

macro_rules! needs {
    ($($(#[$doc:meta])* $name:ident = $permission:ident;)+) => {$(
        $(#[$doc])*
        pub struct $name;

        impl Needs for $name {
            const PERMISSION: Permission = Permission::$permission;
        }
    )+};
}

needs! {
    /// A valid token is enough.
    SignedIn = SignedIn;
    /// May read destinations.
    DestinationsRead = DestinationsRead;
    /// May write destinations.
    DestinationsWrite = DestinationsWrite;
    /// May delete destinations.
    DestinationsDelete = DestinationsDelete;
    /// May read credentials.
    CredentialsRead = CredentialsRead;
    /// May create, change, test and delete credentials.
    CredentialsWrite = CredentialsWrite;
    /// May see and set roles in environments.
    EnvironmentRolesManage = EnvironmentRolesManage;
    /// May see roles in an organization.
    OrganizationRolesRead = OrganizationRolesRead;
    /// May set roles in an organization.
    OrganizationRolesManage = OrganizationRolesManage;
    /// May make environments.
    EnvironmentsCreate = EnvironmentsCreate;
    /// May manage service accounts and their keys.
    ServiceAccountsManage = ServiceAccountsManage;
    /// May read the audit trail.
    AuditRead = AuditRead;
}

/// Somebody with a valid token. Whether the permission holds where the request leads is decided where the resource
/// is loaded: hand [`Caller::scope`] to the query.
pub struct Caller<P> {
    /// Who.
    pub user: UserId,
    request_id: String,
    permission: PhantomData<P>,
}

impl<P: Needs> Caller<P> {
    /// What a query of tenant data needs.
    pub fn scope(&self) -> Scope {
        Scope { user: self.user, permission: P::PERMISSION }
    }

    /// Who does something now, on this request, for the audit trail.
    pub fn act(&self, now: Timestamp) -> Act {
        Act {
            event_id: AuditEventId(clock::new_id()),
            actor: Some(self.user),
            request_id: Some(self.request_id.clone()),
            now,
        }
    }
}

impl<P: Needs + 'static> FromRequest for Caller<P> {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let state = request.app_data::<Data<State>>().ok_or_else(|| Failure::internal("no state"))?;
            let bearer = authenticate(&request, state).await?;
            match state.limits.take(bearer.user) {
                Ok(None) => {}
                Ok(Some(quota)) => drop(request.extensions_mut().insert(quota)),
                Err(quota) => {
                    request.extensions_mut().insert(quota);
                    return Err(quota.into());
                }
            }
            parameters::refuse_all(&request)?;
            let request_id = request.extensions().get::<RequestId>().map(|id| id.0.clone());
            let request_id = request_id.unwrap_or_default();
            Ok(Self { user: bearer.user, request_id, permission: PhantomData })
        })
    }
}
