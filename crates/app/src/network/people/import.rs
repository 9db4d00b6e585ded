//! A list of workers who come to a centre at once: read, looked over row by row, and added all together or not at all.

use std::collections::HashMap;
use std::io::Cursor;

use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::policy::{Can, ManageCentre};
use kazi_domain::{Id, kind};
use kazi_formats::table::{Limits, Table};

use super::{NewPerson, PersonError, create_at_centre};
use crate::access::{Pin, PinError};
use crate::journal::{self, Entry};
use crate::network::name;
use crate::rows::Param;
use crate::turn::Turn;

kazi_db::statements! {
    /// What the people of a centre are called.
    NAMES = "select lower(shown_name) from person where centre = $1 and active = 1 limit 1000";
}

/// A list holds no more people: each PIN takes its time to be hashed.
pub const MOST: usize = 200;
/// Words for a column, in the order of [`COLUMNS`], as people write them in the languages of Kazi.
const HEADERS: [&[&str]; 3] = [
    &["name", "shown name", "jina", "نام", "नाम", "nom"],
    &["language", "lugha", "زبان", "भाषा", "langue"],
    &["pin", "پن"],
];
/// The columns, where the first row does not name them.
const COLUMNS: [&str; 3] = ["name", "language", "pin"];

/// Why a list cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// There is nothing in it.
    #[error("write or choose a list: a person on each line")]
    Empty,
    /// It is no text that Kazi can read.
    #[error("{0}")]
    Unreadable(String),
    /// Too long.
    #[error("a list holds at most 200 people: add the others in a second list")]
    TooMany,
    /// No column of names.
    #[error("one column must be called `name`")]
    NoNames,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowWrong {
    /// It cannot be read, in words.
    Unreadable(String),
    /// No name.
    NoName,
    /// The name stands in the list before, in this line.
    Twice(u64),
    /// Somebody at the centre is called so: two tiles would look alike.
    Taken,
    /// No language that people read Kazi in.
    NoLanguage(String),
    /// A PIN that may not be.
    Pin(PinError),
}

/// A row of a list, looked over.
#[derive(Debug)]
pub struct Row {
    /// The line it begins on, from 1.
    pub line: u64,
    /// The name as it will stand on screens.
    pub shown_name: String,
    /// The language's tag.
    pub language: String,
    /// The PIN that was given; one is made where there is none.
    pub pin: Option<Pin>,
    /// What is wrong with it.
    pub wrong: Vec<RowWrong>,
}

/// A row as it was read: its line, and either its three fields or why it has none.
type Raw = (u64, Result<[String; 3], String>);

/// The place of the column of this name.
fn column(header: &str) -> Option<usize> {
    let header = header.trim().to_lowercase();
    HEADERS.iter().position(|words| words.contains(&header.as_str()))
}

/// Whether a list begins with the names of its columns; otherwise with how many fields its first row has, and between them
/// which character stands.
fn begins(text: &str) -> Result<(), (usize, char)> {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let between = if first.matches(';').count() >= first.matches(',').count().max(1) { ';' } else { ',' };
    let fields: Vec<&str> = first.split(between).collect();
    let named = fields.iter().any(|field| column(field.trim_matches('"')).is_some());
    if named { Ok(()) } else { Err((fields.len().clamp(1, COLUMNS.len()), between)) }
}

