//! The pieces of a segmented page: whose each run of ink is, proof that none is missing, and images of single lines.

use super::components::Components;
use super::plan::{Owner, Plan};
use super::{PageItem, PageLayout};
use kazi_formats::raster::number::{coordinate, index};
use kazi_formats::raster::{Bitonal, Gray8, Raster, Rect, Rgb8, Run};

/// New numbers for lines and figures, by reading order.
pub(super) struct Numbers {
    lines: Vec<usize>,
    figures: Vec<usize>,
    given: (usize, usize),
}

impl Numbers {
    pub(super) fn new(lines: usize, figures: usize) -> Self {
        Self { lines: vec![0; lines], figures: vec![0; figures], given: (0, 0) }
    }

    /// Gives the next number to the box at that index of lines followed by figures.
    pub(super) fn give(&mut self, at: usize) -> PageItem {
        if let Some(place) = self.lines.get_mut(at) {
            *place = self.given.0;
            self.given.0 += 1;
            return PageItem::Line(*place);
        }
        let number = self.given.1;
        self.given.1 += 1;
        if let Some(place) = self.figures.get_mut(at - self.lines.len()) {
            *place = number;
        }
        PageItem::Figure(number)
    }

    pub(super) fn in_order<T>(&self, lines: Vec<T>) -> Vec<T> {
        sorted_by(lines, &self.lines)
    }

    pub(super) fn figures_in_order<T>(&self, figures: Vec<T>) -> Vec<T> {
        sorted_by(figures, &self.figures)
    }

    fn renamed(&self, owner: Owner) -> Owner {
        let new = |numbers: &[usize], at: u32| numbers.get(index(at)).copied().map_or(at, coordinate);
        match owner {
            Owner::Line(at) => Owner::Line(new(&self.lines, at)),
            Owner::Figure(at) => Owner::Figure(new(&self.figures, at)),
            other => other,
        }
    }
}

fn sorted_by<T>(values: Vec<T>, numbers: &[usize]) -> Vec<T> {
    let mut paired: Vec<(usize, T)> = numbers.iter().copied().zip(values).collect();
    paired.sort_by_key(|(number, _)| *number);
    paired.into_iter().map(|(_, value)| value).collect()
}

/// The owner of each run, with the new numbers; runs of shared components by their row.
pub(super) fn owners_of_runs(found: &Components, plan: &Plan, numbers: &Numbers) -> Vec<Owner> {
    let owner = |(run, label): (&Run, &u32)| {
        let shared =
            plan.shared.get(label).and_then(|limits| limits.iter().find(|(limit, _)| run.y < *limit));
        let owner = match shared {
            Some((_, line)) => Owner::Line(*line),
            None => plan.owners.get(index(*label)).copied().unwrap_or(Owner::Dust),
        };
        numbers.renamed(owner)
    };
    found.runs.iter().zip(&found.labels).map(owner).collect()
}

/// Sets the boxes and ink of lines and figures to what their runs really cover.
pub(super) fn measure(layout: &mut PageLayout, runs: &[Run], owners: &[Owner]) {
    let mut line_places = vec![Rect::default(); layout.lines.len()];
    let mut figure_places = vec![Rect::default(); layout.figures.len()];
    for (run, owner) in runs.iter().zip(owners) {
        let place = match owner {
            Owner::Line(at) => {
                if let Some(line) = layout.lines.get_mut(index(*at)) {
                    line.ink += u64::from(run.length());
                }
                line_places.get_mut(index(*at))
            }
            Owner::Figure(at) => figure_places.get_mut(index(*at)),
            _ => None,
        };
        if let Some(place) = place {
            *place = place.union(&Rect::from_edges(run.start, run.y, run.end, run.y + 1));
        }
    }
    for (line, place) in layout.lines.iter_mut().zip(line_places) {
        line.place = place;
    }
    for (figure, place) in layout.figures.iter_mut().zip(figure_places) {
        *figure = place;
    }
}

/// How the ink of a page is shared out, counted from the images of its pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Pixels of ink on the straightened page.
    pub page: u64,
    /// In lines.
    pub lines: u64,
    /// In figures.
    pub figures: u64,
    /// In rules and frames.
    pub rules: u64,
    /// In the scan's border.
    pub borders: u64,
    /// In specks that belong to nothing.
    pub dust: u64,
    /// Ink of the page that lies in no piece. 0, or the segmentation is wrong.
    pub missing: u64,
    /// Ink that lies in more than one piece. 0, or the segmentation is wrong.
    pub twice: u64,
    /// Ink in a piece where the page has none, or outside the piece's box. 0, or the segmentation is wrong.
    pub invented: u64,
}

