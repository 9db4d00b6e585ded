//! Long lists, page by page: a page says where the next one begins, by the last row's own place in the
//! order, so that rows that come or go meanwhile neither repeat nor hide others.

use std::fmt;
use std::str::FromStr;

use kazi_domain::{Id, Kind};

/// No page holds more rows.
const LONGEST: u32 = 200;

/// What to list: part of a name, where to begin, how many.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// Part of a name, in any case; empty for all.
    pub search: String,
    /// Where the page before ended.
    pub after: Option<Cursor>,
    /// How many rows; 0 for the usual 50.
    pub rows: u32,
}

/// Some rows, and where the next begin if there are more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<Cursor>,
}

/// A place in an ordered list: the last row's sort value and id, as text for an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    id: [u8; 16],
    value: String,
}

/// A text that is no cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this address does not say where the page begins: go back to the start of the list")]
pub struct CursorError;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}{}", u128::from_be_bytes(self.id), self.value)
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let (id, value) = text.split_at_checked(32).ok_or(CursorError)?;
        if !id.bytes().all(|byte| byte.is_ascii_hexdigit()) || value.contains('\0') {
            return Err(CursorError);
        }
        let id = u128::from_str_radix(id, 16).map_err(|_| CursorError)?.to_be_bytes();
        Ok(Self { id, value: value.to_owned() })
    }
}

impl Cursor {
    /// The place of a row.
    pub(crate) fn at<K: Kind>(value: impl Into<String>, id: Id<K>) -> Self {
        Self { id: *id.as_bytes(), value: value.into() }
    }
}

impl Ask {
    /// How many rows to ask the database for: one more than the page, to know whether there is another.
    pub(crate) fn limit(&self) -> i64 {
        i64::from(self.page_rows()) + 1
    }

    fn page_rows(&self) -> u32 {
        if self.rows == 0 { 50 } else { self.rows.min(LONGEST) }
    }

    /// The pattern for `lower(name) like … escape '\'`.
    pub(crate) fn pattern(&self) -> String {
        let mut pattern = String::from("%");
        for letter in self.search.trim().to_ascii_lowercase().chars().filter(|c| *c != '\0') {
            if matches!(letter, '%' | '_' | '\\') {
                pattern.push('\\');
            }
            pattern.push(letter);
        }
        if pattern.len() > 1 {
            pattern.push('%');
        }
        pattern
    }

    /// The sort value and id to begin after, in a rising order of texts.
    pub(crate) fn after_text(&self) -> (&str, &[u8]) {
        self.after.as_ref().map_or(("", &[0; 16]), |cursor| (cursor.value.as_str(), cursor.id.as_slice()))
    }

    /// The id to begin before, newest first.
    pub(crate) fn before_id(&self) -> &[u8] {
        self.after.as_ref().map_or(&[0xff; 16], |cursor| cursor.id.as_slice())
    }

    /// The number and id to begin before, in a falling order of numbers.
    pub(crate) fn before_number(&self) -> (i64, &[u8]) {
        let start = (i64::MAX, [0xff; 16].as_slice());
        self.after.as_ref().map_or(start, |cursor| {
            cursor.value.parse().map_or(start, |number| (number, cursor.id.as_slice()))
        })
    }

    /// The number and id to begin after, in a rising order of numbers.
    pub(crate) fn after_number(&self) -> (i64, &[u8]) {
        let start = (i64::MIN, [0; 16].as_slice());
        self.after.as_ref().map_or(start, |cursor| {
            cursor.value.parse().map_or(start, |number| (number, cursor.id.as_slice()))
        })
    }

    /// Makes the page of up to [`Ask::limit`] rows.
    pub(crate) fn page<T>(&self, mut rows: Vec<T>, place: impl Fn(&T) -> Cursor) -> Page<T> {
        let most = usize::try_from(self.page_rows()).unwrap_or(usize::MAX);
        let more = rows.len() > most;
        rows.truncate(most);
        let next = rows.last().filter(|_| more).map(place);
        Page { rows, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kazi_domain::kind;
    use proptest::prelude::*;

    #[test]
    fn a_search_matches_its_letters_and_nothing_else() {
        let pattern = |search: &str| Ask { search: search.to_owned(), ..Ask::default() }.pattern();
        assert_eq!(pattern("  "), "%");
        assert_eq!(pattern("Am_na"), "%am\\_na%");
        assert_eq!(pattern("100%"), "%100\\%%");
    }

    proptest! {
        #[test]
        fn a_cursor_reads_back(id: [u8; 16], value in "[^\0]*") {
            let cursor = Cursor::at(value, Id::<kind::Person>::from_bytes(id));
            prop_assert_eq!(cursor.to_string().parse::<Cursor>(), Ok(cursor));
        }

        #[test]
        fn any_text_is_a_cursor_or_refused(text in ".*") {
            let _ = text.parse::<Cursor>();
        }
    }
}
