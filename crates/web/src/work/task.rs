//! A task as the browser gets it: its screen, its pay in words, until when it is lent.

use askama::Template;
use kazi_app::bound::Head;
use kazi_app::work::{Lent, Shown};
use kazi_domain::{Id, Moment, Money, kind};
use kazi_services::{BlobRef, BoundService, JsonView, Screen};
use kazi_texts::Texts;
use serde::Serialize;
use serde_json::Value;

use crate::error::AppError;

/// A task on its way to the screen.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct TaskBody {
    pub(crate) task: String,
    pub(crate) key: String,
    pub(crate) lease_until: String,
    pub(crate) practice: bool,
    pub(crate) screen: Screen,
    pub(crate) pay: Pay,
}

/// What a task pays, in words.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Pay {
    pub(crate) text: Option<String>,
}

/// A moment as RFC 3339 writes it.
pub(crate) fn rfc3339(moment: Moment) -> String {
    jiff::Timestamp::from_microsecond(moment.micros()).map(|at| at.to_string()).unwrap_or_default()
}

/// The address of a project's stored bytes.
pub(crate) fn media_address(project: Id<kind::Project>, blob: &BlobRef) -> String {
    format!("/media/{project}/{}", blob.0)
}

/// Renders the screen of a task, beginning from what was given, if anything.
pub(crate) fn screen(
    head: &Head,
    shown: &Shown,
    given: Option<&str>,
    texts: &Texts,
) -> Result<Screen, AppError> {
    let media = |blob: &BlobRef| media_address(head.id, blob);
    let view = JsonView {
        stage: &shown.stage,
        key: &shown.key,
        item: &shown.item,
        parent: shown.parent.as_deref(),
        pieces: &shown.pieces,
        readings: &shown.readings,
        given,
        media: &media,
        texts,
        practice: false,
    };
    head.terms.service.screen(&view).map_err(AppError::fault)
}

/// A task with its screen.
pub(crate) fn body(head: &Head, lent: &Lent, shown: &Shown, texts: &Texts) -> Result<TaskBody, AppError> {
    let given = shown.given.as_ref().map(|(_, body)| body.as_str());
    body_from(head, (shown, given), lent.until, texts)
}

/// A task with its screen, beginning from what was given.
pub(crate) fn body_from(
    head: &Head,
    (shown, given): (&Shown, Option<&str>),
    until: Moment,
    texts: &Texts,
) -> Result<TaskBody, AppError> {
    let pay = Money::new(head.terms.pay(&shown.stage), head.terms.currency);
    let mut screen = screen(head, shown, given.or(before(shown)), texts)?;
    screen.html.insert_str(0, &note(shown, texts)?);
    Ok(TaskBody {
        task: shown.task.to_string(),
        key: shown.key.clone(),
        lease_until: rfc3339(until),
        practice: false,
        screen,
        pay: Pay { text: Some(texts.task_pays(pay.to_string())) },
    })
}

/// What was given for an item before a client sent it back: who does it again begins from that.
fn before(shown: &Shown) -> Option<&str> {
    shown.sent_back.as_ref().and_then(|sent_back| sent_back.before.as_deref())
}

/// Why the task is there again.
#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<div class="note"><p>{{ said }}</p>{% if !note.is_empty() %}<p dir="auto">{{ note }}</p>{% endif %}</div>"##
)]
struct Note<'a> {
    said: String,
    note: &'a str,
}

fn note(shown: &Shown, texts: &Texts) -> Result<String, AppError> {
    let Some(sent_back) = &shown.sent_back else { return Ok(String::new()) };
    let reason = texts.by_key(&format!("reject-{}", sent_back.reason)).unwrap_or_default();
    let note = Note { said: texts.sent_back_says(reason), note: &sent_back.note };
    note.render().map_err(AppError::fault)
}

/// A short text that tells an answer: the choice as the screen calls it, or what was written.
pub(crate) fn summary(answer: &str, screen: &Screen) -> String {
    let answer: Value = serde_json::from_str(answer).unwrap_or_default();
    let choice = answer.get("choice").and_then(Value::as_u64).and_then(|choice| usize::try_from(choice).ok());
    let called = choice.and_then(|choice| screen.data.get("choices")?.get(choice)?.as_str());
    let written = ["text", "short", "mark"]
        .iter()
        .find_map(|field| answer.get(field).and_then(Value::as_str).filter(|text| !text.trim().is_empty()));
    let mut text: String = called.or(written).unwrap_or("…").chars().take(LONGEST_SUMMARY).collect();
    if text.is_empty() {
        text.push('…');
    }
    text
}

/// A summary has no more characters.
const LONGEST_SUMMARY: usize = 120;

/// What a stage is called.
pub(crate) fn stage_name(service: &dyn BoundService, stage: &str, texts: &Texts) -> String {
    named(service.key(), stage, texts)
}

/// What a stage of a service is called.
pub(crate) fn named(service: &str, stage: &str, texts: &Texts) -> String {
    texts.by_key(&format!("stage-{service}-{stage}")).unwrap_or_else(|| texts.stage_other())
}
