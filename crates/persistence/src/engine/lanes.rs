//! The threads that own the connections: readers, and one writer that groups commits. The only BEGIN is here.
//!
//! A reader runs each job in a transaction of its own, so that a job of several queries sees one state. The writer
//! takes what is waiting, up to [`GROUP`] jobs, into one transaction with a savepoint per job, and answers after
//! COMMIT: one sync to disk serves them all, a job that fails undoes only itself, and an answered write is on disk.

use std::thread;

use crossbeam_channel::{Receiver, Sender, TrySendError};
use diesel::connection::{AnsiTransactionManager, Connection, TransactionManager};
use tokio::sync::watch;

use super::{
    connection::{DbConnection, Location, Purpose, each},
    job::{Answer, Job},
};
use crate::error::{StartError, StoreError};

/// At most so many jobs per commit, so that the first of them does not wait for long.
const GROUP: usize = 64;

/// Of a thread, in bytes: queries are built on the stack, deeper so in a debug build.
const STACK: usize = 2 << 20;

/// The queue in front of some threads.
pub(crate) struct Lane(Sender<Box<dyn Job>>);

impl Lane {
    /// Opens one connection per thread and starts them; they end when the lane is dropped and its queue is empty.
    /// Each holds a clone of `alive` for as long as its connection is open.
    pub(crate) fn start(
        location: &Location,
        purpose: Purpose,
        threads: usize,
        queue: usize,
        alive: &watch::Receiver<()>,
    ) -> Result<Self, StartError> {
        let (sender, jobs) = crossbeam_channel::bounded(queue);
        for number in 0..threads {
            let line = Line { location: location.clone(), purpose, open: Some(location.open(purpose)?) };
            let (jobs, alive) = (jobs.clone(), alive.clone());
            let name = match purpose {
                Purpose::Reading => format!("db-read-{number}"),
                Purpose::Changing => "db-write".to_owned(),
            };
            let run = move || {
                match purpose {
                    Purpose::Reading => read(&jobs, line),
                    Purpose::Changing => write(&jobs, line),
                }
                drop(alive);
            };
            thread::Builder::new().name(name).stack_size(STACK).spawn(run).map_err(|error| {
                StartError::Open {
                    location: location.to_string(),
                    cause: format!("no thread for it: {error}"),
                }
            })?;
        }
        Ok(Self(sender))
    }

    /// Queues a job; a full queue refuses it, for a queue without end would only answer later and later.
    pub(crate) fn submit(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        self.0.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::Overloaded,
            TrySendError::Disconnected(_) => StoreError::Unavailable("its threads have ended".to_owned()),
        })
    }
}

/// A connection that is opened again, at the next job, after it has failed.
struct Line {
    location: Location,
    purpose: Purpose,
    open: Option<DbConnection>,
}

impl Line {
    fn connection(&mut self) -> Result<&mut DbConnection, StoreError> {
        let fresh = match self.open.take() {
            Some(connection) => connection,
            None => self
                .location
                .open(self.purpose)
                .map_err(|error| StoreError::Unavailable(error.to_string()))?,
        };
        Ok(self.open.insert(fresh))
    }

    /// Closes what no longer obeys; the database rolls back whatever was open in it.
    fn give_up(&mut self, error: &diesel::result::Error) -> StoreError {
        self.open = None;
        tracing::error!(error = %error, "a database connection failed and is opened anew");
        StoreError::Unavailable(error.to_string())
    }
}

fn read(jobs: &Receiver<Box<dyn Job>>, mut line: Line) {
    for job in jobs {
        if job.is_abandoned() {
            continue;
        }
        let connection = match line.connection() {
            Ok(connection) => connection,
            Err(error) => {
                job.refuse(error);
                continue;
            }
        };
        if let Err(error) = begin_reading(connection) {
            job.refuse(line.give_up(&error));
            continue;
        }
        let answer = job.run(connection);
        // There is nothing to keep; what was read stays true even if ending the transaction fails.
        if let Err(error) = rollback(connection) {
            line.give_up(&error);
        }
        answer.deliver(Ok(()));
    }
}

