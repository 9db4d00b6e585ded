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
    match options {
        Options::Sqlite { path, .. } => {
            let runner = runner(Engine::Sqlite, migrations)?;
            let mut connection = sqlite::open_writer(path)?;
            let mut outcome = runner.run(&mut connection);
            // Another program that starts at the same time may have been quicker; then nothing is left to do.
            for _ in 0..3 {
                if outcome.is_ok() {
                    break;
                }
                std::thread::sleep(Duration::from_millis(200));
                outcome = runner.run(&mut connection);
            }
            outcome.map(|report| report.applied_migrations().len()).map_err(failed)
        }
        Options::Postgres { url, .. } => {
            let runner = runner(Engine::Postgres, migrations)?;
            let mut session = Session::open(&Target::parse(url)?)?;
            session.script(&format!("select pg_advisory_lock({TURN})"))?;
            let outcome = runner.run(session.client());
            // Ending the session frees the lock as well.
            session.script(&format!("select pg_advisory_unlock({TURN})"))?;
            outcome.map(|report| report.applied_migrations().len()).map_err(failed)
        }
    }
}

fn runner(engine: Engine, migrations: &[Migration]) -> Result<Runner, DbError> {
    let texts: Result<Vec<_>, _> = migrations
        .iter()
        .map(|step| {
            let name = format!("V{}__{}", step.version, step.name);
            refinery::Migration::unapplied(&name, &dialect::migration(engine, step.sql))
        })
        .collect();
    Ok(Runner::new(&texts.map_err(failed)?).set_grouped(true))
}

#[expect(clippy::needless_pass_by_value, reason = "used with map_err")]
fn failed(error: refinery::Error) -> DbError {
    DbError::Other(format!("the tables could not be brought up to date: {}", chain(&error)))
}
