//! AWS Signature Version 4: an access key that signs each request.

use super::strategy::{Material, Strategy};
use crate::{
    form::{Field, HEADER_CHARACTERS},
    secret::SecretText,
};

/// See [`AwsSigv4`].
pub static STRATEGY: Strategy = Strategy {
    key: "AwsSigv4",
    label: "AWS Signature Version 4",
    description: "Signs each request with an AWS access key. For AWS products, and APIs behind them.",
    fields: &[
        Field::text("accessKey", "Access key id", "The id of the access key.", "AKIAIOSFODNN7EXAMPLE")
            .limited(1, 128, Some("_"))
            .required(),
        Field::text(
            "secretKey",
            "Secret access key",
            "The secret that belongs to the access key.",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        )
        .required()
        .secret(),
        Field::text(
            "serviceName",
            "Service",
            "The AWS service to sign for, as its endpoint names it: s3, kinesis, sqs, healthlake, execute-api.",
            "s3",
        )
        .limited(1, 64, Some("-"))
        .required(),
        Field::text("awsRegion", "Region", "The AWS region of the service.", "us-east-1")
            .limited(1, 64, Some("-"))
            .required(),
        Field::text(
            "sessionToken",
            "Session token",
            "Only for temporary credentials: the token that came with them.",
            "FwoGZXIvYXdzEBYaDEXAMPLE",
        )
        .limited(1, 8_192, Some(HEADER_CHARACTERS))
        .secret(),
    ],
    rules: |_, _| {},
    build: |parts| {
        Ok(Material::AwsSigv4(AwsSigv4 {
            access_key: parts.text("accessKey")?,
            secret_key: parts.secret("secretKey")?,
            service_name: parts.text("serviceName")?,
            aws_region: parts.text("awsRegion")?,
            session_token: parts.optional_secret("sessionToken"),
        }))
    },
    key_algorithm: None,
};

/// What a signature is made with.
#[derive(Debug, Clone)]
pub struct AwsSigv4 {
    /// Access key id.
    pub access_key: String,
    /// Secret access key.
    pub secret_key: SecretText,
    /// Service in the credential scope.
    pub service_name: String,
    /// Region in the credential scope.
    pub aws_region: String,
    /// Token of temporary credentials.
    pub session_token: Option<SecretText>,
}
