//! Bringing a backup back: looked over whole before anything is changed, files first, the database last.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use kazi_app::blobs;
use kazi_app::schema;
use kazi_db::copy::{self, Overview};
use kazi_db::{Db, Options, Read};

use super::manifest::{self, Manifest};
use super::{BackupError, at, database, files, folder, seal};
use crate::settings::Store;

/// Brings a backup back.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  kazi restore /mnt/disk/kazi --data /var/lib/kazi
      The latest backup, into a data folder that has no database yet. Then: kazi serve --data /var/lib/kazi
  kazi restore /mnt/disk/kazi --check
      Only look over the latest backup, every byte of it. Nothing is changed.
  kazi restore /mnt/disk/kazi --backup 2026-01-31T02-00-00Z --replace
      An older one in place of what is there; the old database keeps a name beside the new one (SQLite).

Nothing is changed before the whole backup was looked over. PostgreSQL is brought back by its own pg_restore.")]
pub struct RestoreArgs {
    /// The folder of the backups.
    #[arg(value_name = "DIR")]
    pub from: PathBuf,
    /// Which one; without it the latest.
    #[arg(long, value_name = "NAME")]
    pub backup: Option<String>,
    /// Only look whether the backup is what it was when it was made.
    #[arg(long)]
    pub check: bool,
    /// Put it in the place of what is there. Every server on it must be stopped.
    #[arg(long)]
    pub replace: bool,
    /// Where to.
    #[command(flatten)]
    pub store: Store,
}

/// Brings a backup back and says what came of it.
///
/// # Errors
/// See [`BackupError`]; what was there is untouched unless the last step, putting the database in its place, failed.
pub fn restore(args: &RestoreArgs) -> Result<ExitCode, BackupError> {
    let (name, others) = choose(&args.from, args.backup.as_deref())?;
    let folder = args.from.join(&name);
    seal::check(&folder, &others)?;
    let known = schema::MIGRATIONS.iter().map(|step| i64::from(step.version)).max().unwrap_or(0);
    let manifest = Manifest::read(&folder, known)?;
    let names = seal::listed(&folder)?;
    files::check(&args.from, &names, &others)?;
    println!("The backup {name} is whole: {} rows, {} files", manifest.rows(), names.len());
    if args.check {
        return Ok(ExitCode::SUCCESS);
    }
    let options = args.store.options()?;
    if manifest.engine != manifest::engine(&options) {
        return Err(BackupError::OtherEngine(manifest.engine, manifest::engine(&options)));
    }
    let overview = Overview { schema: manifest.schema, tables: manifest.tables.clone() };
    database::check_place(&options, &overview, args.replace)?;
    args.store.make_folder().map_err(at(&args.store.data))?;
    let runtime = tokio::runtime::Runtime::new()?;
    let blobs = args.store.open_blobs()?;
    let new = runtime.block_on(files::put(&args.from, &names, &blobs))?;
    let aside = database::load(&options, &folder, args.replace)?;
    println!("Brought back: the database, and {new} files that were not there");
    if let Some(aside) = aside {
        println!("The database that was there is now {}", aside.display());
    }
    let spoken_of = look_over(&options, &overview)?;
    let missing = runtime.block_on(files::missing(spoken_of, &blobs))?;
    if missing.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!(
        "kazi: the database speaks of these files, and they are neither in the backup nor in the store:"
    );
    for hash in missing {
        eprintln!("  {hash}");
    }
    Ok(ExitCode::FAILURE)
}

/// The backup's name, and a sentence on what else there is.
fn choose(root: &Path, wanted: Option<&str>) -> Result<(String, String), BackupError> {
    let all = folder::names(root)?;
    let name = match wanted {
        None => all.last().cloned().ok_or_else(|| BackupError::NoBackup(root.to_owned()))?,
        Some(name) if all.iter().any(|one| one == name) => name.to_owned(),
        Some(name) => return Err(BackupError::UnknownBackup(name.to_owned(), all.join(", "))),
    };
    let others: Vec<&str> = all.iter().filter(|one| **one != name).map(String::as_str).collect();
    let others = if others.is_empty() {
        "there is no other here".to_owned()
    } else {
        format!("there are: {}", others.join(", "))
    };
    Ok((name, others))
}

/// Compares what is there with what was backed up; the files that the database speaks of.
fn look_over(options: &Options, backup: &Overview) -> Result<Vec<kazi_services::BlobRef>, BackupError> {
    let db = Db::open(options)?;
    let (found, names) = db.read_blocking(|read: &mut Read<'_>| {
        let mut names = Vec::new();
        blobs::every_name(read, |name| names.push(name))?;
        Ok::<_, BackupError>((copy::overview(read)?, names))
    })?;
    let differs = |(table, rows): (&String, &i64)| {
        let now = found.tables.get(table).copied().unwrap_or(-1);
        (now != *rows).then(|| format!("{table}: {now} instead of {rows}"))
    };
    let other: Vec<String> = backup.tables.iter().filter_map(differs).collect();
    if other.is_empty() { Ok(names) } else { Err(BackupError::OtherCounts(other.join("; "))) }
}
