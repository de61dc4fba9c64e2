//! Azure Event Hubs.

use super::{ENDPOINT_URL, STRATEGIES, TYPE_ID};
use crate::{
    catalog::{DataModels, Description, Product, ProductKey},
    form::{Edge, Field, Letters, NameRule},
};

/// <https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsofteventhub>
static NAMESPACE: NameRule = NameRule {
    first: Edge::Letter,
    last: Edge::LetterOrDigit,
    ..NameRule::of(
        6,
        50,
        Letters::Ascii,
        "-",
        "A namespace has letters, digits and hyphens, begins with a letter and ends with a letter or digit.",
    )
};

static EVENT_HUB: NameRule = NameRule {
    first: Edge::LetterOrDigit,
    last: Edge::LetterOrDigit,
    ..NameRule::of(
        1,
        256,
        Letters::Ascii,
        ".-_",
        "An event hub has letters, digits, dots, hyphens and underscores, and begins and ends with a letter or digit.",
    )
};

/// Azure Event Hubs, as the catalogue describes it.
pub static PRODUCT: Product = Product {
    key: ProductKey::EventHubs,
    type_id: TYPE_ID,
    product_id: "event-hubs",
    description: Description {
        label: "Azure Event Hubs",
        description: "Each message becomes an event of an event hub. A verify sends a sample; the credential's \
                      application needs the role Azure Event Hubs Data Sender on the event hub.",
        help_url: Some("https://learn.microsoft.com/azure/event-hubs/event-hubs-about"),
        settings: &[
            Field::named(
                &NAMESPACE,
                "namespace",
                "Namespace",
                "The Event Hubs namespace, without .servicebus.windows.net behind it.",
                "contoso-labs",
            )
            .required(),
            Field::named(
                &EVENT_HUB,
                "eventHubName",
                "Event hub name",
                "The event hub within the namespace.",
                "inbound",
            )
            .required(),
            ENDPOINT_URL,
        ],
        strategies: &STRATEGIES,
        data_models: DataModels::Any,
    },
};
