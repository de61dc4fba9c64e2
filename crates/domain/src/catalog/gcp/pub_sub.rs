//! Google Cloud Pub/Sub.

use super::{ENDPOINT_URL, PROJECT_ID, STRATEGIES, TYPE_ID};
use crate::{
    catalog::{DataModels, Description, Product, ProductKey},
    form::{Edge, Field, Letters, NameRule},
};

/// <https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names>
static TOPIC: NameRule = NameRule {
    first: Edge::Letter,
    never_first: &["goog"],
    ..NameRule::of(
        3,
        255,
        Letters::Ascii,
        "-_.~+%",
        "A topic id has letters, digits and - _ . ~ + %, begins with a letter, and not with goog.",
    )
};

/// Google Cloud Pub/Sub, as the catalogue describes it.
pub static PRODUCT: Product = Product {
    key: ProductKey::PubSub,
    type_id: TYPE_ID,
    product_id: "pub-sub",
    description: Description {
        label: "Google Cloud Pub/Sub",
        description: "Each message is published to a topic. A verify publishes a sample; the credential needs the \
                      role Pub/Sub Publisher on the topic.",
        help_url: Some("https://cloud.google.com/pubsub/docs/publisher"),
        settings: &[
            PROJECT_ID,
            Field::named(
                &TOPIC,
                "topicId",
                "Topic id",
                "The id of the topic, without projects/.../topics/ before it.",
                "labs-inbound",
            )
            .required(),
            ENDPOINT_URL,
        ],
        strategies: &STRATEGIES,
        data_models: DataModels::Any,
    },
};
