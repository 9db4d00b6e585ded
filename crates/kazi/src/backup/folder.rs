//! A folder of backups: one folder a backup, named by its time, and the files of all of them once, by their content.

use std::collections::HashSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use kazi_domain::Moment;
use tempfile::TempDir;

use super::{BackupError, at, seal};

/// Where the files lie.
const FILES: &str = "files";

/// A folder that one program at a time writes to.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    _lock: File,
}

/// Where a file lies in a folder of backups, by the SHA-256 of its content.
pub fn place(root: &Path, hash: &str) -> PathBuf {
    let part = |from: usize| hash.get(from..from + 2).unwrap_or("xx");
    root.join(FILES).join(part(0)).join(part(2)).join(hash)
}

/// The whole backups in a folder, the oldest first.
///
/// # Errors
/// When the folder cannot be read.
pub fn names(root: &Path) -> Result<Vec<String>, BackupError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(root).map_err(at(root))? {
        let entry = entry.map_err(at(root))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') && entry.path().join(seal::SUMS).exists() {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Makes the names in a folder durable.
///
/// # Errors
/// When the folder cannot be synced.
pub fn sync(folder: &Path) -> Result<(), BackupError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(at(folder))
}

impl Folder {
    /// Makes the folder if need be, and takes it for this program.
    ///
    /// # Errors
    /// [`BackupError::Busy`], and when it cannot be made.
    pub fn open(root: &Path) -> Result<Self, BackupError> {
        let files = root.join(FILES);
        fs::create_dir_all(&files).map_err(at(&files))?;
        let name = root.join(".lock");
        let lock = File::options().create(true).append(true).open(&name).map_err(at(&name))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { root: root.to_owned(), _lock: lock }),
            Err(fs::TryLockError::WouldBlock) => Err(BackupError::Busy(root.to_owned())),
            Err(fs::TryLockError::Error(error)) => Err(BackupError::Io(name, error)),
        }
    }

    /// Where a file lies.
    pub fn place(&self, hash: &str) -> PathBuf {
        place(&self.root, hash)
    }

    /// A place for a backup that is being made; gone if it is not finished.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn begin(&self) -> Result<TempDir, BackupError> {
        // What an earlier program left when it was killed.
        for entry in fs::read_dir(&self.root).map_err(at(&self.root))?.flatten() {
            if entry.file_name().to_string_lossy().starts_with(".unfinished-") {
                fs::remove_dir_all(entry.path()).map_err(at(entry.path()))?;
            }
        }
        tempfile::Builder::new().prefix(".unfinished-").tempdir_in(&self.root).map_err(at(&self.root))
    }

    /// Gives a finished backup its name.
    ///
    /// # Errors
    /// When it cannot be renamed.
    pub fn finish(&self, draft: TempDir, made_at: Moment) -> Result<PathBuf, BackupError> {
        let time = jiff::Timestamp::from_microsecond(made_at.micros()).unwrap_or_default();
        let name = time.strftime("%Y-%m-%dT%H-%M-%SZ").to_string();
        // Two within a second.
        let free = |number: u32| {
            let path = self.root.join(if number == 1 { name.clone() } else { format!("{name}-{number}") });
            (!path.exists()).then_some(path)
        };
        let path = (1..=1_000).find_map(free).unwrap_or_else(|| self.root.join(&name));
        sync(draft.path())?;
        fs::rename(draft.path(), &path).map_err(at(&path))?;
        // There is nothing left at its old name to be deleted.
        let _ = draft.keep();
        sync(&self.root)?;
        Ok(path)
    }

    /// Deletes all but the latest backups, and the files that only the deleted ones had; how many went.
    ///
    /// # Errors
    /// When something cannot be read or deleted.
    pub fn keep_only(&self, most: usize) -> Result<usize, BackupError> {
        let names = names(&self.root)?;
        let (old, kept) = names.split_at(names.len().saturating_sub(most));
        if old.is_empty() {
            return Ok(0);
        }
        let mut wanted = HashSet::new();
        for name in kept {
            let listed = seal::listed(&self.root.join(name))?;
            wanted.extend(listed);
        }
        for name in old {
            let folder = self.root.join(name);
            // Without its checksums it is no backup any more, whatever happens to the rest.
            fs::remove_file(folder.join(seal::SUMS)).map_err(at(&folder))?;
            fs::remove_dir_all(&folder).map_err(at(&folder))?;
        }
        self.delete_all_but(&wanted)?;
        Ok(old.len())
    }

    fn delete_all_but(&self, wanted: &HashSet<String>) -> Result<(), BackupError> {
        let mut folders = vec![self.root.join(FILES)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).map_err(at(&folder))? {
                let entry = entry.map_err(at(&folder))?;
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if !wanted.contains(&*entry.file_name().to_string_lossy()) {
                    fs::remove_file(&path).map_err(at(&path))?;
                }
            }
        }
        Ok(())
    }
}
