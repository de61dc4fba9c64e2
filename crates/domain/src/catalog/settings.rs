//! The settings of a destination: values of its product's form, all of them text.

use crate::{
    environment::EnvironmentFlag,
    fault::Faults,
    form::{Field, FieldValue, Fields},
};

/// The settings of one destination: checked texts by the names its product lists, in that order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings(Fields);

impl Settings {
    /// Takes what was sent for a product's form; every unknown name and bad value is a fault below `pointer`.
    pub fn parse(
        form: &'static [Field],
        sent: &[(String, String)],
        pointer: &str,
        faults: &mut Faults,
    ) -> Self {
        let texts =
            sent.iter().map(|(name, value)| (name.clone(), FieldValue::Text(value.clone()))).collect();
        Self(Fields::parse(form, texts, pointer, faults))
    }

    /// Notes every URL whose scheme this kind of environment does not take.
    pub fn check_schemes(
        &self,
        form: &'static [Field],
        flag: EnvironmentFlag,
        pointer: &str,
        faults: &mut Faults,
    ) {
        self.0.check_schemes(form, flag, pointer, faults);
    }

    /// Whether every setting that the form requires is there.
    pub fn complete(&self, form: &'static [Field]) -> bool {
        self.0.complete(form)
    }

    /// The value of a setting.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.text(name)
    }

    /// Names and values, in the order of the form.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().filter_map(|(name, _)| Some((name, self.0.text(name)?)))
    }
}
