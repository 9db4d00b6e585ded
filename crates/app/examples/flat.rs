//! How long the next task takes when ten thousand wait and when ten million do. `bench/flat/run.sh` builds and runs it.
//!
//! `flat [--small 10000] [--large 10000000] [--calls 2000] [--folder DIR] [--out FILE]`; on PostgreSQL too where
//! `KAZI_TEST_PG` names a server. The store is filled by direct bulk insert. What is timed is the use case inside its
//! transaction: who may, what is held, how long the lease is, picking, lending, and reading what the screen needs.
#![expect(clippy::unwrap_used, reason = "a measurement stops at the first surprise")]
#![expect(clippy::indexing_slicing, reason = "the places are there")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use kazi_app::rows::Param;
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::World;
use kazi_app::work::{self, Given, NewTask, WorkError};
use kazi_db::testing::TestDb;
use kazi_db::{BulkInsert, Db, DbError, Options, Value, params, sql};
use kazi_domain::policy::Actor;
use kazi_domain::{Id, Moment, Span, kind};

static ITEMS: BulkInsert = BulkInsert::new(
    "item",
    &[
        "id", "project", "source", "position", "depth", "kind", "key", "body", "state", "pieces", "waiting",
        "stage",
    ],
);
static TOUCHES: BulkInsert = BulkInsert::new("touch", &["person", "item", "deep"]);
static CURSORS: BulkInsert =
    BulkInsert::new("reading_place", &["person", "project", "stage", "lane", "place", "wrapped_at"]);
static CERTIFICATES: BulkInsert =
    BulkInsert::new("certificate", &["person", "service", "stage", "issued_at"]);

/// Rows in one transaction.
const SLICE: (usize, i64) = (50_000, 50_000);
const FRESH: i64 = 1;

/// A store with a project whose rows wait, an hour old.
struct Field<'w> {
    world: &'w World,
    project: Id<kind::Project>,
    since: Moment,
    rows: i64,
}

/// The id of the row of this number; rising, as ids minted one after the other are.
fn id<K: kazi_domain::Kind>(salt: u8, number: i64) -> Id<K> {
    let mut bytes = [salt; 16];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    bytes[8..].copy_from_slice(&number.wrapping_mul(0x5851_f42d_4c95_7f2d).to_be_bytes());
    bytes[8] = salt;
    Id::from_bytes(bytes)
}

impl<'w> Field<'w> {
    fn new(world: &'w World, centre: Id<kind::Centre>, rows: i64) -> Self {
        let (project, since): (Id<kind::Project>, _) = (world.turn().mint(), world.now());
        let organisation = world.operator().organisation;
        world
            .write(move |tx| -> Result<(), DbError> {
                let at = since.micros();
                tx.execute(
                    sql!(
                        "insert into project (id, organisation, service, name, state, version, spec, instructions, \
                         currency, gold_every, made_by, made_at) \
                         values ($1, $2, 'questions', 'Rows', 'running', 1, '{}', '', 'KES', 0, $2, $3)"
                    ),
                    params![project.param(), organisation.param(), at],
                )?;
                tx.execute(
                    sql!("insert into project_stage (project, stage, position, pay) values ($1, 'answer', 0, 500000)"),
                    params![project.param()],
                )?;
                tx.execute(
                    sql!("insert into project_centre (centre, project) values ($1, $2)"),
                    params![centre.param(), project.param()],
                )?;
                Ok(())
            })
            .unwrap();
        let field = Self { world, project, since, rows };
        for from in (0..rows).step_by(SLICE.0) {
            field.plant(from, (from + SLICE.1).min(rows));
        }
        world.pass(Span::minutes(60));
        field
    }

    fn place(&self, row: i64) -> i64 {
        self.since.micros() * 1_000 + row
    }

