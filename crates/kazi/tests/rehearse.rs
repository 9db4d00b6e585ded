//! The program as others script against it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop and say so")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};

fn kazi(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kazi")).args(args).output().unwrap()
}

fn write_rows(folder: &Path, rows: usize) {
    let mut table = "id,text\n".to_owned();
    let mut truth = "id,answer\n".to_owned();
    for row in 0..rows {
        let answer = if row % 3 == 0 { "No" } else { "Yes" };
        writeln!(table, "r{row},word {row}").unwrap();
        writeln!(truth, "r{row},{answer}").unwrap();
    }
    std::fs::write(folder.join("rows.csv"), table).unwrap();
    std::fs::write(folder.join("truth.csv"), truth).unwrap();
}

#[test]
fn a_rehearsal_of_questions_delivers_better_than_single_workers() {
    let folder = tempfile::tempdir().unwrap();
    write_rows(folder.path(), 40);
    let at = |name: &str| folder.path().join(name).display().to_string();
    let (rows, truth, out, report) = (at("rows.csv"), at("truth.csv"), at("out"), at("report.json"));
    let done = kazi(&[
        "rehearse",
        "questions",
        &rows,
        "--truth",
        &truth,
        "--workers",
        "5",
        "--error-rate",
        "0.1",
        "--out",
        &out,
        "--json",
        &report,
    ]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(&report).unwrap()).unwrap();
    assert_eq!(report["items"], 40);
    assert!(report["answers"].as_u64().unwrap() >= 120, "three people a row");
    assert!(report["error_delivered"].as_f64().unwrap() <= report["error_before"].as_f64().unwrap());
    for name in ["tasks", "answers_per_item", "escalated", "seconds", "cost", "files"] {
        assert!(!report[name].is_null(), "{name}");
    }
    let delivered = std::fs::read_to_string(folder.path().join("out/answers.csv")).unwrap();
    assert_eq!(delivered.lines().count(), 41, "a header and every row");
}

#[test]
fn what_cannot_be_rehearsed_is_told_in_a_sentence() {
    let unknown = kazi(&["rehearse", "gardening", "rows.csv"]);
    assert!(!unknown.status.success());
    let said = String::from_utf8_lossy(&unknown.stderr).into_owned();
    assert!(said.contains("there is no service `gardening`; there are: "), "{said}");
    let missing = kazi(&["rehearse", "questions", "no-such-file.csv"]);
    assert!(!missing.status.success());
    assert!(String::from_utf8_lossy(&missing.stderr).contains("no-such-file.csv cannot be read"));
}

#[test]
fn the_reference_of_settings_is_up_to_date() {
    let written = kazi(&["settings"]);
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/settings.md");
    let kept = std::fs::read_to_string(kept).unwrap();
    assert_eq!(
        String::from_utf8_lossy(&written.stdout),
        kept,
        "write it anew: kazi settings > docs/reference/settings.md"
    );
}
