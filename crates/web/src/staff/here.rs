//! Who is here: the people of a centre at this moment, what each is at, and who needs help.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kazi_app::Turn;
use kazi_app::access::SignedIn;
use kazi_app::presence::{
    self, Coach, Filter, Found, Known, Order, Person, Place, State as Kind, Stuck, Work,
};
use kazi_domain::{Id, Moment, Span, kind};
use kazi_texts::Texts;
use serde::Deserialize;

use super::id;
use super::nav::Here;
use super::parts::{Chip, ListQuery, Tools, escaped};
use super::words::{count, named};
use crate::door::{page, picture};
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static SHOW: Route = Route::get("/centres/{centre}/here", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&SHOW, show)
}

#[derive(Debug)]
struct Row {
    name: String,
    address: String,
    picture: String,
    /// The computer, and when somebody was last seen there.
    computer: Option<String>,
    chip: Chip,
    /// Stage and project.
    work: Option<(String, String)>,
    /// How long on it, and what is in hand.
    on_it: String,
    /// Where to take back what is in hand.
    take_back: Option<String>,
    today: String,
    known: Vec<String>,
    /// Why somebody is stuck or needs coaching, with the chip that says which.
    why: Vec<(Chip, Vec<String>)>,
}

/// A filter: its word, its name, how many.
#[derive(Debug)]
struct Tab {
    word: &'static str,
    name: String,
    count: usize,
}

#[derive(Debug, Template)]
#[template(path = "staff/here.html")]
struct HerePage {
    frame: Frame,
    here: Here,
    id: String,
    centre: String,
    tabs: Vec<Tab>,
    chosen: String,
    search: String,
    sort: String,
    tools: Tools,
    plain: bool,
    /// What was done just now.
    done: Option<String>,
    rows: Vec<Row>,
    pictures: String,
    next: Option<String>,
}

/// A length of time as people say it: `45 s`, `4 min`, `1 h 20 min`.
pub(super) fn took(texts: &Texts, span: Span) -> String {
    let seconds = u32::try_from(span.micros() / 1_000_000).unwrap_or(u32::MAX);
    match seconds {
        0..=89 => texts.for_seconds(seconds),
        90..=5_399 => texts.for_minutes((seconds + 30) / 60),
        _ => texts.for_hours(seconds / 3_600, seconds % 3_600 / 60),
    }
}

pub(super) fn share(value: f64) -> String {
    format!("{:.1}", value * 100.0)
}

pub(super) fn small(number: i64) -> u32 {
    u32::try_from(number.max(0)).unwrap_or(u32::MAX)
}

fn known(texts: &Texts, known: &Known) -> String {
    let service = named(texts, "service", &known.service);
    match known.measured {
        None => texts.here_known_few(small(known.answers), service),
        Some(seen) => {
            let (right, low, high) = (share(1.0 - seen.rate), share(1.0 - seen.high), share(1.0 - seen.low));
            texts.here_known(service, right, low, high, count(known.answers))
        }
    }
}

pub(crate) fn stuck(texts: &Texts, why: Stuck) -> String {
    match why {
        Stuck::Long { on_it, usual } => texts.stuck_long(took(texts, on_it), took(texts, usual)),
        Stuck::Silent { quiet, holds } => texts.stuck_silent(small(holds), took(texts, quiet)),
        Stuck::Skips(skips) => texts.stuck_skips(small(skips)),
    }
}

pub(crate) fn coach(texts: &Texts, why: &Coach) -> String {
    match why {
        Coach::Known(known) => {
            let best = known.measured.map_or(1.0, |seen| 1.0 - seen.low);
            let service = named(texts, "service", &known.service);
            texts.coach_known(service, share(best), share(known.target))
        }
        Coach::Upheld(upheld) => texts.coach_upheld(small(*upheld)),
    }
}

fn at(texts: &Texts, work: &Work, now: Moment) -> String {
    let time = texts.here_on_it(took(texts, now.since(work.since)), took(texts, work.usual));
    format!("{time} · {}", texts.here_holds(small(work.holds)))
}

fn chip(texts: &Texts, place: Place) -> Chip {
    match place {
        Place::Here => Chip::ok(texts.place_here()),
        Place::Away => Chip::wait(texts.place_away()),
        Place::Out => Chip::over(texts.place_out()),
    }
}

