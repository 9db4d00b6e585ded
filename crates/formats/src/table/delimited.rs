//! One row of delimited text (RFC 4180), cut into fields.

use crate::text_encoding::count_where;

/// A field as it lies in the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field {
    /// Where it begins, behind an opening quotation mark.
    pub from: usize,
    /// Where it ends, before a closing one.
    pub to: usize,
    /// Whether it holds doubled quotation marks.
    pub doubled: bool,
}

/// What the start of some bytes is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// A row of this length, line end included, with so many line feeds in it.
    Row { length: usize, lines: u64 },
    /// A row that goes on behind the bytes.
    Cut { quoted: bool },
    /// A row with a quotation mark where none may be.
    StrayQuote,
}

/// Cuts the row at the start of `bytes`. `complete` says that nothing follows them. Lines end with LF, CR LF
/// or CR. A quotation mark means something only at the start of a field; blanks behind a closing one are
/// passed over.
pub(super) fn cut(bytes: &[u8], delimiter: u8, complete: bool, fields: &mut Vec<Field>) -> Step {
    fields.clear();
    let mut from = 0;
    let mut lines = 0;
    loop {
        let field = bytes.get(from..).unwrap_or_default();
        let (to, end) = if field.first() == Some(&b'"') {
            let Some((to, doubled, feeds)) = quoted(field, complete) else {
                return Step::Cut { quoted: true };
            };
            lines += feeds;
            let behind = field.get(to + 1..).unwrap_or_default();
            let blanks = behind.iter().take_while(|byte| **byte == b' ').count();
            fields.push(Field { from: from + 1, to: from + to, doubled });
            (from + to + 1 + blanks, behind.get(blanks).copied())
        } else {
            let is_end = |byte: &u8| *byte == delimiter || *byte == b'\n' || *byte == b'\r';
            let length = field.iter().position(is_end).unwrap_or(field.len());
            fields.push(Field { from, to: from + length, doubled: false });
            (from + length, field.get(length).copied())
        };
        match end {
            Some(byte) if byte == delimiter => from = to + 1,
            Some(b'\n') => return Step::Row { length: to + 1, lines: lines + 1 },
            Some(b'\r') => match bytes.get(to + 1) {
                Some(b'\n') => return Step::Row { length: to + 2, lines: lines + 1 },
                None if !complete => return Step::Cut { quoted: false },
                _ => return Step::Row { length: to + 1, lines: lines + 1 },
            },
            None if complete => return Step::Row { length: bytes.len(), lines },
            None => return Step::Cut { quoted: false },
            Some(_) => return Step::StrayQuote,
        }
    }
}

/// The place of the closing quotation mark of a field that begins with one, whether marks are doubled in
/// between, and how many line feeds there are.
fn quoted(field: &[u8], complete: bool) -> Option<(usize, bool, u64)> {
    let mut from = 1;
    let mut doubled = false;
    loop {
        let rest = field.get(from..)?;
        let place = from + rest.iter().position(|byte| *byte == b'"')?;
        match field.get(place + 1) {
            Some(b'"') => {
                doubled = true;
                from = place + 2;
            }
            None if !complete => return None,
            _ => {
                let inside = field.get(1..place).unwrap_or_default();
                return Some((place, doubled, count_where(inside, |byte| byte == b'\n')));
            }
        }
    }
}

/// The delimiter that cuts the sample best: most rows have as many fields as the first, and that is many.
/// A table of one column has none; a comma then does no harm.
pub(super) fn delimiter_of(sample: &[u8], complete: bool) -> u8 {
    let mut best = (b',', 0, 0);
    for delimiter in [b',', b';', b'\t', b'|'] {
        let (alike, width) = alike(sample, delimiter, complete);
        if width > 1 && (alike, width) > (best.1, best.2) {
            best = (delimiter, alike, width);
        }
    }
    best.0
}

/// How many of the first rows have as many fields as the first (in thousandths), and how many those are.
fn alike(sample: &[u8], delimiter: u8, complete: bool) -> (usize, usize) {
    let mut fields = Vec::new();
    let (mut rest, mut rows, mut same, mut width) = (sample, 0, 0, 0);
    while rows < 200 && !rest.is_empty() {
        let length = match cut(rest, delimiter, complete, &mut fields) {
            Step::Row { length, .. } => length,
            Step::Cut { .. } if !complete => break,
            Step::Cut { .. } | Step::StrayQuote => {
                fields.clear();
                rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |place| place + 1)
            }
        };
        rest = rest.get(length..).unwrap_or_default();
        if is_blank(&fields) {
            continue;
        }
        if rows == 0 {
            width = fields.len();
        }
        rows += 1;
        same += usize::from(fields.len() == width);
    }
    (same * 1000 / rows.max(1), width)
}

/// Whether a row is a line with nothing on it.
pub(super) fn is_blank(fields: &[Field]) -> bool {
    matches!(fields, [only] if only.from == 0 && only.to == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(bytes: &str, delimiter: u8) -> Vec<&str> {
        let mut fields = Vec::new();
        assert!(matches!(cut(bytes.as_bytes(), delimiter, true, &mut fields), Step::Row { .. }));
        fields.iter().map(|field| &bytes[field.from..field.to]).collect()
    }

    #[test]
    fn quotes_hold_delimiters_and_line_ends() {
        assert_eq!(texts("a,\"b,\r\nc\" ,d\"e\r\nnext", b','), ["a", "b,\r\nc", "d\"e"]);
        assert_eq!(texts("a;;\n", b';'), ["a", "", ""]);
        assert_eq!(texts("", b','), [""]);
    }

    #[test]
    fn what_may_go_on_is_not_cut_short() {
        let mut fields = Vec::new();
        for start in ["a,b", "a,\"b", "a,\"b\"", "a\r"] {
            assert!(matches!(cut(start.as_bytes(), b',', false, &mut fields), Step::Cut { .. }), "{start}");
        }
        assert_eq!(cut(b"\"a\"b,c\n", b',', false, &mut fields), Step::StrayQuote);
        assert_eq!(cut(b"\"a\nb\"\n", b',', true, &mut fields), Step::Row { length: 6, lines: 2 });
    }

    #[test]
    fn the_delimiter_is_the_one_that_cuts_alike() {
        assert_eq!(delimiter_of(b"name;price\nfish, dried;1,50\nrice;2,10\n", true), b';');
        assert_eq!(delimiter_of(b"a\tb\n1,2\t3\n", true), b'\t');
        assert_eq!(delimiter_of(b"text\nfine, thanks\n", true), b',');
        assert_eq!(delimiter_of(b"Year|Flats\n1986|4\n", true), b'|');
    }
}
