//! The catalogue: which types of destination there are, what each needs, and what a wizard shows for it.
//!
//! A product is one file below `catalog/` and one line in [`PRODUCTS`]; validation, the JSON Schema of
//! `/destination-types` and the OpenAPI document are all made from the settings it lists.

pub mod settings;
pub mod standard;

#[cfg(test)]
pub(crate) mod fixture;

pub use settings::Settings;

use crate::form::Field;

/// Which data models a type of destination takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataModels {
    /// All of them.
    Any,
    /// `FHIR.Event.*` only.
    Fhir,
}

/// What a wizard shows of a type of destination, and what its configuration needs.
#[derive(Debug, PartialEq, Eq)]
pub struct Description {
    /// Name for people.
    pub label: &'static str,
    /// One or two sentences: what it is, what a verify does there.
    pub description: &'static str,
    /// The fields of step 2, in the order of the form.
    pub settings: &'static [Field],
    /// Keys of the auth strategies it takes.
    pub strategies: &'static [&'static str],
    /// Which messages it takes.
    pub data_models: DataModels,
}

/// A product of a cloud provider.
#[derive(Debug, PartialEq, Eq)]
pub struct Product {
    /// The provider: `aws`, `gcp`, `azure`.
    pub type_id: &'static str,
    /// The product within the provider.
    pub product_id: &'static str,
    /// What there is to know of it.
    pub description: Description,
}

/// Every cloud product.
#[cfg(not(test))]
static PRODUCTS: &[&Product] = &[];
#[cfg(test)]
static PRODUCTS: &[&Product] = &[&fixture::BUCKET];

/// Every cloud product, in the order of the catalogue.
pub fn products() -> impl Iterator<Item = &'static Product> {
    PRODUCTS.iter().copied()
}

/// The name of a provider as the catalogue has it, if it has any product of it.
pub fn find_provider(type_id: &str) -> Option<&'static str> {
    products().map(|product| product.type_id).find(|known| *known == type_id)
}

/// The product of this provider.
pub fn find_product(type_id: &str, product_id: &str) -> Option<&'static Product> {
    products().find(|product| product.type_id == type_id && product.product_id == product_id)
}
