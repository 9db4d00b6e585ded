//! Projects: made, started, watched and mended, by those who may.

use std::collections::BTreeMap;
use std::sync::Arc;

use kazi_app::jobs::{Handler, Handlers};
use kazi_app::listing::{Ask, Cursor};
use kazi_app::network::NotForYou;
use kazi_app::projects::{
    self, Draft, Edit, Missing, PayOut, ProjectError, draft, life, list, trouble, view,
};
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::{Project, World, shillings};
use kazi_app::work::{self, Mend, Refused};
use kazi_db::testing::on_both;
use kazi_domain::policy::{Actor, ManageProject, MendProject, TakeDelivery, ViewProject};
use kazi_domain::{ProjectState, Span};
use serde_json::json;

const SHOPS: &str = "shop\nDuka la Mama\nJua Kali\nSimba Stores\nMwangaza\n";

fn plain(name: &str) -> Draft {
    Draft {
        service: "questions".to_owned(),
        name: name.to_owned(),
        spec: json!({"question": "Is it a shop?"}).to_string(),
        instructions: "Look twice.".to_owned(),
        currency: shillings(),
        gold_every: 0,
        pay: BTreeMap::new(),
    }
}

fn make(
    world: &World,
    client: &Actor,
    draft: Draft,
) -> Result<kazi_domain::Id<kazi_domain::kind::Project>, ProjectError> {
    let (actor, turn) = (client.clone(), world.turn());
    world.write(move |tx| {
        let can = projects::may_create(tx, &actor, actor.organisation).unwrap();
        draft::create(tx, &can, &draft, &turn)
    })
}

fn edit_of(view: &view::View) -> Edit {
    Edit {
        version: view.version,
        name: view.name.clone(),
        spec: view.spec.clone(),
        instructions: view.instructions.clone(),
        currency: view.currency,
        gold_every: 0,
        pay: BTreeMap::new(),
        changed: Some("Look once more.".to_owned()),
        below_reason: None,
    }
}

#[test]
fn a_client_makes_a_draft_with_the_services_defaults() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let library = world.client("Library");
        let project = world.project("questions").named("Shops").of(&library).draft();
        let view = project.view();
        assert_eq!((view.name.as_str(), view.state, view.version), ("Shops", ProjectState::Draft, 1));
        assert_eq!((view.organisation, view.organisation_name.as_str()), (library.organisation, "Library"));
        let pay: Vec<_> =
            view.stages.iter().map(|stage| (stage.key.as_str(), stage.pay, stage.called)).collect();
        assert_eq!(pay, [("answer", 500_000, false), ("decide", 1_000_000, true)]);
        assert_eq!((view.items, view.cost, view.forecast), (0, 0, None));
    });
}

#[test]
fn what_does_not_fit_is_told_field_by_field() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let library = world.client("Library");
        let refused = |change: &dyn Fn(&mut Draft)| {
            let mut draft = plain("Shops");
            change(&mut draft);
            make(&world, &library, draft).unwrap_err()
        };
        let spec = refused(&|draft| draft.spec = json!({"choices": ["One"], "question": " "}).to_string());
        let ProjectError::Spec(problems) = spec else { panic!("{spec}") };
        let fields: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["question", "choices"]);
        assert_eq!(refused(&|draft| draft.name = " ".to_owned()), ProjectError::NoName);
        let unknown = ProjectError::UnknownService("poetry".to_owned());
        assert_eq!(refused(&|draft| draft.service = "poetry".to_owned()), unknown);
        assert_eq!(refused(&|draft| draft.gold_every = 1), ProjectError::TooMuchGold);
        let pay = |stage: &str, pay: i64| BTreeMap::from([(stage.to_owned(), pay)]);
        assert_eq!(
            refused(&|draft| draft.pay = pay("sing", 1)),
            ProjectError::UnknownStage("sing".to_owned())
        );
        assert_eq!(
            refused(&|draft| draft.pay = pay("answer", -1)),
            ProjectError::NegativePay("answer".to_owned())
        );
    });
}

