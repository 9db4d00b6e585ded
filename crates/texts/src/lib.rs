//! Every sentence a person reads, from the Fluent files in locales/, through typed accessors.

/// The texts of one language.
#[derive(Debug, Clone)]
pub struct Texts;
