//! The network: who may make and see whom.

use kazi_app::access::{Password, TokenHash, password};
use kazi_app::listing::{Ask, Cursor};
use kazi_app::network::organisations::{self, OrganisationError, OrganisationKind};
use kazi_app::network::people::{self, By, Change, NewPerson, PersonError, Sort, Whose};
use kazi_app::network::{NotForYou, centres, may_manage, may_manage_centre, setup};
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::{PASSWORD, World};
use kazi_db::testing::on_both;
use kazi_domain::{Id, Role, RoleSet, kind};

fn worker(name: &str) -> NewPerson {
    NewPerson {
        shown_name: name.to_owned(),
        email: None,
        password: None,
        pin: None,
        picture: String::new(),
        language: "sw".to_owned(),
        roles: RoleSet::default().with(Role::Worker),
    }
}

fn change_of(person: &people::Person) -> Change {
    let people::Person { shown_name, email, picture, language, roles, centre, .. } = person.clone();
    Change { shown_name, email, picture, language, roles, centre }
}

#[test]
fn the_first_start_makes_one_operator_and_no_second() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        assert_eq!(world.read(setup::is_empty), Ok(false));
        let operator = world.read(organisations::operator).unwrap().unwrap();
        assert_eq!((operator.name.as_str(), operator.kind), ("Kazi Foundation", OrganisationKind::Operator));
        let again = setup::FirstOperator {
            organisation: "Thieves".to_owned(),
            name: "Mallory".to_owned(),
            email: "mallory@example.org".to_owned(),
            password: Password::choose("let me in please").unwrap().hash(),
            language: "en".to_owned(),
        };
        let turn = world.turn();
        let refused = world.write(move |tx| setup::first_operator(tx, &again, &turn));
        assert_eq!(refused.unwrap_err(), setup::SetupError::NotEmpty);
    });
}

#[test]
fn only_the_operator_runs_the_network_and_a_leader_only_the_own_centre() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (kibera, dadaab) = (world.centre("Kibera"), world.centre("Dadaab"));
        let (otieno, amina, library) =
            (kibera.team_leader("Otieno"), kibera.worker("Amina"), world.client("Library"));
        for actor in [&otieno, &amina, &library] {
            assert!(may_manage(actor).is_none());
        }
        let may = |actor: &kazi_domain::policy::Actor, centre| {
            let actor = actor.clone();
            world.read(move |read| may_manage_centre(read, &actor, centre).map(|can| can.subject()))
        };
        assert_eq!(may(&otieno, kibera.id), Ok(kibera.id));
        assert_eq!(may(&world.operator(), dadaab.id), Ok(dadaab.id));
        assert_eq!(may(&otieno, dadaab.id), Err(NotForYou::NotThere));
        assert_eq!(may(&amina, kibera.id), Err(NotForYou::NotThere));
        assert_eq!(may(&library, kibera.id), Err(NotForYou::NotThere));
        assert_eq!(may(&world.operator(), Id::mint(world.now(), [9; 10])), Err(NotForYou::NotThere));
    });
}

#[test]
fn organisations_and_centres_are_made_named_and_found() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let library = world.client("National Library");
        world.centre("Kibera");
        let (can, turn, id) = (world.network(), world.turn(), library.organisation);
        world
            .write(move |tx| {
                organisations::rename(tx, &can, id, "  City Library ", &turn)?;
                let second = organisations::create(tx, &can, OrganisationKind::Operator, "Another", &turn);
                assert_eq!(second, Err(OrganisationError::SecondOperator));
                let unnamed = organisations::create(tx, &can, OrganisationKind::Client, " \n", &turn);
                assert_eq!(unnamed, Err(OrganisationError::NoName));
                let clock = centres::create(tx, &can, id, ("Nowhere", 900), &turn);
                assert_eq!(clock, Err(centres::CentreError::NoClock));
                let centre = centres::create(tx, &can, id, ("Client's", 0), &turn);
                assert_eq!(centre, Err(centres::CentreError::NoPartner));
                Ok::<_, OrganisationError>(())
            })
            .unwrap();
        let can = world.network();
        world
            .read(move |read| {
                let ask = Ask { search: "LIBRARY".to_owned(), ..Ask::default() };
                let found = organisations::list(read, &can, None, &ask)?;
                assert_eq!(
                    found.rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(),
                    ["City Library"]
                );
                let partners =
                    organisations::list(read, &can, Some(OrganisationKind::Partner), &Ask::default())?;
                assert_eq!(partners.rows.len(), 1);
                let centres = centres::list(read, &can, &Ask::default())?;
                assert_eq!((centres.rows[0].name.as_str(), centres.rows[0].people), ("Kibera", 0));
                Ok::<_, kazi_db::DbError>(())
            })
            .unwrap();
    });
}

