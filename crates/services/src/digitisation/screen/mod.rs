//! What a person sees of a task: the body of the form, the rest is the page's. What the elements in `ui/`
//! expect of it is told in `ui/README.md`; without script all of it is a plain form.

mod difference;
mod finished;

use askama::Template;
use kazi_texts::Texts;
use serde_json::{Value, json};

use super::Digitisation;
use super::answer::{Alt, Answer, Block, BlockKind, LineAnswer, Mark, Outcome, PageText};
use super::build::{Set, Words, build, ends_in_hyphen};
use super::item::{FigureItem, Item, LineItem, PageItem, Strip};
use super::spec::Spec;
use super::stages::RESOLVE;
use super::text::comparable;
use crate::{BlobRef, Reading, Screen, View, Who};
use difference::{Part, marked};
pub use finished::finished;

/// How many letters stand beside the field; the rest is one tap away.
const LETTERS: usize = 10;

type Seen<'a> = View<'a, Digitisation>;

/// A picture with its address.
#[derive(Debug, Clone)]
struct Picture {
    src: String,
    w: u32,
    h: u32,
}

impl Picture {
    fn new(media: &dyn Fn(&BlobRef) -> String, (image, w, h): (&BlobRef, u32, u32)) -> Self {
        Self { src: media(image), w, h }
    }

    fn strip(media: &dyn Fn(&BlobRef) -> String, strip: &Strip) -> Self {
        Self::new(media, (&strip.image, strip.image_w, strip.image_h))
    }

    fn json(&self) -> Value {
        json!({"src": self.src, "w": self.w, "h": self.h})
    }
}

/// The page around a line or figure.
#[derive(Debug, Clone)]
struct Around {
    src: String,
    size: String,
    place: String,
}

impl Around {
    fn of(view: &Seen<'_>, [x, y, w, h]: [u32; 4]) -> Option<Self> {
        let Some(Item::Page(page)) = view.parent else { return None };
        Some(Self {
            src: (view.media)(&page.image),
            size: format!("{} {}", page.width, page.height),
            place: format!("{x} {y} {w} {h}"),
        })
    }
}

/// What all screens know.
struct Common<'a> {
    t: &'a Texts,
    lang: &'a str,
    dir: &'static str,
    rules: &'a str,
}

impl<'a> Common<'a> {
    fn of(view: &Seen<'a>) -> Self {
        let lang = view.spec.language();
        let right =
            matches!(lang.split('-').next(), Some("ar" | "fa" | "he" | "ur" | "ps" | "sd" | "ug" | "yi"));
        let dir = if right { "rtl" } else { "ltr" };
        Self { t: view.texts, lang, dir, rules: view.spec.typing_rules.trim() }
    }
}

/// The letters that the keyboard may lack.
struct Letters {
    first: Vec<char>,
    rest: Vec<char>,
}

impl Letters {
    fn of(spec: &Spec) -> Self {
        let all: Vec<char> =
            spec.special_characters.chars().filter(|letter| !letter.is_whitespace()).collect();
        let rest = all.iter().copied().skip(LETTERS).collect();
        Self { first: all.into_iter().take(LETTERS).collect(), rest }
    }
}

#[derive(Template)]
#[template(path = "digitisation/type_line.html")]
struct TypeLine<'a> {
    c: Common<'a>,
    line: Picture,
    around: Option<Around>,
    letters: Letters,
    given: LineAnswer,
}

#[derive(Template)]
#[template(path = "digitisation/resolve.html")]
struct Resolve<'a> {
    c: Common<'a>,
    line: Picture,
    before: Option<Picture>,
    around: Option<Around>,
    letters: Letters,
    options: Vec<Choice>,
    write_key: usize,
    odd: bool,
    given: LineAnswer,
}

/// One of the answers to choose from.
struct Choice {
    label: String,
    text: String,
    parts: Vec<Part>,
    key: usize,
    on: bool,
}

#[derive(Template)]
#[template(path = "digitisation/proofread.html")]
struct Proofread<'a> {
    c: Common<'a>,
    page: Picture,
    frame: (u32, u32),
    rects: Vec<LineItem>,
    figures: Vec<FigureItem>,
    blocks: Vec<BlockRow>,
    page_number: String,
}

