//! A moment in UTC, cut to milliseconds: what the wire shows, the database keeps and a cursor compares is one value.

use std::{fmt, str::FromStr};

use chrono::{DateTime, SecondsFormat, Utc};

/// UTC, whole milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(DateTime<Utc>);

/// A text that is not an RFC 3339 time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MalformedTime;

impl Timestamp {
    /// From milliseconds since 1970; `None` outside the years chrono knows.
    pub fn from_millis(millis: i64) -> Option<Self> {
        DateTime::from_timestamp_millis(millis).map(Self)
    }

    /// Milliseconds since 1970.
    pub fn millis(self) -> i64 {
        self.0.timestamp_millis()
    }

    /// The same moment for crates that speak chrono.
    pub fn utc(self) -> DateTime<Utc> {
        self.0
    }

    /// This moment, later by whole milliseconds; the same moment at the end of time.
    pub fn plus_millis(self, millis: i64) -> Self {
        Self::from_millis(self.millis().saturating_add(millis)).unwrap_or(self)
    }
}

impl From<DateTime<Utc>> for Timestamp {
    /// Drops what is finer than a millisecond.
    fn from(time: DateTime<Utc>) -> Self {
        Self::from_millis(time.timestamp_millis()).unwrap_or(Self(time))
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC with milliseconds, `2026-11-24T09:00:00.000Z`: fixed width, so that text order is time order.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl FromStr for Timestamp {
    type Err = MalformedTime;

    fn from_str(text: &str) -> Result<Self, MalformedTime> {
        DateTime::parse_from_rfc3339(text).map(|time| Self::from(time.to_utc())).map_err(|_| MalformedTime)
    }
}
