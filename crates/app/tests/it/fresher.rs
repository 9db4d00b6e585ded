//! Who decided on a part of a page may check the whole once it has waited for fresher eyes; and what home counts as
//! waiting is what asking would give.

use kazi_app::overview;
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::{Centre, Project, World};
use kazi_app::work::{self, Lent, Refused, WorkError};
use kazi_db::DbError;
use kazi_db::testing::on_both;
use kazi_domain::Span;
use kazi_domain::policy::Actor;
use kazi_services::digitisation::{Item, LineItem, PageItem};
use kazi_services::{BlobRef, JsonPiece, PieceNumber};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

fn piece(item: &Item, key: &str, parent: Option<u64>) -> JsonPiece {
    JsonPiece {
        key: key.to_owned(),
        parent: parent.map(PieceNumber),
        kind: item.kind().to_owned(),
        body: serde_json::to_string(item).unwrap(),
        machine: None,
    }
}

/// Pages with so many lines each.
pub fn book(pages: &[u32]) -> Vec<JsonPiece> {
    let image = || BlobRef("0".repeat(64));
    let mut pieces = Vec::new();
    for (number, lines) in (1..).zip(pages) {
        let page = u64::try_from(pieces.len()).unwrap();
        let (width, height) = (1_000, 1_400);
        let whole = PageItem {
            number,
            width,
            height,
            dpi: 200,
            image: image(),
            image_w: width,
            image_h: height,
            thumb: None,
            label: String::new(),
            rules: vec![],
        };
        pieces.push(piece(&Item::Page(whole), &format!("p{number:04}"), None));
        for index in 1..=*lines {
            let line = LineItem {
                page: number,
                index,
                x: 100,
                y: 40 * index,
                w: 800,
                h: 30,
                baseline: 0,
                x_height: 0,
                image: image(),
                image_w: 800,
                image_h: 30,
                before: None,
                odd: false,
            };
            pieces.push(piece(&Item::Line(line), &format!("p{number:04}.l{index:03}"), Some(page)));
        }
    }
    pieces
}

/// A book that two typists each type blind, without a machine.
fn running<'w>(world: &'w World, centre: &Centre<'w>, pages: &[u32]) -> Project<'w> {
    let spec = json!({"typists": 2, "machine_as_typist": false, "describe": false});
    world.project("digitisation").spec(&spec).at(centre).pieces(book(pages)).running()
}

pub fn learnt(world: &World, actor: Actor) -> Actor {
    for stage in ["type", "resolve", "proofread"] {
        world.has_learnt(&actor, "digitisation", stage);
    }
    actor
}

pub fn line(text: &str) -> Value {
    json!({"is": "line", "text": text})
}

pub fn page(text: &str) -> Value {
    json!({"is": "page", "blocks": [{"type": "paragraph", "text": text}]})
}

/// What home counts as waiting at a stage, and what is held there.
fn counted(project: &Project<'_>, world: &World, actor: &Actor, stage: &str) -> (usize, usize) {
    let (can, now, terms) = (overview::may_view_own(actor).unwrap(), world.now(), world.app.projects.clone());
    let home = world.read(move |read| overview::home(read, &terms, &can, 180, now)).unwrap();
    let mut own = home.queues.iter().filter(|queue| queue.project == project.id);
    let queue = own.find(|queue| queue.stage == stage).unwrap();
    (usize::try_from(queue.waiting).unwrap(), usize::try_from(queue.holds).unwrap())
}

/// What asking would lend, held tasks included, without lending it.
fn asked(project: &Project<'_>, world: &World, actor: &Actor, stage: &'static str) -> usize {
    enum Undone {
        Lent(usize),
        Db(DbError),
        Work(WorkError),
    }
    impl From<DbError> for Undone {
        fn from(error: DbError) -> Self {
            Self::Db(error)
        }
    }
    let (actor, id, turn, projects) = (actor.clone(), project.id, world.turn(), world.app.projects.clone());
    let undone = world.write(move |tx| -> Result<(), Undone> {
        let lent = work::permit(tx, &actor, id)
            .and_then(|permit| work::next(tx, &projects, &permit, stage, 20, &turn))
            .map_err(Undone::Work)?;
        Err(Undone::Lent(lent.len()))
    });
    match undone {
        Err(Undone::Lent(count)) => count,
        Err(Undone::Db(error)) => panic!("{error}"),
        Err(Undone::Work(error)) => panic!("{error}"),
        Ok(()) => 0,
    }
}

