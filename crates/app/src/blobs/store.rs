//! The store itself.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt};
use kazi_services::BlobRef;
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;

use super::spool::{Cut, hash_name};
use super::{BlobError, Spool, Spooled, pour};

/// Bytes as they come.
pub type Bytestream = Pin<Box<dyn Stream<Item = Result<Bytes, BlobError>> + Send>>;

/// The names of blobs with their lengths, as they come.
pub type Listing = Pin<Box<dyn Stream<Item = Result<(BlobRef, u64), BlobError>> + Send>>;

/// Where blobs lie. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    /// Where a local store's files lie, for what a folder can do and a remote store cannot.
    local: Option<Arc<Folder>>,
    spool: Arc<Path>,
}

/// A store that is a folder.
#[derive(Debug)]
struct Folder {
    store: Arc<LocalFileSystem>,
    root: PathBuf,
}

/// How long a remote store is tried again.
#[cfg(feature = "s3")]
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);
/// What is read at once on the way to a remote store.
const CHUNK: usize = 1 << 18;

impl Blobs {
    /// Opens a store: a folder (made when there is none) or `s3://BUCKET/PREFIX`. `spool` is a local folder
    /// for bytes on their way; put it on the same disk as a store that is a folder.
    ///
    /// # Errors
    /// When the place cannot be used.
    pub fn open(place: &str, spool: &Path) -> Result<Self, BlobError> {
        if place.contains("://") { Self::remote(place, spool) } else { Self::local(Path::new(place), spool) }
    }

