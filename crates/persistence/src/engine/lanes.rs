//! The threads that own the connections. The only BEGIN is here.
//!
//! A reader runs each job in a transaction of its own, so that a job of several queries sees one state. SQLite has one
//! writer; it takes what is waiting, up to [`GROUP`] jobs, into one transaction with a savepoint per job, and answers
//! after COMMIT: one sync to disk serves them all, a job that fails undoes only itself, and an answered write is on
//! disk. PostgreSQL groups the commits of several writers by itself, so there each writer takes one job at a time.

use std::thread;

use crossbeam_channel::{Receiver, Sender, TrySendError};
use tokio::sync::watch;

use super::{
    connection::{DbConnection, Location, Purpose},
    job::Job,
    suspicion,
    transaction::{begin_changing, begin_reading, begin_savepoint, commit, rollback},
};
use crate::error::{StartError, StoreError};

/// At most so many jobs per commit, so that the first of them does not wait for long.
const GROUP: usize = 64;

/// Of a thread, in bytes: queries are built on the stack, deeper so in a debug build.
const STACK: usize = 2 << 20;

/// What a job in a queue needs around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Span {
    /// It makes one query, which sees one state by itself; or one write, after what it reads, which is kept as a
    /// whole by itself. For SQLite's writer this is a transaction like any other.
    Statement,
    /// A transaction.
    Transaction,
}

/// The queue in front of some threads.
pub(crate) struct Lane(Sender<Queued>);