fn one(project: &Project<'_>, actor: &Actor, stage: &str) -> Lent {
    project.next(actor, stage, 1).unwrap().pop().unwrap()
}

/// Types all lines of the project, each worker in words of their own, so that somebody must decide.
fn typed_differently(project: &Project<'_>, typists: &[Actor]) {
    for (typist, text) in typists.iter().zip(["Amina wrote", "Baraka typed it", "it was Chiku"]) {
        for lent in project.next(typist, "type", 20).unwrap() {
            project.answer(typist, lent.task, &line(text)).unwrap();
        }
    }
}

fn typists(world: &World, centre: &Centre<'_>) -> Vec<Actor> {
    ["Amina", "Baraka", "Chiku"].into_iter().map(|name| learnt(world, centre.worker(name))).collect()
}

#[test]
fn who_only_decided_proofreads_after_a_minute_and_who_typed_never() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let centre = world.centre("Kibera");
        let typists = typists(&world, &centre);
        let [decider, fresh, typist] =
            ["Otieno", "Neema", "Wafula"].map(|name| learnt(&world, centre.reviewer(name)));
        let project = running(&world, &centre, &[1]);
        let mut all = vec![typist.clone()];
        all.extend_from_slice(&typists[..2]);
        typed_differently(&project, &all);
        let lent = one(&project, &decider, "resolve");
        project.answer(&decider, lent.task, &line("Amina wrote this")).unwrap();

        let offered = |actor: &Actor| {
            let (waiting, holds) = counted(&project, &world, actor, "proofread");
            let lent = asked(&project, &world, actor, "proofread");
            assert_eq!(waiting + holds, lent, "home promises what asking gives");
            lent
        };
        assert_eq!(offered(&fresh), 1, "fresher eyes are asked at once");
        assert_eq!((offered(&decider), offered(&typist)), (0, 0));
        world.pass(Span::seconds(59));
        assert_eq!(offered(&decider), 0, "a minute is not over");
        world.pass(Span::seconds(2));
        assert_eq!((offered(&decider), offered(&fresh)), (1, 1));
        world.pass(Span::minutes(60 * 24));
        assert_eq!(offered(&typist), 0, "nobody checks what they typed, however long it waits");

        let lent = one(&project, &decider, "proofread");
        project.answer(&decider, lent.task, &page("Amina wrote this")).unwrap();
        assert_eq!(offered(&fresh), 0, "the page is done");
    });
}

#[test]
fn what_waits_for_fresher_eyes_is_not_passed_over() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let centre = world.centre("Kibera");
        let typists = typists(&world, &centre);
        let [decider, other] = ["Otieno", "Neema"].map(|name| learnt(&world, centre.reviewer(name)));
        let project = running(&world, &centre, &[1, 1]);
        typed_differently(&project, &typists);
        let [mine, theirs] = [&decider, &other].map(|who| (who, one(&project, who, "resolve").task));
        project.answer(mine.0, mine.1, &line("Amina wrote")).unwrap();
        world.pass(Span::seconds(20));
        project.answer(theirs.0, theirs.1, &line("Amina wrote")).unwrap();
        world.pass(Span::seconds(35));
        // The page that the other decided on stands behind the one that still waits for fresher eyes.
        let lent = one(&project, &decider, "proofread");
        project.answer(&decider, lent.task, &page("Amina wrote")).unwrap();
        assert_eq!(asked(&project, &world, &decider, "proofread"), 0);
        world.pass(Span::seconds(10));
        assert_eq!(counted(&project, &world, &decider, "proofread"), (1, 0));
        assert_eq!(asked(&project, &world, &decider, "proofread"), 1, "home counts it, so it can be had");
    });
}

