//! Databricks on AWS: the file goes to the bucket from which Databricks loads, just as to S3.

use domain::catalog::aws::databricks;

use super::{super::cloud::Deliverer, s3};

/// See [`databricks::PRODUCT`].
pub(in crate::deliver) static DELIVERER: Deliverer =
    Deliverer { product: &databricks::PRODUCT, request: s3::request, judge: s3::judge };
