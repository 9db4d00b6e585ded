//! Files become items: in depth-first order, with right counts, once.

use kazi_app::intake::{self, SourceError};
use kazi_app::rows::Param;
use kazi_app::schema::MIGRATIONS;
use kazi_db::testing::{TestDb, on_both};
use kazi_db::{DbError, params, sql};
use kazi_domain::{Id, ProjectState, SourceState, kind};
use proptest::prelude::*;

use crate::house::{House, Row};

/// Two pages with three lines, given in another order than that of the tree, and a rule across each page.
const BOOK: &str = "piece - page p1\npiece 0 line p1/a\npiece 0 rule p1/r\npiece 0 line p1/b\n\
                    piece - page p2\npiece 4 rule p2/r\npiece - rule end\n";

fn row(key: &str, parent: &str, (depth, pieces, waiting): (i64, i64, i64), state: &str, task: &str) -> Row {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Row {
        key: key.to_owned(),
        parent: some(parent),
        depth,
        state: state.to_owned(),
        pieces,
        waiting,
        stage: some(task),
        tasks: i64::from(!task.is_empty()),
    }
}

fn book() -> Vec<Row> {
    vec![
        row("p1", "", (0, 3, 2), "waiting", ""),
        row("p1/a", "p1", (1, 0, 0), "open", "type"),
        row("p1/r", "p1", (1, 0, 0), "finished", ""),
        row("p1/b", "p1", (1, 0, 0), "open", "type"),
        row("p2", "", (0, 1, 0), "open", "read"),
        row("p2/r", "p2", (1, 0, 0), "finished", ""),
        row("end", "", (0, 0, 0), "finished", ""),
    ]
}

#[test]
fn a_file_becomes_items_with_their_tasks_and_counts() {
    on_both(MIGRATIONS, |db| {
        let house = House::new(db);
        // Opened in a child, and here: the same comes out.
        for service in ["pages", "notes"] {
            let project = house.project(service, "draft");
            house.add(project, "C:\\books\\book.txt", BOOK);
            assert_eq!(house.sources(project)[0].state, SourceState::Waiting);
            house.drain().unwrap();
            assert_eq!(house.items(project), book());
            assert_eq!(house.counts(project), (3, 1, 3));
            let source = &house.sources(project)[0];
            assert_eq!(
                (source.name.as_str(), source.state, source.done, source.parts),
                ("book.txt", SourceState::Split, 7, 7)
            );
            assert!(source.is_settled());
        }
    });
}

#[test]
fn pictures_are_kept_and_the_project_may_show_them() {
    on_both(MIGRATIONS, |db| {
        let house = House::new(db);
        let project = house.project("pages", "draft");
        house.add(project, "a.txt", "picture - page p1\npicture 0 line p1/a\n");
        house.drain().unwrap();
        let stored = sql!("select count(*) from stored where project = $1 and media_type = 'image/png'");
        let count: i64 = house
            .world
            .read(move |read| -> Result<i64, DbError> {
                read.query_one(stored, params![project.param()], |row| row.get(0))
            })
            .unwrap();
        assert_eq!(count, 2);
        let hash = house.runtime.block_on(house.blobs.put("p1/a".into())).unwrap();
        assert_eq!(house.runtime.block_on(house.blobs.get(&hash)).unwrap(), "p1/a");
    });
}

