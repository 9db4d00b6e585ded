//! The fields of a form to an answer, for browsers without script. A field's name is its place in the answer.

use std::collections::BTreeMap;

use super::answer::{Alt, Answer, Block, BlockKind, LineAnswer, Mark, PageText};
use super::item::Item;
use super::spec::problem;
use super::stages::DESCRIBE;
use crate::Problem;

type Fields<'a> = &'a [(String, String)];

fn value<'a>(fields: Fields<'a>, name: &str) -> &'a str {
    fields.iter().rev().find(|(field, _)| field == name).map_or("", |(_, value)| value)
}

fn ticked(fields: Fields<'_>, name: &str) -> bool {
    fields.iter().any(|(field, _)| field == name)
}

/// Reads the answer.
///
/// # Errors
/// The problems, field by field.
pub fn read(stage: &str, item: &Item, fields: Fields<'_>) -> Result<Answer, Vec<Problem>> {
    match item {
        Item::Line(_) => Ok(Answer::Line(line(fields))),
        Item::Page(_) => page(fields).map(Answer::Page),
        Item::Figure(_) if stage == DESCRIBE => Ok(Answer::Alt(alt(fields))),
        Item::Figure(_) => Err(vec![super::check::wrong_form()]),
    }
}

fn line(fields: Fields<'_>) -> LineAnswer {
    // The button that takes an answer sends it; what stands in the field does not count then.
    let taken = value(fields, "take");
    let text = if taken.is_empty() { value(fields, "text") } else { taken };
    let mark = match value(fields, "mark") {
        _ if !taken.is_empty() => Mark::None,
        "blank" => Mark::Blank,
        "unreadable" => Mark::Unreadable,
        _ => Mark::None,
    };
    LineAnswer { text: text.trim().to_owned(), mark }
}

fn alt(fields: Fields<'_>) -> Alt {
    let words = |name| value(fields, name).replace("\r\n", "\n").trim().to_owned();
    Alt {
        short: words("short"),
        long: words("long"),
        decorative: ticked(fields, "decorative"),
        not_a_figure: ticked(fields, "not_a_figure"),
    }
}

fn page(fields: Fields<'_>) -> Result<PageText, Vec<Problem>> {
    let mut blocks: BTreeMap<u32, Block> = BTreeMap::new();
    let mut problems = Vec::new();
    for (name, value) in fields {
        let mut parts = name.splitn(3, '.');
        let (Some("blocks"), Some(number), Some(field)) = (parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        let Ok(number) = number.parse::<u32>() else { continue };
        let block = blocks.entry(number).or_default();
        if !fill(block, field, value) {
            problems.push(problem(
                name,
                "not-understood",
                "This value is not one of those that the field can have. Choose again.",
            ));
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let page_number = value(fields, "page_number").trim().to_owned();
    Ok(PageText { blocks: blocks.into_values().collect(), page_number })
}

/// Puts a value into a block; says whether it can be there.
fn fill(block: &mut Block, field: &str, value: &str) -> bool {
    match field {
        "type" => return BlockKind::from_word(value).map(|kind| block.kind = kind).is_some(),
        "text" => value.replace("\r\n", "\n").trim().clone_into(&mut block.text),
        "continues" => block.continues = true,
        "note" => value.trim().clone_into(&mut block.note),
        "figure" if value.trim().is_empty() => block.figure = None,
        "figure" => return value.trim().parse().map(|figure| block.figure = Some(figure)).is_ok(),
        "lines" => block.lines = value.split_whitespace().filter_map(|line| line.parse().ok()).collect(),
        _ => {}
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_answer_taken_counts_for_more_than_what_is_written() {
        let fields = fields(&[("is", "line"), ("text", "old"), ("take", "a man"), ("mark", "blank")]);
        assert_eq!(line(&fields), LineAnswer { text: "a man".into(), mark: Mark::None });
    }

    #[test]
    fn blocks_come_in_the_order_of_their_numbers() {
        let fields = fields(&[
            ("blocks.1.type", "footnote"),
            ("blocks.1.note", "*"),
            ("blocks.0.type", "verse"),
            ("blocks.0.text", "one\r\ntwo"),
            ("blocks.0.lines", "3 4"),
            ("blocks.0.continues", "on"),
            ("blocks.0.figure", ""),
            ("page_number", " 19 "),
        ]);
        let page = page(&fields).unwrap();
        assert_eq!(page.page_number, "19");
        assert_eq!((page.blocks[0].kind, page.blocks[0].text.as_str()), (BlockKind::Verse, "one\ntwo"));
        assert_eq!((page.blocks[0].lines.as_slice(), page.blocks[0].continues), ([3, 4].as_slice(), true));
        assert_eq!((page.blocks[1].kind, page.blocks[1].note.as_str()), (BlockKind::Footnote, "*"));
    }

    #[test]
    fn what_cannot_be_is_named() {
        let fields = fields(&[("blocks.0.type", "poem"), ("blocks.1.figure", "one")]);
        let problems = page(&fields).unwrap_err();
        assert_eq!(
            problems.iter().map(|problem| problem.field.as_str()).collect::<Vec<_>>(),
            ["blocks.0.type", "blocks.1.figure"]
        );
    }
}