fn row(texts: &Texts, (centre, now): (Id<kind::Centre>, Moment), person: &Person) -> Row {
    let stuck: Vec<String> = person.stuck.iter().map(|why| stuck(texts, *why)).collect();
    let coach: Vec<String> = person.coach.iter().map(|why| coach(texts, why)).collect();
    let why = [
        (Chip::bad(texts.here_state_stuck()), stuck),
        (Chip::wait(texts.here_state_coach()).with("student"), coach),
    ];
    let stage = |work: &Work| (named(texts, "stage", &work.stage), work.project_name.clone());
    let seen = |(_, name, seen): &(_, String, Moment)| {
        format!("{name} · {}", texts.here_seen(took(texts, now.since(*seen))))
    };
    let seen_now = |(_, name, _): &(_, String, Moment)| name.clone();
    let computer = if person.place == Place::Here {
        person.computer.as_ref().map(seen_now)
    } else {
        person.computer.as_ref().map(seen)
    };
    Row {
        name: person.shown_name.clone(),
        address: format!("/people/{}", person.id),
        picture: picture(&person.picture).to_owned(),
        computer,
        chip: chip(texts, person.place),
        work: person.work.as_ref().map(stage),
        on_it: person.work.as_ref().map_or_else(|| texts.here_nothing(), |work| at(texts, work, now)),
        take_back: person.work.as_ref().map(|_| format!("/centres/{centre}/take-back?person={}", person.id)),
        today: texts.here_today(count(person.today.accepted), count(person.today.waiting)),
        known: person.known.iter().map(|one| known(texts, one)).collect(),
        why: why.into_iter().filter(|(_, why)| !why.is_empty()).collect(),
    }
}

/// The filter and the order that an address asks for.
fn filter(query: &ListQuery) -> Filter {
    let order = match query.sort() {
        "name" => Order::Name,
        "longest" => Order::Longest,
        _ => Order::Need,
    };
    Filter { state: Kind::from_word(&query.state), order }
}

/// Those whom an address asks for. That they were looked at stands in the record, before they are shown.
async fn find(
    state: &WebState,
    who: &SignedIn,
    (centre, query): (Id<kind::Centre>, &ListQuery),
    turn: Turn,
) -> Result<Found, AppError> {
    let (projects, actor, ask, filter) =
        (state.app.projects.clone(), who.actor.clone(), query.ask()?, filter(query));
    let now = turn.clone();
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can = presence::may_watch(read, &actor, centre)?;
        let people = presence::at_centre(read, &projects, &can, now.at)?;
        let fresh = presence::is_new_look(read, &can, &now)?;
        Ok((presence::list(people, filter, &ask, now.at), fresh))
    });
    let (found, fresh) = found.await?;
    if fresh {
        watched(state, who, centre, turn).await?;
    }
    Ok(found)
}

/// Notes that somebody looks at the people of a centre.
pub(crate) async fn watched(
    state: &WebState,
    who: &SignedIn,
    centre: Id<kind::Centre>,
    turn: Turn,
) -> Result<(), AppError> {
    let actor = who.actor.clone();
    let noted = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can = presence::may_watch(tx, &actor, centre)?;
        Ok(presence::note(tx, &can, &turn)?)
    });
    noted.await
}

fn here_page(
    frame: Frame,
    (query, Done { taken }): (ListQuery, Done),
    centre: Id<kind::Centre>,
    (found, now): (Found, Moment),
) -> HerePage {
    let (texts, address) = (frame.texts, format!("/centres/{centre}/here"));
    let orders = [
        ("need", texts.here_sort_need()),
        ("longest", texts.here_sort_longest()),
        ("name", texts.sort_by_name()),
    ];
    let tab = |(state, count): (Kind, usize)| Tab {
        word: state.word(),
        name: named(texts, "here-state", state.word()),
        count,
    };
    let rows: Vec<Row> = found.page.rows.iter().map(|person| row(texts, (centre, now), person)).collect();
    let mut pictures: Vec<&str> = rows.iter().map(|row| row.picture.as_str()).collect();
    pictures.sort_unstable();
    pictures.dedup();
    HerePage {
        here: Here::Present,
        id: centre.to_string(),
        centre: found.centre_name,
        tabs: Kind::ALL.into_iter().zip(found.counts).map(tab).collect(),
        tools: query.tools_of(texts, &address, texts.here_search(), &orders),
        plain: query.is_plain(),
        done: taken.map(|taken| texts.take_back_done(taken)),
        search: escaped(&query.search),
        sort: escaped(query.sort()),
        pictures: pictures.join(" "),
        next: query.next(&address, found.page.next),
        chosen: query.state,
        rows,
        frame,
    }
}

/// What was done before the page was opened.
#[derive(Debug, Default, Deserialize)]
struct Done {
    /// So many tasks were taken back.
    taken: Option<u32>,
}

async fn show(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(centre): Path<String>,
    Turning(turn): Turning,
    (Query(query), Query(done)): (Query<ListQuery>, Query<Done>),
) -> Result<Response, AppError> {
    let centre = id(&centre)?;
    let now = turn.at;
    let found = find(&state, &who, (centre, &query), turn).await?;
    page(&here_page(frame, (query, done), centre, (found, now)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_as_people_say_them() {
        let texts = kazi_texts::texts(kazi_texts::Language::En);
        let told = [45, 89, 90, 240, 5_400, 7_320]
            .map(|seconds| took(texts, Span::seconds(seconds)).replace(['\u{2068}', '\u{2069}'], ""));
        assert_eq!(told, ["45 s", "89 s", "2 min", "4 min", "1 h 30 min", "2 h 2 min"]);
    }
}
