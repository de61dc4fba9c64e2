//! `FOR NO KEY UPDATE OF destinations`, which diesel cannot say: it locks the rows of every joined table, or none.

use diesel::{
    pg::{Pg, PgConnection},
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    query_dsl::RunQueryDsl,
    result::QueryResult,
};

/// A query whose rows of `destinations` are kept for its transaction; those of other tables are only read.
#[derive(QueryId)]
pub(super) struct OfDestinations<Q>(Q);

impl<Q> OfDestinations<Q> {
    pub(super) fn kept(query: Q) -> Self {
        Self(query)
    }
}

impl<Q: Query> Query for OfDestinations<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> RunQueryDsl<PgConnection> for OfDestinations<Q> {}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for OfDestinations<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" FOR NO KEY UPDATE OF ");
        out.push_identifier("destinations")
    }
}
