//! All that Kazi holds about one person, as files of a ZIP archive, for that person to take away.
//!
//! It is read page by page while it is sent: no file of it is ever kept. Of other people it holds nothing: rows of the
//! record say whether oneself or somebody else did it, not who, and what one did to others stands there without them. The
//! content of the work is not in it either, for it is the client's; when it was done, how it was judged and what it paid is.

use std::io;

use bytes::Bytes;
use futures_util::Stream;
use jiff::Timestamp;
use kazi_db::{Db, DbError, Read, Row, Sql, Tx, Value, params};
use kazi_domain::policy::{Actor, Can, Facts, TakeOwnData, permit};
use kazi_domain::{Id, Moment, Role, kind};
use kazi_formats::zip_out::{Keep, ZipOut, ZipOutError};
use serde_json::{Value as Json, json};

use super::NotForYou;
use super::people;
use crate::journal::{self, Entry};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// Who somebody is.
    PROFILE = "select p.id, p.shown_name, p.email, p.language, p.picture, p.roles, p.active, p.made_at, p.time_zone, p.letters, \
               o.name, c.name, f.since, cast(case when p.pin_hash is null then 0 else 1 end as bigint), \
               cast(case when p.password_hash is null then 0 else 1 end as bigint) from person p \
               join organisation o on o.id = p.organisation left join centre c on c.id = p.centre \
               left join second_factor f on f.person = p.id where p.id = $1";
    /// Where somebody is signed in.
    SESSIONS = "select s.made_at, s.seen_at, s.until_at, s.agent, d.name from session s left join device d on d.id = s.device \
                where s.person = $1 order by s.made_at limit 10000";
    /// The keys that somebody made.
    KEYS = "select name, scopes, made_at, used_at, revoked_at from api_key where person = $1 order by made_at limit 10000";
    /// What somebody has learnt.
    CERTIFICATES = "select service, stage, issued_at from certificate where person = $1 order by issued_at limit 10000";
    /// How somebody practised.
    PRACTICE = "select service, stage, number, correct, tries, last_at from practice where person = $1 \
                order by service, stage, number limit 10000";
    /// What somebody has done at the stages of projects, in sum.
    TALLIES = "select t.project, pr.name, t.stage, t.answers, t.millis, t.pay, pr.currency, t.units, t.errors, t.gold_units, \
               t.gold_errors from tally t join project pr on pr.id = t.project where t.person = $1 order by t.project, t.stage limit 10000";
    /// Instructions that somebody has read.
    READ = "select project, version, read_at from instructions_read where person = $1 order by project limit 10000";
    /// Answers that were not accepted.
    NOT_ACCEPTED = "select answer, project, stage, reason, note, rejected_at, contested_at, plea, put_right, decision, decided_at \
                    from rejection where person = $1 order by rejected_at, answer limit 10000";
    /// What somebody said of tasks.
    REMARKS = "select project, kind, reason, said_at from remark where person = $1 order by said_at, id limit 10000";
    /// What each day came to.
    DAYS = "select day, currency, held, accepted from purse where person = $1 order by day, currency limit 100000";
    /// Answers, from one on.
    ANSWERS = "select a.given_at, a.id, a.project, a.stage, a.millis, a.pay, pr.currency, a.state, a.day, a.late, a.gold, a.units, \
               a.errors, a.instructions from answer a join project pr on pr.id = a.project \
               where a.person = $1 and (a.given_at, a.id) > ($2, $3) order by a.given_at, a.id limit $4";
    /// Lines of the ledger, from one on.
    LEDGER = "select posted_at, posting, line, kind, account, currency, amount, project, answer from ledger where owner = $1 \
              and (posted_at, posting) > ($2, $3) order by posted_at, posting, line limit $4";
    /// Letters to somebody.
    LETTERS = "select m.made_at, m.id, m.kind, m.address, m.subject, m.body, m.state, m.sent_at from mail m where m.person = $1 \
               and (m.made_at, m.id) > ($2, $3) order by m.made_at, m.id limit $4";
    /// Rows of the record about somebody.
    ABOUT = "select at, id, person, kind, body from event where subject = $1 and (at, id) > ($2, $3) order by at, id limit $4";
    /// Rows of the record of what somebody did.
    DONE = "select at, id, kind, object, subject, body from event where person = $1 and (at, id) > ($2, $3) order by at, id limit $4";
}

/// So many rows are in one file of a long list.
const ROWS: i64 = 5_000;

