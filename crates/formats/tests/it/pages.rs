//! Pages taken from files of every kind.

use crate::{real, written_pdf};
use kazi_formats::pages::{Limits, PageImage, PageProblem, Pages, Refusal};
use kazi_formats::pdf::Origin;
use kazi_formats::raster::{Gray8, Raster, decode_png};
use kazi_formats::sniff::FileKind;

fn open(bytes: Vec<u8>) -> Result<Pages<'static>, Refusal> {
    Pages::from_bytes(bytes, "upload.jpg", Limits::default())
}

fn only_page(bytes: Vec<u8>) -> PageImage {
    let mut pages = open(bytes).unwrap();
    let page = pages.next().unwrap().unwrap();
    assert!(pages.next().is_none());
    page
}

#[test]
fn a_pdf_named_jpg_is_a_pdf() {
    let pages = open(written_pdf::pages(3, "0 0 72 72", "")).unwrap();
    assert_eq!((pages.kind(), pages.total()), (FileKind::Pdf, 3));
    assert_eq!(pages.map(|page| page.unwrap().label).collect::<Vec<_>>(), ["page 1", "page 2", "page 3"]);
}

#[test]
fn the_file_as_a_whole_is_refused_with_its_reason() {
    let refused = |bytes: Vec<u8>| open(bytes).unwrap_err();
    assert_eq!(refused(vec![]), Refusal::Empty);
    assert_eq!(refused(b"hello".to_vec()), Refusal::UnknownKind);
    assert_eq!(refused(b"GIF89a...".to_vec()), Refusal::UnsupportedKind { kind: "GIF" });
    assert_eq!(refused(written_pdf::locked()), Refusal::PasswordProtected);
    assert_eq!(refused(written_pdf::pages(0, "0 0 72 72", "")), Refusal::NoPages { kind: "PDF" });
    assert_eq!(
        refused(written_pdf::pages(5_000, "0 0 72 72", "")),
        Refusal::TooManyPages { found: 5_000, most: 1_000 }
    );
    assert_eq!(refused(b"%PDF-1.7\nnothing".to_vec()).key(), "file-damaged");
    assert_eq!(refused(b"II*\0\xFF\xFF\xFF\xFF".to_vec()), Refusal::Damaged { kind: "TIFF" });
    assert_eq!(refused(b"PK\x03\x04nothing".to_vec()), Refusal::Damaged { kind: "ZIP" });
}

#[test]
fn a_thousand_pages_are_taken_and_reading_can_start_anywhere() {
    let mut pages = open(written_pdf::pages(1_000, "0 0 72 72", "")).unwrap();
    assert_eq!(pages.total(), 1_000);
    let page = pages.nth(998).unwrap().unwrap();
    assert_eq!((page.number, page.label.as_str()), (999, "page 999"));
    assert_eq!(pages.next().unwrap().unwrap().number, 1_000);
    assert!(pages.next().is_none());
}

#[test]
fn a_blank_page_is_kept_white() {
    let page = only_page(written_pdf::pages(1, "0 0 72 144", ""));
    let Raster::Bitonal(white) = &page.raster else { panic!("{page:?}") };
    assert_eq!((white.width(), white.height(), white.dpi, white.ink_count()), (300, 600, Some(300), 0));
}

#[test]
fn a_page_of_text_is_drawn_and_its_words_lie_on_their_ink() {
    let content = "BT /F 24 Tf 20 100 Td (Hello brave) Tj 0 -40 Td (world) Tj ET";
    let page = only_page(written_pdf::pages(1, "0 0 200 144", content));
    assert_eq!(page.origin, Origin::Drawn);
    let texts: Vec<&str> = page.words.iter().map(|word| word.text.as_str()).collect();
    assert_eq!(texts, ["Hello", "brave", "world"]);
    let gray = page.raster.to_gray();
    let ink: u64 = gray.threshold(127).ink_count();
    let in_words: u64 = page.words.iter().map(|word| gray.crop(word.place).threshold(127).ink_count()).sum();
    assert!(ink > 2_000);
    assert_eq!(in_words, ink);
}

