//! The papers name what is there: each file and test that they lean on, and each page that they lead to.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop and say so")]

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// All files below a folder whose name ends so; what is built or fetched is left out.
fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    const LEFT_OUT: [&str; 5] = ["target", "node_modules", "dist", ".git", "demo-data"];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !LEFT_OUT.contains(&name.as_str()) {
            files(&path, ending, found);
        } else if name.ends_with(ending) {
            found.push(path);
        }
    }
}

/// What stands between backticks.
fn named(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The names of all tests written in Rust.
fn tests() -> HashSet<String> {
    let mut sources = Vec::new();
    files(&root().join("crates"), ".rs", &mut sources);
    let mut names = HashSet::new();
    for source in sources {
        let text = fs::read_to_string(source).unwrap();
        for (_, after) in text.match_indices("#[test]").map(|(at, word)| text.split_at(at + word.len())) {
            names.extend(
                after.split_once("fn ").and_then(|(_, rest)| rest.split('(').next()).map(str::to_owned),
            );
        }
        for (_, after) in text.match_indices("#[tokio::test").map(|(at, word)| text.split_at(at + word.len()))
        {
            names.extend(
                after.split_once("fn ").and_then(|(_, rest)| rest.split('(').next()).map(str::to_owned),
            );
        }
    }
    names
}

#[test]
fn every_file_and_test_that_the_walk_through_asvs_names_is_there() {
    const IN_THE_ROOT: [&str; 3] = ["Cargo.toml", "Cargo.lock", "SECURITY.md"];
    let text = fs::read_to_string(root().join("docs/security/asvs.md")).unwrap();
    let tests = tests();
    let (mut missing, mut files, mut proofs) = (Vec::new(), 0, 0);
    for name in named(&text) {
        let is_path = (name.contains('/') && !name.contains(' ')) || IN_THE_ROOT.contains(&name);
        let is_test =
            name.matches('_').count() >= 3 && name.chars().all(|c| c == '_' || c.is_ascii_lowercase());
        if is_path {
            files += 1;
            missing.extend((!root().join(name).exists()).then_some(name));
        } else if is_test {
            proofs += 1;
            missing.extend((!tests.contains(name)).then_some(name));
        }
    }
    assert!(
        files > 80 && proofs > 80,
        "the walk names {files} files and {proofs} tests: is it read rightly?"
    );
    assert!(missing.is_empty(), "asvs.md names what is not there: {missing:?}");
}

#[test]
fn every_answer_of_the_walk_is_one_of_four_and_they_are_counted() {
    let text = fs::read_to_string(root().join("docs/security/asvs.md")).unwrap();
    let lines: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| line.starts_with("| ") && line.chars().nth(2).is_some_and(|c| c.is_ascii_digit()))
        .map(|line| line.split('|').map(str::trim).collect())
        .collect();
    let count = |answer: &str| lines.iter().filter(|cells| cells.get(3) == Some(&answer)).count();
    let counts = ["met", "partly", "not met", "–"].map(count);
    assert_eq!(counts.iter().sum::<usize>(), lines.len(), "some line has another answer");
    let [met, partly, not, none] = counts;
    let told = format!("{met} met, {partly} partly, {not} not met, {none} lines that do not apply");
    assert!(text.contains(&told), "write: {told}");
    assert!(
        lines
            .iter()
            .all(|cells| cells.get(3) == Some(&"–") || cells.get(4).is_some_and(|proof| !proof.is_empty()))
    );
}

#[test]
fn links_between_papers_lead_somewhere() {
    let mut papers = Vec::new();
    files(&root(), ".md", &mut papers);
    let mut missing = Vec::new();
    for paper in &papers {
        let text = fs::read_to_string(paper).unwrap();
        for part in text.split("](").skip(1) {
            let target = part.split([')', '#', ' ']).next().unwrap();
            let is_ours = !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:");
            if is_ours && !paper.parent().unwrap().join(target).exists() {
                missing.push(format!("{} leads to {target}", paper.display()));
            }
        }
    }
    assert!(papers.len() > 50, "{} papers", papers.len());
    assert!(missing.is_empty(), "{missing:#?}");
}
