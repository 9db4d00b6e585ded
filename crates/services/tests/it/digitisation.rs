//! Digitisation through its door, from page images to the client's files.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kazi_formats::raster::{Bitonal, Raster, Run, decode_png, encode_png};
use kazi_formats::zip_out::{Keep, ZipOut};
use kazi_services::{BoundService, JsonView, Tools, Who};
use kazi_texts::{Language, texts};

use crate::book::{Figures, Tesseract, World, bind, run, split};

const EXACT: (&[u8], &str) = (
    include_bytes!("../../src/digitisation/practice/exact.png"),
    "She alwayes carryed two baskets to the market,",
);
const HYPHEN: (&[u8], &str) = (
    include_bytes!("../../src/digitisation/practice/hyphen.png"),
    "for the road to the lake was long, and un-",
);
const MARKS: (&[u8], &str) = (
    include_bytes!("../../src/digitisation/practice/marks.png"),
    "“Wait,” he said, “not yet; the rain will stop.”",
);
const DIGITS: (&[u8], &str) = (
    include_bytes!("../../src/digitisation/practice/digits.png"),
    "In 1863 the bridge had 27 arches; now it has 21.",
);
const DASH: (&[u8], &str) = (
    include_bytes!("../../src/digitisation/practice/dash.png"),
    "The old boat—his father’s—lay on the sand.",
);

type Line = (&'static [u8], &'static str);

const WIDTH: u32 = 1_300;
const HEIGHT: u32 = 1_400;

/// A page of lines, 100 pixels apart, with a black square under them where it has a figure.
fn page(lines: &[Line], figure: bool) -> Vec<u8> {
    let mut sheet = Bitonal::white(WIDTH, HEIGHT).with_dpi(Some(300));
    let mut top = 120;
    for (picture, _) in lines {
        let Raster::Bitonal(line) = decode_png(picture, 1 << 20).unwrap() else { panic!("a bitonal line") };
        for run in line.runs() {
            sheet.draw(Run { y: run.y + top, start: run.start + 60, end: run.end + 60 });
        }
        top += 100;
    }
    if figure {
        for y in 900..1_200 {
            sheet.draw(Run { y, start: 400, end: 800 });
        }
    }
    encode_png(&Raster::Bitonal(sheet)).unwrap()
}

/// A booklet of three pages, the second blank, and its truth.
fn booklet() -> (Vec<u8>, Vec<(String, String)>) {
    let pages = [vec![EXACT, MARKS, DIGITS, HYPHEN], vec![], vec![DASH, DIGITS, MARKS, EXACT]];
    let mut zip = ZipOut::default();
    let mut bytes = Vec::new();
    let mut truth = Vec::new();
    for (number, lines) in pages.iter().enumerate() {
        let picture = page(lines, number == 2);
        bytes.extend(zip.entry(&format!("page-{number}.png"), &picture, Keep::Stored).unwrap());
        let text: Vec<&str> = lines.iter().map(|(_, text)| *text).collect();
        truth.push((format!("{number}.gt.txt"), text.join("\n")));
    }
    bytes.extend(zip.finish().unwrap());
    (bytes, truth)
}

/// A reader that knows the booklet, but takes each `1` for an `l`.
#[derive(Default)]
struct Knows {
    page: usize,
}

impl Tools for Knows {
    fn read_page(&mut self, _png: &[u8], _dpi: u32, language: &str) -> Option<String> {
        assert_eq!(language, "eng");
        let pages = [vec![EXACT, MARKS, DIGITS, HYPHEN], vec![DASH, DIGITS, MARKS, EXACT]];
        let mut table =
            "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"
                .to_owned();
        for (number, (_, text)) in pages[self.page].iter().enumerate() {
            let words: Vec<&str> = text.split(' ').collect();
            let wide = 800 / words.len();
            for (word, text) in words.iter().enumerate() {
                let (left, top) = (110 + word * wide, 140 + number * 100);
                let text = text.replace('1', "l");
                writeln!(table, "5\t1\t1\t1\t{number}\t{word}\t{left}\t{top}\t{}\t40\t91\t{text}", wide - 10)
                    .unwrap();
            }
        }
        self.page += 1;
        Some(table)
    }
}

fn split_booklet(spec: &str) -> (World, Vec<(String, String)>) {
    let (zip, truth) = booklet();
    let world = split(bind(spec).as_ref(), "booklet.zip", &zip, &mut Knows::default()).unwrap();
    (world, truth)
}

