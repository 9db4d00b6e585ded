//! The second factor: set up, asked for, lost, demanded.

use kazi_app::access::second::{self, RecoveryCodes, Standing};
use kazi_app::access::{
    Entered, NewSession, Password, SecondError, SignInError, TokenHash, password, recover,
};
use kazi_app::mail::Site;
use kazi_app::network::people;
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::{PASSWORD, World};
use kazi_db::testing::on_both;
use kazi_db::{DbError, sql};
use kazi_domain::policy::Actor;
use kazi_domain::{Role, Span};

fn site() -> Site {
    Site { address: "https://kazi.example".to_owned(), operator: "Kazi Foundation".to_owned() }
}

const BUYER: &str = "buyer@library.example";

fn half_minute() -> Span {
    Span::seconds(30)
}

fn enter(world: &World, email: &str, with: &str) -> Result<Entered, SignInError> {
    let (turn, email) = (world.turn(), email.to_owned());
    let challenge = world.write(move |tx| password::begin(tx, &email, "192.0.2.9", turn.at))?;
    let (proven, turn) = (challenge.answer(with)?, world.turn());
    world.write(move |tx| password::finish(tx, &proven, "Firefox", &turn))
}

/// The half that a right password opens.
fn half(world: &World, email: &str) -> TokenHash {
    match enter(world, email, PASSWORD).unwrap() {
        Entered::Half(half) => half.token.hash(),
        Entered::In(_) => panic!("nobody was asked for a code"),
    }
}

/// Gives a code after the password.
fn give(world: &World, half: TokenHash, code: &str) -> Result<NewSession, SecondError> {
    let (now, code) = (world.now(), code.to_owned());
    let tried = world.write(move |tx| second::begin(tx, half, "192.0.2.9", now))?;
    let (site, turn) = (site(), world.turn());
    world.write(move |tx| second::finish(tx, (half, &tried), &code, (&site, &turn)))
}

fn proven(world: &World, who: &Actor, with: &str) -> Result<password::Proven, SecondError> {
    let (actor, now) = (who.clone(), world.now());
    let challenge =
        world.write(move |tx| password::begin_change(tx, &actor, now)).map_err(SecondError::from)?;
    Ok(challenge.answer(with)?)
}

fn tried(world: &World, who: &Actor) -> Result<second::Tried, SecondError> {
    let (actor, now) = (who.clone(), world.now());
    world.write(move |tx| second::count(tx, &actor, now))
}

fn begin(world: &World, who: &Actor, session: TokenHash, code: Option<&str>) -> Result<(), SecondError> {
    let proven = proven(world, who, PASSWORD)?;
    let code = code.map(|code| (tried(world, who).unwrap(), code.to_owned()));
    let turn = world.turn();
    world.write(move |tx| {
        let code = code.as_ref().map(|(tried, code)| (tried, code.as_str()));
        second::begin_setting_up(tx, &proven, code, session, &turn)
    })
}

fn confirm(world: &World, who: &Actor, session: TokenHash, code: &str) -> Result<RecoveryCodes, SecondError> {
    let (tried, code) = (tried(world, who)?, code.to_owned());
    let (site, turn) = (site(), world.turn());
    world.write(move |tx| second::confirm(tx, (&tried, &code), session, (&site, &turn)))
}

fn turn_off(world: &World, who: &Actor, with: &str, code: &str) -> Result<(), SecondError> {
    let (proven, tried) = (proven(world, who, with)?, tried(world, who)?);
    let (actor, code, site, turn) = (who.clone(), code.to_owned(), site(), world.turn());
    world.write(move |tx| second::turn_off(tx, (&proven, &actor), (&tried, &code), (&site, &turn)))
}

fn standing(world: &World, who: &Actor) -> Option<Standing> {
    let actor = who.clone();
    world.read(move |read| second::standing(read, &actor)).unwrap()
}

fn letters(world: &World) -> Vec<String> {
    let all = sql!("select kind from mail order by id");
    world.read(move |read| read.query_all(all, &[], |row| row.get::<String>(0))).unwrap()
}

