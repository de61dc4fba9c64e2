//! The business "no": a request that is well-formed and still may not be done now. Each has a stable slug.

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// Type, provider and product are fixed once the configuration is complete.
    TypeLocked,
    /// Steps 1 and 2 are not complete yet.
    NotConfigured,
    /// There is nothing with which to authenticate.
    AuthMissing,
    /// Only a production destination may go without a message.
    SkipNotAllowed,
    /// Another attempt is under way.
    VerificationInProgress,
    /// A production destination is deleted by platform staff only.
    ProductionDelete,
    /// A destination uses the credential.
    CredentialInUse,
    /// The configuration changed while the message was under way, or somebody else's write came first.
    ConcurrentUpdate,
}

impl Refusal {
    /// Every refusal, for tables and tests.
    pub const ALL: [Self; 8] = [
        Self::TypeLocked,
        Self::NotConfigured,
        Self::AuthMissing,
        Self::SkipNotAllowed,
        Self::VerificationInProgress,
        Self::ProductionDelete,
        Self::CredentialInUse,
        Self::ConcurrentUpdate,
    ];

    /// The problem code that clients match on.
    pub fn slug(self) -> &'static str {
        match self {
            Self::TypeLocked => "destination-type-locked",
            Self::NotConfigured => "destination-not-configured",
            Self::AuthMissing => "destination-auth-missing",
            Self::SkipNotAllowed => "verification-skip-not-allowed",
            Self::VerificationInProgress => "verification-in-progress",
            Self::ProductionDelete => "production-delete-forbidden",
            Self::CredentialInUse => "credential-in-use",
            Self::ConcurrentUpdate => "concurrent-update",
        }
    }
}
