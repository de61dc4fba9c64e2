//! Databricks on Google Cloud: a bucket from which it loads.

use super::{BUCKET_SETTINGS, STRATEGIES, TYPE_ID};
use crate::catalog::{DataModels, Description, Product, ProductKey};

/// Databricks on Google Cloud, as the catalogue describes it.
pub static PRODUCT: Product = Product {
    key: ProductKey::GcpDatabricks,
    type_id: TYPE_ID,
    product_id: "databricks",
    description: Description {
        label: "Databricks on Google Cloud",
        description: "Each message becomes a file in the Cloud Storage bucket from which Databricks loads (external \
                      location). A verify uploads a sample; the credential needs the role Storage Object Creator on \
                      the bucket.",
        help_url: Some(
            "https://docs.databricks.com/gcp/en/ingestion/cloud-object-storage/auto-loader/index.html",
        ),
        settings: &BUCKET_SETTINGS,
        strategies: &STRATEGIES,
        data_models: DataModels::Any,
    },
};
