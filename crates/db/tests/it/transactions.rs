//! What is kept, what is undone, and who is told.

use crate::schema::{ADD, BALANCE, BALANCE_LOCKED, LEND, MIGRATIONS, OPEN, SET};
use kazi_db::testing::{TestDb, on_both};
use kazi_db::{ConstraintKind, Db, DbError, Read, Tx, params};
use std::sync::atomic::{AtomicU32, Ordering};

fn open_account(db: &Db, id: i64, balance: i64) {
    db.write_blocking(move |tx: &mut Tx<'_>| {
        tx.execute(&OPEN, params![id, format!("account {id}"), balance])
    })
    .unwrap();
}

fn balance(db: &Db, id: i64) -> Result<i64, DbError> {
    db.read_blocking(move |read: &mut Read<'_>| read.query_one(&BALANCE, params![id], |row| row.get(0)))
}

fn in_threads(count: i64, work: impl Fn(i64) + Sync) {
    let work = &work;
    std::thread::scope(|scope| (0..count).for_each(|number| drop(scope.spawn(move || work(number)))));
}

#[test]
fn what_was_replied_to_is_there_for_the_next_reader_and_after_a_restart() {
    on_both(MIGRATIONS, |db| {
        in_threads(16, |id| {
            open_account(db, id, id * 10);
            assert_eq!(balance(db, id), Ok(id * 10));
        });
        db.reopen();
        for id in 0..16 {
            assert_eq!(balance(db, id), Ok(id * 10));
        }
    });
}

#[test]
fn work_that_fails_is_undone_and_its_neighbours_are_kept() {
    on_both(MIGRATIONS, |db| {
        in_threads(64, |id| {
            let outcome = db.write_blocking(move |tx: &mut Tx<'_>| {
                tx.execute(&OPEN, params![id, format!("account {id}"), 0])?;
                if id % 3 == 0 { Err(DbError::Stopped) } else { Ok(()) }
            });
            assert_eq!(outcome.is_err(), id % 3 == 0);
        });
        for id in 0..64 {
            assert_eq!(balance(db, id).is_ok(), id % 3 != 0);
        }
    });
}

#[test]
fn a_panic_is_an_error_and_the_threads_live_on() {
    on_both(MIGRATIONS, |db| {
        for id in 0..20 {
            let outcome: Result<(), DbError> = db.write_blocking(move |tx: &mut Tx<'_>| {
                tx.execute(&OPEN, params![id, format!("account {id}"), 0])?;
                panic!("surprise {id}")
            });
            assert_eq!(outcome, Err(DbError::Panicked(format!("surprise {id}"))));
            let outcome: Result<(), DbError> = db.read_blocking(|_: &mut Read<'_>| panic!("in a read"));
            assert_eq!(outcome, Err(DbError::Panicked("in a read".to_owned())));
            assert!(matches!(balance(db, id), Err(DbError::NoRow(_))));
        }
        open_account(db, 1, 5);
        assert_eq!(balance(db, 1), Ok(5));
    });
}

#[test]
fn a_swallowed_error_does_not_count_as_success() {
    on_both(MIGRATIONS, |db| {
        open_account(db, 1, 0);
        let outcome = db.write_blocking(|tx: &mut Tx<'_>| {
            tx.execute(&ADD, params![1, 7])?;
            drop(tx.execute(&OPEN, params![1, "again", 0]));
            Ok::<_, DbError>(())
        });
        assert!(outcome.unwrap_err().is_unique("account_pkey"));
        assert_eq!(balance(db, 1), Ok(0));
    });
}

#[test]
fn broken_rules_have_the_same_names_on_both_engines() {
    on_both(MIGRATIONS, |db| {
        open_account(db, 1, 0);
        let fails = |work: fn(&mut Tx<'_>) -> Result<u64, DbError>| match db.write_blocking(work) {
            Err(DbError::Constraint { kind, name }) => (kind, name),
            other => panic!("{other:?}"),
        };
        let unique = |name: &str| (ConstraintKind::Unique, name.to_owned());
        assert_eq!(fails(|tx| tx.execute(&OPEN, params![1, "x", 0])), unique("account_pkey"));
        assert_eq!(fails(|tx| tx.execute(&OPEN, params![2, "account 1", 0])), unique("account_name"));
        assert_eq!(
            fails(|tx| tx.execute(&OPEN, params![2, "x", -1])),
            (ConstraintKind::Check, "balance_not_negative".to_owned())
        );
        assert_eq!(
            fails(|tx| tx.execute(&OPEN, params![2, None::<&str>, 0])),
            (ConstraintKind::NotNull, "account.name".to_owned())
        );
        let insert = kazi_db::sql!("insert into entry (id, account, amount, note) values ($1, $2, 0, $3)");
        let fails = |id: u8, account: i64| {
            let work = move |tx: &mut Tx<'_>| tx.execute(insert, params![&[id], account, "note"]);
            match db.write_blocking(work) {
                Err(DbError::Constraint { kind, name }) => Some((kind, name)),
                _ => None,
            }
        };
        assert_eq!(fails(1, 1), None);
        assert_eq!(fails(1, 2), Some(unique("entry_pkey")));
        assert_eq!(fails(2, 1), Some(unique("entry_account_note_key")));
        assert_eq!(fails(2, 9).map(|(kind, _)| kind), Some(ConstraintKind::ForeignKey));
    });
}

