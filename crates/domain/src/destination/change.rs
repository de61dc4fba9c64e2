//! What a caller wants changed: each member absent, null or a value, as a merge patch has it, and how that
//! changes the configuration.

use super::draft::{CloudDraft, Configuration, DestinationType, Draft, Progress};
use super::naming::{ExternalId, Name};
use crate::{
    audit::Act,
    catalog::{self, Settings},
    credential::CredentialRef,
    endpoint::Endpoint,
    environment::EnvironmentFlag,
    fault::{FaultCode, Faults},
    secret::{SealedText, StoredSecret},
    verification::VerificationMethod,
};

/// A member of a merge patch (RFC 7396).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// Not there: keeps what is stored.
    #[default]
    Absent,
    /// `null`: clears what is stored.
    Null,
    /// Replaces what is stored.
    Value(T),
}

impl<T> Patch<T> {
    /// What is stored afterwards.
    pub fn onto(self, stored: Option<T>) -> Option<T> {
        match self {
            Self::Absent => stored,
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }

    /// Whether nothing was sent.
    pub fn is_absent(&self) -> bool {
        match self {
            Self::Absent => true,
            Self::Null | Self::Value(_) => false,
        }
    }

    /// The value, if one was sent.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }
}

impl Patch<SealedText> {
    /// The secret stored afterwards: a next version for another value, the same one for an equal value.
    pub(crate) fn onto_secret(self, stored: Option<&StoredSecret>, act: &Act) -> Option<StoredSecret> {
        match self {
            Self::Absent => stored.cloned(),
            Self::Null => None,
            Self::Value(sealed) => Some(StoredSecret::replacing(stored, sealed, act.now)),
        }
    }
}

/// A patch of `cloudProviderSettings`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CloudPatch {
    /// The provider.
    pub type_id: Patch<String>,
    /// The product.
    pub product_id: Patch<String>,
    /// Settings by name, each one absent, cleared or replaced.
    pub settings: Patch<Vec<(String, Patch<String>)>>,
}

/// A create or a patch of a destination, each member parsed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// The caller's own key.
    pub external_id: Patch<ExternalId>,
    /// The name; it can be replaced, never cleared.
    pub name: Option<Name>,
    /// The type chosen; follows from `endpoint` or `cloud` when left out.
    pub destination_type: Patch<DestinationType>,
    /// Where a standard destination's messages go.
    pub endpoint: Patch<Endpoint>,
    /// The cloud configuration.
    pub cloud: Patch<CloudPatch>,
    /// The credential attached.
    pub credential: Patch<CredentialRef>,
    /// The verification token, already sealed.
    pub token: Patch<SealedText>,
    /// The challenge's verb; `null` is POST again.
    pub method: Patch<VerificationMethod>,
}

impl Change {
    /// Faults that show without knowing what is stored: members that exclude each other, `http` where it may not be.
    pub fn check(&self, flag: EnvironmentFlag, faults: &mut Faults) {
        if let Some(endpoint) = self.endpoint.value() {
            faults.keep("#/endpoint", endpoint.check_scheme(flag));
        }
        let (standard, cloud) = (self.endpoint.value().is_some(), self.cloud.value().is_some());
        if standard && cloud {
            let detail =
                "A destination has an endpoint (standard) or cloudProviderSettings (cloud), not both.";
            faults.add("#/cloudProviderSettings", FaultCode::ConflictingFields, detail);
            return;
        }
        let misplaced = match self.destination_type {
            Patch::Value(DestinationType::Standard) if cloud => Some(("#/cloudProviderSettings", "cloud")),
            Patch::Value(DestinationType::Cloud) if standard => Some(("#/endpoint", "standard")),
            Patch::Value(_) | Patch::Null | Patch::Absent => None,
        };
        if let Some((pointer, fitting)) = misplaced {
            faults.add(
                pointer,
                FaultCode::ConflictingFields,
                format!("Only a {fitting} destination has this."),
            );
        }
    }

    /// The type after this change, given the one before it.
    pub(super) fn resulting_type(&self, stored: Option<DestinationType>) -> Option<DestinationType> {
        match (&self.destination_type, self.endpoint.value(), self.cloud.value()) {
            (Patch::Value(chosen), _, _) => Some(*chosen),
            (_, Some(_), _) => Some(DestinationType::Standard),
            (_, None, Some(_)) => Some(DestinationType::Cloud),
            (Patch::Null, None, None) => None,
            (Patch::Absent, None, None) => stored,
        }
    }