    fn plant(&self, from: i64, to: i64) {
        let (project, since, base) = (self.project, self.since.micros(), self.place(0));
        let source: Id<kind::Source> = id(9, from);
        self.world
            .write(move |tx| -> Result<(), DbError> {
                let keys: Vec<String> = (from..to).map(|row| format!("row-{row:08}")).collect();
                let ids: Vec<(Id<kind::Item>, Id<kind::Task>)> =
                    (from..to).map(|row| (id(1, row), id(2, row))).collect();
                let body = r#"{"show":0,"cells":{"text":"Is this shop open on Sundays?"}}"#;
                tx.insert_many(
                    &ITEMS,
                    (from..to).zip(&ids).zip(&keys).map(|((row, (item, _)), key)| -> [Value<'_>; 12] {
                        [
                            item.param(),
                            project.param(),
                            source.param(),
                            row.into(),
                            0.into(),
                            "row".into(),
                            key.into(),
                            body.into(),
                            "open".into(),
                            0.into(),
                            0.into(),
                            "answer".into(),
                        ]
                    }),
                )?;
                let tasks: Vec<NewTask<'_>> = (from..to)
                    .zip(&ids)
                    .map(|(row, (item, task))| NewTask {
                        id: *task,
                        project,
                        stage: "answer",
                        item: *item,
                        lane: FRESH,
                        place: base + row,
                        wanted: 3,
                        made_at: since,
                    })
                    .collect();
                tx.insert_many(&work::TASKS, tasks.iter().map(NewTask::values)).map(drop)
            })
            .unwrap();
    }

    fn learnt(&self, people: &[Actor]) {
        let people: Vec<Id<kind::Person>> = people.iter().map(|actor| actor.person).collect();
        let rows = move |tx: &mut kazi_db::Tx<'_>| {
            let all = people.iter();
            let row = |person| -> [Value<'_>; 4] {
                [Id::<kind::Person>::param(person), "questions".into(), "answer".into(), 0.into()]
            };
            tx.insert_many(&CERTIFICATES, all.map(row))
        };
        self.world.write(rows).unwrap();
    }

    /// The person has seen the first `seen` rows, all of which are still open for others.
    fn has_seen(&self, person: Id<kind::Person>, seen: i64, cursor: bool) {
        for from in (0..seen).step_by(SLICE.0) {
            let to = (from + SLICE.1).min(seen);
            let touched = move |tx: &mut kazi_db::Tx<'_>| {
                let items: Vec<Id<kind::Item>> = (from..to).map(|row| id(1, row)).collect();
                tx.insert_many(
                    &TOUCHES,
                    items.iter().map(|item| -> [Value<'_>; 3] { [person.param(), item.param(), 0.into()] }),
                )
            };
            self.world.write(touched).unwrap();
        }
        if cursor {
            self.cursor(person, FRESH, self.place(seen - 1));
        }
    }

    fn cursor(&self, person: Id<kind::Person>, lane: i64, place: i64) {
        let (project, now) = (self.project, self.world.now().micros());
        let put = move |tx: &mut kazi_db::Tx<'_>| {
            let row: [Value<'_>; 6] =
                [person.param(), project.param(), "answer".into(), lane.into(), place.into(), now.into()];
            tx.insert_many(&CURSORS, [row])
        };
        self.world.write(put).unwrap();
    }

    /// Every hundredth row waits again, at a new place.
    fn reopen(&self) {
        let (project, base) = (self.project, self.world.now().micros() * 1_000);
        let again = sql!(
            "update task set lane = 0, place = $2 + place - $3 where project = $1 and mod(place - $3, 100) = 0 /*scans: it makes the store*/"
        );
        let first = self.place(0);
        self.world.write(move |tx| tx.execute(again, params![project.param(), base, first])).unwrap();
        self.world.pass(Span::minutes(5));
    }

    /// Takes a task and answers it, so many times in turn; how long the taking took.
    fn times(&self, people: &[Actor], calls: usize) -> Vec<Duration> {
        let mut times = Vec::with_capacity(calls);
        for actor in people.iter().cycle().take(calls + calls / 10) {
            let (projects, who, project) = (self.world.app.projects.clone(), actor.clone(), self.project);
            let turn = self.world.turn();
            let (task, took) = self
                .world
                .write(move |tx| -> Result<_, WorkError> {
                    let begun = Instant::now();
                    let permit = work::permit(tx, &who, project)?;
                    let lent = work::next(tx, &projects, &permit, "answer", 1, &turn)?;
                    work::show(tx, &projects, &permit, lent[0].task)?;
                    Ok((lent[0].task, begun.elapsed()))
                })
                .unwrap();
            times.push(took);
            let (projects, who, turn) = (self.world.app.projects.clone(), actor.clone(), self.world.turn());
            let given = Given { id: turn.mint(), task, body: r#"{"choice":0}"#.to_owned(), millis: 5_000 };
            self.world.write(move |tx| work::answer(tx, &projects, &who, &given, &turn)).unwrap();
            self.world.pass(Span::seconds(2));
        }
        // The first calls prepare the statements and warm the caches.
        times.split_off(calls / 10)
    }
}

fn told(name: &str, mut times: Vec<Duration>) -> (f64, f64) {
    times.sort_unstable();
    let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)].as_secs_f64() * 1e6;
    println!("  {name:28} p50 {:8.1} µs   p99 {:8.1} µs", at(50), at(99));
    (at(50), at(99))
}

