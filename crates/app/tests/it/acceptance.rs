//! A client looks at a sample of a delivery, sends back what is wrong, and accepts; nobody loses pay for that.

use std::cell::Cell;
use std::sync::Arc;

use kazi_app::acceptance::{self, AcceptanceError, Desk, Drawn, Filter, Said, Standing, Way, rules};
use kazi_app::delivery::{self, Assemble};
use kazi_app::jobs::{Handler, Handlers};
use kazi_app::listing::Ask;
use kazi_app::rows::Param;
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::{Project, World};
use kazi_app::work::{self, WorkError};
use kazi_db::testing::on_both;
use kazi_db::{DbError, params, sql};
use kazi_domain::policy::Actor;
use kazi_domain::{Id, ProjectState, SampleVerdict, Span, kind};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::fresher::{book, learnt, line, page};

/// Somebody who decides on a project's delivery.
struct Judge<'a, 'w> {
    world: &'w World,
    project: &'a Project<'w>,
}

impl Judge<'_, '_> {
    fn draw(&self, way: Way, seed: u64) -> Result<Drawn, AcceptanceError> {
        let (can, terms) = (self.project.may(), self.world.app.projects.clone());
        self.world.read(move |read| acceptance::drawn(read, &terms, &can, (way, seed)))
    }

    fn begin(&self, way: Way, seed: u64) -> Result<Id<kind::Sample>, AcceptanceError> {
        let (drawn, can, turn) = (self.draw(way, seed)?, self.project.may(), self.world.turn());
        self.world.write(move |tx| acceptance::begin(tx, &can, &drawn, &turn))
    }

    fn say(
        &self,
        sample: Id<kind::Sample>,
        number: i64,
        verdict: SampleVerdict,
    ) -> Result<(), AcceptanceError> {
        let reason = if verdict == SampleVerdict::Wrong { "missing" } else { "" };
        self.say_with(sample, number, (verdict, reason, "the end"))
    }

    fn say_with(
        &self,
        sample: Id<kind::Sample>,
        number: i64,
        (verdict, reason, note): (SampleVerdict, &str, &str),
    ) -> Result<(), AcceptanceError> {
        let (can, turn) = (self.project.may(), self.world.turn());
        let said = Said { verdict, reason: reason.to_owned(), note: note.to_owned() };
        self.world.write(move |tx| acceptance::say(tx, &can, (sample, number), &said, &turn))
    }

    fn desk(&self) -> Desk {
        let (can, terms) = (self.project.may(), self.world.app.projects.clone());
        self.world.read(move |read| acceptance::desk(read, &terms, &can)).unwrap()
    }

    fn standing(&self) -> Standing {
        self.desk().sample.unwrap().standing
    }

    fn accept(&self) -> Result<(), AcceptanceError> {
        let (can, turn) = (self.project.may(), self.world.turn());
        self.world.write(move |tx| acceptance::accept(tx, &can, &turn))
    }

    fn send_back(&self) -> Result<i64, AcceptanceError> {
        let (can, turn, terms) = (self.project.may(), self.world.turn(), self.world.app.projects.clone());
        self.world.write(move |tx| acceptance::send_back(tx, &terms, &can, &turn))
    }

    fn set_aside(&self) -> Result<(), AcceptanceError> {
        let (can, turn) = (self.project.may(), self.world.turn());
        self.world.write(move |tx| acceptance::set_aside(tx, &can, &turn))
    }

    fn one(&self, sql: &'static kazi_db::Sql) -> i64 {
        let id = self.project.id;
        let found = self.world.read(move |read| -> Result<i64, DbError> {
            read.query_one(sql, params![id.param()], |row| row.get(0))
        });
        found.unwrap()
    }

    /// Every posting sums to zero, and purses say what the ledger says.
    fn books_are_right(&self) {
        let found = self.world.read(|read| -> Result<(i64, i64, i64), DbError> {
            let odd = sql!("select count(*) from (select posting from ledger group by posting having sum(amount) <> 0) o");
            let purse = sql!("select cast(coalesce(sum(held + accepted), 0) as bigint) from purse");
            let ledger = sql!(
                "select cast(coalesce(sum(amount), 0) as bigint) from ledger where account in ('held', 'accepted')"
            );
            let number = |row: &kazi_db::Row<'_>| row.get::<i64>(0);
            Ok((
                read.query_one(odd, &[], number)?,
                read.query_one(purse, &[], number)?,
                read.query_one(ledger, &[], number)?,
            ))
        });
        let (odd, purse, ledger) = found.unwrap();
        assert_eq!((odd, purse), (0, ledger));
    }

