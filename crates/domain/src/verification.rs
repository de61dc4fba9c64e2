//! An attempt to prove a destination: its checks, its report, what was sent and what came back.
//!
//! A delivery climbs a ladder of eight checks in a fixed order; the first that fails ends it, and those above it
//! stay `not_run`. The detail of a failed check tells the person what to do about it.

use crate::{
    ids::{DestinationId, VerificationId},
    time::Timestamp,
};

/// Names a closed set of words: the wire and the database use the same ones.
macro_rules! named {
    ($(#[$doc:meta])* $type:ident { $($(#[$vdoc:meta])* $variant:ident = $name:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $type { $($(#[$vdoc])* $variant,)+ }

        impl $type {
            /// All of them, in their order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name on the wire and in the database.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The one of this name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name() == name)
            }
        }
    };
}
pub(crate) use named;

named! {
    /// The steps of a delivery, in the order they are taken.
    CheckName {
        /// The URL may be called at all.
        Endpoint = "endpoint",
        /// The name has addresses.
        Resolve = "resolve",
        /// Every one of them may be called.
        Address = "address",
        /// A connection comes about.
        Connect = "connect",
        /// The certificate is good.
        Tls = "tls",
        /// The credential yields what the request needs.
        Authorize = "authorize",
        /// The request is answered well.
        Send = "send",
        /// The answer holds the challenge.
        Challenge = "challenge",
    }
}

named! {
    /// How a check went.
    CheckOutcome {
        /// Well.
        Passed = "passed",
        /// Not well; the detail says what to do.
        Failed = "failed",
        /// Not reached, or not needed.
        NotRun = "not_run",
    }
}

named! {
    /// How an attempt ended.
    Outcome {
        /// The destination works.
        Passed = "passed",
        /// It does not, yet.
        Failed = "failed",
        /// Nothing was sent, as was asked.
        Skipped = "skipped",
    }
}

named! {
    /// What an attempt does.
    Mode {
        /// Sends a challenge and looks for it in the answer.
        Challenge = "challenge",
        /// Sends a sample message.
        Sample = "sample",
        /// Sends nothing.
        Skip = "skip",
    }
}

named! {
    /// The HTTP verb of a challenge.
    VerificationMethod {
        /// The challenge goes in the query.
        Get = "GET",
        /// The challenge goes in a JSON body.
        Post = "POST",
    }
}

/// One rung of the ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Which.
    pub name: CheckName,
    /// How it went.
    pub outcome: CheckOutcome,
    /// For the person: what was found, and after a failure what to do.
    pub detail: String,
    /// Milliseconds it took; 0 when not run.
    pub duration_ms: i64,
}

/// The ladder while it is being climbed.
#[derive(Debug, Default)]
pub struct Ladder(Vec<Check>);

impl Ladder {
    /// Notes a check that went well.
    pub fn pass(&mut self, name: CheckName, detail: impl Into<String>, duration_ms: i64) {
        self.push(name, CheckOutcome::Passed, detail.into(), duration_ms);
    }

    /// Notes the check that failed.
    pub fn fail(&mut self, name: CheckName, advice: impl Into<String>, duration_ms: i64) {
        self.push(name, CheckOutcome::Failed, advice.into(), duration_ms);
    }

    /// Notes a check that this delivery does not need.
    pub fn skip(&mut self, name: CheckName, reason: impl Into<String>) {
        self.push(name, CheckOutcome::NotRun, reason.into(), 0);
    }

    /// Adds to the advice of this check, if it is the one that failed.
    pub fn add_advice(&mut self, name: CheckName, more: &str) {
        let failed = self.0.iter_mut().find(|check| check.outcome == CheckOutcome::Failed);
        if let Some(check) = failed.filter(|check| check.name == name) {
            check.detail.push(' ');
            check.detail.push_str(more);
        }
    }

    /// The check that failed, if one did.
    pub fn failed(&self) -> Option<&Check> {
        self.0.iter().find(|check| check.outcome == CheckOutcome::Failed)
    }

    fn push(&mut self, name: CheckName, outcome: CheckOutcome, detail: String, duration_ms: i64) {
        self.0.push(Check { name, outcome, detail, duration_ms });
    }

    /// All eight checks in order; those not noted were not reached.
    pub fn finish(self) -> Vec<Check> {
        let unreached = |name| Check {
            name,
            outcome: CheckOutcome::NotRun,
            detail: "Not reached.".to_owned(),
            duration_ms: 0,
        };
        CheckName::ALL
            .iter()
            .map(|name| {
                self.0.iter().find(|check| check.name == *name).cloned().unwrap_or_else(|| unreached(*name))
            })
            .collect()
    }
}

/// The request line that was sent. The URL is the endpoint's own, without what a challenge adds to its query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentRequest {
    /// `GET`, `POST`, `PUT`.
    pub method: String,
    /// Where to.
    pub url: String,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// First KiB of the body if it is text, cleaned of every secret that was sent; else empty.
    pub body: String,
}

/// What a delivery found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The eight checks.
    pub checks: Vec<Check>,
    /// What was sent; `None` if it did not come to that.
    pub request: Option<SentRequest>,
    /// What came back; `None` if nothing did.
    pub response: Option<Answer>,
}

impl Delivery {
    /// Passed unless a check failed.
    pub fn outcome(&self) -> Outcome {
        if self.checks.iter().any(|check| check.outcome == CheckOutcome::Failed) {
            Outcome::Failed
        } else {
            Outcome::Passed
        }
    }
}

/// An attempt that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Its identity; also the name of what it leaves behind in a cloud product.
    pub id: VerificationId,
    /// What was tried.
    pub destination: DestinationId,
    /// How it ended.
    pub outcome: Outcome,
    /// What it did.
    pub mode: Mode,
    /// Data model of the sample, if one was sent.
    pub data_model: Option<String>,
    /// Event type of the sample, if one was sent.
    pub event_type: Option<String>,
    /// The eight checks; all `not_run` when skipped.
    pub checks: Vec<Check>,
    /// What was sent.
    pub request: Option<SentRequest>,
    /// What came back.
    pub response: Option<Answer>,
    /// When it began.
    pub started_at: Timestamp,
    /// How long it took.
    pub duration_ms: i64,
}

/// The last attempt, as a destination shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastAttempt {
    /// The attempt.
    pub id: VerificationId,
    /// How it ended.
    pub outcome: Outcome,
    /// When it began.
    pub started_at: Timestamp,
}

impl From<&Verification> for LastAttempt {
    fn from(verification: &Verification) -> Self {
        Self { id: verification.id, outcome: verification.outcome, started_at: verification.started_at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ladder_always_has_eight_rungs_in_order() {
        let mut ladder = Ladder::default();
        ladder.pass(CheckName::Endpoint, "", 0);
        ladder.fail(CheckName::Resolve, "No such name.", 3);
        let checks = ladder.finish();
        assert_eq!(checks.iter().map(|check| check.name).collect::<Vec<_>>(), CheckName::ALL);
        assert!(checks[2..].iter().all(|check| check.outcome == CheckOutcome::NotRun));
        let delivery = Delivery { checks, request: None, response: None };
        assert_eq!(delivery.outcome(), Outcome::Failed);
    }
}
