//! What the database adapter alone reaches: one transaction that lends a task, stores its answer and books the
//! pay, for 8 and 64 clients. The limit that everything built on it can approach.
//!
//! `cargo run --release -p kazi-db --example bench [-- SECONDS [FOLDER]]`, and for PostgreSQL
//! `KAZI_PG_DURABLE=1 scripts/postgres-for-tests.sh cargo run --release -p kazi-db --example bench`.
#![expect(clippy::unwrap_used, reason = "a measurement stops at the first surprise")]
#![expect(clippy::indexing_slicing, reason = "the places are there")]

use kazi_db::testing::TestDb;
use kazi_db::{BulkInsert, Db, DbError, Migration, Options, Tx, Value, params};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    name: "bench",
    sql: "create table task (id BIGINT primary key, worker BIGINT, lent_until BIGINT not null, state BIGINT not null,
            payload TEXT not null);
          create index task_open on task (id) where state = 0;
          create table answer (id BLOB primary key, task BIGINT not null, worker BIGINT not null, body TEXT not null,
            at BIGINT not null) /*sqlite: without rowid*/;
          create table entry (id BLOB primary key, account BIGINT not null, amount BIGINT not null, at BIGINT not null)
            /*sqlite: without rowid*/;
          create table balance (account BIGINT, lane BIGINT, amount BIGINT not null, primary key (account, lane))
            /*sqlite: without rowid*/",
}];

static TASKS: BulkInsert = BulkInsert::new("task", &["id", "lent_until", "state", "payload"]);

kazi_db::statements! {
    /// Lends the first open task.
    LEND = "update task set state = 1, worker = $1, lent_until = $2 where id = (select id from task where state = 0
            order by id limit 1 /*for update skip locked*/) returning id, payload";
    /// Stores an answer, once.
    ANSWER = "insert into answer (id, task, worker, body, at) values ($1, $2, $3, $4, $5) on conflict (id) do nothing";
    /// Ends a task.
    END = "update task set state = 2 where id = $1 and state = 1";
    /// Books one side of the pay.
    BOOK = "insert into entry (id, account, amount, at) values ($1, $2, $3, $4)";
    /// Keeps the sum of an account.
    SUM = "insert into balance (account, lane, amount) values ($1, $2, $3)
           on conflict (account, lane) do update set amount = balance.amount + excluded.amount";
    /// Whether the books are right.
    CHECK = "select (select count(*) from answer), (select coalesce(sum(amount), 0) from entry)";
}

/// An id as UUIDv7 would make it: rising, then scattered.
fn id(number: i64, salt: i64) -> [u8; 16] {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&number.to_be_bytes());
    id[8..].copy_from_slice(&(number.wrapping_mul(0x5851_f42d_4c95_7f2d) ^ salt).to_be_bytes());
    id
}

fn cycle(tx: &mut Tx<'_>, worker: i64, number: i64) -> Result<(), DbError> {
    let task = tx.query_one(&LEND, params![worker, number + 1000], |row| {
        row.get::<&str>(1)?;
        row.get::<i64>(0)
    })?;
    tx.post(&ANSWER, params![&id(number, 1), task, worker, "{\"text\":\"Kazi ni kazi\"}", number])?;
    tx.post(&END, params![task])?;
    tx.post(&BOOK, params![&id(number, 2), worker, 1500, number])?;
    tx.post(&BOOK, params![&id(number, 3), -1, -1500, number])?;
    let lane = tx.lane();
    tx.post(&SUM, params![worker, 0, 1500])?;
    tx.post(&SUM, params![-1, lane, -1500])?;
    Ok(())
}

fn fill(db: &Db, tasks: i64) {
    let started = Instant::now();
    db.write_blocking(move |tx: &mut Tx<'_>| {
        tx.insert_many(
            &TASKS,
            (0..tasks).map(|n| -> [Value<'static>; 4] {
                [n.into(), 0_i64.into(), 0_i64.into(), format!("{{\"row\":{n}}}").into()]
            }),
        )
    })
    .unwrap();
    println!("{tasks} rows in one insert_many: {:.2} s", started.elapsed().as_secs_f64());
}

fn run(runtime: &tokio::runtime::Runtime, db: &Db, clients: i64, length: Duration, next: &Arc<AtomicI64>) {
    let (started, processor) = (Instant::now(), processor_seconds());
    let times = runtime.block_on(async {
        let mut tasks = Vec::new();
        for worker in 0..clients {
            let (db, next) = (db.clone(), Arc::clone(next));
            tasks.push(tokio::spawn(async move {
                let mut times = Vec::with_capacity(100_000);
                while started.elapsed() < length {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let begun = Instant::now();
                    db.write(move |tx: &mut Tx<'_>| cycle(tx, worker, number)).await.unwrap();
                    times.push(begun.elapsed());
                }
                times
            }));
        }
        let mut all = Vec::new();
        for task in tasks {
            all.extend(task.await.unwrap());
        }
        all
    });
    report(clients, started.elapsed().as_secs_f64(), processor_seconds() - processor, times);
}

/// What this process has had of the processors, from Linux' clock ticks (100 a second). On a machine that others
/// use too it says more than the time that went by.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let ticks = stat.rsplit(')').next().unwrap().split_whitespace().skip(11).take(2);
    ticks.map(|ticks| ticks.parse::<f64>().unwrap() / 100.0).sum()
}

#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "for show")]
fn report(clients: i64, seconds: f64, processor: f64, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |part: usize| times[(times.len() * part / 1000).min(times.len() - 1)].as_secs_f64() * 1000.0;
    println!(
        "{clients:3} clients: {:8.0} tx/s   p50 {:6.2} ms   p99 {:6.2} ms   p99.9 {:6.2} ms   max {:6.2} ms   processor {:4.0} µs/tx",
        times.len() as f64 / seconds,
        at(500),
        at(990),
        at(999),
        at(1000),
        processor * 1e6 / times.len() as f64
    );
}

fn measure(name: &str, db: &Db, length: Duration) {
    println!("{name}");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    fill(db, 1_000_000);
    let next = Arc::new(AtomicI64::new(0));
    for clients in [1, 8, 64] {
        run(&runtime, db, clients, length, &next);
    }
    let (answers, sum) = db
        .read_blocking(|read| {
            read.query_one(&CHECK, &[], |row| Ok::<(i64, i64), DbError>((row.get(0)?, row.get(1)?)))
        })
        .unwrap();
    assert_eq!((answers, sum), (next.load(Ordering::Relaxed), 0), "the books are wrong");
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let length = Duration::from_secs(arguments.next().map_or(5, |text| text.parse().unwrap()));
    let folder = arguments.next().map_or_else(tempfile::tempdir, tempfile::tempdir_in).unwrap();
    let db = Db::open(&Options::sqlite(folder.path().join("bench.db"))).unwrap();
    db.migrate(MIGRATIONS).unwrap();
    measure("SQLite, synchronous = full", &db, length);
    drop(db);
    match TestDb::postgres(MIGRATIONS) {
        Some(db) => measure("PostgreSQL", &db, length),
        None => println!("PostgreSQL: skipped: KAZI_TEST_PG not set"),
    }
}
