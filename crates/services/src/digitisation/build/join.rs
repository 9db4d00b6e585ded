//! Lines to running text: which hyphens at line ends belong to the word.

use std::collections::HashMap;

/// The words of a book and how often they were seen, as evidence.
#[derive(Debug, Clone, Default)]
pub struct Words {
    seen: HashMap<String, u32>,
}

impl Words {
    /// Learns the words of a text; the last word of a line that ends in a hyphen is none.
    pub fn learn(&mut self, line: &str) {
        let words: Vec<&str> = line.split(|letter: char| letter.is_whitespace() || letter == '—').collect();
        let whole = words.len().saturating_sub(usize::from(ends_in_hyphen(line)));
        for word in words.iter().take(whole) {
            let word = bare(word);
            if !word.is_empty() {
                let count = self.seen.entry(word).or_default();
                *count = count.saturating_add(1);
            }
        }
    }

    fn count(&self, word: &str) -> u32 {
        self.seen.get(word).copied().unwrap_or(0)
    }
}

/// A word without the punctuation around it, in small letters.
fn bare(word: &str) -> String {
    word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase()
}

/// Whether a line ends in the middle of a word.
pub fn ends_in_hyphen(line: &str) -> bool {
    let line = line.trim_end();
    let mut letters = line.chars().rev();
    letters.next().is_some_and(is_hyphen) && letters.next().is_some_and(char::is_alphabetic)
}

pub(super) fn is_hyphen(letter: char) -> bool {
    matches!(letter, '-' | '\u{2010}' | '\u{2011}' | '¬')
}

/// First halves after which the hyphen belongs to the word when nothing else is known.
const KEEPING: [&str; 14] =
    ["self", "ex", "well", "ill", "half", "non", "quasi", "all", "to", "cross", "vice", "great", "mid", "so"];

/// Whether the hyphen between two halves belongs to the word. The book itself is the best witness: the form
/// it uses elsewhere wins. Else a hyphen stays before a capital letter or a digit, and after a few words that
/// form compounds (`self-`, `to-` in `to-day`).
pub fn keeps_hyphen(first: &str, second: &str, words: &Words) -> bool {
    let (first, second) = (bare(first), bare_start(second));
    let joined = words.count(&format!("{}{}", first, second.to_lowercase()));
    let hyphened = words.count(&format!("{}-{}", first, second.to_lowercase()));
    if joined != hyphened {
        return hyphened > joined;
    }
    let capital = second.chars().next().is_some_and(|letter| !letter.is_lowercase());
    capital || first.contains('-') || KEEPING.contains(&first.as_str()) && stands_alone(&second)
}

/// `to-` belongs to `to-day`, not to `to-gether`.
fn stands_alone(second: &str) -> bool {
    !matches!(second, "gether" | "ward" | "wards" | "ever" | "tal" | "gin" | "fully" | "fish" | "ness")
}

fn bare_start(word: &str) -> String {
    word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_owned()
}

/// Lines as running text: words broken at line ends are whole again.
pub fn join_lines(lines: &[&str], words: &Words) -> String {
    let mut text = String::new();
    for line in lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty()) {
        if text.is_empty() {
            text.push_str(line);
        } else {
            append(&mut text, line, words);
        }
    }
    text
}

/// Appends the next line to a text.
pub fn append(text: &mut String, line: &str, words: &Words) {
    let next = line.split_whitespace().next().unwrap_or_default();
    if ends_in_hyphen(text) && next.starts_with(char::is_alphanumeric) {
        let start = text.rfind(|letter: char| letter.is_whitespace() || letter == '—').map_or(0, |at| at);
        let first = text.get(start..).unwrap_or_default().trim_end_matches(is_hyphen).to_owned();
        if !keeps_hyphen(&first, next, words) {
            text.pop();
        }
    } else if !text.ends_with('—') && !line.starts_with('—') {
        text.push(' ');
    }
    text.push_str(line);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(lines: &[&str], known: &str) -> String {
        let mut words = Words::default();
        words.learn(known);
        join_lines(lines, &words)
    }

    #[test]
    fn broken_words_are_whole_again() {
        assert_eq!(
            joined(&["until, two serpents to-", "gether went"], ""),
            "until, two serpents together went"
        );
        assert_eq!(joined(&["market to-", "day he"], ""), "market to-day he");
        assert_eq!(joined(&["the Boy Ap-", "prenticed"], ""), "the Boy Apprenticed");
        assert_eq!(joined(&["Anglo-", "Saxon"], ""), "Anglo-Saxon");
        assert_eq!(joined(&["a man—", "he said"], ""), "a man—he said");
        assert_eq!(joined(&["one -", "two"], ""), "one - two");
    }

    #[test]
    fn the_book_is_the_best_witness() {
        assert_eq!(joined(&["a ram-", "headed man"], "the ram-headed one"), "a ram-headed man");
        assert_eq!(joined(&["a ram-", "headed man"], ""), "a ramheaded man");
        assert_eq!(joined(&["we go to-", "day"], "today, today"), "we go today");
    }

    #[test]
    fn half_words_are_no_evidence() {
        let mut words = Words::default();
        words.learn("it is un-");
        assert_eq!(words.count("un"), 0);
        assert_eq!(words.count("is"), 1);
    }
}
