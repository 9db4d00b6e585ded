//! The versions of a project's instructions, and what differs between one and the one before.

use std::time::Duration;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kazi_app::instructions::{self, Version};
use kazi_app::listing::{Ask, Page};
use kazi_app::now;
use kazi_app::projects::{self, View};
use kazi_domain::policy::{Can, ViewProject};
use kazi_domain::{Id, kind};
use kazi_texts::Texts;
use serde::Deserialize;
use similar::{ChangeTag, TextDiff};

use crate::door::page;
use crate::error::AppError;
use crate::extract::StaffMember;
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::staff::id;
use crate::staff::nav::Here;
use crate::staff::parts::escaped;
use crate::staff::words::{Clock, count};
use crate::state::WebState;

static LIST: Route = Route::get("/projects/{project}/instructions", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&LIST, list)
}

/// So many versions on a page.
const ROWS: u32 = 10;
/// Comparing two long texts takes no longer; what is left then counts as changed.
const PATIENCE: Duration = Duration::from_millis(50);

/// A piece of a text: as it was, added or taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    tag: &'static str,
    text: String,
}

/// What differs between two texts, word by word; pieces of one kind that follow one another are one.
fn difference(before: &str, after: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for change in TextDiff::configure().timeout(PATIENCE).diff_words(before, after).iter_all_changes() {
        let tag = match change.tag() {
            ChangeTag::Equal => "",
            ChangeTag::Delete => "del",
            ChangeTag::Insert => "ins",
        };
        match pieces.last_mut().filter(|piece| piece.tag == tag) {
            Some(piece) => piece.text.push_str(change.value()),
            None => pieces.push(Piece { tag, text: change.value().to_owned() }),
        }
    }
    pieces
}

#[derive(Debug)]
struct Row {
    version: i64,
    title: String,
    by: String,
    changed: String,
    counts: bool,
    pieces: Vec<Piece>,
    body: String,
}

#[derive(Debug, Template)]
#[template(path = "staff/instructions.html")]
struct InstructionsPage {
    frame: Frame,
    here: Here,
    id: Id<kind::Project>,
    name: String,
    search: String,
    /// Whether this is the start of the whole list.
    plain: bool,
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Asked {
    #[serde(default)]
    search: String,
    /// The version to begin below.
    before: Option<i64>,
}

fn row(texts: &Texts, clock: &Clock, one: &Version, now: i64) -> Row {
    Row {
        version: one.version,
        title: texts.instructions_version(count(one.version)),
        by: texts.instructions_by(one.made_by.as_str(), clock.moment(one.made_at)),
        changed: if one.version == 1 { texts.instructions_first() } else { one.changed.clone() },
        counts: one.version == now,
        pieces: if one.version == 1 { Vec::new() } else { difference(&one.before, &one.body) },
        body: one.body.clone(),
    }
}

type Found = (View, Page<Version>);

async fn list(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(project): Path<String>,
    Query(Asked { search, before }): Query<Asked>,
) -> Result<Response, AppError> {
    let project: Id<kind::Project> = id(&project)?;
    let ask = Ask { search: search.clone(), rows: ROWS, ..Ask::default() };
    let found = state.app.db.read(move |read| -> Result<Found, AppError> {
        let can: Can<ViewProject> = projects::may(read, &who.actor, project)?;
        let page = instructions::list(read, &can, before, &ask)?;
        Ok((projects::view::view(read, &can, now())?, page))
    });
    let (view, found) = found.await?;
    let (texts, clock) = (frame.texts, Clock::of(&frame));
    let last = found.rows.last().map(|one| one.version).filter(|_| found.next.is_some());
    page(&InstructionsPage {
        here: Here::Projects,
        id: view.id,
        rows: found.rows.iter().map(|one| row(texts, &clock, one, view.instructions_version)).collect(),
        next: last.map(|last| {
            format!("/projects/{project}/instructions?search={}&before={last}", escaped(&search))
        }),
        plain: search.trim().is_empty() && before.is_none(),
        search: search.trim().to_owned(),
        name: view.name,
        frame,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_changed_stands_out() {
        let told: Vec<(&str, String)> = difference("Write names small.", "Write all names small.")
            .into_iter()
            .map(|piece| (piece.tag, piece.text))
            .collect();
        assert!(told.iter().any(|(tag, text)| *tag == "ins" && text.contains("all")), "{told:?}");
        assert!(told.iter().all(|(tag, _)| *tag != "del"), "{told:?}");
        assert!(difference("", "").is_empty());
        let whole: String = difference("a b c", "x b y")
            .into_iter()
            .filter(|piece| piece.tag != "del")
            .map(|piece| piece.text)
            .collect();
        assert_eq!(whole, "x b y");
    }
}
