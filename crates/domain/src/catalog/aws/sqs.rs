//! Amazon SQS.

use super::{ENDPOINT_URL, REGION, STRATEGIES, TYPE_ID};
use crate::{
    catalog::{DataModels, Description, Product, ProductKey},
    form::{Field, Letters, NameRule, Segment, UrlPath},
};

static ACCOUNT: NameRule = NameRule::of(12, 12, Letters::Digits, "", "An account id has 12 digits.");

/// Up to 80 characters; a FIFO queue ends in `.fifo`, the only dot there may be.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html>
static QUEUE: NameRule = NameRule {
    never: &[".."],
    never_first: &["."],
    never_last: &["."],
    ..NameRule::of(1, 80, Letters::Ascii, "_-.", "A queue name has up to 80 letters, digits, - and _.")
};

/// Amazon SQS, as the catalogue describes it.
pub static PRODUCT: Product = Product {
    key: ProductKey::Sqs,
    type_id: TYPE_ID,
    product_id: "sqs",
    description: Description {
        label: "Amazon SQS",
        description: "Each message becomes a message of a queue. A verify sends a sample by SendMessage; the \
                      credential needs sqs:SendMessage on the queue.",
        help_url: Some(
            "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/welcome.html",
        ),
        settings: &[
            Field::base_url(
                UrlPath::Of(
                    &[Segment::Name(&ACCOUNT), Segment::Name(&QUEUE)],
                    "The URL of a queue ends in the account id of 12 digits and the queue's name, such as \
                     https://sqs.us-east-1.amazonaws.com/123456789012/labs-inbound.",
                ),
                "queueUrl",
                "Queue URL",
                "The URL of the queue, as the SQS console shows it; not its ARN.",
                "https://sqs.us-east-1.amazonaws.com/123456789012/labs-inbound",
            )
            .required(),
            REGION,
            ENDPOINT_URL,
        ],
        strategies: &STRATEGIES,
        data_models: DataModels::Any,
    },
};
