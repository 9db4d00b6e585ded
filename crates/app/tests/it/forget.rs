//! The day on which the data of a project is deleted for good.

use std::sync::Arc;

use kazi_app::acceptance;
use kazi_app::blobs::{Stored, keep_for};
use kazi_app::forget::{self, Erase, Finish, ForgetError, Plan};
use kazi_app::jobs::{self, Handler, Handlers};
use kazi_app::mail::Site;
use kazi_app::rows::Param;
use kazi_app::schema::MIGRATIONS;
use kazi_app::talk;
use kazi_app::testing::{Project, World};
use kazi_db::testing::on_both;
use kazi_db::{DbError, Sql, Tx, params, sql};
use kazi_domain::policy::{Actor, ForgetProject, JudgeDelivery, Talk, ViewProject};
use kazi_domain::{Id, Moment, ProjectState, Span, kind};
use kazi_services::BlobRef;
use proptest::prelude::*;
use serde_json::json;

const DAY: u32 = 24 * 60;

fn site() -> Site {
    Site { address: "https://kazi.example".to_owned(), operator: "Kazi Foundation".to_owned() }
}

fn run<T: Send>(world: &World, what: impl AsyncFnOnce(&World) -> T + Send) -> T {
    std::thread::scope(|scope| {
        let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        scope.spawn(move || runtime().block_on(what(world))).join().unwrap()
    })
}

/// Writes a word wherever a client's words can stand, but for questions and files.
fn scribble(tx: &mut Tx<'_>, id: Id<kind::Project>, word: &str) -> Result<(), DbError> {
    let told = sql!(
        "insert into source_problem (source, number, part, key, message) \
         select id, 1, $2, 'row', $2 from source where project = $1"
    );
    tx.execute(told, params![id.param(), word])?;
    let kept = sql!(
        "insert into answer_kept (answer, kept_at, reason, person, body) \
         select id, 0, 'corrected', person, $2 from answer where project = $1"
    );
    tx.execute(kept, params![id.param(), word])?;
    let noted = sql!("update answer set body = $2 where project = $1");
    tx.execute(noted, params![id.param(), word])?;
    let gold = sql!(
        "insert into gold (task, project, item, stage, truth, made_by, made_at) \
         select id, project, item, stage, $2, $1, 0 from task where project = $1 limit 1"
    );
    tx.execute(gold, params![id.param(), word])?;
    let told = sql!("update instructions set body = $2, changed = $2 where project = $1");
    tx.execute(told, params![id.param(), word])?;
    let told = sql!("update project set instructions = $2, state = 'delivered' where id = $1");
    tx.execute(told, params![id.param(), word])?;
    Ok(())
}

/// A project that is accepted, with this word in everything that a client can put into one, and its bytes.
fn accepted<'w>(world: &'w World, client: &Actor, word: &str, shared: &BlobRef) -> (Project<'w>, BlobRef) {
    let kibera = world.centre(&format!("Centre of {}", world.turn().mint::<kind::Centre>()));
    let rows = format!("id,shop\n1,{word} one\n2,{word} two\n");
    let spec = json!({"question": format!("Is this {word}?"), "choices": [word, "No"]});
    let project = world.project("questions").named("Shops").of(client).at(&kibera).spec(&spec);
    let project = project.paying("answer", "0.50").file(&format!("{word}.csv"), rows).running();
    for worker in ["Amina", "Baraka", "Cherono"].map(|name| kibera.worker(name)) {
        world.has_learnt(&worker, "questions", "answer");
        for _ in 0..2 {
            let lent = project.next(&worker, "answer", 1).unwrap().remove(0);
            project.answer(&worker, lent.task, &json!({"choice": 0})).unwrap();
        }
    }
    let own =
        run(world, async |world| world.app.blobs.put(format!("{word}: the file").into()).await.unwrap());
    let (id, turn) = (project.id, world.turn());
    let can = project.may_as::<Talk>(client);
    let words = word.to_owned();
    let stored = [own.clone(), shared.clone()].map(|hash| Stored {
        hash,
        media_type: "text/csv".to_owned(),
        bytes: 9,
    });
    let put = world.write(move |tx| -> Result<(), talk::TalkError> {
        for one in &stored {
            keep_for(tx, id, one)?;
        }
        let delivery: Id<kind::Delivery> = turn.mint();
        let made = params![delivery.param(), id.param(), turn.at.param()];
        tx.execute(sql!("insert into delivery (id, project, made_at, lot) values ($1, $2, $3, 2)"), made)?;
        let file = sql!(
            "insert into delivery_file (delivery, name, media_type, bytes, blob_hash) values ($1, $2, 'text/csv', 9, $3)"
        );
        let name = format!("{words}-answers.csv");
        tx.execute(file, params![delivery.param(), name.as_str(), stored[0].hash.0.as_str()])?;
        let named = sql!("update source set blob_hash = $2 where project = $1");
        tx.execute(named, params![id.param(), stored[0].hash.0.as_str()])?;
        scribble(tx, id, &words)?;
        let new = talk::New { id: turn.mint(), item: None, subject: words.clone(), body: words.clone() };
        talk::ask(tx, &can, &new, &turn).map(drop)
    });
    put.unwrap();
    let (can, turn) = (project.may::<JudgeDelivery>(), world.turn());
    world.write(move |tx| acceptance::accept(tx, &can, &turn)).unwrap();
    (project, own)
}

