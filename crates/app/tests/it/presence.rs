//! Who is here: where each is, at what, and why somebody needs help.

use kazi_app::access::{NewSession, TokenHash, pin, session};
use kazi_app::gold;
use kazi_app::listing::Ask;
use kazi_app::network::NotForYou;
use kazi_app::presence::{self, Coach, Filter, Found, Order, Person, Place, State, Stuck, Today};
use kazi_app::rows::{Columns, Param};
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::{Centre, Computer, PIN, Project, World};
use kazi_app::work::{self, Refused};
use kazi_db::testing::on_both;
use kazi_db::{DbError, params, sql};
use kazi_domain::policy::{Actor, MendProject};
use kazi_domain::{Id, Span, kind};
use serde_json::json;

/// Signs somebody in on a computer of the centre.
pub(crate) fn tap(world: &World, computer: &Computer, person: &Actor) -> NewSession {
    let (turn, hash, id) = (world.turn(), TokenHash::of(&computer.token), person.person);
    let challenge = world.write(move |tx| pin::begin(tx, hash, id, turn.at)).unwrap();
    let (proven, turn) = (challenge.answer(PIN).unwrap(), world.turn());
    world.write(move |tx| pin::finish(tx, &proven, "Chrome 109", &turn)).unwrap()
}

fn found(world: &World, centre: &Centre<'_>, by: &Actor, filter: Filter, ask: &Ask) -> Found {
    let (projects, actor, id, now) = (world.app.projects.clone(), by.clone(), centre.id, world.now());
    let people = world.read(move |read| -> Result<_, presence::PresenceError> {
        let can = presence::may_watch(read, &actor, id).map_err(|_| presence::PresenceError::NotThere)?;
        presence::at_centre(read, &projects, &can, now)
    });
    presence::list(people.unwrap(), filter, ask, world.now())
}

fn all(world: &World, centre: &Centre<'_>) -> Vec<Person> {
    let filter = Filter { order: Order::Name, ..Filter::default() };
    found(world, centre, &world.operator(), filter, &Ask::default()).page.rows
}

fn one(world: &World, centre: &Centre<'_>, who: &Actor) -> Person {
    all(world, centre).into_iter().find(|person| person.id == who.person).unwrap()
}

pub(crate) fn rows(count: usize) -> String {
    (0..count).map(|row| format!("Shop {row}\n")).fold("shop\n".to_owned(), |all, row| all + &row)
}

/// Workers of a centre who have learnt to answer questions.
pub(crate) fn workers<const N: usize>(world: &World, centre: &Centre<'_>, names: [&str; N]) -> [Actor; N] {
    names.map(|name| {
        let worker = centre.worker(name);
        world.has_learnt(&worker, "questions", "answer");
        worker
    })
}

fn skip(world: &World, who: &Actor, task: Id<kind::Task>) {
    let (actor, turn) = (who.clone(), world.turn());
    world.write(move |tx| work::refuse(tx, &actor, task, (Refused::Skip, "other"), &turn)).unwrap();
}

#[test]
fn a_lead_sees_who_is_where_at_what_and_for_how_long() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (kibera, dadaab) = (world.centre("Kibera"), world.centre("Dadaab"));
        let [amina, baraka, cherono] = workers(&world, &kibera, ["Amina", "Baraka", "Cherono"]);
        let [zawadi] = workers(&world, &dadaab, ["Zawadi"]);
        kibera.team_leader("Juma");
        let project = world
            .project("questions")
            .named("Shops")
            .at(&kibera)
            .at(&dadaab)
            .file("a.csv", rows(99))
            .running();
        tap(&world, &kibera.computer("Desk 1"), &amina);
        tap(&world, &dadaab.computer("Desk 9"), &zawadi);
        let lent = project.next(&amina, "answer", 8).unwrap();
        project.next(&baraka, "answer", 1).unwrap();
        project.next(&zawadi, "answer", 1).unwrap();
        world.pass(Span::seconds(20));
        project.answer(&amina, lent[0].task, &json!({"choice": 0})).unwrap();
        world.pass(Span::seconds(30));

        let people = all(&world, &kibera);
        let names: Vec<&str> = people.iter().map(|person| person.shown_name.as_str()).collect();
        assert_eq!(
            names,
            ["Amina", "Baraka", "Cherono"],
            "who leads does no tasks, and others work elsewhere"
        );
        let (first, second, third) = (&people[0], &people[1], &people[2]);
        let (_, desk, seen) = first.computer.clone().unwrap();
        assert_eq!(
            (first.place, desk.as_str(), world.now().since(seen)),
            (Place::Here, "Desk 1", Span::seconds(50))
        );
        let work = first.work.clone().unwrap();
        assert_eq!(
            (work.project, work.project_name.as_str(), work.stage.as_str()),
            (project.id, "Shops", "answer")
        );
        assert_eq!(
            (work.holds, world.now().since(work.since)),
            (7, Span::seconds(30)),
            "since the last answer"
        );
        assert_eq!(work.usual, Span::seconds(8), "what the service expects, while few have answered");
        assert_eq!(first.today, Today { accepted: 0, waiting: 1 });
        assert!(first.stuck.is_empty() && first.coach.is_empty() && first.known.is_empty());
        assert_eq!((second.place, second.work.as_ref().map(|work| work.holds)), (Place::Out, Some(1)));
        assert!(second.computer.is_none() && third.work.is_none());

        assert_eq!(cherono.centre, Some(kibera.id));
    });
}

