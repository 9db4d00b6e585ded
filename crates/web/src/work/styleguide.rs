//! The task tools and windows of workers, on practice tasks of every service, for whoever works on their look; served
//! only where it is asked for.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use kazi_app::work::Refused;
use kazi_services::{BlobRef, BoundService, JsonPractice, JsonReading, JsonView, Who as Reader, registry};
use kazi_texts::Texts;
use serde::Deserialize;

use super::refuse::{Reasons, reasons};
use crate::door::page;
use crate::error::AppError;
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::staff::Wish;

static TASKS: Route = Route::get("/styleguide/tasks", Who::Anyone);
static MEDIA: Route = Route::get("/styleguide/media/{hash}", Who::Anyone);

pub(crate) fn add(routes: Routes) -> Routes {
    routes.add(&TASKS, tasks).add(&MEDIA, media)
}

/// A task of a stage, made of the practice tasks that come with the program.
struct Exercise {
    service: Arc<dyn BoundService>,
    stage: &'static str,
    task: JsonPractice,
    /// What people read, for stages that settle differences.
    readings: Vec<JsonReading>,
}

impl Exercise {
    fn name(&self) -> String {
        format!("{} · {}", self.service.key(), self.stage)
    }

    /// The tool as it stands in a task page, before its script.
    fn html(&self, texts: &Texts) -> Result<String, AppError> {
        let media = |blob: &BlobRef| format!("/styleguide/media/{}", blob.0);
        let view = JsonView {
            stage: self.stage,
            key: "practice/0",
            item: &self.task.item,
            parent: None,
            pieces: &[],
            readings: &self.readings,
            given: None,
            media: &media,
            texts,
            practice: self.readings.is_empty(),
        };
        Ok(self.service.screen(&view).map_err(AppError::fault)?.html)
    }
}

/// The practice tasks of the first stage that is done on such items.
fn practice(service: &dyn BoundService, item_kind: &str) -> Option<(&'static str, Vec<JsonPractice>)> {
    let mut stages = service.stages().iter().filter(|stage| stage.item_kind == item_kind);
    stages.find_map(|stage| Some((stage.key, service.course(stage.key)?.practice)))
}

/// What two people read differently: the truths of two tasks.
fn differing(stage: &str, tasks: &[JsonPractice]) -> Vec<JsonReading> {
    let reading = |(number, task): (u32, &JsonPractice)| JsonReading {
        who: Reader::Person(number),
        stage: stage.to_owned(),
        reliability: 0.9,
        answer: task.truth.clone(),
    };
    (0..2).zip(tasks).map(reading).collect()
}

/// A task of every stage that is done on items of which there are practice tasks.
fn exercises() -> Vec<Exercise> {
    let mut all = Vec::new();
    for service in registry().iter().filter_map(|one| one.bind(&one.default_spec().to_string()).ok()) {
        for stage in service.stages() {
            let Some((from, tasks)) = practice(&*service, stage.item_kind) else { continue };
            let readings = if from == stage.key { Vec::new() } else { differing(from, &tasks) };
            let first = tasks.into_iter().next();
            all.extend(first.map(|task| Exercise {
                service: Arc::clone(&service),
                stage: stage.key,
                task,
                readings,
            }));
        }
    }
    all
}

#[derive(Debug, Deserialize)]
struct Which {
    #[serde(default)]
    tool: usize,
}

#[derive(Template)]
#[template(path = "work/styleguide.html")]
struct TasksPage {
    /// The names of all tools.
    names: Vec<String>,
    tool: usize,
    html: String,
    skip: Reasons,
    report: Reasons,
    frame: Frame,
}

async fn tasks(
    Query(wish): Query<Wish>,
    Query(Which { tool }): Query<Which>,
    frame: Frame,
) -> Result<Response, AppError> {
    let frame = wish.frame(frame);
    let all = exercises();
    let html = all.get(tool).ok_or_else(AppError::not_there)?.html(frame.texts)?;
    page(&TasksPage {
        names: all.iter().map(Exercise::name).collect(),
        tool,
        html,
        skip: reasons(Refused::Skip, frame.texts),
        report: reasons(Refused::Report, frame.texts),
        frame,
    })
}

/// The pictures of practice tasks come with the program.
async fn media(Path(hash): Path<String>) -> Result<Response, AppError> {
    let all: Vec<_> = exercises().into_iter().flat_map(|one| one.task.media).collect();
    let found = all.into_iter().find(|(blob, ..)| blob.0 == hash);
    let (_, kind, bytes) = found.ok_or_else(AppError::not_there)?;
    Ok(([(header::CONTENT_TYPE, kind)], Body::from(bytes)).into_response())
}