#[test]
fn a_file_that_cannot_be_used_is_refused_and_the_rest_goes_on() {
    on_both(MIGRATIONS, |db| {
        let house = House::new(db);
        let project = house.project("pages", "draft");
        for content in ["crash\n", "piece - page p\nproblem dark\nrefuse\n", "", "problem too dark\n", BOOK] {
            house.add(project, "file.txt", content);
        }
        house.drain().unwrap();
        let sources = house.sources(project);
        let states: Vec<&str> = sources.iter().map(|source| source.state.word()).collect();
        assert_eq!(states, ["refused", "refused", "refused", "refused", "split"]);
        let problem = |number: usize| sources[number].problem.as_deref().unwrap();
        assert!(problem(0).starts_with("This file cannot be opened"), "{}", problem(0));
        assert_eq!(problem(1), "`refuse` cannot be used: write another line.");
        assert_eq!(problem(2), "Nothing in this file can be worked on. See whether it is the right file.");
        assert_eq!((sources[1].problems, sources[3].problems, sources[4].problems), (1, 1, 0));
        let (can, second) = (house.can(project), sources[1].id);
        let told = house.world.read(move |read| intake::problems(read, &can, second)).unwrap();
        assert_eq!((told[0].part.as_str(), told[0].message.as_str()), ("page 2", "problem dark"));
        assert_eq!(house.items(project), book(), "nothing stays of a refused file");
        assert_eq!(house.counts(project), (3, 1, 3));
    });
}

#[test]
fn files_come_in_while_a_project_is_being_made_runs_or_rests() {
    on_both(MIGRATIONS, |db| {
        let house = House::new(db);
        for state in ["draft", "running", "paused"] {
            let project = house.project("notes", state);
            house.add(project, "one.txt", BOOK);
            house.drain().unwrap();
            house.add(project, "two.txt", BOOK);
            house.drain().unwrap();
            assert_eq!(house.counts(project), (6, 2, 6), "{state}");
        }
        for state in ["assembling", "delivered", "failed", "cancelled"] {
            let project = house.project("notes", state);
            let (can, turn) = (house.can(project), house.world.turn());
            let added = house.world.write(move |tx| intake::add_source(tx, &can, "a.txt", None, &turn));
            assert_eq!(added, Err(SourceError::ProjectEnded(state.parse().unwrap())));
        }
    });
}

#[test]
fn a_name_or_a_length_that_cannot_be_is_refused() {
    on_both(MIGRATIONS, |db| {
        let house = House::new(db);
        let project = house.project("notes", "draft");
        let add = |name: &'static str, bytes| {
            let (can, turn) = (house.can(project), house.world.turn());
            house.world.write(move |tx| intake::add_source(tx, &can, name, bytes, &turn))
        };
        assert_eq!(add("/", None), Err(SourceError::Name));
        assert_eq!(add("a.pdf", Some(intake::LONGEST + 1)), Err(SourceError::TooLong));
        assert!(add("a.pdf", Some(intake::LONGEST)).is_ok());
        let other = house.project("notes", "draft");
        let source = add("b.pdf", Some(9)).unwrap();
        let (can, foreign) = (house.can(project), house.can(other));
        let arriving = house.world.write(move |tx| intake::arriving(tx, &can, source)).unwrap();
        assert_eq!((arriving.name.as_str(), arriving.bytes), ("b.pdf", 9));
        let hidden = house.world.write(move |tx| intake::arriving(tx, &foreign, source));
        assert_eq!(hidden, Err(SourceError::NotThere));
    });
}

#[test]
fn a_source_can_be_taken_away_until_the_project_starts() {
    on_both(MIGRATIONS, |db| {
        let house = House::new(db);
        let project = house.project("notes", "draft");
        let stays = house.add(project, "stays.txt", BOOK);
        let goes = house.add(project, "goes.txt", BOOK);
        house.drain().unwrap();
        let never_split = house.add(project, "never.txt", BOOK);
        let remove = |source| {
            let (can, turn) = (house.can(project), house.world.turn());
            house.world.write(move |tx| intake::remove_source(tx, &can, source, &turn))
        };
        for source in [goes, never_split, goes] {
            remove(source).unwrap();
        }
        assert_eq!(house.sources(project).len(), 1, "gone from the list at once");
        house.drain().unwrap();
        assert_eq!(house.items(project), book());
        assert_eq!(house.counts(project), (3, 1, 3));
        assert_eq!(remove(goes), Err(SourceError::NotThere));
        house.set_state(project, "running");
        assert_eq!(remove(stays), Err(SourceError::ProjectStarted(ProjectState::Running)));
    });
}

