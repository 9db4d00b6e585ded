//! Any number of labels for a task: each label is a question of its own.

use std::collections::{BTreeMap, BTreeSet};

use crate::answers::{Answers, Name};
use crate::classes::ClassMethod;
use crate::error::Error;

/// One label's verdicts.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelFit<T, L> {
    /// The label.
    pub label: L,
    /// For each task the probability that it has the label.
    pub probability: Vec<(T, f64)>,
}

/// Fits each label apart with a method for two classes (binary relevance): worker w says yes to label l on task i when
/// the answer's set holds l, else no; an answer of no label at all is a "no" to each.
///
/// Use it for tags. It does not use that labels go together; tasks with many answers do not need it. Time: labels ×
/// answers.
///
/// # Errors
/// When there is no answer or no label at all, or the method fails.
///
/// ```
/// use kazi_quality::{classes::Majority, multi_label};
/// let rows = [("a", 1, vec!["cat", "dog"]), ("a", 2, vec!["cat"]), ("a", 3, vec![])];
/// let fits = multi_label::fit(rows, &Majority::default())?;
/// assert_eq!(fits[0].label, "cat");
/// assert!((fits[0].probability[0].1 - 2.0 / 3.0).abs() < 1e-12);
/// # Ok::<(), kazi_quality::Error>(())
/// ```
pub fn fit<T: Name, W: Name, L: Ord + Clone>(
    rows: impl IntoIterator<Item = (T, W, Vec<L>)>,
    method: &dyn ClassMethod,
) -> Result<Vec<LabelFit<T, L>>, Error> {
    let mut answers: Vec<(T, W)> = Vec::new();
    let mut chosen: BTreeMap<L, BTreeSet<usize>> = BTreeMap::new();
    for (place, (task, worker, labels)) in rows.into_iter().enumerate() {
        answers.push((task, worker));
        for label in labels {
            chosen.entry(label).or_default().insert(place);
        }
    }
    if chosen.is_empty() {
        return Err(Error::Empty);
    }
    let mut fits = Vec::with_capacity(chosen.len());
    for (label, places) in chosen {
        let mut builder = Answers::builder().class(&false).class(&true);
        for (place, (task, worker)) in answers.iter().enumerate() {
            builder.push(task, worker, &places.contains(&place));
        }
        let table = builder.build()?;
        let fit = method.fit(&table.table().into())?;
        let yes =
            |(task, name): (usize, &T)| (name.clone(), fit.posterior(task).get(1).copied().unwrap_or(0.0));
        fits.push(LabelFit {
            label,
            probability: table.tasks().names().iter().enumerate().map(yes).collect(),
        });
    }
    Ok(fits)
}
