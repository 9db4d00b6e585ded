//! Items that wait for a person of the staff: why, what was answered, what was said, and what to do.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kazi_app::access::SignedIn;
use kazi_app::journal::Entry;
use kazi_app::listing::Page;
use kazi_app::projects::trouble::{self, AnswerOf, Remark, Stuck};
use kazi_app::projects::{self, View};
use kazi_app::work::{self, Mend, WorkError};
use kazi_app::{Turn, now};
use kazi_domain::policy::{Can, MendProject, ViewProject};
use kazi_domain::{Id, kind};
use serde_json::Value;

use crate::door::page;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::staff::confirm::Confirm;
use crate::staff::nav::Here;
use crate::staff::parts::ListQuery;
use crate::staff::typed::Typed;
use crate::staff::words::{Clock, named};
use crate::staff::{again, id, see, seen};
use crate::state::WebState;

static LIST: Route = Route::get("/projects/{project}/stuck", Who::Staff);
static MEND: Route = Route::post("/projects/{project}/stuck/{item}", Who::Staff);
static ASK: Route = Route::get("/projects/{project}/stuck/{item}/leave-out", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&LIST, list).add(&MEND, mend).add(&ASK, ask)
}

/// So many of the latest remarks are looked through for those about the items shown.
const REMARKS: u32 = 500;

#[derive(Debug)]
struct Given {
    who: String,
    stage: String,
    when: String,
    text: String,
    body: String,
    late: bool,
    /// Where it can be left unaccepted.
    reject: Option<String>,
    rejected: bool,
    /// The version of the instructions it was given under, where there is more than one.
    under: Option<String>,
}

#[derive(Debug)]
struct Row {
    item: String,
    key: String,
    source: String,
    why: String,
    about: String,
    /// Addresses of its pictures.
    pictures: Vec<String>,
    given: Vec<Given>,
    said: Vec<String>,
    problem: Option<String>,
}

#[derive(Debug, Template)]
#[template(path = "staff/stuck.html")]
struct StuckPage {
    frame: Frame,
    here: Here,
    id: Id<kind::Project>,
    name: String,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Found {
    view: View,
    page: Page<Stuck>,
    answers: Vec<Vec<AnswerOf>>,
    remarks: Vec<Remark>,
}

async fn find(
    state: &WebState,
    who: SignedIn,
    project: Id<kind::Project>,
    query: &ListQuery,
) -> Result<Found, AppError> {
    let ask = kazi_app::listing::Ask { rows: 20, ..query.ask()? };
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let see: Can<ViewProject> = projects::may(read, &who.actor, project)?;
        let can: Can<MendProject> = projects::may(read, &who.actor, project)?;
        let view = projects::view::view(read, &see, now())?;
        let page = trouble::stuck(read, &can, &ask)?;
        let mut answers = Vec::new();
        for row in &page.rows {
            answers.push(trouble::answers(read, &can, row.item)?);
        }
        Ok(Found { view, page, answers, remarks: trouble::remarks(read, &can, REMARKS)? })
    });
    found.await
}

/// JSON as a person reads it: `choice: 1`; a single field without its name.
pub(in crate::staff) fn readable(body: &str) -> String {
    fn told(value: &Value) -> String {
        match value {
            Value::String(text) => text.clone(),
            Value::Object(fields) => {
                let shown: Vec<(&String, &Value)> =
                    fields.iter().filter(|(_, value)| !value.is_null()).collect();
                match shown.as_slice() {
                    [(_, Value::String(only))] => only.clone(),
                    all => all
                        .iter()
                        .map(|(key, value)| format!("{key}: {}", told(value)))
                        .collect::<Vec<_>>()
                        .join(", "),
                }
            }
            Value::Array(all) => all.iter().map(told).collect::<Vec<_>>().join(", "),
            other => other.to_string(),
        }
    }
    serde_json::from_str(body).map_or_else(|_| body.to_owned(), |value| told(&value))
}

/// The hashes of what is stored for an item: its pictures.
pub(crate) fn pictures(body: &str) -> Vec<String> {
    let item: Value = serde_json::from_str(body).unwrap_or_default();
    let fields = item.as_object().into_iter().flatten();
    let is_hash = |text: &&str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    // A small picture of the same is for overviews.
    let large = fields.filter(|(name, _)| *name != "thumb");
    large.filter_map(|(_, value)| value.as_str()).filter(is_hash).map(str::to_owned).collect()
}

/// What an item says in words: what was handed in, without where it lies and how large it is.
pub(crate) fn about(body: &str) -> String {
    let item: Value = serde_json::from_str(body).unwrap_or_default();
    if let Some(cells) = item.get("cells") {
        return readable(&cells.to_string());
    }
    if pictures(body).is_empty() { readable(body) } else { String::new() }
}

