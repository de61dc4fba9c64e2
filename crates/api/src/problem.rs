//! The one table of problem codes: slug, status, title, and what the page `/problems/{code}` says. HTTP statuses of
//! errors are decided here and nowhere else.

use actix_web::http::StatusCode;

macro_rules! problem_codes {
    ($($variant:ident = $slug:literal, $status:ident, $title:literal, $meaning:literal, $cause:literal, $remedy:literal;)+) => {
        /// A stable code of a problem; see <https://www.rfc-editor.org/rfc/rfc9457>.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ProblemCode { $(#[doc = $title] $variant,)+ }

        impl ProblemCode {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The slug that clients match on, and the last segment of `type`.
            pub fn slug(self) -> &'static str { match self { $(Self::$variant => $slug),+ } }

            /// The HTTP status it is answered with.
            pub fn status(self) -> StatusCode { match self { $(Self::$variant => StatusCode::$status),+ } }

            /// A short summary, the same for every occurrence.
            pub fn title(self) -> &'static str { match self { $(Self::$variant => $title),+ } }

            /// Meaning, usual cause and remedy, in plain words.
            pub fn page(self) -> (&'static str, &'static str, &'static str) {
                match self { $(Self::$variant => ($meaning, $cause, $remedy)),+ }
            }
        }
    };
}

