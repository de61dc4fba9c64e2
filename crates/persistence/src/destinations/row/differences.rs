//! What a step writes of a row: the columns in which the destination differs from what it was, those together that belong
//! together. An index whose columns are not written costs SQLite nothing; there are few texts, and each stays prepared.

use diesel::prelude::*;
use domain::destination::{Applied, Destination};

use super::DestinationRow;
use crate::{
    schema::destinations,
    sql_types::{IdCell, InstantCell, JsonText},
};

/// The columns to set.
pub(in crate::destinations) type Differences = (
    Stamp,
    Option<Naming>,
    Option<Standing>,
    Option<Authentication>,
    Option<Token>,
    Option<Signing>,
    Option<Attempt>,
);

macro_rules! columns {
    ($(#[$doc:meta])* $name:ident { $($column:ident: $type:ty,)+ }) => {
        $(#[$doc])*
        #[derive(AsChangeset)]
        #[diesel(table_name = destinations, treat_none_as_null = true)]
        pub(in crate::destinations) struct $name {
            $($column: $type,)+
        }

        impl $name {
            fn of(row: &DestinationRow) -> Self {
                Self { $($column: row.$column.clone(),)+ }
            }
        }
    };
}

columns! {
    /// Every step sets these.
    Stamp { version: i64, configuration_revision: i64, updated_at: InstantCell, }
}
columns! {
    /// What it is called.
    Naming { external_id: Option<String>, name: String, name_key: String, }
}
columns! {
    /// How far its set-up has come.
    Standing {
        status: String,
        destination_type: Option<String>,
        endpoint: Option<String>,
        type_id: Option<String>,
        product_id: Option<String>,
        settings: JsonText,
        verified_at: Option<InstantCell>,
        verified_skipped: Option<bool>,
        verified_fingerprint: Option<String>,
    }
}
columns! {
    /// How its messages prove where they come from, but for secrets.
    Authentication {
        verification_method: String,
        credential_id: Option<IdCell>,
        credential_strategy: Option<String>,
    }
}
columns! {
    /// Its verification token.
    Token {
        token_envelope: Option<Vec<u8>>,
        token_fingerprint: Option<String>,
        token_version: Option<i64>,
        token_updated_at: Option<InstantCell>,
    }
}
columns! {
    /// What signs its messages.
    Signing {
        signing_envelope: Option<Vec<u8>>,
        signing_fingerprint: Option<String>,
        signing_version: Option<i64>,
        signing_updated_at: Option<InstantCell>,
    }
}
columns! {
    /// The last attempt to verify it.
    Attempt {
        last_attempt_id: Option<IdCell>,
        last_attempt_outcome: Option<String>,
        last_attempt_at: Option<InstantCell>,
    }
}

/// What the step has to set. A secret that stayed keeps the envelope that is stored, which may have been wrapped anew since
/// the step read it.
pub(in crate::destinations) fn differences(applied: &Applied) -> Differences {
    let (before, after) = (&applied.before, &applied.destination);
    let row = DestinationRow::from(after);
    let called = |it: &Destination| (it.external_id.clone(), it.name.clone());
    let authenticated = |it: &Destination| (it.method, it.credential);
    (
        Stamp::of(&row),
        (called(before) != called(after)).then(|| Naming::of(&row)),
        (before.state != after.state).then(|| Standing::of(&row)),
        (authenticated(before) != authenticated(after)).then(|| Authentication::of(&row)),
        (before.token != after.token).then(|| Token::of(&row)),
        (before.signing_secret != after.signing_secret).then(|| Signing::of(&row)),
        (before.last_attempt != after.last_attempt).then(|| Attempt::of(&row)),
    )
}
