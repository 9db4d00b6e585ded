//! Known truths: asked like any other task, judged, never told.

use kazi_app::gold::{self, GoldError};
use kazi_app::listing::Ask;
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::{Project, World};
use kazi_db::testing::on_both;
use kazi_domain::policy::MendProject;
use kazi_domain::{Id, kind};
use serde_json::json;

fn rows(count: usize) -> String {
    (0..count).map(|row| format!("Shop {row}\n")).fold("shop\n".to_owned(), |all, row| all + &row)
}

fn add(world: &World, project: &Project<'_>, key: &str, truth: &str) -> Result<Id<kind::Task>, GoldError> {
    let can = project.may_as::<MendProject>(&world.operator());
    let (terms, turn, item, truth) =
        (world.app.projects.clone(), world.turn(), project.item(key), truth.to_owned());
    world.write(move |tx| gold::add(tx, &terms, &can, (item, "answer", &truth), &turn))
}

fn keys(world: &World, project: &Project<'_>) -> Vec<String> {
    let id = project.id;
    world
        .read(move |read| {
            let sql = kazi_db::sql!("select key from item where project = $1 order by position");
            read.query_all(sql, kazi_db::params![id.as_bytes()], |row| row.get::<String>(0))
        })
        .unwrap()
}

#[test]
fn known_truths_measure_single_answers() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let project =
            world.project("questions").gold_every(4).at(&kibera).file("shops.csv", rows(30)).running();
        let keys = keys(&world, &project);
        let truths: Vec<_> =
            keys[20..28].iter().map(|key| add(&world, &project, key, r#"{"choice":0}"#).unwrap()).collect();
        let amina = kibera.worker("Amina");
        world.has_learnt(&amina, "questions", "answer");
        let mut met = 0;
        for round in 0..16 {
            let lent = project.next(&amina, "answer", 1).unwrap();
            let known = truths.contains(&lent[0].task);
            met += usize::from(known);
            // The first known truth is missed.
            let choice = i32::from(known && met == 1);
            let receipt = project.answer(&amina, lent[0].task, &json!({"choice": choice})).unwrap();
            assert_eq!((receipt.pay, receipt.accepted), (500_000, known), "round {round}");
        }
        assert_eq!(met, 4, "one answer in four");
        let view = project.view();
        let measured = view.stages[0].quality.gold.unwrap();
        assert_eq!((measured.units, measured.errors), (4, 1));
        assert!(measured.low < 0.1 && measured.high > 0.6, "four answers prove little: {measured:?}");

        let can = project.may_as::<MendProject>(&world.operator());
        let list = world.read(move |read| gold::list(read, &can, &Ask::default())).unwrap();
        assert_eq!(list.rows.len(), 8);
        assert_eq!(list.rows.iter().map(|gold| gold.asked).sum::<i64>(), 4);
        assert_eq!(list.rows.iter().map(|gold| gold.missed).sum::<i64>(), 1);
    });
}

#[test]
fn a_truth_must_fit_and_is_known_once() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let project = world.project("questions").at(&kibera).file("shops.csv", rows(2)).running();
        let other = world.project("questions").at(&kibera).file("shops.csv", rows(2)).running();
        let keys = keys(&world, &project);
        let nonsense = add(&world, &project, &keys[0], "nonsense").unwrap_err();
        assert!(matches!(nonsense, GoldError::Form(_)), "{nonsense}");
        let task = add(&world, &project, &keys[0], r#"{"choice":1}"#).unwrap();
        assert_eq!(add(&world, &project, &keys[0], r#"{"choice":0}"#), Err(GoldError::Known));

        let elsewhere = {
            let can = other.may_as::<MendProject>(&world.operator());
            let (terms, turn, item) = (world.app.projects.clone(), world.turn(), project.item(&keys[1]));
            world.write(move |tx| gold::add(tx, &terms, &can, (item, "answer", r#"{"choice":0}"#), &turn))
        };
        assert_eq!(elsewhere, Err(GoldError::NotThere));
        let wrong_stage = {
            let can = project.may_as::<MendProject>(&world.operator());
            let (terms, turn, item) = (world.app.projects.clone(), world.turn(), project.item(&keys[1]));
            world.write(move |tx| gold::add(tx, &terms, &can, (item, "sing", r#"{"choice":0}"#), &turn))
        };
        assert_eq!(wrong_stage, Err(GoldError::NoStage("sing".to_owned())));

        let retire = |project: &Project<'_>| {
            let (can, turn) = (project.may_as::<MendProject>(&world.operator()), world.turn());
            world.write(move |tx| gold::retire(tx, &can, task, &turn))
        };
        assert_eq!(retire(&other), Err(GoldError::NotThere));
        assert_eq!(retire(&project), Ok(()));
        assert_eq!(retire(&project), Err(GoldError::NotThere));
        add(&world, &project, &keys[0], r#"{"choice":0}"#).unwrap();
    });
}
