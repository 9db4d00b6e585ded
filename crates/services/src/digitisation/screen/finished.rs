//! A finished page, line or figure as a client looks at it: its picture beside what it came to.

use askama::Template;
use kazi_formats::epub::Inline;

use super::{Common, Picture, Seen};
use crate::digitisation::answer::{Alt, Block, BlockKind, LineOutcome, Mark, Outcome, PageText};
use crate::digitisation::assemble::parse;
use crate::digitisation::item::Item;

#[derive(Template)]
#[template(path = "digitisation/finished.html")]
struct Finished<'a> {
    c: Common<'a>,
    picture: Picture,
    parts: Vec<Part>,
    number: &'a str,
    alt: Option<&'a Alt>,
    said: String,
}

/// A block as it is read: what it is, where that is not plain, and its text with its small marks as HTML.
struct Part {
    kind: Option<String>,
    html: String,
    heading: bool,
}

/// The picture and what it came to.
pub fn finished(view: &Seen<'_>, outcome: &Outcome) -> String {
    let (image, w, h) = match view.item {
        Item::Page(page) => (&page.image, page.image_w, page.image_h),
        Item::Line(line) => (&line.image, line.image_w, line.image_h),
        Item::Figure(figure) => (&figure.image, figure.image_w, figure.image_h),
    };
    let mut shown = Finished {
        c: Common::of(view),
        picture: Picture::new(view.media, (image, w, h)),
        parts: Vec::new(),
        number: "",
        alt: None,
        said: String::new(),
    };
    match outcome {
        Outcome::Line(line) => line_of(view, line, &mut shown),
        Outcome::Page(PageText { blocks, page_number }) => {
            shown.parts = blocks.iter().map(|block| part(view, block)).collect();
            shown.number = page_number;
        }
        Outcome::Alt(alt) => {
            if alt.decorative {
                shown.said = view.texts.digitisation_decorative();
            } else if alt.not_a_figure {
                shown.said = view.texts.digitisation_not_a_figure();
            }
            shown.alt = Some(alt);
        }
    }
    shown.render().unwrap_or_default()
}

fn line_of(view: &Seen<'_>, line: &LineOutcome, shown: &mut Finished<'_>) {
    shown.said = match line.mark {
        Mark::None => String::new(),
        Mark::Blank => view.texts.digitisation_mark_blank(),
        Mark::Unreadable => view.texts.digitisation_mark_unreadable(),
    };
    if !line.text.is_empty() {
        shown.parts.push(Part { kind: None, html: escaped(&line.text), heading: false });
    }
}

fn part(view: &Seen<'_>, block: &Block) -> Part {
    let key = format!("digitisation-kind-{}", block.kind.word().replace('_', "-"));
    let named = || view.texts.by_key(&key).unwrap_or_else(|| block.kind.word().to_owned());
    let mut html = String::new();
    write(&parse(&block.text), &mut html);
    if block.kind == BlockKind::Verse {
        html = html.replace('\n', "<br>");
    }
    Part {
        kind: (block.kind != BlockKind::Paragraph).then(named),
        html,
        heading: block.kind.heading_rank().is_some(),
    }
}

/// The marks inside a text as HTML; everything else is text.
fn write(parts: &[Inline], html: &mut String) {
    for part in parts {
        let (tag, inner) = match part {
            Inline::Text(words) => {
                html.push_str(&escaped(words));
                continue;
            }
            Inline::Note { mark, .. } => {
                html.push_str(&escaped(mark));
                continue;
            }
            Inline::Page(_) => continue,
            Inline::Italic(inner) => ("i", inner),
            Inline::Bold(inner) => ("b", inner),
            Inline::Raised(inner) => ("sup", inner),
        };
        html.extend(["<", tag, ">"]);
        write(inner, html);
        html.extend(["</", tag, ">"]);
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_html_and_nothing_else_does() {
        let mut html = String::new();
        write(&parse("a <i>b</i> <script>x</script> & 1 < 2 \u{201c}c\u{201d}[^*]"), &mut html);
        assert_eq!(
            html,
            "a <i>b</i> &lt;script&gt;x&lt;/script&gt; &amp; 1 &lt; 2 \u{201c}c\u{201d}<sup>*</sup>"
        );
    }
}
