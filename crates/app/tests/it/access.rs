//! Who is asking: signing in, staying in, being put out.

use kazi_app::access::{
    Aim, NewSession, Password, PasswordError, Pin, SignInError, TokenHash, device, key, limit, password, pin,
    session,
};
use kazi_app::mail::Site;
use kazi_app::network::people;
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::{Computer, PASSWORD, PIN, World};
use kazi_db::DbError;
use kazi_db::testing::on_both;
use kazi_domain::policy::{Actor, Facts, ManageKeys, ManageProject, ViewProject, permit};
use kazi_domain::{Id, Role, RoleSet, Scope, ScopeSet, Span, kind};

fn site() -> Site {
    Site { address: "https://kazi.example".to_owned(), operator: "Kazi Foundation".to_owned() }
}

const EMAIL: &str = "wanjiru@kazi.example";

/// The three steps of signing in with a password.
fn sign_in(world: &World, email: &str, with: &str) -> Result<NewSession, SignInError> {
    let (turn, email) = (world.turn(), email.to_owned());
    let challenge = world.write(move |tx| password::begin(tx, &email, "192.0.2.9", turn.at))?;
    let (proven, turn) = (challenge.answer(with)?, world.turn());
    world
        .write(move |tx| password::finish(tx, &proven, "Firefox", &turn))
        .map(|entered| entered.session().unwrap())
}

/// The three steps of signing in with a PIN.
fn tap(
    world: &World,
    computer: &Computer,
    person: Id<kind::Person>,
    with: &str,
) -> Result<NewSession, SignInError> {
    let (turn, hash) = (world.turn(), TokenHash::of(&computer.token));
    let challenge = world.write(move |tx| pin::begin(tx, hash, person, turn.at))?;
    let (proven, turn) = (challenge.answer(with)?, world.turn());
    world.write(move |tx| pin::finish(tx, &proven, "Chrome 109", &turn))
}

fn keys_of(actor: &Actor) -> kazi_domain::policy::Can<ManageKeys> {
    permit(actor, actor.person, Facts { person: Some(actor.person), ..Facts::default() }).unwrap()
}

#[test]
fn staff_sign_in_with_a_password_and_stay_in_while_they_work() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let session = sign_in(&world, " Wanjiru@KAZI.example ", PASSWORD).unwrap();
        let who = world.who(session.token.text()).unwrap();
        assert_eq!(who.actor, world.operator());
        assert_eq!((who.shown_name.as_str(), who.language.as_str(), who.device), ("Wanjiru", "en", None));
        assert!(!who.keep);

        let hash = session.token.hash();
        for _ in 0..20 {
            world.pass(Span::minutes(11 * 60));
            let Some(who) = world.who(session.token.text()) else { break };
            assert!(who.keep);
            let now = world.now();
            world.write(move |tx| session::keep(tx, hash, now)).unwrap();
        }
        assert!(world.now() >= session.ends, "work keeps a session up to its absolute end and no longer");
        assert_eq!(world.who(session.token.text()), None);
    });
}

#[test]
fn a_session_left_alone_ends() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let session = sign_in(&world, EMAIL, PASSWORD).unwrap();
        world.pass(Span::minutes(12 * 60));
        assert_eq!(world.who(session.token.text()), None);
        let now = world.now();
        let hash = session.token.hash();
        world.write(move |tx| session::keep(tx, hash, now)).unwrap();
        assert_eq!(world.who(session.token.text()), None, "what is over is not kept alive");
        assert_eq!(world.write(move |tx| session::sweep(tx, now + Span::seconds(1))), Ok(1));
    });
}

#[test]
fn the_wrong_password_and_an_unknown_address_look_the_same() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        assert_eq!(sign_in(&world, EMAIL, "not this one").unwrap_err(), SignInError::Wrong);
        assert_eq!(sign_in(&world, "nobody@kazi.example", PASSWORD).unwrap_err(), SignInError::Wrong);
        assert_eq!(world.who("no such token"), None);
    });
}