    fn accepted_pay(&self) -> i64 {
        self.one(sql!(
            "select cast(coalesce(sum(amount), 0) as bigint) from ledger where project = $1 and account = 'accepted'"
        ))
    }

    fn rework_cost(&self) -> i64 {
        self.one(sql!(
            "select cast(-coalesce(sum(amount), 0) as bigint) from ledger where owner = $1 and account = 'rework'"
        ))
    }
}

/// Puts together what is finished.
fn delivered(world: &World, project: &Project<'_>) {
    let turn = world.turn();
    let begun = world.write(move |tx| delivery::check_finished(tx, &turn)).unwrap();
    assert_eq!(begun, [project.id]);
    let assemble = Assemble::new(world.app.blobs.clone(), world.app.projects.clone());
    let handler: Arc<dyn Handler> = Arc::new(assemble);
    world.jobs(&[handler].into_iter().collect::<Handlers>());
    assert_eq!(project.view().state, ProjectState::Delivered);
    world.pass(Span::minutes(1));
}

fn answer_all(world: &World, project: &Project<'_>, who: &Actor, stage: &str, body: &Value) -> usize {
    let mut given = 0;
    loop {
        let lent = project.next(who, stage, 10).unwrap();
        if lent.is_empty() {
            return given;
        }
        for task in lent {
            project.answer(who, task.task, body).unwrap();
            given += 1;
        }
        world.pass(Span::minutes(2));
    }
}

/// A project of so many rows that three workers answered alike, delivered; two reviewers wait.
fn rows(world: &World, count: usize) -> (Project<'_>, [Actor; 3], [Actor; 2]) {
    let (library, kibera) = (world.client("Library"), world.centre("Kibera"));
    let workers = ["Amina", "Baraka", "Daudi"].map(|name| kibera.worker(name));
    let reviewers = ["Otieno", "Wambui"].map(|name| kibera.reviewer(name));
    for worker in workers.iter().chain(&reviewers) {
        world.has_learnt(worker, "questions", "answer");
    }
    let table: String = (0..count).fold("shop\n".to_owned(), |table, row| format!("{table}Duka {row}\n"));
    let project = world.project("questions").of(&library).at(&kibera).file("shops.csv", table).running();
    for worker in &workers {
        answer_all(world, &project, worker, "answer", &json!({"choice": 0}));
    }
    delivered(world, &project);
    (project, workers, reviewers)
}

