//! What people answered becomes the client's files.

use futures_util::TryStreamExt;
use kazi_app::delivery::{self, Delivery};
use kazi_app::rows::Param;
use kazi_app::schema::MIGRATIONS;
use kazi_app::work::{Given, answer, next, permit};
use kazi_db::testing::on_both;
use kazi_db::{DbError, params, sql};
use kazi_domain::policy::{Actor, TakeDelivery};
use kazi_domain::{Id, kind};

use crate::house::House;

/// Gives a project to a centre with two workers.
fn team(house: &House, project: Id<kind::Project>) -> [Actor; 2] {
    let centre = house.world.centre("Kibera");
    let (id, insert) = (centre.id, sql!("insert into project_centre (centre, project) values ($1, $2)"));
    house
        .world
        .write(move |tx| -> Result<u64, DbError> { tx.execute(insert, params![id.param(), project.param()]) })
        .unwrap();
    [centre.worker("Amina"), centre.worker("Baraka")]
}

/// The worker answers all that there is at a stage, each task with the worker's word.
fn answer_all(
    house: &House,
    project: Id<kind::Project>,
    worker: &Actor,
    stage: &'static str,
    word: &str,
) -> usize {
    let mut given = 0;
    loop {
        let (actor, projects, turn) = (worker.clone(), house.projects.clone(), house.world.turn());
        let lent = house
            .world
            .write(move |tx| {
                let permit = permit(tx, &actor, project)?;
                next(tx, &projects, &permit, stage, 10, &turn)
            })
            .unwrap();
        if lent.is_empty() {
            return given;
        }
        for task in lent {
            let (actor, projects, turn) = (worker.clone(), house.projects.clone(), house.world.turn());
            let given =
                Given { id: turn.mint(), task: task.task, body: format!("\"{word}\""), millis: 1_000 };
            house.world.write(move |tx| answer(tx, &projects, &actor, &given, &turn)).unwrap();
        }
        given += 1;
    }
}

fn do_all_work(house: &House, project: Id<kind::Project>) {
    let [amina, baraka] = team(house, project);
    for stage in ["type", "read"] {
        answer_all(house, project, &amina, stage, "amina");
        answer_all(house, project, &baraka, stage, "baraka");
    }
}

fn sweep(house: &House) -> Vec<Id<kind::Project>> {
    house.runtime.block_on(delivery::sweep(&house.world.app.db)).unwrap()
}

fn deliveries(house: &House, project: Id<kind::Project>) -> Vec<Delivery> {
    let can = house.can::<TakeDelivery>(project);
    house.world.read(move |read| delivery::deliveries(read, &can)).unwrap()
}

fn text(house: &House, project: Id<kind::Project>, of: &Delivery, name: &'static str) -> String {
    let (can, id) = (house.can::<TakeDelivery>(project), of.id);
    let file = house.world.read(move |read| delivery::file(read, &can, id, name)).unwrap().unwrap();
    let bytes = house.runtime.block_on(async {
        let stream = delivery::open_file(&house.blobs, &file).await.unwrap();
        stream.try_collect::<Vec<_>>().await.unwrap().concat()
    });
    assert_eq!(u64::try_from(bytes.len()).unwrap(), file.bytes);
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_finished_project_is_delivered() {
    on_both(MIGRATIONS, |db| {
        let house = House::new(db);
        let project = house.project("notes", "running");
        house.add(
            project,
            "one.txt",
            "piece - page p1\npiece 0 line p1/a\npicture 0 line b\npiece 0 rule p1/r\n",
        );
        house.add(project, "bad.txt", "refuse\n");
        house.add(project, "two.txt", "piece - line c\npiece - rule d\n");
        assert_eq!(sweep(&house), [], "nothing is split yet");
        house.drain().unwrap();
        assert_eq!(sweep(&house), [], "nothing is answered yet");
        do_all_work(&house, project);
        assert_eq!(sweep(&house), [project]);
        assert_eq!(sweep(&house), [], "only once");
        assert_eq!(house.state(project).0, "assembling");
        house.drain().unwrap();
        assert_eq!(house.state(project), ("delivered".to_owned(), None));
        let all = deliveries(&house, project);
        let names: Vec<&str> = all[0].files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!((all.len(), names), (1, vec!["all.txt", "pictures/b.png", "report.json"]));
        let lines = [
            "one.txt p1 \"baraka\" by 2 (read:amina read:baraka)\n",
            "  one.txt p1/a \"baraka\" by 2 (type:amina type:baraka)\n",
            "  one.txt b \"baraka\" by 2 (type:amina type:baraka)\n",
            "  one.txt p1/r \"\" by 0 ()\n",
            "two.txt c \"baraka\" by 2 (type:amina type:baraka)\n",
            "two.txt d \"\" by 0 ()\n",
        ];
        assert_eq!(text(&house, project, &all[0], "all.txt"), lines.concat());
        assert_eq!(text(&house, project, &all[0], "pictures/b.png"), "b");
        assert_eq!(text(&house, project, &all[0], "report.json"), "{\"title\":\"Book\",\"items\":6}");
        let (can, id) = (house.can::<TakeDelivery>(house.project("notes", "draft")), all[0].id);
        let hidden = house.world.read(move |read| delivery::file(read, &can, id, "all.txt")).unwrap();
        assert_eq!(hidden, None, "not through another project");
        let left = std::fs::read_dir(house.blobs.spool_folder()).unwrap().count();
        assert_eq!(left, 1, "only the folder of uploads");
    });
}

#[test]
fn a_delivery_that_cannot_be_made_says_why_and_can_be_tried_again() {
    on_both(MIGRATIONS, |db| {
        let house = House::new(db);
        let project = house.project("notes", "running");
        house.add(project, "one.txt", "piece - line fault\n");
        house.drain().unwrap();
        do_all_work(&house, project);
        assert_eq!(sweep(&house), [project]);
        house.drain().unwrap();
        let why = "The delivery could not be made: an item cannot be laid out.".to_owned();
        assert_eq!(house.state(project), ("failed".to_owned(), Some(why)));
        assert_eq!(deliveries(&house, project), []);
        // What was wrong is put right, and the project is set running again.
        let mend = sql!("update item set key = 'right' where project = $1");
        house
            .world
            .write(move |tx| -> Result<u64, DbError> { tx.execute(mend, params![project.param()]) })
            .unwrap();
        house.set_state(project, "running");
        assert_eq!(sweep(&house), [project]);
        house.drain().unwrap();
        assert_eq!(house.state(project), ("delivered".to_owned(), None));
        assert_eq!(deliveries(&house, project).len(), 1);
    });
}

#[test]
fn a_project_without_items_is_never_finished() {
    on_both(MIGRATIONS, |db| {
        let house = House::new(db);
        let project = house.project("notes", "running");
        house.add(project, "bad.txt", "refuse\n");
        house.drain().unwrap();
        assert_eq!(sweep(&house), []);
    });
}
