//! Drawing a sample: reads the delivery through once and changes nothing.

use std::collections::BTreeSet;

use kazi_db::{DbError, Read, params};
use kazi_domain::policy::{Can, JudgeDelivery};
use kazi_domain::{Id, Moment, ProjectState, kind};
use kazi_quality::Random;
use kazi_quality::lots::Draw;

use super::{AcceptanceError, MOST, Newest, Way, newest};
use crate::bound::Projects;
use crate::projects::through;
use crate::rows::{Columns, Param};

kazi_db::statements! {
    /// How many finished items of a kind there are.
    LOT = "select count(*) from source s join item i on i.source = s.id \
           where s.project = $1 and i.kind = $2 and i.state = 'finished' and i.outcome is not null";
    /// Who answered what, from a place on.
    ANSWERS = "select given_at, id, person, item from answer where project = $1 and (given_at, id) > ($2, $3) \
               and gold = 0 and late = 0 order by given_at, id limit $4";
    /// What kind an item is, and what it is a piece of.
    ITEM = "select kind, parent, state, cast(case when outcome is null then 0 else 1 end as bigint) from item where id = $1";
    /// What was sent back the last time, as far as it is finished now.
    REDONE = "select i.item from sampled i join item n on n.id = i.item where i.sample = \
              (select id from sample where project = $1 and state = 'sent_back' order by made_at desc, id desc limit 1) \
              and i.verdict = 'wrong' and n.state = 'finished' and n.outcome is not null order by i.number";
}

/// How many rows are read at once.
const PAGE: i64 = 1_000;

/// A sample that was drawn but is not kept yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// Of which delivery.
    pub delivery: Id<kind::Delivery>,
    /// How.
    pub way: Way,
    /// The seed that drew it.
    pub seed: u64,
    /// How many items could have been drawn.
    pub lot: u32,
    /// How many of them may be wrong, where a plan says so.
    pub allowed: Option<u32>,
    /// The items, in random order.
    pub items: Vec<Id<kind::Item>>,
}

/// Draws a sample of what was delivered last.
///
/// # Errors
/// [`AcceptanceError::NotDelivered`], [`AcceptanceError::Size`] or [`AcceptanceError::Nothing`].
pub fn drawn(
    read: &mut Read<'_>,
    projects: &Projects,
    can: &Can<JudgeDelivery>,
    (way, seed): (Way, u64),
) -> Result<Drawn, AcceptanceError> {
    let head = projects.head(read, can.subject())?;
    if head.state != ProjectState::Delivered {
        return Err(AcceptanceError::NotDelivered(head.state));
    }
    let delivery = newest(read, head.id)?.ok_or(AcceptanceError::NotDelivered(head.state))?;
    let kind = head.terms.service.inspected();
    let lot = lot(read, head.id, &delivery, kind)?;
    let (items, allowed) = match way {
        Way::Redone => (shuffled(redone(read, head.id)?, seed), None),
        Way::Worker => (shuffled(one_of_each(read, head.id, (kind, seed))?, seed), None),
        Way::Plan | Way::Count(_) | Way::Percent(_) => {
            let size = way.size(lot).ok_or(if lot == 0 {
                AcceptanceError::Nothing
            } else {
                AcceptanceError::Size(lot.min(MOST))
            });
            let (size, allowed) = size?;
            (at_random(read, head.id, kind, (size, seed))?, allowed)
        }
    };
    if items.is_empty() {
        return Err(AcceptanceError::Nothing);
    }
    Ok(Drawn { delivery: delivery.id, way, seed, lot, allowed, items })
}

/// How many items of the kind a delivery holds. Deliveries say so since they are counted as they are made.
pub(super) fn lot(
    read: &mut Read<'_>,
    project: Id<kind::Project>,
    delivery: &Newest,
    kind: &str,
) -> Result<u32, DbError> {
    let lot = match delivery.lot {
        Some(lot) => lot,
        None => read.query_one(&LOT, params![project.param(), kind], |row| row.get(0))?,
    };
    Ok(u32::try_from(lot).unwrap_or(u32::MAX))
}

fn shuffled(items: Vec<Id<kind::Item>>, seed: u64) -> Vec<Id<kind::Item>> {
    let mut draw = Draw::new(usize::try_from(MOST).unwrap_or(usize::MAX), seed);
    for item in items {
        draw.offer(item);
    }
    draw.finish()
}

pub(super) fn redone(
    read: &mut Read<'_>,
    project: Id<kind::Project>,
) -> Result<Vec<Id<kind::Item>>, DbError> {
    read.query_all(&REDONE, params![project.param()], |row| row.id(0))
}

fn at_random(
    read: &mut Read<'_>,
    project: Id<kind::Project>,
    kind: &str,
    (size, seed): (u32, u64),
) -> Result<Vec<Id<kind::Item>>, DbError> {
    let mut draw = Draw::new(usize::try_from(size).unwrap_or(usize::MAX), seed);
    through::items(read, project, &mut |item| {
        if item.settled && item.kind == kind {
            draw.offer(item.id);
        }
    })?;
    Ok(draw.finish())
}

/// One answer of each person, any as likely as another, and the item it is part of.
fn one_of_each(
    read: &mut Read<'_>,
    project: Id<kind::Project>,
    (kind, seed): (&str, u64),
) -> Result<Vec<Id<kind::Item>>, DbError> {
    let mut random = Random::new(seed);
    // In the order in which people come first: the same each time.
    let mut kept: Vec<(Id<kind::Person>, usize, Id<kind::Item>)> = Vec::new();
    let mut places = std::collections::BTreeMap::new();
    let mut after = (Moment::from_micros(i64::MIN), Id::<kind::Answer>::from_bytes([0; 16]));
    loop {
        let mut last = None;
        let params = params![project.param(), after.0.param(), after.1.param(), PAGE];
        read.query_all(&ANSWERS, params, |row| {
            last = Some((row.moment(0)?, row.id(1)?));
            let (person, item): (Id<kind::Person>, Id<kind::Item>) = (row.id(2)?, row.id(3)?);
            let place = *places.entry(person).or_insert_with(|| {
                kept.push((person, 0, item));
                kept.len() - 1
            });
            if let Some((_, seen, own)) = kept.get_mut(place) {
                *seen += 1;
                if random.below(*seen) == 0 {
                    *own = item;
                }
            }
            Ok(())
        })?;
        match last {
            Some(place) => after = place,
            None => break,
        }
    }
    let mut items = BTreeSet::new();
    for (_, _, item) in kept {
        items.extend(whole(read, item, kind)?);
    }
    Ok(items.into_iter().collect())
}

/// The item of a kind that another is part of, or is itself; `None` where that is not finished.
fn whole(read: &mut Read<'_>, item: Id<kind::Item>, kind: &str) -> Result<Option<Id<kind::Item>>, DbError> {
    let mut above = Some(item);
    while let Some(item) = above {
        let (found, parent, finished) = read.query_one(&ITEM, params![item.param()], |row| {
            let finished = row.get::<&str>(2)? == "finished" && row.get::<i64>(3)? != 0;
            Ok((row.get::<String>(0)? == kind, row.id_opt(1)?, finished))
        })?;
        if found {
            return Ok(finished.then_some(item));
        }
        above = parent;
    }
    Ok(None)
}
