//! Key pairs of clients, and the assertions and forms that they ask for tokens with.

use std::sync::atomic::{AtomicU64, Ordering};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::{Answer, Client, Server, reply::id};

/// Tells one assertion from the next.
static NUMBER: AtomicU64 = AtomicU64::new(0);

/// A key pair.
pub(crate) struct Signer {
    pub(crate) kid: String,
    pub(crate) alg: Algorithm,
    pub(crate) key: EncodingKey,
    /// The public half.
    pub(crate) jwk: Value,
}

/// Seconds since 1970.
pub(crate) fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

impl Signer {
    /// On P-256.
    pub(crate) fn es256(kid: &str) -> Self {
        let pair = rcgen::KeyPair::generate().unwrap();
        let (x, y) = pair.public_key_raw()[1..].split_at(32);
        let jwk =
            json!({"kty": "EC", "crv": "P-256", "kid": kid, "x": BASE64.encode(x), "y": BASE64.encode(y)});
        let key = EncodingKey::from_ec_der(pair.serialized_der());
        Self { kid: kid.to_owned(), alg: Algorithm::ES256, key, jwk }
    }

    /// On Ed25519.
    pub(crate) fn ed25519(kid: &str) -> Self {
        let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
        let x = BASE64.encode(pair.public_key_raw());
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": x});
        let key = EncodingKey::from_ed_der(pair.serialized_der());
        Self { kid: kid.to_owned(), alg: Algorithm::EdDSA, key, jwk }
    }

    /// The public half as a set.
    pub(crate) fn set(&self) -> Value {
        json!({ "keys": [self.jwk] })
    }

    pub(crate) fn header(&self) -> Header {
        Header { kid: Some(self.kid.clone()), ..Header::new(self.alg) }
    }

    /// These claims under this header.
    pub(crate) fn sign(&self, header: &Header, claims: &Value) -> String {
        jsonwebtoken::encode(header, claims, &self.key).unwrap()
    }

    /// A good assertion of this client.
    pub(crate) fn assertion(&self, server: &Server, client: &str) -> String {
        self.sign(&self.header(), &claims(server, client))
    }
}

/// What a good assertion says.
pub(crate) fn claims(server: &Server, client: &str) -> Value {
    let url = format!("{}/v2/auth/token", server.url());
    let jti = format!("{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    json!({"iss": client, "sub": client, "aud": url, "exp": now() + 240, "iat": now(), "jti": jti})
}

/// Asks for a token.
pub(crate) async fn ask(server: &Server, assertion: &str) -> Answer {
    ask_with(
        server,
        &[
            ("grant_type", "client_credentials"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion),
        ],
    )
    .await
}

/// Asks with any form.
pub(crate) async fn ask_with(server: &Server, form: &[(&str, &str)]) -> Answer {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let call = server.stranger().call("POST", "//v2/auth/token");
    call.raw("application/x-www-form-urlencoded", body.as_bytes()).await
}

/// A key of the caller's own; its client id.
pub(crate) async fn own_key(client: &Client, signer: &Signer) -> String {
    let made = client.post("/me/apikeys", &json!({ "name": "CI", "jwkSet": signer.set() })).await;
    id(&made.payload(201)["apikey"]).to_owned()
}

/// A token got with a key; a client that bears it.
pub(crate) async fn client_by_key(server: &Server, signer: &Signer, key: &str) -> Client {
    let answer = ask(server, &signer.assertion(server, key)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    server.stranger().with_token(answer.json["access_token"].as_str().unwrap())
}
