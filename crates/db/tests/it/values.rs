//! Values, rows, bulk inserts, streams and the statement checks.

use crate::schema::{self, ENTRIES, MIGRATIONS, OPEN, TOTALS};
use kazi_db::testing::{TestDb, on_both};
use kazi_db::{BulkInsert, ConstraintKind, DbError, Migration, Read, Sql, Tx, Value, check, params};
use proptest::prelude::*;

#[test]
fn values_come_back_as_they_went_in() {
    on_both(MIGRATIONS, |db| {
        db.write_blocking(|tx: &mut Tx<'_>| {
            tx.execute(&OPEN, params![i64::MAX, "Amina ✍ 'quoted' $1", 1_u32])?;
            let row = [
                Value::from(&[0_u8, 255, 7]),
                Value::from(i64::MAX),
                Value::from(i64::MIN),
                Value::from(-0.1),
                Value::from(None::<&str>),
            ];
            tx.insert_many(&ENTRIES, [row])
        })
        .unwrap();
        let entry = kazi_db::sql!(
            "select e.id, account, amount, rate, note, a.name from entry e join account a on a.id = account"
        );
        db.read_blocking(move |read: &mut Read<'_>| {
            read.query_one(entry, &[], |row| {
                assert_eq!(row.get::<[u8; 3]>(0)?, [0, 255, 7]);
                assert_eq!(row.get::<&[u8]>("id")?, [0, 255, 7]);
                assert_eq!(row.get::<i64>(1)?, i64::MAX);
                assert_eq!(row.get::<i64>("amount")?, i64::MIN);
                assert_eq!(row.get::<f64>(3)?.to_bits(), (-0.1_f64).to_bits());
                assert_eq!(row.get::<Option<String>>(4)?, None);
                assert_eq!(row.get::<&str>("name")?, "Amina ✍ 'quoted' $1");
                for error in [row.get::<i32>(1).err(), row.get::<String>(1).err(), row.get::<&str>(4).err()] {
                    assert!(matches!(error, Some(DbError::Decode(_))));
                }
                assert!(row.get::<i64>(9).is_err());
                assert!(row.get::<i64>("nothing").is_err());
                Ok(())
            })
        })
        .unwrap();
    });
}

/// Any value that both engines can keep.
fn any_row() -> impl Strategy<Value = (i64, f64, String, Vec<u8>, bool)> {
    let real = any::<f64>().prop_map(|n| if n.is_nan() || n == 0.0 { 0.0 } else { n });
    let text = any::<String>().prop_map(|text| text.replace('\0', ""));
    (any::<i64>(), real, text, any::<Vec<u8>>(), any::<bool>())
}

#[test]
fn any_value_comes_back_as_it_went_in() {
    let kept = Migration {
        version: 1,
        name: "kept",
        sql: "create table kept (id BIGINT primary key, n BIGINT, r DOUBLE, t TEXT, b BLOB)",
    };
    static KEEP: BulkInsert = BulkInsert::new("kept", &["id", "n", "r", "t", "b"]);
    let put = kazi_db::sql!("insert into kept (id, n, r, t, b) values ($1, $2, $3, $4, $5)");
    let get = kazi_db::sql!("select n, r, t, b from kept where id = $1");
    on_both(&[kept], |db| {
        let ids = std::sync::atomic::AtomicI64::new(0);
        let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(50));
        let outcome = runner.run(&any_row(), |(n, r, t, b, in_bulk)| {
            let id = ids.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let given = (n, r, t.clone(), b.clone());
            let write = move |tx: &mut Tx<'_>| {
                let row = [id.into(), n.into(), r.into(), Value::from(&t), Value::from(&b)];
                if in_bulk { tx.insert_many(&KEEP, [row]) } else { tx.execute(put, &row) }
            };
            prop_assert_eq!(db.write_blocking(write), Ok(1));
            let read = move |read: &mut Read<'_>| {
                read.query_one(get, params![id], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
                })
            };
            prop_assert_eq!(db.read_blocking(read), Ok::<_, DbError>(given));
            Ok(())
        });
        outcome.unwrap();
    });
}