    /// A store that is a folder.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn local(folder: &Path, spool: &Path) -> Result<Self, BlobError> {
        std::fs::create_dir_all(folder)?;
        std::fs::create_dir_all(spool)?;
        let store = Arc::new(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true));
        let local = Folder { store: Arc::clone(&store), root: folder.canonicalize()? };
        Ok(Self { store, local: Some(Arc::new(local)), spool: spool.into() })
    }

    #[cfg(feature = "s3")]
    fn remote(place: &str, spool: &Path) -> Result<Self, BlobError> {
        let wrong = || BlobError::Place(place.to_owned());
        let (bucket, prefix) = {
            let rest = place.strip_prefix("s3://").ok_or_else(wrong)?;
            rest.split_once('/').unwrap_or((rest, ""))
        };
        // Somebody waits for an answer: a store that is away is better told than waited for.
        let patience =
            object_store::RetryConfig { max_retries: 3, retry_timeout: PATIENCE, ..Default::default() };
        let store = object_store::aws::AmazonS3Builder::from_env()
            .with_bucket_name(bucket)
            .with_retry(patience)
            .build()?;
        std::fs::create_dir_all(spool)?;
        let store = object_store::prefix::PrefixStore::new(store, prefix);
        Ok(Self { store: Arc::new(store), local: None, spool: spool.into() })
    }

    #[cfg(not(feature = "s3"))]
    fn remote(place: &str, _spool: &Path) -> Result<Self, BlobError> {
        Err(BlobError::Place(place.to_owned()))
    }

    /// The folder for bytes on their way.
    pub fn spool_folder(&self) -> &Path {
        &self.spool
    }

    /// Keeps bytes that are in memory already.
    ///
    /// # Errors
    /// See [`BlobError`].
    pub async fn put(&self, bytes: Bytes) -> Result<BlobRef, BlobError> {
        let mut hasher = Sha256::new();
        hasher.update(&bytes);
        let hash = hash_name(hasher);
        if !self.exists(&hash).await? {
            self.store.put(&key(&hash)?, PutPayload::from_bytes(bytes)).await?;
        }
        Ok(hash)
    }

    /// Keeps a stream of bytes of any length; their hash and how many there were.
    ///
    /// # Errors
    /// See [`BlobError`]; a stream that breaks is [`BlobError::Unavailable`], and nothing of it is kept.
    pub async fn put_stream<S, E>(&self, stream: S) -> Result<(BlobRef, u64), BlobError>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
        E: std::fmt::Display,
    {
        let (spool, poured) = pour(stream, Spool::new(&self.spool)?).await;
        poured.map_err(|cut| match cut {
            Cut::Sender(error) => BlobError::Unavailable(error),
            Cut::Disk(error) => error.into(),
        })?;
        let spool = spool.ok_or_else(|| BlobError::Unavailable("a thread was lost".to_owned()))?;
        let spooled = blocking(move || Ok(spool.finish()?)).await?;
        let kept = (spooled.hash.clone(), spooled.bytes);
        self.adopt(spooled).await?;
        Ok(kept)
    }

    /// Keeps a finished spool file. On a local store on the same disk nothing is copied.
    ///
    /// # Errors
    /// See [`BlobError`].
    pub async fn adopt(&self, spooled: Spooled) -> Result<(), BlobError> {
        self.adopt_file(&spooled.path, &spooled.hash).await
    }

    /// Keeps a synced file under its hash. The file stays where it is, perhaps as a second name of the same
    /// bytes: it must not be written to any more.
    pub(crate) async fn adopt_file(&self, file: &Path, hash: &BlobRef) -> Result<(), BlobError> {
        if self.exists(hash).await? {
            return Ok(());
        }
        let key = key(hash)?;
        if let Some(local) = &self.local {
            let (to, root) = (local.store.path_to_filesystem(&key)?, local.root.clone());
            let from = file.to_path_buf();
            if blocking(move || link_durably(&from, &to, &root)).await? {
                return Ok(());
            }
        }
        self.upload(file, key).await
    }

    async fn upload(&self, file: &Path, key: Key) -> Result<(), BlobError> {
        let mut file = tokio::fs::File::open(file).await?;
        let mut writer = BufWriter::new(Arc::clone(&self.store), key);
        let mut chunk = vec![0; CHUNK];
        loop {
            let read = tokio::io::AsyncReadExt::read(&mut file, &mut chunk).await?;
            match chunk.get(..read) {
                Some(bytes) if read > 0 => writer.write_all(bytes).await?,
                _ => break,
            }
        }
        Ok(writer.shutdown().await?)
    }

    /// All bytes of a blob that is known to be small.
    ///
    /// # Errors
    /// See [`BlobError`].
    pub async fn get(&self, hash: &BlobRef) -> Result<Bytes, BlobError> {
        Ok(self.store.get(&key(hash)?).await?.bytes().await?)
    }

    /// The length of a blob, and its bytes as they come.
    ///
    /// # Errors
    /// See [`BlobError`].
    pub async fn stream(&self, hash: &BlobRef) -> Result<(u64, Bytestream), BlobError> {
        let found = self.store.get(&key(hash)?).await?;
        Ok((found.meta.size, found.into_stream().map_err(BlobError::from).boxed()))
    }

    /// Finds out whether the store can be used, by asking for a blob that is not there.
    ///
    /// # Errors
    /// See [`BlobError`].
    pub async fn check(&self) -> Result<(), BlobError> {
        self.exists(&BlobRef("0".repeat(64))).await.map(drop)
    }

    /// Whether there is a blob of this name.
    ///
    /// # Errors
    /// See [`BlobError`].
    pub async fn exists(&self, hash: &BlobRef) -> Result<bool, BlobError> {
        match self.store.head(&key(hash)?).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes a blob out of sight, to be deleted or taken back later. One that is not there is no trouble.
    ///
    /// # Errors
    /// See [`BlobError`].
    pub async fn set_aside(&self, hash: &BlobRef) -> Result<(), BlobError> {
        self.moved(&key(hash)?, &aside(hash)?).await
    }

    /// Puts a blob back that was set aside, unless its bytes were handed in again meanwhile.
    ///
    /// # Errors
    /// See [`BlobError`].
    pub async fn take_back(&self, hash: &BlobRef) -> Result<(), BlobError> {
        if self.exists(hash).await? {
            return self.delete_aside(hash).await;
        }
        self.moved(&aside(hash)?, &key(hash)?).await
    }

    /// Deletes a blob that was set aside, for good.
    ///
    /// # Errors
    /// See [`BlobError`].
    pub async fn delete_aside(&self, hash: &BlobRef) -> Result<(), BlobError> {
        there_or_not(self.store.delete(&aside(hash)?).await)
    }

    async fn moved(&self, from: &Key, to: &Key) -> Result<(), BlobError> {
        there_or_not(self.store.rename(from, to).await)
    }

    /// Every blob that is kept, with its length, in no order. Files of other names are passed over.
    pub fn list(&self) -> Listing {
        let found = self.store.list(None).map(|found| {
            let found = found?;
            let hash = BlobRef(found.location.filename().unwrap_or_default().to_owned());
            let ours = key(&hash).is_ok_and(|key| key == found.location);
            Ok(ours.then_some((hash, found.size)))
        });
        found.filter_map(|found| std::future::ready(found.transpose())).boxed()
    }

    /// A blob as a file that can be read from any place: the store's own, or a copy that has no name.
    ///
    /// # Errors
    /// See [`BlobError`].
    pub async fn file(&self, hash: &BlobRef) -> Result<File, BlobError> {
        let key = key(hash)?;
        if let Some(local) = &self.local {
            return Ok(File::open(local.store.path_to_filesystem(&key)?)?);
        }
        let (_, stream) = self.stream(hash).await?;
        let (copy, poured) = pour(stream, tempfile::tempfile_in(&self.spool)?).await;
        match (copy, poured) {
            (Some(mut copy), Ok(())) => {
                io::Seek::rewind(&mut copy)?;
                Ok(copy)
            }
            (_, Err(Cut::Sender(error))) => Err(BlobError::Unavailable(error)),
            (_, Err(Cut::Disk(error))) => Err(error.into()),
            (None, Ok(())) => Err(BlobError::Unavailable("a thread was lost".to_owned())),
        }
    }
}