problem_codes! {
    MalformedRequest = "malformed-request", BAD_REQUEST, "The request cannot be read",
        "The body is not JSON, or the request is otherwise not well-formed.",
        "A trailing comma, a truncated body, a body where none is expected, an id in the path that is not one.",
        "Send the body through a JSON encoder and check the path.";
    InvalidParameter = "invalid-parameter", BAD_REQUEST, "A query parameter is not valid",
        "A query parameter is unknown, repeated, or has a value it cannot have.",
        "A misspelt name, or a number out of its range.",
        "Compare the parameters listed in `errors` with the API description.";
    InvalidCursor = "invalid-cursor", BAD_REQUEST, "The page cursor is not valid",
        "The cursor was not made by this server for this list and these filters.",
        "A cursor was edited, cut, or used with other filters or another sort order than it was given for.",
        "Start again from the first page (`meta.page.links.first`).";
    Unauthenticated = "unauthenticated", UNAUTHORIZED, "No valid access token",
        "The request bears no access token, or one that is not valid (any more).",
        "Access tokens are short-lived; this one may have ended, or was made by another server.",
        "Get a new token and send it as `Authorization: Bearer <token>`.";
    Forbidden = "forbidden", FORBIDDEN, "Your role does not allow this",
        "You may see this, but not do this to it.",
        "Creating, changing, verifying and deleting need the engineer role in the environment.",
        "Ask an organization admin for the engineer role in this environment.";
    ProductionDelete = "production-delete-forbidden", FORBIDDEN, "Production destinations cannot be deleted",
        "A destination in a production environment is deleted by platform staff only.",
        "Live data may depend on it.",
        "Ask platform staff to delete it.";
    NotFound = "not-found", NOT_FOUND, "Not found",
        "There is nothing here, or nothing that you may know of.",
        "A wrong id, something deleted, or an environment in which you have no role.",
        "Check the id, and your role in its environment.";
    MethodNotAllowed = "method-not-allowed", METHOD_NOT_ALLOWED, "This path does not take this method",
        "The path exists, but not with this HTTP method.",
        "POST where PATCH is meant, for example.",
        "Use one of the methods listed in the `Allow` header.";
    IdempotencyInProgress = "idempotency-in-progress", CONFLICT, "The same request is under way",
        "A request with this `Idempotency-Key` has not been answered yet.",
        "It was sent again before its answer came.",
        "Wait for the answer of the first one, or send it again a little later.";
    IdempotencyKeyReused = "idempotency-key-reused", UNPROCESSABLE_ENTITY, "The key belongs to another request",
        "This `Idempotency-Key` was sent with another request: another path, another query or another body.",
        "A key is made once and used for everything, or a request was changed before it was sent again.",
        "Make a new key for each new request.";
    RateLimited = "rate-limited", TOO_MANY_REQUESTS, "Too many requests",
        "More requests than the caller, or the address, may make in this time.",
        "A loop without a pause, or many failed attempts to sign in from one address.",
        "Wait for as many seconds as `Retry-After` says; see the `RateLimit` header of each answer.";
    PayloadTooLarge = "payload-too-large", PAYLOAD_TOO_LARGE, "The body is too large",
        "The request body is larger than 1 MiB.",
        "Something other than a configuration was sent.",
        "Send a smaller body.";
    UnsupportedMediaType = "unsupported-media-type", UNSUPPORTED_MEDIA_TYPE, "The body is not JSON",
        "Bodies are JSON: `application/json`, for PATCH also `application/merge-patch+json`.",
        "The `Content-Type` header is missing or names something else.",
        "Set `Content-Type: application/json`.";
    TypeLocked = "destination-type-locked", CONFLICT, "The destination's type is fixed",
        "Once its configuration is complete, a destination keeps its type, cloud provider and product, and what they need.",
        "The request changes the type, the provider or the product, or clears the endpoint or a required setting.",
        "Edit the configuration within the type, or delete the destination and create another.";
    NotConfigured = "destination-not-configured", CONFLICT, "The destination is not configured yet",
        "A destination is verified once its type and configuration are complete.",
        "The endpoint, or a required setting of the cloud product, is missing.",
        "See `setupState.step` of the destination for what is missing, and PATCH it.";
    AuthMissing = "destination-auth-missing", CONFLICT, "The destination has nothing to authenticate with",
        "A standard destination needs a verification token or an auth credential, a cloud destination a credential.",
        "Step 3 of the set-up was left out.",
        "PATCH `verificationToken` or `authCredential`, then verify.";
    SkipNotAllowed = "verification-skip-not-allowed", CONFLICT, "Verification cannot be skipped here",
        "Only production destinations may be set up without a message.",
        "`skipVerification` was sent for a development or staging destination.",
        "Verify with a challenge or a sample message.";
    VerificationInProgress = "verification-in-progress", CONFLICT, "A verification is already under way",
        "One attempt at a time is made for each destination.",
        "Somebody else, or an earlier request of yours, is verifying it right now.",
        "Wait for it to end (ten seconds by default), then try again.";
    CredentialInUse = "credential-in-use", CONFLICT, "A destination uses the credential",
        "A credential is deleted once no destination uses it.",
        "One or more destinations have it as their `authCredential`; `destinations` names up to ten of them.",
        "PATCH those destinations with another credential or null, then delete it.";
    DuplicateId = "duplicate-id", CONFLICT, "The id is taken",
        "The `id` or `externalId` that you sent belongs to something that exists.",
        "The request was sent before, or the id was chosen twice.",
        "Leave `id` out, or choose another.";
    ConcurrentUpdate = "concurrent-update", CONFLICT, "Something changed in the meantime",
        "The thing was changed by somebody else while your request was under way; yours changed nothing.",
        "Two writers, or an edit during a verification.",
        "Read it again and repeat what is still wanted.";
    PreconditionFailed = "precondition-failed", PRECONDITION_FAILED, "The version is not the one you named",
        "`If-Match` names another version than the current one.",
        "The thing was changed since you read it.",
        "Read it again, and repeat with the new `ETag`.";
    ValidationFailed = "validation-failed", UNPROCESSABLE_ENTITY, "The body is not valid",
        "Members of the body are missing, unknown or have values they cannot have; `errors` lists every one.",
        "A misspelt member, a wrong type, a URL that may not be called.",
        "Mend the members that `errors` points at.";
    VerificationFailed = "verification-failed", UNPROCESSABLE_ENTITY, "The destination could not be verified",
        "The message did not arrive, or was not answered as it should be.",
        "See `verification.checks`: the first failed check says what to do.",
        "Mend the endpoint or the configuration, and verify again.";
    Overloaded = "overloaded", SERVICE_UNAVAILABLE, "The server is busy",
        "More work is waiting than the server takes on.",
        "A burst of requests or of verifications.",
        "Repeat after the seconds that `Retry-After` names.";
    DatabaseUnavailable = "database-unavailable", SERVICE_UNAVAILABLE, "The database does not answer",
        "The request could not be served because the database cannot be reached or written.",
        "The database is restarting, or its disk is full.",
        "Repeat after the seconds that `Retry-After` names.";
    Internal = "internal", INTERNAL_SERVER_ERROR, "Something went wrong inside",
        "The server met a fault of its own.",
        "A defect. It was logged with the request id.",
        "Report the request id to whoever runs this server.";
}

impl ProblemCode {
    /// The code of a slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.slug() == slug)
    }

    /// What a bare status from the framework means.
    pub fn from_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::PAYLOAD_TOO_LARGE => Self::PayloadTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMediaType,
            status if status.is_client_error() => Self::MalformedRequest,
            _ => Self::Internal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_of_the_domain_has_its_problem() {
        for refusal in domain::refusal::Refusal::ALL {
            assert!(ProblemCode::from_slug(refusal.slug()).is_some(), "{}", refusal.slug());
        }
    }

    #[test]
    fn slugs_are_unique() {
        for code in ProblemCode::ALL {
            assert_eq!(ProblemCode::from_slug(code.slug()), Some(*code));
        }
    }
}