fn set(world: &World, project: &Project<'_>, who: &Actor, due: Moment) -> Result<(), ForgetError> {
    let (can, turn) = (project.may_as::<ForgetProject>(who), world.turn());
    world.write(move |tx| forget::set(tx, &can, due, &turn))
}

fn undo(world: &World, project: &Project<'_>) -> Result<(), ForgetError> {
    let (can, turn) = (project.may_as::<ForgetProject>(&world.operator()), world.turn());
    world.write(move |tx| forget::undo(tx, &can, &turn))
}

fn plan(world: &World, project: &Project<'_>) -> Plan {
    let can = project.may::<ViewProject>();
    world.read(move |read| forget::get(read, &can)).unwrap()
}

/// Looks at the clock, and does what is due; letters are not sent here.
fn days_go_by(world: &World, days: u32) {
    let erase = Erase::new(world.app.blobs.clone()).by_clock(long_ago);
    let finish = Finish::new(world.app.blobs.clone()).by_clock(long_ago);
    let all: [Arc<dyn Handler>; 2] = [Arc::new(erase), Arc::new(finish)];
    let handlers: Handlers = all.into_iter().collect();
    for _ in 0..days {
        world.pass(Span::minutes(DAY));
        let turn = world.turn();
        world.write(move |tx| forget::sweep(tx, &site(), &turn)).unwrap();
        let (db, now, handlers) = (world.app.db.clone(), world.now(), handlers.clone());
        let work = move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
            drop(runtime.unwrap().block_on(jobs::drain(&db, &handlers, now)).unwrap());
        };
        std::thread::spawn(work).join().unwrap();
    }
    let left = sql!(
        "select coalesce(max(problem), 'waits') from job where kind in ('forget', 'forget_finish') and state <> 'done' \
         having count(*) > 0 /*scans: a test*/"
    );
    let left: Option<String> = world.read(move |read| read.query_opt(left, &[], |row| row.get(0))).unwrap();
    assert_eq!(left, None, "deleting did not come to its end");
}

/// So that what comes an hour afterwards is due at once.
fn long_ago() -> Moment {
    Moment::from_micros(1_700_000_000_000_000)
}

fn counted(world: &World, statement: &'static Sql, word: &str) -> i64 {
    let pattern = format!("%{word}%");
    world
        .read(move |read| read.query_one(statement, params![pattern.as_str()], |row| row.get::<i64>(0)))
        .unwrap()
}

/// Where a word still stands, of everything that can hold a client's words.
fn found(world: &World, word: &str) -> Vec<&'static str> {
    macro_rules! places {
        ($($table:literal: $($column:literal)+;)*) => {
            [$($(($table, sql!(concat!("select count(*) from ", $table, " where cast(", $column, " as text) like $1 /*scans: a test*/"))),)+)*]
        };
    }
    let places = places! {
        "project": "name" "spec" "instructions" "problem" "below_wage";
        "source": "name"; "source_problem": "part" "key" "message";
        "item": "key" "body" "machine" "outcome" "problem";
        "answer": "body"; "answer_kept": "body"; "gold": "truth"; "remark": "reason";
        "sampled": "note" "outcome"; "rejection": "note" "decision"; "instructions": "body" "changed";
        "delivery_file": "name"; "thread": "subject"; "message": "body"; "hook_sending": "body";
        "mail": "subject" "body"; "job": "body" "problem";
    };
    let holding = places.into_iter().filter(|(_, statement)| counted(world, statement, word) > 0);
    let mut tables: Vec<&'static str> = holding.map(|(table, _)| table).collect();
    tables.dedup();
    tables
}

fn there(world: &World, hash: &BlobRef) -> bool {
    let hash = hash.clone();
    run(world, async move |world| world.app.blobs.exists(&hash).await.unwrap())
}