/// The proof that somebody may take away what is held about a person: that person, if they sign in with a password; the
/// operator; and whoever leads a centre, for those who work there.
///
/// # Errors
/// [`NotForYou::NotThere`] when there is no such person or it is not for this one.
pub fn may_take(
    read: &mut Read<'_>,
    actor: &Actor,
    person: Id<kind::Person>,
) -> Result<Can<TakeOwnData>, NotForYou> {
    let (organisation, centre, roles) = people::place(read, person)?.ok_or(NotForYou::NotThere)?;
    let centres: Vec<_> = centre.into_iter().collect();
    let facts = Facts { organisation: Some(organisation), centres: &centres, person: Some(person) };
    let can = permit(actor, person, facts).ok_or(NotForYou::NotThere)?;
    let works = roles.iter().all(|role| matches!(role, Role::Worker | Role::Reviewer));
    let reached = person == actor.person || works || actor.roles.has(Role::Operator);
    reached.then_some(can).ok_or(NotForYou::NotThere)
}

/// Notes in the record that the data of a person were taken, and by whom. Comes before the first byte.
///
/// # Errors
/// The database's.
pub fn note(tx: &mut Tx<'_>, can: &Can<TakeOwnData>, turn: &Turn) -> Result<(), DbError> {
    journal::note(tx, turn, &Entry::about("person.data", can.subject()).by(can.actor().person))
}

