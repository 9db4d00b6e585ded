//! The database in a backup: a copy of the file, or what `pg_dump` writes.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use kazi_db::copy::{self, Overview};
use kazi_db::{Db, Options, Read};

use super::folder::sync;
use super::{BackupError, at};

/// The name of SQLite's file in a backup.
pub const SQLITE: &str = "database.sqlite";
/// The name of PostgreSQL's dump in a backup.
pub const POSTGRES: &str = "database.pgdump";

/// Copies the database as of one moment; what is in the copy.
///
/// # Errors
/// When it cannot be read or copied.
pub fn dump(options: &Options, folder: &Path) -> Result<Overview, BackupError> {
    match options {
        Options::Sqlite { path, .. } => {
            if !path.exists() {
                return Err(BackupError::NoDatabase(path.clone()));
            }
            let to = folder.join(SQLITE);
            copy::sqlite_into(path, &to)?;
            Ok(copy::sqlite_overview(&to)?)
        }
        Options::Postgres { .. } => {
            let (whole, to) = (options.clone(), folder.join(POSTGRES));
            let db = Db::open(options)?;
            // pg_dump sees what this transaction sees, so the numbers are those of the dump.
            db.read_blocking(move |read: &mut Read<'_>| {
                let snapshot = format!("--snapshot={}", copy::shared_snapshot(read)?);
                let file = format!("--file={}", to.display());
                let form = ["--format=custom", "--no-owner", "--no-privileges", "--no-password"];
                tool("pg_dump", &whole, form.into_iter().chain([snapshot.as_str(), file.as_str()]))?;
                File::open(&to).and_then(|file| file.sync_all()).map_err(at(&to))?;
                Ok(copy::overview(read)?)
            })
        }
    }
}

/// Runs one of PostgreSQL's own programs on the database.
fn tool<'a>(
    name: &'static str,
    options: &Options,
    args: impl IntoIterator<Item = &'a str>,
) -> Result<(), BackupError> {
    let mut command = Command::new(name);
    command.args(args).envs(options.environment()?).env("LC_ALL", "C");
    let output = command.output().map_err(|error| BackupError::NoTool(name, error))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(BackupError::Tool(name, said))
}

/// Refuses a place that holds something, or that somebody uses.
///
/// # Errors
/// [`BackupError::NotEmpty`], [`BackupError::InUse`], [`BackupError::OtherTables`].
pub fn check_place(options: &Options, backup: &Overview, replace: bool) -> Result<(), BackupError> {
    match options {
        Options::Sqlite { path, .. } => {
            if path.exists() && !replace {
                return Err(BackupError::NotEmpty(path.display().to_string()));
            }
            if path.exists() && !copy::sqlite_is_free(path)? {
                return Err(BackupError::InUse(path.display().to_string()));
            }
            Ok(())
        }
        Options::Postgres { .. } => {
            let db = open_once(options)?;
            let now = db.read_blocking(copy::overview)?;
            if now.tables.is_empty() {
                return Ok(());
            }
            if !replace {
                return Err(BackupError::NotEmpty("the database".to_owned()));
            }
            let unknown = |name: &&String| !backup.tables.contains_key(*name);
            let others: Vec<&str> = now.tables.keys().filter(unknown).map(String::as_str).collect();
            if !others.is_empty() {
                return Err(BackupError::OtherTables(others.join(", ")));
            }
            if is_used(&db)? {
                return Err(BackupError::InUse("the database".to_owned()));
            }
            Ok(())
        }
    }
}

/// A database with one connection for reading, so that we do not take our own others for somebody else's.
fn open_once(options: &Options) -> Result<Db, BackupError> {
    let mut options = options.clone();
    if let Options::Postgres { connections, .. } = &mut options {
        *connections = 1;
    }
    Ok(Db::open(&options)?)
}

/// Whether others are connected. A connection that was closed a moment ago may still be seen for another.
fn is_used(db: &Db) -> Result<bool, BackupError> {
    for _ in 0..20 {
        if db.read_blocking(copy::others_connected)? == 0 {
            return Ok(false);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(true)
}

/// Puts the backup's database in its place; where the one that was there lies now, if it is a file.
///
/// # Errors
/// When it cannot be read or written. Nothing is changed then.
pub fn load(options: &Options, folder: &Path, replace: bool) -> Result<Option<PathBuf>, BackupError> {
    match options {
        Options::Sqlite { path, .. } => put_file(&folder.join(SQLITE), path),
        Options::Postgres { .. } => {
            let name = folder.join(POSTGRES).display().to_string();
            let database = options.environment()?.into_iter().find(|(key, _)| *key == "PGDATABASE");
            let user = options.environment()?.into_iter().find(|(key, _)| *key == "PGUSER");
            // Without a name PostgreSQL takes the user's.
            let database = database.or(user).map(|(_, name)| name).unwrap_or_default();
            let mut args = vec!["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"];
            args.extend(["--no-password", "--dbname", &database]);
            if replace {
                args.extend(["--clean", "--if-exists"]);
            }
            args.push(&name);
            tool("pg_restore", options, args)?;
            Ok(None)
        }
    }
}

/// Copies the file beside its place and gives it the name in one step; what had the name keeps a name of its own.
fn put_file(from: &Path, to: &Path) -> Result<Option<PathBuf>, BackupError> {
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(at(folder))?;
    let mut copy = tempfile::NamedTempFile::new_in(folder).map_err(at(folder))?;
    let mut file = File::open(from).map_err(at(from))?;
    std::io::copy(&mut file, &mut copy).map_err(at(folder))?;
    copy.as_file().sync_all().map_err(at(folder))?;
    let aside = if to.exists() { Some(put_aside(to)?) } else { None };
    copy.persist(to).map_err(|error| at(to)(error.error))?;
    sync(folder)?;
    Ok(aside)
}

fn put_aside(path: &Path) -> Result<PathBuf, BackupError> {
    let named = |end: &str| PathBuf::from(format!("{}{end}", path.display()));
    let free = |number: &u32| !named(&format!(".before-restore-{number}")).exists();
    let end = format!(".before-restore-{}", (1..1_000).find(free).unwrap_or(1));
    // A database that nobody has open is one file; the others are there only when it is damaged.
    for part in ["-wal", "-shm", ""] {
        let (from, to) = (named(part), named(&format!("{end}{part}")));
        if from.exists() {
            fs::rename(&from, &to).map_err(at(&from))?;
        }
    }
    Ok(named(&end))
}
