//! The URL of an endpoint: parsed once, kept in its normal form. Where it may lead is `outbound`'s guard to say.

use std::fmt;

use url::{Host, Url};

use crate::{
    environment::EnvironmentFlag,
    fault::{FaultCode, Flaw},
};

/// At most so many characters.
pub const MAX_LENGTH: usize = 2_048;

/// An `http` or `https` URL with a host, without user info and fragment, at most 2,048 characters.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint(Url);

impl Endpoint {
    /// Parses and normalises. Control characters, spaces and backslashes are refused rather than silently
    /// dropped or turned, as WHATWG parsing would.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        let invalid = |detail: &'static str| Flaw::new(FaultCode::InvalidUrl, detail);
        if text.chars().count() > MAX_LENGTH {
            return Err(Flaw::new(FaultCode::TooLong, "A URL has at most 2,048 characters."));
        }
        if text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
            return Err(invalid("A URL holds no white space, control characters or backslashes."));
        }
        let url = Url::parse(text)
            .map_err(|_| invalid("Give an absolute URL, such as https://labs.example.org/in."))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(invalid(
                "The URL must start with https:// (or http:// in a development environment).",
            ));
        }
        if !text.get(url.scheme().len()..).is_some_and(|rest| rest.starts_with("://")) {
            return Err(invalid("The scheme must be followed by ://."));
        }
        if authority(text).is_empty() {
            return Err(invalid("The URL has no host."));
        }
        if !url.username().is_empty() || url.password().is_some() || authority(text).contains('@') {
            return Err(invalid("A URL holds no user name or password; attach an auth credential instead."));
        }
        if url.fragment().is_some() {
            return Err(invalid("A URL holds no fragment (the part after #)."));
        }
        if url.as_str().len() > MAX_LENGTH {
            return Err(Flaw::new(
                FaultCode::TooLong,
                "In its encoded form the URL has over 2,048 characters.",
            ));
        }
        match url.host() {
            Some(Host::Domain("")) => Err(invalid("The URL has no host.")),
            Some(_) => Ok(Self(url)),
            None => Err(invalid("The URL has no host.")),
        }
    }

    /// Whether this kind of environment takes the URL's scheme.
    pub fn check_scheme(&self, flag: EnvironmentFlag) -> Result<(), Flaw> {
        if self.0.scheme() == "https" || flag.allows_plain_http() {
            Ok(())
        } else {
            Err(Flaw::new(
                FaultCode::HttpsRequired,
                "Staging and production take https only; http is for development environments.",
            ))
        }
    }

    /// The parsed URL.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// The normal form, as it is stored and shown.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// What stands between `//` and the path, as it was written.
fn authority(text: &str) -> &str {
    let after = text.split_once("//").map_or("", |(_, rest)| rest);
    after.split(['/', '?', '#']).next().unwrap_or_default()
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_url_is_kept_in_its_normal_form() {
        let endpoint = Endpoint::parse("HTTPS://Labs.EXAMPLE.org:443/in?x=1").unwrap();
        assert_eq!(endpoint.as_str(), "https://labs.example.org/in?x=1");
        assert_eq!(Endpoint::parse(endpoint.as_str()).unwrap(), endpoint);
    }

    #[test]
    fn what_is_not_a_plain_web_url_is_refused() {
        for text in [
            "",
            "labs.example.org",
            "ftp://labs.example.org/",
            "https:labs.example.org",
            "https:///in",
            "https://",
            "https://user@labs.example.org/",
            "https://:pw@labs.example.org/",
            "https://@labs.example.org/",
            "https://labs.example.org/#top",
            "https://labs.example.org/a b",
            "https://labs\\.example.org/",
            " https://labs.example.org/",
            "https://labs.example.org/\u{7}",
            "https://labs.example.org:99999/",
            "https://exa mple.org/",
            "https://[::1/",
            "javascript:alert(1)",
            "file:///etc/passwd",
        ] {
            assert_eq!(
                Endpoint::parse(text).map_err(|flaw| flaw.code),
                Err(FaultCode::InvalidUrl),
                "{text:?}"
            );
        }
        let long = format!("https://labs.example.org/{}", "a".repeat(MAX_LENGTH));
        assert_eq!(Endpoint::parse(&long).map_err(|flaw| flaw.code), Err(FaultCode::TooLong));
    }

    #[test]
    fn plain_http_is_for_development() {
        let endpoint = Endpoint::parse("http://labs.example.org/in").unwrap();
        assert!(endpoint.check_scheme(EnvironmentFlag::Development).is_ok());
        for flag in [EnvironmentFlag::Staging, EnvironmentFlag::Production] {
            assert_eq!(endpoint.check_scheme(flag).map_err(|flaw| flaw.code), Err(FaultCode::HttpsRequired));
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_the_normal_form_is_stable(text in "\\PC{0,80}", tail in "[ -~]{0,60}") {
            for candidate in [text.clone(), format!("https://{tail}"), format!("http://{text}")] {
                if let Ok(endpoint) = Endpoint::parse(&candidate) {
                    prop_assert_eq!(Endpoint::parse(endpoint.as_str()).unwrap(), endpoint);
                }
            }
        }
    }
}
