//! A query whose LIMIT stands in its text. Bound as a value, it hides from PostgreSQL that few rows are wanted: the plan
//! for any values looks dear beside the one for these, and so each execution is planned anew.

use diesel::{
    backend::Backend,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    query_dsl::RunQueryDsl,
    result::QueryResult,
};

/// The steps of a limit. Each is another statement to keep prepared, so there are few.
const STEPS: [i64; 3] = [11, 51, 201];

/// A query, and how many rows are wanted of it; there may be a few more.
pub(crate) struct Limited<Q> {
    pub(crate) query: Q,
    pub(crate) rows: i64,
}

impl<Q> QueryId for Limited<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Limited<Q> {
    type SqlType = Q::SqlType;
}

impl<Q, C> RunQueryDsl<C> for Limited<Q> {}

impl<Q: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Limited<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.query.walk_ast(out.reborrow())?;
        let step = STEPS.into_iter().find(|step| *step >= self.rows).unwrap_or(self.rows);
        out.push_sql(" LIMIT ");
        out.push_sql(&step.to_string());
        Ok(())
    }
}
