//! Forms under test: what each kind of field takes, and that a value in its normal form stays as it is.

use proptest::prelude::*;

use super::{Edit, Field, FieldKind, FieldValue, Fields, HEADER_CHARACTERS, Literal, MAX_ITEMS};
use crate::{
    environment::EnvironmentFlag,
    fault::{FaultCode, Faults},
    secret::SecretText,
};

/// Any value, of any kind, mostly not fitting.
pub(crate) fn any_value() -> impl Strategy<Value = FieldValue> {
    let leaf = prop_oneof![
        "\\PC{0,20}".prop_map(FieldValue::Text),
        "https://[a-z]{1,8}\\.example\\.org/[ -~]{0,12}".prop_map(FieldValue::Text),
        any::<i64>().prop_map(FieldValue::Integer),
        (0..1_000_i64).prop_map(FieldValue::Integer),
        any::<bool>().prop_map(FieldValue::Flag),
        prop::collection::vec("[ -~]{0,8}", 0..4).prop_map(FieldValue::Texts),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop::collection::btree_map("[a-z~/]{0,4}", inner, 0..4)
            .prop_map(|members| FieldValue::Object(members.into_iter().collect()))
    })
}

const fn field(kind: FieldKind, name: &'static str) -> Field {
    Field::of(kind, name, "", "", Literal::Text(""))
}

/// One field of each kind.
static FORM: &[Field] = &[
    field(FieldKind::Text { min: 1, max: 8, others: Some("-") }, "text").required(),
    field(FieldKind::Url, "url"),
    field(FieldKind::Integer { min: 10, max: 99 }, "integer").defaulting(Literal::Integer(50)),
    field(FieldKind::Flag, "flag"),
    field(FieldKind::Texts, "texts"),
    field(FieldKind::Object, "object"),
    field(FieldKind::Choice(&["a", "b"]), "choice"),
    field(FieldKind::PrivateKey, "key").secret().required(),
    field(FieldKind::Text { min: 1, max: 8, others: Some(HEADER_CHARACTERS) }, "secret").secret(),
];

fn named(name: &str) -> &'static Field {
    FORM.iter().find(|field| field.name == name).unwrap()
}

fn text(value: &str) -> FieldValue {
    FieldValue::Text(value.to_owned())
}

fn parse(sent: Vec<(&str, FieldValue)>) -> (Fields, Vec<String>) {
    let mut faults = Faults::default();
    let sent = sent.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let fields = Fields::parse(FORM, sent, "#/x", &mut faults);
    let faults = faults.into_vec();
    (fields, faults.iter().map(|fault| format!("{} {}", fault.pointer, fault.code.slug())).collect())
}

#[test]
fn each_kind_refuses_what_it_is_not() {
    let nested =
        (0..5).fold(FieldValue::Object(Vec::new()), |inner, _| FieldValue::Object(vec![("a".into(), inner)]));
    for (name, value, code) in [
        ("text", text(""), FaultCode::TooShort),
        ("text", text("123456789"), FaultCode::TooLong),
        ("text", text("a b"), FaultCode::InvalidFormat),
        ("text", FieldValue::Integer(1), FaultCode::WrongType),
        ("url", text("labs"), FaultCode::InvalidUrl),
        ("integer", FieldValue::Integer(9), FaultCode::InvalidValue),
        ("integer", text("50"), FaultCode::WrongType),
        ("flag", text("yes"), FaultCode::InvalidValue),
        ("texts", FieldValue::Texts(vec!["a".to_owned(); MAX_ITEMS + 1]), FaultCode::TooLong),
        ("texts", FieldValue::Texts(vec![String::new()]), FaultCode::TooShort),
        ("object", nested, FaultCode::InvalidValue),
        ("choice", text("c"), FaultCode::InvalidValue),
    ] {
        assert_eq!(named(name).check(value.clone()).map_err(|flaw| flaw.code), Err(code), "{name} {value:?}");
    }
}

#[test]
fn a_value_gets_its_normal_form() {
    assert_eq!(named("flag").check(text("true")), Ok(FieldValue::Flag(true)));
    assert_eq!(named("flag").check(text("false")), Ok(FieldValue::Flag(false)));
    let url = named("url").check(text("HTTPS://Labs.EXAMPLE.org:443/in"));
    assert_eq!(url, Ok(text("https://labs.example.org/in")));
}

