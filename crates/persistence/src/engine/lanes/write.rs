//! The loops of the threads that write, and what they put into one transaction.

use crossbeam_channel::Receiver;

use super::{Line, Queued, Span, lost};
use crate::{
    engine::{
        connection::DbConnection,
        job::Job,
        suspicion,
        transaction::{begin_changing, begin_savepoint, commit, rollback},
    },
    error::StoreError,
};

/// At most so many jobs per commit, so that the first of them does not wait for long.
const GROUP: usize = 64;

/// The same on PostgreSQL, for each writer: enough to save most syncs, few enough that others find work.
const SHARED: usize = 16;

/// On PostgreSQL: one job at a time, but for those of a single write that wait.
pub(super) fn write_in_turn(jobs: &Receiver<Queued>, mut line: Line) {
    let mut next = None;
    while let Some((span, mut job)) = next.take().or_else(|| jobs.recv().ok()) {
        match span {
            Span::Statement => {
                let (statements, other) = waiting_with(job, jobs);
                write_statements(&mut line, statements);
                next = other;
            }
            Span::Transaction if job.is_abandoned() => {}
            Span::Transaction => {
                let ended = write_once(&mut line, job.as_mut());
                let ended = if line.drop_if_lost() { Err(lost()) } else { ended };
                job.deliver(ended);
            }
        }
    }
}

/// The first job and others of a single write that wait behind it, up to one of another kind, which comes beside.
fn waiting_with(first: Box<dyn Job>, jobs: &Receiver<Queued>) -> (Vec<Box<dyn Job>>, Option<Queued>) {
    let mut statements = vec![first];
    while statements.len() < SHARED {
        match jobs.try_recv() {
            Ok((Span::Statement, job)) => statements.push(job),
            Ok(other) => return (statements, Some(other)),
            Err(_) => break,
        }
    }
    (statements, None)
}

fn write_statements(line: &mut Line, mut jobs: Vec<Box<dyn Job>>) {
    jobs.retain(|job| !job.is_abandoned());
    if jobs.len() > 1
        && let Some(ended) = write_together(line, &mut jobs)
    {
        for job in jobs {
            job.deliver(ended.clone());
        }
        return;
    }
    for mut job in jobs {
        let ended = line.connection().map(|connection| {
            job.run(connection);
        });
        let ended = if line.drop_if_lost() { Err(lost()) } else { ended };
        job.deliver(ended);
    }
}

/// Runs jobs in one transaction. `None` if that did not come to its end: then nothing of it is kept.
fn write_together(line: &mut Line, jobs: &mut [Box<dyn Job>]) -> Option<Result<(), StoreError>> {
    let connection = line.begun(begin_changing).ok()?;
    suspicion::take_failure();
    for job in jobs {
        job.run(connection);
        if suspicion::take_failure() {
            if let Err(error) = rollback(connection) {
                line.give_up(&error);
            }
            line.drop_if_lost();
            return None;
        }
    }
    Some(commit(connection).map_err(|error| line.give_up(&error)))
}

fn write_once(line: &mut Line, job: &mut dyn Job) -> Result<(), StoreError> {
    let connection = line.begun(begin_changing)?;
    suspicion::take_failure();
    let (is_kept, has_failure) = (job.run(connection), suspicion::take_failure());
    let ended = if is_kept && !has_failure { commit(connection) } else { rollback(connection) };
    ended.map_err(|error| line.give_up(&error))?;
    if is_kept && has_failure {
        return Err(StoreError::Internal("a job went on after a statement of it had failed".to_owned()));
    }
    Ok(())
}

/// On SQLite: whatever waits, in one transaction.
pub(super) fn write_grouped(jobs: &Receiver<Queued>, mut line: Line) {
    for (_, first) in jobs {
        if first.is_abandoned() {
            continue;
        }
        let connection = match line.begun(begin_changing) {
            Ok(connection) => connection,
            Err(error) => {
                first.deliver(Err(error));
                continue;
            }
        };
        let (done, ended) = run_group(connection, first, jobs);
        let ended = ended.and_then(|()| commit(connection)).map_err(|error| line.give_up(&error));
        for job in done {
            job.deliver(ended.clone());
        }
    }
}

/// Runs the first job and those already waiting, each in its savepoint. Stops early when a savepoint fails: then
/// the database has dropped the whole transaction.
fn run_group(
    connection: &mut DbConnection,
    first: Box<dyn Job>,
    jobs: &Receiver<Queued>,
) -> (Vec<Box<dyn Job>>, diesel::QueryResult<()>) {
    let mut done = Vec::new();
    let waiting = std::iter::from_fn(|| jobs.try_recv().ok()).map(|(_, job)| job);
    for mut job in std::iter::once(first).chain(waiting).take(GROUP) {
        if job.is_abandoned() {
            continue;
        }
        if let Err(error) = begin_savepoint(connection) {
            job.deliver(Err(StoreError::Unavailable(error.to_string())));
            return (done, Err(error));
        }
        let is_kept = job.run(connection);
        let ended = if is_kept { commit(connection) } else { rollback(connection) };
        done.push(job);
        if let Err(error) = ended {
            return (done, Err(error));
        }
    }
    (done, Ok(()))
}
