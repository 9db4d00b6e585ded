//! A small book with everything in it, judged by `EPUBCheck` where it is installed.

use std::io::{Cursor, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use kazi_formats::epub::{Chapter, Epub, Inline, Labels, Metadata, Node};

fn words(text: &str) -> Vec<Inline> {
    vec![Inline::Text(text.to_owned())]
}

/// A picture of one white pixel.
const PIXEL: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0,
    1, 1, 0, 0, 0, 0, 0x37, 0x6e, 0xf9, 0x24, 0, 0, 0, 10, b'I', b'D', b'A', b'T', 0x78, 0x9c, 0x63, 0x68, 0,
    0, 0, 0x82, 0, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

fn heading(rank: u8, id: &str, text: &str) -> Node {
    Node::Heading { rank, id: id.to_owned(), content: words(text) }
}

fn text_chapter() -> Chapter {
    Chapter {
        title: "The First".into(),
        nodes: vec![
            Node::Page("1".into()),
            heading(1, "h1", "The First"),
            Node::Paragraph(vec![
                Inline::Text("It was ".into()),
                Inline::Italic(words("brass")),
                Inline::Note { to: "note-1".into(), id: "ref-1".into(), mark: "*".into() },
                Inline::Page("2".into()),
                Inline::Bold(words(" all")),
                Inline::Raised(words("th")),
            ]),
            heading(2, "h2", "Within"),
            Node::Verse(vec![words("a line"), words("another")]),
            Node::Break,
            Node::List(vec![words("one"), words("two")]),
            Node::Footnote {
                id: "note-1".into(),
                back: "ref-1".into(),
                mark: "*".into(),
                content: words("A metal."),
            },
            Node::Footnote {
                id: "note-2".into(),
                back: String::new(),
                mark: "†".into(),
                content: words("Lost."),
            },
        ],
    }
}

fn book() -> Vec<u8> {
    let metadata = Metadata {
        identifier: "urn:uuid:0189c2f4-5b6e-7c3d-8a1f-2b3c4d5e6f70".into(),
        title: "A Small Book & More".into(),
        languages: vec!["en".into(), "sw".into()],
        creators: vec!["One Author".into(), "Another".into()],
        publisher: "A Press".into(),
        date: "1920".into(),
        modified: "2026-11-22".into(),
        source: "urn:isbn:9780000000002".into(),
        rights: "Public domain".into(),
        certified_by: "An Operator".into(),
        labels: Labels::default(),
    };
    let (mut book, mut bytes) = Epub::start(metadata).unwrap();
    let (file, picture) = book.picture("p0001-f01", "image/png", PIXEL).unwrap().unwrap();
    bytes.extend(picture);
    let first = text_chapter();
    let second = Chapter {
        title: "The Second".into(),
        nodes: vec![
            heading(3, "h1", "The Second"),
            Node::Figure {
                id: "figure-1".into(),
                file,
                alt: "A white square".into(),
                long: "It is white.\nIt is square.".into(),
                decorative: false,
                caption: words("Fig. 1"),
            },
            Node::Quote(words("He said so.")),
            Node::RunningHead(words("A SMALL BOOK")),
            Node::Page("xii, a".into()),
        ],
    };
    bytes.extend(book.chapter(&first).unwrap());
    bytes.extend(book.chapter(&second).unwrap());
    bytes.extend(book.finish().unwrap());
    bytes
}

#[test]
fn the_same_book_gives_the_same_bytes() {
    assert_eq!(book(), book());
}

#[test]
fn the_first_entry_says_what_it_is() {
    let bytes = book();
    assert_eq!(&bytes[30..58], b"mimetypeapplication/epub+zip");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut navigation = String::new();
    archive.by_name("EPUB/nav.xhtml").unwrap().read_to_string(&mut navigation).unwrap();
    assert!(navigation.contains("<a href=\"chapter-001.xhtml#page-2\">2</a>"), "{navigation}");
}

/// Where `EPUBCheck` is: named by `EPUBCHECK_JAR`, or as Debian installs it.
fn epubcheck() -> Option<PathBuf> {
    let jar = std::env::var_os("EPUBCHECK_JAR")
        .map_or_else(|| "/usr/share/java/epubcheck.jar".into(), PathBuf::from);
    jar.exists().then_some(jar)
}

#[test]
fn epubcheck_finds_nothing() {
    let Some(jar) = epubcheck() else {
        println!("skipped: neither EPUBCHECK_JAR nor Debian's epubcheck is there");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.epub");
    std::fs::write(&path, book()).unwrap();
    let output = Command::new("java").arg("-jar").arg(jar).arg(&path).stdin(Stdio::null()).output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("0 fatals / 0 errors / 0 warnings"), "{said}");
}