#[test]
fn who_is_long_on_a_task_or_silent_is_stuck_while_signed_in() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let [amina, baraka] = workers(&world, &kibera, ["Amina", "Baraka"]);
        let project = world.project("questions").at(&kibera).file("a.csv", rows(99)).running();
        let session = tap(&world, &kibera.computer("Desk 1"), &amina);
        let lent = project.next(&amina, "answer", 8).unwrap();
        project.next(&baraka, "answer", 8).unwrap();
        world.pass(Span::seconds(20));
        project.answer(&amina, lent[0].task, &json!({"choice": 0})).unwrap();
        world.pass(Span::seconds(30));
        world.pass(Span::minutes(4));
        let long = Stuck::Long { on_it: Span::seconds(270), usual: Span::seconds(8) };
        assert_eq!(one(&world, &kibera, &amina).stuck, [long]);
        assert!(one(&world, &kibera, &baraka).stuck.is_empty(), "who is not there is not stuck");
        let (hash, now) = (session.token.hash(), world.now() + Span::minutes(6));
        world.write(move |tx| session::keep(tx, hash, now)).unwrap();
        // The screen keeps what is in hand.
        let (person, turn) = (amina.person, world.turn());
        world.write(move |tx| work::extend(tx, person, &turn)).unwrap();
        world.pass(Span::seconds(9 * 60 + 30));
        let person = one(&world, &kibera, &amina);
        assert_eq!(person.place, Place::Here);
        assert_eq!(person.stuck, [Stuck::Long { on_it: Span::minutes(14), usual: Span::seconds(8) }]);
        let (person, turn) = (amina.person, world.turn());
        world.write(move |tx| work::extend(tx, person, &turn)).unwrap();
        world.pass(Span::minutes(6));
        let person = one(&world, &kibera, &amina);
        assert_eq!(person.place, Place::Away, "not seen for longer than a session is silent");
        assert_eq!(person.stuck, [Stuck::Silent { quiet: Span::minutes(20), holds: 7 }]);
        let hash = session.token.hash();
        world.write(move |tx| session::sign_out(tx, hash)).unwrap();
        assert_eq!(one(&world, &kibera, &amina).place, Place::Out);
    });
}

#[test]
fn answers_of_the_day_are_counted_as_they_are_given_accepted_and_taken_back() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let crew = workers(&world, &kibera, ["Amina", "Baraka", "Cherono"]);
        let project = world.project("questions").at(&kibera).file("a.csv", rows(2)).running();
        for who in &crew {
            let lent = project.next(who, "answer", 1).unwrap();
            project.answer(who, lent[0].task, &json!({"choice": 0})).unwrap();
            let waits = i64::from(who != &crew[2]);
            assert_eq!(one(&world, &kibera, &crew[0]).today, Today { accepted: 1 - waits, waiting: waits });
        }
        for who in &crew {
            assert_eq!(one(&world, &kibera, who).today, Today { accepted: 1, waiting: 0 });
        }
        let amina = &crew[0];
        let lent = project.next(amina, "answer", 1).unwrap();
        let given = project.answer(amina, lent[0].task, &json!({"choice": 0})).unwrap();
        assert_eq!(one(&world, &kibera, amina).today, Today { accepted: 1, waiting: 1 });
        let (actor, projects, turn) = (amina.clone(), world.app.projects.clone(), world.turn());
        world.write(move |tx| work::take_back(tx, &projects, &actor, given.id, &turn)).unwrap();
        assert_eq!(one(&world, &kibera, amina).today, Today { accepted: 1, waiting: 0 });
        // At midnight of the centre a day begins.
        world.pass(Span::minutes(14 * 60));
        assert_eq!(one(&world, &kibera, &crew[0]).today, Today::default());
    });
}