#[test]
fn a_long_list_comes_page_by_page_and_nobody_is_missing_or_twice() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let (can, turn) = (kibera.managed(), world.turn());
        world
            .write(move |tx| {
                for number in 0..23 {
                    // Three of each name, so that the order needs the id too.
                    people::create_at_centre(tx, &can, &worker(&format!("Worker {:02}", number / 3)), &turn)?;
                }
                Ok::<_, PersonError>(())
            })
            .unwrap();
        for sort in [Sort::Name, Sort::Newest] {
            for scope in 0..3 {
                let (network, centre, partner) = (world.network(), kibera.managed(), kibera.partner);
                let seen = world
                    .read(move |read| {
                        let whose = match scope {
                            0 => Whose::All(&network),
                            1 => Whose::Organisation(&network, partner),
                            _ => Whose::Centre(&centre),
                        };
                        let mut ask = Ask { search: "worker".to_owned(), rows: 5, ..Ask::default() };
                        let mut seen: Vec<(String, Id<kind::Person>)> = Vec::new();
                        loop {
                            let page = people::list(read, whose, sort, &ask)?;
                            assert!(page.rows.len() <= 5);
                            seen.extend(page.rows.iter().map(|row| (row.shown_name.clone(), row.id)));
                            match page.next {
                                // Through the text, as an address carries it.
                                Some(next) => ask.after = Some(next.to_string().parse::<Cursor>().unwrap()),
                                None => return Ok::<_, kazi_db::DbError>(seen),
                            }
                        }
                    })
                    .unwrap();
                let mut sorted = seen.clone();
                match sort {
                    Sort::Name => sorted.sort(),
                    Sort::Newest => sorted.sort_by_key(|(_, id)| std::cmp::Reverse(*id)),
                }
                sorted.dedup();
                assert_eq!(seen, sorted);
                assert_eq!(seen.len(), 23);
            }
        }
    });
}

#[test]
fn a_team_leader_makes_workers_and_gives_no_higher_role() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let otieno = kibera.team_leader("Otieno");
        let (can, turn) = (kibera.managed_by(&otieno), world.turn());
        world
            .write(move |tx| {
                let amina = people::create_at_centre(tx, &can, &worker("Amina"), &turn)?;
                for role in [Role::Operator, Role::Client, Role::TeamLeader] {
                    let high =
                        NewPerson { roles: RoleSet::default().with(Role::Worker).with(role), ..worker("X") };
                    let refused = people::create_at_centre(tx, &can, &high, &turn);
                    assert_eq!(refused, Err(PersonError::RoleNotHere(role)));
                }
                let by = By::Centre(&can);
                let mut change = change_of(&people::get(tx, by, amina)?);
                change.shown_name = "Amina W.".to_owned();
                people::edit(tx, by, amina, &change, &turn)?;
                assert_eq!(people::get(tx, by, amina)?.shown_name, "Amina W.");
                change.roles = change.roles.with(Role::TeamLeader);
                let raised = people::edit(tx, by, amina, &change, &turn);
                assert_eq!(raised, Err(PersonError::RoleNotHere(Role::TeamLeader)));
                let own = people::edit(tx, by, otieno.person, &change, &turn);
                assert_eq!(own, Err(PersonError::NotThere), "a leader's own record is the operator's");
                Ok::<_, PersonError>(())
            })
            .unwrap();
    });
}

