//! Amazon S3.

use super::{BUCKET_SETTINGS, STRATEGIES, TYPE_ID};
use crate::catalog::{DataModels, Description, Product, ProductKey};

/// Amazon S3, as the catalogue describes it.
pub static PRODUCT: Product = Product {
    key: ProductKey::S3,
    type_id: TYPE_ID,
    product_id: "s3",
    description: Description {
        label: "Amazon S3",
        description: "Each message becomes a file in a bucket. A verify writes a sample by PutObject; the credential \
                      needs s3:PutObject on the bucket.",
        help_url: Some("https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html"),
        settings: &BUCKET_SETTINGS,
        strategies: &STRATEGIES,
        data_models: DataModels::Any,
    },
};
