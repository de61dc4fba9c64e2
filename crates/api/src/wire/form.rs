//! A form over the wire: its JSON Schema, and its values from and to JSON. One source for `/destination-types`,
//! `/authcredentials/strategies` and the OpenAPI document.

mod pattern;

use domain::{
    endpoint,
    fault::{FaultCode, Flaw},
    form::{Edit, Field, FieldKind, FieldValue, Literal, MAX_ITEM_LENGTH, MAX_ITEMS},
};
use serde_json::{Map, Value, json};

/// Any text without control characters.
const NO_CONTROL: &str = r"^[^\u0000-\u001f\u007f-\u009f]*$";

/// The form as an object schema (2020-12).
pub fn schema(fields: &[Field]) -> Value {
    let properties: Map<String, Value> =
        fields.iter().map(|field| (field.name.to_owned(), property(field))).collect();
    let required: Vec<&str> = fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// The schema of one field.
pub fn property(field: &Field) -> Value {
    let mut property = kind_schema(field.kind);
    property.insert("title".to_owned(), json!(field.title));
    property.insert("description".to_owned(), json!(field.description));
    property.insert("examples".to_owned(), json!([literal(field.example)]));
    if let Some(default) = field.default {
        property.insert("default".to_owned(), literal(default));
    }
    if field.secret {
        property.insert("writeOnly".to_owned(), json!(true));
        property.insert("format".to_owned(), json!("password"));
    }
    Value::Object(property)
}

fn kind_schema(kind: FieldKind) -> Map<String, Value> {
    let schema = match kind {
        FieldKind::Name(rule) => {
            let (min, max, pattern) = (rule.min, rule.max, pattern::of_name(rule));
            json!({"type": "string", "minLength": min, "maxLength": max, "pattern": pattern})
        }
        FieldKind::Url => json!({"type": "string", "format": "uri", "maxLength": endpoint::MAX_LENGTH}),
        FieldKind::BaseUrl(path) => json!({
            "type": "string", "format": "uri", "maxLength": endpoint::MAX_LENGTH, "pattern": pattern::of_url(path),
        }),
        FieldKind::Integer { min, max } => json!({"type": "integer", "minimum": min, "maximum": max}),
        FieldKind::Flag => json!({"type": ["boolean", "string"], "enum": [true, false, "true", "false"]}),
        FieldKind::Texts => {
            let item = json!({"type": "string", "minLength": 1, "maxLength": MAX_ITEM_LENGTH});
            json!({"type": "array", "items": item, "maxItems": MAX_ITEMS})
        }
        FieldKind::Object => json!({"type": "object"}),
        FieldKind::Choice(choices) => json!({"type": "string", "enum": choices}),
        FieldKind::PrivateKey => json!({"type": "string", "minLength": 1}),
        FieldKind::Text { min, max, others } => {
            let mut text =
                json!({"type": "string", "minLength": min, "maxLength": max, "pattern": NO_CONTROL});
            if let (Value::Object(members), Some(others)) = (&mut text, others) {
                let escaped = pattern::in_brackets(others);
                members.insert("pattern".to_owned(), json!(format!("^[A-Za-z0-9{escaped}]*$")));
            }
            text
        }
    };
    schema.as_object().cloned().unwrap_or_default()
}

/// A default or an example as JSON.
pub fn literal(literal: Literal) -> Value {
    to_json(&FieldValue::from(literal))
}

/// A value as JSON.
pub fn to_json(value: &FieldValue) -> Value {
    match value {
        FieldValue::Text(text) => json!(text),
        FieldValue::Integer(number) => json!(number),
        FieldValue::Flag(flag) => json!(flag),
        FieldValue::Texts(texts) => json!(texts),
        FieldValue::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), to_json(value))).collect::<Map<_, _>>().into()
        }
    }
}

/// A member of a merge patch: `None` clears.
pub fn edit(value: Value) -> Result<Option<Edit>, Flaw> {
    let edit = match value {
        Value::Null => return Ok(None),
        Value::Bool(flag) => Edit::Set(FieldValue::Flag(flag)),
        Value::String(text) => Edit::Set(FieldValue::Text(text)),
        Value::Number(number) => {
            let whole = number.as_i64().ok_or_else(|| Flaw::new(FaultCode::WrongType, "A whole number."))?;
            Edit::Set(FieldValue::Integer(whole))
        }
        Value::Array(items) => {
            let text = |item| match item {
                Value::String(text) => Ok(text),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                    Err(Flaw::new(FaultCode::WrongType, "A list of texts."))
                }
            };
            Edit::Set(FieldValue::Texts(items.into_iter().map(text).collect::<Result<_, _>>()?))
        }
        Value::Object(members) => {
            let edits = members.into_iter().map(|(name, value)| edit(value).map(|edit| (name, edit)));
            Edit::Merge(edits.collect::<Result<_, _>>()?)
        }
    };
    Ok(Some(edit))
}
