//! Krippendorff's alpha.

use crate::error::Error;
use crate::num;
use crate::table::Table;

/// How far apart two classes are. The squared difference δ² of Krippendorff's "Computing Krippendorff's
/// Alpha-Reliability" (2011).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Metric<'a> {
    /// Classes without order: different is different.
    Nominal,
    /// Classes in the order of their ids; steps count by how many answers lie between.
    Ordinal,
    /// Each class stands for a number; differences count.
    Interval(&'a [f64]),
    /// Each class stands for a positive number; proportions count.
    Ratio(&'a [f64]),
}

/// Agreement beyond chance: α = 1 − observed disagreement / expected disagreement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alpha {
    /// 1 is perfect, 0 is chance, below 0 is systematic disagreement. `None` when all answers are alike: chance
    /// would agree as well, so the data cannot tell.
    pub value: Option<f64>,
    /// The disagreement seen within tasks.
    pub observed: f64,
    /// The disagreement that chance would give.
    pub expected: f64,
    /// Tasks with at least two answers; the others say nothing about agreement.
    pub tasks: usize,
    /// Answers in those tasks.
    pub answers: usize,
}

/// Krippendorff's alpha of the answers. Any number of answers a task, missing answers allowed.
///
/// α = 1 − (n − 1) Σ o(c,k) δ²(c,k) / Σ n(c) n(k) δ²(c,k), with the coincidences o of answers to the same task.
///
/// Use it to compare how clear instructions or projects are. Not as a measure of quality on very skewed classes:
/// alpha is then low although nearly all answers are right. Time: answers + tasks × classes².
///
/// # Errors
/// When the numbers given for the classes do not fit their count, are not finite, or a ratio has negative ones.
///
/// ```
/// use kazi_quality::{Table, agreement::{Metric, alpha}};
/// let table = Table::from_ids(&[0, 0, 1, 1, 2, 2], &[0, 1, 0, 1, 0, 1], &[0, 0, 1, 1, 0, 1])?;
/// let alpha = alpha(&table, Metric::Nominal)?;
/// assert!((alpha.value.unwrap_or_default() - 0.4444).abs() < 1e-4);
/// # Ok::<(), kazi_quality::Error>(())
/// ```
pub fn alpha(table: &Table, metric: Metric<'_>) -> Result<Alpha, Error> {
    check(metric, table.classes())?;
    let coincidences = Coincidences::of(table, 0..table.tasks());
    Ok(coincidences.alpha(&squares(metric, &coincidences.totals)))
}

/// Alpha with a distance of your own between classes; it is squared, as the four metrics are.
pub fn alpha_with(table: &Table, distance: impl Fn(usize, usize) -> f64) -> Alpha {
    let coincidences = Coincidences::of(table, 0..table.tasks());
    let classes = table.classes();
    let squares: Vec<f64> =
        (0..classes * classes).map(|cell| distance(cell / classes, cell % classes).powi(2)).collect();
    coincidences.alpha(&squares)
}

/// For each class, the nominal alpha of "this class or any other": which classes people can tell apart.
pub fn alpha_by_class(table: &Table) -> Vec<Alpha> {
    let coincidences = Coincidences::of(table, 0..table.tasks());
    let classes = table.classes();
    let of_class = |class: usize| {
        let differ = |cell: usize| (cell / classes == class) != (cell % classes == class);
        coincidences
            .alpha(&(0..classes * classes).map(|cell| f64::from(u8::from(differ(cell)))).collect::<Vec<_>>())
    };
    (0..classes).map(of_class).collect()
}

/// Refuses numbers that do not fit the classes.
pub(crate) fn check(metric: Metric<'_>, classes: usize) -> Result<(), Error> {
    let (Metric::Interval(values) | Metric::Ratio(values)) = metric else { return Ok(()) };
    if values.len() != classes {
        return Err(Error::Length { what: "class values", found: values.len(), expected: classes });
    }
    let usable = |value: &f64| value.is_finite() && (matches!(metric, Metric::Interval(_)) || *value >= 0.0);
    match values.iter().position(|value| !usable(value)) {
        Some(row) => {
            Err(Error::NotFinite { row, what: "the class's value (for a ratio it must not be negative)" })
        }
        None => Ok(()),
    }
}

/// δ² of each pair of classes.
pub(crate) fn squares(metric: Metric<'_>, totals: &[f64]) -> Vec<f64> {
    let classes = totals.len();
    let mut squares = vec![0.0; classes * classes];
    for left in 0..classes {
        for right in left + 1..classes {
            let square = match metric {
                Metric::Nominal => 1.0,
                Metric::Ordinal => {
                    let between: f64 = totals.get(left..=right).unwrap_or_default().iter().sum();
                    (between - f64::midpoint(num::at(totals, left), num::at(totals, right))).powi(2)
                }
                Metric::Interval(values) => (num::at(values, left) - num::at(values, right)).powi(2),
                Metric::Ratio(values) => {
                    let (low, high) = (num::at(values, left), num::at(values, right));
                    if low + high > 0.0 { ((low - high) / (low + high)).powi(2) } else { 0.0 }
                }
            };
            num::set(&mut squares, left * classes + right, square);
            num::set(&mut squares, right * classes + left, square);
        }
    }
    squares
}

/// How often each pair of classes meets within a task; each answer of a task of m counts 1 / (m − 1) per partner.
#[derive(Debug, Clone)]
pub(crate) struct Coincidences {
    pairs: Vec<f64>,
    pub(crate) totals: Vec<f64>,
    tasks: usize,
    answers: usize,
}

impl Coincidences {
    /// Over some tasks, which may repeat.
    pub(crate) fn of(table: &Table, tasks: impl IntoIterator<Item = usize>) -> Self {
        let classes = table.classes();
        let mut sums =
            Self { pairs: vec![0.0; classes * classes], totals: vec![0.0; classes], tasks: 0, answers: 0 };
        let mut counts: Vec<(usize, f64)> = Vec::new();
        for task in tasks {
            let (_, given) = table.task(task);
            if given.len() < 2 {
                continue;
            }
            counts.clear();
            for class in given {
                match counts.iter_mut().find(|(known, _)| *known == usize::from(*class)) {
                    Some((_, count)) => *count += 1.0,
                    None => counts.push((usize::from(*class), 1.0)),
                }
            }
            sums.add(&counts, given.len());
        }
        sums
    }

    fn add(&mut self, counts: &[(usize, f64)], answers: usize) {
        let classes = self.totals.len();
        let share = 1.0 / num::real(answers - 1);
        for (class, count) in counts {
            num::add(&mut self.totals, *class, *count);
            for (other, others) in counts {
                let met = if class == other { count * (count - 1.0) } else { count * others };
                num::add(&mut self.pairs, class * classes + other, met * share);
            }
        }
        self.tasks += 1;
        self.answers += answers;
    }

    /// Alpha under these squared differences.
    pub(crate) fn alpha(&self, squares: &[f64]) -> Alpha {
        let total = num::real(self.answers);
        let classes = self.totals.len();
        let mut observed = 0.0;
        let mut expected = 0.0;
        for (cell, (pairs, square)) in self.pairs.iter().zip(squares).enumerate() {
            observed += pairs * square;
            expected +=
                num::at(&self.totals, cell / classes) * num::at(&self.totals, cell % classes) * square;
        }
        let observed = if total > 0.0 { observed / total } else { 0.0 };
        let expected = if total > 1.0 { expected / (total * (total - 1.0)) } else { 0.0 };
        let value = (expected > 0.0).then(|| 1.0 - observed / expected);
        Alpha { value, observed, expected, tasks: self.tasks, answers: self.answers }
    }
}
