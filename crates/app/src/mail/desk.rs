//! The letters as the operator sees them.

use kazi_db::{DbError, Read, Row, Tx, params};
use kazi_domain::policy::{Actor, Can, Facts, ManageMail, permit};
use kazi_domain::{Id, MailState, Moment, kind};

use super::letters;
use crate::journal::{self, Entry};
use crate::listing::{Ask, Cursor, Page};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

macro_rules! letters {
    ($from:literal $order:literal) => {
        concat!(
            "select m.id, m.kind, m.address, m.subject, m.body, m.state, m.problem, m.made_at, m.sent_at from mail m ",
            $from,
            "and ($2 = '' or m.state = $2) and (lower(m.address) like $3 escape '\\' \
             or lower(m.subject) like $3 escape '\\') ",
            $order
        )
    };
}

kazi_db::statements! {
    /// Letters, the newest first.
    NEWEST = letters!("where m.id < $1 " "order by m.id desc limit $4");
    /// The same, the oldest first.
    OLDEST = letters!("where m.id > $1 " "order by m.id limit $4");
    /// One of them.
    GET = "select id, kind, address, subject, body, state, problem, made_at, sent_at from mail where id = $1";
    /// The state of a letter, and whether its link is there if it has one, held.
    STATE = "select state, cast(case when secret_until is null or secret is not null then 1 else 0 end as bigint), secret_until \
             from mail where id = $1 /*for update*/";
    /// To be sent after all.
    AGAIN = "update mail set state = $2, problem = null where id = $1";
}

/// Which letters to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// The oldest first.
    pub oldest_first: bool,
    /// Only those that stand so.
    pub state: Option<MailState>,
}

/// A letter as the operator sees it: without what it opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailView {
    /// Its id.
    pub id: Id<kind::Mail>,
    /// What it is for, such as `invitation`.
    pub kind: String,
    /// To whom.
    pub address: String,
    /// Its subject.
    pub subject: String,
    /// Its text; where its link stood are three dots.
    pub body: String,
    /// Where it stands.
    pub state: MailState,
    /// Why it was not sent.
    pub problem: Option<String>,
    /// When it was written.
    pub made_at: Moment,
    /// When it was sent.
    pub sent_at: Option<Moment>,
}

/// Why a letter is not sent again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// There is none.
    #[error("there is no such letter")]
    NotThere,
    /// It waits, or was sent.
    #[error("only a letter that could not be sent can be sent again")]
    NotFailed,
    /// Its link is over.
    #[error("the link in this letter does not count any more: have a new letter sent")]
    LinkOver,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// The proof that somebody may see the letters.
pub fn may_manage(actor: &Actor) -> Option<Can<ManageMail>> {
    let facts = Facts { organisation: Some(actor.organisation), ..Facts::default() };
    permit(actor, actor.organisation, facts)
}

fn view(row: &Row<'_>) -> Result<MailView, DbError> {
    Ok(MailView {
        id: row.id(0)?,
        kind: row.get(1)?,
        address: row.get(2)?,
        subject: row.get(3)?,
        body: super::without_link(row.get(4)?),
        state: row.word(5)?,
        problem: row.get(6)?,
        made_at: row.moment(7)?,
        sent_at: row.moment_opt(8)?,
    })
}

/// Letters by age, searched by address and subject.
///
/// # Errors
/// The database's.
pub fn list(
    read: &mut Read<'_>,
    _can: &Can<ManageMail>,
    filter: &Filter,
    ask: &Ask,
) -> Result<Page<MailView>, DbError> {
    let (statement, from) =
        if filter.oldest_first { (&OLDEST, ask.after_text().1) } else { (&NEWEST, ask.before_id()) };
    let state = filter.state.map_or("", MailState::word);
    let rows = read.query_all(statement, params![from, state, ask.pattern(), ask.limit()], view)?;
    Ok(ask.page(rows, |row| Cursor::at("", row.id)))
}

/// One letter.
///
/// # Errors
/// The database's.
pub fn get(
    read: &mut Read<'_>,
    _can: &Can<ManageMail>,
    id: Id<kind::Mail>,
) -> Result<Option<MailView>, DbError> {
    read.query_opt(&GET, params![id.param()], view)
}

/// Tries a letter again that was given up.
///
/// # Errors
/// See [`MailError`].
pub fn retry(
    tx: &mut Tx<'_>,
    can: &Can<ManageMail>,
    id: Id<kind::Mail>,
    turn: &Turn,
) -> Result<(), MailError> {
    let found = tx.query_opt(&STATE, params![id.param()], |row| {
        Ok((row.word::<MailState>(0)?, row.get::<bool>(1)?, row.moment_opt(2)?))
    })?;
    let (state, has_link, until) = found.ok_or(MailError::NotThere)?;
    if state != MailState::Failed {
        return Err(MailError::NotFailed);
    }
    if !has_link || until.is_some_and(|until| until < turn.at) {
        return Err(MailError::LinkOver);
    }
    tx.execute(&AGAIN, params![id.param(), MailState::Waiting.word()])?;
    letters::enqueue(tx, id, turn)?;
    Ok(journal::note(tx, turn, &Entry::about("mail.again", id).by(can.actor().person))?)
}
