//! A whole digitisation in memory: split, simulated workers, agreement, delivery.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;

use kazi_services::{
    BlobRef, BoundService, Desk, Fault, JsonDone, JsonItem, JsonPiece, JsonReading, JsonSink, JsonView,
    PieceNumber, Problem, Refusal, Rehearsal, Screen, Settings, Source, Stage, Tools, Verdict, Who, find,
};
use kazi_texts::{Language, texts};

use crate::memory::Dice;

/// Pieces and files of one book.
#[derive(Default)]
pub struct World {
    pub blobs: Vec<Vec<u8>>,
    pub pieces: Vec<JsonPiece>,
    pub problems: Vec<Problem>,
    pub files: BTreeMap<String, Vec<u8>>,
}

impl JsonSink for World {
    fn blob(&mut self, _media_type: &str, bytes: &[u8]) -> Result<BlobRef, Refusal> {
        self.blobs.push(bytes.to_vec());
        Ok(BlobRef((self.blobs.len() - 1).to_string()))
    }

    fn piece(&mut self, piece: JsonPiece) -> Result<PieceNumber, Refusal> {
        if let Some(parent) = piece.parent {
            assert!((parent.0 as usize) < self.pieces.len(), "a parent comes before its children");
        }
        assert!(self.pieces.iter().all(|known| known.key != piece.key), "{} comes twice", piece.key);
        self.pieces.push(piece);
        Ok(PieceNumber(self.pieces.len() as u64 - 1))
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn progress(&mut self, done: u64, all: u64) {
        assert!(done <= all);
    }
}

impl Desk for World {
    fn blob(&mut self, blob: &BlobRef) -> Result<Vec<u8>, Fault> {
        let place: usize = blob.0.parse().unwrap();
        self.blobs.get(place).cloned().ok_or_else(|| Fault(format!("there is no {}", blob.0)))
    }

    fn write(&mut self, file: &str, bytes: &[u8]) -> Result<(), Fault> {
        self.files.entry(file.to_owned()).or_default().extend_from_slice(bytes);
        Ok(())
    }
}

impl World {
    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.files[name].clone()).unwrap()
    }

    pub fn kinds(&self, kind: &str) -> usize {
        self.pieces.iter().filter(|piece| piece.kind == kind).count()
    }
}

/// Tesseract, where it is installed.
pub struct Tesseract;

