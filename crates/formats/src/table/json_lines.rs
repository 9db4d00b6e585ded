//! One line of JSON Lines, read as one row.

use std::collections::HashSet;
use std::sync::Arc;

use serde::de::DeserializeSeed;

use super::cells::CellsLike;
use super::{Cells, Limits, Trouble};

/// Rows with more fields than this are looked through for doubles by way of a set.
const FEW: usize = 16;

/// Reads a line; `before` holds the names of a row that it is probably like.
pub(super) fn read(line: &[u8], before: &[Arc<str>], limits: Limits) -> Result<Cells, Trouble> {
    let line = std::str::from_utf8(line).map_err(|_| Trouble::Letters)?;
    if !line.trim_start().starts_with('{') {
        return match serde_json::from_str::<serde::de::IgnoredAny>(line) {
            Ok(_) => Err(Trouble::NotObject),
            Err(error) => Err(Trouble::NotJson(plain(&error))),
        };
    }
    let mut deserializer = serde_json::Deserializer::from_str(line);
    let cells = CellsLike(before)
        .deserialize(&mut deserializer)
        .and_then(|cells| deserializer.end().map(|()| cells))
        .map_err(|error| Trouble::NotJson(plain(&error)))?;
    if cells.len() > limits.columns {
        return Err(Trouble::Wide { limit: limits.columns });
    }
    if let Some(name) = twice(&cells) {
        return Err(Trouble::Twice(name.to_owned()));
    }
    let long = cells.iter().find(|(_, cell)| cell.as_str().len() > limits.field);
    if let Some((name, _)) = long {
        return Err(Trouble::LongField { column: name.to_owned(), limit: limits.field });
    }
    Ok(cells)
}

/// A name that is there twice.
fn twice(cells: &Cells) -> Option<&str> {
    if cells.len() <= FEW {
        let mut names = cells.iter().enumerate();
        return names
            .find_map(|(at, (name, _))| cells.iter().take(at).any(|(one, _)| one == name).then_some(name));
    }
    let mut seen = HashSet::with_capacity(cells.len());
    cells.iter().map(|(name, _)| name).find(|name| !seen.insert(*name))
}

/// The error without its line number, which is always 1 here.
fn plain(error: &serde_json::Error) -> String {
    error.to_string().replace(" at line 1 column ", " at letter ")
}
