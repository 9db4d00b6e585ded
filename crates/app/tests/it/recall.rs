//! Tasks taken back from people of a centre, and what becomes of them.

use std::sync::Barrier;

use kazi_app::presence::{self, PresenceError, Recalled, State, Whom};
use kazi_app::rows::Param;
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::{Centre, World};
use kazi_app::work;
use kazi_db::testing::on_both;
use kazi_db::{DbError, params, sql};
use kazi_domain::policy::Actor;
use kazi_domain::{Id, Span, kind};
use serde_json::json;

use crate::presence::{rows, tap, workers};

fn take_back(world: &World, centre: &Centre<'_>, by: &Actor, whom: Whom) -> Result<Recalled, PresenceError> {
    let (projects, actor, id, turn) = (world.app.projects.clone(), by.clone(), centre.id, world.turn());
    world.write(move |tx| {
        let can = presence::may_take_back(tx, &actor, id).map_err(|_| PresenceError::NotThere)?;
        presence::take_back(tx, &projects, &can, whom, &turn)
    })
}

fn is_taken_back(world: &World, who: &Actor, task: Id<kind::Task>) -> bool {
    let person = who.person;
    world.write(move |tx| work::was_taken_back(tx, person, task)).unwrap()
}

/// The free slots of a task, and how many answers it has.
fn slots(world: &World, task: Id<kind::Task>) -> (i64, i64) {
    let sql = sql!("select open, answered from task where id = $1");
    world
        .read(move |read| read.query_one(sql, params![task.param()], |row| Ok((row.get(0)?, row.get(1)?))))
        .unwrap()
}

#[test]
fn what_is_taken_back_goes_to_others_and_a_late_answer_is_paid() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let [amina, baraka, cherono, dalila] =
            workers(&world, &kibera, ["Amina", "Baraka", "Cherono", "Dalila"]);
        let juma = kibera.team_leader("Juma");
        let project = world.project("questions").at(&kibera).file("a.csv", rows(1)).running();
        let task = [&amina, &baraka, &cherono].map(|who| project.next(who, "answer", 1).unwrap()[0].task)[0];
        assert!(
            project.next(&dalila, "answer", 1).unwrap().is_empty(),
            "three answers are wanted, and three people at it"
        );

        let whom = Whom::Person(amina.person);
        let (projects, can_be, now) = (world.app.projects.clone(), juma.clone(), world.now());
        let id = kibera.id;
        let asked = world.read(move |read| -> Result<_, PresenceError> {
            let can = presence::may_take_back(read, &can_be, id).map_err(|_| PresenceError::NotThere)?;
            presence::would_take_back(read, &projects, &can, (whom, now))
        });
        let one = Recalled { people: vec![("Amina".to_owned(), 1)] };
        assert_eq!(asked.unwrap(), one);
        assert!(!is_taken_back(&world, &amina, task));
        assert_eq!(take_back(&world, &kibera, &juma, whom).unwrap(), one);
        assert!(is_taken_back(&world, &amina, task) && !is_taken_back(&world, &baraka, task));
        assert_eq!(take_back(&world, &kibera, &juma, whom).unwrap().tasks(), 0, "once is enough");

        assert!(project.next(&amina, "answer", 1).unwrap().is_empty(), "others come first");
        assert_eq!(project.next(&dalila, "answer", 1).unwrap()[0].task, task);
        for who in [&baraka, &cherono, &dalila] {
            project.answer(who, task, &json!({"choice": 0})).unwrap();
        }
        let late = project.answer(&amina, task, &json!({"choice": 1})).unwrap();
        assert!(late.late && late.accepted && late.pay == 500_000);
        assert!(!is_taken_back(&world, &amina, task), "it is answered");
    });
}

#[test]
fn a_task_that_nobody_took_is_answered_as_if_nothing_had_been() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let [amina] = workers(&world, &kibera, ["Amina"]);
        let project = world.project("questions").at(&kibera).file("a.csv", rows(3)).running();
        let lent = project.next(&amina, "answer", 3).unwrap();
        take_back(&world, &kibera, &world.operator(), Whom::Person(amina.person)).unwrap();
        assert_eq!(slots(&world, lent[0].task), (3, 0));
        let given = project.answer(&amina, lent[0].task, &json!({"choice": 0})).unwrap();
        assert!(!given.late);
        assert_eq!(slots(&world, lent[0].task), (2, 1), "the slot is taken again");

        // After half an hour she may have the others again.
        assert!(project.next(&amina, "answer", 3).unwrap().is_empty());
        let sweep = || {
            let turn = world.turn();
            world.write(move |tx| work::sweep(tx, 100, &turn)).unwrap();
        };
        world.pass(Span::minutes(29));
        sweep();
        assert!(project.next(&amina, "answer", 3).unwrap().is_empty());
        world.pass(Span::minutes(2));
        sweep();
        assert_eq!(project.next(&amina, "answer", 3).unwrap().len(), 2);
        assert!(!is_taken_back(&world, &amina, lent[1].task));
    });
}

