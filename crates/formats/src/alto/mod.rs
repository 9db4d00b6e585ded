//! ALTO 4: the text of a page with its places on the page.
//!
//! People type lines, not words, so a line's place is measured and a word's is reckoned from its share of
//! the line's letters; the file says so.

use std::io;

use crate::xml_out::{Xml, document, element, empty, leaf, line};

/// A page with the places of its text, for ALTO and for PAGE-XML.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sheet {
    /// The name of the page's picture, for those who look for it.
    pub image: String,
    /// Its number in the source, from 1.
    pub number: u32,
    /// The printed page number; empty where there is none.
    pub printed: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Pixels per inch.
    pub dpi: u32,
    /// The language of the text, a BCP 47 tag.
    pub language: String,
    /// When it was made, such as `2026-11-22`.
    pub date: String,
    /// Who made it.
    pub creator: String,
    /// Its parts, in reading order.
    pub regions: Vec<Region>,
}

/// A part of a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    /// What it is.
    pub kind: RegionKind,
    /// Where it is.
    pub place: Place,
    /// Its lines; none in a figure.
    pub lines: Vec<SheetLine>,
}

/// What a part of a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegionKind {
    /// Running text.
    Paragraph,
    /// A heading.
    Heading,
    /// A running head.
    Header,
    /// A page number.
    PageNumber,
    /// A footnote.
    Footnote,
    /// Words under a figure.
    Caption,
    /// A figure.
    Figure,
    /// A printed stroke that parts or frames text.
    Rule,
}

/// A rectangle of pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Width.
    pub w: u32,
    /// Height.
    pub h: u32,
}

impl Place {
    /// The right edge.
    pub fn right(&self) -> u32 {
        self.x.saturating_add(self.w)
    }

    /// The lower edge.
    pub fn bottom(&self) -> u32 {
        self.y.saturating_add(self.h)
    }

    /// The smallest rectangle that holds both.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        let (right, bottom) = (self.right().max(other.right()), self.bottom().max(other.bottom()));
        Self { x, y, w: right.saturating_sub(x), h: bottom.saturating_sub(y) }
    }
}

/// A line.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetLine {
    /// Its key, unique on the page.
    pub id: String,
    /// Where it is.
    pub place: Place,
    /// What stands there, as printed.
    pub text: String,
    /// The probability that its text is right, 0 to 1.
    pub confidence: f64,
}

const NAMESPACE: &str = "http://www.loc.gov/standards/alto/ns-v4#";
const SCHEMA: &str =
    "http://www.loc.gov/standards/alto/ns-v4# http://www.loc.gov/standards/alto/v4/alto-4-2.xsd";

/// A page as an ALTO 4.2 document.
///
/// # Errors
/// Never in practice: it writes into memory.
pub fn write(sheet: &Sheet) -> io::Result<Vec<u8>> {
    let namespaces = [
        ("xmlns", NAMESPACE),
        ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
        ("xsi:schemaLocation", SCHEMA),
        ("SCHEMAVERSION", "4.2"),
    ];
    document(|xml| {
        element(xml, "alto", &namespaces, |xml| {
            description(xml, sheet)?;
            element(xml, "Layout", &[], |xml| page(xml, sheet))
        })
    })
}

fn description(xml: &mut Xml, sheet: &Sheet) -> io::Result<()> {
    element(xml, "Description", &[], |xml| {
        leaf(xml, "MeasurementUnit", &[], "pixel")?;
        element(xml, "sourceImageInformation", &[], |xml| leaf(xml, "fileName", &[], &sheet.image))?;
        element(xml, "Processing", &[("ID", "typed")], |xml| {
            leaf(xml, "processingDateTime", &[], &sheet.date)?;
            leaf(
                xml,
                "processingStepDescription",
                &[],
                "typed and checked line by line; the places of words are reckoned from those of lines",
            )?;
            element(xml, "processingSoftware", &[], |xml| leaf(xml, "softwareCreator", &[], &sheet.creator))
        })
    })?;
    line(xml)
}

fn page(xml: &mut Xml, sheet: &Sheet) -> io::Result<()> {
    let (width, height) = (sheet.width.to_string(), sheet.height.to_string());
    let number = sheet.number.to_string();
    let mut attributes = vec![
        ("ID", "page"),
        ("PHYSICAL_IMG_NR", number.as_str()),
        ("WIDTH", width.as_str()),
        ("HEIGHT", height.as_str()),
    ];
    if !sheet.printed.is_empty() {
        attributes.push(("PRINTED_IMG_NR", sheet.printed.as_str()));
    }
    element(xml, "Page", &attributes, |xml| {
        let all = Place { x: 0, y: 0, w: sheet.width, h: sheet.height };
        placed(xml, "PrintSpace", &[], all, |xml| {
            for (number, region) in (1..).zip(&sheet.regions) {
                line(xml)?;
                write_region(xml, sheet, number, region)?;
            }
            line(xml)
        })
    })
}