impl Tools for Tesseract {
    fn read_page(&mut self, png: &[u8], dpi: u32, language: &str) -> Option<String> {
        let mut child = Command::new("tesseract")
            .args(["-", "-", "-l", language, "--dpi", &dpi.to_string(), "tsv"])
            .env("OMP_THREAD_LIMIT", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        child.stdin.take()?.write_all(png).ok()?;
        let output = child.wait_with_output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

pub fn bind(spec: &str) -> Arc<dyn BoundService> {
    find("digitisation").unwrap().bind(spec).unwrap()
}

pub fn split(
    service: &dyn BoundService,
    name: &str,
    bytes: &[u8],
    tools: &mut dyn Tools,
) -> Result<World, Refusal> {
    let mut world = World::default();
    let mut reader = Cursor::new(bytes);
    let source = Source { name, length: bytes.len() as u64, reader: &mut reader };
    service.split(source, tools, &mut world)?;
    Ok(world)
}

/// What a run of a project came to.
#[derive(Debug, Default)]
pub struct Figures {
    pub lines: u32,
    pub answers: u32,
    pub resolved: u32,
    pub single_errors: u32,
    pub single_letters: u32,
    pub error: f64,
}

impl Figures {
    pub fn answers_a_line(&self) -> f64 {
        f64::from(self.answers) / f64::from(self.lines.max(1))
    }

    pub fn say(&self, what: &str) {
        println!(
            "{what}: {} lines, {:.3} human answers a line, {} resolved, single answers {:.3} %, delivered {:.3} %",
            self.lines,
            self.answers_a_line(),
            self.resolved,
            100.0 * f64::from(self.single_errors) / f64::from(self.single_letters.max(1)),
            100.0 * self.error
        );
    }
}

/// People of a project.
struct Crowd<'a> {
    service: &'a dyn BoundService,
    rehearsal: Box<dyn Rehearsal>,
    error_rate: f64,
    dice: Dice,
    figures: Figures,
}

/// How often readers are right on one letter, as gold would have shown it.
const PERSON: f64 = 0.99;
const MACHINE: f64 = 0.985;

type Settled = (Vec<JsonReading>, String, f64);

impl Crowd<'_> {
    fn screen(
        &self,
        stage: &str,
        world: &World,
        place: usize,
        pieces: &[(String, Option<String>)],
    ) -> Screen {
        let piece = &world.pieces[place];
        let parent = piece.parent.map(|parent| world.pieces[parent.0 as usize].body.as_str());
        self.service
            .screen(&JsonView {
                stage,
                key: &piece.key,
                item: &piece.body,
                parent,
                pieces,
                readings: &[],
                given: None,
                media: &|blob| format!("/media/{}", blob.0),
                texts: texts(Language::En),
                practice: false,
            })
            .unwrap()
    }

    fn ask(&mut self, stage: &Stage, world: &World, place: usize, shown: &Screen) -> String {
        let piece = &world.pieces[place];
        let dice = &mut self.dice;
        let answer =
            self.rehearsal.answer(stage.key, &piece.key, &shown.data, self.error_rate, &mut || dice.roll());
        if let Some(score) = self.rehearsal.measure_answer(stage.key, &piece.key, &answer)
            && stage.key == "type"
        {
            self.figures.single_errors += score.errors;
            self.figures.single_letters += score.units;
        }
        let answer = answer.to_string();
        self.service.check(stage.key, &piece.body, &answer).unwrap();
        answer
    }

    fn settle(
        &mut self,
        first: &str,
        world: &World,
        place: usize,
        pieces: &[(String, Option<String>)],
    ) -> Settled {
        let piece = &world.pieces[place];
        let mut stage = self.service.stage(first).unwrap().clone();
        let mut readings: Vec<JsonReading> = Vec::new();
        if let (true, Some((answer, _))) = (stage.machine, &piece.machine) {
            let stage = stage.key.to_owned();
            readings.push(JsonReading {
                who: Who::Machine,
                stage,
                reliability: MACHINE,
                answer: answer.clone(),
            });
        }
        let (mut wanted, mut given, mut people) = (stage.answers, 0, 0);
        loop {
            while given < wanted {
                let shown = self.screen(stage.key, world, place, pieces);
                let answer = self.ask(&stage, world, place, &shown);
                let who = Who::Person(people);
                readings.push(JsonReading { who, stage: stage.key.to_owned(), reliability: PERSON, answer });
                (given, people) = (given + 1, people + 1);
                if piece.kind == "line" {
                    self.figures.answers += 1;
                }
            }
            match self.service.agree(stage.key, &piece.body, &readings).unwrap() {
                Verdict::Settled { outcome, confidence } => {
                    assert!((0.0..=1.0).contains(&confidence));
                    readings.retain(JsonReading::is_person);
                    return (readings, outcome, confidence);
                }
                Verdict::More(more) => {
                    wanted = given + more;
                    assert!(wanted <= stage.at_most, "{}: more people than the stage allows", piece.key);
                }
                Verdict::Call(called) => {
                    self.figures.resolved += 1;
                    stage = self.service.stage(called).unwrap().clone();
                    (wanted, given) = (stage.answers, 0);
                }
                Verdict::Stuck(reason) => panic!("{reason}"),
            }
        }
    }
}

fn settings() -> Settings {
    Settings {
        title: "A Rehearsed Book".to_owned(),
        operator: "Kazi".to_owned(),
        project: "project_1".to_owned(),
        date: "2026-11-22".to_owned(),
    }
}

/// Has simulated people do every piece, and puts the delivery together.
pub fn run(
    service: &dyn BoundService,
    world: &mut World,
    truth: &[(String, String)],
    error_rate: f64,
) -> Figures {
    let items: Vec<JsonItem> = world
        .pieces
        .iter()
        .map(|piece| JsonItem {
            key: piece.key.clone(),
            kind: piece.kind.clone(),
            body: piece.body.clone(),
            machine: piece.machine.as_ref().map(|(answer, _)| answer.clone()),
        })
        .collect();
    let rehearsal = service.rehearsal(truth, &items).unwrap();
    let mut crowd = Crowd { service, rehearsal, error_rate, dice: Dice(11), figures: Figures::default() };
    let mut settled: Vec<Option<Settled>> = vec![None; world.pieces.len()];
    for stage in ["type", "describe"].map(|key| service.stage(key)).into_iter().flatten() {
        for (place, slot) in settled.iter_mut().enumerate() {
            if world.pieces[place].kind == stage.item_kind {
                crowd.figures.lines += u32::from(stage.key == "type");
                *slot = Some(crowd.settle(stage.key, world, place, &[]));
            }
        }
    }
    if service.stage("proofread").is_some() {
        for place in
            (0..world.pieces.len()).filter(|place| world.pieces[*place].kind == "page").collect::<Vec<_>>()
        {
            let parts: Vec<(String, Option<String>)> = (0..world.pieces.len())
                .filter(|part| world.pieces[*part].parent == Some(PieceNumber(place as u64)))
                .map(|part| {
                    (
                        world.pieces[part].body.clone(),
                        settled[part].as_ref().map(|(_, outcome, _)| outcome.clone()),
                    )
                })
                .collect();
            settled[place] = Some(crowd.settle("proofread", world, place, &parts));
        }
    }
    deliver(service, world, settled);
    crowd.figures.error =
        crowd.rehearsal.measure_delivery(&|name| world.files.get(name).cloned()).unwrap_or(f64::NAN);
    crowd.figures
}

fn deliver(service: &dyn BoundService, world: &mut World, settled: Vec<Option<Settled>>) {
    let mut assembler = service.assembler(&settings());
    let pieces = world.pieces.clone();
    for (piece, settled) in pieces.into_iter().zip(settled) {
        let (readings, outcome, confidence) = settled
            .map_or((Vec::new(), None, 0.0), |(readings, outcome, confidence)| {
                (readings, Some(outcome), confidence)
            });
        let done = JsonDone {
            source: "book.pdf".to_owned(),
            depth: u32::from(piece.parent.is_some()),
            key: piece.key,
            kind: piece.kind,
            body: piece.body,
            outcome,
            confidence,
            people: readings.len() as u32,
            answers: readings.into_iter().map(|reading| (reading.stage, reading.answer)).collect(),
        };
        assembler.item(done, world).unwrap();
    }
    assembler.finish(world).unwrap();
}