/// Somebody of the library with a second factor, and what they keep on paper; half a minute ago.
fn with_factor(world: &World) -> (Actor, RecoveryCodes) {
    let library = world.client("Library");
    let session = enter(world, BUYER, PASSWORD).unwrap().session().unwrap().token.hash();
    begin(world, &library, session, None).unwrap();
    let codes = confirm(world, &library, session, &world.code(&library)).unwrap();
    world.pass(half_minute());
    (library, codes)
}

#[test]
fn a_code_is_asked_after_the_password_and_good_once() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (library, _) = with_factor(&world);
        assert_eq!(letters(&world), ["second_factor"]);
        let opened = half(&world, BUYER);
        assert_eq!(give(&world, opened, "000 00").unwrap_err(), SecondError::WrongCode);
        let code = world.code(&library);
        let session = give(&world, opened, &format!("{} {}", &code[..3], &code[3..])).unwrap();
        assert_eq!(world.who(session.token.text()).unwrap().actor.person, library.person);
        assert_eq!(give(&world, opened, &code).unwrap_err(), SecondError::Over, "the half is used up");
        let again = half(&world, BUYER);
        assert_eq!(
            give(&world, again, &code).unwrap_err(),
            SecondError::WrongCode,
            "a code read over a shoulder"
        );
        world.pass(half_minute());
        give(&world, again, &world.code(&library)).unwrap();
    });
}

#[test]
fn clocks_may_differ_by_a_step_and_an_older_code_is_over_once_a_newer_came() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (library, _) = with_factor(&world);
        world.pass(half_minute());
        let old = world.code(&library);
        world.pass(half_minute());
        let present = world.code(&library);
        world.pass(half_minute());
        give(&world, half(&world, BUYER), &present).unwrap();
        assert_eq!(give(&world, half(&world, BUYER), &old).unwrap_err(), SecondError::WrongCode);
        let late = world.code(&library);
        world.pass(Span::seconds(60));
        assert_eq!(
            give(&world, half(&world, BUYER), &late).unwrap_err(),
            SecondError::WrongCode,
            "two steps late"
        );
    });
}

#[test]
fn guesses_at_codes_are_made_to_wait_whoever_knows_the_password() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (library, _) = with_factor(&world);
        let right = world.code(&library);
        for _ in 0..5 {
            let wrong = if right == "000000" { "000001" } else { "000000" };
            assert_eq!(give(&world, half(&world, BUYER), wrong).unwrap_err(), SecondError::WrongCode);
        }
        // A new password step buys no new tries at the code.
        assert!(matches!(give(&world, half(&world, BUYER), &right), Err(SecondError::TooMany(_))));
        world.pass(half_minute());
        give(&world, half(&world, BUYER), &world.code(&library)).unwrap();
    });
}

#[test]
fn of_two_who_give_one_code_at_once_one_comes_in() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (library, _) = with_factor(&world);
        let (halves, code) = ([(); 4].map(|()| half(&world, BUYER)), world.code(&library));
        let opened: usize = std::thread::scope(|scope| {
            let tries = halves.map(|half| {
                let (world, code) = (&world, &code);
                scope.spawn(move || usize::from(give(world, half, code).is_ok()))
            });
            tries.into_iter().map(|one| one.join().unwrap()).sum()
        });
        assert_eq!(opened, 1);
    });
}

#[test]
fn nothing_but_the_servers_own_record_counts_as_half_signed_in() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (library, _) = with_factor(&world);
        let code = world.code(&library);
        assert_eq!(give(&world, TokenHash::of("made up"), &code).unwrap_err(), SecondError::Over);
        let opened = half(&world, BUYER);
        world.pass(Span::minutes(10));
        assert_eq!(give(&world, opened, &world.code(&library)).unwrap_err(), SecondError::Over);
        let opened = half(&world, BUYER);
        let (can, turn, person) = (world.network(), world.turn(), library.person);
        let new = Password::choose("another mango tree").unwrap().hash();
        world.write(move |tx| people::set_password(tx, &can, person, &new, &turn)).unwrap();
        assert_eq!(
            give(&world, opened, &world.code(&library)).unwrap_err(),
            SecondError::Over,
            "another password"
        );
        let now = world.now() + Span::minutes(11);
        world.write(move |tx| second::sweep(tx, now)).unwrap();
    });
}