/// A block as its row of the form.
struct BlockRow {
    number: usize,
    block: Block,
    kinds: Vec<(&'static str, String, bool)>,
    lines: String,
    figure: String,
    /// Whether its last word goes on on the next page.
    broken: bool,
}

#[derive(Template)]
#[template(path = "digitisation/describe.html")]
struct Describe<'a> {
    c: Common<'a>,
    figure: Picture,
    strips: Vec<Picture>,
    around: Option<Around>,
    given: Alt,
}

/// The screen of a task.
pub fn screen(view: &Seen<'_>) -> Screen {
    match view.item {
        Item::Line(line) if view.stage == RESOLVE => resolve(view, line),
        Item::Line(line) => type_line(view, line),
        Item::Page(page) => proofread(view, page),
        Item::Figure(figure) => describe(view, figure),
    }
}

fn made(element: &str, data: Value, html: &dyn askama::DynTemplate, media: Vec<String>) -> Screen {
    // A template fails only when a value in it does; none of ours can.
    let html = html.dyn_render().unwrap_or_default();
    Screen { element: element.to_owned(), data, html, media }
}

fn given_line(view: &Seen<'_>) -> LineAnswer {
    match view.given {
        Some(Answer::Line(line)) => line.clone(),
        _ => LineAnswer::default(),
    }
}

fn picture_of(view: &Seen<'_>, line: &LineItem) -> Picture {
    Picture::new(view.media, (&line.image, line.image_w, line.image_h))
}

fn type_line(view: &Seen<'_>, line: &LineItem) -> Screen {
    let picture = picture_of(view, line);
    let around = Around::of(view, [line.x, line.y, line.w, line.h]);
    let media = vec![picture.src.clone()];
    let data = json!({"blob": line.image, "line": picture.json()});
    let letters = Letters::of(view.spec);
    let page = TypeLine { c: Common::of(view), line: picture, around, letters, given: given_line(view) };
    made("kazi-type-line", data, &page, media)
}

fn resolve(view: &Seen<'_>, line: &LineItem) -> Screen {
    let picture = picture_of(view, line);
    let before = line.before.as_ref().map(|strip| Picture::strip(view.media, strip));
    let given = given_line(view);
    let options = options(view, &given);
    let media = before.iter().chain([&picture]).map(|picture| picture.src.clone()).collect();
    let data = json!({"blob": line.image, "line": picture.json(), "answers": options.iter().map(|option| &option.text).collect::<Vec<_>>()});
    let page = Resolve {
        c: Common::of(view),
        around: Around::of(view, [line.x, line.y, line.w, line.h]),
        letters: Letters::of(view.spec),
        write_key: options.len().saturating_add(1),
        odd: line.odd,
        line: picture,
        before,
        options,
        given,
    };
    made("kazi-resolve", data, &page, media)
}

/// The answers that differ, each once, with what differs marked.
fn options(view: &Seen<'_>, given: &LineAnswer) -> Vec<Choice> {
    let mut kept: Vec<(&Reading<Answer>, &str)> = Vec::new();
    for reading in view.readings.iter().filter(|reading| reading.stage != RESOLVE) {
        let Answer::Line(line) = &reading.answer else { continue };
        let known = kept.iter().any(|(_, text)| comparable(text) == comparable(&line.text));
        if line.mark == Mark::None && !line.text.trim().is_empty() && !known {
            kept.push((reading, line.text.trim()));
        }
    }
    let texts: Vec<&str> = kept.iter().map(|(_, text)| *text).collect();
    let mut people = 0;
    (1..)
        .zip(&kept)
        .map(|(key, (reading, text))| {
            let label = if reading.who == Who::Machine {
                view.texts.digitisation_machine_read()
            } else {
                people += 1;
                view.texts.digitisation_answer_number(people)
            };
            let on = comparable(&given.text) == comparable(text);
            Choice { label, text: (*text).to_owned(), parts: marked(text, &texts), key, on }
        })
        .collect()
}

