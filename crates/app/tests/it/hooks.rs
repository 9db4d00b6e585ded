//! Web hooks: signed, tried again, held, switched off, and never inside the own network.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use kazi_app::hooks::{
    self, Address, Hook, HookError, LONGEST_ANSWER, Made, Messenger, New, Reach, Sending, signature,
};
use kazi_app::jobs::{self, Handler, Handlers};
use kazi_app::listing::Ask;
use kazi_app::mail::Site;
use kazi_app::projects::life;
use kazi_app::schema::MIGRATIONS;
use kazi_app::talk;
use kazi_app::testing::{Project, World};
use kazi_db::testing::on_both;
use kazi_db::{params, sql};
use kazi_domain::policy::{Actor, Can, ManageHooks, ManageProject, Talk};
use kazi_domain::{HookEvent, HookState, Id, Moment, SendingState, Span, kind};

const TEN: i64 = 1_795_417_200_000_000;

fn ten() -> Moment {
    Moment::from_micros(TEN)
}

fn four_days_later() -> Moment {
    ten() + Span::minutes(4 * 24 * 60)
}

/// What a program took: its headers by name, and its body.
type Taken = (BTreeMap<String, String>, String);

/// A program on this computer that answers in turn with these, whole as they are; and what it took.
fn program(answers: Vec<String>) -> (String, Receiver<Taken>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/kazi?x=1", listener.local_addr().unwrap());
    let (taken, took) = channel();
    std::thread::spawn(move || {
        for answer in answers {
            let (mut line, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(line.try_clone().unwrap());
            let mut headers = BTreeMap::new();
            loop {
                let mut text = String::new();
                reader.read_line(&mut text).unwrap();
                match text.trim_end().split_once(": ") {
                    Some((name, value)) => headers.insert(name.to_lowercase(), value.to_owned()),
                    None if text.trim_end().is_empty() => break,
                    None => headers.insert("request".to_owned(), text.trim_end().to_owned()),
                };
            }
            let length: usize = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            taken.send((headers, String::from_utf8(body).unwrap())).unwrap();
            // Whoever has read enough hangs up.
            drop(line.write_all(answer.as_bytes()));
        }
    });
    (address, took)
}

fn answer(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

fn may(who: &Actor) -> Can<ManageHooks> {
    hooks::may_manage(who).unwrap()
}

fn new(address: &str, events: &[HookEvent]) -> New {
    New { address: Address::parse(address, Reach::Loopback).unwrap(), events: events.to_vec() }
}

fn make(world: &World, who: &Actor, new: &New) -> Result<Made, HookError> {
    let (can, new, turn) = (may(who), new.clone(), world.turn());
    world.write(move |tx| hooks::make(tx, &can, &new, &turn))
}

fn shown(world: &World, who: &Actor, hook: Id<kind::Hook>) -> (Hook, Vec<Sending>) {
    let can = may(who);
    world
        .read(move |read| {
            let hook = hooks::get(read, &can, hook)?;
            let sent = hooks::sendings(read, &can, (hook.id, None, true), &Ask::default())?;
            Ok::<_, HookError>((hook, sent.rows))
        })
        .unwrap()
}

fn handlers(reach: Reach, clock: fn() -> Moment) -> Handlers {
    let site = Site { address: "https://kazi.example".to_owned(), operator: "Kazi Foundation".to_owned() };
    let all: [Arc<dyn Handler>; 1] = [Arc::new(Messenger::new(reach, site).by_clock(clock))];
    all.into_iter().collect()
}

/// Does what is due by now; what is to be tried again later may wait.
fn work_off(world: &World, handlers: &Handlers) {
    work_off_until(world, handlers, world.now());
}

fn work_off_until(world: &World, handlers: &Handlers, until: Moment) {
    let (db, handlers) = (world.app.db.clone(), handlers.clone());
    let work = move || {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        drop(runtime.block_on(jobs::drain(&db, &handlers, until)).unwrap());
    };
    std::thread::spawn(work).join().unwrap();
}

fn ask_question(world: &World, project: &Project<'_>, who: &Actor) {
    let (can, turn) = (project.may_as::<Talk>(who), world.turn());
    let new = talk::New {
        id: turn.mint(),
        item: None,
        subject: "Hidden subject".to_owned(),
        body: "Hidden words".to_owned(),
    };
    world.write(move |tx| talk::ask(tx, &can, &new, &turn)).unwrap();
}

#[test]
fn what_happens_is_told_signed_and_says_nothing_of_what_is_in_it() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (library, museum) = (world.client("Library"), world.client("Museum"));
        let kibera = world.centre("Kibera");
        let (address, took) = program(vec![answer("200 OK", "thank you"), answer("204 No Content", "")]);
        let events = [HookEvent::ProjectStarted, HookEvent::QuestionAsked];
        let hook = make(&world, &library, &new(&address, &events)).unwrap();
        let others = make(&world, &museum, &new(&address, &events)).unwrap();
        let project = world.project("questions").named("Secret shops").of(&library).at(&kibera);
        let project = project.file("a.csv", "id,shop\n1,Duka\n").running();
        ask_question(&world, &project, &world.operator());
        let pause: Can<ManageProject> = project.may();
        let turn = world.turn();
        world.write(move |tx| life::pause(tx, &pause, &turn)).unwrap();
        work_off(&world, &handlers(Reach::Loopback, ten));

        let (headers, body) = took.try_recv().unwrap();
        assert_eq!(headers["request"], "POST /kazi?x=1 HTTP/1.1");
        assert_eq!(headers["content-type"], "application/json");
        let seconds = TEN / 1_000_000;
        assert_eq!(headers["webhook-timestamp"], seconds.to_string());
        let signed = signature(&[hook.secret], &headers["webhook-id"], seconds, &body);
        assert_eq!(headers["webhook-signature"], signed);
        let told: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(
            (&told["type"], &told["timestamp"]),
            (&"project.started".into(), &"2026-11-23T07:00:00Z".into())
        );
        assert_eq!(told["data"]["project"], project.id.to_string());
        let (_, second) = took.try_recv().unwrap();
        assert!(second.contains("question.asked") && second.contains("\"side\":\"operator\""), "{second}");
        for secret in ["Secret", "Hidden", "Wanjiru", "Duka"] {
            assert!(!format!("{body}{second}").contains(secret), "{body}{second}");
        }
        assert!(took.try_recv().is_err(), "a pause was not asked for, and the museum has no project");

        let (_, sent) = shown(&world, &library, hook.id);
        assert_eq!(sent.len(), 2);
        assert_eq!((sent[0].state, sent[0].status, sent[0].tries), (SendingState::Sent, Some(200), 1));
        assert_eq!(
            (sent[0].answer.as_deref(), sent[0].project.as_deref()),
            (Some("thank you"), Some("Secret shops"))
        );
        assert_eq!(headers["webhook-id"], sent[0].id.to_string());
        assert!(shown(&world, &museum, others.id).1.is_empty());
        let (can, hook) = (may(&museum), hook.id);
        let hidden = world.read(move |read| hooks::get(read, &can, hook));
        assert_eq!(hidden, Err(HookError::NotThere), "another's web hook");
    });
}

