//! The queue under many hands: nobody gets a slot twice, nobody sees an item twice, overlap never overshoots, and no
//! task is left waiting while somebody asks who may have it.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use kazi_app::rows::Param;
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::World;
use kazi_app::work::{self, Given, Lent, Patience, Refused};
use kazi_db::testing::on_both;
use kazi_db::{DbError, params, sql};
use kazi_domain::policy::Actor;
use kazi_domain::{Id, Span, kind};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::work::{Bed, with_bed};

/// What one person does, from dice of their own.
struct Hand<'b> {
    bed: &'b Bed<'b>,
    person: &'b Actor,
    ahead: u32,
    dice: u64,
    seen: HashSet<Id<kind::Item>>,
    held: HashSet<Id<kind::Task>>,
}

impl Hand<'_> {
    /// Knuth's linear congruential generator; its high bits are good enough for a test.
    fn roll(&mut self, sides: u64) -> u64 {
        self.dice = self.dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.dice >> 33) % sides
    }

    /// Works until there is nothing; how many tasks went through these hands. What is skipped counts too: its slot may be
    /// for somebody who had already found nothing.
    fn work(&mut self) -> usize {
        let mut done = 0;
        loop {
            let mut lent = self.bed.next(self.person, "answer", self.ahead).unwrap();
            if lent.is_empty() {
                return done;
            }
            self.note(&lent);
            while let Some(one) = lent.pop() {
                if self.roll(12) == 0 {
                    self.skip(one.task);
                } else {
                    let more = self.answer(one.task);
                    self.note(&more);
                    lent.extend(more);
                }
                done += 1;
                self.held.remove(&one.task);
            }
        }
    }

    fn note(&mut self, lent: &[Lent]) {
        for one in lent {
            assert!(self.seen.insert(one.item), "somebody got an item twice");
            assert!(self.held.insert(one.task));
        }
    }

    /// Answers, now and then taking the next task in the same transaction, as the task screen does.
    fn answer(&mut self, task: Id<kind::Task>) -> Vec<Lent> {
        let (choice, wanted) = (self.roll(5) / 4, self.roll(2));
        let projects = self.bed.world.app.projects.clone();
        let (who, turn) = (self.person.clone(), self.bed.world.turn());
        let given = Given { id: turn.mint(), task, body: format!(r#"{{"choice":{choice}}}"#), millis: 4_000 };
        let held = self.held.clone();
        let lent = self.bed.world.write(move |tx| {
            let taken = work::take(tx, &projects, &who, &given, &turn)?;
            if wanted == 0 {
                return Ok(Vec::new());
            }
            let ask = (taken.stage.as_str(), 20);
            work::next_of(tx, &taken.head, &taken.permit, ask, Patience::Pass, &turn)
        });
        lent.unwrap()
            .into_iter()
            .map(|(lent, _)| lent)
            .filter(|lent| !held.contains(&lent.task))
            .take(1)
            .collect()
    }

    fn skip(&mut self, task: Id<kind::Task>) {
        let (who, turn) = (self.person.clone(), self.bed.world.turn());
        let said =
            self.bed.world.write(move |tx| work::refuse(tx, &who, task, (Refused::Skip, "too hard"), &turn));
        said.unwrap();
    }
}

/// Open tasks that somebody of these has not seen.
fn left_waiting(bed: &Bed<'_>, people: &[Actor]) -> i64 {
    let count = |person: &Actor| {
        let (project, person) = (bed.project, person.person);
        bed.world
            .read(move |read| -> Result<i64, DbError> {
                read.query_one(
                    sql!(
                        "select count(*) from task t where t.project = $1 and t.stage = 'answer' and t.open > 0 and \
                         not exists (select 1 from touch h where h.person = $2 and h.item = t.item)"
                    ),
                    params![project.param(), person.param()],
                    |row| row.get(0),
                )
            })
            .unwrap()
    };
    people.iter().map(count).sum()
}

#[test]
fn no_task_is_left_waiting_while_somebody_asks() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let centre = world.centre("Kibera");
        let mut runner = TestRunner::new(Config { cases: 6, failure_persistence: None, ..Config::default() });
        let round = AtomicUsize::new(0);
        runner
            .run(&(1usize..40, 2usize..9, 1u32..6, any::<u64>()), |(rows, people, ahead, dice)| {
                let round = round.fetch_add(1, Ordering::Relaxed);
                let bed = Bed::new(&world, &centre, rows, r#"{"answers":3,"at_most":7,"target":0.95}"#);
                // Cursors move only over what is older than some seconds; and no cursor wraps while time stands still.
                world.pass(Span::minutes(5));
                let people: Vec<Actor> =
                    (0..people).map(|number| bed.learnt(centre.worker(&format!("W {round} {number}")))).collect();
                let mut hands: Vec<Hand<'_>> = (1..)
                    .zip(&people)
                    .map(|(number, person)| {
                        let (seen, held) = (HashSet::new(), HashSet::new());
                        Hand { bed: &bed, person, ahead, dice: dice.wrapping_mul(number), seen, held }
                    })
                    .collect();
                // One who went home may be asked again for what opened later: all come back until nobody finds anything.
                loop {
                    let done: usize = std::thread::scope(|scope| {
                        let running: Vec<_> = hands.iter_mut().map(|hand| scope.spawn(|| hand.work())).collect();
                        running.into_iter().map(|hand| hand.join().unwrap()).sum()
                    });
                    if done == 0 {
                        break;
                    }
                }
                prop_assert_eq!(left_waiting(&bed, &people), 0, "a task waits, and somebody asked in vain");
                let over = bed.one(sql!("select count(*) from task where project = $1 and (answered > wanted or open < 0)"));
                prop_assert_eq!(over, 0, "overlap overshoots");
                let slots = bed.one(sql!(
                    "select count(*) from task where project = $1 and state = 'open' and open + answered <> wanted"
                ));
                prop_assert_eq!(slots, 0, "a slot is lost: nobody holds it and nobody can take it");
                let twice = bed.one(sql!(
                    "select count(*) from (select item, person from answer where project = $1 group by item, person \
                     having count(*) > 1) twice"
                ));
                prop_assert_eq!(twice, 0, "somebody answered an item twice");
                bed.books_balance();
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn two_windows_of_one_person_share_what_one_person_may_hold() {
    on_both(MIGRATIONS, |db| {
        with_bed(db, 60, "{}", |bed, centre| {
            bed.world.pass(Span::minutes(5));
            let amina = bed.learnt(centre.worker("Amina"));
            let lent: Vec<Lent> = std::thread::scope(|scope| {
                let windows: Vec<_> =
                    (0..6).map(|_| scope.spawn(|| bed.next(&amina, "answer", 20).unwrap())).collect();
                windows.into_iter().flat_map(|window| window.join().unwrap()).collect()
            });
            let tasks: HashSet<_> = lent.iter().map(|lent| lent.task).collect();
            assert_eq!((lent.len(), tasks.len()), (120, 20), "every window shows the same twenty");
            assert_eq!(bed.one(sql!("select count(*) from lease where project = $1")), 20);
            assert_eq!(bed.one(sql!("select sum(open) from task where project = $1")), 160, "one slot each");
        });
    });
}

/// Places are given when a transaction begins and seen when it ends: what was begun earlier may be seen later.
#[test]
fn a_task_that_is_seen_later_than_its_place_says_is_not_passed_over() {
    on_both(MIGRATIONS, |db| {
        with_bed(db, 2, "{}", |bed, centre| {
            bed.world.pass(Span::minutes(5));
            let amina = bed.learnt(centre.worker("Amina"));
            for one in bed.next(&amina, "answer", 2).unwrap() {
                bed.answer(&amina, one.task, 0);
            }
            let (early, baraka) = (bed.world.turn(), bed.learnt(centre.worker("Baraka")));
            bed.world.pass(Span::seconds(5));
            let two = bed.next(&baraka, "answer", 2).unwrap();
            let give_back = |task: Id<kind::Task>, turn: kazi_app::Turn| {
                let who = baraka.clone();
                bed.world.write(move |tx| work::refuse(tx, &who, task, (Refused::Skip, ""), &turn)).unwrap();
            };
            // The one that came back later is seen first, and Chausiku takes it.
            give_back(two[1].task, bed.world.turn());
            let chausiku = bed.learnt(centre.worker("Chausiku"));
            let first = bed.next(&chausiku, "answer", 1).unwrap();
            assert_eq!(first[0].task, two[1].task);
            bed.answer(&chausiku, first[0].task, 0);
            give_back(two[0].task, early);
            let second = bed.next(&chausiku, "answer", 1).unwrap();
            assert_eq!(second[0].task, two[0].task);
        });
    });
}

/// The only open task is held by a transaction that has not ended: whoever asks waits for it, and gets what it left.
#[test]
fn who_asks_while_the_last_task_is_held_waits_for_it() {
    on_both(MIGRATIONS, |db| {
        with_bed(db, 1, "{}", |bed, centre| {
            bed.world.pass(Span::minutes(5));
            let (amina, baraka) = (bed.learnt(centre.worker("Amina")), bed.learnt(centre.worker("Baraka")));
            let lent = bed.next(&amina, "answer", 1).unwrap()[0];
            let (holds, held) = std::sync::mpsc::channel();
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    let project = bed.project;
                    bed.world
                        .write(move |tx| -> Result<(), DbError> {
                            let task = params![lent.task.param(), project.param()];
                            tx.execute(
                                sql!("update task set refused = refused where id = $1 and project = $2"),
                                task,
                            )?;
                            holds.send(()).unwrap();
                            std::thread::sleep(std::time::Duration::from_millis(200));
                            Ok(())
                        })
                        .unwrap();
                });
                held.recv().unwrap();
                assert_eq!(bed.next(&baraka, "answer", 1).unwrap()[0].task, lent.task);
            });
        });
    });
}
