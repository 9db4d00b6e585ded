use super::*;
use crate::raster::{Bitonal, Raster, encode_png};
use std::io::{Cursor, Write};
use zip::write::{SimpleFileOptions, ZipWriter};

fn zip_of(entries: &[(&str, &[u8])]) -> Cursor<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap()
}

fn png() -> Vec<u8> {
    encode_png(&Raster::Bitonal(Bitonal::white(9, 9))).unwrap()
}

#[test]
fn entries_are_sorted_litter_passed_over_and_strangers_named() {
    let image = png();
    let archive = zip_of(&[
        ("page10.png", &image),
        ("page2.png", &image),
        ("__MACOSX/page2.png", &image),
        ("._page2.png", b"x"),
        ("Thumbs.db", b"x"),
        ("readme.txt", b"hello"),
        ("book.pdf", b"%PDF-1.4"),
    ]);
    let opened = ImageArchive::open(Box::new(archive), &Limits::default()).unwrap();
    let found: Vec<_> =
        opened.entries().iter().map(|entry| (entry.name.as_str(), entry.content.is_ok())).collect();
    assert_eq!(
        found,
        [("book.pdf", false), ("page2.png", true), ("page10.png", true), ("readme.txt", false)]
    );
}

#[test]
fn names_that_leave_the_archive_are_refused_and_the_rest_goes_on() {
    let image = png();
    let names =
        ["../evil.png", "/etc/evil.png", "a/../../evil.png", "C:\\evil.png", "..\\evil.png", "good.png"];
    let entries: Vec<_> = names.iter().map(|name| (*name, image.as_slice())).collect();
    let mut opened = ImageArchive::open(Box::new(zip_of(&entries)), &Limits::default()).unwrap();
    let unsafe_ones =
        opened.entries().iter().filter(|entry| entry.content == Err(PageProblem::UnsafeName)).count();
    assert_eq!(unsafe_ones, 5);
    let good = opened.entries().iter().position(|entry| entry.name == "good.png").unwrap();
    assert_eq!(opened.read(good, &Limits::default()).unwrap(), (FileKind::Png, image));
    assert_eq!(opened.read(good + 50, &Limits::default()), Err(PageProblem::EntryDamaged));
}

#[test]
fn a_bomb_is_refused_by_what_it_claims() {
    let mut image = png();
    image.resize(3_000_000, 0);
    let entries: Vec<(String, &[u8])> = (0..10).map(|at| (format!("{at}.png"), image.as_slice())).collect();
    let entries: Vec<(&str, &[u8])> = entries.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    let archive = zip_of(&entries);
    assert!(archive.get_ref().len() < 100_000);
    let limits = Limits { unpacked_bytes: 20_000_000, ..Limits::default() };
    assert_eq!(ImageArchive::open(Box::new(archive.clone()), &limits).unwrap_err(), Refusal::ArchiveTooLarge);
    let limits = Limits { entry_bytes: 1_000_000, ..Limits::default() };
    let opened = ImageArchive::open(Box::new(archive), &limits).unwrap();
    assert!(opened.entries().iter().all(|entry| entry.content == Err(PageProblem::EntryTooLarge)));
}

#[test]
fn a_bomb_that_lies_about_its_size_is_stopped_while_unpacking() {
    let mut image = png();
    image.resize(3_000_000, 0);
    let mut bytes = zip_of(&[("a.png", &image)]).into_inner();
    let claimed = 3_000_000_u32.to_le_bytes();
    let places: Vec<usize> = (0..bytes.len() - 4).filter(|at| bytes[*at..at + 4] == claimed).collect();
    for at in places {
        bytes[at..at + 4].copy_from_slice(&1_000_u32.to_le_bytes());
    }
    let limits = Limits { entry_bytes: 100_000, ..Limits::default() };
    let result = ImageArchive::open(Box::new(Cursor::new(bytes)), &limits).and_then(|mut archive| {
        archive.read(0, &limits).map(|_| ()).map_err(|_| Refusal::Damaged { kind: "ZIP" })
    });
    assert_eq!(result, Err(Refusal::Damaged { kind: "ZIP" }));
}

#[test]
fn too_many_none_and_cut() {
    let image = png();
    let entries: Vec<(String, &[u8])> = (0..6).map(|at| (format!("{at}.png"), image.as_slice())).collect();
    let entries: Vec<(&str, &[u8])> = entries.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    let limits = Limits { pages: 5, ..Limits::default() };
    assert_eq!(
        ImageArchive::open(Box::new(zip_of(&entries)), &limits).unwrap_err(),
        Refusal::TooManyPages { found: 6, most: 5 }
    );
    assert_eq!(
        ImageArchive::open(Box::new(zip_of(&[("a.txt", b"text")])), &Limits::default()).unwrap_err(),
        Refusal::NoImages
    );
    assert_eq!(ImageArchive::open(Box::new(zip_of(&[])), &Limits::default()).unwrap_err(), Refusal::NoImages);
    let whole = zip_of(&entries).into_inner();
    let cut = whole[..whole.len() * 99 / 100].to_vec();
    assert_eq!(
        ImageArchive::open(Box::new(Cursor::new(cut)), &Limits::default()).unwrap_err(),
        Refusal::Damaged { kind: "ZIP" }
    );
}

#[test]
fn a_document_with_a_thumbnail_is_no_archive_of_pages() {
    let image = png();
    let archive = zip_of(&[("mimetype", b"application/epub+zip"), ("cover.png", &image)]);
    assert_eq!(
        ImageArchive::open(Box::new(archive), &Limits::default()).unwrap_err().key(),
        "file-unsupported-kind"
    );
}
