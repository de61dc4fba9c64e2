//! A fine credential of each strategy, with every field there is.

use rcgen::{KeyPair, PKCS_ECDSA_P384_SHA384, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::{Value, json};

/// All fields of a strategy, with values that pass every rule in every environment.
#[derive(Clone)]
pub(crate) struct Sample {
    pub(crate) strategy: &'static str,
    pub(crate) fields: Value,
    pub(crate) required: &'static [&'static str],
    pub(crate) secrets: &'static [&'static str],
    /// Another value for one of the fields that show.
    pub(crate) change: Value,
}

impl Sample {
    /// The fields without which it is refused, and no others.
    pub(crate) fn least(&self) -> Value {
        let mut fields = self.fields.clone();
        fields.as_object_mut().unwrap().retain(|name, _| self.required.contains(&name.as_str()));
        fields
    }

    /// The fields that show.
    pub(crate) fn shown(&self) -> Value {
        let mut fields = self.fields.clone();
        fields.as_object_mut().unwrap().retain(|name, _| !self.secrets.contains(&name.as_str()));
        fields
    }
}

/// A fresh key on P-384, for ES384.
pub(crate) fn ec_key() -> String {
    KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap().serialize_pem()
}

/// A fresh RSA key.
pub(crate) fn rsa_key() -> String {
    KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap().serialize_pem()
}

/// The boolean beside a secret: `hasClientSecret`.
pub(crate) fn flag_of(secret: &str) -> String {
    let (first, rest) = secret.split_at(1);
    format!("has{}{rest}", first.to_uppercase())
}

/// One sample of each strategy, in the order of the contract.
pub(crate) fn samples() -> Vec<Sample> {
    vec![aws_sigv4(), google_wif(), oauth(), smart_backend(), jwt_bearer(), gcp_jwt(), basic(), api_key()]
}

fn aws_sigv4() -> Sample {
    Sample {
        strategy: "AwsSigv4",
        fields: json!({
            "accessKey": "AKIAIOSFODNN7EXAMPLE", "secretKey": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "serviceName": "execute-api", "awsRegion": "eu-central-1", "sessionToken": "FwoGZXIvYXdzEBYaD/a+b=",
        }),
        required: &["accessKey", "secretKey", "serviceName", "awsRegion"],
        secrets: &["secretKey", "sessionToken"],
        change: json!({ "awsRegion": "us-east-1" }),
    }
}

fn google_wif() -> Sample {
    let pool = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/waypost";
    let account = "writer@labs.iam.gserviceaccount.com";
    Sample {
        strategy: "GoogleWIF",
        fields: json!({
            "audience": pool,
            "token_url": "https://sts.example.org/v1/token",
            "service_account_impersonation_url":
                format!("https://iam.example.org/v1/projects/-/serviceAccounts/{account}:generateAccessToken"),
            "scope": "https://www.googleapis.com/auth/cloud-platform",
            "sts_scope": "https://www.googleapis.com/auth/cloud-platform",
            "delegates": ["projects/-/serviceAccounts/between@labs.iam.gserviceaccount.com"],
            "lifetime": 1800,
            "options": { "userProject": "labs" },
        }),
        required: &["audience", "token_url"],
        secrets: &[],
        change: json!({ "lifetime": 1200 }),
    }
}

fn oauth() -> Sample {
    Sample {
        strategy: "OAuth_2.0_2-legged",
        fields: json!({
            "grantType": "client_credentials", "url": "https://auth.example.org/token", "clientId": "waypost",
            "clientSecret": "s3cr3t:with/odd+characters", "username": "labs", "password": "p&ss=w rd",
            "grantTypeName": "grant_type", "clientIdName": "client_id", "clientSecretName": "client_secret",
            "refreshTokenName": "refresh_token", "accessTokenName": "access_token",
            "expiresFieldName": "expires_in", "refreshGrantType": "refresh_token",
            "audience": "https://labs.example.org", "scopes": "system/Bundle.c system/Patient.r",
            "contentType": "application/x-www-form-urlencoded", "noBasic": true,
            "resource": "https://labs.example.org/fhir", "customFieldName": "tenant", "customFieldValue": "7",
            "defaultExpirationSeconds": 600,
        }),
        required: &["grantType", "url", "clientId"],
        secrets: &["clientSecret", "password"],
        change: json!({ "scopes": "system/Bundle.c" }),
    }
}

fn smart_backend() -> Sample {
    Sample {
        strategy: "SMART_Backend",
        fields: json!({
            "url": "https://auth.example.org/token", "clientId": "waypost", "privateKey": rsa_key(), "keyId": "k1",
            "algorithm": "RS384", "scopes": "system/Bundle.c", "audience": "https://auth.example.org",
            "accessTokenName": "access_token", "expiresFieldName": "expires_in", "defaultExpirationSeconds": 300,
        }),
        required: &["url", "clientId", "privateKey", "keyId"],
        secrets: &["privateKey"],
        change: json!({ "keyId": "k2" }),
    }
}

fn jwt_bearer() -> Sample {
    Sample {
        strategy: "JWT_Bearer",
        fields: json!({
            "privateKey": ec_key(), "keyId": "k1", "algorithm": "ES384", "issuer": "waypost", "subject": "labs",
            "audience": "https://labs.example.org", "lifetime": 120,
            "claims": { "tenant": "7", "level": 3, "roles": ["writer"], "more": { "deep": true } },
        }),
        required: &["privateKey", "algorithm", "issuer", "audience"],
        secrets: &["privateKey"],
        change: json!({ "subject": "other" }),
    }
}

fn gcp_jwt() -> Sample {
    Sample {
        strategy: "OAuth_2.0_2-legged_JWT_GCP",
        fields: json!({
            "serviceAccountEmail": "writer@labs.iam.gserviceaccount.com", "privateKey": rsa_key(), "keyId": "k1",
            "url": "https://auth.example.org/token", "scopes": "https://www.googleapis.com/auth/cloud-platform",
            "subject": "somebody@labs.example.org",
        }),
        required: &["serviceAccountEmail", "privateKey", "scopes"],
        secrets: &["privateKey"],
        change: json!({ "keyId": "k2" }),
    }
}

fn basic() -> Sample {
    Sample {
        strategy: "Basic",
        fields: json!({ "username": "waypost", "password": "pass:word with spaces & ümläuts" }),
        required: &["username", "password"],
        secrets: &["password"],
        change: json!({ "username": "other" }),
    }
}

fn api_key() -> Sample {
    Sample {
        strategy: "ApiKey",
        fields: json!({ "headerName": "X-Api-Key", "headerValue": "Key abc/def+ghi=" }),
        required: &["headerName", "headerValue"],
        secrets: &["headerValue"],
        change: json!({ "headerName": "X-Other-Key" }),
    }
}
