//! A strategy: one way to authenticate, as data and rules; the registry of all; and what outbound is handed.

use std::fmt;

use super::{
    algorithm::KeyAlgorithm,
    api_key::{self, ApiKey},
    aws_sigv4::{self, AwsSigv4},
    basic::{self, Basic},
    gcp_jwt::{self, GcpJwt},
    google_wif::{self, GoogleWif},
    jwt_bearer::{self, JwtBearer},
    oauth_two_legged::{self, OAuthTwoLegged},
    parts::{MissingField, Parts},
    smart_backend::{self, SmartBackend},
};
use crate::{
    fault::{FaultCode, Faults, Flaw},
    form::{Field, FieldValue, Fields},
    secret::SecretText,
};

/// One way to authenticate. There is one static of each, compared by key.
pub struct Strategy {
    /// What `authStrategy` says.
    pub key: &'static str,
    /// Name for people.
    pub label: &'static str,
    /// One or two sentences: what is sent, and when to take it.
    pub description: &'static str,
    /// Its fields, in the order of the form.
    pub fields: &'static [Field],
    /// Notes what is wrong between fields.
    pub(super) rules: fn(&Given<'_>, &mut Faults),
    /// Makes what outbound uses from checked fields.
    pub(super) build: fn(&Parts) -> Result<Material, MissingField>,
    /// Which algorithm the private key has to fit.
    pub(super) key_algorithm: Option<fn(&Fields) -> Option<KeyAlgorithm>>,
}

/// Every strategy, in the order they are listed.
static STRATEGIES: [&Strategy; 8] = [
    &aws_sigv4::STRATEGY,
    &google_wif::STRATEGY,
    &oauth_two_legged::STRATEGY,
    &smart_backend::STRATEGY,
    &jwt_bearer::STRATEGY,
    &gcp_jwt::STRATEGY,
    &basic::STRATEGY,
    &api_key::STRATEGY,
];

/// The key of every strategy, in the same order.
pub static KEYS: [&str; 8] = [
    aws_sigv4::STRATEGY.key,
    google_wif::STRATEGY.key,
    oauth_two_legged::STRATEGY.key,
    smart_backend::STRATEGY.key,
    jwt_bearer::STRATEGY.key,
    gcp_jwt::STRATEGY.key,
    basic::STRATEGY.key,
    api_key::STRATEGY.key,
];

/// Every strategy, in the order they are listed.
pub fn strategies() -> impl Iterator<Item = &'static Strategy> {
    STRATEGIES.iter().copied()
}

/// The strategy of this key.
pub fn find_strategy(key: &str) -> Option<&'static Strategy> {
    strategies().find(|strategy| strategy.key == key)
}

/// The strategy of this key, or the flaw of a body that names another.
pub fn parse_strategy(key: &str) -> Result<&'static Strategy, Flaw> {
    find_strategy(key)
        .ok_or_else(|| Flaw::new(FaultCode::InvalidValue, format!("One of: {}.", KEYS.join(", "))))
}

/// The secret field of this name. A name that is secret in one strategy is secret in all that have it, so a body's
/// secrets are known before its strategy is.
pub fn find_secret_field(name: &str) -> Option<&'static Field> {
    strategies().flat_map(|strategy| strategy.fields).find(|field| field.secret && field.name == name)
}

impl Strategy {
    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Which algorithm the private key has to fit, given the other fields; `None` for a strategy without a key.
    pub fn key_algorithm(&self, fields: &Fields) -> Option<KeyAlgorithm> {
        self.key_algorithm.and_then(|of| of(fields))
    }

    /// Notes what required fields are missing and what is wrong between fields, where nothing is wrong already.
    /// `secrets` are the names of those that are stored.
    pub(super) fn check(&'static self, fields: &Fields, secrets: &[&'static str], faults: &mut Faults) {
        let given = Given { strategy: self, fields, secrets };
        let mut found = Faults::default();
        for field in self.fields.iter().filter(|field| field.required && !given.has(field.name)) {
            let detail = format!("{} needs {}.", self.key, field.name);
            found.add(format!("#/{}", field.name), FaultCode::Required, detail);
        }
        (self.rules)(&given, &mut found);
        let news: Vec<_> =
            found.into_vec().into_iter().filter(|fault| !faults.points_at(&fault.pointer)).collect();
        faults.extend(news);
    }
}

