//! Reading a row's columns as domain values: the one place where a stored value that does not parse is noticed.

use std::{fmt::Display, str::FromStr};

use crate::error::StoreError;

/// Names a row in errors and in the log.
#[derive(Clone, Copy)]
pub(crate) struct RowName<'a> {
    /// Its table.
    pub(crate) table: &'static str,
    /// Its key.
    pub(crate) id: &'a dyn Display,
}

impl RowName<'_> {
    /// The column's value, or that the row is corrupt.
    pub(crate) fn parse<T: FromStr>(self, column: &'static str, text: &str) -> Result<T, StoreError> {
        text.parse().map_err(|_| self.corrupt(column))
    }

    /// [`RowName::parse`] of a column that may be null.
    pub(crate) fn parse_some<T: FromStr>(
        self,
        column: &'static str,
        text: Option<&str>,
    ) -> Result<Option<T>, StoreError> {
        text.map(|text| self.parse(column, text)).transpose()
    }

    /// The value that a column must have here.
    pub(crate) fn expect<T>(self, column: &'static str, value: Option<T>) -> Result<T, StoreError> {
        value.ok_or_else(|| self.corrupt(column))
    }

    /// Says in the log, by place and without the value, that a column does not parse.
    pub(crate) fn corrupt(self, column: &'static str) -> StoreError {
        tracing::error!(
            db.table = self.table,
            db.column = column,
            db.row = %self.id,
            "a stored value does not parse"
        );
        StoreError::Corrupt { table: self.table, column, id: self.id.to_string() }
    }
}
