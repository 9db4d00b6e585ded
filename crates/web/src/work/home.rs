//! A worker's home: one big next thing, today's money, what else there is.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kazi_app::overview::{self, COUNTED, Home, Queue, Whole};
use kazi_domain::{Moment, Money, Role};
use kazi_texts::Texts;

use super::batch::Today;
use super::notices;
use super::task::named;
use crate::door::page;
use crate::error::AppError;
use crate::extract::{Turning, WorkerAt};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static HOME: Route = Route::get("/work", Who::Worker);

pub(crate) fn add(routes: Routes) -> Routes {
    routes.add(&HOME, home)
}

/// One thing to do, in words.
struct Offer {
    title: String,
    project: String,
    says: Vec<String>,
    button: String,
    address: String,
    learn: bool,
    hour: Option<String>,
}

/// The pieces of something whole as a row of small tiles.
struct Progress {
    says: String,
    /// Where each tile begins, and whether it is full.
    tiles: Vec<(u32, bool)>,
    width: u32,
}

#[derive(Template)]
#[template(path = "work/home.html")]
struct HomePage {
    frame: Frame,
    greeting: String,
    next: Option<Offer>,
    others: Vec<Offer>,
    today: Vec<Today>,
    progress: Option<Progress>,
    /// How many answers were not accepted of late.
    not_accepted: i64,
    reviewer: bool,
}

async fn home(
    State(state): State<WebState>,
    WorkerAt(who): WorkerAt,
    (frame, Turning(turn)): (Frame, Turning),
) -> Result<Response, AppError> {
    if who.unread {
        return Ok(notices::first("/work"));
    }
    let (projects, now, offset) = (state.app.projects.clone(), turn.at, who.utc_offset_minutes);
    let found = state.app.db.read(move |read| {
        let can = overview::may_view_own(&who.actor).ok_or_else(AppError::not_there)?;
        Ok::<_, AppError>(overview::home(read, &projects, &can, offset, now)?)
    });
    let Home { queues, today, latest, not_accepted } = found.await?;
    let t = frame.texts;
    let mut offers = queues.iter().filter(|queue| queue.offers()).map(|queue| offer(queue, t));
    let (next, others) = (offers.next(), offers.collect());
    let today = today.iter().map(|purse| Today::new(purse.accepted, purse.held, purse.currency)).collect();
    let whole = latest.into_iter().find_map(|one| one.whole);
    let greeting = greeting(frame.shown_name(), (now, offset), t);
    let (progress, reviewer) = (whole.map(|whole| progress(&whole, t)), frame.is(Role::Reviewer));
    page(&HomePage { frame, greeting, next, others, today, progress, not_accepted, reviewer })
}

fn offer(queue: &Queue, t: &Texts) -> Offer {
    let told = |micros| Money::new(micros, queue.currency).to_string();
    let mut address = format!("/work/{}/{}", queue.project, queue.stage);
    let count = u32::try_from(queue.holds.saturating_add(queue.waiting)).unwrap_or(u32::MAX);
    let mut says =
        vec![if queue.waiting >= COUNTED { t.tasks_wait_many(count) } else { t.tasks_wait(count) }];
    says.push(t.each_task_pays(told(queue.pay)));
    let button = if queue.practise_first {
        says.insert(0, t.learn_first());
        address.push_str("/learn");
        t.learn()
    } else if queue.holds > 0 {
        t.continue_work()
    } else {
        t.start_work()
    };
    Offer {
        title: named(&queue.service, &queue.stage, t),
        project: queue.project_name.clone(),
        says,
        button,
        address,
        learn: queue.practise_first,
        hour: queue.pay_an_hour.map(|hour| t.hour_has_paid(told(hour))),
    }
}

/// More tiles than these do not help the eye: then the sentence alone stands there.
const MOST_TILES: i64 = 60;
/// How wide a tile is, with the gap after it.
const TILE: u32 = 20;

fn progress(whole: &Whole, t: &Texts) -> Progress {
    let Whole { key, pieces, finished } = whole;
    let shown = if *pieces <= MOST_TILES { *pieces } else { 0 };
    let tiles: Vec<(u32, bool)> = (0..shown)
        .zip((0..).step_by(20))
        .map(|(number, at): (i64, u32)| (at + 1, number < *finished))
        .collect();
    let width = u32::try_from(tiles.len()).unwrap_or(0).saturating_mul(TILE);
    let count = |number: i64| u32::try_from(number).unwrap_or(0);
    let says = match page_number(key) {
        Some(page) => t.page_progress(page, count(*finished), count(*pieces)),
        None => t.whole_progress(key, count(*finished), count(*pieces)),
    };
    Progress { says, tiles, width }
}

/// The number of a page that is called `p0020`.
fn page_number(key: &str) -> Option<u32> {
    key.strip_prefix('p').filter(|digits| digits.len() >= 4)?.parse().ok()
}

fn greeting(name: &str, (now, offset): (Moment, i32), t: &Texts) -> String {
    match hour_of_day(now, offset) {
        0..=11 => t.good_morning(name),
        12..=16 => t.good_afternoon(name),
        _ => t.good_evening(name),
    }
}

/// The hour on the clock of a place so many minutes ahead of UTC.
fn hour_of_day(now: Moment, offset_minutes: i32) -> i64 {
    let minutes = now.micros().div_euclid(60_000_000) + i64::from(offset_minutes);
    minutes.rem_euclid(24 * 60) / 60
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_that_of_the_place() {
        let seven_utc = Moment::from_micros(1_795_417_200_000_000);
        assert_eq!([0, 180, -480].map(|offset| hour_of_day(seven_utc, offset)), [7, 10, 23]);
    }

    #[test]
    fn a_whole_of_many_pieces_is_told_in_words_alone() {
        let t = kazi_texts::texts(kazi_texts::Language::En);
        let whole = |pieces| Whole { key: "p0020".to_owned(), pieces, finished: 1 };
        let few = progress(&whole(2), t);
        assert_eq!((few.tiles, few.width), (vec![(1, true), (21, false)], 40));
        assert!(few.says.contains("20") && !few.says.contains("p0020"), "{}", few.says);
        assert!(progress(&whole(61), t).tiles.is_empty());
        assert_eq!(["p0020", "shops.csv", "page"].map(page_number), [Some(20), None, None]);
    }
}
