//! The name under which a message is filed: the same in every store of files.

use chrono::{DateTime, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use uuid::Uuid;

/// Letters, digits, `-._~` and the slash stand in a path as they are.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// `<prefix><yyyy>/<mm>/<dd>/<id>.json`, the day in UTC.
pub(super) fn object_name(prefix: Option<&str>, at: DateTime<Utc>, id: Uuid) -> String {
    format!("{}{}/{id}.json", prefix.unwrap_or_default(), at.format("%Y/%m/%d"))
}

/// The name as it stands in the path of a URL. Whoever checks a signature encodes as much, or takes what came.
pub(super) fn in_path(name: &str) -> String {
    utf8_percent_encode(name, PLAIN).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_after_its_day_and_its_verification() {
        let at = DateTime::from_timestamp_millis(1_788_220_799_999).unwrap();
        let id = Uuid::from_u128(0x0192_f1c0_7b21_7a10_8c55_6f2e_1d3c_4b5a);
        assert_eq!(
            object_name(None, at, id),
            "2026/08/31/0192f1c0-7b21-7a10-8c55-6f2e1d3c4b5a.json",
            "a month and a day have two digits, and the day ends at midnight UTC"
        );
        assert!(object_name(Some("labs/in-"), at, id).starts_with("labs/in-2026/08/31/0192f1c0"));
        assert_eq!(in_path("a=b/it's(1)!*_-.~"), "a%3Db/it%27s%281%29%21%2A_-.~");
    }
}
