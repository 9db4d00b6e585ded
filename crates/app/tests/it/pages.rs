//! A service for tests, whose files say what its splitting does: one command a line.
//!
//! | line | what it does |
//! | --- | --- |
//! | `piece PARENT KIND KEY` | gives a piece; the parent is a number or `-` |
//! | `picture PARENT KIND KEY` | the same, with its key as a picture |
//! | `problem TEXT` | tells of a problem |
//! | `refuse`, `crash`, `panic`, `hang`, `memory`, `noise`, `flood` | what files do to programs that open them |

use std::io::{BufRead, BufReader, Write};
use std::sync::LazyLock;

use kazi_domain::{Role, Span};
use kazi_services::{
    About, AnyService, Assembler, BlobRef, Course, Desk, Done, Door, Fault, Piece, PieceNumber, Problem,
    Reading, Refusal, Rehearsal, RehearsalItem, Score, Screen, Service, Settings, Sink, Source, Stage, Start,
    Tools, Verdict, View,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

static HERE: LazyLock<[Box<dyn AnyService>; 2]> =
    LazyLock::new(|| [Box::new(Door::new(Pages::<true>)), Box::new(Door::new(Pages::<false>))]);

/// The services of the registry, and `pages` (opened in a child) and `notes` (opened here).
pub fn find(key: &str) -> Option<&'static dyn AnyService> {
    let here = HERE.iter().find(|service| service.key() == key).map(AsRef::as_ref);
    here.or_else(|| kazi_services::find(key))
}

#[derive(Debug, Clone)]
struct Pages<const MEDIA: bool>;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Item {
    key: String,
    picture: Option<BlobRef>,
}

const KINDS: [&str; 3] = ["page", "line", "rule"];

fn stage(key: &'static str, item_kind: &'static str) -> Stage {
    Stage {
        key,
        item_kind,
        start: Start::Ready,
        role: Role::Worker,
        answers: 2,
        at_most: 3,
        machine: false,
        fresh_eyes: false,
        usual: Span::seconds(10),
        default_pay: 100,
    }
}

fn wrong(line: &str) -> Refusal {
    Refusal { key: "wrong".to_owned(), message: format!("`{line}` cannot be used: write another line.") }
}

impl<const MEDIA: bool> Service for Pages<MEDIA> {
    const KEY: &'static str = if MEDIA { "pages" } else { "notes" };
    type Spec = Value;
    type Item = Item;
    type Answer = String;
    type Outcome = String;

    fn about(&self) -> About {
        About { name: "Pages of tests", accepts: &[".txt"], media: MEDIA }
    }
    fn spec_schema(&self) -> Value {
        Value::Null
    }
    fn check_spec(&self, _: &Value) -> Result<(), Vec<Problem>> {
        Ok(())
    }
    /// A line is typed, a page is read when all its lines are; a rule asks for nothing.
    fn stages(&self, _: &Value) -> Vec<Stage> {
        vec![stage("type", "line"), stage("read", "page")]
    }

    fn split(
        &self,
        _: &Value,
        source: Source<'_>,
        tools: &mut dyn Tools,
        sink: &mut dyn Sink<Self>,
    ) -> Result<(), Refusal> {
        let mut done = 0;
        for line in BufReader::new(source.reader).lines() {
            let line = line.map_err(|error| wrong(&error.to_string()))?;
            let mut words = line.split(' ');
            match (words.next(), words.next(), words.next(), words.next()) {
                (Some(what @ ("piece" | "picture")), Some(parent), Some(kind), Some(key)) => {
                    let picture = match what {
                        "picture" => Some(sink.blob("image/png", key.as_bytes())?),
                        _ => None,
                    };
                    let kind = KINDS.into_iter().find(|one| *one == kind).ok_or_else(|| wrong(&line))?;
                    let parent = parent.parse().ok().map(PieceNumber);
                    let body = Item { key: key.to_owned(), picture };
                    let machine = (kind == "line").then(|| (key.to_owned(), 0.5));
                    sink.piece(Piece { key: key.to_owned(), parent, kind, body, machine })?;
                }
                (Some("problem"), ..) => sink.problem(Problem {
                    field: "page 2".to_owned(),
                    key: "unreadable".to_owned(),
                    message: line.clone(),
                }),
                (Some("refuse"), ..) => return Err(wrong(&line)),
                (Some(deed), ..) => misbehave(deed, tools, sink)?,
                (None, ..) => {}
            }
            done += 1;
            sink.progress(done, 0);
        }
        Ok(())
    }

