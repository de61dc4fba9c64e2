//! Three SQL types that differ between databases, and their faces in Rust. A text face holds the text as it is stored
//! in SQLite; what it must parse to is for the row that reads it to say, because only the row can name itself in an
//! error. A cell is the face for rows that are read by the thousand: the value itself, or that there is none in it.

use std::{
    fmt::{self, Display},
    io::Write,
};

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

        on_any_database!($face shows $sql);
    };
}

/// What the common backend asks for, of a face that each of the databases knows.
macro_rules! on_any_database {
    ($face:ident shows $sql:ident) => {
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

macro_rules! known_to_any_database {
    ($($sql:ident),+) => {$(
        impl HasSqlType<$sql> for MultiBackend {
            fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
                Self::lookup_sql_type::<$sql>(lookup)
            }
        }
    )+};
}

known_to_any_database!(Id, Instant, JsonDoc);

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

/// A cell that shows `$value`, by the text face that it is stored as.
macro_rules! cell {
    ($(#[$doc:meta])* $cell:ident holds $value:ty, shows $sql:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
        #[diesel(sql_type = $sql)]
        pub(crate) struct $cell(pub(crate) Option<$value>);

        impl Display for $cell {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.0 {
                    Some(value) => value.fmt(f),
                    None => f.write_str(NO_VALUE),
                }
            }
        }

        impl<T: Into<$value>> From<T> for $cell {
            fn from(value: T) -> Self {
                Self(Some(value.into()))
            }
        }

        impl ToSql<$sql, Sqlite> for $cell {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value(self.0.ok_or(NO_VALUE)?.to_string());
                Ok(IsNull::No)
            }
        }

        impl FromSql<$sql, Sqlite> for $cell {
            fn from_sql(mut value: <Sqlite as diesel::backend::Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                Ok(Self(value.read_text().parse().ok()))
            }
        }

        on_any_database!($cell shows $sql);
    };
}

cell! {
    /// A UUID, or that the stored text is none.
    IdCell holds Uuid, shows Id
}
cell! {
    /// A moment, or that the stored text is none.
    InstantCell holds Timestamp, shows Instant
}

/// A cell whose text did not parse is told of by its row, and never written back.
const NO_VALUE: &str = "no value";
const TOO_FAR: &str = "too far away";

impl ToSql<Id, Pg> for IdCell {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.0.ok_or(NO_VALUE)?.as_bytes())?;
        Ok(IsNull::No)
    }
}

impl FromSql<Id, Pg> for IdCell {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(Some(Uuid::from_slice(value.as_bytes())?)))
    }
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

impl ToSql<Instant, Pg> for InstantCell {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let millis = self.0.ok_or(NO_VALUE)?.millis();
        let micros = (millis - EPOCH_OF_POSTGRES).checked_mul(1_000).ok_or(TOO_FAR)?;
        <i64 as ToSql<BigInt, Pg>>::to_sql(&micros, &mut out.reborrow())
    }
}

impl FromSql<Instant, Pg> for InstantCell {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let micros = <i64 as FromSql<BigInt, Pg>>::from_sql(value)?;
        let millis = micros.div_euclid(1_000).checked_add(EPOCH_OF_POSTGRES).ok_or(TOO_FAR)?;
        Ok(Self(Some(Timestamp::from_millis(millis).ok_or(TOO_FAR)?)))
    }
}

impl ToSql<Instant, Pg> for InstantText {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let moment = self.0.parse().map_err(|_| "not a moment")?;
        <InstantCell as ToSql<Instant, Pg>>::to_sql(&InstantCell(Some(moment)), &mut out.reborrow())
    }
}

impl FromSql<Instant, Pg> for InstantText {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let InstantCell(moment) = <InstantCell as FromSql<Instant, Pg>>::from_sql(value)?;
        Ok(Self::from(moment.ok_or(NO_VALUE)?))
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
