//! A pilot is worked on first; the rest waits until somebody has looked.

use kazi_app::listing::Ask;
use kazi_app::overview;
use kazi_app::projects::ProjectError;
use kazi_app::projects::pilot::{self, Pilot};
use kazi_app::rows::Columns;
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::{Project, World};
use kazi_app::work::{Mend, mend};
use kazi_db::testing::on_both;
use kazi_db::{DbError, params, sql};
use kazi_domain::policy::Actor;
use kazi_domain::{Id, ProjectState, Span, kind};
use serde_json::{Value, json};

use super::fresher::{book, learnt, line, page};

fn begin(world: &World, project: &Project<'_>, size: u32) -> Result<(), ProjectError> {
    let can = project.may();
    let drawn = world.read(move |read| pilot::drawn(read, &can, (size, 7)))?;
    let (can, terms, turn) = (project.may(), world.app.projects.clone(), world.turn());
    world.write(move |tx| pilot::begin(tx, &terms, &can, &drawn, &turn))
}

fn open_rest(world: &World, project: &Project<'_>) -> Result<(), ProjectError> {
    let (can, turn) = (project.may(), world.turn());
    world.write(move |tx| pilot::open_rest(tx, &can, &turn))
}

fn look(world: &World, project: &Project<'_>) -> Option<Pilot> {
    let can = project.may();
    world.read(move |read| pilot::look(read, &can)).unwrap()
}

/// What the worker's home says waits at a stage.
fn waiting(world: &World, project: &Project<'_>, who: &Actor, stage: &str) -> i64 {
    let (can, now, terms) = (overview::may_view_own(who).unwrap(), world.now(), world.app.projects.clone());
    let home = world.read(move |read| overview::home(read, &terms, &can, 180, now)).unwrap();
    let own = home.queues.iter().find(|queue| queue.project == project.id && queue.stage == stage);
    own.unwrap().waiting
}

fn answer_all(world: &World, project: &Project<'_>, who: &Actor, stage: &str, body: &Value) -> i64 {
    let mut given = 0;
    loop {
        assert!(waiting(world, project, who, stage) >= 0);
        let lent = project.next(who, stage, 10).unwrap();
        if lent.is_empty() {
            return given;
        }
        for task in lent {
            project.answer(who, task.task, body).unwrap();
            given += 1;
        }
        world.pass(Span::minutes(2));
    }
}

#[test]
fn only_the_pilot_is_lent_until_the_rest_is_opened() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (library, kibera) = (world.client("Library"), world.centre("Kibera"));
        let workers = ["Amina", "Baraka", "Daudi"].map(|name| kibera.worker(name));
        for worker in &workers {
            world.has_learnt(worker, "questions", "answer");
        }
        let table: String = (0..60).fold("shop\n".to_owned(), |table, row| format!("{table}Duka {row}\n"));
        let project = world
            .project("questions")
            .of(&library)
            .at(&kibera)
            .paying("answer", "0.50")
            .file("a.csv", table)
            .draft();
        assert_eq!(look(&world, &project), None);
        assert_eq!(open_rest(&world, &project), Err(ProjectError::NoPilot));
        for size in [0, 19, 60, 201] {
            assert_eq!(begin(&world, &project, size), Err(ProjectError::PilotSize), "{size}");
        }
        begin(&world, &project, 20).unwrap();
        let again = Err(ProjectError::NoWay { from: ProjectState::Running, to: ProjectState::Running });
        assert_eq!(begin(&world, &project, 20), again);
        assert_eq!(waiting(&world, &project, &workers[0], "answer"), 20, "home counts what asking gives");

        assert_eq!(answer_all(&world, &project, &workers[0], "answer", &json!({"choice": 0})), 20);
        assert_eq!(open_rest(&world, &project), Err(ProjectError::PilotNotDone(20)));
        for worker in &workers[1..] {
            assert_eq!(answer_all(&world, &project, worker, "answer", &json!({"choice": 0})), 20);
        }
        let done = look(&world, &project).unwrap();
        assert!(done.is_done() && done.running, "{done:?}");
        assert_eq!((done.items, done.finished), (20, 20));
        let outlook = done.outlook.unwrap();
        assert_eq!((outlook.cost, outlook.low, outlook.high), (90_000_000, 90_000_000, 90_000_000));
        assert_eq!(project.view().stages[0].pay_an_hour(), Some(360_000_000), "five seconds each");
        let (can, terms) = (project.may(), world.app.projects.clone());
        let ask = Ask { rows: 15, search: "0".to_owned(), ..Ask::default() };
        let listed = world.read(move |read| pilot::items(read, &terms, &can, &ask)).unwrap();
        assert!(!listed.rows.is_empty() && listed.rows.iter().all(|row| row.outcome.is_some()));

        open_rest(&world, &project).unwrap();
        assert_eq!(open_rest(&world, &project), Err(ProjectError::NoPilot));
        assert!(!look(&world, &project).unwrap().running);
        assert_eq!(waiting(&world, &project, &workers[0], "answer"), 40);
        for worker in &workers {
            assert_eq!(answer_all(&world, &project, worker, "answer", &json!({"choice": 0})), 40);
        }
        let view = project.view();
        assert_eq!((view.items, view.finished, view.cost), (60, 60, 90_000_000), "as it was foretold");
    });
}

