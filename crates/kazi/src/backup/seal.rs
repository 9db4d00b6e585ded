//! Checksums in the form that `sha256sum --check` reads, so that a backup can be looked over without Kazi.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::{BackupError, at, database, manifest};

/// The checksums of everything else in a backup's folder; written last.
pub const SUMS: &str = "SHA256SUMS";
/// The names of the files that belong to a backup.
pub const LIST: &str = "files.sha256";

/// What was hashed, in lower-case hex.
pub fn hex(hasher: Sha256) -> String {
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The SHA-256 of a file.
///
/// # Errors
/// When it cannot be read.
pub fn hash_file(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut chunk = vec![0; 1 << 18];
    loop {
        let read = file.read(&mut chunk)?;
        match chunk.get(..read) {
            Some(part) if read > 0 => hasher.update(part),
            _ => return Ok(hex(hasher)),
        }
    }
}

/// Writes the checksums over a finished backup.
///
/// # Errors
/// When something cannot be read or written.
pub fn close(folder: &Path) -> Result<(), BackupError> {
    let path = folder.join(SUMS);
    let mut sums = String::new();
    for name in [manifest::NAME, LIST, database::SQLITE, database::POSTGRES] {
        let part = folder.join(name);
        if part.exists() {
            sums.extend([hash_file(&part).map_err(at(&part))?.as_str(), "  ", name, "\n"]);
        }
    }
    write_durably(&path, sums.as_bytes())
}

/// Writes a whole small file.
///
/// # Errors
/// When it cannot be written.
pub fn write_durably(path: &Path, bytes: &[u8]) -> Result<(), BackupError> {
    let written = File::create(path).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(at(path))
}

/// Looks over the parts of a backup but its files. `others` names other backups, for the refusal.
///
/// # Errors
/// [`BackupError::Damaged`] with the part that is not what it was.
pub fn check(folder: &Path, others: &str) -> Result<(), BackupError> {
    let damaged = |name: &str| BackupError::Damaged(folder.join(name), others.to_owned());
    let sums = std::fs::read(folder.join(SUMS)).map_err(at(folder.join(SUMS)))?;
    let sums = String::from_utf8(sums).map_err(|_| damaged(SUMS))?;
    let mut seen = Vec::new();
    for line in sums.split_terminator('\n') {
        let (hash, name) = line.split_once("  ").ok_or_else(|| damaged(SUMS))?;
        if ![manifest::NAME, LIST, database::SQLITE, database::POSTGRES].contains(&name) {
            return Err(damaged(SUMS));
        }
        if hash_file(&folder.join(name)).map_err(|_| damaged(name))? != hash {
            return Err(damaged(name));
        }
        seen.push(name);
    }
    let whole = seen.contains(&manifest::NAME)
        && (seen.contains(&database::SQLITE) || seen.contains(&database::POSTGRES));
    let listed = seen.contains(&LIST) == folder.join(LIST).exists();
    if whole && listed && sums.ends_with('\n') { Ok(()) } else { Err(damaged(SUMS)) }
}

/// The names of the files that belong to a backup; none when it was made without.
///
/// # Errors
/// When the list cannot be read.
pub fn listed(folder: &Path) -> Result<Vec<String>, BackupError> {
    let path = folder.join(LIST);
    if !path.exists() {
        return Ok(Vec::new());
    }
    let text = std::fs::read_to_string(&path).map_err(at(&path))?;
    Ok(text.lines().filter_map(|line| Some(line.split_once("  ")?.0.to_owned())).collect())
}
