//! What holds for every operation and is therefore written once: path parameters, conditional headers, and the
//! statuses that authentication, permissions, bodies and the server itself can bring about.

use serde_json::{Map, Value, json};

use crate::problem::ProblemCode;

/// Completes every operation.
pub fn complete(document: &mut Value) {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else { return };
    for (path, item) in paths {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if let Value::Object(operation) = operation {
                complete_operation(path, method, operation);
            }
        }
    }
}

fn complete_operation(path: &str, method: &str, operation: &mut Map<String, Value>) {
    let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default().to_owned();
    let reads_one = id.starts_with("get_");
    // A role has no version: who sets it last, has set it.
    let replaces = matches!(method, "patch" | "put" | "delete") && !id.starts_with("set_")
        || matches!(id.as_str(), "verify_destination" | "change_webhook_signing_secret");
    let is_post = method == "post";
    let has_body = operation.contains_key("requestBody");
    let needs_role = operation.pointer_scope() != Some("signed-in");
    let is_catalogue = path.contains("/data-models") || path.contains("/destination-types");

    let mut parameters = parameters(path, method, reads_one, replaces);
    let listed = operation.remove("parameters");
    parameters.extend(listed.and_then(|listed| listed.as_array().cloned()).unwrap_or_default());
    operation.insert("parameters".to_owned(), Value::Array(parameters));

    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    let mut may_answer = |applies: bool, code: ProblemCode| {
        if applies {
            let status = code.status().as_u16().to_string();
            let title = format!("`{}`: {}", code.slug(), code.page().0);
            responses.entry(status).or_insert_with(|| problem(&title));
        }
    };
    may_answer(!has_body, ProblemCode::InvalidParameter);
    may_answer(has_body, ProblemCode::MalformedRequest);
    may_answer(true, ProblemCode::Unauthenticated);
    may_answer(needs_role, ProblemCode::Forbidden);
    may_answer(path.contains('{'), ProblemCode::NotFound);
    may_answer(replaces, ProblemCode::PreconditionFailed);
    may_answer(has_body, ProblemCode::PayloadTooLarge);
    may_answer(has_body, ProblemCode::UnsupportedMediaType);
    may_answer(has_body, ProblemCode::ValidationFailed);
    may_answer(is_post, ProblemCode::MalformedRequest);
    may_answer(is_post, ProblemCode::IdempotencyInProgress);
    may_answer(is_post, ProblemCode::IdempotencyKeyReused);
    may_answer(true, ProblemCode::RateLimited);
    may_answer(true, ProblemCode::Internal);
    may_answer(!is_catalogue, ProblemCode::Overloaded);
    if reads_one {
        let unchanged = json!({"description": "The version is one of those in `If-None-Match`."});
        responses.insert("304".to_owned(), unchanged);
    }
    for (status, response) in responses.iter_mut() {
        add_headers(
            status,
            reads_one || replaces && !(id.starts_with("delete_") || id == "change_webhook_signing_secret"),
            response,
        );
    }
    responses.sort_keys();
}

/// Those of the path, and the headers that an operation heeds.
fn parameters(path: &str, method: &str, reads_one: bool, replaces: bool) -> Vec<Value> {
    let mut parameters: Vec<Value> = path_parameters(path);
    if reads_one {
        parameters.push(header("If-None-Match", "Answer 304 if the version is one of these.", "\"v3\""));
    }
    if replaces {
        parameters.push(header("If-Match", "Do it only if the version is one of these; else 412.", "\"v3\""));
    }
    if method == "post" {
        let description = "A key of your own for this request, 1 to 255 visible ASCII characters: the same request \
                           with the same key gets the same answer for 24 hours, and is done once.";
        parameters.push(header("Idempotency-Key", description, "7f3c1b0e-provision-labs"));
    }
    parameters
}

/// The scope that an operation asks for.
trait PointerScope {
    fn pointer_scope(&self) -> Option<&str>;
}

