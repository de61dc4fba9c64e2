//! Settings of cloud products in the API description: one schema for each product, made from the very forms that values
//! are checked by, and a table of them where settings are read and written.

use std::fmt::Write;

use domain::catalog::{self, Product};
use serde_json::{Map, Value, json};

use crate::wire::form;

/// Writes the schemas of the products' settings, and points at them.
pub fn write_schemas(document: &mut Value) {
    let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else {
        return;
    };
    let mut by_product = Map::new();
    for product in catalog::products() {
        let reference = json!({"$ref": format!("#/components/schemas/{}", component(product))});
        by_product.insert(format!("{}/{}", product.type_id, product.product_id), reference);
        schemas.insert(component(product), settings(product));
    }
    let table = table();
    for holder in ["CloudProviderSettingsWrite", "CloudProviderSettingsView"] {
        let settings = schemas.get_mut(holder).and_then(|schema| schema.pointer_mut("/properties/settings"));
        let Some(Value::Object(settings)) = settings else { continue };
        let described = settings.get("description").and_then(Value::as_str).unwrap_or_default();
        settings.insert("description".to_owned(), json!(format!("{described}\n\n{table}")));
        settings.insert("x-settings-by-product".to_owned(), json!(by_product));
    }
}

fn component(product: &Product) -> String {
    format!("CloudSettings.{}.{}", product.type_id, product.product_id)
}

/// The settings of a configured destination: complete.
fn settings(product: &Product) -> Value {
    let mut schema = form::schema(product.description.settings);
    if let Value::Object(members) = &mut schema {
        members.remove("$schema");
        members.insert("description".to_owned(), json!(product.description.description));
    }
    schema
}

fn table() -> String {
    let mut table = "| typeId | productId | settings (* required) |\n|---|---|---|\n".to_owned();
    for product in catalog::products() {
        let names = product.description.settings.iter();
        let names = names.map(|field| format!("{}{}", field.name, if field.required { "*" } else { "" }));
        let names = names.collect::<Vec<_>>().join(", ");
        // Writing to a text cannot fail.
        let _ = writeln!(table, "| `{}` | `{}` | {names} |", product.type_id, product.product_id);
    }
    table
}