fn rows(
    frame: &Frame,
    project: Id<kind::Project>,
    found: &Found,
    problem: Option<&(Id<kind::Item>, String)>,
) -> Vec<Row> {
    let (texts, clock) = (frame.texts, Clock::of(frame));
    let given = |answer: &AnswerOf| Given {
        who: answer.shown_name.clone(),
        stage: named(texts, "stage", &answer.stage),
        when: clock.moment(answer.given_at),
        text: readable(&answer.body),
        body: answer.body.clone(),
        late: answer.late,
        reject: answer.held.then(|| format!("/projects/{project}/answers/{}/reject", answer.id)),
        rejected: answer.rejected,
        under: (found.view.instructions_version > 1)
            .then(|| texts.given_under(answer.instructions.to_string())),
    };
    let said = |remark: &Remark| {
        let (kind, reason) =
            (named(texts, "remark", &remark.kind), named(texts, &remark.kind, &remark.reason));
        texts.remark_line(remark.shown_name.as_str(), kind, reason)
    };
    let row = |(stuck, answers): (&Stuck, &Vec<AnswerOf>)| Row {
        item: stuck.item.to_string(),
        key: stuck.key.clone(),
        source: stuck.source.clone(),
        why: named(texts, "stuck", stuck.problem.as_deref().unwrap_or("unknown")),
        about: about(&stuck.body),
        pictures: pictures(&stuck.body).into_iter().map(|hash| format!("/media/{project}/{hash}")).collect(),
        given: answers.iter().map(given).collect(),
        said: found.remarks.iter().filter(|remark| remark.item == stuck.item).map(said).collect(),
        problem: problem.filter(|(item, _)| *item == stuck.item).map(|(_, told)| told.clone()),
    };
    found.page.rows.iter().zip(&found.answers).map(row).collect()
}

fn stuck_page(
    frame: Frame,
    project: Id<kind::Project>,
    found: Found,
    (query, problem): (&ListQuery, Option<&(Id<kind::Item>, String)>),
) -> StuckPage {
    let rows = rows(&frame, project, &found, problem);
    let next = query.next(&format!("/projects/{project}/stuck"), found.page.next);
    StuckPage { frame, here: Here::Projects, id: project, name: found.view.name, rows, next }
}

async fn list(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(project): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Response, AppError> {
    let project = id(&project)?;
    let found = find(&state, who.clone(), project, &query).await?;
    seen(&state, &who, Entry::about("answerers.seen", project)).await?;
    page(&stuck_page(frame, project, found, (&query, None)))
}

fn decision(typed: &Typed) -> Option<Mend> {
    match typed.get("do") {
        "reopen" => Some(Mend::Reopen),
        "leave-out" => Some(Mend::Drop),
        "settle" => Some(Mend::Settle(typed.get("outcome").to_owned())),
        _ => None,
    }
}

async fn decide(
    state: &WebState,
    who: SignedIn,
    (project, item): (Id<kind::Project>, Id<kind::Item>),
    (decision, turn): (Mend, Turn),
) -> Result<(), WorkError> {
    let all = state.app.projects.clone();
    let mended = state.app.db.write(move |tx| -> Result<_, WorkError> {
        let can: Can<MendProject> =
            projects::may(tx, &who.actor, project).map_err(|_| WorkError::NotThere)?;
        work::mend(tx, &all, &can, (item, &decision), &turn)
    });
    mended.await
}

async fn mend(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path((project, item)): Path<(String, String)>,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let (project, item): (Id<kind::Project>, Id<kind::Item>) = (id(&project)?, id(&item)?);
    let decision = decision(&typed).ok_or_else(AppError::not_there)?;
    let settles = matches!(decision, Mend::Settle(_));
    match decide(&state, who.clone(), (project, item), (decision, turn)).await {
        Ok(()) => Ok(see(&format!("/projects/{project}/stuck"))),
        // The outcome was typed by hand or taken from an answer of another form.
        Err(WorkError::Form(_)) if settles => {
            let problem = (item, frame.texts.stuck_no_outcome());
            let query = ListQuery::default();
            let found = find(&state, who, project, &query).await?;
            again(&stuck_page(frame, project, found, (&query, Some(&problem))))
        }
        Err(error) => Err(error.into()),
    }
}

async fn ask(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path((project, item)): Path<(String, String)>,
) -> Result<Response, AppError> {
    let (project, item): (Id<kind::Project>, Id<kind::Item>) = (id(&project)?, id(&item)?);
    let may =
        move |read: &mut kazi_db::Read<'_>| projects::may::<MendProject>(read, &who.actor, project).map(drop);
    state.app.db.read(may).await?;
    let texts = frame.texts;
    let ask = Confirm {
        here: Here::Projects,
        title: texts.leave_out(),
        sentence: texts.leave_out_more(),
        button: texts.leave_out_button(),
        action: format!("/projects/{project}/stuck/{item}"),
        says: Some(("do", "leave-out")),
        back: format!("/projects/{project}/stuck"),
        frame,
    };
    ask.page()
}

#[cfg(test)]
mod tests {
    use super::{about, pictures, readable};

    #[test]
    fn answers_read_as_people_wrote_them() {
        assert_eq!(readable(r#"{"text": "The boat", "mark": null}"#), "The boat");
        assert_eq!(readable(r#"{"choice": 1}"#), "choice: 1");
        assert_eq!(readable(r#"["a", {"b": true, "c": 2}]"#), "a, b: true, c: 2");
        assert_eq!(readable("no json"), "no json");
    }

    #[test]
    fn an_item_shows_its_pictures_or_its_words() {
        let (line, small) = ("ab".repeat(32), "cd".repeat(32));
        let body = format!(r#"{{"kind": "line", "x": 4, "image": "{line}", "thumb": "{small}"}}"#);
        assert_eq!((pictures(&body), about(&body).as_str()), (vec![line], ""));
        let row = r#"{"cells": {"id": "7", "text": "cat"}, "show": 1}"#;
        assert_eq!((pictures(row).len(), about(row).as_str()), (0, "id: 7, text: cat"));
    }
}
