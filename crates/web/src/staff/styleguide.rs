//! Every part of the staff's pages in every state, for whoever works on their look; served only where it is asked for.
//!
//! The parts are those that the pages use: a change of a template or a style is seen here first.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use kazi_domain::{JobState, MailState, ProjectState, SourceState};
use kazi_texts::Language;
use serde::Deserialize;

use super::field::{Field, Fields, Input};
use super::nav::Here;
use super::parts::{Bar, Chip, ListQuery, Tools};
use super::people::language_field;
use super::typed::{Problems, Typed};
use crate::door::page;
use crate::error::AppError;
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;

static GUIDE: Route = Route::get("/styleguide", Who::Anyone);

pub(crate) fn add(routes: Routes) -> Routes {
    routes.add(&GUIDE, guide)
}

/// In which language; the reader's own where it is left out.
#[derive(Debug, Deserialize)]
pub(crate) struct Wish {
    language: Option<String>,
}

impl Wish {
    /// The same frame in the language that is wished for.
    pub(crate) fn frame(&self, mut frame: Frame) -> Frame {
        let wished = self.language.as_deref().and_then(|tag| tag.parse::<Language>().ok());
        frame.language = wished.unwrap_or(frame.language);
        frame.texts = kazi_texts::texts(frame.language);
        frame
    }
}

#[derive(Debug, Template)]
#[template(path = "staff/styleguide.html")]
struct GuidePage {
    here: Here,
    languages: [Language; 6],
    fresh: Fields,
    refused: Fields,
    chips: Vec<(String, Vec<Chip>)>,
    bars: Vec<Bar>,
    tools: Tools,
    frame: Frame,
}

/// A form with every kind of field. The prefix keeps the names of two such forms on one page apart.
fn fields(frame: &Frame, prefix: &str) -> Vec<Field> {
    let t = frame.texts;
    let choices = || vec![("one".to_owned(), t.nav_projects()), ("two".to_owned(), t.nav_centres())];
    let name = |of: &str| format!("{prefix}-{of}");
    let number = Input::Number { least: "0".to_owned(), most: "100".to_owned(), step: "1" };
    let mut language = language_field(t, frame.lang());
    language.name = name("language");
    vec![
        Field::new(name("name"), t.person_name(), Input::Line("text")).hint(t.new_name_hint()).required(),
        Field::new(name("secret"), t.password_new(), Input::Line("password")).hint(t.password_hint()),
        Field::new(name("lines"), t.new_instructions(), Input::Lines(3)).hint(t.new_instructions_hint()),
        Field::new(name("number"), t.new_gold(), number).hint(t.new_gold_hint()).value("20"),
        language,
        Field::new(name("ticks"), t.key_scopes(), Input::Ticks(choices()))
            .hint(t.key_scopes_hint())
            .value("one"),
        Field::new(name("tick"), t.nav_account(), Input::Tick).hint(t.new_name_hint()),
    ]
}

/// The form as it comes back when something is wrong with each field and with the whole.
fn refused(frame: &Frame) -> Fields {
    let t = frame.texts;
    let all = fields(frame, "wrong");
    let mut problems = Problems::one("", &t.look_at_fields());
    for field in &all {
        problems.add(&field.name, &t.email_missing());
    }
    Fields::new(all).again(&Typed::default().with("wrong-name", "Amina"), &problems)
}

fn chips(frame: &Frame) -> Vec<(String, Vec<Chip>)> {
    let t = frame.texts;
    vec![
        (t.nav_projects(), ProjectState::ALL.iter().map(|state| Chip::of_project(t, *state)).collect()),
        (t.files(), SourceState::ALL.iter().map(|state| Chip::of_source(t, *state)).collect()),
        (t.nav_jobs(), JobState::ALL.iter().map(|state| Chip::of_job(t, *state)).collect()),
        (t.nav_mail(), MailState::ALL.iter().map(|state| Chip::of_mail(t, *state)).collect()),
    ]
}

async fn guide(Query(wish): Query<Wish>, frame: Frame) -> Result<Response, AppError> {
    let frame = wish.frame(frame);
    let t = frame.texts;
    let bar = |finished, checked| Bar::new(t.whole_project(), (finished, checked), 10);
    page(&GuidePage {
        here: Here::Projects,
        languages: Language::ALL,
        fresh: Fields::new(fields(&frame, "fresh")),
        refused: refused(&frame),
        chips: chips(&frame),
        bars: vec![bar(0, 0), bar(4, 3), bar(10, 0)],
        tools: ListQuery::default().tools(t, "/styleguide", (t.find(), false)),
        frame,
    })
}
