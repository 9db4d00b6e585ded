//! `kazi backup` and `kazi restore`: everything in a folder, taken while the server goes on, and brought back.
//!
//! The invariant: a backup with a name is whole. Its database is of one moment, every file that the database
//! speaks of was there before that moment, and the checksums over all of it are written last.

mod database;
mod files;
mod folder;
mod manifest;
mod restore;
mod seal;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use kazi_app::blobs::BlobError;
use kazi_db::DbError;

use crate::settings::Store;
use folder::Folder;
use manifest::Manifest;
pub use restore::{RestoreArgs, restore};

/// Copies everything to a folder.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  kazi backup /mnt/disk/kazi
      One more backup in this folder. Files that are in it already are not copied again.
  kazi backup /mnt/disk/kazi --keep 14
      The same every night: the last fourteen stay.
  cd /mnt/disk/kazi/2026-01-31T02-00-00Z && sha256sum --check --quiet SHA256SUMS files.sha256
      Is it still what it was? Needs nothing of Kazi.

PostgreSQL is copied by its own pg_dump, which must be installed here and not be older than the server.
Uploads that are still on their way are not part of a backup: their senders begin them again.")]
pub struct Args {
    /// The folder of the backups, made when there is none.
    #[arg(value_name = "DIR")]
    pub to: PathBuf,
    /// Leave only so many backups in the folder, the latest; older ones are deleted after this one is made.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub keep: Option<u32>,
    /// Only the database: for whoever copies the store of the files by other means.
    #[arg(long)]
    pub without_files: bool,
    /// Where the data is.
    #[command(flatten)]
    pub store: Store,
}

/// Why something was not backed up or brought back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file or folder.
    #[error("{0}: {1}")]
    Io(PathBuf, io::Error),
    /// Two at once.
    #[error("another backup into {0} is going on: wait until it is done")]
    Busy(PathBuf),
    /// The database.
    #[error("the database: {0}")]
    Db(#[from] DbError),
    /// The files.
    #[error("the files: {0}")]
    Blobs(#[from] BlobError),
    /// Nothing to copy.
    #[error("there is no database at {0}: name the data folder with --data, or the database with --database")]
    NoDatabase(PathBuf),
    /// One of PostgreSQL's programs is not there.
    #[error(
        "{0} cannot be started ({1}): install PostgreSQL's client programs (on Debian: postgresql-client)"
    )]
    NoTool(&'static str, io::Error),
    /// One of PostgreSQL's programs failed.
    #[error("{0} failed: {1}")]
    Tool(&'static str, String),
    /// No backup in the folder.
    #[error("{0} holds no whole backup")]
    NoBackup(PathBuf),
    /// None of this name.
    #[error("there is no backup {0}; there are: {1}")]
    UnknownBackup(String, String),
    /// It is not what it was.
    #[error(
        "this backup is damaged: {0} is not what it was when the backup was made. Take another one ({1})"
    )]
    Damaged(PathBuf, String),
    /// Made by a program that knows more.
    #[error(
        "this backup was made by Kazi {0}, which is newer than this program ({1}): bring it back with that one"
    )]
    Newer(String, &'static str),
    /// The other engine.
    #[error(
        "this backup is of {0}, and the database to bring it back to is {1}: name another one with --database"
    )]
    OtherEngine(String, &'static str),
    /// There is something already.
    #[error("{0} is not empty. To put the backup in its place, stop every server on it and add --replace")]
    NotEmpty(String),
    /// A server runs on it.
    #[error("somebody is using {0}: stop every server on it first")]
    InUse(String),
    /// Tables that the backup does not know.
    #[error(
        "the database has tables that the backup does not ({0}): bring it back to an empty database instead"
    )]
    OtherTables(String),
    /// What was brought back is not what was backed up.
    #[error("the database that was brought back has other numbers of rows than the backup says: {0}")]
    OtherCounts(String),
    /// The machine.
    #[error("{0}")]
    Machine(#[from] io::Error),
}

/// An error of a file, with its name.
fn at(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> BackupError {
    let path = path.into();
    move |error| BackupError::Io(path, error)
}

/// Makes a backup and says where it is.
///
/// # Errors
/// See [`BackupError`]. A backup that failed leaves no name behind.
pub fn run(args: &Args) -> Result<ExitCode, BackupError> {
    let made_at = kazi_app::now();
    let folder = Folder::open(&args.to)?;
    let draft = folder.begin()?;
    let options = args.store.options()?;
    let overview = database::dump(&options, draft.path())?;
    let copied = if args.without_files {
        None
    } else {
        let blobs = args.store.open_blobs()?;
        let runtime = tokio::runtime::Runtime::new()?;
        Some(runtime.block_on(files::copy(&blobs, &folder, draft.path()))?)
    };
    let manifest = Manifest::new(made_at, &options, overview, copied.as_ref());
    manifest.write(draft.path())?;
    seal::close(draft.path())?;
    let path = folder.finish(draft, made_at)?;
    println!("Backed up to {}", path.display());
    println!("  database: {} rows in {} tables", manifest.rows(), manifest.tables.len());
    if let Some(copied) = &copied {
        println!("  files: {} ({} MB), {} of them new", copied.files, copied.bytes >> 20, copied.new);
    }
    if let Some(keep) = args.keep {
        let gone = folder.keep_only(usize::try_from(keep).unwrap_or(usize::MAX))?;
        println!("  older backups deleted: {gone}");
    }
    match copied.map(|copied| copied.damaged).filter(|damaged| !damaged.is_empty()) {
        None => Ok(ExitCode::SUCCESS),
        Some(damaged) => {
            eprintln!("kazi: these files are damaged in the store itself and are not in the backup:");
            for hash in damaged {
                eprintln!("  {hash}");
            }
            eprintln!("kazi: look for them in an older backup; the disk of the store may be failing");
            Ok(ExitCode::FAILURE)
        }
    }
}