#[test]
fn a_sample_is_drawn_looked_through_and_says_what_it_found() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (project, _, _) = rows(&world, 10);
        let judge = Judge { world: &world, project: &project };
        let desk = judge.desk();
        assert_eq!((desk.state, desk.kind, desk.lot), (ProjectState::Delivered, "row", 10));
        assert_eq!((desk.sample, desk.measured.is_some()), (None, false));

        let drawn = judge.draw(Way::Count(4), 7).unwrap();
        assert_eq!((drawn.items.len(), drawn.lot), (4, 10));
        assert_eq!(judge.draw(Way::Count(4), 7).unwrap().items, drawn.items, "the seed draws it again");
        assert_eq!(judge.draw(Way::Count(11), 7), Err(AcceptanceError::Size(10)));
        assert_eq!(judge.draw(Way::Redone, 7), Err(AcceptanceError::Nothing), "nothing was sent back yet");
        assert_eq!(judge.draw(Way::Percent(25), 7).unwrap().items.len(), 3);
        assert!(judge.draw(Way::Plan, 7).unwrap().allowed.is_some());

        let sample = judge.begin(Way::Count(4), 7).unwrap();
        assert_eq!(judge.begin(Way::Count(4), 8), Err(AcceptanceError::AlreadyOpen));
        let no_reason = judge.say_with(sample, 1, (SampleVerdict::Wrong, "", ""));
        assert_eq!(no_reason, Err(AcceptanceError::Said(rules::Missing::Reason)));
        judge.say(sample, 1, SampleVerdict::Wrong).unwrap();
        judge.say(sample, 2, SampleVerdict::Right).unwrap();
        judge.say(sample, 3, SampleVerdict::Unsure).unwrap();
        assert_eq!(judge.standing(), Standing { lot: 10, sampled: 4, right: 1, wrong: 1, unsure: 1 });
        assert_eq!(judge.accept(), Err(AcceptanceError::NotLookedThrough(2)));
        assert_eq!(judge.desk().measured, None, "a part of a sample says nothing of all");
        assert_eq!(judge.say(sample, 5, SampleVerdict::Right), Err(AcceptanceError::NotThere));
        judge.say(sample, 3, SampleVerdict::Right).unwrap();
        judge.say(sample, 4, SampleVerdict::Right).unwrap();
        let measured = judge.desk().measured.unwrap();
        assert_eq!((measured.lot, measured.sampled, measured.right, measured.mended), (10, 4, 3, 0));
        assert!(measured.at_least < 0.75 && measured.accuracy.high <= 0.9 + 1e-12, "{measured:?}");
        let (can, wrong) = (project.may(), Filter::Said(SampleVerdict::Wrong));
        let listed =
            world.read(move |read| acceptance::rows(read, &can, sample, (wrong, &Ask::default()))).unwrap();
        assert_eq!((listed.rows.len(), listed.rows[0].number), (1, 1));
        assert_eq!((listed.rows[0].reason.as_str(), listed.rows[0].note.as_str()), ("missing", "the end"));

        judge.set_aside().unwrap();
        assert_eq!(judge.say(sample, 4, SampleVerdict::Wrong), Err(AcceptanceError::Closed));
        assert_eq!(judge.send_back(), Err(AcceptanceError::Closed));
        assert_eq!(judge.desk().sample, None);
        let again = judge.begin(Way::Worker, 7).unwrap();
        assert!((1..=3).contains(&judge.standing().sampled), "one of each worker, each item once");
        for number in 1..=judge.standing().sampled {
            judge.say(again, number, SampleVerdict::Right).unwrap();
        }
        assert_eq!(judge.desk().measured, None, "it was not drawn by chance");
        assert_eq!(judge.send_back(), Err(AcceptanceError::NothingWrong));
        judge.accept().unwrap();
        assert_eq!(judge.accept(), Err(AcceptanceError::NotDelivered(ProjectState::Accepted)));
        let can = project.may();
        let certificate = world.read(move |read| acceptance::accepted(read, &can)).unwrap().unwrap();
        assert_eq!((certificate.certificate, certificate.sample), (None, None));
        assert_eq!((certificate.rounds, certificate.set_aside), (1, 1));
        assert_eq!((certificate.client.as_str(), certificate.service.as_str()), ("Library", "questions"));
    });
}

#[test]
fn what_is_sent_back_is_done_again_by_others_at_the_operators_cost() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (project, [amina, ..], [otieno, _]) = rows(&world, 10);
        let judge = Judge { world: &world, project: &project };
        let (cost, paid) = (project.view().cost, judge.accepted_pay());
        let sample = judge.begin(Way::Count(4), 7).unwrap();
        for number in 1..=4 {
            let verdict = if number == 2 { SampleVerdict::Wrong } else { SampleVerdict::Right };
            judge.say(sample, number, verdict).unwrap();
        }
        assert_eq!(judge.send_back(), Ok(1));
        assert_eq!(judge.send_back(), Err(AcceptanceError::NotDelivered(ProjectState::Running)));
        let view = project.view();
        assert_eq!((view.state, view.items, view.finished), (ProjectState::Running, 10, 9));
        assert_eq!(judge.accepted_pay(), paid, "what was accepted is not taken back");
        let held = sql!("select count(*) from answer where project = $1 and state <> 'accepted'");
        assert_eq!(judge.one(held), 0);
        let turn = world.turn();
        assert_eq!(world.write(move |tx| delivery::check_finished(tx, &turn)).unwrap(), []);

        // Whoever answered it does not get it again; the reviewer sees why it came back.
        assert!(project.next(&amina, "answer", 1).unwrap().is_empty());
        let lent = project.next(&otieno, "decide", 5).unwrap();
        assert_eq!(lent.len(), 1);
        let (terms, actor, id, task) = (world.app.projects.clone(), otieno.clone(), project.id, lent[0].task);
        let shown = world
            .read(move |read| {
                let permit = work::permit(read, &actor, id)?;
                work::show(read, &terms, &permit, task)
            })
            .unwrap();
        let sent_back = shown.sent_back.unwrap();
        assert_eq!((sent_back.reason.as_str(), sent_back.note.as_str()), ("missing", "the end"));
        assert_eq!(shown.readings.len(), 3);
        let receipt = project.answer(&otieno, task, &json!({"choice": 1})).unwrap();
        assert!(receipt.accepted && receipt.pay > 0);
        assert_eq!(project.view().cost, cost, "the client pays nothing for it");
        assert_eq!(judge.rework_cost(), receipt.pay);
        assert_eq!(judge.desk().redone_cost, receipt.pay);
        assert_eq!(judge.accepted_pay(), paid + receipt.pay);
        let wrong =
            sql!("select cast(sum(errors) as bigint) from tally where project = $1 and stage = 'answer'");
        assert_eq!(judge.one(wrong), 3, "the three who were of one mind were wrong");
        judge.books_are_right();

        delivered(&world, &project);
        let redone = judge.begin(Way::Redone, 9).unwrap();
        assert_eq!(judge.standing().sampled, 1);
        let before = judge.desk().measured.unwrap();
        judge.say(redone, 1, SampleVerdict::Right).unwrap();
        let after = judge.desk().measured.unwrap();
        assert_eq!((before.mended, after.mended), (0, 1));
        assert!(after.at_least > before.at_least);
        judge.accept().unwrap();
        let can = project.may();
        let certificate = world.read(move |read| acceptance::accepted(read, &can)).unwrap().unwrap();
        assert_eq!(certificate.certificate, Some(after), "what was true then is kept");
        assert_eq!(certificate.sample, Some((sample, 7)));
        assert_eq!(certificate.rounds, 2);
        judge.books_are_right();
    });
}

