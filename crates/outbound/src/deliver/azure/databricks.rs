//! Azure Databricks: the blob goes to the container from which Databricks loads, just as to Blob Storage.

use super::{super::cloud::Deliverer, blob_storage};

/// See [`domain::catalog::azure::databricks::PRODUCT`].
pub(in crate::deliver) static DELIVERER: Deliverer = Deliverer {
    host_setting: "storageAccountName",
    request: blob_storage::request,
    judge: blob_storage::judge,
};
