//! `kazi aggregate` and `kazi agreement` as a researcher with a file uses them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop and say so")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// A folder of files, and the program run inside it.
struct Desk {
    folder: tempfile::TempDir,
}

/// What the program said and left.
struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Desk {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn with(files: &[(&str, &[u8])]) -> Self {
        let desk = Self::new();
        for (name, bytes) in files {
            std::fs::write(desk.folder.path().join(name), bytes).unwrap();
        }
        desk
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).unwrap()
    }

    /// Runs the words of a command line; `input` comes through a pipe.
    fn run(&self, line: &str, input: &[u8]) -> Said {
        let mut child = Command::new(env!("CARGO_BIN_EXE_kazi"))
            .args(line.split_whitespace())
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The program may stop reading at a bad row: a closed pipe is then no fault.
        let _ = child.stdin.take().unwrap().write_all(input);
        let done = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Said { code: done.status.code().unwrap(), out: text(done.stdout), err: text(done.stderr) }
    }

    /// As [`Desk::run`], for a command that must succeed.
    fn ok(&self, line: &str) -> Said {
        let said = self.run(line, b"");
        assert_eq!(said.code, 0, "kazi {line}: {}", said.err);
        said
    }
}

/// The rows of a CSV file as maps from title to value.
fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let titles: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let row =
        |record: csv::StringRecord| titles.iter().cloned().zip(record.iter().map(str::to_owned)).collect();
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn number(row: &BTreeMap<String, String>, title: &str) -> f64 {
    row[title].parse().unwrap_or_else(|_| panic!("{title}: {row:?}"))
}

/// Thirty photos, four workers; amina, juma and li are right but for one photo each, spam always says dog.
fn photos() -> (String, String) {
    let (mut answers, mut truth) = ("task,worker,label\n".to_owned(), "task,truth\n".to_owned());
    for photo in 0..30 {
        let right = if photo % 3 == 0 { "dog" } else { "cat" };
        writeln!(truth, "photo {photo:02},{right}").unwrap();
        for (place, worker) in ["amina", "juma", "li"].iter().enumerate() {
            let wrong = photo == place;
            let said = if wrong == (right == "dog") { "cat" } else { "dog" };
            writeln!(answers, "photo {photo:02},{worker},{said}").unwrap();
        }
        writeln!(answers, "photo {photo:02},spam,dog").unwrap();
    }
    (answers, truth)
}

fn gzip(text: &str) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(text.as_bytes()).unwrap();
    writer.finish().unwrap()
}