#[test]
fn values_are_kept_in_the_order_of_the_form_and_every_fault_is_told() {
    let (fields, faults) = parse(vec![
        ("choice", text("b")),
        ("a/b~c", text("x")),
        ("integer", FieldValue::Integer(1)),
        ("secret", text("plain")),
        ("text", text("labs")),
    ]);
    assert_eq!(fields.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["text", "choice"]);
    assert_eq!(
        faults,
        ["#/x/a~1b~0c unknown-field", "#/x/integer invalid-value", "#/x/secret unknown-field"]
    );
    assert!(fields.complete(FORM), "a secret is not the plain form's to require");
    assert_eq!(fields.get_or_default(FORM, "integer"), Some(FieldValue::Integer(50)));
    assert_eq!(fields.get_or_default(FORM, "texts"), None);
    assert!(!Fields::default().complete(FORM));
}

#[test]
fn a_secret_with_white_space_around_it_is_refused_but_a_pem_may_end_its_last_line() {
    let check = |name: &str, value: &str| {
        named(name).check_secret(&SecretText::from(value.to_owned())).map_err(|flaw| flaw.code)
    };
    for (name, value, expected) in [
        ("secret", "hunter2", Ok(())),
        ("secret", "two one", Ok(())),
        ("secret", " hunter", Err(FaultCode::SurroundingWhitespace)),
        ("secret", "hunter\n", Err(FaultCode::SurroundingWhitespace)),
        ("secret", "\u{a0}hunt", Err(FaultCode::SurroundingWhitespace)),
        ("secret", "", Err(FaultCode::TooShort)),
        ("secret", "123456789", Err(FaultCode::TooLong)),
        ("secret", "a\u{e9}", Err(FaultCode::InvalidFormat)),
        ("key", "-----BEGIN\n-----", Ok(())),
        ("key", "-----BEGIN\r\n-----\r\n", Ok(())),
        ("key", "-----BEGIN\n-----\n\n", Err(FaultCode::SurroundingWhitespace)),
        ("key", "-----BEGIN\n----- ", Err(FaultCode::SurroundingWhitespace)),
        ("key", "\n-----BEGIN\n-----", Err(FaultCode::SurroundingWhitespace)),
        ("key", "", Err(FaultCode::TooShort)),
        ("key", "a\u{0}b", Err(FaultCode::InvalidFormat)),
    ] {
        assert_eq!(check(name, value), expected, "{name} {value:?}");
    }
}

#[test]
fn plain_http_is_noted_where_it_may_not_be() {
    let (fields, _) = parse(vec![("url", text("http://labs.example.org/"))]);
    let noted = |flag| {
        let mut faults = Faults::default();
        fields.check_schemes(FORM, flag, "#", &mut faults);
        faults.points_at("#/url")
    };
    assert!(noted(EnvironmentFlag::Production) && !noted(EnvironmentFlag::Development));
    assert_eq!(fields.urls(FORM).count(), 1);
}

#[test]
fn a_merge_patch_replaces_merges_and_clears() {
    let (fields, _) = parse(vec![("text", text("labs")), ("choice", text("a"))]);
    let merged = fields.merged(vec![
        ("text".to_owned(), None),
        ("choice".to_owned(), Some(Edit::Set(text("b")))),
        (
            "object".to_owned(),
            Some(Edit::Merge(vec![("a".to_owned(), Some(Edit::Set(text("1")))), ("b".to_owned(), None)])),
        ),
    ]);
    let object = FieldValue::Object(vec![("a".to_owned(), text("1"))]);
    assert_eq!(merged, [("choice".to_owned(), text("b")), ("object".to_owned(), object)]);
}

proptest! {
    #[test]
    fn any_value_is_taken_in_a_form_that_is_taken_again_or_refused(value in any_value()) {
        for field in FORM {
            if let Ok(taken) = field.check(value.clone()) {
                prop_assert_eq!(field.check(taken.clone()), Ok(taken));
            }
        }
    }

    #[test]
    fn what_a_form_took_it_takes_again_unchanged(
        sent in prop::collection::vec((prop::sample::select(FORM.to_vec()), any_value()), 0..12),
    ) {
        let (fields, _) = parse(sent.iter().map(|(field, value)| (field.name, value.clone())).collect());
        let (again, faults) = parse(fields.iter().map(|(name, value)| (name, value.clone())).collect());
        prop_assert_eq!((again, faults), (fields, Vec::new()));
    }
}
