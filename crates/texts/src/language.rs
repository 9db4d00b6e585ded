//! The languages that people read Kazi in.

use std::fmt;
use std::str::FromStr;

use crate::messages::L10n;

/// A language of the screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// English, the one that is always complete.
    #[default]
    En,
    /// Swahili.
    Sw,
    /// Urdu, from right to left.
    Ur,
    /// Hindi.
    Hi,
    /// French.
    Fr,
    /// Dressed-up English, which shows untranslated texts and boxes that are too small.
    Pseudo,
}

/// Which way a script runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From left to right.
    LeftToRight,
    /// From right to left.
    RightToLeft,
}

impl Direction {
    /// The value of the `dir` attribute.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LeftToRight => "ltr",
            Self::RightToLeft => "rtl",
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Language {
    /// The languages offered to people, in the order of menus. The pseudo-locale is for tests.
    pub const OFFERED: [Self; 5] = [Self::En, Self::Sw, Self::Ur, Self::Hi, Self::Fr];
    /// All languages, with the pseudo-locale.
    pub const ALL: [Self; 6] = [Self::En, Self::Sw, Self::Ur, Self::Hi, Self::Fr, Self::Pseudo];

    /// The BCP 47 tag, for `lang` attributes, settings and cookies.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Sw => "sw",
            Self::Ur => "ur",
            Self::Hi => "hi",
            Self::Fr => "fr",
            Self::Pseudo => "en-XA",
        }
    }

    /// Which way it runs.
    pub fn direction(self) -> Direction {
        match self {
            Self::Ur => Direction::RightToLeft,
            Self::En | Self::Sw | Self::Hi | Self::Fr | Self::Pseudo => Direction::LeftToRight,
        }
    }

    /// The value of the `dir` attribute: `rtl` for Urdu, else `ltr`.
    pub fn dir(self) -> &'static str {
        self.direction().as_str()
    }

    /// What the language calls itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Sw => "Kiswahili",
            Self::Ur => "اردو",
            Self::Hi => "हिन्दी",
            Self::Fr => "Français",
            Self::Pseudo => "[Ƥšéûðö]",
        }
    }

    /// The best language for an `Accept-Language` header; English where nothing fits.
    pub fn negotiate(accept_language: &str) -> Self {
        L10n::langneg(accept_language).parse().unwrap_or_default()
    }

    pub(crate) fn generated(self) -> L10n {
        self.tag().parse().unwrap_or_default()
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// The text is the tag of no language that Kazi speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownLanguage;

impl fmt::Display for UnknownLanguage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("This is not a language of Kazi. Use en, sw, ur, hi or fr.")
    }
}

impl std::error::Error for UnknownLanguage {}

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(tag: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|language| language.tag() == tag).ok_or(UnknownLanguage)
    }
}
