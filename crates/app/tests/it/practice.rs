//! Practice: learnt once, paid once.

use kazi_app::practice::{self, PracticeError, Tried};
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::{Project, World};
use kazi_app::work::{self, WorkError};
use kazi_app::{overview, practice::Learning};
use kazi_db::testing::on_both;
use kazi_domain::policy::Actor;
use serde_json::json;

fn learning(world: &World, project: &Project<'_>, actor: &Actor) -> Learning {
    let (actor, id, terms) = (actor.clone(), project.id, world.app.projects.clone());
    world
        .read(move |read| {
            let permit = work::permit(read, &actor, id).unwrap();
            practice::learning(read, &terms, &permit, "answer")
        })
        .unwrap()
}

fn try_it(
    world: &World,
    project: &Project<'_>,
    actor: &Actor,
    (number, answer): (u32, String),
) -> Result<Tried, PracticeError> {
    let (actor, id, terms, turn) = (actor.clone(), project.id, world.app.projects.clone(), world.turn());
    world.write(move |tx| {
        let permit = work::permit(tx, &actor, id).map_err(|_| PracticeError::NotThere)?;
        practice::try_it(tx, &terms, &permit, ("answer", number, &answer), &turn)
    })
}

#[test]
fn a_worker_learns_then_is_paid_for_learning_and_may_work() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let amina = kibera.worker("Amina");
        let project =
            world.project("questions").at(&kibera).file("shops.csv", "shop\nDuka la Mama\n").running();
        assert!(matches!(project.next(&amina, "answer", 1), Err(WorkError::LearnFirst)));

        let start = learning(&world, &project, &amina);
        assert_eq!((start.left(), start.exercises.len(), start.pays), (start.pass, 10, 5_000_000));
        assert_eq!(start.next().unwrap().number, 0);

        let truth = |number: u32| start.exercises[usize::try_from(number).unwrap()].task.truth.clone();
        let wrong = json!({"choice": i32::from(truth(0).contains('0'))}).to_string();
        let missed = try_it(&world, &project, &amina, (0, wrong)).unwrap();
        assert_eq!((missed.right, missed.left, missed.passed), (false, start.pass, None));
        assert_eq!(missed.reason, Some(start.exercises[0].task.reason));
        assert_eq!(learning(&world, &project, &amina).next().unwrap().number, 1, "the untried come first");

        let formless = try_it(&world, &project, &amina, (1, json!({"choice": 7}).to_string()));
        assert!(matches!(formless, Err(PracticeError::Form(_))));
        assert_eq!(try_it(&world, &project, &amina, (99, truth(0))), Err(PracticeError::NotThere));

        let mut paid = Vec::new();
        for number in (1..=start.pass).chain([0, 0]) {
            let tried = try_it(&world, &project, &amina, (number, truth(number))).unwrap();
            assert!(tried.right);
            paid.extend(tried.passed.map(|pay| (number, pay)));
        }
        assert_eq!(paid, [(start.pass, 5_000_000)], "paid with the try that passes, and never again");
        let done = learning(&world, &project, &amina);
        assert!(done.certified && done.left() == 0);
        assert_eq!(project.next(&amina, "answer", 1).unwrap().len(), 1);

        let can = overview::may_view_own(&amina).unwrap();
        let day = world.now().day(180);
        let today = world.read(move |read| overview::today(read, &can, day)).unwrap();
        assert_eq!((today.len(), today[0].accepted, today[0].held), (1, 5_000_000, 0));
        let sum = world
            .read(|read| {
                let sql = kazi_db::sql!("select coalesce(sum(amount), 0) from ledger");
                read.query_one(sql, &[], |row| row.get::<i64>(0))
            })
            .unwrap();
        assert_eq!(sum, 0);
    });
}

#[test]
fn practice_is_for_those_who_may_work_there() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (kibera, dadaab) = (world.centre("Kibera"), world.centre("Dadaab"));
        let halima = dadaab.worker("Halima");
        let project =
            world.project("questions").at(&kibera).file("shops.csv", "shop\nDuka la Mama\n").running();
        let answer = json!({"choice": 0}).to_string();
        assert_eq!(try_it(&world, &project, &halima, (0, answer)), Err(PracticeError::NotThere));
        let (juma, id, terms) = (kibera.reviewer("Juma"), project.id, world.app.projects.clone());
        let none = world.read(move |read| {
            let permit = work::permit(read, &juma, id).unwrap();
            practice::learning(read, &terms, &permit, "decide").map(drop)
        });
        assert_eq!(none, Err(PracticeError::NotThere), "nothing is asked before deciding");
    });
}
