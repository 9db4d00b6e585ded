//! The package of a book: its metadata, its files, their order.

use std::io;

use super::content::is_right_to_left;
use super::{Found, Metadata, Picture, Pictures, file_of};
use crate::xml_out::{Xml, document, element, empty, leaf, line};

/// `META-INF/container.xml`.
pub(super) fn container() -> io::Result<Vec<u8>> {
    let namespace = [("version", "1.0"), ("xmlns", "urn:oasis:names:tc:opendocument:xmlns:container")];
    document(|xml| {
        element(xml, "container", &namespace, |xml| {
            element(xml, "rootfiles", &[], |xml| {
                let root =
                    [("full-path", "EPUB/package.opf"), ("media-type", "application/oebps-package+xml")];
                empty(xml, "rootfile", &root)
            })
        })
    })
}

/// `package.opf`.
pub(super) fn package(
    metadata: &Metadata,
    chapters: u32,
    pictures: &[Picture],
    found: Found,
) -> io::Result<Vec<u8>> {
    let language = metadata.languages.first().map_or("en", String::as_str);
    let attributes = [
        ("xmlns", "http://www.idpf.org/2007/opf"),
        ("version", "3.0"),
        ("unique-identifier", "id"),
        ("xml:lang", language),
        ("prefix", "schema: http://schema.org/ a11y: http://www.idpf.org/epub/vocab/package/a11y/#"),
    ];
    document(|xml| {
        element(xml, "package", &attributes, |xml| {
            let namespace = [("xmlns:dc", "http://purl.org/dc/elements/1.1/")];
            element(xml, "metadata", &namespace, |xml| {
                about(xml, metadata, found)?;
                accessibility(xml, metadata, found)
            })?;
            line(xml)?;
            element(xml, "manifest", &[], |xml| manifest(xml, chapters, pictures))?;
            line(xml)?;
            let direction = if is_right_to_left(language) { "rtl" } else { "ltr" };
            element(xml, "spine", &[("page-progression-direction", direction)], |xml| {
                (1..=chapters).try_for_each(|chapter| empty(xml, "itemref", &[("idref", &id_of(chapter))]))
            })
        })
    })
}

fn id_of(chapter: u32) -> String {
    format!("chapter-{chapter:03}")
}

fn about(xml: &mut Xml, metadata: &Metadata, found: Found) -> io::Result<()> {
    leaf(xml, "dc:identifier", &[("id", "id")], &metadata.identifier)?;
    leaf(xml, "dc:title", &[("id", "title")], &metadata.title)?;
    for language in &metadata.languages {
        leaf(xml, "dc:language", &[], language)?;
    }
    for (number, creator) in (1_u32..).zip(&metadata.creators) {
        let id = format!("creator-{number}");
        leaf(xml, "dc:creator", &[("id", &id)], creator)?;
        let refines = format!("#{id}");
        leaf(
            xml,
            "meta",
            &[("refines", &refines), ("property", "role"), ("scheme", "marc:relators")],
            "aut",
        )?;
    }
    for (name, value) in
        [("dc:publisher", &metadata.publisher), ("dc:date", &metadata.date), ("dc:rights", &metadata.rights)]
    {
        if !value.is_empty() {
            leaf(xml, name, &[], value)?;
        }
    }
    if !metadata.source.is_empty() {
        leaf(xml, "dc:source", &[("id", "source")], &metadata.source)?;
        // `pageBreakSource` would be an error for `EPUBCheck` 4; this says the same and passes both.
        if found.pages {
            leaf(xml, "meta", &[("refines", "#source"), ("property", "source-of")], "pagination")?;
        }
    }
    let modified = format!("{}T00:00:00Z", metadata.modified);
    leaf(xml, "meta", &[("property", "dcterms:modified")], &modified)
}

/// EPUB Accessibility 1.1. Conformance is claimed only where every figure is described.
fn accessibility(xml: &mut Xml, metadata: &Metadata, found: Found) -> io::Result<()> {
    let mut say = |property: &str, value: &str| leaf(xml, "meta", &[("property", property)], value);
    let described = found.pictures != Pictures::SomeNotDescribed;
    say("schema:accessMode", "textual")?;
    if found.pictures != Pictures::None {
        say("schema:accessMode", "visual")?;
    }
    if described {
        say("schema:accessModeSufficient", "textual")?;
    }
    let features = [
        ("tableOfContents", true),
        ("structuralNavigation", true),
        ("readingOrder", true),
        ("displayTransformability", true),
        ("printPageNumbers", found.pages),
        ("alternativeText", found.pictures == Pictures::Described),
        ("longDescription", found.long_descriptions),
    ];
    for (feature, _) in features.iter().filter(|(_, has)| *has) {
        say("schema:accessibilityFeature", feature)?;
    }
    say("schema:accessibilityHazard", "none")?;
    let figures = match found.pictures {
        Pictures::None => "It has no pictures.",
        Pictures::Described => "All pictures are described.",
        Pictures::SomeNotDescribed => "Some pictures are not described yet.",
    };
    let pages = if found.pages { " The page numbers of the printed book are kept." } else { "" };
    let summary = format!(
        "This book was typed from its printed pages and checked by people. It has a table of contents and headings for \
         navigation. {figures}{pages}"
    );
    say("schema:accessibilitySummary", &summary)?;
    if described {
        say("dcterms:conformsTo", "EPUB Accessibility 1.1 - WCAG 2.2 Level AA")?;
        if !metadata.certified_by.is_empty() {
            say("a11y:certifiedBy", &metadata.certified_by)?;
        }
    }
    Ok(())
}

fn manifest(xml: &mut Xml, chapters: u32, pictures: &[Picture]) -> io::Result<()> {
    let xhtml = "application/xhtml+xml";
    empty(
        xml,
        "item",
        &[("id", "nav"), ("href", "nav.xhtml"), ("media-type", xhtml), ("properties", "nav")],
    )?;
    empty(xml, "item", &[("id", "css"), ("href", "book.css"), ("media-type", "text/css")])?;
    for chapter in 1..=chapters {
        empty(xml, "item", &[("id", &id_of(chapter)), ("href", &file_of(chapter)), ("media-type", xhtml)])?;
        line(xml)?;
    }
    for picture in pictures {
        let attributes = [
            ("id", picture.id.as_str()),
            ("href", picture.file.as_str()),
            ("media-type", picture.media_type.as_str()),
        ];
        empty(xml, "item", &attributes)?;
        line(xml)?;
    }
    Ok(())
}