type Queued = (Span, Box<dyn Job>);

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
            let (name, run): (_, fn(&Receiver<Queued>, Line)) = match purpose {
                Purpose::Reading => (format!("db-read-{number}"), read),
                Purpose::Changing | Purpose::Migrating if location.takes_many_writers() => {
                    (format!("db-write-{number}"), write_alone)
                }
                Purpose::Changing | Purpose::Migrating => ("db-write".to_owned(), write_grouped),
            };
            let work = move || {
                run(&jobs, line);
                drop(alive);
            };
            thread::Builder::new().name(name).stack_size(STACK).spawn(work).map_err(|error| {
                StartError::Open {
                    location: location.to_string(),
                    cause: format!("no thread for it: {error}"),
                }
            })?;
        }
        Ok(Self(sender))
    }

    /// Queues a job; a full queue refuses it, for a queue without end would only answer later and later.
    pub(crate) fn submit(&self, span: Span, job: Box<dyn Job>) -> Result<(), StoreError> {
        self.0.try_send((span, job)).map_err(|error| match error {
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

    /// The connection, in a transaction just begun. One that turns out to be lost is opened anew: nothing has been
    /// asked of it yet.
    fn begun(
        &mut self,
        begin: fn(&mut DbConnection) -> diesel::QueryResult<()>,
    ) -> Result<&mut DbConnection, StoreError> {
        if let Err(error) = begin(self.connection()?) {
            self.give_up(&error);
            begin(self.connection()?).map_err(|error| self.give_up(&error))?;
        }
        self.connection()
    }

    /// Closes what no longer obeys; the database rolls back whatever was open in it.
    fn give_up(&mut self, error: &diesel::result::Error) -> StoreError {
        self.open = None;
        tracing::error!(error = %error, "a database connection failed and is opened anew");
        StoreError::Unavailable(error.to_string())
    }

    /// Closes the connection if an error since the last time makes one doubt it, and it does not answer any more or
    /// has been given up already.
    fn drop_if_lost(&mut self) -> bool {
        let is_lost =
            suspicion::take_doubt() && self.open.as_mut().is_none_or(|connection| !connection.is_alive());
        if is_lost {
            self.open = None;
            tracing::warn!("a database connection was lost and is opened anew");
        }
        is_lost
    }
}

fn lost() -> StoreError {
    StoreError::Unavailable("the connection was lost".to_owned())
}

fn read(jobs: &Receiver<Queued>, mut line: Line) {
    for (span, mut job) in jobs {
        if job.is_abandoned() {
            continue;
        }
        let mut ended = read_once(&mut line, span, job.as_mut());
        if line.drop_if_lost() {
            // Reading twice does no harm, so the caller of a read sees nothing of a connection that was cut.
            ended = read_once(&mut line, span, job.as_mut());
            if line.drop_if_lost() {
                ended = Err(lost());
            }
        }
        job.deliver(ended);
    }
}

fn read_once(line: &mut Line, span: Span, job: &mut dyn Job) -> Result<(), StoreError> {
    match span {
        Span::Statement => {
            job.run(line.connection()?);
        }
        Span::Transaction => {
            let connection = line.begun(begin_reading)?;
            job.run(connection);
            // There is nothing to keep; what was read stays true even if ending the transaction fails.
            if let Err(error) = rollback(connection) {
                line.give_up(&error);
            }
        }
    }
    Ok(())
}

fn write_alone(jobs: &Receiver<Queued>, mut line: Line) {
    for (span, mut job) in jobs {
        if job.is_abandoned() {
            continue;
        }
        let ended = match span {
            Span::Statement => line.connection().map(|connection| {
                job.run(connection);
            }),
            Span::Transaction => write_once(&mut line, job.as_mut()),
        };
        let ended = if line.drop_if_lost() { Err(lost()) } else { ended };
        job.deliver(ended);
    }
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

fn write_grouped(jobs: &Receiver<Queued>, mut line: Line) {
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

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, time::Duration};

    use diesel::connection::SimpleConnection;
    use testkit::database::{Database, is_postgres};

    use super::*;
    use crate::engine::job;

    fn execute(sql: &'static str) -> impl FnOnce(&mut DbConnection) -> Result<(), StoreError> + Send {
        move |connection| Ok(connection.batch_execute(sql)?)
    }

    const TABLE: &str = "create table t (a integer)";

    fn writer(database: &Database, alive: &watch::Receiver<()>) -> Lane {
        let location = Location::parse(&database.address()).unwrap();
        Lane::start(&location, Purpose::Changing, 1, 8, alive).unwrap()
    }

    /// SQLite rolls a whole transaction back by itself when the disk is full or fails.
    #[tokio::test]
    async fn when_the_database_drops_the_transaction_no_job_of_the_group_is_answered_as_done() {
        let database = Database::fresh();
        if is_postgres() {
            return; // There are no groups.
        }
        let (_open, alive) = watch::channel(());
        let lane = writer(&database, &alive);
        let (go, wait) = mpsc::channel::<()>();
        let (first, first_answer) = job::pack_once(move |connection: &mut DbConnection| {
            wait.recv_timeout(Duration::from_secs(5)).unwrap();
            execute(TABLE)(connection)
        });
        let (dropping, dropping_answer) = job::pack_once(execute("rollback"));
        let (later, later_answer) = job::pack_once(execute(TABLE));
        for job in [first, dropping, later] {
            lane.submit(Span::Transaction, job).unwrap();
        }
        go.send(()).unwrap();
        assert!(matches!(first_answer.await.unwrap(), Err(StoreError::Unavailable(_))));
        assert!(matches!(dropping_answer.await.unwrap(), Err(StoreError::Unavailable(_))));
        // On a connection opened anew, and so without the first job's table.
        assert_eq!(later_answer.await.unwrap(), Ok(()));
    }

    /// PostgreSQL answers COMMIT of a transaction in which a statement failed with a rollback that looks like success.
    #[tokio::test]
    async fn a_job_that_makes_light_of_an_error_is_not_answered_as_done_if_nothing_was_kept() {
        let database = Database::fresh();
        let (_open, alive) = watch::channel(());
        let lane = writer(&database, &alive);
        let (careless, answer) = job::pack_once(|connection: &mut DbConnection| {
            execute(TABLE)(connection)?;
            drop(connection.batch_execute("insert into nowhere values (1)"));
            Ok::<_, StoreError>(())
        });
        lane.submit(Span::Transaction, careless).unwrap();
        let was_kept = answer.await.unwrap().is_ok();
        assert_eq!(database.raw().try_execute("insert into t values (1)").is_ok(), was_kept);
        let (later, answer) = job::pack_once(execute("create table u (a integer)"));
        lane.submit(Span::Transaction, later).unwrap();
        assert_eq!(answer.await.unwrap(), Ok(()));
    }

    #[tokio::test]
    async fn a_connection_that_was_cut_fails_one_write_and_no_read() {
        let database = Database::fresh();
        if !is_postgres() {
            return; // A file is not cut off.
        }
        database.raw().execute("create table t (a integer)");
        let (_open, alive) = watch::channel(());
        let location = Location::parse(&database.address()).unwrap();
        let cut = |database: &Database| {
            let schema = database.address();
            let schema = schema.rsplit("%3D").next().unwrap();
            database.raw().execute(&format!(
                "select pg_terminate_backend(pid) from pg_stat_activity
                 where query like '%{schema}%' and pid <> pg_backend_pid()"
            ));
        };
        for (purpose, span) in [(Purpose::Changing, Span::Transaction), (Purpose::Reading, Span::Statement)] {
            let lane = Lane::start(&location, purpose, 1, 8, &alive).unwrap();
            let schema = database.address().rsplit("%3D").next().unwrap().to_owned();
            let mut answers = Vec::new();
            for round in 0..3 {
                let sql = format!("select a from t /* {schema} */");
                let work =
                    move |connection: &mut DbConnection| Ok::<_, StoreError>(connection.batch_execute(&sql)?);
                let (job, answer) = job::pack(work);
                lane.submit(span, job).unwrap();
                answers.push(answer.await.unwrap().is_ok());
                if round == 0 {
                    cut(&database);
                }
            }
            match purpose {
                // Beginning a transaction shows the loss before anything was asked.
                Purpose::Changing | Purpose::Reading => {
                    assert_eq!(answers, [true, true, true], "{purpose:?}")
                }
                Purpose::Migrating => unreachable!(),
            }
        }
    }
}
