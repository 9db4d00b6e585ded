//! Takes what a service finds in a file, and hands it on in chunks that a transaction can take.

use std::time::{Duration, Instant};

use bytes::Bytes;
use kazi_services::{BlobRef, BoundService, JsonPiece, JsonSink, PieceNumber, Problem, Refusal};
use sha2::{Digest, Sha256};

use super::tree::{Item, Tree, fault};
use crate::blobs::{Stored, hash_name, length};
use crate::jobs::Trouble;
use crate::turn::Turn;

/// What one transaction takes: whole trees, and the bytes they show.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    pub(super) items: Vec<Item>,
    pub(super) blobs: Vec<(Stored, Bytes)>,
    /// Problems with their numbers.
    pub(super) problems: Vec<(i64, Problem)>,
    /// How far the splitting is: parts done, of all.
    pub(super) progress: (i64, i64),
    weight: usize,
}

/// Where chunks go.
pub(super) type Send<'a> = &'a mut dyn FnMut(Chunk) -> Result<(), Trouble>;

/// A chunk is handed on when it has so many items, or so many bytes. Others wait for the transaction that
/// writes it, so it must be short.
const ITEMS: usize = 2_000;
const BYTES: usize = 8 << 20;
/// Or when the one before is so old: whoever looks sees how far it is, and what is there can be worked on.
const OLD: Duration = Duration::from_secs(2);
/// So many problems of a file are kept; they are alike.
const MOST_PROBLEMS: i64 = 1_000;

/// What was kept of the source by an earlier try.
#[derive(Debug, Clone, Default)]
pub(super) struct Kept {
    /// How many items.
    pub(super) items: i64,
    /// The key of the last of them.
    pub(super) last_key: Option<String>,
}

/// The sink of a splitting.
pub(super) struct Collector<'a> {
    service: &'a dyn BoundService,
    kept: Kept,
    send: Send<'a>,
    given: u64,
    position: i64,
    problems: i64,
    tree: Option<Tree>,
    chunk: Chunk,
    handed: Instant,
    turn: Turn,
    trouble: Option<Trouble>,
}

/// How a splitting went, as the sink saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Collected {
    /// How many items the source has.
    pub(super) items: i64,
    /// How far it came.
    pub(super) progress: (i64, i64),
}

impl<'a> Collector<'a> {
    pub(super) fn new(service: &'a dyn BoundService, kept: Kept, send: Send<'a>) -> Self {
        Self {
            service,
            kept,
            send,
            given: 0,
            position: 0,
            problems: 0,
            tree: None,
            chunk: Chunk::default(),
            handed: Instant::now(),
            turn: Turn::now(),
            trouble: None,
        }
    }

    /// Hands on what is left.
    pub(super) fn finish(mut self) -> Result<Collected, Trouble> {
        let closed = self.close_tree().and_then(|()| self.hand_on());
        match (self.trouble, closed) {
            (Some(trouble), _) => Err(trouble),
            (None, Err(refusal)) => Err(Trouble::Final(refusal.message)),
            (None, Ok(())) => Ok(Collected { items: self.position, progress: self.chunk.progress }),
        }
    }

    /// What stopped the splitting from our side.
    pub(super) fn trouble(&self) -> Option<&Trouble> {
        self.trouble.as_ref()
    }

    fn stop<T>(&mut self, trouble: Trouble) -> Result<T, Refusal> {
        let refusal = Refusal { key: "stopped".to_owned(), message: trouble.to_string() };
        self.trouble.get_or_insert(trouble);
        Err(refusal)
    }

    fn close_tree(&mut self) -> Result<(), Refusal> {
        let Some(tree) = self.tree.take() else { return Ok(()) };
        let mut items = tree.ripen(self.position, self.service, &self.turn);
        self.position += i64::try_from(items.len()).unwrap_or(i64::MAX);
        if self.position <= self.kept.items {
            return self.compare(items.last());
        }
        self.chunk.items.append(&mut items);
        if self.chunk.items.len() >= ITEMS { self.hand_on() } else { Ok(()) }
    }

