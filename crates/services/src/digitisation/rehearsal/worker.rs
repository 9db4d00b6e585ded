//! How people err: a neighbouring key, a letter too many, one too few, two swapped.

use kazi_quality::text::{Edit, align};

use crate::digitisation::number::{below, share};

type Random<'a> = &'a mut dyn FnMut() -> u64;

/// The rows of the keyboard; neighbours in a row are hit by mistake.
const ROWS: [&str; 4] = ["1234567890-", "qwertyuiop", "asdfghjkl;'", "zxcvbnm,."];

fn beside(letter: char, random: Random<'_>) -> char {
    let small = letter.to_lowercase().next().unwrap_or(letter);
    for row in ROWS {
        let keys: Vec<char> = row.chars().collect();
        let Some(at) = keys.iter().position(|key| *key == small) else { continue };
        let right = random().is_multiple_of(2);
        let near = if right {
            keys.get(at.saturating_add(1))
        } else {
            at.checked_sub(1).and_then(|at| keys.get(at))
        };
        let other = if right {
            at.checked_sub(1).and_then(|at| keys.get(at))
        } else {
            keys.get(at.saturating_add(1))
        };
        let hit = near.or(other).copied().unwrap_or('e');
        return if letter.is_uppercase() { hit.to_uppercase().next().unwrap_or(hit) } else { hit };
    }
    // Signs that no key has are mistaken for others of their kind.
    match letter {
        '“' => '”',
        '”' => '“',
        '’' => '‘',
        '—' => '-',
        ' ' => '.',
        other if other.is_alphabetic() => 'e',
        _ => '.',
    }
}

/// Types a text; each letter goes wrong with the given probability.
pub fn type_text(truth: &str, error_rate: f64, random: Random<'_>) -> String {
    let letters: Vec<char> = truth.chars().collect();
    let mut typed = String::with_capacity(truth.len());
    let mut skip = false;
    for (place, letter) in letters.iter().enumerate() {
        if std::mem::take(&mut skip) {
            continue;
        }
        if share(random) >= error_rate {
            typed.push(*letter);
            continue;
        }
        match (below(10, random), letters.get(place.saturating_add(1))) {
            // Half of all slips hit the key beside.
            (0..=4, _) => typed.push(beside(*letter, random)),
            (5 | 6, _) => {}
            (7, _) => typed.extend([*letter, *letter]),
            (8, _) => {
                let wrong = beside(*letter, random);
                typed.extend([wrong, *letter]);
            }
            (_, Some(next)) if next != letter => {
                typed.extend([*next, *letter]);
                skip = true;
            }
            _ => typed.push(beside(*letter, random)),
        }
    }
    typed
}

/// The text with most of what differs from the truth mended: each place is seen with probability `seen`.
/// Line breaks of verse stay.
pub fn mend(shown: &str, truth: &str, seen: f64, random: Random<'_>) -> String {
    let (have, want): (Vec<char>, Vec<char>) = (shown.chars().collect(), truth.chars().collect());
    let mut mended = String::with_capacity(shown.len());
    let mut sees = false;
    let mut before = false;
    for edit in align(&have, &want) {
        let differs = !matches!(edit, Edit::Same(..));
        // What stands side by side is seen together or not at all.
        if differs && !before {
            sees = share(random) < seen;
        }
        before = differs;
        let (here, there) = match edit {
            Edit::Same(here, _) => (have.get(here), have.get(here)),
            Edit::Substitution(here, there) => (have.get(here), want.get(there)),
            Edit::Deletion(here) => (have.get(here), None),
            Edit::Insertion(there) => (None, want.get(there)),
        };
        let keep = here == Some(&'\n') && there.is_none_or(|letter| letter.is_whitespace());
        mended.extend(if differs && sees && !keep { there } else { here });
    }
    mended
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(seed: u64) -> impl FnMut() -> u64 {
        let mut generator = kazi_quality::Random::new(seed);
        move || generator.bits()
    }

    #[test]
    fn the_rate_of_errors_is_about_what_was_asked() {
        let truth = "It was a shining boat, a boat of brass. ".repeat(500);
        let mut source = random(7);
        let typed = type_text(&truth, 0.01, &mut source);
        let (typed, truth): (Vec<char>, Vec<char>) = (typed.chars().collect(), truth.chars().collect());
        let errors = align(&typed, &truth).iter().filter(|edit| !matches!(edit, Edit::Same(..))).count();
        assert!((150..=260).contains(&errors), "{errors} errors in {} letters", truth.len());
    }

    #[test]
    fn whoever_never_errs_types_the_truth() {
        assert_eq!(type_text("“A man—”", 0.0, &mut random(1)), "“A man—”");
    }

    #[test]
    fn what_is_seen_is_mended() {
        assert_eq!(mend("a bost of brsas", "a boat of brass", 1.0, &mut random(1)), "a boat of brass");
        assert_eq!(mend("a bost of brsas", "a boat of brass", 0.0, &mut random(1)), "a bost of brsas");
        assert_eq!(mend("one\ntwo", "one two", 1.0, &mut random(1)), "one\ntwo");
    }
}