/// Measures a store of so many open tasks; the median and the 99th percentile of each case, in microseconds.
fn measure(db: &Db, rows: i64, calls: usize) -> BTreeMap<&'static str, (f64, f64)> {
    let begun = Instant::now();
    let world = World::new(db);
    let centre = world.centre("Kibera");
    let people: Vec<Actor> = (0..202).map(|number| centre.worker(&format!("Worker {number}"))).collect();
    let field = Field::new(&world, centre.id, rows);
    field.learnt(&people);
    println!("{rows} open tasks, made in {:.0} s", begun.elapsed().as_secs_f64());
    let (many, few) = people.split_at(200);
    let mut found = BTreeMap::new();
    found.insert("one worker, fresh", told("one worker, fresh", field.times(&few[..1], calls)));
    let seen = field.rows / 2;
    field.has_seen(few[1].person, seen, true);
    found.insert("half of all seen", told("half of all seen", field.times(&few[1..], calls)));
    for (number, actor) in (1_i64..).zip(many) {
        field.cursor(actor.person, FRESH, field.place(field.rows * number / 250));
    }
    found.insert("200 workers, spread", told("200 workers, spread", field.times(many, calls)));
    field.reopen();
    let again = &many[..50];
    found.insert(
        "1 % opened again",
        told("1 % opened again", field.times(again, calls.min(usize::try_from(rows / 200).unwrap()))),
    );
    found
}

fn main() {
    let mut given: BTreeMap<String, String> = BTreeMap::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(flag) = arguments.next() {
        given.insert(flag, arguments.next().unwrap());
    }
    let number = |flag: &str, default: i64| given.get(flag).map_or(default, |text| text.parse().unwrap());
    let sizes = [number("--small", 10_000), number("--large", 10_000_000)];
    let calls = usize::try_from(number("--calls", 2_000)).unwrap();
    let mut report = serde_json::Map::new();
    for engine in ["sqlite", "postgres"] {
        println!("{engine}");
        let mut both = Vec::new();
        for size in sizes {
            if engine == "sqlite" {
                let folder =
                    given.get("--folder").map_or_else(tempfile::tempdir, tempfile::tempdir_in).unwrap();
                let db = Db::open(&Options::sqlite(folder.path().join("flat.db"))).unwrap();
                db.migrate(MIGRATIONS).unwrap();
                both.push(measure(&db, size, calls));
            } else if let Some(db) = TestDb::postgres(MIGRATIONS) {
                both.push(measure(&db, size, calls));
            }
        }
        let [small, large] = both.as_slice() else {
            println!("  skipped: KAZI_TEST_PG not set");
            continue;
        };
        let cases: serde_json::Map<_, _> = small
            .iter()
            .map(|(name, few)| {
                let many = large[name];
                let ratio = (many.0 / few.0 * 100.0).round() / 100.0;
                println!("  {name:28} {ratio:.2} times");
                let told = serde_json::json!({ "small_p50_us": few.0.round(), "large_p50_us": many.0.round(),
                    "small_p99_us": few.1.round(), "large_p99_us": many.1.round(), "ratio_p50": ratio });
                ((*name).to_owned(), told)
            })
            .collect();
        report.insert(engine.to_owned(), serde_json::json!({ "sizes": sizes, "cases": cases }));
    }
    if let Some(path) = given.get("--out") {
        std::fs::write(path, serde_json::to_string_pretty(&report).unwrap() + "\n").unwrap();
    }
}
