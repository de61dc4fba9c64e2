//! Provider, product and settings of a cloud destination, as they are written, and their way into the domain's patch.

use domain::{
    catalog::is_url_setting,
    destination::change::{CloudPatch, Patch},
    endpoint::Endpoint,
    fault::Faults,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::patch::Maybe;
use crate::state::State;

/// Provider, product and settings, as far as they are known.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CloudProviderSettingsWrite {
    /// The provider.
    #[schema(value_type = Option<String>, example = "aws")]
    #[serde(default)]
    type_id: Maybe<String>,
    /// The product.
    #[schema(value_type = Option<String>, example = "s3")]
    #[serde(default)]
    product_id: Maybe<String>,
    /// The product's settings by name; merged with those stored, `null` clears one.
    #[schema(value_type = Option<std::collections::HashMap<String, Option<String>>>, example = json!({"bucketName": "labs"}))]
    #[serde(default)]
    settings: Maybe<Map<String, Value>>,
}

impl CloudProviderSettingsWrite {
    /// The patch; a URL among the settings has to be one that may be called, as far as its text tells.
    pub fn into_patch(self, state: &State, faults: &mut Faults) -> CloudPatch {
        // The schema lets text and null through.
        let setting = |value: Value| value.as_str().map_or(Patch::Null, |text| Patch::Value(text.to_owned()));
        for (name, value) in self.settings.as_ref().into_iter().flatten() {
            if let (true, Some(text)) = (is_url_setting(name), value.as_str()) {
                let parsed =
                    Endpoint::parse(text).and_then(|endpoint| state.outbound.guard().check_static(&endpoint));
                faults.keep(&format!("#/cloudProviderSettings/settings/{name}"), parsed);
            }
        }
        CloudPatch {
            type_id: self.type_id.parse(Some),
            product_id: self.product_id.parse(Some),
            settings: self.settings.parse(|members| {
                Some(members.into_iter().map(|(name, value)| (name, setting(value))).collect())
            }),
        }
    }
}
