//! AWS Signature Version 4 by the vendor's own crate: which settings a service wants, and the headers put on the
//! request. Sign last: a header that is set afterwards is not covered.

use std::{borrow::Cow, time::SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{
        self, PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningInstructions,
        SigningSettings, UriPathNormalizationMode,
    },
    sign::v4,
};
use domain::{credential::AwsSigv4, secret::SecretText};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use tracing::dispatcher::{self, Dispatch};
use url::{Position, Url};

use crate::client::OutRequest;

/// What S3 leaves as it is when it writes the path of a request that it checks.
const S3_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Why a request has no signature. Holds no part of the request: it may be secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unsigned {
    /// A header has a value that is not plain text.
    #[error("a header of the request has a value that cannot be signed")]
    Header,
    /// The vendor's crate refuses the URL, a header or the credential.
    #[error("the request cannot be signed")]
    Refused,
}

/// Signs method, URL, host, every header that is set, and the body, and sets `authorization`, `x-amz-date`,
/// `x-amz-content-sha256` and, for temporary credentials, `x-amz-security-token`.
pub(super) fn sign(request: &mut OutRequest, credential: &AwsSigv4, now: SystemTime) -> Result<(), Unsigned> {
    sign_with(request, credential, now, settings(&credential.service_name))
}

/// The signature alone, which some services write back without the rest of the header.
pub(super) fn signature_of(request: &OutRequest) -> Option<SecretText> {
    let (_, signature) = request.headers.get(AUTHORIZATION)?.to_str().ok()?.split_once("Signature=")?;
    Some(SecretText::from(signature.to_owned()))
}

