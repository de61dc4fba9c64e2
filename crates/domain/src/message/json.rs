//! A JSON value that can be a constant, and the `json!` macro that writes one.
//! Knows nothing of messages; turning a value into bytes is the sender's work.

/// A JSON value known at compile time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Flag(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Decimal(f64),
    /// A string.
    Text(&'static str),
    /// An array.
    List(&'static [Json]),
    /// An object, its members in the order they are sent.
    Object(&'static [(&'static str, Json)]),
    /// The object `base` with members replaced (in place) or added (at the end).
    With {
        /// An `Object` or another `With`.
        base: &'static Json,
        /// What differs from the base.
        members: &'static [(&'static str, Json)],
    },
}

/// Writes a [`Json`] much as the JSON itself: a bare name stands for a constant, a number is put in
/// parentheses (`(30)`, `(dec 5.4)`), `(to ID)` is a FHIR reference to the resource with that id, and
/// `{ ..BASE, "a": "b" }` is the constant `BASE` with members changed.
macro_rules! json {
    (null) => { $crate::message::json::Json::Null };
    (true) => { $crate::message::json::Json::Flag(true) };
    (false) => { $crate::message::json::Json::Flag(false) };
    ([ $($item:tt),* $(,)? ]) => {
        $crate::message::json::Json::List(&[ $( $crate::message::json::json!($item) ),* ])
    };
    ({ ..$base:ident $(, $name:literal : $value:tt)* $(,)? }) => {
        $crate::message::json::Json::With {
            base: &$base,
            members: &[ $( ($name, $crate::message::json::json!($value)) ),* ],
        }
    };
    ({ $($name:literal : $value:tt),* $(,)? }) => {
        $crate::message::json::Json::Object(&[ $( ($name, $crate::message::json::json!($value)) ),* ])
    };
    ((dec $number:literal)) => { $crate::message::json::Json::Decimal($number) };
    ((to $id:ident)) => {
        $crate::message::json::Json::Object(&[("reference", $crate::message::json::Json::Text($id.urn))])
    };
    (($number:literal)) => { $crate::message::json::Json::Integer($number) };
    ($constant:ident) => { $constant };
    ($text:literal) => { $crate::message::json::Json::Text($text) };
}
pub(crate) use json;