#[test]
fn the_operator_is_told_of_every_project_and_nobody_else_has_web_hooks() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (library, kibera) = (world.client("Library"), world.centre("Kibera"));
        let hook = make(&world, &world.operator(), &new("https://example.org", &[HookEvent::QuestionAsked]))
            .unwrap();
        let project = world.project("questions").of(&library).draft();
        ask_question(&world, &project, &library);
        assert_eq!(shown(&world, &world.operator(), hook.id).1.len(), 1);
        for nobody in [kibera.worker("Amina"), kibera.reviewer("Otieno"), kibera.team_leader("Juma")] {
            assert!(hooks::may_manage(&nobody).is_none());
        }
    });
}

#[test]
fn an_address_that_is_away_is_tried_again_under_the_same_id() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let library = world.client("Library");
        let project = world.project("questions").of(&library).draft();
        let long = "x".repeat(4 * LONGEST_ANSWER);
        let (address, took) = program(vec![
            answer("500 Internal Server Error", "no\0t now"),
            answer("302 Found\r\nlocation: http://127.0.0.1:1/", ""),
            "nonsense\r\n\r\n".to_owned(),
            answer("202 Accepted", &long),
        ]);
        let hook = make(&world, &library, &new(&address, &[HookEvent::QuestionAsked])).unwrap();
        ask_question(&world, &project, &library);
        let far = world.now() + Span::minutes(60 * 24 * 365 * 30);
        let handlers = handlers(Reach::Loopback, ten);
        work_off(&world, &handlers);
        let (at, sent) = shown(&world, &library, hook.id);
        assert_eq!((sent[0].state, sent[0].status, sent[0].tries), (SendingState::Waiting, Some(500), 1));
        assert_eq!(sent[0].problem.as_deref(), Some("it answered 500"));
        assert_eq!(sent[0].answer.as_deref(), Some("no\u{fffd}t now"));
        assert_eq!(at.failing_since, Some(ten()));
        work_off_until(&world, &handlers, far);
        let ids: Vec<String> = took.try_iter().map(|(headers, _)| headers["webhook-id"].clone()).collect();
        assert_eq!(
            (ids.len(), ids.iter().all(|id| *id == ids[0])),
            (4, true),
            "each try is the same message"
        );
        let (at, sent) = shown(&world, &library, hook.id);
        assert_eq!((sent[0].state, sent[0].status, sent[0].tries), (SendingState::Sent, Some(202), 4));
        assert_eq!(sent[0].answer.as_ref().map(String::len), Some(512), "only the first bytes are kept");
        assert_eq!((at.failing_since, at.state), (None, HookState::On));
        let (can, sending, turn, id) = (may(&library), sent[0].id, world.turn(), hook.id);
        world.write(move |tx| hooks::again(tx, &can, (id, sending), &turn)).unwrap();
        assert_eq!(shown(&world, &library, hook.id).1[0].state, SendingState::Waiting, "by hand, once more");
    });
}