/// Calls a project delivered without its files, for services whose pictures the world does not have.
fn called_delivered(world: &World, project: &Project<'_>) {
    let (id, turn) = (project.id, world.turn());
    let unfinished = project.view();
    assert_eq!(unfinished.items, unfinished.finished);
    let done = world.write(move |tx| -> Result<(), DbError> {
        let delivery: Id<kind::Delivery> = turn.mint();
        tx.execute(
            sql!("insert into delivery (id, project, made_at) values ($1, $2, $3)"),
            params![delivery.param(), id.param(), turn.at.param()],
        )?;
        tx.execute(sql!("update project set state = 'delivered' where id = $1"), params![id.param()])
            .map(drop)
    });
    done.unwrap();
    world.pass(Span::minutes(1));
}

#[test]
fn a_page_that_is_sent_back_is_read_by_another_proofreader_who_begins_from_it() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let spec = json!({"typists": 1, "machine_as_typist": false, "describe": false});
        let project = world.project("digitisation").spec(&spec).at(&kibera).pieces(book(&[2, 2])).running();
        let [amina, otieno, wambui] =
            [kibera.worker("Amina"), kibera.reviewer("Otieno"), kibera.reviewer("Wambui")]
                .map(|actor| learnt(&world, actor));
        answer_all(&world, &project, &amina, "type", &line("the boat"));
        answer_all(&world, &project, &otieno, "proofread", &page("the boat"));
        called_delivered(&world, &project);
        let judge = Judge { world: &world, project: &project };
        assert_eq!((judge.desk().kind, judge.desk().lot), ("page", 2));
        let sample = judge.begin(Way::Count(2), 1).unwrap();
        for number in [1, 2] {
            judge.say(sample, number, SampleVerdict::Wrong).unwrap();
        }
        let paid = judge.accepted_pay();
        assert_eq!(judge.send_back(), Ok(2));
        assert!(project.next(&otieno, "proofread", 2).unwrap().is_empty(), "not the one who read it");
        let lent = project.next(&wambui, "proofread", 2).unwrap();
        assert_eq!(lent.len(), 2);
        let (terms, actor, id, task) = (world.app.projects.clone(), wambui.clone(), project.id, lent[0].task);
        let shown = world
            .read(move |read| {
                let permit = work::permit(read, &actor, id)?;
                work::show(read, &terms, &permit, task)
            })
            .unwrap();
        let before: Value = serde_json::from_str(&shown.sent_back.unwrap().before.unwrap()).unwrap();
        assert_eq!(before["blocks"][0]["text"], "the boat");

        // Taking the answer back holds nobody else's pay.
        let receipt = project.answer(&wambui, task, &page("The boat.")).unwrap();
        let (terms, actor, turn) = (world.app.projects.clone(), wambui.clone(), world.turn());
        world.write(move |tx| work::take_back(tx, &terms, &actor, receipt.id, &turn)).unwrap();
        assert_eq!((judge.accepted_pay(), judge.rework_cost()), (paid, 0));
        judge.books_are_right();
        for task in lent {
            project.answer(&wambui, task.task, &page("The boat.")).unwrap();
        }
        let (view, pay) = (project.view(), receipt.pay);
        assert_eq!((view.items, view.finished), (2, 2));
        assert_eq!((judge.accepted_pay(), judge.rework_cost()), (paid + 2 * pay, 2 * pay));
        let text = sql!(
            "select count(*) from item where project = $1 and kind = 'page' and outcome like '%The boat.%'"
        );
        assert_eq!(judge.one(text), 2);
        judge.books_are_right();
    });
}

