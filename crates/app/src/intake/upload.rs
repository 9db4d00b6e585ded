//! Bytes on their way in: a spool file for each source, to which a client appends until it is whole.
//!
//! The length of the file is the truth about how much has come; what is reported has been synced. A node
//! that restarts goes on where the file ends.

use std::collections::HashMap;
use std::fmt::Display;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::Stream;
use kazi_domain::{Id, kind};
use kazi_services::BlobRef;
use sha2::{Digest, Sha256};

use super::LONGEST;
use crate::blobs::{BlobError, Blobs, Cut, blocking, hash_all, hash_name, is_full, length, pour};

/// Why bytes were not taken, or not all of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UploadError {
    /// Nothing was begun under this name, or it was given up.
    #[error("this upload is not known here: begin it again")]
    NotThere,
    /// The bytes do not follow those that are here.
    #[error("this upload has {have} bytes: go on from there")]
    Offset {
        /// How many bytes are here.
        have: u64,
    },
    /// Somebody else is appending.
    #[error("this upload is being fed by another request: wait for it to end")]
    Busy,
    /// More than was announced, or than is allowed. Nothing of it was kept.
    #[error("this upload is longer than it may be")]
    TooLong,
    /// The sender broke off. All that came is kept.
    #[error("the upload broke off after {have} bytes: go on from there")]
    Cut {
        /// How many bytes are here.
        have: u64,
    },
    /// Something is missing.
    #[error("the upload is not whole: {have} bytes are here")]
    NotWhole {
        /// How many bytes are here.
        have: u64,
    },
    /// The disk or the store.
    #[error(transparent)]
    Blob(#[from] BlobError),
}

impl From<io::Error> for UploadError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::NotFound { Self::NotThere } else { Self::Blob(error.into()) }
    }
}

/// How far a file has been hashed.
#[derive(Debug, Clone)]
struct Hashed {
    hasher: Sha256,
    bytes: u64,
}

impl Hashed {
    /// Reads the first bytes of a file.
    fn of(file: &mut File, bytes: u64) -> io::Result<Self> {
        file.rewind()?;
        let (hasher, bytes) = hash_all(&mut file.take(bytes))?;
        Ok(Self { hasher, bytes })
    }
}

/// The uploads of this node. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Uploads {
    folder: Arc<Path>,
    blobs: Blobs,
    /// Hashes of files on their way, so that nothing is read twice; without them the file is read again.
    hashes: Arc<Mutex<HashMap<Id<kind::Source>, Hashed>>>,
}

/// The hashes of so many uploads are kept at hand.
const MOST_HASHES: usize = 1_000;

impl Uploads {
    /// Uploads that lie in the store's spool folder.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn new(blobs: &Blobs) -> Result<Self, BlobError> {
        let folder = blobs.spool_folder().join("uploads");
        std::fs::create_dir_all(&folder)?;
        Ok(Self { folder: folder.into(), blobs: blobs.clone(), hashes: Arc::default() })
    }

    fn path(&self, id: Id<kind::Source>) -> PathBuf {
        self.folder.join(id.to_string())
    }

    /// Makes the empty file that bytes are appended to, in the place of any older one.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn begin(&self, id: Id<kind::Source>) -> Result<(), UploadError> {
        self.hashed().remove(&id);
        let (path, folder) = (self.path(id), Arc::clone(&self.folder));
        // A new file, never the old one emptied: that may be a second name of a blob.
        let make = move || {
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
            File::create_new(&path)?.sync_all()?;
            Ok(File::open(&folder)?.sync_all()?)
        };
        Ok(blocking(make).await?)
    }

    /// How many bytes are here, durably.
    ///
    /// # Errors
    /// When the upload is not known.
    pub async fn offset(&self, id: Id<kind::Source>) -> Result<u64, UploadError> {
        let path = self.path(id);
        on_disk(move || {
            let file = OpenOptions::new().append(true).open(path)?;
            let bytes = file.metadata()?.len();
            file.sync_data()?;
            Ok(bytes)
        })
        .await
    }

    /// Appends a stream that begins at `offset`; how many bytes are here afterwards, durably. `whole` is the
    /// announced length.
    ///
    /// # Errors
    /// See [`UploadError`].
    pub async fn append<S, E>(
        &self,
        id: Id<kind::Source>,
        offset: u64,
        whole: Option<u64>,
        stream: S,
    ) -> Result<u64, UploadError>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
        E: Display,
    {
        let most = whole.unwrap_or(LONGEST).min(LONGEST);
        let (path, known) = (self.path(id), self.hashed().remove(&id));
        let appender = on_disk(move || Appender::open(&path, offset, most, known)).await?;
        let (appender, poured) = pour(stream, appender).await;
        let appender = appender.ok_or_else(|| BlobError::Unavailable("a thread was lost".to_owned()))?;
        let ended = on_disk(move || appender.end(poured)).await?;
        let bytes = ended.hashed.bytes;
        let mut hashes = self.hashed();
        if hashes.len() < MOST_HASHES {
            hashes.insert(id, ended.hashed);
        }
        ended.outcome.map(|()| bytes)
    }

    /// Puts a whole upload into the blob store; its hash and length. Its file stays until it is discarded.
    ///
    /// # Errors
    /// When bytes are missing, or the store cannot take it.
    pub async fn finish(
        &self,
        id: Id<kind::Source>,
        whole: Option<u64>,
    ) -> Result<(BlobRef, u64), UploadError> {
        let (path, known) = (self.path(id), self.hashed().remove(&id));
        let appender = on_disk(move || {
            let have = std::fs::metadata(&path)?.len();
            if whole.is_some_and(|whole| whole != have) {
                return Err(UploadError::NotWhole { have });
            }
            let appender = Appender::open(&path, have, have, known)?;
            appender.file.0.sync_all()?;
            Ok(appender)
        })
        .await?;
        let Hashed { hasher, bytes } = appender.hashed.clone();
        let hash = hash_name(hasher);
        // The lock is held until the store has it.
        self.blobs.adopt_file(&self.path(id), &hash).await?;
        self.hashed().insert(id, appender.hashed);
        Ok((hash, bytes))
    }

    /// Takes a whole file in one stream, from its start.
    ///
    /// # Errors
    /// See [`UploadError`].
    pub async fn receive<S, E>(&self, id: Id<kind::Source>, stream: S) -> Result<(BlobRef, u64), UploadError>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
        E: Display,
    {
        self.begin(id).await?;
        let bytes = self.append(id, 0, None, stream).await?;
        self.finish(id, Some(bytes)).await
    }

    /// Forgets an upload: it has arrived, or nobody wants it.
    pub fn discard(&self, id: Id<kind::Source>) {
        self.hashed().remove(&id);
        if let Err(error) = std::fs::remove_file(self.path(id)) {
            tracing::debug!(%error, upload = %id, "an upload's file was gone already");
        }
    }

    /// Forgets uploads that nobody has fed for so long before `now`; which those were. Blocks.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn discard_idle(&self, idle: Duration, now: SystemTime) -> Result<Vec<Id<kind::Source>>, BlobError> {
        let mut gone = Vec::new();
        for entry in std::fs::read_dir(&self.folder)? {
            let entry = entry?;
            let fed = entry.metadata()?.modified()?;
            if now.duration_since(fed).is_ok_and(|since| since > idle) {
                std::fs::remove_file(entry.path())?;
                let id = entry.file_name().to_str().and_then(|name| name.parse::<Id<kind::Source>>().ok());
                gone.extend(id);
            }
        }
        Ok(gone)
    }

    fn hashed(&self) -> std::sync::MutexGuard<'_, HashMap<Id<kind::Source>, Hashed>> {
        self.hashes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A file that nobody else feeds.
