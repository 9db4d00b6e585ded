//! What people say of themselves, and that letters and clocks follow it.

use kazi_app::acceptance;
use kazi_app::access::{Password, password, recover};
use kazi_app::mail::{News, Site, news};
use kazi_app::network::people::{self, NewPerson, PersonError};
use kazi_app::network::profile::{self, Profile, ProfileError};
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::{PASSWORD, World};
use kazi_db::testing::on_both;
use kazi_db::{DbError, params, sql};
use kazi_domain::policy::Actor;
use kazi_domain::{Id, Role, RoleSet, Span, WantedNews, kind};

fn site() -> Site {
    Site { address: "https://kazi.example".to_owned(), operator: "Kazi Foundation".to_owned() }
}

fn own(world: &World, who: &Actor) -> Profile {
    let actor = who.clone();
    world.read(move |read| profile::get(read, &actor)).unwrap()
}

fn change(world: &World, who: &Actor, new: &Profile) -> Result<(), ProfileError> {
    let (actor, new, turn) = (who.clone(), new.clone(), world.turn());
    world.write(move |tx| profile::change(tx, &actor, &new, &turn))
}

fn wants(world: &World, who: &Actor, letters: WantedNews, zone: &str) {
    let new = Profile { letters, time_zone: zone.to_owned(), ..own(world, who) };
    change(world, who, &new).unwrap();
}

/// Somebody tells a piece of news of a project.
fn happens(world: &World, project: Id<kind::Project>, what: News) {
    let turn = world.turn();
    world.write(move |tx| news::note(tx, project, what, &turn)).unwrap();
}

/// Sends what is due, as the server does; the addresses and bodies of the letters so far.
fn sent(world: &World) -> Vec<(String, String)> {
    let now = world.now();
    for person in world.read(move |read| news::due(read, now)).unwrap() {
        let (site, turn) = (site(), world.turn());
        world.write(move |tx| news::send(tx, person, (&site, &turn))).unwrap();
    }
    let all = sql!("select address, body from mail where kind = 'news' order by id");
    world.read(move |read| read.query_all(all, &[], |row| Ok((row.get(0)?, row.get(1)?)))).unwrap()
}

#[test]
fn people_say_how_they_are_called_and_by_which_clock_they_live() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let library = world.client("Library");
        let before = own(&world, &library);
        assert_eq!((before.time_zone.as_str(), before.letters), ("", WantedNews::Each));
        let new = Profile {
            shown_name: " Ruth Beispiel ".to_owned(),
            language: "sw".to_owned(),
            time_zone: "Africa/Nairobi".to_owned(),
            letters: WantedNews::Daily,
            ..before.clone()
        };
        change(&world, &library, &new).unwrap();
        assert_eq!(own(&world, &library), Profile { shown_name: "Ruth Beispiel".to_owned(), ..new.clone() });
        let wrong = |new: Profile| change(&world, &library, &new).unwrap_err();
        assert_eq!(
            wrong(Profile { time_zone: "Mars/Olympus".to_owned(), ..new.clone() }),
            ProfileError::NoZone("Mars/Olympus".to_owned())
        );
        let nameless = Profile { shown_name: " ".to_owned(), ..new.clone() };
        assert_eq!(wrong(nameless), ProfileError::Person(PersonError::NoName));
        let odd = Profile { language: "sw sw".to_owned(), ..new };
        assert_eq!(wrong(odd), ProfileError::Person(PersonError::BadLanguage));

        let now = world.now();
        let challenge = world.write(move |tx| password::begin(tx, "buyer@library.example", "192.0.2.9", now));
        let (proven, turn) = (challenge.unwrap().answer(PASSWORD).unwrap(), world.turn());
        let entered = world.write(move |tx| password::finish(tx, &proven, "", &turn)).unwrap();
        let who = world.who(entered.session().unwrap().token.text()).unwrap();
        assert_eq!((who.time_zone.as_str(), who.shown_name.as_str()), ("Africa/Nairobi", "Ruth Beispiel"));
        let noted = sql!("select count(*) from event where kind = 'person.profile'");
        let noted = world.read(move |read| read.query_one(noted, &[], |row| row.get::<i64>(0)));
        assert_eq!(noted, Ok::<_, DbError>(1), "what was refused is not noted");
    });
}

