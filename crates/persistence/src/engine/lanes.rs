//! The threads that own the connections. The only BEGIN is here.
//!
//! A reader runs each job in a transaction of its own, so that a job of several queries sees one state. SQLite has one
//! writer; it takes what is waiting, up to 64 jobs, into one transaction with a savepoint per job, and answers
//! after COMMIT: one sync to disk serves them all, a job that fails undoes only itself, and an answered write is on
//! disk. PostgreSQL has several writers. Each takes one job at a time, but for jobs of a single write: those that wait go
//! into one transaction, and if any statement in it fails, each is run again by itself.

mod marked;
mod write;

use std::{
    sync::{Arc, Mutex, Once, PoisonError},
    thread,
};

use crossbeam_channel::{Receiver, Sender, TrySendError};
use tokio::sync::watch;

use self::{
    marked::Marked,
    write::{write_grouped, write_in_turn},
};
use super::{
    connection::{DbConnection, Location, Purpose},
    job::Job,
    suspicion,
    transaction::{begin_reading, rollback},
};
use crate::error::{StartError, StoreError};

/// Of a thread, in bytes: queries are built on the stack, deeper so in a debug build.
const STACK: usize = 2 << 20;

/// What a job in a queue needs around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Span {
    /// It makes one query, which sees one state by itself; or one write, after what it reads, which is kept as a
    /// whole by itself, and waits for no lock. It can be run again. For SQLite's writer this is a transaction like any
    /// other.
    Statement,
    /// A transaction.
    Transaction,
}

/// The queue in front of some threads, which end when it is dropped and empty.
pub(crate) struct Lane {
    queue: Sender<Queued>,
    /// Gone when there are as many threads as there are to be.
    crew: Mutex<Option<Crew>>,
    widened: Once,
    /// Clones of it are with the jobs under way, until the lane is widened.
    mark: Arc<()>,
}

type Queued = (Span, Box<dyn Job>);

impl Lane {
    /// Starts the first thread; the others come with the first job that finds another one under way. Its connection is
    /// opened here, to learn whether there is a database; but a reader of a server opens it meanwhile. Each thread holds
    /// a clone of `alive` for as long as its connection is open.
    pub(crate) fn start(
        location: &Location,
        purpose: Purpose,
        threads: usize,
        queue: usize,
        alive: watch::Receiver<()>,
    ) -> Result<Self, StartError> {
        let (queue, jobs) = crossbeam_channel::bounded(queue);
        let crew = Crew { location: location.clone(), purpose, threads, jobs, alive };
        let opens_later = purpose == Purpose::Reading && location.takes_many_writers();
        let open = if opens_later { None } else { Some(location.open(purpose)?) };
        crew.add(0, open).map_err(|error| StartError::Open {
            location: location.to_string(),
            cause: format!("no thread for it: {error}"),
        })?;
        Ok(Self { queue, crew: Mutex::new(Some(crew)), widened: Once::new(), mark: Arc::default() })
    }

    fn widen(&self) {
        let crew = self.crew.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(crew) = crew else { return };
        for number in 1..crew.threads {
            if let Err(error) = crew.add(number, None) {
                tracing::warn!(error = %error, "a thread for the database cannot be started");
            }
        }
    }

    /// Queues a job; a full queue refuses it, for a queue without end would only answer later and later.
    pub(crate) fn submit(&self, span: Span, mut job: Box<dyn Job>) -> Result<(), StoreError> {
        if !self.widened.is_completed() {
            job = Box::new(Marked { job, mark: self.mark.clone() });
            // This job's, and the lane's own.
            if Arc::strong_count(&self.mark) > 2 {
                self.widened.call_once(|| self.widen());
            }
        }
        self.queue.try_send((span, job)).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::Overloaded,
            TrySendError::Disconnected(_) => StoreError::Unavailable("its threads have ended".to_owned()),
        })
    }
}

/// What the threads of a lane have in common.
struct Crew {
    location: Location,
    purpose: Purpose,
    threads: usize,
    jobs: Receiver<Queued>,
    alive: watch::Receiver<()>,
}

impl Crew {
    fn add(&self, number: usize, open: Option<DbConnection>) -> std::io::Result<()> {
        let mut line = Line { location: self.location.clone(), purpose: self.purpose, open };
        let (jobs, alive) = (self.jobs.clone(), self.alive.clone());
        let (name, run): (_, fn(&Receiver<Queued>, Line)) = match self.purpose {
            Purpose::Reading => (format!("db-read-{number}"), read),
            Purpose::Changing | Purpose::Migrating if self.location.takes_many_writers() => {
                (format!("db-write-{number}"), write_in_turn)
            }
            Purpose::Changing | Purpose::Migrating => ("db-write".to_owned(), write_grouped),
        };
        let work = move || {
            if let Err(error) = line.connection() {
                tracing::warn!(error = %error, "no database connection; the first job tries again");
            }
            run(&jobs, line);
            drop(alive);
        };
        thread::Builder::new().name(name).stack_size(STACK).spawn(work).map(drop)
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

#[cfg(test)]
mod tests;