/// Reads a list: commas or semicolons, with or without the names of the columns in its first row.
///
/// # Errors
/// See [`ListError`]; what is wrong with single rows stands beside them.
fn read(bytes: &[u8]) -> Result<Vec<Raw>, ListError> {
    let text = std::str::from_utf8(bytes).unwrap_or_default().trim_start_matches('\u{feff}');
    let (text, before) = match begins(text) {
        Err((fields, between)) if !text.trim().is_empty() => {
            let header: Vec<&str> = COLUMNS.into_iter().take(fields).collect();
            (format!("{}\n{text}", header.join(&between.to_string())).into_bytes(), 1)
        }
        _ => (bytes.to_vec(), 0),
    };
    if text.iter().all(u8::is_ascii_whitespace) {
        return Err(ListError::Empty);
    }
    let unreadable = |error: &dyn std::fmt::Display| ListError::Unreadable(error.to_string());
    let limits = Limits { field: 1_000, row: 4_000, columns: 20, ..Limits::default() };
    let table = Table::open(Cursor::new(text), limits).map_err(|error| unreadable(&error))?;
    let mut rows: Vec<Raw> = Vec::new();
    for row in table {
        if rows.len() == MOST {
            return Err(ListError::TooMany);
        }
        match row {
            Ok(row) => {
                let mut fields = <[String; 3]>::default();
                let mut named = false;
                for (header, cell) in row.cells.iter() {
                    let Some(place) = column(header) else { continue };
                    named |= place == 0;
                    if let Some(field) = fields.get_mut(place) {
                        cell.as_str().trim().clone_into(field);
                    }
                }
                if !named {
                    return Err(ListError::NoNames);
                }
                if fields.iter().any(|field| !field.is_empty()) {
                    rows.push((row.line.saturating_sub(before), Ok(fields)));
                }
            }
            Err(problem) => {
                rows.push((problem.line.saturating_sub(before), Err(problem.trouble.to_string())));
            }
        }
    }
    if rows.is_empty() { Err(ListError::Empty) } else { Ok(rows) }
}

/// Looks a list over. `taken` are the names at the centre, in small letters; `language` tells the tag of a language from what
/// people call it, and of none the usual one.
///
/// # Errors
/// See [`ListError`].
pub fn look_over(
    bytes: &[u8],
    taken: &[String],
    language: impl Fn(&str) -> Option<String>,
) -> Result<Vec<Row>, ListError> {
    let mut seen: HashMap<String, u64> = HashMap::new();
    let mut rows = Vec::new();
    for (line, fields) in read(bytes)? {
        let [called, speaks, digits] = match fields {
            Ok(fields) => fields,
            Err(trouble) => {
                let wrong = vec![RowWrong::Unreadable(trouble)];
                let (shown_name, language, pin) = (String::new(), String::new(), None);
                rows.push(Row { line, shown_name, language, pin, wrong });
                continue;
            }
        };
        let mut wrong = Vec::new();
        let shown_name = name(&called).unwrap_or_default();
        let small = shown_name.to_lowercase();
        if shown_name.is_empty() {
            wrong.push(RowWrong::NoName);
        } else if let Some(before) = seen.insert(small.clone(), line) {
            wrong.push(RowWrong::Twice(before));
        } else if taken.contains(&small) {
            wrong.push(RowWrong::Taken);
        }
        let tag = language(&speaks);
        if tag.is_none() {
            wrong.push(RowWrong::NoLanguage(speaks));
        }
        let pin = (!digits.is_empty()).then(|| Pin::choose(&digits)).transpose();
        let pin = pin.map_err(|error| wrong.push(RowWrong::Pin(error))).unwrap_or_default();
        rows.push(Row { line, shown_name, language: tag.unwrap_or_default(), pin, wrong });
    }
    Ok(rows)
}

/// The names of the active people of a centre, in small letters.
///
/// # Errors
/// The database's.
pub fn names(read: &mut Read<'_>, can: &Can<ManageCentre>) -> Result<Vec<String>, DbError> {
    let centre = can.subject();
    let names: Vec<String> = read.query_all(&NAMES, params![centre.param()], |row| row.get(0))?;
    // The database knows small letters of ASCII only.
    Ok(names.iter().map(|name| name.to_lowercase()).collect())
}

