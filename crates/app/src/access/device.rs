//! The computers of a centre: enrolled with a code, known by a token, revoked by whoever leads the centre.

use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::policy::{Can, ManageCentre};
use kazi_domain::{Id, Moment, Role, RoleSet, Span, kind};

use super::limit::{self, Aim, Attempt, LimitError};
use super::secret::{Token, TokenHash};
use super::session;
use crate::journal::{self, Entry};
use crate::rows::{Columns, Param};
use crate::turn::{Turn, random};

kazi_db::statements! {
    /// A device that waits for its code.
    ADD = "insert into device (id, centre, name, token_hash, code_hash, code_until, made_at) \
           values ($1, $2, $3, null, $4, $5, $6)";
    /// The device that a code enrols.
    BY_CODE = "select d.id, d.centre, d.name, c.name from device d join centre c on c.id = d.centre \
               where d.code_hash = $1 and d.code_until > $2 and d.revoked_at is null";
    /// Takes the code in and gives the token.
    ENROL = "update device set token_hash = $2, code_hash = null, code_until = null, seen_at = $3 \
             where id = $1 and code_hash is not null";
    /// The device that holds a token.
    BY_TOKEN = "select d.id, d.centre, d.name, c.name from device d join centre c on c.id = d.centre \
                where d.token_hash = $1 and d.revoked_at is null";
    /// Whether it still counts.
    ENROLLED = "select 1 from device where id = $1 and token_hash is not null and revoked_at is null";
    /// When it was last used.
    SEEN = "update device set seen_at = $2 where id = $1";
    /// The devices of a centre.
    OF_CENTRE = "select id, name, cast(case when token_hash is null then 0 else 1 end as bigint), code_until, made_at, seen_at from device \
                 where centre = $1 and revoked_at is null order by name, id limit 500";
    /// Ends it.
    REVOKE = "update device set revoked_at = $3, token_hash = null, code_hash = null, code_until = null \
              where id = $1 and centre = $2 and revoked_at is null";
    /// Who may sign in on it.
    TILES = "select id, shown_name, picture, roles from person where centre = $1 and active = 1 \
             order by shown_name, id limit 1000";
}

/// How long a code counts.
const CODE_COUNTS: Span = Span::minutes(15);
/// Letters and digits that nobody mistakes for one another: no I, L, O, 0, 1.
const LETTERS: &[u8; 31] = b"ABCDEFGHJKMNPQRSTUVWXYZ23456789";
/// How many of them a code has.
const CODE_LENGTH: usize = 8;

/// A code to type in on the computer that is to be enrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The device that it enrols.
    pub device: Id<kind::Device>,
    /// Eight letters, in two groups: `KTX4-9MPW`.
    pub text: String,
    /// Until when it counts.
    pub until: Moment,
}

/// A computer of a centre.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub id: Id<kind::Device>,
    /// Its centre.
    pub centre: Id<kind::Centre>,
    /// What the centre calls it.
    pub name: String,
    /// The centre's name.
    pub centre_name: String,
}

/// Why a code could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// No name.
    #[error("give the computer a name, such as the number on its desk")]
    NoName,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Why a computer could not be enrolled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnrolError {
    /// Unknown, used or too old; which one is not told.
    #[error("this code does not count (any more): ask your team leader for a new one")]
    WrongCode,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Makes a code for one more computer of the centre.
///
/// # Errors
/// See [`CodeError`].
pub fn make_code(
    tx: &mut Tx<'_>,
    can: &Can<ManageCentre>,
    name: &str,
    turn: &Turn,
) -> Result<Code, CodeError> {
    let name = crate::network::name(name).ok_or(CodeError::NoName)?;
    let (device, until) = (turn.mint(), turn.at + CODE_COUNTS);
    let letters = fresh_letters();
    let hash = TokenHash::of(&letters);
    tx.execute(
        &ADD,
        params![device.param(), can.subject().param(), name, hash.param(), until.param(), turn.at.param()],
    )?;
    journal::note(tx, turn, &Entry::about("device.code", device).by(can.actor().person))?;
    let (first, second) = letters.split_at_checked(CODE_LENGTH / 2).unwrap_or((&letters, ""));
    Ok(Code { device, text: format!("{first}-{second}"), until })
}

fn fresh_letters() -> String {
    let mut letters = String::with_capacity(CODE_LENGTH);
    while letters.len() < CODE_LENGTH {
        // Bytes past the last whole multiple of 31 are thrown away, so that each letter is equally likely.
        let fitting = random::<16>().into_iter().filter(|byte| *byte < 248);
        letters.extend(
            fitting
                .filter_map(|byte| LETTERS.get(usize::from(byte) % LETTERS.len()))
                .copied()
                .map(char::from),
        );
    }
    letters.chars().take(CODE_LENGTH).collect()
}

/// A code as people type it: small letters, blanks and dashes do not matter.
fn normal_code(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).take(64).collect()
}

