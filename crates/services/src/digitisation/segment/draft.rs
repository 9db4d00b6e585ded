//! A machine's reading, laid on our lines.
//!
//! The lines are always ours; the machine (Tesseract, or the text layer of a PDF) only adds draft text and how sure
//! it is. Where it parts the page into lines otherwise than we do, the draft says so.

use super::PageLayout;
use kazi_formats::pdf::TextWord;
use kazi_formats::raster::Rect;
use kazi_formats::raster::number::{float_of, round};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Why a table of words could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TsvError {
    /// The first row does not name the columns that are needed.
    #[error("the table of words has no column `{0}`")]
    MissingColumn(&'static str),
    /// A row has a cell that is no number, or too few cells.
    #[error("row {0} of the table of words cannot be read")]
    Row(usize),
}

/// A word that the machine read.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadWord {
    /// The text, never blank.
    pub text: String,
    /// Where it stands on the straightened page.
    pub place: Rect,
    /// How sure the machine is, 0 to 1; none when it does not say.
    pub confidence: Option<f64>,
    /// Which of the machine's own lines it is in: page, block, paragraph, line.
    pub line: Option<[u32; 4]>,
}

/// What the machine read on one of our lines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// Its words from left to right, a blank between them.
    pub text: String,
    /// Mean confidence of the words, each weighed by its length; none when the machine does not say.
    pub confidence: Option<f64>,
    /// Whether the machine parted the page otherwise here: words of several of its lines stand on ours, or its line
    /// goes on in another of ours.
    pub disputed: bool,
}

/// The columns of Tesseract's table that are used.
const COLUMNS: [&str; 11] = [
    "page_num",
    "block_num",
    "par_num",
    "line_num",
    "left",
    "top",
    "width",
    "height",
    "conf",
    "text",
    "level",
];

/// Reads the words of Tesseract's `tsv` output. Rows that are no words (blocks, paragraphs, lines, blanks) are
/// passed over.
///
/// # Errors
/// [`TsvError`] when the table is not of that form.
pub fn parse_tsv(table: &str) -> Result<Vec<ReadWord>, TsvError> {
    let mut rows = table.lines().enumerate();
    let header: Vec<&str> = rows.next().map(|(_, row)| row.split('\t').collect()).unwrap_or_default();
    let mut places = [0_usize; 11];
    for (place, name) in places.iter_mut().zip(COLUMNS) {
        *place = header.iter().position(|column| *column == name).ok_or(TsvError::MissingColumn(name))?;
    }
    let mut words = Vec::new();
    for (at, row) in rows {
        let cells: Vec<&str> = row.split('\t').collect();
        let cell = |at: usize| places.get(at).and_then(|place| cells.get(*place)).copied();
        let number = |column: usize| cell(column).and_then(|text| text.trim().parse::<u32>().ok());
        if number(10) != Some(5) {
            continue;
        }
        let text = cell(9).unwrap_or_default().trim();
        if text.is_empty() {
            continue;
        }
        let word = || {
            let confidence: f64 = cell(8)?.trim().parse().ok()?;
            Some(ReadWord {
                text: text.to_owned(),
                place: Rect { x: number(4)?, y: number(5)?, width: number(6)?, height: number(7)? },
                confidence: (confidence >= 0.0).then_some((confidence / 100.0).min(1.0)),
                line: Some([number(0)?, number(1)?, number(2)?, number(3)?]),
            })
        };
        words.push(word().ok_or(TsvError::Row(at + 1))?);
    }
    Ok(words)
}

/// The words of a PDF's text layer as a reading of the straightened page; `scan` is the size of the page image that
/// they were placed on.
#[must_use]
pub fn from_text_layer(words: &[TextWord], layout: &PageLayout, scan: (u32, u32)) -> Vec<ReadWord> {
    words
        .iter()
        .map(|word| {
            let corner = |x: u32, y: u32| layout.straightened((f64::from(x), f64::from(y)), scan);
            let (left, top) = corner(word.place.x, word.place.y);
            let (right, bottom) = corner(word.place.right(), word.place.bottom());
            let place = Rect::from_edges(round(left), round(top), round(right), round(bottom));
            ReadWord { text: word.text.clone(), place, confidence: None, line: None }
        })
        .collect()
}

/// A reading laid on a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// For each line of the layout what was read there, where anything was.
    pub lines: Vec<Option<Draft>>,
    /// Words that stand on none of our lines: in figures, or invented from specks.
    pub elsewhere: Vec<ReadWord>,
}

/// Gives each word to the line in which its middle lies: the one whose band from the tops of the small letters to
/// the baseline it is nearest to, among those whose boxes hold it.
#[must_use]
pub fn assign(layout: &PageLayout, words: &[ReadWord]) -> Reading {
    let mut of_line: Vec<Vec<&ReadWord>> = vec![Vec::new(); layout.lines.len()];
    let mut elsewhere = Vec::new();
    let mut homes: BTreeMap<[u32; 4], Vec<usize>> = BTreeMap::new();
    for word in words {
        match line_of(layout, &word.place) {
            Some(at) => {
                if let Some(list) = of_line.get_mut(at) {
                    list.push(word);
                }
                if let Some(line) = word.line {
                    homes.entry(line).or_default().push(at);
                }
            }
            None => elsewhere.push(word.clone()),
        }
    }
    let lines = of_line.into_iter().map(|words| draft(words, &homes)).collect();
    Reading { lines, elsewhere }
}

