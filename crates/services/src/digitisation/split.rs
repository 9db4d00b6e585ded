//! A source to its pages, lines and figures. Every page that can be opened becomes a piece, blank ones too;
//! every line and figure of a page becomes a piece of it, so that the pieces cover the page's ink.

use kazi_formats::pages::{Limits, PageImage, Pages};
use kazi_formats::raster::{Encoded, Raster, RasterError, Rect, encode, encode_png};

use super::answer::{Answer, LineAnswer, Mark};
use super::item::{FIGURE, FigureItem, Item, Key, LINE, LineItem, PAGE, PageItem, Strip};
use super::segment::draft::{Draft, assign, from_text_layer, parse_tsv};
use super::segment::{self, Segmentation};
use super::spec::{Spec, problem};
use super::{Digitisation, number};
use crate::{Piece, PieceNumber, Refusal, Sink, Source, Tools};

/// The longest side of a grey or coloured page on screens. Black and white ones stay as they are: as 1-bit
/// PNG they are smaller than any shrunk picture of them.
const SCREEN: u32 = 1_600;
const THUMB: u32 = 160;
/// Taken where a source does not say how fine it was scanned.
const USUAL_DPI: u32 = 300;
/// How sure the text layer of a PDF is, which does not say.
const TEXT_LAYER: f64 = 0.95;

type Pieces<'a> = &'a mut dyn Sink<Digitisation>;

/// See [`crate::Service::split`].
pub fn split(
    spec: &Spec,
    source: Source<'_>,
    tools: &mut dyn Tools,
    sink: Pieces<'_>,
) -> Result<(), Refusal> {
    let pages = Pages::open(Box::new(source.reader), source.name, Limits::default())
        .map_err(|refusal| Refusal { key: refusal.key().to_owned(), message: refusal.to_string() })?;
    let all = u64::from(number::count(pages.total()));
    let language = tesseract_languages(spec);
    let (mut kept, mut first) = (0_u64, None);
    for (done, page) in (1_u64..).zip(pages) {
        match page {
            Ok(page) => {
                split_page(&page, &language, tools, sink)?;
                kept = kept.saturating_add(1);
            }
            Err(refused) => {
                first.get_or_insert_with(|| refused.to_string());
                sink.problem(problem(
                    &part_of(refused.number, &refused.label),
                    refused.reason.key(),
                    &refused.to_string(),
                ));
            }
        }
        sink.progress(done.min(all), all);
    }
    if kept == 0 { Err(no_usable_page(all, first.as_deref().unwrap_or_default())) } else { Ok(()) }
}

/// Why nothing of a file can be used: what is wrong with its first page, for the others are mostly like it.
fn no_usable_page(all: u64, first: &str) -> Refusal {
    let message = match all {
        0 | 1 => first.to_owned(),
        _ => format!("None of the {all} pages of this file can be used. {first}"),
    };
    Refusal { key: "no-usable-page".to_owned(), message }
}

fn part_of(number: usize, label: &str) -> String {
    if number == 0 { label.to_owned() } else { format!("page {number}") }
}

/// What a page's pieces have in common.
struct Sheet<'a> {
    number: u32,
    found: &'a Segmentation,
    drafts: Vec<Option<Draft>>,
    parent: PieceNumber,
}

fn split_page(
    page: &PageImage,
    language: &str,
    tools: &mut dyn Tools,
    sink: Pieces<'_>,
) -> Result<(), Refusal> {
    let found = segment::segment(&page.raster);
    let number = number::count(page.number);
    let screen = match &found.page {
        Raster::Bitonal(_) => found.page.clone(),
        other => other.shrunk_to(SCREEN).map_err(unwritable)?,
    };
    let image = keep(sink, &encode(&screen).map_err(unwritable)?)?;
    let small = found.page.shrunk_to(THUMB).map_err(unwritable)?;
    let thumb = keep(sink, &encode(&small).map_err(unwritable)?)?;
    let body = Item::Page(PageItem {
        number,
        width: found.layout.width,
        height: found.layout.height,
        dpi: found.layout.dpi.unwrap_or(USUAL_DPI),
        image,
        image_w: screen.width(),
        image_h: screen.height(),
        thumb: Some(thumb),
        rules: found.layout.rules.iter().map(|rule| [rule.x, rule.y, rule.width, rule.height]).collect(),
        label: page.label.clone(),
    });
    let piece = Piece { key: Key::page(number).to_string(), parent: None, kind: PAGE, body, machine: None };
    let parent = sink.piece(piece)?;
    let drafts = read(page, &found, language, tools)?;
    split_parts(&Sheet { number, found: &found, drafts, parent }, sink)
}

/// What the machine reads on each line, where a reader is installed or the PDF has a text layer.
fn read(
    page: &PageImage,
    found: &Segmentation,
    language: &str,
    tools: &mut dyn Tools,
) -> Result<Vec<Option<Draft>>, Refusal> {
    if found.layout.lines.is_empty() {
        return Ok(Vec::new());
    }
    let png = encode_png(&found.page).map_err(unwritable)?;
    let table = tools.read_page(&png, found.layout.dpi.unwrap_or(USUAL_DPI), language);
    let words = match table.and_then(|table| parse_tsv(&table).ok()) {
        Some(words) => words,
        None => from_text_layer(&page.words, &found.layout, (page.raster.width(), page.raster.height())),
    };
    Ok(assign(&found.layout, &words).lines)
}

