//! The OpenAPI document at work: it is served, and the bodies and queries of requests are checked against it.

use std::{
    collections::{HashMap, HashSet},
    sync::OnceLock,
};

use actix_web::{dev::ResourceDef, web::Bytes};
use domain::fault::Faults;
use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::{openapi, schema_faults};

/// Bodies that are checked by the forms their schemas are made from.
const FORMS: [&str; 2] = ["CredentialCreate", "CredentialPatch"];

/// The document, its texts, and what was compiled from it.
pub struct Document {
    text: OnceLock<Bytes>,
    bodies: HashMap<String, BodySchema>,
    queries: HashMap<(String, String), Vec<String>>,
    paths: Vec<(ResourceDef, Vec<String>)>,
    patterns: HashSet<String>,
}

/// What a body is checked by; compiled when the first one comes, for a server at rest need not hold it.
struct BodySchema {
    text: String,
    validator: OnceLock<Validator>,
}

/// A schema cannot be compiled; a defect of this program.
#[derive(Debug, thiserror::Error)]
#[error("the schema of a body is unusable: {0}")]
pub struct SchemaError(String);

impl BodySchema {
    fn validator(&self) -> Result<&Validator, SchemaError> {
        if let Some(validator) = self.validator.get() {
            return Ok(validator);
        }
        let schema: Value =
            serde_json::from_str(&self.text).map_err(|error| SchemaError(error.to_string()))?;
        let validator = jsonschema::validator_for(&schema).map_err(|error| SchemaError(error.to_string()))?;
        Ok(self.validator.get_or_init(|| validator))
    }
}

impl Document {
    /// Builds the document from the mounted routes.
    pub fn build() -> Self {
        let described = openapi::described();
        let bodies = collect_bodies(&described);
        let patterns = operations(&described).map(|(path, ..)| path.clone()).collect();
        let (queries, paths) = (collect_queries(&described), collect_paths(&described));
        Self { text: OnceLock::new(), bodies, queries, paths, patterns }
    }

    /// The document as it is served. Made when it is first asked for: examples are most of it, and no request needs them.
    pub fn text(&self) -> Result<Bytes, serde_json::Error> {
        if let Some(text) = self.text.get() {
            return Ok(text.clone());
        }
        let text = openapi::to_json(&openapi::document())?;
        Ok(self.text.get_or_init(|| Bytes::from(text)).clone())
    }

    /// The methods that a path takes; none if it is no path of the API.
    pub fn methods_of(&self, path: &str) -> Vec<&str> {
        let known = self.paths.iter().find(|(pattern, _)| pattern.is_match(path));
        known.map(|(_, methods)| methods.iter().map(String::as_str).collect()).unwrap_or_default()
    }

    /// Whether the API has this path, as it was mounted: with names in braces.
    pub fn has_path(&self, pattern: &str) -> bool {
        self.patterns.contains(pattern)
    }

    /// Takes every member out of `body` that its schema does not allow, and says what was wrong with it.
    pub fn check(&self, schema: &str, body: &mut Value) -> Result<Faults, SchemaError> {
        match self.bodies.get(schema) {
            Some(schema) => Ok(schema_faults::take_out(schema.validator()?, body)),
            None => Ok(Faults::default()),
        }
    }

    /// Names of the query parameters of an operation; `pattern` is the path as it was mounted.
    pub fn query_parameters(&self, method: &str, pattern: &str) -> &[String] {
        let key = (method.to_ascii_lowercase(), pattern.to_owned());
        self.queries.get(&key).map(Vec::as_slice).unwrap_or_default()
    }
}

fn operations(document: &Value) -> impl Iterator<Item = (&String, &String, &Value)> {
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    paths.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten();
        methods.map(move |(method, operation)| (path, method, operation))
    })
}

fn collect_bodies(document: &Value) -> HashMap<String, BodySchema> {
    let mut bodies = HashMap::new();
    for (_, _, operation) in operations(document) {
        let body = operation.pointer("/requestBody/content/application~1json/schema/$ref");
        let Some(reference) = body.and_then(Value::as_str) else { continue };
        let name = reference.rsplit('/').next().unwrap_or_default().to_owned();
        if FORMS.contains(&name.as_str()) {
            continue;
        }
        let mut schemas = Map::new();
        collect_schemas(document, operation.get("requestBody"), &mut schemas);
        let text = json!({"$ref": reference, "components": {"schemas": schemas}}).to_string();
        bodies.insert(name, BodySchema { text, validator: OnceLock::new() });
    }
    bodies
}

/// The schemas that a part of the document refers to, and those that they refer to. A validator keeps several copies of
/// whatever it is given.
fn collect_schemas(document: &Value, part: Option<&Value>, found: &mut Map<String, Value>) {
    match part {
        Some(Value::Object(members)) => {
            let name = members.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
            if let Some(name) = name.filter(|name| !found.contains_key(*name)) {
                let schema = document.pointer(&format!("/components/schemas/{name}"));
                found.insert(name.to_owned(), schema.cloned().unwrap_or_default());
                collect_schemas(document, schema, found);
            }
            members.values().for_each(|member| collect_schemas(document, Some(member), found));
        }
        Some(Value::Array(items)) => {
            items.iter().for_each(|item| collect_schemas(document, Some(item), found));
        }
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) | None => {}
    }
}

fn collect_queries(document: &Value) -> HashMap<(String, String), Vec<String>> {
    operations(document)
        .map(|(path, method, operation)| {
            let parameters = operation.get("parameters").and_then(Value::as_array).into_iter().flatten();
            let names = parameters
                .filter(|parameter| parameter.get("in").and_then(Value::as_str) == Some("query"))
                .filter_map(|parameter| parameter.get("name")?.as_str().map(str::to_owned))
                .collect();
            ((method.clone(), path.clone()), names)
        })
        .collect()
}

fn collect_paths(document: &Value) -> Vec<(ResourceDef, Vec<String>)> {
    let mut paths: Vec<(ResourceDef, Vec<String>)> = Vec::new();
    for (path, method, _) in operations(document) {
        let mut methods = vec![method.to_ascii_uppercase()];
        if method == "get" {
            methods.push("HEAD".to_owned());
        }
        match paths.iter_mut().find(|(pattern, _)| pattern.pattern() == Some(path)) {
            Some((_, known)) => known.extend(methods),
            None => paths.push((ResourceDef::new(path.as_str()), methods)),
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_of_every_body_compiles() {
        let document = Document::build();
        assert!(document.bodies.len() > 5);
        for (name, schema) in &document.bodies {
            assert!(schema.validator().is_ok(), "{name}");
        }
    }
}
