//! Backups made while people answer, brought back elsewhere; and backups that are no longer what they were.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use kazi_db::{Db, Options};

use super::office::Office;
use super::postgres::Postgres;
use super::program::{Start, kazi, wait_for};
use super::shift::{Shift, Worker, answers, balanced};

/// How many answers come before something happens.
const LOAD: u64 = 30;
/// Enough that the work does not run out while a slow machine makes a backup.
const ROWS: usize = 2_000;
/// A person who answers fifty times a second is quick enough.
const PAUSE: Duration = Duration::from_millis(20);

/// People who answer until they are told to stop.
struct AtWork {
    threads: Vec<std::thread::JoinHandle<Worker>>,
    stop: Arc<AtomicBool>,
    taken: Arc<AtomicU64>,
}

impl AtWork {
    fn begin(shift: &mut Shift) -> Self {
        let (stop, taken) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let go = |mut worker: Worker| {
            let (stop, taken) = (Arc::clone(&stop), Arc::clone(&taken));
            std::thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let before = worker.acknowledged.len();
                    let refusal = worker.one_turn();
                    assert!(refusal.is_none() && !worker.away, "{refusal:?}");
                    taken.fetch_add((worker.acknowledged.len() - before) as u64, Ordering::Relaxed);
                    std::thread::sleep(PAUSE);
                }
                worker
            })
        };
        Self { threads: shift.take_workers().into_iter().map(go).collect(), stop, taken }
    }

    fn wait_for_more(&self) {
        let so_far = self.taken.load(Ordering::Relaxed);
        wait_for("answers", || (self.taken.load(Ordering::Relaxed) >= so_far + LOAD).then_some(()));
    }

    fn end(self, shift: &mut Shift) {
        self.stop.store(true, Ordering::Relaxed);
        shift.give_workers(self.threads.into_iter().map(|thread| thread.join().unwrap()).collect());
    }
}

/// The flags of one store.
fn flags(data: &Path, database: Option<&str>) -> Vec<String> {
    let mut flags = vec!["--data".to_owned(), data.display().to_string()];
    flags.extend(database.into_iter().flat_map(|url| ["--database".to_owned(), url.to_owned()]));
    flags
}

fn command(name: &str, folder: &Path, more: &[&str], flags: &[String]) -> Vec<String> {
    let mut line = vec![name.to_owned(), folder.display().to_string()];
    line.extend(more.iter().map(|&word| word.to_owned()));
    line.extend_from_slice(flags);
    line
}

fn start(data: &Path, database: Option<&str>) -> Start {
    let start = Start::at(data);
    match database {
        Some(url) => start.flag("--database", url),
        None => start,
    }
}

fn options(data: &Path, database: Option<&str>) -> Options {
    database
        .map_or_else(|| Options::sqlite(data.join("kazi.db")), |url| Options::from_url_or_path(url).unwrap())
}

/// `here` and `there` are the databases of a server and of the place where its backup is brought back to.
fn backed_up_under_load(here: Option<&str>, there: Option<&str>) {
    let folder = tempfile::tempdir().unwrap();
    let [data, new_data, backups] = ["data", "new-data", "backups"].map(|name| folder.path().join(name));
    let program = start(&data, here).start();
    let mut office = Office::open(&program);
    let mut shift = Shift::begin(&mut office, 4, ROWS);

    let working = AtWork::begin(&mut shift);
    working.wait_for_more();
    working.end(&mut shift);
    shift.finish();
    let before = shift.acknowledged();
    let working = AtWork::begin(&mut shift);
    working.wait_for_more();
    let said = kazi(command("backup", &backups, &[], &flags(&data, here))).well();
    assert!(said.contains("files: 1 (0 MB), 1 of them new"), "{said}");
    working.wait_for_more();
    working.end(&mut shift);
    shift.finish();
    let after = shift.acknowledged();

    let said = kazi(command("restore", &backups, &[], &flags(&new_data, there))).well();
    assert!(said.contains("1 files that were not there"), "{said}");
    let db = Db::open(&options(&new_data, there)).unwrap();
    let kept = db.read_blocking(answers).unwrap();
    balanced(&db, i64::try_from(ROWS).unwrap(), kept.len());
    drop(db);
    for (id, body) in &before {
        assert_eq!(kept.get(id), Some(body), "{id} was acknowledged before the backup was begun");
    }
    assert!(kept.iter().all(|(id, body)| after.get(id) == Some(body)), "nothing is there that nobody gave");
    assert!(kept.len() > before.len() && kept.len() < after.len(), "people answered while it was made");

    // Who was signed in still is, and goes on.
    program.kill();
    let program = start(&new_data, there).start();
    shift.again(&program);
    shift.forget_tasks();
    let working = AtWork::begin(&mut shift);
    working.wait_for_more();
    working.end(&mut shift);
    program.log_is_clean();

    // What is full is not written over unless that is said, and not while somebody uses it.
    let restore = |more: &[&str]| kazi(command("restore", &backups, more, &flags(&new_data, there)));
    restore(&[]).refused("is not empty");
    restore(&["--replace"]).refused("stop every server");
    drop(program);
    restore(&["--replace"]).well();
    let db = Db::open(&options(&new_data, there)).unwrap();
    assert_eq!(db.read_blocking(answers).unwrap(), kept);
}

