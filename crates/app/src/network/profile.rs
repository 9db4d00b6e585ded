//! What people say of themselves: the name on screens, the language, the clock they live by, the letters they want.

use jiff::tz::TimeZone;
use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::WantedNews;
use kazi_domain::policy::Actor;

use super::people::PersonError;
use crate::journal::{self, Entry};
use crate::mail::news;
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// What somebody says.
    GET = "select shown_name, language, picture, time_zone, letters from person where id = $1";
    /// Says something else.
    SET = "update person set shown_name = $2, language = $3, picture = $4, time_zone = $5, letters = $6 where id = $1";
}

/// What somebody says of themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The name on screens.
    pub shown_name: String,
    /// The language of pages and letters, such as `sw`.
    pub language: String,
    /// The picture on the tile: a word that the pages know, or empty.
    pub picture: String,
    /// The name of a time zone, such as `Africa/Nairobi`; empty for the clock of the own centre, or UTC.
    pub time_zone: String,
    /// Which news of projects come by letter. What is about the safety of the account always does.
    pub letters: WantedNews,
}

/// Why it was not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// No time zone is called so.
    #[error("there is no time zone `{0}`: write it like Africa/Nairobi")]
    NoZone(String),
    /// Name or language.
    #[error(transparent)]
    Person(#[from] PersonError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// The parts of the world that the names of time zones begin with; other names are older ones for the same clocks.
const PARTS: [&str; 9] = [
    "Africa/",
    "America/",
    "Antarctica/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
];

/// The time zones that somebody may choose from, by name.
pub fn zones() -> Vec<String> {
    let named = |name: &str| PARTS.iter().any(|part| name.starts_with(part)) || name == "UTC";
    let mut all: Vec<String> =
        jiff::tz::db().available().map(|name| name.as_str().to_owned()).filter(|name| named(name)).collect();
    all.sort();
    all
}

/// The clock of this name; none when there is no such one.
pub fn zone(name: &str) -> Option<TimeZone> {
    // The database of jiff also knows files by their paths below it, such as `posix/…`.
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte));
    if plain && !name.is_empty() { jiff::tz::db().get(name).ok() } else { None }
}

/// What one says of oneself.
///
/// # Errors
/// The database's.
pub fn get(read: &mut Read<'_>, actor: &Actor) -> Result<Profile, DbError> {
    read.query_one(&GET, params![actor.person.param()], |row| {
        Ok(Profile {
            shown_name: row.get(0)?,
            language: row.get(1)?,
            picture: row.get(2)?,
            time_zone: row.get(3)?,
            letters: row.word(4)?,
        })
    })
}

/// Says something else of oneself.
///
/// # Errors
/// See [`ProfileError`].
pub fn change(tx: &mut Tx<'_>, actor: &Actor, new: &Profile, turn: &Turn) -> Result<(), ProfileError> {
    let shown_name = super::people::checked_own(&new.shown_name, &new.language)?;
    if !new.time_zone.is_empty() && zone(&new.time_zone).is_none() {
        return Err(ProfileError::NoZone(new.time_zone.clone()));
    }
    let before = get(tx, actor)?;
    tx.execute(
        &SET,
        params![
            actor.person.param(),
            shown_name,
            new.language.as_str(),
            new.picture.as_str(),
            new.time_zone.as_str(),
            new.letters.word()
        ],
    )?;
    if before.letters != new.letters {
        news::wanted_otherwise(tx, actor.person, new.letters, turn.at)?;
    }
    if before == *new {
        return Ok(());
    }
    Ok(journal::note(tx, turn, &Entry::about("person.profile", actor.person).by(actor.person))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_known_by_their_names_on_every_machine() {
        let all = zones();
        assert!(all.len() > 300, "{}", all.len());
        for name in ["Africa/Nairobi", "Asia/Karachi", "Asia/Kolkata", "Europe/Paris", "UTC"] {
            assert!(all.iter().any(|one| one == name), "{name}");
        }
        assert!(all.iter().all(|name| zone(name).is_some()));
        for wrong in ["", "Nairobi Time", "../../etc/passwd", "Mars/Olympus", "Africa/Nairobi\0"] {
            assert!(zone(wrong).is_none(), "{wrong}");
        }
    }
}
