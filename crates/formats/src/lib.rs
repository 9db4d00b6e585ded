//! Bytes to data and back: PDF and image pages, EPUB, ALTO, PAGE-XML, CSV, JSONL.