#[test]
fn increments_are_never_lost() {
    on_both(MIGRATIONS, |db| {
        open_account(db, 1, 0);
        in_threads(16, |number| {
            for _ in 0..25 {
                // Half add in the statement, half read under a lock and write back.
                let outcome = db.write_blocking(move |tx: &mut Tx<'_>| {
                    if number % 2 == 0 {
                        return tx.execute(&ADD, params![1, 1]);
                    }
                    let balance = tx.query_one(&BALANCE_LOCKED, params![1], |row| row.get::<i64>(0))?;
                    tx.execute(&SET, params![1, balance + 1])
                });
                assert_eq!(outcome, Ok(1));
            }
        });
        assert_eq!(balance(db, 1), Ok(16 * 25));
    });
}

#[test]
fn each_is_lent_to_one_only() {
    on_both(MIGRATIONS, |db| {
        (0..100).for_each(|id| open_account(db, id, 0));
        let lent = std::sync::Mutex::new(Vec::new());
        in_threads(12, |_| {
            while let Some(id) = db
                .write_blocking(|tx: &mut Tx<'_>| tx.query_opt(&LEND, &[], |row| row.get::<i64>(0)))
                .unwrap()
            {
                lent.lock().unwrap().push(id);
            }
        });
        let mut lent = lent.into_inner().unwrap();
        lent.sort_unstable();
        assert_eq!(lent, (0..100).collect::<Vec<i64>>());
    });
}

#[test]
fn deadlocked_work_is_done_again_until_it_succeeds() {
    on_both(MIGRATIONS, |db| {
        open_account(db, 1, 0);
        open_account(db, 2, 0);
        static RUNS: AtomicU32 = AtomicU32::new(0);
        RUNS.store(0, Ordering::Relaxed);
        in_threads(2, |number| {
            let (first, second) = if number == 0 { (1, 2) } else { (2, 1) };
            let outcome = db.write_blocking(move |tx: &mut Tx<'_>| {
                RUNS.fetch_add(1, Ordering::Relaxed);
                tx.execute(&ADD, params![first, 1])?;
                std::thread::sleep(std::time::Duration::from_millis(100));
                tx.execute(&ADD, params![second, 1])
            });
            assert_eq!(outcome, Ok(1));
        });
        assert_eq!((balance(db, 1), balance(db, 2)), (Ok(2), Ok(2)));
        if db.engine() == kazi_db::Engine::Postgres {
            assert!(RUNS.load(Ordering::Relaxed) > 2, "the two did not meet");
        }
    });
}

#[test]
fn a_read_sees_one_snapshot_and_changes_nothing() {
    on_both(MIGRATIONS, |db| {
        open_account(db, 1, 0);
        let other: Db = Db::clone(db);
        let seen = db.read_blocking(move |read: &mut Read<'_>| {
            let before = read.query_one(&BALANCE, params![1], |row| row.get::<i64>(0))?;
            let other = other.clone();
            let adding = move || other.write_blocking(|tx: &mut Tx<'_>| tx.execute(&ADD, params![1, 1]));
            std::thread::spawn(adding).join().unwrap()?;
            let after = read.query_one(&BALANCE, params![1], |row| row.get::<i64>(0))?;
            Ok::<_, DbError>((before, after))
        });
        assert_eq!(seen, Ok((0, 0)));
        assert_eq!(balance(db, 1), Ok(1));
        let written =
            db.read_blocking(|read: &mut Read<'_>| read.query_opt(&LEND, &[], |row| row.get::<i64>(0)));
        assert!(written.is_err());
        let written = db.read_blocking(|read: &mut Read<'_>| {
            read.query_opt(kazi_db::sql!("update account set balance = 9 where id = 1"), &[], |_| Ok(()))
        });
        assert!(written.is_err());
        assert_eq!(balance(db, 1), Ok(1));
    });
}

