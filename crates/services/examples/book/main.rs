//! A whole book in memory, without server or database: split, typed by simulated workers, settled, proofread and put
//! together; for finding out why a line or a heading came out as it did.
//!
//! `cargo run -p kazi-services --example book -- [--tables FOLDER] [--keep FOLDER] [--spec JSON] [--error RATE]
//! [--lines] BOOK.pdf TRUTH`
//!
//! TRUTH is a folder with one `*.gt.txt` a page. With `--tables` Tesseract's reading of each page is kept in FOLDER and
//! taken from there the next time; `--keep` writes the delivery; `--lines` tells where each line stands. What differs
//! from the truth is told letter by letter.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "a measurement stops at the first surprise, and its numbers are small"
)]

#[path = "../../tests/it/book.rs"]
#[expect(dead_code, reason = "the tests ask more of it")]
mod book;
#[path = "../../tests/it/memory.rs"]
#[expect(dead_code, reason = "only its dice are thrown here")]
mod memory;

use std::path::{Path, PathBuf};

use book::{Tesseract, World, bind, run, split};
use kazi_quality::text::{Edit, align};
use kazi_services::Tools;

struct Options {
    tables: Option<PathBuf>,
    keep: Option<PathBuf>,
    spec: String,
    error: f64,
    lines: bool,
    files: Vec<PathBuf>,
}

fn options() -> Options {
    let mut options = Options {
        tables: None,
        keep: None,
        spec: "{}".to_owned(),
        error: 0.01,
        lines: false,
        files: Vec::new(),
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--tables" => options.tables = arguments.next().map(PathBuf::from),
            "--keep" => options.keep = arguments.next().map(PathBuf::from),
            "--spec" => options.spec = arguments.next().unwrap(),
            "--error" => options.error = arguments.next().unwrap().parse().unwrap(),
            "--lines" => options.lines = true,
            _ => options.files.push(PathBuf::from(argument)),
        }
    }
    options
}

/// Tesseract, or what it read the last time.
struct Kept {
    folder: Option<PathBuf>,
    page: u32,
}

impl Tools for Kept {
    fn read_page(&mut self, png: &[u8], dpi: u32, language: &str) -> Option<String> {
        self.page += 1;
        let place = self.folder.as_ref().map(|folder| folder.join(format!("{:04}.tsv", self.page)));
        if let Some(table) = place.as_ref().and_then(|place| std::fs::read_to_string(place).ok()) {
            return Some(table);
        }
        let table = Tesseract.read_page(png, dpi, language);
        if let (Some(place), Some(table)) = (place, &table) {
            std::fs::create_dir_all(place.parent().unwrap()).unwrap();
            std::fs::write(place, table).unwrap();
        }
        table
    }
}

fn main() {
    let options = options();
    let [file, truth] = options.files.as_slice() else { panic!("give a book and the folder of its truth") };
    let truth = truths(truth);
    let service = bind(&options.spec);
    let mut tools = Kept { folder: options.tables.clone(), page: 0 };
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    let mut world = split(service.as_ref(), &name, &std::fs::read(file).unwrap(), &mut tools).unwrap();
    if options.lines {
        for piece in &world.pieces {
            let body: serde_json::Value = serde_json::from_str(&piece.body).unwrap();
            let [x, y, w, h, foot, size] =
                ["x", "y", "w", "h", "baseline", "x_height"].map(|name| body[name].clone());
            println!("{} at {x},{y} {w}x{h}, foot {foot}, small letters {size}", piece.key);
        }
    }
    let figures = run(service.as_ref(), &mut world, &truth, options.error);
    figures.say(&name);
    for (number, (name, truth)) in (1..).zip(&truth) {
        differences(name, truth, &world.text(&format!("text/p{number:04}.txt")));
    }
    if let Some(folder) = &options.keep {
        keep(folder, &world);
    }
}

fn truths(folder: &Path) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.to_string_lossy().ends_with(".gt.txt")).collect();
    files.sort();
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    files.iter().map(|path| (name(path), std::fs::read_to_string(path).unwrap())).collect()
}

/// Tells each run of letters that differs, with what stands before it.
fn differences(name: &str, truth: &str, delivered: &str) {
    let letters =
        |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").chars().collect::<Vec<_>>();
    let (truth, delivered) = (letters(truth), letters(delivered));
    let (mut want, mut have, mut at) = (String::new(), String::new(), 0);
    let tell = |want: &mut String, have: &mut String, at: usize| {
        if !(want.is_empty() && have.is_empty()) {
            let before: String = truth[at.saturating_sub(30)..at].iter().collect();
            println!("  {name}: …{before}[{want}] came out as [{have}]");
            want.clear();
            have.clear();
        }
    };
    for edit in align(&truth, &delivered) {
        match edit {
            Edit::Same(here, _) => {
                tell(&mut want, &mut have, at);
                at = here + 1;
            }
            Edit::Substitution(here, there) => {
                want.push(truth[here]);
                have.push(delivered[there]);
            }
            Edit::Deletion(here) => want.push(truth[here]),
            Edit::Insertion(there) => have.push(delivered[there]),
        }
    }
    tell(&mut want, &mut have, at);
}

fn keep(folder: &Path, world: &World) {
    for (file, bytes) in &world.files {
        let path = folder.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}
