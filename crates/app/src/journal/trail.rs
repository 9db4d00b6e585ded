//! Reading the record: as a list, whole, and along its chains.

use kazi_db::{DbError, Read, Row, params};
use kazi_domain::policy::{Actor, Can, Facts, ViewAudit, permit};
use kazi_domain::{Id, Moment, Role, kind};

use super::chain::{Fault, Line, Walk};
use crate::listing::{Ask, Cursor, Page};
use crate::rows::Columns;

/// Rows between two ids, which rise with time, with the names of who and what.
macro_rules! rows {
    ($where:literal) => {
        concat!(
            "select e.id, e.at, e.person, by_whom.shown_name, e.kind, e.object, e.subject, \
             coalesce(whom.shown_name, pr.name, o.name, c.name), e.body, e.number, by_whom.organisation from event e \
             left join person by_whom on by_whom.id = e.person left join person whom on whom.id = e.subject \
             left join project pr on pr.id = coalesce(e.project, e.subject) \
             left join organisation o on o.id = e.subject left join centre c on c.id = e.subject \
             where e.id < $1 and e.id >= $2 and ($3 = '' or e.kind = $3) and ($4 = '%' \
             or lower(coalesce(by_whom.shown_name, '')) like $4 escape '\\' \
             or lower(coalesce(whom.shown_name, '')) like $4 escape '\\' \
             or lower(coalesce(pr.name, '')) like $4 escape '\\' or lower(e.body) like $4 escape '\\')",
            $where,
            " order by e.id desc limit $5"
        )
    };
}

kazi_db::statements! {
    /// All rows.
    ALL_ROWS = rows!("");
    /// Those about an organisation.
    OF_ORGANISATION = rows!(" and e.organisation = $6");
    /// Those about one thing, or done by one person.
    OF_OBJECT = rows!(" and (e.subject = $6 or e.person = $6)");
    /// The same within an organisation.
    OF_OBJECT_WITHIN = rows!(" and (e.subject = $6 or e.person = $6) and e.organisation = $7");
    /// The ends of the chains.
    HEADS = "select lane, number, hash from event_head order by lane";
    /// The rows of a chain, in order.
    CHAIN = "select lane, number, id, at, person, kind, project, object, subject, organisation, body, hash from event \
             where lane = $1 order by number";
    /// When the chains begin.
    FIRST = "select min(at) from event where lane is not null and number = 1 /*scans: the whole record is looked at*/";
    /// Rows that are in no chain: from before there were any, and after.
    OUTSIDE = "select count(*), coalesce(sum(case when at > $1 then 1 else 0 end), 0) from event \
               where lane is null /*scans: the whole record is looked at*/";
}

/// The proof that somebody may read the record: the operator all of it, whoever leads a client's people what is about them.
pub fn may_view(actor: &Actor) -> Option<Can<ViewAudit>> {
    let facts = Facts { organisation: Some(actor.organisation), ..Facts::default() };
    permit(actor, actor.organisation, facts)
}

/// Which rows to list; what is left out does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    /// What was done, such as `person.made`; empty for anything.
    pub kind: String,
    /// From this moment on.
    pub from: Option<Moment>,
    /// Before this moment.
    pub before: Option<Moment>,
    /// Only what was done to this thing or by this person: the sixteen bytes of its id.
    pub object: Option<[u8; 16]>,
}

/// A row as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its id.
    pub id: Id<kind::Event>,
    /// When it happened.
    pub at: Moment,
    /// Who did it: the id and, as far as it is known, the name.
    pub by: Option<(Id<kind::Person>, Option<String>)>,
    /// Whose that person is.
    pub by_organisation: Option<Id<kind::Organisation>>,
    /// What was done.
    pub kind: String,
    /// The kind of thing that it was done to; empty in rows from before there were chains.
    pub object: String,
    /// The thing's id.
    pub subject: Option<[u8; 16]>,
    /// The thing's name, or that of its project.
    pub name: Option<String>,
    /// More about it.
    pub body: String,
    /// Whether it is part of a chain.
    pub chained: bool,
}

fn shown(row: &Row<'_>) -> Result<Shown, DbError> {
    let (by, name) = (row.id_opt(2)?, row.get(3)?);
    Ok(Shown {
        id: row.id(0)?,
        at: row.moment(1)?,
        by: by.map(|by| (by, name)),
        by_organisation: row.id_opt(10)?,
        kind: row.get(4)?,
        object: row.get(5)?,
        subject: row.get(6)?,
        name: row.get(7)?,
        body: row.get(8)?,
        chained: row.get::<Option<i64>>(9)?.is_some(),
    })
}

/// The first id that could have been minted at a moment.
pub(crate) fn first_id(at: Moment) -> [u8; 16] {
    let mut bytes = *Id::<kind::Event>::mint(at, [0; 10]).as_bytes();
    // Ids hold milliseconds in their first six bytes; what follows is the lowest.
    for byte in bytes.iter_mut().skip(6) {
        *byte = 0;
    }
    bytes
}