/// Counts a try to enrol from this address of the network. Commit it before [`enrol`].
///
/// # Errors
/// See [`LimitError`].
pub fn begin_enrol(tx: &mut Tx<'_>, address: &str, now: Moment) -> Result<Attempt, LimitError> {
    limit::attempt(
        tx,
        vec![Aim::Address(format!("{address} enrolling")), Aim::Address(address.to_owned())],
        now,
    )
}

/// Takes a code in and gives the computer its token, for a cookie that lasts.
///
/// # Errors
/// See [`EnrolError`].
pub fn enrol(
    tx: &mut Tx<'_>,
    attempt: &Attempt,
    code: &str,
    turn: &Turn,
) -> Result<(Device, Token), EnrolError> {
    let hash = TokenHash::of(&normal_code(code));
    let found = tx.query_opt(&BY_CODE, params![hash.param(), turn.at.param()], device_row)?;
    let device = found.ok_or(EnrolError::WrongCode)?;
    let token = Token::fresh("");
    if tx.execute(&ENROL, params![device.id.param(), token.hash().param(), turn.at.param()])? == 0 {
        return Err(EnrolError::WrongCode);
    }
    attempt.forgive(tx)?;
    journal::note(tx, turn, &Entry::about("device.enrolled", device.id))?;
    Ok((device, token))
}

fn device_row(row: &kazi_db::Row<'_>) -> Result<Device, DbError> {
    Ok(Device { id: row.id(0)?, centre: row.id(1)?, name: row.get(2)?, centre_name: row.get(3)? })
}

/// The computer that holds this token, if it is enrolled.
///
/// # Errors
/// The database's.
pub fn by_token(read: &mut Read<'_>, token: TokenHash) -> Result<Option<Device>, DbError> {
    read.query_opt(&BY_TOKEN, params![token.param()], device_row)
}

pub(super) fn is_enrolled(read: &mut Read<'_>, device: Id<kind::Device>) -> Result<bool, DbError> {
    Ok(read.query_opt(&ENROLLED, params![device.param()], |_| Ok(()))?.is_some())
}

pub(super) fn seen(tx: &mut Tx<'_>, device: Id<kind::Device>, now: Moment) -> Result<(), DbError> {
    tx.execute(&SEEN, params![device.param(), now.param()])?;
    Ok(())
}

/// One person on the sign-in screen: nothing but what the room can see anyway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// Who.
    pub person: Id<kind::Person>,
    /// The name.
    pub shown_name: String,
    /// The picture.
    pub picture: String,
}

/// The people who may sign in on a computer: those who work at its centre, by name.
///
/// # Errors
/// The database's.
pub fn tiles(read: &mut Read<'_>, device: &Device) -> Result<Vec<Tile>, DbError> {
    let all = read.query_all(&TILES, params![device.centre.param()], |row| {
        let roles = RoleSet::from_words(row.get(3)?);
        let tile = Tile { person: row.id(0)?, shown_name: row.get(1)?, picture: row.get(2)? };
        Ok((roles, tile))
    })?;
    let works = |roles: &RoleSet| roles.has(Role::Worker) || roles.has(Role::Reviewer);
    Ok(all.into_iter().filter(|(roles, _)| works(roles)).map(|(_, tile)| tile).collect())
}

/// A computer as whoever leads the centre sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: Id<kind::Device>,
    /// What the centre calls it.
    pub name: String,
    /// Whether its code was taken in.
    pub enrolled: bool,
    /// Until when its code counts, while it is not enrolled.
    pub code_until: Option<Moment>,
    /// When the code was made.
    pub made_at: Moment,
    /// When somebody last signed in on it.
    pub seen_at: Option<Moment>,
}

/// The computers of a centre, by name.
///
/// # Errors
/// The database's.
pub fn list(read: &mut Read<'_>, can: &Can<ManageCentre>) -> Result<Vec<Listed>, DbError> {
    read.query_all(&OF_CENTRE, params![can.subject().param()], |row| {
        Ok(Listed {
            id: row.id(0)?,
            name: row.get(1)?,
            enrolled: row.get(2)?,
            code_until: row.moment_opt(3)?,
            made_at: row.moment(4)?,
            seen_at: row.moment_opt(5)?,
        })
    })
}

/// Revokes a computer of the centre and ends its sessions; whether there was such a one.
///
/// # Errors
/// The database's.
pub fn revoke(
    tx: &mut Tx<'_>,
    can: &Can<ManageCentre>,
    device: Id<kind::Device>,
    turn: &Turn,
) -> Result<bool, DbError> {
    let changed = tx.execute(&REVOKE, params![device.param(), can.subject().param(), turn.at.param()])?;
    if changed > 0 {
        session::end_all_on(tx, device)?;
        journal::note(tx, turn, &Entry::about("device.revoked", device).by(can.actor().person))?;
    }
    Ok(changed > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_hold_only_letters_that_nobody_mistakes() {
        for _ in 0..200 {
            let letters = fresh_letters();
            assert_eq!(letters.len(), CODE_LENGTH);
            assert!(letters.bytes().all(|byte| LETTERS.contains(&byte)), "{letters}");
        }
        assert_eq!(normal_code(" ktx4-9mpw\n"), "KTX49MPW");
    }
}
