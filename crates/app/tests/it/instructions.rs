//! Instructions that change while people work by them.

use std::collections::BTreeMap;

use kazi_app::instructions::{self, News, Version};
use kazi_app::listing::Ask;
use kazi_app::projects::trouble::{self, AnswerOf};
use kazi_app::projects::{Edit, ProjectError, draft, life};
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::{Project, World};
use kazi_app::work::{self, WorkError};
use kazi_db::DbError;
use kazi_db::testing::on_both;
use kazi_domain::Id;
use kazi_domain::kind;
use kazi_domain::policy::{Actor, MendProject};
use serde_json::json;

fn change(
    world: &World,
    project: &Project<'_>,
    (body, changed): (&str, Option<&str>),
) -> Result<(), ProjectError> {
    let view = project.view();
    let edit = Edit {
        version: view.version,
        name: view.name,
        spec: view.spec,
        instructions: body.to_owned(),
        currency: view.currency,
        gold_every: 0,
        pay: BTreeMap::new(),
        changed: changed.map(str::to_owned),
        below_reason: None,
    };
    let (can, turn) = (project.may(), world.turn());
    world.write(move |tx| draft::edit(tx, &can, &edit, &turn))
}

fn versions(world: &World, project: &Project<'_>, search: &str) -> Vec<Version> {
    let (can, search) = (project.may(), search.to_owned());
    world
        .read(move |read| {
            let ask = Ask { search: search.clone(), rows: 2, ..Ask::default() };
            let (mut all, mut before) = (Vec::new(), None);
            loop {
                let page = instructions::list(read, &can, before, &ask)?;
                all.extend(page.rows);
                before = all.last().map(|one: &Version| one.version);
                if page.next.is_none() {
                    return Ok::<_, DbError>(all);
                }
            }
        })
        .unwrap()
}

fn news(world: &World, project: &Project<'_>, who: &Actor) -> News {
    let (projects, who, id) = (world.app.projects.clone(), who.clone(), project.id);
    world
        .read(move |read| {
            let permit = work::permit(read, &who, id)?;
            let head = projects.head(read, id)?;
            Ok::<_, WorkError>(instructions::news(read, &permit.can, &head)?)
        })
        .unwrap()
}

fn confirm(world: &World, project: &Project<'_>, who: &Actor, version: i64) {
    let (projects, who, id, turn) = (world.app.projects.clone(), who.clone(), project.id, world.turn());
    world
        .write(move |tx| {
            let permit = work::permit(tx, &who, id)?;
            let head = projects.head(tx, id)?;
            Ok::<_, WorkError>(instructions::confirm(tx, &permit.can, &head, version, &turn)?)
        })
        .unwrap();
}

/// The version under which each answer to an item was given.
fn given_under(world: &World, project: &Project<'_>, item: Id<kind::Item>) -> Vec<i64> {
    let can = project.may_as::<MendProject>(&world.operator());
    let answers: Vec<AnswerOf> = world.read(move |read| trouble::answers(read, &can, item)).unwrap();
    answers.into_iter().map(|answer| answer.instructions).collect()
}

#[test]
fn a_drafts_instructions_are_written_over_and_later_ones_are_versions() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let project = world.project("questions").at(&kibera).file("a.csv", "shop\nDuka\n").draft();
        change(&world, &project, ("Look well.", None)).unwrap();
        assert_eq!(versions(&world, &project, "").len(), 1, "nobody works by a draft");
        let (can, turn, terms) = (project.may(), world.turn(), world.app.projects.clone());
        world.write(move |tx| life::start(tx, &terms, &can, &turn)).unwrap();

        assert_eq!(change(&world, &project, ("Look twice.", Some(" "))), Err(ProjectError::NothingSaid));
        assert_eq!(change(&world, &project, ("Look well.", None)), Ok(()), "nothing changed in them");
        change(&world, &project, ("Look twice.", Some("Look twice,\nnot once."))).unwrap();
        change(&world, &project, ("Look thrice.", Some("Three times."))).unwrap();
        let all = versions(&world, &project, "");
        let told: Vec<_> =
            all.iter().map(|one| (one.version, one.body.as_str(), one.before.as_str())).collect();
        assert_eq!(
            told,
            [(3, "Look thrice.", "Look twice."), (2, "Look twice.", "Look well."), (1, "Look well.", "")]
        );
        assert_eq!((all[1].changed.as_str(), all[0].made_by.as_str()), ("Look twice, not once.", "Wanjiru"));
        assert_eq!(project.view().instructions_version, 3);
        let found = versions(&world, &project, "three");
        assert_eq!(found.iter().map(|one| one.version).collect::<Vec<_>>(), [3]);
    });
}

#[test]
fn what_changed_is_read_once_before_the_next_task() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let rows = "shop\nDuka\nSoko\nKiosk\n";
        let project = world.project("questions").at(&kibera).file("a.csv", rows).running();
        let [amina, baraka] = ["Amina", "Baraka"].map(|name| kibera.worker(name));
        for worker in [&amina, &baraka] {
            world.has_learnt(worker, "questions", "answer");
        }
        let lent = project.next(&amina, "answer", 2).unwrap();
        project.answer(&amina, lent[0].task, &json!({"choice": 0})).unwrap();
        change(&world, &project, ("Look twice.", Some("Twice."))).unwrap();
        change(&world, &project, ("Look thrice.", Some("Thrice."))).unwrap();

        assert!(matches!(project.next(&amina, "answer", 1), Err(WorkError::ReadFirst)));
        // What is in her hands she may still send: she gave it under what she knew.
        project.answer(&amina, lent[1].task, &json!({"choice": 0})).unwrap();
        assert_eq!(given_under(&world, &project, lent[1].item), [1]);
        let told = news(&world, &project, &amina);
        assert_eq!((told.version, told.confirmed, told.body.as_str()), (3, false, "Look thrice."));
        assert_eq!(told.changes, ["Twice.", "Thrice."]);
        confirm(&world, &project, &amina, 2);
        assert!(matches!(project.next(&amina, "answer", 1), Err(WorkError::ReadFirst)), "one is still new");
        assert_eq!(news(&world, &project, &amina).changes, ["Thrice."]);
        confirm(&world, &project, &amina, 99);
        assert!(matches!(project.next(&amina, "answer", 1), Err(WorkError::ReadFirst)), "there is no such");
        confirm(&world, &project, &amina, 3);
        confirm(&world, &project, &amina, 1);
        assert!(news(&world, &project, &amina).confirmed, "what was read stays read");
        let next = project.next(&amina, "answer", 1).unwrap();
        project.answer(&amina, next[0].task, &json!({"choice": 0})).unwrap();
        assert_eq!(given_under(&world, &project, next[0].item), [3]);

        let fresh = news(&world, &project, &baraka);
        assert!(fresh.changes.is_empty() && !fresh.confirmed, "who comes new reads them whole: {fresh:?}");
        assert!(matches!(project.next(&baraka, "answer", 1), Err(WorkError::ReadFirst)));
        confirm(&world, &project, &baraka, 3);
        assert_eq!(project.next(&baraka, "answer", 1).unwrap().len(), 1);
    });
}
