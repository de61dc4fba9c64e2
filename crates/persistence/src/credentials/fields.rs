//! The fields of a credential that are no secrets, as the JSON of their column and back.

use domain::form::{FieldValue, Fields};
use serde_json::{Map, Value};

/// The fields by name.
pub(super) fn to_json(fields: &Fields) -> Value {
    fields.iter().map(|(name, value)| (name.to_owned(), value_json(value))).collect()
}

fn value_json(value: &FieldValue) -> Value {
    match value {
        FieldValue::Text(text) => Value::from(text.as_str()),
        FieldValue::Integer(number) => Value::from(*number),
        FieldValue::Flag(flag) => Value::from(*flag),
        FieldValue::Texts(texts) => Value::from(texts.as_slice()),
        FieldValue::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), value_json(value))).collect()
        }
    }
}

/// The fields, not yet checked against a form; `None` if this is no JSON that [`to_json`] makes.
pub(super) fn parse(text: &str) -> Option<Vec<(String, FieldValue)>> {
    let members: Map<String, Value> = serde_json::from_str(text).ok()?;
    parse_members(members)
}

fn parse_members(members: Map<String, Value>) -> Option<Vec<(String, FieldValue)>> {
    members.into_iter().map(|(name, value)| Some((name, parse_value(value)?))).collect()
}

fn parse_value(value: Value) -> Option<FieldValue> {
    match value {
        Value::Null => None,
        Value::Bool(flag) => Some(FieldValue::Flag(flag)),
        Value::Number(number) => number.as_i64().map(FieldValue::Integer),
        Value::String(text) => Some(FieldValue::Text(text)),
        Value::Array(items) => {
            let texts = items.into_iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<_>>();
            texts.map(FieldValue::Texts)
        }
        Value::Object(members) => parse_members(members).map(FieldValue::Object),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_value_comes_back_as_it_was() {
        let text = |text: &str| FieldValue::Text(text.to_owned());
        let inner = vec![
            ("b".to_owned(), text("\u{1F980} \"quoted\"")),
            ("a".to_owned(), FieldValue::Texts(vec![])),
            ("0".to_owned(), FieldValue::Object(vec![])),
        ];
        for value in [
            text(""),
            FieldValue::Integer(i64::MIN),
            FieldValue::Integer(i64::MAX),
            FieldValue::Flag(true),
            FieldValue::Texts(vec!["one".to_owned(), String::new()]),
            FieldValue::Object(inner),
        ] {
            let json = value_json(&value).to_string();
            assert_eq!(parse_value(serde_json::from_str(&json).unwrap()), Some(value), "{json}");
        }
    }

    #[test]
    fn what_is_no_value_is_noticed() {
        for text in
            ["", "[]", "null", r#"{"a": null}"#, r#"{"a": 1.5}"#, r#"{"a": [1]}"#, r#"{"a": {"b": null}}"#]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
