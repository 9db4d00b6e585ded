//! Questions between a client and the operator.

use std::sync::Arc;

use kazi_app::jobs::{Handler, Handlers};
use kazi_app::listing::{Ask, Cursor};
use kazi_app::mail::{self, MailView, Mailer, Post, Site};
use kazi_app::network::NotForYou;
use kazi_app::projects;
use kazi_app::schema::MIGRATIONS;
use kazi_app::talk::{self, Digest, Filter, New, Reply, TalkError, Thread, Whose};
use kazi_app::testing::{Project, World};
use kazi_db::DbError;
use kazi_db::testing::on_both;
use kazi_domain::policy::{Actor, Can, Talk, ViewProject};
use kazi_domain::{Id, Moment, QuestionState, Side, Span, kind};

fn new(world: &World, item: Option<Id<kind::Item>>, subject: &str) -> New {
    New { id: world.turn().mint(), item, subject: subject.to_owned(), body: "The photo is dark.".to_owned() }
}

fn ask(world: &World, project: &Project<'_>, who: &Actor, new: &New) -> Result<Id<kind::Thread>, TalkError> {
    let (can, new, turn) = (project.may_as::<Talk>(who), new.clone(), world.turn());
    world.write(move |tx| talk::ask(tx, &can, &new, &turn))
}

fn say(world: &World, project: &Project<'_>, who: &Actor, said: &Reply) -> Result<(), TalkError> {
    let (can, said, turn) = (project.may_as::<Talk>(who), said.clone(), world.turn());
    world.write(move |tx| talk::reply(tx, &can, &said, &turn))
}

fn reply(world: &World, thread: Id<kind::Thread>, body: &str) -> Reply {
    Reply { id: world.turn().mint(), thread, body: body.to_owned() }
}

fn correct(
    world: &World,
    (project, who): (&Project<'_>, &Actor),
    place: (Id<kind::Thread>, Id<kind::Message>),
    body: &'static str,
) -> Result<(), TalkError> {
    let (can, turn) = (project.may_as::<Talk>(who), world.turn());
    world.write(move |tx| talk::correct(tx, &can, place, (body, &turn)))
}

fn seen(world: &World, project: &Project<'_>, who: &Actor, thread: Id<kind::Thread>) -> Thread {
    let (can, now) = (project.may_as::<ViewProject>(who), world.now());
    world.read(move |read| talk::show(read, &can, thread, (None, now))).unwrap()
}

fn settle(world: &World, project: &Project<'_>, who: &Actor, thread: Id<kind::Thread>, settled: bool) {
    let (can, turn) = (project.may_as::<Talk>(who), world.turn());
    let what = if settled { talk::settle } else { talk::reopen };
    world.write(move |tx| what(tx, &can, thread, &turn)).unwrap();
}

/// How many wait for somebody: of a project, and of all that they see.
fn waits(world: &World, project: &Project<'_>, who: &Actor) -> (i64, i64) {
    let (can, actor) = (project.may_as::<ViewProject>(who), who.clone());
    world
        .read(move |read| {
            let of_project = talk::waiting(read, &can)?.mine;
            Ok::<_, DbError>((of_project, talk::waiting_for_me(read, &actor)?))
        })
        .unwrap()
}

#[test]
fn a_question_goes_back_and_forth_until_it_is_settled() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (library, wanjiru) = (world.client("Library"), world.operator());
        let project = world.project("questions").of(&library).file("a.csv", "id,shop\n1,Duka\n").draft();
        let item = project.item("1");
        let asked = new(&world, Some(item), "  The  photo of\nDuka ");
        let thread = ask(&world, &project, &library, &asked).unwrap();
        assert_eq!(waits(&world, &project, &wanjiru), (1, 1));
        assert_eq!(waits(&world, &project, &library), (0, 0));

        let shown = seen(&world, &project, &wanjiru, thread);
        assert_eq!((shown.subject.as_str(), shown.state), ("The photo of Duka", QuestionState::Yours));
        assert_eq!(shown.item.as_ref().map(|(id, key, ..)| (*id, key.as_str())), Some((item, "1")));
        assert_eq!(shown.said[0].side, Side::Client);

        let answer = reply(&world, thread, " It is enough.\r\nGo on. ");
        say(&world, &project, &wanjiru, &answer).unwrap();
        say(&world, &project, &wanjiru, &answer).unwrap();
        assert_eq!((waits(&world, &project, &wanjiru), waits(&world, &project, &library)), ((0, 0), (1, 1)));
        let shown = seen(&world, &project, &library, thread);
        let said: Vec<&str> = shown.said.iter().map(|one| one.body.as_str()).collect();
        assert_eq!(said, ["The photo is dark.", "It is enough.\nGo on."], "sent twice it is said once");
        assert_eq!((shown.said[1].name.as_str(), shown.said[1].side), ("Wanjiru", Side::Operator));

        settle(&world, &project, &library, thread, true);
        assert_eq!((waits(&world, &project, &wanjiru), waits(&world, &project, &library)), ((0, 0), (0, 0)));
        let settled = seen(&world, &project, &wanjiru, thread);
        assert_eq!((settled.state, settled.settled.unwrap().0.as_str()), (QuestionState::Settled, "Buyer"));
        settle(&world, &project, &library, thread, false);
        assert_eq!(waits(&world, &project, &library), (1, 1), "it waits for whom it waited");
        settle(&world, &project, &wanjiru, thread, true);
        say(&world, &project, &library, &reply(&world, thread, "One more thing.")).unwrap();
        assert_eq!(waits(&world, &project, &wanjiru), (1, 1), "a new message opens it again");
    });
}

