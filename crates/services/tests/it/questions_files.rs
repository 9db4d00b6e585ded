//! Questions: a whole project in memory, and its files read by a program that is not ours.

use std::fmt::Write as _;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::memory::{Files, JsonDoneLike, Run, bind, deliver, run, split};

fn rows_and_truth(count: usize) -> (String, String) {
    let (mut rows, mut truth) = ("id,text,price\r\n".to_owned(), "id,answer\n".to_owned());
    for row in 0..count {
        write!(rows, "r{row},\"row {row}, \"\"quoted\"\"\nsecond line\",{row}\r\n").unwrap();
        writeln!(truth, "r{row},{}", if row % 3 == 0 { "yes" } else { "No" }).unwrap();
    }
    (rows, truth)
}

fn thousand(error_rate: f64, reliability: f64) -> Run {
    let service = bind("questions", &json!({}));
    let (rows, truth) = rows_and_truth(1_000);
    let pieces = split(&*service, rows.as_bytes()).unwrap().pieces;
    assert_eq!(pieces.len(), 1_000);
    run(&*service, &pieces, &truth, error_rate, reliability)
}

#[test]
fn workers_who_never_err_need_three_answers_a_row() {
    let run = thousand(0.0, 0.99);
    assert_eq!((run.answers, run.called, run.error), (3_000, 0, Some(0.0)));
    let report = run.files.text("report.csv");
    assert!(
        report.contains("Yes,334,0.3340,0.9986,1002\r\n") && report.contains("No,666,0.6660,"),
        "{report}"
    );
}

#[test]
fn what_is_delivered_is_far_better_than_single_answers() {
    let run = thousand(0.10, 0.9);
    let single = f64::from(run.wrong_answers) / f64::from(run.answers);
    let delivered = run.error.unwrap();
    // Three of one mind, wrong: 0.1³ = 0.1 %. Three against one, wrong: 3 · 0.1³ · 0.9 = 0.3 %. The rest is decided
    // at a tenth of wrong answers: about 0.1 · 10 · 0.1² · 0.9² of rows, 0.5 %.
    assert!((0.08..0.12).contains(&single), "{single}");
    assert!(delivered < 0.015, "{delivered}");
    assert!(run.answers < 3_600 && run.called > 0, "{} {}", run.answers, run.called);
    assert_eq!(thousand(0.10, 0.9).files.0, run.files.0, "the same dice give the same delivery");
}

#[test]
fn the_truth_must_fit() {
    let service = bind("questions", &json!({}));
    let refuse = |truth: &[(String, String)]| {
        let item = kazi_services::JsonItem {
            key: "r1".to_owned(),
            kind: "row".to_owned(),
            body: r#"{"show":0,"cells":{"text":"x"}}"#.to_owned(),
            machine: None,
        };
        service.rehearsal(truth, &[item]).err().unwrap()
    };
    let truth = |text: &str| [("truth.csv".to_owned(), text.to_owned())];
    assert_eq!(refuse(&[]).key, "rehearsal-needs-truth");
    assert!(
        refuse(&truth("id,answer\nr1,maybe\n")).message.contains("“maybe”, but the choices are Yes, No.")
    );
    assert!(refuse(&truth("id,answer\nr2,yes\n")).message.contains("1 of 1 rows, such as “r1”"));
    assert_eq!(refuse(&truth("id,reply\nr1,yes\n")).key, "rehearsal-truth-unreadable");
}

#[test]
fn undecided_rows_clashing_names_and_other_columns_all_have_their_place() {
    let service = bind("questions", &json!({}));
    let done = |key: &str, cells: &str, choice: Option<u32>| JsonDoneLike {
        key: key.to_owned(),
        body: format!("{{\"show\":0,\"cells\":{cells}}}"),
        outcome: choice.map(|choice| format!("{{\"choice\":{choice}}}")),
    };
    let files = deliver(
        &*service,
        vec![
            done("1", r#"{"text":"=1+1","answer":7}"#, Some(1)),
            done("2", r#"{"text":"b","answer":null}"#, None),
            done("3", r#"{"other":"c"}"#, Some(0)),
        ],
    );
    assert_eq!(
        files.text("answers.csv"),
        "text,answer,kazi_answer,confidence,people,said,state,source,key\r\n\
         '=1+1,7,No,0.9900,1,No,settled,rows.csv,1\r\n\
         b,null,,,1,No,undecided,rows.csv,2\r\n"
    );
    assert!(files.text("answers-2.csv").starts_with("other,answer,confidence"));
    assert_eq!(
        files.text("answers.jsonl").lines().next().unwrap(),
        r#"{"text":"=1+1","answer":7,"kazi_answer":"No","confidence":0.99,"people":1,"said":"No","state":"settled","source":"rows.csv","key":"1"}"#
    );
    assert!(files.text("report.csv").ends_with("(undecided),1,0.3333,,\r\n"));
}

/// Reads both files with Python's own readers and says whether they hold the same rows as the input.
const FOREIGN: &str = r#"
import csv, io, json, sys
given = json.load(sys.stdin)
read = lambda name: list(csv.DictReader(io.StringIO(given[name], newline="")))
rows, table = read("rows"), read("csv")
lines = [json.loads(line) for line in given["jsonl"].splitlines()]
assert len(rows) == len(table) == len(lines) == 1000, (len(rows), len(table), len(lines))
for row, answered, line in zip(rows, table, lines):
    for found in (answered, line):
        assert {name: found[name] for name in row} == row, (row, found)
        assert found["key"] == row["id"] and found["state"] == "settled" and found["answer"] in ("Yes", "No")
        assert 0.9 < float(found["confidence"]) <= 1 and int(found["people"]) >= 3
report = list(csv.DictReader(io.StringIO(given["report"], newline="")))
assert sum(int(row["rows"]) for row in report) == 1000
print("read")
"#;

#[test]
fn python_reads_what_was_delivered() {
    let run = thousand(0.05, 0.9);
    let python = Command::new("python3")
        .args(["-c", FOREIGN])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut python) = python else {
        println!("skipped: there is no python3 here");
        return;
    };
    let given = json!({
        "rows": rows_and_truth(1_000).0,
        "csv": run.files.text("answers.csv"),
        "jsonl": run.files.text("answers.jsonl"),
        "report": run.files.text("report.csv"),
    });
    serde_json::to_writer(python.stdin.take().unwrap(), &given).unwrap();
    let output = python.wait_with_output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "read\n",
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn joining_the_rows_gives_the_source_back() {
    let service = bind("questions", &json!({ "disarm_formulas": false }));
    let rows = "id,text,price\r\na,\"fish, \"\"dried\"\"\",3\r\nb,,-4\r\nc,\" x \",=1\r\n";
    let pieces = split(&*service, rows.as_bytes()).unwrap().pieces;
    let files: Files = deliver(
        &*service,
        pieces
            .into_iter()
            .map(|piece| JsonDoneLike { key: piece.key, body: piece.body, outcome: None })
            .collect(),
    );
    let joined: String = files
        .text("answers.csv")
        .split_inclusive("\r\n")
        .map(|line| {
            let kept = line.trim_end().rsplitn(8, ',').nth(7).unwrap().to_owned();
            kept + "\r\n"
        })
        .collect();
    assert_eq!(joined, rows);
}
