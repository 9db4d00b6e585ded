//! Sending a message, and taking it back.

use kazi_db::{BulkInsert, DbError, Read, Tx, params};
use kazi_domain::policy::{Can, SendNotices};
use kazi_domain::{Id, Moment, Role, RoleSet, Span, kind};

use super::{LONGEST, NoticeError};
use crate::journal::{self, Entry};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// A message.
    KEEP = "insert into notice (id, centre, body, language, audience, project, sent_to, made_by, made_at, until_at) \
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    /// Who may work at a centre.
    PEOPLE = "select id, roles from person where centre = $1 and active = 1 order by id limit 1000";
    /// Those of them who hold a task of a project ($2), or have answered one since a moment ($3).
    ON_PROJECT = "select p.id, p.roles from person p where p.centre = $1 and p.active = 1 and (exists (select 1 from lease l \
                  where l.person = p.id and l.project = $2 and l.expired = 0) or exists (select 1 from answer a \
                  where a.person = p.id and a.given_at > $3 and a.project = $2)) order by p.id limit 1000";
    /// They have something to read.
    MARK = "update person set unread = 1 where id = $1 and unread = 0";
    /// A message of a centre.
    FIND = "select until_at, withdrawn_at from notice where id = $1 and centre = $2 /*for update*/";
    /// Nobody is shown it any more.
    WITHDRAW = "update notice set withdrawn_at = $2 where id = $1 and withdrawn_at is null";
}

static TO: BulkInsert = BulkInsert::new("notice_to", &["notice", "person"]);

/// Whoever answered this lately is on the project.
const LATELY: Span = Span::minutes(12 * 60);
/// A message counts at least so long…
const SHORTEST: Span = Span::minutes(60);
/// …and at most so long.
const LONGEST_TIME: Span = Span::minutes(30 * 24 * 60);

/// To whom a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// All who may work at the centre.
    Centre,
    /// Those who are on a project: they hold a task of it, or have answered one within twelve hours.
    Project(Id<kind::Project>),
    /// A team: these people.
    People(Vec<Id<kind::Person>>),
}

impl Audience {
    /// The word in the database and the API.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Centre => "centre",
            Self::Project(_) => "project",
            Self::People(_) => "people",
        }
    }
}

/// A message to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct New {
    /// What it says.
    pub body: String,
    /// The language it is written in, such as `sw`.
    pub language: String,
    /// To whom.
    pub audience: Audience,
    /// For how long it is shown to who has not read it.
    pub counts: Span,
}

/// What is said, without blanks around it and without control characters but line ends.
fn checked(body: &str) -> Result<String, NoticeError> {
    let clean: String = body.chars().filter(|c| !c.is_control() || *c == '\n').collect();
    let clean = clean.trim();
    match clean.chars().count() {
        0 => Err(NoticeError::Empty),
        length if length > LONGEST => Err(NoticeError::TooLong(length)),
        _ => Ok(clean.to_owned()),
    }
}

/// Sends a message; to how many people.
///
/// # Errors
/// See [`NoticeError`].
pub fn send(
    tx: &mut Tx<'_>,
    can: &Can<SendNotices>,
    new: &New,
    turn: &Turn,
) -> Result<(Id<kind::Notice>, usize), NoticeError> {
    let body = checked(&new.body)?;
    let plain = new.language.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !plain || !(2..=20).contains(&new.language.len()) {
        return Err(NoticeError::NoLanguage);
    }
    if !(SHORTEST..=LONGEST_TIME).contains(&new.counts) {
        return Err(NoticeError::BadTime);
    }
    let people = people(tx, can.subject(), &new.audience, turn.at)?;
    if people.is_empty() {
        return Err(NoticeError::Nobody);
    }
    let (id, by): (Id<kind::Notice>, _) = (turn.mint(), can.actor().person);
    let project = match new.audience {
        Audience::Project(project) => Some(project),
        Audience::Centre | Audience::People(_) => None,
    };
    let count = i64::try_from(people.len()).unwrap_or(i64::MAX);
    let until = turn.at + new.counts;
    tx.execute(
        &KEEP,
        params![
            id.param(),
            can.subject().param(),
            body.as_str(),
            new.language.as_str(),
            new.audience.word(),
            project.param(),
            count,
            by.param(),
            turn.at.param(),
            until.param()
        ],
    )?;
    tx.insert_many(&TO, people.iter().map(|person| [id.param(), person.param()]))?;
    for person in &people {
        tx.execute(&MARK, params![person.param()])?;
    }
    journal::note(tx, turn, &Entry::about("notice.sent", can.subject()).by(by).saying(body))?;
    Ok((id, people.len()))
}

/// Who gets a message: those of the centre who do tasks, in the order of their ids.
fn people(
    read: &mut Read<'_>,
    centre: Id<kind::Centre>,
    audience: &Audience,
    now: Moment,
) -> Result<Vec<Id<kind::Person>>, DbError> {
    let row = |row: &kazi_db::Row<'_>| Ok((row.id::<kind::Person>(0)?, RoleSet::from_words(row.get(1)?)));
    let mut found = match audience {
        Audience::Centre | Audience::People(_) => read.query_all(&PEOPLE, params![centre.param()], row)?,
        Audience::Project(project) => {
            let lately = now - LATELY;
            let values = params![centre.param(), project.param(), lately.param()];
            read.query_all(&ON_PROJECT, values, row)?
        }
    };
    found.retain(|(person, roles)| {
        let works = roles.has(Role::Worker) || roles.has(Role::Reviewer);
        works && !matches!(audience, Audience::People(chosen) if !chosen.contains(person))
    });
    Ok(found.into_iter().map(|(person, _)| person).collect())
}

/// Takes a message back: who has not read it is not shown it any more.
///
/// # Errors
/// See [`NoticeError`].
pub fn withdraw(
    tx: &mut Tx<'_>,
    can: &Can<SendNotices>,
    notice: Id<kind::Notice>,
    turn: &Turn,
) -> Result<(), NoticeError> {
    let found = tx.query_opt(&FIND, params![notice.param(), can.subject().param()], |row| {
        Ok((row.moment(0)?, row.moment_opt(1)?))
    })?;
    let (until, withdrawn) = found.ok_or(NoticeError::NotThere)?;
    if until <= turn.at || withdrawn.is_some() {
        return Err(NoticeError::Over);
    }
    tx.execute(&WITHDRAW, params![notice.param(), turn.at.param()])?;
    let entry = Entry::about("notice.withdrawn", can.subject()).by(can.actor().person);
    Ok(journal::note(tx, turn, &entry.saying(notice.to_string()))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn five_hundred_characters_are_enough_in_any_script() {
        assert_eq!(checked(" \n "), Err(NoticeError::Empty));
        assert_eq!(checked(&"پ".repeat(501)), Err(NoticeError::TooLong(501)));
        assert_eq!(checked(&"پ".repeat(500)).unwrap().chars().count(), 500);
        assert_eq!(checked(" Tea\nat four.\u{0} ").unwrap(), "Tea\nat four.");
    }

    proptest! {
        #[test]
        fn what_is_kept_is_short_and_holds_nothing_odd(body in ".{0,600}") {
            if let Ok(kept) = checked(&body) {
                prop_assert!((1..=LONGEST).contains(&kept.chars().count()));
                prop_assert!(kept.chars().all(|c| !c.is_control() || c == '\n'));
                prop_assert_eq!(checked(&kept), Ok(kept));
            }
        }
    }
}
