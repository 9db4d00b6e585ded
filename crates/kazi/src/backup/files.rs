//! The files of the store, copied by their content and looked over on the way.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufWriter, Read, Write};
use std::path::Path;

use futures_util::StreamExt;
use kazi_app::blobs::{BlobError, Blobs};
use kazi_services::BlobRef;
use sha2::{Digest, Sha256};

use super::folder::{self, Folder, place, sync};
use super::{BackupError, at, seal};

/// What was copied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Copied {
    /// How many files belong to the backup.
    pub files: u64,
    /// How many bytes these have.
    pub bytes: u64,
    /// How many of them were not in the folder before.
    pub new: u64,
    /// Files whose bytes in the store are not those that their name says.
    pub damaged: Vec<String>,
}

/// Copies what the folder does not have yet, and lists all of it in the backup. The database is copied before, so
/// that whatever it speaks of is here.
///
/// # Errors
/// When the store cannot be read or the folder not written.
pub async fn copy(blobs: &Blobs, to: &Folder, draft: &Path) -> Result<Copied, BackupError> {
    let mut copied = Copied::default();
    let mut folders = BTreeSet::new();
    let path = draft.join(seal::LIST);
    let mut list = BufWriter::new(File::create(&path).map_err(at(&path))?);
    let mut all = blobs.list();
    while let Some(found) = all.next().await {
        let (hash, bytes) = found?;
        let place = to.place(&hash.0);
        let there = fs::metadata(&place).is_ok_and(|file| file.len() == bytes);
        if !there {
            if !fetch(blobs, &hash, &place).await? {
                copied.damaged.push(hash.0);
                continue;
            }
            copied.new += 1;
            // Its own folder and the two above, whose names must last too.
            folders.extend(place.ancestors().skip(1).take(3).map(Path::to_path_buf));
        }
        copied.files += 1;
        copied.bytes += bytes;
        writeln!(list, "{0}  {1}", hash.0, place_from_backup(&hash.0)).map_err(at(&path))?;
    }
    let list = list.into_inner().map_err(|error| at(&path)(error.into_error()))?;
    list.sync_all().map_err(at(&path))?;
    folders.iter().try_for_each(|folder| sync(folder))?;
    Ok(copied)
}

/// Where a file lies as seen from a backup's own folder, for `sha256sum`.
fn place_from_backup(hash: &str) -> String {
    place(Path::new(".."), hash).display().to_string()
}

/// Copies one file; `false` when it is not what its name says.
async fn fetch(blobs: &Blobs, hash: &BlobRef, place: &Path) -> Result<bool, BackupError> {
    let folder = place.parent().unwrap_or(place);
    fs::create_dir_all(folder).map_err(at(folder))?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(at(folder))?;
    let mut hasher = Sha256::new();
    let (_, mut stream) = blobs.stream(hash).await?;
    while let Some(part) = stream.next().await {
        let part = part?;
        hasher.update(&part);
        file.write_all(&part).map_err(at(place))?;
    }
    if seal::hex(hasher) != hash.0 {
        return Ok(false);
    }
    file.as_file().sync_all().map_err(at(place))?;
    file.persist(place).map_err(|error| at(place)(error.error))?;
    Ok(true)
}

/// Looks over every file of a backup.
///
/// # Errors
/// [`BackupError::Damaged`] with the first that is not what it was, or not there.
pub fn check(root: &Path, names: &[String], others: &str) -> Result<(), BackupError> {
    for name in names {
        let place = folder::place(root, name);
        if seal::hash_file(&place).ok().as_ref() != Some(name) {
            return Err(BackupError::Damaged(place, others.to_owned()));
        }
    }
    Ok(())
}

/// Puts the files of a backup into a store; how many were not there.
///
/// # Errors
/// When one cannot be read or kept.
pub async fn put(root: &Path, names: &[String], blobs: &Blobs) -> Result<u64, BackupError> {
    let mut new = 0;
    for name in names {
        let hash = BlobRef(name.clone());
        if blobs.exists(&hash).await? {
            continue;
        }
        let place = folder::place(root, name);
        let parts = futures_util::stream::iter(Parts(File::open(&place).map_err(at(&place))?));
        let (kept, _) = blobs.put_stream(parts).await?;
        if kept != hash {
            return Err(BackupError::Damaged(place, "it changed while it was read".to_owned()));
        }
        new += 1;
    }
    Ok(new)
}

/// The names that a database speaks of and a store does not have.
///
/// # Errors
/// When the store cannot be asked.
pub async fn missing(names: Vec<BlobRef>, blobs: &Blobs) -> Result<Vec<String>, BlobError> {
    let mut missing = Vec::new();
    for name in names {
        if !blobs.exists(&name).await? {
            missing.push(name.0);
        }
    }
    Ok(missing)
}

/// A file in pieces.
struct Parts(File);

impl Iterator for Parts {
    type Item = Result<bytes::Bytes, std::io::Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut part = vec![0; 1 << 18];
        match self.0.read(&mut part) {
            Ok(0) => None,
            Ok(read) => {
                part.truncate(read);
                Some(Ok(part.into()))
            }
            Err(error) => Some(Err(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    #[test]
    fn a_file_lies_where_sha256sum_looks_for_it() {
        let hash = "ab".repeat(32);
        let path = PathBuf::from(place_from_backup(&hash));
        assert_eq!(path, PathBuf::from(format!("../files/ab/ab/{hash}")));
    }
}
