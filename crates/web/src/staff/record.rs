//! The record of what happened and who looked at whose data: the operator's whole, a client's lead's own part.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kazi_app::Turn;
use kazi_app::access::SignedIn;
use kazi_app::journal::{self, Entry, Shown, Wish, may_view};
use kazi_app::listing::Ask;
use kazi_domain::{Id, Moment, Role, kind};
use serde::Deserialize;

use super::nav::Here;
use super::parts::escaped;
use super::words::{Clock, named, zone};
use crate::door::page;
use crate::error::AppError;
use crate::extract::StaffMember;
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static LIST: Route = Route::get("/audit", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&LIST, list)
}

/// What can be chosen as what was done.
const KINDS: &[&str] = &[
    "person.made",
    "person.edited",
    "person.profile",
    "person.put_out",
    "person.let_in",
    "person.invited",
    "person.seen",
    "person.data",
    "people.listed",
    "centre.watched",
    "people.imported",
    "tasks.taken_back",
    "notice.sent",
    "notice.withdrawn",
    "invitation.again",
    "invitation.revoked",
    "invitation.taken",
    "password.set",
    "password.changed",
    "password.forgotten",
    "password.recovered",
    "second_factor.on",
    "second_factor.off",
    "second_factor.codes",
    "second_factor.recovered",
    "second_factor.reset",
    "second_factor.demanded",
    "pin.set",
    "device.code",
    "device.enrolled",
    "device.revoked",
    "key.made",
    "key.revoked",
    "mail.again",
    "mail.seen",
    "record.read",
    "enquiry.made",
    "enquiry.seen",
    "enquiry.invited",
    "enquiry.declined",
    "enquiries.listed",
    "organisation.made",
    "organisation.renamed",
    "centre.made",
    "centre.edited",
    "project.made",
    "project.edited",
    "project.assigned",
    "project.moved",
    "project.delivered",
    "project.failed",
    "answerers.seen",
    "source.added",
    "source.removed",
    "gold.added",
    "gold.retired",
    "certificate.vouched",
    "question.asked",
    "question.answered",
    "question.corrected",
    "question.settled",
    "question.reopened",
    "hook.made",
    "hook.edited",
    "hook.held",
    "hook.resumed",
    "hook.rotated",
    "hook.removed",
    "hook.again",
    "hook.off",
    "deletion.set",
    "deletion.undone",
    "deletion.default",
    "deletion.done",
];

/// Notes that somebody looked at data about people, before they see it.
pub(crate) async fn seen(state: &WebState, who: &SignedIn, entry: Entry) -> Result<(), AppError> {
    let entry = entry.by(who.actor.person);
    Ok(state.app.db.write(move |tx| journal::note(tx, &Turn::now(), &entry)).await?)
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    search: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    after: Option<String>,
}

#[derive(Debug)]
struct Row {
    at: String,
    by: String,
    what: String,
    name: String,
    address: Option<String>,
    body: String,
    chained: bool,
}