impl PartialEq for Strategy {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Strategy {}

impl fmt::Debug for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key)
    }
}

/// What the rules between fields look at: the fields' values, and which secrets there are.
pub(super) struct Given<'a> {
    strategy: &'static Strategy,
    fields: &'a Fields,
    secrets: &'a [&'static str],
}

impl Given<'_> {
    /// Whether a field was given, secret or not. Defaults do not count.
    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.get(name).is_some() || self.secrets.contains(&name)
    }

    /// The value of a plain field, if it is there.
    pub(super) fn value(&self, name: &str) -> Option<&FieldValue> {
        self.fields.get(name)
    }

    /// The text of a plain field, or its default.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.fields.get_or_default(self.strategy.fields, name)? {
            FieldValue::Text(text) => Some(text),
            FieldValue::Integer(_) | FieldValue::Flag(_) | FieldValue::Texts(_) | FieldValue::Object(_) => {
                None
            }
        }
    }

    /// Notes that a field is missing which another one makes necessary.
    pub(super) fn demand(&self, name: &str, because: &str, faults: &mut Faults) {
        if !self.has(name) {
            faults.add(format!("#/{name}"), FaultCode::Required, because.to_owned());
        }
    }
}

/// Everything outbound needs to authenticate: defaults applied, secrets in plain text, never stored.
#[derive(Debug, Clone)]
pub enum Material {
    /// Signs each request.
    AwsSigv4(AwsSigv4),
    /// Exchanges a token of this server for one of Google's.
    GoogleWif(GoogleWif),
    /// Fetches a token with a client id and secret.
    OAuthTwoLegged(OAuthTwoLegged),
    /// Fetches a token with a signed assertion.
    SmartBackend(SmartBackend),
    /// Signs a token itself.
    JwtBearer(JwtBearer),
    /// Fetches a token of Google with a signed assertion.
    GcpJwt(GcpJwt),
    /// Sends a user name and a password.
    Basic(Basic),
    /// Sends a header.
    ApiKey(ApiKey),
}

impl Material {
    /// Puts together what a strategy needs from stored fields and opened secrets. Fails only if what is stored
    /// lacks something that the strategy requires.
    pub fn build(
        strategy: &'static Strategy,
        fields: &Fields,
        secrets: Vec<(&'static str, SecretText)>,
    ) -> Result<Self, MissingField> {
        (strategy.build)(&Parts::new(strategy, fields.clone(), secrets))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_and_its_keys_agree_and_names_are_unique() {
        assert_eq!(strategies().map(|strategy| strategy.key).collect::<Vec<_>>(), KEYS);
        for strategy in strategies() {
            assert_eq!(find_strategy(strategy.key), Some(strategy));
            for (at, field) in strategy.fields.iter().enumerate() {
                let first = strategy.fields.iter().position(|other| other.name == field.name);
                assert_eq!(first, Some(at), "{} {}", strategy.key, field.name);
            }
        }
    }

    #[test]
    fn a_name_that_is_secret_in_one_strategy_is_secret_in_all() {
        for field in strategies().flat_map(|strategy| strategy.fields) {
            assert_eq!(field.secret, find_secret_field(field.name).is_some(), "{}", field.name);
            assert!(!(field.secret && field.default.is_some()), "{}", field.name);
        }
    }

    #[test]
    fn every_example_and_default_passes_its_own_field() {
        for field in strategies().flat_map(|strategy| strategy.fields) {
            for literal in [Some(field.example), field.default].into_iter().flatten() {
                let value = FieldValue::from(literal);
                assert_eq!(field.check(value.clone()), Ok(value), "{}", field.name);
            }
        }
    }

    #[test]
    fn the_fields_are_the_contracts() {
        let mut table = String::new();
        for strategy in strategies() {
            table += strategy.key;
            table += ":";
            for field in strategy.fields {
                let marks =
                    [(field.required, "*"), (field.secret, "!")].map(|(on, mark)| if on { mark } else { "" });
                table += &format!(" {}{}", field.name, marks.concat());
            }
            table += "\n";
        }
        insta::assert_snapshot!(table);
    }
}
