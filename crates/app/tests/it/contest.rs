//! Answers that were not accepted, and the second look at them.

use std::sync::Barrier;

use kazi_app::contest::{self, ContestError, Decision, Filter, Whose};
use kazi_app::journal;
use kazi_app::listing::{Ask, Cursor};
use kazi_app::network::NotForYou;
use kazi_app::overview::{self, may_view_own};
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::{Centre, Project, World};
use kazi_app::work::{self, Mend, Refused, WorkError};
use kazi_db::testing::on_both;
use kazi_db::{DbError, sql};
use kazi_domain::policy::{Actor, MendProject};
use kazi_domain::{Id, LookState, Plea, Span, WhyNot, kind};
use serde_json::json;

const PAY: i64 = 500_000;

/// An item that two people have answered, and that two others then reported: its answers are held.
struct Stuck<'w> {
    world: &'w World,
    kibera: Centre<'w>,
    project: Project<'w>,
    amina: Actor,
    baraka: Actor,
    answer: Id<kind::Answer>,
    item: Id<kind::Item>,
}

impl<'w> Stuck<'w> {
    fn new(world: &'w World) -> Self {
        let (kibera, library) = (
            world.centre("Kibera"),
            world.client(&format!("Library {}", world.turn().mint::<kind::Person>())),
        );
        let project =
            world.project("questions").named("Shops").of(&library).at(&kibera).file("a.csv", "shop\nDuka\n");
        let project = project.paying("answer", "0.50").running();
        let [amina, baraka, cherono, dalila] =
            ["Amina", "Baraka", "Cherono", "Dalila"].map(|name| kibera.worker(name));
        let mut given = None;
        for worker in [&amina, &baraka, &cherono, &dalila] {
            world.has_learnt(worker, "questions", "answer");
        }
        for worker in [&baraka, &amina] {
            let lent = project.next(worker, "answer", 1).unwrap().remove(0);
            let id = project.answer(worker, lent.task, &json!({"choice": 0})).unwrap().id;
            given = Some((id, lent.item));
        }
        for worker in [cherono, dalila] {
            let (task, turn) = (project.next(&worker, "answer", 1).unwrap().remove(0).task, world.turn());
            world
                .write(move |tx| work::refuse(tx, &worker, task, (Refused::Report, "broken"), &turn))
                .unwrap();
        }
        let (answer, item) = given.unwrap();
        Self { world, kibera, project, amina, baraka, answer, item }
    }

    fn reject(&self, note: &str) -> Result<(), ContestError> {
        let can = self.project.may_as::<MendProject>(&self.world.operator());
        let (answer, turn, note) = (self.answer, self.world.turn(), note.to_owned());
        self.world.write(move |tx| contest::reject(tx, &can, answer, (WhyNot::MadeUp, &note), &turn))
    }

    fn ask(&self, who: &Actor) -> Result<(), ContestError> {
        let (can, answer, turn) = (may_view_own(who).unwrap(), self.answer, self.world.turn());
        self.world.write(move |tx| contest::ask_again(tx, &can, (answer, Plea::Right), &turn))
    }

    fn decide(&self, who: &Actor, put_right: bool, note: &str) -> Result<(), ContestError> {
        let (actor, id, answer, turn) = (who.clone(), self.project.id, self.answer, self.world.turn());
        let decision = Decision { put_right, note: note.to_owned() };
        self.world.write(move |tx| {
            let can = contest::may_decide(tx, &actor, id).map_err(|_| ContestError::NotThere)?;
            contest::decide(tx, &can, answer, &decision, &turn)
        })
    }

    /// Held and accepted, of today.
    fn purse(&self, who: &Actor) -> (i64, i64) {
        let can = may_view_own(who).unwrap();
        let day = self.world.now().day(180);
        let purses = self.world.read(move |read| overview::today(read, &can, day)).unwrap();
        purses.first().map_or((0, 0), |purse| (purse.held, purse.accepted))
    }

