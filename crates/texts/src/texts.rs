//! The handle that templates and services take.

use std::fmt;
use std::ops::Deref;
use std::sync::LazyLock;

use serde_json::{Map, Value};

use crate::Messages;
use crate::language::Language;

/// The messages of `script.ftl`: key, and whether it depends on `$count`.
const SCRIPT_KEYS: &[(&str, bool)] = include!(concat!(env!("OUT_DIR"), "/script_keys.rs"));

static ALL: LazyLock<[Texts; 6]> = LazyLock::new(|| Language::ALL.map(Texts::load));

/// The texts of a language. They are read once, at first use, and live as long as the program.
pub fn texts(language: Language) -> &'static Texts {
    let [en, sw, ur, hi, fr, pseudo] = &*ALL;
    match language {
        Language::En => en,
        Language::Sw => sw,
        Language::Ur => ur,
        Language::Hi => hi,
        Language::Fr => fr,
        Language::Pseudo => pseudo,
    }
}

/// The texts of one language: each message of `locales/en/*.ftl` is a method, by way of [`Messages`].
pub struct Texts {
    language: Language,
    messages: Messages,
}

impl Texts {
    fn load(language: Language) -> Self {
        Self { language, messages: language.generated().load() }
    }

    /// The language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The value of the `lang` attribute.
    pub fn lang(&self) -> &'static str {
        self.language.tag()
    }

    /// The value of the `dir` attribute.
    pub fn dir(&self) -> &'static str {
        self.language.dir()
    }

    /// A message whose key comes from data, such as a problem's or a lesson's. `None` where there is no such
    /// message, or where it wants values.
    pub fn by_key(&self, key: &str) -> Option<String> {
        self.messages.bundle().msg(key, None).ok()
    }

    /// The messages of `script.ftl` as JSON, to stand in a `<script type="application/json">`.
    ///
    /// A plain message is a string. One with `$count` is a pair: its form for 1 and its form for 2, in
    /// which the number stands between U+2068 and U+2069, for the script to put the real number there.
    pub fn script(&self) -> String {
        let map: Map<String, Value> = SCRIPT_KEYS
            .iter()
            .filter_map(|(key, counted)| {
                let value = if *counted {
                    Value::from(vec![self.counted(key, 1)?, self.counted(key, 2)?])
                } else {
                    Value::from(self.by_key(key)?)
                };
                Some(((*key).to_owned(), value))
            })
            .collect();
        // A text must not be able to end the element it stands in.
        Value::Object(map).to_string().replace('<', "\\u003c")
    }

    fn counted(&self, key: &str, count: u32) -> Option<String> {
        let mut values = fluent_typed::prelude::FluentArgs::new();
        values.set("count", count);
        self.messages.bundle().msg(key, Some(values)).ok()
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Texts").field(&self.language).finish()
    }
}

impl Deref for Texts {
    type Target = Messages;

    fn deref(&self) -> &Messages {
        &self.messages
    }
}