#[test]
fn guessing_is_made_to_wait_and_success_clears_it() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        for _ in 0..4 {
            assert_eq!(sign_in(&world, EMAIL, "guess").unwrap_err(), SignInError::Wrong);
        }
        sign_in(&world, EMAIL, PASSWORD).unwrap();
        for _ in 0..5 {
            assert_eq!(sign_in(&world, EMAIL, "guess").unwrap_err(), SignInError::Wrong);
        }
        let told = sign_in(&world, EMAIL, PASSWORD).unwrap_err();
        assert_eq!(told.to_string(), "too many tries: wait 30 seconds or ask your team leader");
        world.pass(Span::seconds(30));
        assert_eq!(sign_in(&world, EMAIL, "guess").unwrap_err(), SignInError::Wrong);
        let told = sign_in(&world, EMAIL, PASSWORD).unwrap_err();
        assert_eq!(told.to_string(), "too many tries: wait 1 minute or ask your team leader");
        world.pass(Span::minutes(1));
        sign_in(&world, EMAIL, PASSWORD).unwrap();
        sign_in(&world, EMAIL, PASSWORD).unwrap();
    });
}

#[test]
fn many_guesses_at_once_are_no_way_round_the_limit() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let let_in: usize = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..40)
                .map(|_| {
                    let (world, now) = (&world, world.now());
                    scope.spawn(move || {
                        world.write(move |tx| password::begin(tx, EMAIL, "192.0.2.9", now)).is_ok()
                    })
                })
                .collect();
            tries.into_iter().map(|one| usize::from(one.join().unwrap())).sum()
        });
        assert_eq!(let_in, 5);
    });
}

#[test]
fn one_guesser_behind_an_address_does_not_win_tries_by_signing_in() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let aim = || Aim::Address("192.0.2.7".to_owned());
        for round in 0..100 {
            let now = world.now();
            let own = world.write(move |tx| limit::attempt(tx, vec![aim()], now)).unwrap();
            if round % 2 == 0 {
                world.write(move |tx| own.forgive(tx)).unwrap();
            }
        }
        let now = world.now();
        let mut tries = 0;
        while world.write(move |tx| limit::attempt(tx, vec![aim()], now)).is_ok() {
            tries += 1;
        }
        assert_eq!(tries, 10, "50 of the 60 free tries were failures already");
        let tomorrow = now + Span::minutes(24 * 60 + 1);
        assert_eq!(world.write(move |tx| limit::sweep(tx, tomorrow)), Ok(1));
    });
}

#[test]
fn a_new_password_ends_the_other_sessions() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let [phone, laptop] = [(); 2].map(|()| sign_in(&world, EMAIL, PASSWORD).unwrap());
        let (actor, now) = (world.operator(), world.now());
        let wrong = {
            let actor = actor.clone();
            world.write(move |tx| password::begin_change(tx, &actor, now)).unwrap().answer("not the old one")
        };
        assert_eq!(wrong.unwrap_err(), SignInError::Wrong);
        let challenge = world.write(move |tx| password::begin_change(tx, &actor, now)).unwrap();
        let proven = challenge.answer(PASSWORD).unwrap();
        let (new, kept) = (Password::choose("another mango tree").unwrap().hash(), laptop.token.hash());
        let (site, turn) = (site(), world.turn());
        world.write(move |tx| password::change(tx, &proven, &new, Some(kept), (&site, &turn))).unwrap();
        assert_eq!(world.who(phone.token.text()), None);
        assert!(world.who(laptop.token.text()).is_some());
        assert_eq!(sign_in(&world, EMAIL, PASSWORD).unwrap_err(), SignInError::Wrong);
        sign_in(&world, EMAIL, "another mango tree").unwrap();
        assert_eq!(Password::choose("mango").unwrap_err(), PasswordError::TooShort);
    });
}

