//! News of projects by letter: at once, once a day, or not at all, as each reader wants it.
//!
//! A piece of news is a row, written in the transaction of its cause, that says when it is due for one reader. Whatever is
//! due becomes one letter.

use jiff::Timestamp;
use jiff::civil::time;
use jiff::tz::TimeZone;
use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::{Id, Moment, Role, RoleSet, WantedNews, kind};

use super::letters::{self, Letter, Site};
use crate::network::profile;
use crate::rows::{Columns, Param};
use crate::turn::Turn;

macro_rules! readers {
    ($of:literal) => {
        concat!(
            "select p.id, p.roles, p.letters, p.time_zone, coalesce(c.utc_offset_minutes, 0) from person p \
             left join centre c on c.id = p.centre where p.active = 1 and p.email is not null and p.organisation ",
            $of
        )
    };
}

kazi_db::statements! {
    /// Who signs in for the client of a project.
    OF_CLIENT = readers!("= (select organisation from project where id = $1)");
    /// Who runs this Kazi.
    OF_OPERATOR = readers!("in (select id from organisation where kind = 'operator')");
    /// A piece of news for one reader.
    ADD = "insert into news (id, person, project, kind, made_at, due_at) values ($1, $2, $3, $4, $5, $6)";
    /// Somebody wants none.
    DROP = "delete from news where person = $1";
    /// Somebody wants each at once.
    HURRY = "update news set due_at = $2 where person = $1 and due_at > $2";
    /// For whom something is due.
    DUE = "select distinct person from news where due_at <= $1 order by person limit 100";
    /// What is due for somebody, the oldest first.
    OF_READER = "select n.id, n.kind, n.project, pr.name from news n join project pr on pr.id = n.project \
                 where n.person = $1 and n.due_at <= $2 order by n.id limit 200";
    /// Takes one; only one node can.
    TAKE = "delete from news where id = $1";
    /// Where a reader's letter goes.
    ADDRESS = "select email, language, shown_name from person where id = $1 and active = 1 and email is not null";
}

/// What can be news of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// It is delivered: for the client.
    Delivered,
    /// The client accepted it: for the operator.
    Accepted,
    /// The client sent some of it back: for the operator.
    SentBack,
    /// Its delivery could not be made: for the operator.
    Failed,
}

impl News {
    const ALL: [Self; 4] = [Self::Delivered, Self::Accepted, Self::SentBack, Self::Failed];

    const fn word(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Accepted => "accepted",
            Self::SentBack => "sent_back",
            Self::Failed => "failed",
        }
    }

    const fn reader(self) -> Role {
        match self {
            Self::Delivered => Role::Client,
            Self::Accepted | Self::SentBack | Self::Failed => Role::Operator,
        }
    }
}

/// When a piece of news is due for who wants a letter a day: at seven in the morning of their clock.
fn morning(after: Moment, zone: &TimeZone) -> Moment {
    let now =
        Timestamp::from_microsecond(after.micros()).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone.clone());
    let seven = |date: jiff::civil::Date| date.to_datetime(time(7, 0, 0, 0)).to_zoned(zone.clone()).ok();
    let today = seven(now.date()).filter(|seven| *seven > now);
    let next = today.or_else(|| seven(now.date().tomorrow().ok()?));
    next.map_or(after, |next| Moment::from_micros(next.timestamp().as_microsecond()))
}

/// The clock of a reader: their own, else that of their centre.
fn clock(name: &str, offset_minutes: i32) -> TimeZone {
    let of_centre = || {
        let offset = jiff::tz::Offset::from_seconds(offset_minutes.saturating_mul(60)).ok()?;
        Some(TimeZone::fixed(offset))
    };
    profile::zone(name).or_else(of_centre).unwrap_or(TimeZone::UTC)
}