/// The line that a box's middle lies in.
#[must_use]
pub fn line_of(layout: &PageLayout, place: &Rect) -> Option<usize> {
    let x = place.x.midpoint(place.right());
    let y = place.y.midpoint(place.bottom());
    layout
        .lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.place.contains(x, y))
        .min_by_key(|(_, line)| {
            // Where the baseline falls, the band at the word is not that of the line's middle.
            let part = (f64::from(x) - f64::from(line.place.x)) / f64::from(line.place.width.max(1)) - 0.5;
            let fall = part * float_of(usize::try_from(line.fall.unsigned_abs()).unwrap_or(0));
            let fall = if line.fall < 0 { -fall } else { fall };
            let band = f64::from(line.x_height_top).midpoint(f64::from(line.baseline)) + fall;
            round((f64::from(y) - band).abs() * 16.0)
        })
        .map(|(at, _)| at)
}

fn draft(mut words: Vec<&ReadWord>, homes: &BTreeMap<[u32; 4], Vec<usize>>) -> Option<Draft> {
    if words.is_empty() {
        return None;
    }
    words.sort_by_key(|word| word.place.x);
    let text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    let weighed = words.iter().map(|word| {
        let weight = float_of(word.text.chars().count());
        word.confidence.map(|confidence| (confidence * weight, weight))
    });
    let sums = weighed.collect::<Option<Vec<(f64, f64)>>>();
    let confidence = sums.map(|sums| {
        let (total, weight) = sums.iter().fold((0.0, 0.0), |sum, next| (sum.0 + next.0, sum.1 + next.1));
        total / weight
    });
    let mut theirs: Vec<[u32; 4]> = words.iter().filter_map(|word| word.line).collect();
    theirs.sort_unstable();
    theirs.dedup();
    let goes_on = theirs
        .iter()
        .any(|line| homes.get(line).is_some_and(|at| at.windows(2).any(|pair| pair.first() != pair.last())));
    Some(Draft { text, confidence, disputed: theirs.len() > 1 || goes_on })
}

#[cfg(test)]
mod tests {
    use super::super::LineBox;
    use super::*;
    use proptest::prelude::*;

    const HEADER: &str =
        "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext";

    fn layout(lines: &[(u32, u32)]) -> PageLayout {
        let lines = lines
            .iter()
            .map(|(top, bottom)| LineBox {
                place: Rect::from_edges(10, *top, 500, *bottom),
                x_height_top: top + 10,
                baseline: bottom - 10,
                fall: 0,
                ink: 1,
            })
            .collect();
        PageLayout {
            width: 600,
            height: 800,
            dpi: None,
            skew_degrees: 0.0,
            x_height: 20,
            lines,
            figures: vec![],
            order: vec![],
            rules: vec![],
            borders: vec![],
        }
    }

    #[test]
    fn words_are_read_and_other_rows_passed_over() {
        let table = format!(
            "{HEADER}\n4\t1\t1\t1\t1\t0\t10\t10\t400\t30\t-1\t\n5\t1\t1\t1\t1\t1\t10\t12\t50\t28\t96.5\tThe\n5\t1\t1\t1\t1\t2\t70\t12\t50\t28\t90\t \n"
        );
        let words = parse_tsv(&table).unwrap();
        assert_eq!(words.len(), 1);
        assert_eq!((words[0].text.as_str(), words[0].line), ("The", Some([1, 1, 1, 1])));
        assert!((words[0].confidence.unwrap() - 0.965).abs() < 1e-9);
        assert_eq!(parse_tsv("a\tb"), Err(TsvError::MissingColumn("page_num")));
        assert_eq!(
            parse_tsv(&format!("{HEADER}\n5\t1\t1\t1\t1\t1\tx\t12\t50\t28\t96\tThe")),
            Err(TsvError::Row(2))
        );
    }

    fn word(text: &str, x: u32, y: u32, confidence: f64, line: u32) -> ReadWord {
        ReadWord {
            text: text.to_owned(),
            place: Rect { x, y, width: 40, height: 20 },
            confidence: Some(confidence),
            line: Some([1, 1, 1, line]),
        }
    }

    #[test]
    fn words_go_to_our_lines_by_their_middle_and_disputes_are_marked() {
        let page = layout(&[(100, 145), (140, 185), (300, 345)]);
        let words = [
            word("fox", 100, 112, 0.5, 1),
            word("The", 20, 112, 1.0, 1),
            word("runs", 20, 152, 0.9, 2),
            word("away", 100, 312, 0.9, 2),
            word("noise", 20, 700, 0.2, 3),
        ];
        let reading = assign(&page, &words);
        let first = reading.lines[0].as_ref().unwrap();
        assert_eq!((first.text.as_str(), first.disputed), ("The fox", false));
        assert!((first.confidence.unwrap() - 0.75).abs() < 1e-9);
        assert!(reading.lines[1].as_ref().unwrap().disputed && reading.lines[2].as_ref().unwrap().disputed);
        assert_eq!(reading.elsewhere.len(), 1);
    }

    proptest! {
        #[test]
        fn any_table_is_read_or_refused(cells in "[0-9\t\n a-z.-]{0,200}") {
            let _ = parse_tsv(&format!("{HEADER}\n{cells}"));
        }

        #[test]
        fn no_word_is_lost(places in proptest::collection::vec((0_u32..600, 0_u32..800), 0..40)) {
            let page = layout(&[(100, 145), (140, 185), (300, 345)]);
            let words: Vec<ReadWord> = places.into_iter().map(|(x, y)| word("w", x, y, 0.5, 1)).collect();
            let reading = assign(&page, &words);
            let placed: usize = reading.lines.iter().flatten().map(|draft| draft.text.split(' ').count()).sum();
            prop_assert_eq!(placed + reading.elsewhere.len(), words.len());
        }
    }
}