/// What people earned and what was counted: nothing of it may change.
fn figures(world: &World) -> Vec<(String, i64)> {
    let sums = sql!(
        "select account, cast(sum(amount) as bigint) from ledger group by account union all \
         select 'purse', cast(sum(held + accepted) as bigint) from purse union all \
         select 'tally', cast(sum(answers + pay + units) as bigint) from tally union all \
         select 'counts', cast(sum(items + finished + tasks + settled + answers + pay) as bigint) from stage_count union all \
         select 'answers', cast(sum(pay) as bigint) from answer union all \
         select 'accepted', count(*) from acceptance union all \
         select 'ledger', cast(sum(amount) as bigint) from ledger order by 1 /*scans: a test*/"
    );
    world
        .read(move |read| read.query_all(sums, &[], |row| Ok::<_, DbError>((row.get(0)?, row.get(1)?))))
        .unwrap()
}

/// All rows that a project has, counted table by table.
fn rows_of(world: &World, project: &Project<'_>) -> Vec<i64> {
    let id = project.id;
    let all = [
        sql!("select count(*) from source where project = $1"),
        sql!("select count(*) from item where project = $1 /*scans: a test*/"),
        sql!("select count(*) from stored where project = $1"),
        sql!(
            "select count(*) from delivery d join delivery_file f on f.delivery = d.id where d.project = $1"
        ),
        sql!("select count(*) from thread where project = $1"),
        sql!("select count(*) from gold where project = $1"),
        sql!("select count(*) from answer where project = $1 and body <> ''"),
    ];
    world
        .read(move |read| {
            let counts =
                all.iter().map(|one| read.query_one(one, params![id.param()], |row| row.get::<i64>(0)));
            counts.collect::<Result<Vec<i64>, DbError>>()
        })
        .unwrap()
}

fn letters(world: &World) -> i64 {
    let statement = sql!("select count(*) from mail where kind = 'deletion' /*scans: a test*/");
    world.read(move |read| read.query_one(statement, &[], |row| row.get(0))).unwrap()
}

#[test]
fn on_the_day_everything_goes_but_what_people_earned() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (library, museum) = (world.client("Library"), world.client("Museum"));
        let lead = world.client_lead(&library, "Library");
        let shared = run(&world, async |world| world.app.blobs.put("bytes of two".into()).await.unwrap());
        let (project, own) = accepted(&world, &library, "duka-word", &shared);
        let (other, theirs) = accepted(&world, &museum, "soko-word", &shared);
        let (before, rows) = (figures(&world), rows_of(&world, &other));
        assert_eq!(before.iter().find(|(what, _)| what == "ledger").map(|(_, sum)| *sum), Some(0));
        assert!(found(&world, "duka-word").len() >= 11, "{:?}", found(&world, "duka-word"));

        assert_eq!(
            set(&world, &project, &lead, world.now() + Span::minutes(7 * DAY)),
            Err(ForgetError::TooSoon)
        );
        let due = world.now() + Span::minutes(10 * DAY);
        set(&world, &project, &lead, due).unwrap();
        days_go_by(&world, 2);
        assert_eq!(letters(&world), 0);
        days_go_by(&world, 1);
        assert_eq!(letters(&world), 2, "a week before, to both of the library");
        days_go_by(&world, 5);
        assert_eq!(letters(&world), 2);
        days_go_by(&world, 1);
        assert_eq!(letters(&world), 4, "the day before");
        assert!(plan(&world, &project).begun_at.is_none() && found(&world, "duka-word").len() >= 11);
        days_go_by(&world, 1);

        assert_eq!(found(&world, "duka-word"), Vec::<&str>::new());
        assert!(!there(&world, &own) && there(&world, &shared) && there(&world, &theirs));
        let done = plan(&world, &project);
        assert!(done.done_at.is_some());
        assert_eq!(done.counts, [1, 2, 6, 1, 1]);
        assert_eq!(figures(&world), before, "pay, counts and the ledger stay");
        assert_eq!(rows_of(&world, &project), [0; 7]);
        assert_eq!(rows_of(&world, &other), rows, "the other project is untouched");
        assert!(found(&world, "soko-word").len() >= 11);
        assert_eq!(
            (project.view().state, project.view().items),
            (ProjectState::Accepted, 2),
            "its page still opens"
        );
        assert_eq!(undo(&world, &project), Err(ForgetError::Begun));
        let late = world.now() + Span::minutes(20 * DAY);
        assert_eq!(set(&world, &project, &lead, late), Err(ForgetError::Begun));
    });
}

