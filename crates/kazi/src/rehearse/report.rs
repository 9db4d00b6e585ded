//! What a rehearsal came to.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::time::Instant;

use kazi_domain::{Currency, Money};
use serde::Serialize;
use serde_json::Value;

use super::crew::{Seen, Sharing};
use super::office::{Office, Ready};
use super::{Args, RehearseError};

/// The report; its fields are what scripts rely on.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The service.
    pub service: String,
    /// Whether the delivery was made.
    pub delivered: bool,
    /// Pieces that people worked on first: lines, rows.
    pub items: u64,
    /// Tasks that were opened, at all stages.
    pub tasks: u64,
    /// Answers of people, at all stages.
    pub answers: u64,
    /// Answers of people for one item, at the stages of items.
    pub answers_per_item: f64,
    /// Items that went to somebody else to be decided.
    pub escalated: u64,
    /// How long everything took, splitting included.
    pub seconds: f64,
    /// How long the splitting took.
    pub split_seconds: f64,
    /// What each stage cost.
    pub cost: BTreeMap<String, String>,
    /// What everything cost.
    pub cost_total: String,
    /// The mean error of single answers at the first stage; none without truth.
    pub error_before: Option<f64>,
    /// The error of what was delivered; none without truth.
    pub error_delivered: Option<f64>,
    /// Where the delivered files lie.
    pub files: Vec<PathBuf>,
    /// Why there is no delivery.
    pub problem: Option<String>,
}

/// Draws up the report of a project that has ended in `state`.
///
/// # Errors
/// When the server cannot be asked or a file cannot be written.
pub async fn make(
    args: &Args,
    ready: &Ready,
    office: &Office,
    (seen, rehearsal): (&Seen, &dyn Sharing),
    state: String,
    began: Instant,
) -> Result<Report, RehearseError> {
    let view = office.project(ready.project).await?;
    let files = fetch(office, ready).await?;
    let kept = match &args.out {
        Some(folder) => keep(folder, &files)?,
        None => files.iter().map(|(name, _)| PathBuf::from(name)).collect(),
    };
    let stages = view.get("stages").and_then(Value::as_array).cloned().unwrap_or_default();
    let number = |stage: &Value, name: &str| stage.get(name).and_then(Value::as_u64).unwrap_or(0);
    let sum = |name: &str| stages.iter().map(|stage| number(stage, name)).sum::<u64>();
    let first = stages.first().cloned().unwrap_or(Value::Null);
    let same_kind = |stage: &&Value| stage.get("item_kind") == first.get("item_kind");
    let items = number(&first, "tasks");
    let on_items: u64 = stages.iter().filter(same_kind).map(|stage| number(stage, "answers")).sum();
    let delivered = state == "delivered";
    let look = |name: &str| files.iter().find(|(of, _)| of == name).map(|(_, bytes)| bytes.clone());
    let currency: Currency = view.get("currency").and_then(|c| c.as_str()?.parse().ok()).unwrap_or(kes());
    let money = |micros: u64| Money::new(i64::try_from(micros).unwrap_or(i64::MAX), currency).to_string();
    let key = |stage: &Value| stage.get("key").and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok(Report {
        service: args.service.clone(),
        delivered,
        items,
        tasks: sum("tasks"),
        answers: sum("answers"),
        answers_per_item: ratio(on_items, items),
        escalated: sum("sent_on"),
        seconds: began.elapsed().as_secs_f64(),
        split_seconds: ready.split.as_secs_f64(),
        cost: stages.iter().map(|stage| (key(stage), money(number(stage, "cost")))).collect(),
        cost_total: money(sum("cost")),
        error_before: seen.error(&key(&first)),
        error_delivered: if delivered { rehearsal.measure_delivery(&look) } else { None },
        files: kept,
        problem: view.get("problem").and_then(Value::as_str).map(str::to_owned),
    })
}

fn kes() -> Currency {
    // The currency that every rehearsal is made with.
    #[expect(clippy::expect_used, reason = "three capital letters are a currency")]
    "KES".parse().expect("a currency")
}

fn ratio(of: u64, all: u64) -> f64 {
    let count = |n: u64| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    if all == 0 { 0.0 } else { count(of) / count(all) }
}

/// The files of the newest delivery.
async fn fetch(office: &Office, ready: &Ready) -> Result<Vec<(String, Vec<u8>)>, RehearseError> {
    let path = format!("/api/v1/projects/{}/deliveries", ready.project);
    let all: Value = serde_json::from_slice(&office.get(&path).await?).unwrap_or(Value::Null);
    let Some(newest) = all.as_array().and_then(|all| all.first()) else { return Ok(Vec::new()) };
    let id = newest.get("id").and_then(Value::as_str).unwrap_or_default();
    let mut files = Vec::new();
    for file in newest.get("files").and_then(Value::as_array).into_iter().flatten() {
        let name = file.get("name").and_then(Value::as_str).unwrap_or_default();
        let bytes = office.get(&format!("{path}/{id}/{name}")).await?;
        files.push((name.to_owned(), bytes.to_vec()));
    }
    Ok(files)
}

fn keep(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<Vec<PathBuf>, RehearseError> {
    let mut kept = Vec::new();
    for (name, bytes) in files {
        let relative = Path::new(name);
        if !relative.components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(RehearseError::Refused(format!("a delivered file has an odd name: {name}")));
        }
        let path = folder.join(relative);
        let told = |error| RehearseError::File(path.clone(), error);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(told)?;
        }
        std::fs::write(&path, bytes).map_err(told)?;
        kept.push(path);
    }
    Ok(kept)
}

impl Report {
    /// The report as JSON.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Tells the report to a person.
    pub fn print(&self) {
        println!("{} of {}", if self.delivered { "Delivered" } else { "NOT delivered" }, self.service);
        if let Some(problem) = &self.problem {
            println!("  because         {problem}");
        }
        println!("  items           {}", self.items);
        println!("  answers         {} ({:.2} an item)", self.answers, self.answers_per_item);
        println!("  decided by a reviewer {}", self.escalated);
        println!("  cost            {}", self.cost_total);
        println!("  seconds         {:.1} (splitting {:.1})", self.seconds, self.split_seconds);
        if let (Some(before), Some(after)) = (self.error_before, self.error_delivered) {
            println!("  error of single answers {:.3} %", before * 100.0);
            println!("  error delivered         {:.3} %", after * 100.0);
        }
        println!("  files           {}", self.files.len());
    }
}