/// As many single lines as fill several transactions.
fn long(lines: usize) -> String {
    (0..lines).fold(String::new(), |text, number| text + &format!("piece - line l{number:05}\n"))
}

/// Breaks a splitting off: only the first items are there, and the source waits for another try.
fn break_off(house: &House, project: Id<kind::Project>, source: Id<kind::Source>, first: i64) {
    house
        .world
        .write(move |tx| -> Result<(), DbError> {
            let of = params![source.param(), first];
            tx.execute(
                sql!("delete from task where item in (select id from item where source = $1 and position >= $2)"),
                of,
            )?;
            tx.execute(sql!("delete from item where source = $1 and position >= $2"), of)?;
            tx.execute(sql!("update source set state = 'splitting' where id = $1"), params![source.param()])?;
            let counts = params![project.param(), first];
            tx.execute(sql!("update stage_count set items = $2 where project = $1 and stage = '' and items > 0 and lane = (select min(lane) from stage_count where project = $1 and stage = '')"), counts)?;
            tx.execute(sql!("update stage_count set tasks = $2 where project = $1 and stage = 'type' and lane = (select min(lane) from stage_count where project = $1 and stage = 'type')"), counts)?;
            tx.execute(sql!("update stage_count set items = 0, tasks = 0 where project = $1 and lane > (select min(lane) from stage_count where project = $1)"), params![project.param()])?;
            tx.execute(sql!("update job set state = 'waiting' where subject = $1"), params![source.as_bytes()])?;
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_splitting_that_broke_off_begins_again_while_nobody_works() {
    on_both(MIGRATIONS, |db| {
        let house = House::new(db);
        let project = house.project("notes", "draft");
        let source = house.add(project, "long.txt", &long(5_000));
        house.drain().unwrap();
        let before = house.ids(project);
        break_off(&house, project, source, 2_000);
        house.drain().unwrap();
        let after = house.ids(project);
        assert_eq!((before.len(), after.len()), (5_000, 5_000));
        assert!(after.iter().all(|id| !before.contains(id)), "all of it is new");
        assert_eq!(house.counts(project), (5_000, 0, 5_000));
    });
}

#[test]
fn a_splitting_that_broke_off_goes_on_where_people_work() {
    on_both(MIGRATIONS, |db| {
        let house = House::new(db);
        let project = house.project("notes", "running");
        let source = house.add(project, "long.txt", &long(5_000));
        house.drain().unwrap();
        let before = house.ids(project);
        break_off(&house, project, source, 2_000);
        house.drain().unwrap();
        let after = house.ids(project);
        assert_eq!(after[..2_000], before[..2_000], "what people may have answered stays");
        assert_eq!(after.len(), 5_000);
        assert_eq!(house.counts(project), (5_000, 0, 5_000));
        let keys: Vec<String> = house.items(project).into_iter().map(|item| item.key).collect();
        assert_eq!(keys, long(5_000).lines().map(|line| line[13..].to_owned()).collect::<Vec<_>>());
    });
}

#[test]
fn arriving_twice_splits_once() {
    on_both(MIGRATIONS, |db| {
        let house = House::new(db);
        let project = house.project("notes", "draft");
        let source = house.add(project, "a.txt", BOOK);
        let hash = house.runtime.block_on(house.blobs.put(BOOK.into())).unwrap();
        let arrive = |hash: kazi_services::BlobRef| {
            let (can, turn) = (house.can(project), house.world.turn());
            house.world.write(move |tx| intake::arrived(tx, &can, source, (&hash, 1), &turn))
        };
        assert_eq!(arrive(hash), Ok(()));
        let other = arrive(kazi_services::BlobRef("0".repeat(64)));
        assert_eq!(other, Err(SourceError::NotArriving(SourceState::Waiting)));
        house.drain().unwrap();
        assert_eq!(house.items(project), book());
    });
}

#[test]
fn a_store_that_lost_a_file_says_so() {
    on_both(MIGRATIONS, |db| {
        let house = House::new(db);
        let project = house.project("notes", "draft");
        let source = house.announce(project, "a.txt", None);
        let (can, turn) = (house.can(project), house.world.turn());
        let nowhere = kazi_services::BlobRef("0".repeat(64));
        house.world.write(move |tx| intake::arrived(tx, &can, source, (&nowhere, 1), &turn)).unwrap();
        house.drain().unwrap();
        let source = &house.sources(project)[0];
        assert_eq!(source.state, SourceState::Refused);
        assert!(source.problem.as_deref().unwrap().contains("there are no stored bytes"));
    });
}

#[test]
fn a_project_that_ended_takes_nothing_in() {
    on_both(MIGRATIONS, |db| {
        let house = House::new(db);
        let project = house.project("notes", "running");
        house.add(project, "late.txt", BOOK);
        house.set_state(project, "cancelled");
        house.drain().unwrap();
        assert_eq!(house.items(project), []);
        let source = &house.sources(project)[0];
        assert_eq!(
            (source.state, source.problem.as_deref()),
            (SourceState::Refused, Some("The project has ended."))
        );
    });
}

/// A forest: each piece below an earlier one of the same tree, or a new tree.
fn forests() -> impl Strategy<Value = Vec<(Option<usize>, usize)>> {
    prop::collection::vec((any::<prop::sample::Index>(), any::<bool>(), 0..3_usize), 1..40).prop_map(|all| {
        let mut first = 0;
        all.into_iter()
            .enumerate()
            .map(|(number, (parent, new, kind))| {
                if new || number == 0 {
                    first = number;
                    (None, kind)
                } else {
                    (Some(first + parent.index(number - first)), kind)
                }
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_forest_comes_in_depth_first_with_right_counts(forest in forests()) {
        let db = TestDb::sqlite(MIGRATIONS);
        let house = House::new(&db);
        let project = house.project("notes", "draft");
        let kinds = ["page", "line", "rule"];
        let text = forest.iter().enumerate().fold(String::new(), |text, (number, (parent, kind))| {
            let parent = parent.map_or("-".to_owned(), |parent| parent.to_string());
            text + &format!("piece {parent} {} {number}\n", kinds[*kind])
        });
        house.add(project, "forest.txt", &text);
        house.drain().unwrap();
        let items = house.items(project);
        prop_assert_eq!(items.len(), forest.len());
        let at = |key: &str| items.iter().position(|item| item.key == key).unwrap();
        for (place, item) in items.iter().enumerate() {
            let number: usize = item.key.parse().unwrap();
            let below: Vec<&Row> = items.iter().filter(|one| one.parent.as_deref() == Some(&item.key)).collect();
            prop_assert_eq!(item.parent.clone(), forest[number].0.map(|parent| parent.to_string()));
            prop_assert_eq!(item.pieces, i64::try_from(below.len()).unwrap());
            let unfinished = below.iter().filter(|one| one.state != "finished").count();
            prop_assert_eq!(item.waiting, i64::try_from(unfinished).unwrap());
            let has_stage = forest[number].1 < 2;
            let state = match (unfinished, has_stage) { (0, true) => "open", (0, false) => "finished", _ => "waiting" };
            prop_assert_eq!(item.state.as_str(), state);
            prop_assert_eq!(item.tasks, i64::from(state == "open"));
            // Depth first: right after its parent, or after a deeper or equal neighbour below the same parent.
            match &item.parent {
                None => prop_assert_eq!(item.depth, 0),
                Some(parent) => {
                    let above = at(parent);
                    prop_assert!(above < place);
                    prop_assert_eq!(item.depth, items[above].depth + 1);
                    prop_assert!(items[above + 1..place].iter().all(|one| one.depth >= item.depth));
                }
            }
        }
        let tops = items.iter().filter(|item| item.depth == 0);
        let finished = tops.clone().filter(|item| item.state == "finished").count();
        let tasks: i64 = items.iter().map(|item| item.tasks).sum();
        let expected = (i64::try_from(tops.count()).unwrap(), i64::try_from(finished).unwrap(), tasks);
        prop_assert_eq!(house.counts(project), expected);
    }
}