/// The hash of all that a reader gives, and its length.
pub(crate) fn hash_all(reader: &mut impl Read) -> io::Result<(Sha256, u64)> {
    let mut hasher = Sha256::new();
    let mut bytes = 0_u64;
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = reader.read(&mut chunk)?;
        match chunk.get(..read) {
            Some(part) if read > 0 => {
                hasher.update(part);
                bytes = bytes.saturating_add(super::spool::length(part));
            }
            _ => return Ok((hasher, bytes)),
        }
    }
}

/// What is gone already is no trouble.
fn there_or_not(done: Result<(), object_store::Error>) -> Result<(), BlobError> {
    match done {
        Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Where a blob lies that waits to be deleted.
fn aside(hash: &BlobRef) -> Result<Key, BlobError> {
    key(hash).map(|_| Key::from_iter(["aside", hash.0.as_str()]))
}

/// Where a blob lies: two levels of folders keep each of them small.
fn key(hash: &BlobRef) -> Result<Key, BlobError> {
    let name = hash.0.as_str();
    let right = name.len() == 64 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    match (name.get(..2), name.get(2..4)) {
        (Some(first), Some(second)) if right => Ok(Key::from_iter([first, second, name])),
        // No bytes have such a name.
        _ => Err(BlobError::NotThere),
    }
}

/// Gives a synced file its place; the names on the way are durable afterwards. `false` when it lies on
/// another disk, or the disk knows no second names, and it must be copied.
fn link_durably(from: &Path, to: &Path, root: &Path) -> Result<bool, BlobError> {
    let folders: Vec<PathBuf> =
        to.ancestors().skip(1).take_while(|folder| folder.starts_with(root)).map(Path::to_path_buf).collect();
    if let Some(folder) = folders.first() {
        std::fs::create_dir_all(folder)?;
    }
    match std::fs::hard_link(from, to) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound || super::is_full(&error) => {
            return Err(error.into());
        }
        Err(_) => return Ok(false),
    }
    for folder in folders {
        File::open(folder)?.sync_all()?;
    }
    Ok(true)
}

/// Runs what waits for a disk on a thread that may wait.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BlobError> + Send + 'static,
) -> Result<T, BlobError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|lost| Err(BlobError::Unavailable(format!("a thread was lost: {lost}"))))
}