type Told = fn(&Row<'_>, Id<kind::Person>) -> Result<Json, DbError>;

/// A list that is short for anybody.
struct Short(&'static str, &'static Sql, Told);

/// A list that may be long: its rows begin with a moment and an id, by which it is read on.
struct Long(&'static str, &'static Sql, Told);

fn moment(at: Moment) -> Json {
    let told = Timestamp::from_microsecond(at.micros());
    told.map_or(Json::Null, |at| Json::from(at.to_string()))
}

fn at(row: &Row<'_>, column: usize) -> Result<Json, DbError> {
    Ok(row.moment_opt(column)?.map_or(Json::Null, moment))
}

fn text(row: &Row<'_>, column: usize) -> Result<Json, DbError> {
    Ok(row.get::<Option<String>>(column)?.map_or(Json::Null, Json::from))
}

fn number(row: &Row<'_>, column: usize) -> Result<Json, DbError> {
    Ok(row.get::<Option<i64>>(column)?.map_or(Json::Null, Json::from))
}

fn project(row: &Row<'_>, column: usize) -> Result<Json, DbError> {
    Ok(row.id_opt::<kind::Project>(column)?.map_or(Json::Null, |id| Json::from(id.to_string())))
}

fn answer(row: &Row<'_>, column: usize) -> Result<Json, DbError> {
    Ok(row.id_opt::<kind::Answer>(column)?.map_or(Json::Null, |id| Json::from(id.to_string())))
}

/// A day of the own centre's clock, counted from 1 January 1970.
fn day(row: &Row<'_>, column: usize) -> Result<Json, DbError> {
    let hours = row.get::<i64>(column)?.checked_mul(24);
    let day = hours.and_then(|hours| Timestamp::from_second(hours.checked_mul(3_600)?).ok());
    Ok(day.map_or(Json::Null, |day| Json::from(day.strftime("%Y-%m-%d").to_string())))
}

static SHORT: [Short; 10] = [
    Short("profile", &PROFILE, |row, _| {
        Ok(json!({
            "id": row.id::<kind::Person>(0)?.to_string(), "name": text(row, 1)?, "email": text(row, 2)?,
            "language": text(row, 3)?, "picture": text(row, 4)?, "roles": text(row, 5)?, "may_sign_in": row.get::<bool>(6)?,
            "known_since": at(row, 7)?, "time_zone": text(row, 8)?, "letters": text(row, 9)?, "organisation": text(row, 10)?,
            "centre": text(row, 11)?, "second_factor_since": at(row, 12)?, "has_pin": row.get::<bool>(13)?,
            "has_password": row.get::<bool>(14)?,
        }))
    }),
    Short("sessions", &SESSIONS, |row, _| {
        Ok(
            json!({"since": at(row, 0)?, "seen": at(row, 1)?, "until": at(row, 2)?, "browser": text(row, 3)?, "computer": text(row, 4)?}),
        )
    }),
    Short("keys", &KEYS, |row, _| {
        Ok(
            json!({"name": text(row, 0)?, "scopes": text(row, 1)?, "made": at(row, 2)?, "used": at(row, 3)?, "revoked": at(row, 4)?}),
        )
    }),
    Short("learnt", &CERTIFICATES, |row, _| {
        Ok(json!({"service": text(row, 0)?, "stage": text(row, 1)?, "at": at(row, 2)?}))
    }),
    Short("practice", &PRACTICE, |row, _| {
        Ok(json!({
            "service": text(row, 0)?, "stage": text(row, 1)?, "number": number(row, 2)?, "correct": number(row, 3)?,
            "tries": number(row, 4)?, "last": at(row, 5)?,
        }))
    }),
    Short("work", &TALLIES, |row, _| {
        Ok(json!({
            "project": project(row, 0)?, "name": text(row, 1)?, "stage": text(row, 2)?, "answers": number(row, 3)?,
            "milliseconds": number(row, 4)?, "pay_millionths": number(row, 5)?, "currency": text(row, 6)?,
            "judged_units": number(row, 7)?, "wrong_units": number(row, 8)?, "known_units": number(row, 9)?,
            "wrong_known_units": number(row, 10)?,
        }))
    }),
    Short("instructions-read", &READ, |row, _| {
        Ok(json!({"project": project(row, 0)?, "version": number(row, 1)?, "at": at(row, 2)?}))
    }),
    Short("not-accepted", &NOT_ACCEPTED, |row, _| {
        Ok(json!({
            "answer": answer(row, 0)?, "project": project(row, 1)?, "stage": text(row, 2)?, "reason": text(row, 3)?,
            "note": text(row, 4)?, "at": at(row, 5)?, "second_look_asked": at(row, 6)?, "plea": text(row, 7)?,
            "put_right": number(row, 8)?, "decision": text(row, 9)?, "decided": at(row, 10)?,
        }))
    }),
    Short("remarks", &REMARKS, |row, _| {
        Ok(
            json!({"project": project(row, 0)?, "kind": text(row, 1)?, "reason": text(row, 2)?, "at": at(row, 3)?}),
        )
    }),
    Short("days", &DAYS, |row, _| {
        Ok(json!({
            "day": day(row, 0)?, "currency": text(row, 1)?, "held_millionths": number(row, 2)?,
            "accepted_millionths": number(row, 3)?,
        }))
    }),
];

static LONG: [Long; 5] = [
    Long("answers", &ANSWERS, |row, _| {
        Ok(json!({
            "at": at(row, 0)?, "id": answer(row, 1)?, "project": project(row, 2)?, "stage": text(row, 3)?,
            "milliseconds": number(row, 4)?, "pay_millionths": number(row, 5)?, "currency": text(row, 6)?,
            "state": text(row, 7)?, "day": day(row, 8)?, "late": row.get::<bool>(9)?, "known_truth": row.get::<bool>(10)?,
            "judged_units": number(row, 11)?, "wrong_units": number(row, 12)?, "instructions": number(row, 13)?,
        }))
    }),
    Long("pay", &LEDGER, |row, _| {
        Ok(json!({
            "at": at(row, 0)?, "posting": row.id::<kind::Posting>(1)?.to_string(), "line": number(row, 2)?,
            "kind": text(row, 3)?, "account": text(row, 4)?, "currency": text(row, 5)?, "amount_millionths": number(row, 6)?,
            "project": project(row, 7)?, "answer": answer(row, 8)?,
        }))
    }),
    Long("letters", &LETTERS, |row, _| {
        Ok(json!({
            "at": at(row, 0)?, "kind": text(row, 2)?, "address": text(row, 3)?, "subject": text(row, 4)?,
            "text": crate::mail::without_link(row.get(5)?), "state": text(row, 6)?, "sent": at(row, 7)?,
        }))
    }),
    Long("record-about-me", &ABOUT, |row, person| {
        let by = match row.id_opt::<kind::Person>(2)? {
            Some(by) if by == person => "myself",
            Some(_) => "somebody else",
            None => "Kazi",
        };
        // What stands beside a row may name whoever did it.
        let body = if by == "myself" { text(row, 4)? } else { Json::Null };
        Ok(json!({"at": at(row, 0)?, "what": text(row, 3)?, "by": by, "said": body}))
    }),
    Long("record-by-me", &DONE, |row, person| {
        let (object, subject) = (row.get::<String>(3)?, row.get::<Option<[u8; 16]>>(4)?);
        let mine = subject.is_some_and(|subject| subject == *person.as_bytes());
        let people = ["person", "invitation"].contains(&object.as_str()) && !mine;
        let named =
            subject.filter(|_| !people).map(|bytes| format!("{object}_{:032x}", u128::from_be_bytes(bytes)));
        let body = if people { Json::Null } else { text(row, 5)? };
        Ok(json!({"at": at(row, 0)?, "what": text(row, 2)?, "object": object, "id": named, "said": body}))
    }),
];

const README: &str = "What this Kazi holds about you, as JSON. Amounts are millionths of the currency beside them; moments are UTC.

profile            who you are here
sessions, keys     where you are signed in, and the keys that you made for programs (not what opens with them)
learnt, practice   what you have learnt
work, days         what you have done at each stage of each project, and what each day came to
answers-…          every answer: when, how long, how it was judged, what it pays
not-accepted       answers that were not accepted, and second looks
remarks            what you said of tasks
pay-…              every line of the ledger that is yours
letters-…          letters to you
record-about-me-…  what was done to your account, and when it was looked at
record-by-me-…     what you did

Not in it: the content of tasks and answers, which belongs to the client; passwords, PINs and codes, of which only hashes are
kept; and anything about other people.
";

/// What can go wrong on the way.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The archive.
    #[error(transparent)]
    Zip(#[from] ZipOutError),
    /// JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// Where the reading stands.
enum Place {
    Readme,
    Short(usize),
    /// A long list, the number of its file, and the last row that was read.
    Long(usize, u32, (i64, [u8; 16])),
    End,
    Over,
}

struct Taking {
    db: Db,
    person: Id<kind::Person>,
    zip: ZipOut,
    place: Place,
}

/// The archive, piece by piece. Whatever fails on the way ends it early, so that no half archive looks like a whole one.
pub fn stream(db: &Db, can: &Can<TakeOwnData>) -> impl Stream<Item = Result<Bytes, io::Error>> + use<> {
    let taking =
        Taking { db: db.clone(), person: can.subject(), zip: ZipOut::default(), place: Place::Readme };
    futures_util::stream::try_unfold(taking, |mut taking| async move {
        let piece = taking.next().await.map_err(io::Error::other)?;
        Ok(piece.map(|piece| (Bytes::from(piece), taking)))
    })
}

impl Taking {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, TakeError> {
        match std::mem::replace(&mut self.place, Place::Over) {
            Place::Readme => {
                self.place = Place::Short(0);
                Ok(Some(self.zip.entry("README.txt", README.as_bytes(), Keep::Deflated)?))
            }
            Place::Short(number) => match SHORT.get(number) {
                None => {
                    self.place = Place::Long(0, 1, (i64::MIN, [0; 16]));
                    Ok(Some(Vec::new()))
                }
                Some(list) => {
                    self.place = Place::Short(number + 1);
                    self.short(list).await.map(Some)
                }
            },
            Place::Long(number, file, after) => match LONG.get(number) {
                None => {
                    self.place = Place::End;
                    Ok(Some(Vec::new()))
                }
                Some(list) => self.long(list, (number, file, after)).await.map(Some),
            },
            Place::End => Ok(Some(std::mem::take(&mut self.zip).finish()?)),
            Place::Over => Ok(None),
        }
    }

    async fn short(&mut self, Short(name, statement, told): &'static Short) -> Result<Vec<u8>, TakeError> {
        let person = self.person;
        let rows: Vec<Json> = self
            .db
            .read(move |read| read.query_all(statement, params![person.param()], |row| told(row, person)))
            .await?;
        let content = serde_json::to_vec_pretty(&rows)?;
        Ok(self.zip.entry(&format!("{name}.json"), &content, Keep::Deflated)?)
    }

    /// One file of a long list. The rows of one moment and id stay together, for a posting has several lines.
    async fn long(
        &mut self,
        Long(name, statement, told): &'static Long,
        (number, file, after): (usize, u32, (i64, [u8; 16])),
    ) -> Result<Vec<u8>, TakeError> {
        let person = self.person;
        let rows: Vec<((i64, [u8; 16]), Json)> = self
            .db
            .read(move |read| {
                let values = params![person.param(), after.0, Value::from(after.1.as_slice()), ROWS];
                read.query_all(statement, values, |row| Ok(((row.get(0)?, row.get(1)?), told(row, person)?)))
            })
            .await?;
        let full = i64::try_from(rows.len()).is_ok_and(|count| count == ROWS);
        let last = rows.last().map(|(key, _)| *key);
        // The last key of a full page may go on in the next one, so it is read again there as a whole.
        let whole = |key: &(i64, [u8; 16])| !full || Some(*key) != last;
        let kept: Vec<&Json> = rows.iter().filter(|(key, _)| whole(key)).map(|(_, row)| row).collect();
        let until = rows.iter().map(|(key, _)| *key).rfind(whole);
        self.place = match until.filter(|_| full) {
            Some(until) => Place::Long(number, file + 1, until),
            None => Place::Long(number + 1, 1, (i64::MIN, [0; 16])),
        };
        let content = serde_json::to_vec_pretty(&kept)?;
        Ok(self.zip.entry(&format!("{name}-{file:04}.json"), &content, Keep::Deflated)?)
    }
}
