//! The answers as compact parallel arrays, sorted by task.

use std::ops::Range;

use crate::error::Error;
use crate::num;

/// Answers of workers to tasks, as dense ids: for each task a run of (worker, class) pairs.
///
/// Kept as a structure of arrays, six bytes an answer and four a task, sorted by task, then worker, then class,
/// whatever the order of the rows: one iteration of any method is one sequential pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    classes: usize,
    workers: usize,
    starts: Vec<u32>,
    worker: Vec<u32>,
    class: Vec<u16>,
}

impl Table {
    /// Builds a table from dense ids: `task[i]`, `worker[i]`, `class[i]` are row `i`. The numbers of tasks,
    /// workers and classes are the largest ids plus one, or more if [`Table::with_classes`] says so.
    ///
    /// Runs in linear time (a counting sort on the tasks). Ids that no row uses are allowed: such a task has no
    /// answers and its posterior is the class prior.
    ///
    /// # Errors
    /// When there are no rows, the arrays differ in length, or there are more than 2³²−2 rows.
    ///
    /// ```
    /// let table = kazi_quality::Table::from_ids(&[0, 0, 1], &[0, 1, 1], &[2, 2, 0])?;
    /// assert_eq!((table.tasks(), table.workers(), table.classes(), table.answers()), (2, 2, 3, 3));
    /// # Ok::<(), kazi_quality::Error>(())
    /// ```
    pub fn from_ids(task: &[u32], worker: &[u32], class: &[u16]) -> Result<Self, Error> {
        same_length("worker", worker.len(), task.len())?;
        same_length("class", class.len(), task.len())?;
        if task.is_empty() {
            return Err(Error::Empty);
        }
        let limit = num::index(u32::MAX - 1);
        let highest = |ids: &[u32]| num::index(ids.iter().copied().max().unwrap_or(0));
        let tasks = highest(task) + 1;
        let workers = highest(worker) + 1;
        let classes = usize::from(class.iter().copied().max().unwrap_or(0)) + 1;
        for (what, found) in [("rows", task.len()), ("tasks", tasks), ("workers", workers)] {
            if found > limit {
                return Err(Error::TooMany { what, limit });
            }
        }
        Ok(Self::sorted(task, worker, class, (tasks, workers, classes)))
    }

    /// The same table with at least this many classes (a class that nobody has chosen yet is still a class).
    #[must_use]
    pub fn with_classes(mut self, classes: usize) -> Self {
        self.classes = self.classes.max(classes);
        self
    }

    fn sorted(task: &[u32], worker: &[u32], class: &[u16], size: (usize, usize, usize)) -> Self {
        let (tasks, workers, classes) = size;
        let mut starts = vec![0_u32; tasks + 1];
        for id in task {
            if let Some(count) = starts.get_mut(num::index(*id) + 1) {
                *count += 1;
            }
        }
        let mut total = 0;
        for count in &mut starts {
            total += *count;
            *count = total;
        }
        let mut next = starts.clone();
        let mut placed_worker = vec![0; worker.len()];
        let mut placed_class = vec![0; class.len()];
        for ((task, worker), class) in task.iter().zip(worker).zip(class) {
            if let Some(place) = next.get_mut(num::index(*task)) {
                let position = num::index(*place);
                *place += 1;
                if let (Some(to_worker), Some(to_class)) =
                    (placed_worker.get_mut(position), placed_class.get_mut(position))
                {
                    *to_worker = *worker;
                    *to_class = *class;
                }
            }
        }
        let mut table = Self { classes, workers, starts, worker: placed_worker, class: placed_class };
        table.sort_within_tasks();
        table
    }

    /// Puts each task's answers in the order of worker, then class.
    fn sort_within_tasks(&mut self) {
        let mut pairs: Vec<(u32, u16)> = Vec::new();
        for bounds in self.starts.windows(2) {
            let [start, end] = bounds else { continue };
            let range = num::index(*start)..num::index(*end);
            let (Some(workers), Some(classes)) =
                (self.worker.get_mut(range.clone()), self.class.get_mut(range))
            else {
                continue;
            };
            if workers.is_sorted_by(|left, right| left < right) {
                continue;
            }
            pairs.clear();
            pairs.extend(workers.iter().copied().zip(classes.iter().copied()));
            pairs.sort_unstable();
            for ((worker, class), pair) in workers.iter_mut().zip(classes).zip(&pairs) {
                (*worker, *class) = *pair;
            }
        }
    }