    /// What each account of the ledger holds; all of it sums to nothing.
    fn ledger(&self) -> Vec<(String, i64)> {
        let sums = sql!(
            "select account, cast(sum(amount) as bigint) from ledger group by account order by account /*scans*/"
        );
        let sums: Vec<(String, i64)> = self
            .world
            .read(move |read| read.query_all(sums, &[], |row| Ok::<_, DbError>((row.get(0)?, row.get(1)?))))
            .unwrap();
        assert_eq!(sums.iter().map(|(_, sum)| sum).sum::<i64>(), 0);
        sums
    }

    fn mend(&self, decision: Mend) -> Result<(), WorkError> {
        let can = self.project.may_as::<MendProject>(&self.world.operator());
        let (item, turn, all) = (self.item, self.world.turn(), self.world.app.projects.clone());
        self.world.write(move |tx| work::mend(tx, &all, &can, (item, &decision), &turn))
    }
}

#[test]
fn what_is_not_accepted_is_put_right_by_somebody_else_and_paid() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let stuck = Stuck::new(&world);
        let (juma, operator) = (stuck.kibera.team_leader("Juma"), world.operator());
        assert_eq!(stuck.reject("  "), Err(ContestError::NoNote), "its worker must know why");
        assert_eq!(stuck.purse(&stuck.amina), (PAY, 0));
        stuck.reject("The shop is not called so.").unwrap();
        assert_eq!(stuck.reject("Again."), Err(ContestError::NotHeld));
        assert_eq!((stuck.purse(&stuck.amina), stuck.purse(&stuck.baraka)), ((0, 0), (PAY, 0)));
        assert_eq!(stuck.project.view().cost, PAY, "the client does not pay for it");

        assert_eq!(stuck.decide(&juma, true, ""), Err(ContestError::NotAsked));
        assert_eq!(stuck.ask(&stuck.baraka), Err(ContestError::NotThere), "it is not hers");
        stuck.ask(&stuck.amina).unwrap();
        assert_eq!(stuck.ask(&stuck.amina), Err(ContestError::AlreadyAsked));
        let figures = stuck.project.view().contests;
        assert_eq!((figures.rejected, figures.contested, figures.waiting, figures.put_right), (1, 1, 1, 0));

        assert_eq!(stuck.decide(&operator, true, ""), Err(ContestError::OwnCase), "whoever said no");
        assert_eq!(stuck.decide(&juma, false, " "), Err(ContestError::NoNote), "a no says why");
        // It is paid on the day of the decision, so that it stands in the money of that day.
        world.pass(Span::minutes(3 * 24 * 60));
        stuck.decide(&juma, true, "It is on the sign.").unwrap();
        assert_eq!(stuck.decide(&juma, false, "No."), Err(ContestError::Decided));
        assert_eq!(stuck.purse(&stuck.amina), (0, PAY));
        let sums: Vec<(String, i64)> = [("accepted", PAY), ("held", PAY), ("project_cost", -2 * PAY)]
            .map(|(account, sum)| (account.to_owned(), sum))
            .into();
        assert_eq!(stuck.ledger(), sums);
        assert_eq!(stuck.project.view().cost, 2 * PAY);
        assert_eq!(stuck.project.view().contests.put_right, 1);

        let (can, now) = (may_view_own(&stuck.amina).unwrap(), world.now());
        let own = world.read(move |read| contest::own(read, &can, &Ask::default())).unwrap().rows;
        assert_eq!((own.len(), own[0].note.as_str()), (1, "The shop is not called so."));
        assert_eq!((own[0].reason, own[0].plea), (WhyNot::MadeUp, Some(Plea::Right)));
        let outcome = own[0].outcome.as_ref().unwrap();
        assert!(outcome.put_right && outcome.note == "It is on the sign." && !own[0].may_ask(now));
        let can = may_view_own(&stuck.baraka).unwrap();
        assert!(world.read(move |read| contest::own(read, &can, &Ask::default())).unwrap().rows.is_empty());
        let can = journal::may_view(&operator).unwrap();
        let rows = world
            .read(move |read| journal::list(read, &can, &journal::Wish::default(), &Ask::default()))
            .unwrap()
            .rows;
        for kind in ["answer.rejected", "answer.contested", "answer.decided"] {
            assert!(rows.iter().any(|row| row.kind == kind), "{kind}");
        }
    });
}

