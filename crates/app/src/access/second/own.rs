//! One's own second factor: set up, confirmed, moved to another app, turned off.

use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::policy::Actor;
use kazi_domain::{Id, Moment, Span, kind};

use super::code::{Given, RecoveryCodes, Shared};
use super::{DROP_BEGUN, DROP_RECOVERY, SecondError, Tried, forget, is_on, left, take, tell};
use crate::access::password::Proven;
use crate::access::secret::TokenHash;
use crate::access::session;
use crate::journal::{self, Entry};
use crate::mail::{SecondFactorNews, Site};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// How things stand: since when, whether the organisation asks for it, whether there is a password at all.
    STANDING = "select f.since, o.second_factor, cast(case when p.password_hash is null or p.email is null then 0 else 1 end as bigint) \
                from person p join organisation o on o.id = p.organisation left join second_factor f on f.person = p.id \
                where p.id = $1";
    /// A secret that is shown.
    BEGIN = "insert into second_factor_begun (person, secret, session, until_at) values ($1, $2, $3, $4) \
             on conflict (person) do update set secret = excluded.secret, session = excluded.session, until_at = excluded.until_at";
    /// What was shown to a session, if it still counts.
    BEGUN = "select b.secret, p.email from second_factor_begun b join person p on p.id = b.person \
             where b.person = $1 and b.session = $2 and b.until_at > $3";
    /// The app is confirmed.
    SET = "insert into second_factor (person, secret, since, step) values ($1, $2, $3, $4) \
           on conflict (person) do update set secret = excluded.secret, since = excluded.since, step = excluded.step";
    /// A recovery code.
    ADD_RECOVERY = "insert into recovery_code (hash, person) values ($1, $2)";
    /// What a session was kept from is open to it now.
    UNBIND = "update session set bound = 0 where person = $1 and bound = 1";
    /// What was shown long ago.
    SWEEP = "delete from second_factor_begun where until_at < $1 /*scans: holds only what is being set up*/";
}

/// So long may somebody look for an app.
const COUNTS: Span = Span::minutes(15);

/// How it stands with somebody's second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Since when it is on.
    pub since: Option<Moment>,
    /// How many recovery codes are left.
    pub recovery_left: i64,
    /// Whether the organisation asks for it.
    pub demanded: bool,
}

/// How it stands with one's own second factor; nothing for who signs in with a PIN alone.
///
/// # Errors
/// The database's.
pub fn standing(read: &mut Read<'_>, actor: &Actor) -> Result<Option<Standing>, DbError> {
    let person = actor.person;
    let found = read.query_opt(&STANDING, params![person.param()], |row| {
        Ok((row.moment_opt(0)?, row.get::<bool>(1)?, row.get::<bool>(2)?))
    })?;
    let Some((since, demanded, true)) = found else { return Ok(None) };
    Ok(Some(Standing { since, recovery_left: left(read, person)?, demanded }))
}

/// Makes a secret for another app. Takes the password, and a code of the present app when there is one.
///
/// # Errors
/// See [`SecondError`].
pub fn begin_setting_up(
    tx: &mut Tx<'_>,
    proven: &Proven,
    code: Option<(&Tried, &str)>,
    session: TokenHash,
    turn: &Turn,
) -> Result<(), SecondError> {
    let person = proven.spend(tx)?;
    if is_on(tx, person)? {
        let (tried, code) = code.ok_or(SecondError::WrongCode)?;
        take(tx, tried, code, turn.at)?;
    }
    tx.execute(&SWEEP, params![turn.at.param()])?;
    let (secret, until) = (Shared::fresh(), turn.at + COUNTS);
    tx.execute(&BEGIN, params![person.param(), secret.bytes(), session.param(), until.param()])?;
    Ok(())
}

/// What to show to the session that has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// For a QR code.
    pub address: String,
    /// To type into an app that cannot look.
    pub text: String,
}

