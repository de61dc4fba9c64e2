//! What the tests of the products have in common: a delivery that needs no network, and answers to judge.

use chrono::DateTime;
use domain::{
    catalog::{self, Product, Settings},
    credential::{AwsSigv4, Material},
    environment::EnvironmentFlag,
    fault::{Faults, Flaw},
    ids::{CredentialId, EnvironmentId},
    secret::SecretText,
};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use uuid::Uuid;

use super::cloud::{CloudDelivery, Heard, Verdict, deliverer_of};
use crate::{
    authorize::Attached,
    client::{Ending, OutAnswer, OutRequest},
    redact::Redactor,
};

/// A secret that was sent, and that a vendor may write back.
pub(super) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCY";

/// A product with settings, a message and a credential.
pub(super) struct Case {
    product: &'static Product,
    settings: Settings,
    credential: Attached,
    message: Value,
}

impl Case {
    pub(super) fn new(type_id: &str, product_id: &str, settings: &[(&str, &str)]) -> Self {
        let product = catalog::find_product(type_id, product_id).unwrap();
        let sent: Vec<(String, String)> =
            settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let mut faults = Faults::default();
        let form = product.description.settings;
        let settings = Settings::parse(form, &sent, "#", &mut faults);
        assert!(faults.is_empty() && settings.complete(form), "{faults:?}");
        let material = Material::AwsSigv4(AwsSigv4 {
            access_key: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret_key: SecretText::from(SECRET.to_owned()),
            service_name: "s3".to_owned(),
            aws_region: "us-east-1".to_owned(),
            session_token: None,
        });
        let credential = Attached {
            id: CredentialId(Uuid::nil()),
            environment: EnvironmentId(Uuid::nil()),
            revision: 1,
            material,
        };
        Self { product, settings, credential, message: json!({"Meta": {"Test": true}}) }
    }

    pub(super) fn job(&self) -> CloudDelivery<'_> {
        CloudDelivery {
            message_id: Uuid::from_u128(7),
            at: DateTime::from_timestamp(1_795_478_400, 0).unwrap(),
            product: self.product,
            settings: &self.settings,
            flag: EnvironmentFlag::Production,
            credential: &self.credential,
            message: &self.message,
        }
    }

    /// What would be sent, unsigned.
    pub(super) fn request(&self) -> Result<OutRequest, Flaw> {
        (deliverer_of(self.product).request)(&self.job())
    }

    /// What this answer would mean.
    pub(super) fn judge(&self, answer: &OutAnswer) -> Verdict {
        hear(answer, |heard| (deliverer_of(self.product).judge)(&self.job(), heard))
    }
}

/// Hears an answer as after a request that bore [`SECRET`].
pub(super) fn hear<T>(answer: &OutAnswer, with: impl FnOnce(&Heard<'_>) -> T) -> T {
    let secret = SecretText::from(SECRET.to_owned());
    let redactor = Redactor::new([&secret]);
    with(&Heard { answer, redactor: &redactor })
}

pub(super) fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> OutAnswer {
    let headers: HeaderMap = headers
        .iter()
        .map(|(name, value)| {
            (HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap())
        })
        .collect();
    OutAnswer { status, headers, body: body.as_bytes().to_vec(), ending: Ending::Complete, took_ms: 1 }
}