/// The real crowds, where this machine has them.
fn real(set: &str) -> Option<PathBuf> {
    let root = std::env::var_os("KAZI_REAL_DATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    );
    let folder = root.join("crowd").join(set);
    let there = folder.is_dir();
    if !there {
        eprintln!("skipped: no real data {set} (set KAZI_REAL_DATA)");
    }
    there.then_some(folder)
}

/// The newcomer's test: one command from a CSV file to labels with intervals, and to who is reliable.
#[test]
fn one_command_gives_labels_with_intervals_and_skills() {
    let (answers, truth) = photos();
    let desk = Desk::with(&[("answers.csv", answers.as_bytes()), ("truth.csv", truth.as_bytes())]);
    let said = desk.ok(
        "aggregate answers.csv --out labels.csv --skills workers.csv --truth truth.csv --json figures.json",
    );
    assert_eq!(said.out, "");
    let labels = rows(&desk.read("labels.csv"));
    assert_eq!(labels.len(), 30);
    let truth = rows(&truth);
    for (label, truth) in labels.iter().zip(&truth) {
        assert_eq!(label["task"], truth["task"]);
        assert_eq!(label["label"], truth["truth"], "{label:?}");
        let (low, value, high) = (number(label, "low"), number(label, "probability"), number(label, "high"));
        assert!(low <= value && value <= high && high <= 1.0 && value > 0.5, "{label:?}");
        assert_eq!((label["tie"].as_str(), label["answers"].as_str()), ("false", "4"));
    }
    let workers = rows(&desk.read("workers.csv"));
    let accuracy: BTreeMap<&str, f64> =
        workers.iter().map(|worker| (worker["worker"].as_str(), number(worker, "accuracy"))).collect();
    assert!(accuracy["spam"] < 0.5 && accuracy["amina"] > 0.9, "{accuracy:?}");
    assert!(workers.iter().all(|worker| number(worker, "low") < number(worker, "high")));
    let figures = desk.json("figures.json");
    assert_eq!(figures["accuracy"], 1.0);
    assert_eq!((figures["answers"].as_u64(), figures["tasks"].as_u64()), (Some(120), Some(30)));
    assert_eq!((figures["workers"].as_u64(), figures["left_out"].as_u64()), (Some(4), Some(0)));
    assert!(figures["seconds"].is_number() && figures["iterations"].as_u64().unwrap() > 0);
    assert_eq!(figures["method"], "dawid-skene");
    let low = figures["interval"][0].as_f64().unwrap();
    assert!(low > 0.8 && low < 1.0 && figures["interval"][1] == 1.0, "{figures}");
    assert!(said.err.contains("accuracy: 100.00 % (95 % interval"), "{}", said.err);
    assert!(said.err.contains("30 tasks with truth"), "{}", said.err);
}

#[test]
fn every_wrapping_of_the_same_answers_gives_the_same_labels() {
    let (answers, _) = photos();
    let tabs = answers.replace(',', "\t");
    let semicolons = answers.replace(',', ";");
    let lines: String = rows(&answers).iter().fold(String::new(), |mut text, row| {
        writeln!(
            text,
            "{}",
            serde_json::json!({"task": row["task"], "worker": row["worker"], "label": row["label"]})
        )
        .unwrap();
        text
    });
    let quoted = answers.lines().fold(String::new(), |mut text, line| {
        let fields: Vec<String> = line.split(',').map(|field| format!("\"{field}\"")).collect();
        write!(text, "{}\r\n", fields.join(",")).unwrap();
        text
    });
    let wide: Vec<u8> =
        "\u{feff}".encode_utf16().chain(answers.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let marked = format!("\u{feff}{answers}");
    let turned: String = {
        let (title, rest) = answers.split_once('\n').unwrap();
        let mut lines: Vec<&str> = rest.lines().collect();
        lines.reverse();
        format!("{title}\n{}\n", lines.join("\n"))
    };
    let renamed = answers.replacen("task,worker,label", "Item, Annotator ,ANSWER", 1);
    let desk = Desk::with(&[
        ("plain.csv", answers.as_bytes()),
        ("tabs.tsv", tabs.as_bytes()),
        ("semicolons.csv", semicolons.as_bytes()),
        ("lines.jsonl", lines.as_bytes()),
        ("quoted.csv", quoted.as_bytes()),
        ("wide.csv", &wide),
        ("marked.csv", marked.as_bytes()),
        ("turned.csv", turned.as_bytes()),
        ("renamed.csv", renamed.as_bytes()),
        ("plain.csv.gz", &gzip(&answers)),
        ("lines.jsonl.gz", &gzip(&lines)),
    ]);
    let wanted = desk.ok("aggregate plain.csv").out;
    assert_eq!(wanted.lines().next().unwrap(), "task,label,probability,low,high,tie,answers");
    for file in [
        "tabs.tsv",
        "semicolons.csv",
        "lines.jsonl",
        "quoted.csv",
        "wide.csv",
        "marked.csv",
        "turned.csv",
        "renamed.csv",
        "plain.csv.gz",
        "lines.jsonl.gz",
    ] {
        assert_eq!(desk.ok(&format!("aggregate {file}")).out, wanted, "{file}");
    }
    for input in [answers.as_bytes(), &gzip(&answers), lines.as_bytes(), &wide] {
        let piped = desk.run("aggregate -", input);
        assert_eq!((piped.code, piped.out), (0, wanted.clone()), "{}", piped.err);
    }
}

#[test]
fn old_encodings_and_quoted_fields_keep_their_text() {
    let desk = Desk::with(&[(
        "latin.csv",
        b"task,worker,label\n\"a, b\",1,caf\xe9\n\"a, b\",2,caf\xe9\n\"say \"\"x\"\"\",1,\"two\nlines\"\n",
    )]);
    let found = rows(&desk.ok("aggregate latin.csv --method majority").out);
    assert_eq!((found[0]["task"].as_str(), found[0]["label"].as_str()), ("a, b", "café"));
    assert_eq!((found[1]["task"].as_str(), found[1]["label"].as_str()), ("say \"x\"", "two\nlines"));
}

#[test]
fn a_row_that_cannot_be_used_is_named_and_may_be_left_out() {
    let desk = Desk::with(&[
        ("empty.csv", b"task,worker,label\na,1,x\na,2,\na,3,x\n"),
        ("broken.jsonl", b"{\"task\":1,\"worker\":1,\"label\":2}\n\nno json\n"),
        ("bare.jsonl", b"{\"task\":1,\"worker\":1,\"label\":2}\n{\"task\":1,\"label\":2}\n"),
        ("lacks.csv", b"task,label\na,x\n"),
        ("none.csv", b"task,worker,label\n"),
        ("numbers.csv", b"task,worker,value\na,1,3\na,2,many\n"),
        ("boxes.csv", b"task,worker,left,top,right,bottom\na,1,5,5,5,5\n"),
        ("pairs.csv", b"left,right,worker,winner\na,b,1,c\n"),
    ]);
    let refused = |line: &str, why: &str| {
        let said = desk.run(line, b"");
        assert_eq!((said.code, said.out.as_str()), (1, ""), "{line}");
        assert!(said.err.starts_with("kazi: ") && said.err.contains(why), "kazi {line}: {}", said.err);
    };
    refused(
        "aggregate empty.csv",
        "empty.csv, line 3: the label is empty; correct the row, or pass --skip-bad-rows",
    );
    refused("aggregate broken.jsonl", "broken.jsonl, line 3: this is not a JSON object");
    refused(
        "aggregate bare.jsonl",
        "bare.jsonl, line 2: there is no worker or worker_id or performer or annotator or user; the fields are: label, task",
    );
    for file in ["broken.jsonl", "bare.jsonl"] {
        let left = desk.ok(&format!("aggregate {file} --skip-bad-rows"));
        assert!(left.err.contains("1 rows left out") && rows(&left.out).len() == 1, "{}", left.err);
    }
    refused("aggregate lacks.csv", "lacks.csv has no column worker or worker_id");
    refused("aggregate lacks.csv", "its columns are: task, label");
    refused("aggregate none.csv", "there are no answers");
    refused("aggregate missing.csv", "cannot read missing.csv");
    refused("aggregate numbers.csv --kind numbers", "line 3: the value 'many' is not a finite number");
    refused("aggregate boxes.csv --kind boxes", "line 2: ");
    refused("aggregate pairs.csv --kind pairs", "line 2: the winner 'c' is neither 'a' nor 'b'");
    refused(
        "aggregate empty.csv --method tarot",
        "there is no method tarot for labels; choose one of: auto, majority",
    );
    refused("agreement empty.csv", "line 3: the label is empty");
    refused("agreement missing.csv", "cannot read missing.csv");
    let skipped = desk.ok("aggregate empty.csv --skip-bad-rows --json figures.json --out labels.csv");
    assert!(skipped.err.contains("1 rows left out"), "{}", skipped.err);
    let figures = desk.json("figures.json");
    assert_eq!((figures["left_out"].as_u64(), figures["answers"].as_u64()), (Some(1), Some(2)));
    assert_eq!(figures["accuracy"], Value::Null);
}

#[test]
fn every_method_for_labels_has_a_name_and_a_result() {
    let (answers, truth) = photos();
    let desk = Desk::with(&[("answers.csv", answers.as_bytes()), ("truth.csv", truth.as_bytes())]);
    for method in kazi_quality::classes::METHODS {
        desk.ok(&format!(
            "aggregate answers.csv --method {method} --truth truth.csv --json {method}.json --out out.csv"
        ));
        let figures = desk.json(&format!("{method}.json"));
        let used = if method == "auto" { "dawid-skene" } else { method };
        assert_eq!(figures["method"], used);
        assert!(figures["accuracy"].as_f64().unwrap() > 0.7, "{method}: {figures}");
    }
}

/// Two who always err alike against one who is right: the majority is wrong, and known truths turn it.
#[test]
fn gold_turns_a_wrong_majority() {
    let mut answers = "task,worker,label\n".to_owned();
    for task in 0..40 {
        let right = task % 2;
        write!(answers, "{task},a,{right}\n{task},b,{}\n{task},c,{}\n", 1 - right, 1 - right).unwrap();
    }
    let truth = (0..40).fold("task,truth\n".to_owned(), |text, task| format!("{text}{task},{}\n", task % 2));
    let gold = format!("{}\nnot asked,1\n", truth.lines().take(13).collect::<Vec<_>>().join("\n"));
    let desk = Desk::with(&[
        ("answers.csv", answers.as_bytes()),
        ("truth.csv", truth.as_bytes()),
        ("gold.csv", gold.as_bytes()),
    ]);
    let accuracy = |options: &str| {
        desk.ok(&format!(
            "aggregate answers.csv --truth truth.csv --json figures.json --out labels.csv {options}"
        ));
        desk.json("figures.json")["accuracy"].as_f64().unwrap()
    };
    assert!(accuracy("--method dawid-skene") < 0.01);
    assert!(
        accuracy("--method one-coin --gold gold.csv") > 0.99
            || accuracy("--method dawid-skene --gold gold.csv") > 0.99
    );
    let fixed = rows(&desk.read("labels.csv"));
    let known = fixed.iter().find(|row| row["task"] == "0").unwrap();
    assert_eq!((known["label"].as_str(), number(known, "low")), ("0", 1.0));
    let refused = desk.run("aggregate answers.csv --kind text --gold gold.csv", b"");
    assert!(refused.code == 1 && refused.err.contains("--gold does not apply"), "{}", refused.err);
}

#[test]
fn ties_are_listed_and_count_half() {
    let desk = Desk::with(&[
        ("answers.csv", b"task,worker,label\na,1,x\na,2,y\nb,1,x\nb,2,x\n"),
        ("truth.csv", b"task,truth\na,x\nb,x\n"),
    ]);
    let said = desk.ok("aggregate answers.csv --method majority --truth truth.csv --json figures.json");
    let found = rows(&said.out);
    assert_eq!((found[0]["label"].as_str(), found[0]["tie"].as_str()), ("x|y", "true"));
    assert_eq!(desk.json("figures.json")["accuracy"], 0.75);
}

#[test]
fn texts_vote_word_by_word_or_as_a_whole() {
    let desk = Desk::with(&[
        (
            "texts.csv",
            b"task,worker,text\n1,a,the cat sat\n1,b,The cat sad\n1,c,the bat sat\n2,a,\n2,b,\"one, two\"\n2,c,\"one, two\"\n",
        ),
        ("truth.csv", b"task,truth\n1,the cat sat\n2,\"one, two\"\n"),
    ]);
    for method in ["auto", "rover", "rover-learnt", "rasa", "hrrasa"] {
        let said = desk.ok(&format!(
            "aggregate texts.csv --kind text --lower-case --method {method} --truth truth.csv --skills workers.csv --json figures.json"
        ));
        let found = rows(&said.out);
        assert_eq!(found.len(), 2, "{method}");
        assert_eq!(found[1]["text"], "one, two", "{method}");
        if !method.contains("rasa") {
            assert_eq!(found[0]["text"], "the cat sat", "{method}");
            assert_eq!(desk.json("figures.json")["word_error"], 0.0, "{method}");
            assert!(said.err.contains("word error: 0.00 %"), "{}", said.err);
        }
        assert!((0.0..=1.0).contains(&number(&found[0], "confidence")));
        assert_eq!(rows(&desk.read("workers.csv")).len(), 3);
    }
    let letters = rows(
        &desk
            .run("aggregate - --kind text --characters", b"task,worker,text\n1,a,abc\n1,b,abd\n1,c,abc\n")
            .out,
    );
    assert_eq!(letters[0]["text"], "abc");
}

#[test]
fn pairs_are_ranked_and_correlate_with_the_truth() {
    let mut pairs = "left,right,worker,winner\n".to_owned();
    let items = ["ant", "bee", "cow", "dog", "elk"];
    for (low, one) in items.iter().enumerate() {
        for other in &items[low + 1..] {
            for worker in 0..3 {
                writeln!(pairs, "{one},{other},{worker},{other}").unwrap();
            }
            writeln!(pairs, "{other},{one},random,{one}").unwrap();
        }
    }
    pairs.push_str("ant,bee,3,\nbee,ant,3,tie\n");
    let truth = "item,truth\nant,1\nbee,2\ncow,3\ndog,4\nelk,5\n";
    let desk = Desk::with(&[("pairs.csv", pairs.as_bytes()), ("truth.csv", truth.as_bytes())]);
    for method in ["auto", "bradley-terry", "noisy-bradley-terry"] {
        let skills = if method.starts_with("noisy") { "--skills workers.csv" } else { "" };
        let said = desk.ok(&format!(
            "aggregate pairs.csv --kind pairs --method {method} {skills} --truth truth.csv --json figures.json"
        ));
        let order: Vec<String> = rows(&said.out).iter().map(|row| row["item"].clone()).collect();
        assert_eq!(order, ["elk", "dog", "cow", "bee", "ant"], "{method}");
        let figures = desk.json("figures.json");
        assert!((figures["rank_correlation"].as_f64().unwrap() - 1.0).abs() < 1e-9, "{figures}");
        assert!(figures["interval"][0].as_f64().unwrap() < 1.0);
    }
    let skills = rows(&desk.read("workers.csv"));
    let of = |name: &str| number(skills.iter().find(|row| row["worker"] == name).unwrap(), "skill");
    assert!(of("random") < of("0"), "{skills:?}");
    let plain = desk.run("aggregate pairs.csv --kind pairs --skills workers.csv", b"");
    assert!(
        plain.code == 1 && plain.err.contains("--skills does not apply to bradley-terry"),
        "{}",
        plain.err
    );
}

#[test]
fn numbers_have_intervals_and_an_error_against_the_truth() {
    let mut values = "task,worker,value\n".to_owned();
    for task in 0..20 {
        for (worker, off) in [("a", 0.1), ("b", -0.1), ("c", 0.05), ("wild", 30.0)] {
            writeln!(values, "{task},{worker},{}", f64::from(task) + off).unwrap();
        }
    }
    let truth = (0..20).fold("task,truth\n".to_owned(), |text, task| format!("{text}{task},{task}\n"));
    let desk = Desk::with(&[("values.csv", values.as_bytes()), ("truth.csv", truth.as_bytes())]);
    let mut errors = BTreeMap::new();
    for method in ["mean", "median", "catd", "pm", "auto"] {
        let said = desk.ok(&format!(
            "aggregate values.csv --kind numbers --method {method} --truth truth.csv --json figures.json --skills weights.csv"
        ));
        let found = rows(&said.out);
        assert!(found.iter().all(|row| number(row, "low") <= number(row, "value") && row["answers"] == "4"));
        let figures = desk.json("figures.json");
        errors.insert(method, figures["mean_absolute_error"].as_f64().unwrap());
        assert!(figures["interval"][0].is_number());
    }
    assert!(errors["pm"] < 0.2 && errors["catd"] < 0.2 && errors["median"] < 0.2, "{errors:?}");
    assert!(errors["mean"] > 5.0, "{errors:?}");
    assert_eq!(errors["auto"].to_bits(), errors["pm"].to_bits());
}

#[test]
fn boxes_merge_and_lone_ones_are_not_accepted() {
    let boxes = "task,worker,class,left,top,right,bottom\n\
                 1,a,cat,0,0,10,10\n1,b,cat,1,0,11,10\n1,c,cat,0,1,10,11\n1,c,cat,50,50,60,60\n2,a,,,,,\n2,b,dog,0,0,5,5\n";
    let desk = Desk::with(&[("boxes.csv", boxes.as_bytes())]);
    let said = desk.ok("aggregate boxes.csv --kind boxes --json figures.json");
    let found = rows(&said.out);
    let accepted: Vec<(&str, &str)> =
        found.iter().map(|row| (row["task"].as_str(), row["accepted"].as_str())).collect();
    assert_eq!(accepted, [("1", "true"), ("1", "false"), ("2", "true")]);
    assert_eq!((number(&found[0], "left"), number(&found[0], "support")), (0.0, 1.0));
    assert_eq!((number(&found[2], "support"), desk.json("figures.json")["tasks"].as_u64()), (0.5, Some(2)));
}

/// Two of three true boxes are found, one accepted box is false; a task that is true to be empty counts, one that nobody
/// was asked does not.
#[test]
fn boxes_are_measured_against_true_ones() {
    let boxes = "task,worker,class,left,top,right,bottom\n\
                 1,a,cat,0,0,10,10\n1,b,cat,0,0,10,10\n1,a,dog,40,0,50,10\n1,b,dog,40,0,50,8\n\
                 2,a,cat,0,0,10,10\n2,b,cat,0,0,10,10\n3,a,,,,,\n3,b,,,,,\n";
    let truth = "task,class,xmin,ymin,xmax,ymax\n1,cat,0,0,10,10\n1,dog,40,0,50,10\n2,,,,,\n3,cat,5,5,9,9\n9,cat,0,0,1,1\n";
    let unnamed = truth.replace("cat", "").replace("dog", "");
    let desk = Desk::with(&[
        ("boxes.csv", boxes.as_bytes()),
        ("truth.csv", truth.as_bytes()),
        ("unnamed.csv", unnamed.as_bytes()),
        ("swapped.csv", truth.replace("dog", "cow").as_bytes()),
        ("bad.csv", b"task,left,top,right,bottom\n1,5,0,1,1\n"),
    ]);
    let run = |truth: &str| {
        let said = desk.ok(&format!(
            "aggregate boxes.csv --kind boxes --truth {truth} --json figures.json --out found.csv"
        ));
        (desk.json("figures.json"), said.err)
    };
    for truth in ["truth.csv", "unnamed.csv"] {
        let (figures, err) = run(truth);
        // The first pair is exact; the second is 10 wide and 9 high (the middle of 10 and 8) where 10 is true.
        assert!((figures["mean_iou"].as_f64().unwrap() - 0.95).abs() < 1e-9, "{figures}");
        assert_eq!((figures["pairs_with_truth"].as_u64(), figures["found_of"].as_u64()), (Some(2), Some(3)));
        assert!((figures["found"].as_f64().unwrap() - 2.0 / 3.0).abs() < 1e-9, "{figures}");
        assert!((figures["false"].as_f64().unwrap() - 1.0 / 3.0).abs() < 1e-9, "{figures}");
        let (low, high) = (figures["found_interval"][0].as_f64(), figures["found_interval"][1].as_f64());
        assert!(low < Some(0.4) && high > Some(0.9), "{figures}");
        assert!(err.contains("found: 66.67 % (95 % interval 20.77 to 93.85 %, 3 true boxes)"), "{err}");
        assert!(err.contains("false: 33.33 %") && err.contains("3 accepted boxes"), "{err}");
        assert!(err.contains("mean IoU: 0.95 (95 % interval"), "{err}");
    }
    let (figures, _) = run("swapped.csv");
    assert!((figures["found"].as_f64().unwrap() - 1.0 / 3.0).abs() < 1e-9, "{figures}");
    let refused = desk.run("aggregate boxes.csv --kind boxes --truth bad.csv", b"");
    assert!(
        refused.code == 1 && refused.err.contains("bad.csv, line 2: the box needs left"),
        "{}",
        refused.err
    );
    let skills = desk.run("aggregate boxes.csv --kind boxes --skills workers.csv", b"");
    assert!(skills.code == 1 && skills.err.contains("--skills does not apply to boxes"), "{}", skills.err);
}

#[test]
fn agreement_gives_alpha_and_kappas_with_intervals() {
    // The reliability data of Krippendorff (2011), section C.
    let observers = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."];
    let mut answers = "task,worker,label\n".to_owned();
    for (observer, values) in observers.iter().enumerate() {
        for (unit, value) in values.chars().enumerate().filter(|(_, value)| *value != '.') {
            writeln!(answers, "{unit},{observer},{value}").unwrap();
        }
    }
    let desk = Desk::with(&[("answers.csv", answers.as_bytes())]);
    for (scale, published) in [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
    {
        let said = desk
            .ok(&format!("agreement answers.csv --scale {scale} --json {scale}.json --workers workers.csv"));
        let figures = desk.json(&format!("{scale}.json"));
        let alpha = figures["alpha"].as_f64().unwrap();
        assert!((alpha - published).abs() < 0.0005, "{scale}: {alpha}");
        let (low, high) = (figures["alpha_interval"][0].as_f64(), figures["alpha_interval"][1].as_f64());
        assert!(low < Some(alpha) && Some(alpha) < high, "{figures}");
        assert!(
            said.out.contains(&format!("Krippendorff's alpha: {alpha:.4} (95 % interval")),
            "{}",
            said.out
        );
        assert_eq!(figures["classes"].as_array().unwrap().len(), 5);
        assert_eq!(figures["fleiss"], Value::Null);
        assert_eq!(rows(&desk.read("workers.csv")).len(), 4);
    }
    let two = b"task,worker,label\n1,a,x\n1,b,x\n2,a,y\n2,b,y\n3,a,x\n3,b,y\n4,a,y\n4,b,y\n";
    let piped = desk.run("agreement - --json -", two);
    let figures: Value = serde_json::from_str(&piped.out).unwrap();
    assert!((figures["cohen"].as_f64().unwrap() - 0.5).abs() < 1e-9, "{figures}");
    assert!(figures["fleiss"].is_number() && figures["fleiss_interval"][0].is_number());
    assert!(figures["cohen_interval"][0].as_f64().unwrap() <= 0.5, "{figures}");
    let again = desk.run("agreement - --json -", two);
    assert_eq!(again.out, piped.out, "the bootstrap is seeded");
    let unnamed = desk.run("agreement - --scale interval", b"task,worker,label\n1,a,x\n");
    assert!(
        unnamed.code == 1 && unnamed.err.contains("line 2: the label 'x' is not a finite number"),
        "{}",
        unnamed.err
    );
}

#[test]
fn help_shows_three_worked_examples_that_run() {
    let (answers, truth) = photos();
    let texts = "task,worker,text\n1,a,The cat\n1,b,the cat\n1,c,the bat\n";
    let desk = Desk::with(&[
        ("answers.csv", answers.as_bytes()),
        ("truth.csv", truth.as_bytes()),
        ("grades.csv", b"task,worker,label\n1,a,5\n1,b,4\n2,a,1\n2,b,2\n"),
    ]);
    for command in ["aggregate", "agreement"] {
        let help = desk.ok(&format!("{command} --help")).out;
        let examples: Vec<&str> = help
            .lines()
            .map(str::trim)
            .filter(|line| line.contains(&format!("kazi {command}")) && !line.starts_with("Usage"))
            .collect();
        assert_eq!(examples.len(), 3, "{help}");
        for example in examples {
            let (_, line) = example.split_once("kazi ").unwrap();
            let (line, input) = line.split_once(" > ").map_or((line, ""), |(line, _)| (line, texts));
            let said = desk.run(line, input.as_bytes());
            assert_eq!(said.code, 0, "{example}: {}", said.err);
        }
    }
    assert!(Path::new(&desk.folder.path().join("figures.json")).exists());
}

/// A reader that has seen enough (`| head`) is no error.
#[test]
fn a_pipe_that_closes_early_is_no_error() {
    let mut answers = "task,worker,label\n".to_owned();
    for task in 0..50_000 {
        writeln!(answers, "{task},a,x").unwrap();
    }
    let desk = Desk::with(&[("answers.csv", answers.as_bytes())]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_kazi"))
        .args(["aggregate", "answers.csv", "--method", "majority"])
        .current_dir(desk.folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn real_crowds_reach_the_published_accuracy_from_the_command_line() {
    for (set, at_least) in [("rte", 0.9275), ("dog", 0.8425), ("web", 0.829)] {
        let Some(folder) = real(set) else { continue };
        let desk = Desk::new();
        let path = |name: &str| folder.join(name).display().to_string();
        let (labels, truth) = (path("labels.csv"), path("truth.csv"));
        desk.ok(&format!("aggregate {labels} --truth {truth} --json figures.json --out labels.csv"));
        let figures = desk.json("figures.json");
        assert!(figures["accuracy"].as_f64().unwrap() >= at_least, "{set}: {figures}");
    }
}
