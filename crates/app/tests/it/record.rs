//! The record of what happened: every change leaves a row, every row vouches for those before it.

use kazi_app::journal::{self, Entry, Verdict, Wish, chain::Fault};
use kazi_app::listing::Ask;
use kazi_app::network::{centres, organisations};
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::World;
use kazi_db::testing::on_both;
use kazi_db::{DbError, Sql, params, sql};
use kazi_domain::policy::Actor;
use kazi_domain::{Moment, Span};

fn verdict(world: &World) -> Verdict {
    world.read(journal::verify).unwrap()
}

/// Does to the database what no use case would.
fn meddle(world: &World, statement: &'static Sql) {
    world.write(move |tx| tx.execute(statement, params![])).unwrap();
}

/// The words of what was done, as this reader sees it.
fn read(world: &World, by: &Actor, wish: Wish, search: &str) -> Vec<String> {
    let (can, ask) = (journal::may_view(by).unwrap(), Ask { search: search.to_owned(), ..Ask::default() });
    let page = world.read(move |read| journal::list(read, &can, &wish, &ask)).unwrap();
    page.rows.into_iter().map(|row| row.kind).collect()
}

#[test]
fn the_record_is_whole_until_somebody_meddles_with_it() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        world.centre("Kibera");
        world.client("Library");
        let whole = verdict(&world);
        assert!(whole.is_whole() && whole.rows >= 5 && whole.chains >= 1, "{whole:?}");
        assert_eq!((whole.older, whole.outside), (0, 0));

        meddle(&world, sql!("update event set body = body || '.' where kind = 'centre.made'"));
        let broken = verdict(&world).broken.unwrap();
        assert_eq!(broken.fault, Fault::Changed);
        let named = sql!("select id from event where kind = 'centre.made'");
        let id = world.read(move |read| read.query_one(named, &[], |row| row.get::<[u8; 16]>(0))).unwrap();
        assert_eq!(*broken.id.unwrap().as_bytes(), id, "the first row that is not as it was is named");
    });
}

#[test]
fn a_row_that_is_taken_out_or_slipped_in_is_found() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        world.client("Library");
        meddle(&world, sql!("delete from event where kind = 'organisation.made'"));
        assert!(verdict(&world).broken.is_some());
    });
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        world.client("Library");
        meddle(&world, sql!("delete from event where id = (select id from event order by id desc limit 1)"));
        let broken = verdict(&world).broken;
        // Which chain is cut depends on the connection; that one is cut does not.
        assert!(broken.is_some_and(|seen| matches!(seen.fault, Fault::CutOff | Fault::Gap)));
    });
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        world.pass(Span::minutes(5));
        let (at, forged) = (
            world.now(),
            sql!(
                "insert into event (id, at, person, kind, project, subject, body) values ($1, $2, null, 'key.made', null, null, '')"
            ),
        );
        world.write(move |tx| tx.execute(forged, params![&[7_u8; 16], at.micros()])).unwrap();
        let slipped = verdict(&world);
        assert!(!slipped.is_whole() && slipped.outside == 1, "{slipped:?}");
    });
}

#[test]
fn rows_from_before_there_were_chains_are_counted_and_no_fault() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let old = sql!(
            "insert into event (id, at, person, kind, project, subject, body) values ($1, 1000, null, 'key.made', null, null, '')"
        );
        world.write(move |tx| tx.execute(old, params![&[0_u8; 16]])).unwrap();
        let found = verdict(&world);
        assert!(found.is_whole() && found.older == 1, "{found:?}");
    });
}

#[test]
fn many_at_once_keep_every_chain_whole() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let before = verdict(&world).rows;
        std::thread::scope(|scope| {
            for n in 0..8 {
                let world = &world;
                scope.spawn(move || {
                    for m in 0..10 {
                        let (can, turn, name) = (world.network(), world.turn(), format!("Client {n} {m}"));
                        let kind = organisations::OrganisationKind::Client;
                        world.write(move |tx| organisations::create(tx, &can, kind, &name, &turn)).unwrap();
                    }
                });
            }
        });
        let after = verdict(&world);
        assert!(after.is_whole(), "{after:?}");
        assert_eq!(after.rows, before + 80);
        let exported = world.read(|read| {
            let mut all = Vec::new();
            journal::export(read, |line, hash| {
                all.push((line.lane, line.number, hash.len()));
                Ok(())
            })?;
            Ok::<_, DbError>(all)
        });
        let exported = exported.unwrap();
        assert_eq!(exported.len(), usize::try_from(after.rows).unwrap());
        assert!(exported.is_sorted() && exported.iter().all(|(_, _, hash)| *hash == 32));
    });
}

#[test]
fn what_is_undone_leaves_no_row() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let before = verdict(&world).rows;
        let (can, turn) = (world.network(), world.turn());
        let client = world.operator().organisation;
        let refused = world.write(move |tx| {
            let centre = centres::create(tx, &can, client, ("Kibera", 180), &turn)?;
            centres::create(tx, &can, client, ("", 180), &turn).map(|_| centre)
        });
        assert_eq!(refused, Err(centres::CentreError::NoName));
        assert_eq!(verdict(&world).rows, before);
    });
}

#[test]
fn the_operator_reads_all_and_a_lead_what_is_about_their_own() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (client, museum) = (world.client("Library"), world.client("Museum"));
        let lead = world.client_lead(&client, "Library");
        world.centre("Kibera").worker("Amina");
        assert!(journal::may_view(&client).is_none());
        let own = read(&world, &lead, Wish::default(), "");
        assert_eq!(own, ["person.made", "person.made", "organisation.made"]);
        let everything = read(&world, &world.operator(), Wish::default(), "");
        assert!(everything.len() > own.len() && everything.contains(&"centre.made".to_owned()));
        let about = || Wish { object: Some(*museum.person.as_bytes()), ..Wish::default() };
        assert_eq!(read(&world, &world.operator(), about(), ""), ["person.made"]);
        assert!(read(&world, &lead, about(), "").is_empty(), "of the museum the library reads nothing");
        assert_eq!(
            read(&world, &world.operator(), Wish { kind: "centre.made".to_owned(), ..Wish::default() }, ""),
            ["centre.made"]
        );
        assert_eq!(read(&world, &world.operator(), Wish::default(), "AMINA"), ["person.made"]);
    });
}

#[test]
fn the_record_is_read_by_time_and_page_by_page() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let start = world.now();
        for day in 0..6 {
            world.pass(Span::minutes(24 * 60));
            let (turn, id) = (world.turn(), world.operator().organisation);
            let entry = Entry::about("organisation.renamed", id).saying(format!("day {day}"));
            world.write(move |tx| journal::note(tx, &turn, &entry)).unwrap();
        }
        let day = |n: u32| -> Moment { start + Span::minutes(24 * 60 * n) };
        let wish = Wish { from: Some(day(2)), before: Some(day(5)), ..Wish::default() };
        let can = journal::may_view(&world.operator()).unwrap();
        let (mut after, mut seen) = (None, Vec::new());
        loop {
            let (can, wish, ask) = (can.clone(), wish.clone(), Ask { after, rows: 2, search: String::new() });
            let page = world.read(move |read| journal::list(read, &can, &wish, &ask)).unwrap();
            seen.extend(page.rows.into_iter().map(|row| row.body));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, ["day 3", "day 2", "day 1"]);
    });
}
