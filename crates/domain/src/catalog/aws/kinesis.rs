//! Amazon Kinesis Data Streams.

use super::{ENDPOINT_URL, REGION, STRATEGIES, TYPE_ID};
use crate::{
    catalog::{DataModels, Description, Product, ProductKey},
    form::{Field, Letters, NameRule},
};

/// <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html>
static STREAM: NameRule = NameRule::of(
    1,
    128,
    Letters::Ascii,
    "_.-",
    "A stream name has letters, digits, underscores, dots and hyphens.",
);

/// Amazon Kinesis Data Streams, as the catalogue describes it.
pub static PRODUCT: Product = Product {
    key: ProductKey::Kinesis,
    type_id: TYPE_ID,
    product_id: "kinesis",
    description: Description {
        label: "Amazon Kinesis Data Streams",
        description: "Each message becomes a record of a data stream. A verify writes a sample by PutRecord; the \
                      credential needs kinesis:PutRecord on the stream.",
        help_url: Some("https://docs.aws.amazon.com/streams/latest/dev/introduction.html"),
        settings: &[
            Field::named(
                &STREAM,
                "streamName",
                "Stream name",
                "The name of the data stream, not its ARN.",
                "labs-inbound",
            )
            .required(),
            REGION,
            ENDPOINT_URL,
        ],
        strategies: &STRATEGIES,
        data_models: DataModels::Any,
    },
};
