//! A sliding view of a stream: what is needed of it lies in memory in one piece, and no more.

use std::io::{self, Read};

const CHUNK: usize = 64 << 10;

pub(super) struct Window<R> {
    reader: R,
    held: Vec<u8>,
    start: usize,
    ended: bool,
}

impl<R: Read> Window<R> {
    pub fn new(reader: R) -> Self {
        Self { reader, held: Vec::new(), start: 0, ended: false }
    }

    /// The reader, wherever it stands.
    pub fn into_reader(self) -> R {
        self.reader
    }

    /// What is in memory and not yet used.
    pub fn bytes(&self) -> &[u8] {
        self.held.get(self.start..).unwrap_or_default()
    }

    /// Whether nothing follows what is in memory.
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// Leaves the first `count` bytes behind.
    pub fn advance(&mut self, count: usize) {
        self.start = self.start.saturating_add(count).min(self.held.len());
    }

    /// Reads on: as much again as is held, so that a long row is not looked at too often.
    pub fn grow(&mut self) -> io::Result<()> {
        self.held.drain(..self.start);
        self.start = 0;
        let wanted = CHUNK.max(self.held.len());
        let count = self
            .reader
            .by_ref()
            .take(u64::try_from(wanted).unwrap_or(u64::MAX))
            .read_to_end(&mut self.held)?;
        self.ended = count == 0;
        Ok(())
    }

    /// Leaves everything behind up to and with the next line end, however far it is.
    pub fn skip_line(&mut self) -> io::Result<()> {
        loop {
            if let Some(place) = self.bytes().iter().position(|byte| *byte == b'\n') {
                self.advance(place + 1);
                return Ok(());
            }
            self.advance(usize::MAX);
            if self.ended {
                return Ok(());
            }
            self.grow()?;
        }
    }
}