#[test]
fn a_recovery_code_opens_once_and_is_told_by_letter() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (library, codes) = with_factor(&world);
        let paper = codes.texts()[3].to_lowercase().replace('-', " ");
        give(&world, half(&world, BUYER), &paper).unwrap();
        assert_eq!(standing(&world, &library).unwrap().recovery_left, 9);
        assert_eq!(letters(&world).len(), 2);
        assert_eq!(give(&world, half(&world, BUYER), &paper).unwrap_err(), SecondError::WrongCode);
        let stored = sql!("select count(*) from recovery_code where used_at is not null");
        let used = world.read(move |read| read.query_one(stored, &[], |row| row.get::<i64>(0)));
        assert_eq!(used, Ok::<_, DbError>(1));

        let (tried, code, turn) = (tried(&world, &library).unwrap(), world.code(&library), world.turn());
        let new = world.write(move |tx| second::renew(tx, (&tried, &code), &turn)).unwrap();
        assert_eq!(standing(&world, &library).unwrap().recovery_left, 10);
        let old = &codes.texts()[0];
        assert_eq!(give(&world, half(&world, BUYER), old).unwrap_err(), SecondError::WrongCode);
        give(&world, half(&world, BUYER), &new.texts()[0]).unwrap();
    });
}

#[test]
fn setting_up_takes_the_password_a_first_code_and_the_same_session() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let library = world.client("Library");
        let sessions = [(); 2].map(|()| enter(&world, BUYER, PASSWORD).unwrap().session().unwrap());
        let [desk, phone] = [&sessions[0], &sessions[1]].map(|session| session.token.hash());
        assert_eq!(proven(&world, &library, "not this one").unwrap_err(), SecondError::WrongPassword);
        assert_eq!(
            confirm(&world, &library, desk, "123456").unwrap_err(),
            SecondError::Over,
            "nothing is begun"
        );
        begin(&world, &library, desk, None).unwrap();
        let look = |session| {
            let (actor, now) = (library.clone(), world.now());
            world.read(move |read| second::begun(read, &actor, (session, "Kazi (House)"), now)).unwrap()
        };
        let shown = look(desk).unwrap();
        assert!(
            shown.address.starts_with("otpauth://totp/Kazi%20%28House%29:buyer%40library.example?secret=")
        );
        assert_eq!(look(phone), None, "the key shows to the session that gave the password");
        let code = world.code(&library);
        assert_eq!(confirm(&world, &library, phone, &code).unwrap_err(), SecondError::Over);
        let wrong = if code == "000000" { "000001" } else { "000000" };
        assert_eq!(confirm(&world, &library, desk, wrong).unwrap_err(), SecondError::WrongCode);
        assert_eq!(standing(&world, &library).unwrap().since, None, "not on before a code was right");
        confirm(&world, &library, desk, &code).unwrap();
        assert!(world.who(sessions[0].token.text()).is_some());
        assert_eq!(world.who(sessions[1].token.text()), None, "sessions elsewhere end");

        // Another app takes a code of the present one.
        assert_eq!(begin(&world, &library, desk, None).unwrap_err(), SecondError::WrongCode);
        assert_eq!(
            begin(&world, &library, desk, Some(&code)).unwrap_err(),
            SecondError::WrongCode,
            "used before"
        );
        world.pass(half_minute());
        begin(&world, &library, desk, Some(&world.code(&library))).unwrap();
        world.pass(Span::minutes(15));
        assert_eq!(look(desk), None, "not for long");
    });
}

#[test]
fn turning_off_takes_password_and_code() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (library, _) = with_factor(&world);
        let code = world.code(&library);
        assert_eq!(
            turn_off(&world, &library, "not this one", &code).unwrap_err(),
            SecondError::WrongPassword
        );
        assert_eq!(turn_off(&world, &library, PASSWORD, "12345").unwrap_err(), SecondError::WrongCode);
        turn_off(&world, &library, PASSWORD, &code).unwrap();
        assert_eq!(
            standing(&world, &library).unwrap(),
            Standing { since: None, recovery_left: 0, demanded: false }
        );
        assert!(enter(&world, BUYER, PASSWORD).unwrap().session().is_some());
        assert_eq!(letters(&world).len(), 2);
    });
}