#[derive(Debug, Template)]
#[template(path = "staff/record.html")]
struct RecordPage {
    frame: Frame,
    here: Here,
    asked: Asked,
    kinds: Vec<(&'static str, String)>,
    problem: Option<String>,
    rows: Vec<Row>,
    next: Option<String>,
}

/// The sixteen bytes of an id of any kind that the record knows.
fn any_id(text: &str) -> Option<[u8; 16]> {
    macro_rules! first {
        ($($kind:ident),+) => { None$(.or_else(|| text.parse::<Id<kind::$kind>>().ok().map(|id| *id.as_bytes())))+ };
    }
    first!(
        Person,
        Project,
        Organisation,
        Centre,
        Device,
        ApiKey,
        Source,
        Task,
        Invitation,
        Mail,
        Delivery,
        Thread,
        Hook
    )
}

/// When a day begins where the reader is; what is no day is told.
fn begins(day: Date, zone: &TimeZone) -> Result<Moment, ()> {
    let at = day.to_zoned(zone.clone()).map_err(drop)?;
    Ok(Moment::from_micros(at.timestamp().as_microsecond()))
}

/// A day as it was typed.
fn day(text: &str) -> Result<Option<Date>, ()> {
    if text.trim().is_empty() { Ok(None) } else { text.trim().parse().map(Some).map_err(drop) }
}

fn wish(asked: &Asked, zone: &TimeZone) -> Result<Wish, ()> {
    // A day is not always 24 hours long, so the last one ends where the next begins.
    let next = day(&asked.to)?.map(Date::tomorrow).transpose().map_err(drop)?;
    Ok(Wish {
        kind: asked.kind.clone(),
        from: day(&asked.from)?.map(|day| begins(day, zone)).transpose()?,
        before: next.map(|day| begins(day, zone)).transpose()?,
        object: any_id(asked.search.trim()),
    })
}

fn row(frame: &Frame, who: &SignedIn, shown: &Shown) -> Row {
    let (texts, clock, operator) = (frame.texts, Clock::of(frame), frame.is(Role::Operator));
    let id = shown.subject.filter(|_| !shown.object.is_empty());
    let id = id.map(|bytes| format!("{}_{:032x}", shown.object, u128::from_be_bytes(bytes)));
    let place = match shown.object.as_str() {
        "person" if operator => Some("people"),
        "project" => Some("projects"),
        "org" if operator => Some("organisations"),
        "centre" if operator => Some("centres"),
        _ => None,
    };
    // Of people elsewhere a client is told no names.
    let own = operator || shown.by_organisation == Some(who.actor.organisation);
    let by = shown.by.as_ref().map(|(id, name)| match name {
        _ if !own => frame.operator.clone(),
        Some(name) => name.clone(),
        None => id.to_string(),
    });
    Row {
        at: clock.moment(shown.at),
        by: by.unwrap_or_else(|| texts.record_nobody()),
        what: named(texts, "event", &shown.kind.replace('.', "-")),
        address: place.zip(id.as_ref()).map(|(place, id)| format!("/{place}/{id}")),
        name: shown.name.clone().or(id).unwrap_or_default(),
        body: shown.body.clone(),
        chained: shown.chained,
    }
}

fn next_address(asked: &Asked, after: &str) -> String {
    let Asked { search, kind, from, to, .. } = asked;
    let [search, kind, from, to, after] = [search, kind, from, to, after].map(escaped);
    format!("/audit?search={search}&kind={kind}&from={from}&to={to}&after={after}")
}

async fn list(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Result<Response, AppError> {
    let can = may_view(&who.actor).ok_or_else(AppError::not_there)?;
    let after = asked.after.as_deref().map(str::parse).transpose().map_err(|_| AppError::not_there())?;
    let texts = frame.texts;
    let wish = wish(&asked, &zone(Some(&who)));
    let problem = wish.is_err().then(|| texts.record_bad_day());
    let wish = wish.unwrap_or_default();
    let search = if wish.object.is_some() { String::new() } else { asked.search.clone() };
    let ask = Ask { search, after, rows: 0 };
    let found = state.app.db.read(move |read| journal::list(read, &can, &wish, &ask)).await?;
    seen(&state, &who, Entry::about("record.read", who.actor.organisation)).await?;
    let kinds = KINDS.iter().map(|one| (*one, named(texts, "event", &one.replace('.', "-"))));
    page(&RecordPage {
        here: Here::Record,
        kinds: kinds.collect(),
        problem,
        rows: found.rows.iter().map(|shown| row(&frame, &who, shown)).collect(),
        next: found.next.map(|next| next_address(&asked, &next.to_string())),
        asked,
        frame,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_where_the_reader_is() {
        let days = |from: &str, to: &str, zone: &TimeZone| {
            let asked = Asked { from: from.to_owned(), to: to.to_owned(), ..Asked::default() };
            wish(&asked, zone).map(|wish| (wish.from, wish.before))
        };
        let hours = |hours: i64| Some(Moment::from_micros(hours * 3_600_000_000));
        let nairobi = TimeZone::fixed(jiff::tz::Offset::constant(3));
        assert_eq!(days(" ", "", &nairobi), Ok((None, None)));
        assert_eq!(days("1970-01-02", " 1970-01-02", &nairobi), Ok((hours(21), hours(45))));
        assert_eq!(days("yesterday", "", &TimeZone::UTC), Err(()));
        // In Paris the day on which winter begins has 25 hours.
        let paris = kazi_app::network::profile::zone("Europe/Paris").unwrap();
        let (from, before) = days("2026-10-25", "2026-10-25", &paris).unwrap();
        assert_eq!(before.unwrap().since(from.unwrap()), kazi_domain::Span::minutes(25 * 60));
    }

    #[test]
    fn ids_of_every_kind_are_known_and_names_are_none() {
        let person: Id<kind::Person> = Id::from_bytes([7; 16]);
        assert_eq!(any_id(&person.to_string()), Some([7; 16]));
        assert_eq!(any_id("Amina"), None);
    }
}
