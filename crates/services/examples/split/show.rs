//! A page with its pieces outlined, to look at.

use kazi_formats::raster::{Raster, Rect, Rgb8, encode_png};
use kazi_services::digitisation::segment::Segmentation;
use std::path::Path;

/// Writes the page as PNG: lines in turns red and blue, figures green, rules and borders grey.
pub fn write(found: &Segmentation, file: &Path) {
    let gray = found.page.to_gray();
    let samples = gray.samples().iter().flat_map(|sample| [*sample; 3]).collect();
    let mut picture = Rgb8::new(gray.width(), gray.height(), samples).unwrap();
    let layout = &found.layout;
    for (at, line) in layout.lines.iter().enumerate() {
        let colour = if at % 2 == 0 { [220, 0, 0] } else { [0, 0, 220] };
        outline(&mut picture, &line.place, colour);
    }
    for figure in &layout.figures {
        outline(&mut picture, figure, [0, 150, 0]);
    }
    for other in layout.rules.iter().chain(&layout.borders) {
        outline(&mut picture, other, [170, 120, 0]);
    }
    let small = picture.shrunk_to(1_600).unwrap();
    std::fs::write(file, encode_png(&Raster::Rgb(small)).unwrap()).unwrap();
}

fn outline(picture: &mut Rgb8, place: &Rect, colour: [u8; 3]) {
    const THICK: u32 = 3;
    for y in place.y..place.bottom() {
        let whole = y < place.y + THICK || y + THICK >= place.bottom();
        let row = picture.row_mut(y).as_chunks_mut::<3>().0;
        for (x, pixel) in (0_u32..).zip(row) {
            let side = x < place.x + THICK || x + THICK >= place.right();
            if x >= place.x && x < place.right() && (whole || side) {
                *pixel = colour;
            }
        }
    }
}
