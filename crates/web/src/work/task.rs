//! A task as the browser gets it: its screen, its pay in words, until when it is lent.

use kazi_app::bound::Head;
use kazi_app::work::{Lent, Shown};
use kazi_domain::{Id, Moment, Money, kind};
use kazi_services::{BlobRef, JsonView, Screen};
use kazi_texts::Texts;
use serde::Serialize;

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

/// Renders the screen of a task.
pub(crate) fn screen(head: &Head, shown: &Shown, texts: &Texts) -> Result<Screen, AppError> {
    let media = |blob: &BlobRef| media_address(head.id, blob);
    let view = JsonView {
        stage: &shown.stage,
        key: &shown.key,
        item: &shown.item,
        parent: shown.parent.as_deref(),
        pieces: &shown.pieces,
        readings: &shown.readings,
        given: shown.given.as_ref().map(|(_, body)| body.as_str()),
        media: &media,
        texts,
        practice: false,
    };
    head.terms.service.screen(&view).map_err(AppError::fault)
}

/// A task with its screen.
pub(crate) fn body(head: &Head, lent: &Lent, shown: &Shown, texts: &Texts) -> Result<TaskBody, AppError> {
    let pay = Money::new(head.terms.pay(&shown.stage), head.terms.currency);
    Ok(TaskBody {
        task: lent.task.to_string(),
        key: shown.key.clone(),
        lease_until: rfc3339(lent.until),
        practice: false,
        screen: screen(head, shown, texts)?,
        pay: Pay { text: Some(texts.task_pays(pay.to_string())) },
    })
}