#[test]
fn a_glance_asks_one_statement_and_changes_nothing() {
    on_both(MIGRATIONS, |db| {
        open_account(db, 1, 5);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let glance = |statements: usize| {
            runtime.block_on(db.glance(move |read: &mut Read<'_>| {
                let one = |_| read.query_one(&BALANCE, params![1], |row| row.get::<i64>(0));
                (0..statements).map(one).collect::<Result<Vec<_>, DbError>>()
            }))
        };
        assert_eq!(glance(1), Ok(vec![5]));
        assert!(matches!(glance(2), Err(DbError::Other(text)) if text.contains("one statement")));
        // Nothing of that refusal is left behind.
        assert_eq!(glance(1), Ok(vec![5]));
        let change = kazi_db::sql!("update account set balance = 9 where id = 1 returning balance");
        let written = runtime.block_on(
            db.glance(move |read: &mut Read<'_>| read.query_opt(change, &[], |row| row.get::<i64>(0))),
        );
        assert!(written.is_err());
        assert_eq!(balance(db, 1), Ok(5));
    });
}

#[test]
fn two_rows_where_one_was_meant_are_an_error() {
    on_both(MIGRATIONS, |db| {
        open_account(db, 1, 0);
        open_account(db, 2, 0);
        let all = kazi_db::sql!("select id from account");
        let found =
            db.read_blocking(move |read: &mut Read<'_>| read.query_opt(all, &[], |row| row.get::<i64>(0)));
        assert!(matches!(found, Err(DbError::Other(text)) if text.contains("more than one row")));
    });
}

#[test]
fn migrations_run_once_even_when_many_start_together() {
    on_both(&[], |db: &mut TestDb| {
        let applied = std::sync::Mutex::new(Vec::new());
        in_threads(4, |_| applied.lock().unwrap().push(Db::open(db.options()).unwrap().migrate(MIGRATIONS)));
        let mut applied: Vec<usize> = applied.into_inner().unwrap().into_iter().map(Result::unwrap).collect();
        applied.sort_unstable();
        assert_eq!(applied, [0, 0, 0, 1]);
    });
}

#[test]
fn posted_statements_are_kept_in_order_with_the_rest() {
    on_both(MIGRATIONS, |db| {
        let seen = db.write_blocking(|tx: &mut Tx<'_>| {
            tx.post(&OPEN, params![1, "one", 0])?;
            for _ in 0..1000 {
                tx.post(&ADD, params![1, 1])?;
            }
            let seen = tx.query_one(&BALANCE, params![1], |row| row.get::<i64>(0))?;
            tx.post(&ADD, params![1, 1])?;
            Ok::<_, DbError>(seen)
        });
        assert_eq!(seen, Ok(1000));
        assert_eq!(balance(db, 1), Ok(1001));
    });
}

#[test]
fn a_posted_statement_that_fails_is_never_lost() {
    on_both(MIGRATIONS, |db| {
        open_account(db, 1, 0);
        for last in [false, true] {
            for _ in 0..4 {
                let outcome = db.write_blocking(move |tx: &mut Tx<'_>| {
                    tx.post(&ADD, params![1, 1])?;
                    drop(tx.post(&OPEN, params![1, "again", 0]));
                    drop(tx.post(&ADD, params![1, 1]));
                    if !last {
                        drop(tx.query_one(&BALANCE, params![1], |row| row.get::<i64>(0)));
                    }
                    Ok::<_, DbError>(())
                });
                assert!(outcome.unwrap_err().is_unique("account_pkey"));
                assert_eq!(balance(db, 1), Ok(0));
            }
        }
    });
}

#[test]
fn work_that_fails_takes_what_it_posted_with_it() {
    on_both(MIGRATIONS, |db| {
        open_account(db, 1, 0);
        for panics in [false, true] {
            let outcome = db.write_blocking(move |tx: &mut Tx<'_>| {
                tx.post(&ADD, params![1, 1])?;
                assert!(!panics, "on purpose");
                Err::<(), _>(DbError::Stopped)
            });
            assert!(outcome.is_err());
            assert_eq!(balance(db, 1), Ok(0));
        }
    });
}

#[test]
fn a_finished_read_leaves_no_transaction_open_on_the_server() {
    let Some(db) = TestDb::postgres(MIGRATIONS) else { return eprintln!("skipped: KAZI_TEST_PG not set") };
    let idle = kazi_db::sql!(
        "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in%'"
    );
    open_account(&db, 1, 0);
    for _ in 0..50 {
        assert_eq!(balance(&db, 1), Ok(0));
        // The server hears of it a moment later.
        let patience = std::time::Instant::now() + std::time::Duration::from_secs(10);
        let open =
            || db.write_blocking(move |tx: &mut Tx<'_>| tx.query_one(idle, &[], |row| row.get::<i64>(0)));
        while open() != Ok(0) {
            assert!(std::time::Instant::now() < patience, "a transaction stays open");
        }
    }
}
