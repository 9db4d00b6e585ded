//! The order in which people expect numbered names: page2 before page10.

use std::cmp::Ordering;

/// Compares two names as people read them: runs of digits by their value, letters without regard to case, folders
/// before what follows them. Equal only when the names are the same.
///
/// ```
/// use kazi_formats::archive::natural_order;
/// let mut names = ["page10.png", "Page2.png", "page1.png"];
/// names.sort_by(|one, other| natural_order(one, other));
/// assert_eq!(names, ["page1.png", "Page2.png", "page10.png"]);
/// ```
#[must_use]
pub fn natural_order(one: &str, other: &str) -> Ordering {
    let (mut left, mut right) = (one, other);
    loop {
        let (left_number, left_rest) = split_number(left);
        let (right_number, right_rest) = split_number(right);
        let step = match (left_number, right_number) {
            (Some(a), Some(b)) => {
                (left, right) = (left_rest, right_rest);
                by_value(a, b)
            }
            _ => match (next_folded(left), next_folded(right)) {
                (None, None) => return one.cmp(other),
                (None, Some(_)) => return Ordering::Less,
                (Some(_), None) => return Ordering::Greater,
                (Some((a, a_rest)), Some((b, b_rest))) => {
                    (left, right) = (a_rest, b_rest);
                    rank(a).cmp(&rank(b))
                }
            },
        };
        if step != Ordering::Equal {
            return step;
        }
    }
}

/// Folder separators sort before everything, so that a folder's pages stay together.
fn rank(character: char) -> (bool, char) {
    (!matches!(character, '/' | '\\'), character)
}

fn next_folded(text: &str) -> Option<(char, &str)> {
    let mut characters = text.chars();
    let first = characters.next()?;
    Some((first.to_lowercase().next().unwrap_or(first), characters.as_str()))
}

/// The digits that the text begins with, and what follows them.
fn split_number(text: &str) -> (Option<&str>, &str) {
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    match text.split_at_checked(end) {
        Some((digits, rest)) if !digits.is_empty() => (Some(digits), rest),
        _ => (None, text),
    }
}

/// Digits of any length by value: without leading zeros the longer is the larger.
fn by_value(one: &str, other: &str) -> Ordering {
    let (a, b) = (one.trim_start_matches('0'), other.trim_start_matches('0'));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folders_stay_together_and_zeros_do_not_matter() {
        let mut names = ["b/2.png", "a/010.png", "b/1.png", "a/9.png", "a.png", "A/0.png"];
        names.sort_by(|one, other| natural_order(one, other));
        assert_eq!(names, ["A/0.png", "a/9.png", "a/010.png", "a.png", "b/1.png", "b/2.png"]);
    }

    proptest! {
        #[test]
        fn it_is_an_order(a in "[a-b0-2/]{0,6}", b in "[a-b0-2/]{0,6}", c in "[a-bA0-2/]{0,6}") {
            prop_assert_eq!(natural_order(&a, &b), natural_order(&b, &a).reverse());
            if natural_order(&a, &b) != Ordering::Greater && natural_order(&b, &c) != Ordering::Greater {
                prop_assert_ne!(natural_order(&a, &c), Ordering::Greater);
            }
            prop_assert_eq!(natural_order(&a, &b) == Ordering::Equal, a == b);
        }
    }
}
