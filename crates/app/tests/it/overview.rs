//! A worker's home.

use kazi_app::overview::{self, Home};
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::World;
use kazi_db::testing::on_both;
use kazi_domain::Span;
use kazi_domain::policy::Actor;
use serde_json::json;

fn home(world: &World, actor: &Actor) -> Home {
    let (can, now, terms) = (overview::may_view_own(actor).unwrap(), world.now(), world.app.projects.clone());
    world.read(move |read| overview::home(read, &terms, &can, 180, now)).unwrap()
}

fn told(home: &Home) -> Vec<(String, String, i64, String, bool)> {
    let tell = |queue: &overview::Queue| {
        let name = queue.project_name.clone();
        (name, queue.stage.clone(), queue.holds, queue.waiting_told(), queue.practise_first)
    };
    home.queues.iter().map(tell).collect()
}

fn rows(count: usize) -> String {
    (0..count).map(|row| format!("Shop {row}\n")).fold("shop\n".to_owned(), |all, row| all + &row)
}

#[test]
fn home_shows_what_one_can_do_and_what_it_pays() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (kibera, dadaab) = (world.centre("Kibera"), world.centre("Dadaab"));
        let amina = kibera.worker("Amina");
        let old = world.project("questions").named("Old").at(&kibera).file("a.csv", rows(3)).running();
        world.pass(Span::minutes(1));
        let new = world.project("questions").named("New").at(&kibera).file("b.csv", rows(300)).running();
        world.project("questions").named("Elsewhere").at(&dadaab).file("c.csv", rows(3)).running();
        world.project("questions").named("Draft").at(&kibera).file("d.csv", rows(3)).draft();

        let line = |name: &str, holds, waiting: &str, learn| {
            (name.to_owned(), "answer".to_owned(), holds, waiting.to_owned(), learn)
        };
        let first = home(&world, &amina);
        assert_eq!(told(&first), [line("Old", 0, "3", true), line("New", 0, "200+", true)]);
        assert_eq!((first.today.len(), first.latest.len(), first.queues[0].pay), (0, 0, 500_000));

        world.has_learnt(&amina, "questions", "answer");
        let lent = new.next(&amina, "answer", 2).unwrap();
        let second = home(&world, &amina);
        assert_eq!(
            told(&second),
            [line("New", 2, "200+", false), line("Old", 0, "3", false)],
            "what one holds first"
        );

        for one in &lent {
            world.pass(Span::seconds(5));
            new.answer(&amina, one.task, &json!({"choice": 1})).unwrap();
        }
        for one in old.next(&amina, "answer", 3).unwrap() {
            world.pass(Span::seconds(5));
            old.answer(&amina, one.task, &json!({"choice": 1})).unwrap();
        }
        let third = home(&world, &amina);
        assert_eq!(
            told(&third),
            [line("New", 0, "200+", false), line("Old", 0, "0", false)],
            "what is done comes last"
        );
        assert_eq!((third.today[0].held, third.today[0].accepted), (2_500_000, 0));
        assert_eq!(third.latest.len(), 5);
        assert_eq!((third.latest[0].project_name.as_str(), third.latest[0].correctable), ("Old", true));
        assert_eq!(third.latest[4].task, lent[0].task);
        assert!(third.queues.iter().all(|queue| queue.pay_an_hour.is_none()), "too few answers");

        for one in new.next(&amina, "answer", 18).unwrap() {
            new.answer(&amina, one.task, &json!({"choice": 1})).unwrap();
        }
        let fourth = home(&world, &amina);
        // 0.50 for each five seconds is 360 an hour.
        assert_eq!(fourth.queues[0].pay_an_hour, Some(360_000_000));
        assert_eq!(fourth.latest.len(), 10);
        world.pass(Span::minutes(24 * 60));
        let tomorrow = home(&world, &amina);
        assert!(tomorrow.today.is_empty());
        assert!(tomorrow.latest.iter().all(|answer| !answer.correctable));
    });
}

#[test]
fn a_reviewer_sees_what_waits_for_a_decision_first() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let (juma, otieno) = (kibera.reviewer("Juma"), kibera.team_leader("Otieno"));
        let project = world
            .project("questions")
            .spec(&json!({"answers": 2, "at_most": 2}))
            .at(&kibera)
            .file("a.csv", rows(2))
            .running();
        for (name, choice) in [("Amina", 0), ("Baraka", 1)] {
            let worker = kibera.worker(name);
            world.has_learnt(&worker, "questions", "answer");
            for one in project.next(&worker, "answer", 2).unwrap() {
                project.answer(&worker, one.task, &json!({"choice": choice})).unwrap();
            }
        }
        let queues = home(&world, &juma).queues;
        let shown: Vec<_> =
            queues.iter().map(|queue| (queue.stage.as_str(), queue.waiting, queue.pay)).collect();
        assert_eq!(shown, [("decide", 2, 1_000_000), ("answer", 0, 500_000)]);
        assert!(home(&world, &otieno).queues.is_empty(), "who leads a centre does no tasks");
        assert!(overview::may_view_own(&world.operator()).is_none());
    });
}
