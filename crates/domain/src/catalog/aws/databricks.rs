//! Databricks on AWS: a bucket from which it loads.

use super::{BUCKET_SETTINGS, STRATEGIES, TYPE_ID};
use crate::catalog::{DataModels, Description, Product, ProductKey};

/// Databricks on AWS, as the catalogue describes it.
pub static PRODUCT: Product = Product {
    key: ProductKey::AwsDatabricks,
    type_id: TYPE_ID,
    product_id: "databricks",
    description: Description {
        label: "Databricks on AWS",
        description: "Each message becomes a file in the S3 bucket from which Databricks loads (external location). \
                      A verify writes a sample by PutObject; the credential needs s3:PutObject on the bucket.",
        help_url: Some(
            "https://docs.databricks.com/aws/en/ingestion/cloud-object-storage/auto-loader/index.html",
        ),
        settings: &BUCKET_SETTINGS,
        strategies: &STRATEGIES,
        data_models: DataModels::Any,
    },
};
