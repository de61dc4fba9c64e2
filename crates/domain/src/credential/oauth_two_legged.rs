//! OAuth 2.0 two-legged with secrets: a token fetched by client credentials, with every member name adjustable.

use super::strategy::{Given, Material, Strategy};
use crate::{
    endpoint::Endpoint,
    fault::{FaultCode, Faults},
    form::{Field, FieldKind, Literal},
    secret::SecretText,
    verification::named,
};

/// A field that names a member of the token request or answer.
const fn naming(
    name: &'static str,
    title: &'static str,
    description: &'static str,
    default: &'static str,
) -> Field {
    Field::text(name, title, description, default).limited(1, 128, None).defaulting(Literal::Text(default))
}

/// See [`OAuthTwoLegged`].
pub static STRATEGY: Strategy = Strategy {
    key: "OAuth_2.0_2-legged",
    label: "OAuth 2.0 two-legged with secrets",
    description: "Fetches a token from a token URL with a client id and secret (or a user name and password) and \
                  sends it as a bearer token.",
    fields: FIELDS,
    rules,
    build: |parts| {
        let custom_field =
            match (parts.optional_text("customFieldName"), parts.optional_text("customFieldValue")) {
                (Some(name), Some(value)) => Some((name, value)),
                (None, _) | (_, None) => None,
            };
        let content_type = TokenRequestFormat::from_name(&parts.text("contentType")?);
        Ok(Material::OAuthTwoLegged(OAuthTwoLegged {
            grant_type: parts.text("grantType")?,
            url: parts.endpoint("url")?,
            client_id: parts.optional_text("clientId"),
            client_secret: parts.optional_secret("clientSecret"),
            username: parts.optional_text("username"),
            password: parts.optional_secret("password"),
            grant_type_name: parts.text("grantTypeName")?,
            client_id_name: parts.text("clientIdName")?,
            client_secret_name: parts.text("clientSecretName")?,
            refresh_token_name: parts.text("refreshTokenName")?,
            access_token_name: parts.text("accessTokenName")?,
            expires_field_name: parts.text("expiresFieldName")?,
            refresh_grant_type: parts.text("refreshGrantType")?,
            audience: parts.optional_text("audience"),
            scopes: parts.optional_text("scopes"),
            content_type: parts.required("contentType", content_type)?,
            no_basic: parts.flag("noBasic"),
            resource: parts.optional_text("resource"),
            custom_field,
            default_expiration_seconds: parts.seconds("defaultExpirationSeconds")?,
        }))
    },
    key_algorithm: None,
};

static FIELDS: &[Field] = &[
    Field::of(
        FieldKind::Choice(&["client_credentials"]),
        "grantType",
        "Grant type",
        "How the token is asked for.",
        Literal::Text("client_credentials"),
    )
    .required(),
    Field::text(
        "username",
        "User name",
        "A user name, for servers that want one in the token request.",
        "labs",
    ),
    Field::text("password", "Password", "The user's password.", "correct-horse-battery-staple").secret(),
    Field::url("url", "Token URL", "Where the token is fetched.", "https://auth.example.org/oauth/token")
        .required(),
    naming(
        "grantTypeName",
        "Name of the grant type",
        "Member of the token request that holds the grant type.",
        "grant_type",
    ),
    naming(
        "clientIdName",
        "Name of the client id",
        "Member of the token request that holds the client id.",
        "client_id",
    ),
    naming(
        "clientSecretName",
        "Name of the client secret",
        "Member of the token request that holds the client secret.",
        "client_secret",
    ),
    naming(
        "refreshTokenName",
        "Name of the refresh token",
        "Member of request and answer that holds a refresh token, for servers that give one.",
        "refresh_token",
    ),
    Field::text("clientId", "Client id", "Needed unless a user name is given.", "waypost-labs"),
    Field::text("clientSecret", "Client secret", "The client's secret.", "correct-horse-battery-staple")
        .secret(),
    naming(
        "accessTokenName",
        "Name of the access token",
        "Member of the answer that holds the token; dots lead into objects, as in data.token.",
        "access_token",
    ),
    naming(
        "expiresFieldName",
        "Name of the lifetime",
        "Member of the answer that holds the token's lifetime in seconds; dots lead into objects.",
        "expires_in",
    ),
    naming(
        "refreshGrantType",
        "Refresh grant type",
        "Grant type with which a refresh token is used.",
        "refresh_token",
    ),
    Field::text("audience", "Audience", "Sent as audience in the token request.", "https://labs.example.org"),
    Field::text(
        "scopes",
        "Scopes",
        "Sent as scope in the token request; separated by spaces.",
        "messages.write",
    ),
    Field::of(
        FieldKind::Choice(&["application/x-www-form-urlencoded", "application/json"]),
        "contentType",
        "Content type",
        "How the body of the token request is encoded.",
        Literal::Text("application/x-www-form-urlencoded"),
    )
    .defaulting(Literal::Text("application/x-www-form-urlencoded")),
    Field::of(
        FieldKind::Flag,
        "noBasic",
        "No HTTP Basic",
        "Send the client id and secret in the body instead of the Authorization header of the token request.",
        Literal::Flag(true),
    )
    .defaulting(Literal::Flag(false)),
    Field::text("resource", "Resource", "Sent as resource in the token request.", "https://labs.example.org"),
    Field::text(
        "customFieldName",
        "Name of a further member",
        "One more member of the token request.",
        "tenant",
    )
    .limited(1, 128, None),
    Field::text("customFieldValue", "Its value", "What the further member holds.", "labs"),
    default_expiration(),
];

