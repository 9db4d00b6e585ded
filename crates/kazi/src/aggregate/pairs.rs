//! Comparisons.

use std::collections::BTreeMap;
use std::time::Instant;

use kazi_quality::pairs::{BradleyTerry, NoisyBradleyTerry, Pairs, Ranking, Winner};
use kazi_quality::skill::Interval;

use super::input::{WORKER, needed, read};
use super::labels::read_truth;
use super::output::{Measure, Summary, number, table};
use super::{AggregateError, Args};

/// Left item, right item, worker, winner.
type Compared = (String, String, String, Winner);

/// Ranks items from comparisons.
pub fn run(args: &Args) -> Result<(), AggregateError> {
    let (rows, left_out) = read_pairs(args)?;
    let pairs = Pairs::from_rows(rows)?;
    let start = Instant::now();
    let (ranking, skills): (Ranking, Option<Vec<f64>>) = match args.method.as_str() {
        "auto" | "bradley-terry" => (BradleyTerry::default().fit(&pairs)?, None),
        "noisy-bradley-terry" => {
            let found = NoisyBradleyTerry::default().fit(&pairs)?;
            (found.ranking, Some(found.skills))
        }
        _ => return Err(super::unknown_method(args)),
    };
    let seconds = start.elapsed().as_secs_f64();
    let items = pairs.items().names();
    let row = |(rank, item): (usize, &usize)| {
        let score = number(ranking.scores.get(*item).copied().unwrap_or(0.0));
        vec![items.get(*item).cloned().unwrap_or_default(), score, (rank + 1).to_string()]
    };
    table(&args.out, &["item", "score", "rank"], ranking.order.iter().enumerate().map(row))?;
    if let Some(path) = &args.skills {
        let skills = skills.ok_or(AggregateError::Option { option: "skills", kind: "bradley-terry" })?;
        let rows = pairs.workers().names().iter().zip(skills);
        let rows = rows.map(|(worker, skill)| vec![worker.clone(), number(skill)]);
        table(&path.display().to_string(), &["worker", "skill"], rows)?;
    }
    let truth: BTreeMap<String, String> =
        read_truth(args.truth.as_deref(), args.skip_bad_rows)?.into_iter().collect();
    let both: Vec<(f64, f64)> = items
        .iter()
        .zip(&ranking.scores)
        .filter_map(|(item, score)| Some((*score, truth.get(item)?.parse().ok()?)))
        .collect();
    Summary {
        method: if args.method == "auto" { "bradley-terry".to_owned() } else { args.method.clone() },
        answers: pairs.len(),
        left_out,
        tasks: items.len(),
        workers: pairs.workers().len(),
        iterations: ranking.iterations,
        seconds,
        measured: correlation(&both)
            .map(|interval| Measure {
                of: "items with truth",
                ..Measure::of_tasks("rank correlation", interval, both.len())
            })
            .into_iter()
            .collect(),
    }
    .report(args.json.as_deref())
}

/// The comparisons, and how many rows were left out.
fn read_pairs(args: &Args) -> Result<(Vec<Compared>, usize), AggregateError> {
    let mut rows: Vec<Compared> = Vec::new();
    let columns = [needed(&["left"]), needed(&["right"]), WORKER, needed(&["winner", "label", "answer"])];
    let left_out = read(&args.input, &columns, args.skip_bad_rows, &mut |row| {
        let (left, right, worker) =
            (row.filled(0, "left")?, row.filled(1, "right")?, row.filled(2, "worker")?);
        if left == right {
            return Err(format!("'{left}' is compared with itself"));
        }
        let winner = match row.get(3).trim() {
            "" | "tie" | "equal" => Winner::Tie,
            name if name == left || name == "left" => Winner::Left,
            name if name == right || name == "right" => Winner::Right,
            other => return Err(format!("the winner '{other}' is neither '{left}' nor '{right}'")),
        };
        rows.push((left.to_owned(), right.to_owned(), worker.to_owned(), winner));
        Ok(())
    })?;
    Ok((rows, left_out))
}

/// Spearman's rank correlation with Fisher's 95 % interval; none for fewer than four items.
fn correlation(pairs: &[(f64, f64)]) -> Option<Interval> {
    if pairs.len() < 4 {
        return None;
    }
    let left = ranks(pairs.iter().map(|pair| pair.0));
    let right = ranks(pairs.iter().map(|pair| pair.1));
    let count = super::real(pairs.len());
    let centre = f64::midpoint(count, 1.0);
    let sum = |one: &[f64], other: &[f64]| -> f64 {
        one.iter().zip(other).map(|(a, b)| (a - centre) * (b - centre)).sum()
    };
    let value = sum(&left, &right) / (sum(&left, &left) * sum(&right, &right)).sqrt();
    let reach = 1.96 / (count - 3.0).sqrt();
    let bounded = value.clamp(-0.999_999, 0.999_999).atanh();
    value.is_finite().then(|| Interval {
        low: (bounded - reach).tanh(),
        value,
        high: (bounded + reach).tanh(),
    })
}

/// Ranks from one; ties share their mean rank.
fn ranks(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut sorted: Vec<(f64, usize)> = values.zip(0..).collect();
    sorted.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut ranks = vec![0.0; sorted.len()];
    let mut before = 0;
    for group in sorted.chunk_by(|one, other| one.0.total_cmp(&other.0).is_eq()) {
        let mean = super::real(before) + f64::midpoint(super::real(group.len()), 1.0);
        for (_, place) in group {
            if let Some(rank) = ranks.get_mut(*place) {
                *rank = mean;
            }
        }
        before += group.len();
    }
    ranks
}
