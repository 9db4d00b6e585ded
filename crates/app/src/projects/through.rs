//! Reads a project's items through once, a page at a time: a project may hold millions.

use kazi_db::{DbError, Read, params};
use kazi_domain::{Id, kind};

use crate::rows::{Columns, Param};

kazi_db::statements! {
    /// The files that were split.
    SOURCES = "select id from source where project = $1 and state = 'split' order by position";
    /// The items of a file, from a place on.
    ITEMS = "select position, id, parent, kind, state, cast(case when outcome is null then 0 else 1 end as bigint) \
             from item where source = $1 and position > $2 order by position limit $3";
}

/// How many items are read at once.
const PAGE: i64 = 1_000;

/// An item in passing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Passing<'a> {
    pub(crate) id: Id<kind::Item>,
    /// Whether it stands at the top of its file's tree.
    pub(crate) top: bool,
    /// The service's word for what it is.
    pub(crate) kind: &'a str,
    /// Whether it is finished and has an outcome.
    pub(crate) settled: bool,
}

/// Shows every item of the split files, in their order.
///
/// # Errors
/// The database's.
pub(crate) fn items(
    read: &mut Read<'_>,
    project: Id<kind::Project>,
    show: &mut dyn FnMut(Passing<'_>),
) -> Result<(), DbError> {
    let sources: Vec<Id<kind::Source>> =
        read.query_all(&SOURCES, params![project.param()], |row| row.id(0))?;
    for source in sources {
        let mut after = Some(-1_i64);
        while let Some(place) = after.take() {
            read.query_all(&ITEMS, params![source.param(), place, PAGE], |row| {
                after = Some(row.get(0)?);
                show(Passing {
                    id: row.id(1)?,
                    top: row.id_opt::<kind::Item>(2)?.is_none(),
                    kind: row.get(3)?,
                    settled: row.get::<&str>(4)? == "finished" && row.get::<i64>(5)? != 0,
                });
                Ok(())
            })?;
        }
    }
    Ok(())
}