#[test]
fn a_booklet_becomes_pages_lines_and_a_figure() {
    let (world, _) = split_booklet("{}");
    assert_eq!((world.kinds("page"), world.kinds("line"), world.kinds("figure")), (3, 8, 1));
    let keys: Vec<&str> = world.pieces.iter().map(|piece| piece.key.as_str()).collect();
    assert_eq!(keys[0], "p0001");
    assert!(keys.contains(&"p0001/l004") && keys.contains(&"p0002") && keys.contains(&"p0003/f01"));
    let (machine, confidence) = world.pieces[1].machine.clone().unwrap();
    assert_eq!(machine, format!("{{\"is\":\"line\",\"text\":\"{}\",\"mark\":\"none\"}}", EXACT.1));
    assert!((confidence - 0.91).abs() < 1e-9);
}

#[test]
fn workers_who_never_err_deliver_the_truth() {
    for spec in ["{}", r#"{"machine_as_typist": false}"#, r#"{"proofread": false, "describe": false}"#] {
        let (mut world, truth) = split_booklet(spec);
        let figures = run(bind(spec).as_ref(), &mut world, &truth, 0.0);
        figures.say(spec);
        assert!(figures.error.abs() < f64::EPSILON, "{spec}: {}", world.text("text/p0001.txt"));
        assert_eq!(figures.resolved, 0);
    }
}

#[test]
fn workers_who_err_are_put_right() {
    let spec = r#"{"title": "The Lake", "authors": ["Nobody"], "running_heads": "keep"}"#;
    let (mut world, truth) = split_booklet(spec);
    let figures = run(bind(spec).as_ref(), &mut world, &truth, 0.02);
    figures.say("booklet");
    assert!(figures.error < 0.005 && figures.answers_a_line() < 2.5, "{figures:?}");
    let names: Vec<&str> = world.files.keys().map(String::as_str).collect();
    for name in [
        "alto/p0002.xml",
        "book.epub",
        "book.txt",
        "page/p0003.xml",
        "quality.csv",
        "quality.html",
        "text/p0001.txt",
    ] {
        assert!(names.contains(&name), "{name} is missing among {names:?}");
    }
    assert!(world.text("alto/p0001.xml").contains("<HYP CONTENT=\"-\"/>"));
    assert!(world.text("page/p0003.xml").contains("<GraphicRegion"));
    assert!(world.text("quality.html").contains("not enough evidence yet"));
    assert_eq!(world.text("quality.csv").lines().count(), 4);
    epubcheck(&world.files["book.epub"]);
    keep("booklet", &world);
}

#[test]
fn the_same_answers_give_the_same_files() {
    let once = || {
        let (mut world, truth) = split_booklet("{}");
        run(bind("{}").as_ref(), &mut world, &truth, 0.02);
        world.files
    };
    assert_eq!(once(), once());
}

/// The fields of a screen's form as a browser without script would send them: name and value.
fn fields(html: &str) -> Vec<(String, String)> {
    let html = html.split("<template").next().unwrap();
    let unescaped = |text: &str| {
        text.replace("&#60;", "<")
            .replace("&#62;", ">")
            .replace("&#34;", "\"")
            .replace("&#39;", "'")
            .replace("&#38;", "&")
    };
    let attribute = |tag: &str, name: &str| {
        let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
        Some(unescaped(&tag[start..start + tag[start..].find('"')?]))
    };
    let mut fields = Vec::new();
    for part in html.split('<').skip(1) {
        let (tag, after) = part.split_once('>').unwrap();
        let Some(name) = attribute(tag, "name") else { continue };
        let ticks = tag.contains("type=\"checkbox\"");
        if tag.starts_with("input") && (!ticks || tag.contains(" checked")) {
            fields.push((name, attribute(tag, "value").unwrap_or_else(|| "on".to_owned())));
        } else if tag.starts_with("textarea") {
            fields.push((name, unescaped(after.trim_start_matches('\n'))));
        } else if tag.starts_with("select") {
            let chosen = html[html.find(tag).unwrap()..]
                .split("<option")
                .find(|option| option.contains(" selected"))
                .unwrap();
            fields.push((name, attribute(chosen, "value").unwrap()));
        }
    }
    fields
}

