//! Simulated workers: each signs in on a centre's computer and does what waits, over HTTP, as a browser would.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper::{Method, StatusCode};
use kazi_services::{Rehearsal, Score};
use serde_json::{Value, json};

use super::client::{Client, ClientError};

/// A worker's wage is not asked for here: how often they err, and what they may do.
#[derive(Debug, Clone)]
pub struct Crew {
    /// The project.
    pub project: String,
    /// The stages in order, and whether only reviewers do them.
    pub stages: Vec<(String, bool)>,
    /// Errors for each unit.
    pub error_rate: f64,
    /// What makes answers.
    pub rehearsal: Arc<dyn Sharing>,
    /// What was seen of the answers.
    pub seen: Arc<Seen>,
    /// Set when the work is over.
    pub over: Arc<AtomicBool>,
}

/// A rehearsal that threads may share and print.
pub trait Sharing: Rehearsal + std::fmt::Debug {}

/// A rehearsal in a box, with a name for debugging.
pub struct Shared(pub Box<dyn Rehearsal>);

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rehearsal")
    }
}

impl Rehearsal for Shared {
    fn answer(
        &self,
        stage: &str,
        key: &str,
        screen: &Value,
        error_rate: f64,
        random: &mut dyn FnMut() -> u64,
    ) -> Value {
        self.0.answer(stage, key, screen, error_rate, random)
    }

    fn measure_answer(&self, stage: &str, key: &str, answer: &Value) -> Option<Score> {
        self.0.measure_answer(stage, key, answer)
    }

    fn measure_delivery(&self, file: &dyn Fn(&str) -> Option<Vec<u8>>) -> Option<f64> {
        self.0.measure_delivery(file)
    }
}

impl Sharing for Shared {}

/// What was seen of the answers, stage by stage: units and errors.
#[derive(Debug, Default)]
pub struct Seen {
    by_stage: Mutex<BTreeMap<String, (u64, u64)>>,
    answers: AtomicU64,
}

impl Seen {
    fn note(&self, stage: &str, score: Option<Score>) {
        self.answers.fetch_add(1, Ordering::Relaxed);
        if let Some(score) = score {
            let mut all = self.by_stage.lock().unwrap_or_else(PoisonError::into_inner);
            let entry = all.entry(stage.to_owned()).or_default();
            entry.0 += u64::from(score.units);
            entry.1 += u64::from(score.errors);
        }
    }

    /// How many answers were given.
    pub fn answers(&self) -> u64 {
        self.answers.load(Ordering::Relaxed)
    }

    /// The mean error of single answers at a stage, if there was a truth.
    pub fn error(&self, stage: &str) -> Option<f64> {
        let all = self.by_stage.lock().unwrap_or_else(PoisonError::into_inner);
        let (units, errors) = all.get(stage).copied()?;
        let count = |n: u64| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
        (units > 0).then(|| count(errors) / count(units))
    }
}

/// How long somebody waits who finds nothing to do.
const PAUSE: Duration = Duration::from_millis(150);

/// One simulated worker.
#[derive(Debug)]
pub struct Worker {
    /// The browser on the centre's computer, signed in.
    pub browser: Client,
    /// Whether they are a reviewer.
    pub reviewer: bool,
    /// The state of their dice; different for each.
    pub dice: u64,
}

impl Worker {
    /// Works until the crew is told that it is over.
    ///
    /// # Errors
    /// When the server refuses something that it must not refuse.
    pub async fn work(mut self, crew: Crew) -> Result<(), ClientError> {
        let stages: Vec<String> = crew
            .stages
            .iter()
            .filter(|(_, only)| self.reviewer == *only)
            .map(|(stage, _)| stage.clone())
            .collect();
        while !crew.over.load(Ordering::Relaxed) {
            let mut done = 0;
            for stage in &stages {
                done += self.stage(&crew, stage).await?;
            }
            if done == 0 {
                tokio::time::sleep(PAUSE).await;
            }
        }
        Ok(())
    }

    /// Does what waits at a stage; how much that was.
    async fn stage(&mut self, crew: &Crew, stage: &str) -> Result<usize, ClientError> {
        let path = format!("/work/{}/{stage}/next?count=4", crew.project);
        let asked = self.browser.ask(Method::GET, &path, "", "application/json").await?;
        if asked.status == StatusCode::CONFLICT {
            // The work has stopped: paused, or finished a moment ago.
            return Ok(0);
        }
        let mut tasks = asked.json().get("tasks").and_then(Value::as_array).cloned().unwrap_or_default();
        let mut done = 0;
        while let Some(task) = tasks.pop() {
            self.task(crew, stage, &task).await?;
            done += 1;
        }
        Ok(done)
    }

    async fn task(&mut self, crew: &Crew, stage: &str, task: &Value) -> Result<(), ClientError> {
        let text = |name: &str| task.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (id, key) = (text("task"), text("key"));
        let screen = task.pointer("/screen/data").cloned().unwrap_or(Value::Null);
        let answer = crew.rehearsal.answer(stage, &key, &screen, crew.error_rate, &mut || self.roll());
        crew.seen.note(stage, crew.rehearsal.measure_answer(stage, &key, &answer));
        let path = format!("/work/answers/answer_{:016x}{:016x}", self.roll(), self.roll());
        let body = json!({ "task": id, "answer": answer, "seconds": 5 });
        self.browser.json(Method::PUT, &path, &body).await?;
        Ok(())
    }

    /// The next throw of the dice (Steele, Lea & Flood 2014, `SplitMix64`).
    fn roll(&mut self) -> u64 {
        self.dice = self.dice.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.dice ^ (self.dice >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
