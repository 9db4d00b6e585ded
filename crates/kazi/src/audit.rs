//! The record of what happened, from the shell: along its chains, and whole.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{Args as ClapArgs, ValueEnum};
use kazi_app::journal::{self, Verdict, chain::Line};
use kazi_db::{Db, DbError, Options};
use serde_json::{Value, json};

/// What to do with the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Action {
    /// Walk along all chains; exit with 1 and name the first row that is not as it was written.
    Verify,
    /// Write every row with its hash to the standard output, one JSON object a line.
    Export,
}

/// Verify or export the record of what happened. The server may run meanwhile.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Examples:\n  kazi audit verify\n  kazi audit export --data /var/lib/kazi > record.jsonl"
)]
pub struct Args {
    /// What to do.
    action: Action,
    /// A TOML file with settings, as for `kazi serve`.
    #[arg(long, env = "KAZI_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// The folder that holds the database.
    #[arg(long, env = "KAZI_DATA", value_name = "DIR", default_value = "kazi-data")]
    data: PathBuf,
    /// The database, where it is not `kazi.db` in the data folder.
    #[arg(long, env = "KAZI_DATABASE", value_name = "URL", hide_env_values = true)]
    database: Option<String>,
}

/// Why the record could not be read.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// No database.
    #[error("there is no database {0}: say with --data or --database where it is")]
    NoDatabase(PathBuf),
    /// The database.
    #[error("the database cannot be read: {0}")]
    Db(#[from] DbError),
}

fn open(args: &Args) -> Result<Db, AuditError> {
    let file = args.data.join("kazi.db");
    if args.database.is_none() && !file.exists() {
        return Err(AuditError::NoDatabase(file));
    }
    let place = args.database.clone().unwrap_or_else(|| file.display().to_string());
    Ok(Db::open(&Options::from_url_or_path(&place)?)?)
}

/// Does what the command line asks for.
///
/// # Errors
/// See [`AuditError`].
pub fn run(args: &Args) -> Result<ExitCode, AuditError> {
    let db = open(args)?;
    match args.action {
        Action::Verify => {
            let verdict = db.read_blocking(journal::verify)?;
            println!("{}", told(&verdict));
            Ok(if verdict.is_whole() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Action::Export => {
            let begun = AtomicBool::new(false);
            db.read_blocking(move |read| {
                // Should the connection break, the rows would come twice.
                if begun.swap(true, Ordering::Relaxed) {
                    return Err(DbError::Other("the connection broke off: export once more".to_owned()));
                }
                let mut out = io::BufWriter::new(io::stdout().lock());
                let told = |error: io::Error| DbError::Other(format!("the rows cannot be written: {error}"));
                journal::export(read, |line, hash| writeln!(out, "{}", shown(line, hash)).map_err(told))?;
                out.flush().map_err(told)
            })?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn told(verdict: &Verdict) -> String {
    let Verdict { chains, rows, older, outside, broken } = verdict;
    let older = if *older > 0 { format!(" {older} older rows are in no chain.") } else { String::new() };
    if let Some(seen) = broken {
        let id = seen.id.map(|id| format!(" ({id})")).unwrap_or_default();
        return format!(
            "The record is broken at row {} of chain {}{id}: {}.",
            seen.number, seen.lane, seen.fault
        );
    }
    if *outside > 0 {
        return format!(
            "{outside} rows are in no chain, though they are younger than the chains: nothing vouches for them.{older}"
        );
    }
    format!("The record is whole: {rows} rows in {chains} chains.{older}")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A row as its readers get it; `canonical` says in which order and form the fields are hashed.
fn shown(line: &Line, hash: &[u8]) -> Value {
    let subject = line.subject.map(|bytes| hex(&bytes));
    json!({
        "chain": line.lane, "number": line.number, "id": line.id.to_string(), "at": line.at.micros(),
        "person": line.person.map(|id| id.to_string()), "kind": line.kind,
        "project": line.project.map(|id| id.to_string()), "object": line.object, "subject": subject,
        "organisation": line.organisation.map(|id| id.to_string()), "body": line.body, "hash": hex(hash),
    })
}