/// S3 takes the path as it is; every other service encodes it once more and resolves its dots.
fn settings(service: &str) -> SigningSettings {
    let mut settings = SigningSettings::default();
    // Some services demand this header and none minds it.
    settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    if is_s3(service) {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    settings
}

fn is_s3(service: &str) -> bool {
    matches!(service, "s3" | "s3-object-lambda" | "s3-outposts" | "s3express")
}

fn sign_with(
    request: &mut OutRequest,
    credential: &AwsSigv4,
    now: SystemTime,
    settings: SigningSettings,
) -> Result<(), Unsigned> {
    // The vendor's crate writes the whole request to its trace log; an empty dispatcher keeps that from ours.
    let instructions =
        dispatcher::with_default(&Dispatch::none(), || instructions(request, credential, now, settings))?;
    let (headers, _) = instructions.into_parts();
    for header in headers {
        let name = HeaderName::from_static(header.name());
        let mut value = HeaderValue::from_str(header.value()).map_err(|_| Unsigned::Refused)?;
        value.set_sensitive(header.sensitive() || name == AUTHORIZATION);
        request.headers.insert(name, value);
    }
    Ok(())
}

fn instructions(
    request: &OutRequest,
    credential: &AwsSigv4,
    now: SystemTime,
    settings: SigningSettings,
) -> Result<SigningInstructions, Unsigned> {
    let token = credential.session_token.as_ref().map(|token| token.expose().to_owned());
    let identity =
        Credentials::new(&credential.access_key, credential.secret_key.expose(), token, None, "waypost")
            .into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(&credential.aws_region)
        .name(&credential.service_name)
        .time(now)
        .settings(settings)
        .build()
        .map_err(|_| Unsigned::Refused)?
        .into();
    let headers = request
        .headers
        .iter()
        .map(|(name, value)| Ok((name.as_str(), value.to_str().map_err(|_| Unsigned::Header)?)))
        .collect::<Result<Vec<_>, Unsigned>>()?;
    let signable = SignableRequest::new(
        request.method.as_str(),
        url_to_sign(request.url(), &credential.service_name),
        headers.into_iter(),
        SignableBody::Bytes(&request.body),
    )
    .map_err(|_| Unsigned::Refused)?;
    let (instructions, _signature) =
        http_request::sign(signable, &parameters).map_err(|_| Unsigned::Refused)?.into_parts();
    Ok(instructions)
}

/// The URL as the far side will write it when it checks: S3 encodes more characters of a path than a URL must
/// (`=` and `$`, for example).
fn url_to_sign<'a>(url: &'a Url, service: &str) -> Cow<'a, str> {
    if !is_s3(service) {
        return Cow::Borrowed(url.as_str());
    }
    let decoded: Vec<u8> = percent_decode_str(url.path()).collect();
    let path = percent_encode(&decoded, S3_PATH);
    Cow::Owned(format!("{}{path}{}", &url[..Position::BeforePath], &url[Position::AfterPath..]))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use domain::{endpoint::Endpoint, environment::EnvironmentFlag};
    use reqwest::Method;

    use super::*;

    /// 2015-08-30T12:36:00Z, the moment of the vendor's signing test suite.
    const SUITE: u64 = 1_440_938_160;
    /// 2013-05-24T00:00:00Z, the moment of the examples in the S3 documentation.
    const S3_EXAMPLES: u64 = 1_369_353_600;

    type Headers = &'static [(&'static str, &'static str)];

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn request(
        method: Method,
        url: &str,
        headers: &[(&'static str, &'static str)],
        body: &str,
    ) -> OutRequest {
        let endpoint = Endpoint::parse(url).unwrap();
        let mut request = OutRequest::new(EnvironmentFlag::Production, method, &endpoint);
        for (name, value) in headers {
            request.headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        request.body = body.as_bytes().to_vec();
        request
    }

    fn credential(access_key: &str, secret_key: &str, service_name: &str, token: Option<&str>) -> AwsSigv4 {
        AwsSigv4 {
            access_key: access_key.to_owned(),
            secret_key: SecretText::from(secret_key.to_owned()),
            service_name: service_name.to_owned(),
            aws_region: "us-east-1".to_owned(),
            session_token: token.map(|token| SecretText::from(token.to_owned())),
        }
    }

    fn suite(token: Option<&str>) -> AwsSigv4 {
        credential("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "service", token)
    }

    fn s3() -> AwsSigv4 {
        credential("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "s3", None)
    }

    fn header<'a>(request: &'a OutRequest, name: &str) -> &'a str {
        request.headers.get(name).unwrap().to_str().unwrap()
    }

    /// `SignedHeaders` and `Signature` of the authorization.
    fn signature(request: &OutRequest) -> (&str, &str) {
        let (_, signed) = header(request, "authorization").split_once("SignedHeaders=").unwrap();
        signed.split_once(", Signature=").unwrap()
    }

    #[test]
    fn the_vendors_test_suite_is_signed_as_published() {
        let token = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267";
        let cases = [
            (Method::GET, "/", None, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
            (
                Method::GET,
                "/?Param2=value2&Param1=value1",
                None,
                "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
            ),
            (
                Method::GET,
                "/example%20space/",
                None,
                "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741",
            ),
            (Method::POST, "/", None, "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
            (
                Method::GET,
                "/",
                Some(token),
                "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8",
            ),
        ];
        for (method, path, token, expected) in cases {
            let mut settings = SigningSettings::default();
            // The suite encodes a path once only.
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            let mut signed = request(method, &format!("https://example.amazonaws.com{path}"), &[], "");
            sign_with(&mut signed, &suite(token), at(SUITE), settings).unwrap();
            assert_eq!(signature(&signed).1, expected, "{path}");
            assert_eq!(header(&signed, "x-amz-date"), "20150830T123600Z");
        }
    }

    #[test]
    fn a_posted_form_is_signed_as_published_with_the_hash_of_its_body() {
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("content-length", "13")];
        let mut signed = request(Method::POST, "https://example.amazonaws.com/", &headers, "Param1=value1");
        sign(&mut signed, &suite(None), at(SUITE)).unwrap();
        assert_eq!(
            header(&signed, "authorization"),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders=content-length;content-type;host;x-amz-content-sha256;x-amz-date, \
             Signature=d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b"
        );
        assert_eq!(
            header(&signed, "x-amz-content-sha256"),
            "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e"
        );
    }

    #[test]
    fn the_examples_of_the_s3_documentation_are_signed_as_published() {
        let put: Headers =
            &[("date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")];
        let cases: [(Method, &str, Headers, &str, &str); 3] = [
            (
                Method::GET,
                "/test.txt",
                &[("range", "bytes=0-9")],
                "",
                "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
            ),
            (
                Method::PUT,
                "/test$file.text",
                put,
                "Welcome to Amazon S3.",
                "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
            ),
            (
                Method::GET,
                "/?lifecycle",
                &[],
                "",
                "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
            ),
        ];
        for (method, path, headers, body, expected) in cases {
            let url = format!("https://examplebucket.s3.amazonaws.com{path}");
            let mut signed = request(method, &url, headers, body);
            sign(&mut signed, &s3(), at(S3_EXAMPLES)).unwrap();
            assert_eq!(signature(&signed).1, expected, "{path}");
        }
    }

    #[test]
    fn only_s3_takes_the_path_as_it_is() {
        let url = Url::parse("https://b.example/a%2Fb/dt=1%20%C3%A9?x=%2F").unwrap();
        assert_eq!(url_to_sign(&url, "kinesis"), url.as_str());
        assert_eq!(url_to_sign(&url, "s3"), "https://b.example/a/b/dt%3D1%20%C3%A9?x=%2F");
        assert_eq!(settings("s3").percent_encoding_mode, PercentEncodingMode::Single);
        assert_eq!(settings("kinesis").percent_encoding_mode, PercentEncodingMode::Double);
    }

    #[test]
    fn what_is_secret_is_marked_and_an_earlier_authorization_is_replaced() {
        let mut signed =
            request(Method::GET, "https://example.amazonaws.com/", &[("authorization", "Basic eA==")], "");
        sign(&mut signed, &suite(Some("session-token")), at(SUITE)).unwrap();
        for name in ["authorization", "x-amz-security-token"] {
            assert_eq!(signed.headers.get_all(name).iter().count(), 1);
            assert!(signed.headers[name].is_sensitive(), "{name}");
        }
        assert_eq!(signature(&signed).0, "host;x-amz-content-sha256;x-amz-date;x-amz-security-token");
    }

    #[test]
    fn a_header_that_is_not_plain_text_is_not_signed() {
        let mut unsigned = request(Method::GET, "https://example.amazonaws.com/", &[("x-name", "Zoë")], "");
        assert_eq!(sign(&mut unsigned, &suite(None), at(SUITE)), Err(Unsigned::Header));
        assert!(!unsigned.headers.contains_key("authorization"));
    }
}
