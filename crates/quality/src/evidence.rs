//! What a method may look at: the answers, and what is known beside them.

use crate::error::Error;
use crate::num;
use crate::table::Table;

/// Tasks whose true class is known. Methods hold them fixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gold {
    truth: Vec<Option<u16>>,
    classes: usize,
}

impl Gold {
    /// No truth known yet for any task of the table.
    pub fn new(table: &Table) -> Self {
        Self { truth: vec![None; table.tasks()], classes: table.classes() }
    }

    /// Sets the truth of a task; ids that the table does not have are not taken (returns false).
    pub fn set(&mut self, task: usize, class: usize) -> bool {
        let Some(slot) = self.truth.get_mut(task).filter(|_| class < self.classes) else { return false };
        *slot = u16::try_from(class).ok();
        true
    }

    /// The truth of a task.
    pub fn get(&self, task: usize) -> Option<usize> {
        self.truth.get(task).copied().flatten().map(usize::from)
    }

    /// How many truths are known.
    pub fn known(&self) -> usize {
        self.truth.iter().flatten().count()
    }
}

/// What each worker has answered elsewhere where the truth was known: counts of (worker, given, true) class.
///
/// It acts as a prior: a worker with a long history is judged mostly by it, a new one by the answers at hand.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    counts: Vec<f64>,
    classes: usize,
}

impl History {
    /// Nothing known yet of any worker of the table.
    pub fn new(table: &Table) -> Self {
        let classes = table.classes();
        Self { counts: vec![0.0; table.workers() * classes * classes], classes }
    }

    /// Notes that a worker gave class `given` `times` times where the truth was `truth`.
    pub fn observe(&mut self, worker: usize, truth: usize, given: usize, times: f64) {
        if truth < self.classes && given < self.classes {
            num::add(&mut self.counts, (worker * self.classes + given) * self.classes + truth, times);
        }
    }

    /// The counts, as `[(worker * classes + given) * classes + truth]`.
    pub(crate) fn counts(&self) -> &[f64] {
        &self.counts
    }
}

/// The answers, with gold and worker history where there is any. A plain table converts into it.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    table: &'a Table,
    gold: Option<&'a Gold>,
    history: Option<&'a History>,
}

impl<'a> From<&'a Table> for Evidence<'a> {
    fn from(table: &'a Table) -> Self {
        Self { table, gold: None, history: None }
    }
}

impl<'a> Evidence<'a> {
    /// Adds known truths.
    #[must_use]
    pub fn with_gold(mut self, gold: &'a Gold) -> Self {
        self.gold = Some(gold);
        self
    }

    /// Adds what is known of the workers.
    #[must_use]
    pub fn with_history(mut self, history: &'a History) -> Self {
        self.history = Some(history);
        self
    }

    /// The answers.
    pub fn table(&self) -> &'a Table {
        self.table
    }

    /// The known truth of a task.
    #[inline]
    pub fn truth(&self, task: usize) -> Option<usize> {
        self.gold.and_then(|gold| gold.get(task))
    }

    /// Whether any truth is known.
    pub fn has_gold(&self) -> bool {
        self.gold.is_some_and(|gold| gold.known() > 0)
    }

    /// The history, if there is any.
    pub(crate) fn history(&self) -> Option<&'a History> {
        self.history
    }

    /// Checks that gold and history were made for this table; methods call it first.
    ///
    /// # Errors
    /// When one was made for a table of another size.
    pub fn check(&self) -> Result<(), Error> {
        if let Some(gold) = self.gold.filter(|gold| gold.truth.len() != self.table.tasks()) {
            return Err(Error::Length {
                what: "gold",
                found: gold.truth.len(),
                expected: self.table.tasks(),
            });
        }
        let expected = self.table.workers() * self.table.classes() * self.table.classes();
        if let Some(history) = self.history.filter(|history| history.counts.len() != expected) {
            return Err(Error::Length { what: "history", found: history.counts.len(), expected });
        }
        Ok(())
    }

    /// Refuses history for a method that has no use for it.
    pub(crate) fn refuse_history(&self, method: &'static str) -> Result<(), Error> {
        self.check()?;
        if self.history.is_some() { Err(Error::NotUsed { method, what: "worker history" }) } else { Ok(()) }
    }
}