#[test]
fn skips_in_a_row_are_a_sign_until_something_is_answered() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let [amina] = workers(&world, &kibera, ["Amina"]);
        let project = world.project("questions").at(&kibera).file("a.csv", rows(20)).running();
        tap(&world, &kibera.computer("Desk 1"), &amina);
        for skipped in 1..=3 {
            let lent = project.next(&amina, "answer", 1).unwrap();
            world.pass(Span::seconds(5));
            skip(&world, &amina, lent[0].task);
            let expected: &[Stuck] = if skipped == 3 { &[Stuck::Skips(3)] } else { &[] };
            assert_eq!(one(&world, &kibera, &amina).stuck, expected, "after {skipped}");
        }
        let lent = project.next(&amina, "answer", 1).unwrap();
        world.pass(Span::seconds(5));
        project.answer(&amina, lent[0].task, &json!({"choice": 0})).unwrap();
        assert!(one(&world, &kibera, &amina).stuck.is_empty());
    });
}

/// Adds so many known truths to a project of questions.
fn truths(world: &World, project: &Project<'_>, count: usize) {
    let id = project.id;
    let items = sql!("select id from item where project = $1 order by position desc limit $2");
    let count = i64::try_from(count).unwrap();
    let items: Vec<Id<kind::Item>> =
        world.read(move |read| read.query_all(items, params![id.param(), count], |row| row.id(0))).unwrap();
    for item in items {
        let can = project.may_as::<MendProject>(&world.operator());
        let (terms, turn) = (world.app.projects.clone(), world.turn());
        world
            .write(move |tx| gold::add(tx, &terms, &can, (item, "answer", r#"{"choice":0}"#), &turn))
            .unwrap();
    }
}

#[test]
fn who_needs_coaching_is_told_by_evidence_and_never_by_a_bare_share() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let [amina, baraka] = workers(&world, &kibera, ["Amina", "Baraka"]);
        let project = world.project("questions").gold_every(2).at(&kibera).file("a.csv", rows(120)).running();
        truths(&world, &project, 30);
        // Every known truth is missed by one, and hit by the other.
        for (who, choice) in [(&amina, 1), (&baraka, 0)] {
            for _ in 0..14 {
                let lent = project.next(who, "answer", 1).unwrap();
                world.pass(Span::seconds(5));
                project.answer(who, lent[0].task, &json!({"choice": choice})).unwrap();
            }
            let known = &one(&world, &kibera, who).known[0];
            assert_eq!((known.answers, known.measured.is_some()), (7, false), "not enough evidence yet");
            assert!(one(&world, &kibera, who).coach.is_empty());
            for _ in 0..2 {
                let lent = project.next(who, "answer", 1).unwrap();
                world.pass(Span::seconds(5));
                project.answer(who, lent[0].task, &json!({"choice": choice})).unwrap();
            }
        }
        let (worse, better) = (one(&world, &kibera, &amina), one(&world, &kibera, &baraka));
        let measured = worse.known[0].measured.unwrap();
        assert_eq!((measured.units, measured.errors, worse.known[0].target), (8, 8, 0.95));
        assert!(matches!(&worse.coach[..], [Coach::Known(known)] if known.measured == Some(measured)));
        assert!(better.coach.is_empty() && better.known[0].measured.is_some());
        // A month later nothing of it says anything of today.
        world.pass(Span::minutes(31 * 24 * 60));
        assert!(one(&world, &kibera, &amina).known.is_empty());

        let upheld = sql!(
            "insert into rejection (answer, project, item, stage, person, reason, note, rejected_by, rejected_at, put_right) \
             select a.id, a.project, a.item, a.stage, a.person, 'other', 'No.', a.person, cast($2 as bigint), cast($3 as bigint) from answer a \
             where a.person = $1 and not exists (select 1 from rejection r where r.answer = a.id) limit 1"
        );
        let reject = |put_right: Option<i64>| {
            let (person, now) = (baraka.person, world.now());
            let added =
                world.write(move |tx| tx.execute(upheld, params![person.param(), now.param(), put_right]));
            assert_eq!(added, Ok::<_, DbError>(1));
        };
        for put_right in [Some(1), None, Some(0)] {
            reject(put_right);
        }
        assert!(one(&world, &kibera, &baraka).coach.is_empty(), "one may happen to anybody");
        reject(Some(0));
        assert_eq!(one(&world, &kibera, &baraka).coach, [Coach::Upheld(2)]);
    });
}

