//! The catalogue under test: the contract's table, and each vendor's naming rules with names that its pages call good
//! and bad.

use std::fmt::Write;

mod names;

use proptest::prelude::*;
use url::Url;

use self::names::NAMED;
use super::{DataModels, Product, find_product, find_provider, is_url_setting, products, standard::STANDARD};
use crate::{
    credential::find_strategy,
    environment::EnvironmentFlag,
    fault::{FaultCode, Faults},
    form::{Field, FieldKind, FieldValue},
};

fn field(product: &'static Product, name: &str) -> &'static Field {
    product.description.settings.iter().find(|field| field.name == name).unwrap()
}

fn check(field: &Field, text: &str) -> Result<FieldValue, FaultCode> {
    field.check(FieldValue::Text(text.to_owned())).map_err(|flaw| flaw.code)
}

#[test]
fn the_products_are_the_contracts() {
    let mut table = String::new();
    for product in products() {
        let Product { type_id, product_id, description, .. } = product;
        write!(table, "{type_id} {product_id}:").unwrap();
        for field in description.settings {
            write!(table, " {}{}", field.name, if field.required { "*" } else { "" }).unwrap();
        }
        writeln!(table, " | {} | {:?}", description.strategies.join(", "), description.data_models).unwrap();
    }
    insta::assert_snapshot!(table);
}

#[test]
fn every_product_is_found_by_its_own_names_only() {
    for product in products() {
        assert_eq!(find_product(product.type_id, product.product_id), Some(product));
        assert_eq!(find_provider(product.type_id), Some(product.type_id));
        assert!(product.description.strategies.iter().all(|key| find_strategy(key).is_some()));
        assert!(product.description.help_url.is_some_and(|url| Url::parse(url).is_ok()));
    }
    assert_eq!((find_product("aws", "pub-sub"), find_provider("AWS")), (None, None));
}

#[test]
fn every_setting_is_a_text_by_a_rule_and_its_example_passes() {
    for product in products() {
        for field in product.description.settings {
            let value = FieldValue::from(field.example);
            assert!(matches!(field.kind, FieldKind::Name(_) | FieldKind::BaseUrl(_)), "{}", field.name);
            assert!(!field.secret && matches!(value, FieldValue::Text(_)), "{}", field.name);
            assert!(field.check(value).is_ok(), "{} {}", product.product_id, field.name);
            assert_eq!(field.is_url(), is_url_setting(field.name), "{}", field.name);
        }
    }
    assert!(!is_url_setting("endpoint") && !STANDARD.settings.is_empty());
}

#[test]
fn each_vendor_has_its_own_rules_for_names() {
    let mut seen = 0;
    for (type_id, product_id, names) in NAMED {
        let product = find_product(type_id, product_id).unwrap();
        assert_eq!(names.len(), product.description.settings.len(), "{product_id}: every setting is tried");
        for (name, good, bad) in *names {
            let field = field(product, name);
            for text in *good {
                assert!(check(field, text).is_ok(), "{product_id} {name} {text:?}: {:?}", check(field, text));
            }
            for text in *bad {
                assert!(check(field, text).is_err(), "{product_id} {name} {text:?}");
            }
        }
        seen += 1;
    }
    assert_eq!(seen, products().count());
}

#[test]
fn a_fault_of_a_name_says_the_rule() {
    let bucket = field(&super::aws::s3::PRODUCT, "bucketName");
    let detail = |text: &str| bucket.check(FieldValue::Text(text.to_owned())).unwrap_err().detail;
    assert_eq!(check(bucket, "ab"), Err(FaultCode::TooShort));
    assert_eq!(check(bucket, &"a".repeat(64)), Err(FaultCode::TooLong));
    assert_eq!(check(bucket, "Labs"), Err(FaultCode::InvalidFormat));
    for text in ["ab", "Labs"] {
        assert!(detail(text).contains("lowercase letters"), "{}", detail(text));
    }
}

#[test]
fn plain_http_is_for_development_in_settings_too() {
    for product in products() {
        for field in product.description.settings.iter().filter(|field| field.is_url()) {
            let FieldValue::Text(url) = FieldValue::from(field.example) else { panic!("a URL is text") };
            let sent = [(field.name.to_owned(), url.replace("https:", "http:"))];
            for flag in EnvironmentFlag::ALL {
                let mut faults = Faults::default();
                let settings = super::Settings::parse(product.description.settings, &sent, "#", &mut faults);
                settings.check_schemes(product.description.settings, flag, "#", &mut faults);
                assert_eq!(faults.is_empty(), flag.allows_plain_http(), "{} {flag:?}", product.product_id);
            }
        }
    }
}

#[test]
fn a_fhir_product_takes_fhir_events_only_and_each_has_a_usual_message() {
    for models in [DataModels::Any, DataModels::Fhir] {
        let usual = models.usual().unwrap();
        assert!(models.take(usual), "{models:?} {}", usual.name);
    }
    assert!(DataModels::Fhir.usual().unwrap().is_fhir());
    assert!(!DataModels::Fhir.take(DataModels::Any.usual().unwrap()));
}

proptest! {
    /// What a rule lets through stands in a URL as it is: nothing is encoded, dropped or resolved away.
    #[test]
    fn a_name_that_passes_stands_in_a_url_as_it_is(
        bucket in "[a-z0-9.-]{1,70}",
        prefix in "[A-Za-z0-9/!_.*'()=-]{1,40}",
        wild in "\\PC{0,30}",
    ) {
        let settings = &super::aws::s3::PRODUCT;
        for name in [&bucket, &wild] {
            if check(field(settings, "bucketName"), name).is_ok() {
                let url = Url::parse(&format!("https://s3.us-east-1.amazonaws.com/{name}/x")).unwrap();
                prop_assert_eq!(url.path(), format!("/{name}/x"));
            }
        }
        for prefix in [&prefix, &wild] {
            if check(field(settings, "fileNamePrefix"), prefix).is_ok() {
                let url = Url::parse(&format!("https://labs.example.org/{prefix}2026/11/24/x.json")).unwrap();
                prop_assert_eq!(url.path(), format!("/{prefix}2026/11/24/x.json"));
            }
        }
    }

    #[test]
    fn a_name_that_is_a_host_keeps_the_host_it_is_put_into(name in "[a-zA-Z0-9.-]{1,64}", wild in "\\PC{0,30}") {
        let hosts = [
            ("aws", "s3", "bucketName", "s3.us-east-1.amazonaws.com"),
            ("aws", "s3", "region", "amazonaws.com"),
            ("azure", "blob-storage", "storageAccountName", "blob.core.windows.net"),
            ("azure", "event-hubs", "namespace", "servicebus.windows.net"),
        ];
        for (type_id, product_id, setting, host) in hosts {
            for name in [&name, &wild] {
                if check(field(find_product(type_id, product_id).unwrap(), setting), name).is_ok() {
                    let url = Url::parse(&format!("https://{name}.{host}/x")).unwrap();
                    let expected = format!("{}.{host}", name.to_ascii_lowercase());
                    prop_assert_eq!(url.host_str(), Some(expected.as_str()));
                    prop_assert_eq!(url.path(), "/x");
                }
            }
        }
    }
}