#[test]
fn an_address_that_takes_nothing_for_days_is_switched_off_with_a_letter() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let library = world.client("Library");
        let project = world.project("questions").of(&library).draft();
        // Nobody listens there.
        let hook = make(&world, &library, &new("http://127.0.0.1:1/", &[HookEvent::QuestionAsked])).unwrap();
        let far = world.now() + Span::minutes(60 * 24 * 365 * 30);
        ask_question(&world, &project, &library);
        work_off_until(&world, &handlers(Reach::Loopback, ten), far);
        let (at, sent) = shown(&world, &library, hook.id);
        assert_eq!(
            (at.state, sent[0].state, sent[0].tries),
            (HookState::On, SendingState::Failed, hooks::TRIES)
        );
        ask_question(&world, &project, &library);
        work_off_until(&world, &handlers(Reach::Loopback, four_days_later), far);
        let (at, _) = shown(&world, &library, hook.id);
        assert_eq!(at.state, HookState::Off);
        assert!(at.problem.unwrap().contains("nobody answers there"));
        let letters = sql!("select address from mail where kind = 'hook_off' /*scans: a test*/");
        let letters: Vec<String> =
            world.read(move |read| read.query_all(letters, &[], |row| row.get(0))).unwrap();
        assert_eq!(letters, ["buyer@library.example"]);
        ask_question(&world, &project, &library);
        assert_eq!(shown(&world, &library, hook.id).1.len(), 2, "nothing is told to it any more");
        let (can, turn, id) = (may(&library), world.turn(), hook.id);
        world.write(move |tx| hooks::resume(tx, &can, id, &turn)).unwrap();
        assert_eq!(shown(&world, &library, hook.id).0.state, HookState::On);
    });
}

#[test]
fn who_wants_no_more_messages_gets_none() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let library = world.client("Library");
        let project = world.project("questions").of(&library).draft();
        let (address, _took) = program(vec![answer("410 Gone", "")]);
        let hook = make(&world, &library, &new(&address, &[HookEvent::QuestionAsked])).unwrap();
        ask_question(&world, &project, &library);
        work_off(&world, &handlers(Reach::Loopback, ten));
        let (at, sent) = shown(&world, &library, hook.id);
        assert_eq!((at.state, sent[0].state), (HookState::Off, SendingState::Failed));
    });
}

#[test]
fn held_it_is_told_later_what_happened() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let library = world.client("Library");
        let project = world.project("questions").of(&library).draft();
        let (address, took) = program(vec![answer("200 OK", ""), answer("200 OK", "")]);
        let hook = make(&world, &library, &new(&address, &[HookEvent::QuestionAsked])).unwrap();
        // One was on its way already when it was held.
        ask_question(&world, &project, &library);
        let (can, turn, id) = (may(&library), world.turn(), hook.id);
        world.write(move |tx| hooks::hold(tx, &can, id, &turn)).unwrap();
        ask_question(&world, &project, &library);
        let handlers = handlers(Reach::Loopback, ten);
        work_off(&world, &handlers);
        assert!(took.try_recv().is_err());
        let states: Vec<SendingState> = shown(&world, &library, id).1.iter().map(|one| one.state).collect();
        assert_eq!(states, [SendingState::Held, SendingState::Held]);
        let (can, turn) = (may(&library), world.turn());
        assert_eq!(world.write(move |tx| hooks::try_out(tx, &can, id, &turn)), Err(HookError::NotOn));
        let (can, turn) = (may(&library), world.turn());
        world.write(move |tx| hooks::resume(tx, &can, id, &turn)).unwrap();
        work_off(&world, &handlers);
        assert_eq!(took.try_iter().count(), 2);
    });
}

