//! Throw-away databases for tests, on both engines.

use crate::error::DbError;
use crate::postgres::Session;
use crate::tls::Target;
use crate::{Db, Migration, Options, Sql, apart};
use std::hash::{BuildHasher, DefaultHasher, Hash, Hasher, RandomState};
use std::ops::Deref;

/// The variable that names a PostgreSQL server for tests: `host=… user=…`, without a database.
pub const SERVER: &str = "KAZI_TEST_PG";

/// A statement in the middle of a test: `sql!("select 1")`.
#[macro_export]
macro_rules! sql {
    ($text:expr) => {{
        static STATEMENT: $crate::Sql = $crate::Sql::new(concat!(file!(), ":", line!()), $text);
        &STATEMENT
    }};
}

/// A database that is gone when this is dropped.
#[derive(Debug)]
pub struct TestDb {
    db: Option<Db>,
    options: Options,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Folder(Option<tempfile::TempDir>),
    Server { server: String, name: String },
}

impl TestDb {
    /// A database in a folder of its own.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn sqlite(migrations: &[Migration]) -> Self {
        let folder = must(tempfile::tempdir(), "a folder for the test");
        let options = Options::sqlite(folder.path().join("kazi.db"));
        let db = must(Db::open(&options), "opening");
        must(db.migrate(migrations), "migrating");
        Self { db: Some(db), options, place: Place::Folder(Some(folder)) }
    }

    /// A database on the server that [`SERVER`] names; `None` when it names none. The tables are made once and
    /// copied for each test.
    ///
    /// # Panics
    /// When there is a server and the database cannot be made.
    pub fn postgres(migrations: &[Migration]) -> Option<Self> {
        let server = std::env::var(SERVER).ok().filter(|server| !server.is_empty())?;
        let name = format!("t_{:016x}{:08x}", RandomState::new().hash_one(0), std::process::id());
        must(apart(|| create(&server, &name, migrations)), "a database for the test");
        let options = Options::Postgres { url: format!("{server} dbname={name}"), connections: 4 };
        let db = must(Db::open(&options), "opening");
        Some(Self { db: Some(db), options, place: Place::Server { server, name } })
    }

    /// How to open this database once more.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Closes the database and opens it again, as a restart does.
    ///
    /// # Panics
    /// When it does not open.
    pub fn reopen(&mut self) {
        self.db = None;
        self.db = Some(must(Db::open(&self.options), "opening again"));
    }
}

impl Deref for TestDb {
    type Target = Db;
    fn deref(&self) -> &Db {
        must(self.db.as_ref().ok_or(DbError::Closed), "an open database")
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        self.db = None;
        match &mut self.place {
            Place::Folder(folder) => drop(folder.take()),
            Place::Server { server, name } => {
                let text = format!("drop database if exists {name} with (force)");
                let dropped =
                    apart(|| Session::open(&Target::parse(server)?.database("postgres"))?.script(&text));
                if let Err(error) = dropped {
                    eprintln!("the test's database {name} stays behind: {error}");
                }
            }
        }
    }
}

/// Runs a test on SQLite always, and on PostgreSQL when [`SERVER`] names one.
pub fn on_both(migrations: &[Migration], test: impl Fn(&mut TestDb)) {
    eprintln!("on SQLite");
    test(&mut TestDb::sqlite(migrations));
    match TestDb::postgres(migrations) {
        Some(mut db) => {
            eprintln!("on PostgreSQL");
            test(&mut db);
        }
        None => eprintln!("on PostgreSQL: skipped: {SERVER} not set"),
    }
}

static KNOWN: Sql = Sql::new("KNOWN", "select 1 from pg_database where datname = $1");

/// Makes database `name` as a copy of the template of these migrations, which the first to come makes.
fn create(server: &str, name: &str, migrations: &[Migration]) -> Result<(), DbError> {
    let mut hasher = DefaultHasher::new();
    for step in migrations {
        (step.version, step.name, step.sql).hash(&mut hasher);
    }
    let template = format!("kazi_template_{:016x}", hasher.finish());
    let mut session = Session::open(&Target::parse(server)?.database("postgres"))?;
    session.script("select pg_advisory_lock(7234)")?;
    if session.run(&KNOWN, &[template.as_str().into()], |_| true)? == 0 {
        session.script(&format!("drop database if exists {template}_new"))?;
        session.script(&format!("create database {template}_new"))?;
        let options = Options::Postgres { url: format!("{server} dbname={template}_new"), connections: 1 };
        crate::migrate::run(&options, migrations)?;
        session.script(&format!("alter database {template}_new rename to {template}"))?;
    }
    session.script("select pg_advisory_unlock(7234)")?;
    session.script(&format!("create database {name} template {template}"))
}

#[expect(clippy::panic, reason = "a test without its database cannot go on")]
fn must<T, E: std::fmt::Display>(outcome: Result<T, E>, what: &str) -> T {
    match outcome {
        Ok(value) => value,
        Err(error) => panic!("{what}: {error}"),
    }
}
