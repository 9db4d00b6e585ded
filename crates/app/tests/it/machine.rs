//! The machine's reading as one more typist: measured on known truths, and never shown to a typist.

use kazi_app::gold;
use kazi_app::rows::Param;
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::{Project, World};
use kazi_app::work::{self, Shown};
use kazi_db::testing::on_both;
use kazi_db::{DbError, params, sql};
use kazi_domain::policy::{Actor, MendProject};
use kazi_domain::{Id, kind};
use kazi_formats::raster::{Bitonal, Raster, Run, decode_png, encode_png};
use kazi_services::Who;
use serde_json::{Value, json};

const LINE: &[u8] = include_bytes!("../../../services/src/digitisation/practice/exact.png");
/// What the machine reads on every line.
const READ: &str = "a bat on the mat";

/// A page with the same line so many times.
fn page(lines: u32) -> Vec<u8> {
    let mut sheet = Bitonal::white(1_300, 200 + 100 * lines).with_dpi(Some(300));
    let Raster::Bitonal(line) = decode_png(LINE, 1 << 20).unwrap() else { panic!("a bitonal line") };
    for number in 0..lines {
        for run in line.runs() {
            sheet.draw(Run { y: run.y + 100 + 100 * number, start: run.start + 60, end: run.end + 60 });
        }
    }
    encode_png(&Raster::Bitonal(sheet)).unwrap()
}

/// The lines of the project, which the machine has read.
fn lines(world: &World, project: &Project<'_>) -> Vec<Id<kind::Item>> {
    let id = project.id;
    let read = sql!("update item set machine = $2 where project = $1 and kind = 'line'");
    let list = sql!("select id from item where project = $1 and kind = 'line' order by position");
    world
        .write(move |tx| -> Result<_, DbError> {
            use kazi_app::rows::Columns;
            tx.execute(read, params![id.param(), line(READ).to_string()])?;
            tx.query_all(list, params![id.param()], |row| row.id(0))
        })
        .unwrap()
}

fn line(text: &str) -> Value {
    json!({"is": "line", "text": text})
}

fn know(world: &World, project: &Project<'_>, item: Id<kind::Item>, truth: &str) -> Id<kind::Task> {
    let can = project.may_as::<MendProject>(&world.operator());
    let (terms, turn, truth) = (world.app.projects.clone(), world.turn(), line(truth).to_string());
    world.write(move |tx| gold::add(tx, &terms, &can, (item, "type", &truth), &turn)).unwrap()
}

fn shown(world: &World, project: &Project<'_>, actor: &Actor, task: Id<kind::Task>) -> Shown {
    let (terms, actor, id) = (world.app.projects.clone(), actor.clone(), project.id);
    world
        .write(move |tx| {
            let permit = work::permit(tx, &actor, id)?;
            work::show(tx, &terms, &permit, task)
        })
        .unwrap()
}

/// How far the machine is trusted on a task that a reviewer decides.
fn trust(world: &World, project: &Project<'_>, reviewer: &Actor, task: Id<kind::Task>) -> f64 {
    let shown = shown(world, project, reviewer, task);
    let machine = shown.readings.iter().find(|reading| reading.who == Who::Machine).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&machine.answer).unwrap(), line(READ));
    machine.reliability
}

#[test]
fn the_machine_is_measured_on_known_truths_and_never_shown_to_a_typist() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let project = world.project("digitisation").at(&kibera).file("page.png", page(6)).running();
        let all = lines(&world, &project);
        assert_eq!(all.len(), 6);
        let (amina, juma, chausiku) =
            (kibera.worker("Amina"), kibera.worker("Juma"), kibera.reviewer("Chausiku"));
        for person in [&amina, &juma] {
            world.has_learnt(person, "digitisation", "type");
        }

        // Two people and the machine read three different letters: a reviewer decides.
        for (person, text) in [(&amina, "a cat on the mat"), (&juma, "a hat on the mat")] {
            let lent = project.next(person, "type", 1).unwrap();
            let task = shown(&world, &project, person, lent[0].task);
            let sent = format!("{task:?}");
            assert!(task.readings.is_empty() && !sent.contains("bat"), "a typist sees a reading: {sent}");
            project.answer(person, lent[0].task, &line(text)).unwrap();
        }
        let decided = project.next(&chausiku, "resolve", 1).unwrap()[0].task;
        assert!((trust(&world, &project, &chausiku, decided) - 0.97).abs() < 1e-9, "a careful belief");

        // Two known truths: sixteen letters read well, and sixteen with one wrong.
        know(&world, &project, all[4], READ);
        let wrong = know(&world, &project, all[5], "a cat on the mat");
        let machine = project.view().stages[0].machine;
        assert_eq!(machine.settled, None);
        let known = machine.gold.unwrap();
        assert_eq!((known.units, known.errors), (32, 1));
        let expected = f64::from(31 + 970) / f64::from(32 + 1_000);
        assert!((trust(&world, &project, &chausiku, decided) - expected).abs() < 1e-9);

        // A truth that is retired says nothing of the machine any more.
        let (can, turn) = (project.may_as::<MendProject>(&world.operator()), world.turn());
        world.write(move |tx| gold::retire(tx, &can, wrong, &turn)).unwrap();
        let known = project.view().stages[0].machine.gold.unwrap();
        assert_eq!((known.units, known.errors), (16, 0));
        assert!(trust(&world, &project, &chausiku, decided) > 0.97);
    });
}
