//! Running heads and page numbers over whole books, through the door of the service.

use std::path::PathBuf;

use kazi_services::{JsonDone, Settings};
use serde_json::{Value, json};

use crate::book::{World, bind};

/// A line of a page: where it stands, how wide it is, what it says.
type Line = (u32, u32, u32, String);

/// Puts a book together from pages of lines; `proofread` gives the outcome of a page, if there was somebody.
fn delivered(pages: &[Vec<Line>], proofread: &dyn Fn(usize) -> Option<Value>) -> World {
    let service = bind("{}");
    let settings = Settings {
        title: "A Book".to_owned(),
        operator: "Kazi".to_owned(),
        project: "project_1".to_owned(),
        date: "2026-11-22".to_owned(),
    };
    let mut world = World::default();
    let mut assembler = service.assembler(&settings);
    let done = |key: String, kind: &str, body: Value, outcome: Option<Value>| JsonDone {
        source: "book.pdf".to_owned(),
        depth: u32::from(kind != "page"),
        key,
        kind: kind.to_owned(),
        body: body.to_string(),
        outcome: outcome.map(|outcome| outcome.to_string()),
        confidence: 0.99,
        people: 2,
        answers: Vec::new(),
    };
    for (number, lines) in (1_usize..).zip(pages) {
        let page = json!({"kind": "page", "number": number, "width": 1_400, "height": 2_000, "dpi": 300,
            "image": "0", "image_w": 1_400, "image_h": 2_000});
        assembler.item(done(format!("p{number:04}"), "page", page, proofread(number)), &mut world).unwrap();
        for (index, (x, baseline, w, text)) in (1..).zip(lines) {
            let line = json!({"kind": "line", "page": number, "index": index, "x": x, "y": baseline - 35, "w": w,
                "h": 45, "baseline": baseline, "x_height": 20, "image": "0", "image_w": w, "image_h": 45});
            let outcome = json!({"is": "line", "text": text});
            let key = format!("p{number:04}/l{index:03}");
            assembler.item(done(key, "line", line, Some(outcome)), &mut world).unwrap();
        }
    }
    assembler.finish(&mut world).unwrap();
    world
}

/// A page: the lines of its head, and a text set over the measure.
fn sheet(heads: &[&str], text: &str) -> Vec<Line> {
    let mut lines: Vec<Line> =
        (0..).zip(heads).map(|(row, head)| (450, 150 + 60 * row, 400, (*head).to_owned())).collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    for (row, words) in (0..).zip(words.chunks(9).take(26)) {
        let w = if words.len() == 9 { 1_100 } else { 120 * words.len() as u32 };
        lines.push((150, 290 + 60 * row, w, words.join(" ")));
    }
    lines
}

const TEXT: &str = "and so he went along the river until the evening came, and nobody of all those whom he met on \
    the road could tell him where the golden bird had flown, nor who had seen it last before the snow";

/// The page as the proofreader leaves it, with one block a line of the head.
fn page_outcome(head: &str, kind: &str, text: &str, lines: u32) -> Value {
    let lines: Vec<u32> = (2..lines).collect();
    json!({"is": "page", "blocks": [
        {"type": kind, "text": head, "lines": [1]},
        {"type": "paragraph", "text": text, "lines": lines},
    ]})
}

#[test]
fn a_title_that_no_page_tells_from_a_heading_leaves_the_text() {
    let pages: Vec<Vec<Line>> = (0..20)
        .map(|page| sheet(&[if page % 2 == 0 { "The Golden Bird" } else { "Tales of the North" }], TEXT))
        .collect();
    let world = delivered(&pages, &|_| None);
    let book = world.text("book.txt");
    assert!(!book.contains("The Golden Bird") && !book.contains("Tales of the North"), "{book}");
    assert_eq!(book.matches("until the evening came").count(), 20);
    assert!(world.text("text/p0003.txt").starts_with("The Golden Bird\n"));
    assert!(world.text("page/p0003.xml").contains("type=\"header\""));
    assert!(world.text("alto/p0020.xml").contains("CONTENT=\"Tales\""));
}

