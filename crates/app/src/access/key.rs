//! API keys: a program acts for the person who made the key, within the key's scopes.

use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::policy::{Actor, Can, ManageKeys};
use kazi_domain::{Id, Moment, RoleSet, ScopeSet, Span, kind};

use super::secret::{Token, TokenHash};
use crate::journal::{self, Entry};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// A new key.
    ADD = "insert into api_key (id, person, name, token_hash, scopes, made_at) values ($1, $2, $3, $4, $5, $6)";
    /// How many a person has.
    COUNT = "select count(*) from api_key where person = $1 and revoked_at is null";
    /// The keys of a person, the latest first.
    OWN = "select id, name, scopes, made_at, used_at from api_key where person = $1 and revoked_at is null \
           order by made_at desc, id limit 200";
    /// Ends a key.
    REVOKE = "update api_key set revoked_at = $3 where id = $1 and person = $2 and revoked_at is null";
    /// Who a key acts for.
    WHO = "select k.id, k.scopes, k.used_at, p.id, p.organisation, p.centre, p.roles, p.language, \
           coalesce(c.utc_offset_minutes, 0) from api_key k join person p on p.id = k.person \
           left join centre c on c.id = p.centre \
           where k.token_hash = $1 and k.revoked_at is null and p.active = 1";
    /// When a key was last used.
    USED = "update api_key set used_at = $2 where id = $1";
}

/// What every key begins with, so that people and scanners know one when they see it.
pub const PREFIX: &str = "kazi_";
/// Nobody needs more keys at once.
const MOST: i64 = 100;
/// A key is noted as used no more often than this.
const USED_EVERY: Span = Span::minutes(5);

/// Why a key was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No name.
    #[error("give the key a name that says which program uses it")]
    NoName,
    /// No scope.
    #[error("choose at least one thing that the key may be used for")]
    NoScope,
    /// A key would give more than it has.
    #[error("a key can give another key only what it may be used for itself")]
    Beyond,
    /// There are enough.
    #[error("you have 100 keys: revoke those that no program uses any more")]
    TooMany,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// A key that was just made; the token is shown once.
#[derive(Debug)]
pub struct NewKey {
    /// Its id.
    pub id: Id<kind::ApiKey>,
    /// What the program sends.
    pub token: Token,
}

/// A key as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnKey {
    /// Its id.
    pub id: Id<kind::ApiKey>,
    /// Its name.
    pub name: String,
    /// What it may be used for.
    pub scopes: ScopeSet,
    /// When it was made.
    pub made_at: Moment,
    /// When it was last used, to within five minutes.
    pub used_at: Option<Moment>,
}

/// A program that asks with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHolder {
    /// The key.
    pub key: Id<kind::ApiKey>,
    /// Whom it acts for, within its scopes.
    pub actor: Actor,
    /// The owner's language.
    pub language: String,
    /// Minutes ahead of UTC where the owner works.
    pub utc_offset_minutes: i32,
    /// The key is long unused: call [`used`] with it.
    pub keep: bool,
}

/// Makes a key for the one who asks.
///
/// # Errors
/// See [`KeyError`].
pub fn make(
    tx: &mut Tx<'_>,
    can: &Can<ManageKeys>,
    name: &str,
    scopes: ScopeSet,
    turn: &Turn,
) -> Result<NewKey, KeyError> {
    let name = crate::network::name(name).ok_or(KeyError::NoName)?;
    if scopes == ScopeSet::default() {
        return Err(KeyError::NoScope);
    }
    // A program with a key never comes to more by making itself another one.
    if can.actor().scopes.is_some_and(|own| scopes.iter().any(|scope| !own.has(scope))) {
        return Err(KeyError::Beyond);
    }
    if tx.query_one(&COUNT, params![can.subject().param()], |row| row.get::<i64>(0))? >= MOST {
        return Err(KeyError::TooMany);
    }
    let (id, token) = (turn.mint(), Token::fresh(PREFIX));
    let words = scopes.to_words();
    tx.execute(
        &ADD,
        params![
            id.param(),
            can.subject().param(),
            name,
            token.hash().param(),
            words.as_str(),
            turn.at.param()
        ],
    )?;
    journal::note(tx, turn, &Entry::about("key.made", id).by(can.actor().person))?;
    Ok(NewKey { id, token })
}

/// The keys of the one who asks, the latest first.
///
/// # Errors
/// The database's.
pub fn list(read: &mut Read<'_>, can: &Can<ManageKeys>) -> Result<Vec<OwnKey>, DbError> {
    read.query_all(&OWN, params![can.subject().param()], |row| {
        Ok(OwnKey {
            id: row.id(0)?,
            name: row.get(1)?,
            scopes: ScopeSet::from_words(row.get(2)?),
            made_at: row.moment(3)?,
            used_at: row.moment_opt(4)?,
        })
    })
}

/// Ends a key at once; whether there was such a one.
///
/// # Errors
/// The database's.
pub fn revoke(
    tx: &mut Tx<'_>,
    can: &Can<ManageKeys>,
    key: Id<kind::ApiKey>,
    turn: &Turn,
) -> Result<bool, DbError> {
    let ended = tx.execute(&REVOKE, params![key.param(), can.subject().param(), turn.at.param()])? > 0;
    if ended {
        journal::note(tx, turn, &Entry::about("key.revoked", key).by(can.actor().person))?;
    }
    Ok(ended)
}

/// Whom the key with this token acts for, if it still does.
///
/// # Errors
/// The database's.
pub fn who(read: &mut Read<'_>, token: TokenHash, now: Moment) -> Result<Option<KeyHolder>, DbError> {
    read.query_opt(&WHO, params![token.param()], |row| {
        let used_at = row.moment_opt(2)?;
        Ok(KeyHolder {
            key: row.id(0)?,
            actor: Actor {
                person: row.id(3)?,
                organisation: row.id(4)?,
                centre: row.id_opt(5)?,
                roles: RoleSet::from_words(row.get(6)?),
                scopes: Some(ScopeSet::from_words(row.get(1)?)),
            },
            language: row.get(7)?,
            utc_offset_minutes: row.get(8)?,
            keep: used_at.is_none_or(|used_at| now.since(used_at) >= USED_EVERY),
        })
    })
}

/// Notes that a key was used.
///
/// # Errors
/// The database's.
pub fn used(tx: &mut Tx<'_>, key: Id<kind::ApiKey>, now: Moment) -> Result<(), DbError> {
    tx.execute(&USED, params![key.param(), now.param()])?;
    Ok(())
}
