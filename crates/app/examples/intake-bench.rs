//! How quickly rows come in and go out, and in how much memory: `cargo run --release -p kazi-app --features
//! testing --example intake-bench -- 100000 1000000` (rows). Uses SQLite in a throw-away folder, or the
//! server that `KAZI_TEST_PG` names when the first word is `postgres`.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement stops at the first surprise")]

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use futures_util::stream;
use kazi_app::blobs::Blobs;
use kazi_app::bound::Projects;
use kazi_app::delivery::{self, Assemble};
use kazi_app::intake::{self, Remove, Split, Uploads};
use kazi_app::jobs::{self, Handler, Handlers};
use kazi_app::media::MediaChild;
use kazi_app::rows::Param;
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::World;
use kazi_db::testing::TestDb;
use kazi_db::{Db, DbError, params, sql};
use kazi_domain::policy::{Facts, ManageProject, permit};
use kazi_domain::{Id, Moment, kind};
use tokio::runtime::Runtime;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let on_server = words.first().is_some_and(|word| word == "postgres");
    for rows in words.iter().filter_map(|word| word.parse::<u32>().ok()) {
        let db = if on_server { TestDb::postgres(MIGRATIONS).unwrap() } else { TestDb::sqlite(MIGRATIONS) };
        measure(&db, rows);
    }
}

/// What files go through.
struct Place {
    world: World,
    uploads: Uploads,
    handlers: Handlers,
    runtime: Runtime,
    _folder: tempfile::TempDir,
}

impl Place {
    fn new(db: &Db) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::local(&folder.path().join("blobs"), &folder.path().join("spool")).unwrap();
        let uploads = Uploads::new(&blobs).unwrap();
        let split = Split::new(blobs.clone(), MediaChild::of_this_program().unwrap());
        let assemble = Assemble::new(blobs, Projects::default());
        let all: [Arc<dyn Handler>; 3] = [Arc::new(split), Arc::new(Remove), Arc::new(assemble)];
        let handlers = all.into_iter().collect();
        Self { world: World::new(db), uploads, handlers, runtime: Runtime::new().unwrap(), _folder: folder }
    }

    fn drain(&self) {
        let far = Moment::from_micros(i64::MAX / 2);
        self.runtime.block_on(jobs::drain(&self.world.app.db, &self.handlers, far)).unwrap().unwrap();
    }
}

/// The rows of a table, in chunks.
fn table(rows: u32) -> impl Iterator<Item = Result<Bytes, String>> {
    let mut number = 0;
    std::iter::from_fn(move || {
        let mut chunk = String::new();
        if number == 0 {
            chunk.push_str("id,text,link\n");
        }
        for _ in 0..1_000.min(rows - number) {
            let words = "Does the sign in picture";
            writeln!(chunk, "{number},{words} {number} stand?,https://x.example/{number}.jpg").unwrap();
            number += 1;
        }
        (!chunk.is_empty()).then(|| Ok(Bytes::from(chunk)))
    })
}

fn measure(db: &Db, rows: u32) {
    let place = Place::new(db);
    let world = &place.world;
    let (project, can) = project(world);
    let (owner, turn) = (can.clone(), world.turn());
    let source = world.write(move |tx| intake::add_source(tx, &owner, "rows.csv", None, &turn)).unwrap();
    let begun = Instant::now();
    let kept = place.runtime.block_on(place.uploads.receive(source, stream::iter(table(rows)))).unwrap();
    println!("{rows} rows, {} bytes, {:?}", kept.1, db.engine());
    println!("  uploaded in {:.2} s", begun.elapsed().as_secs_f64());
    let turn = world.turn();
    world.write(move |tx| intake::arrived(tx, &can, source, (&kept.0, kept.1), &turn)).unwrap();
    let begun = Instant::now();
    place.drain();
    println!("  split into items with tasks in {:.2} s; memory {}", begun.elapsed().as_secs_f64(), memory());
    let tasks = sql!("select count(*) from task where project = $1");
    let count = move |read: &mut kazi_db::Read<'_>| -> Result<i64, DbError> {
        read.query_one(tasks, params![project.param()], |row| row.get(0))
    };
    assert_eq!(world.read(count).unwrap(), i64::from(rows));
    answer_everything(world, project);
    assert_eq!(place.runtime.block_on(delivery::sweep(db)).unwrap(), [project]);
    let begun = Instant::now();
    place.drain();
    println!("  delivered in {:.2} s; memory {}", begun.elapsed().as_secs_f64(), memory());
    let state = sql!("select state, problem from project where id = $1");
    let state = world.read(move |read| -> Result<(String, Option<String>), DbError> {
        read.query_one(state, params![project.param()], |row| Ok((row.get(0)?, row.get(1)?)))
    });
    assert_eq!(state.unwrap(), ("delivered".to_owned(), None));
}

fn project(world: &World) -> (Id<kind::Project>, kazi_domain::policy::Can<ManageProject>) {
    let client = world.client("Library");
    let turn = world.turn();
    let id: Id<kind::Project> = turn.mint();
    let spec = kazi_services::find("questions").unwrap().default_spec().to_string();
    let can =
        permit(&client, id, Facts { organisation: Some(client.organisation), ..Facts::default() }).unwrap();
    let insert = sql!(
        "insert into project (id, organisation, service, name, state, version, spec, instructions, currency, \
         gold_every, made_by, made_at) values ($1, $2, 'questions', 'Rows', 'running', 1, $3, '', 'KES', 0, $4, $5)"
    );
    world
        .write(move |tx| -> Result<u64, DbError> {
            let (organisation, person) = (client.organisation, client.person);
            tx.execute(
                insert,
                params![id.param(), organisation.param(), spec.as_str(), person.param(), turn.at.param()],
            )
        })
        .unwrap();
    (id, can)
}

/// Three answers to each item and their outcome, as the work would leave them.
fn answer_everything(world: &World, project: Id<kind::Project>) {
    let answers = sql!(
        "insert into answer (id, item, stage, person, task, project, body, millis, pay, given_at, day, state, late, gold) \
         select /*sqlite: randomblob(16)*/ /*postgres: decode(md5(random()::text || t.id::text), 'hex')*/, t.item, \
         t.stage, $2, t.id, t.project, '{\"choice\":0}', 900, 1, 1, 1, 'accepted', 0, 0 \
         from task t where t.project = $1"
    );
    let outcome =
        sql!("update item set state = 'finished', outcome = $2, confidence = 0.97 where project = $1");
    let counts = sql!("update stage_count set finished = items where project = $1");
    world
        .write(move |tx| -> Result<(), DbError> {
            for person in [[1; 16], [2; 16], [3; 16]] {
                tx.execute(answers, params![project.param(), <[u8; 16]>::as_slice(&person)])?;
            }
            tx.execute(outcome, params![project.param(), "{\"choice\":0}"])?;
            tx.execute(counts, params![project.param()]).map(drop)
        })
        .unwrap();
}

/// The memory of this process: now, and at its highest.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let of = |key: &str| {
        status.lines().find_map(|line| line.strip_prefix(key)).map_or("unknown", str::trim).to_owned()
    };
    format!("{} (peak {})", of("VmRSS:"), of("VmHWM:"))
}
