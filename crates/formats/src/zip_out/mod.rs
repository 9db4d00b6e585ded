//! A ZIP archive written from front to back, entry by entry, into anything that only grows.
//!
//! Each entry's header carries its sizes and checksum, so nothing is ever gone back to. The same entries
//! give the same bytes: the date is always 1 January 1980. Entries and archive stay below 4 GiB (no ZIP64).

use std::io::Write;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

/// What can go wrong while an archive is written.
#[derive(Debug, thiserror::Error)]
pub enum ZipOutError {
    /// The archive, an entry or a name is larger than the format holds.
    #[error("the archive would be larger than 4 GiB or hold more than 65,535 files; make it smaller")]
    TooLarge,
    /// Two entries have one name.
    #[error("two files in the archive are called {0}")]
    Twice(String),
    /// The compressor failed.
    #[error("a file could not be compressed: {0}")]
    Compressing(#[from] std::io::Error),
}

/// How an entry is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// As it is: for what is compressed already, and for the first entry of an EPUB.
    Stored,
    /// Deflated.
    Deflated,
}

#[derive(Debug)]
struct Entry {
    name: String,
    method: u16,
    checksum: u32,
    packed: u32,
    length: u32,
    offset: u32,
}

/// An archive in the making. Every call gives the bytes to append.
#[derive(Debug, Default)]
pub struct ZipOut {
    entries: Vec<Entry>,
    offset: u32,
}

/// 1 January 1980, the first date that the format knows.
const DATE: u16 = 0x21;
/// Names are UTF-8.
const FLAGS: u16 = 1 << 11;
const VERSION: u16 = 20;

impl ZipOut {
    /// Whether there is an entry of this name.
    pub fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name == name)
    }

    /// The bytes of the next entry.
    ///
    /// # Errors
    /// When the archive grows too large or the name is taken.
    pub fn entry(&mut self, name: &str, content: &[u8], keep: Keep) -> Result<Vec<u8>, ZipOutError> {
        if self.has(name) {
            return Err(ZipOutError::Twice(name.to_owned()));
        }
        let mut checksum = Crc::new();
        checksum.update(content);
        let mut packed = Vec::new();
        if keep == Keep::Deflated {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(content)?;
            packed = encoder.finish()?;
        }
        let body: &[u8] = if keep == Keep::Deflated { &packed } else { content };
        let entry = Entry {
            name: name.to_owned(),
            method: if keep == Keep::Deflated { 8 } else { 0 },
            checksum: checksum.sum(),
            packed: size(body.len())?,
            length: size(content.len())?,
            offset: self.offset,
        };
        let mut bytes = Vec::with_capacity(body.len().saturating_add(name.len()).saturating_add(30));
        bytes.extend_from_slice(b"PK\x03\x04");
        entry.write_common(&mut bytes)?;
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(body);
        self.offset = self.offset.checked_add(size(bytes.len())?).ok_or(ZipOutError::TooLarge)?;
        self.entries.push(entry);
        Ok(bytes)
    }

    /// The directory that ends the archive.
    ///
    /// # Errors
    /// When there are too many entries.
    pub fn finish(self) -> Result<Vec<u8>, ZipOutError> {
        let mut bytes = Vec::new();
        for entry in &self.entries {
            bytes.extend_from_slice(b"PK\x01\x02");
            put16(&mut bytes, VERSION);
            entry.write_common(&mut bytes)?;
            // No comment, first disk, no attributes.
            bytes.extend_from_slice(&[0; 10]);
            put32(&mut bytes, entry.offset);
            bytes.extend_from_slice(entry.name.as_bytes());
        }
        let count = u16::try_from(self.entries.len()).map_err(|_| ZipOutError::TooLarge)?;
        let length = size(bytes.len())?;
        bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        put16(&mut bytes, count);
        put16(&mut bytes, count);
        put32(&mut bytes, length);
        put32(&mut bytes, self.offset);
        put16(&mut bytes, 0);
        Ok(bytes)
    }
}

impl Entry {
    /// What the header before the content and the directory have in common, up to the extra field's length.
    fn write_common(&self, bytes: &mut Vec<u8>) -> Result<(), ZipOutError> {
        let name = u16::try_from(self.name.len()).map_err(|_| ZipOutError::TooLarge)?;
        for value in [VERSION, FLAGS, self.method, 0, DATE] {
            put16(bytes, value);
        }
        for value in [self.checksum, self.packed, self.length] {
            put32(bytes, value);
        }
        put16(bytes, name);
        put16(bytes, 0);
        Ok(())
    }
}

fn size(length: usize) -> Result<u32, ZipOutError> {
    u32::try_from(length).map_err(|_| ZipOutError::TooLarge)
}

fn put16(bytes: &mut Vec<u8>, value: u16) {
    bytes.extend_from_slice(&value.to_le_bytes());
}

fn put32(bytes: &mut Vec<u8>, value: u32) {
    bytes.extend_from_slice(&value.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Read};

    fn read(bytes: Vec<u8>) -> Vec<(String, Vec<u8>)> {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        (0..archive.len())
            .map(|place| {
                let mut entry = archive.by_index(place).unwrap();
                let mut content = Vec::new();
                entry.read_to_end(&mut content).unwrap();
                (entry.name().unwrap().into_owned(), content)
            })
            .collect()
    }

    proptest::proptest! {
        #[test]
        fn another_reader_finds_what_was_put_in(
            contents in proptest::collection::vec(
                (proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300), proptest::prelude::any::<bool>()), 0..6)
        ) {
            let mut zip = ZipOut::default();
            let mut bytes = Vec::new();
            let mut expected = Vec::new();
            for (place, (content, deflate)) in contents.into_iter().enumerate() {
                let name = format!("ordner/ä{place}.txt");
                let keep = if deflate { Keep::Deflated } else { Keep::Stored };
                bytes.extend(zip.entry(&name, &content, keep).unwrap());
                expected.push((name, content));
            }
            bytes.extend(zip.finish().unwrap());
            proptest::prop_assert_eq!(read(bytes), expected);
        }
    }

    #[test]
    fn a_name_is_taken_once() {
        let mut zip = ZipOut::default();
        zip.entry("a", b"1", Keep::Stored).unwrap();
        assert!(matches!(zip.entry("a", b"2", Keep::Stored), Err(ZipOutError::Twice(_))));
    }
}
