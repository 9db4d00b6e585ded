//! A job that was enqueued is done, given up or called off, whatever dies in between.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kazi_app::jobs::{self, Filter, Handler, Handlers, Held, JobError, JobView, Left, Runner, Trouble, Work};
use kazi_app::listing::Ask;
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::World;
use kazi_app::{Turn, now};
use kazi_db::testing::{TestDb, on_both};
use kazi_db::{DbError, Tx};
use kazi_domain::policy::{Can, Facts, ManageJobs, permit};
use kazi_domain::{Id, JobState, Moment, Span, kind};
use tokio::runtime::Runtime;

/// What was done and what was given up, by the jobs' bodies.
#[derive(Debug, Default, Clone)]
struct Diary(Arc<Mutex<Vec<(String, String)>>>);

impl Diary {
    fn note(&self, what: &str, body: &str) {
        self.0.lock().unwrap().push((what.to_owned(), body.to_owned()));
    }
    fn all(&self) -> Vec<(String, String)> {
        self.0.lock().unwrap().clone()
    }
    fn count(&self, what: &str, body: &str) -> usize {
        self.all().iter().filter(|(w, b)| w == what && b == body).count()
    }
}

/// Does what the body of the job says.
#[derive(Debug)]
struct Deed(Diary);

impl Handler for Deed {
    fn kind(&self) -> &'static str {
        "deed"
    }
    fn run(&self, work: &Work) -> Result<(), Trouble> {
        let body = work.held.body.as_str();
        self.0.note("begun", body);
        match body {
            "passing" => return Err(Trouble::Passing("the disk is full".to_owned())),
            "final" => return Err(Trouble::Final("it cannot be read".to_owned())),
            "panic" => panic!("as the job wants it"),
            "endless" => loop {
                work.check()?;
                std::thread::sleep(Duration::from_millis(5));
            },
            _ => work.progress(3, 4),
        }
        self.0.note("done", body);
        Ok(())
    }
    fn given_up(&self, _: &mut Tx<'_>, held: &Held, why: &str, _: &Turn) -> Result<(), DbError> {
        self.0.note(&format!("given up: {why}"), &held.body);
        Ok(())
    }
}

struct Office {
    world: World,
    diary: Diary,
    handlers: Handlers,
    runtime: Runtime,
}

const ABOUT: [u8; 16] = [7; 16];

impl Office {
    fn new(db: &TestDb) -> Self {
        let diary = Diary::default();
        let deed: Arc<dyn Handler> = Arc::new(Deed(diary.clone()));
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        Self { world: World::new(db), diary, handlers: std::iter::once(deed).collect(), runtime }
    }

    fn enqueue(&self, body: &str) -> Id<kind::Job> {
        let body = body.to_owned();
        let add = move |tx: &mut Tx<'_>| jobs::enqueue(tx, "deed", &ABOUT, &body, &Turn::now());
        self.world.write(add).unwrap()
    }

    fn drain(&self, until: Moment) -> Result<(), Left> {
        self.runtime.block_on(jobs::drain(&self.world.app.db, &self.handlers, until)).unwrap()
    }

    fn can(&self) -> Can<ManageJobs> {
        let operator = self.world.operator();
        permit(&operator, operator.organisation, Facts::default()).unwrap()
    }

    fn all(&self) -> Vec<JobView> {
        let can = self.can();
        let ask = Ask { rows: 100, ..Ask::default() };
        let found = self.world.read(move |read| jobs::page(read, &can, &Filter::default(), &ask)).unwrap();
        found.rows.into_iter().map(|row| row.job).collect()
    }

    fn cancel(&self, id: Id<kind::Job>) -> Result<(), JobError> {
        let can = self.can();
        self.world.write(move |tx| jobs::cancel(tx, &can, id, &Turn::now()))
    }

    fn retry(&self, id: Id<kind::Job>) -> Result<(), JobError> {
        let can = self.can();
        self.world.write(move |tx| jobs::retry(tx, &can, id, &Turn::now()))
    }

    /// Takes the next job as another node would, at a moment.
    fn take(&self, at: Moment) -> Option<Held> {
        let handlers = self.handlers.clone();
        let seed = u128::try_from(at.micros()).unwrap();
        self.world.write(move |tx| jobs::take(tx, &handlers, &Turn::new(at, seed))).unwrap()
    }

