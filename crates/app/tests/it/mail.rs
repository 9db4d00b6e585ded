//! Letters: sent if their cause is kept, tried again, and without what they open once they are on their way.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use kazi_app::jobs::{Handler, Handlers};
use kazi_app::listing::Ask;
use kazi_app::mail::{self, Filter, Letter, Link, MailError, MailView, Mailer, Post, Site};
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::World;
use kazi_db::DbError;
use kazi_db::testing::on_both;
use kazi_domain::{Id, MailState, Moment, Span, kind};

const FROM: &str = "Kazi Foundation <kazi@kazi.example>";
const LINK: &str = "https://kazi.example/forgotten/new?key=0123456789abcdef";

/// Ten in the morning, when the world begins: letters know no other time here.
fn ten() -> Moment {
    Moment::from_micros(1_795_417_200_000_000)
}

fn long_after() -> Moment {
    ten() + Span::minutes(24 * 60)
}

fn handlers(post: Post) -> Handlers {
    let all: [Arc<dyn Handler>; 1] = [Arc::new(post)];
    all.into_iter().collect()
}

fn letter(world: &World) -> Letter {
    let site = Site { address: "https://kazi.example".to_owned(), operator: "Kazi Foundation".to_owned() };
    let link = Link { address: LINK.to_owned(), until: world.now() + Span::minutes(60) };
    Letter::forgotten(("ruth@library.example", "en"), "Ruth", &site, link)
}

fn posted(world: &World) -> Id<kind::Mail> {
    let (letter, turn) = (letter(world), world.turn());
    world.write(move |tx| mail::post(tx, &letter, &turn)).unwrap()
}

fn seen(world: &World, id: Id<kind::Mail>) -> MailView {
    let can = mail::may_manage(&world.operator()).unwrap();
    world.read(move |read| mail::get(read, &can, id)).unwrap().unwrap()
}

fn again(world: &World, id: Id<kind::Mail>) -> Result<(), MailError> {
    let (can, turn) = (mail::may_manage(&world.operator()).unwrap(), world.turn());
    world.write(move |tx| mail::retry(tx, &can, id, &turn))
}

#[test]
fn a_letter_is_laid_into_the_folder_and_its_link_is_forgotten() {
    on_both(MIGRATIONS, |db| {
        let (world, folder) = (World::new(db), tempfile::tempdir().unwrap());
        let id = posted(&world);
        assert_eq!(seen(&world, id).state, MailState::Waiting);
        let mailer = Mailer::into_folder(&folder.path().join("outbox"), FROM).unwrap();
        world.jobs(&handlers(Post::new(mailer).by_clock(ten)));
        let file = folder.path().join(format!("outbox/{id}.eml"));
        let text = std::fs::read_to_string(file).unwrap();
        assert!(
            text.contains("To: ruth@library.example") && text.contains(&format!("<{id}@kazi.example>")),
            "{text}"
        );
        assert!(text.replace("=\r\n", "").replace("=3D", "=").contains(LINK), "{text}");
        let shown = seen(&world, id);
        assert_eq!((shown.state, shown.sent_at), (MailState::Sent, Some(ten())));
        assert!(shown.body.contains('…') && !shown.body.contains("key="), "{}", shown.body);
        assert_eq!(again(&world, id), Err(MailError::NotFailed));
    });
}

#[test]
fn what_did_not_happen_is_not_written_of() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (letter, turn) = (letter(&world), world.turn());
        let undone = world.write(move |tx| -> Result<(), DbError> {
            mail::post(tx, &letter, &turn)?;
            Err(DbError::Other("thought better of it".to_owned()))
        });
        assert!(undone.is_err());
        let can = mail::may_manage(&world.operator()).unwrap();
        let all =
            world.read(move |read| mail::list(read, &can, &Filter::default(), &Ask::default())).unwrap();
        assert!(all.rows.is_empty());
        world.jobs(&Handlers::default());
    });
}