///
/// It is unlocked in so many words: a child that is being started at the same moment shares the open file until it has
/// become another program, and would keep a lock that only closing ends.
#[derive(Debug)]
struct Locked(File);

impl Locked {
    fn lock(file: File) -> Result<Self, UploadError> {
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(UploadError::Busy),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        if let Err(error) = self.0.unlock() {
            tracing::warn!(%error, "an upload stays locked until its file is closed");
        }
    }
}

/// A locked file that is being appended to.
#[derive(Debug)]
struct Appender {
    file: Locked,
    hashed: Hashed,
    start: u64,
    most: u64,
}

struct Appended {
    hashed: Hashed,
    outcome: Result<(), UploadError>,
}

impl Appender {
    fn open(path: &Path, offset: u64, most: u64, known: Option<Hashed>) -> Result<Self, UploadError> {
        let mut file = Locked::lock(OpenOptions::new().read(true).append(true).open(path)?)?;
        let have = file.0.metadata()?.len();
        if have != offset {
            return Err(UploadError::Offset { have });
        }
        let hashed = match known {
            Some(known) if known.bytes == have => known,
            _ => Hashed::of(&mut file.0, have)?,
        };
        Ok(Self { file, hashed, start: offset, most })
    }

    /// Makes what came durable, and takes back what must not stay.
    fn end(mut self, poured: Result<(), Cut>) -> Result<Appended, UploadError> {
        let too_long =
            matches!(&poured, Err(Cut::Disk(error)) if error.kind() == io::ErrorKind::FileTooLarge);
        if too_long {
            self.file.0.set_len(self.start)?;
            self.hashed = Hashed::of(&mut self.file.0, self.start)?;
        } else if self.file.0.metadata()?.len() > self.hashed.bytes {
            // A chunk of which a part found room.
            self.file.0.set_len(self.hashed.bytes)?;
        }
        let have = self.hashed.bytes;
        let outcome = match poured {
            _ if too_long => Err(UploadError::TooLong),
            Ok(()) => Ok(()),
            Err(Cut::Sender(_)) => Err(UploadError::Cut { have }),
            Err(Cut::Disk(error)) if is_full(&error) => return Err(BlobError::Full.into()),
            Err(Cut::Disk(error)) => Err(error.into()),
        };
        self.file.0.sync_data()?;
        Ok(Appended { hashed: self.hashed, outcome })
    }
}

impl Write for Appender {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.hashed.bytes.saturating_add(length(bytes)) > self.most {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.file.0.write_all(bytes)?;
        self.hashed.hasher.update(bytes);
        self.hashed.bytes = self.hashed.bytes.saturating_add(length(bytes));
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs what waits for the disk on a thread that may wait.
async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, UploadError> + Send + 'static,
) -> Result<T, UploadError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|lost| Err(BlobError::Unavailable(format!("a thread was lost: {lost}")).into()))
}
