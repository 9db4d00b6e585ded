//! Asking people in, and a forgotten password: links that open once, for whom they are, while they count.

use kazi_app::access::{NewSession, Password, SignInError, TokenHash, limit, password, recover};
use kazi_app::listing::Ask;
use kazi_app::mail::Site;
use kazi_app::network::invitations::{self, AcceptError, Invite, InviteError};
use kazi_app::network::people::{self, By, Change, PersonError};
use kazi_app::network::{may_manage_team, organisations};
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::{PASSWORD, World};
use kazi_db::sql;
use kazi_db::testing::on_both;
use kazi_domain::policy::Actor;
use kazi_domain::{Id, Role, RoleSet, Span, kind};

fn site() -> Site {
    Site { address: "https://kazi.example".to_owned(), operator: "Kazi Foundation".to_owned() }
}

fn ruth(roles: &[Role]) -> Invite {
    Invite {
        email: " Ruth@Library.example".to_owned(),
        shown_name: "Ruth".to_owned(),
        language: "sw".to_owned(),
        roles: roles.iter().copied().collect(),
        centre: None,
    }
}

fn invite(
    world: &World,
    by: &Actor,
    into: Id<kind::Organisation>,
    who: &Invite,
) -> Result<Id<kind::Invitation>, InviteError> {
    let (can, who, turn) = (may_manage_team(by, into).unwrap(), who.clone(), world.turn());
    world.write(move |tx| invitations::invite(tx, &can, &who, &site(), &turn))
}

/// The keys of the links in the letters that lie there, the latest first, with their addresses.
fn letters(world: &World) -> Vec<(String, Option<String>)> {
    let all = sql!("select address, secret from mail order by id desc");
    let all = world.read(move |read| {
        read.query_all(all, &[], |row| Ok((row.get::<String>(0)?, row.get::<Option<String>>(1)?)))
    });
    let key = |link: String| link.split_once("key=").unwrap().1.to_owned();
    all.unwrap().into_iter().map(|(to, link)| (to, link.map(key))).collect()
}

fn latest_key(world: &World) -> String {
    letters(world).remove(0).1.unwrap()
}

fn accept(world: &World, key: &str, name: &str) -> Result<NewSession, AcceptError> {
    let (token, turn, name) = (TokenHash::of(key), world.turn(), name.to_owned());
    let hash = Password::choose("seven small goats").unwrap().hash();
    world.write(move |tx| invitations::accept(tx, token, (&name, "ur", &hash), "Firefox", &turn))
}

/// Somebody who leads the people of the client.
fn lead(world: &World, client: &Actor) -> Actor {
    let (can, turn, person) = (world.network(), world.turn(), client.person);
    let lead = world.write(move |tx| {
        let now = people::get(tx, By::Network(&can), person)?;
        let roles = RoleSet::default().with(Role::ClientLead);
        let people::Person { shown_name, email, picture, language, centre, .. } = now;
        let change = Change { shown_name, email, picture, language, roles, centre };
        people::edit(tx, By::Network(&can), person, &change, &turn)?;
        people::get(tx, By::Network(&can), person)
    });
    Actor { roles: lead.unwrap().roles, ..client.clone() }
}

fn sign_in(world: &World, email: &str, with: &str) -> Result<NewSession, SignInError> {
    let (turn, email) = (world.turn(), email.to_owned());
    let challenge = world.write(move |tx| password::begin(tx, &email, "192.0.2.9", turn.at))?;
    let (proven, turn) = (challenge.answer(with)?, world.turn());
    world
        .write(move |tx| password::finish(tx, &proven, "Firefox", &turn))
        .map(|entered| entered.session().unwrap())
}

#[test]
fn who_was_asked_in_comes_in_once() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let library = lead(&world, &world.client("Library"));
        assert_eq!(
            library.roles.to_words(),
            "client client_lead",
            "who leads a client's people is one of them"
        );
        invite(&world, &library, library.organisation, &ruth(&[Role::Client])).unwrap();
        let (to, key) = letters(&world).remove(0);
        let key = key.unwrap();
        assert_eq!(to, "ruth@library.example");
        let (token, now) = (TokenHash::of(&key), world.now());
        let offer = world.read(move |read| invitations::offered(read, token, now)).unwrap().unwrap();
        assert_eq!((offer.organisation_name.as_str(), offer.by.as_str()), ("Library", "Buyer"));
        assert_eq!(accept(&world, &key, " ").unwrap_err(), AcceptError::Person(PersonError::NoName));
        let session = accept(&world, &key, "Ruth Beispiel").unwrap();
        let who = world.who(session.token.text()).unwrap();
        assert_eq!((who.shown_name.as_str(), who.language.as_str()), ("Ruth Beispiel", "ur"));
        assert_eq!(
            (who.actor.organisation, who.actor.roles.to_words()),
            (library.organisation, "client".into())
        );
        assert_eq!(accept(&world, &key, "Mallory").unwrap_err(), AcceptError::Over);
        sign_in(&world, "ruth@library.example", "seven small goats").unwrap();
        let second = invite(&world, &library, library.organisation, &ruth(&[Role::Client]));
        assert_eq!(second, Err(InviteError::Person(PersonError::EmailTaken)), "she is a colleague now");
    });
}

