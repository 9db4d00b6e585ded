//! Texts as sequences of symbols that can be compared quickly.

use std::collections::HashMap;

use crate::num;

/// What a vote decides one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unit {
    /// Characters (Unicode scalar values): for typed lines, codes, names.
    #[default]
    Characters,
    /// Words between white space: for sentences, where whole words are right or wrong.
    Words,
}

/// What sort of symbol it is; symbols of different sorts are not aligned with each other lightly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Space,
    Mark,
}

/// One character or word: its key for comparison, and its sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Symbol {
    /// Symbols with the same key count as the same.
    pub(crate) key: u32,
    /// The spelling as written, see [`Alphabet::spelling`].
    pub(crate) spelling: u32,
    kind: Kind,
}

impl Symbol {
    /// What it costs to align this symbol with one that differs.
    pub(crate) fn substitution(self, other: Kinds) -> f64 {
        if other.has(self.kind) { 1.0 } else { 1.5 }
    }
}

/// The sorts of symbols that a slot holds.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Kinds(u8);

impl Kinds {
    fn bit(kind: Kind) -> u8 {
        match kind {
            Kind::Word => 1,
            Kind::Space => 2,
            Kind::Mark => 4,
        }
    }

    pub(crate) fn insert(&mut self, symbol: Symbol) {
        self.0 |= Self::bit(symbol.kind);
    }

    fn has(self, kind: Kind) -> bool {
        self.0 & Self::bit(kind) != 0
    }
}

/// The distinct keys and spellings of the readings of one text.
#[derive(Debug, Default)]
pub(crate) struct Alphabet {
    keys: HashMap<String, u32>,
    spellings: HashMap<String, u32>,
    written: Vec<String>,
}

impl Alphabet {
    /// A text as symbols.
    pub(crate) fn symbols(
        &mut self,
        text: &str,
        unit: Unit,
        normalise: &dyn Fn(&str) -> String,
    ) -> Vec<Symbol> {
        match unit {
            Unit::Characters => {
                let mut buffer = [0; 4];
                text.chars()
                    .map(|character| self.symbol(character.encode_utf8(&mut buffer), normalise))
                    .collect()
            }
            Unit::Words => text.split_whitespace().map(|word| self.symbol(word, normalise)).collect(),
        }
    }

    fn symbol(&mut self, written: &str, normalise: &dyn Fn(&str) -> String) -> Symbol {
        let next = num::id(self.keys.len());
        let key = *self.keys.entry(normalise(written)).or_insert(next);
        let spelling = if let Some(known) = self.spellings.get(written) {
            *known
        } else {
            let spelling = num::id(self.written.len());
            self.written.push(written.to_owned());
            self.spellings.insert(written.to_owned(), spelling);
            spelling
        };
        let kind = if written.chars().all(char::is_whitespace) {
            Kind::Space
        } else if written.chars().any(char::is_alphanumeric) {
            Kind::Word
        } else {
            Kind::Mark
        };
        Symbol { key, spelling, kind }
    }

    /// A spelling as it was written.
    pub(crate) fn spelling(&self, spelling: u32) -> &str {
        self.written.get(num::index(spelling)).map_or("", String::as_str)
    }
}