#[test]
fn an_answer_from_before_cannot_be_changed_once_its_item_was_sent_back() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let spec = json!({"typists": 1, "machine_as_typist": false, "describe": false, "proofread": false});
        let project = world.project("digitisation").spec(&spec).at(&kibera).pieces(book(&[2])).running();
        let [amina, otieno] =
            [kibera.worker("Amina"), kibera.reviewer("Otieno")].map(|actor| learnt(&world, actor));
        let lent = project.next(&amina, "type", 2).unwrap();
        let receipts: Vec<_> =
            lent.iter().map(|task| project.answer(&amina, task.task, &line("the boat")).unwrap()).collect();
        called_delivered(&world, &project);
        let judge = Judge { world: &world, project: &project };
        assert_eq!((judge.desk().kind, judge.desk().lot), ("line", 2), "lines, where no page is read");
        let sample = judge.begin(Way::Count(2), 1).unwrap();
        judge.say(sample, 1, SampleVerdict::Wrong).unwrap();
        judge.say(sample, 2, SampleVerdict::Wrong).unwrap();
        assert_eq!(judge.send_back(), Ok(2));
        assert_eq!(project.view().finished, 0, "the page waits for its lines again");
        for receipt in receipts {
            let (terms, actor, turn) = (world.app.projects.clone(), amina.clone(), world.turn());
            let changed = world.write(move |tx| {
                let body = line("a boat").to_string();
                work::correct(tx, &terms, &actor, (receipt.id, &body), &turn)
            });
            assert!(matches!(changed, Err(WorkError::TooLate)), "{changed:?}");
        }
        assert_eq!(answer_all(&world, &project, &otieno, "resolve", &line("The boat.")), 2);
        assert_eq!(project.view().finished, 1);
        judge.books_are_right();
    });
}

#[test]
fn whatever_a_client_says_the_books_stay_right_and_everything_is_finished_again() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (project, _, reviewers) = rows(&world, 12);
        let judge = Judge { world: &world, project: &project };
        let mut runner = TestRunner::new(Config { cases: 2, failure_persistence: None, ..Config::default() });
        let rounds = Cell::new(0);
        let said = proptest::collection::vec(0..3_u8, 12);
        let run = runner.run(&said, |said| {
            let Some(reviewer) = reviewers.get(rounds.replace(rounds.get() + 1)) else { return Ok(()) };
            let paid = judge.accepted_pay();
            let sample = judge.begin(Way::Count(12), u64::from(said[0])).unwrap();
            for (number, word) in (1..).zip(&said) {
                let verdict =
                    [SampleVerdict::Right, SampleVerdict::Wrong, SampleVerdict::Unsure][usize::from(*word)];
                judge.say(sample, number, verdict).unwrap();
            }
            let wrong = said.iter().map(|word| usize::from(*word == 1)).sum::<usize>();
            match judge.send_back() {
                Ok(sent) => prop_assert_eq!(usize::try_from(sent).unwrap(), wrong),
                Err(error) => {
                    prop_assert_eq!((error, wrong), (AcceptanceError::NothingWrong, 0));
                    judge.set_aside().unwrap();
                    return Ok(());
                }
            }
            prop_assert_eq!(project.view().finished, 12 - i64::try_from(wrong).unwrap());
            answer_all(&world, &project, reviewer, "decide", &json!({"choice": 1}));
            prop_assert!(judge.accepted_pay() > paid);
            judge.books_are_right();
            delivered(&world, &project);
            prop_assert_eq!(project.view().finished, 12);
            Ok(())
        });
        run.unwrap();
    });
}