#[test]
fn two_at_once_do_not_both_come_in_with_one_link() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let library = lead(&world, &world.client("Library"));
        invite(&world, &library, library.organisation, &ruth(&[Role::Client])).unwrap();
        let key = latest_key(&world);
        let let_in: usize = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..6)
                .map(|n| {
                    let (world, key) = (&world, key.as_str());
                    scope.spawn(move || usize::from(accept(world, key, &format!("Ruth {n}")).is_ok()))
                })
                .collect();
            tries.into_iter().map(|one| one.join().unwrap()).sum()
        });
        assert_eq!(let_in, 1);
    });
}

#[test]
fn an_invitation_is_sent_again_runs_out_and_is_revoked() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let library = lead(&world, &world.client("Library"));
        let id = invite(&world, &library, library.organisation, &ruth(&[Role::Client])).unwrap();
        let twice = invite(&world, &library, library.organisation, &ruth(&[Role::Client]));
        assert_eq!(twice, Err(InviteError::AlreadyInvited));
        let (first, can) = (latest_key(&world), may_manage_team(&library, library.organisation).unwrap());
        let again = |id| {
            let (can, turn) = (can.clone(), world.turn());
            world.write(move |tx| invitations::again(tx, &can, id, &site(), &turn))
        };
        again(id).unwrap();
        assert_eq!(
            accept(&world, &first, "Ruth").unwrap_err(),
            AcceptError::Over,
            "the older letter opens nothing"
        );
        world.pass(Span::minutes(7 * 24 * 60));
        let second = latest_key(&world);
        assert_eq!(accept(&world, &second, "Ruth").unwrap_err(), AcceptError::Over, "a week is over");
        again(id).unwrap();
        let third = latest_key(&world);
        let other = can.clone();
        let listed = world.read(move |read| invitations::list(read, &other, &Ask::default())).unwrap().rows;
        assert_eq!(listed.iter().map(|one| one.id).collect::<Vec<_>>(), [id]);
        let (revoking, turn) = (can.clone(), world.turn());
        world.write(move |tx| invitations::revoke(tx, &revoking, id, &turn)).unwrap();
        assert_eq!(accept(&world, &third, "Ruth").unwrap_err(), AcceptError::Over);
        assert_eq!(again(id), Err(InviteError::NotThere));
    });
}

#[test]
fn nobody_asks_people_into_another_organisation_or_above_themselves() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (client, museum) = (world.client("Library"), lead(&world, &world.client("Museum")));
        let library = lead(&world, &client);
        assert!(may_manage_team(&client, client.organisation).is_none(), "a member leads nobody");
        assert!(may_manage_team(&museum, library.organisation).is_none());
        for role in [Role::Operator, Role::TeamLeader, Role::Worker] {
            let refused = invite(&world, &library, library.organisation, &ruth(&[role]));
            assert!(matches!(refused, Err(InviteError::Person(PersonError::RoleNotHere(_)))), "{refused:?}");
        }
        let id = invite(&world, &library, library.organisation, &ruth(&[Role::ClientLead])).unwrap();
        let found = world.read(move |read| invitations::may_manage(read, &museum, id)).unwrap();
        assert!(found.is_none(), "to the museum it is not there");
    });
}

#[test]
fn people_of_a_centre_are_asked_in_by_the_operator_to_one_of_its_centres() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (kibera, mombasa) = (world.centre("Kibera"), world.centre("Mombasa"));
        let operator = world.operator();
        let leader = |centre| Invite { centre, ..ruth(&[Role::TeamLeader]) };
        let none = invite(&world, &operator, kibera.partner, &leader(None));
        assert_eq!(none, Err(InviteError::Person(PersonError::NoCentre)));
        let other = invite(&world, &operator, kibera.partner, &leader(Some(mombasa.id)));
        assert_eq!(other, Err(InviteError::Person(PersonError::NoCentre)));
        invite(&world, &operator, kibera.partner, &leader(Some(kibera.id))).unwrap();
        let session = accept(&world, &latest_key(&world), "Lulu").unwrap();
        assert_eq!(world.who(session.token.text()).unwrap().actor.centre, Some(kibera.id));
    });
}

