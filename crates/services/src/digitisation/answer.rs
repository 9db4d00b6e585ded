//! What people give: the text of a line, the blocks of a page, the description of a figure; and what
//! their answers settle to.

use serde::{Deserialize, Serialize};

/// What a person gives. In JSON the field `is` tells which: `line`, `page` or `alt`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Answer {
    /// The text of one line, for the stages `type` and `resolve`.
    Line(LineAnswer),
    /// A whole page, for the stage `proofread`.
    Page(PageText),
    /// What a figure shows, for the stage `describe`.
    Alt(Alt),
}

/// What answers settle to. In JSON the field `is` tells which: `line`, `page` or `alt`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Outcome {
    /// The text of one line.
    Line(LineOutcome),
    /// A whole page.
    Page(PageText),
    /// What a figure shows.
    Alt(Alt),
}

/// The text of one line, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LineAnswer {
    /// What stands there, letter by letter, with the hyphen at the end of the line if one is printed.
    #[serde(default)]
    pub text: String,
    /// What the typist says about the line besides its text.
    #[serde(default)]
    pub mark: Mark,
}

/// What a typist says about a line besides its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Nothing: the text is what stands there.
    #[default]
    None,
    /// There is no text: a speck, a rule, an ornament.
    Blank,
    /// It cannot be read; the text holds what can, with `?` for the rest.
    Unreadable,
}

impl Mark {
    /// The word in JSON and forms.
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Blank => "blank",
            Self::Unreadable => "unreadable",
        }
    }
}

/// What one line settled to.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LineOutcome {
    /// The text.
    #[serde(default)]
    pub text: String,
    /// What is said about the line besides its text.
    #[serde(default)]
    pub mark: Mark,
    /// The characters that are less than sure.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<Doubt>,
}

/// A character that is less than sure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Doubt {
    /// Its place in the text, in characters (code points) from 0.
    pub at: u32,
    /// The probability that it is right, 0 to 1.
    pub confidence: f64,
}

/// A page as text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PageText {
    /// Its parts, in reading order.
    #[serde(default)]
    pub blocks: Vec<Block>,
    /// The page number as printed, `xii` or `19`; empty where none is printed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub page_number: String,
}

/// A part of a page: a paragraph, a heading, the place of a figure.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Block {
    /// What it is. In JSON the field is called `type`.
    #[serde(rename = "type", default)]
    pub kind: BlockKind,
    /// Its text in reading form: lines joined, words broken at line ends whole again. `<i>…</i>` is
    /// italic, `<b>…</b>` bold, `<sup>…</sup>` raised, `[^*]` the mark of the footnote `*`. In verse
    /// each line stands on its own.
    #[serde(default)]
    pub text: String,
    /// Whether it goes on with the paragraph that the page before broke off.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub continues: bool,
    /// The figure that stands here, for blocks of the kind `figure`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figure: Option<u32>,
    /// The mark of the footnote (`*`, `1`), for blocks of the kind `footnote`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The lines of the page that it was made from, for showing it beside them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<u32>,
}

/// What a part of a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// A paragraph.
    #[default]
    Paragraph,
    /// The heading of a part or chapter.
    #[serde(rename = "heading1")]
    Heading1,
    /// A heading within it.
    #[serde(rename = "heading2")]
    Heading2,
    /// A heading below that.
    #[serde(rename = "heading3")]
    Heading3,
    /// A quotation set apart.
    Quote,
    /// Verse, line by line.
    Verse,
    /// An item of a list.
    ListItem,
    /// The words under a figure.
    Caption,
    /// A footnote.
    Footnote,
    /// The place of a figure.
    Figure,
    /// A break: stars, a rule, an ornament.
    Break,
    /// The title repeated at the head of each page.
    RunningHead,
    /// The page's number.
    PageNumber,
}

impl BlockKind {
    /// Every kind, in the order that a form offers them.
    pub const ALL: [Self; 13] = [
        Self::Paragraph,
        Self::Heading1,
        Self::Heading2,
        Self::Heading3,
        Self::Quote,
        Self::Verse,
        Self::ListItem,
        Self::Caption,
        Self::Footnote,
        Self::Figure,
        Self::Break,
        Self::RunningHead,
        Self::PageNumber,
    ];

    /// The word in JSON and forms.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Paragraph => "paragraph",
            Self::Heading1 => "heading1",
            Self::Heading2 => "heading2",
            Self::Heading3 => "heading3",
            Self::Quote => "quote",
            Self::Verse => "verse",
            Self::ListItem => "list_item",
            Self::Caption => "caption",
            Self::Footnote => "footnote",
            Self::Figure => "figure",
            Self::Break => "break",
            Self::RunningHead => "running_head",
            Self::PageNumber => "page_number",
        }
    }

    /// The kind with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The rank of a heading, from 1; `None` for what is none.
    pub const fn heading_rank(self) -> Option<u8> {
        match self {
            Self::Heading1 => Some(1),
            Self::Heading2 => Some(2),
            Self::Heading3 => Some(3),
            _ => None,
        }
    }

    /// Whether it belongs to the printed sheet only, and not to the text that one reads.
    pub const fn of_the_sheet(self) -> bool {
        matches!(self, Self::RunningHead | Self::PageNumber)
    }
}

/// What a figure shows, for those who cannot see it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Alt {
    /// One or two sentences.
    #[serde(default)]
    pub short: String,
    /// All that matters in it, where the short one cannot hold it; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub long: String,
    /// Whether it only decorates: then it needs no description.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub decorative: bool,
    /// Whether it is no figure at all but a stain, a page edge, or lines of text.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_a_figure: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_in_json_say_what_they_are() {
        let answer = Answer::Line(LineAnswer { text: "un-".into(), mark: Mark::None });
        let json = serde_json::to_string(&answer).unwrap();
        assert_eq!(json, r#"{"is":"line","text":"un-","mark":"none"}"#);
        let read: Answer =
            serde_json::from_str(r#"{"is":"page","blocks":[{"type":"heading1","text":"I"}]}"#).unwrap();
        let Answer::Page(page) = read else { panic!("a page") };
        assert_eq!(page.blocks[0].kind, BlockKind::Heading1);
    }

    #[test]
    fn words_of_kinds_are_those_of_json() {
        for kind in BlockKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.word());
            assert_eq!(BlockKind::from_word(kind.word()), Some(kind));
        }
    }
}