    /// What becomes of the configuration `stored`. Members of a type that is no longer chosen are dropped.
    pub(super) fn merge(&self, stored: &Progress, flag: EnvironmentFlag, faults: &mut Faults) -> Progress {
        let stored_type = match stored {
            Progress::Incomplete(draft) => draft.destination_type(),
            Progress::Complete(configuration) => Some(configuration.destination_type()),
        };
        match self.resulting_type(stored_type) {
            None => Progress::Incomplete(Draft::Untyped),
            Some(DestinationType::Standard) => {
                let before = match stored {
                    Progress::Complete(Configuration::Standard { endpoint }) => Some(endpoint.clone()),
                    Progress::Complete(Configuration::Cloud { .. }) | Progress::Incomplete(_) => None,
                };
                match self.endpoint.clone().onto(before) {
                    Some(endpoint) => Progress::Complete(Configuration::Standard { endpoint }),
                    None => Progress::Incomplete(Draft::Standard),
                }
            }
            Some(DestinationType::Cloud) => {
                let before = match stored {
                    Progress::Complete(Configuration::Cloud { product, settings }) => CloudDraft {
                        type_id: Some(product.type_id),
                        product: Some(product),
                        settings: settings.clone(),
                    },
                    Progress::Incomplete(Draft::Cloud(draft)) => draft.clone(),
                    Progress::Complete(Configuration::Standard { .. })
                    | Progress::Incomplete(Draft::Untyped | Draft::Standard) => CloudDraft::default(),
                };
                match &self.cloud {
                    Patch::Absent => before,
                    Patch::Null => CloudDraft::default(),
                    Patch::Value(patch) => patch.merge(before, flag, faults),
                }
                .progress()
            }
        }
    }
}

impl CloudPatch {
    fn merge(&self, stored: CloudDraft, flag: EnvironmentFlag, faults: &mut Faults) -> CloudDraft {
        let stored_product = stored.product.map(|product| product.product_id.to_owned());
        let type_id = self.type_id.clone().onto(stored.type_id.map(str::to_owned));
        let product_id = self.product_id.clone().onto(stored_product);
        let provider = type_id.as_deref().and_then(|id| {
            let known = catalog::find_provider(id);
            if known.is_none() {
                let detail = "No such cloud provider; GET /destination-types lists them.";
                faults.add("#/cloudProviderSettings/typeId", FaultCode::InvalidValue, detail);
            }
            known
        });
        let product = match (provider, product_id.as_deref()) {
            (Some(provider), Some(id)) => {
                let known = catalog::find_product(provider, id);
                if known.is_none() {
                    let detail = "The provider has no such product; GET /destination-types lists them.";
                    faults.add("#/cloudProviderSettings/productId", FaultCode::InvalidValue, detail);
                }
                known
            }
            (None, Some(_)) if type_id.is_none() => {
                let detail = "A product belongs to a provider: send typeId too.";
                faults.add("#/cloudProviderSettings/typeId", FaultCode::Required, detail);
                None
            }
            _ => None,
        };
        let kept = if stored.product == product { stored.settings } else { Settings::default() };
        let settings = self.merge_settings(&kept);
        let pointer = "#/cloudProviderSettings/settings";
        let settings = match product {
            Some(product) => {
                let form = product.description.settings;
                let parsed = Settings::parse(form, &settings, pointer, faults);
                parsed.check_schemes(form, flag, pointer, faults);
                parsed
            }
            // An unknown product has been noted above; its settings cannot be judged.
            None if settings.is_empty() || product_id.is_some() => Settings::default(),
            None => {
                let detail = "Settings belong to a product: send typeId and productId too.";
                faults.add("#/cloudProviderSettings/productId", FaultCode::Required, detail);
                Settings::default()
            }
        };
        CloudDraft { type_id: provider, product, settings }
    }

    /// Names and texts after the patch, still unchecked.
    fn merge_settings(&self, stored: &Settings) -> Vec<(String, String)> {
        let kept = || stored.iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        match &self.settings {
            Patch::Absent => kept().collect(),
            Patch::Null => Vec::new(),
            Patch::Value(members) => {
                let untouched = kept().filter(|(name, _)| !members.iter().any(|(sent, _)| sent == name));
                let replaced = members
                    .iter()
                    .filter_map(|(name, patch)| patch.value().map(|value| (name.clone(), value.clone())));
                untouched.chain(replaced).collect()
            }
        }
    }
}
