//! The operator's board: what projects under way need, the most urgent first.

use kazi_app::bound::HeadError;
use kazi_app::listing::Ask;
use kazi_app::projects::board::{self, Board, Filter, Why};
use kazi_app::rows::Param;
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::{Centre, Project, World};
use kazi_db::testing::on_both;
use kazi_db::{DbError, Sql, params, sql};
use kazi_domain::Span;
use serde_json::json;

use crate::presence::{rows, workers};

/// Looks at everything that was not looked at since a while, as the server does; how many projects that was.
fn look(world: &World, since: Span) -> usize {
    let (projects, now) = (world.app.projects.clone(), world.now());
    let looked = world.read(move |read| board::look(read, &projects, (now - since, 100), now)).unwrap();
    let count = looked.len();
    world.write(move |tx| board::keep(tx, &looked, now)).unwrap();
    count
}

fn board(world: &World, filter: Filter, ask: Ask) -> Board {
    let (projects, can, now) =
        (world.app.projects.clone(), board::may_see(&world.operator()).unwrap(), world.now());
    let found = world.read(move |read| board::board(read, &projects, &can, (&filter, &ask), now));
    found.map_err(|error: HeadError| error.to_string()).unwrap()
}

fn told(board: &Board) -> Vec<(String, Vec<&'static str>)> {
    board.page.rows.iter().map(|row| (row.name.clone(), row.why.iter().map(Why::word).collect())).collect()
}

fn needy(world: &World) -> Vec<(String, Vec<&'static str>)> {
    told(&board(world, Filter::default(), Ask::default()))
}

fn change(world: &World, project: &Project<'_>, statement: &'static Sql) {
    let id = project.id;
    let changed: Result<u64, DbError> = world.write(move |tx| tx.execute(statement, params![id.param()]));
    assert!(changed.unwrap() > 0);
}

fn running<'w>(world: &'w World, kibera: &Centre<'_>, name: &str) -> Project<'w> {
    world.project("questions").named(name).at(kibera).file("a.csv", rows(4)).running()
}

#[test]
fn what_needs_the_operator_comes_first_with_its_reason() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let [amina] = workers(&world, &kibera, ["Amina"]);
        let project = |name| running(&world, &kibera, name);
        let (well, stuck, failed, alone, waits) =
            (project("Well"), project("Stuck"), project("Failed"), project("Alone"), project("Waits"));
        world.project("questions").named("Draft").at(&kibera).file("a.csv", rows(4)).draft();
        look(&world, Span::ZERO);
        assert!(needy(&world).is_empty(), "all is well");
        let all = board(&world, Filter { all: true, ..Filter::default() }, Ask::default());
        assert_eq!(all.page.rows.len(), 5, "a draft is not under way");

        change(&world, &stuck, sql!("update item set state = 'stuck' where project = $1"));
        change(
            &world,
            &failed,
            sql!("update project set state = 'failed', problem = 'no disk' where id = $1"),
        );
        change(&world, &alone, sql!("delete from project_centre where project = $1"));
        change(&world, &waits, sql!("update project set state = 'delivered' where id = $1"));
        change(
            &world,
            &waits,
            sql!(
                "insert into delivery (id, project, made_at) select id, id, started_at from project where id = $1"
            ),
        );
        look(&world, Span::ZERO);
        let expected = [
            ("Failed".to_owned(), vec!["failed"]),
            ("Stuck".to_owned(), vec!["stuck"]),
            ("Alone".to_owned(), vec!["no_centre"]),
        ];
        assert_eq!(needy(&world), expected);

        // A day later nobody has worked on two, and somebody has on one; three days later the client is asked after.
        world.pass(Span::minutes(24 * 60));
        let lent = well.next(&amina, "answer", 1).unwrap();
        well.answer(&amina, lent[0].task, &json!({"choice": 0})).unwrap();
        look(&world, Span::minutes(5));
        assert_eq!(needy(&world)[1], ("Stuck".to_owned(), vec!["stuck", "nobody_works"]));
        world.pass(Span::minutes(2 * 24 * 60));
        look(&world, Span::minutes(5));
        let names: Vec<String> = needy(&world).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["Failed", "Stuck", "Alone", "Well", "Waits"]);
        let only =
            |why: &str| told(&board(&world, Filter { why: why.to_owned(), all: false }, Ask::default()));
        assert_eq!(only("undecided"), [("Waits".to_owned(), vec!["undecided"])]);
        assert_eq!(only("stuck").len(), 1);
        let ask = Ask { search: "ail".to_owned(), ..Ask::default() };
        assert_eq!(told(&board(&world, Filter::default(), ask)), [("Failed".to_owned(), vec!["failed"])]);
    });
}

