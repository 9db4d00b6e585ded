//! When two typed texts say the same. The rules:
//!
//! - composed and decomposed letters are the same (Unicode NFC);
//! - any run of white space counts as one space; at the ends it counts for nothing;
//! - straight and curly quotes are the same, and so are `` ` `` and `´` for a single one;
//! - hyphen-minus, hyphen and non-breaking hyphen are the same; en dash, em dash, bar and `--` are the same,
//!   with or without spaces around;
//! - `...` and `…` are the same, and so are ligatures (`ﬁ`) and their letters;
//! - a soft hyphen and zero-width characters count for nothing.
//!
//! Capital letters, accents, punctuation and digits always count.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// A text as it is kept: composed, white space single and trimmed, invisible characters gone, `--` and
/// `...` as the signs they stand for, ligatures as letters. Quotes and dashes stay as they were typed.
pub fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut space = false;
    for letter in text.chars().flat_map(letters_of).nfc() {
        if letter.is_whitespace() {
            space = true;
            continue;
        }
        if is_invisible(letter) {
            continue;
        }
        if space && !tidied.is_empty() {
            tidied.push(' ');
        }
        space = false;
        tidied.push(letter);
    }
    let tidied = replace(&tidied, "...", "…");
    let tidied = replace(&tidied, "---", "—");
    replace(&tidied, "--", "—").into_owned()
}

fn replace<'a>(text: &'a str, from: &str, to: &str) -> Cow<'a, str> {
    if text.contains(from) { Cow::Owned(text.replace(from, to)) } else { Cow::Borrowed(text) }
}

fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}') || letter.is_control()
}

/// The letters that a ligature stands for; any other letter stands for itself.
fn letters_of(letter: char) -> impl Iterator<Item = char> {
    let (alone, letters) = match letter {
        'ﬀ' => (None, "ff"),
        'ﬁ' => (None, "fi"),
        'ﬂ' => (None, "fl"),
        'ﬃ' => (None, "ffi"),
        'ﬄ' => (None, "ffl"),
        'ﬅ' | 'ﬆ' => (None, "st"),
        other => (Some(other), ""),
    };
    alone.into_iter().chain(letters.chars())
}

/// The letter under which all letters go that count as the same.
pub fn folded(letter: char) -> char {
    match letter {
        '‘' | '’' | '‚' | '‛' | '`' | '´' | 'ʼ' | '′' => '\'',
        '“' | '”' | '„' | '‟' | '″' => '"',
        '\u{2010}' | '\u{2011}' | '\u{2212}' => '-',
        '\u{2013}' | '\u{2014}' | '\u{2015}' => '—',
        other => other,
    }
}

/// The form in which texts are compared: those that say the same have the same.
pub fn comparable(text: &str) -> String {
    let letters: Vec<char> = tidy(text).chars().map(folded).collect();
    let mut compared = String::with_capacity(text.len());
    for (place, letter) in letters.iter().enumerate() {
        let beside = |at: Option<usize>| at.and_then(|at| letters.get(at)) == Some(&'—');
        if *letter == ' ' && (beside(place.checked_sub(1)) || beside(place.checked_add(1))) {
            continue;
        }
        compared.push(*letter);
    }
    compared
}

/// The text with each run of white space as one space, and none at the ends: the form in which character
/// error rates are measured.
pub fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_the_same_compares_alike() {
        for (one, other) in [
            ("cafe\u{301}", "café"),
            ("  two   words ", "two words"),
            ("“he’s”", "\"he's\""),
            ("well -- yes", "well—yes"),
            ("wait...", "wait…"),
            ("ﬁne oﬃce", "fine office"),
            ("un\u{ad}til", "until"),
            ("to\u{2011}day", "to-day"),
        ] {
            assert_eq!(comparable(one), comparable(other), "{one} / {other}");
        }
    }

    #[test]
    fn what_differs_stays_different() {
        for (one, other) in
            [("The", "the"), ("a,", "a."), ("resume", "résumé"), ("to-day", "today"), ("1", "l")]
        {
            assert_ne!(comparable(one), comparable(other));
        }
    }

    proptest::proptest! {
        #[test]
        fn tidying_twice_changes_nothing(text in "[a-z \u{301}\\-—.…“ﬁ]{0,30}") {
            let once = comparable(&text);
            proptest::prop_assert_eq!(comparable(&once), once);
        }
    }
}