/// Lays down a piece of news for everybody whom it concerns and who wants it, in the transaction of its cause.
///
/// # Errors
/// The database's.
pub fn note(tx: &mut Tx<'_>, project: Id<kind::Project>, news: News, turn: &Turn) -> Result<(), DbError> {
    let row = |row: &kazi_db::Row<'_>| {
        let (roles, wanted) = (RoleSet::from_words(row.get(1)?), row.word::<WantedNews>(2)?);
        let zone = clock(row.get(3)?, row.get(4)?);
        Ok((row.id::<kind::Person>(0)?, roles, wanted, zone))
    };
    let readers = match news.reader() {
        Role::Client => tx.query_all(&OF_CLIENT, params![project.param()], row)?,
        _ => tx.query_all(&OF_OPERATOR, &[], row)?,
    };
    for (person, roles, wanted, zone) in readers {
        let due = match wanted {
            _ if !roles.has(news.reader()) => continue,
            WantedNews::None => continue,
            WantedNews::Each => turn.at,
            WantedNews::Daily => morning(turn.at, &zone),
        };
        let id: Id<kind::Event> = turn.mint();
        let row =
            params![id.param(), person.param(), project.param(), news.word(), turn.at.param(), due.param()];
        tx.execute(&ADD, row)?;
    }
    Ok(())
}

/// Somebody chose otherwise: what waits for them goes out now, or not at all.
pub(crate) fn wanted_otherwise(
    tx: &mut Tx<'_>,
    person: Id<kind::Person>,
    wanted: WantedNews,
    now: Moment,
) -> Result<(), DbError> {
    match wanted {
        WantedNews::Each => tx.execute(&HURRY, params![person.param(), now.param()])?,
        WantedNews::None => tx.execute(&DROP, params![person.param()])?,
        WantedNews::Daily => 0,
    };
    Ok(())
}

/// What is told of one project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) news: News,
    pub(super) project: Id<kind::Project>,
    pub(super) name: String,
}

/// For whom news are due, up to a hundred.
///
/// # Errors
/// The database's.
pub fn due(read: &mut Read<'_>, now: Moment) -> Result<Vec<Id<kind::Person>>, DbError> {
    read.query_all(&DUE, params![now.param()], |row| row.id(0))
}

/// Writes one letter with all that is due for somebody; whether there was anything.
///
/// # Errors
/// The database's.
pub fn send(
    tx: &mut Tx<'_>,
    person: Id<kind::Person>,
    (site, turn): (&Site, &Turn),
) -> Result<bool, DbError> {
    let rows = tx.query_all(&OF_READER, params![person.param(), turn.at.param()], |row| {
        let word: &str = row.get(1)?;
        let news = News::ALL.into_iter().find(|news| news.word() == word);
        Ok((row.id::<kind::Event>(0)?, news, row.id::<kind::Project>(2)?, row.get::<String>(3)?))
    })?;
    let mut told = Vec::with_capacity(rows.len());
    for (id, news, project, name) in rows {
        let taken = tx.execute(&TAKE, params![id.param()])? == 1;
        if let Some(news) = news.filter(|_| taken) {
            told.push(Told { news, project, name });
        }
    }
    let address = tx.query_opt(&ADDRESS, params![person.param()], |row| {
        Ok((row.get::<String>(0)?, row.get::<String>(1)?, row.get::<String>(2)?))
    })?;
    let Some((email, language, name)) = address.filter(|_| !told.is_empty()) else { return Ok(false) };
    let letter = Letter::news((&email, &language), &name, &told, site).about(person);
    letters::post(tx, &letter, turn)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_letter_of_the_day_comes_at_seven_where_the_reader_is() {
        let nairobi = profile::zone("Africa/Nairobi").unwrap();
        let six = Moment::from_micros(1_795_417_200_000_000); // 10:00 in Nairobi on 23 November 2026
        let hour =
            |from: Moment, zone: &TimeZone| (morning(from, zone).micros() - six.micros()) / 3_600_000_000;
        assert_eq!(hour(six, &nairobi), 21, "tomorrow at seven");
        assert_eq!(hour(six, &TimeZone::UTC), 24, "seven in UTC is now: then it is tomorrow's");
    }

    proptest! {
        #[test]
        fn every_morning_is_a_seven_within_a_day_or_two(at in 0i64..4_000_000_000, zone in prop::sample::select(profile::zones())) {
            let zone = profile::zone(&zone).unwrap();
            let at = Moment::from_micros(at * 1_000_000);
            let due = morning(at, &zone);
            let hours = (due.micros() - at.micros()) / 3_600_000_000;
            prop_assert!(due > at && hours <= 49, "{hours}");
            let there = Timestamp::from_microsecond(due.micros()).unwrap().to_zoned(zone.clone());
            prop_assert!(there.hour() == 7 || there.hour() == 8, "only where the clock is put forward over seven");
        }
    }
}
