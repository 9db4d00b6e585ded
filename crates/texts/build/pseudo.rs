//! The pseudo-locale: English with accents, a third longer, in brackets. A text that shows up without them
//! was written into the code; a box that cuts it will cut German too.

use std::collections::BTreeMap;

use fluent_syntax::ast::{Entry, Expression, Pattern, PatternElement};

use crate::merge::without_comment;

/// The tag of the pseudo-locale.
pub const TAG: &str = "en-XA";

/// All entries of English, dressed up.
pub fn areas(base: &BTreeMap<String, Vec<Entry<String>>>) -> BTreeMap<String, Vec<Entry<String>>> {
    base.iter()
        .map(|(area, entries)| {
            (area.clone(), entries.iter().cloned().map(without_comment).filter_map(entry).collect())
        })
        .collect()
}

fn entry(entry: Entry<String>) -> Option<Entry<String>> {
    match entry {
        Entry::Message(mut message) => {
            message.value = message.value.map(bracketed);
            for attribute in &mut message.attributes {
                attribute.value = bracketed(attribute.value.clone());
            }
            Some(Entry::Message(message))
        }
        Entry::Term(mut term) => {
            dress(&mut term.value);
            Some(Entry::Term(term))
        }
        _ => None,
    }
}

fn bracketed(mut pattern: Pattern<String>) -> Pattern<String> {
    let letters = dress(&mut pattern);
    // The brackets are quoted: a line of Fluent may not begin with one.
    let quoted = |value: String| PatternElement::Placeable {
        expression: Expression::Inline(fluent_syntax::ast::InlineExpression::StringLiteral { value }),
    };
    pattern.elements.insert(0, quoted("[".to_owned()));
    pattern.elements.push(quoted(format!("{}]", "·".repeat(letters / 3 + 1))));
    pattern
}

/// Gives the number of letters met.
fn dress(pattern: &mut Pattern<String>) -> usize {
    let mut letters = 0;
    for element in &mut pattern.elements {
        match element {
            PatternElement::TextElement { value } => {
                letters += value.chars().count();
                *value = value.chars().map(accented).collect();
            }
            PatternElement::Placeable { expression: Expression::Select { variants, .. } } => {
                letters += variants.iter_mut().map(|variant| dress(&mut variant.value)).max().unwrap_or(0);
            }
            PatternElement::Placeable { .. } => {}
        }
    }
    letters
}

fn accented(letter: char) -> char {
    match letter {
        'a' => 'á',
        'c' => 'ç',
        'e' => 'é',
        'g' => 'ğ',
        'i' => 'î',
        'k' => 'ķ',
        'l' => 'ļ',
        'n' => 'ñ',
        'o' => 'ö',
        'r' => 'ŕ',
        's' => 'š',
        't' => 'ţ',
        'u' => 'û',
        'w' => 'ŵ',
        'y' => 'ý',
        'z' => 'ž',
        'A' => 'Á',
        'C' => 'Ç',
        'E' => 'É',
        'G' => 'Ğ',
        'I' => 'Î',
        'K' => 'Ķ',
        'L' => 'Ļ',
        'N' => 'Ñ',
        'O' => 'Ö',
        'S' => 'Š',
        'T' => 'Ţ',
        'U' => 'Û',
        'Y' => 'Ý',
        'Z' => 'Ž',
        other => other,
    }
}
