//! A cloud product for the tests of the rules that all cloud products share.

use super::{DataModels, Description, Product};
use crate::form::Field;

/// A bucket with one required and one optional setting.
pub(crate) static BUCKET: Product = Product {
    type_id: "fixture",
    product_id: "bucket",
    description: Description {
        label: "Bucket",
        description: "A bucket for tests.",
        settings: &[
            Field::text("bucketName", "Bucket", "Its name.", "labs").limited(3, 63, Some(".-")).required(),
            Field::url("endpointUrl", "Endpoint", "Where it is.", "https://s3.example.org"),
        ],
        strategies: &["AwsSigv4"],
        data_models: DataModels::Any,
    },
};
