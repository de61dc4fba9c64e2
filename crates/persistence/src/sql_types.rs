//! Three SQL types that differ between databases, and their faces in Rust. A face holds the text as it is stored in
//! SQLite; what it must parse to is for the row that reads it to say, because only the row can name itself in an
//! error. PostgreSQL has types for them, whose bytes are made from that text and back.

use std::{fmt::Display, io::Write};

use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    query_builder::QueryId,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{BigInt, HasSqlType, SqlType, Text},
    sqlite::Sqlite,
};
use domain::time::Timestamp;
use uuid::Uuid;

use crate::engine::connection::{MultiBackend, MultiRawValue};

/// A UUID; text on SQLite.
#[derive(Clone, SqlType, QueryId)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951), sqlite_type(name = "Text"))]
pub struct Id;

/// A moment in UTC, to the millisecond; text of fixed width on SQLite.
#[derive(Clone, SqlType, QueryId)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185), sqlite_type(name = "Text"))]
pub struct Instant;

/// A JSON document; text on SQLite, and on PostgreSQL `json`, which keeps the text as it is: `jsonb` would order the
/// members anew and refuse U+0000.
#[derive(Clone, SqlType, QueryId)]
#[diesel(postgres_type(oid = 114, array_oid = 199), sqlite_type(name = "Text"))]
pub struct JsonDoc;

/// Milliseconds from 1970 to 2000, from where PostgreSQL counts.
const EPOCH_OF_POSTGRES: i64 = 946_684_800_000;

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

impl ToSql<Id, Pg> for IdText {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.0.parse::<Uuid>()?.as_bytes())?;
        Ok(IsNull::No)
    }
}

impl FromSql<Id, Pg> for IdText {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::from(Uuid::from_slice(value.as_bytes())?.as_hyphenated()))
    }
}

impl ToSql<Instant, Pg> for InstantText {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let moment: Timestamp = self.0.parse().map_err(|_| "not a moment")?;
        let micros = (moment.millis() - EPOCH_OF_POSTGRES).checked_mul(1_000).ok_or("too far away")?;
        <i64 as ToSql<BigInt, Pg>>::to_sql(&micros, &mut out.reborrow())
    }
}

impl FromSql<Instant, Pg> for InstantText {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let micros = <i64 as FromSql<BigInt, Pg>>::from_sql(value)?;
        let millis = micros.div_euclid(1_000).checked_add(EPOCH_OF_POSTGRES).ok_or("too far away")?;
        Ok(Self::from(Timestamp::from_millis(millis).ok_or("too far away")?))
    }
}

impl ToSql<JsonDoc, Pg> for JsonText {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}

impl FromSql<JsonDoc, Pg> for JsonText {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <String as FromSql<Text, Pg>>::from_sql(value).map(Self)
    }
}
