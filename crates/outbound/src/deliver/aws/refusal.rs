//! Refusals that every service of AWS has in common: about the key, the signature, the clock, the permission, the load.

use super::super::{
    cloud::Heard,
    vendor_error::{VendorError, element},
};

/// What to do about a refusal, if it is one of these. `grant` is the permission and on what, as a policy has them.
pub(super) fn advice(error: &VendorError, grant: &str, heard: &Heard<'_>) -> Option<String> {
    let code = error.code.strip_suffix("Exception").unwrap_or(&error.code);
    let advice = match code {
        "InvalidAccessKeyId" | "InvalidClientTokenId" | "UnrecognizedClient" => {
            "AWS does not know the access key. Check `accessKey` of the attached auth credential: it may be \
             misspelt, deleted, or of another AWS partition; a temporary one needs its `sessionToken` too."
                .to_owned()
        }
        "InvalidSignature" | "SignatureDoesNotMatch" if is_about_time(&error.message) => on_clock(heard),
        "InvalidSignature" | "SignatureDoesNotMatch" if error.message.contains("scoped to") => {
            "The request was signed for another region or service than the one that got it. Set `region` to the \
             region of the endpoint, and check `endpointUrl` if it is set."
                .to_owned()
        }
        "SignatureDoesNotMatch" | "InvalidSignature" => {
            "AWS knows the access key, but the signature is not its own: `secretKey` of the attached auth \
             credential does not belong to `accessKey`. Enter both again, as they were issued together."
                .to_owned()
        }
        "RequestTimeTooSkewed" | "RequestExpired" => on_clock(heard),
        "ExpiredToken" | "TokenRefreshRequired" => {
            "The temporary credentials have expired. Enter a new `accessKey`, `secretKey` and `sessionToken`, or \
             attach a credential with a lasting key."
                .to_owned()
        }
        "InvalidToken" | "InvalidSecurityToken" => {
            "AWS does not take the session token. Check `sessionToken` of the attached auth credential: it belongs \
             to temporary keys (accessKey ASIA...) only, and to the very keys it was issued with."
                .to_owned()
        }
        "AccessDenied" | "UnauthorizedAccess" | "NotAuthorized" | "AllAccessDisabled" => {
            format!(
                "The access key is valid, but may not do this. Grant its user or role {grant}, and see that no \
                 policy of the resource, of the organization or of a VPC endpoint denies it."
            )
        }
        code if is_about_kms(code) => format!(
            "The KMS key that encrypts what is written cannot be used ({}). Enable it, and grant the user or role of \
             the access key kms:GenerateDataKey and kms:Decrypt on it.",
            heard.quote(&error.code)
        ),
        "SlowDown" | "Throttling" | "RequestLimitExceeded" | "TooManyRequests" | "RequestThrottled" => {
            "AWS takes no more requests for now (throttled). Try again later, or have the limit raised.".to_owned()
        }
        "OptInRequired" | "SubscriptionRequired" | "NotSignedUp" | "AccountProblem" | "InvalidPayer" => {
            "The AWS account is not ready for this service: check that it is active, signed up and opted in to the \
             region."
                .to_owned()
        }
        "InternalError" | "InternalFailure" | "InternalServer" | "ServiceUnavailable" => {
            "AWS failed or is overloaded. Try again; if it lasts, look at the AWS Health Dashboard.".to_owned()
        }
        _ => return None,
    };
    Some(advice)
}

/// What can be said of a refusal that nobody knows.
pub(super) fn unknown(service: &str, error: &VendorError, heard: &Heard<'_>) -> String {
    let status = heard.status();
    match (error.code.as_str(), error.message.as_str()) {
        ("", "") if (300..400).contains(&status) => format!(
            "{service} answered {status}, a redirect, which Waypost does not follow. Check `region` and, if it is \
             set, `endpointUrl`."
        ),
        ("", "") if status >= 500 => format!("{service} answered {status}: it failed. Try again later."),
        ("", "") => format!(
            "{service} answered {status} without the reason that AWS gives. Check that the URL is one of the \
             service, and that no proxy stands before it."
        ),
        (code, "") => format!("{service} answered {status}: {}.", heard.quote(code)),
        (code, message) => {
            format!("{service} answered {status} ({}): {}", heard.quote(code), heard.quote(message))
        }
    }
}

/// Services that have no code for a wrong clock say so in words.
fn is_about_time(message: &str) -> bool {
    ["Signature expired", "Signature not yet current"].iter().any(|words| message.contains(words))
}

/// `KMS.DisabledException`, `KMSAccessDenied`, `KmsNotFound`: every service spells it in its own way.
fn is_about_kms(code: &str) -> bool {
    code.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("kms"))
}

fn on_clock(heard: &Heard<'_>) -> String {
    let theirs = element(&heard.text(), "ServerTime").or_else(|| heard.header("date").map(str::to_owned));
    let theirs = theirs.map(|time| format!(" (there it is {})", heard.quote(&time))).unwrap_or_default();
    format!(
        "The clocks of Waypost and AWS are too far apart{theirs}. Have the operator set the clock of the Waypost \
         server, by NTP; AWS takes requests for some minutes only."
    )
}
