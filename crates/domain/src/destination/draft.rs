//! The configuration of a destination, in its two forms: a draft of which anything may be missing, and complete.

use crate::{
    catalog::{Product, Settings},
    endpoint::Endpoint,
    verification::named,
};

named! {
    /// The two kinds of destination.
    DestinationType {
        /// An HTTPS endpoint of the customer's own.
        Standard = "standard",
        /// A product of a cloud provider.
        Cloud = "cloud",
    }
}

/// Steps 1 and 2 of the wizard while they are not complete. The variant is the type chosen so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Draft {
    /// No type chosen.
    Untyped,
    /// Standard, and the endpoint still missing: with it the draft would be complete.
    Standard,
    /// Cloud, with what there is of provider, product and settings.
    Cloud(CloudDraft),
}

/// What there is of a cloud configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CloudDraft {
    /// The provider, by the name the catalogue has.
    pub type_id: Option<&'static str>,
    /// The product, once chosen.
    pub product: Option<&'static Product>,
    /// Checked settings; some may be missing.
    pub settings: Settings,
}

/// Steps 1 and 2, complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Configuration {
    /// A standard destination.
    Standard {
        /// Where messages go.
        endpoint: Endpoint,
    },
    /// A cloud product.
    Cloud {
        /// Which.
        product: &'static Product,
        /// Its settings, complete.
        settings: Settings,
    },
}

/// A draft, or what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Something is missing.
    Incomplete(Draft),
    /// Nothing is.
    Complete(Configuration),
}

impl Draft {
    /// The type chosen so far.
    pub fn destination_type(&self) -> Option<DestinationType> {
        match self {
            Self::Untyped => None,
            Self::Standard => Some(DestinationType::Standard),
            Self::Cloud(_) => Some(DestinationType::Cloud),
        }
    }
}

impl CloudDraft {
    /// Complete if the product is chosen and has every setting it requires.
    pub fn progress(self) -> Progress {
        match self.product {
            Some(product) if self.settings.complete(product.description.settings) => {
                Progress::Complete(Configuration::Cloud { product, settings: self.settings })
            }
            _ => Progress::Incomplete(Draft::Cloud(self)),
        }
    }
}

impl Draft {
    /// The cloud product, once chosen.
    pub fn product(&self) -> Option<&'static Product> {
        match self {
            Self::Untyped | Self::Standard => None,
            Self::Cloud(draft) => draft.product,
        }
    }
}

impl Configuration {
    /// The cloud product, of a cloud destination.
    pub fn product(&self) -> Option<&'static Product> {
        match self {
            Self::Standard { .. } => None,
            Self::Cloud { product, .. } => Some(product),
        }
    }

    /// Standard or cloud.
    pub fn destination_type(&self) -> DestinationType {
        match self {
            Self::Standard { .. } => DestinationType::Standard,
            Self::Cloud { .. } => DestinationType::Cloud,
        }
    }
}