impl Coverage {
    /// Whether every pixel of ink lies in exactly one piece.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        let shared_out = self.lines + self.figures + self.rules + self.borders + self.dust;
        self.missing == 0 && self.twice == 0 && self.invented == 0 && shared_out == self.page
    }
}

/// A segmented page: the straightened image, where everything stands, and whose each run of ink is.
#[derive(Debug, Clone)]
pub struct Segmentation {
    /// Where everything stands.
    pub layout: PageLayout,
    /// The straightened page.
    pub page: Raster,
    runs: Vec<Run>,
    owners: Vec<Owner>,
    /// Index of the first run at or below each row.
    rows: Vec<usize>,
}

impl Segmentation {
    pub(super) fn new(layout: PageLayout, page: Raster, runs: Vec<Run>, owners: Vec<Owner>) -> Self {
        let rows = (0..=layout.height).map(|y| runs.partition_point(|run| run.y < y)).collect();
        Self { layout, page, runs, owners, rows }
    }

    fn owned_in(&self, place: Rect) -> impl Iterator<Item = (&Run, Owner)> {
        let from = self.rows.get(index(place.y)).copied().unwrap_or(self.runs.len());
        let to = self.rows.get(index(place.bottom())).copied().unwrap_or(self.runs.len());
        let runs = self.runs.get(from..to).unwrap_or_default();
        let owners = self.owners.get(from..to).unwrap_or_default();
        runs.iter()
            .zip(owners.iter().copied())
            .filter(move |(run, _)| run.end > place.x && run.start < place.right())
    }

    /// The black and white image of all that one owner has within a box.
    fn print_of(&self, wanted: Owner, place: Rect) -> Bitonal {
        let mut print = Bitonal::white(place.width, place.height).with_dpi(self.layout.dpi);
        for (run, owner) in self.owned_in(place) {
            if owner == wanted {
                print.draw(moved(*run, place));
            }
        }
        print
    }

    /// The ink of the whole straightened page.
    #[must_use]
    pub fn ink(&self) -> Bitonal {
        let mut print = Bitonal::white(self.layout.width, self.layout.height).with_dpi(self.layout.dpi);
        for run in &self.runs {
            print.draw(*run);
        }
        print
    }

    /// Lays the image of every piece back on an empty page and compares it with the page, pixel by pixel.
    #[must_use]
    pub fn coverage(&self) -> Coverage {
        let whole = Rect { x: 0, y: 0, width: self.layout.width, height: self.layout.height };
        let lines = (0_u32..).zip(&self.layout.lines).map(|(at, line)| (Owner::Line(at), line.place));
        let figures = (0_u32..).zip(&self.layout.figures).map(|(at, place)| (Owner::Figure(at), *place));
        let rest = [Owner::Rule, Owner::Border, Owner::Dust].map(|owner| (owner, whole));
        let page = super::part_ink(&self.page);
        let mut times = Gray8::filled(whole.width, whole.height, 0);
        let mut coverage = Coverage { page: page.ink_count(), ..Coverage::default() };
        for (owner, place) in lines.chain(figures).chain(rest) {
            let print = self.print_of(owner, place);
            let ink = print.ink_count();
            match owner {
                Owner::Line(_) => coverage.lines += ink,
                Owner::Figure(_) => coverage.figures += ink,
                Owner::Rule => coverage.rules += ink,
                Owner::Border => coverage.borders += ink,
                Owner::Dust => coverage.dust += ink,
            }
            for run in print.runs() {
                let row = times.row_mut(place.y + run.y);
                let columns = index(place.x + run.start)..index(place.x + run.end);
                for count in row.get_mut(columns).unwrap_or_default() {
                    *count = count.saturating_add(1);
                }
            }
        }
        let counted = page.to_gray();
        for (times, ink) in times.samples().iter().zip(counted.samples()) {
            match (*ink == 0, *times) {
                (true, 0) => coverage.missing += 1,
                (true, 1) | (false, 0) => {}
                (true, _) => coverage.twice += 1,
                (false, _) => coverage.invented += 1,
            }
        }
        coverage
    }