#[test]
fn who_is_put_out_is_out_at_once() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let library = world.client("Library");
        let turn = world.turn();
        let challenge = world
            .write(move |tx| password::begin(tx, "buyer@library.example", "192.0.2.9", turn.at))
            .unwrap();
        let (proven, turn) = (challenge.answer(PASSWORD).unwrap(), world.turn());
        let session =
            world.write(move |tx| password::finish(tx, &proven, "", &turn)).unwrap().session().unwrap();
        assert!(world.who(session.token.text()).is_some());
        let set = |active| {
            let (can, turn, person) = (world.network(), world.turn(), library.person);
            world.write(move |tx| people::set_active(tx, By::Network(&can), person, active, &turn)).unwrap();
        };
        set(false);
        assert_eq!(world.who(session.token.text()), None);
        set(true);
        assert_eq!(world.who(session.token.text()), None, "the session is gone, not asleep");
        let (can, turn, own) = (world.network(), world.turn(), world.operator().person);
        let oneself = world.write(move |tx| people::set_active(tx, By::Network(&can), own, false, &turn));
        assert_eq!(oneself, Err(PersonError::Yourself));
        assert_eq!(TokenHash::of(session.token.text()), session.token.hash());
    });
}

#[test]
fn an_address_belongs_to_one_person() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let library = world.client("Library");
        let make = |email: &str| {
            let person = NewPerson {
                email: Some(email.to_owned()),
                roles: RoleSet::default().with(Role::Client),
                ..worker("Second")
            };
            let (can, turn, organisation) = (world.network(), world.turn(), library.organisation);
            world.write(move |tx| people::create_in_organisation(tx, &can, organisation, &person, &turn))
        };
        assert_eq!(make(" BUYER@library.example"), Err(PersonError::EmailTaken));
        assert_eq!(make("not an address"), Err(PersonError::BadEmail));
        let second = make("second@library.example").unwrap();
        let (can, turn) = (world.network(), world.turn());
        let stolen = world.write(move |tx| {
            let by = By::Network(&can);
            let mut change = change_of(&people::get(tx, by, second)?);
            change.email = Some("buyer@library.example".to_owned());
            people::edit(tx, by, second, &change, &turn)
        });
        assert_eq!(stolen, Err(PersonError::EmailTaken));
    });
}

#[test]
fn a_list_of_people_is_added_whole_or_not_at_all() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        kibera.worker("Amina");
        let otieno = kibera.team_leader("Otieno");
        let add = |people: Vec<NewPerson>| {
            let (can, turn) = (kibera.managed_by(&otieno), world.turn());
            world.write(move |tx| people::import::add_all(tx, &can, &people, &turn)).map(|made| made.len())
        };
        let names = || {
            let can = kibera.managed();
            world.read(move |read| people::import::names(read, &can)).unwrap().len()
        };
        let taken = add(vec![worker("Baraka"), worker("amina")]);
        assert_eq!(taken, Err(PersonError::NameTaken("amina".to_owned())));
        let odd = add(vec![worker("Baraka"), NewPerson { language: "?".to_owned(), ..worker("Cherono") }]);
        assert_eq!((odd, names()), (Err(PersonError::BadLanguage), 2), "nobody was added");
        let leads = NewPerson { roles: RoleSet::default().with(Role::TeamLeader), ..worker("Dalila") };
        assert!(add(vec![leads]).is_err());
        assert_eq!((add(vec![worker("Baraka"), worker("Cherono")]), names()), (Ok(2), 4));
        assert_eq!(
            add(vec![worker("Baraka")]),
            Err(PersonError::NameTaken("Baraka".to_owned())),
            "sent twice"
        );
    });
}
