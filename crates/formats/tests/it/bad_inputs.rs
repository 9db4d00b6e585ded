//! Hostile and broken files: refused in words, or handled; never a panic.

use crate::{real, written_pdf};
use kazi_formats::pages::{Limits, Pages};
use kazi_formats::raster::{Raster, encode_png};
use std::path::Path;

/// What became of a file: pages read, or keys of what was said about it.
fn outcome(bytes: Vec<u8>) -> (usize, Vec<String>) {
    match Pages::from_bytes(bytes, "upload", Limits::default()) {
        Err(refusal) => (0, vec![refusal.key().to_owned()]),
        Ok(pages) => pages.fold((0, vec![]), |(good, mut said), page| match page {
            Ok(_) => (good + 1, said),
            Err(refusal) => {
                said.push(refusal.reason.key().to_owned());
                (good, said)
            }
        }),
    }
}

#[test]
fn every_bad_file_is_refused_or_handled() {
    let Some(folder) = real::folder("bad-inputs") else { return };
    let mut files = 0;
    for part in ["images", "pdfs", "exif-orientation", "tables", "encodings", "strings"] {
        for file in real::files(&folder.join(part), "") {
            let (good, said) = outcome(std::fs::read(&file).unwrap());
            println!(
                "{}: {good} pages {said:?}",
                file.strip_prefix(&folder).unwrap_or(Path::new("")).display()
            );
            assert!(good > 0 || !said.is_empty(), "{} gave nothing at all", file.display());
            let is_table = part == "tables" || part == "encodings" || part == "strings";
            assert!(!is_table || good == 0, "{} is no page", file.display());
            files += 1;
        }
    }
    assert!(files > 100, "only {files} files were tried");
}

#[test]
fn all_eight_orientations_show_the_same_picture() {
    let Some(folder) = real::folder("bad-inputs/exif-orientation") else { return };
    let decode = |file: &Path| -> Raster {
        let bytes = std::fs::read(file).unwrap();
        Pages::from_bytes(bytes, "photo", Limits::default()).unwrap().next().unwrap().unwrap().raster
    };
    let files = real::files(&folder, ".jpg");
    assert_eq!(files.len(), 9);
    let upright = decode(&files[1]).to_gray().shrunk_to(60).unwrap();
    for file in &files {
        let small = decode(file).to_gray().shrunk_to(60).unwrap();
        assert_eq!(
            (small.width(), small.height()),
            (upright.width(), upright.height()),
            "{}",
            file.display()
        );
        let distance: u32 = small
            .samples()
            .iter()
            .zip(upright.samples())
            .map(|(one, other)| u32::from(one.abs_diff(*other)))
            .sum();
        let mean = f64::from(distance) / f64::from(small.width() * small.height());
        assert!(mean < 8.0, "{} differs by {mean}", file.display());
    }
}

#[test]
fn an_upload_cut_anywhere_does_no_harm() {
    let samples = (0..90_000_u32).map(|value| u8::try_from(value * 31 % 256).unwrap()).collect();
    let png =
        encode_png(&Raster::Gray(kazi_formats::raster::Gray8::new(300, 300, samples).unwrap())).unwrap();
    let (good, said) = outcome(png[..png.len() * 99 / 100].to_vec());
    assert_eq!((good, said), (0, vec!["page-damaged".to_owned()]));
    let pdf = written_pdf::pages(4, "0 0 72 72", "0 0 9 9 re f");
    for cut in (0..pdf.len()).step_by(61) {
        let (good, said) = outcome(pdf[..cut].to_vec());
        assert!(good > 0 || !said.is_empty(), "cut at {cut}");
    }
}
