//! Digitisation of books and documents: scanned pages in, a checked EPUB with its plain text, ALTO,
//! PAGE-XML and a report on its quality out.
//!
//! The tree is book › page › line, with figures beside the lines. Lines are typed blind, compared
//! character by character, settled or resolved; pages are proofread by someone who typed no line of
//! them; figures are described.

mod answer;
mod item;
pub mod segment;

pub use answer::{Alt, Answer, Block, BlockKind, Doubt, LineAnswer, LineOutcome, Mark, Outcome, PageText};
pub use item::{FigureItem, Item, Key, LineItem, PageItem, Part, Strip};
