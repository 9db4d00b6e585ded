//! What somebody takes away of themselves: all of it, and nothing of others.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use futures_util::StreamExt;
use kazi_app::access::device;
use kazi_app::network::{NotForYou, own_data};
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::World;
use kazi_db::testing::on_both;
use kazi_db::{DbError, params, sql};
use kazi_domain::policy::{Actor, Can, TakeOwnData};
use kazi_domain::{Id, kind};
use serde_json::{Value, json};

fn may(world: &World, who: &Actor, person: &Actor) -> Result<Can<TakeOwnData>, NotForYou> {
    let (actor, person) = (who.clone(), person.person);
    world.read(move |read| own_data::may_take(read, &actor, person))
}

/// The files of the archive by name.
fn taken(world: &World, can: &Can<TakeOwnData>) -> BTreeMap<String, String> {
    let (proof, turn) = (can.clone(), world.turn());
    world.write(move |tx| own_data::note(tx, &proof, &turn)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let pieces: Vec<_> = runtime.block_on(own_data::stream(&world.app.db, can).collect());
    let bytes: Vec<u8> = pieces.into_iter().flat_map(|piece| piece.unwrap()).collect();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = BTreeMap::new();
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        files.insert(file.name().unwrap().into_owned(), text);
    }
    files
}

fn rows(files: &BTreeMap<String, String>, name: &str) -> Vec<Value> {
    serde_json::from_str(&files[name]).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn a_worker_gets_all_of_their_own_and_nothing_of_others() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (library, kibera) = (world.client("Library"), world.centre("Kibera"));
        let (amina, baraka) = (kibera.worker("Amina"), kibera.worker("Baraka"));
        let juma = kibera.team_leader("Juma");
        let project =
            world.project("questions").of(&library).at(&kibera).file("a.csv", "shop\nDuka\nSoko\n").running();
        for worker in [&amina, &baraka] {
            world.has_learnt(worker, "questions", "answer");
            for lent in project.next(worker, "answer", 2).unwrap() {
                project.answer(worker, lent.task, &json!({"choice": 0})).unwrap();
            }
        }
        let (can, turn) = (kibera.managed_by(&juma), world.turn());
        world.write(move |tx| device::make_code(tx, &can, "Desk 7", &turn)).unwrap();

        let files = taken(&world, &may(&world, &juma, &amina).unwrap());
        let profile = &rows(&files, "profile.json")[0];
        assert_eq!(
            (&profile["name"], &profile["centre"], &profile["has_pin"]),
            (&json!("Amina"), &json!("Kibera"), &json!(true))
        );
        let answers = rows(&files, "answers-0001.json");
        assert_eq!(answers.len(), 2);
        assert!(
            answers.iter().all(|row| row["pay_millionths"].as_i64().unwrap() > 0 && row["currency"] == "KES")
        );
        assert_eq!(rows(&files, "work.json")[0]["answers"], 2);
        assert_eq!(rows(&files, "learnt.json").len(), 1);
        let earned: i64 = rows(&files, "days.json")
            .iter()
            .map(|day| {
                day["held_millionths"].as_i64().unwrap() + day["accepted_millionths"].as_i64().unwrap()
            })
            .sum();
        let told: i64 = answers.iter().map(|row| row["pay_millionths"].as_i64().unwrap()).sum();
        assert_eq!(earned, told, "the days sum to the answers");
        assert!(!rows(&files, "pay-0001.json").is_empty());
        let about = rows(&files, "record-about-me-0001.json");
        let taken_by = about.iter().find(|row| row["what"] == "person.data").unwrap();
        assert_eq!(taken_by["by"], "somebody else", "that it was taken stands in it too");
        assert!(files["README.txt"].contains("record-by-me"));

        let whole: String = files.values().map(String::as_str).collect();
        for other in [&baraka, &juma, &world.operator(), &library] {
            assert!(!whole.contains(&other.person.to_string()), "an id of somebody else");
        }
        for name in ["Baraka", "Juma", "Wanjiru", "Buyer", "@", "argon2"] {
            assert!(!whole.contains(name), "{name}");
        }

        // What a leader did to others is theirs, without those others.
        let files = taken(&world, &may(&world, &world.operator(), &juma).unwrap());
        let own = rows(&files, "record-by-me-0001.json");
        let did = own.iter().find(|row| row["what"] == "person.data").unwrap();
        assert_eq!((&did["id"], &did["object"]), (&Value::Null, &json!("person")));
        assert!(own.iter().any(|row| row["what"] == "device.code" && row["id"].is_string()));
        let whole: String = files.values().map(String::as_str).collect();
        assert!(!whole.contains(&amina.person.to_string()) && !whole.contains("Amina"));
    });
}

#[test]
fn who_may_take_whose() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let (library, museum) = (world.client("Library"), world.client("Museum"));
        let (kibera, mombasa) = (world.centre("Kibera"), world.centre("Mombasa"));
        let (amina, juma, other) =
            (kibera.worker("Amina"), kibera.team_leader("Juma"), kibera.team_leader("Rehema"));
        let salim = mombasa.team_leader("Salim");
        let operator = world.operator();
        for (who, whose, wanted) in [
            (&operator, &amina, true),
            (&operator, &operator, true),
            (&juma, &amina, true),
            (&juma, &juma, true),
            (&juma, &other, false),
            (&salim, &amina, false),
            (&library, &library, true),
            (&library, &museum, false),
            (&library, &amina, false),
            (&amina, &amina, false),
        ] {
            assert_eq!(may(&world, who, whose).is_ok(), wanted, "{who:?} {whose:?}");
        }
    });
}

#[test]
fn a_long_list_goes_on_in_another_file_and_loses_no_line() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let amina = world.centre("Kibera").worker("Amina");
        let line = sql!(
            "insert into ledger (posting, line, posted_at, kind, account, owner, currency, amount) \
             values ($1, $2, $3, 'answer', 'held', $4, 'KES', $5)"
        );
        let (turn, owner) = (world.turn(), amina.person);
        let planted = world.write(move |tx| -> Result<(), DbError> {
            // Three lines a posting, so that the end of a file falls within one.
            for number in 0..2_000_i64 {
                let posting: Id<kind::Posting> = turn.mint();
                for place in 0..3_i64 {
                    let (posting, owner) = (posting.as_bytes().as_slice(), owner.as_bytes().as_slice());
                    tx.execute(line, params![posting, place, number / 2, owner, number * 3 + place])?;
                }
            }
            Ok(())
        });
        planted.unwrap();
        let files = taken(&world, &may(&world, &world.operator(), &amina).unwrap());
        let names: Vec<&String> = files.keys().filter(|name| name.starts_with("pay-")).collect();
        assert_eq!(names, ["pay-0001.json", "pay-0002.json"]);
        let amounts: Vec<i64> = names
            .iter()
            .flat_map(|name| rows(&files, name))
            .map(|row| row["amount_millionths"].as_i64().unwrap())
            .collect();
        assert_eq!(amounts, (0..6_000).collect::<Vec<i64>>());
    });
}
