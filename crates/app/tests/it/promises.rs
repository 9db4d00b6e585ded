//! Promises to workers that others have broken: leases, late and repeated answers, who decides, who may be believed.

use kazi_app::access::{SignInError, TokenHash, pin};
use kazi_app::rows::Param;
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::{PIN, World};
use kazi_app::work::{self, Given, Receipt, WorkError};
use kazi_db::testing::on_both;
use kazi_db::{params, sql};
use kazi_domain::policy::Actor;
use kazi_domain::{Id, Span, kind};

use super::work::{Bed, PAY, with_bed};

fn give(bed: &Bed<'_>, who: &Actor, given: &Given) -> Result<Receipt, WorkError> {
    let (projects, who, turn, given) =
        (bed.world.app.projects.clone(), who.clone(), bed.world.turn(), given.clone());
    bed.world.write(move |tx| work::answer(tx, &projects, &who, &given, &turn))
}

fn answer(bed: &Bed<'_>, task: Id<kind::Task>, body: &str, millis: i64) -> Given {
    Given { id: bed.world.turn().mint(), task, body: body.to_owned(), millis }
}

fn sweep(bed: &Bed<'_>) -> usize {
    let turn = bed.world.turn();
    bed.world.write(move |tx| work::sweep(tx, 1_000, &turn)).unwrap()
}

fn slots(bed: &Bed<'_>, wanted: i64) {
    let params = (bed.project, wanted);
    bed.world
        .write(move |tx| {
            tx.execute(
                sql!("update task set wanted = $2, open = $2 where project = $1"),
                params![params.0.param(), params.1],
            )
        })
        .unwrap();
}

