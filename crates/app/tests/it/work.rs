//! Lending, answering, settling, undoing: the promises that a day's wage rests on.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use kazi_app::rows::{Columns, Param};
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::{Centre, World};
use kazi_app::work::{self, Given, Lent, Receipt, Refused, WorkError};
use kazi_db::testing::on_both;
use kazi_db::{Db, DbError, params, sql};
use kazi_domain::policy::Actor;
use kazi_domain::{Id, Span, kind};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// A running project of the questions service at one centre, with rows that wait.
pub struct Bed<'w> {
    pub world: &'w World,
    pub project: Id<kind::Project>,
}

pub const PAY: i64 = 800_000;

impl<'w> Bed<'w> {
    pub fn new(world: &'w World, centre: &Centre<'_>, rows: usize, spec: &str) -> Self {
        let turn = world.turn();
        let project: Id<kind::Project> = turn.mint();
        let source: Id<kind::Source> = turn.mint();
        let (at, centre, spec) = (turn.at.micros(), centre.id, spec.to_owned());
        let organisation = world.operator().organisation;
        world
            .write(move |tx| -> Result<(), DbError> {
                tx.execute(
                    sql!(
                        "insert into project (id, organisation, service, name, state, version, spec, instructions, \
                         currency, gold_every, made_by, made_at) \
                         values ($1, $2, 'questions', 'Rows', 'running', 1, $3, '', 'KES', 0, $2, $4)"
                    ),
                    params![project.param(), organisation.param(), spec.as_str(), at],
                )?;
                for (position, stage) in [(0, "answer"), (1, "decide")] {
                    tx.execute(
                        sql!("insert into project_stage (project, stage, position, pay) values ($1, $2, $3, $4)"),
                        params![project.param(), stage, position, PAY],
                    )?;
                }
                tx.execute(
                    sql!("insert into project_centre (centre, project) values ($1, $2)"),
                    params![centre.param(), project.param()],
                )?;
                for row in 0..rows {
                    let (item, task): (Id<kind::Item>, Id<kind::Task>) = (turn.mint(), turn.mint());
                    let body = format!(r#"{{"show":0,"cells":{{"text":"row {row}"}}}}"#);
                    tx.execute(
                        sql!(
                            "insert into item (id, project, source, position, depth, kind, key, body, state, pieces, \
                             waiting, stage) values ($1, $2, $3, $4, 0, 'row', $5, $6, 'open', 0, 0, 'answer')"
                        ),
                        params![
                            item.param(), project.param(), source.param(), i64::try_from(row).unwrap(),
                            format!("row-{row:06}"), body
                        ],
                    )?;
                    let new = work::NewTask {
                        id: task,
                        project,
                        stage: "answer",
                        item,
                        lane: 1,
                        place: at * 1_000 + i64::try_from(row).unwrap(),
                        wanted: 3,
                        made_at: at,
                    };
                    tx.insert_many(&work::TASKS, [new.values()])?;
                }
                Ok(())
            })
            .unwrap();
        Self { world, project }
    }

    /// Somebody who has learnt the work.
    pub fn learnt(&self, actor: Actor) -> Actor {
        let (person, at) = (actor.person, self.world.now());
        self.world
            .write(move |tx| -> Result<(), DbError> {
                for stage in ["answer", "decide"] {
                    tx.execute(
                        sql!(
                            "insert into certificate (person, service, stage, issued_at) values ($1, 'questions', $2, $3) \
                             on conflict do nothing"
                        ),
                        params![person.param(), stage, at.param()],
                    )?;
                }
                Ok(())
            })
            .unwrap();
        actor
    }

    pub fn next(&self, who: &Actor, stage: &str, count: u32) -> Result<Vec<Lent>, WorkError> {
        let (projects, who, project) = (self.world.app.projects.clone(), who.clone(), self.project);
        let (stage, turn) = (stage.to_owned(), self.world.turn());
        self.world.write(move |tx| {
            let permit = work::permit(tx, &who, project)?;
            work::next(tx, &projects, &permit, &stage, count, &turn)
        })
    }

    pub fn give(
        &self,
        who: &Actor,
        id: Id<kind::Answer>,
        task: Id<kind::Task>,
        choice: u32,
    ) -> Result<Receipt, WorkError> {
        let (projects, who, turn) = (self.world.app.projects.clone(), who.clone(), self.world.turn());
        let given = Given { id, task, body: format!(r#"{{"choice":{choice}}}"#), millis: 4_000 };
        self.world.write(move |tx| work::answer(tx, &projects, &who, &given, &turn))
    }

    pub fn answer(&self, who: &Actor, task: Id<kind::Task>, choice: u32) -> Receipt {
        self.give(who, self.world.turn().mint(), task, choice).unwrap()
    }

    pub fn one(&self, text: &'static kazi_db::Sql) -> i64 {
        let project = self.project;
        self.world
            .read(move |read| -> Result<i64, DbError> {
                read.query_one(text, params![project.param()], |row| row.get(0))
            })
            .unwrap()
    }

    /// Every posting sums to zero, and the purses say what the ledger says.
    pub fn books_balance(&self) {
        let bad = self
            .world
            .read(|read| -> Result<i64, DbError> {
                read.query_one(
                    sql!("select count(*) from (select posting from ledger group by posting having sum(amount) <> 0) odd"),
                    params![],
                    |row| row.get(0),
                )
            })
            .unwrap();
        assert_eq!(bad, 0, "every posting sums to zero");
        let mut by_ledger: BTreeMap<Vec<u8>, (i64, i64)> = BTreeMap::new();
        let mut by_purse = by_ledger.clone();
        let (ledger, purse) = self
            .world
            .read(move |read| -> Result<_, DbError> {
                let ledger = read.query_all(
                    sql!("select owner, account, sum(amount) from ledger where account in ('held', 'accepted') group by owner, account"),
                    params![],
                    |row| Ok((row.get::<Vec<u8>>(0)?, row.get::<String>(1)?, row.get::<i64>(2)?)),
                )?;
                let purse = read.query_all(
                    sql!("select person, sum(held), sum(accepted) from purse group by person"),
                    params![],
                    |row| Ok((row.get::<Vec<u8>>(0)?, row.get::<i64>(1)?, row.get::<i64>(2)?)),
                )?;
                Ok((ledger, purse))
            })
            .unwrap();
        for (owner, account, sum) in ledger {
            let entry = by_ledger.entry(owner).or_default();
            if account == "held" { entry.0 = sum } else { entry.1 = sum }
        }
        for (owner, held, accepted) in purse {
            by_purse.insert(owner, (held, accepted));
        }
        assert_eq!(by_ledger, by_purse);
    }
}

pub fn with_bed(db: &Db, rows: usize, spec: &str, test: impl FnOnce(&Bed<'_>, &Centre<'_>)) {
    let world = World::new(db);
    let centre = world.centre("Kibera");
    let bed = Bed::new(&world, &centre, rows, spec);
    test(&bed, &centre);
    bed.books_balance();
}

#[test]
fn three_who_agree_settle_a_row_and_are_paid() {
    on_both(MIGRATIONS, |db| {
        with_bed(db, 1, "{}", |bed, centre| {
            let people: Vec<Actor> =
                ["Amina", "Baraka", "Chausiku"].iter().map(|name| bed.learnt(centre.worker(name))).collect();
            let mut accepted = Vec::new();
            for person in &people {
                let lent = bed.next(person, "answer", 1).unwrap();
                accepted.push(bed.answer(person, lent[0].task, 0).accepted);
            }
            assert_eq!(accepted, [false, false, true], "pay is held until the row is settled");
            assert_eq!(
                bed.one(sql!("select count(*) from item where project = $1 and state = 'finished'")),
                1
            );
            assert_eq!(
                bed.one(sql!("select count(*) from answer where project = $1 and state = 'accepted'")),
                3
            );
            assert_eq!(
                bed.one(sql!("select sum(amount) from ledger where project = $1 and account = 'accepted'")),
                3 * PAY
            );
            assert_eq!(
                bed.one(sql!(
                    "select sum(amount) from ledger where project = $1 and account = 'project_cost'"
                )),
                -3 * PAY
            );
        });
    });
}

#[test]
fn who_has_not_practised_gets_no_task_and_a_stranger_finds_nothing() {
    on_both(MIGRATIONS, |db| {
        with_bed(db, 1, "{}", |bed, centre| {
            let new = centre.worker("Dalila");
            assert!(matches!(bed.next(&new, "answer", 1), Err(WorkError::LearnFirst)));
            let elsewhere = bed.world.centre("Gulu");
            let stranger = bed.learnt(elsewhere.worker("Otim"));
            assert!(matches!(bed.next(&stranger, "answer", 1), Err(WorkError::NotThere)));
            let worker = bed.learnt(centre.worker("Amina"));
            assert!(matches!(bed.next(&worker, "decide", 1), Err(WorkError::NotThere)), "a reviewer's stage");
            let lent = bed.next(&worker, "answer", 1).unwrap();
            let id = bed.world.turn().mint();
            assert!(matches!(bed.give(&stranger, id, lent[0].task, 0), Err(WorkError::NotThere)));
        });
    });
}

#[test]
fn the_same_id_and_bytes_change_nothing_and_other_bytes_are_refused() {
    on_both(MIGRATIONS, |db| {
        with_bed(db, 2, "{}", |bed, centre| {
            let amina = bed.learnt(centre.worker("Amina"));
            let lent = bed.next(&amina, "answer", 2).unwrap();
            let id = bed.world.turn().mint();
            let first = bed.give(&amina, id, lent[0].task, 1).unwrap();
            assert_eq!(bed.give(&amina, id, lent[0].task, 1).unwrap(), first);
            assert!(matches!(bed.give(&amina, id, lent[0].task, 0), Err(WorkError::OtherBytes)));
            assert!(matches!(bed.give(&amina, id, lent[1].task, 1), Err(WorkError::OtherBytes)));
            assert_eq!(bed.one(sql!("select count(*) from answer where project = $1")), 1);
            let again = bed.give(&amina, bed.world.turn().mint(), lent[0].task, 1);
            assert!(matches!(again, Err(WorkError::NotThere)), "a second answer to one task");
        });
    });
}

#[test]
fn nobody_gets_an_item_twice_and_a_reload_shows_the_same_tasks() {
    on_both(MIGRATIONS, |db| {
        with_bed(db, 5, "{}", |bed, centre| {
            let amina = bed.learnt(centre.worker("Amina"));
            let first = bed.next(&amina, "answer", 3).unwrap();
            let reload: Vec<_> =
                bed.next(&amina, "answer", 3).unwrap().iter().map(|lent| lent.task).collect();
            assert_eq!(first.iter().map(|lent| lent.task).collect::<Vec<_>>(), reload);
            let mut seen = HashSet::new();
            loop {
                let lent = bed.next(&amina, "answer", 2).unwrap();
                let Some(one) = lent.first() else { break };
                assert!(seen.insert(one.item), "an item came twice");
                bed.answer(&amina, one.task, 0);
            }
            assert_eq!(seen.len(), 5);
        });
    });
}

#[test]
fn a_lost_browser_gives_the_task_back_and_a_late_answer_is_kept_and_paid() {
    on_both(MIGRATIONS, |db| {
        with_bed(db, 1, r#"{"answers":1,"at_most":1,"target":0.5}"#, |bed, centre| {
            // The bed wants three answers; one is enough here.
            let project = bed.project;
            bed.world
                .write(move |tx| {
                    tx.execute(
                        sql!("update task set wanted = 1, open = 1 where project = $1"),
                        params![project.param()],
                    )
                })
                .unwrap();
            let (amina, baraka) = (bed.learnt(centre.worker("Amina")), bed.learnt(centre.worker("Baraka")));
            let lent = bed.next(&amina, "answer", 1).unwrap();
            assert!(bed.next(&baraka, "answer", 1).unwrap().is_empty(), "the only slot is lent");
            bed.world.pass(Span::minutes(200));
            let turn = bed.world.turn();
            let swept = bed.world.write(move |tx| work::sweep(tx, 100, &turn)).unwrap();
            assert_eq!(swept, 1);
            let given = bed.next(&baraka, "answer", 1).unwrap();
            assert_eq!(given[0].task, lent[0].task);
            assert!(bed.answer(&baraka, given[0].task, 0).accepted);
            let late = bed.answer(&amina, lent[0].task, 0);
            assert!(late.late && late.accepted);
            assert_eq!(late.accepted_today, PAY);
            assert_eq!(bed.one(sql!("select answered from task where project = $1")), 1, "it does not count");
        });
    });
}

#[test]
fn an_answer_can_be_taken_back_and_given_again() {
    on_both(MIGRATIONS, |db| {
        with_bed(db, 1, "{}", |bed, centre| {
            let amina = bed.learnt(centre.worker("Amina"));
            let lent = bed.next(&amina, "answer", 1).unwrap();
            let id: Id<kind::Answer> = bed.world.turn().mint();
            bed.give(&amina, id, lent[0].task, 1).unwrap();
            let (projects, who, turn) = (bed.world.app.projects.clone(), amina.clone(), bed.world.turn());
            let task = bed.world.write(move |tx| work::take_back(tx, &projects, &who, id, &turn)).unwrap();
            assert_eq!(task, lent[0].task);
            assert_eq!(bed.one(sql!("select answered from task where project = $1")), 0);
            let receipt = bed.answer(&amina, task, 0);
            assert_eq!(receipt.held_today, PAY, "paid once");
            bed.world.pass(Span::minutes(3));
            let (projects, who, turn) = (bed.world.app.projects.clone(), amina.clone(), bed.world.turn());
            let late = receipt.id;
            let refused = bed.world.write(move |tx| work::take_back(tx, &projects, &who, late, &turn));
            assert!(matches!(refused, Err(WorkError::TooLate)));
        });
    });
}

#[test]
fn a_correction_after_settling_weighs_everything_again() {
    on_both(MIGRATIONS, |db| {
        with_bed(db, 1, "{}", |bed, centre| {
            let people: Vec<Actor> =
                ["Amina", "Baraka", "Chausiku"].iter().map(|name| bed.learnt(centre.worker(name))).collect();
            let mut last = None;
            for person in &people {
                let lent = bed.next(person, "answer", 1).unwrap();
                last = Some(bed.answer(person, lent[0].task, 0));
            }
            assert_eq!(
                bed.one(sql!("select count(*) from item where project = $1 and state = 'finished'")),
                1
            );
            let (projects, who, turn) = (bed.world.app.projects.clone(), people[2].clone(), bed.world.turn());
            let id = last.unwrap().id;
            let receipt = bed
                .world
                .write(move |tx| work::correct(tx, &projects, &who, (id, r#"{"choice":1}"#), &turn))
                .unwrap();
            assert!(!receipt.accepted, "they differ now");
            assert_eq!(bed.one(sql!("select count(*) from item where project = $1 and state = 'open'")), 1);
            assert_eq!(
                bed.one(sql!("select sum(settled) from stage_count where project = $1 and stage = 'answer'")),
                0
            );
            assert_eq!(bed.one(sql!("select open from task where project = $1")), 1, "one more is asked");
        });
    });
}

#[test]
fn three_skips_put_an_item_aside_for_the_staff() {
    on_both(MIGRATIONS, |db| {
        with_bed(db, 1, "{}", |bed, centre| {
            for name in ["Amina", "Baraka", "Chausiku"] {
                let person = bed.learnt(centre.worker(name));
                let lent = bed.next(&person, "answer", 1).unwrap();
                let (task, turn, who) = (lent[0].task, bed.world.turn(), person.clone());
                bed.world
                    .write(move |tx| work::refuse(tx, &who, task, (Refused::Skip, "too hard"), &turn))
                    .unwrap();
                assert!(
                    bed.next(&person, "answer", 1).unwrap().is_empty(),
                    "it does not come back to the same person"
                );
            }
            assert_eq!(bed.one(sql!("select count(*) from item where project = $1 and state = 'stuck'")), 1);
            assert_eq!(bed.one(sql!("select count(*) from remark where project = $1")), 3);
        });
    });
}

/// Whatever many people do at once: no slot is lent twice, no row has more answers than were asked for, and
/// every answer is paid once.
#[test]
fn many_at_once_never_overshoot() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let centre = world.centre("Kibera");
        let mut runner = TestRunner::new(Config { cases: 4, failure_persistence: None, ..Config::default() });
        let rounds = std::cell::Cell::new(0);
        runner
            .run(&(1usize..30, 2usize..12, 1u32..9), |(rows, people, ahead)| {
                rounds.set(rounds.get() + 1);
                let round = rounds.get();
                let bed = Bed::new(&world, &centre, rows, r#"{"target":0.5}"#);
                let people: Vec<Actor> = (0..people)
                    .map(|number| bed.learnt(centre.worker(&format!("Worker {round} {number}"))))
                    .collect();
                let bed = Arc::new(bed);
                std::thread::scope(|scope| {
                    for person in &people {
                        let bed = Arc::clone(&bed);
                        scope.spawn(move || work_until_nothing_waits(&bed, person, ahead));
                    }
                });
                let over =
                    bed.one(sql!("select count(*) from task where project = $1 and answered > wanted"));
                prop_assert_eq!(over, 0, "overlap overshoots");
                let below = bed.one(sql!("select count(*) from task where project = $1 and open < 0"));
                prop_assert_eq!(below, 0, "a slot was lent twice");
                let given = bed.one(sql!("select count(*) from answer where project = $1"));
                let expected = i64::try_from(rows * people.len().min(3)).unwrap();
                prop_assert_eq!(given, expected, "each row got as many answers as there were people for it");
                bed.books_balance();
                Ok(())
            })
            .unwrap();
    });
}

/// Who gets nothing goes home at once: what another transaction holds at that very moment is waited for.
fn work_until_nothing_waits(bed: &Bed<'_>, person: &Actor, ahead: u32) {
    loop {
        let lent = bed.next(person, "answer", ahead).unwrap();
        if lent.is_empty() {
            return;
        }
        for one in lent {
            bed.answer(person, one.task, 0);
        }
    }
}

#[test]
fn ids_read_back_from_rows() {
    on_both(MIGRATIONS, |db| {
        with_bed(db, 1, "{}", |bed, _| {
            let project = bed.project;
            let read: Id<kind::Project> = bed
                .world
                .read(move |read| {
                    read.query_one(
                        sql!("select id from project where id = $1"),
                        params![project.param()],
                        |row| row.id(0),
                    )
                })
                .unwrap_or_else(|error: DbError| panic!("{error}"));
            assert_eq!(read, project);
        });
    });
}
