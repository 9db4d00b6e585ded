//! Tables as people send them.

use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::write::{Formulas, csv_row, json_line};
use super::*;
use crate::text_encoding::{Encoding, EncodingError};

fn open(bytes: impl AsRef<[u8]>) -> Table<Cursor<Vec<u8>>> {
    Table::open(Cursor::new(bytes.as_ref().to_vec()), Limits::default()).unwrap()
}

fn refusal(bytes: impl AsRef<[u8]>) -> TableError {
    Table::open(Cursor::new(bytes.as_ref().to_vec()), Limits::default()).unwrap_err()
}

/// Each row as its cells joined by a bar, or its problem.
fn told(table: impl Iterator<Item = Result<Row, RowProblem>>) -> Vec<String> {
    table
        .map(|row| match row {
            Ok(row) => {
                row.cells.iter().map(|(_, cell)| cell.as_str().to_owned()).collect::<Vec<_>>().join("|")
            }
            Err(problem) => format!("! {problem}"),
        })
        .collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_table_reads_the_same_however_it_is_parted_and_packed() {
    for (bytes, kind) in [
        (&b"id,text\r\n1,\"a, \"\"b\"\"\nc\"\r\n2,d"[..], Kind::Delimited(',')),
        (b"\n\nid;text\n1;\"a, \"\"b\"\"\nc\"\n\n2;d;\n", Kind::Delimited(';')),
        (b"id\ttext\n1\t\"a, \"\"b\"\"\nc\"\n2\td\n", Kind::Delimited('\t')),
        (b"sep=|\nid|text\n1|\"a, \"\"b\"\"\nc\"\n2|d\n", Kind::Delimited('|')),
        (b"{\"id\":1,\"text\":\"a, \\\"b\\\"\\nc\"}\n\n{\"id\":2,\"text\":\"d\"}", Kind::JsonLines),
    ] {
        for packed in [bytes.to_vec(), gzip(bytes)] {
            let mut table = open(&packed);
            assert_eq!(table.shape().kind, kind);
            table.next();
            let table = table.again().unwrap();
            let rows: Vec<Row> = table.map(Result::unwrap).collect();
            let cells: Vec<_> = rows.iter().map(|row| row.cells.get("text").unwrap().as_str()).collect();
            assert_eq!(cells, ["a, \"b\"\nc", "d"], "{kind:?}");
            assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 2]);
        }
    }
}

