//! Sessions: made at sign-in, looked up at every request, ended by time, by sign-out or by revoking.

use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::policy::Actor;
use kazi_domain::{Id, Moment, Role, RoleSet, Span, kind};

use super::second;
use super::secret::{Token, TokenHash};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// Who a token stands for, if it still stands for anybody. The hottest read there is.
    WHO = "select p.id, p.organisation, p.centre, p.roles, p.shown_name, p.picture, p.language, s.device, s.seen_at, \
           coalesce(c.utc_offset_minutes, 0), s.bound, p.unread, p.time_zone \
           from session s join person p on p.id = s.person \
           left join centre c on c.id = p.centre left join device d on d.id = s.device \
           where s.token_hash = $1 and s.until_at > $2 and p.active = 1 and d.revoked_at is null \
           and (s.device is null or d.centre = p.centre)";
    /// Opens a session.
    OPEN = "insert into session (token_hash, person, device, made_at, seen_at, until_at, agent, bound) \
            values ($1, $2, $3, $4, $4, $5, $6, $7)";
    /// Whether somebody must set up a second factor first.
    MUST = "select 1 from person p join organisation o on o.id = p.organisation \
            left join second_factor f on f.person = p.id where p.id = $1 and o.second_factor = 1 and f.person is null";
    /// When a session began and where.
    LIFE = "select made_at, device from session where token_hash = $1 and until_at > $2";
    /// Lets a session run on.
    KEEP = "update session set seen_at = $2, until_at = $3 where token_hash = $1 and seen_at < $2";
    /// Ends one session.
    END = "delete from session where token_hash = $1";
    /// Ends one session of a person.
    END_OWN = "delete from session where token_hash = $1 and person = $2";
    /// Ends all sessions of a person but one.
    END_OTHERS = "delete from session where person = $1 and token_hash <> $2";
    /// Ends all sessions of a person.
    END_PERSONS = "delete from session where person = $1";
    /// Ends the sessions of a person on shared computers.
    END_SHARED = "delete from session where person = $1 and device is not null";
    /// Ends all sessions on a device.
    END_DEVICES = "delete from session where device = $1";
    /// The sessions of a person, the latest first.
    OWN = "select s.token_hash, s.made_at, s.seen_at, s.until_at, s.agent, d.name from session s \
           left join device d on d.id = s.device where s.person = $1 and s.until_at > $2 \
           order by s.seen_at desc, s.token_hash limit 100";
    /// Deletes what is over.
    SWEEP = "delete from session where until_at < $1";
}

/// How long a session lives without a request, and how long in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// It ends when nothing was asked for this long.
    pub idle: Span,
    /// It ends this long after sign-in whatever is asked.
    pub absolute: Span,
}

/// People who sign in with a password, on computers of their own.
pub const OWN_COMPUTER: Lifetime =
    Lifetime { idle: Span::minutes(12 * 60), absolute: Span::minutes(7 * 24 * 60) };
/// Workers on a shared computer: one long shift, and no idle end within it, so that answers kept in the
/// browser through a power cut still find their session. The screen locks long before.
pub const SHARED_COMPUTER: Lifetime =
    Lifetime { idle: Span::minutes(12 * 60), absolute: Span::minutes(16 * 60) };
/// A session is noted as seen no more often than this: requests must not cost a write each.
const SEEN_EVERY: Span = Span::minutes(5);
/// Of what a browser says of itself, this much is kept.
const AGENT_BYTES: usize = 200;

const fn lifetime(on_device: bool) -> Lifetime {
    if on_device { SHARED_COMPUTER } else { OWN_COMPUTER }
}

/// Somebody who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// What the policy asks for.
    pub actor: Actor,
    /// The name on the screen.
    pub shown_name: String,
    /// The picture on the tile: a word that the pages know, or empty.
    pub picture: String,
    /// The language of the pages.
    pub language: String,
    /// The centre's computer, when signed in on one.
    pub device: Option<Id<kind::Device>>,
    /// Minutes ahead of UTC where the person works.
    pub utc_offset_minutes: i32,
    /// The time zone that the person chose for their own pages, such as `Africa/Nairobi`; empty for the clock above.
    pub time_zone: String,
    /// The session is long unseen: call [`keep`] with it.
    pub keep: bool,
    /// The session may do nothing but set up a second factor, because the organisation asks for one: it has no roles.
    pub bound: bool,
    /// Somebody who leads the centre has written to them: see [`notice`](crate::notice).
    pub unread: bool,
}

/// A session that was just made; the token goes into the cookie and is kept nowhere else.
#[derive(Debug)]
pub struct NewSession {
    /// Whose.
    pub person: Id<kind::Person>,
    /// For the cookie.
    pub token: Token,
    /// When it ends whatever happens: the cookie's age.
    pub ends: Moment,
}

/// Who holds this token now, if anybody.
///
/// On a shared computer only the roles of the work itself count: what a PIN of six digits opens is never a
/// centre, a project or the network.
///
/// # Errors
/// The database's.
pub fn who(read: &mut Read<'_>, token: TokenHash, now: Moment) -> Result<Option<SignedIn>, DbError> {
    read.query_opt(&WHO, params![token.param(), now.param()], |row| {
        let device: Option<Id<kind::Device>> = row.id_opt(7)?;
        let roles = RoleSet::from_words(row.get(3)?);
        let roles = if device.is_some() { roles_of_the_work(roles) } else { roles };
        let bound: bool = row.get(10)?;
        let roles = if bound { RoleSet::default() } else { roles };
        Ok(SignedIn {
            actor: Actor {
                person: row.id(0)?,
                organisation: row.id(1)?,
                centre: row.id_opt(2)?,
                roles,
                scopes: None,
            },
            shown_name: row.get(4)?,
            picture: row.get(5)?,
            language: row.get(6)?,
            device,
            utc_offset_minutes: row.get(9)?,
            keep: now.since(row.moment(8)?) >= SEEN_EVERY,
            bound,
            unread: row.get::<i64>(11)? != 0,
            time_zone: row.get(12)?,
        })
    })
}