#[test]
fn a_project_starts_only_when_nothing_is_missing() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let start = |project: &Project<'_>| {
            let (can, turn, terms) = (project.may(), world.turn(), world.app.projects.clone());
            world.write(move |tx| life::start(tx, &terms, &can, &turn))
        };
        let empty = world.project("questions").paying("decide", "0").draft();
        let missing = vec![Missing::NoSource, Missing::NoCentre, Missing::NoPay("decide".to_owned())];
        assert_eq!(start(&empty), Err(ProjectError::NotReady(missing)));
        assert_eq!(empty.view().state, ProjectState::Draft);

        let ready = world.project("questions").at(&kibera).file("shops.csv", SHOPS).draft();
        let id = ready.id;
        let split = |state: &'static str| {
            world
                .write(move |tx| {
                    let sql = kazi_db::sql!("update source set state = $2 where project = $1");
                    tx.execute(sql, kazi_db::params![id.as_bytes(), state]).map(drop)
                })
                .unwrap();
        };
        split("splitting");
        assert_eq!(start(&ready), Err(ProjectError::NotReady(vec![Missing::Splitting(1)])));
        split("refused");
        assert_eq!(start(&ready), Ok(()), "a refused file does not stop the others");
        let again = start(&ready).unwrap_err();
        assert_eq!(again.to_string(), "a project that is running cannot become running");
        assert_eq!(ready.view().started_at, Some(world.now()));
    });
}

#[test]
fn a_project_pauses_goes_on_and_is_given_up() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let amina = kibera.worker("Amina");
        world.has_learnt(&amina, "questions", "answer");
        let project = world.project("questions").at(&kibera).file("shops.csv", SHOPS).running();
        let go = |step: fn(
            &mut kazi_db::Tx<'_>,
            &kazi_domain::policy::Can<ManageProject>,
            &kazi_app::Turn,
        ) -> Result<(), ProjectError>| {
            let (can, turn) = (project.may(), world.turn());
            world.write(move |tx| step(tx, &can, &turn))
        };
        go(life::pause).unwrap();
        let stopped = project.next(&amina, "answer", 1).unwrap_err();
        assert!(matches!(stopped, work::WorkError::NotRunning(ProjectState::Paused)));
        go(life::resume).unwrap();
        assert_eq!(project.next(&amina, "answer", 1).unwrap().len(), 1);
        go(life::cancel).unwrap();
        assert!(matches!(go(life::resume), Err(ProjectError::NoWay { from: ProjectState::Cancelled, .. })));
        assert_eq!(project.view().ended_at, Some(world.now()));
    });
}

#[test]
fn pay_and_instructions_change_later_and_settings_do_not() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let amina = kibera.worker("Amina");
        world.has_learnt(&amina, "questions", "answer");
        let project = world.project("questions").at(&kibera).file("shops.csv", SHOPS).running();
        let change = |edit: Edit| {
            let (can, turn) = (project.may(), world.turn());
            world.write(move |tx| draft::edit(tx, &can, &edit, &turn))
        };
        let lent = project.next(&amina, "answer", 2).unwrap();
        let before = project.answer(&amina, lent[0].task, &json!({"choice": 0})).unwrap();
        let old = edit_of(&project.view());
        let pay = BTreeMap::from([("answer".to_owned(), 900_000)]);
        change(Edit { pay, instructions: "Look thrice.".to_owned(), spec: " {} ".to_owned(), ..old.clone() })
            .unwrap();
        let view = project.view();
        assert_eq!(
            (view.version, view.instructions.as_str(), view.stages[0].pay),
            (2, "Look thrice.", 900_000)
        );
        assert_eq!(view.stages[1].pay, 1_000_000, "what was left out stays");
        let after = project.answer(&amina, lent[1].task, &json!({"choice": 0})).unwrap();
        assert_eq!((before.pay, after.pay), (500_000, 900_000));

        assert_eq!(change(old), Err(ProjectError::ChangedMeanwhile));
        let other = Edit { spec: json!({"answers": 5}).to_string(), ..edit_of(&view) };
        assert_eq!(change(other), Err(ProjectError::SpecInUse));
        let dollars = Edit { currency: "USD".parse().unwrap(), ..edit_of(&view) };
        assert_eq!(change(dollars), Err(ProjectError::SpecInUse));
    });
}

#[test]
fn strangers_find_no_project() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let (library, museum) = (world.client("Library"), world.client("Museum"));
        let (amina, otieno) = (kibera.worker("Amina"), kibera.team_leader("Otieno"));
        let id = world.project("questions").of(&library).at(&kibera).file("shops.csv", SHOPS).running().id;
        let operator = world.operator();
        world
            .read(move |read| {
                assert!(projects::may::<ViewProject>(read, &library, id).is_ok());
                assert!(projects::may::<ManageProject>(read, &operator, id).is_ok());
                assert!(projects::may::<MendProject>(read, &operator, id).is_ok());
                for actor in [&museum, &amina, &otieno] {
                    assert_eq!(
                        projects::may::<ViewProject>(read, actor, id).unwrap_err(),
                        NotForYou::NotThere
                    );
                    assert_eq!(
                        projects::may::<TakeDelivery>(read, actor, id).unwrap_err(),
                        NotForYou::NotThere
                    );
                }
                assert_eq!(
                    projects::may::<MendProject>(read, &library, id).unwrap_err(),
                    NotForYou::NotThere
                );
                let elsewhere = projects::may_create(read, &museum, library.organisation);
                assert_eq!(elsewhere.unwrap_err(), NotForYou::NotThere);
                assert!(projects::may_list(read, &museum, museum.organisation).is_ok());
                assert!(projects::may_list(read, &amina, amina.organisation).is_err());
                let none = kazi_domain::Id::mint(kazi_domain::Moment::from_micros(0), [3; 10]);
                assert!(projects::may::<ViewProject>(read, &operator, none).is_err());
                Ok::<_, kazi_db::DbError>(())
            })
            .unwrap();
    });
}

