//! The database goes away under a running server and comes back: a sentence meanwhile, nothing acknowledged lost.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;

use super::made;
use super::office::Office;
use super::postgres::Postgres;
use super::program::{Start, wait_for};
use super::shift::{Shift, Worker};

#[test]
fn postgresql_gone_and_back() {
    let Some(mut postgres) = Postgres::install() else { return };
    let folder = tempfile::tempdir().unwrap();
    let program = Start::at(&folder.path().join("data")).flag("--database", &postgres.url()).start();
    let mut office = Office::open(&program);
    let mut shift = Shift::begin(&mut office, 4, 2_000);
    for round in 0..4 {
        let stop = Arc::new(AtomicBool::new(false));
        let refused: Arc<Mutex<BTreeSet<u16>>> = Arc::default();
        let working: Vec<_> = shift
            .take_workers()
            .into_iter()
            .map(|mut worker: Worker| {
                let (stop, refused) = (Arc::clone(&stop), Arc::clone(&refused));
                std::thread::spawn(move || {
                    while !stop.load(Ordering::Relaxed) {
                        if let Some(reply) = worker.one_turn() {
                            assert_eq!(reply.status, 503, "{}", reply.text());
                            assert_eq!(reply.header("retry-after"), "2");
                            assert!(reply.detail().ends_with('.'), "{}", reply.text());
                            refused.lock().unwrap().insert(reply.status);
                            std::thread::sleep(Duration::from_millis(20));
                        }
                    }
                    worker
                })
            })
            .collect();
        std::thread::sleep(Duration::from_millis(400));
        // Stopped in an orderly way, or as a power cut does it.
        if round % 2 == 0 {
            postgres.stop();
        } else {
            postgres.kill();
        }
        wait_for("a refusal", || (!refused.lock().unwrap().is_empty()).then_some(()));
        let mut nobody = program.client();
        nobody.get("/healthz").wanted(200);
        let ready = nobody.get("/readyz").wanted(503);
        assert_eq!(ready.header("retry-after"), "2");
        let path = format!("/api/v1/projects/{}/sources?name=a.csv", shift.project);
        let upload = office.operator.ask("POST", &path, &[], made::table(3)).wanted(503);
        assert!(upload.detail().ends_with('.'), "{}", upload.text());
        postgres.start();
        wait_for("the server to be ready again", || {
            (program.client().get("/readyz").status == 200).then_some(())
        });
        std::thread::sleep(Duration::from_millis(400));
        stop.store(true, Ordering::Relaxed);
        shift.give_workers(working.into_iter().map(|thread| thread.join().unwrap()).collect());
    }
    let reply = office.operator.json(
        "POST",
        "/api/v1/projects",
        &json!({ "service": "questions", "name": "After", "currency": "KES" }),
    );
    reply.wanted(201);
    let kept = shift.check(&postgres.url());
    println!("{kept} answers were acknowledged, each is there once");
    assert!(!program.log().contains("panicked"));
}
