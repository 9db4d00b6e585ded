//! The cells of one row: named, in order, each as it was written.

use std::fmt;
use std::sync::Arc;

use serde::de::{DeserializeSeed, Error, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// One cell.
#[derive(Debug, Clone)]
pub enum Cell {
    /// Words, from CSV or a JSON string.
    Text(Box<str>),
    /// Any other JSON value (number, `true`, `null`, list, object), as it was written.
    Json(Box<RawValue>),
}

impl Cell {
    /// The words of it; other JSON values as they were written.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Json(raw) => raw.get(),
        }
    }
}

impl PartialEq for Cell {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(one), Self::Text(two)) => one == two,
            (Self::Json(one), Self::Json(two)) => one.get() == two.get(),
            _ => false,
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Json(raw) => raw.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Ok(text_of(&raw).map_err(D::Error::custom)?.map_or(Self::Json(raw), Self::Text))
    }
}

/// A cell of a JSON text that lies in memory: nothing is copied twice.
struct InPlace(Cell);

impl<'de> Deserialize<'de> for InPlace {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?;
        let text = text_of(raw).map_err(D::Error::custom)?;
        Ok(Self(text.map_or_else(|| Cell::Json(raw.to_owned()), Cell::Text)))
    }
}

/// The text of a JSON string; nothing where it is another value.
fn text_of(raw: &RawValue) -> Result<Option<Box<str>>, serde_json::Error> {
    let json = raw.get();
    if !json.starts_with('"') {
        return Ok(None);
    }
    // Without an escape, the text stands between the quotation marks as it is.
    match json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(plain) if !plain.contains('\\') => Ok(Some(plain.into())),
        _ => serde_json::from_str(json).map(Some),
    }
}

/// The cells of one row, each with the name of its column, in order. As JSON they are one object.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cells(Vec<(Arc<str>, Cell)>);

impl Cells {
    /// The cell of this column.
    pub fn get(&self, column: &str) -> Option<&Cell> {
        self.iter().find(|(name, _)| *name == column).map(|(_, cell)| cell)
    }

    /// The names and cells in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Cell)> {
        self.0.iter().map(|(name, cell)| (&**name, cell))
    }

    /// The names in order; they are shared between the rows of a table.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &Arc<str>> {
        self.0.iter().map(|(name, _)| name)
    }

    /// The name and cell at this place, from 0.
    pub fn at(&self, place: usize) -> Option<(&str, &Cell)> {
        self.0.get(place).map(|(name, cell)| (&**name, cell))
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Vec<(Arc<str>, Cell)>> for Cells {
    fn from(cells: Vec<(Arc<str>, Cell)>) -> Self {
        Self(cells)
    }
}

impl FromIterator<(Arc<str>, Cell)> for Cells {
    fn from_iter<I: IntoIterator<Item = (Arc<str>, Cell)>>(cells: I) -> Self {
        Self(cells.into_iter().collect())
    }
}

impl Serialize for Cells {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, cell) in self.iter() {
            map.serialize_entry(name, cell)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Cells {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Cells;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cells, A::Error> {
                let mut cells = Vec::with_capacity(map.size_hint().unwrap_or_default().min(64));
                while let Some(name) = map.next_key_seed(NameLike(None))? {
                    cells.push((name, map.next_value()?));
                }
                Ok(Cells(cells))
            }
        }
        deserializer.deserialize_map(Any)
    }
}

/// Reads cells from a JSON text in memory and shares the names of a row before, for rows are mostly alike.
pub(super) struct CellsLike<'a>(pub &'a [Arc<str>]);

impl<'de> DeserializeSeed<'de> for CellsLike<'_> {
    type Value = Cells;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cells, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for CellsLike<'_> {
    type Value = Cells;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cells, A::Error> {
        let mut cells = Vec::with_capacity(self.0.len());
        let mut before = self.0.iter();
        while let Some(name) = map.next_key_seed(NameLike(before.next()))? {
            cells.push((name, map.next_value::<InPlace>()?.0));
        }
        Ok(Cells(cells))
    }
}

struct NameLike<'a>(Option<&'a Arc<str>>);

impl<'de> DeserializeSeed<'de> for NameLike<'_> {
    type Value = Arc<str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Arc<str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for NameLike<'_> {
    type Value = Arc<str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Arc<str>, E> {
        Ok(match self.0 {
            Some(shared) if **shared == *name => Arc::clone(shared),
            _ => name.into(),
        })
    }
}