#[test]
fn a_long_table_in_another_encoding_is_read_to_its_end() {
    let text: String =
        "name,town\n".chars().chain("Zoë,Málaga\n".chars().cycle().take(11 * 20_000)).collect();
    let utf16: Vec<u8> = [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let windows: Vec<u8> = text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    for bytes in [utf16, windows] {
        assert_eq!(open(bytes).flatten().count(), 20_000);
    }
}

#[test]
fn a_row_that_cannot_be_used_is_named_and_the_rest_goes_on() {
    let rows = told(open(
        "id,text\n1,fine\n2,too,many\n3\n4,\"stray\" quote\n5,\"a\nb\"\n6,\"never closed\n7,good\n",
    ));
    assert_eq!(rows[0], "1|fine");
    assert!(rows[1].starts_with("! Row 2 (line 3): it has 3 fields, but there are 2 column names. Put"));
    assert!(rows[2].starts_with("! Row 3 (line 4): it has 1 fields"));
    assert!(rows[3].starts_with("! Row 4 (line 5): a quotation mark stands in the middle"));
    assert_eq!(rows[4], "5|a\nb");
    assert!(rows[5].starts_with("! Row 6 (line 8): a quotation mark is opened and never closed"));
    assert_eq!(rows[6..], ["7|good"]);
}

#[test]
fn json_lines_keep_values_as_they_were_written() {
    let line =
        r#"{"n":12345678901234567890.50,"z":null,"deep":{"b":[1, 2],"a":"\u00e9"},"text":"caf\u00e9"}"#;
    let row = open(line).next().unwrap().unwrap();
    assert_eq!(row.cells.get("n").unwrap().as_str(), "12345678901234567890.50");
    assert_eq!(row.cells.get("text"), Some(&Cell::from("café")));
    let json = serde_json::to_string(&row.cells).unwrap();
    assert_eq!(json, line.replace("caf\\u00e9", "café"));
    assert_eq!(serde_json::from_str::<Cells>(&json).unwrap(), row.cells);
}

#[test]
fn a_line_that_is_no_object_is_named() {
    let rows = told(open("{\"a\":1}\n[1]\n{\"a\":\nnonsense\n{\"a\":1,\"a\":2}\n{\"a\":3}\n"));
    assert_eq!((rows[0].as_str(), rows[5].as_str()), ("1", "3"));
    assert!(rows[1].contains("Row 2 (line 2): it is not a JSON object"));
    assert!(rows[2].contains("it is not JSON (EOF while parsing"));
    assert!(rows[3].contains("it is not JSON (expected"), "{}", rows[3]);
    assert!(rows[4].contains("it has “a” twice"));
}

#[test]
fn what_is_no_table_is_refused_with_a_reason() {
    assert!(matches!(refusal(""), TableError::Empty));
    assert!(matches!(refusal("\n \r\n\n"), TableError::Empty));
    assert!(matches!(refusal("PK\x03\x04rest"), TableError::Workbook));
    assert!(matches!(refusal("%PDF-1.7"), TableError::OtherKind(_)));
    assert!(matches!(refusal("<!DOCTYPE html>"), TableError::OtherKind(_)));
    assert!(matches!(refusal(" [{\"a\":1}]"), TableError::JsonList));
    assert!(matches!(refusal(b"a\0b"), TableError::Encoding(EncodingError::Binary)));
}

#[test]
fn names_are_never_empty_and_never_twice() {
    let table = open(" id ,,id,id\n1,2,3,4\n");
    assert_eq!(
        table.names().iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["id", "column 2", "id (2)", "id (3)"]
    );
}

#[test]
fn long_rows_and_fields_cost_no_more_than_themselves() {
    let limits = Limits { field: 10, row: 100_000, columns: 3, ..Limits::default() };
    let long = "x".repeat(300_000);
    let csv = format!("a,b\n1,{}\n2,fine\n3,{long}\n4,\"{long}\n5,fine\n", "y".repeat(11));
    let rows = told(Table::open(Cursor::new(csv.into_bytes()), limits).unwrap());
    assert!(rows[0].contains("the field “b” is longer than 10 bytes"));
    assert_eq!(rows[1], "2|fine");
    assert!(rows[2].contains("Row 3 (line 4): it is longer than 100000 bytes"));
    assert!(rows[3].contains("Row 4 (line 5): a quotation mark is opened"));
    assert_eq!(rows[4..], ["5|fine"]);
    let lines =
        format!("{{\"a\":1}}\n{{\"a\":\"{long}\"}}\n{{\"a\":2}}\n{{\"a\":1,\"b\":1,\"c\":1,\"d\":1}}\n");
    let rows = told(Table::open(Cursor::new(lines.into_bytes()), limits).unwrap());
    assert_eq!((rows[0].as_str(), rows[2].as_str()), ("1", "2"));
    assert!(rows[1].contains("Row 2 (line 2): it is longer") && rows[3].contains("more than 3 fields"));
}

#[test]
fn a_bomb_and_a_cut_file_end_with_a_sentence() {
    let bomb = gzip(&vec![b'a'; 20 << 20]);
    assert!(refusal(bomb).to_string().contains("unpacks to far more"));
    let whole = gzip("a,b\n1,2\n".repeat(10_000).as_bytes());
    assert!(matches!(
        refusal(&whole[..whole.len() - 20]),
        TableError::Encoding(EncodingError::Unreadable(_))
    ));
}

#[test]
fn damaged_letters_spoil_one_row_only() {
    let mut bytes = "name\nWanjikũ\nZoë\nJosé\n".as_bytes().to_vec();
    bytes.extend_from_slice(b"dam\xffaged\nfine\n");
    let rows = told(open(bytes));
    assert!(rows[3].contains("Row 4 (line 5): it holds damaged letters"));
    assert_eq!(rows[4], "fine");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_written_is_read_back(rows in table_of_texts()) {
        let mut bytes = Vec::new();
        csv_row(&mut bytes, (0..rows[0].len()).map(|_| "name"), Formulas::Keep);
        for row in &rows {
            csv_row(&mut bytes, row.iter().map(String::as_str), Formulas::Keep);
        }
        let mut foreign = csv::ReaderBuilder::new().from_reader(bytes.as_slice());
        let foreign: Vec<Vec<String>> =
            foreign.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        prop_assert_eq!(&foreign, &rows);
        let ours: Vec<Vec<String>> = open(bytes)
            .map(|row| row.unwrap().cells.iter().map(|(_, cell)| cell.as_str().to_owned()).collect())
            .collect();
        prop_assert_eq!(ours, rows);
    }

    #[test]
    fn json_lines_are_read_back(texts in proptest::collection::vec(".*", 1..6)) {
        let cells: Cells =
            texts.iter().enumerate().map(|(at, text)| (format!("c{at}").into(), Cell::from(text.as_str()))).collect();
        let mut bytes = Vec::new();
        json_line(&mut bytes, &cells).unwrap();
        prop_assert_eq!(open(bytes).next().unwrap().unwrap().cells, cells);
    }

    #[test]
    fn no_bytes_bring_it_down(bytes in proptest::collection::vec(prop_oneof![
        3 => Just(b'"'), 3 => Just(b','), 3 => Just(b'\n'), 1 => Just(b'\r'), 1 => Just(b'{'), 5 => any::<u8>(),
    ], 0..400)) {
        if let Ok(table) = Table::open(Cursor::new(bytes), Limits { row: 64, field: 32, ..Limits::default() }) {
            prop_assert!(table.count() <= 400);
        }
    }
}

/// Rows of one width; no row is a blank line, for readers do not agree on what that is.
fn table_of_texts() -> impl Strategy<Value = Vec<Vec<String>>> {
    (2_usize..5).prop_flat_map(|width| {
        let cell = prop_oneof!["[a-c,\"\r\n ;]{0,6}", "[^\0]{0,8}"];
        proptest::collection::vec(proptest::collection::vec(cell, width), 1..8)
    })
}

/// A folder of the real data; none, said aloud, where there is none.
fn real(folder: &str) -> Option<PathBuf> {
    let base = std::env::var_os("KAZI_REAL_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let folder = base.join("bad-inputs").join(folder);
    if !folder.is_dir() {
        println!("skipped: there is no real data at {}", folder.display());
        return None;
    }
    Some(folder)
}

fn bytes_of(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    std::fs::File::open(path).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn the_csv_spectrum_is_read_as_its_makers_say() {
    let Some(folder) = real("csv-spectrum") else { return };
    for entry in std::fs::read_dir(folder.join("csvs")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let wanted = bytes_of(&folder.join(format!("json/{name}.json")));
        if name == "location_coordinates" {
            // Its JSON is one object with another telephone number, in broken UTF-8: only the names count.
            let names: Vec<String> = open(bytes_of(&path)).names().iter().map(ToString::to_string).collect();
            assert_eq!(names, ["Contact Phone Number", "Location Coordinates", "Cities", "Counties"]);
            continue;
        }
        let wanted: serde_json::Value = serde_json::from_slice(&wanted).unwrap();
        let found: Vec<Cells> = open(bytes_of(&path)).map(|row| row.unwrap().cells).collect();
        assert_eq!(serde_json::to_value(found).unwrap(), wanted, "{name}");
    }
}

#[test]
fn real_encodings_are_told_or_refused_never_garbled() {
    let Some(folder) = real("encodings") else { return };
    let told = |name: &str| crate::text_encoding::detect(bytes_of(&folder.join(name)).as_slice());
    for name in ["english.bom", "french", "polish", "russian-2", "russian-3", "spanish"] {
        assert_eq!(told(&format!("sample-{name}.txt")).unwrap().encoding, Encoding::Utf8, "{name}");
    }
    for name in ["greek", "korean", "russian"] {
        assert!(matches!(told(&format!("sample-{name}.txt")), Err(EncodingError::Unknown)), "{name}");
    }
    // Turkish in its own old encoding cannot be told from Windows-1252: six letters differ.
    assert_eq!(told("sample-turkish.txt").unwrap().encoding, Encoding::Windows1252);
}

#[test]
fn real_tables_are_read_or_refused_with_a_sentence() {
    let Some(folder) = real("tables") else { return };
    let mut seen = Vec::new();
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| !path.ends_with("README.md"));
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        seen.push(match Table::open(Cursor::new(bytes_of(&path)), Limits::default()) {
            Err(error) => format!("{name}: {}", error.key()),
            Ok(table) => {
                let (shape, width) = (table.shape(), table.names().len());
                let (good, bad): (Vec<_>, Vec<_>) = table.partition(Result::is_ok);
                format!(
                    "{name}: {:?} {:?} {width} × {} + {}",
                    shape.kind,
                    shape.encoding,
                    good.len(),
                    bad.len()
                )
            }
        });
    }
    // Names × rows + rows that cannot be used. The last has titles above its table: nothing of it fits.
    let wanted = "\
begrotingsanalyse-2011.csv: Delimited(',') Utf8 20 × 42 + 0
characters.csv: table-encoding
example.tsv: Delimited('\\t') Utf8 17 × 140 + 0
excel_properties.xls: table-workbook
large.xlsx: table-workbook
libreoffice.xlsx: table-workbook
long.csv: Delimited(',') Utf8 1 × 3999 + 0
multilineods.ods: table-workbook
simple.ods: table-workbook
simple.psv: Delimited('|') Utf8 6 × 28 + 0
simple.unknown: table-empty
simple.xlsx: table-workbook
skip_initials.csv: Delimited(',') Utf8 2 × 2 + 0
small.csv: Delimited(',') Utf8 1 × 0 + 0
span_rich.xls: table-workbook
spanish_chars.csv: Delimited(',') Windows1252 8 × 116 + 0
sw_gen.xlsx: table-workbook
unicode_sheet_name.xls: table-workbook
utf-16le_encoded.csv: Delimited(',') Utf16Little 19 × 327 + 0
utf8bom.csv: Delimited(',') Utf8 2 × 0 + 0
weird_head_padding.csv: Delimited(',') Utf8 5 × 0 + 85";
    assert_eq!(seen.join("\n"), wanted);
}

#[test]
fn naughty_strings_survive_writing_and_reading() {
    let Some(folder) = real("strings") else { return };
    let strings: Vec<String> = serde_json::from_slice(&bytes_of(&folder.join("blns.even.json"))).unwrap();
    let (mut table, mut lines) = (b"id,text\r\n".to_vec(), Vec::new());
    for (place, text) in strings.iter().enumerate() {
        csv_row(&mut table, [place.to_string().as_str(), text], Formulas::Keep);
        json_line(&mut lines, &serde_json::json!({ "text": text })).unwrap();
    }
    for bytes in [table, lines] {
        let found: Vec<String> =
            open(bytes).map(|row| row.unwrap().cells.get("text").unwrap().as_str().to_owned()).collect();
        assert_eq!(found, strings);
    }
}
