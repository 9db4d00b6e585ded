//! From rows with ids of any type to a [`Table`], and back.

use std::borrow::Borrow;
use std::fmt::Debug;
use std::hash::Hash;

use crate::error::Error;
use crate::evidence::{Gold, History};
use crate::fit::Fit;
use crate::ids::{Ids, Interner};
use crate::num;
use crate::table::Table;

/// What the ids of tasks, workers and classes must be able to do. Every ordered, hashable type qualifies:
/// `String`, `&str`, integers, tuples, your own id types.
pub trait Name: Ord + Hash + Clone + Debug {}

impl<T: Ord + Hash + Clone + Debug> Name for T {}

/// Whether one worker may answer one task more than once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Repeats {
    /// Each answer counts; a worker who answers twice speaks twice. What most published data sets assume.
    #[default]
    Count,
    /// A second answer is an error that names both rows.
    Refuse,
}

/// Collects rows. Made by [`Answers::builder`].
#[derive(Debug, Clone)]
pub struct Builder<T, W, C> {
    tasks: Interner<T>,
    workers: Interner<W>,
    classes: Interner<C>,
    task: Vec<u32>,
    worker: Vec<u32>,
    class: Vec<u32>,
    repeats: Repeats,
}

impl<T: Name, W: Name, C: Name> Builder<T, W, C> {
    /// Adds the answer of a worker to a task. Names may be borrowed (`&str` for `String`): only new ones are copied.
    pub fn push<Q, V, D>(&mut self, task: &Q, worker: &V, class: &D)
    where
        T: Borrow<Q>,
        W: Borrow<V>,
        C: Borrow<D>,
        Q: Hash + Eq + ToOwned<Owned = T> + ?Sized,
        V: Hash + Eq + ToOwned<Owned = W> + ?Sized,
        D: Hash + Eq + ToOwned<Owned = C> + ?Sized,
    {
        self.task.push(self.tasks.intern(task));
        self.worker.push(self.workers.intern(worker));
        self.class.push(self.classes.intern(class));
    }

    /// Declares a class that perhaps nobody has chosen yet.
    #[must_use]
    pub fn class<D>(mut self, class: &D) -> Self
    where
        C: Borrow<D>,
        D: Hash + Eq + ToOwned<Owned = C> + ?Sized,
    {
        self.classes.intern(class);
        self
    }

    /// Declares a task that perhaps nobody has answered yet.
    #[must_use]
    pub fn task<Q>(mut self, task: &Q) -> Self
    where
        T: Borrow<Q>,
        Q: Hash + Eq + ToOwned<Owned = T> + ?Sized,
    {
        self.tasks.intern(task);
        self
    }

    /// Says what to do when a worker answers a task twice.
    #[must_use]
    pub fn repeats(mut self, repeats: Repeats) -> Self {
        self.repeats = repeats;
        self
    }

    /// Sorts the answers into a table.
    ///
    /// # Errors
    /// When there is no row, there are more than 65,535 classes or 2³²−2 rows, or a worker answered a task
    /// twice and [`Repeats::Refuse`] was asked for.
    pub fn build(self) -> Result<Answers<T, W, C>, Error> {
        if self.task.is_empty() {
            return Err(Error::Empty);
        }
        let class_limit = usize::from(u16::MAX);
        if self.classes.len() > class_limit {
            return Err(Error::TooMany { what: "classes", limit: class_limit });
        }
        if self.repeats == Repeats::Refuse {
            refuse_repeats(&self.task, &self.worker)?;
        }
        let (tasks, task_map) = self.tasks.finish();
        let (workers, worker_map) = self.workers.finish();
        let (classes, class_map) = self.classes.finish();
        let renumber = |mut ids: Vec<u32>, map: &[u32]| {
            for id in &mut ids {
                *id = map.get(num::index(*id)).copied().unwrap_or(0);
            }
            ids
        };
        let task = renumber(self.task, &task_map);
        let worker = renumber(self.worker, &worker_map);
        let class: Vec<u16> = renumber(self.class, &class_map)
            .into_iter()
            .map(|id| u16::try_from(id).unwrap_or(u16::MAX))
            .collect();
        let table =
            Table::from_ids_sized(&task, &worker, &class, (tasks.len(), workers.len(), classes.len()))?;
        Ok(Answers { table, tasks, workers, classes })
    }
}

/// Names the first row whose task and worker have been seen before.
fn refuse_repeats(task: &[u32], worker: &[u32]) -> Result<(), Error> {
    let mut keys: Vec<(u32, u32, usize)> =
        task.iter().zip(worker).enumerate().map(|(row, (task, worker))| (*task, *worker, row)).collect();
    keys.sort_unstable();
    let mut repeated: Option<(usize, usize)> = None;
    for pair in keys.windows(2) {
        if let [(task, worker, first), (next_task, next_worker, row)] = pair
            && (task, worker) == (next_task, next_worker)
            && repeated.is_none_or(|(known, _)| *row < known)
        {
            repeated = Some((*row, *first));
        }
    }
    repeated.map_or(Ok(()), |(row, first)| Err(Error::Duplicate { row, first }))
}

