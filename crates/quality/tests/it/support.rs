//! Real crowds, and small helpers.

use kazi_quality::Answers;
use std::path::PathBuf;

/// A file of the real test data, or nothing (with a note) where the data is not at hand.
pub fn real(file: &str) -> Option<String> {
    let root = std::env::var_os("KAZI_REAL_DATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    );
    let text = std::fs::read_to_string(root.join(file)).ok();
    if text.is_none() {
        eprintln!("skipped: no real data {file} (set KAZI_REAL_DATA)");
    }
    text
}

/// The fields of a comma-separated file, quotes honoured, without its header.
pub fn rows(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![Vec::new()];
    let (mut field, mut quoted) = (String::new(), false);
    for character in text.chars() {
        match character {
            '"' => quoted = !quoted,
            ',' if !quoted => rows.last_mut().unwrap().push(std::mem::take(&mut field)),
            '\n' if !quoted => {
                rows.last_mut().unwrap().push(std::mem::take(&mut field));
                rows.push(Vec::new());
            }
            '\r' => {}
            other => field.push(other),
        }
    }
    rows.retain(|row| row.len() > 1);
    rows.split_off(1)
}

/// A real crowd of class labels.
pub struct Crowd {
    pub answers: Answers<String, String, String>,
    pub truth: Vec<(usize, usize)>,
}

/// Reads a real crowd of class labels.
pub fn crowd(name: &str) -> Option<Crowd> {
    let labels = rows(&real(&format!("crowd/{name}/labels.csv"))?);
    let truth = rows(&real(&format!("crowd/{name}/truth.csv"))?);
    let mut builder = Answers::builder();
    for row in &truth {
        builder = builder.class(&row[1]);
    }
    for row in labels {
        builder.push(&row[0], &row[1], &row[2]);
    }
    let answers = builder.build().unwrap();
    let ids = |row: &Vec<String>| {
        let task = usize::try_from(answers.tasks().id(&row[0])?).unwrap();
        Some((task, usize::try_from(answers.classes().id(&row[1])?).unwrap()))
    };
    let truth = truth.iter().filter_map(ids).collect();
    Some(Crowd { answers, truth })
}

/// The rows of a Markdown table in some text (or in doc comments), found by a piece of its header.
pub fn table_in(text: &str, header: &str) -> Vec<Vec<String>> {
    let lines = text.lines().map(|line| line.trim_start_matches("//!").trim_start_matches("///").trim());
    let from = lines.skip_while(|line| !(line.starts_with('|') && line.contains(header)));
    let rows = from.skip(2).take_while(|line| line.starts_with('|'));
    let found: Vec<Vec<String>> = rows
        .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect();
    assert!(!found.is_empty(), "there is no table with {header}");
    found
}