#[test]
fn a_question_that_comes_twice_is_one_and_other_words_under_its_id_are_refused() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (library, museum) = (world.client("Library"), world.client("Museum"));
        let project = world.project("questions").of(&library).draft();
        let other = world.project("questions").of(&museum).draft();
        let asked = new(&world, None, "Photos");
        let thread = ask(&world, &project, &library, &asked).unwrap();
        assert_eq!(ask(&world, &project, &library, &asked), Ok(thread));
        let changed = New { body: "Other words.".to_owned(), ..asked.clone() };
        assert_eq!(ask(&world, &project, &library, &changed), Err(TalkError::SentBefore));
        assert_eq!(ask(&world, &other, &museum, &asked), Err(TalkError::SentBefore), "an id is no way in");
        let into = reply(&world, thread, "Let me in.");
        assert_eq!(say(&world, &other, &museum, &into), Err(TalkError::NotThere));
        assert_eq!(seen(&world, &project, &library, thread).messages, 1);
        let said = reply(&world, thread, "More.");
        say(&world, &project, &library, &said).unwrap();
        let changed = Reply { body: "Less.".to_owned(), ..said };
        assert_eq!(say(&world, &project, &library, &changed), Err(TalkError::SentBefore));
    });
}

#[test]
fn what_cannot_be_a_question_is_told() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let library = world.client("Library");
        let project = world.project("questions").of(&library).file("a.csv", "id,shop\n1,Duka\n").draft();
        let other = world.project("questions").of(&library).file("a.csv", "id,shop\n1,Soko\n").draft();
        let foreign = new(&world, Some(other.item("1")), "Photos");
        assert_eq!(ask(&world, &project, &library, &foreign), Err(TalkError::NoItem));
        for (subject, body, wrong) in [
            (" ", "Text", TalkError::NoSubject),
            ("Subject", " \r\n", TalkError::NoText),
            ("Subject", &*"x".repeat(10_001), TalkError::LongText(10_001)),
        ] {
            let new = New { body: body.to_owned(), ..new(&world, None, subject) };
            assert_eq!(ask(&world, &project, &library, &new), Err(wrong));
        }
        assert_eq!(waits(&world, &project, &world.operator()), (0, 0), "what was refused left nothing");
    });
}

#[test]
fn only_the_last_word_is_corrected_by_whoever_said_it_for_ten_minutes() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (library, wanjiru) = (world.client("Library"), world.operator());
        let colleague = world.client_lead(&library, "Library");
        let project = world.project("questions").of(&library).draft();
        let thread = ask(&world, &project, &library, &new(&world, None, "Photos")).unwrap();
        let first = Id::from_bytes(*thread.as_bytes());
        let by_library = (&project, &library);
        assert!(seen(&world, &project, &library, thread).said[0].correctable);
        assert!(!seen(&world, &project, &colleague, thread).said[0].correctable);
        correct(&world, by_library, (thread, first), "The photo is bright.").unwrap();
        let shown = seen(&world, &project, &wanjiru, thread);
        assert_eq!(shown.said[0].body, "The photo is bright.");
        assert!(shown.said[0].corrected_at.is_some());
        let by_others = [(&project, &wanjiru), (&project, &colleague)];
        for other in by_others {
            assert_eq!(correct(&world, other, (thread, first), "No."), Err(TalkError::NotLast));
        }
        world.pass(talk::CORRECT_WITHIN);
        correct(&world, by_library, (thread, first), "The photo is fine.").unwrap();
        world.pass(Span::seconds(1));
        assert_eq!(correct(&world, by_library, (thread, first), "Late."), Err(TalkError::TooLate));
        let second = reply(&world, thread, "Thank you.");
        say(&world, &project, &library, &second).unwrap();
        assert_eq!(correct(&world, by_library, (thread, first), "Before."), Err(TalkError::NotLast));
        say(&world, &project, &wanjiru, &reply(&world, thread, "You are welcome.")).unwrap();
        assert_eq!(correct(&world, by_library, (thread, second.id), "Answered."), Err(TalkError::NotLast));
    });
}