#[test]
fn an_exchanged_secret_signs_for_another_day() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let library = world.client("Library");
        let (address, took) = program(vec![answer("200 OK", ""), answer("200 OK", "")]);
        let hook = make(&world, &library, &new(&address, &[HookEvent::QuestionAsked])).unwrap();
        let (can, turn, id) = (may(&library), world.turn(), hook.id);
        let fresh = world.write(move |tx| hooks::rotate(tx, &can, id, &turn)).unwrap();
        assert_ne!(fresh.secret, hook.secret);
        let times: [(fn() -> Moment, bool); 2] = [(ten, true), (four_days_later, false)];
        for (clock, both) in times {
            let (can, turn) = (may(&library), world.turn());
            world.write(move |tx| hooks::try_out(tx, &can, id, &turn)).unwrap();
            work_off(&world, &handlers(Reach::Loopback, clock));
            let (headers, body) = took.try_recv().unwrap();
            let secrets = if both {
                vec![fresh.secret.clone(), hook.secret.clone()]
            } else {
                vec![fresh.secret.clone()]
            };
            let seconds = clock().micros() / 1_000_000;
            assert_eq!(
                headers["webhook-signature"],
                signature(&secrets, &headers["webhook-id"], seconds, &body)
            );
            assert!(body.contains("\"type\":\"hook.trial\""), "{body}");
        }
    });
}

#[test]
fn nobody_inside_is_called_whatever_the_name_says() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let library = world.client("Library");
        let (address, took) = program(vec![answer("200 OK", "")]);
        let port = address.split(':').nth(2).unwrap().split('/').next().unwrap();
        // A name that leads inside passes when it is typed, for it may lead elsewhere by then: each call looks again.
        let named = format!("https://localhost:{port}/");
        let hook = make(&world, &library, &new(&named, &[HookEvent::QuestionAsked])).unwrap();
        // What was allowed when it was typed is not, should the settings change; so the row is not trusted either.
        let other = make(&world, &library, &new(&address, &[HookEvent::QuestionAsked])).unwrap();
        for id in [hook.id, other.id] {
            let (can, turn) = (may(&library), world.turn());
            world.write(move |tx| hooks::try_out(tx, &can, id, &turn)).unwrap();
        }
        work_off(&world, &handlers(Reach::Public, ten));
        let problem = |id| shown(&world, &library, id).1[0].problem.clone().unwrap();
        assert!(problem(hook.id).contains("leads into a private network"), "{}", problem(hook.id));
        assert!(problem(other.id).contains("https://"), "{}", problem(other.id));
        assert!(took.try_recv().is_err(), "nobody was called");
    });
}

#[test]
fn what_cannot_be_a_web_hook_is_told_and_a_removed_one_is_gone() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let library = world.client("Library");
        let none = make(&world, &library, &new("https://example.org", &[HookEvent::Trial])).err();
        assert_eq!(none, Some(HookError::NoEvent));
        let wanted = new("https://example.org", &[HookEvent::ProjectDelivered]);
        let hook = make(&world, &library, &wanted).unwrap().id;
        for _ in 1..hooks::MOST {
            make(&world, &library, &wanted).unwrap();
        }
        assert_eq!(make(&world, &library, &wanted).err(), Some(HookError::TooMany));
        let (can, turn) = (may(&library), world.turn());
        world.write(move |tx| hooks::remove(tx, &can, hook, &turn)).unwrap();
        let (can, turn) = (may(&library), world.turn());
        let gone = world.write(move |tx| hooks::hold(tx, &can, hook, &turn));
        assert_eq!(gone, Err(HookError::NotThere));
        let secrets = sql!("select secret from hook where id = $1");
        let kept: String = world
            .read(move |read| {
                use kazi_app::rows::Param;
                read.query_one(secrets, params![hook.param()], |row| row.get(0))
            })
            .unwrap();
        assert_eq!(kept, "", "what opened something is forgotten");
        assert!(make(&world, &library, &wanted).is_ok());
    });
}
