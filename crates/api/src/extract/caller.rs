//! The caller of a route. The permission is part of the type: a handler that forgets to ask for one does not compile.

use std::{future::Ready, future::ready, marker::PhantomData};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header, web::Data};
use domain::{
    access::Permission,
    audit::Act,
    ids::{AuditEventId, UserId},
    time::Timestamp,
};
use persistence::Scope;

use super::parameters;
use crate::{clock, failure::Failure, middleware::request_id::RequestId, problem::ProblemCode, state::State};

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
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(authenticate(request).and_then(|user| {
            parameters::refuse_all(request)?;
            let request_id =
                request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
            Ok(Self { user, request_id, permission: PhantomData })
        }))
    }
}

fn authenticate(request: &HttpRequest) -> Result<UserId, Failure> {
    let refused = |cause: String| Failure::of(ProblemCode::Unauthenticated).because(cause);
    let state = request.app_data::<Data<State>>().ok_or_else(|| Failure::internal("no state"))?;
    let mut headers = request.headers().get_all(header::AUTHORIZATION);
    let value = match (headers.next(), headers.next()) {
        (Some(value), None) => value,
        (None, _) => return Err(refused("no Authorization header".to_owned())),
        (Some(_), Some(_)) => return Err(refused("more than one Authorization header".to_owned())),
    };
    let token = value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(|| refused("not a bearer token".to_owned()))?;
    state.tokens.check(token).map_err(|error| refused(error.to_string()))
}
