use super::*;
use kazi_formats::raster::number::index;
use kazi_formats::raster::{Gray8, Run};
use proptest::prelude::*;

/// A page of glyph-like blobs: bars and rings of the heights that letters have.
struct Print {
    image: Bitonal,
    seed: u64,
}

impl Print {
    fn new(width: u32, height: u32, seed: u64) -> Self {
        Self { image: Bitonal::white(width, height), seed: seed | 1 }
    }

    /// The next number below `below` of a small generator (xorshift64).
    fn next(&mut self, below: u32) -> u32 {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        u32::try_from(self.seed % u64::from(below)).unwrap()
    }

    fn fill(&mut self, place: Rect) {
        for y in place.y..place.bottom() {
            self.image.draw(Run { y, start: place.x, end: place.right() });
        }
    }

    /// A hollow letter with strokes of three pixels.
    fn letter(&mut self, x: u32, top: u32, width: u32, bottom: u32) {
        self.fill(Rect::from_edges(x, top, x + 3, bottom));
        self.fill(Rect::from_edges(x + width - 3, top, x + width, bottom));
        self.fill(Rect::from_edges(x, top, x + width, top + 3));
    }

    /// A line of words from `left` to `right` whose baseline is in row `baseline`.
    fn line(&mut self, left: u32, right: u32, baseline: u32) {
        let mut x = left;
        while x + 20 < right {
            let width = 10 + self.next(8);
            let (rise, fall) = match self.next(10) {
                0 | 1 => (10, 0),
                2 => (0, 8),
                _ => (0, 0),
            };
            self.letter(x, baseline - 20 - rise, width, baseline + fall);
            if rise == 0 && fall == 0 && self.next(8) == 0 {
                // The dot of an i.
                self.fill(Rect { x: x + 4, y: baseline - 30, width: 4, height: 4 });
            }
            x += width + 4;
            if self.next(5) == 0 {
                x += 12 + self.next(10);
            }
        }
        self.fill(Rect { x, y: baseline - 3, width: 4, height: 4 });
    }
}

fn lines_of(page: &Raster) -> Segmentation {
    let found = segment(page);
    let coverage = found.coverage();
    assert!(coverage.is_exact(), "{coverage:?}");
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn lines_are_counted_and_covered_however_the_page_is_turned(
        seed in 1_u64..u64::MAX,
        lines in 5_u32..16,
        degrees in -4.0_f64..4.0,
        grey in any::<bool>(),
    ) {
        let mut print = Print::new(900, 120 + lines * 48, seed);
        for line in 0..lines {
            print.line(90, 810, 100 + line * 48);
        }
        let mut page = Raster::Bitonal(print.image).rotated(degrees);
        if grey {
            page = Raster::Gray(page.to_gray());
        }
        let found = lines_of(&page);
        prop_assert_eq!(found.layout.lines.len(), index(lines));
        prop_assert!((found.layout.skew_degrees - degrees).abs() < 0.2, "{} for {}", found.layout.skew_degrees, degrees);
        let rows: Vec<u32> = found.layout.lines.iter().map(|line| line.baseline).collect();
        prop_assert!(rows.is_sorted(), "{:?}", rows);
        prop_assert!(found.layout.figures.is_empty());
        prop_assert_eq!(found.coverage().dust, 0);
    }

    #[test]
    fn any_noise_is_shared_out_exactly(bits in proptest::collection::vec(any::<u8>(), 60 * 40)) {
        lines_of(&Raster::Bitonal(Bitonal::from_packed(480, 40, bits)));
    }
}

#[test]
fn five_lines_are_enough_to_tell_how_a_page_is_turned() {
    for degrees in [-3.7, -2.2, -0.9, 0.6, 1.4, 2.9, 3.9] {
        let mut print = Print::new(900, 360, 6_992_208_504_319_178_550);
        for line in 0..5 {
            print.line(90, 810, 100 + line * 48);
        }
        let found = lines_of(&Raster::Bitonal(print.image).rotated(degrees));
        let skew = found.layout.skew_degrees;
        assert!((skew - degrees).abs() < 0.15, "{skew} for {degrees}");
        assert_eq!(found.layout.lines.len(), 5);
    }
}

#[test]
fn an_empty_page_has_no_lines() {
    for page in [Raster::Bitonal(Bitonal::white(1, 1)), Raster::Gray(Gray8::filled(300, 400, 250))] {
        let found = lines_of(&page);
        assert!(found.layout.lines.is_empty() && found.layout.order.is_empty());
        assert!(found.line_image(0).is_none() && found.figure_image(0).is_none());
    }
}