#[test]
fn until_the_day_it_is_undone_and_nothing_is_lost() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let library = world.client("Library");
        let shared = BlobRef("0".repeat(64));
        let (project, own) = accepted(&world, &library, "duka-word", &shared);
        assert_eq!(undo(&world, &project), Err(ForgetError::NotThere));
        set(&world, &project, &world.operator(), world.now() + Span::minutes(10 * DAY)).unwrap();
        days_go_by(&world, 9);
        undo(&world, &project).unwrap();
        days_go_by(&world, 5);
        assert!(there(&world, &own) && found(&world, "duka-word").len() >= 11);
        assert_eq!(plan(&world, &project).due_at, None);
    });
}

#[test]
fn it_waits_for_its_letters_and_for_second_looks() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let library = world.client("Library");
        let shared = BlobRef("0".repeat(64));
        let (project, _) = accepted(&world, &library, "duka-word", &shared);
        let rejected = world.now();
        let id = project.id;
        let left = sql!(
            "insert into rejection (answer, project, item, stage, person, reason, note, rejected_by, rejected_at) \
             select id, project, item, stage, person, 'other', 'no', person, $2 from answer where project = $1 limit 1"
        );
        world.write(move |tx| tx.execute(left, params![id.param(), rejected.param()]).map(drop)).unwrap();
        set(&world, &project, &world.operator(), world.now() + Span::minutes(8 * DAY)).unwrap();
        // The program was away until after the day: first the letters go out, then a day passes.
        world.pass(Span::minutes(9 * DAY));
        days_go_by(&world, 1);
        assert_eq!((letters(&world), plan(&world, &project).begun_at), (2, None));
        days_go_by(&world, 10);
        assert_eq!(plan(&world, &project).begun_at, None, "its worker may still ask for a second look");
        days_go_by(&world, 12);
        assert!(plan(&world, &project).done_at.is_some());
    });
}

#[test]
fn only_a_project_that_has_ended_is_deleted_and_only_by_who_leads() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let library = world.client("Library");
        let draft = world.project("questions").of(&library).draft();
        let due = world.now() + Span::minutes(30 * DAY);
        assert_eq!(
            set(&world, &draft, &world.operator(), due),
            Err(ForgetError::NotEnded(ProjectState::Draft))
        );
        let (buyer, id) = (library.clone(), draft.id);
        let may = world.read(move |read| {
            Ok::<_, DbError>(kazi_app::projects::may::<ForgetProject>(read, &buyer, id).is_ok())
        });
        assert_eq!(may, Ok(false), "a buyer does not");
        // By itself, after each acceptance.
        let (can, turn) = (draft.may_as::<ForgetProject>(&world.operator()), world.turn());
        let wrong = world.write(move |tx| forget::set_default(tx, &can, Some(3), &turn));
        assert_eq!(wrong, Err(ForgetError::Days));
        let (can, turn) = (draft.may_as::<ForgetProject>(&world.operator()), world.turn());
        world.write(move |tx| forget::set_default(tx, &can, Some(90), &turn)).unwrap();
        let (project, _) = accepted(&world, &library, "duka-word", &BlobRef("0".repeat(64)));
        let planned = plan(&world, &project);
        assert_eq!(planned.due_at, Some(world.now() + Span::minutes(90 * DAY)));
        assert_eq!((planned.set_by, planned.default_days), (None, Some(90)));
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn whatever_was_in_it_nothing_can_be_found_and_others_keep_theirs(
        words in proptest::collection::btree_set("[a-z]{6}-[a-z]{6}", 3), gone in proptest::collection::vec(any::<bool>(), 3),
    ) {
        let db = kazi_db::testing::TestDb::sqlite(MIGRATIONS);
        let world = World::new(&db);
        let shared = run(&world, async |world| world.app.blobs.put("bytes of all".into()).await.unwrap());
        let all: Vec<_> = words.iter().enumerate().map(|(number, word)| {
            let client = world.client(&format!("Client {number}"));
            accepted(&world, &client, word, &shared)
        }).collect();
        let before = figures(&world);
        let rows: Vec<Vec<i64>> = all.iter().map(|(project, _)| rows_of(&world, project)).collect();
        for ((project, _), _) in all.iter().zip(&gone).filter(|(_, gone)| **gone) {
            set(&world, project, &world.operator(), world.now() + Span::minutes(8 * DAY)).unwrap();
        }
        days_go_by(&world, 9);
        prop_assert_eq!(figures(&world), before);
        for (number, (word, (project, own))) in words.iter().zip(&all).enumerate() {
            let places = found(&world, word);
            prop_assert_eq!(places.is_empty(), gone[number], "{} in {:?}", word, places);
            prop_assert_eq!(there(&world, own), !gone[number]);
            prop_assert_eq!(rows_of(&world, project) == rows[number], !gone[number]);
        }
        prop_assert_eq!(there(&world, &shared), !gone.iter().all(|gone| *gone));
    }
}