    /// How many tasks there are.
    pub fn tasks(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// How many workers there are.
    pub fn workers(&self) -> usize {
        self.workers
    }

    /// How many classes there are.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// How many answers there are.
    pub fn answers(&self) -> usize {
        self.worker.len()
    }

    /// The answers of one task as parallel slices of workers and classes.
    #[inline]
    pub fn task(&self, task: usize) -> (&[u32], &[u16]) {
        let (Some(start), Some(end)) = (self.starts.get(task), self.starts.get(task + 1)) else {
            return (&[], &[]);
        };
        let range = num::index(*start)..num::index(*end);
        (self.worker.get(range.clone()).unwrap_or_default(), self.class.get(range).unwrap_or_default())
    }

    /// Where the answers of a task lie among all answers.
    #[inline]
    pub(crate) fn range(&self, task: usize) -> Range<usize> {
        match (self.starts.get(task), self.starts.get(task + 1)) {
            (Some(start), Some(end)) => num::index(*start)..num::index(*end),
            _ => 0..0,
        }
    }

    /// The ranges of some tasks, one after the other.
    #[inline]
    pub(crate) fn ranges(&self, tasks: Range<usize>) -> impl Iterator<Item = Range<usize>> + '_ {
        let mut ends = self.starts.get(tasks.start..(tasks.end + 1)).unwrap_or_default().iter();
        let mut start = num::index(ends.next().copied().unwrap_or(0));
        ends.map(move |end| {
            let end = num::index(*end);
            std::mem::replace(&mut start, end)..end
        })
    }

    /// For each answer, worker × classes + class: the row of the workers' tables that it concerns. The caller has
    /// made sure that there are not more rows than 32 bits can name.
    pub(crate) fn worker_classes(&self) -> Vec<u32> {
        let classes = num::id(self.classes);
        self.worker
            .iter()
            .zip(&self.class)
            .map(|(worker, class)| worker * classes + u32::from(*class))
            .collect()
    }

    /// Every answer as (task, worker, class), in the table's order.
    pub fn rows(&self) -> impl Iterator<Item = (usize, u32, u16)> + '_ {
        (0..self.tasks()).flat_map(move |task| {
            let (workers, classes) = self.task(task);
            workers.iter().zip(classes).map(move |(worker, class)| (task, *worker, *class))
        })
    }

    /// How many answers each worker gave.
    pub fn answers_by_worker(&self) -> Vec<usize> {
        let mut counts = vec![0; self.workers];
        for worker in &self.worker {
            if let Some(count) = counts.get_mut(num::index(*worker)) {
                *count += 1;
            }
        }
        counts
    }

    /// How many answers chose each class.
    pub fn answers_by_class(&self) -> Vec<usize> {
        let mut counts = vec![0; self.classes];
        for class in &self.class {
            if let Some(count) = counts.get_mut(usize::from(*class)) {
                *count += 1;
            }
        }
        counts
    }

    /// Ranges of tasks with about as many answers each. The ranges depend only on the data, never on the
    /// number of cores, so that sums over them are the same on every machine.
    pub(crate) fn shards(&self, cost: usize) -> Vec<Range<usize>> {
        // Below this many answers a second core costs more than it saves; a shard must also outweigh the
        // worker tables that it sums into.
        let least = 131_072.max(cost * 8);
        let pieces = (self.answers() / least).clamp(1, 16).next_power_of_two();
        let mut shards = Vec::with_capacity(pieces);
        let mut from = 0;
        for piece in 1..=pieces {
            let wanted = num::id(self.answers() / pieces * piece);
            let to = if piece == pieces {
                self.tasks()
            } else {
                self.starts.partition_point(|start| *start < wanted).clamp(from, self.tasks())
            };
            shards.push(from..to);
            from = to;
        }
        shards
    }
}

fn same_length(what: &'static str, found: usize, expected: usize) -> Result<(), Error> {
    if found == expected { Ok(()) } else { Err(Error::Length { what, found, expected }) }
}

impl Table {
    /// As [`Table::from_ids`] with the numbers of tasks, workers and classes known.
    pub(crate) fn from_ids_sized(
        task: &[u32],
        worker: &[u32],
        class: &[u16],
        size: (usize, usize, usize),
    ) -> Result<Self, Error> {
        let limit = num::index(u32::MAX - 1);
        if task.len() > limit {
            return Err(Error::TooMany { what: "rows", limit });
        }
        Ok(Self::sorted(task, worker, class, size))
    }
}
