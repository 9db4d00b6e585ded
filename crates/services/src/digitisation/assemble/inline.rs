//! The small marks inside a block's text: `<i>`, `<b>`, `<sup>`, footnote marks, and the starts of printed
//! pages that assembling puts in. Whatever is none of these is text.

use kazi_formats::epub::Inline;

/// Around the label of a page that starts here.
const PAGE: (char, char) = ('\u{e000}', '\u{e001}');
/// Around the id and the mark of a footnote.
const NOTE: (char, char) = ('\u{e002}', '\u{e003}');
const BETWEEN: char = '\u{e004}';

/// The start of a page, to stand inside a text.
pub fn page_start(label: &str) -> String {
    format!("{}{label}{}", PAGE.0, PAGE.1)
}

/// The reference to a footnote, to stand inside a text.
pub fn note_reference(id: &str, mark: &str) -> String {
    format!("{}{id}{BETWEEN}{mark}{}", NOTE.0, NOTE.1)
}

/// Whether a text may end here: what does not goes on after a figure in its middle.
pub fn ends_a_sentence(text: &str) -> bool {
    text.trim_end().ends_with(['.', '!', '?', ':', '”', '"', '’', ')', '…'])
}

/// A text typed by people, without the characters that are ours.
pub fn guarded(text: &str) -> String {
    text.chars().filter(|letter| !('\u{e000}'..='\u{e004}').contains(letter)).collect()
}

/// The text as its parts.
pub fn parse(text: &str) -> Vec<Inline> {
    let mut left = text;
    run(&mut left, None)
}

const TAGS: [&str; 3] = ["i", "b", "sup"];

/// Reads up to the end tag of `within`, or to the end.
fn run(left: &mut &str, within: Option<&str>) -> Vec<Inline> {
    let mut parts = Vec::new();
    let mut words = String::new();
    while let Some(letter) = left.chars().next() {
        if let Some(tag) = within
            && let Some(rest) = left.strip_prefix(&format!("</{tag}>"))
        {
            *left = rest;
            break;
        }
        if let Some((part, rest)) = special(left) {
            flush(&mut parts, &mut words);
            parts.push(part);
            *left = rest;
            continue;
        }
        words.push(letter);
        *left = left.get(letter.len_utf8()..).unwrap_or_default();
    }
    flush(&mut parts, &mut words);
    parts
}

fn flush(parts: &mut Vec<Inline>, words: &mut String) {
    if !words.is_empty() {
        parts.push(Inline::Text(std::mem::take(words)));
    }
}

/// What is no plain letter at the start of `left`, and what follows it.
fn special(left: &str) -> Option<(Inline, &str)> {
    for tag in TAGS {
        let Some(rest) = left.strip_prefix(&format!("<{tag}>")) else { continue };
        // A tag without its end is text.
        if !rest.contains(&format!("</{tag}>")) {
            continue;
        }
        let mut inner = rest;
        let parts = run(&mut inner, Some(tag));
        let part = match tag {
            "i" => Inline::Italic(parts),
            "b" => Inline::Bold(parts),
            _ => Inline::Raised(parts),
        };
        return Some((part, inner));
    }
    if let Some(rest) = left.strip_prefix(PAGE.0) {
        let (label, rest) = rest.split_once(PAGE.1)?;
        return Some((Inline::Page(label.to_owned()), rest));
    }
    if let Some(rest) = left.strip_prefix(NOTE.0) {
        let (note, rest) = rest.split_once(NOTE.1)?;
        let (id, mark) = note.split_once(BETWEEN)?;
        let (to, id, mark) = (id.to_owned(), format!("ref-{id}"), mark.to_owned());
        return Some((Inline::Note { to, id, mark }, rest));
    }
    let (mark, rest) = left.strip_prefix("[^")?.split_once(']')?;
    let short = (1..=3).contains(&mark.chars().count());
    short.then(|| (Inline::Raised(vec![Inline::Text(mark.to_owned())]), rest))
}

/// The letters alone.
pub fn plain(text: &str) -> String {
    fn write(parts: &[Inline], plain: &mut String) {
        for part in parts {
            match part {
                Inline::Text(words) => plain.push_str(words),
                Inline::Italic(inner) | Inline::Bold(inner) | Inline::Raised(inner) => write(inner, plain),
                Inline::Note { mark, .. } => plain.push_str(mark),
                Inline::Page(_) => {}
            }
        }
    }
    let mut letters = String::new();
    write(&parse(text), &mut letters);
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_and_everything_else_is_text() {
        let text = |words: &str| Inline::Text(words.to_owned());
        assert_eq!(
            parse("a <i>b <b>c</b></i> <d> 1 < 2 <i>open"),
            [
                text("a "),
                Inline::Italic(vec![text("b "), Inline::Bold(vec![text("c")])]),
                text(" <d> 1 < 2 <i>open"),
            ]
        );
        assert_eq!(plain("He said[^*] <i>so</i>"), "He said* so");
        assert_eq!(parse(&page_start("xii")), [Inline::Page("xii".to_owned())]);
        assert_eq!(guarded("a\u{e000}b"), "ab");
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_lost(text in "[a-z<>/i\\[\\]^ ]{0,40}") {
            let letters = plain(&text);
            proptest::prop_assert!(letters.len() <= text.len());
            let kept = |text: &str| text.chars().filter(|letter| "acdefghjklmnqrtvwxyz".contains(*letter)).collect::<String>();
            proptest::prop_assert_eq!(kept(&letters), kept(&text));
        }
    }
}
