//! Texts.

use std::collections::BTreeMap;
use std::time::Instant;

use kazi_quality::skill::Skill;
use kazi_quality::text::{Choices, Rasa, Rover, Transcripts, error_rate};

use super::input::{TASK, WORKER, needed, read};
use super::labels::read_truth;
use super::output::{Measure, Summary, mean, number, skills, table};
use super::{AggregateError, Args, place};

type Texts = Vec<(String, String, String)>;

/// One voted or chosen text: task, text, confidence, open positions.
type Voted = (String, String, f64, usize);

struct Outcome {
    results: Vec<Voted>,
    workers: Vec<(String, Skill)>,
    iterations: usize,
}

/// Aggregates texts.
pub fn run(args: &Args) -> Result<(), AggregateError> {
    let mut texts: Texts = Vec::new();
    let columns = [TASK, WORKER, needed(&["text", "label", "output", "answer"])];
    let left_out = read(&args.input, &columns, args.skip_bad_rows, &mut |row| {
        let (task, worker) = (row.filled(0, "task")?, row.filled(1, "worker")?);
        texts.push((task.to_owned(), worker.to_owned(), row.get(2).to_owned()));
        Ok(())
    })?;
    let answers = texts.len();
    let start = Instant::now();
    let outcome = match args.method.as_str() {
        "rover" => rover(args, texts, 1)?,
        "auto" | "rover-learnt" => rover(args, texts, 2)?,
        "rasa" => rasa(args, &texts, Rasa::default())?,
        "hrrasa" => rasa(args, &texts, Rasa::hybrid())?,
        _ => return Err(super::unknown_method(args)),
    };
    let seconds = start.elapsed().as_secs_f64();
    let truth: BTreeMap<String, String> =
        read_truth(args.truth.as_deref(), args.skip_bad_rows)?.into_iter().collect();
    let errors: Vec<f64> = outcome
        .results
        .iter()
        .filter_map(|(task, text, ..)| Some(error_rate(&pieces(args, text), &pieces(args, truth.get(task)?))))
        .collect();
    let rows = outcome.results.iter();
    let rows = rows
        .map(|(task, text, sure, open)| vec![task.clone(), text.clone(), number(*sure), open.to_string()]);
    table(&args.out, &["task", "text", "confidence", "open"], rows)?;
    skills(args.skills.as_deref(), outcome.workers.iter().map(|(worker, skill)| (worker, *skill)))?;
    Summary {
        method: if args.method == "auto" { "rover-learnt".to_owned() } else { args.method.clone() },
        answers,
        left_out,
        tasks: outcome.results.len(),
        workers: outcome.workers.len(),
        iterations: outcome.iterations,
        seconds,
        measured: mean(&errors)
            .map(|interval| Measure::of_tasks("word error", interval, errors.len()))
            .into_iter()
            .collect(),
    }
    .report(args.json.as_deref())
}

/// The words of a text as they are compared.
fn pieces(args: &Args, text: &str) -> Vec<String> {
    text.split_whitespace().map(|word| normalise(args.lower_case, word)).collect()
}

fn normalise(lower_case: bool, word: &str) -> String {
    if lower_case { word.to_lowercase() } else { word.to_owned() }
}

fn rover(args: &Args, texts: Texts, rounds: usize) -> Result<Outcome, AggregateError> {
    let crowd = Transcripts::from_rows(texts)?;
    let rover = if args.characters { Rover::default() } else { Rover::words() };
    let lower_case = args.lower_case;
    let voted = crowd.vote(&rover, rounds, &move |word: &str| normalise(lower_case, word))?;
    let result = |(task, line): (&String, kazi_quality::text::Line)| {
        let open = line.open().count();
        (task.clone(), line.text, line.confidence, open)
    };
    let results = crowd.tasks().names().iter().zip(voted.lines).map(result).collect();
    let workers = crowd.workers().names().iter().cloned().zip(voted.skills).collect();
    Ok(Outcome { results, workers, iterations: voted.rounds })
}

/// A text as written, and its words as they are compared.
type Answer<'a> = (&'a String, Vec<String>);

/// A worker, by number, and their answer.
type Reading<'a> = (u32, Answer<'a>);

fn rasa(args: &Args, texts: &Texts, rasa: Rasa) -> Result<Outcome, AggregateError> {
    let mut ids: BTreeMap<&String, u32> = texts.iter().map(|(_, worker, _)| (worker, 0)).collect();
    for (id, (_, slot)) in (0..).zip(&mut ids) {
        *slot = id;
    }
    let mut tasks: BTreeMap<&String, Vec<Reading<'_>>> = BTreeMap::new();
    for (task, worker, text) in texts {
        let worker = ids.get(worker).copied().unwrap_or(0);
        tasks.entry(task).or_default().push((worker, (text, pieces(args, text))));
    }
    let answers: Vec<Vec<Reading<'_>>> = tasks.values().cloned().collect();
    let distance = |(_, one): &Answer<'_>, (_, other): &Answer<'_>| {
        f64::midpoint(error_rate(one, other), error_rate(other, one))
    };
    let chosen = rasa.fit(&Choices::measure(&answers, distance)?)?;
    let mut results = Vec::with_capacity(tasks.len());
    for (((task, answers), best), weights) in tasks.iter().zip(&chosen.best).zip(&chosen.weights) {
        let Some((best, (_, (text, _)))) = best.and_then(|best| Some((best, answers.get(best)?))) else {
            continue;
        };
        results.push(((*task).clone(), (*text).clone(), weights.get(best).copied().unwrap_or(0.0), 0));
    }
    let mut counts = vec![0; ids.len()];
    for (_, worker, _) in texts {
        if let Some(count) = ids.get(worker).and_then(|id| counts.get_mut(place(*id))) {
            *count += 1;
        }
    }
    // A reliability is no share of right answers: only its rank means anything, so the best worker is set to one.
    let top = chosen.reliability.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let skill =
        |(reliability, count): (&f64, usize)| Skill::new(super::real(count) * reliability / top, count);
    let found = chosen.reliability.iter().zip(counts).map(skill);
    let workers = ids.keys().map(|worker| (*worker).clone()).zip(found).collect();
    Ok(Outcome { results, workers, iterations: chosen.iterations })
}