#[test]
fn a_backup_under_load_on_sqlite_holds_every_acknowledged_answer() {
    backed_up_under_load(None, None);
}

#[test]
fn a_backup_under_load_on_postgresql_holds_every_acknowledged_answer() {
    let Some(postgres) = Postgres::install() else { return };
    backed_up_under_load(Some(&postgres.database("here")), Some(&postgres.database("there")));
}

/// Every file under a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all.sort();
    all
}

#[test]
fn a_backup_that_changed_is_refused_and_a_second_one_copies_only_what_is_new() {
    let folder = tempfile::tempdir().unwrap();
    let [data, new_data, backups] = ["data", "new-data", "backups"].map(|name| folder.path().join(name));
    let program = Start::at(&data).start();
    let mut office = Office::open(&program);
    let project = office.project("questions", &serde_json::json!({}));
    office.hand_in(&project, "one.csv", super::made::table(20));
    let back_up = |more: &[&str]| kazi(command("backup", &backups, more, &flags(&data, None)));
    back_up(&[]).well();
    office.hand_in(&project, "two.csv", super::made::table(30));
    let said = back_up(&[]).well();
    assert!(said.contains("files: 2 (0 MB), 1 of them new"), "{said}");
    let said = back_up(&["--keep", "1"]).well();
    assert!(said.contains("0 of them new") && said.contains("older backups deleted: 2"), "{said}");

    let restore = |more: &[&str]| kazi(command("restore", &backups, more, &flags(&new_data, None)));
    restore(&["--check"]).well();
    restore(&["--backup", "2020-01-01T00-00-00Z"]).refused("there are: 20");
    let parts: Vec<PathBuf> = files(&backups).into_iter().filter(|path| !path.ends_with(".lock")).collect();
    assert_eq!(parts.len(), 6, "two files, a database, a manifest, a list and checksums: {parts:?}");
    for part in parts {
        let whole = fs::read(&part).unwrap();
        for place in [0, whole.len() / 2, whole.len() - 1] {
            let mut changed = whole.clone();
            changed[place] ^= 1;
            fs::write(&part, changed).unwrap();
            let said = restore(&[]).refused("this backup is damaged");
            assert!(said.contains("there is no other here"), "{said}");
        }
        fs::remove_file(&part).unwrap();
        assert_eq!(restore(&[]).code, 1, "without {}", part.display());
        fs::write(&part, whole).unwrap();
    }
    assert!(!new_data.exists(), "nothing was changed by what was refused");
    restore(&[]).well();
}

#[test]
fn a_file_that_rotted_in_the_store_is_named_and_the_rest_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let [data, new_data, backups] = ["data", "new-data", "backups"].map(|name| folder.path().join(name));
    let program = Start::at(&data).start();
    let mut office = Office::open(&program);
    let project = office.project("questions", &serde_json::json!({}));
    office.hand_in(&project, "one.csv", super::made::table(20));
    office.hand_in(&project, "two.csv", super::made::table(30));
    let rotten = files(&data.join("blobs")).remove(0);
    let mut bytes = fs::read(&rotten).unwrap();
    bytes[3] ^= 1;
    fs::write(&rotten, bytes).unwrap();
    let said = kazi(command("backup", &backups, &[], &flags(&data, None)));
    let name = rotten.file_name().unwrap().to_string_lossy().into_owned();
    assert!(said.code == 1 && said.err.contains(&name), "{said:?}");
    let said = kazi(command("restore", &backups, &[], &flags(&new_data, None)));
    assert!(said.code == 1 && said.err.contains(&name), "{said:?}");
    assert!(said.out.contains("1 files that were not there"), "{said:?}");
    Start::at(&new_data).start();
}

#[test]
fn what_cannot_be_backed_up_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let [data, backups] = ["data", "backups"].map(|name| folder.path().join(name));
    kazi(command("backup", &backups, &[], &flags(&data, None))).refused("there is no database at");
    kazi(command("restore", &backups, &[], &flags(&data, None))).refused("holds no whole backup");
    let left: Vec<PathBuf> = files(&backups).into_iter().filter(|path| !path.ends_with(".lock")).collect();
    assert_eq!(left, Vec::<PathBuf>::new());
}
