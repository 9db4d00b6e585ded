//! SQLite's writer: many jobs, one commit, and each job answers for itself.

use crate::schema::{BALANCE, MIGRATIONS, OPEN};
use kazi_db::testing::TestDb;
use kazi_db::{ConstraintKind, Db, DbError, Read, Tx, params};
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;
use tokio::task::JoinHandle;

/// Makes the writer busy, queues `jobs` behind it in this order, lets it go on. They become one batch.
async fn as_one_batch<T: Send + 'static>(
    db: &Db,
    jobs: Vec<impl Future<Output = T> + Send + 'static>,
) -> Vec<JoinHandle<T>> {
    let (release, released) = mpsc::channel::<()>();
    let released = Mutex::new(released);
    let busy = db.clone();
    let holding = tokio::spawn(async move {
        busy.write(move |_: &mut Tx<'_>| {
            // Ends with an error when the other side is dropped, which is the signal.
            released.lock().unwrap().recv().unwrap_err();
            Ok::<_, DbError>(())
        })
        .await
    });
    tokio::task::yield_now().await;
    // The writer must have taken the first job by itself.
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut handles = Vec::new();
    for job in jobs {
        handles.push(tokio::spawn(job));
        tokio::task::yield_now().await;
    }
    drop(release);
    holding.await.unwrap().unwrap();
    handles
}

fn on_tokio(work: impl Future) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
}

fn open(tx: &mut Tx<'_>, id: i64) -> Result<u64, DbError> {
    tx.execute(&OPEN, params![id, format!("account {id}"), 0])
}

fn is_there(db: &Db, id: i64) -> impl Future<Output = bool> {
    let read = db.clone();
    async move {
        let found =
            read.read(move |r: &mut Read<'_>| r.query_opt(&BALANCE, params![id], |row| row.get::<i64>(0)));
        found.await.unwrap().is_some()
    }
}

#[test]
fn nobody_is_answered_before_the_commit_of_the_whole_batch() {
    on_tokio(async {
        let db = TestDb::sqlite(MIGRATIONS);
        let last_has_run = Arc::new(AtomicBool::new(false));
        let jobs = (0..5).map(|id| {
            let (db, last_has_run) = (Db::clone(&db), Arc::clone(&last_has_run));
            async move {
                let ran = Arc::clone(&last_has_run);
                let work = move |tx: &mut Tx<'_>| {
                    if id == 4 {
                        std::thread::sleep(Duration::from_millis(200));
                        ran.store(true, Ordering::SeqCst);
                    }
                    open(tx, id)
                };
                db.write(work).await.unwrap();
                last_has_run.load(Ordering::SeqCst)
            }
        });
        for handle in as_one_batch(&db, jobs.collect()).await {
            assert!(handle.await.unwrap(), "a reply came before the commit");
        }
    });
}

/// A rule that is checked at the commit makes the commit of all fail.
#[test]
fn a_job_that_spoils_the_commit_fails_alone() {
    on_tokio(async {
        let db = TestDb::sqlite(MIGRATIONS);
        let jobs = (0..8).map(|id| {
            let db = Db::clone(&db);
            async move {
                let work = move |tx: &mut Tx<'_>| {
                    open(tx, id)?;
                    if id == 3 {
                        tx.execute(kazi_db::sql!("pragma defer_foreign_keys = on"), &[])?;
                        let entry =
                            kazi_db::sql!("insert into entry (id, account, amount) values ($1, 99, 0)");
                        tx.execute(entry, params![b"entry"])?;
                    }
                    Ok::<_, DbError>(())
                };
                db.write(work).await
            }
        });
        for (id, handle) in (0..).zip(as_one_batch(&db, jobs.collect()).await) {
            let outcome = handle.await.unwrap();
            assert_eq!(is_there(&db, id).await, outcome.is_ok());
            let refused =
                matches!(outcome, Err(DbError::Constraint { kind: ConstraintKind::ForeignKey, .. }));
            assert_eq!(refused, id == 3, "{id}: {outcome:?}");
        }
    });
}

#[test]
fn a_full_disk_refuses_what_does_not_fit_and_keeps_what_was_acknowledged() {
    on_tokio(async {
        let db = TestDb::sqlite(MIGRATIONS);
        set_pages(&db, 60).await;
        // 64 kB and 100 bytes take turns: some fit when others do not.
        let jobs = (0..40).map(|id| {
            let db = Db::clone(&db);
            async move {
                let name = "x".repeat(if id % 2 == 0 { 64_000 } else { 100 });
                db.write(move |tx: &mut Tx<'_>| tx.execute(&OPEN, params![id, format!("{id} {name}"), 0]))
                    .await
            }
        });
        let mut refused = 0;
        for (id, handle) in (0..).zip(as_one_batch(&db, jobs.collect()).await) {
            let outcome = handle.await.unwrap();
            assert_eq!(is_there(&db, id).await, outcome.is_ok(), "{id}: {outcome:?}");
            if let Err(error) = outcome {
                assert!(matches!(error, DbError::Full(_)), "{error:?}");
                refused += 1;
            }
        }
        assert!((1..40).contains(&refused), "{refused} of 40 were refused");
        set_pages(&db, 1_000_000).await;
        db.write(|tx: &mut Tx<'_>| open(tx, 1000)).await.unwrap();
        assert!(is_there(&db, 1000).await);
    });
}

async fn set_pages(db: &Db, pages: i64) {
    let pragma = if pages == 60 {
        kazi_db::sql!("pragma max_page_count = 60")
    } else {
        kazi_db::sql!("pragma max_page_count = 1000000")
    };
    let set = db.write(move |tx: &mut Tx<'_>| tx.query_one(pragma, &[], |row| row.get::<i64>(0))).await;
    assert_eq!(set, Ok(pages));
}

#[test]
fn another_program_that_holds_the_file_delays_work_and_does_not_lose_it() {
    on_tokio(async {
        let db = TestDb::sqlite(MIGRATIONS);
        let kazi_db::Options::Sqlite { path, .. } = db.options() else { panic!() };
        let other = rusqlite::Connection::open(path).unwrap();
        other.execute_batch("begin immediate").unwrap();
        let writing = tokio::spawn({
            let db = Db::clone(&db);
            async move { db.write(|tx: &mut Tx<'_>| open(tx, 1)).await }
        });
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(!writing.is_finished());
        other.execute_batch("commit").unwrap();
        assert_eq!(writing.await.unwrap(), Ok(1));
        assert!(db.health().await.is_ok());
    });
}

#[test]
fn work_that_waits_when_the_database_is_closed_is_still_done() {
    let mut db = TestDb::sqlite(MIGRATIONS);
    on_tokio(async {
        let jobs = (0..100).map(|id| {
            let db = Db::clone(&db);
            async move { db.write(move |tx: &mut Tx<'_>| open(tx, id)).await }
        });
        // Nobody waits for the replies.
        drop(as_one_batch(&db, jobs.collect()).await);
    });
    db.reopen();
    let count = kazi_db::sql!("select count(*) from account");
    let count = db.read_blocking(move |r: &mut Read<'_>| r.query_one(count, &[], |row| row.get::<i64>(0)));
    assert_eq!(count, Ok(100));
}
