//! The wizard: which step of a destination's set-up comes next. Derived, never stored.

use super::{
    Destination, State,
    draft::{CloudDraft, Draft},
};
use crate::verification::named;

named! {
    /// The four steps of the wizard.
    Step {
        /// Name and type; for cloud also provider and product.
        Type = "type",
        /// The endpoint, or the product's settings.
        Configure = "configure",
        /// A verification token or an auth credential.
        Credential = "credential",
        /// The message that proves it.
        Verify = "verify",
    }
}

impl Destination {
    /// The first step not done; `None` once verified.
    pub fn next_step(&self) -> Option<Step> {
        match &self.state {
            State::InProgress(Draft::Untyped | Draft::Cloud(CloudDraft { product: None, .. })) => {
                Some(Step::Type)
            }
            State::InProgress(Draft::Standard | Draft::Cloud(CloudDraft { product: Some(_), .. })) => {
                Some(Step::Configure)
            }
            State::Configured(configuration) if !self.has_auth_for(configuration) => Some(Step::Credential),
            State::Configured(_) => Some(Step::Verify),
            State::Verified(..) => None,
        }
    }
}