#[test]
fn news_come_at_once_in_the_morning_or_not_at_all() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (library, kibera) = (world.client("Library"), world.centre("Kibera"));
        let lead = world.client_lead(&library, "Library");
        let project =
            world.project("questions").of(&library).at(&kibera).file("a.csv", "shop\nDuka\n").draft();
        wants(&world, &lead, WantedNews::Daily, "Africa/Nairobi");
        happens(&world, project.id, News::Delivered);
        let letters = sent(&world);
        assert_eq!(letters.len(), 1, "the other one's comes tomorrow");
        let (to, body) = &letters[0];
        assert_eq!(to, "buyer@library.example");
        let address = format!("https://kazi.example/projects/{}", project.id);
        assert!(
            body.contains("is delivered") && body.contains(&address) && body.contains("/account"),
            "{body}"
        );
        assert_eq!(sent(&world).len(), 1, "each piece is told once");

        happens(&world, project.id, News::Delivered);
        wants(&world, &library, WantedNews::None, "");
        happens(&world, project.id, News::Delivered);
        assert_eq!(sent(&world).len(), 1, "what waited is not wanted any more");
        // It is ten in Nairobi: seven is 21 hours away.
        world.pass(Span::minutes(21 * 60 - 1));
        assert_eq!(sent(&world).len(), 1);
        world.pass(Span::minutes(1));
        let letters = sent(&world);
        let (to, body) = letters.last().unwrap();
        assert_eq!((letters.len(), to.as_str()), (2, "lead@library.example"));
        assert_eq!(body.matches(&address).count(), 3, "all of a day in one letter: {body}");

        happens(&world, project.id, News::Delivered);
        wants(&world, &lead, WantedNews::Each, "");
        assert_eq!(sent(&world).len(), 3, "whoever wants each gets at once what waited");
        wants(&world, &lead, WantedNews::None, "");
        let (site, turn) = (site(), world.turn());
        let ask = ("lead@library.example", "192.0.2.9");
        world.write(move |tx| recover::ask(tx, ask, &site, &turn)).unwrap();
        let forgotten = sql!("select count(*) from mail where kind = 'forgotten'");
        let found = world.read(move |read| read.query_one(forgotten, &[], |row| row.get::<i64>(0)));
        assert_eq!(found, Ok::<_, DbError>(1), "what is about the safety of the account always comes");
    });
}

#[test]
fn news_go_to_those_whom_they_concern() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (library, kibera) = (world.client("Library"), world.centre("Kibera"));
        world.client("Museum");
        kibera.team_leader("Juma");
        let rows = "shop\nDuka\n";
        let project = world.project("questions").of(&library).at(&kibera).file("a.csv", rows).draft();
        let out = NewPerson {
            shown_name: "Gone".to_owned(),
            email: Some("gone@library.example".to_owned()),
            password: Some(Password::choose(PASSWORD).unwrap().hash()),
            pin: None,
            picture: String::new(),
            language: "en".to_owned(),
            roles: RoleSet::default().with(Role::Client),
        };
        let (can, turn, organisation) = (world.network(), world.turn(), library.organisation);
        let gone = world.write(move |tx| people::create_in_organisation(tx, &can, organisation, &out, &turn));
        let (can, gone, turn) = (world.network(), gone.unwrap(), world.turn());
        happens(&world, project.id, News::Delivered);
        world.write(move |tx| people::set_active(tx, people::By::Network(&can), gone, false, &turn)).unwrap();
        assert_eq!(sent(&world).len(), 1, "who was put out meanwhile gets none");

        let id = project.id;
        let state = sql!("update project set state = 'delivered', pilot = 'done' where id = $1");
        let made = sql!("insert into delivery (id, project, made_at) values ($1, $1, 1)");
        let ended = world.write(move |tx| -> Result<(), DbError> {
            let id = id.as_bytes().as_slice();
            tx.execute(state, params![id])?;
            tx.execute(made, params![id]).map(drop)
        });
        ended.unwrap();
        let (can, turn) = (project.may(), world.turn());
        world.write(move |tx| acceptance::accept(tx, &can, &turn)).unwrap();
        let letters = sent(&world);
        let (to, body) = letters.last().unwrap();
        assert_eq!((letters.len(), to.as_str()), (2, "wanjiru@kazi.example"));
        assert!(body.contains("was accepted by its client"), "{body}");
    });
}