#[test]
fn what_is_upheld_stays_unpaid() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let stuck = Stuck::new(&world);
        stuck.reject("Made up.").unwrap();
        world.pass(Span::minutes(29 * 24 * 60));
        stuck.ask(&stuck.amina).unwrap();
        let otieno = stuck.kibera.reviewer("Otieno");
        stuck.decide(&otieno, false, "There is no shop in the picture.").unwrap();
        assert_eq!((stuck.purse(&stuck.amina), stuck.project.view().cost), ((0, 0), PAY));
        assert_eq!(stuck.project.view().contests.put_right, 0);
    });
}

#[test]
fn nobody_is_judge_in_their_own_case() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let stuck = Stuck::new(&world);
        stuck.reject("Made up.").unwrap();
        stuck.ask(&stuck.amina).unwrap();
        let elsewhere = world.centre("Mombasa").team_leader("Salim");
        for stranger in [&elsewhere, &stuck.amina, &stuck.project.client] {
            assert_eq!(stuck.decide(stranger, true, ""), Err(ContestError::NotThere));
        }
        // Somebody who became a reviewer after having answered the same item.
        let roles =
            |actor: &Actor| Actor { roles: actor.roles.with(kazi_domain::Role::Reviewer), ..actor.clone() };
        assert_eq!(stuck.decide(&roles(&stuck.baraka), true, ""), Err(ContestError::OwnCase));
        assert_eq!(stuck.decide(&roles(&stuck.amina), true, ""), Err(ContestError::OwnCase));
        let (answer, id) = (stuck.answer, stuck.project.id);
        let (own, other) = (roles(&stuck.amina), stuck.kibera.reviewer("Otieno"));
        world
            .read(move |read| {
                assert_eq!(contest::project_of(read, answer).unwrap(), id);
                let can = contest::may_decide(read, &own, id).unwrap();
                assert_eq!(contest::look(read, &can, answer), Err(ContestError::NotThere));
                let can = contest::may_decide(read, &other, id).unwrap();
                let look = contest::look(read, &can, answer).unwrap();
                assert!(!look.own_case && look.given.contains("choice"));
                let none = contest::project_of(read, kazi_domain::Id::from_bytes([9; 16]));
                assert_eq!(none, Err(NotForYou::NotThere));
                Ok::<_, DbError>(())
            })
            .unwrap();
    });
}

#[test]
fn a_second_look_has_its_time_and_paid_work_stays_paid() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let stuck = Stuck::new(&world);
        stuck.reject("Made up.").unwrap();
        world.pass(contest::ASK_WITHIN);
        world.pass(Span::seconds(1));
        assert_eq!(stuck.ask(&stuck.amina), Err(ContestError::TooLate));

        let other = Stuck::new(&world);
        other.mend(Mend::Reopen).unwrap();
        assert_eq!(other.reject("Made up."), Err(ContestError::NotStuck), "people still work on it");
        assert_eq!(other.purse(&other.amina), (PAY, 0), "what was refused changed nothing");
        let third = Stuck::new(&world);
        third.mend(Mend::Drop).unwrap();
        assert_eq!(third.reject("Made up."), Err(ContestError::NotHeld), "accepted stays accepted");
    });
}

#[test]
fn what_was_not_accepted_has_no_part_in_what_the_item_comes_to() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let stuck = Stuck::new(&world);
        stuck.reject("Made up.").unwrap();
        let (id, projects, turn, amina) =
            (stuck.answer, world.app.projects.clone(), world.turn(), stuck.amina.clone());
        let back = world.write(move |tx| work::take_back(tx, &projects, &amina, id, &turn));
        assert!(matches!(back, Err(WorkError::TooLate)), "{back:?}");
        stuck.mend(Mend::Settle(json!({"choice": 0}).to_string())).unwrap();
        assert_eq!((stuck.purse(&stuck.amina), stuck.purse(&stuck.baraka)), ((0, 0), (0, PAY)));
        let tallied = sql!("select cast(sum(units) as bigint) from tally /*scans*/");
        let units: i64 = world.read(move |read| read.query_one(tallied, &[], |row| row.get(0))).unwrap();
        assert_eq!(units, 1, "only Baraka's answer is judged");
        stuck.ask(&stuck.amina).unwrap();
        stuck.decide(&stuck.kibera.reviewer("Otieno"), true, "").unwrap();
        assert_eq!(stuck.purse(&stuck.amina), (0, PAY), "also after the item is finished");
    });
}

