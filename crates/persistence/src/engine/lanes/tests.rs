//! Groups, shared transactions, lost connections.

use std::{sync::mpsc, time::Duration};

use diesel::connection::SimpleConnection;
use testkit::database::{Database, is_postgres};

use super::*;
use crate::engine::job;

fn execute(sql: &'static str) -> impl FnOnce(&mut DbConnection) -> Result<(), StoreError> + Send {
    move |connection| Ok(connection.batch_execute(sql)?)
}

const TABLE: &str = "create table t (a integer)";

fn writer(database: &Database, alive: watch::Receiver<()>) -> Lane {
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
    let lane = writer(&database, alive);
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
    let lane = writer(&database, alive);
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

/// Inserts into `t` that all wait when the writer comes to them; how each ended, and in how many transactions the rows
/// that are there were written.
async fn inserted_together(values: &[i32]) -> (Vec<bool>, Vec<String>) {
    let database = Database::fresh();
    database.raw().execute("create table t (a integer primary key)");
    let (_open, alive) = watch::channel(());
    let lane = writer(&database, alive);
    let (go, wait) = mpsc::channel::<()>();
    let (first, _answer) = job::pack_once(move |_: &mut DbConnection| {
        wait.recv_timeout(Duration::from_secs(5)).unwrap();
        Ok::<_, StoreError>(())
    });
    lane.submit(Span::Transaction, first).unwrap();
    let mut answers = Vec::new();
    for value in values {
        let sql = format!("insert into t values ({value})");
        let work = move |inner: &mut DbConnection| Ok::<_, StoreError>(inner.batch_execute(&sql)?);
        let (job, answer) = job::pack(work);
        lane.submit(Span::Statement, job).unwrap();
        answers.push(answer);
    }
    go.send(()).unwrap();
    let mut ended = Vec::new();
    for answer in answers {
        ended.push(answer.await.unwrap().is_ok());
    }
    let counts =
        "select count(*) || ' rows, ' || count(distinct xmin::text) || ' transactions' as value from t";
    (ended, database.raw().texts(counts))
}

#[tokio::test]
async fn writes_of_one_statement_that_wait_share_a_transaction() {
    if is_postgres() {
        let (ended, found) = inserted_together(&[1, 2, 3]).await;
        assert_eq!((ended, found), (vec![true; 3], vec!["3 rows, 1 transactions".to_owned()]));
    }
}

#[tokio::test]
async fn of_writes_that_share_a_transaction_one_that_fails_undoes_only_itself() {
    if is_postgres() {
        let (ended, found) = inserted_together(&[1, 2, 2, 3]).await;
        assert_eq!(ended, [true, true, false, true]);
        assert_eq!(found, ["3 rows, 3 transactions"]);
    }
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
        let lane = Lane::start(&location, purpose, 1, 8, alive.clone()).unwrap();
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

#[tokio::test]
async fn a_lane_gets_its_other_threads_when_a_job_comes_while_another_is_under_way() {
    let database = Database::fresh();
    let (_open, alive) = watch::channel(());
    let location = Location::parse(&database.address()).unwrap();
    // Makes the file.
    let _writer = writer(&database, alive.clone());
    let lane = Lane::start(&location, Purpose::Reading, 2, 8, alive).unwrap();
    for _ in 0..3 {
        let (job, answer) = job::pack_once(execute("select 1"));
        lane.submit(Span::Statement, job).unwrap();
        answer.await.unwrap().unwrap();
    }
    assert!(!lane.widened.is_completed());
    let (go, wait) = mpsc::channel::<()>();
    let (first, first_answer) = job::pack_once(move |_: &mut DbConnection| {
        wait.recv_timeout(Duration::from_secs(5)).unwrap();
        Ok::<_, StoreError>(())
    });
    let (second, second_answer) = job::pack_once(execute("select 1"));
    lane.submit(Span::Statement, first).unwrap();
    lane.submit(Span::Statement, second).unwrap();
    // It is done while the first one holds the first thread.
    second_answer.await.unwrap().unwrap();
    go.send(()).unwrap();
    first_answer.await.unwrap().unwrap();
}
