//! Messages to the people of a centre: who gets them, who has read them, and when they are over.

use kazi_app::listing::Ask;
use kazi_app::notice::{self, Audience, Filter, New, NoticeError, Sent};
use kazi_app::overview::may_view_own;
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::{Centre, World};
use kazi_db::testing::on_both;
use kazi_domain::policy::Actor;
use kazi_domain::{Id, Span, kind};
use serde_json::json;

use crate::presence::{rows, tap, workers};

fn new(body: &str, audience: Audience) -> New {
    New { body: body.to_owned(), language: "sw".to_owned(), audience, counts: Span::minutes(60 * 8) }
}

fn send(
    world: &World,
    centre: &Centre<'_>,
    by: &Actor,
    new: New,
) -> Result<(Id<kind::Notice>, usize), NoticeError> {
    let (actor, id, turn) = (by.clone(), centre.id, world.turn());
    world.write(move |tx| {
        let can = notice::may_send(tx, &actor, id).map_err(|_| NoticeError::NotThere)?;
        notice::send(tx, &can, &new, &turn)
    })
}

fn withdraw(
    world: &World,
    centre: &Centre<'_>,
    by: &Actor,
    notice: Id<kind::Notice>,
) -> Result<(), NoticeError> {
    let (actor, id, turn) = (by.clone(), centre.id, world.turn());
    world.write(move |tx| {
        let can = notice::may_send(tx, &actor, id).map_err(|_| NoticeError::NotThere)?;
        notice::withdraw(tx, &can, notice, &turn)
    })
}

fn one(world: &World, centre: &Centre<'_>, notice: Id<kind::Notice>) -> Result<Sent, NoticeError> {
    let (actor, id, now) = (world.operator(), centre.id, world.now());
    world.read(move |read| {
        let can = notice::may_send(read, &actor, id).map_err(|_| NoticeError::NotThere)?;
        notice::one(read, &can, (notice, now))
    })
}

/// What waits for somebody.
fn waits(world: &World, who: &Actor) -> Vec<(Id<kind::Notice>, String)> {
    let (can, now) = (may_view_own(who).unwrap(), world.now());
    let waiting = world.read(move |read| notice::waiting(read, &can, now)).unwrap();
    waiting.into_iter().map(|one| (one.id, one.body)).collect()
}

fn confirm(world: &World, who: &Actor, read: &[Id<kind::Notice>]) {
    let (can, read, turn) = (may_view_own(who).unwrap(), read.to_vec(), world.turn());
    world.write(move |tx| notice::confirm(tx, &can, &read, &turn)).unwrap();
}

#[test]
fn everybody_of_the_centre_is_told_once_and_the_lead_sees_who_has_read_it() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (kibera, dadaab) = (world.centre("Kibera"), world.centre("Dadaab"));
        let [amina, baraka] = workers(&world, &kibera, ["Amina", "Baraka"]);
        let zawadi = dadaab.worker("Zawadi");
        let (juma, salim) = (kibera.team_leader("Juma"), dadaab.team_leader("Salim"));
        let session = tap(&world, &kibera.computer("Desk 1"), &amina);
        let marked = || world.who(session.token.text()).unwrap().unread;
        assert!(!marked());
        let (id, count) = send(&world, &kibera, &juma, new("Chai saa kumi.", Audience::Centre)).unwrap();
        assert_eq!(count, 2, "who leads does no tasks");
        assert!(marked(), "the next request knows");
        assert_eq!(waits(&world, &amina), [(id, "Chai saa kumi.".to_owned())]);
        assert!(waits(&world, &zawadi).is_empty());
        let (second, _) = send(&world, &kibera, &juma, new("Na mkate.", Audience::Centre)).unwrap();
        confirm(&world, &amina, &[id]);
        assert!(marked(), "another came meanwhile");
        assert_eq!(waits(&world, &amina), [(second, "Na mkate.".to_owned())]);
        confirm(&world, &amina, &[second, id]);
        assert!(!marked() && waits(&world, &amina).is_empty());
        assert_eq!(waits(&world, &baraka).len(), 2, "each reads for themselves");

        let sent = one(&world, &kibera, id).unwrap();
        assert_eq!((sent.line.read, sent.line.sent_to, sent.line.from.as_str()), (1, 2, "Juma"));
        let readers: Vec<(&str, bool)> =
            sent.readers.iter().map(|one| (one.shown_name.as_str(), one.read_at.is_some())).collect();
        assert_eq!(readers, [("Baraka", false), ("Amina", true)], "who has not read it first");
        assert_eq!(send(&world, &kibera, &salim, new("Hi.", Audience::Centre)), Err(NoticeError::NotThere));
        assert_eq!(send(&world, &kibera, &amina, new("Hi.", Audience::Centre)), Err(NoticeError::NotThere));
        assert_eq!(one(&world, &dadaab, id), Err(NoticeError::NotThere), "not of that centre");
        assert_eq!(withdraw(&world, &dadaab, &salim, id), Err(NoticeError::NotThere));
    });
}