    fn keep(&self, held: &Held, at: Moment) -> Result<(), Trouble> {
        let held = held.clone();
        self.world.write(move |tx| jobs::keep(tx, &held, (1, 2), &Turn::new(at, 1)))
    }

    fn wait_for(&self, what: impl Fn() -> bool) {
        self.runtime.block_on(async {
            let waited = tokio::time::timeout(Duration::from_mins(1), async {
                while !what() {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            });
            waited.await.unwrap();
        });
    }
}

fn far() -> Moment {
    now() + Span::minutes(60 * 24 * 30)
}

#[test]
fn a_job_lives_and_dies_with_the_transaction_of_its_cause() {
    on_both(MIGRATIONS, |db| {
        let office = Office::new(db);
        let undone = office.world.write(|tx| -> Result<(), DbError> {
            jobs::enqueue(tx, "deed", &ABOUT, "never", &Turn::now())?;
            Err(DbError::Stopped)
        });
        assert_eq!(undone, Err(DbError::Stopped));
        office.enqueue("once");
        office.drain(far()).unwrap();
        assert_eq!(
            office.diary.all(),
            [("begun", "once"), ("done", "once")].map(|(a, b)| (a.into(), b.into()))
        );
        let all = office.all();
        assert_eq!((all.len(), all[0].state, all[0].tries), (1, JobState::Done, 1));
    });
}

#[test]
fn what_fails_is_tried_again_later_and_given_up_in_the_end() {
    on_both(MIGRATIONS, |db| {
        let office = Office::new(db);
        office.enqueue("passing");
        let left = office.drain(now() + Span::seconds(1)).unwrap_err();
        assert_eq!(left.0[0].problem.as_deref(), Some("the disk is full"));
        assert!(left.to_string().contains("deed (waiting): the disk is full"));
        let waiting = office.all()[0].clone();
        assert!(waiting.run_at > now() + Span::seconds(3), "it waits before the next try");
        office.drain(far()).unwrap();
        let failed = office.all()[0].clone();
        assert_eq!((failed.state, failed.tries), (JobState::Failed, failed.most_tries));
        assert_eq!(office.diary.count("given up: the disk is full", "passing"), 1);

        for body in ["final", "panic"] {
            office.enqueue(body);
        }
        office.drain(far()).unwrap();
        assert_eq!(office.diary.count("begun", "final"), 1, "what will not go better is not tried again");
        assert_eq!(office.diary.count("given up: it cannot be read", "final"), 1);
        assert_eq!(office.diary.count("begun", "panic"), usize::try_from(failed.most_tries).unwrap());
    });
}

#[test]
fn a_job_can_be_called_off_and_tried_again() {
    on_both(MIGRATIONS, |db| {
        let office = Office::new(db);
        let id = office.enqueue("once");
        assert_eq!(office.retry(id), Err(JobError::NotGivenUp));
        office.cancel(id).unwrap();
        office.drain(far()).unwrap();
        assert_eq!(office.diary.all(), [("given up: this was called off".into(), "once".into())]);
        assert_eq!(office.all()[0].state, JobState::Cancelled);
        assert_eq!(office.cancel(id), Err(JobError::Ended));
        office.retry(id).unwrap();
        office.drain(far()).unwrap();
        assert_eq!(office.diary.count("done", "once"), 1);
        assert_eq!(office.all()[0].state, JobState::Done);
        let nothing = Id::from_bytes([9; 16]);
        assert_eq!(office.cancel(nothing), Err(JobError::NotThere));
        assert_eq!(office.retry(nothing), Err(JobError::NotThere));
    });
}

#[test]
fn a_job_whose_holder_died_is_taken_again_and_the_dead_may_not_write() {
    on_both(MIGRATIONS, |db| {
        let office = Office::new(db);
        office.enqueue("once");
        let start = now() + Span::seconds(1);
        let dead = office.take(start).unwrap();
        assert_eq!(office.take(start), None, "nobody else gets it");
        office.keep(&dead, start + Span::seconds(50)).unwrap();
        assert_eq!(office.take(start + Span::seconds(100)), None, "a sign of life keeps it");
        // The holder is silent; the job goes back on the list, and after its wait to somebody else.
        let late = start + Span::seconds(120);
        assert_eq!(office.take(late), None);
        let heir = office.take(late + Span::seconds(10)).unwrap();
        assert_eq!((heir.id, heir.tries), (dead.id, 2));
        assert_eq!(office.keep(&dead, late + Span::seconds(11)), Err(Trouble::Lost));
        office.keep(&heir, late + Span::seconds(11)).unwrap();
    });
}

#[test]
fn a_job_that_kills_its_holder_each_time_is_given_up() {
    on_both(MIGRATIONS, |db| {
        let office = Office::new(db);
        office.enqueue("deadly");
        let mut at = now() + Span::seconds(1);
        let mut tries = 0;
        for _ in 0..100 {
            tries += i64::from(office.take(at).is_some());
            at = at + Span::minutes(61);
        }
        assert_eq!(tries, office.all()[0].most_tries);
        assert_eq!(office.all()[0].state, JobState::Failed);
        assert_eq!(office.diary.count("given up: the program stopped while it did this", "deadly"), 1);
    });
}

#[test]
fn nodes_that_share_the_table_do_each_job_once() {
    on_both(MIGRATIONS, |db| {
        let office = Office::new(db);
        let bodies: Vec<String> = (0..60).map(|number| format!("job {number}")).collect();
        for body in &bodies {
            office.enqueue(body);
        }
        let start = || Runner::start(&office.world.app.db, &office.handlers, 3);
        let nodes = office.runtime.block_on(async { [start(), start()] });
        let done = || office.diary.all().iter().filter(|(what, _)| what == "done").count();
        office.wait_for(|| done() == bodies.len());
        office.runtime.block_on(async {
            for node in nodes {
                node.stop().await;
            }
        });
        let mut times: HashMap<String, usize> = HashMap::new();
        for (what, body) in office.diary.all() {
            *times.entry(body).or_default() += usize::from(what == "begun");
        }
        assert!(times.values().all(|times| *times == 1) && times.len() == bodies.len(), "{times:?}");
        assert!(office.all().iter().all(|job| job.state == JobState::Done));
    });
}

#[test]
fn a_running_job_stops_when_it_is_called_off_and_goes_back_when_the_program_stops() {
    on_both(MIGRATIONS, |db| {
        let office = Office::new(db);
        let id = office.enqueue("endless");
        let node =
            office.runtime.block_on(async { Runner::start(&office.world.app.db, &office.handlers, 1) });
        office.wait_for(|| office.diary.count("begun", "endless") == 1);
        office.runtime.block_on(node.stop());
        let back = office.all()[0].clone();
        assert_eq!((back.state, back.tries, back.problem), (JobState::Waiting, 0, None));

        let node =
            office.runtime.block_on(async { Runner::start(&office.world.app.db, &office.handlers, 1) });
        node.wake();
        office.wait_for(|| office.diary.count("begun", "endless") == 2);
        office.cancel(id).unwrap();
        office.wait_for(|| office.all()[0].state == JobState::Cancelled);
        office.runtime.block_on(node.stop());
        assert_eq!(office.diary.count("given up: this was called off", "endless"), 1);
    });
}

#[test]
fn the_page_shows_the_newest_first_and_goes_on_where_it_ended() {
    on_both(MIGRATIONS, |db| {
        let office = Office::new(db);
        let ids: Vec<_> = (0..5).map(|number| office.enqueue(&format!("{number}"))).collect();
        let last = office.enqueue("final");
        office.drain(far()).unwrap();
        let page = |filter: Filter, ask: Ask| {
            let can = office.can();
            office.world.read(move |read| jobs::page(read, &can, &filter, &ask)).unwrap()
        };
        let failed = Filter { state: Some(JobState::Failed), ..Filter::default() };
        assert_eq!(
            page(failed, Ask::default()).rows.iter().map(|row| row.job.id).collect::<Vec<_>>(),
            [last]
        );
        let other = Filter { kind: Some("other".to_owned()), ..Filter::default() };
        assert_eq!(page(other, Ask::default()).rows, []);
        let mut seen = Vec::new();
        let mut ask = Ask { rows: 2, ..Ask::default() };
        loop {
            let found = page(Filter::default(), ask);
            seen.extend(found.rows.iter().map(|row| row.job.id));
            let Some(next) = found.next else { break };
            ask = Ask { rows: 2, after: Some(next), ..Ask::default() };
        }
        assert_eq!(seen.len(), 6);
        assert!(ids.iter().chain([&last]).all(|id| seen.contains(id)));
        assert!(seen.windows(2).all(|pair| pair[0] > pair[1]));
        let about = office.world.read(|read| jobs::of_subject(read, &ABOUT)).unwrap();
        assert_eq!(about.len(), 6);
    });
}
