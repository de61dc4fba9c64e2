//! A write and the line that tells of it, as one statement of PostgreSQL: one way to the server and back instead of
//! two, and whole without a transaction around it.

use diesel::{
    pg::{Pg, PgConnection},
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    query_dsl::RunQueryDsl,
    result::QueryResult,
    sql_types::BigInt,
};

diesel::table! {
    /// The rows that the write has written, for the line to be told of each; they show nothing of themselves.
    written (one) {
        one -> Integer,
    }
}

/// Writes, and tells of it if there was something to write; answers how many rows it wrote. `telling` inserts what it
/// selects from [`written`]. Of few texts: each stays prepared.
pub(crate) struct Told<W, T> {
    pub(crate) write: W,
    pub(crate) telling: T,
}

impl<W, T> QueryId for Told<W, T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<W, T> Query for Told<W, T> {
    type SqlType = BigInt;
}

impl<W, T> RunQueryDsl<PgConnection> for Told<W, T> {}

impl<W: QueryFragment<Pg>, T: QueryFragment<Pg>> QueryFragment<Pg> for Told<W, T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH written AS (");
        self.write.walk_ast(out.reborrow())?;
        out.push_sql(" RETURNING 1 AS one), told AS (");
        self.telling.walk_ast(out.reborrow())?;
        out.push_sql(") SELECT count(*) FROM written");
        Ok(())
    }

    fn is_safe_to_cache_prepared(&self, _: &Pg) -> QueryResult<bool> {
        Ok(true)
    }
}
