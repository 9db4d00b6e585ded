//! Figures and the words under them.

use kazi_formats::epub::{Inline, Node};
use kazi_formats::raster::{decode_png, decode_webp, encode_png};

use super::super::Leaf;
use super::super::inline::{ends_a_sentence, parse, plain};
use super::{Book, FILE, TEXT, failed};
use crate::{BlobRef, Desk, Fault};

/// No figure is larger: the limits of splitting hold it below.
const MOST_PIXELS: u64 = 200_000_000;

impl Book {
    /// A picture that somebody described; in the middle of a sentence it waits for the end of the paragraph.
    pub(super) fn figure(&mut self, leaf: &Leaf, index: u32, desk: &mut dyn Desk) -> Result<(), Fault> {
        let Some((figure, alt)) = leaf.alt(index) else { return Ok(()) };
        let alt = alt.clone().unwrap_or_default();
        if alt.not_a_figure {
            return Ok(());
        }
        let name = format!("p{:04}-f{:02}", leaf.number, figure.index);
        // A proofreader may name a figure twice; it stands where it was named first.
        if !self.placed.insert(name.clone()) {
            return Ok(());
        }
        let png = picture(&figure.image, desk)?;
        let Some((file, bytes)) = self.epub(desk)?.picture(&name, "image/png", &png).map_err(failed)? else {
            return Ok(());
        };
        desk.write(FILE, &bytes)?;
        let figure = Node::Figure {
            id: format!("figure-{name}"),
            file,
            alt: alt.short,
            long: alt.long,
            decorative: alt.decorative,
            caption: Vec::new(),
        };
        if self.open.as_deref().is_some_and(|text| !ends_a_sentence(text)) {
            self.floating.push(figure);
            return Ok(());
        }
        self.settle(desk)?;
        self.nodes.push(figure);
        Ok(())
    }

    /// The words under the figure before it; a paragraph where there is none.
    pub(super) fn caption(&mut self, text: &str, desk: &mut dyn Desk) -> Result<(), Fault> {
        desk.write(TEXT, format!("{}\n\n", plain(text)).as_bytes())?;
        let before = if self.open.is_some() { self.floating.last_mut() } else { self.nodes.last_mut() };
        if let Some(Node::Figure { caption, .. }) = before {
            if !caption.is_empty() {
                caption.push(Inline::Text(" ".to_owned()));
            }
            caption.extend(parse(text));
        } else {
            self.settle(desk)?;
            self.nodes.push(Node::Paragraph(parse(text)));
        }
        Ok(())
    }
}

/// A picture as PNG: EPUB 3.2 readers know no WebP.
fn picture(image: &BlobRef, desk: &mut dyn Desk) -> Result<Vec<u8>, Fault> {
    let bytes = desk.blob(image)?;
    if bytes.starts_with(b"\x89PNG") && decode_png(&bytes, MOST_PIXELS).is_ok() {
        return Ok(bytes);
    }
    let raster = decode_webp(&bytes, MOST_PIXELS);
    raster
        .and_then(|raster| encode_png(&raster))
        .map_err(|error| Fault(format!("a figure cannot be read: {error}")))
}
