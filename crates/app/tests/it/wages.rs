//! What a living wage is at a centre, and work that pays less.

use std::collections::BTreeMap;

use kazi_app::journal;
use kazi_app::network::centres::{self, CentreError};
use kazi_app::network::may_set_wage;
use kazi_app::network::wage::{self, LivingWage};
use kazi_app::projects::{Edit, Missing, ProjectError, draft, fair, life};
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::{Centre, Project, World, shillings};
use kazi_db::testing::on_both;
use kazi_domain::policy::{Actor, PayBelowWage};
use kazi_domain::{Money, ProjectState, Span};
use serde_json::json;

fn hour(amount: &str) -> LivingWage {
    let hour = Money::parse(amount, shillings()).unwrap();
    LivingWage { hour, source: "WageIndicator".to_owned(), as_of: "September 2019".to_owned() }
}

fn set(world: &World, centre: &Centre<'_>, wage: LivingWage) -> Result<(), CentreError> {
    let (can, turn) = (may_set_wage(&world.operator(), centre.id).unwrap(), world.turn());
    world.write(move |tx| wage::set(tx, &can, &wage, &turn))
}

fn start(world: &World, project: &Project<'_>) -> Result<(), ProjectError> {
    let (can, turn, terms) = (project.may(), world.turn(), world.app.projects.clone());
    world.write(move |tx| life::start(tx, &terms, &can, &turn))
}

fn say_why(world: &World, project: &Project<'_>, reason: &str) -> Result<(), ProjectError> {
    let can = project.may_as::<PayBelowWage>(&world.operator());
    let (turn, reason) = (world.turn(), reason.to_owned());
    world.write(move |tx| fair::state(tx, &can, &reason, &turn))
}

/// Changes the pay of the stage `answer` as somebody.
fn pay(
    world: &World,
    project: &Project<'_>,
    actor: &Actor,
    (amount, reason): (&str, Option<&str>),
) -> Result<(), ProjectError> {
    let view = project.view();
    let micros = Money::parse(amount, shillings()).unwrap().micros;
    let edit = Edit {
        version: view.version,
        name: view.name,
        spec: view.spec,
        instructions: view.instructions,
        currency: view.currency,
        gold_every: 0,
        pay: BTreeMap::from([("answer".to_owned(), micros)]),
        changed: None,
        below_reason: reason.map(str::to_owned),
    };
    let (can, turn) = (project.may_as(actor), world.turn());
    world.write(move |tx| draft::edit(tx, &can, &edit, &turn))
}

#[test]
fn a_living_wage_has_an_amount_a_source_and_a_date() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let (team_leader, library) = (kibera.team_leader("Juma"), world.client("Library"));
        for stranger in [&team_leader, &library] {
            assert!(may_set_wage(stranger, kibera.id).is_none(), "whoever pays it has no part in it");
        }
        assert_eq!(set(&world, &kibera, hour("0")), Err(CentreError::NoWage));
        let nameless = LivingWage { source: " ".to_owned(), ..hour("183.17") };
        assert_eq!(set(&world, &kibera, nameless), Err(CentreError::NoSource));
        let timeless = LivingWage { as_of: "\t".to_owned(), ..hour("183.17") };
        assert_eq!(set(&world, &kibera, timeless), Err(CentreError::NoDate));
        set(&world, &kibera, hour("150")).unwrap();
        set(&world, &kibera, hour("183.17")).unwrap();
        let can = kibera.managed();
        let centre = world.read(move |read| centres::get(read, &can)).unwrap().unwrap();
        assert_eq!(centre.wage, Some(hour("183.17")));
        let told = record(&world, "centre.living_wage");
        assert_eq!(told.len(), 2, "the figure before is kept in the record: {told:?}");
        assert!(
            told.iter().any(|line| line.contains("KES 150.00 (WageIndicator, September 2019)")),
            "{told:?}"
        );
    });
}

/// What the record says of one kind of thing.
fn record(world: &World, kind: &'static str) -> Vec<String> {
    let can = journal::may_view(&world.operator()).unwrap();
    let wish = journal::Wish { kind: kind.to_owned(), ..journal::Wish::default() };
    let ask = kazi_app::listing::Ask::default();
    let page = world.read(move |read| journal::list(read, &can, &wish, &ask)).unwrap();
    page.rows.into_iter().map(|row| row.body).collect()
}

