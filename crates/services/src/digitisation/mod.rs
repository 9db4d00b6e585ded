//! Digitisation of books and documents: scanned pages in, a checked EPUB with its plain text, ALTO,
//! PAGE-XML and a report on its quality out.
//!
//! The tree is book › page › line, with figures beside the lines. Lines are typed blind, compared
//! character by character, settled or resolved; pages are proofread by someone who typed no line of
//! them; figures are described.

mod agree;
mod answer;
mod item;
mod number;
pub mod segment;
mod spec;
mod stages;
mod text;

pub use answer::{Alt, Answer, Block, BlockKind, Doubt, LineAnswer, LineOutcome, Mark, Outcome, PageText};
pub use item::{FigureItem, Item, Key, LineItem, PageItem, Part, Strip};
pub use spec::{RunningHeads, Spec};
pub use stages::{DESCRIBE, PROOFREAD, RESOLVE, TYPE};