#[test]
fn a_message_goes_to_a_team_or_to_who_is_on_a_project() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (kibera, dadaab) = (world.centre("Kibera"), world.centre("Dadaab"));
        let [amina, baraka, cherono, dalila] =
            workers(&world, &kibera, ["Amina", "Baraka", "Cherono", "Dalila"]);
        let [zawadi] = workers(&world, &dadaab, ["Zawadi"]);
        let project = world.project("questions").at(&kibera).at(&dadaab).file("a.csv", rows(20)).running();
        let other = world.project("questions").at(&kibera).file("b.csv", rows(20)).running();
        let by = world.operator();
        project.next(&amina, "answer", 1).unwrap();
        let lent = project.next(&baraka, "answer", 1).unwrap();
        project.answer(&baraka, lent[0].task, &json!({"choice": 0})).unwrap();
        other.next(&cherono, "answer", 1).unwrap();
        project.next(&zawadi, "answer", 1).unwrap();
        let on_it = |id| send(&world, &kibera, &by, new("Look at the signs.", Audience::Project(id)));
        assert_eq!(on_it(project.id).unwrap().1, 2);
        let told = [&amina, &baraka, &cherono, &dalila, &zawadi].map(|who| waits(&world, who).len());
        assert_eq!(told, [1, 1, 0, 0, 0]);
        world.pass(Span::minutes(13 * 60));
        assert_eq!(on_it(project.id).unwrap().1, 1, "she answered yesterday, and the other holds one still");

        let team = Audience::People(vec![dalila.person, zawadi.person, by.person]);
        assert_eq!(
            send(&world, &kibera, &by, new("Come early.", team)).unwrap().1,
            1,
            "only people of the centre"
        );
        assert_eq!((waits(&world, &dalila).len(), waits(&world, &zawadi).len()), (1, 0));
        let nobody = Audience::People(vec![zawadi.person]);
        assert_eq!(send(&world, &kibera, &by, new("Hi.", nobody)), Err(NoticeError::Nobody));
    });
}

#[test]
fn a_message_is_over_after_its_time_or_when_it_is_taken_back() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let amina = kibera.worker("Amina");
        let juma = kibera.team_leader("Juma");
        let (first, _) = send(&world, &kibera, &juma, new("One.", Audience::Centre)).unwrap();
        withdraw(&world, &kibera, &juma, first).unwrap();
        assert_eq!(withdraw(&world, &kibera, &juma, first), Err(NoticeError::Over));
        assert!(waits(&world, &amina).is_empty());
        let (second, _) = send(&world, &kibera, &juma, new("Two.", Audience::Centre)).unwrap();
        world.pass(Span::minutes(8 * 60 - 1));
        assert_eq!(waits(&world, &amina).len(), 1);
        world.pass(Span::minutes(1));
        assert!(waits(&world, &amina).is_empty());
        assert_eq!(withdraw(&world, &kibera, &juma, second), Err(NoticeError::Over));
        // The mark is taken away by whoever looks and finds nothing.
        let session = tap(&world, &kibera.computer("Desk 1"), &amina);
        assert!(world.who(session.token.text()).unwrap().unread);
        confirm(&world, &amina, &[]);
        assert!(!world.who(session.token.text()).unwrap().unread);

        let (third, _) = send(&world, &kibera, &juma, new("Three of 100 %.", Audience::Centre)).unwrap();
        let told = |state: &str, search: &str, oldest_first| {
            let filter = Filter { state: state.to_owned(), oldest_first };
            let (actor, id, now) = (juma.clone(), kibera.id, world.now());
            let ask = Ask { search: search.to_owned(), ..Ask::default() };
            let page = world.read(move |read| {
                let can = notice::may_send(read, &actor, id).map_err(|_| NoticeError::NotThere)?;
                Ok::<_, NoticeError>(notice::lines(read, &can, &filter, (&ask, now))?)
            });
            page.unwrap().rows.into_iter().map(|line| line.id).collect::<Vec<_>>()
        };
        assert_eq!(told("", "", false), [third, second, first]);
        assert_eq!(told("", "", true), [first, second, third]);
        assert_eq!([told("shown", "", false), told("over", "", false)], [[third], [second]]);
        assert_eq!([told("withdrawn", "", false), told("", "100 %", false)], [[first], [third]]);
    });
}

#[test]
fn what_cannot_be_said_is_refused_in_words() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        kibera.worker("Amina");
        let by = world.operator();
        let refused = |new: New| send(&world, &kibera, &by, new).unwrap_err();
        assert_eq!(refused(new(" ", Audience::Centre)), NoticeError::Empty);
        assert_eq!(refused(new(&"a".repeat(501), Audience::Centre)), NoticeError::TooLong(501));
        assert_eq!(
            refused(New { language: "x;".to_owned(), ..new("Hi.", Audience::Centre) }),
            NoticeError::NoLanguage
        );
        for minutes in [0, 59, 60 * 24 * 30 + 1] {
            let counts = Span::minutes(minutes);
            assert_eq!(refused(New { counts, ..new("Hi.", Audience::Centre) }), NoticeError::BadTime);
        }
    });
}