    /// The image of one line with a little paper round it, the ink of its neighbours wiped out; none for a number
    /// that no line has. The line's box lies in it at the returned place.
    #[must_use]
    pub fn line_image(&self, number: usize) -> Option<(Raster, Rect)> {
        let line = self.layout.lines.get(number)?;
        let margin = (self.layout.x_height / 3).max(4);
        let window = line.place.grown(margin, self.layout.width, self.layout.height);
        let wanted = Owner::Line(coordinate(number));
        let image = match &self.page {
            Raster::Bitonal(_) => Raster::Bitonal(self.print_of(wanted, window)),
            Raster::Gray(gray) => Raster::Gray(self.wiped_gray(gray, wanted, window)),
            Raster::Rgb(colour) => Raster::Rgb(self.wiped_rgb(colour, wanted, window)),
        };
        let inside = Rect { x: line.place.x - window.x, y: line.place.y - window.y, ..line.place };
        Some((image, inside))
    }

    /// The image of one figure as it stands on the page; none for a number that no figure has.
    #[must_use]
    pub fn figure_image(&self, number: usize) -> Option<Raster> {
        let place = self.layout.figures.get(number)?;
        Some(self.page.crop(place.grown(4, self.layout.width, self.layout.height)))
    }

    fn wiped_gray(&self, page: &Gray8, wanted: Owner, window: Rect) -> Gray8 {
        let mut image = page.crop(window);
        let mut shades = image.histogram();
        let paper = [usual_paper(&mut shades)];
        self.wipe(wanted, window, |y, columns| {
            let row = image.row_mut(y);
            for pixel in row.get_mut(columns).unwrap_or_default() {
                *pixel = paper[0];
            }
        });
        image
    }

    fn wiped_rgb(&self, page: &Rgb8, wanted: Owner, window: Rect) -> Rgb8 {
        let mut image = page.crop(window);
        let mut shades = image.to_gray().histogram();
        let paper = usual_paper(&mut shades);
        self.wipe(wanted, window, |y, columns| {
            let pixels = image.row_mut(y).get_mut(columns.start * 3..columns.end * 3);
            pixels.unwrap_or_default().fill(paper);
        });
        image
    }

    /// Calls `clean` for each stretch of the window that other pieces' ink, with its grey fringe, takes up and the
    /// wanted line's does not.
    fn wipe(&self, wanted: Owner, window: Rect, mut clean: impl FnMut(u32, std::ops::Range<usize>)) {
        const FRINGE: u32 = 2;
        let own = fringed(&self.print_of(wanted, window), FRINGE);
        let mut others = Bitonal::white(window.width, window.height);
        for (run, owner) in self.owned_in(window) {
            if owner != wanted {
                others.draw(moved(*run, window));
            }
        }
        for run in fringed(&others, FRINGE).runs() {
            let mut start = run.start;
            for x in run.start..=run.end {
                // Ink of others always goes; the grey round it only where it is not the grey round our own.
                if x == run.end || (own.ink(x, run.y) && !others.ink(x, run.y)) {
                    if x > start {
                        clean(run.y, index(start)..index(x));
                    }
                    start = x + 1;
                }
            }
        }
    }
}

/// A run in the coordinates of a box; what lies left of the box is cut off.
fn moved(run: Run, place: Rect) -> Run {
    Run {
        y: run.y.saturating_sub(place.y),
        start: run.start.saturating_sub(place.x),
        end: run.end.saturating_sub(place.x),
    }
}

/// The image with its ink grown by some pixels on every side.
fn fringed(print: &Bitonal, by: u32) -> Bitonal {
    let mut grown = Bitonal::white(print.width(), print.height());
    for run in print.runs() {
        for y in run.y.saturating_sub(by)..=(run.y + by).min(print.height() - 1) {
            grown.draw(Run { y, start: run.start.saturating_sub(by), end: run.end + by });
        }
    }
    grown
}

/// The shade that most of the light half of an image has.
fn usual_paper(shades: &mut [u64; 256]) -> u8 {
    (128_u8..=255)
        .zip(shades.iter().skip(128))
        .max_by_key(|(_, count)| **count)
        .map_or(255, |(shade, _)| shade)
}
