//! What a backup says of itself.

use std::collections::BTreeMap;
use std::path::Path;

use kazi_db::Options;
use kazi_db::copy::Overview;
use kazi_domain::Moment;
use serde::{Deserialize, Serialize};

use super::files::Copied;
use super::{BackupError, at, seal};

/// The file's name.
pub const NAME: &str = "manifest.json";
/// What this program writes. A program refuses what has a higher number.
const FORMAT: u32 = 1;
/// This program's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of this form.
    pub format: u32,
    /// The version of the program that made it.
    pub kazi: String,
    /// When it was begun.
    pub made_at: String,
    /// `sqlite` or `postgresql`.
    pub engine: String,
    /// The last step of the schema.
    pub schema: i64,
    /// The tables, with the number of their rows.
    pub tables: BTreeMap<String, i64>,
    /// How many files belong to it; `null` when it was made without them.
    pub files: Option<u64>,
    /// How many bytes these have.
    pub file_bytes: Option<u64>,
    /// Files that were damaged in the store itself, and are not in the backup.
    pub damaged: Vec<String>,
}

/// The engine's name.
pub fn engine(options: &Options) -> &'static str {
    match options {
        Options::Sqlite { .. } => "sqlite",
        Options::Postgres { .. } => "postgresql",
    }
}

impl Manifest {
    /// Of what was copied.
    pub fn new(made_at: Moment, options: &Options, overview: Overview, copied: Option<&Copied>) -> Self {
        let time = jiff::Timestamp::from_microsecond(made_at.micros()).unwrap_or_default();
        Self {
            format: FORMAT,
            kazi: VERSION.to_owned(),
            made_at: time.to_string(),
            engine: engine(options).to_owned(),
            schema: overview.schema,
            tables: overview.tables,
            files: copied.map(|copied| copied.files),
            file_bytes: copied.map(|copied| copied.bytes),
            damaged: copied.map(|copied| copied.damaged.clone()).unwrap_or_default(),
        }
    }

    /// All rows of all tables.
    pub fn rows(&self) -> i64 {
        self.tables.values().sum()
    }

    /// Writes it into a backup's folder.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), BackupError> {
        let text = serde_json::to_string_pretty(self).map_err(|error| at(folder.join(NAME))(error.into()))?;
        seal::write_durably(&folder.join(NAME), text.as_bytes())
    }

    /// Reads that of a backup that was looked over. `schema` is the last step that this program knows.
    ///
    /// # Errors
    /// [`BackupError::Newer`], and when it cannot be read.
    pub fn read(folder: &Path, schema: i64) -> Result<Self, BackupError> {
        let path = folder.join(NAME);
        let text = std::fs::read_to_string(&path).map_err(at(&path))?;
        let found: Self = serde_json::from_str(&text).map_err(|error| at(path)(error.into()))?;
        if found.format > FORMAT || found.schema > schema {
            return Err(BackupError::Newer(found.kazi, VERSION));
        }
        Ok(found)
    }
}