/// Answers with the names of their tasks, workers and classes.
///
/// ```
/// use kazi_quality::{Answers, classes::{Majority, ClassMethod}};
/// let answers = Answers::from_rows([
///     ("photo 1", "amina", "cat"),
///     ("photo 1", "juma", "cat"),
///     ("photo 1", "li", "dog"),
/// ])?;
/// let fit = Majority::default().fit(&answers.table().into())?;
/// assert_eq!(answers.winners(&fit), [("photo 1", vec!["cat"], 2.0 / 3.0)]);
/// # Ok::<(), kazi_quality::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers<T, W, C> {
    table: Table,
    tasks: Ids<T>,
    workers: Ids<W>,
    classes: Ids<C>,
}

impl<T: Name, W: Name, C: Name> Answers<T, W, C> {
    /// An empty builder.
    pub fn builder() -> Builder<T, W, C> {
        Builder {
            tasks: Interner::new(),
            workers: Interner::new(),
            classes: Interner::new(),
            task: Vec::new(),
            worker: Vec::new(),
            class: Vec::new(),
            repeats: Repeats::Count,
        }
    }

    /// All rows of an iterator.
    ///
    /// # Errors
    /// As [`Builder::build`].
    pub fn from_rows(rows: impl IntoIterator<Item = (T, W, C)>) -> Result<Self, Error> {
        let mut builder = Self::builder();
        for (task, worker, class) in rows {
            builder.push(&task, &worker, &class);
        }
        builder.build()
    }

    /// The compact table that every method takes.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The tasks.
    pub fn tasks(&self) -> &Ids<T> {
        &self.tasks
    }

    /// The workers.
    pub fn workers(&self) -> &Ids<W> {
        &self.workers
    }

    /// The classes.
    pub fn classes(&self) -> &Ids<C> {
        &self.classes
    }

    /// For each task its name, the class or the tied classes that won, and the probability of the first.
    pub fn winners(&self, fit: &Fit) -> Vec<(T, Vec<C>, f64)> {
        let named = |task: (usize, &T)| {
            let (winners, probability) = fit.winners(task.0);
            let classes = winners.into_iter().filter_map(|class| self.classes.name(num::id(class)).cloned());
            (task.1.clone(), classes.collect(), probability)
        };
        self.tasks.names().iter().enumerate().map(named).collect()
    }

    /// Known truths, to be held fixed while a method learns.
    ///
    /// # Errors
    /// When a row names a task or class that is not among the answers.
    pub fn gold<'a>(&self, rows: impl IntoIterator<Item = (&'a T, &'a C)>) -> Result<Gold, Error>
    where
        T: 'a,
        C: 'a,
    {
        let mut gold = Gold::new(&self.table);
        for (row, (task, class)) in rows.into_iter().enumerate() {
            gold.set(num::index(self.task_id(row, task)?), self.class_id(row, class)?);
        }
        Ok(gold)
    }

    /// What is known of the workers from elsewhere (training, gold of earlier jobs): rows of worker, true class,
    /// given class and how many times.
    ///
    /// # Errors
    /// When a row names a worker or class that is not among the answers, or a count that is negative or not a
    /// number.
    pub fn history<'a>(
        &self,
        rows: impl IntoIterator<Item = (&'a W, &'a C, &'a C, f64)>,
    ) -> Result<History, Error>
    where
        W: 'a,
        C: 'a,
    {
        let mut history = History::new(&self.table);
        for (row, (worker, truth, given, times)) in rows.into_iter().enumerate() {
            let unknown = || Error::Unknown { row, what: "worker", id: format!("{worker:?}") };
            if !times.is_finite() || times < 0.0 {
                return Err(Error::NotFinite { row, what: "the count" });
            }
            let worker = num::index(self.workers.id(worker).ok_or_else(unknown)?);
            history.observe(worker, self.class_id(row, truth)?, self.class_id(row, given)?, times);
        }
        Ok(history)
    }

    fn task_id(&self, row: usize, task: &T) -> Result<u32, Error> {
        self.tasks.id(task).ok_or_else(|| Error::Unknown { row, what: "task", id: format!("{task:?}") })
    }

    fn class_id(&self, row: usize, class: &C) -> Result<usize, Error> {
        let id = self.classes.id(class).map(num::index);
        id.ok_or_else(|| Error::Unknown { row, what: "class", id: format!("{class:?}") })
    }
}
