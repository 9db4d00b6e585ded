//! Several readings of one text, made into one.
//!
//! [`vote`] takes the readings of a single line and returns the voted text with a confidence for each character
//! or word, and says which positions are open, so that a person need look at nothing else. [`Transcripts`] does so
//! for many texts, and learns on the way how reliable each worker is.

mod align;
mod crowd;
mod network;
mod rasa;
mod rover;
mod symbols;

pub use align::{Edit, align, distance, error_rate};
pub use crowd::{Transcribed, Transcripts};
pub use rasa::{Choices, Chosen, Rasa};
pub use rover::{Candidate, Line, Reading, Rover, TieRule, Token, vote};
pub use symbols::Unit;
