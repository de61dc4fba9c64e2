//! What a person can do about an answer that is not the one hoped for. Never quotes the answer.

use reqwest::Method;

use crate::client::Ending;

/// For a status that is not 2xx.
pub(super) fn on_status(status: u16, method: &Method, has_credential: bool) -> String {
    let advice = match status {
        300..=399 => {
            "a redirect, which Waypost does not follow. Set the endpoint to the URL it leads to".to_owned()
        }
        400 | 415 | 422 => {
            "the request is not understood. Let the endpoint take the JSON that Waypost sends, \
                            in UTF-8"
                .to_owned()
        }
        401 | 403 if has_credential => {
            "the request is not let in. Check that the endpoint takes what the attached auth credential sends \
             (POST /authcredentials/{id}/test tells whether it yields a token), and the verification token if it \
             wants one"
                .to_owned()
        }
        401 | 403 => {
            "the request is not let in. Check that the endpoint compares the verification-token header \
                      with the token set here, and that nothing before it blocks Waypost"
                .to_owned()
        }
        404 | 410 => "nothing is at this path. Check the path of the URL".to_owned(),
        405 | 501 => format!(
            "the endpoint does not take {method}. Let it take {method}, or choose the other verification method"
        ),
        408 | 504 => {
            "something before the endpoint waited for it in vain. Check that it is up and quick".to_owned()
        }
        413 => "the request is too big for it. Raise its limit".to_owned(),
        429 => {
            "it takes no more requests for now. Try again later, or raise its limit for Waypost".to_owned()
        }
        500..=599 => "the endpoint failed. Look into its log".to_owned(),
        _ => "that is not a success. Let the endpoint answer with 200".to_owned(),
    };
    format!("The endpoint answered {status}: {advice}.")
}

/// For a 2xx answer in which the challenge is not found.
pub(super) fn on_missing_challenge(ending: Ending) -> &'static str {
    match ending {
        Ending::Complete => {
            "The answer does not hold the challenge. Send the value of \"challenge\" back in the body, for \
             example as {\"challenge\": \"<value>\"}."
        }
        Ending::TooLong => {
            "The answer does not hold the challenge in its first 64 KiB. Send little more than the challenge back."
        }
        Ending::TimedOut => {
            "The answer began, but neither ended in time nor held the challenge. Send the challenge back at once."
        }
        Ending::Broken => {
            "The answer broke off before it held the challenge. Check the length that the endpoint declares, and \
             any proxy before it."
        }
    }
}
