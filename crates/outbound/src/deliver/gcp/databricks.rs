//! Databricks on Google Cloud: the file goes to the bucket from which Databricks loads, just as to Cloud Storage.

use super::{super::cloud::Deliverer, cloud_storage};

/// See [`domain::catalog::gcp::databricks::PRODUCT`].
pub(in crate::deliver) static DELIVERER: Deliverer =
    Deliverer { host_setting: "endpointUrl", request: cloud_storage::request, judge: cloud_storage::judge };