/// One thing that somebody does; people are told by their number.
#[derive(Debug, Clone)]
enum Move {
    Type { who: usize, text: &'static str },
    Resolve { who: usize },
    Proofread { who: usize },
    Skip { who: usize, stage: &'static str },
    Wait(u32),
}

const STAGES: [&str; 3] = ["type", "resolve", "proofread"];

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let texts = proptest::sample::select(vec!["one", "two words", "three"]);
    let one = prop_oneof![
        6 => (0..5usize, texts).prop_map(|(who, text)| Move::Type { who, text }),
        2 => (3..5usize).prop_map(|who| Move::Resolve { who }),
        2 => (3..5usize).prop_map(|who| Move::Proofread { who }),
        1 => (3..5usize, proptest::sample::select(STAGES.to_vec())).prop_map(|(who, stage)| Move::Skip { who, stage }),
        3 => (1..150u32).prop_map(Move::Wait),
    ];
    proptest::collection::vec(one, 20..50)
}

fn play(world: &World, project: &Project<'_>, people: &[Actor], doing: &Move) {
    let who = |number: usize| people.get(number).unwrap();
    let give = |who: &Actor, stage: &str, body: &Value| {
        if let Some(lent) = project.next(who, stage, 1).unwrap().pop() {
            project.answer(who, lent.task, body).unwrap();
        }
    };
    match *doing {
        Move::Type { who: number, text } => give(who(number), "type", &line(text)),
        Move::Resolve { who: number } => give(who(number), "resolve", &line("one")),
        Move::Proofread { who: number } => give(who(number), "proofread", &page("one")),
        Move::Skip { who: number, stage } => {
            if let Some(lent) = project.next(who(number), stage, 1).unwrap().pop() {
                let (who, turn, skip) = (who(number).clone(), world.turn(), (Refused::Skip, "too hard"));
                world.write(move |tx| work::refuse(tx, &who, lent.task, skip, &turn)).unwrap();
            }
        }
        Move::Wait(seconds) => {
            world.pass(Span::seconds(seconds));
            let turn = world.turn();
            world.write(move |tx| work::sweep(tx, 1_000, &turn)).unwrap();
        }
    }
}

#[test]
fn home_counts_what_asking_would_give() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let centre = world.centre("Kibera");
        let mut people = typists(&world, &centre);
        people.extend(["Otieno", "Neema"].map(|name| learnt(&world, centre.reviewer(name))));
        let mut runner = TestRunner::new(Config { cases: 8, failure_persistence: None, ..Config::default() });
        runner
            .run(&moves(), |moves| {
                let project = running(&world, &centre, &[2, 1, 2]);
                for doing in moves {
                    play(&world, &project, &people, &doing);
                    for (number, person) in people.iter().enumerate() {
                        for stage in &STAGES[..if number < 3 { 1 } else { 3 }] {
                            let lent = asked(&project, &world, person, stage);
                            let (waiting, holds) = counted(&project, &world, person, stage);
                            prop_assert_eq!(
                                waiting + holds,
                                lent,
                                "{} at {} after {:?}",
                                number,
                                stage,
                                doing
                            );
                        }
                    }
                }
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn two_lines_that_open_again_at_one_moment_are_both_given() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let centre = world.centre("Kibera");
        let typists = typists(&world, &centre);
        let project = running(&world, &centre, &[1, 1]);
        for (typist, text) in typists.iter().zip(["one", "two words"]) {
            for lent in project.next(typist, "type", 20).unwrap() {
                project.answer(typist, lent.task, &line(text)).unwrap();
            }
        }
        world.pass(Span::seconds(30));
        let third = typists.last().unwrap();
        for left in [2, 1] {
            assert_eq!(asked(&project, &world, third, "type"), left);
            let lent = one(&project, third, "type");
            project.answer(third, lent.task, &line("one")).unwrap();
        }
    });
}