#[test]
fn a_lease_follows_how_long_the_work_really_takes() {
    on_both(MIGRATIONS, |db| {
        with_bed(db, 80, r#"{"answers":1,"at_most":1,"target":0.5}"#, |bed, centre| {
            slots(bed, 1);
            let amina = bed.learnt(centre.worker("Amina"));
            let length = |count| {
                let lent = bed.next(&amina, "answer", count).unwrap();
                let until = lent.last().unwrap().until;
                (lent, until.since(bed.world.now()))
            };
            let (lent, first) = length(1);
            assert_eq!(first, Span::minutes(2), "eight seconds are usual here, and no lease is shorter");
            give(bed, &amina, &answer(bed, lent[0].task, r#"{"choice":0}"#, 100_000)).unwrap();
            for _ in 0..24 {
                let (lent, _) = length(1);
                give(bed, &amina, &answer(bed, lent[0].task, r#"{"choice":0}"#, 100_000)).unwrap();
            }
            let (lent, slow) = length(1);
            assert_eq!(slow, Span::minutes(10), "six times the hundred seconds that it takes");
            give(bed, &amina, &answer(bed, lent[0].task, r#"{"choice":0}"#, 100_000)).unwrap();
            let (_, five) = length(5);
            assert_eq!(five, Span::minutes(50), "long enough for all that lies ready");
        });
    });
}

#[test]
fn a_heartbeat_keeps_the_task_and_silence_gives_it_back() {
    on_both(MIGRATIONS, |db| {
        with_bed(db, 1, r#"{"answers":1,"at_most":1,"target":0.5}"#, |bed, centre| {
            slots(bed, 1);
            let (amina, baraka) = (bed.learnt(centre.worker("Amina")), bed.learnt(centre.worker("Baraka")));
            let lent = bed.next(&amina, "answer", 1).unwrap();
            for _ in 0..5 {
                bed.world.pass(Span::seconds(110));
                let (person, turn) = (amina.person, bed.world.turn());
                assert_eq!(bed.world.write(move |tx| work::extend(tx, person, &turn)).unwrap(), 1);
                assert_eq!(sweep(bed), 0, "who is there keeps the task");
                assert!(bed.next(&baraka, "answer", 1).unwrap().is_empty());
            }
            bed.world.pass(Span::minutes(11));
            assert_eq!(sweep(bed), 1);
            assert_eq!(sweep(bed), 0, "given back once");
            assert_eq!(bed.one(sql!("select open from task where project = $1")), 1);
            assert_eq!(bed.next(&baraka, "answer", 1).unwrap()[0].task, lent[0].task);
            let (person, turn) = (amina.person, bed.world.turn());
            let kept = bed.world.write(move |tx| work::extend(tx, person, &turn)).unwrap();
            assert_eq!(kept, 0, "what is lent to somebody else is not taken back by a heartbeat");
        });
    });
}

#[test]
fn a_late_answer_to_a_task_that_is_still_free_counts_and_takes_the_slot() {
    on_both(MIGRATIONS, |db| {
        with_bed(db, 1, r#"{"answers":1,"at_most":1,"target":0.5}"#, |bed, centre| {
            slots(bed, 1);
            let (amina, baraka) = (bed.learnt(centre.worker("Amina")), bed.learnt(centre.worker("Baraka")));
            let lent = bed.next(&amina, "answer", 1).unwrap();
            bed.world.pass(Span::minutes(200));
            assert_eq!(sweep(bed), 1);
            let given = answer(bed, lent[0].task, r#"{"choice":0}"#, 4_000);
            let receipt = give(bed, &amina, &given).unwrap();
            assert!(!receipt.late && receipt.accepted, "nobody else had it yet");
            assert_eq!(give(bed, &amina, &given).unwrap(), receipt);
            assert!(bed.next(&baraka, "answer", 1).unwrap().is_empty());
            assert_eq!(bed.one(sql!("select open + answered from task where project = $1")), 1);
        });
    });
}

#[test]
fn an_answer_sent_many_times_at_once_is_taken_once_and_always_told_the_same() {
    on_both(MIGRATIONS, |db| {
        with_bed(db, 6, "{}", |bed, centre| {
            let amina = bed.learnt(centre.worker("Amina"));
            for lent in bed.next(&amina, "answer", 6).unwrap() {
                let given = answer(bed, lent.task, r#"{"choice":0}"#, 4_000);
                let other = Given { body: r#"{"choice":1}"#.to_owned(), ..given.clone() };
                let told: Vec<Result<Receipt, WorkError>> = std::thread::scope(|scope| {
                    let one = || give(bed, &amina, &given);
                    let another = || give(bed, &amina, &other);
                    let sent =
                        [scope.spawn(one), scope.spawn(another), scope.spawn(one), scope.spawn(another)];
                    sent.into_iter().map(|one| one.join().unwrap()).collect()
                });
                let taken: Vec<&Receipt> = told.iter().filter_map(|told| told.as_ref().ok()).collect();
                let refused = told.iter().filter(|told| matches!(told, Err(WorkError::OtherBytes))).count();
                assert_eq!((taken.len(), refused), (2, 2), "{told:?}");
                // What was earned today grows from task to task, not from sending to sending.
                assert_eq!(taken[0], taken[1]);
            }
            assert_eq!(bed.one(sql!("select count(*) from answer where project = $1")), 6);
            assert_eq!(
                bed.one(sql!("select sum(amount) from ledger where project = $1 and account = 'held'")),
                6 * PAY
            );
        });
    });
}

#[test]
fn other_bytes_under_a_known_id_are_kept() {
    on_both(MIGRATIONS, |db| {
        with_bed(db, 1, "{}", |bed, centre| {
            let amina = bed.learnt(centre.worker("Amina"));
            let lent = bed.next(&amina, "answer", 1).unwrap();
            let given = answer(bed, lent[0].task, r#"{"choice":0}"#, 4_000);
            give(bed, &amina, &given).unwrap();
            let other = Given { body: r#"{"choice":1}"#.to_owned(), ..given };
            assert!(matches!(give(bed, &amina, &other), Err(WorkError::OtherBytes)));
            let (who, turn, id) = (amina.clone(), bed.world.turn(), other.id);
            bed.world.write(move |tx| work::keep_other_bytes(tx, &who, &other, &turn)).unwrap();
            let kept = bed.world.read(move |read| {
                read.query_one(
                    sql!("select body from answer_kept where answer = $1 and reason = 'other_bytes'"),
                    params![id.param()],
                    |row| row.get::<String>(0),
                )
            });
            assert_eq!(kept.unwrap(), r#"{"choice":1}"#);
        });
    });
}

/// What a browser says of time and money is never the base of pay.
#[test]
fn a_browser_that_lies_earns_what_all_earn() {
    on_both(MIGRATIONS, |db| {
        with_bed(db, 3, "{}", |bed, centre| {
            let amina = bed.learnt(centre.worker("Amina"));
            let lent = bed.next(&amina, "answer", 3).unwrap();
            let lies = [
                (r#"{"choice":0,"pay":99000000}"#, i64::MAX),
                (r#"{"choice":0}"#, i64::MIN),
                (r#"{"choice":1}"#, 0),
            ];
            for (one, (body, millis)) in lent.iter().zip(lies) {
                let told = give(bed, &amina, &answer(bed, one.task, body, millis));
                assert!(matches!(&told, Ok(Receipt { pay: PAY, .. }) | Err(WorkError::Form(_))), "{told:?}");
            }
            let longest = bed.one(sql!("select max(millis) from answer where project = $1"));
            assert!(
                longest <= 3_600_000,
                "nobody is believed to have looked at one task for more than an hour"
            );
            assert_eq!(bed.one(sql!("select count(*) from answer where project = $1 and millis < 0")), 0);
            let again = bed.give(&amina, bed.world.turn().mint(), lent[2].task, 0);
            assert!(matches!(again, Err(WorkError::NotThere)), "a second answer to one task");
        });
    });
}

#[test]
fn a_second_answer_to_a_settled_task_changes_nothing() {
    on_both(MIGRATIONS, |db| {
        with_bed(db, 1, r#"{"answers":1,"at_most":1,"target":0.5}"#, |bed, centre| {
            slots(bed, 1);
            let amina = bed.learnt(centre.worker("Amina"));
            let lent = bed.next(&amina, "answer", 1).unwrap();
            bed.answer(&amina, lent[0].task, 0);
            let before =
                bed.one(sql!("select sum(amount) from ledger where project = $1 and account = 'accepted'"));
            for choice in [0, 1] {
                let again = bed.give(&amina, bed.world.turn().mint(), lent[0].task, choice);
                assert!(matches!(again, Err(WorkError::NotThere)));
            }
            let after =
                bed.one(sql!("select sum(amount) from ledger where project = $1 and account = 'accepted'"));
            assert_eq!((before, after), (PAY, PAY));
            assert_eq!(bed.one(sql!("select count(*) from answer where project = $1")), 1);
        });
    });
}

#[test]
fn answers_are_compared_by_what_they_say_and_not_by_how_it_is_written() {
    on_both(MIGRATIONS, |db| {
        with_bed(db, 1, "{}", |bed, centre| {
            let mut accepted = false;
            for (name, body) in [
                ("Amina", r#"{"choice":0}"#),
                ("Baraka", r#"{ "choice" : "0" }"#),
                ("Chausiku", "{\"choice\":0}\n"),
            ] {
                let person = bed.learnt(centre.worker(name));
                let lent = bed.next(&person, "answer", 1).unwrap();
                accepted = give(bed, &person, &answer(bed, lent[0].task, body, 4_000)).unwrap().accepted;
            }
            assert!(accepted, "the three agree");
            assert_eq!(
                bed.one(sql!("select count(*) from item where project = $1 and state = 'finished'")),
                1
            );
        });
    });
}

#[test]
fn where_people_differ_to_the_end_a_person_decides() {
    on_both(MIGRATIONS, |db| {
        with_bed(db, 1, r#"{"answers":2,"at_most":4,"target":0.95}"#, |bed, centre| {
            slots(bed, 2);
            for (name, choice) in [("Amina", 0), ("Baraka", 1), ("Chausiku", 0), ("Dalila", 1)] {
                let person = bed.learnt(centre.worker(name));
                let lent = bed.next(&person, "answer", 1).unwrap();
                bed.answer(&person, lent[0].task, choice);
            }
            let another = bed.learnt(centre.worker("Esther"));
            assert!(bed.next(&another, "answer", 1).unwrap().is_empty(), "nobody is asked beyond the most");
            let reviewer = bed.learnt(centre.reviewer("Fatuma"));
            let lent = bed.next(&reviewer, "decide", 1).unwrap();
            assert!(bed.answer(&reviewer, lent[0].task, 1).accepted);
            assert_eq!(
                bed.one(sql!("select count(*) from item where project = $1 and state = 'finished'")),
                1
            );
            assert_eq!(
                bed.one(sql!("select count(*) from answer where project = $1 and state <> 'accepted'")),
                0,
                "all are paid, those who were outvoted too"
            );
        });
    });
}

/// A shift begins: sixty people at thirty computers, all within the same moment.
#[test]
fn sixty_people_sign_in_at_once() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let centre = world.centre("Kibera");
        let computers: Vec<_> = (0..30).map(|desk| centre.computer(&format!("Desk {desk}"))).collect();
        let people: Vec<_> = (0..60).map(|number| centre.worker(&format!("Worker {number}"))).collect();
        let sign_in = |number: usize, person: &Actor| {
            let (token, person, now) =
                (TokenHash::of(&computers[number % 30].token), person.person, world.now());
            let challenge = world.write(move |tx| pin::begin(tx, token, person, now))?;
            let proven = challenge.answer(PIN)?;
            let turn = world.turn();
            world.write(move |tx| pin::finish(tx, &proven, "a browser", &turn))
        };
        let opened: Vec<Result<_, SignInError>> = std::thread::scope(|scope| {
            let all = people.iter().enumerate();
            let running: Vec<_> =
                all.map(|(number, person)| scope.spawn(move || sign_in(number, person))).collect();
            running.into_iter().map(|one| one.join().unwrap()).collect()
        });
        for (person, opened) in people.iter().zip(opened) {
            let who = world.who(opened.unwrap().token.text()).unwrap();
            assert_eq!(who.actor.person, person.person);
        }
    });
}
