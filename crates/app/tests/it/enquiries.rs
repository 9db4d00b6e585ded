//! Asking for a quote: what a stranger may write, and what the operator makes of it.

use kazi_app::access::limit::LimitError;
use kazi_app::listing::Ask;
use kazi_app::mail::Site;
use kazi_app::network::enquiries::{self, Enquiry, EnquiryError, Filter, NewEnquiry};
use kazi_app::network::invitations::InviteError;
use kazi_app::network::people::PersonError;
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::World;
use kazi_db::sql;
use kazi_db::testing::on_both;
use kazi_domain::{EnquiryState, Id, Span, kind};

fn site() -> Site {
    Site { address: "https://kazi.example".to_owned(), operator: "Kazi Foundation".to_owned() }
}

fn library() -> NewEnquiry {
    NewEnquiry {
        organisation_name: " City Library ".to_owned(),
        shown_name: "Ruth".to_owned(),
        email: "Ruth@Library.example".to_owned(),
        language: "sw".to_owned(),
        service: "digitisation".to_owned(),
        amount: "12 books".to_owned(),
        needed_by: "March".to_owned(),
        said: "Scans of novels.\nEPUB wanted, see http://scans.example".to_owned(),
    }
}

fn ask(world: &World, new: &NewEnquiry, from: &str) -> Result<Id<kind::Enquiry>, EnquiryError> {
    let (new, turn, from) = (new.clone(), world.turn(), from.to_owned());
    world.write(move |tx| enquiries::ask(tx, &new, &from, &site(), &turn))
}

fn list(world: &World, filter: Filter, ask: Ask) -> Vec<Enquiry> {
    let can = world.network();
    world.read(move |read| enquiries::list(read, &can, filter, &ask)).unwrap().rows
}

/// Kind, address and body of the letters, the latest first.
fn letters(world: &World) -> Vec<(String, String, String)> {
    let all = sql!("select kind, address, body from mail order by id desc");
    world
        .read(move |read| read.query_all(all, &[], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))))
        .unwrap()
}

#[test]
fn who_asks_is_heard_invited_once_and_their_words_are_in_no_letter() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let id = ask(&world, &library(), "192.0.2.1").unwrap();
        let [(kind, to, body)] = letters(&world).try_into().unwrap();
        assert_eq!((kind.as_str(), to.as_str()), ("enquiry_came", "wanjiru@kazi.example"));
        assert!(body.contains(&format!("https://kazi.example/enquiries/{id}")), "{body}");
        assert!(!body.contains("scans.example") && !body.contains("Library"), "{body}");

        let [found] = list(&world, Filter::default(), Ask::default()).try_into().unwrap();
        assert_eq!(
            (found.organisation_name.as_str(), found.email.as_str()),
            ("City Library", "ruth@library.example")
        );
        assert_eq!(found.state, EnquiryState::Waiting);

        let (can, turn) = (world.network(), world.turn());
        let client = world.write(move |tx| enquiries::invite(tx, &can, id, &site(), &turn)).unwrap();
        let (kind, to, body) = letters(&world).remove(0);
        assert_eq!((kind.as_str(), to.as_str()), ("invitation", "ruth@library.example"));
        assert!(body.contains("City Library") && body.contains("Ruth"), "{body}");

        let (can, turn) = (world.network(), world.turn());
        let again = world.write(move |tx| enquiries::invite(tx, &can, id, &site(), &turn));
        assert_eq!(again, Err(EnquiryError::Answered));
        let only = |state| list(&world, Filter { state: Some(state), ..Filter::default() }, Ask::default());
        assert!(only(EnquiryState::Waiting).is_empty());
        assert_eq!(only(EnquiryState::Invited).remove(0).organisation, Some(client));
    });
}