#[test]
fn the_list_is_searched_filtered_ordered_and_told_by_pages() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let [amina, baraka, cherono, dalila] =
            workers(&world, &kibera, ["Amina", "Baraka", "Cherono", "Dalila"]);
        let project = world.project("questions").named("Shops").at(&kibera).file("a.csv", rows(20)).running();
        let desk = kibera.computer("Desk 7");
        for who in [&baraka, &cherono, &dalila] {
            tap(&world, &desk, who);
        }
        project.next(&dalila, "answer", 8).unwrap();
        world.pass(Span::minutes(2));
        project.next(&cherono, "answer", 8).unwrap();
        world.pass(Span::seconds(100));
        let lead = kibera.team_leader("Juma");
        let told = |filter: Filter, search: &str| {
            let ask = Ask { search: search.to_owned(), ..Ask::default() };
            let rows = found(&world, &kibera, &lead, filter, &ask).page.rows;
            rows.into_iter().map(|person| person.shown_name).collect::<Vec<_>>()
        };
        let order = |order| Filter { order, state: None };
        let state = |state| Filter { state: Some(state), ..Filter::default() };
        assert_eq!(
            told(order(Order::Need), ""),
            ["Dalila", "Cherono", "Baraka", "Amina"],
            "who is stuck first"
        );
        assert_eq!(told(order(Order::Name), ""), ["Amina", "Baraka", "Cherono", "Dalila"]);
        assert_eq!(told(order(Order::Longest), ""), ["Dalila", "Cherono", "Amina", "Baraka"]);
        assert_eq!(told(state(State::Stuck), ""), ["Dalila"]);
        assert_eq!(told(state(State::Out), ""), ["Amina"]);
        assert_eq!(told(order(Order::Name), "sho"), ["Cherono", "Dalila"], "by what they work on");
        assert_eq!(told(order(Order::Name), "desk 7"), ["Baraka", "Cherono", "Dalila"]);
        assert!(told(state(State::Coach), "").is_empty());
        let counts = found(&world, &kibera, &lead, state(State::Stuck), &Ask::default()).counts;
        assert_eq!(counts, [1, 0, 3, 0, 1], "of all, whatever is chosen");

        let (mut ask, mut names) = (Ask { rows: 3, ..Ask::default() }, Vec::new());
        loop {
            let page = found(&world, &kibera, &lead, Filter::default(), &ask).page;
            names.extend(page.rows.into_iter().map(|person| person.shown_name));
            match page.next {
                Some(next) => ask.after = Some(next),
                None => break,
            }
        }
        assert_eq!(names, ["Dalila", "Cherono", "Baraka", "Amina"]);
        assert_eq!(amina.centre, Some(kibera.id));
    });
}

#[test]
fn a_centre_is_watched_by_its_own_lead_and_that_stands_in_the_record_once_an_hour() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (kibera, dadaab) = (world.centre("Kibera"), world.centre("Dadaab"));
        let (juma, salim, amina) =
            (kibera.team_leader("Juma"), dadaab.team_leader("Salim"), kibera.worker("Amina"));
        let id = kibera.id;
        let may = |actor: &Actor| {
            let actor = actor.clone();
            world.read(move |read| presence::may_watch(read, &actor, id).map(drop))
        };
        assert_eq!(may(&juma), Ok(()));
        assert_eq!(may(&world.operator()), Ok(()));
        for stranger in [&salim, &amina, &world.client("Library")] {
            assert_eq!(may(stranger), Err(NotForYou::NotThere));
        }
        let look = || {
            let (actor, turn) = (juma.clone(), world.turn());
            world
                .write(move |tx| -> Result<bool, DbError> {
                    let can = presence::may_watch(tx, &actor, id)
                        .map_err(|error| DbError::Other(error.to_string()))?;
                    let fresh = presence::is_new_look(tx, &can, &turn)?;
                    if fresh {
                        presence::note(tx, &can, &turn)?;
                    }
                    Ok(fresh)
                })
                .unwrap()
        };
        assert!(look() && !look());
        world.pass(Span::minutes(59));
        assert!(!look());
        world.pass(Span::minutes(2));
        assert!(look());
    });
}
