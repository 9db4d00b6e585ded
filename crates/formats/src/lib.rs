//! Bytes to data and back: PDF and image pages, EPUB, ALTO, PAGE-XML, CSV, JSONL.

pub mod alto;
pub mod archive;
pub mod epub;
pub mod image_file;
pub mod page_xml;
pub mod pages;
pub mod pdf;
pub mod raster;
pub mod sniff;
pub mod table;
pub mod text_encoding;
pub mod tiff;
pub mod zip_out;

mod xml_out;
