//! Reading order: down a column, then to the next (T. Breuel, 2003, "High performance document layout analysis").
//!
//! One box comes before another when it stands above it and their columns overlap; or when it stands wholly to the
//! left and nothing between them, from top to bottom, spans both. The order is a topological sort of these.

use kazi_formats::raster::Rect;

/// Pages with more boxes than this are noise, and are simply sorted from the top.
const MOST: usize = 700;

/// The order in which to read boxes, as indices.
pub fn reading_order(boxes: &[Rect]) -> Vec<usize> {
    let mut by_place: Vec<(usize, &Rect)> = boxes.iter().enumerate().collect();
    by_place.sort_by_key(|(_, place)| (middle(place), place.x));
    if boxes.len() > MOST {
        return by_place.into_iter().map(|(at, _)| at).collect();
    }
    let sorted: Vec<&Rect> = by_place.iter().map(|(_, place)| *place).collect();
    let mut visit = Visit { boxes: &sorted, done: vec![false; sorted.len()], order: Vec::new() };
    for at in 0..sorted.len() {
        visit.go(at);
    }
    visit.order.into_iter().filter_map(|at| by_place.get(at).map(|(original, _)| *original)).collect()
}

fn middle(place: &Rect) -> u32 {
    place.y.midpoint(place.bottom())
}

struct Visit<'a> {
    boxes: &'a [&'a Rect],
    done: Vec<bool>,
    order: Vec<usize>,
}

impl Visit<'_> {
    /// Puts all that comes before a box, and then the box, into the order. Walks with a stack of its own: a page
    /// may be deep.
    fn go(&mut self, start: usize) {
        let mut stack = vec![(start, 0_usize)];
        while let Some((at, next)) = stack.pop() {
            if next == 0 {
                match self.done.get_mut(at) {
                    Some(done) if !*done => *done = true,
                    _ => continue,
                }
            }
            let open = (next..self.boxes.len())
                .find(|other| self.done.get(*other) == Some(&false) && self.before(*other, at));
            match open {
                Some(other) => {
                    stack.push((at, other + 1));
                    stack.push((other, 0));
                }
                None => self.order.push(at),
            }
        }
    }

    fn before(&self, one: usize, other: usize) -> bool {
        let (Some(a), Some(b)) = (self.boxes.get(one), self.boxes.get(other)) else { return false };
        if one == other {
            return false;
        }
        if overlap(a, b) {
            return middle(a) < middle(b);
        }
        if a.x >= b.x {
            return false;
        }
        let (top, bottom) = (a.y.min(b.y), a.bottom().max(b.bottom()));
        !self.boxes.iter().any(|between| {
            let level = middle(between);
            level > top && level < bottom && overlap(a, between) && overlap(b, between)
        })
    }
}

/// Whether two boxes share columns to speak of: a tenth of the narrower.
fn overlap(one: &Rect, other: &Rect) -> bool {
    let shared = one.right().min(other.right()).saturating_sub(one.x.max(other.x));
    shared.saturating_mul(10) > one.width.min(other.width)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(x: u32, y: u32, width: u32) -> Rect {
        Rect { x, y, width, height: 30 }
    }

    #[test]
    fn one_column_reads_from_the_top() {
        let boxes = [line(0, 100, 500), line(20, 0, 480), line(0, 50, 500)];
        assert_eq!(reading_order(&boxes), [1, 2, 0]);
    }

    #[test]
    fn columns_are_read_one_after_the_other_between_full_lines() {
        let boxes = [
            line(0, 0, 1_000),
            line(550, 50, 450),
            line(0, 52, 450),
            line(550, 100, 450),
            line(0, 102, 450),
            line(0, 200, 1_000),
        ];
        assert_eq!(reading_order(&boxes), [0, 2, 4, 1, 3, 5]);
    }

    proptest! {
        #[test]
        fn every_box_is_read_once(places in proptest::collection::vec((0_u32..900, 0_u32..900, 1_u32..300, 1_u32..90), 0..60)) {
            let boxes: Vec<Rect> = places.into_iter().map(|(x, y, width, height)| Rect { x, y, width, height }).collect();
            let mut order = reading_order(&boxes);
            order.sort_unstable();
            prop_assert_eq!(order, (0..boxes.len()).collect::<Vec<_>>());
        }
    }
}
