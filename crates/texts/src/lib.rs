//! Every sentence a person reads, from the Fluent files in `locales/`, through typed accessors.
//!
//! ```
//! use kazi_texts::{Language, texts};
//!
//! assert_eq!(texts(Language::Sw).send(), "Tuma");
//! assert_eq!(Language::negotiate("ur-PK,ur;q=0.9,en;q=0.5"), Language::Ur);
//! assert_eq!(texts(Language::En).by_key("send").as_deref(), Some("Send"));
//! ```
//!
//! A message is written once in `locales/en/*.ftl`, with a comment that types its variables
//! (`# $name (String) - the worker's name`), and becomes a method of [`Texts`]:
//! `take-back = Take back` is `texts.take_back()`. What another language lacks is shown in English, and
//! the tests of this crate list it. Values put into a sentence stand in Unicode isolates, so that a Latin
//! name or an amount does not turn an Urdu sentence around.

mod language;
mod messages;
mod texts;

pub use language::{Direction, Language, UnknownLanguage};
pub use messages::L10nLanguage as Messages;
pub use texts::{Texts, texts};
