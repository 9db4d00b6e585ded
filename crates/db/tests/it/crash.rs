//! Killed in the middle of its work, again and again: what was acknowledged is there, once.

use crate::schema::{ENTRIES, MIGRATIONS, OPEN, TOTALS};
use kazi_db::testing::{TestDb, on_both};
use kazi_db::{Db, DbError, Options, Read, Tx, Value, params};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Tells the child which database to work on.
const TARGET: &str = "KAZI_DB_CRASH_TARGET";
const ROUNDS: u64 = 20;
const CLIENTS: u64 = 8;

#[test]
fn acknowledged_work_survives_twenty_kills() {
    on_both(MIGRATIONS, |db| {
        db.write_blocking(|tx: &mut Tx<'_>| tx.execute(&OPEN, params![1, "one", 0])).unwrap();
        let target = match db.options() {
            Options::Sqlite { path, .. } => path.to_str().unwrap().to_owned(),
            Options::Postgres { url, .. } => url.clone(),
        };
        let acknowledged: Vec<String> = (0..ROUNDS).flat_map(|round| crash(&target, round)).collect();
        assert!(acknowledged.len() > 100, "only {} were acknowledged", acknowledged.len());
        db.reopen();
        check(db, &acknowledged);
    });
}

/// Starts a child, reads what it acknowledges, kills it in full swing.
fn crash(target: &str, round: u64) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "crash::child_that_writes_until_it_is_killed", "--nocapture"])
        .env(TARGET, target)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    // Its life is counted from the first acknowledgement, however long the start took.
    while !line.starts_with("ack ") {
        line.clear();
        assert!(output.read_line(&mut line).unwrap() > 0, "the child ended by itself");
    }
    std::thread::sleep(Duration::from_millis(20 + round * 7));
    child.kill().unwrap();
    child.wait().unwrap();
    let mut lines = vec![line];
    let mut line = String::new();
    while output.read_line(&mut line).unwrap() > 0 {
        lines.push(std::mem::take(&mut line));
    }
    // The last may have been cut short.
    let whole = lines.iter().filter_map(|line| line.strip_prefix("ack ")?.strip_suffix('\n'));
    whole.map(str::to_owned).collect()
}

fn check(db: &TestDb, acknowledged: &[String]) {
    let unique: BTreeSet<&str> = acknowledged.iter().map(String::as_str).collect();
    assert_eq!(unique.len(), acknowledged.len());
    let notes = kazi_db::sql!("select note, count(*) from entry group by note");
    let stored = db.read_blocking(move |read: &mut Read<'_>| {
        read.query_all(notes, &[], |row| Ok((row.get::<String>(0)?, row.get::<i64>(1)?)))
    });
    let stored = stored.unwrap();
    assert!(stored.iter().all(|(_, count)| *count == 1));
    let stored: BTreeSet<&str> = stored.iter().map(|(note, _)| note.as_str()).collect();
    for name in unique {
        assert!(stored.contains(&*format!("{name} plus")), "{name} was acknowledged and is lost");
        assert!(stored.contains(&*format!("{name} minus")), "{name} is there by half");
    }
    let sum = db.read_blocking(|read: &mut Read<'_>| read.query_one(&TOTALS, &[], |row| row.get::<i64>(1)));
    assert_eq!(sum, Ok(0));
}

#[test]
#[ignore = "started by the test above as a process of its own"]
fn child_that_writes_until_it_is_killed() {
    let target = std::env::var(TARGET).unwrap();
    let db = Db::open(&Options::from_url_or_path(&target).unwrap()).unwrap();
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let db = &db;
            scope.spawn(move || {
                for number in 0..u64::MAX {
                    write(db, client, number);
                }
            });
        }
    });
}

fn write(db: &Db, client: u64, number: u64) {
    let name = format!("{}-{client}-{number}", std::process::id());
    let work = name.clone();
    db.write_blocking(move |tx: &mut Tx<'_>| {
        let sides = [("plus", 5_i64), ("minus", -5)];
        tx.insert_many(
            &ENTRIES,
            sides.map(|(side, amount)| -> [Value<'_>; 5] {
                let note = format!("{work} {side}");
                [note.clone().into_bytes().into(), 1_i64.into(), amount.into(), Value::Null, note.into()]
            }),
        )?;
        Ok::<_, DbError>(())
    })
    .unwrap();
    // Straight to the pipe, one call a line: the test's own capture and buffers stay out of the way.
    std::io::stdout().lock().write_all(format!("ack {name}\n").as_bytes()).unwrap();
}