#[test]
fn a_black_border_and_specks_leave_the_lines_alone() {
    let mut print = Print::new(1_000, 900, 7);
    for line in 0..15 {
        print.line(120, 860, 120 + line * 48);
    }
    print.fill(Rect::from_edges(0, 0, 40, 900));
    print.fill(Rect::from_edges(0, 0, 1_000, 25));
    for _ in 0..300 {
        let (x, y) = (print.next(990), print.next(890));
        print.fill(Rect { x, y, width: 2, height: 2 });
    }
    let found = lines_of(&Raster::Bitonal(print.image));
    assert_eq!(found.layout.lines.len(), 15);
    assert_eq!(found.layout.figures.len(), 0);
    assert!(found.coverage().borders > 50_000);
}

#[test]
fn two_columns_are_read_one_after_the_other() {
    let mut print = Print::new(1_400, 900, 11);
    print.line(300, 1_000, 60);
    for line in 0..14 {
        print.line(80, 660, 140 + line * 48);
        print.line(720, 1_300, 140 + line * 48);
    }
    let found = lines_of(&Raster::Bitonal(print.image));
    assert_eq!(found.layout.lines.len(), 29);
    let lefts: Vec<bool> = found.layout.lines.iter().skip(1).map(|line| line.place.x < 600).collect();
    assert_eq!(lefts, [vec![true; 14], vec![false; 14]].concat());
}

#[test]
fn a_picture_between_lines_is_a_figure_in_its_place() {
    let mut print = Print::new(1_000, 1_000, 13);
    for line in 0..6 {
        print.line(100, 900, 100 + line * 48);
    }
    for at in 0..30 {
        print.fill(Rect::from_edges(300 + at, 420 + at * 8, 700, 424 + at * 8));
        print.fill(Rect::from_edges(300 + at * 12, 420, 304 + at * 12, 660));
    }
    for line in 0..5 {
        print.line(100, 900, 760 + line * 48);
    }
    let found = lines_of(&Raster::Bitonal(print.image));
    assert_eq!((found.layout.lines.len(), found.layout.figures.len()), (11, 1));
    assert_eq!(found.layout.order.get(6), Some(&PageItem::Figure(0)));
    assert_eq!(found.figure_image(0).unwrap().width(), found.layout.figures[0].width + 8);
}

#[test]
fn an_initial_goes_with_its_first_line_and_lines_that_touch_are_cut() {
    let mut print = Print::new(1_000, 500, 17);
    // An initial over two lines.
    print.letter(100, 70, 60, 148);
    print.line(170, 900, 100);
    print.line(170, 900, 148);
    print.line(100, 900, 196);
    print.line(100, 900, 244);
    // A stroke from the third line into the fourth.
    print.fill(Rect::from_edges(500, 178, 504, 243));
    let found = lines_of(&Raster::Bitonal(print.image));
    let boxes: Vec<Rect> = found.layout.lines.iter().map(|line| line.place).collect();
    assert_eq!(boxes.len(), 4);
    assert_eq!(boxes[0].x, 100);
    assert!(boxes[1].x > 160);
    assert!(boxes[2].bottom() < 235 && boxes[3].y > 200, "{boxes:?}");
}

#[test]
fn a_line_image_shows_its_line_and_nothing_of_its_neighbours() {
    let mut print = Print::new(900, 300, 19);
    for line in 0..4 {
        print.line(90, 810, 80 + line * 34);
    }
    let page = print.image;
    for raster in [
        Raster::Bitonal(page.clone()),
        Raster::Gray(page.to_gray()),
        Raster::Rgb(
            kazi_formats::raster::Rgb8::new(
                900,
                300,
                page.to_gray().samples().iter().flat_map(|v| [*v; 3]).collect(),
            )
            .unwrap(),
        ),
    ] {
        let found = lines_of(&raster);
        for (at, line) in found.layout.lines.iter().enumerate() {
            let (image, inside) = found.line_image(at).unwrap();
            assert_eq!(image.to_gray().threshold(127).ink_count(), line.ink);
            assert_eq!((inside.width, inside.height), (line.place.width, line.place.height));
        }
    }
}

#[test]
fn places_on_the_scan_are_found_on_the_straightened_page() {
    let mut print = Print::new(900, 700, 23);
    for line in 0..12 {
        print.line(90, 810, 80 + line * 48);
    }
    let scan = Raster::Bitonal(print.image).rotated(2.5);
    let found = lines_of(&scan);
    // The scan's middle is the page's middle, and a step to the right on a fallen line stays on the line.
    let (x, y) = (f64::from(scan.width()) / 2.0, f64::from(scan.height()) / 2.0);
    let slope = 2.5_f64.to_radians().tan();
    let (_, one) = found.layout.straightened((x, y), (scan.width(), scan.height()));
    let (_, other) = found.layout.straightened((x + 300.0, y + 300.0 * slope), (scan.width(), scan.height()));
    assert!((one - other).abs() < 2.0, "{one} {other}");
}
