//! Jobs that can be counted while they are under way.

use std::sync::Arc;

use crate::{
    engine::{connection::DbConnection, job::Job},
    error::StoreError,
};

/// A job that holds its mark until just before its result is told: who learns of the result finds the mark gone.
pub(super) struct Marked {
    pub(super) job: Box<dyn Job>,
    pub(super) mark: Arc<()>,
}

impl Job for Marked {
    fn is_abandoned(&self) -> bool {
        self.job.is_abandoned()
    }

    fn run(&mut self, connection: &mut DbConnection) -> bool {
        self.job.run(connection)
    }

    fn deliver(self: Box<Self>, ended: Result<(), StoreError>) {
        let Self { job, mark } = *self;
        drop(mark);
        job.deliver(ended);
    }
}