#[test]
fn each_side_finds_its_questions_and_nobody_elses() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (library, museum, wanjiru) = (world.client("Library"), world.client("Museum"), world.operator());
        let kibera = world.centre("Kibera");
        let shops = world.project("questions").named("Shops").of(&library).at(&kibera);
        let shops = shops.file("a.csv", "id,shop\n1,Duka\n").draft();
        let birds = world.project("questions").named("Birds").of(&museum).draft();
        let mut all = Vec::new();
        for (project, who, subject) in [
            (&shops, &library, "Dark photo"),
            (&shops, &library, "Prices 100%"),
            (&birds, &museum, "Feathers"),
        ] {
            world.pass(Span::seconds(5));
            all.push(ask(&world, project, who, &new(&world, None, subject)).unwrap());
        }
        world.pass(Span::seconds(5));
        say(&world, &shops, &wanjiru, &reply(&world, all[0], "It is enough.")).unwrap();
        let listed = |actor: &Actor, filter: Filter, search: &str| {
            let (actor, mut ask) = (actor.clone(), Ask { search: search.to_owned(), rows: 1, after: None });
            let mut found = Vec::new();
            loop {
                let (who, wish) = (actor.clone(), ask.clone());
                let page = world.read(move |read| talk::for_person(read, &who, filter, &wish))?;
                found.extend(page.rows.into_iter().map(|row| (row.id, row.state)));
                match page.next {
                    Some(next) => ask.after = Some(next.to_string().parse::<Cursor>().unwrap()),
                    None => return Ok::<_, TalkError>(found),
                }
            }
        };
        let (yours, theirs) = (QuestionState::Yours, QuestionState::Theirs);
        let any = Filter::default();
        let seen = listed(&wanjiru, any, "").unwrap();
        assert_eq!(seen, [(all[0], theirs), (all[2], yours), (all[1], yours)], "what was said last is first");
        let oldest = Filter { oldest_first: true, state: Some(yours) };
        assert_eq!(listed(&wanjiru, oldest, "").unwrap(), [(all[1], yours), (all[2], yours)]);
        assert_eq!(listed(&library, any, "").unwrap(), [(all[0], yours), (all[1], theirs)]);
        assert_eq!(listed(&museum, any, "feather").unwrap(), [(all[2], theirs)]);
        assert_eq!(listed(&library, any, "0%").unwrap(), [(all[1], theirs)]);
        assert_eq!(listed(&wanjiru, any, "birds").unwrap(), [(all[2], yours)]);
        assert_eq!(listed(&library, Filter { state: Some(QuestionState::Settled), ..any }, "").unwrap(), []);
        for nobody in [kibera.worker("Amina"), kibera.reviewer("Otieno"), kibera.team_leader("Juma")] {
            assert_eq!(listed(&nobody, any, ""), Err(TalkError::NotThere));
            let (actor, id) = (nobody.clone(), shops.id);
            let may = world.read(move |read| Ok::<_, DbError>(projects::may::<Talk>(read, &actor, id).err()));
            assert_eq!(may.unwrap(), Some(NotForYou::NotThere));
        }
        let (id, stranger) = (shops.id, museum.clone());
        let may: Result<Result<Can<Talk>, _>, DbError> =
            world.read(move |read| Ok(projects::may(read, &stranger, id)));
        assert!(may.unwrap().is_err(), "another client's project");
        let can = shops.may_as::<ViewProject>(&wanjiru);
        let of_project =
            world.read(move |read| talk::list(read, Whose::Project(&can), any, &Ask::default())).unwrap();
        assert_eq!(of_project.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [all[0], all[1]]);
    });
}

