//! The standard destination: an HTTPS endpoint of the customer's own.

use super::{DataModels, Description, Setting, SettingKind};

/// A standard destination, as the catalogue describes it.
pub static STANDARD: Description = Description {
    label: "Standard URL endpoint",
    description: "An HTTPS endpoint of your own. A verify sends it a challenge, or a sample message, by HTTP.",
    settings: &[Setting {
        name: "endpoint",
        title: "Endpoint",
        description: "The URL that takes your messages, by POST. It must be https, but in development environments.",
        example: "https://labs.example.org/in",
        required: true,
        kind: SettingKind::Url,
    }],
    strategies: &[],
    data_models: DataModels::Any,
};
