//! One line of JSON Lines, read as one row.

use std::collections::HashSet;

use serde::de::DeserializeSeed;

use super::cells::CellsLike;
use super::{Cells, Limits, Trouble};

/// Reads a line; `before` is a row that it is probably like.
pub(super) fn read(line: &[u8], before: &Cells, limits: Limits) -> Result<Cells, Trouble> {
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
    let mut seen = HashSet::with_capacity(cells.len());
    for (name, cell) in cells.iter() {
        if !seen.insert(name) {
            return Err(Trouble::Twice(name.to_owned()));
        }
        if cell.as_str().len() > limits.field {
            return Err(Trouble::LongField { column: name.to_owned(), limit: limits.field });
        }
    }
    Ok(cells)
}

/// The error without its line number, which is always 1 here.
fn plain(error: &serde_json::Error) -> String {
    error.to_string().replace(" at line 1 column ", " at letter ")
}
