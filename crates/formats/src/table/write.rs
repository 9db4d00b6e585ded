//! Writing tables: CSV after RFC 4180, and JSON Lines.

use serde::Serialize;

/// What to do with cells that a spreadsheet program would take for a formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Formulas {
    /// Write them as they are: what is read back is what was written.
    #[default]
    Keep,
    /// Put an apostrophe before them, so that opening the file runs nothing (OWASP, “CSV injection”).
    /// Plain numbers such as `-4.5` stay.
    Disarm,
}

/// Writes one row to the end of `out`, with CR LF behind it.
pub fn csv_row<'a>(out: &mut Vec<u8>, fields: impl IntoIterator<Item = &'a str>, formulas: Formulas) {
    let start = out.len();
    for (place, field) in fields.into_iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        csv_field(out, field, formulas);
    }
    if out.len() == start {
        // A line with nothing on it is no row to most readers.
        out.extend_from_slice(b"\"\"");
    }
    out.extend_from_slice(b"\r\n");
}

fn csv_field(out: &mut Vec<u8>, field: &str, formulas: Formulas) {
    let disarm = formulas == Formulas::Disarm && runs(field);
    let quote = field.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n'))
        || field.starts_with([' ', '\t'])
        || field.ends_with([' ', '\t']);
    if quote {
        out.push(b'"');
    }
    if disarm {
        out.push(b'\'');
    }
    if field.contains('"') {
        out.extend_from_slice(field.replace('"', "\"\"").as_bytes());
    } else {
        out.extend_from_slice(field.as_bytes());
    }
    if quote {
        out.push(b'"');
    }
}

/// Whether a spreadsheet program may take it for a formula.
fn runs(field: &str) -> bool {
    // Some programs pass over blanks before the sign; others take the full-width signs too.
    let start = field.trim_start_matches([' ', '\t', '\r', '\n']);
    (start.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) || field.starts_with(['\t', '\r', '\n']))
        && !is_number(field)
}

fn is_number(field: &str) -> bool {
    let digits = field.strip_prefix(['-', '+']).unwrap_or(field);
    digits.starts_with(|letter: char| letter.is_ascii_digit() || letter == '.')
        && digits.parse::<f64>().is_ok()
}

/// Writes one value to the end of `out` as JSON, with LF behind it.
///
/// # Errors
/// When the value cannot be written as JSON; then `out` is as it was.
pub fn json_line(out: &mut Vec<u8>, value: &impl Serialize) -> Result<(), serde_json::Error> {
    let start = out.len();
    match serde_json::to_writer(&mut *out, value) {
        Ok(()) => {
            out.push(b'\n');
            Ok(())
        }
        Err(error) => {
            out.truncate(start);
            Err(error)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(fields: &[&str], formulas: Formulas) -> String {
        let mut out = Vec::new();
        csv_row(&mut out, fields.iter().copied(), formulas);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn quotes_only_what_must_be_quoted() {
        assert_eq!(
            row(&["a", "b,c", "say \"hi\"", "two\nlines", " x"], Formulas::Keep),
            "a,\"b,c\",\"say \"\"hi\"\"\",\"two\nlines\",\" x\"\r\n"
        );
        assert_eq!(row(&[""], Formulas::Keep), "\"\"\r\n");
        assert_eq!(row(&["", ""], Formulas::Keep), ",\r\n");
    }

    #[test]
    fn formulas_are_disarmed_and_numbers_are_not() {
        assert_eq!(
            row(&["=1+1", "-4.5", "+254 700", "@x", "-1e3", "a=b"], Formulas::Disarm),
            "'=1+1,-4.5,'+254 700,'@x,-1e3,a=b\r\n"
        );
        assert_eq!(row(&["=cmd|' /C calc'!A0"], Formulas::Keep), "=cmd|' /C calc'!A0\r\n");
    }
}
