//! Three SQL types that differ between databases, and their faces in Rust. A face holds the text as it is stored;
//! what it must parse to is for the row that reads it to say, because only the row can name itself in an error.

use std::fmt::Display;

use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    query_builder::QueryId,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{HasSqlType, SqlType, Text},
    sqlite::Sqlite,
};

use crate::engine::connection::{MultiBackend, MultiRawValue};

/// A UUID; text on SQLite.
#[derive(Clone, SqlType, QueryId)]
#[diesel(sqlite_type(name = "Text"))]
pub struct Id;

/// A moment in UTC, to the millisecond; text of fixed width on SQLite.
#[derive(Clone, SqlType, QueryId)]
#[diesel(sqlite_type(name = "Text"))]
pub struct Instant;

/// A JSON document; text on SQLite. Nothing may depend on the order of members: not every database keeps it.
#[derive(Clone, SqlType, QueryId)]
#[diesel(sqlite_type(name = "Text"))]
pub struct JsonDoc;

macro_rules! text_face {
    ($(#[$doc:meta])* $face:ident shows $sql:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, AsExpression, FromSqlRow)]
        #[diesel(sql_type = $sql)]
        pub(crate) struct $face(pub(crate) String);

        impl<T: Display> From<T> for $face {
            fn from(value: T) -> Self {
                Self(value.to_string())
            }
        }

        impl ToSql<$sql, Sqlite> for $face {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value(self.0.as_str());
                Ok(IsNull::No)
            }
        }

        impl FromSql<$sql, Sqlite> for $face {
            fn from_sql(value: <Sqlite as diesel::backend::Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                <String as FromSql<Text, Sqlite>>::from_sql(value).map(Self)
            }
        }

        impl HasSqlType<$sql> for MultiBackend {
            fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
                Self::lookup_sql_type::<$sql>(lookup)
            }
        }

        impl ToSql<$sql, MultiBackend> for $face {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
                out.set_value(($sql, self));
                Ok(IsNull::No)
            }
        }

        impl FromSql<$sql, MultiBackend> for $face {
            fn from_sql(value: MultiRawValue<'_>) -> deserialize::Result<Self> {
                value.from_sql::<Self, $sql>()
            }
        }
    };
}

text_face! {
    /// The text of a UUID.
    IdText shows Id
}
text_face! {
    /// The text of a moment.
    InstantText shows Instant
}
text_face! {
    /// The text of a JSON document.
    JsonText shows JsonDoc
}