#[test]
fn placeholders_are_told_apart_by_number_and_used_twice() {
    on_both(MIGRATIONS, |db| {
        let text =
            kazi_db::sql!("select cast($2 as bigint) * 100 + cast($1 as bigint) * 10 + cast($2 as bigint)");
        let found = db.read_blocking(move |read: &mut Read<'_>| {
            read.query_one(text, params![4, 2], |row| row.get::<i64>(0))
        });
        assert_eq!(found, Ok(242));
        let found = db.read_blocking(move |read: &mut Read<'_>| {
            read.query_one(text, params![4], |row| row.get::<i64>(0))
        });
        assert!(matches!(found, Err(DbError::Other(text)) if text.contains("wants 2 values, was given 1")));
    });
}

#[test]
fn what_one_engine_cannot_keep_neither_takes() {
    on_both(MIGRATIONS, |db| {
        let outcome = db.write_blocking(|tx: &mut Tx<'_>| tx.execute(&OPEN, params![1, "nul \0", 0]));
        assert!(matches!(outcome, Err(DbError::BadText)));
        let number = kazi_db::sql!("select cast($1 as double precision)");
        let outcome = db
            .read_blocking(move |read: &mut Read<'_>| read.query_one(number, params![f64::NAN], |_| Ok(())));
        assert!(matches!(outcome, Err(DbError::BadValue(_))));
    });
}

/// `count` entries on account 1 with amounts 0, 1, 2…
fn entries(count: i64) -> impl Iterator<Item = [Value<'static>; 5]> {
    (0..count).map(|n| {
        let id = n.to_be_bytes().to_vec();
        [id.into(), 1_i64.into(), n.into(), 0.5.into(), format!("note {n}").into()]
    })
}

fn fill(db: &TestDb, count: i64) -> Result<u64, DbError> {
    db.write_blocking(move |tx: &mut Tx<'_>| {
        tx.execute(&OPEN, params![1, "one", 0])?;
        tx.insert_many(&ENTRIES, entries(count))
    })
}

#[test]
fn many_rows_go_in_at_once_and_stream_out() {
    on_both(MIGRATIONS, |db| {
        assert_eq!(fill(db, 20_000), Ok(20_000));
        let totals = db.read_blocking(|read: &mut Read<'_>| {
            read.query_one(&TOTALS, &[], |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?)))
        });
        assert_eq!(totals, Ok((20_000, 19_999 * 10_000)));
        let all = kazi_db::sql!("select amount from entry order by id");
        let read = db.read_blocking(move |read: &mut Read<'_>| {
            let mut next = 0;
            read.for_each(all, &[], |row| {
                assert_eq!(row.get::<i64>(0)?, next);
                next += 1;
                Ok(())
            })?;
            // Stopping in the middle leaves the link usable.
            let mut seen = 0;
            let stopped = read.for_each(all, &[], |_| {
                seen += 1;
                if seen == 10 { Err(DbError::Stopped) } else { Ok(()) }
            });
            assert_eq!((stopped, seen), (Err(DbError::Stopped), 10));
            read.query_one(&TOTALS, &[], |row| row.get::<i64>(0))?;
            Ok::<_, DbError>(next)
        });
        assert_eq!(read, Ok(20_000));
    });
}

#[test]
fn a_bulk_insert_that_breaks_a_rule_leaves_nothing() {
    on_both(MIGRATIONS, |db| {
        let outcome = db.write_blocking(|tx: &mut Tx<'_>| {
            tx.execute(&OPEN, params![1, "one", 0])?;
            tx.insert_many(&ENTRIES, entries(100).chain(entries(1)))
        });
        assert!(matches!(outcome, Err(DbError::Constraint { kind: ConstraintKind::Unique, .. })));
        let short = |tx: &mut Tx<'_>| tx.insert_many(&ENTRIES, [[Value::Null]]);
        assert!(matches!(db.write_blocking(short), Err(DbError::Other(_))));
        assert_eq!(fill(db, 5), Ok(5));
    });
}

