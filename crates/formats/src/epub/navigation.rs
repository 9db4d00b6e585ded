//! The navigation of a book: contents, pages, landmarks.

use std::io;

use super::content::xhtml;
use super::{Metadata, Place, file_of};
use crate::xml_out::{Xml, element, leaf, line};

/// The navigation page.
pub(super) fn page(metadata: &Metadata, headings: &[Place], pages: &[Place]) -> io::Result<Vec<u8>> {
    let labels = &metadata.labels;
    let whole = [Place { label: metadata.title.clone(), rank: 1, href: file_of(1) }];
    let headings = if headings.is_empty() { &whole } else { headings };
    let kept: Vec<&Place> = headings.iter().filter(|place| !place.label.trim().is_empty()).collect();
    let kept = if kept.is_empty() { whole.iter().collect() } else { kept };
    xhtml(&metadata.title, metadata, |xml| {
        let attributes =
            [("epub:type", "toc"), ("role", "doc-toc"), ("id", "toc"), ("aria-labelledby", "toc-title")];
        element(xml, "nav", &attributes, |xml| {
            leaf(xml, "h1", &[("id", "toc-title")], &labels.contents)?;
            tree(xml, &kept)
        })?;
        if !pages.is_empty() {
            let attributes =
                [("epub:type", "page-list"), ("role", "doc-pagelist"), ("aria-labelledby", "pages-title")];
            element(xml, "nav", &attributes, |xml| {
                leaf(xml, "h2", &[("id", "pages-title")], &labels.pages)?;
                let all: Vec<&Place> = pages.iter().collect();
                tree(xml, &all)
            })?;
        }
        element(xml, "nav", &[("epub:type", "landmarks"), ("aria-labelledby", "landmarks-title")], |xml| {
            leaf(xml, "h2", &[("id", "landmarks-title")], &labels.landmarks)?;
            element(xml, "ol", &[], |xml| {
                let first = file_of(1);
                let start = [("epub:type", "bodymatter"), ("href", first.as_str())];
                element(xml, "li", &[], |xml| leaf(xml, "a", &start, &labels.start))
            })
        })
    })
}

/// A list in which what ranks lower stands within what ranks higher. A rank that is skipped opens no level.
fn tree(xml: &mut Xml, places: &[&Place]) -> io::Result<()> {
    element(xml, "ol", &[], |xml| {
        let mut left = places;
        while let Some((first, rest)) = left.split_first() {
            let within = rest.iter().take_while(|place| place.rank > first.rank).count();
            let (inner, after) = rest.split_at_checked(within).unwrap_or((rest, &[]));
            element(xml, "li", &[], |xml| {
                leaf(xml, "a", &[("href", &first.href)], first.label.trim())?;
                if inner.is_empty() { Ok(()) } else { tree(xml, inner) }
            })?;
            line(xml)?;
            left = after;
        }
        Ok(())
    })
}