#[test]
fn a_screen_that_shows_an_answer_gives_it_back_as_a_plain_form() {
    let service = bind("{}");
    let (world, _) = split_booklet("{}");
    let body = |kind: &str| world.pieces.iter().find(|piece| piece.kind == kind).unwrap().body.clone();
    let line = r#"{"is":"line","text":"“a” < b & 'c'","mark":"none"}"#;
    let blank = r#"{"is":"line","text":"","mark":"blank"}"#;
    let page = r#"{"is":"page","blocks":[{"type":"heading1","text":"One"},{"type":"paragraph","text":"two <i>three</i>","continues":true,"lines":[2,3]},{"type":"footnote","text":"note","note":"*"},{"type":"figure","text":"","figure":1}],"page_number":"xii"}"#;
    let alt = r#"{"is":"alt","short":"A square","long":"It is black.\nIt is wide."}"#;
    let decorative = r#"{"is":"alt","short":"","decorative":true}"#;
    for (stage, kind, answer) in [
        ("type", "line", line),
        ("type", "line", blank),
        ("resolve", "line", line),
        ("proofread", "page", page),
        ("describe", "figure", alt),
        ("describe", "figure", decorative),
    ] {
        let item = body(kind);
        service.check(stage, &item, answer).unwrap();
        for language in [Language::En, Language::Ur, Language::Pseudo] {
            let screen = shown(service.as_ref(), stage, &item, &[], Some(answer), language);
            assert!(screen.html.starts_with(&format!("<{}>", screen.element)), "{}", screen.html);
            assert!(!screen.html.contains("style="), "a strict policy forbids styles in attributes");
            let read = service.read_form(stage, &item, &fields(&screen.html)).unwrap();
            let (read, given): (serde_json::Value, serde_json::Value) =
                (serde_json::from_str(&read).unwrap(), serde_json::from_str(answer).unwrap());
            let mut expected = given.clone();
            if stage == "proofread" {
                // Blocks that say nothing of a field are written with its default or not at all, as the type has it.
                expected = serde_json::to_value(
                    serde_json::from_value::<kazi_services::digitisation::Answer>(given).unwrap(),
                )
                .unwrap();
            }
            assert_eq!(read, expected, "{stage} in {language}");
        }
    }
}

#[test]
fn a_reviewer_sees_each_answer_once_with_its_difference() {
    let service = bind("{}");
    let (world, _) = split_booklet("{}");
    let item = &world.pieces[1].body;
    let reading = |who, text: &str| kazi_services::JsonReading {
        who,
        stage: "type".to_owned(),
        reliability: 0.99,
        answer: serde_json::json!({"is": "line", "text": text}).to_string(),
    };
    let readings =
        [reading(Who::Machine, "a cat"), reading(Who::Person(0), "a hat"), reading(Who::Person(1), "a  hat")];
    let screen = shown(service.as_ref(), "resolve", item, &readings, None, Language::En);
    assert_eq!(screen.data["answers"], serde_json::json!(["a cat", "a hat"]));
    assert!(screen.html.contains("a <mark>h</mark>at") && screen.html.contains("The computer read"));
    // A typist is never shown what the machine reads.
    let typing = shown(service.as_ref(), "type", item, &readings, None, Language::En);
    assert!(!typing.html.contains("cat") && !typing.data.to_string().contains("cat"));
}

/// Without script, too, the page says of a half word that its other half stands on the next page.
#[test]
fn a_half_word_at_the_end_of_a_page_is_left_as_it_is() {
    let service = bind("{}");
    let (world, _) = split_booklet("{}");
    let item = &world.pieces.iter().find(|piece| piece.kind == "page").unwrap().body;
    let hints = |blocks: &[(&str, &str)]| {
        let blocks: Vec<_> =
            blocks.iter().map(|(kind, text)| serde_json::json!({"type": kind, "text": text})).collect();
        let page = serde_json::json!({"is": "page", "blocks": blocks}).to_string();
        let screen = shown(service.as_ref(), "proofread", item, &[], Some(&page), Language::En);
        // The last row is the template that new ones are made from.
        let rows: Vec<&str> = screen.html.split("data-broken").skip(1).collect();
        rows[..rows.len() - 1].iter().map(|row| !row.starts_with(" hidden")).collect::<Vec<_>>()
    };
    let foot = [("footnote", "By rail."), ("page_number", "12")];
    let (first, last) = (("paragraph", "a pump-"), ("paragraph", "they wrote an ac-"));
    assert_eq!(hints(&[&[first, last][..], &foot].concat()), [false, true, false, false]);
    assert_eq!(hints(&[first, ("paragraph", "They sat.")]), [false, false]);
    assert_eq!(hints(&[("paragraph", "he said -")]), [false]);
}

fn shown(
    service: &dyn BoundService,
    stage: &str,
    item: &str,
    readings: &[kazi_services::JsonReading],
    given: Option<&str>,
    language: Language,
) -> kazi_services::Screen {
    service
        .screen(&JsonView {
            stage,
            key: "p0001/l001",
            item,
            parent: None,
            pieces: &[],
            readings,
            given,
            media: &|blob| format!("/media/{}", blob.0),
            texts: texts(language),
            practice: false,
        })
        .unwrap()
}