    /// An earlier try kept this item; it must be the same one.
    fn compare(&mut self, last: Option<&Item>) -> Result<(), Refusal> {
        let key = last.map(|item| item.key.as_str());
        if self.position == self.kept.items && key != self.kept.last_key.as_deref() {
            return self.stop(Trouble::Final(
                "This file was split in part, people have worked on it, and now it is cut in another way: \
                 tell the operator, or add it once more as a new file."
                    .to_owned(),
            ));
        }
        Ok(())
    }

    fn hand_on(&mut self) -> Result<(), Refusal> {
        let progress = self.chunk.progress;
        let full = std::mem::replace(&mut self.chunk, Chunk { progress, ..Chunk::default() });
        self.turn = Turn::now();
        self.handed = Instant::now();
        match (self.send)(full) {
            Ok(()) => Ok(()),
            Err(trouble) => self.stop(trouble),
        }
    }
}

impl JsonSink for Collector<'_> {
    fn blob(&mut self, media_type: &str, bytes: &[u8]) -> Result<BlobRef, Refusal> {
        let mut hasher = Sha256::new();
        hasher.update(bytes);
        let hash = hash_name(hasher);
        let media_type = shown_as(media_type).to_owned();
        let stored = Stored { hash: hash.clone(), media_type, bytes: length(bytes) };
        self.chunk.blobs.push((stored, Bytes::copy_from_slice(bytes)));
        self.chunk.weight += bytes.len();
        if self.chunk.weight > BYTES {
            self.hand_on()?;
        }
        Ok(hash)
    }

    fn piece(&mut self, piece: JsonPiece) -> Result<PieceNumber, Refusal> {
        if piece.key.chars().any(char::is_control) || piece.body.contains('\0') {
            return Err(fault("A piece has a name that cannot be kept. Tell the operator."));
        }
        match (piece.parent, &mut self.tree) {
            (None, _) => {
                self.close_tree()?;
                self.tree = Some(Tree::new(self.given, piece));
            }
            (Some(parent), Some(tree)) => tree.add(piece, parent)?,
            (Some(_), None) => {
                return Err(fault("A piece came before what it belongs to. Tell the operator."));
            }
        }
        let number = PieceNumber(self.given);
        self.given += 1;
        Ok(number)
    }

    fn problem(&mut self, problem: Problem) {
        if self.problems < MOST_PROBLEMS {
            self.chunk.problems.push((self.problems, problem));
        } else if self.problems == MOST_PROBLEMS {
            let message = "There are more problems of this kind; only the first 1,000 are shown.".to_owned();
            let more = Problem { field: String::new(), key: "more-problems".to_owned(), message };
            self.chunk.problems.push((self.problems, more));
        }
        self.problems += 1;
    }

    fn progress(&mut self, done: u64, all: u64) {
        let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        self.chunk.progress = (count(done), count(all));
        if self.handed.elapsed() > OLD {
            // The splitting ends with what goes wrong here: it is kept.
            drop(self.hand_on());
        }
    }
}

/// The media type that bytes are shown as. What a browser might run is only ever bytes.
fn shown_as(media_type: &str) -> &str {
    const SHOWN: [&str; 8] = [
        "image/png",
        "image/jpeg",
        "image/webp",
        "image/gif",
        "text/plain",
        "text/vtt",
        "application/pdf",
        "application/json",
    ];
    let plays = media_type.starts_with("audio/") || media_type.starts_with("video/");
    let plain = media_type.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/.+-".contains(&byte));
    if SHOWN.contains(&media_type) || (plays && plain) { media_type } else { "application/octet-stream" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_browser_might_run_is_only_bytes() {
        assert_eq!(shown_as("image/png"), "image/png");
        assert_eq!(shown_as("audio/ogg"), "audio/ogg");
        for bad in ["text/html", "image/svg+xml", "audio/ogg\r\nx: y", "application/javascript", ""] {
            assert_eq!(shown_as(bad), "application/octet-stream");
        }
    }
}