#[test]
fn a_scan_is_taken_to_the_pixel_whichever_way_it_lies() {
    // 8 × 4 pixels with one black corner, on a sheet of 72 × 36 points: 8 dots an inch are not believed.
    let mut data = vec![255_u8; 32];
    data[0] = 0;
    let image = "/Width 8 /Height 4 /ColorSpace /DeviceGray /BitsPerComponent 8";
    for (matrix, corner) in [
        ("72 0 0 36 0 0", (0, 0)),
        ("-72 0 0 36 72 0", (7, 0)),
        ("-72 0 0 -36 72 36", (7, 3)),
        ("72 0 0 -36 0 36", (0, 3)),
    ] {
        let page = only_page(written_pdf::scan(image, &data, matrix, ""));
        let Raster::Bitonal(print) = &page.raster else { panic!("{page:?}") };
        assert_eq!((page.origin, print.width(), print.height(), print.ink_count()), (Origin::Taken, 8, 4, 1));
        assert!(print.ink(corner.0, corner.1), "{matrix}");
    }
    let turned = only_page(written_pdf::scan(image, &data, "72 0 0 36 0 0", "/Rotate 90"));
    let Raster::Bitonal(print) = &turned.raster else { panic!("{turned:?}") };
    assert_eq!((turned.origin, print.width(), print.height()), (Origin::Taken, 4, 8));
    assert!(print.ink(3, 0));
}

#[test]
fn a_scan_that_is_slanted_small_or_not_alone_is_drawn() {
    let data = vec![200_u8; 32];
    let image = "/Width 8 /Height 4 /ColorSpace /DeviceGray /BitsPerComponent 8";
    for matrix in ["70 10 -10 36 0 0", "36 0 0 18 0 0", "72 0 0 36 0 0 cm 0 0 1 1 re f q 1 0 0 1 0 0"] {
        let page = only_page(written_pdf::scan(image, &data, matrix, ""));
        assert_eq!(
            (page.origin, page.raster.width(), page.raster.height()),
            (Origin::Drawn, 300, 150),
            "{matrix}"
        );
    }
}

#[test]
fn sizes_are_checked_before_drawing() {
    let image = "/Width 30000 /Height 30000 /ColorSpace /DeviceGray /BitsPerComponent 1";
    let mut pages = open(written_pdf::scan(image, &[0], "72 0 0 36 0 0", "")).unwrap();
    let refusal = pages.next().unwrap().unwrap_err();
    assert_eq!(refusal.reason, PageProblem::TooLarge { width: 30_000, height: 30_000 });
    let mut pages = open(written_pdf::pages(1, "0 0 900000 900000", "0 0 9 9 re f")).unwrap();
    assert_eq!(pages.next().unwrap().unwrap_err().reason.key(), "page-sheet-too-large");
    // A poster (A0) is drawn, only coarser.
    let page = only_page(written_pdf::pages(1, "0 0 2384 3370", "0 0 9 9 re f"));
    assert!((100..300).contains(&page.raster.dpi().unwrap()));
}

#[test]
fn images_in_a_zip_are_pages_and_bad_ones_do_not_stop_the_rest() {
    use std::io::Write;
    let good = kazi_formats::raster::encode_png(&Raster::Gray(Gray8::filled(5, 5, 90))).unwrap();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in [
        ("p10.png", &good[..]),
        ("p2.png", &good[..30]),
        ("../p3.png", &good[..]),
        ("p1.png", &good[..]),
        ("notes.txt", b"x"),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    let pages = open(zip.finish().unwrap().into_inner()).unwrap();
    assert_eq!(pages.total(), 3);
    let found: Vec<(usize, String, &str)> = pages
        .map(|page| match page {
            Ok(page) => (page.number, page.label, "good"),
            Err(refusal) => (refusal.number, refusal.label, refusal.reason.key()),
        })
        .collect();
    let expected = [
        (0, "../p3.png", "page-unsafe-name"),
        (0, "notes.txt", "page-not-an-image"),
        (1, "p1.png", "good"),
        (2, "p2.png", "page-damaged"),
        (3, "p10.png", "good"),
    ];
    assert_eq!(found, expected.map(|(number, label, what)| (number, label.to_owned(), what)));
}

#[test]
fn scans_in_real_pdfs_are_pixel_for_pixel_their_page_images() {
    let Some(folder) = real::folder("book-pages") else { return };
    let mut compared = 0;
    for book in std::fs::read_dir(folder).unwrap() {
        let book = book.unwrap().path();
        if !book.is_dir() {
            continue;
        }
        let images = real::files(&book, ".png");
        for file in real::files(&book, ".pdf") {
            let pages = Pages::from_bytes(std::fs::read(&file).unwrap(), "book", Limits::default()).unwrap();
            for (page, image) in pages.zip(&images) {
                let page = page.unwrap();
                let image = decode_png(&std::fs::read(image).unwrap(), u64::MAX).unwrap();
                assert_eq!(page.origin, Origin::Taken, "{} {}", file.display(), page.label);
                assert_eq!(page.raster.to_gray().samples(), image.to_gray().samples());
                compared += 1;
            }
        }
    }
    assert!(compared >= 50, "only {compared} pages were compared");
}
