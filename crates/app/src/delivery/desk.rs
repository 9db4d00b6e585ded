//! The files of a delivery while they are being written.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;

use kazi_services::{BlobRef, Desk, Fault};

use crate::blobs::{BlobError, Spool, Spooled};
use crate::jobs::{Trouble, Work};

/// Writes into spool files; nothing of them stays unless they are kept.
#[derive(Debug)]
pub(super) struct Files<'a> {
    work: &'a Work,
    blobs: &'a crate::blobs::Blobs,
    folder: PathBuf,
    open: BTreeMap<String, Spool>,
    /// Our own trouble (a full disk), which may pass, behind the fault that the assembler was told.
    trouble: Option<Trouble>,
}

/// A delivery has no more files. Each is open until the end.
const MOST_FILES: usize = 500;

impl<'a> Files<'a> {
    pub(super) fn new(work: &'a Work, blobs: &'a crate::blobs::Blobs) -> Self {
        let folder = blobs.spool_folder().to_path_buf();
        Self { work, blobs, folder, open: BTreeMap::new(), trouble: None }
    }

    /// What went wrong on our side, if that is why the assembler failed.
    pub(super) fn trouble(&mut self) -> Option<Trouble> {
        self.trouble.take()
    }

    /// Makes all files durable.
    pub(super) fn finish(self) -> Result<Vec<(String, Spooled)>, BlobError> {
        self.open.into_iter().map(|(name, spool)| Ok((name, spool.finish()?))).collect()
    }

    fn failed(&mut self, error: BlobError) -> Fault {
        let fault = Fault(error.to_string());
        self.trouble.get_or_insert(error.into());
        fault
    }

    fn append(&mut self, file: &str, bytes: &[u8]) -> io::Result<()> {
        if let Some(spool) = self.open.get_mut(file) {
            return spool.write_all(bytes);
        }
        let mut spool = Spool::new(&self.folder)?;
        spool.write_all(bytes)?;
        self.open.insert(file.to_owned(), spool);
        Ok(())
    }
}

impl Desk for Files<'_> {
    fn blob(&mut self, blob: &BlobRef) -> Result<Vec<u8>, Fault> {
        match self.work.wait(self.blobs.get(blob)) {
            Ok(bytes) => Ok(bytes.into()),
            Err(BlobError::NotThere) => Err(Fault(format!("the stored bytes {} are missing", blob.0))),
            Err(error) => Err(self.failed(error)),
        }
    }

    fn write(&mut self, file: &str, bytes: &[u8]) -> Result<(), Fault> {
        if !is_name(file) {
            return Err(Fault(format!("`{file}` is no name for a file of a delivery")));
        }
        if self.open.len() >= MOST_FILES && !self.open.contains_key(file) {
            return Err(Fault(format!("a delivery has at most {MOST_FILES} files")));
        }
        self.append(file, bytes).map_err(|error| self.failed(error.into()))
    }
}

/// Plain relative names, with folders, that every file system and web address can hold.
fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let part = |part: &str| !part.is_empty() && !part.starts_with('.') && part.chars().all(plain);
    name.len() <= 200 && name.split('/').all(part)
}

/// What a file is, by the end of its name.
pub(super) fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or("") {
        "epub" => "application/epub+zip",
        "txt" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "xml" => "application/xml",
        "json" => "application/json",
        "jsonl" => "application/x-ndjson",
        "vtt" => "text/vtt; charset=utf-8",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "png" => "image/png",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivered_file_has_a_plain_name() {
        for good in ["book.epub", "pages/p0001.txt", "a-b_c.1"] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", "/etc/passwd", "../x", "a//b", "a/.hidden", "a b", "x\0", "a/", "ü.txt"] {
            assert!(!is_name(bad), "{bad:?}");
        }
    }

    #[test]
    fn the_end_of_its_name_says_what_it_is() {
        assert_eq!(media_type("pages/p1.txt"), "text/plain; charset=utf-8");
        assert_eq!(media_type("book.epub"), "application/epub+zip");
        assert_eq!(media_type("unknown"), "application/octet-stream");
    }
}