fn split_parts(sheet: &Sheet<'_>, sink: Pieces<'_>) -> Result<(), Refusal> {
    let mut before: Option<Strip> = None;
    let mut strips = Vec::with_capacity(sheet.found.layout.lines.len());
    for at in 0..sheet.found.layout.lines.len() {
        let Some((raster, _)) = sheet.found.line_image(at) else { continue };
        let strip = strip(sink, &raster)?;
        if let Some(piece) = line_piece(sheet, at, strip.clone(), before.take()) {
            sink.piece(piece)?;
        }
        before = Some(strip.clone());
        strips.push(strip);
    }
    for at in 0..sheet.found.layout.figures.len() {
        let Some(raster) = sheet.found.figure_image(at) else { continue };
        let strip = strip(sink, &raster)?;
        if let Some(piece) = figure_piece(sheet, at, strip, &strips) {
            sink.piece(piece)?;
        }
    }
    Ok(())
}

fn line_piece(
    sheet: &Sheet<'_>,
    at: usize,
    strip: Strip,
    before: Option<Strip>,
) -> Option<Piece<Digitisation>> {
    let line = sheet.found.layout.lines.get(at)?;
    let draft = sheet.drafts.get(at).and_then(Option::as_ref);
    let index = number::count(at).saturating_add(1);
    let Rect { x, y, width: w, height: h } = line.place;
    let body = Item::Line(LineItem {
        page: sheet.number,
        index,
        x,
        y,
        w,
        h,
        baseline: line.baseline,
        x_height: line.baseline.saturating_sub(line.x_height_top),
        image: strip.image,
        image_w: strip.image_w,
        image_h: strip.image_h,
        before,
        odd: draft.is_some_and(|draft| draft.disputed),
    });
    let machine = draft.map(|draft| {
        let answer = Answer::Line(LineAnswer { text: draft.text.clone(), mark: Mark::None });
        (answer, draft.confidence.unwrap_or(TEXT_LAYER))
    });
    let key = Key::line(sheet.number, index).to_string();
    Some(Piece { key, parent: Some(sheet.parent), kind: LINE, body, machine })
}

fn figure_piece(sheet: &Sheet<'_>, at: usize, strip: Strip, strips: &[Strip]) -> Option<Piece<Digitisation>> {
    let layout = &sheet.found.layout;
    let place = *layout.figures.get(at)?;
    let index = number::count(at).saturating_add(1);
    let after = layout
        .order
        .iter()
        .take_while(|item| **item != segment::PageItem::Figure(at))
        .filter(|item| matches!(item, segment::PageItem::Line(_)))
        .count();
    let around =
        strips.iter().skip(after.saturating_sub(2)).take(after.min(2).saturating_add(2)).cloned().collect();
    let body = Item::Figure(FigureItem {
        page: sheet.number,
        index,
        x: place.x,
        y: place.y,
        w: place.width,
        h: place.height,
        image: strip.image,
        image_w: strip.image_w,
        image_h: strip.image_h,
        after_line: number::count(after),
        around,
    });
    let key = Key::figure(sheet.number, index).to_string();
    Some(Piece { key, parent: Some(sheet.parent), kind: FIGURE, body, machine: None })
}

fn strip(sink: Pieces<'_>, raster: &Raster) -> Result<Strip, Refusal> {
    let image = keep(sink, &encode(raster).map_err(unwritable)?)?;
    Ok(Strip { image, image_w: raster.width(), image_h: raster.height() })
}

fn keep(sink: Pieces<'_>, encoded: &Encoded) -> Result<crate::BlobRef, Refusal> {
    sink.blob(encoded.media_type.name(), &encoded.bytes)
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
fn unwritable(error: RasterError) -> Refusal {
    Refusal {
        key: "unwritable-picture".to_owned(),
        message: format!("A picture of a page could not be written: {error}. Tell the operator."),
    }
}

/// The languages by the names that Tesseract knows them under, joined by `+`; English where none is known.
fn tesseract_languages(spec: &Spec) -> String {
    let known = spec.languages.iter().filter_map(|tag| {
        let main = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        TESSERACT.iter().find(|(code, _)| *code == main).map(|(_, name)| *name)
    });
    let names: Vec<&str> = known.collect();
    if names.is_empty() { "eng".to_owned() } else { names.join("+") }
}

/// Languages that a machine may read, with the names that Tesseract knows them under.
pub const TESSERACT: [(&str, &str); 24] = [
    ("en", "eng"),
    ("sw", "swa"),
    ("fr", "fra"),
    ("de", "deu"),
    ("es", "spa"),
    ("pt", "por"),
    ("it", "ita"),
    ("nl", "nld"),
    ("la", "lat"),
    ("ur", "urd"),
    ("hi", "hin"),
    ("ar", "ara"),
    ("fa", "fas"),
    ("bn", "ben"),
    ("ne", "nep"),
    ("ta", "tam"),
    ("am", "amh"),
    ("af", "afr"),
    ("ru", "rus"),
    ("el", "ell"),
    ("he", "heb"),
    ("pl", "pol"),
    ("tr", "tur"),
    ("vi", "vie"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_go_by_the_names_of_the_reader() {
        let spec = |tags: &[&str]| Spec {
            languages: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            ..Spec::default()
        };
        assert_eq!(tesseract_languages(&spec(&["en-GB", "fr"])), "eng+fra");
        assert_eq!(tesseract_languages(&spec(&["xx"])), "eng");
    }
}