/// The record, the newest first, searched by the names of who and what and by what is said of it.
///
/// # Errors
/// The database's.
pub fn list(
    read: &mut Read<'_>,
    can: &Can<ViewAudit>,
    wish: &Wish,
    ask: &Ask,
) -> Result<Page<Shown>, DbError> {
    let end = wish.before.map_or([0xff; 16], first_id);
    let from = ask.before_id().min(end.as_slice());
    let start = wish.from.map_or([0; 16], first_id);
    let (pattern, limit) = (ask.pattern(), ask.limit());
    let within = (!can.actor().roles.has(Role::Operator)).then(|| *can.subject().as_bytes());
    let statement = match (&wish.object, &within) {
        (None, None) => &ALL_ROWS,
        (None, Some(_)) => &OF_ORGANISATION,
        (Some(_), None) => &OF_OBJECT,
        (Some(_), Some(_)) => &OF_OBJECT_WITHIN,
    };
    let mut values = params![from, start.as_slice(), wish.kind.as_str(), pattern, limit].to_vec();
    values.extend([&wish.object, &within].into_iter().flatten().map(kazi_db::Value::from));
    let rows = read.query_all(statement, &values, shown)?;
    Ok(ask.page(rows, |row| Cursor::at("", row.id)))
}

fn line(row: &Row<'_>) -> Result<(Line, Vec<u8>), DbError> {
    let line = Line {
        lane: row.get(0)?,
        number: row.get(1)?,
        id: row.id(2)?,
        at: row.moment(3)?,
        person: row.id_opt(4)?,
        kind: row.get(5)?,
        project: row.id_opt(6)?,
        object: row.get(7)?,
        subject: row.get(8)?,
        organisation: row.id_opt(9)?,
        body: row.get(10)?,
    };
    Ok((line, row.get::<&[u8]>(11)?.to_vec()))
}

/// What was found along the chains.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// How many chains there are.
    pub chains: usize,
    /// How many rows of them hold.
    pub rows: i64,
    /// How many rows are in no chain because they are older.
    pub older: i64,
    /// How many rows are in no chain though they are younger: nothing vouches for them.
    pub outside: i64,
    /// The first row at which a chain does not hold.
    pub broken: Option<Seen>,
}

/// A row at which a chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Which chain.
    pub lane: i64,
    /// Which row of it.
    pub number: i64,
    /// Its id; none when the chain has no rows at all.
    pub id: Option<Id<kind::Event>>,
    /// What is wrong.
    pub fault: Fault,
}

impl Verdict {
    /// Whether every row is as it was written.
    pub fn is_whole(&self) -> bool {
        self.broken.is_none() && self.outside == 0
    }
}

/// Walks along one chain; where it does not hold.
fn walk(
    read: &mut Read<'_>,
    (lane, number, hash): (i64, i64, &[u8]),
    walk: &mut Walk,
) -> Result<Option<Seen>, DbError> {
    let (mut broken, mut last) = (None, None);
    read.for_each(&CHAIN, params![lane], |row| {
        if broken.is_none() {
            let (line, hash) = line(row)?;
            last = Some(line.id);
            if let Err(fault) = walk.step(&line, &hash) {
                broken = Some(Seen { lane, number: line.number, id: Some(line.id), fault });
            }
        }
        Ok(())
    })?;
    let cut_off = |fault| Seen { lane, number: walk.rows(), id: last, fault };
    Ok(broken.or_else(|| walk.ends(number, hash).err().map(cut_off)))
}

/// Walks along all chains. The rows are read one by one, in one view of the database.
///
/// # Errors
/// The database's.
pub fn verify(read: &mut Read<'_>) -> Result<Verdict, DbError> {
    let heads = read.query_all(&HEADS, &[], |row| {
        Ok((row.get::<i64>(0)?, row.get::<i64>(1)?, row.get::<&[u8]>(2)?.to_vec()))
    })?;
    let mut verdict = Verdict { chains: heads.len(), ..Verdict::default() };
    for (lane, number, hash) in &heads {
        let mut steps = Walk::default();
        let broken = walk(read, (*lane, *number, hash), &mut steps)?;
        verdict.rows += steps.rows();
        verdict.broken = verdict.broken.or(broken);
    }
    let first = read.query_one(&FIRST, &[], |row| row.get::<Option<i64>>(0))?.unwrap_or(i64::MAX);
    let (all, younger) =
        read.query_one(&OUTSIDE, params![first], |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?)))?;
    (verdict.older, verdict.outside) = (all - younger, younger);
    Ok(verdict)
}

/// Gives every row of every chain with its hash, a chain at a time, so that others can verify it with their own means.
///
/// # Errors
/// The database's, or what `each` says.
pub fn export<F>(read: &mut Read<'_>, mut each: F) -> Result<(), DbError>
where
    F: FnMut(&Line, &[u8]) -> Result<(), DbError>,
{
    let lanes = read.query_all(&HEADS, &[], |row| row.get::<i64>(0))?;
    for lane in lanes {
        read.for_each(&CHAIN, params![lane], |row| {
            let (line, hash) = line(row)?;
            each(&line, &hash)
        })?;
    }
    Ok(())
}
