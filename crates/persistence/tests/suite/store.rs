//! The engine from outside: grouped commits, panics, overload, closing, several processes.

use std::{
    sync::mpsc,
    time::{Duration, Instant},
};

use domain::access::Permission;
use persistence::{Options, StartError, Store, StoreError, Unique, destinations};
use testkit::database::{Database, is_postgres};

use crate::fixture::{World, fresh};

/// Holds the writer until told to go on, so that what is asked meanwhile falls into one commit.
async fn hold(world: &World) -> (mpsc::Sender<()>, tokio::task::JoinHandle<Result<(), StoreError>>) {
    let (go, wait) = mpsc::channel();
    let (began, begins) = tokio::sync::oneshot::channel();
    let store = world.store.clone();
    let job = tokio::spawn(async move {
        store
            .change(move |_| {
                began.send(()).unwrap();
                wait.recv().map_err(|_| StoreError::Internal("nobody said go".to_owned()))
            })
            .await
    });
    begins.await.unwrap();
    (go, job)
}

#[tokio::test]
async fn in_a_grouped_commit_a_refused_job_undoes_only_itself() {
    let world = World::new().await;
    let taken = world.save(world.draft("Taken", 1)).await.unwrap().id;
    let (go, held) = hold(&world).await;
    let mut jobs = Vec::new();
    for number in 0..40 {
        let mut created = world.draft("Labs", number);
        if number % 4 == 0 {
            created.destination.id = taken;
        }
        let store = world.store.clone();
        jobs.push(tokio::spawn(async move {
            store
                .change(move |tx| {
                    destinations::create(tx, &created)?;
                    match number % 4 {
                        1 => Err(StoreError::Forbidden),
                        2 => panic!("a job that panics after it has written"),
                        _ => Ok(()),
                    }
                })
                .await
        }));
    }
    tokio::task::yield_now().await;
    go.send(()).unwrap();
    held.await.unwrap().unwrap();
    for (number, job) in jobs.into_iter().enumerate() {
        let expected = match number % 4 {
            0 => Err(StoreError::Duplicate(Unique::DestinationId)),
            1 => Err(StoreError::Forbidden),
            2 => Err(StoreError::Internal("a database job panicked".to_owned())),
            _ => Ok(()),
        };
        assert_eq!(job.await.unwrap(), expected, "job {number}");
    }
    assert_eq!(world.count("destinations"), 11);
    assert_eq!(world.count("audit_events"), 2 + 11);
}

#[tokio::test]
async fn a_panic_in_a_reading_job_is_answered_and_the_thread_goes_on() {
    let world = World::with(Options { readers: 1, queue: 8, ..Options::default() }).await;
    let answer: Result<(), StoreError> = world.store.read(|_| panic!("a reading job that panics")).await;
    assert_eq!(answer, Err(StoreError::Internal("a database job panicked".to_owned())));
    world.store.ping().await.unwrap();
}

#[tokio::test]
async fn a_job_may_fail_with_an_error_of_its_caller() {
    #[derive(Debug, PartialEq)]
    enum Fault {
        Own,
        Store(StoreError),
    }
    impl From<StoreError> for Fault {
        fn from(error: StoreError) -> Self {
            Self::Store(error)
        }
    }
    let world = World::new().await;
    let own: Result<(), Fault> = world.store.change(|_| Err(Fault::Own)).await;
    assert_eq!(own, Err(Fault::Own));
    world.store.close().await;
    let closed: Result<(), Fault> = world.store.read(|_| Ok(())).await;
    assert!(matches!(closed, Err(Fault::Store(StoreError::Unavailable(_)))));
}

