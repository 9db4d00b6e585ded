//! Digitisation of books and documents: scanned pages become lines, lines become text, text becomes a book.

pub mod segment;
