//! What opens the files of clients: the limited child, and the reader of pages.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::process::Command;

use kazi_app::media::{Ended, Limits, MediaChild, Order, page_reader};
use kazi_services::digitisation::TESSERACT;
use kazi_services::{BlobRef, JsonPiece, JsonSink, PieceNumber, Problem, Refusal};

use super::Line;

/// A page with a line of text, in a font that the file does not bring along.
const PAGE: &[u8] = include_bytes!("page.pdf");

/// What is looked at.
pub fn look() -> Vec<Line> {
    let Ok(child) = MediaChild::of_this_program() else {
        let mend = "start it by its full name, from a file system that is not gone";
        return vec![Line::bad("limited child", "the program does not find itself", mend)];
    };
    vec![pages(&child), limits(&child), reader(page_reader().and_then(languages))]
}

/// Counts what a child sends.
#[derive(Default)]
struct Count {
    pieces: u64,
    pictures: u64,
}

impl JsonSink for Count {
    fn blob(&mut self, _: &str, _: &[u8]) -> Result<BlobRef, Refusal> {
        self.pictures += 1;
        Ok(BlobRef("0".repeat(64)))
    }

    fn piece(&mut self, _: JsonPiece) -> Result<PieceNumber, Refusal> {
        self.pieces += 1;
        Ok(PieceNumber(self.pieces - 1))
    }

    fn problem(&mut self, _: Problem) {}

    fn progress(&mut self, _: u64, _: u64) {}
}

fn split(child: &MediaChild) -> Result<Count, Ended> {
    let not_able = |error: std::io::Error| Ended::NotAble(error.to_string());
    let mut file = tempfile::NamedTempFile::new().map_err(not_able)?;
    file.write_all(PAGE).map_err(not_able)?;
    let file = File::open(file.path()).map_err(not_able)?;
    let mut count = Count::default();
    let order = Order { service: "digitisation", spec: "{}", name: "page.pdf", file };
    child.split(order, &mut count, &|| true)?;
    Ok(count)
}

/// A page must be rendered, and its line found.
fn pages(child: &MediaChild) -> Line {
    const WHAT: &str = "pages of PDFs";
    let mend = "files of clients will be refused: is /tmp writable, and may this user start programs?";
    match split(child) {
        Ok(count) if count.pieces > 1 && count.pictures > 0 => {
            Line::ok(WHAT, "a page is rendered and its line found; fonts are built in")
        }
        Ok(_) => Line::bad(WHAT, "a page is rendered, but its line is not found", mend),
        Err(ended) => Line::bad(WHAT, told(&ended), mend),
    }
}

/// With a mebibyte of memory nothing can be rendered; a child that does so all the same is not limited.
fn limits(child: &MediaChild) -> Line {
    const WHAT: &str = "limited child";
    let small = MediaChild { limits: Limits { memory: 1 << 20, ..child.limits }, ..child.clone() };
    let mend = "a file made for harm could use up this machine: run Kazi on Linux, as a user of its own";
    match split(&small) {
        Err(Ended::Refused(_)) => Line::ok(WHAT, "one that wants more memory than it may have is ended"),
        Ok(_) => Line::bad(WHAT, "limits on memory are not kept here", mend),
        Err(ended) => Line::bad(WHAT, told(&ended), mend),
    }
}

fn told(ended: &Ended) -> String {
    match ended {
        Ended::Refused(refusal) => refusal.message.clone(),
        Ended::NotAble(why) => why.clone(),
        Ended::Stopped => "it was stopped".to_owned(),
    }
}

/// The languages that the reader of pages has.
fn languages(program: &std::path::Path) -> Option<BTreeSet<String>> {
    let output = Command::new(program).arg("--list-langs").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Some(text.lines().skip(1).map(|line| line.trim().to_owned()).collect())
}

/// A language's tag, and the name by which the reader knows it.
type Language = (&'static str, &'static str);

/// Without a reader people type every line from the picture alone.
fn reader(found: Option<BTreeSet<String>>) -> Line {
    const WHAT: &str = "page reader";
    let Some(found) = found else {
        let mend = "people type every line without a draft, which costs more: apt-get install tesseract-ocr";
        return Line::warning(WHAT, "Tesseract is not installed", mend);
    };
    let (here, missing): (Vec<Language>, Vec<Language>) =
        TESSERACT.iter().partition(|(_, name)| found.contains(*name));
    let tags = |all: &[Language]| all.iter().map(|(tag, _)| *tag).collect::<Vec<_>>().join(" ");
    if !found.contains("eng") {
        let mend = "it is used where a project names no other language: apt-get install tesseract-ocr-eng";
        return Line::warning(WHAT, "Tesseract has no English", mend);
    }
    let more = match missing.first() {
        Some((_, name)) => format!("; more: {} (apt-get install tesseract-ocr-{name} …)", tags(&missing)),
        None => String::new(),
    };
    Line::ok(WHAT, format!("Tesseract reads {}{more}", tags(&here)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Verdict;

    #[test]
    fn a_reader_says_what_it_reads_and_how_to_get_more() {
        let with = |names: &[&str]| reader(Some(names.iter().map(|&name| name.to_owned()).collect()));
        let line = with(&["eng", "swa", "osd"]);
        assert_eq!(line.verdict, Verdict::Ok);
        assert!(line.found.starts_with("Tesseract reads en sw; more: fr"), "{}", line.found);
        assert_eq!([with(&["swa"]).verdict, reader(None).verdict], [Verdict::Warning; 2]);
    }
}