#[test]
fn a_password_that_changes_between_the_steps_opens_nothing() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let now = world.now();
        let challenge = world.write(move |tx| password::begin(tx, EMAIL, "192.0.2.9", now)).unwrap();
        let proven = challenge.answer(PASSWORD).unwrap();
        let (can, turn, person) = (world.network(), world.turn(), world.operator().person);
        let new = Password::choose("another mango tree").unwrap().hash();
        world.write(move |tx| people::set_password(tx, &can, person, &new, &turn)).unwrap();
        let turn = world.turn();
        let late = world.write(move |tx| password::finish(tx, &proven, "Firefox", &turn));
        assert_eq!(late.unwrap_err(), SignInError::Wrong);
    });
}

#[test]
fn people_see_and_end_their_own_sessions_and_no_others() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let library = world.client("Library");
        let own = sign_in(&world, EMAIL, PASSWORD).unwrap();
        world.pass(Span::seconds(1));
        let other = sign_in(&world, "buyer@library.example", PASSWORD).unwrap();
        let (actor, now) = (world.operator(), world.now());
        let list = world.read(move |read| session::list(read, &actor, now)).unwrap();
        assert_eq!(list.len(), 1);
        assert_eq!(
            (list[0].hash, list[0].agent.as_str(), &list[0].device),
            (own.token.hash(), "Firefox", &None)
        );
        let (actor, hash) = (world.operator(), other.token.hash());
        assert_eq!(world.write(move |tx| session::revoke(tx, &actor, hash)), Ok(false));
        assert_eq!(world.write(move |tx| session::revoke(tx, &library, hash)), Ok(true));
        assert_eq!(world.who(other.token.text()), None);
        let hash = own.token.hash();
        world.write(move |tx| session::sign_out(tx, hash)).unwrap();
        assert_eq!(world.who(own.token.text()), None);
    });
}

#[test]
fn a_worker_taps_a_tile_on_an_enrolled_computer() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (kibera, dadaab) = (world.centre("Kibera"), world.centre("Dadaab"));
        let (amina, juma) = (kibera.worker("Amina"), kibera.reviewer("Juma"));
        kibera.team_leader("Otieno");
        let faraway = dadaab.worker("Halima");
        let computer = kibera.computer("Desk 1");

        let hash = TokenHash::of(&computer.token);
        let tiles = world
            .read(move |read| {
                let found = device::by_token(read, hash)?.unwrap();
                assert_eq!((found.name.as_str(), found.centre_name.as_str()), ("Desk 1", "Kibera"));
                device::tiles(read, &found)
            })
            .unwrap();
        let names: Vec<_> = tiles.iter().map(|tile| (tile.person, tile.shown_name.as_str())).collect();
        assert_eq!(names, [(amina.person, "Amina"), (juma.person, "Juma")]);

        let session = tap(&world, &computer, amina.person, PIN).unwrap();
        let who = world.who(session.token.text()).unwrap();
        assert_eq!((who.actor, who.device, who.utc_offset_minutes), (amina.clone(), Some(computer.id), 180));
        assert_eq!(tap(&world, &computer, amina.person, "000000").unwrap_err(), SignInError::Wrong);
        assert_eq!(tap(&world, &computer, faraway.person, PIN).unwrap_err(), SignInError::Wrong);
        let elsewhere = Computer { id: computer.id, token: "made up".to_owned() };
        assert_eq!(tap(&world, &elsewhere, amina.person, PIN).unwrap_err(), SignInError::NotEnrolled);
    });
}

