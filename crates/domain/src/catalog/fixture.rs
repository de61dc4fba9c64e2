//! A cloud product for the tests of the rules that all cloud products share.

use super::{DataModels, Description, Product, Setting, SettingKind};

/// A bucket with one required and one optional setting.
pub(crate) static BUCKET: Product = Product {
    type_id: "fixture",
    product_id: "bucket",
    description: Description {
        label: "Bucket",
        description: "A bucket for tests.",
        settings: &[
            Setting {
                name: "bucketName",
                title: "Bucket",
                description: "Its name.",
                example: "labs",
                required: true,
                kind: SettingKind::Text { min: 3, max: 63, others: Some(".-") },
            },
            Setting {
                name: "endpointUrl",
                title: "Endpoint",
                description: "Where it is.",
                example: "https://s3.example.org",
                required: false,
                kind: SettingKind::Url,
            },
        ],
        strategies: &[],
        data_models: DataModels::Any,
    },
};