#[test]
fn statements_are_checked_on_both_engines() {
    on_both(MIGRATIONS, |db| {
        assert_eq!(check::prepare_all(db, schema::ALL), Ok(()));
        static WRONG: Sql = Sql::new("WRONG", "select nothing from account");
        static RIGHT: Sql = Sql::new("RIGHT", "select id from account");
        let complaints = check::prepare_all(db, &[&RIGHT, &WRONG]).unwrap_err();
        assert_eq!(complaints.len(), 1);
        assert!(complaints[0].starts_with("WRONG: "), "{}", complaints[0]);
    });
}

#[test]
fn placeholders_that_postgres_takes_for_another_type_are_found() {
    let Some(db) = TestDb::postgres(MIGRATIONS) else { return eprintln!("skipped: KAZI_TEST_PG not set") };
    static ODD: Sql = Sql::new("ODD", "select id from account where id = $1 and balance > 4 * ($2 + 1)");
    static EVEN: Sql = Sql::new("EVEN", "select id from account where id = $1 limit $2");
    assert_eq!(check::prepare_all(&db, &[&EVEN]), Ok(()));
    assert_eq!(check::prepare_all(&db, &[&ODD]), Err(vec!["ODD: $2 is int4: cast it".to_owned()]));
}

#[test]
fn scans_of_large_tables_are_found() {
    let db = TestDb::sqlite(MIGRATIONS);
    static BY_KEY: Sql = Sql::new("BY_KEY", "select amount from entry where id = $1");
    static BY_INDEX: Sql = Sql::new(
        "BY_INDEX",
        "select e.amount from account a join entry e on e.account = a.id where a.name = $1",
    );
    static PARTIAL: Sql =
        Sql::new("PARTIAL", "select id from entry where amount > 1000 order by amount limit 1");
    static MEANT: Sql = Sql::new("MEANT", "select count(*) from entry /*scans: once a night*/");
    static BY_ALIAS: Sql = Sql::new("BY_ALIAS", "select e.id from entry as e where e.rate = $1");
    static AUTOMATIC: Sql =
        Sql::new("AUTOMATIC", "select a.id from account a join entry e on e.rate = a.balance");
    let tables = &["entry"];
    assert_eq!(check::full_scans(&db, &[&BY_KEY, &BY_INDEX, &PARTIAL, &MEANT], tables), Ok(()));
    assert_eq!(check::full_scans(&db, &[&BY_ALIAS], &["account"]), Ok(()));
    let found = check::full_scans(&db, &[&BY_ALIAS, &AUTOMATIC], tables).unwrap_err();
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn a_prepared_statement_survives_a_change_of_its_table() {
    on_both(MIGRATIONS, |db| {
        let all = kazi_db::sql!("select * from account where id = $1");
        let read = |db: &TestDb| {
            db.write_blocking(move |tx: &mut Tx<'_>| {
                tx.query_opt(all, params![1], |row| row.get::<i64>("id"))
            })
        };
        for _ in 0..8 {
            assert_eq!(read(db), Ok(None));
        }
        let more = Migration { version: 2, name: "more", sql: "alter table account add column more BLOB" };
        assert_eq!(db.migrate(&[MIGRATIONS[0], more]), Ok(1));
        for _ in 0..8 {
            assert_eq!(read(db), Ok(None));
        }
    });
}

/// Kilobytes of memory that this process holds.
fn resident() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

#[test]
fn a_large_result_is_never_held_whole() {
    let large = kazi_db::sql!(
        "with recursive n (n) as (select 1 union all select n + 1 from n where n < 2000)
         select n, /*sqlite: hex(zeroblob(50000))*/ /*postgres: repeat('x', 100000)*/ from n"
    );
    on_both(MIGRATIONS, |db| {
        let (rows, bytes, grown) = db
            .read_blocking(move |read: &mut Read<'_>| {
                let (mut rows, mut bytes, mut most) = (0_i64, 0, 0);
                let before = resident();
                read.for_each(large, &[], |row| {
                    rows += 1;
                    bytes += row.get::<&str>(1)?.len();
                    if rows % 100 == 0 {
                        most = most.max(resident() - before);
                    }
                    Ok(())
                })?;
                Ok::<_, DbError>((rows, bytes, most))
            })
            .unwrap();
        assert_eq!((rows, bytes), (2000, 200_000_000));
        assert!(grown < 100_000, "{grown} kB for {bytes} bytes of rows");
    });
}
