//! PAGE-XML (2019-07-15): the text of a page with its places, as archives and OCR tools exchange it.

use std::io;

use crate::alto::{Place, Region, RegionKind, Sheet, SheetLine};
use crate::xml_out::{Xml, document, element, empty, leaf, line};

const NAMESPACE: &str = "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15";
const SCHEMA: &str = "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15 \
                      http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15/pagecontent.xsd";

/// A page as a PAGE document.
///
/// # Errors
/// Never in practice: it writes into memory.
pub fn write(sheet: &Sheet) -> io::Result<Vec<u8>> {
    let namespaces = [
        ("xmlns", NAMESPACE),
        ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
        ("xsi:schemaLocation", SCHEMA),
        ("pcGtsId", "page"),
    ];
    document(|xml| {
        element(xml, "PcGts", &namespaces, |xml| {
            let moment = format!("{}T00:00:00", sheet.date);
            element(xml, "Metadata", &[], |xml| {
                leaf(xml, "Creator", &[], &sheet.creator)?;
                leaf(xml, "Created", &[], &moment)?;
                leaf(xml, "LastChange", &[], &moment)
            })?;
            line(xml)?;
            page(xml, sheet)
        })
    })
}

fn page(xml: &mut Xml, sheet: &Sheet) -> io::Result<()> {
    let (width, height, dpi) = (sheet.width.to_string(), sheet.height.to_string(), sheet.dpi.to_string());
    let attributes = [
        ("imageFilename", sheet.image.as_str()),
        ("imageWidth", width.as_str()),
        ("imageHeight", height.as_str()),
        ("imageXResolution", dpi.as_str()),
        ("imageYResolution", dpi.as_str()),
        ("imageResolutionUnit", "PPI"),
    ];
    element(xml, "Page", &attributes, |xml| {
        // Nobody reads a rule: it has its place on the page and none in the order.
        let read: Vec<(u32, &Region)> =
            (1_u32..).zip(&sheet.regions).filter(|(_, region)| region.kind != RegionKind::Rule).collect();
        if !read.is_empty() {
            element(xml, "ReadingOrder", &[], |xml| {
                element(xml, "OrderedGroup", &[("id", "order")], |xml| {
                    for (place, (number, _)) in (0_u32..).zip(&read) {
                        let (index, region) = (place.to_string(), format!("region-{number}"));
                        empty(xml, "RegionRefIndexed", &[("index", &index), ("regionRef", &region)])?;
                    }
                    Ok(())
                })
            })?;
        }
        for (number, region) in (1_u32..).zip(&sheet.regions) {
            line(xml)?;
            write_region(xml, number, region)?;
        }
        line(xml)
    })
}

fn write_region(xml: &mut Xml, number: u32, region: &Region) -> io::Result<()> {
    let id = format!("region-{number}");
    let kind = match region.kind {
        RegionKind::Figure => {
            return element(xml, "GraphicRegion", &[("id", &id)], |xml| coordinates(xml, region.place));
        }
        RegionKind::Rule => {
            return element(xml, "SeparatorRegion", &[("id", &id)], |xml| coordinates(xml, region.place));
        }
        RegionKind::Paragraph => "paragraph",
        RegionKind::Heading => "heading",
        RegionKind::Header => "header",
        RegionKind::PageNumber => "page-number",
        RegionKind::Footnote => "footnote",
        RegionKind::Caption => "caption",
    };
    element(xml, "TextRegion", &[("id", &id), ("type", kind)], |xml| {
        coordinates(xml, region.place)?;
        for text_line in &region.lines {
            line(xml)?;
            element(xml, "TextLine", &[("id", &text_line.id)], |xml| {
                coordinates(xml, text_line.place)?;
                words(xml, text_line)
            })?;
        }
        line(xml)
    })
}

fn words(xml: &mut Xml, text_line: &SheetLine) -> io::Result<()> {
    let confidence = format!("{:.3}", text_line.confidence.clamp(0.0, 1.0));
    element(xml, "TextEquiv", &[("conf", &confidence)], |xml| leaf(xml, "Unicode", &[], &text_line.text))
}

fn coordinates(xml: &mut Xml, place: Place) -> io::Result<()> {
    let (left, top, right, bottom) = (place.x, place.y, place.right(), place.bottom());
    let points = format!("{left},{top} {right},{top} {right},{bottom} {left},{bottom}");
    empty(xml, "Coords", &[("points", &points)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_stand_in_reading_order() {
        let place = Place { x: 1, y: 2, w: 10, h: 20 };
        let line = SheetLine { id: "l001".into(), place, text: "a < b".into(), confidence: 1.0 };
        let sheet = Sheet {
            date: "2026-11-22".into(),
            regions: vec![
                Region { kind: RegionKind::Header, place, lines: vec![line] },
                Region { kind: RegionKind::Rule, place, lines: vec![] },
                Region { kind: RegionKind::Figure, place, lines: vec![] },
            ],
            ..Sheet::default()
        };
        let written = String::from_utf8(write(&sheet).unwrap()).unwrap();
        for part in [
            r#"<RegionRefIndexed index="1" regionRef="region-3"/>"#,
            r#"<TextRegion id="region-1" type="header"><Coords points="1,2 11,2 11,22 1,22"/>"#,
            "<Unicode>a &lt; b</Unicode>",
            r#"<SeparatorRegion id="region-2">"#,
            r#"<GraphicRegion id="region-3">"#,
        ] {
            assert!(written.contains(part), "{part} is missing in {written}");
        }
    }
}
