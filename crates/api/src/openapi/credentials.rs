//! Schemas of auth credentials: one for each strategy, joined by the discriminator `authStrategy`, made from the very
//! forms that values are checked by.

use domain::credential::{Strategy, strategies};
use serde_json::{Map, Value, json};

use crate::wire::{credential::flag_name, form};

const ID: &str = "0192f1c0-8c44-7d3e-9a01-2b3c4d5e6f70";
const ENVIRONMENT: &str = "0192f1c0-5d3a-7cc1-b8a5-3f1d5c7a9e02";

/// Writes the schemas of create, patch and view.
pub fn write_schemas(document: &mut Value) {
    let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else {
        return;
    };
    join(schemas, "CredentialCreate", "Creates an auth credential.", create);
    join(schemas, "CredentialView", "An auth credential, without its secrets.", view);
    schemas.insert("CredentialPatch".to_owned(), patch());
}

fn join(
    schemas: &mut Map<String, Value>,
    name: &str,
    description: &str,
    branch: fn(&'static Strategy) -> Value,
) {
    let mut mapping = Map::new();
    for strategy in strategies() {
        let component = format!("{name}.{}", strategy.key);
        mapping.insert(strategy.key.to_owned(), json!(format!("#/components/schemas/{component}")));
        schemas.insert(component, branch(strategy));
    }
    let branches: Vec<Value> = mapping.values().map(|reference| json!({"$ref": reference})).collect();
    let joined = json!({
        "description": description,
        "oneOf": branches,
        "discriminator": {"propertyName": "authStrategy", "mapping": mapping},
    });
    schemas.insert(name.to_owned(), joined);
}

fn create(strategy: &'static Strategy) -> Value {
    let mut properties = common(strategy);
    let mut required = vec!["environmentId", "name", "authStrategy"];
    for field in strategy.fields {
        properties.insert(field.name.to_owned(), form::property(field));
        if field.required {
            required.push(field.name);
        }
    }
    object(strategy.description, properties, required.into_iter().map(str::to_owned).collect())
}

/// Which members fit depends on the strategy, which a patch does not name: the schema allows those of all.
fn patch() -> Value {
    let mut properties = Map::new();
    properties.insert(
        "name".to_owned(),
        json!({"type": "string", "minLength": 1, "examples": ["Labs, read and write"]}),
    );
    properties.insert("externalId".to_owned(), external_id());
    for field in strategies().flat_map(|strategy| strategy.fields) {
        let known = properties.contains_key(field.name);
        if !known {
            let value = form::property(field);
            properties.insert(field.name.to_owned(), json!({"anyOf": [value, {"type": "null"}]}));
        }
    }
    let mut schema = object(
        "Changes an auth credential by JSON Merge Patch (RFC 7396): only fields of its own strategy.",
        properties,
        Vec::new(),
    );
    if let Value::Object(members) = &mut schema {
        members.insert("example".to_owned(), json!({"name": "Labs, read and write"}));
    }
    schema
}

fn view(strategy: &'static Strategy) -> Value {
    let mut properties = common(strategy);
    let mut required = vec!["id", "organization", "environmentId", "name", "authStrategy"];
    let mut flags = Vec::new();
    for field in strategy.fields {
        if field.secret {
            let described = json!({"type": "boolean", "description": format!("Whether `{}` is stored.", field.name), "examples": [true]});
            properties.insert(flag_name(field), described);
            flags.push(flag_name(field));
        } else {
            properties.insert(field.name.to_owned(), form::property(field));
        }
    }
    required.extend(["secretVersions", "createdAt", "updatedAt"]);
    let versions = json!({
        "type": "object",
        "description": "Version, age and fingerprint of each secret that is stored, by its name.",
        "additionalProperties": {"$ref": "#/components/schemas/SecretVersionView"},
        "examples": [{}],
    });
    properties.insert("secretVersions".to_owned(), versions);
    let time = |what: &str| json!({"type": "string", "format": "date-time", "description": what, "examples": ["2026-11-24T09:00:00.000Z"]});
    properties.insert("createdAt".to_owned(), time("When it was made, UTC."));
    properties.insert("updatedAt".to_owned(), time("When it last changed, UTC."));
    let required: Vec<String> = required.into_iter().map(str::to_owned).chain(flags).collect();
    object(strategy.description, properties, required)
}

fn common(strategy: &Strategy) -> Map<String, Value> {
    let members = json!({
        "id": {"type": "string", "format": "uuid", "description": "Its id; made by the server when left out.", "examples": [ID]},
        "organization": {"type": "integer", "format": "int64", "description": "Number of the organization.", "examples": [118]},
        "environmentId": {"type": "string", "format": "uuid", "description": "The environment it is for, for good.", "examples": [ENVIRONMENT]},
        "name": {"type": "string", "minLength": 1, "description": "A name for people.", "examples": ["Labs"]},
        "externalId": external_id(),
        "authStrategy": {"type": "string", "const": strategy.key, "description": "How it authenticates, for good."},
    });
    members.as_object().cloned().unwrap_or_default()
}

fn external_id() -> Value {
    json!({"type": ["string", "null"], "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9._-]+$",
        "description": "Your own stable key for it, unique in its environment.", "examples": ["labs"]})
}

fn object(description: &str, properties: Map<String, Value>, required: Vec<String>) -> Value {
    Map::from_iter([
        ("type".to_owned(), json!("object")),
        ("description".to_owned(), json!(description)),
        ("properties".to_owned(), Value::Object(properties)),
        ("required".to_owned(), required.into()),
        ("additionalProperties".to_owned(), json!(false)),
    ])
    .into()
}
