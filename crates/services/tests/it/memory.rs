//! A project in memory: what the program does with files and a database, done with vectors.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;

use kazi_services::{
    BlobRef, BoundService, Desk, Fault, JsonDone, JsonItem, JsonPiece, JsonReading, JsonSink, JsonView,
    PieceNumber, Problem, Refusal, Rehearsal, Screen, Settings, Source, Tools, Verdict, Who, find,
};
use kazi_texts::{Language, texts};
use serde_json::Value;

pub struct NoTools;

impl Tools for NoTools {
    fn read_page(&mut self, _png: &[u8], _dpi: u32, _language: &str) -> Option<String> {
        None
    }
}

/// What splitting gave.
#[derive(Default)]
pub struct Found {
    pub pieces: Vec<JsonPiece>,
    pub problems: Vec<Problem>,
    pub progress: (u64, u64),
}

impl JsonSink for Found {
    fn blob(&mut self, _media_type: &str, _bytes: &[u8]) -> Result<BlobRef, Refusal> {
        Err(Refusal { key: "full".to_owned(), message: "This sink keeps no bytes.".to_owned() })
    }

    fn piece(&mut self, piece: JsonPiece) -> Result<PieceNumber, Refusal> {
        self.pieces.push(piece);
        Ok(PieceNumber(self.pieces.len() as u64 - 1))
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn progress(&mut self, done: u64, all: u64) {
        assert!(done <= all && done >= self.progress.0);
        self.progress = (done, all);
    }
}

/// The files of a delivery.
#[derive(Default)]
pub struct Files(pub BTreeMap<String, Vec<u8>>);

impl Desk for Files {
    fn blob(&mut self, blob: &BlobRef) -> Result<Vec<u8>, Fault> {
        Err(Fault(format!("there is no {}", blob.0)))
    }

    fn write(&mut self, file: &str, bytes: &[u8]) -> Result<(), Fault> {
        self.0.entry(file.to_owned()).or_default().extend_from_slice(bytes);
        Ok(())
    }
}

impl Files {
    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.0[name].clone()).unwrap()
    }
}

pub fn bind(service: &str, spec: &Value) -> Arc<dyn BoundService> {
    find(service).unwrap().bind(&spec.to_string()).unwrap()
}

pub fn split(service: &dyn BoundService, bytes: &[u8]) -> Result<Found, Refusal> {
    let mut pieces = Found::default();
    let mut reader = Cursor::new(bytes);
    let source = Source { name: "rows.csv", length: bytes.len() as u64, reader: &mut reader };
    service.split(source, &mut NoTools, &mut pieces)?;
    Ok(pieces)
}

pub fn screen(
    service: &dyn BoundService,
    stage: &str,
    body: &str,
    readings: &[JsonReading],
    language: Language,
) -> Screen {
    let view = JsonView {
        stage,
        key: "k",
        item: body,
        parent: None,
        pieces: &[],
        readings,
        given: None,
        media: &|blob| blob.0.clone(),
        texts: texts(language),
        practice: false,
    };
    service.screen(&view).unwrap()
}

/// The generator `SplitMix64`.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

/// What a run of a project came to.
pub struct Run {
    pub files: Files,
    pub answers: u32,
    pub wrong_answers: u32,
    pub called: u32,
    pub error: Option<f64>,
}

/// A row on its way into a delivery, with one answer, `{"choice":1}`.
pub struct JsonDoneLike {
    pub key: String,
    pub body: String,
    pub outcome: Option<String>,
}

pub fn deliver(service: &dyn BoundService, rows: Vec<JsonDoneLike>) -> Files {
    let mut files = Files::default();
    let mut assembler = service.assembler(&settings());
    for JsonDoneLike { key, body, outcome } in rows {
        let done = JsonDone {
            source: "rows.csv".to_owned(),
            key,
            kind: "row".to_owned(),
            depth: 0,
            body,
            outcome,
            confidence: 0.99,
            people: 1,
            answers: vec![("answer".to_owned(), "{\"choice\":1}".to_owned())],
        };
        assembler.item(done, &mut files).unwrap();
    }
    assembler.finish(&mut files).unwrap();
    files
}

fn settings() -> Settings {
    Settings {
        title: "Rows".to_owned(),
        operator: "Kazi".to_owned(),
        project: "project_1".to_owned(),
        date: "2026-11-22".to_owned(),
    }
}

/// Asks simulated workers about every piece until it is settled, and puts the delivery together.
pub fn run(
    service: &dyn BoundService,
    pieces: &[JsonPiece],
    truth: &str,
    error_rate: f64,
    reliability: f64,
) -> Run {
    let items: Vec<JsonItem> = pieces
        .iter()
        .map(|piece| JsonItem {
            key: piece.key.clone(),
            kind: piece.kind.clone(),
            body: piece.body.clone(),
            machine: None,
        })
        .collect();
    let crowd = service.rehearsal(&[("truth.csv".to_owned(), truth.to_owned())], &items).unwrap();
    let mut assembler = service.assembler(&settings());
    let mut run = Run { files: Files::default(), answers: 0, wrong_answers: 0, called: 0, error: None };
    let mut dice = Dice(7);
    for piece in pieces {
        let (readings, outcome, confidence) =
            settle(service, crowd.as_ref(), piece, (error_rate, reliability), &mut dice, &mut run);
        let done = JsonDone {
            source: "rows.csv".to_owned(),
            key: piece.key.clone(),
            kind: piece.kind.clone(),
            depth: 0,
            body: piece.body.clone(),
            outcome: Some(outcome),
            confidence,
            people: readings.len() as u32,
            answers: readings.into_iter().map(|reading| (reading.stage, reading.answer)).collect(),
        };
        assembler.item(done, &mut run.files).unwrap();
    }
    assembler.finish(&mut run.files).unwrap();
    run.error = crowd.measure_delivery(&|name| run.files.0.get(name).cloned());
    run
}

fn settle(
    service: &dyn BoundService,
    crowd: &dyn Rehearsal,
    piece: &JsonPiece,
    (error_rate, reliability): (f64, f64),
    dice: &mut Dice,
    run: &mut Run,
) -> (Vec<JsonReading>, String, f64) {
    let mut stage = service.stages()[0].clone();
    let (mut wanted, mut given) = (stage.answers, 0);
    let mut readings: Vec<JsonReading> = Vec::new();
    loop {
        while given < wanted {
            let shown = screen(service, stage.key, &piece.body, &[], Language::En);
            let answer = crowd.answer(stage.key, &piece.key, &shown.data, error_rate, &mut || dice.roll());
            run.wrong_answers += crowd.measure_answer(stage.key, &piece.key, &answer).unwrap().errors;
            run.answers += 1;
            given += 1;
            service.check(stage.key, &piece.body, &answer.to_string()).unwrap();
            readings.push(JsonReading {
                who: Who::Person(readings.len() as u32),
                stage: stage.key.to_owned(),
                reliability,
                answer: answer.to_string(),
            });
        }
        match service.agree(stage.key, &piece.body, &readings).unwrap() {
            Verdict::Settled { outcome, confidence } => return (readings, outcome, confidence),
            Verdict::More(more) => wanted = (given + more).min(stage.at_most),
            Verdict::Call(called) => {
                run.called += 1;
                stage = service.stage(called).unwrap().clone();
                (wanted, given) = (stage.answers, 0);
            }
            Verdict::Stuck(reason) => panic!("{reason}"),
        }
    }
}
