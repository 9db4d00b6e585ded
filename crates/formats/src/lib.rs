//! Bytes to data and back: PDF and image pages, EPUB, ALTO, PAGE-XML, CSV, JSONL.

pub mod table;
pub mod text_encoding;
