//! The child: binds itself, splits the file on its standard input, sends frames.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Stdout, Write};
use std::process::ExitCode;

use kazi_services::{BlobRef, JsonPiece, JsonSink, PieceNumber, Problem, Refusal, Source};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::frame::{Frame, write_blob};
use super::reader::PageReader;
use super::{Find, Limits};
use crate::blobs::hash_name;

/// The word that makes the program a child.
pub const WORD: &str = "media-child";
/// The variable that holds the child's order.
pub(super) const ORDER: &str = "KAZI_MEDIA_ORDER";

/// What a child is told to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Told {
    pub(super) service: String,
    pub(super) spec: String,
    pub(super) name: String,
    pub(super) limits: Limits,
}

/// The exit code of a child that could not do its work for no fault of the file.
pub(super) const NOT_ABLE: u8 = 70;

/// Does a child's work when this process is one; `None` when it is the program itself. Call it first in
/// `main`, before there are threads.
pub fn child_main() -> Option<ExitCode> {
    child_main_with(kazi_services::find)
}

/// [`child_main`] with other services than the registry's.
pub fn child_main_with(find: Find) -> Option<ExitCode> {
    let is_child = std::env::args_os().nth(1).is_some_and(|word| word == WORD);
    is_child.then(|| match work(find) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            // The parent reads this.
            eprintln!("{why}");
            ExitCode::from(NOT_ABLE)
        }
    })
}

fn work(find: Find) -> Result<(), String> {
    let order =
        std::env::var(ORDER).map_err(|_| "this command is for Kazi itself, not for people".to_owned())?;
    let told: Told = serde_json::from_str(&order).map_err(|error| error.to_string())?;
    let file = standard_input().map_err(|error| error.to_string())?;
    let length = file.metadata().map_err(|error| error.to_string())?.len();
    told.limits.bind(length).map_err(|error| format!("limits cannot be set: {error}"))?;
    let service = find(&told.service).ok_or("this program does not have the service")?;
    let bound = service.bind(&told.spec).map_err(|problems| format!("{problems:?}"))?;
    let mut sink = Pipe { to: BufWriter::with_capacity(1 << 16, io::stdout()), pieces: 0 };
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let source = Source { name: &told.name, length, reader: &mut reader };
    let last = match bound.split(source, &mut PageReader, &mut sink) {
        Ok(()) => Frame::End,
        Err(refusal) => Frame::Refusal(refusal),
    };
    last.write(&mut sink.to).and_then(|()| sink.to.flush()).map_err(|error| error.to_string())
}

/// Standard input as the file it is, so that it can be read from any place.
fn standard_input() -> io::Result<File> {
    use std::os::fd::AsFd;
    Ok(File::from(io::stdin().as_fd().try_clone_to_owned()?))
}

/// Sends what the service finds.
struct Pipe {
    to: BufWriter<Stdout>,
    pieces: u64,
}

fn gone(error: &io::Error) -> Refusal {
    Refusal { key: "pipe-broke".to_owned(), message: format!("What was found cannot be handed on: {error}.") }
}

impl JsonSink for Pipe {
    fn blob(&mut self, media_type: &str, bytes: &[u8]) -> Result<BlobRef, Refusal> {
        write_blob(&mut self.to, media_type, bytes).map_err(|error| gone(&error))?;
        let mut hasher = Sha256::new();
        hasher.update(bytes);
        Ok(hash_name(hasher))
    }

    fn piece(&mut self, piece: JsonPiece) -> Result<PieceNumber, Refusal> {
        Frame::Piece(piece).write(&mut self.to).map_err(|error| gone(&error))?;
        let number = PieceNumber(self.pieces);
        self.pieces += 1;
        Ok(number)
    }

    fn problem(&mut self, problem: Problem) {
        // A broken pipe is found out by the next piece.
        drop(Frame::Problem(problem).write(&mut self.to));
    }

    fn progress(&mut self, done: u64, all: u64) {
        drop(Frame::Progress(done, all).write(&mut self.to).and_then(|()| self.to.flush()));
    }
}