    fn screen(&self, _: &View<'_, Self>) -> Screen {
        Screen { element: String::new(), data: Value::Null, html: String::new(), media: Vec::new() }
    }
    fn read_form(&self, _: &str, _: &Item, _: &[(String, String)]) -> Result<String, Vec<Problem>> {
        Ok(String::new())
    }
    fn check(&self, _: &Value, _: &str, _: &Item, _: &String) -> Result<(), Vec<Problem>> {
        Ok(())
    }
    fn agree(&self, _: &Value, _: &str, _: &Item, readings: &[Reading<String>]) -> Verdict<String> {
        let outcome = readings.last().map(|reading| reading.answer.clone()).unwrap_or_default();
        Verdict::Settled { outcome, confidence: 0.9 }
    }
    fn score(&self, _: &str, _: &Item, truth: &String, answer: &String) -> Score {
        let errors = u32::from(truth != answer);
        Score { value: f64::from(1 - errors), units: 1, errors }
    }
    fn assembler(&self, _: &Value, settings: &Settings) -> Box<dyn Assembler<Self>> {
        Box::new(Lines { title: settings.title.clone(), items: 0 })
    }
    fn course(&self, _: &str) -> Option<Course<Self>> {
        None
    }
    fn rehearsal(
        &self,
        _: &Value,
        _: &[(String, String)],
        _: Vec<RehearsalItem<Self>>,
    ) -> Result<Box<dyn Rehearsal>, Refusal> {
        Err(wrong("rehearsal"))
    }
}

fn misbehave<S: Service>(deed: &str, tools: &mut dyn Tools, sink: &mut dyn Sink<S>) -> Result<(), Refusal> {
    match deed {
        "crash" => std::process::abort(),
        "panic" => panic!("as the file wants it"),
        "hang" => loop {
            std::thread::sleep(std::time::Duration::from_secs(1));
        },
        "memory" => {
            let mut hoard = Vec::new();
            loop {
                hoard.push(vec![1_u8; 1 << 24]);
                std::hint::black_box(&hoard);
            }
        }
        "noise" => {
            let mut out = std::io::stdout();
            drop(out.write_all(b"\xff\xff\xff\xff\xff\xff\n").and_then(|()| out.flush()));
            Ok(())
        }
        "flood" => loop {
            sink.blob("image/png", &vec![0; 1 << 20])?;
        },
        "read" => {
            drop(tools.read_page(b"no picture", 300, "eng"));
            Ok(())
        }
        other => Err(wrong(other)),
    }
}

/// Writes a line for each item.
struct Lines {
    title: String,
    items: u64,
}

impl<const MEDIA: bool> Assembler<Pages<MEDIA>> for Lines {
    fn item(&mut self, done: Done<Pages<MEDIA>>, desk: &mut dyn Desk) -> Result<(), Fault> {
        if done.key == "fault" {
            return Err(Fault("an item cannot be laid out".to_owned()));
        }
        if let Some(picture) = &done.body.picture {
            let bytes = desk.blob(picture)?;
            desk.write(&format!("pictures/{}.png", done.key), &bytes)?;
        }
        self.items += 1;
        let indent = "  ".repeat(usize::try_from(done.depth).unwrap_or(0));
        let answers: Vec<String> =
            done.answers.iter().map(|(stage, answer)| format!("{stage}:{answer}")).collect();
        let outcome = done.outcome.unwrap_or_default();
        let line = format!(
            "{indent}{} {} {outcome:?} by {} ({})\n",
            done.source,
            done.key,
            done.people,
            answers.join(" ")
        );
        desk.write("all.txt", line.as_bytes())
    }

    fn finish(&mut self, desk: &mut dyn Desk) -> Result<(), Fault> {
        desk.write(
            "report.json",
            format!("{{\"title\":\"{}\",\"items\":{}}}", self.title, self.items).as_bytes(),
        )
    }
}
