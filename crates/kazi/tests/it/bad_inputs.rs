//! Whatever is thrown at the program: a sentence that says what is wrong and what to do, or the work goes on.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::made::{self, Entry};
use super::office::{Office, Source};
use super::program::{Program, Start};

/// The parent opens nothing itself, so it stays small: an unoptimised build has about 100 MiB, and mimalloc keeps as
/// much again for its thirty threads (with the system's allocator it is 97 MiB in all, after 300 files). What is looked
/// for is a file that was opened in the parent, which takes gigabytes.
const MOST_MEMORY: u64 = 320;

struct Desk {
    program: Program,
    office: Office,
    _folder: tempfile::TempDir,
}

fn desk() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    // No machine reads along, which takes most of the time: what is tested is whether files open.
    let program = Start::at(&folder.path().join("data")).env("TESSDATA_PREFIX", "/nowhere").start();
    let office = Office::open(&program);
    Desk { program, office, _folder: folder }
}

fn book() -> Value {
    json!({ "machine_as_typist": false })
}

/// The folder of real inputs, where there is one.
fn real_data() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("KAZI_REAL_DATA").map_or_else(beside, PathBuf::from);
    folder.is_dir().then_some(folder)
}

fn files_below(folder: &Path, all: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { files_below(&path, all) } else { all.push(path) }
    }
}

/// A sentence for the client: whole, and more than a word for the expert.
#[track_caller]
fn is_a_sentence(source: &Source) {
    let Source { name, problem, .. } = source;
    let words = problem.split_whitespace().count();
    assert!(words >= 6 && problem.ends_with('.'), "{name}: {problem:?} does not say what to do");
    for raw in ["Error", "error:", "Err(", "panicked", "os error", "0x", "unwrap"] {
        assert!(!problem.contains(raw), "{name}: {problem:?} is for engineers");
    }
}

impl Desk {
    /// All files of a folder go to one project; how many were taken.
    fn all_to(&mut self, service: &str, spec: &Value, files: &[PathBuf]) -> Vec<Source> {
        let project = self.office.project(service, spec);
        for path in files {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            self.office.hand_in(&project, &name, std::fs::read(path).unwrap());
        }
        // The rest of the upload goes on.
        let good = if service == "questions" { made::table(3).into_bytes() } else { made::pdf(2) };
        self.office.hand_in(&project, "good", good);
        let all = self.office.settled(&project);
        assert_eq!(all.len(), files.len() + 1);
        let last = all.last().unwrap();
        assert_eq!((last.state.as_str(), last.problems), ("split", 0), "{last:?}");
        for source in &all {
            println!("{service:13} {:8} {:45} {}", source.state, source.name, source.problem);
            if source.state == "refused" {
                is_a_sentence(source);
            }
        }
        all
    }

    /// One file for one project by itself.
    fn one(&mut self, service: &str, name: &str, bytes: Vec<u8>) -> Source {
        let project = self.office.project(service, &if service == "questions" { json!({}) } else { book() });
        self.office.hand_in(&project, name, bytes);
        let source = self.office.settled(&project).remove(0);
        println!("{service:13} {:8} {name:45} {}", source.state, source.problem);
        if source.state == "refused" {
            is_a_sentence(&source);
        }
        source
    }

    #[track_caller]
    fn refused(&mut self, service: &str, (name, bytes): (&str, Vec<u8>), because: &str) {
        let source = self.one(service, name, bytes);
        assert_eq!(source.state, "refused", "{name}");
        assert!(source.problem.contains(because), "{name}: {}", source.problem);
    }

    #[track_caller]
    fn is_well(&self) {
        self.program.log_is_clean();
        let memory = self.program.peak_memory();
        assert!(memory < MOST_MEMORY, "the server took {memory} MiB");
    }
}

#[test]
fn every_bad_file_of_others_is_refused_in_words_or_taken() {
    let Some(data) = real_data() else {
        eprintln!("skipped: there are no real inputs; KAZI_REAL_DATA may name them");
        return;
    };
    let mut files = Vec::new();
    files_below(&data.join("bad-inputs"), &mut files);
    assert!(files.len() > 100, "{} files", files.len());
    let mut desk = desk();
    let media = desk.all_to("digitisation", &book(), &files);
    let tables = desk.all_to("questions", &json!({}), &files);
    let taken = |all: &[Source], end: &str| {
        all.iter().filter(|one| one.state == "split" && one.name.ends_with(end)).count()
    };
    assert!(taken(&media, ".pdf") >= 30, "most of these PDF files are only odd");
    assert_eq!(taken(&media, ".csv"), 0, "a table is no book");
    assert!(taken(&tables, ".csv") >= 8, "most of these tables are only odd");
    assert_eq!(taken(&tables, ".pdf") + taken(&tables, ".jpg") + taken(&tables, ".xlsx"), 0);
    desk.is_well();
}

#[test]
fn files_made_to_do_harm_are_refused_and_the_next_one_is_taken() {
    let mut desk = desk();
    let page = || made::png(600, 800);
    let d = "digitisation";
    desk.refused(d, ("locked.pdf", made::locked_pdf()), "password");
    desk.refused(d, ("5000 pages.pdf", made::pdf(5_000)), "5000 pages; at most 1000");
    desk.refused(d, ("no pages.pdf", made::pdf(0)), "no pages");
    desk.refused(d, ("huge.png", made::png(30_000, 30_000)), "30000");
    desk.refused(d, ("flat.zip", made::flat_bomb()), "unpack");
    desk.refused(d, ("lying.zip", made::lying_bomb()), "");
    desk.refused(d, ("nested.zip", made::nested_bomb()), "no page images");
    desk.refused(d, ("empty.pdf", Vec::new()), "empty");
    desk.refused(d, ("cut.pdf", made::pdf(3)[..200].to_vec()), "");
    desk.refused("questions", ("bomb.csv.gz", made::gzip(&vec![b'a'; 200 << 20])), "");
    desk.refused("questions", ("zeros.csv", vec![0; 8 << 20]), "");
    desk.refused("questions", ("book.csv", made::pdf(1)), "");
    let outside = made::zip(&[Entry::of("../../evil.png", &page()), Entry::of("inside.png", &page())]);
    let source = desk.one(d, "outside.zip", outside);
    assert_eq!((source.state.as_str(), source.parts, source.problems), ("split", 1, 1), "{source:?}");
    let source = desk.one(d, "a book.jpg", made::pdf(2));
    assert_eq!((source.state.as_str(), source.parts), ("split", 2), "the content counts, not the name");
    let source = desk.one("questions", "table.pdf", made::table(5).into_bytes());
    assert_eq!((source.state.as_str(), source.parts), ("split", 5));
    desk.is_well();
}
