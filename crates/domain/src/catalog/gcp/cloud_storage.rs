//! Google Cloud Storage.

use super::{BUCKET_SETTINGS, STRATEGIES, TYPE_ID};
use crate::catalog::{DataModels, Description, Product, ProductKey};

/// Google Cloud Storage, as the catalogue describes it.
pub static PRODUCT: Product = Product {
    key: ProductKey::CloudStorage,
    type_id: TYPE_ID,
    product_id: "cloud-storage",
    description: Description {
        label: "Google Cloud Storage",
        description: "Each message becomes a file in a bucket. A verify uploads a sample; the credential needs the \
                      role Storage Object Creator on the bucket.",
        help_url: Some("https://cloud.google.com/storage/docs/uploading-objects"),
        settings: &BUCKET_SETTINGS,
        strategies: &STRATEGIES,
        data_models: DataModels::Any,
    },
};