#[test]
fn a_forgotten_password_is_no_way_round_the_code() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        with_factor(&world);
        let (site, turn) = (site(), world.turn());
        world.write(move |tx| recover::ask(tx, (BUYER, "192.0.2.9"), &site, &turn)).unwrap();
        let link = sql!("select secret from mail where secret is not null order by id desc limit 1");
        let link = world.read(move |read| read.query_one(link, &[], |row| row.get::<String>(0))).unwrap();
        let token = TokenHash::of(link.split_once("key=").unwrap().1);
        let (new, site, turn) =
            (Password::choose("nine white clouds").unwrap().hash(), self::site(), world.turn());
        world.write(move |tx| recover::choose(tx, token, &new, &site, &turn)).unwrap();
        assert!(enter(&world, BUYER, "nine white clouds").unwrap().session().is_none());
    });
}

#[test]
fn the_operator_resets_what_is_lost_and_not_their_own() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (library, _) = with_factor(&world);
        let session = give(&world, half(&world, BUYER), &world.code(&library)).unwrap();
        assert!(second::may_reset(&library, library.person).is_none());
        let reset = |person| {
            let (can, site, turn) =
                (second::may_reset(&world.operator(), person).unwrap(), site(), world.turn());
            world.write(move |tx| second::reset(tx, &can, (&site, &turn)))
        };
        assert_eq!(reset(world.operator().person), Err(SecondError::Yourself));
        assert_eq!(reset(library.person), Ok(()));
        assert_eq!(world.who(session.token.text()), None);
        assert!(enter(&world, BUYER, PASSWORD).unwrap().session().is_some());
        assert_eq!(reset(library.person), Err(SecondError::NotOn));
        assert_eq!(letters(&world).len(), 2);
        let said = sql!("select count(*) from event where kind = 'second_factor.reset'");
        assert_eq!(
            world.read(move |read| read.query_one(said, &[], |row| row.get::<i64>(0))),
            Ok::<_, DbError>(1)
        );
    });
}

#[test]
fn where_it_is_demanded_nothing_else_can_be_done_before() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (library, kibera) = (world.client("Library"), world.centre("Kibera"));
        let before = enter(&world, BUYER, PASSWORD).unwrap().session().unwrap();
        assert!(second::may_demand(&library, library.organisation).is_none());
        let demand = |organisation, demanded| {
            let can = second::may_demand(&world.operator(), organisation).unwrap();
            let turn = world.turn();
            world.write(move |tx| second::demand(tx, &can, demanded, &turn)).unwrap();
        };
        demand(library.organisation, true);
        demand(kibera.partner, true);
        assert!(!world.who(before.token.text()).unwrap().bound, "whoever is in goes on with their work");
        let session = enter(&world, BUYER, PASSWORD).unwrap().session().unwrap();
        let who = world.who(session.token.text()).unwrap();
        assert!(who.bound && Role::ALL.iter().all(|role| !who.actor.roles.has(*role)));
        let hash = session.token.hash();
        begin(&world, &library, hash, None).unwrap();
        confirm(&world, &library, hash, &world.code(&library)).unwrap();
        let who = world.who(session.token.text()).unwrap();
        assert!(!who.bound && who.actor.roles.has(Role::Client));
        world.pass(half_minute());
        let code = world.code(&library);
        assert_eq!(turn_off(&world, &library, PASSWORD, &code).unwrap_err(), SecondError::Demanded);
        demand(library.organisation, false);
        turn_off(&world, &library, PASSWORD, &code).unwrap();
        assert!(!world.who(session.token.text()).unwrap().bound);

        let amina = kibera.worker("Amina");
        assert_eq!(standing(&world, &amina), None, "a PIN alone has no second factor beside its computer");
    });
}
