//! The statistics of answers: what is true, who is reliable, how far people agree, when to stop asking, and what may be
//! certified.
//!
//! Several people answer the same task and do not quite agree. This crate turns their answers into one result with a
//! probability, and says how good each of them is. Arrays in, numbers out: it reads no files, asks no clock and takes
//! randomness only from seeds, so the same rows give the same bits, in any order and on any number of cores.
//!
//! # From answers to labels
//!
//! ```
//! use kazi_quality::{Answers, classes::{Auto, ClassMethod}};
//! let answers = Answers::from_rows([
//!     ("photo 1", "amina", "cat"), ("photo 1", "juma", "cat"), ("photo 1", "li", "dog"),
//!     ("photo 2", "amina", "dog"), ("photo 2", "juma", "dog"), ("photo 2", "li", "dog"),
//! ])?;
//! let fit = Auto::default().fit(&answers.table().into())?;
//! for (task, classes, probability) in answers.winners(&fit) {
//!     println!("{task}: {classes:?} with probability {probability:.2}");
//! }
//! for (worker, skill) in answers.workers().names().iter().zip(&fit.skills) {
//!     println!("{worker}: {:.2} ({:.2} to {:.2})", skill.accuracy.value, skill.accuracy.low, skill.accuracy.high);
//! }
//! # Ok::<(), kazi_quality::Error>(())
//! ```
//!
//! # In which order to read
//!
//! 1. [`Answers`] and [`Table`]: from rows to ids; [`Evidence`]: what is known beside the answers.
//! 2. [`agreement`]: whether people agree enough for any of this to make sense.
//! 3. [`classes`], and by the kind of answer [`ordinal`], [`multi_label`], [`numeric`], [`text`], [`pairs`], [`geometry`].
//! 4. [`skill`]: what can be said of a worker, and when it changes.
//! 5. [`online`]: the same while answers come in, and when to stop asking.
//! 6. [`forecast`] before the work, [`lots`] after it: what accuracy will cost, and what may be certified.
//!
//! # Which method
//!
//! | you have | use |
//! | --- | --- |
//! | classes | [`classes::Auto`]; its rule is stated there. [`classes::DawidSkene`] when workers confuse particular classes and give many answers, [`classes::OneCoin`] with few, [`classes::Majority`] with very few, [`classes::Ebcc`] when workers may copy each other |
//! | ordered classes | any of these, then [`ordinal::decide_all`] |
//! | any number of labels a task | [`multi_label::fit`] |
//! | numbers | [`numeric::Numbers`] |
//! | transcripts | [`text::vote`] for a line, [`text::Transcripts`] for many |
//! | translations, free text | [`text::Rasa`] |
//! | comparisons | [`pairs::BradleyTerry`], [`pairs::NoisyBradleyTerry`] |
//! | boxes, polygons, spans, times, points | [`geometry::Consensus`]; masks: [`geometry::staple`]; against the truth: [`geometry::compare`] |
//! | answers as they come in | [`online::Posterior`] and [`online::Stop`] |
//! | a finished lot | [`lots::ideal_plan`], [`lots::Sequential`], [`lots::certify`] |
//! | a pilot, and a question about cost | [`forecast::Forecast`] |
//! | doubt about the instructions | [`agreement::alpha`] |
//! | a worker over time | [`skill::Window`], [`skill::Cusum`] |
//!
//! # How it computes
//!
//! Ids of any ordered, hashable type are turned into dense numbers once ([`Answers`]); the numbers lie in parallel arrays
//! sorted by task ([`Table`]), six bytes an answer. An iteration of Dawid–Skene, one-coin, MACE or iBCC is one sequential
//! pass over them which computes expectations and sums for the next step together; the workers' tables stay in cache.
//! Large tables are cut into shards by their size alone, never by the number of cores, and the shards' sums are added in
//! order. `bench/quality` measures all this against crowd-kit; the README has the table.

pub mod agreement;
mod answers;
pub mod classes;
mod error;
mod evidence;
mod fit;
pub mod forecast;
pub mod geometry;
mod ids;
pub mod lots;
pub mod multi_label;
mod num;
pub mod numeric;
pub mod online;
pub mod ordinal;
pub mod pairs;
mod random;
pub mod skill;
pub mod special;
mod table;
pub mod text;

pub use answers::{Answers, Builder, Name, Repeats};
pub use error::Error;
pub use evidence::{Evidence, Gold, History};
pub use fit::{Confusion, Fit};
pub use ids::Ids;
pub use random::Random;
pub use table::Table;
