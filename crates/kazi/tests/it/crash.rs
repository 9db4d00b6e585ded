//! `kill -9` under load, again and again: every acknowledged answer is there, once, and the books balance.
//!
//! A few rounds as a test. `bench/crash/run.sh` makes two hundred of them with the shipped program:
//! `KAZI_CRASH_ROUNDS` says how many, `KAZI_CRASH_JSON` where the result goes.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use super::made;
use super::office::Office;
use super::postgres::Postgres;
use super::program::{Program, Start, wait_for};
use super::shift::{Shift, Worker};

fn rounds(usual: u64) -> u64 {
    std::env::var("KAZI_CRASH_ROUNDS").map_or(usual, |text| text.parse().unwrap())
}

/// Writes a result down beside those of other databases.
fn report(database: &str, result: serde_json::Value) {
    println!("{database}: {result}");
    let Some(path) = std::env::var_os("KAZI_CRASH_JSON").map(PathBuf::from) else { return };
    let kept = std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let mut all: serde_json::Value = kept.unwrap_or_else(|| json!({}));
    all[database] = result;
    std::fs::write(path, format!("{all:#}\n")).unwrap();
}

/// What may die.
trait Victims {
    /// Waits as long as it was told, then kills something.
    fn strike(&mut self, round: u64, program: Program);
    fn start(&mut self) -> Program;
}

struct Alone(Start);

impl Victims for Alone {
    fn strike(&mut self, _: u64, program: Program) {
        program.kill();
    }
    fn start(&mut self) -> Program {
        self.0.start()
    }
}

struct WithPostgres(Start, Postgres);

impl Victims for WithPostgres {
    fn strike(&mut self, round: u64, program: Program) {
        // The program, the database, or both.
        if !round.is_multiple_of(3) {
            self.1.kill();
        }
        if round % 3 == 1 {
            std::thread::sleep(Duration::from_millis(50));
            drop(program);
        } else {
            program.kill();
        }
    }
    fn start(&mut self) -> Program {
        if !self.1.is_running() {
            self.1.start();
        }
        self.0.start()
    }
}

/// So many answers at least are taken in a round before something dies.
const LOAD: u64 = 12;

/// People answer until the server is away.
fn work(mut worker: Worker, taken: &AtomicU64) -> Worker {
    while !worker.away {
        let before = worker.acknowledged.len();
        let refusal = worker.one_turn();
        taken.fetch_add((worker.acknowledged.len() - before) as u64, Ordering::Relaxed);
        if let Some(reply) = refusal {
            // The database died before the program did.
            assert_eq!(reply.status, 503, "{}", reply.text());
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    worker
}

fn crash(victims: &mut dyn Victims, rounds: u64, rows: usize) -> (Shift, serde_json::Value) {
    let begun = Instant::now();
    let mut program = victims.start();
    let mut office = Office::open(&program);
    let mut shift = Shift::begin(&mut office, 4, rows);
    let mut dice = 0x00c0_ffee_u64;
    for round in 0..rounds {
        let taken = Arc::new(AtomicU64::new(0));
        let go = |worker| {
            let taken = Arc::clone(&taken);
            std::thread::spawn(move || work(worker, &taken))
        };
        let working: Vec<_> = shift.take_workers().into_iter().map(go).collect();
        // A file comes in meanwhile; when it was acknowledged, all its rows must come.
        let path = format!("/api/v1/projects/{}/sources?name=round-{round}.csv", shift.project);
        let mut sender = office.operator.twin();
        let sending = std::thread::spawn(move || sender.try_ask("POST", &path, &[], made::table(rows)));
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        wait_for("answers", || (taken.load(Ordering::Relaxed) >= LOAD).then_some(()));
        std::thread::sleep(Duration::from_millis((dice >> 33) % 500));
        victims.strike(round, program);
        shift.give_workers(working.into_iter().map(|thread| thread.join().unwrap()).collect());
        if let Ok(reply) = sending.join().unwrap()
            && reply.status == 201
        {
            let id = reply.json()["id"].as_str().unwrap().to_owned();
            shift.files.insert(id, i64::try_from(rows).unwrap());
        }
        program = victims.start();
        office.again(&program);
        shift.again(&program);
    }
    // What had not been acknowledged may be there or not; it is taken away, as its client would.
    let project = shift.project.clone();
    for source in office.sources(&project) {
        if source.state == "arriving" {
            office
                .operator
                .ask("DELETE", &format!("/api/v1/projects/{project}/sources/{}", source.id), &[], "")
                .wanted(204);
        }
    }
    for source in office.settled(&project) {
        let rows = i64::try_from(source.parts).unwrap();
        assert_eq!(source.state, "split", "{}: {}", source.name, source.problem);
        shift.files.entry(source.id).or_insert(rows);
    }
    shift.finish();
    drop(program);
    let result = json!({
        "rounds": rounds,
        "seconds": begun.elapsed().as_secs(),
        "files_acknowledged": shift.files.len(),
        "answers_sent_again": shift.resent(),
    });
    (shift, result)
}

#[test]
fn killed_under_load_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut victims = Alone(Start::at(&data));
    let (mut shift, mut result) = crash(&mut victims, rounds(8), 300);
    let _alive = victims.start();
    result["answers_acknowledged_all_there_once"] =
        shift.check(&data.join("kazi.db").display().to_string()).into();
    result["ledger_sum"] = 0.into();
    report("sqlite", result);
}

#[test]
fn killed_under_load_on_postgresql() {
    let Some(postgres) = Postgres::install() else { return };
    let folder = tempfile::tempdir().unwrap();
    let url = postgres.url();
    let mut victims = WithPostgres(Start::at(&folder.path().join("data")).flag("--database", &url), postgres);
    let (mut shift, mut result) = crash(&mut victims, rounds(6), 300);
    let _alive = victims.start();
    result["answers_acknowledged_all_there_once"] = shift.check(&url).into();
    result["ledger_sum"] = 0.into();
    report("postgresql", result);
}

#[test]
fn a_job_whose_server_died_is_taken_up_again() {
    let folder = tempfile::tempdir().unwrap();
    let start = Start::at(&folder.path().join("data"));
    let program = start.start();
    let mut office = Office::open(&program);
    let project = office.project("questions", &json!({}));
    office.hand_in(&project, "long.csv", made::table(60_000));
    wait_for("the splitting to begin", || {
        let source = office.sources(&project).remove(0);
        (source.state == "splitting" && source.parts > 0).then_some(())
    });
    program.kill();
    let program = start.start();
    office.again(&program);
    let source = office.settled(&project).remove(0);
    assert_eq!((source.state.as_str(), source.parts), ("split", 60_000));
    let jobs = office.operator.get("/api/v1/jobs").wanted(200).json();
    let split = jobs["jobs"].as_array().unwrap().iter().find(|job| job["kind"] == "split").unwrap();
    assert_eq!((split["state"].as_str(), split["tries"].as_u64()), (Some("done"), Some(2)), "{split}");
    assert_eq!(office.get(&project, "items"), 60_000);
}
