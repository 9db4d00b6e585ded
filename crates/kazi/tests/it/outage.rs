//! The database goes away under a running server and comes back: a sentence meanwhile, nothing acknowledged lost.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::json;

use super::made;
use super::office::Office;
use super::postgres::Postgres;
use super::program::{Start, wait_for};
use super::relay::Relay;
use super::shift::{Shift, Worker};

/// People at work; each sends again what was refused.
struct Crew {
    stop: Arc<AtomicBool>,
    refused: Arc<Mutex<BTreeSet<usize>>>,
    working: Vec<JoinHandle<Worker>>,
    longest: Arc<Mutex<Duration>>,
}

impl Crew {
    fn at_work(shift: &mut Shift) -> Self {
        let (stop, refused, longest) =
            <(Arc<AtomicBool>, Arc<Mutex<BTreeSet<usize>>>, Arc<Mutex<Duration>>)>::default();
        let working = shift.take_workers().into_iter().enumerate().map(|(number, mut worker)| {
            let (stop, refused, longest) = (Arc::clone(&stop), Arc::clone(&refused), Arc::clone(&longest));
            std::thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let since = Instant::now();
                    if let Some(reply) = worker.one_turn() {
                        assert_eq!(reply.status, 503, "{}", reply.text());
                        assert_eq!(reply.header("retry-after"), "2");
                        assert_eq!(reply.header("content-type"), "application/problem+json");
                        assert!(reply.detail().ends_with('.'), "{}", reply.text());
                        refused.lock().unwrap().insert(number);
                        std::thread::sleep(Duration::from_millis(20));
                    }
                    let mut longest = longest.lock().unwrap();
                    *longest = since.elapsed().max(*longest);
                }
                worker
            })
        });
        Self { working: working.collect(), stop, refused, longest }
    }

    /// How many of them have been refused.
    fn refused(&self) -> usize {
        self.refused.lock().unwrap().len()
    }

    fn home(self, shift: &mut Shift) {
        self.stop.store(true, Ordering::Relaxed);
        shift.give_workers(self.working.into_iter().map(|thread| thread.join().unwrap()).collect());
        println!("the longest wait for a reply: {:?}", self.longest.lock().unwrap());
    }
}

#[test]
fn postgresql_gone_and_back() {
    let Some(mut postgres) = Postgres::install() else { return };
    let folder = tempfile::tempdir().unwrap();
    let program = Start::at(&folder.path().join("data")).flag("--database", &postgres.url()).start();
    let mut office = Office::open(&program);
    let mut shift = Shift::begin(&mut office, 4, 2_000);
    for round in 0..4 {
        let crew = Crew::at_work(&mut shift);
        std::thread::sleep(Duration::from_millis(400));
        // Stopped in an orderly way, or as a power cut does it.
        if round % 2 == 0 {
            postgres.stop();
        } else {
            postgres.kill();
        }
        wait_for("a refusal", || (crew.refused() > 0).then_some(()));
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
        crew.home(&mut shift);
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

/// The database takes what is sent and says nothing, as behind a proxy that stopped forwarding.
#[test]
fn postgresql_that_hangs() {
    let Some(postgres) = Postgres::install() else { return };
    let relay = Relay::to(postgres.folder());
    let folder = tempfile::tempdir().unwrap();
    let address = format!("host={} user=kazi dbname=postgres reply_timeout=2", relay.folder().display());
    let program = Start::at(&folder.path().join("data")).flag("--database", &address).start();
    let mut office = Office::open(&program);
    // More people than there are connections: who waits for one is answered too.
    let mut shift = Shift::begin(&mut office, 12, 4_000);
    for _ in 0..2 {
        let crew = Crew::at_work(&mut shift);
        std::thread::sleep(Duration::from_millis(400));
        relay.hold(true);
        // All of this is said while the database still hangs, so nobody waits for it.
        let mut nobody = program.client();
        nobody.get("/healthz").wanted(200);
        let ready = nobody.get("/readyz").wanted(503);
        assert_eq!(ready.header("retry-after"), "2");
        for path in ["/api/v1/projects", "/projects"] {
            let reply = office.operator.get(path).wanted(503);
            assert_eq!(reply.header("content-type"), "application/problem+json");
            assert!(reply.detail().ends_with('.'), "{}", reply.text());
        }
        let page = office.operator.ask("GET", "/projects", &[("accept", "text/html")], "").wanted(503);
        assert!(page.text().contains("</html>"), "{}", page.text());
        wait_for("each to be refused", || (crew.refused() == 12).then_some(()));
        relay.hold(false);
        wait_for("the server to be ready again", || {
            (program.client().get("/readyz").status == 200).then_some(())
        });
        std::thread::sleep(Duration::from_millis(400));
        crew.home(&mut shift);
    }
    office.project("questions", &json!({}));
    office.project("questions", &json!({}));
    let kept = shift.check(&postgres.url());
    println!("{kept} answers were acknowledged, each is there once; {} were sent again", shift.resent());
    assert!(shift.resent() > 0, "nobody had an answer refused");
    assert!(!program.log().contains("panicked"));
}