#[tokio::test]
async fn a_full_queue_is_overload_at_once() {
    let world = World::with(Options { readers: 1, writers: 1, queue: 2 }).await;
    let (go, held) = hold(&world).await;
    let waiting: Vec<_> = (0..2)
        .map(|_| {
            let store = world.store.clone();
            tokio::spawn(async move { store.change(|_| Ok::<_, StoreError>(())).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(world.store.change(|_| Ok(())).await, Err(StoreError::Overloaded));
    go.send(()).unwrap();
    held.await.unwrap().unwrap();
    for job in waiting {
        job.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_read_of_several_queries_sees_one_state() {
    let world = World::new().await;
    let stored = world.save(world.draft("Labs", 1)).await.unwrap();
    let (scope, id) = (world.scope(Permission::DestinationsRead), stored.id);
    let deleted = stored.delete(false, &crate::fixture::act(2)).unwrap();
    let (read_once, was_read) = mpsc::channel();
    let (go, wait) = mpsc::channel::<()>();
    let store = world.store.clone();
    let reading = tokio::spawn(async move {
        store
            .read(move |tx| {
                destinations::get_for(tx, &scope, id)?;
                read_once.send(()).unwrap();
                wait.recv().unwrap();
                destinations::get_for(tx, &scope, id)
            })
            .await
    });
    tokio::task::yield_now().await;
    was_read.recv().unwrap();
    world.store.change(move |tx| destinations::delete(tx, &deleted)).await.unwrap();
    go.send(()).unwrap();
    assert_eq!(reading.await.unwrap(), Ok(stored));
    assert_eq!(world.get(id, scope).await, Err(StoreError::NotFound));
}

#[tokio::test]
async fn closing_finishes_what_waits_and_empties_the_log() {
    let world = World::new().await;
    let (go, held) = hold(&world).await;
    let (store, created) = (world.store.clone(), world.draft("Labs", 1));
    let waiting =
        tokio::spawn(async move { store.change(move |tx| destinations::create(tx, &created)).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    let store = world.store.clone();
    let closing = tokio::spawn(async move { store.close().await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    go.send(()).unwrap();
    held.await.unwrap().unwrap();
    waiting.await.unwrap().unwrap();
    closing.await.unwrap();
    assert!(matches!(world.store.ping().await, Err(StoreError::Unavailable(_))));
    if let Some(folder) = world.database.folder() {
        assert!(!folder.join("waypost.db-wal").exists());
    }
    let again = Store::open(&world.database.address(), Options::default()).unwrap();
    again.ping().await.unwrap();
    assert_eq!(world.count("destinations"), 1);
}

#[tokio::test]
async fn a_write_waits_for_another_process_that_holds_the_lock() {
    let world = World::new().await;
    let mut other = world.raw();
    let lock = if is_postgres() { "begin; lock table destinations" } else { "begin immediate" };
    other.execute(lock);
    let store = world.store.clone();
    let created = world.draft("Labs", 1);
    let start = Instant::now();
    let write = tokio::spawn(async move { store.change(move |tx| destinations::create(tx, &created)).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!write.is_finished());
    other.execute("commit");
    write.await.unwrap().unwrap();
    assert!(start.elapsed() >= Duration::from_millis(200));
}

#[tokio::test]
async fn two_processes_may_migrate_at_once() {
    let database = Database::fresh();
    let address = database.address();
    let stores: Vec<_> = (0..4).map(|_| Store::open(&address, Options::default()).unwrap()).collect();
    assert!(matches!(stores[0].ping().await, Err(StoreError::Unavailable(_))));
    let migrations: Vec<_> =
        stores.iter().cloned().map(|store| tokio::spawn(async move { store.migrate().await })).collect();
    for migration in migrations {
        migration.await.unwrap().unwrap();
    }
    for store in stores {
        store.ping().await.unwrap();
    }
}

#[tokio::test]
async fn what_is_not_a_database_is_refused_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("{}.db", fresh()));
    std::fs::write(&path, "This is not a database; it is longer than the header of one. ".repeat(20))
        .unwrap();
    let error = Store::open(path.to_str().unwrap(), Options::default()).map(|_| ()).unwrap_err();
    assert!(matches!(error, StartError::Open { .. }), "{error}");
    assert_eq!(error.to_string().lines().count(), 1);
    let nowhere = folder.path().join("missing").join("w.db");
    assert!(Store::open(nowhere.to_str().unwrap(), Options::default()).is_err());
}
