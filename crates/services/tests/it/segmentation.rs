//! Real scans: every pixel of ink lies in exactly one piece, and print lies in lines.

use kazi_formats::pages::{Limits, Pages};
use kazi_services::digitisation::segment::segment;
use std::path::{Path, PathBuf};

/// The page images of the real books; none, said aloud, where they are not there.
fn books() -> Option<Vec<(String, Vec<PathBuf>)>> {
    let base = std::env::var_os("KAZI_REAL_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let folder = base.join("book-pages");
    if !folder.is_dir() {
        println!("skipped: there is no real data at {}", folder.display());
        return None;
    }
    let mut books = Vec::new();
    let mut waiting = vec![folder];
    while let Some(next) = waiting.pop() {
        let mut images = Vec::new();
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            let ending = path.extension().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                waiting.push(path);
            } else if ending == "png" || ending == "tif" {
                images.push(path);
            }
        }
        images.sort();
        if !images.is_empty() {
            books.push((next.file_name().unwrap().to_string_lossy().into_owned(), images));
        }
    }
    Some(books)
}

#[test]
fn every_page_of_the_real_books_is_covered_exactly() {
    let Some(books) = books() else { return };
    let mut pages = 0;
    for (name, images) in books {
        let (mut lines, mut in_lines, mut outside) = (0, 0, 0);
        for image in images {
            let file = Box::new(std::io::Cursor::new(std::fs::read(&image).unwrap()));
            for page in Pages::open(file, "page", Limits::default()).unwrap() {
                let found = segment(&page.unwrap().raster);
                let coverage = found.coverage();
                assert!(coverage.is_exact(), "{}: {coverage:?}", image.display());
                lines += found.layout.lines.len();
                in_lines += coverage.lines;
                outside += coverage.rules + coverage.dust;
                pages += 1;
            }
        }
        // Two of the books have neither pictures nor rules: there all ink is print.
        let print_only = [("boy-apprenticed", 765, 775), ("child-of-the-moat", 229, 235)];
        if let Some((_, fewest, most)) = print_only.iter().find(|(start, _, _)| name.starts_with(start)) {
            assert!((*fewest..=*most).contains(&lines), "{name} has {lines} lines");
            assert!(outside * 1_000 <= in_lines, "{name}: {outside} pixels of ink lie outside {in_lines}");
        }
    }
    assert!(pages >= 54, "only {pages} pages were tried");
}