fn write_region(xml: &mut Xml, sheet: &Sheet, number: u32, region: &Region) -> io::Result<()> {
    let id = format!("region-{number}");
    match region.kind {
        RegionKind::Figure => return placed(xml, "Illustration", &[("ID", &id)], region.place, |_| Ok(())),
        RegionKind::Rule => return placed(xml, "GraphicalElement", &[("ID", &id)], region.place, |_| Ok(())),
        _ => {}
    }
    // LANG is xs:language since 4.0.
    placed(xml, "TextBlock", &[("ID", &id), ("LANG", &sheet.language)], region.place, |xml| {
        for text_line in &region.lines {
            line(xml)?;
            placed(xml, "TextLine", &[("ID", &text_line.id)], text_line.place, |xml| words(xml, text_line))?;
        }
        line(xml)
    })
}

fn words(xml: &mut Xml, text_line: &SheetLine) -> io::Result<()> {
    let whole = text_line.text.trim();
    let (body, hyphen) = match whole.strip_suffix(['-', '\u{2010}', '¬']) {
        Some(body) if !body.is_empty() && !body.ends_with(char::is_whitespace) => (body, true),
        _ => (whole, false),
    };
    let confidence = format!("{:.3}", text_line.confidence.clamp(0.0, 1.0));
    let letters = u32::try_from(whole.chars().count()).unwrap_or(u32::MAX).max(1);
    let at = |letter: u32| {
        let along = u64::from(text_line.place.w) * u64::from(letter.min(letters)) / u64::from(letters);
        text_line.place.x.saturating_add(u32::try_from(along).unwrap_or(u32::MAX))
    };
    let reckoned = |from: u32, to: u32| Place {
        x: at(from),
        w: at(to).saturating_sub(at(from)),
        y: text_line.place.y,
        h: text_line.place.h,
    };
    let mut done = 0_u32;
    for (place, word) in body.split_whitespace().enumerate() {
        let length = u32::try_from(word.chars().count()).unwrap_or(u32::MAX);
        if place > 0 {
            let gap = reckoned(done, done.saturating_add(1));
            let (x, y, w) = (gap.x.to_string(), gap.y.to_string(), gap.w.to_string());
            empty(xml, "SP", &[("HPOS", &x), ("VPOS", &y), ("WIDTH", &w)])?;
            done = done.saturating_add(1);
        }
        let end = done.saturating_add(length);
        placed(xml, "String", &[("CONTENT", word), ("WC", &confidence)], reckoned(done, end), |_| Ok(()))?;
        done = end;
    }
    if hyphen {
        empty(xml, "HYP", &[("CONTENT", "-")])?;
    }
    Ok(())
}

/// An element with its place. Nothing stands in it when `inner` writes nothing.
fn placed(
    xml: &mut Xml,
    name: &str,
    attributes: &[(&str, &str)],
    place: Place,
    inner: impl FnOnce(&mut Xml) -> io::Result<()>,
) -> io::Result<()> {
    let [x, y, w, h] = [place.x, place.y, place.w, place.h].map(|value| value.to_string());
    let mut all = attributes.to_vec();
    all.extend([("HPOS", x.as_str()), ("VPOS", y.as_str()), ("WIDTH", w.as_str()), ("HEIGHT", h.as_str())]);
    element(xml, name, &all, inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_share_the_line_and_the_hyphen_stands_alone() {
        let place = Place { x: 100, y: 50, w: 110, h: 20 };
        let text_line = SheetLine { id: "l001".into(), place, text: "on un-".into(), confidence: 0.5 };
        let region = Region { kind: RegionKind::Paragraph, place, lines: vec![text_line] };
        let rule = Region { kind: RegionKind::Rule, place, lines: vec![] };
        let sheet = Sheet {
            width: 300,
            height: 400,
            language: "en".into(),
            regions: vec![region, rule],
            ..Sheet::default()
        };
        let written = String::from_utf8(write(&sheet).unwrap()).unwrap();
        for part in [
            r#"<String CONTENT="on" WC="0.500" HPOS="100" VPOS="50" WIDTH="36" HEIGHT="20"></String>"#,
            r#"<String CONTENT="un" WC="0.500""#,
            r#"<HYP CONTENT="-"/>"#,
            r#"<GraphicalElement ID="region-2" HPOS="100" VPOS="50""#,
        ] {
            assert!(written.contains(part), "{part} is missing in {written}");
        }
    }
}