#[test]
fn it_is_taken_from_a_computer_or_from_all_who_are_so_and_from_nobody_else() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (kibera, dadaab) = (world.centre("Kibera"), world.centre("Dadaab"));
        let crew = workers(&world, &kibera, ["Amina", "Baraka", "Cherono"]);
        let [zawadi] = workers(&world, &dadaab, ["Zawadi"]);
        let (juma, salim) = (kibera.team_leader("Juma"), dadaab.team_leader("Salim"));
        let project = world.project("questions").at(&kibera).at(&dadaab).file("a.csv", rows(60)).running();
        let desks = [kibera.computer("Desk 1"), kibera.computer("Desk 2")];
        tap(&world, &desks[0], &crew[0]);
        tap(&world, &desks[1], &crew[1]);
        for who in crew.iter().chain([&zawadi]) {
            project.next(who, "answer", 5).unwrap();
        }
        let taken = |by: &Actor, whom| take_back(&world, &kibera, by, whom);
        assert!(
            matches!(taken(&salim, Whom::All(State::Here)), Err(PresenceError::NotThere)),
            "not his centre"
        );
        assert!(matches!(taken(&crew[0], Whom::All(State::Here)), Err(PresenceError::NotThere)));
        assert!(
            matches!(taken(&juma, Whom::Person(zawadi.person)), Err(PresenceError::NotThere)),
            "not his people"
        );
        let told = |recalled: Recalled| recalled.people;
        assert_eq!(told(taken(&juma, Whom::Computer(desks[0].id)).unwrap()), [("Amina".to_owned(), 5)]);
        assert_eq!(told(taken(&juma, Whom::Computer(desks[0].id)).unwrap()), []);
        let all = |state| {
            let mut people = told(taken(&juma, Whom::All(state)).unwrap());
            people.sort();
            people
        };
        assert_eq!(all(State::Away), []);
        assert_eq!(all(State::Out), [("Cherono".to_owned(), 5)]);
        assert_eq!(all(State::Here), [("Baraka".to_owned(), 5)]);

        let noted = sql!(
            "select count(*) from event where kind = 'tasks.taken_back' and person = $1 and body = '5' /*scans*/"
        );
        let by = juma.person;
        let count: Result<i64, DbError> =
            world.read(move |read| read.query_one(noted, params![by.param()], |row| row.get(0)));
        assert_eq!(count, Ok(3));
        let held = sql!("select count(*) from lease where expired = 0 /*scans*/");
        assert_eq!(
            world.read(move |read| read.query_one(held, &[], |row| row.get::<i64>(0))),
            Ok::<_, DbError>(5)
        );
    });
}

#[test]
fn of_an_answer_and_two_leads_at_once_each_task_is_given_back_once() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let [amina] = workers(&world, &kibera, ["Amina"]);
        let leads = ["Juma", "Salim"].map(|name| kibera.team_leader(name));
        let project = world.project("questions").at(&kibera).file("a.csv", rows(40)).running();
        for round in 0..4 {
            let lent = project.next(&amina, "answer", 6).unwrap();
            assert_eq!(lent.len(), 6, "round {round}");
            let start = Barrier::new(3);
            let taken: Vec<i64> = std::thread::scope(|scope| {
                let leads = leads.each_ref().map(|lead| {
                    scope.spawn(|| {
                        start.wait();
                        take_back(&world, &kibera, lead, Whom::Person(amina.person)).unwrap().tasks()
                    })
                });
                start.wait();
                project.answer(&amina, lent[0].task, &json!({"choice": 0})).unwrap();
                leads.map(|lead| lead.join().unwrap()).into()
            });
            let all: i64 = taken.iter().sum();
            assert!(all == 5 || all == 6, "{taken:?}");
            assert_eq!(slots(&world, lent[0].task), (2, 1), "answered once, whoever was first");
            for one in lent.iter().skip(1) {
                assert_eq!(slots(&world, one.task), (3, 0));
            }
        }
    });
}
