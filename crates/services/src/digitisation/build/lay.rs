//! A running text laid back on the lines it came from: lines end where they ended in print, with the
//! hyphens of words that go on. Serves corrected pages (ALTO, PAGE-XML) and truth texts in rehearsals.

use kazi_quality::text::{Edit, align};

use super::join::{ends_in_hyphen, is_hyphen};
use crate::digitisation::text::folded;

/// For each line, the part of `text` that stands on it. `drafts` are the lines as somebody read them, in
/// order; an empty one takes what stands between its neighbours.
pub fn lay_on_lines(drafts: &[&str], text: &str) -> Vec<String> {
    let letters: Vec<char> = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().collect();
    let (draft, owners) = run_together(drafts);
    let folded_text: Vec<char> = letters.iter().copied().map(folded).collect();
    let mut spans: Vec<Option<(usize, usize)>> = vec![None; drafts.len()];
    for edit in align(&draft, &folded_text) {
        let (Edit::Same(from, to) | Edit::Substitution(from, to)) = edit else { continue };
        if draft.get(from) == Some(&' ') || letters.get(to) == Some(&' ') {
            continue;
        }
        if let Some(span) = owners.get(from).and_then(|owner| spans.get_mut(*owner)) {
            *span = Some(span.map_or((to, to), |(first, _)| (first, to)));
        }
    }
    let cuts = cuts(&spans, &letters);
    let piece = |from: usize, to: usize| letters.get(from..to).unwrap_or_default().iter().collect::<String>();
    let mut lines: Vec<String> = cuts
        .windows(2)
        .map(|cut| match cut {
            [from, to] => piece(*from, *to),
            _ => String::new(),
        })
        .collect();
    for (place, line) in lines.iter_mut().enumerate() {
        let end = cuts.get(place.saturating_add(1)).copied().unwrap_or(0);
        let before = end.checked_sub(1).and_then(|at| letters.get(at)).copied();
        let after = letters.get(end).copied();
        let within = before.is_some_and(char::is_alphabetic) && after.is_some_and(char::is_alphabetic);
        *line = line.trim().to_owned();
        if within && !line.is_empty() {
            line.push('-');
        }
    }
    lines
}

/// The drafts as one text, words whole again, and for each letter the line it stands on.
fn run_together(drafts: &[&str]) -> (Vec<char>, Vec<usize>) {
    let (mut letters, mut owners) = (Vec::new(), Vec::new());
    for (owner, draft) in drafts.iter().enumerate() {
        let last = owner.saturating_add(1) == drafts.len();
        let broken = ends_in_hyphen(draft) && !last;
        let body = if broken { draft.trim_end().trim_end_matches(is_hyphen) } else { draft.trim_end() };
        for letter in body.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
            letters.push(folded(letter));
            owners.push(owner);
        }
        if !broken && !last && !body.is_empty() {
            letters.push(' ');
            owners.push(owner);
        }
    }
    (letters, owners)
}

/// Where the lines are cut: one place more than there are lines.
fn cuts(spans: &[Option<(usize, usize)>], letters: &[char]) -> Vec<usize> {
    let mut cuts = vec![0; spans.len().saturating_add(1)];
    if let Some(last) = cuts.last_mut() {
        *last = letters.len();
    }
    let mut end_before = 0;
    for (place, cut) in cuts.iter_mut().enumerate().take(spans.len()).skip(1) {
        let before = spans.get(place.saturating_sub(1)).copied().flatten();
        if let Some((_, last)) = before {
            end_before = last.saturating_add(1).max(end_before);
        }
        let here = spans.get(place).copied().flatten();
        // An unread line takes all up to the next one that was read.
        *cut = match (before, here) {
            (_, None) => word_end(end_before, letters),
            (None, Some((first, _))) => word_start(first.max(end_before), end_before, letters),
            (Some(_), Some((first, _))) => between(end_before, first.max(end_before), letters),
        };
        end_before = end_before.max(*cut);
    }
    cuts
}

/// Between two lines that were read: at the space, if there is one; else where the first one's reading ends.
fn between(end: usize, start: usize, letters: &[char]) -> usize {
    let gap = letters.get(end..start).unwrap_or_default();
    match gap.iter().position(|letter| *letter == ' ') {
        Some(space) => end.saturating_add(space).saturating_add(1),
        None => start.min(end.saturating_add(gap.len())),
    }
}

fn word_end(from: usize, letters: &[char]) -> usize {
    let rest = letters.get(from..).unwrap_or_default();
    from.saturating_add(
        rest.iter().position(|letter| *letter == ' ').map_or(rest.len(), |at| at.saturating_add(1)),
    )
}

fn word_start(from: usize, least: usize, letters: &[char]) -> usize {
    let within = letters.get(least..from).unwrap_or_default();
    least.saturating_add(
        within.iter().rposition(|letter| *letter == ' ').map_or(within.len(), |at| at.saturating_add(1)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_where_they_ended_in_print() {
        let text = "My father (said the youth) was a fisherman, and he lived until to-day.\n\nAnd more: x.";
        let drafts = [
            "My fathcr (said tho",
            "youth) was a fisher-",
            "man, and he lived un-",
            "tll to-",
            "day.",
            "And more: x.",
        ];
        assert_eq!(
            lay_on_lines(&drafts, text),
            [
                "My father (said the",
                "youth) was a fisher-",
                "man, and he lived un-",
                "til to-",
                "day.",
                "And more: x."
            ]
        );
    }

    #[test]
    fn a_line_that_nobody_read_takes_what_is_left() {
        let drafts = ["THE HEAD", "", "and so it went"];
        assert_eq!(
            lay_on_lines(&drafts, "THE HEAD It was dark and so it went"),
            ["THE HEAD", "It was dark", "and so it went"]
        );
    }

    #[test]
    fn a_hyphen_that_the_machine_missed_is_put_back() {
        assert_eq!(
            lay_on_lines(&["he lived un", "til then"], "he lived until then"),
            ["he lived un-", "til then"]
        );
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_lost(words in proptest::collection::vec("[a-z]{1,8}", 1..40), cut in 1_usize..8) {
            let text = words.join(" ");
            let drafts: Vec<String> = words.chunks(cut).map(|line| line.join(" ")).collect();
            let drafts: Vec<&str> = drafts.iter().map(String::as_str).collect();
            let lines = lay_on_lines(&drafts, &text);
            proptest::prop_assert_eq!(lines, drafts);
        }
    }
}
