//! Whatever a file does to the child that opens it, the parent gets a sentence.

use std::fs::File;
use std::time::Duration;

use kazi_app::media::{Ended, Limits, Order};
use kazi_services::{BlobRef, JsonPiece, JsonSink, PieceNumber, Problem, Refusal};

use crate::house::media_child;

/// A sink that only counts.
#[derive(Default)]
struct Count {
    pieces: u64,
    blobs: usize,
    problems: usize,
    refuse_after: Option<u64>,
}

impl JsonSink for Count {
    fn blob(&mut self, _: &str, bytes: &[u8]) -> Result<BlobRef, Refusal> {
        self.blobs += bytes.len();
        Ok(BlobRef(String::new()))
    }
    fn piece(&mut self, _: JsonPiece) -> Result<PieceNumber, Refusal> {
        self.pieces += 1;
        if self.refuse_after.is_some_and(|most| self.pieces > most) {
            return Err(Refusal { key: "enough".to_owned(), message: "Enough.".to_owned() });
        }
        Ok(PieceNumber(self.pieces - 1))
    }
    fn problem(&mut self, _: Problem) {
        self.problems += 1;
    }
    fn progress(&mut self, _: u64, _: u64) {}
}

fn tight() -> Limits {
    Limits { memory: 128 << 20, cpu_seconds: 20, silence: Duration::from_secs(10), output: 8 << 20 }
}

fn split_into(text: &str, sink: &mut Count, go_on: &(dyn Fn() -> bool + Sync)) -> Result<(), Ended> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
    let file = File::open(file.path()).unwrap();
    let order = Order { service: "pages", spec: "null", name: "a.txt", file };
    media_child(tight()).split(order, sink, go_on)
}

fn split(text: &str) -> (Result<(), Ended>, Count) {
    let mut sink = Count::default();
    let outcome = split_into(text, &mut sink, &|| true);
    (outcome, sink)
}

#[track_caller]
fn refused(text: &str) -> String {
    match split(text).0 {
        Err(Ended::Refused(refusal)) => {
            assert!(refusal.message.ends_with('.'), "{} is a sentence", refusal.message);
            refusal.key
        }
        other => panic!("{text:?} ended with {other:?}"),
    }
}

#[test]
fn what_the_child_finds_arrives() {
    let (outcome, sink) = split("piece - page p1\npicture 0 line p1/l1\nproblem dark\nread\n");
    assert_eq!(outcome, Ok(()));
    assert_eq!((sink.pieces, sink.blobs, sink.problems), (2, "p1/l1".len(), 1));
    assert_eq!(split("").0, Ok(()));
}

#[test]
fn a_refusal_of_the_service_arrives_as_it_was() {
    assert_eq!(refused("piece - page p1\nrefuse\n"), "wrong");
}

#[test]
fn a_file_that_crashes_its_reader_is_refused() {
    for deed in ["crash", "panic", "noise"] {
        assert_eq!(refused(&format!("piece - page p1\n{deed}\nhang\n")), "cannot-be-opened", "{deed}");
    }
}

#[test]
fn a_file_that_eats_memory_is_refused() {
    assert_eq!(refused("memory\n"), "too-much-memory");
}

#[test]
fn a_file_that_hangs_its_reader_is_refused() {
    assert_eq!(refused("piece - page p1\nhang\n"), "too-slow");
}

#[test]
fn a_file_that_unpacks_without_end_is_refused() {
    let (outcome, sink) = split("flood\n");
    assert!(matches!(outcome, Err(Ended::Refused(refusal)) if refusal.key == "too-much-inside"));
    assert!(sink.blobs <= 8 << 20);
}

#[test]
fn a_child_is_stopped_when_nobody_wants_it_any_more() {
    assert_eq!(split_into("hang\n", &mut Count::default(), &|| false), Err(Ended::Stopped));
    let mut full = Count { refuse_after: Some(1), ..Count::default() };
    let outcome = split_into("piece - page a\npiece - page b\nhang\n", &mut full, &|| true);
    assert!(matches!(outcome, Err(Ended::Refused(refusal)) if refusal.key == "enough"));
}

#[test]
fn a_machine_that_cannot_start_the_child_is_not_the_files_fault() {
    let file = || tempfile::tempfile().unwrap();
    let order = |service| Order { service, spec: "null", name: "a.txt", file: file() };
    let unknown = media_child(tight()).split(order("nothing"), &mut Count::default(), &|| true);
    assert_eq!(unknown, Err(Ended::NotAble("this program does not have the service".to_owned())));
    let mut nowhere = media_child(tight());
    nowhere.program = "/no/such/program".into();
    assert!(matches!(nowhere.split(order("pages"), &mut Count::default(), &|| true), Err(Ended::NotAble(_))));
}