/// The page as it is built from its finished lines; where a proofreader corrects it, as they left it.
fn page_of(view: &Seen<'_>, page: &PageItem) -> PageText {
    if let Some(Answer::Page(given)) = view.given {
        return given.clone();
    }
    let mut words = Words::default();
    let mut sets = Vec::new();
    let mut figures = Vec::new();
    for (item, outcome) in view.pieces {
        match (item, outcome) {
            (Item::Line(line), Some(Outcome::Line(settled))) => {
                words.learn(&settled.text);
                sets.push(Set { line, text: &settled.text, mark: settled.mark });
            }
            (Item::Figure(figure), Some(Outcome::Alt(alt))) if alt.not_a_figure => {}
            (Item::Figure(figure), _) => figures.push(figure),
            _ => {}
        }
    }
    build(page.height, &sets, &figures, &words)
}

fn proofread(view: &Seen<'_>, page: &PageItem) -> Screen {
    let picture = Picture::new(view.media, (&page.image, page.image_w, page.image_h));
    let text = page_of(view, page);
    let media = vec![picture.src.clone()];
    let data = json!({"blob": page.image, "image": picture.json(), "page": text});
    let mut rects = Vec::new();
    let mut figures = Vec::new();
    for (item, _) in view.pieces {
        match item {
            Item::Line(line) => rects.push(line.clone()),
            Item::Figure(figure) => figures.push(figure.clone()),
            Item::Page(_) => {}
        }
    }
    let PageText { mut blocks, page_number } = text;
    if blocks.is_empty() {
        blocks.push(Block::default());
    }
    let broken = last_of_text(&blocks).filter(|(_, block)| ends_in_hyphen(&block.text)).map(|(at, _)| at);
    let blocks = blocks.into_iter().enumerate();
    let blocks =
        blocks.map(|(number, block)| row(view.texts, number, block, broken == Some(number))).collect();
    let frame = (page.width, page.height);
    let page = Proofread { c: Common::of(view), page: picture, frame, rects, figures, blocks, page_number };
    made("kazi-proofread", data, &page, media)
}

/// The part of the running text that stands last on a page.
fn last_of_text(blocks: &[Block]) -> Option<(usize, &Block)> {
    use BlockKind::{Caption, Figure, Footnote};
    let aside = |kind: BlockKind| kind.of_the_sheet() || matches!(kind, Caption | Figure | Footnote);
    blocks.iter().enumerate().rfind(|(_, block)| !aside(block.kind))
}

fn row(texts: &Texts, number: usize, block: Block, broken: bool) -> BlockRow {
    let kinds = BlockKind::ALL.map(|kind| {
        let key = format!("digitisation-kind-{}", kind.word().replace('_', "-"));
        (kind.word(), texts.by_key(&key).unwrap_or_else(|| kind.word().to_owned()), kind == block.kind)
    });
    let lines = block.lines.iter().map(u32::to_string).collect::<Vec<_>>().join(" ");
    let figure = block.figure.map_or_else(String::new, |figure| figure.to_string());
    BlockRow { number, kinds: kinds.to_vec(), lines, figure, block, broken }
}

impl Proofread<'_> {
    /// An empty block, for the template that new ones are made from.
    fn empty(&self) -> BlockRow {
        row(self.c.t, 0, Block::default(), false)
    }
}

fn describe(view: &Seen<'_>, figure: &FigureItem) -> Screen {
    let picture = Picture::new(view.media, (&figure.image, figure.image_w, figure.image_h));
    let strips: Vec<Picture> = figure.around.iter().map(|strip| Picture::strip(view.media, strip)).collect();
    let media = strips.iter().chain([&picture]).map(|picture| picture.src.clone()).collect();
    let data = json!({"blob": figure.image, "figure": picture.json()});
    let given = match view.given {
        Some(Answer::Alt(alt)) => alt.clone(),
        _ => Alt::default(),
    };
    let around = Around::of(view, [figure.x, figure.y, figure.w, figure.h]);
    let page = Describe { c: Common::of(view), figure: picture, strips, around, given };
    made("kazi-describe", data, &page, media)
}
