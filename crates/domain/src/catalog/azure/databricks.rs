//! Azure Databricks: a container from which it loads.

use super::{CONTAINER_SETTINGS, STRATEGIES, TYPE_ID};
use crate::catalog::{DataModels, Description, Product, ProductKey};

/// Azure Databricks, as the catalogue describes it.
pub static PRODUCT: Product = Product {
    key: ProductKey::AzureDatabricks,
    type_id: TYPE_ID,
    product_id: "databricks",
    description: Description {
        label: "Azure Databricks",
        description: "Each message becomes a block blob in the container from which Databricks loads (external \
                      location). A verify writes a sample by Put Blob; the credential's application needs the role \
                      Storage Blob Data Contributor on the container.",
        help_url: Some(
            "https://learn.microsoft.com/azure/databricks/ingestion/cloud-object-storage/auto-loader/",
        ),
        settings: &CONTAINER_SETTINGS,
        strategies: &STRATEGIES,
        data_models: DataModels::Any,
    },
};