#[test]
fn a_client_lists_its_own_projects_page_by_page() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (library, museum) = (world.client("Library"), world.client("Museum"));
        for number in 0..7 {
            world.pass(Span::seconds(1));
            make(&world, &library, plain(&format!("Letters {}", 7 - number))).unwrap();
        }
        make(&world, &museum, plain("Letters of a museum")).unwrap();
        for sort in [list::Sort::Name, list::Sort::Newest] {
            let actor = library.clone();
            let names = world
                .read(move |read| {
                    let can = projects::may_list(read, &actor, actor.organisation).unwrap();
                    let mut ask = Ask { search: "letters".to_owned(), rows: 3, ..Ask::default() };
                    let mut names = Vec::new();
                    loop {
                        let page = list::list(read, list::Whose::Organisation(&can), sort, &ask)?;
                        names.extend(page.rows.into_iter().map(|row| row.name));
                        match page.next {
                            Some(next) => ask.after = Some(next.to_string().parse::<Cursor>().unwrap()),
                            None => return Ok::<_, kazi_db::DbError>(names),
                        }
                    }
                })
                .unwrap();
            let wanted: Vec<String> = (1..=7).map(|number| format!("Letters {number}")).collect();
            assert_eq!(names, wanted, "{sort:?}");
        }
        let can = world.network();
        let all = world
            .read(move |read| {
                let ask = Ask { search: "museum".to_owned(), ..Ask::default() };
                let by_name = list::list(read, list::Whose::All(&can), list::Sort::Name, &ask)?;
                let newest = list::list(read, list::Whose::All(&can), list::Sort::Newest, &Ask::default())?;
                Ok::<_, kazi_db::DbError>((by_name.rows.len(), newest.rows.len()))
            })
            .unwrap();
        assert_eq!(all, (1, 8));
    });
}

#[test]
fn the_page_tells_what_the_stages_have_come_to() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let workers: Vec<Actor> = ["Amina", "Baraka", "Cherono"].map(|name| kibera.worker(name)).into();
        let project = world.project("questions").at(&kibera).file("shops.csv", SHOPS).running();
        for worker in &workers {
            world.has_learnt(worker, "questions", "answer");
            let lent = project.next(worker, "answer", 4).unwrap();
            let most = if worker == &workers[2] { 3 } else { 4 };
            for one in &lent[..most] {
                world.pass(Span::seconds(10));
                project.answer(worker, one.task, &json!({"choice": 0})).unwrap();
            }
        }
        let view = project.view();
        let stage = &view.stages[0];
        assert_eq!((view.items, view.finished, view.cost), (4, 3, 11 * 500_000));
        assert_eq!((stage.tasks, stage.settled, stage.answers, stage.in_work), (4, 3, 11, 1));
        assert_eq!((stage.mean_millis, stage.cost), (Some(5_000), 11 * 500_000));
        let settled = stage.quality.settled.unwrap();
        assert_eq!((settled.units, settled.errors, stage.quality.gold), (9, 0, None));
        assert!(settled.high > 0.2, "nine right answers prove little: {settled:?}");
        assert_eq!(view.forecast, None, "eleven answers are too few for a forecast");
    });
}

#[test]
fn the_forecast_goes_on_at_the_pace_of_late() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let rows = (0..40).map(|row| format!("Shop {row}\n")).fold(String::new(), |all, row| all + &row);
        let project = world
            .project("questions")
            .spec(&json!({"answers": 1, "at_most": 1, "target": 0.5}))
            .at(&kibera)
            .file("shops.csv", format!("shop\n{rows}"))
            .running();
        let amina = kibera.worker("Amina");
        world.has_learnt(&amina, "questions", "answer");
        let lent = project.next(&amina, "answer", 20).unwrap();
        for one in &lent {
            world.pass(Span::minutes(1));
            project.answer(&amina, one.task, &json!({"choice": 0})).unwrap();
        }
        assert_eq!(project.view().finished, 20);
        let left = project.view().forecast.unwrap().since(world.now());
        assert!((Span::minutes(18)..=Span::minutes(22)).contains(&left), "{left:?}");
    });
}