#[test]
fn a_long_talk_is_read_in_parts() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let library = world.client("Library");
        let project = world.project("questions").of(&library).draft();
        let thread = ask(&world, &project, &library, &new(&world, None, "Photos")).unwrap();
        for number in 2..=130 {
            say(&world, &project, &library, &reply(&world, thread, &format!("Message {number}"))).unwrap();
        }
        let latest = seen(&world, &project, &library, thread);
        assert_eq!((latest.said.len(), latest.said[0].number, latest.earlier), (100, 31, Some(31)));
        let (can, now) = (project.may::<ViewProject>(), world.now());
        let first = world.read(move |read| talk::show(read, &can, thread, (Some(31), now))).unwrap();
        assert_eq!((first.said.len(), first.said[29].number, first.earlier), (30, 30, None));
    });
}

/// Ten in the morning, when the world begins, and the hours after.
fn at<const MINUTES: u32>() -> Moment {
    Moment::from_micros(1_795_417_200_000_000) + Span::minutes(MINUTES)
}

fn handlers(folder: &std::path::Path, clock: fn() -> Moment) -> Handlers {
    let site = Site { address: "https://kazi.example".to_owned(), operator: "Kazi Foundation".to_owned() };
    let mailer = Mailer::into_folder(folder, "Kazi <kazi@kazi.example>").unwrap();
    let all: [Arc<dyn Handler>; 2] =
        [Arc::new(Digest::new(site).by_clock(clock)), Arc::new(Post::new(mailer).by_clock(clock))];
    all.into_iter().collect()
}

fn letters(world: &World) -> Vec<MailView> {
    let can = mail::may_manage(&world.operator()).unwrap();
    let filter = mail::Filter { oldest_first: true, state: None };
    world.read(move |read| mail::list(read, &can, &filter, &Ask::default())).unwrap().rows
}

/// Does what is due; letters that are due later may wait.
fn work_off(world: &World, handlers: &Handlers) {
    let (app, now, handlers) = (world.app.clone(), world.now(), handlers.clone());
    std::thread::spawn(move || {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        drop(runtime.block_on(kazi_app::jobs::drain(&app.db, &handlers, now)).unwrap());
    })
    .join()
    .unwrap();
}

#[test]
fn one_letter_an_hour_says_whose_turn_it_is_and_nothing_else() {
    on_both(MIGRATIONS, |db| {
        let (world, folder) = (World::new(db), tempfile::tempdir().unwrap());
        let (library, wanjiru) = (world.client("Library"), world.operator());
        let project = world.project("questions").named("Secret shops").of(&library).draft();
        let first = ask(&world, &project, &library, &new(&world, None, "Hidden subject")).unwrap();
        ask(&world, &project, &library, &new(&world, None, "Another")).unwrap();
        work_off(&world, &handlers(folder.path(), at::<0>));
        assert!(letters(&world).is_empty(), "not before it can be corrected no more");
        world.pass(talk::PAUSE);
        work_off(&world, &handlers(folder.path(), at::<10>));
        let sent = letters(&world);
        assert_eq!(sent.len(), 1, "one letter for all");
        assert_eq!((sent[0].address.as_str(), sent[0].kind.as_str()), ("wanjiru@kazi.example", "questions"));
        let body = &sent[0].body;
        assert!(
            body.contains("2 questions wait") && body.contains("https://kazi.example/questions?state=yours")
        );
        for secret in ["dark", "Hidden", "Another", "Secret", "Buyer", "Library"] {
            assert!(!format!("{} {body}", sent[0].subject).contains(secret), "{body}");
        }

        // More within the hour waits for its end; what was answered meanwhile is not written of.
        world.pass(Span::minutes(5));
        say(&world, &project, &library, &reply(&world, first, "And one more thing.")).unwrap();
        world.pass(Span::minutes(54));
        work_off(&world, &handlers(folder.path(), at::<69>));
        assert_eq!(letters(&world).len(), 1);
        world.pass(Span::minutes(1));
        work_off(&world, &handlers(folder.path(), at::<70>));
        assert_eq!(letters(&world).len(), 2);

        world.pass(Span::minutes(120));
        say(&world, &project, &wanjiru, &reply(&world, first, "It is enough.")).unwrap();
        settle(&world, &project, &library, first, true);
        world.pass(Span::minutes(60));
        work_off(&world, &handlers(folder.path(), at::<250>));
        assert_eq!(letters(&world).len(), 2, "nothing waits for the client");
        say(&world, &project, &wanjiru, &reply(&world, first, "By the way.")).unwrap();
        world.pass(Span::minutes(60));
        work_off(&world, &handlers(folder.path(), at::<310>));
        let last = letters(&world).pop().unwrap();
        assert_eq!(last.address, "buyer@library.example");
        assert!(last.body.contains("a question waits"), "{}", last.body);
    });
}
