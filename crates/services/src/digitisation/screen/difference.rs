//! What differs between answers, letter by letter.

use kazi_quality::text::{Edit, align};

use crate::digitisation::text::folded;

/// A run of letters of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The letters.
    pub text: String,
    /// Whether another answer has something else here.
    pub differs: bool,
}

/// An answer in runs, those marked that differ from any of `others`.
pub fn marked(answer: &str, others: &[&str]) -> Vec<Part> {
    let letters: Vec<char> = answer.chars().collect();
    let keys: Vec<char> = letters.iter().copied().map(folded).collect();
    let mut differs = vec![false; letters.len()];
    for other in others {
        let other: Vec<char> = other.chars().map(folded).collect();
        let edits = align(&keys, &other);
        let mut at = 0_usize;
        for (step, edit) in edits.iter().enumerate() {
            let replaced = |step: Option<usize>| {
                step.and_then(|step| edits.get(step))
                    .is_some_and(|edit| matches!(edit, Edit::Substitution(..)))
            };
            let place = match edit {
                Edit::Same(here, _) => {
                    at = *here;
                    continue;
                }
                Edit::Substitution(here, _) | Edit::Deletion(here) => {
                    at = *here;
                    *here
                }
                // Beside a letter that differs the gap is marked already.
                Edit::Insertion(_) if replaced(step.checked_sub(1)) || replaced(step.checked_add(1)) => {
                    continue;
                }
                // What only the other has is missing here: the letter before the gap is marked.
                Edit::Insertion(_) => at.min(letters.len().saturating_sub(1)),
            };
            if let Some(mark) = differs.get_mut(place) {
                *mark = true;
            }
        }
    }
    let mut parts: Vec<Part> = Vec::new();
    for (letter, differs) in letters.into_iter().zip(differs) {
        match parts.last_mut() {
            Some(part) if part.differs == differs => part.text.push(letter),
            _ => parts.push(Part { text: letter.to_string(), differs }),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(answer: &str, others: &[&str]) -> String {
        marked(answer, others)
            .into_iter()
            .map(|part| if part.differs { format!("[{}]", part.text) } else { part.text })
            .collect()
    }

    #[test]
    fn only_what_differs_is_marked() {
        let others = ["there was a man.", "there was h man.", "there was an man."];
        assert_eq!(shown(others[1], &others), "there was [h] man.");
        assert_eq!(shown(others[0], &others[..2]), "there was [a] man.");
        assert_eq!(shown("“so”", &["\"so\""]), "“so”");
        assert_eq!(shown("", &["a"]), "");
    }

    proptest::proptest! {
        #[test]
        fn no_letter_is_lost(one in "[a-c ]{0,20}", other in "[a-c ]{0,20}") {
            let whole: String = marked(&one, &[&other]).into_iter().map(|part| part.text).collect();
            proptest::prop_assert_eq!(whole, one);
        }
    }
}
