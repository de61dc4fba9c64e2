//! Examples of bodies: put together from the examples of their members, which are written once, at the member.

use serde_json::{Map, Value, json};

use crate::problem::ProblemCode;

/// Gives every body of every operation an example.
pub fn fill(document: &mut Value) {
    let schemas = document.pointer("/components/schemas").cloned().unwrap_or_default();
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else { return };
    for (path, item) in paths {
        for operation in item.as_object_mut().into_iter().flatten().map(|(_, operation)| operation) {
            let body = operation.get_mut("requestBody");
            fill_contents(body, &schemas, |_| {});
            let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
            for (status, response) in responses.into_iter().flatten() {
                let described =
                    response.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
                fill_contents(Some(response), &schemas, |example| {
                    if status.starts_with(['4', '5']) {
                        be_problem(example, path, &described);
                    }
                });
            }
        }
    }
}

fn fill_contents(holder: Option<&mut Value>, schemas: &Value, adapt: impl Fn(&mut Value)) {
    let contents = holder.and_then(|holder| holder.get_mut("content")).and_then(Value::as_object_mut);
    for (_, content) in contents.into_iter().flatten() {
        let mut example = content.get("schema").map(|schema| example_of(schema, schemas)).unwrap_or_default();
        adapt(&mut example);
        if let Value::Object(content) = content {
            content.insert("example".to_owned(), example);
        }
    }
}

/// Turns the example of a problem into one of the first code that the description names.
fn be_problem(example: &mut Value, path: &str, described: &str) {
    let code =
        described.split('`').filter_map(ProblemCode::from_slug).next().unwrap_or(ProblemCode::Internal);
    let Value::Object(members) = example else { return };
    let slug = code.slug();
    members.insert("type".to_owned(), json!(format!("https://waypost.example.org/problems/{slug}")));
    members.insert("title".to_owned(), json!(code.title()));
    members.insert("status".to_owned(), json!(code.status().as_u16()));
    members.insert("detail".to_owned(), json!(code.page().0));
    members.insert("instance".to_owned(), json!(path));
    members.insert("code".to_owned(), json!(slug));
    if !matches!(code, ProblemCode::ValidationFailed) {
        members.remove("errors");
    }
    if code == ProblemCode::InvalidParameter {
        let entry = json!({"parameter": "colour", "code": "unknown-parameter", "detail": "This operation has no such parameter."});
        members.insert("errors".to_owned(), json!([entry]));
    }
    if code != ProblemCode::VerificationFailed {
        members.remove("verification");
    }
}

/// An example of a schema: its own, else one made of its parts.
fn example_of(schema: &Value, schemas: &Value) -> Value {
    let own = schema.get("example").or_else(|| schema.pointer("/examples/0")).or_else(|| schema.get("const"));
    if let Some(example) = own {
        return example.clone();
    }
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return schemas.get(name).map(|schema| example_of(schema, schemas)).unwrap_or_default();
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        let branches = schema.get(choice).and_then(Value::as_array).into_iter().flatten();
        let mut shown = branches.filter(|branch| branch.get("type").and_then(Value::as_str) != Some("null"));
        if let Some(branch) = shown.next() {
            return example_of(branch, schemas);
        }
    }
    if let Some(first) = schema.pointer("/enum/0") {
        return first.clone();
    }
    if let Some(items) = schema.get("items") {
        return json!([example_of(items, schemas)]);
    }
    match schema.get("properties").and_then(Value::as_object) {
        Some(properties) => {
            let is_shown = |name: &str| {
                !matches!(name, "parameter" | "setupState" | "id" | "environment") || is_view(schema)
            };
            let members: Map<String, Value> = properties
                .iter()
                .filter(|(name, _)| is_shown(name))
                .map(|(name, property)| (name.clone(), example_of(property, schemas)))
                .filter(|(_, example)| !example.is_null() || is_view(schema))
                .collect();
            Value::Object(members)
        }
        None => Value::Null,
    }
}

/// Whether a schema is of something shown: it names what is always there.
fn is_view(schema: &Value) -> bool {
    schema.get("required").and_then(Value::as_array).is_some_and(|required| required.len() > 1)
}