#[test]
fn a_page_of_the_pilot_goes_through_all_its_stages_and_one_that_is_left_out_does_not_hold_it_up() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let spec = json!({"typists": 1, "machine_as_typist": false, "describe": false});
        let project = world.project("digitisation").spec(&spec).at(&kibera).pieces(book(&[1; 24])).draft();
        let [amina, otieno] =
            [kibera.worker("Amina"), kibera.reviewer("Otieno")].map(|actor| learnt(&world, actor));
        begin(&world, &project, 20).unwrap();
        assert_eq!(answer_all(&world, &project, &amina, "type", &line("the boat")), 20);
        // The pages that open because of that are the pilot's too.
        assert_eq!(waiting(&world, &project, &otieno, "proofread"), 20);
        let lent = project.next(&otieno, "proofread", 1).unwrap();
        let item = lent[0].item;
        assert_eq!(open_rest(&world, &project), Err(ProjectError::PilotNotDone(20)));
        let (can, terms, turn) = (project.may(), world.app.projects.clone(), world.turn());
        world.write(move |tx| mend(tx, &terms, &can, (item, &Mend::Drop), &turn)).unwrap();
        // The reviewer who held it is paid all the same.
        assert_eq!(answer_all(&world, &project, &otieno, "proofread", &page("The boat.")), 20);
        open_rest(&world, &project).unwrap();
        assert_eq!(answer_all(&world, &project, &amina, "type", &line("the boat")), 4);
        assert_eq!(answer_all(&world, &project, &otieno, "proofread", &page("The boat.")), 4);
        let view = project.view();
        assert_eq!((view.items, view.finished), (24, 24));
    });
}

#[test]
fn what_is_still_open_when_the_rest_opens_is_not_lost_in_the_pilots_lane() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let table: String = (0..30).fold("shop\n".to_owned(), |table, row| format!("{table}Duka {row}\n"));
        let project = world.project("questions").at(&kibera).file("a.csv", table).draft();
        begin(&world, &project, 20).unwrap();
        // As if every item had ended otherwise than by its task.
        let id = project.id;
        let ended = sql!(
            "update item set state = 'dropped' where id in (select item from pilot_item where project = $1)"
        );
        let id_param = move |tx: &mut kazi_db::Tx<'_>| -> Result<u64, DbError> {
            use kazi_app::rows::Param;
            tx.execute(ended, params![id.param()])
        };
        assert_eq!(world.write(id_param).unwrap(), 20);
        open_rest(&world, &project).unwrap();
        let left = world.read(move |read| -> Result<Vec<Id<kind::Task>>, DbError> {
            use kazi_app::rows::Param;
            let sql = sql!("select id from task where project = $1 and lane = 3 and open > 0");
            read.query_all(sql, params![id.param()], |row| row.id(0))
        });
        assert_eq!(left.unwrap(), []);
    });
}