/// Adds all of these people to a centre, or none.
///
/// # Errors
/// See [`PersonError`]; a name that somebody took meanwhile is [`PersonError::NameTaken`].
pub fn add_all(
    tx: &mut Tx<'_>,
    can: &Can<ManageCentre>,
    people: &[NewPerson],
    turn: &Turn,
) -> Result<Vec<Id<kind::Person>>, PersonError> {
    let taken = names(tx, can)?;
    if let Some(person) = people.iter().find(|person| taken.contains(&person.shown_name.to_lowercase())) {
        return Err(PersonError::NameTaken(person.shown_name.clone()));
    }
    let mut made = Vec::with_capacity(people.len());
    for person in people {
        made.push(create_at_centre(tx, can, person, turn)?);
    }
    let entry = Entry::about("people.imported", can.subject()).by(can.actor().person);
    journal::note(tx, turn, &entry.saying(made.len().to_string()))?;
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn language(called: &str) -> Option<String> {
        match called.to_lowercase().as_str() {
            "" | "en" => Some("en".to_owned()),
            "sw" | "kiswahili" => Some("sw".to_owned()),
            _ => None,
        }
    }

    /// Line, name, language, PIN, and what is wrong.
    type Told = (u64, String, String, Option<String>, Vec<RowWrong>);

    fn told(list: &str) -> Vec<Told> {
        let rows = look_over(list.as_bytes(), &["amina".to_owned()], language).unwrap();
        let told = |row: Row| {
            (row.line, row.shown_name, row.language, row.pin.map(|pin| pin.text().to_owned()), row.wrong)
        };
        rows.into_iter().map(told).collect()
    }

    fn good(line: u64, name: &str, language: &str, pin: Option<&str>) -> Told {
        (line, name.to_owned(), language.to_owned(), pin.map(str::to_owned), Vec::new())
    }

    #[test]
    fn commas_or_semicolons_a_mark_at_the_start_and_names_of_columns_or_none() {
        let expected = [good(2, "Baraka", "sw", Some("482915")), good(3, "Cherono, the tall", "en", None)];
        assert_eq!(told("name;language;pin\nBaraka;sw;482915\nCherono, the tall;;\n"), expected);
        assert_eq!(
            told("\u{feff}Name,Language,PIN\r\nBaraka,sw,482915\r\n\"Cherono, the tall\",,\r\n"),
            expected
        );
        assert_eq!(told("pin;jina\n;Baraka\n"), [good(2, "Baraka", "en", None)], "in any order");
        assert_eq!(told("Baraka\nDalila\n"), [good(1, "Baraka", "en", None), good(2, "Dalila", "en", None)]);
        assert_eq!(told("Baraka,Kiswahili"), [good(1, "Baraka", "sw", None)]);
    }

    #[test]
    fn each_row_says_what_is_wrong_with_it() {
        let wrong: Vec<Vec<RowWrong>> =
            told("name;language;pin\nAMINA;sw;\n;;730264\nBaraka;Klingon;123456\nbaraka;;12\nDalila;sw\n")
                .into_iter()
                .map(|row| row.4)
                .collect();
        assert_eq!(wrong[0], [RowWrong::Taken]);
        assert_eq!(wrong[1], [RowWrong::NoName]);
        assert_eq!(wrong[2], [RowWrong::NoLanguage("Klingon".to_owned()), RowWrong::Pin(PinError::TooPlain)]);
        assert_eq!(wrong[3], [RowWrong::Twice(4), RowWrong::Pin(PinError::NotSixDigits)]);
        assert!(
            matches!(&wrong[4][..], [RowWrong::Unreadable(trouble)] if trouble.contains("2 fields")),
            "{:?}",
            wrong[4]
        );
    }

    #[test]
    fn what_is_no_list_is_refused_in_words() {
        let refused = |bytes: &[u8]| look_over(bytes, &[], language).unwrap_err();
        assert_eq!(refused(b" \n "), ListError::Empty);
        let bare = refused(b"name;language\n");
        assert!(matches!(bare, ListError::Empty | ListError::Unreadable(_)), "{bare}");
        assert_eq!(refused(b"pin;language\n1;en\n"), ListError::NoNames);
        assert!(matches!(refused(b"PK\x03\x04\xff\xfe\x00workbook"), ListError::Unreadable(_)));
        let many: String = (0..=MOST).map(|number| format!("Worker {number}\n")).collect();
        assert_eq!(refused(many.as_bytes()), ListError::TooMany);
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_list_or_refused(bytes: Vec<u8>) {
            let _ = look_over(&bytes, &[], language);
        }

        #[test]
        fn a_list_of_plain_names_is_read_as_it_stands(names in proptest::collection::hash_set("[A-Z][a-z]{3,9}", 1..20)) {
            let names: Vec<String> = names.into_iter().filter(|name| column(name).is_none()).collect();
            prop_assume!(!names.is_empty());
            let list: String = names.iter().map(|name| format!("{name};sw;\n")).collect();
            let rows = look_over(list.as_bytes(), &[], language).unwrap();
            let read: Vec<&str> = rows.iter().map(|row| row.shown_name.as_str()).collect();
            prop_assert_eq!(read, names);
            prop_assert!(rows.iter().all(|row| row.wrong.is_empty() && row.language == "sw"));
        }
    }
}
