//! What a data set looks like.

use crate::num;
use crate::table::Table;

/// What a data set looks like; what [`Auto`](super::Auto) decides by, and worth printing beside any result.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Profile {
    /// Mean number of answers a task.
    pub answers_per_task: f64,
    /// Half of all answers come from workers with at least this many answers.
    pub answers_per_worker: f64,
    /// That number divided by classes²: how much there is to learn one entry of a confusion matrix from.
    pub answers_per_cell: f64,
    /// The share of the most frequent answer.
    pub largest_class: f64,
    /// The share of pairs of answers to the same task that are alike.
    pub agreement: f64,
    /// The same beyond what chance would give: (agreement − Σ share²) / (1 − Σ share²) with the shares of the answers.
    pub beyond_chance: f64,
    /// How far workers differ: the standard deviation of their agreement with others beyond what the luck of the
    /// draw gives (the variance component of a one-way analysis of variance); 0 when no difference can be seen.
    pub skill_spread: f64,
    /// The share of the variance between workers that is a difference and not luck: 1 − 1/F.
    pub skill_signal: f64,
    /// As the spread of skills for the answers of one worker and one class, about the mean of the class: how far
    /// workers confuse classes in ways of their own.
    pub confusion_spread: f64,
    /// The share of that variance that is a difference and not luck.
    pub confusion_signal: f64,
}

impl Profile {
    /// Looks at a table; linear in the answers.
    pub fn of(table: &Table) -> Self {
        let mut counts = table.answers_by_worker();
        counts.sort_unstable_by(|one, other| other.cmp(one));
        let mut seen = 0;
        let half = counts.iter().find(|count| {
            seen += **count;
            2 * seen >= table.answers()
        });
        let answers_per_worker = num::real(half.copied().unwrap_or(0));
        let classes = num::real(table.classes());
        let answers = num::real(table.answers().max(1));
        let shares: Vec<f64> =
            table.answers_by_class().into_iter().map(|count| num::real(count) / answers).collect();
        let chance: f64 = shares.iter().map(|share| share * share).sum();
        let groups = Groups::of(table);
        let agreement = groups.agreement;
        let (skill_spread, skill_signal) = spread(std::iter::once(groups.workers()));
        let by_class = (0..table.classes()).map(|class| groups.class(class));
        let (confusion_spread, confusion_signal) = spread(by_class);
        Self {
            answers_per_task: answers / num::real(table.tasks().max(1)),
            answers_per_worker,
            answers_per_cell: answers_per_worker / (classes * classes),
            largest_class: shares.iter().copied().fold(0.0, f64::max),
            agreement,
            beyond_chance: if chance < 1.0 { (agreement - chance) / (1.0 - chance) } else { 1.0 },
            skill_spread,
            skill_signal,
            confusion_spread,
            confusion_signal,
        }
    }
}

/// Some answers: how many, and the sum of their agreements with the others to the same task, and of the squares.
#[derive(Debug, Clone, Copy, Default)]
struct Group {
    answers: f64,
    sum: f64,
    squares: f64,
}

impl Group {
    fn add(&mut self, more: Self) {
        self.answers += more.answers;
        self.sum += more.sum;
        self.squares += more.squares;
    }
}

/// The answers of each worker and class that have company.
struct Groups {
    classes: usize,
    /// `[worker * classes + class]`.
    cells: Vec<Group>,
    agreement: f64,
}

impl Groups {
    fn of(table: &Table) -> Self {
        let classes = table.classes();
        let mut cells = vec![Group::default(); table.workers() * classes];
        let mut votes = vec![0.0; classes];
        let (mut alike, mut pairs) = (0.0, 0.0);
        for task in 0..table.tasks() {
            let (workers, given) = table.task(task);
            if given.len() < 2 {
                continue;
            }
            for class in given {
                num::add(&mut votes, usize::from(*class), 1.0);
            }
            let others = num::real(given.len() - 1);
            for (worker, class) in workers.iter().zip(given) {
                let class = usize::from(*class);
                let same = num::at(&votes, class) - 1.0;
                alike += same;
                pairs += others;
                if let Some(group) = cells.get_mut(num::index(*worker) * classes + class) {
                    let share = same / others;
                    group.add(Group { answers: 1.0, sum: share, squares: share * share });
                }
            }
            for class in given {
                num::set(&mut votes, usize::from(*class), 0.0);
            }
        }
        Self { classes, cells, agreement: if pairs > 0.0 { alike / pairs } else { 1.0 } }
    }

    /// One group a worker.
    fn workers(&self) -> Vec<Group> {
        let all = |cells: &[Group]| {
            let mut all = Group::default();
            for cell in cells {
                all.add(*cell);
            }
            all
        };
        self.cells.chunks_exact(self.classes.max(1)).map(all).collect()
    }

    /// One group a worker, of the answers of one class.
    fn class(&self, class: usize) -> Vec<Group> {
        self.cells.iter().skip(class).step_by(self.classes.max(1)).copied().collect()
    }
}

/// The standard deviation of the means of groups within each family beyond what the spread inside the groups explains
/// (one-way analysis of variance with random effects; Searle, Casella and `McCulloch`, "Variance Components", 1992), and
/// the share of the variance of the means that this is.
fn spread(families: impl Iterator<Item = Vec<Group>>) -> (f64, f64) {
    let (mut between, mut inside) = (0.0, 0.0);
    let (mut groups, mut rest, mut size) = (0.0, 0.0, 0.0);
    for family in families {
        let mut all = Group::default();
        for group in &family {
            all.add(*group);
        }
        if all.answers <= 0.0 {
            continue;
        }
        let (mut squares, mut used) = (0.0, 0.0);
        for group in family.iter().filter(|group| group.answers > 0.0) {
            let mean = group.sum / group.answers;
            between += group.answers * (mean - all.sum / all.answers).powi(2);
            inside += (group.squares - group.sum * mean).max(0.0);
            squares += group.answers * group.answers;
            used += 1.0;
        }
        groups += used - 1.0;
        rest += all.answers - used;
        size += all.answers - squares / all.answers;
    }
    if groups < 1.0 || rest < 1.0 || size <= 0.0 {
        return (0.0, 0.0);
    }
    let (between, inside) = (between / groups, inside / rest);
    let beyond = (between - inside).max(0.0);
    ((beyond / (size / groups)).sqrt(), if between > 0.0 { beyond / between } else { 0.0 })
}