/// The lifetime of a token whose answer tells none; the same for every strategy that fetches one.
pub(super) const fn default_expiration() -> Field {
    Field::of(
        FieldKind::Integer { min: 1, max: 31_536_000 },
        "defaultExpirationSeconds",
        "Default lifetime",
        "Seconds that a token is used when the answer does not say how long it lives.",
        Literal::Integer(300),
    )
    .defaulting(Literal::Integer(300))
}

fn rules(given: &Given<'_>, faults: &mut Faults) {
    if !given.has("username") {
        given.demand("clientId", "A client id is needed, unless a user name is given.", faults);
    }
    if given.has("clientSecret") {
        given.demand("clientId", "A client secret belongs to a client id.", faults);
    }
    if given.has("username") {
        given.demand("password", "A user name goes with a password.", faults);
    }
    if given.has("password") {
        given.demand("username", "A password goes with a user name.", faults);
    }
    if given.has("customFieldName") {
        given.demand("customFieldValue", "The further member needs a value.", faults);
    }
    if given.has("customFieldValue") {
        given.demand("customFieldName", "The further member needs a name.", faults);
    }
    let mut taken: Vec<String> =
        ["username", "password", "audience", "scope", "resource"].map(str::to_owned).into();
    for name in ["grantTypeName", "clientIdName", "clientSecretName", "customFieldName"] {
        let Some(text) = given.text(name) else { continue };
        if taken.contains(&text) {
            let detail = "Another member of the token request has this name.";
            faults.add(format!("#/{name}"), FaultCode::ConflictingFields, detail);
        }
        taken.push(text);
    }
}

named! {
    /// How the body of a token request is encoded.
    TokenRequestFormat {
        /// As a form.
        Form = "application/x-www-form-urlencoded",
        /// As JSON.
        Json = "application/json",
    }
}

/// What a token is fetched with.
#[derive(Debug, Clone)]
pub struct OAuthTwoLegged {
    /// Value of the grant type.
    pub grant_type: String,
    /// The token URL.
    pub url: Endpoint,
    /// The client's id; there is one, or a user name.
    pub client_id: Option<String>,
    /// The client's secret.
    pub client_secret: Option<SecretText>,
    /// Sent as `username` in the body.
    pub username: Option<String>,
    /// Sent as `password` in the body.
    pub password: Option<SecretText>,
    /// Member that holds the grant type.
    pub grant_type_name: String,
    /// Member that holds the client id.
    pub client_id_name: String,
    /// Member that holds the client secret.
    pub client_secret_name: String,
    /// Member that holds a refresh token.
    pub refresh_token_name: String,
    /// Path in the answer to the token; dots lead into objects.
    pub access_token_name: String,
    /// Path in the answer to the lifetime in seconds; dots lead into objects.
    pub expires_field_name: String,
    /// Grant type with which a refresh token is used.
    pub refresh_grant_type: String,
    /// Sent as `audience`.
    pub audience: Option<String>,
    /// Sent as `scope`.
    pub scopes: Option<String>,
    /// How the body is encoded.
    pub content_type: TokenRequestFormat,
    /// Whether client id and secret go in the body rather than in the `Authorization` header.
    pub no_basic: bool,
    /// Sent as `resource`.
    pub resource: Option<String>,
    /// One more member, with its value.
    pub custom_field: Option<(String, String)>,
    /// Seconds a token lives when the answer does not say.
    pub default_expiration_seconds: u32,
}
