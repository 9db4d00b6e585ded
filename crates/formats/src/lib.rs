//! Bytes to data and back: PDF and image pages, EPUB, ALTO, PAGE-XML, CSV, JSONL.

pub mod alto;
pub mod epub;
pub mod page_xml;
pub mod zip_out;

mod xml_out;
