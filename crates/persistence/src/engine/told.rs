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
/// selects from [`written`], and what comes `beside` goes by it too. Of few texts: each stays prepared.
pub(crate) struct Told<W, T, B = ()> {
    pub(crate) write: W,
    pub(crate) telling: T,
    pub(crate) beside: B,
}

/// Two more statements beside a write.
pub(crate) struct Beside<A, B>(pub(crate) A, pub(crate) B);

impl<A: QueryFragment<Pg>, B: QueryFragment<Pg>> QueryFragment<Pg> for Beside<A, B> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(", beside AS (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql("), also AS (");
        self.1.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

impl<W, T, B> QueryId for Told<W, T, B> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<W, T, B> Query for Told<W, T, B> {
    type SqlType = BigInt;
}

impl<W, T, B> RunQueryDsl<PgConnection> for Told<W, T, B> {}

impl<W: QueryFragment<Pg>, T: QueryFragment<Pg>, B: QueryFragment<Pg>> QueryFragment<Pg> for Told<W, T, B> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH written AS (");
        self.write.walk_ast(out.reborrow())?;
        out.push_sql(" RETURNING 1 AS one), told AS (");
        self.telling.walk_ast(out.reborrow())?;
        out.push_sql(")");
        self.beside.walk_ast(out.reborrow())?;
        out.push_sql(" SELECT count(*) FROM written");
        Ok(())
    }

    fn is_safe_to_cache_prepared(&self, _: &Pg) -> QueryResult<bool> {
        Ok(true)
    }
}
