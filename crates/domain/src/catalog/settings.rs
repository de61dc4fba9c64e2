//! The settings of a product: described as data, so that checks, schema and forms have one source.

use crate::{
    endpoint::Endpoint,
    fault::{FaultCode, Faults, Flaw},
};

/// What a setting's text must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingKind {
    /// Text of a length, all of whose characters are allowed: letters, digits and those listed.
    Text {
        /// Fewest characters.
        min: usize,
        /// Most characters.
        max: usize,
        /// Characters allowed beside ASCII letters and digits; every printable one when `None`.
        others: Option<&'static str>,
    },
    /// A URL that passes the same rules as any endpoint.
    Url,
}

/// One field of a product's form.
#[derive(Debug, PartialEq, Eq)]
pub struct Setting {
    /// Member name in `settings`.
    pub name: &'static str,
    /// Label of the form field.
    pub title: &'static str,
    /// Help text.
    pub description: &'static str,
    /// A value that would pass.
    pub example: &'static str,
    /// Whether step 2 needs it.
    pub required: bool,
    /// What it must be.
    pub kind: SettingKind,
}

impl Setting {
    /// Checks one value.
    pub fn check(&self, value: &str) -> Result<(), Flaw> {
        match self.kind {
            SettingKind::Url => Endpoint::parse(value).map(|_| ()),
            SettingKind::Text { min, max, others } => {
                let length = value.chars().count();
                if length < min {
                    return Err(Flaw::new(FaultCode::TooShort, format!("At least {min} characters.")));
                }
                if length > max {
                    return Err(Flaw::new(FaultCode::TooLong, format!("At most {max} characters.")));
                }
                let allowed = |c: char| match others {
                    Some(others) => c.is_ascii_alphanumeric() || others.contains(c),
                    None => !c.is_control(),
                };
                if value.chars().all(allowed) {
                    Ok(())
                } else {
                    let detail = match others {
                        Some("") => "Letters and digits only.".to_owned(),
                        Some(others) => format!("Letters, digits and {others} only."),
                        None => "No control characters.".to_owned(),
                    };
                    Err(Flaw::new(FaultCode::InvalidFormat, detail))
                }
            }
        }
    }
}

/// The settings of one destination: checked values by the names its product lists, in that order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings(Vec<(&'static str, String)>);

impl Settings {
    /// Takes what was sent for a product's form; every unknown name and bad value is a fault below `pointer`.
    pub fn parse(
        form: &'static [Setting],
        sent: &[(String, String)],
        pointer: &str,
        faults: &mut Faults,
    ) -> Self {
        for (name, _) in sent {
            if !form.iter().any(|setting| setting.name == name) {
                let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
                faults.add(pointer, FaultCode::UnknownField, "The product has no such setting.");
            }
        }
        let mut kept = Vec::new();
        for setting in form {
            let Some((_, value)) = sent.iter().find(|(name, _)| name == setting.name) else { continue };
            let checked = setting.check(value).map(|()| value.clone());
            kept.extend(
                faults.keep(&format!("{pointer}/{}", setting.name), checked).map(|v| (setting.name, v)),
            );
        }
        Self(kept)
    }

    /// Whether every setting that the form requires is there.
    pub fn complete(&self, form: &'static [Setting]) -> bool {
        form.iter().filter(|setting| setting.required).all(|setting| self.get(setting.name).is_some())
    }

    /// The value of a setting.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Names and values, in the order of the form.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }
}