#[test]
fn what_was_mended_is_not_shown_and_what_ended_leaves() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let project = running(&world, &kibera, "Stuck");
        change(&world, &project, sql!("update item set state = 'stuck' where project = $1"));
        assert_eq!(
            (look(&world, Span::ZERO), look(&world, Span::minutes(5))),
            (1, 0),
            "once in a while is enough"
        );
        assert_eq!(needy(&world), [("Stuck".to_owned(), vec!["stuck"])]);
        change(&world, &project, sql!("update item set state = 'open' where project = $1"));
        world.pass(Span::minutes(2));
        assert_eq!(
            needy(&world),
            [("Stuck".to_owned(), vec![])],
            "the row stays until the next look, the reason does not"
        );
        look(&world, Span::ZERO);
        assert!(needy(&world).is_empty());
        change(&world, &project, sql!("update project set state = 'cancelled' where id = $1"));
        look(&world, Span::ZERO);
        assert!(
            board(&world, Filter { all: true, ..Filter::default() }, Ask::default()).page.rows.is_empty()
        );
    });
}

#[test]
fn pay_below_a_living_wage_and_failed_jobs_are_told_until_somebody_acts() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        let project = running(&world, &kibera, "Cheap");
        let wage = sql!(
            "update centre set wage = 900000000000, wage_currency = 'KES', wage_source = 'A report', wage_as_of = '2026' \
             where id = (select centre from project_centre where project = $1)"
        );
        change(&world, &project, wage);
        let job = sql!(
            "insert into job (id, kind, subject, body, state, run_at, tries, most_tries, done, parts, cancel, made_at) \
             select id, 'split', id, '', 'failed', 0, 5, 5, 0, 0, 0, 0 from source where project = $1"
        );
        change(&world, &project, job);
        look(&world, Span::ZERO);
        let found = board(&world, Filter::default(), Ask::default());
        assert_eq!(told(&found), [("Cheap".to_owned(), vec!["jobs_failed", "below_wage"])]);
        assert_eq!((found.jobs, found.letters), (1, 0));
        let stages = ["answer", "decide"].map(str::to_owned).to_vec();
        assert_eq!(found.page.rows[0].why[1], Why::BelowWage { stages });
        change(
            &world,
            &project,
            sql!("update project set below_wage = 'A trial.', below_wage_version = version where id = $1"),
        );
        change(
            &world,
            &project,
            sql!(
                "update job set state = 'cancelled' where subject in (select id from source where project = $1)"
            ),
        );
        look(&world, Span::ZERO);
        assert!(needy(&world).is_empty());
    });
}

#[test]
fn the_board_is_told_by_pages_and_is_for_the_operator_alone() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let kibera = world.centre("Kibera");
        for number in 0..7 {
            let project = running(&world, &kibera, &format!("Project {number}"));
            if number % 2 == 0 {
                change(&world, &project, sql!("update item set state = 'stuck' where project = $1"));
            } else {
                change(&world, &project, sql!("delete from project_centre where project = $1"));
            }
        }
        look(&world, Span::ZERO);
        let (mut ask, mut names) = (Ask { rows: 2, ..Ask::default() }, Vec::new());
        loop {
            let page = board(&world, Filter::default(), ask.clone()).page;
            names.extend(page.rows.into_iter().map(|row| row.name.trim_start_matches("Project ").to_owned()));
            match page.next {
                Some(next) => ask.after = Some(next),
                None => break,
            }
        }
        assert_eq!(names.join(""), "0246135", "the worse reason first, then the older project");
        for actor in [world.client("Library"), kibera.team_leader("Juma"), kibera.worker("Amina")] {
            assert!(board::may_see(&actor).is_none());
        }
    });
}
