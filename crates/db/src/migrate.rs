//! Brings the tables up to date, with one text for both engines.

use crate::dialect::{self, Engine};
use crate::error::{DbError, chain};
use crate::options::Options;
use crate::postgres::Session;
use crate::sqlite;
use crate::tls::Target;
use refinery::Runner;
use std::time::Duration;

/// One step of the schema: `V1__start.sql`. Once released, its text never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    /// Counts up from 1.
    pub version: u32,
    /// Words joined by `_`.
    pub name: &'static str,
    /// The text, see [`crate::dialect`].
    pub sql: &'static str,
}

/// So that several programs that start at once take turns: `kazi` in ASCII.
const TURN: i64 = 0x6b61_7a69;

/// Applies what is missing, all or nothing; how many steps that were. Must not run on a tokio thread.
pub(crate) fn run(options: &Options, migrations: &[Migration]) -> Result<usize, DbError> {
    let outcome = match options {
        Options::Sqlite { path, .. } => {
            let runner = runner(Engine::Sqlite, migrations)?;
            let mut connection = sqlite::open_writer(path)?;
            let mut outcome = runner.run(&mut connection);
            // Another program that starts at the same time may be quicker; then nothing is left to do.
            for _ in 0..3 {
                if outcome.is_err() {
                    std::thread::sleep(Duration::from_millis(200));
                    outcome = runner.run(&mut connection);
                }
            }
            outcome
        }
        Options::Postgres { url, .. } => {
            let runner = runner(Engine::Postgres, migrations)?;
            let mut session = Session::open(&Target::parse(url)?)?;
            session.wait_for_ever();
            // The end of the session frees the lock.
            session.script(&format!("select pg_advisory_lock({TURN})"))?;
            session.migrate(&runner)?
        }
    };
    outcome.map(|report| report.applied_migrations().len()).map_err(|error| failed(&error))
}

fn runner(engine: Engine, migrations: &[Migration]) -> Result<Runner, DbError> {
    let steps = migrations.iter().map(|step| {
        let name = format!("V{}__{}", step.version, step.name);
        refinery::Migration::unapplied(&name, &dialect::migration(engine, step.sql))
    });
    let steps: Vec<_> = steps.collect::<Result<_, _>>().map_err(|error| failed(&error))?;
    Ok(Runner::new(&steps).set_grouped(true))
}

fn failed(error: &refinery::Error) -> DbError {
    DbError::Other(format!("the tables could not be brought up to date: {}", chain(error)))
}
