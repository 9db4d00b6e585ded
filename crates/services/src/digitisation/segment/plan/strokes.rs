//! Rules that print and scan have broken: what goes on in the line of a rule is part of it.

use super::{Chain, Owner, Plan};
use crate::digitisation::segment::components::{Component, Components};

/// A broken rule goes on after a gap of at most this many x-heights.
const GAP: f64 = 12.0;
/// And stands at most this many x-heights aside.
const ASIDE: f64 = 0.35;
/// A rule is no thicker.
const THICK: f64 = 0.7;

/// Whether a piece lies in the line of a rule, not far from one of its ends.
fn goes_on(piece: &Component, rule: &Component, x_height: f64) -> bool {
    let down = rule.height() > rule.width();
    let [along, across, rule_along, rule_across] = if down {
        [
            (piece.top, piece.bottom),
            (piece.left, piece.right),
            (rule.top, rule.bottom),
            (rule.left, rule.right),
        ]
    } else {
        [
            (piece.left, piece.right),
            (piece.top, piece.bottom),
            (rule.left, rule.right),
            (rule.top, rule.bottom),
        ]
    };
    let length = |(from, to): (u32, u32)| f64::from(to.saturating_sub(from));
    let thin = length(across) <= THICK * x_height && length(along) >= length(across);
    let gap = f64::from(along.0) - f64::from(rule_along.1);
    let gap = gap.max(f64::from(rule_along.0) - f64::from(along.1));
    let level = f64::from(across.0) >= f64::from(rule_across.0) - ASIDE * x_height
        && f64::from(across.1) <= f64::from(rule_across.1) + ASIDE * x_height;
    thin && level && gap <= GAP * x_height
}

/// Takes from the lines those that are no print but pieces of broken rules: one or two strokes, each much longer than
/// thick, below a rule. Letters are left alone: an `l` stands in a line of more.
pub(super) fn part_strokes(lines: Vec<Chain>, rules: &mut Vec<Component>, x_height: f64) -> Vec<Chain> {
    let mut waiting = lines;
    loop {
        let before = waiting.len();
        let mut kept = Vec::with_capacity(before);
        for line in waiting {
            let stroke = |letter: &Component| {
                letter.height() > letter.width().saturating_mul(3)
                    && rules
                        .iter()
                        .any(|rule| rule.height() > rule.width() && goes_on(letter, rule, x_height))
            };
            if line.letters.len() <= 2 && line.letters.iter().all(stroke) {
                rules.extend(line.letters);
            } else {
                kept.push(line);
            }
        }
        if kept.len() == before {
            return kept;
        }
        waiting = kept;
    }
}

impl Plan {
    /// Makes dust in the line of a rule part of it, piece by piece along the rule.
    pub(super) fn continue_rules(&mut self, found: &Components, rules: &[Component], x_height: f64) {
        let is = |plan: &Self, piece: &Component, owner: Owner| {
            plan.owners.get(kazi_formats::raster::number::index(piece.label)) == Some(&owner)
        };
        let mut known: Vec<Component> =
            rules.iter().filter(|rule| is(self, rule, Owner::Rule)).copied().collect();
        let mut waiting: Vec<Component> =
            found.all.iter().filter(|piece| is(self, piece, Owner::Dust)).copied().collect();
        loop {
            let (more, rest): (Vec<Component>, Vec<Component>) = waiting
                .into_iter()
                .partition(|piece| known.iter().any(|rule| goes_on(piece, rule, x_height)));
            if more.is_empty() {
                return;
            }
            for piece in &more {
                self.set(piece, Owner::Rule);
            }
            // Only what is long shows where a rule goes on: specks beside it do not lead away from it.
            known
                .extend(more.iter().filter(|piece| f64::from(piece.width().max(piece.height())) >= x_height));
            waiting = rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(left: u32, top: u32, width: u32, height: u32) -> Component {
        Component { label: 0, left, top, right: left + width, bottom: top + height, ink: 9 }
    }

    #[test]
    fn a_broken_frame_goes_on_and_letters_beside_it_do_not() {
        let side = piece(100, 100, 4, 300);
        assert!(goes_on(&piece(101, 450, 3, 30), &side, 20.0), "after a gap");
        assert!(goes_on(&piece(99, 60, 4, 20), &side, 20.0), "before it");
        assert!(!goes_on(&piece(130, 450, 3, 30), &side, 20.0), "beside it");
        assert!(!goes_on(&piece(96, 450, 16, 20), &side, 20.0), "a letter");
        assert!(!goes_on(&piece(101, 900, 3, 30), &side, 20.0), "far away");
        let top = piece(100, 100, 300, 4);
        assert!(goes_on(&piece(420, 101, 12, 3), &top, 20.0));
        assert!(!goes_on(&piece(420, 101, 3, 12), &top, 20.0), "upright");
    }
}
