//! The standard destination: an HTTPS endpoint of the customer's own.

use super::{DataModels, Description};
use crate::{credential, form::Field};

/// A standard destination, as the catalogue describes it.
pub static STANDARD: Description = Description {
    label: "Standard URL endpoint",
    description: "An HTTPS endpoint of your own. A verify sends it a challenge, or a sample message, by HTTP.",
    help_url: None,
    settings: &[Field::url(
        "endpoint",
        "Endpoint",
        "The URL that takes your messages, by POST. It must be https, but in development environments.",
        "https://labs.example.org/in",
    )
    .required()],
    strategies: &credential::KEYS,
    data_models: DataModels::Any,
};
