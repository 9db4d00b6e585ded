//! Our lines against those on which Tesseract reads words.

use crate::percent;
use kazi_formats::raster::encode_png;
use kazi_services::digitisation::segment::Segmentation;
use kazi_services::digitisation::segment::draft::{ReadWord, line_of, parse_tsv};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// Reads the straightened page with Tesseract, or takes the table that an earlier run left.
pub fn read(found: &Segmentation, stem: &Path) -> Vec<ReadWord> {
    let table = stem.with_extension("tsv");
    if !table.exists() {
        let image = stem.with_extension("page.png");
        std::fs::write(&image, encode_png(&found.page).unwrap()).unwrap();
        let status = Command::new("tesseract")
            .args([image.as_os_str(), stem.as_os_str(), "--psm".as_ref(), "3".as_ref(), "tsv".as_ref()])
            .env("OMP_THREAD_LIMIT", "1")
            .output()
            .unwrap();
        assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stderr));
        std::fs::remove_file(image).unwrap();
    }
    parse_tsv(&std::fs::read_to_string(table).unwrap()).unwrap()
}

/// How our lines and Tesseract's agree over a book.
#[derive(Default)]
pub struct Agreement {
    /// Tesseract's lines with a word.
    theirs: u64,
    /// Of these, those whose words all lie in one of ours.
    whole: u64,
    /// Of these, those whose words all lie inside our figures.
    in_figures: u64,
    /// Our lines that hold only a lesser part of one of Tesseract's.
    pieces: u64,
    /// Our lines on which Tesseract reads nothing.
    unread: u64,
}

impl Agreement {
    /// Adds a page.
    pub fn add(&mut self, label: &str, found: &Segmentation, words: &[ReadWord]) {
        let layout = &found.layout;
        let mut lines: BTreeMap<[u32; 4], Vec<&ReadWord>> = BTreeMap::new();
        for word in words.iter().filter(|word| is_word(word)) {
            lines.entry(word.line.unwrap_or_default()).or_default().push(word);
        }
        let mut pieces = BTreeSet::new();
        for words in lines.values() {
            self.theirs += 1;
            let homes: Vec<Option<usize>> = words.iter().map(|word| line_of(layout, &word.place)).collect();
            let distinct: BTreeSet<Option<usize>> = homes.iter().copied().collect();
            let in_figures = words.iter().all(|word| {
                let (x, y) =
                    (word.place.x.midpoint(word.place.right()), word.place.y.midpoint(word.place.bottom()));
                layout.figures.iter().any(|figure| figure.contains(x, y))
            });
            let text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
            if distinct.len() == 1 && !distinct.contains(&None) {
                self.whole += 1;
            } else if in_figures {
                self.in_figures += 1;
            } else {
                println!("  {label}: not in one line {homes:?}: {text}");
            }
            let count = |home: Option<usize>| homes.iter().filter(|other| **other == home).count();
            let main = distinct.iter().copied().flatten().max_by_key(|home| count(Some(*home)));
            pieces.extend(distinct.into_iter().flatten().filter(|home| Some(*home) != main));
        }
        self.pieces += u64::try_from(pieces.len()).unwrap();
        for (at, line) in layout.lines.iter().enumerate() {
            if !words.iter().any(|word| line_of(layout, &word.place) == Some(at)) {
                println!("  {label}: nothing read on our line {at} at {:?}", line.place);
                self.unread += 1;
            }
        }
    }

    /// Prints the figures of a book in which we found that many lines.
    pub fn print(&self, ours: usize) {
        if self.theirs == 0 {
            return;
        }
        let ours = u64::try_from(ours).unwrap();
        println!(
            "  Tesseract reads words on {} lines: {} ({:.2} %) lie in exactly one of ours, {} in figures, {} elsewhere",
            self.theirs,
            self.whole,
            percent(self.whole, self.theirs - self.in_figures),
            self.in_figures,
            self.theirs - self.whole - self.in_figures
        );
        println!(
            "  of our {ours} lines {} ({:.2} %) are pieces of one of theirs; on {} nothing is read",
            self.pieces,
            percent(self.pieces, ours),
            self.unread
        );
    }
}

/// Whether it is a word, and not a speck that was taken for a mark: two letters or digits, or one read with
/// confidence.
fn is_word(word: &ReadWord) -> bool {
    let letters = word.text.chars().filter(|character| character.is_alphanumeric()).count();
    let confidence = word.confidence.unwrap_or(0.0);
    (letters >= 2 && confidence >= 0.3) || (letters == 1 && confidence >= 0.8)
}