#[test]
fn a_pin_opens_the_work_and_nothing_else() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let otieno = kibera.team_leader("Otieno");
        let (can, turn, person) = (world.network(), world.turn(), otieno.person);
        let roles: RoleSet = [Role::TeamLeader, Role::Worker].into_iter().collect();
        let change = people::Change {
            shown_name: "Otieno".to_owned(),
            email: Some("otieno@centre.example".to_owned()),
            picture: String::new(),
            language: "sw".to_owned(),
            roles,
            centre: Some(kibera.id),
        };
        world.write(move |tx| people::edit(tx, people::By::Network(&can), person, &change, &turn)).unwrap();
        let computer = kibera.computer("Desk 1");
        let by_pin = tap(&world, &computer, otieno.person, PIN).unwrap();
        assert_eq!(
            world.who(by_pin.token.text()).unwrap().actor.roles,
            RoleSet::default().with(Role::Worker)
        );
        let by_password = sign_in(&world, "otieno@centre.example", PASSWORD).unwrap();
        let who = world.who(by_password.token.text()).unwrap();
        assert_eq!((who.actor.roles, who.language.as_str()), (roles, "sw"));
    });
}

#[test]
fn a_team_leader_helps_who_forgot_the_pin() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let (amina, otieno) = (kibera.worker("Amina"), kibera.team_leader("Otieno"));
        let computer = kibera.computer("Desk 1");
        let before = tap(&world, &computer, amina.person, PIN).unwrap();
        for _ in 0..5 {
            assert_eq!(tap(&world, &computer, amina.person, "111112").unwrap_err(), SignInError::Wrong);
        }
        let told = tap(&world, &computer, amina.person, PIN).unwrap_err().to_string();
        assert_eq!(told, "too many tries: wait 1 minute or ask your team leader");

        let new = Pin::fresh();
        let (can, turn, hash, person) = (kibera.managed_by(&otieno), world.turn(), new.hash(), amina.person);
        world.write(move |tx| pin::set(tx, &can, person, &hash, &turn)).unwrap();
        assert_eq!(world.who(before.token.text()), None, "the old PIN's session is over");
        tap(&world, &computer, amina.person, new.text()).unwrap();

        let halima = world.centre("Dadaab").worker("Halima");
        let (can, turn, hash, person) = (kibera.managed_by(&otieno), world.turn(), new.hash(), halima.person);
        let stranger = world.write(move |tx| pin::set(tx, &can, person, &hash, &turn));
        assert_eq!(stranger.unwrap_err(), pin::SetPinError::NotThere);
    });
}

#[test]
fn somebody_without_a_pin_is_told_whom_to_ask() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let computer = kibera.computer("Desk 1");
        let (can, turn) = (kibera.managed(), world.turn());
        let baraka = people::NewPerson {
            shown_name: "Baraka".to_owned(),
            email: None,
            password: None,
            pin: None,
            picture: "sun".to_owned(),
            language: "sw".to_owned(),
            roles: RoleSet::default().with(Role::Worker),
        };
        let baraka = world.write(move |tx| people::create_at_centre(tx, &can, &baraka, &turn)).unwrap();
        assert_eq!(tap(&world, &computer, baraka, PIN).unwrap_err(), SignInError::NoPin);
    });
}

#[test]
fn a_code_enrols_one_computer_once_and_not_for_long() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let enrol = |code: &str| {
            let (code, turn) = (code.to_owned(), world.turn());
            let attempt = world.write(move |tx| device::begin_enrol(tx, "192.0.2.1", turn.at)).unwrap();
            let turn = world.turn();
            world.write(move |tx| device::enrol(tx, &attempt, &code, &turn))
        };
        let make = || {
            let (can, turn) = (kibera.managed(), world.turn());
            world.write(move |tx| device::make_code(tx, &can, "Desk 2", &turn)).unwrap()
        };
        let code = make();
        let (enrolled, _) = enrol(&code.text.to_lowercase().replace('-', " ")).unwrap();
        assert_eq!((enrolled.id, enrolled.centre), (code.device, kibera.id));
        assert_eq!(enrol(&code.text).unwrap_err(), device::EnrolError::WrongCode);
        assert_eq!(enrol("AAAAAAAA").unwrap_err(), device::EnrolError::WrongCode);
        let old = make();
        world.pass(Span::minutes(15));
        assert_eq!(enrol(&old.text).unwrap_err(), device::EnrolError::WrongCode);
        let can = kibera.managed();
        let list = world.read(move |read| device::list(read, &can)).unwrap();
        assert_eq!(list.iter().filter(|device| device.enrolled).count(), 1);
        assert_eq!(list.len(), 2);
    });
}

