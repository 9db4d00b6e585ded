//! The items of a project in the order of its delivery, a page at a time.

use std::collections::VecDeque;

use kazi_db::{DbError, Read, Row, params};
use kazi_domain::{Id, kind};
use kazi_services::JsonDone;

use crate::rows::{Columns, Param};

kazi_db::statements! {
    /// The sources of a project that were split.
    SOURCES = "select id, name from source where project = $1 and state in ('split', 'refused') order by position";
    /// The next items of a source.
    ITEMS = "select position, key, kind, depth, body, outcome, confidence from item \
             where source = $1 and position > $2 order by position limit $3";
    /// What people answered to them, in the order given.
    ANSWERS = "select i.position, a.stage, a.body, a.person from item i join answer a on a.item = i.id \
               where i.source = $1 and i.position > $2 and i.position <= $3 and a.late = 0 and a.gold = 0 \
               order by i.position, a.given_at, a.id";
}

/// How many items are read at once.
const PAGE: i64 = 1_000;

/// A source whose items are read.
#[derive(Debug, Clone)]
pub(super) struct OfSource {
    pub(super) id: Id<kind::Source>,
    pub(super) name: String,
}

/// The sources of a project, in their order.
pub(super) fn sources(read: &mut Read<'_>, project: Id<kind::Project>) -> Result<Vec<OfSource>, DbError> {
    read.query_all(&SOURCES, params![project.param()], |row| {
        Ok(OfSource { id: row.id(0)?, name: row.get(1)? })
    })
}

/// The items of a source that come after a position, with everything that was answered to them; and the
/// position of the last one. Empty at the end.
pub(super) fn page(
    read: &mut Read<'_>,
    source: &OfSource,
    after: i64,
) -> Result<(Vec<JsonDone>, i64), DbError> {
    let mut last = after;
    let mut positions = Vec::new();
    let mut items = read.query_all(&ITEMS, params![source.id.param(), after, PAGE], |row| {
        last = row.get(0)?;
        positions.push(last);
        item(row, &source.name)
    })?;
    if !items.is_empty() {
        let mut answers = answers(read, source.id, (after, last))?;
        for (position, item) in positions.into_iter().zip(&mut items) {
            add_answers(item, position, &mut answers);
        }
    }
    Ok((items, last))
}

fn item(row: &Row<'_>, source: &str) -> Result<JsonDone, DbError> {
    Ok(JsonDone {
        source: source.to_owned(),
        key: row.get(1)?,
        kind: row.get(2)?,
        depth: u32::try_from(row.get::<i64>(3)?).unwrap_or(0),
        body: row.get(4)?,
        outcome: row.get(5)?,
        confidence: row.get::<Option<f64>>(6)?.unwrap_or(0.0),
        people: 0,
        answers: Vec::new(),
    })
}

struct Answer {
    position: i64,
    stage: String,
    body: String,
    person: Id<kind::Person>,
}

fn answers(
    read: &mut Read<'_>,
    source: Id<kind::Source>,
    (after, last): (i64, i64),
) -> Result<VecDeque<Answer>, DbError> {
    let all = read.query_all(&ANSWERS, params![source.param(), after, last], |row| {
        Ok(Answer { position: row.get(0)?, stage: row.get(1)?, body: row.get(2)?, person: row.id(3)? })
    })?;
    Ok(all.into())
}

/// Takes the item's answers from the front of the queue.
fn add_answers(item: &mut JsonDone, position: i64, answers: &mut VecDeque<Answer>) {
    let mut people: Vec<Id<kind::Person>> = Vec::new();
    while let Some(answer) = answers.pop_front_if(|answer| answer.position == position) {
        if !people.contains(&answer.person) {
            people.push(answer.person);
        }
        item.answers.push((answer.stage, answer.body));
    }
    item.people = u32::try_from(people.len()).unwrap_or(u32::MAX);
}