#[test]
fn what_is_missing_is_said_and_nothing_is_kept() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let wrong = |change: fn(&mut NewEnquiry)| {
            let mut new = library();
            change(&mut new);
            ask(&world, &new, "192.0.2.1").unwrap_err()
        };
        assert_eq!(wrong(|new| new.organisation_name = " \n".to_owned()), EnquiryError::NoOrganisation);
        assert_eq!(wrong(|new| new.shown_name.clear()), PersonError::NoName.into());
        assert_eq!(wrong(|new| new.email = "ruth".to_owned()), PersonError::BadEmail.into());
        assert_eq!(wrong(|new| new.said = "\u{7} \n".to_owned()), EnquiryError::NothingSaid);
        assert_eq!(wrong(|new| new.said = "x".repeat(enquiries::LONGEST + 1)), EnquiryError::TooLong);
        assert!(list(&world, Filter::default(), Ask::default()).is_empty());
        assert!(letters(&world).is_empty());
    });
}

#[test]
fn one_place_of_the_network_cannot_fill_the_list() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        for _ in 0..5 {
            ask(&world, &library(), "192.0.2.1").unwrap();
        }
        let sixth = ask(&world, &library(), "192.0.2.1").unwrap_err();
        assert!(matches!(sixth, EnquiryError::Limit(LimitError::TooMany(_))), "{sixth}");
        ask(&world, &library(), "192.0.2.2").unwrap();
        world.pass(Span::minutes(6));
        ask(&world, &library(), "192.0.2.1").unwrap();
        assert_eq!(list(&world, Filter::default(), Ask::default()).len(), 7);
    });
}

#[test]
fn declined_with_a_reason_it_can_still_be_invited_unless_the_address_is_known() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let id = ask(&world, &library(), "192.0.2.1").unwrap();
        let decline = |reason: &str| {
            let (can, turn, reason) = (world.network(), world.turn(), reason.to_owned());
            world.write(move |tx| enquiries::decline(tx, &can, id, &reason, &site(), &turn))
        };
        assert_eq!(decline("  "), Err(EnquiryError::NoReason));
        assert_eq!(decline(&"x".repeat(enquiries::LONGEST + 1)), Err(EnquiryError::LongReason));
        decline("No people are free before May.").unwrap();
        let (kind, to, body) = letters(&world).remove(0);
        assert_eq!((kind.as_str(), to.as_str()), ("enquiry_declined", "ruth@library.example"));
        assert!(body.contains("before May"), "{body}");
        assert_eq!(decline("Once more."), Err(EnquiryError::Answered));

        let (can, turn) = (world.network(), world.turn());
        world.write(move |tx| enquiries::invite(tx, &can, id, &site(), &turn)).unwrap();

        // Somebody who has an account is not asked in again, and no second client is left behind.
        let known = NewEnquiry { email: "wanjiru@kazi.example".to_owned(), ..library() };
        let second = ask(&world, &known, "192.0.2.1").unwrap();
        let (can, turn) = (world.network(), world.turn());
        let refused = world.write(move |tx| enquiries::invite(tx, &can, second, &site(), &turn));
        assert_eq!(refused, Err(InviteError::from(PersonError::EmailTaken).into()));
        let clients = sql!("select count(*) from organisation where kind = 'client'");
        assert_eq!(world.read(move |read| read.query_one(clients, &[], |row| row.get::<i64>(0))), Ok(1));
    });
}

#[test]
fn the_list_is_searched_and_paged_both_ways() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        for name in ["Archive", "Museum", "School"] {
            ask(&world, &NewEnquiry { organisation_name: name.to_owned(), ..library() }, name).unwrap();
        }
        for oldest_first in [false, true] {
            let (mut names, mut after) = (Vec::new(), None);
            loop {
                let (can, filter) = (world.network(), Filter { oldest_first, state: None });
                let ask = Ask { rows: 2, after: after.take(), ..Ask::default() };
                let page = world.read(move |read| enquiries::list(read, &can, filter, &ask)).unwrap();
                names.extend(page.rows.into_iter().map(|row| row.organisation_name));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            let expected =
                if oldest_first { ["Archive", "Museum", "School"] } else { ["School", "Museum", "Archive"] };
            assert_eq!(names, expected);
        }
        let found = list(&world, Filter::default(), Ask { search: "muse".to_owned(), ..Ask::default() });
        assert_eq!(found.len(), 1);
    });
}