fn shown_to(
    read: &mut Read<'_>,
    person: Id<kind::Person>,
    session: TokenHash,
    now: Moment,
) -> Result<Option<(Shared, String)>, DbError> {
    read.query_opt(&BEGUN, params![person.param(), session.param(), now.param()], |row| {
        Ok((Shared::stored(row.get(0)?), row.get::<Option<String>>(1)?.unwrap_or_default()))
    })
}

/// What this session has begun to set up, if it still counts. `issuer` is what the app calls this Kazi.
///
/// # Errors
/// The database's.
pub fn begun(
    read: &mut Read<'_>,
    actor: &Actor,
    (session, issuer): (TokenHash, &str),
    now: Moment,
) -> Result<Option<Begun>, DbError> {
    let Some((secret, email)) = shown_to(read, actor.person, session, now)? else { return Ok(None) };
    let address = secret.address(issuer, &email).map_err(|error| DbError::Other(error.to_string()))?;
    Ok(Some(Begun { address, text: secret.text() }))
}

/// Takes the first code of the new app: from now on it counts, the sessions elsewhere end, and there are new recovery
/// codes. A letter says so.
///
/// # Errors
/// See [`SecondError`].
pub fn confirm(
    tx: &mut Tx<'_>,
    (tried, code): (&Tried, &str),
    session: TokenHash,
    (site, turn): (&Site, &Turn),
) -> Result<RecoveryCodes, SecondError> {
    let person = tried.person;
    let (secret, _) = shown_to(tx, person, session, turn.at)?.ok_or(SecondError::Over)?;
    let Given::Digits(digits) = Given::read(code) else { return Err(SecondError::WrongCode) };
    let step = secret.step_of(&digits, turn.at).ok_or(SecondError::WrongCode)?;
    tried.attempt.forgive(tx)?;
    tx.execute(&SET, params![person.param(), secret.bytes(), turn.at.param(), step])?;
    tx.execute(&DROP_BEGUN, params![person.param()])?;
    tx.execute(&UNBIND, params![person.param()])?;
    session::end_others_of(tx, person, Some(session))?;
    let codes = make_codes(tx, person)?;
    tell(tx, person, SecondFactorNews::On, (site, turn))?;
    journal::note(tx, turn, &Entry::about("second_factor.on", person).by(person))?;
    Ok(codes)
}

fn make_codes(tx: &mut Tx<'_>, person: Id<kind::Person>) -> Result<RecoveryCodes, DbError> {
    tx.execute(&DROP_RECOVERY, params![person.param()])?;
    let codes = RecoveryCodes::fresh();
    for hash in codes.hashes() {
        tx.execute(&ADD_RECOVERY, params![hash.param(), person.param()])?;
    }
    Ok(codes)
}

/// Makes new recovery codes, for a code; the ones before are over.
///
/// # Errors
/// See [`SecondError`].
pub fn renew(
    tx: &mut Tx<'_>,
    (tried, code): (&Tried, &str),
    turn: &Turn,
) -> Result<RecoveryCodes, SecondError> {
    take(tx, tried, code, turn.at)?;
    let codes = make_codes(tx, tried.person)?;
    journal::note(tx, turn, &Entry::about("second_factor.codes", tried.person).by(tried.person))?;
    Ok(codes)
}

/// Turns it off, for password and code, unless the organisation asks for it. A letter says so.
///
/// # Errors
/// See [`SecondError`].
pub fn turn_off(
    tx: &mut Tx<'_>,
    (proven, actor): (&Proven, &Actor),
    (tried, code): (&Tried, &str),
    (site, turn): (&Site, &Turn),
) -> Result<(), SecondError> {
    let person = proven.spend(tx)?;
    if standing(tx, actor)?.is_some_and(|standing| standing.demanded) {
        return Err(SecondError::Demanded);
    }
    take(tx, tried, code, turn.at)?;
    forget(tx, person)?;
    tell(tx, person, SecondFactorNews::Off, (site, turn))?;
    Ok(journal::note(tx, turn, &Entry::about("second_factor.off", person).by(person))?)
}