#[test]
fn stuck_items_are_seen_with_the_reason_and_mended() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let project = world.project("questions").at(&kibera).file("shops.csv", SHOPS).running();
        for name in ["Amina", "Baraka"] {
            let worker = kibera.worker(name);
            world.has_learnt(&worker, "questions", "answer");
            for one in project.next(&worker, "answer", 3).unwrap() {
                let (turn, worker) = (world.turn(), worker.clone());
                world
                    .write(move |tx| {
                        work::refuse(tx, &worker, one.task, (Refused::Report, "the picture is black"), &turn)
                    })
                    .unwrap();
            }
        }
        let operator = world.operator();
        let mending = || project.may_as::<MendProject>(&operator);
        let can = mending();
        let (first, second, remarks) = world
            .read(move |read| {
                let mut ask = Ask { rows: 2, ..Ask::default() };
                let first = trouble::stuck(read, &can, &ask)?;
                ask.after.clone_from(&first.next);
                let second = trouble::stuck(read, &can, &ask)?;
                Ok::<_, kazi_db::DbError>((first, second, trouble::remarks(read, &can, 10)?))
            })
            .unwrap();
        assert_eq!((first.rows.len(), second.rows.len(), second.next.clone()), (2, 1, None));
        assert_eq!(first.rows[0].problem.as_deref(), Some("reported"));
        assert_eq!(
            (first.rows[0].source.as_str(), first.rows[0].stage.as_deref()),
            ("shops.csv", Some("answer"))
        );
        assert_eq!(remarks.len(), 6);
        let said = (remarks[0].kind.as_str(), remarks[0].reason.as_str(), remarks[0].shown_name.as_str());
        assert_eq!(said, ("report", "the picture is black", "Baraka"));
        assert_eq!(project.view().stages[0].stuck, 3);

        let items = [first.rows[0].item, first.rows[1].item, second.rows[0].item];
        let decisions = [Mend::Reopen, Mend::Drop, Mend::Settle(json!({"choice": 1}).to_string())];
        for (item, decision) in items.into_iter().zip(decisions) {
            let (can, turn, terms) = (mending(), world.turn(), world.app.projects.clone());
            world.write(move |tx| work::mend(tx, &terms, &can, (item, &decision), &turn)).unwrap();
        }
        let view = project.view();
        assert_eq!((view.finished, view.stages[0].stuck, view.stages[0].settled), (2, 0, 1));
        let can = mending();
        assert!(world.read(move |read| trouble::stuck(read, &can, &Ask::default())).unwrap().rows.is_empty());
        let cherono = kibera.worker("Cherono");
        world.has_learnt(&cherono, "questions", "answer");
        let lent = project.next(&cherono, "answer", 4).unwrap();
        assert_eq!(lent[0].item, items[0], "what was released comes first");
        assert_eq!(lent.len(), 2);
    });
}

#[test]
fn what_was_earned_in_a_project_given_up_is_paid() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let amina = kibera.worker("Amina");
        world.has_learnt(&amina, "questions", "answer");
        let project = world.project("questions").at(&kibera).file("shops.csv", SHOPS).running();
        let lent = project.next(&amina, "answer", 3).unwrap();
        let mut receipts =
            lent.iter().map(|one| project.answer(&amina, one.task, &json!({"choice": 0})).unwrap());
        let last = receipts.by_ref().last().unwrap();
        assert_eq!((last.held_today, last.accepted_today), (1_500_000, 0));
        let (can, turn) = (project.may(), world.turn());
        world.write(move |tx| life::cancel(tx, &can, &turn)).unwrap();
        let pay_out: Arc<dyn Handler> = Arc::new(PayOut);
        let handlers: Handlers = [pay_out].into_iter().collect();
        for _ in 0..2 {
            world.jobs(&handlers);
            // Begun again after its end, it changes nothing.
            world.write(|tx| tx.execute(kazi_db::sql!("update job set state = 'waiting'"), &[])).unwrap();
        }
        let person = amina.person;
        let sums = world
            .read(move |read| {
                let purse = kazi_db::sql!("select held, accepted from purse where person = $1");
                let purse = read.query_one(purse, kazi_db::params![person.as_bytes()], |row| {
                    Ok((row.get::<i64>(0)?, row.get::<i64>(1)?))
                })?;
                let all = kazi_db::sql!("select coalesce(sum(amount), 0) from ledger");
                Ok::<_, kazi_db::DbError>((purse, read.query_one(all, &[], |row| row.get::<i64>(0))?))
            })
            .unwrap();
        assert_eq!(sums, ((0, 1_500_000), 0), "paid once, and the ledger sums to nothing");
    });
}