#[test]
fn a_link_that_ended_before_its_letter_went_is_not_sent() {
    on_both(MIGRATIONS, |db| {
        let (world, folder) = (World::new(db), tempfile::tempdir().unwrap());
        let id = posted(&world);
        let mailer = Mailer::into_folder(folder.path(), FROM).unwrap();
        world.jobs(&handlers(Post::new(mailer).by_clock(long_after)));
        let shown = seen(&world, id);
        assert_eq!(shown.state, MailState::Failed);
        assert!(shown.problem.unwrap().contains("does not count any more"));
        world.pass(Span::minutes(61));
        assert_eq!(again(&world, id), Err(MailError::LinkOver));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let now = world.now();
        assert_eq!(world.write(move |tx| mail::sweep(tx, now)), Ok(1));
        assert_eq!(world.write(move |tx| mail::sweep(tx, now)), Ok(0));
    });
}

/// A mail server that answers `RCPT TO` with these lines in turn, and gives what it took.
fn mail_server(recipients: &'static [&'static str]) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("smtp://{}", listener.local_addr().unwrap());
    let (taken, took) = channel();
    std::thread::spawn(move || {
        for answer in recipients {
            let (mut line, _) = listener.accept().unwrap();
            let mut lines = BufReader::new(line.try_clone().unwrap()).lines().map_while(Result::ok);
            let mut say = |words: &str| line.write_all(format!("{words}\r\n").as_bytes()).is_ok();
            say("220 mail.example");
            while let Some(asked) = lines.next() {
                let reply = match asked.get(..4).unwrap_or_default() {
                    "RCPT" => *answer,
                    "DATA" => {
                        say("354 go on");
                        let body: Vec<String> = lines.by_ref().take_while(|text| text != ".").collect();
                        taken.send(body.join("\n")).unwrap();
                        "250 taken"
                    }
                    "QUIT" => "221 bye",
                    _ => "250 well",
                };
                if !say(reply) || reply.starts_with("221") {
                    break;
                }
            }
        }
    });
    (address, took)
}

#[test]
fn a_mail_server_that_is_busy_is_asked_again_and_one_that_refuses_is_not() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (address, took) = mail_server(&["451 later", "250 well", "550 nobody here"]);
        let post = || handlers(Post::new(Mailer::to_server(&address, FROM).unwrap()).by_clock(ten));
        let id = posted(&world);
        // Far ahead, so that the second try need not be waited for.
        world.pass(Span::minutes(60 * 24 * 365 * 30));
        world.jobs(&post());
        assert_eq!(seen(&world, id).state, MailState::Sent);
        assert!(took.try_recv().unwrap().contains("Subject: A new password for Kazi"));
        let refused = posted(&world);
        world.jobs(&post());
        let shown = seen(&world, refused);
        assert_eq!(shown.state, MailState::Failed);
        assert!(shown.problem.unwrap().contains("nobody here"), "the operator reads what the server said");
        assert!(took.try_recv().is_err());
        assert_eq!(again(&world, refused), Ok(()));
        assert_eq!(seen(&world, refused).state, MailState::Waiting);
    });
}

#[test]
fn only_the_operator_sees_letters_and_finds_them() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        assert!(mail::may_manage(&world.client("Library")).is_none());
        let (first, second) = (posted(&world), posted(&world));
        let can = mail::may_manage(&world.operator()).unwrap();
        let list = |search: &str, oldest_first: bool, rows: u32, state| {
            let (can, filter) = (can.clone(), Filter { oldest_first, state });
            let ask = Ask { search: search.to_owned(), rows, after: None };
            let page = world.read(move |read| mail::list(read, &can, &filter, &ask)).unwrap();
            page.rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
        };
        assert_eq!(list("RUTH@", false, 0, None), [second, first]);
        assert_eq!(list("new password", true, 1, None), [first]);
        assert_eq!(list("museum", false, 0, None), []);
        assert_eq!(list("", false, 0, Some(MailState::Sent)), []);
    });
}

#[test]
fn settings_that_cannot_work_are_told_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Mailer::into_folder(folder.path(), "nobody").unwrap_err().to_string().contains("no sender"));
    assert!(Mailer::to_server("mail.example", FROM).unwrap_err().to_string().contains("smtps://"));
    let secret = Mailer::to_server("smtps://kazi:hush@mail.example", FROM).unwrap();
    assert!(!format!("{secret:?}").contains("hush"));
}
