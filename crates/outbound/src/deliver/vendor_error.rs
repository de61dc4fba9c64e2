//! The error that a vendor's API answers with: its code and message, out of XML or JSON. Both are the vendor's words:
//! to be shown only as [`Heard::quote`](super::cloud::Heard::quote) gives them back.

use serde_json::Value;

/// A vendor's error.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct VendorError {
    /// What programs go by, such as `NoSuchBucket`; empty if there is none.
    pub(super) code: String,
    /// What people read; empty if there is none.
    pub(super) message: String,
}

impl VendorError {
    /// The error in a body of XML: `<Error><Code>..</Code><Message>..</Message></Error>`.
    pub(super) fn from_xml(text: &str) -> Self {
        let part = |name| element(text, name).unwrap_or_default();
        Self { code: part("Code"), message: part("Message") }
    }

    /// The error in a body of JSON as AWS has it: `{"__type": "ns#Code", "message": ".."}`; the code may be in a
    /// header instead.
    pub(super) fn from_aws_json(text: &str, header: Option<&str>) -> Self {
        let body: Value = serde_json::from_str(text).unwrap_or_default();
        let part = |names: [&str; 3]| {
            names.iter().find_map(|name| body.get(name).and_then(Value::as_str)).unwrap_or_default()
        };
        let code = header.unwrap_or_else(|| part(["__type", "code", "Code"]));
        let code = code.rsplit('#').next().unwrap_or_default().split(':').next().unwrap_or_default();
        Self { code: code.to_owned(), message: part(["message", "Message", "errorMessage"]).to_owned() }
    }

    /// The error in a body of JSON as Google has it: `{"error": {"status": "..", "message": ".."}}`. The code is the
    /// most telling one there is: the reason in the details, or that of the older APIs, or the status.
    pub(super) fn from_google_json(body: &Value) -> Self {
        let part = |pointer| body.pointer(pointer).and_then(Value::as_str);
        let details = body.pointer("/error/details").and_then(Value::as_array);
        let reason = details.into_iter().flatten().find_map(|detail| detail.get("reason")?.as_str());
        let code = reason.or(part("/error/errors/0/reason")).or(part("/error/status"));
        Self {
            code: code.unwrap_or_default().to_owned(),
            message: part("/error/message").unwrap_or_default().to_owned(),
        }
    }

    /// The error in a body of XML as the service bus of Azure has it: `<Error><Code>..</Code><Detail>..</Detail></Error>`.
    pub(super) fn from_service_bus_xml(text: &str) -> Self {
        let part = |name| element(text, name).unwrap_or_default();
        Self { code: part("Code"), message: part("Detail") }
    }
}

/// The text of the first element of this name that holds text only.
pub(super) fn element(text: &str, name: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    let (inner, _) = rest.split_once(&format!("</{name}>"))?;
    if inner.contains('<') {
        return None;
    }
    let plain =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'"), ("&amp;", "&")]
            .iter()
            .fold(inner.trim().to_owned(), |text, (entity, plain)| text.replace(entity, plain));
    Some(plain)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn code_and_message_are_read_from_xml() {
        let text = "<?xml version=\"1.0\"?>\n<Error><Code>NoSuchBucket</Code><Message>No &amp;quot;labs&quot; \
                    here</Message><BucketName>labs</BucketName><Deep><Code>x</Code></Deep></Error>";
        let error = VendorError::from_xml(text);
        assert_eq!((error.code.as_str(), error.message.as_str()), ("NoSuchBucket", "No &quot;labs\" here"));
        assert_eq!(element(text, "BucketName").as_deref(), Some("labs"));
        assert_eq!(element(text, "Deep"), None, "that holds more than text");
        for text in ["", "<Code>", "<html><body>Bad gateway</body></html>", "<Code></Code>"] {
            assert_eq!(VendorError::from_xml(text), VendorError::default(), "{text}");
        }
    }

    #[test]
    fn code_and_message_are_read_from_json_and_the_header_wins() {
        let text = r#"{"__type":"com.amazonaws.kinesis#ResourceNotFoundException","message":"No stream"}"#;
        let error = VendorError::from_aws_json(text, None);
        assert_eq!((error.code.as_str(), error.message.as_str()), ("ResourceNotFoundException", "No stream"));
        let error =
            VendorError::from_aws_json(r#"{"Message":"No"}"#, Some("AccessDeniedException:http://x/"));
        assert_eq!((error.code.as_str(), error.message.as_str()), ("AccessDeniedException", "No"));
        assert_eq!(VendorError::from_aws_json("[1", None), VendorError::default());
    }

    #[test]
    fn the_most_telling_code_of_google_is_taken() {
        let full = json!({ "error": {
            "status": "PERMISSION_DENIED", "message": "No", "errors": [{ "reason": "forbidden" }],
            "details": [{ "@type": "other" }, { "reason": "SERVICE_DISABLED" }],
        }});
        for (left_out, code) in [
            ("", "SERVICE_DISABLED"),
            ("details", "forbidden"),
            ("errors", "PERMISSION_DENIED"),
            ("status", ""),
        ] {
            let mut body = full.clone();
            for name in ["details", "errors", "status"] {
                if left_out.is_empty() {
                    break;
                }
                body["error"].as_object_mut().unwrap().remove(name);
                if name == left_out {
                    break;
                }
            }
            let error = VendorError::from_google_json(&body);
            assert_eq!((error.code.as_str(), error.message.as_str()), (code, "No"));
        }
        for body in [json!(null), json!([]), json!({ "error": "invalid" })] {
            assert_eq!(VendorError::from_google_json(&body), VendorError::default());
        }
    }
}
