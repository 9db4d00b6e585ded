//! Spool files: bytes on their way, hashed while they are written.

use std::fmt::Display;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use kazi_services::BlobRef;
use sha2::{Digest, Sha256};
use tempfile::TempPath;
use tokio::sync::mpsc;

/// A file being written; gone when dropped unless it is finished and kept.
#[derive(Debug)]
pub struct Spool {
    file: BufWriter<File>,
    path: TempPath,
    hasher: Sha256,
    bytes: u64,
}

/// A finished spool file: whole, synced, and named by its content.
#[derive(Debug)]
pub struct Spooled {
    pub(crate) path: TempPath,
    /// The SHA-256 of its bytes.
    pub hash: BlobRef,
    /// How many bytes it has.
    pub bytes: u64,
}

impl Spool {
    /// An empty file in a folder.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(folder: &Path) -> io::Result<Self> {
        let (file, path) = tempfile::NamedTempFile::new_in(folder)?.into_parts();
        Ok(Self { file: BufWriter::with_capacity(1 << 16, file), path, hasher: Sha256::new(), bytes: 0 })
    }

    /// How many bytes were written.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Makes everything durable and gives it its name.
    ///
    /// # Errors
    /// When the last bytes cannot be written.
    pub fn finish(self) -> io::Result<Spooled> {
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(Spooled { path: self.path, hash: hash_name(self.hasher), bytes: self.bytes })
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.hasher.update(bytes);
        self.bytes = self.bytes.saturating_add(length(bytes));
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A count of bytes in memory; it fits.
pub(crate) fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// The name of what was hashed.
pub(crate) fn hash_name(hasher: Sha256) -> BlobRef {
    BlobRef(hex(&hasher.finalize()))
}

/// Bytes in lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// How many chunks may wait for the disk before the sender is made to wait too.
const WAITING: usize = 16;

/// Why a stream ended early.
#[derive(Debug)]
pub(crate) enum Cut {
    /// The sender's side.
    Sender(String),
    /// Our disk.
    Disk(io::Error),
}

/// Pours a stream into a writer on a thread that may wait for the disk. The writer comes back in any case,
/// with all that came before the stream ended or broke, unless its thread was lost.
pub(crate) async fn pour<S, E, W>(mut stream: S, mut into: W) -> (Option<W>, Result<(), Cut>)
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: Display,
    W: Write + Send + 'static,
{
    let (sender, mut chunks) = mpsc::channel::<Bytes>(WAITING);
    let writing = tokio::task::spawn_blocking(move || {
        while let Some(chunk) = chunks.blocking_recv() {
            if let Err(error) = into.write_all(&chunk) {
                return (into, Err(error));
            }
        }
        let flushed = into.flush();
        (into, flushed)
    });
    let mut cut = Ok(());
    while let Some(chunk) = stream.next().await {
        match chunk {
            Ok(chunk) => {
                if sender.send(chunk).await.is_err() {
                    break;
                }
            }
            Err(error) => {
                cut = Err(Cut::Sender(error.to_string()));
                break;
            }
        }
    }
    drop(sender);
    match writing.await {
        Ok((into, Ok(()))) => (Some(into), cut),
        Ok((into, Err(error))) => (Some(into), Err(Cut::Disk(error))),
        Err(lost) => (None, Err(Cut::Disk(io::Error::other(lost.to_string())))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spool_file_is_named_by_its_content() {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::new(folder.path()).unwrap();
        spool.write_all(b"ab").unwrap();
        spool.write_all(b"c").unwrap();
        let spooled = spool.finish().unwrap();
        // FIPS 180-2, appendix B.1.
        assert_eq!(spooled.hash.0, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!((spooled.bytes, std::fs::read(&spooled.path).unwrap()), (3, b"abc".to_vec()));
        let path = spooled.path.to_path_buf();
        drop(spooled);
        assert!(!path.exists(), "what is not kept leaves nothing behind");
    }
}