fn roles_of_the_work(roles: RoleSet) -> RoleSet {
    roles.iter().filter(|role| matches!(role, Role::Worker | Role::Reviewer)).collect()
}

pub(crate) fn open(
    tx: &mut Tx<'_>,
    person: Id<kind::Person>,
    device: Option<Id<kind::Device>>,
    agent: &str,
    turn: &Turn,
) -> Result<NewSession, DbError> {
    let token = Token::fresh("");
    let life = lifetime(device.is_some());
    let until = turn.at + life.idle.min(life.absolute);
    // A PIN counts on an enrolled computer alone: that is a second factor already.
    let bound = device.is_none() && tx.query_opt(&MUST, params![person.param()], |_| Ok(()))?.is_some();
    tx.execute(
        &OPEN,
        params![
            token.hash().param(),
            person.param(),
            device.param(),
            turn.at.param(),
            until.param(),
            shortened(agent),
            i64::from(bound)
        ],
    )?;
    Ok(NewSession { person, token, ends: turn.at + life.absolute })
}

pub(super) fn shortened(agent: &str) -> String {
    let mut text: String = agent.chars().filter(|c| !c.is_control()).collect();
    while text.len() > AGENT_BYTES {
        text.pop();
    }
    text
}

/// Lets a session run on, never past its absolute end. Does nothing for one that is over.
///
/// # Errors
/// The database's.
pub fn keep(tx: &mut Tx<'_>, token: TokenHash, now: Moment) -> Result<(), DbError> {
    let found = tx.query_opt(&LIFE, params![token.param(), now.param()], |row| {
        Ok((row.moment(0)?, row.id_opt::<kind::Device>(1)?))
    })?;
    if let Some((made, device)) = found {
        let life = lifetime(device.is_some());
        let until = (now + life.idle).min(made + life.absolute);
        tx.execute(&KEEP, params![token.param(), now.param(), until.param()])?;
    }
    Ok(())
}

/// Ends the session that this token stands for.
///
/// # Errors
/// The database's.
pub fn sign_out(tx: &mut Tx<'_>, token: TokenHash) -> Result<(), DbError> {
    tx.execute(&END, params![token.param()])?;
    Ok(())
}

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSession {
    /// Names it when it is to be revoked.
    pub hash: TokenHash,
    /// When it began.
    pub made_at: Moment,
    /// When it was last used, to within five minutes.
    pub seen_at: Moment,
    /// When it ends unless it is used.
    pub until: Moment,
    /// What the browser said of itself.
    pub agent: String,
    /// The name of the centre's computer, when it is on one.
    pub device: Option<String>,
}

/// The sessions of the one who asks, the latest first.
///
/// # Errors
/// The database's.
pub fn list(read: &mut Read<'_>, actor: &Actor, now: Moment) -> Result<Vec<OwnSession>, DbError> {
    read.query_all(&OWN, params![actor.person.param(), now.param()], |row| {
        Ok(OwnSession {
            hash: TokenHash::from_bytes(row.get(0)?),
            made_at: row.moment(1)?,
            seen_at: row.moment(2)?,
            until: row.moment(3)?,
            agent: row.get(4)?,
            device: row.get(5)?,
        })
    })
}

/// Ends one of one's own sessions; whether there was such a one.
///
/// # Errors
/// The database's.
pub fn revoke(tx: &mut Tx<'_>, actor: &Actor, session: TokenHash) -> Result<bool, DbError> {
    Ok(tx.execute(&END_OWN, params![session.param(), actor.person.param()])? > 0)
}

pub(crate) fn end_all_of(tx: &mut Tx<'_>, person: Id<kind::Person>) -> Result<(), DbError> {
    tx.execute(&END_PERSONS, params![person.param()])?;
    second::forget_halves(tx, person)
}

/// Ends what a PIN opened.
pub(super) fn end_all_on_devices(tx: &mut Tx<'_>, person: Id<kind::Person>) -> Result<(), DbError> {
    tx.execute(&END_SHARED, params![person.param()])?;
    Ok(())
}

pub(super) fn end_others_of(
    tx: &mut Tx<'_>,
    person: Id<kind::Person>,
    kept: Option<TokenHash>,
) -> Result<(), DbError> {
    match kept {
        Some(kept) => tx.execute(&END_OTHERS, params![person.param(), kept.param()])?,
        None => tx.execute(&END_PERSONS, params![person.param()])?,
    };
    second::forget_halves(tx, person)
}

pub(super) fn end_all_on(tx: &mut Tx<'_>, device: Id<kind::Device>) -> Result<(), DbError> {
    tx.execute(&END_DEVICES, params![device.param()])?;
    Ok(())
}

/// Deletes sessions that are over; how many those were.
///
/// # Errors
/// The database's.
pub fn sweep(tx: &mut Tx<'_>, now: Moment) -> Result<u64, DbError> {
    tx.execute(&SWEEP, params![now.param()])
}
