//! Databricks on AWS: the file goes to the bucket from which Databricks loads, just as to S3.

use super::{super::cloud::Deliverer, s3};

/// See [`domain::catalog::aws::databricks::PRODUCT`].
pub(in crate::deliver) static DELIVERER: Deliverer =
    Deliverer { host_setting: "region", request: s3::request, judge: s3::judge };
