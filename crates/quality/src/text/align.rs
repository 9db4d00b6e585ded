//! Edit distance and alignment of two sequences.

use crate::num;

/// One step of an alignment, with positions in the two sequences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    /// The two are the same here.
    Same(usize, usize),
    /// One stands for the other.
    Substitution(usize, usize),
    /// Only the left sequence has this.
    Deletion(usize),
    /// Only the right sequence has this.
    Insertion(usize),
}

/// The least number of insertions, deletions and substitutions between two sequences (Levenshtein 1966).
/// Time: the product of the lengths after common ends are cut off; space: the shorter one.
///
/// ```
/// assert_eq!(kazi_quality::text::distance(b"kitten", b"sitting"), 3);
/// ```
pub fn distance<T: PartialEq>(left: &[T], right: &[T]) -> usize {
    let (left, right, _) = trimmed(left, right);
    let (long, short) = if left.len() < right.len() { (right, left) } else { (left, right) };
    let mut previous: Vec<usize> = (0..=short.len()).collect();
    for (row, one) in long.iter().enumerate() {
        let mut diagonal = row;
        let mut last = row + 1;
        let mut cells = previous.iter_mut();
        if let Some(first) = cells.next() {
            *first = last;
        }
        for (other, cell) in short.iter().zip(cells) {
            let above = *cell;
            last = (diagonal + usize::from(one != other)).min(above + 1).min(last + 1);
            diagonal = above;
            *cell = last;
        }
    }
    previous.last().copied().unwrap_or(0)
}

/// The two sequences without their common start and end, and the length of that start.
fn trimmed<'a, T: PartialEq>(left: &'a [T], right: &'a [T]) -> (&'a [T], &'a [T], usize) {
    let start = left.iter().zip(right).take_while(|(one, other)| one == other).count();
    let (left, right) = (left.get(start..).unwrap_or_default(), right.get(start..).unwrap_or_default());
    let end = left.iter().rev().zip(right.iter().rev()).take_while(|(one, other)| one == other).count();
    let cut = |whole: &'a [T]| whole.get(..whole.len() - end).unwrap_or_default();
    (cut(left), cut(right), start)
}

/// A cheapest alignment of two sequences: substitutions before deletions before insertions where they cost alike.
///
/// ```
/// use kazi_quality::text::{Edit, align};
/// assert_eq!(align(b"ab", b"b"), [Edit::Deletion(0), Edit::Same(1, 0)]);
/// ```
pub fn align<T: PartialEq>(left: &[T], right: &[T]) -> Vec<Edit> {
    let width = right.len() + 1;
    let mut costs: Vec<usize> = (0..width).collect();
    let mut steps = vec![2_u8; width * (left.len() + 1)];
    for (row, one) in left.iter().enumerate() {
        let mut diagonal = row;
        let mut last = row + 1;
        let mut cells = costs.iter_mut();
        if let Some(first) = cells.next() {
            *first = last;
        }
        let marks = steps.get_mut((row + 1) * width..(row + 2) * width).unwrap_or_default();
        if let Some(mark) = marks.first_mut() {
            *mark = 1;
        }
        for ((other, cell), mark) in right.iter().zip(cells).zip(marks.iter_mut().skip(1)) {
            let (above, across) = (*cell, diagonal + usize::from(one != other));
            let best = across.min(above + 1).min(last + 1);
            *mark = if best == across { 0 } else { 1 + u8::from(best != above + 1) };
            diagonal = above;
            last = best;
            *cell = best;
        }
    }
    let (mut row, mut column, mut path) = (left.len(), right.len(), Vec::new());
    while row > 0 || column > 0 {
        match steps.get(row * width + column) {
            Some(0) => {
                (row, column) = (row - 1, column - 1);
                let same = left.get(row) == right.get(column);
                path.push(if same { Edit::Same(row, column) } else { Edit::Substitution(row, column) });
            }
            Some(1) => {
                row -= 1;
                path.push(Edit::Deletion(row));
            }
            _ => {
                column -= 1;
                path.push(Edit::Insertion(column));
            }
        }
    }
    path.reverse();
    path
}

/// The error rate of a text against the truth: edits / length of the truth. With words it is the word error rate,
/// with characters the character error rate. Against an empty truth it is 0 for an empty text and else 1.
pub fn error_rate<T: PartialEq>(text: &[T], truth: &[T]) -> f64 {
    if truth.is_empty() {
        return f64::from(u8::from(!text.is_empty()));
    }
    num::real(distance(text, truth)) / num::real(truth.len())
}
