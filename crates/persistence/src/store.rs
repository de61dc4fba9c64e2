//! The door: jobs go in, results come out. What a job may do is what [`Reading`] and [`Changing`] let it.

use std::{
    ops::{Deref, DerefMut},
    sync::{Arc, PoisonError, RwLock},
};

use tokio::sync::{oneshot, watch};

use crate::{
    engine::{
        connection::{DbConnection, Location, Purpose},
        job::{self, Job},
        lanes::{Lane, Span},
        migrate::{self, Standing},
    },
    error::{StartError, StoreError},
};

/// How a store is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Threads that read; each has a connection of its own.
    pub readers: usize,
    /// Threads that write, likewise. SQLite takes one, whatever this says.
    pub writers: usize,
    /// Jobs that may wait for the readers, and as many for the writer; one more is [`StoreError::Overloaded`].
    pub queue: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { readers: 4, writers: 2, queue: 1_024 }
    }
}

/// An open database. Clones share it.
#[derive(Clone)]
pub struct Store(Arc<Shared>);

struct Shared {
    location: Location,
    readers: RwLock<Option<Lane>>,
    writer: RwLock<Option<Lane>>,
    /// Counts the threads whose connections are open: each holds a receiver.
    open_connections: watch::Sender<()>,
}

/// A read transaction: every query in it sees the same state.
pub struct Reading<'a>(pub(crate) &'a mut DbConnection);

/// A write transaction: kept as a whole if the job answers `Ok`, dropped as a whole if not.
pub struct Changing<'a>(Reading<'a>);

#[cfg(test)]
impl<'a> Changing<'a> {
    /// For tests of queries: in whatever transaction the connection is in, even none.
    pub(crate) fn on(connection: &'a mut DbConnection) -> Self {
        Self(Reading(connection))
    }
}

impl<'a> Deref for Changing<'a> {
    type Target = Reading<'a>;

    fn deref(&self) -> &Reading<'a> {
        &self.0
    }
}

impl<'a> DerefMut for Changing<'a> {
    fn deref_mut(&mut self) -> &mut Reading<'a> {
        &mut self.0
    }
}

impl Store {
    /// Opens `sqlite://<path>`, `sqlite://:memory:`, a bare path or `postgres://...`, with one thread that reads and one
    /// that writes; the others come when there is work for more than one. Changes nothing in it but creates a missing
    /// file (not its folder); tables come with [`Store::migrate`].
    pub fn open(address: &str, options: Options) -> Result<Self, StartError> {
        let location = Location::parse(address)?;
        let (open_connections, alive) = watch::channel(());
        let writers = if location.takes_many_writers() { options.writers } else { 1 };
        let start =
            |purpose, threads| Lane::start(&location, purpose, threads, options.queue.max(1), alive.clone());
        // The writer first: it may be the one to create the file.
        let writer = RwLock::new(Some(start(Purpose::Changing, writers)?));
        let readers = RwLock::new(Some(start(Purpose::Reading, options.readers)?));
        Ok(Self(Arc::new(Shared { location, readers, writer, open_connections })))
    }

    /// Applies the migrations that are missing, all of them or none. Refuses a database that a newer program has
    /// migrated.
    pub async fn migrate(&self) -> Result<(), StartError> {
        self.change(|tx| migrate::apply(tx.0.0)).await
    }

    /// Runs a job that only reads, in a transaction: all its queries see the same state. It may be run twice, if the
    /// connection turns out to be lost.
    pub async fn read<T, E>(
        &self,
        job: impl FnMut(&mut Reading<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.read_within(Span::Transaction, job).await
    }

    /// [`Store::read`] for a job of a single query, or of several that need not see one state: saves the transaction,
    /// and with it two ways to the server and back.
    pub async fn read_one<T, E>(
        &self,
        job: impl FnMut(&mut Reading<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.read_within(Span::Statement, job).await
    }

    async fn read_within<T, E>(
        &self,
        span: Span,
        mut job: impl FnMut(&mut Reading<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (job, answer) = job::pack(move |connection: &mut DbConnection| job(&mut Reading(connection)));
        submit(&self.0.readers, span, job)?;
        settle(answer).await
    }

    /// Runs a job that writes. What it wrote is on disk when this answers `Ok`, and undone when it answers `Err`.
    ///
    /// A job does nothing slow (no hashing, sealing or HTTP): all writes wait for each other.
    pub async fn change<T, E>(
        &self,
        job: impl FnOnce(&mut Changing<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let work = move |connection: &mut DbConnection| job(&mut Changing(Reading(connection)));
        let (job, answer) = job::pack_once(work);
        submit(&self.0.writer, Span::Transaction, job)?;
        settle(answer).await
    }

    /// [`Store::change`] on PostgreSQL without a transaction of its own, for a job whose last statement is its only write
    /// and waits for no lock. It may be run again, as long as nothing of it is kept. If the connection is lost, whether it
    /// has written is for the job to know.
    pub(crate) async fn change_at_once<T, E>(
        &self,
        mut job: impl FnMut(&mut Changing<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let work = move |connection: &mut DbConnection| job(&mut Changing(Reading(connection)));
        let (job, answer) = job::pack(work);
        submit(&self.0.writer, Span::Statement, job)?;
        settle(answer).await
    }

    /// Whether other nodes may use this database too.
    pub fn is_shared(&self) -> bool {
        self.has_many_writers()
    }

    /// Whether several jobs write at the same time.
    pub(crate) fn has_many_writers(&self) -> bool {
        self.0.location.takes_many_writers()
    }

    /// Whether requests can be served: the database can be read and locked for writing, and is migrated.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let standing = self.read(|tx| migrate::standing(tx.0)).await?;
        match standing {
            Standing::Current => self.change(|_| Ok(())).await,
            Standing::Behind => Err(StoreError::Unavailable("migrations are missing".to_owned())),
            Standing::Newer(version) => Err(StoreError::Unavailable(StartError::Newer(version).to_string())),
        }
    }

    /// Takes no more jobs, finishes those waiting, and closes the connections; the last one moves the log into the
    /// database file.
    pub async fn close(&self) {
        for lane in [&self.0.readers, &self.0.writer] {
            lane.write().unwrap_or_else(PoisonError::into_inner).take();
        }
        self.0.open_connections.closed().await;
    }
}

fn submit(lane: &RwLock<Option<Lane>>, span: Span, job: Box<dyn Job>) -> Result<(), StoreError> {
    match lane.read().unwrap_or_else(PoisonError::into_inner).as_ref() {
        Some(lane) => lane.submit(span, job),
        None => Err(StoreError::Unavailable("the store is closed".to_owned())),
    }
}

async fn settle<T, E: From<StoreError>>(answer: oneshot::Receiver<Result<T, E>>) -> Result<T, E> {
    answer.await.unwrap_or_else(|_| Err(StoreError::Internal("a database thread ended".to_owned()).into()))
}