#[test]
fn settling_and_not_accepting_at_once_pays_once_or_not_at_all() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        for round in 0..8 {
            let stuck = Stuck::new(&world);
            let both = Barrier::new(2);
            let rejected = std::thread::scope(|scope| {
                let settling = scope.spawn(|| {
                    both.wait();
                    stuck.mend(Mend::Settle(json!({"choice": 0}).to_string())).unwrap();
                });
                both.wait();
                let rejected = stuck.reject("Made up.");
                settling.join().unwrap();
                rejected
            });
            let paid = match rejected {
                Ok(()) => 0,
                Err(ContestError::NotHeld | ContestError::NotStuck) => PAY,
                Err(other) => panic!("round {round}: {other}"),
            };
            assert_eq!(stuck.purse(&stuck.amina), (0, paid), "round {round}");
            assert_eq!(stuck.purse(&stuck.baraka), (0, PAY), "round {round}");
            assert_eq!(stuck.project.view().cost, PAY + paid, "round {round}");
            stuck.ledger();
        }
    });
}

#[test]
fn second_looks_are_listed_for_the_centre_and_the_operator() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let all: Vec<Stuck<'_>> = (0..3).map(|_| Stuck::new(&world)).collect();
        for stuck in &all {
            stuck.reject("Made up.").unwrap();
            world.pass(Span::seconds(5));
            stuck.ask(&stuck.amina).unwrap();
        }
        all[0].decide(&all[0].kibera.team_leader("Juma"), false, "It is.").unwrap();
        let listed = |actor: &Actor, filter: Filter, search: &str| {
            let (actor, ask) = (actor.clone(), Ask { search: search.to_owned(), rows: 1, ..Ask::default() });
            world
                .read(move |read| {
                    let (mut found, mut ask) = (Vec::new(), ask.clone());
                    loop {
                        let network = kazi_app::network::may_manage(&actor);
                        let here = contest::may_see(&actor);
                        let whose = match (&network, &here) {
                            (Some(can), _) => Whose::All(can),
                            (_, Some(can)) => Whose::Centre(can),
                            _ => return Ok::<_, DbError>(None),
                        };
                        let page = contest::list(read, whose, filter, &ask)?;
                        found.extend(page.rows.into_iter().map(|row| (row.answer, row.state)));
                        match page.next {
                            Some(next) => ask.after = Some(next.to_string().parse::<Cursor>().unwrap()),
                            None => return Ok(Some(found)),
                        }
                    }
                })
                .unwrap()
        };
        let newest: Vec<_> = all.iter().rev().map(|stuck| stuck.answer).collect();
        let operator = world.operator();
        let found = listed(&operator, Filter::default(), "shops").unwrap();
        assert_eq!(found.iter().map(|(answer, _)| *answer).collect::<Vec<_>>(), newest);
        let oldest = Filter { oldest_first: true, state: Some(LookState::Waiting) };
        let found = listed(&operator, oldest, "").unwrap();
        assert_eq!(found, [(all[1].answer, LookState::Waiting), (all[2].answer, LookState::Waiting)]);
        assert!(listed(&operator, Filter::default(), "nothing").unwrap().is_empty());

        let here = all[0].kibera.reviewer("Otieno");
        let upheld = Filter { state: Some(LookState::Upheld), ..Filter::default() };
        assert_eq!(listed(&here, upheld, ""), Some(vec![(all[0].answer, LookState::Upheld)]));
        assert_eq!(listed(&all[0].project.client, Filter::default(), ""), None);
        assert_eq!(listed(&all[0].amina, Filter::default(), ""), None, "workers have their own page");
    });
}
