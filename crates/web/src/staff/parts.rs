//! Small parts of pages: chips, bars, links to the next page.

use askama::Template;
use kazi_app::listing::{Ask, Cursor};
use kazi_domain::{JobState, MailState, ProjectState, SourceState};
use kazi_texts::Texts;
use serde::Deserialize;

use super::words::{named, percent};
use crate::error::AppError;

/// A state as icon, word and shape.
#[derive(Debug, Clone, Template)]
#[template(
    ext = "html",
    source = r##"<span class="chip {{ class }}"><svg class="i" aria-hidden="true"><use href="#{{ icon }}"/></svg>{{ word }}</span>"##
)]
pub(super) struct Chip {
    class: &'static str,
    icon: &'static str,
    pub(super) word: String,
}

impl Chip {
    /// Something that is well.
    pub(super) fn ok(word: String) -> Self {
        Self { class: "ok", icon: "check-circle-fill", word }
    }

    /// Something that waits.
    pub(super) fn wait(word: String) -> Self {
        Self { class: "wait", icon: "clock", word }
    }

    /// Something that is wrong.
    pub(super) fn bad(word: String) -> Self {
        Self { class: "bad", icon: "warning-circle-fill", word }
    }

    /// Something that is over.
    pub(super) fn over(word: String) -> Self {
        Self { class: "", icon: "x-circle-fill", word }
    }

    pub(super) fn with(mut self, icon: &'static str) -> Self {
        self.icon = icon;
        self
    }

    /// What a project is doing.
    pub(super) fn of_project(texts: &Texts, state: ProjectState) -> Self {
        let word = named(texts, "project-state", state.word());
        match state {
            ProjectState::Draft => Self::over(word).with("pencil-simple"),
            ProjectState::Running => Self::ok(word).with("play"),
            ProjectState::Paused => Self::wait(word).with("pause"),
            ProjectState::Assembling => Self::wait(word).with("hourglass-medium"),
            ProjectState::Delivered => Self::ok(word),
            ProjectState::Accepted => Self::ok(word).with("certificate"),
            ProjectState::Failed => Self::bad(word),
            ProjectState::Cancelled => Self::over(word),
        }
    }

    /// What became of a file.
    pub(super) fn of_source(texts: &Texts, state: SourceState) -> Self {
        let word = named(texts, "source-state", state.word());
        match state {
            SourceState::Arriving => Self::wait(word).with("upload-simple"),
            SourceState::Waiting => Self::wait(word),
            SourceState::Splitting => Self::wait(word).with("hourglass-medium"),
            SourceState::Split => Self::ok(word),
            SourceState::Refused => Self::bad(word),
            SourceState::Removing => Self::over(word),
        }
    }

    /// What became of a letter.
    pub(super) fn of_mail(texts: &Texts, state: MailState) -> Self {
        let word = named(texts, "mail-state", state.word());
        match state {
            MailState::Waiting => Self::wait(word),
            MailState::Sent => Self::ok(word),
            MailState::Failed => Self::bad(word),
        }
    }

    /// Where a job stands.
    pub(super) fn of_job(texts: &Texts, state: JobState) -> Self {
        let word = named(texts, "job-state", state.word());
        match state {
            JobState::Waiting => Self::wait(word),
            JobState::Running => Self::ok(word).with("play"),
            JobState::Done => Self::ok(word),
            JobState::Failed => Self::bad(word),
            JobState::Cancelled => Self::over(word),
        }
    }
}

/// How far something is: finished, being checked, to do. Widths are attributes of SVG, for styles are not
/// allowed there.
#[derive(Debug, Clone, Template)]
#[template(
    ext = "html",
    source = r##"<svg class="bar" role="img" aria-label="{{ label }}"><title>{{ label }}</title><rect class="f1" width="{{ finished }}%" height="12"/><rect class="f2" x="{{ finished }}%" width="{{ checked }}%" height="12"/></svg>"##
)]
pub(super) struct Bar {
    label: String,
    finished: String,
    checked: String,
}

impl Bar {
    /// A bar with its meaning in words.
    pub(super) fn new(label: String, (finished, checked): (i64, i64), whole: i64) -> Self {
        Self { label, finished: percent(finished, whole), checked: percent(checked, whole) }
    }
}

/// What a list is asked for in its address.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct ListQuery {
    /// Part of a name.
    #[serde(default)]
    pub(super) search: String,
    after: Option<String>,
    /// Only what stands so.
    #[serde(default)]
    pub(super) state: String,
    /// The order, `name`, `newest` or `oldest`; the list's own where it is left out.
    #[serde(default)]
    sort: String,
}

impl ListQuery {
    /// The page of the list; an address that does not say where it begins is not there.
    pub(super) fn ask(&self) -> Result<Ask, AppError> {
        let after = self.after.as_deref().map(str::parse).transpose().map_err(|_| AppError::not_there())?;
        Ok(Ask { search: self.search.clone(), after, rows: 0 })
    }

