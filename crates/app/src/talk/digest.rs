//! Letters that say whose turn it is: one for all that is new, at most once an hour, with nothing of what was said.

use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::policy::Actor;
use kazi_domain::{Id, Moment, Role, RoleSet, Side, Span, kind};

use super::{list, side};
use crate::jobs::{self, Handler, Held, Trouble, Work};
use crate::mail::{self, Letter, Site};
use crate::rows::{Columns, Param};
use crate::turn::{self, Turn, random};

kazi_db::statements! {
    /// Who runs this Kazi.
    OPERATORS = "select id from organisation where kind = 'operator' order by id";
    /// The people of an organisation with a role who read letters.
    READERS = "select id from person where organisation = $1 and active = 1 and email is not null \
               and ' ' || roles || ' ' like $2";
    /// A letter is due; none where one is already.
    DUE = "insert into digest (person, due_at) values ($1, $2) on conflict (person) do update set due_at = \
           case when digest.sent_at + $3 > $2 then digest.sent_at + $3 else $2 end where digest.due_at is null returning due_at";
    /// When the last letter went.
    SENT_AT = "select sent_at from digest where person = $1";
    /// It was looked whether there is anything to write.
    LOOKED = "update digest set due_at = null, sent_at = coalesce($2, sent_at) where person = $1";
    /// Who is written to.
    READER = "select shown_name, email, language, organisation, centre, roles from person \
              where id = $1 and active = 1 and email is not null";
    /// Whether something was said to the operator since.
    NEWS_TO_OPERATOR = "select id from thread where settled_at is null and last_side = 'client' and said_at > $1 limit 1";
    /// Whether something was said to a client since.
    NEWS_TO_CLIENT = "select id from thread where settled_at is null and last_side = 'operator' and organisation = $2 \
                      and said_at > $1 limit 1";
}

/// The kind of job that writes such a letter.
const JOB: &str = "digest";
/// Nobody gets two such letters within this time.
pub const EVERY: Span = Span::minutes(60);
/// A letter waits so long for more news, and until a message cannot be corrected any more.
pub const PAUSE: Span = Span::minutes(10);
/// How often it is tried.
const TRIES: i64 = 8;

/// Has a letter written to everybody of a side, should this transaction be kept.
pub(super) fn tell(
    tx: &mut Tx<'_>,
    organisation: Id<kind::Organisation>,
    to: Side,
    turn: &Turn,
) -> Result<(), DbError> {
    let (of, role): (Vec<Id<kind::Organisation>>, _) = match to {
        Side::Client => (vec![organisation], Role::Client),
        Side::Operator => (tx.query_all(&OPERATORS, &[], |row| row.id(0))?, Role::Operator),
    };
    let mut readers: Vec<Id<kind::Person>> = Vec::new();
    for organisation in of {
        let pattern = format!("% {} %", role.word());
        let values = params![organisation.param(), pattern.as_str()];
        readers.extend(tx.query_all(&READERS, values, |row| row.id(0))?);
    }
    // In one order, so that no two transactions wait for each other in a circle.
    readers.sort();
    let at = turn.at + PAUSE;
    for person in readers {
        let values = params![person.param(), at.param(), EVERY.micros()];
        let due = tx.query_opt(&DUE, values, |row| row.moment(0))?;
        if let Some(due) = due {
            jobs::enqueue_at(tx, (JOB, TRIES), (person.as_bytes(), ""), (due, turn))?;
        }
    }
    Ok(())
}

/// Whoever is written to.
struct Reader {
    name: String,
    email: String,
    language: String,
    actor: Actor,
}

fn reader(read: &mut Read<'_>, person: Id<kind::Person>) -> Result<Option<Reader>, DbError> {
    read.query_opt(&READER, params![person.param()], |row| {
        let roles = RoleSet::from_words(row.get(5)?);
        Ok(Reader {
            name: row.get(0)?,
            email: row.get(1)?,
            language: row.get(2)?,
            actor: Actor { person, organisation: row.id(3)?, centre: row.id_opt(4)?, roles, scopes: None },
        })
    })
}

/// Whether something was said to somebody since the last letter, which still waits for an answer.
fn has_news(read: &mut Read<'_>, actor: &Actor) -> Result<bool, DbError> {
    let sent = read.query_opt(&SENT_AT, params![actor.person.param()], |row| row.moment_opt(0))?;
    let since = sent.flatten().unwrap_or(Moment::from_micros(0));
    let found = match side(actor) {
        Side::Operator => read.query_opt(&NEWS_TO_OPERATOR, params![since.param()], |_| Ok(()))?,
        Side::Client => {
            let values = params![since.param(), actor.organisation.param()];
            read.query_opt(&NEWS_TO_CLIENT, values, |_| Ok(()))?
        }
    };
    Ok(found.is_some())
}

/// The job that writes one such letter.
#[derive(Debug, Clone)]
pub struct Digest {
    site: Site,
    clock: fn() -> Moment,
}

impl Digest {
    /// For this Kazi.
    pub fn new(site: Site) -> Self {
        Self { site, clock: turn::now }
    }

    /// The same by another clock.
    #[must_use]
    pub fn by_clock(mut self, clock: fn() -> Moment) -> Self {
        self.clock = clock;
        self
    }

    fn write(&self, tx: &mut Tx<'_>, person: Id<kind::Person>, turn: &Turn) -> Result<(), DbError> {
        let Some(Reader { name, email, language, actor }) = reader(tx, person)? else {
            return tx.execute(&LOOKED, params![person.param(), None::<i64>]).map(drop);
        };
        let waiting = list::waiting_for_me(tx, &actor)?;
        let news = waiting > 0 && has_news(tx, &actor)?;
        if news {
            let letter = Letter::questions((&email, &language), (&name, waiting), &self.site).about(person);
            mail::post(tx, &letter, turn)?;
        }
        let sent = news.then_some(turn.at);
        tx.execute(&LOOKED, params![person.param(), sent.param()]).map(drop)
    }
}

impl Handler for Digest {
    fn kind(&self) -> &'static str {
        JOB
    }

    fn run(&self, work: &Work) -> Result<(), Trouble> {
        let (person, desk, held) = (Id::from_bytes(work.held.subject), self.clone(), work.clone());
        work.db.write_blocking(move |tx| -> Result<(), Trouble> {
            held.fence(tx, &Turn::now())?;
            let turn = Turn::new((desk.clock)(), u128::from_le_bytes(random()));
            Ok(desk.write(tx, person, &turn)?)
        })
    }

    fn given_up(&self, tx: &mut Tx<'_>, held: &Held, _: &str, _: &Turn) -> Result<(), DbError> {
        // The next message has another letter written.
        let person: Id<kind::Person> = Id::from_bytes(held.subject);
        tx.execute(&LOOKED, params![person.param(), None::<i64>]).map(drop)
    }
}