impl PointerScope for Map<String, Value> {
    fn pointer_scope(&self) -> Option<&str> {
        self.get("security")?.pointer("/0/bearer/0")?.as_str()
    }
}

fn problem(description: &str) -> Value {
    let schema = json!({"$ref": "#/components/schemas/Problem"});
    json!({"description": description, "content": {"application/problem+json": {"schema": schema}}})
}

fn add_headers(status: &str, has_version: bool, response: &mut Value) {
    // Handlers that name a problem of their own give it the media type of any body; a problem has its own.
    let content = response.get_mut("content").and_then(Value::as_object_mut);
    if let Some(content) = content
        && status.starts_with(['4', '5'])
        && let Some(body) = content.remove("application/json")
    {
        content.insert("application/problem+json".to_owned(), body);
    }
    let text = |description: &str| json!({"description": description, "schema": {"type": "string"}});
    let mut headers = Map::new();
    headers.insert("X-Request-Id".to_owned(), text("The id of the request: the caller's own, or a new one."));
    if (has_version && matches!(status, "200" | "304")) || status == "201" {
        headers.insert("ETag".to_owned(), text("The version of what is shown."));
    }
    if status == "201" {
        headers.insert("Location".to_owned(), text("Where the new resource is."));
    }
    if status == "401" {
        headers.insert("WWW-Authenticate".to_owned(), text("`Bearer`, and why."));
    }
    for (name, description) in RATE_HEADERS {
        headers.insert(name.to_owned(), text(description));
    }
    if matches!(status, "429" | "503") {
        headers.insert("Retry-After".to_owned(), text("Seconds after which to try again."));
    }
    if let Value::Object(response) = response {
        response.insert("headers".to_owned(), Value::Object(headers));
    }
}

/// On every answer, unless the limit is off.
const RATE_HEADERS: [(&str, &str); 3] = [
    ("RateLimit-Policy", "Requests that a caller may make (`q`) in so many seconds (`w`)."),
    ("RateLimit", "How many are left (`r`), and in how many seconds (`t`) they are counted anew."),
    ("X-RateLimit-Limit", "Requests that a caller may make in that time."),
];

fn header(name: &str, description: &str, example: &str) -> Value {
    json!({"name": name, "in": "header", "description": description, "required": false,
        "schema": {"type": "string"}, "example": example})
}

fn path_parameters(path: &str) -> Vec<Value> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    names
        .map(|name| {
            let uuid = |description, example| (description, json!({"type": "string", "format": "uuid"}), json!(example));
            let text = |description, example| (description, json!({"type": "string"}), json!(example));
            let (description, schema, example) = match name {
                "environmentId" => uuid("Id of an environment.", "0192f1c0-5d3a-7cc1-b8a5-3f1d5c7a9e02"),
                "destinationId" => uuid("Id of a destination.", "0192f1c0-5d3a-7cc1-b8a5-3f1d5c7a9e01"),
                "credentialId" => uuid("Id of an auth credential.", "0192f1c0-8c44-7d3e-9a01-2b3c4d5e6f70"),
                "verificationId" => uuid("Id of an attempt.", "0192f1c0-7b21-7a10-8c55-6f2e1d3c4b5a"),
                "serviceAccountId" => uuid("Id of a service account.", "0192f1c0-2222-7bb0-8d3e-6f7a8b9c0d1e"),
                "apiKeyId" => uuid("Id of an API key.", "0192f1c0-3333-7cc0-9e4f-7a8b9c0d1e2f"),
                "organizationId" => ("Number of an organization.", json!({"type": "integer", "format": "int64"}), json!(118)),
                "externalId" => text("Your own key.", "nightly-labs"),
                "eventType" => text("An event type of the data model.", "NewPatient"),
                _ => text("Name of a data model.", "PatientAdmin"),
            };
            json!({"name": name, "in": "path", "description": description, "required": true, "schema": schema, "example": example})
        })
        .collect()
}
