//! Azure Blob Storage.

use super::{CONTAINER_SETTINGS, STRATEGIES, TYPE_ID};
use crate::catalog::{DataModels, Description, Product, ProductKey};

/// Azure Blob Storage, as the catalogue describes it.
pub static PRODUCT: Product = Product {
    key: ProductKey::BlobStorage,
    type_id: TYPE_ID,
    product_id: "blob-storage",
    description: Description {
        label: "Azure Blob Storage",
        description: "Each message becomes a block blob in a container. A verify writes a sample by Put Blob; the \
                      credential's application needs the role Storage Blob Data Contributor on the container.",
        help_url: Some("https://learn.microsoft.com/azure/storage/blobs/storage-blobs-introduction"),
        settings: &CONTAINER_SETTINGS,
        strategies: &STRATEGIES,
        data_models: DataModels::Any,
    },
};