#[test]
fn as_many_truths_as_pages_are_needed() {
    let (world, truth) = split_booklet("{}");
    let items: Vec<kazi_services::JsonItem> = world
        .pieces
        .iter()
        .map(|piece| kazi_services::JsonItem {
            key: piece.key.clone(),
            kind: piece.kind.clone(),
            body: piece.body.clone(),
            machine: None,
        })
        .collect();
    let refusal = bind("{}").rehearsal(&truth[..2], &items).err().unwrap();
    assert_eq!(refusal.key, "truth-pages");
}

#[test]
fn what_is_no_page_is_refused_in_a_sentence() {
    let refusal = split(bind("{}").as_ref(), "notes.pdf", b"just words", &mut Tesseract).err().unwrap();
    assert!(refusal.key.starts_with("file-") && refusal.message.ends_with('.'), "{refusal:?}");
}

/// Judges a book with `EPUBCheck`, where it is: named by `EPUBCHECK_JAR`, or as Debian installs it.
fn epubcheck(book: &[u8]) {
    let jar = std::env::var_os("EPUBCHECK_JAR")
        .map_or_else(|| "/usr/share/java/epubcheck.jar".into(), PathBuf::from);
    if !jar.exists() {
        println!("skipped: neither EPUBCHECK_JAR nor Debian's epubcheck is there");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.epub");
    std::fs::write(&path, book).unwrap();
    let output = Command::new("java").arg("-jar").arg(jar).arg(&path).stdin(Stdio::null()).output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("0 fatals / 0 errors / 0 warnings"), "{said}");
}

/// Keeps the files where `KAZI_KEEP` says, for looking at them.
fn keep(name: &str, world: &World) {
    let Some(folder) = std::env::var_os("KAZI_KEEP") else { return };
    for (file, bytes) in &world.files {
        let path = Path::new(&folder).join(name).join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

/// Where the real books lie; nothing where they do not.
fn real_data() -> Option<PathBuf> {
    let folder =
        std::env::var_os("KAZI_REAL_DATA").map_or_else(|| "../../../shared/data".into(), PathBuf::from);
    folder.join("book-pages").exists().then(|| folder.join("book-pages"))
}

/// The first pages of a book as one ZIP, and their truth. `KAZI_PAGES` says how many.
fn pages_of(book: &Path) -> (Vec<u8>, Vec<(String, String)>) {
    let most = std::env::var("KAZI_PAGES").ok().and_then(|pages| pages.parse().ok()).unwrap_or(3);
    let mut names: Vec<PathBuf> =
        std::fs::read_dir(book).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.retain(|path| path.extension().is_some_and(|ending| ending == "png"));
    names.sort();
    let mut zip = ZipOut::default();
    let (mut bytes, mut truth) = (Vec::new(), Vec::new());
    for path in names.iter().take(most) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        bytes.extend(zip.entry(&name, &std::fs::read(path).unwrap(), Keep::Stored).unwrap());
        let text = std::fs::read_to_string(path.with_extension("gt.txt")).unwrap();
        truth.push((name, text));
    }
    bytes.extend(zip.finish().unwrap());
    (bytes, truth)
}

fn rehearse(
    name: &str,
    spec: &str,
    (zip, truth): &(Vec<u8>, Vec<(String, String)>),
    error_rate: f64,
) -> Figures {
    let service = bind(spec);
    let mut world = split(service.as_ref(), name, zip, &mut Tesseract).unwrap();
    assert_eq!(world.kinds("page"), truth.len());
    let figures = run(service.as_ref(), &mut world, truth, error_rate);
    figures.say(&format!("{name} {spec}"));
    keep(&format!("{name}{}", spec.len()), &world);
    epubcheck(&world.files["book.epub"]);
    figures
}

#[test]
fn a_real_novel_reaches_its_figures() {
    let Some(folder) = real_data() else {
        println!("skipped: KAZI_REAL_DATA names no folder with book-pages");
        return;
    };
    if Tesseract.read_page(&page(&[], false), 300, "eng").is_none() {
        println!("skipped: tesseract is not installed");
        return;
    }
    let pages = pages_of(&folder.join("boy-apprenticed-to-an-enchanter_part1"));
    let with = rehearse("novel", "{}", &pages, 0.01);
    assert!(with.answers_a_line() <= 1.7 && with.error <= 0.0025, "{with:?}");
    let without = rehearse("novel", r#"{"machine_as_typist": false}"#, &pages, 0.01);
    assert!(without.answers_a_line() <= 2.7 && without.error <= 0.0025, "{without:?}");
    let lines_only = rehearse("novel", r#"{"proofread": false}"#, &pages, 0.01);
    assert!(lines_only.error <= 0.005, "{lines_only:?}");
}