fn write(jobs: &Receiver<Box<dyn Job>>, mut line: Line) {
    for first in jobs {
        if first.is_abandoned() {
            continue;
        }
        let connection = match line.connection() {
            Ok(connection) => connection,
            Err(error) => {
                first.refuse(error);
                continue;
            }
        };
        if let Err(error) = begin_changing(connection) {
            first.refuse(line.give_up(&error));
            continue;
        }
        let (answers, ended) = run_group(connection, first, jobs);
        let ended = ended.and_then(|()| commit(connection)).map_err(|error| line.give_up(&error));
        for answer in answers {
            answer.deliver(ended.clone());
        }
    }
}

/// Runs the first job and those already waiting, each in its savepoint. Stops early when a savepoint fails: then
/// the database has dropped the whole transaction.
fn run_group(
    connection: &mut DbConnection,
    first: Box<dyn Job>,
    jobs: &Receiver<Box<dyn Job>>,
) -> (Vec<Box<dyn Answer>>, diesel::QueryResult<()>) {
    let mut answers = Vec::new();
    let waiting = std::iter::from_fn(|| jobs.try_recv().ok());
    for job in std::iter::once(first).chain(waiting).take(GROUP) {
        if job.is_abandoned() {
            continue;
        }
        if let Err(error) = begin_savepoint(connection) {
            job.refuse(StoreError::Unavailable(error.to_string()));
            return (answers, Err(error));
        }
        let answer = job.run(connection);
        let ended = if answer.is_kept() { commit(connection) } else { rollback(connection) };
        answers.push(answer);
        if let Err(error) = ended {
            return (answers, Err(error));
        }
    }
    (answers, Ok(()))
}

/// Takes the write lock at once. A deferred transaction that reads first and writes then fails under load, however
/// long it may wait.
pub(crate) fn begin_changing(connection: &mut DbConnection) -> diesel::QueryResult<()> {
    each!(connection, |inner| AnsiTransactionManager::begin_transaction_sql(inner, "BEGIN IMMEDIATE"))
}

fn begin_reading(connection: &mut DbConnection) -> diesel::QueryResult<()> {
    begin(connection)
}

fn begin_savepoint(connection: &mut DbConnection) -> diesel::QueryResult<()> {
    begin(connection)
}

/// A transaction, or a savepoint inside one.
fn begin(connection: &mut DbConnection) -> diesel::QueryResult<()> {
    <DbConnection as Connection>::TransactionManager::begin_transaction(connection)
}

/// Ends the innermost transaction or savepoint and keeps it.
pub(crate) fn commit(connection: &mut DbConnection) -> diesel::QueryResult<()> {
    <DbConnection as Connection>::TransactionManager::commit_transaction(connection)
}

/// Ends the innermost transaction or savepoint and drops it.
pub(crate) fn rollback(connection: &mut DbConnection) -> diesel::QueryResult<()> {
    <DbConnection as Connection>::TransactionManager::rollback_transaction(connection)
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, time::Duration};

    use diesel::connection::SimpleConnection;

    use super::*;
    use crate::engine::job;

    fn execute(sql: &'static str) -> impl FnOnce(&mut DbConnection) -> Result<(), StoreError> + Send {
        move |connection| Ok(connection.batch_execute(sql)?)
    }

    /// SQLite rolls a whole transaction back by itself when the disk is full or fails.
    #[tokio::test]
    async fn when_the_database_drops_the_transaction_no_job_of_the_group_is_answered_as_done() {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::File(folder.path().join("w.db"));
        let (_open, alive) = watch::channel(());
        let lane = Lane::start(&location, Purpose::Changing, 1, 8, &alive).unwrap();
        let (go, wait) = mpsc::channel::<()>();
        let (first, first_answer) = job::pack(move |connection: &mut DbConnection| {
            wait.recv_timeout(Duration::from_secs(5)).unwrap();
            execute("create table t (a integer) strict")(connection)
        });
        let (dropping, dropping_answer) = job::pack(execute("rollback"));
        let (later, later_answer) = job::pack(execute("create table t (a integer) strict"));
        for job in [first, dropping, later] {
            lane.submit(job).unwrap();
        }
        go.send(()).unwrap();
        assert!(matches!(first_answer.await.unwrap(), Err(StoreError::Unavailable(_))));
        assert!(matches!(dropping_answer.await.unwrap(), Err(StoreError::Unavailable(_))));
        // On a connection opened anew, and so without the first job's table.
        assert_eq!(later_answer.await.unwrap(), Ok(()));
    }
}