    /// Whether this is the start of the whole list.
    pub(super) fn is_plain(&self) -> bool {
        self.search.trim().is_empty() && self.after.is_none() && self.state.is_empty()
    }

    /// The address of the next page.
    pub(super) fn next(&self, list: &str, next: Option<Cursor>) -> Option<String> {
        let (search, state, sort) = (escaped(&self.search), escaped(&self.state), escaped(&self.sort));
        next.map(|after| {
            format!("{list}?search={search}&state={state}&sort={sort}&after={}", escaped(&after.to_string()))
        })
    }

    /// Whether it is to be by name; `usual` says what holds where nobody chose.
    pub(super) fn by_name(&self, usual: bool) -> bool {
        match self.sort.as_str() {
            "name" => true,
            "newest" => false,
            _ => usual,
        }
    }

    /// The order that was chosen; empty where nobody chose.
    pub(super) fn sort(&self) -> &str {
        &self.sort
    }

    /// Whether the oldest come first.
    pub(super) fn oldest_first(&self) -> bool {
        self.sort == "oldest"
    }

    /// The tools above a list that has no names of its own: search, and order by age.
    pub(super) fn tools_by_age(&self, texts: &Texts, address: &str, label: String) -> Tools {
        let mut tools = self.tools(texts, address, (label, false));
        let (search, state) = (escaped(self.search.trim()), escaped(&self.state));
        let order = |sort: &str, words: String, chosen: bool| Order {
            address: format!("{address}?search={search}&state={state}&sort={sort}"),
            words,
            chosen,
        };
        let oldest = self.oldest_first();
        tools.orders =
            vec![order("newest", texts.sort_newest(), !oldest), order("oldest", texts.sort_oldest(), oldest)];
        tools.state.clone_from(&self.state);
        tools
    }

    /// The tools above a list that has orders of its own, each with its word; the first holds where nobody chose.
    pub(super) fn tools_of(
        &self,
        texts: &Texts,
        address: &str,
        label: String,
        orders: &[(&str, String)],
    ) -> Tools {
        let mut tools = self.tools(texts, address, (label, false));
        let (search, state) = (escaped(self.search.trim()), escaped(&self.state));
        let known = orders.iter().any(|(sort, _)| *sort == self.sort);
        let order = |(place, (sort, words)): (usize, &(&str, String))| Order {
            address: format!("{address}?search={search}&state={state}&sort={sort}"),
            words: words.clone(),
            chosen: if known { *sort == self.sort } else { place == 0 },
        };
        tools.orders = orders.iter().enumerate().map(order).collect();
        tools.state.clone_from(&self.state);
        tools
    }

    /// The tools above a list: search and order.
    pub(super) fn tools(&self, texts: &Texts, address: &str, (label, by_name): (String, bool)) -> Tools {
        let search = self.search.trim().to_owned();
        let order = |sort: &str, words: String, chosen: bool| {
            let address = format!("{address}?search={}&sort={sort}", escaped(&search));
            Order { address, words, chosen }
        };
        Tools {
            orders: vec![
                order("newest", texts.sort_newest(), !by_name),
                order("name", texts.sort_by_name(), by_name),
            ],
            address: address.to_owned(),
            sort: self.sort.clone(),
            state: String::new(),
            label,
            find: texts.find(),
            order: texts.sort_order(),
            search,
        }
    }
}

/// An order that a list may have.
#[derive(Debug)]
struct Order {
    address: String,
    words: String,
    chosen: bool,
}

/// Searching and ordering a list.
#[derive(Debug, Template)]
#[template(path = "staff/tools.html")]
pub(super) struct Tools {
    address: String,
    sort: String,
    /// What the search keeps besides, such as the chosen state.
    state: String,
    search: String,
    label: String,
    find: String,
    order: String,
    orders: Vec<Order>,
}

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// A text as it may stand in an address.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            escaped.push(char::from(byte));
        } else {
            escaped.push('%');
            escaped.extend(
                [byte >> 4, byte & 0xf]
                    .map(|half| HEX.get(usize::from(half)).map_or('0', |digit| char::from(*digit))),
            );
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_gets_its_widths_as_attributes() {
        let bar = Bar::new("Type: 3 of 4".into(), (2, 1), 4).to_string();
        assert!(bar.contains("width=\"50.0%\"") && bar.contains("x=\"50.0%\" width=\"25.0%\""), "{bar}");
        assert!(!bar.contains("style="));
    }

    #[test]
    fn any_search_fits_into_an_address() {
        assert_eq!(escaped("a&b=c d/é"), "a%26b%3Dc%20d%2F%C3%A9");
    }
}