#[test]
fn a_client_does_not_learn_who_has_an_account_elsewhere() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        world.client("Museum");
        let library = lead(&world, &world.client("Library"));
        let taken = Invite { email: "buyer@museum.example".to_owned(), ..ruth(&[Role::Client]) };
        invite(&world, &library, library.organisation, &taken).unwrap();
        assert_eq!(
            letters(&world),
            [("buyer@museum.example".to_owned(), None)],
            "its owner reads why nothing opens"
        );
        let told = invite(&world, &world.operator(), library.organisation, &taken);
        assert_eq!(told, Err(InviteError::Person(PersonError::EmailTaken)));
    });
}

#[test]
fn whoever_leads_a_client_puts_out_colleagues_and_nobody_else() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let library = lead(&world, &world.client("Library"));
        invite(&world, &library, library.organisation, &ruth(&[Role::Client])).unwrap();
        let session = accept(&world, &latest_key(&world), "Ruth").unwrap();
        let ruth = world.who(session.token.text()).unwrap().actor.person;
        let (museum, amina) = (world.client("Museum").person, world.centre("Kibera").worker("Amina").person);
        let can = may_manage_team(&library, library.organisation).unwrap();
        let put_out = |person| {
            let (can, turn) = (can.clone(), world.turn());
            world.write(move |tx| people::set_active(tx, By::Team(&can), person, false, &turn))
        };
        for person in [museum, amina, world.operator().person] {
            assert_eq!(put_out(person), Err(PersonError::NotThere));
        }
        assert_eq!(put_out(library.person), Err(PersonError::Yourself));
        assert_eq!(put_out(ruth), Ok(()));
        assert_eq!(world.who(session.token.text()), None);
        let (team, member, turn) = (can.clone(), library.person, world.turn());
        let resigned = world.write(move |tx| {
            let now = people::get(tx, By::Team(&team), member)?;
            let roles = RoleSet::default().with(Role::Client);
            let people::Person { shown_name, email, picture, language, centre, .. } = now;
            let change = Change { shown_name, email, picture, language, roles, centre };
            people::edit(tx, By::Team(&team), member, &change, &turn)
        });
        assert_eq!(
            resigned,
            Err(PersonError::Yourself),
            "the people of a client are never left without a lead"
        );
        let team = can.clone();
        assert_eq!(
            world.read(move |read| organisations::of_team(read, &team)).unwrap().unwrap().name,
            "Library"
        );
    });
}

fn forget(world: &World, email: &str) -> Result<(), limit::LimitError> {
    let (turn, email) = (world.turn(), email.to_owned());
    world.write(move |tx| recover::ask(tx, (&email, "192.0.2.9"), &site(), &turn))
}

fn choose(world: &World, key: &str, new: &str) -> Result<(), recover::RecoverError> {
    let (token, turn, hash) = (TokenHash::of(key), world.turn(), Password::choose(new).unwrap().hash());
    world.write(move |tx| recover::choose(tx, token, &hash, &site(), &turn))
}

#[test]
fn a_forgotten_password_is_replaced_once_within_the_hour() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        world.client("Library");
        let email = "buyer@library.example";
        let before = sign_in(&world, email, PASSWORD).unwrap();
        forget(&world, email).unwrap();
        let old = latest_key(&world);
        world.pass(Span::minutes(60));
        assert_eq!(choose(&world, &old, "nine white clouds"), Err(recover::RecoverError::Over));
        forget(&world, email).unwrap();
        let (first, second) = (latest_key(&world), {
            forget(&world, email).unwrap();
            latest_key(&world)
        });
        choose(&world, &first, "nine white clouds").unwrap();
        assert_eq!(letters(&world)[0], (email.to_owned(), None), "a letter says that the password changed");
        assert_eq!(world.who(before.token.text()), None, "all sessions are over");
        assert_eq!(choose(&world, &first, "ten white clouds"), Err(recover::RecoverError::Over));
        assert_eq!(choose(&world, &second, "ten white clouds"), Err(recover::RecoverError::Over));
        assert_eq!(sign_in(&world, email, PASSWORD).unwrap_err(), SignInError::Wrong);
        sign_in(&world, email, "nine white clouds").unwrap();
    });
}

#[test]
fn who_has_no_account_gets_the_same_answer_and_the_same_limit() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        world.client("Library");
        let answers = |email: &str| {
            (0..4).map(|_| forget(&world, email).map_err(|e| e.to_string())).collect::<Vec<_>>()
        };
        let (known, unknown) = (answers("buyer@library.example"), answers("nobody@nowhere.example"));
        assert_eq!(known, unknown);
        assert!(known[3].is_err() && known[2].is_ok(), "{known:?}");
        assert_eq!(letters(&world).len(), 3);
    });
}
