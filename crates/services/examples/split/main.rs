//! Measures how books are split: pages a second on one core, memory, and how our lines compare with those on which
//! Tesseract reads words.
//!
//! `cargo run --release -p kazi-services --example split -- [--tesseract FOLDER] [--show FOLDER] FILE…`
//!
//! Each FILE is a PDF, TIFF, ZIP or image. With `--tesseract` the straightened pages are read by the installed
//! `tesseract` (once: its tables are kept in FOLDER) and compared; with `--show` each page is written there with its
//! pieces outlined.
#![expect(clippy::unwrap_used, reason = "a measurement stops at the first surprise")]

mod compare;
mod show;

use compare::Agreement;
use kazi_formats::pages::{Limits, Pages};
use kazi_services::digitisation::segment::segment;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

struct Options {
    tesseract: Option<PathBuf>,
    show: Option<PathBuf>,
    files: Vec<PathBuf>,
}

fn options() -> Options {
    let mut options = Options { tesseract: None, show: None, files: Vec::new() };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--tesseract" => options.tesseract = arguments.next().map(PathBuf::from),
            "--show" => options.show = arguments.next().map(PathBuf::from),
            _ => options.files.push(PathBuf::from(argument)),
        }
    }
    for folder in [&options.tesseract, &options.show].into_iter().flatten() {
        std::fs::create_dir_all(folder).unwrap();
    }
    options
}

/// What was measured over one book.
#[derive(Default)]
struct Book {
    pages: u32,
    refused: u32,
    lines: usize,
    figures: usize,
    inexact: u32,
    /// Ink in lines, in rules, and outside everything: dust.
    ink: (u64, u64, u64),
    rules: usize,
    opening: Duration,
    segmenting: Duration,
    agreement: Agreement,
}

fn main() {
    let options = options();
    let mut books: Vec<(String, Book)> = Vec::new();
    for file in &options.files {
        let folder = file.parent().and_then(Path::file_name).unwrap_or_default();
        let name = folder.to_string_lossy().into_owned();
        if books.last().is_none_or(|(last, _)| *last != name) {
            books.push((name, Book::default()));
        }
        if let Some((_, book)) = books.last_mut() {
            measure(file, &options, book);
        }
    }
    for (name, book) in &books {
        print(name, book);
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM: unknown");
    println!("peak memory {}", peak.trim_start_matches("VmHWM:").trim());
}

fn measure(file: &Path, options: &Options, book: &mut Book) {
    let mut started = Instant::now();
    let reader = Box::new(BufReader::new(File::open(file).unwrap()));
    let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let pages = match Pages::open(reader, &stem, Limits::default()) {
        Ok(pages) => pages,
        Err(refusal) => {
            println!("{}: {refusal}", file.display());
            book.refused += 1;
            return;
        }
    };
    for page in pages {
        book.opening += started.elapsed();
        match page {
            Ok(page) => {
                let begun = Instant::now();
                let found = segment(&page.raster);
                book.segmenting += begun.elapsed();
                let label = format!("{stem}-{:04}", page.number);
                look(&found, &label, options, book);
            }
            Err(refusal) => {
                println!("{refusal}");
                book.refused += 1;
            }
        }
        started = Instant::now();
    }
}

fn look(
    found: &kazi_services::digitisation::segment::Segmentation,
    label: &str,
    options: &Options,
    book: &mut Book,
) {
    let coverage = found.coverage();
    book.pages += 1;
    book.lines += found.layout.lines.len();
    book.figures += found.layout.figures.len();
    book.inexact += u32::from(!coverage.is_exact());
    book.ink.0 += coverage.lines;
    book.ink.1 += coverage.rules;
    book.ink.2 += coverage.dust;
    book.rules += found.layout.rules.len();
    if let Some(folder) = &options.show {
        show::write(found, &folder.join(format!("{label}.png")));
    }
    if let Some(folder) = &options.tesseract {
        let words = compare::read(found, &folder.join(label));
        book.agreement.add(label, found, &words);
    }
}

fn print(name: &str, book: &Book) {
    let seconds = (book.opening + book.segmenting).as_secs_f64();
    let (lines, rules, dust) = book.ink;
    let of_all = |part| percent(part, lines + rules + dust);
    println!(
        "{name}: {} pages, {} refused, {} lines, {} figures",
        book.pages, book.refused, book.lines, book.figures
    );
    println!(
        "  {:.1} pages a second on one core (open {:.1} ms, segment {:.1} ms a page); {} pages not covered exactly",
        f64::from(book.pages) / seconds,
        book.opening.as_secs_f64() * 1_000.0 / f64::from(book.pages.max(1)),
        book.segmenting.as_secs_f64() * 1_000.0 / f64::from(book.pages.max(1)),
        book.inexact
    );
    println!("  ink outside lines, figures, rules and borders: {:.3} %", of_all(dust));
    println!("  ink in {} rules: {:.3} %", book.rules, of_all(rules));
    book.agreement.print(book.lines);
}

/// A part of a whole in percent; 0 of nothing.
fn percent(part: u64, whole: u64) -> f64 {
    use kazi_formats::raster::number::float;
    if whole == 0 { 0.0 } else { 100.0 * float(part) / float(whole) }
}