#[test]
fn a_revoked_computer_opens_nothing_any_more() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (kibera, dadaab) = (world.centre("Kibera"), world.centre("Dadaab"));
        let amina = kibera.worker("Amina");
        let computer = kibera.computer("Desk 1");
        let session = tap(&world, &computer, amina.person, PIN).unwrap();
        let (can, turn, id) = (dadaab.managed(), world.turn(), computer.id);
        assert_eq!(
            world.write(move |tx| device::revoke(tx, &can, id, &turn)),
            Ok(false),
            "not of that centre"
        );
        assert!(world.who(session.token.text()).is_some());
        let (can, turn) = (kibera.managed(), world.turn());
        assert_eq!(world.write(move |tx| device::revoke(tx, &can, id, &turn)), Ok(true));
        assert_eq!(world.who(session.token.text()), None);
        assert_eq!(tap(&world, &computer, amina.person, PIN).unwrap_err(), SignInError::NotEnrolled);
    });
}

#[test]
fn a_key_acts_for_its_maker_within_its_scopes() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let library = world.client("Library");
        let (can, turn) = (keys_of(&library), world.turn());
        let scopes = ScopeSet::default().with(Scope::ProjectsRead);
        let made = world.write(move |tx| key::make(tx, &can, "nightly export", scopes, &turn)).unwrap();
        assert!(made.token.text().starts_with("kazi_"));
        let look = || {
            let (hash, now) = (made.token.hash(), world.now());
            world.read(move |read| key::who(read, hash, now)).unwrap()
        };
        let holder = look().unwrap();
        assert_eq!((holder.key, holder.actor.person, holder.keep), (made.id, library.person, true));
        let facts = Facts { organisation: Some(library.organisation), ..Facts::default() };
        let project = Id::mint(world.now(), [1; 10]);
        assert!(permit::<ViewProject>(&holder.actor, project, facts).is_some());
        assert!(permit::<ManageProject>(&holder.actor, project, facts).is_none());
        let now = world.now();
        world.write(move |tx| key::used(tx, made.id, now)).unwrap();
        assert!(!look().unwrap().keep);

        let can = keys_of(&library);
        let list = world.read(move |read| key::list(read, &can)).unwrap();
        assert_eq!((list.len(), list[0].name.as_str(), list[0].used_at), (1, "nightly export", Some(now)));
        let (can, turn) = (keys_of(&world.operator()), world.turn());
        assert_eq!(world.write(move |tx| key::revoke(tx, &can, made.id, &turn)), Ok(false), "not theirs");
        let (can, turn) = (keys_of(&library), world.turn());
        assert_eq!(world.write(move |tx| key::revoke(tx, &can, made.id, &turn)), Ok(true));
        assert_eq!(look(), None);
        let (can, turn) = (keys_of(&library), world.turn());
        let none = world.write(move |tx| key::make(tx, &can, "x", ScopeSet::default(), &turn));
        assert_eq!(none.unwrap_err(), key::KeyError::NoScope);
    });
}

#[test]
fn no_secret_is_stored_as_it_is() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let session = sign_in(&world, EMAIL, PASSWORD).unwrap();
        let text = session.token.text().to_owned();
        let found = world.read(move |read| {
            let sql = kazi_db::sql!("select count(*) from session where token_hash = $1");
            let raw = read.query_one(sql, kazi_db::params![text.as_bytes()], |row| row.get::<i64>(0))?;
            let hashes = kazi_db::sql!("select password_hash from person where email is not null");
            let hash = read.query_one(hashes, &[], |row| row.get::<String>(0))?;
            Ok::<_, DbError>((raw, hash))
        });
        let (raw, hash) = found.unwrap();
        assert_eq!(raw, 0);
        assert!(hash.starts_with("$argon2id$") && !hash.contains(PASSWORD));
    });
}