#[test]
fn what_a_proofreader_changed_is_obeyed_and_what_they_left_follows_the_book() {
    let pages: Vec<Vec<Line>> = (0..9).map(|_| sheet(&["The Golden Bird"], TEXT)).collect();
    let count = pages[0].len() as u32;
    // Shown as a heading, set as a quotation by the one who read page 4; left as they are on all others.
    let world = delivered(&pages, &|number| {
        let kind = if number == 4 { "quote" } else { "heading2" };
        Some(page_outcome("The Golden Bird", kind, TEXT, count + 1))
    });
    assert_eq!(world.text("book.txt").matches("The Golden Bird").count(), 1);
    let kept = world.text("book.txt");
    assert_eq!(kept[..kept.find("The Golden Bird").unwrap()].matches("until the evening came").count(), 3);
}

#[test]
fn a_head_that_was_left_in_a_paragraph_is_cut_out_of_it() {
    let tight = |text: &str| {
        let mut lines = sheet(&["The golden bird of which all men tell when winter comes"], text);
        lines[0] = (150, 230, 1_100, lines[0].3.clone());
        lines
    };
    let pages: Vec<Vec<Line>> = (0..6).map(|_| tight(TEXT)).collect();
    let lines: Vec<u32> = (1..=pages[0].len() as u32).collect();
    let text = format!("{} {TEXT}", pages[0][0].3);
    let page = json!({"is": "page", "blocks": [{"type": "paragraph", "text": text, "lines": lines}]});
    let world = delivered(&pages, &|_| Some(page.clone()));
    let book = world.text("book.txt");
    assert!(!book.contains("of which all men tell"), "{book}");
    assert_eq!(book.matches("until the evening came").count(), 6);
}

/// The first line of each page of a real book, as it was printed, and what stands below it.
fn real_books() -> Vec<(String, Vec<(String, String)>)> {
    let folder =
        std::env::var_os("KAZI_REAL_DATA").map_or_else(|| "../../../shared/data".into(), PathBuf::from);
    let mut books = Vec::new();
    for name in ["boy-apprenticed-to-an-enchanter_part1", "seat-weaving_ch6", "child-of-the-moat"] {
        let Ok(entries) = std::fs::read_dir(folder.join("book-pages").join(name)) else { continue };
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| path.to_string_lossy().ends_with(".gt.txt"));
        files.sort();
        let page = |path: &PathBuf| {
            let text = std::fs::read_to_string(path).unwrap();
            let (head, rest) = text.split_once('\n').unwrap();
            (head.split_whitespace().collect::<Vec<_>>().join(" "), rest.to_owned())
        };
        books.push((name.to_owned(), files.iter().map(page).collect()));
    }
    books
}

#[test]
fn the_heads_of_real_books_leave_the_text_in_whatever_letters_they_are_set() {
    let books = real_books();
    if books.is_empty() {
        println!("skipped: KAZI_REAL_DATA names no folder with book-pages");
    }
    // A part or chapter begins lower on its page.
    let opens = |head: &str| head.starts_with("CHAPTER") || head.starts_with("PART");
    for (name, pages) in books {
        for small in [false, true] {
            // In small letters nothing but coming again tells a title of the novel, which has no number, from a heading.
            let set = |head: &str| if small { head.to_lowercase() } else { head.to_owned() };
            let set_out = |(head, rest): &(String, String)| {
                let mut lines = sheet(&[&set(head)], rest);
                if opens(head) {
                    for line in &mut lines {
                        line.1 += 200;
                    }
                }
                lines
            };
            let sheets: Vec<Vec<Line>> = pages.iter().map(set_out).collect();
            let world = delivered(&sheets, &|_| None);
            let book = world.text("book.txt");
            for (head, _) in &pages {
                let found = book.lines().any(|line| line == set(head));
                assert_eq!(
                    found,
                    opens(head),
                    "{name}, small {small}: {head} in {}",
                    book.get(..300).unwrap_or(&book)
                );
            }
        }
    }
}