#[test]
fn work_below_a_living_wage_starts_only_for_a_reason_of_the_operators() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (kibera, lamu) = (world.centre("Kibera"), world.centre("Lamu"));
        set(&world, &kibera, hour("183.17")).unwrap();
        let library = world.client("Library");
        let project = world
            .project("questions")
            .of(&library)
            .at(&kibera)
            .at(&lamu)
            .paying("answer", "0.10")
            .paying("decide", "50")
            .file("a.csv", "shop\nDuka\nSoko\n")
            .draft();
        let view = project.view();
        assert_eq!(view.wages.iter().map(|one| one.wage.is_some()).collect::<Vec<_>>(), [true, false]);
        assert_eq!(view.stages[0].pay_an_hour(), None, "nobody has worked yet");
        let [below] = &view.below()[..] else { panic!("{:?}", view.below()) };
        assert_eq!((below.stage.as_str(), below.centre.as_str()), ("answer", "Kibera"));

        let missing = vec![Missing::BelowWage(below.clone())];
        assert_eq!(start(&world, &project), Err(ProjectError::NotReady(missing)));
        assert_eq!(say_why(&world, &project, " \n"), Err(ProjectError::NoReason));
        say_why(&world, &project, "A trial of an hour, made up by a bonus.").unwrap();
        assert_eq!(record(&world, "project.below_wage"), ["A trial of an hour, made up by a bonus."]);
        // It was said of this pay: not of less.
        pay(&world, &project, &library, ("0.09", None)).unwrap();
        assert!(matches!(start(&world, &project), Err(ProjectError::NotReady(_))));
        say_why(&world, &project, "The bonus makes up for this too.").unwrap();
        pay(&world, &project, &library, ("0.11", None)).unwrap();
        assert_eq!(project.view().below_reason.as_deref(), Some("The bonus makes up for this too."));
        start(&world, &project).unwrap();
        assert_eq!(project.view().state, ProjectState::Running);
    });
}

#[test]
fn other_centres_ask_for_a_reason_of_their_own() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (kibera, kisumu) = (world.centre("Kibera"), world.centre("Kisumu"));
        set(&world, &kibera, hour("183.17")).unwrap();
        let project = world
            .project("questions")
            .at(&kibera)
            .paying("answer", "0.10")
            .paying("decide", "50")
            .file("a.csv", "shop\nDuka\n")
            .draft();
        say_why(&world, &project, "A trial.").unwrap();
        let (can, network, turn, there) =
            (project.may(), world.network(), world.turn(), [kibera.id, kisumu.id]);
        world.write(move |tx| draft::assign(tx, &can, &network, &there, &turn)).unwrap();
        assert_eq!(project.view().below_reason, None);
        assert!(matches!(start(&world, &project), Err(ProjectError::NotReady(_))));
    });
}

#[test]
fn pay_that_people_work_by_is_not_lowered_below_it_without_one() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let library = world.client("Library");
        let project = world
            .project("questions")
            .of(&library)
            .at(&kibera)
            .paying("answer", "50")
            .paying("decide", "50")
            .file("a.csv", "shop\nDuka\n")
            .running();
        set(&world, &kibera, hour("183.17")).unwrap();
        for reason in [None, Some("We like it cheap.")] {
            let refused = pay(&world, &project, &library, ("0.10", reason)).unwrap_err();
            assert!(matches!(&refused, ProjectError::BelowWage(all) if all.len() == 1), "{refused}");
        }
        assert_eq!((project.view().stages[0].pay, project.view().version), (50_000_000, 1));
        let operator = world.operator();
        let silent = pay(&world, &project, &operator, ("0.10", Some(" ")));
        assert!(matches!(silent, Err(ProjectError::BelowWage(_))));
        pay(&world, &project, &operator, ("0.10", Some("The centre asked for it."))).unwrap();
        let view = project.view();
        assert_eq!(
            (view.stages[0].pay, view.below_reason.as_deref()),
            (100_000, Some("The centre asked for it."))
        );
        pay(&world, &project, &library, ("0.10", None)).unwrap();
        assert!(project.view().below_reason.is_some(), "what is not lowered needs no new reason");
        assert!(pay(&world, &project, &library, ("0.09", None)).is_err());
    });
}

#[test]
fn an_hour_is_reckoned_from_the_median_of_what_was_accepted() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        set(&world, &kibera, hour("400")).unwrap();
        let rows: String = (0..30).map(|row| format!("Shop {row}\n")).collect();
        let project = world
            .project("questions")
            .spec(&json!({"answers": 1, "at_most": 1, "target": 0.5}))
            .at(&kibera)
            .paying("answer", "0.60")
            .paying("decide", "50")
            .file("a.csv", format!("shop\n{rows}"))
            .draft();
        say_why(&world, &project, "Not known yet.").unwrap();
        start(&world, &project).unwrap();
        let amina = kibera.worker("Amina");
        world.has_learnt(&amina, "questions", "answer");
        let lent = project.next(&amina, "answer", 20).unwrap();
        for (number, one) in lent.iter().enumerate() {
            assert_eq!(project.view().stages[0].pay_an_hour(), None, "after {number}");
            world.pass(Span::seconds(5));
            project.answer(&amina, one.task, &json!({"choice": 0})).unwrap();
        }
        let view = project.view();
        assert_eq!((view.stages[0].pace.millis, view.stages[0].pace.answers), (5_000, 20));
        assert_eq!(view.stages[0].pay_an_hour(), Some(432_000_000));
        assert!(view.below().is_empty(), "{:?}", view.below());
    });
}
