//! Which marks of different workers mean the same object.

use super::{Shape, assign};
use crate::error::{Error, share};
use crate::num;

/// What one worker marked in one task.
#[derive(Debug, Clone, PartialEq)]
pub struct Reader<C, S> {
    /// How much the worker counts; 1 when nothing is known.
    pub weight: f64,
    /// The marks, each with its class.
    pub marks: Vec<(C, S)>,
}

/// One object that the workers found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found<C, S> {
    /// The merged shape.
    pub shape: S,
    /// The class with the most weight; of a tie, the smallest.
    pub class: C,
    /// The share of the supporters' weight behind that class.
    pub class_share: f64,
    /// Who marked it: (reader, mark), as positions in what was handed in.
    pub marks: Vec<(usize, usize)>,
    /// The share of all weight that marked it.
    pub support: f64,
    /// The probability that it is really there.
    pub confidence: f64,
    /// The mean similarity of its marks to the merged shape.
    pub similarity: f64,
    /// Whether the quorum is reached.
    pub accepted: bool,
}

/// How marks become objects.
///
/// Readers are taken one after the other, the one that is most like the others first. Each reader's marks are matched
/// one to one with the objects so far so that the total similarity is greatest (Hungarian method); matches below
/// `same_at` are no matches, and what is left starts new objects. Then all marks are matched once more with the merged
/// shapes, so that the first reader has no privilege. The confidence is Bayes' rule with the rates at which workers
/// detect objects and imagine some, from even odds: supporters multiply the odds by detects / imagines, others by (1 −
/// detects) / (1 − imagines), each to the power of the weight.
///
/// Time: readers × marks³, and the similarity of all pairs of marks.
///
/// ```
/// use kazi_quality::geometry::{Consensus, Reader, Rectangle};
/// let box_at = |left: f64| Rectangle { left, top: 0.0, right: left + 10.0, bottom: 10.0 };
/// let reader = |lefts: &[f64]| Reader { weight: 1.0, marks: lefts.iter().map(|left| ("cat", box_at(*left))).collect() };
/// let found = Consensus::default().fit(&[reader(&[0.0, 50.0]), reader(&[1.0]), reader(&[2.0])])?;
/// assert_eq!(found[0].shape, box_at(1.0));
/// assert!(found[0].accepted && found[0].confidence > 0.99);
/// assert!(!found[1].accepted);
/// # Ok::<(), kazi_quality::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Consensus {
    /// Marks at least this similar may be the same object.
    pub same_at: f64,
    /// An object is accepted when at least this share of the weight marked it.
    pub quorum: f64,
    /// Whether marks of different classes may be the same object (its class is then voted on).
    pub across_classes: bool,
    /// The chance that a worker marks an object that is there.
    pub detects: f64,
    /// The chance that a worker marks one that is not.
    pub imagines: f64,
}

impl Default for Consensus {
    fn default() -> Self {
        Self { same_at: 0.5, quorum: 0.5, across_classes: false, detects: 0.8, imagines: 0.1 }
    }
}

/// One mark: its reader, its place there, class, shape and weight.
struct Mark<'a, C, S> {
    reader: usize,
    place: usize,
    class: &'a C,
    shape: &'a S,
    weight: f64,
}

/// Marks that are taken for one object.
struct Group<'a, C, S> {
    shape: S,
    marks: Vec<&'a Mark<'a, C, S>>,
}

impl Consensus {
    /// Finds the objects of one task, the best supported first.
    ///
    /// # Errors
    /// When there is no reader, an option is out of range, or a shape is unusable; the row counts all marks in order.
    pub fn fit<'a, C: Ord + Clone, S: Shape>(
        &self,
        readers: &'a [Reader<C, S>],
    ) -> Result<Vec<Found<C, S>>, Error> {
        self.check(readers)?;
        let marks: Vec<Vec<Mark<'_, C, S>>> = readers
            .iter()
            .enumerate()
            .map(|(reader, from)| {
                let mark = |(place, (class, shape)): (usize, &'a (C, S))| Mark {
                    reader,
                    place,
                    class,
                    shape,
                    weight: from.weight,
                };
                from.marks.iter().enumerate().map(mark).collect()
            })
            .collect();
        let mut groups: Vec<Group<'_, C, S>> = Vec::new();
        for reader in self.central_first(&marks) {
            if let Some(mine) = marks.get(reader) {
                self.join(&mut groups, mine);
            }
        }
        let mut settled: Vec<Group<'_, C, S>> =
            groups.into_iter().map(|group| Group { shape: group.shape, marks: Vec::new() }).collect();
        let seeds = settled.len();
        for mine in &marks {
            self.join_fixed(&mut settled, mine, seeds);
        }
        let total: f64 = readers.iter().map(|reader| reader.weight).sum();
        let mut found: Vec<Found<C, S>> =
            settled.iter().filter_map(|group| self.describe(group, readers, total)).collect();
        found.sort_by(|one, other| other.support.total_cmp(&one.support).then(one.marks.cmp(&other.marks)));
        Ok(found)
    }

    fn check<C, S: Shape>(&self, readers: &[Reader<C, S>]) -> Result<(), Error> {
        if readers.is_empty() {
            return Err(Error::Empty);
        }
        for (name, value) in
            [("same_at", self.same_at), ("detects", self.detects), ("imagines", self.imagines)]
        {
            share(name, value)?;
        }
        if !(0.0..=1.0).contains(&self.quorum) {
            return Err(Error::option("quorum", self.quorum, "between 0 and 1"));
        }
        if let Some(reader) =
            readers.iter().find(|reader| !(reader.weight > 0.0 && reader.weight.is_finite()))
        {
            return Err(Error::option("weight", reader.weight, "above zero"));
        }
        let faults = readers.iter().flat_map(|reader| &reader.marks).map(|(_, shape)| shape.fault());
        match faults.enumerate().find_map(|(row, fault)| fault.map(|why| (row, why))) {
            Some((row, why)) => Err(Error::Shape { row, why }),
            None => Ok(()),
        }
    }

    /// How alike a mark and an object of a class are; zero when they cannot be the same.
    fn alike<C: Ord, S: Shape>(&self, mark: &Mark<'_, C, S>, class: Option<&C>, shape: &S) -> f64 {
        if !self.across_classes && class.is_some_and(|class| class != mark.class) {
            return 0.0;
        }
        let similarity = mark.shape.similarity(shape);
        if similarity >= self.same_at { similarity } else { 0.0 }
    }

    /// Readers by how similar their marks are to those of the others, ties by position.
    fn central_first<C: Ord, S: Shape>(&self, marks: &[Vec<Mark<'_, C, S>>]) -> Vec<usize> {
        let mut sums = vec![0.0; marks.len()];
        for (one, left) in marks.iter().enumerate() {
            for (other, right) in marks.iter().enumerate().skip(one + 1) {
                let best = |mark: &Mark<'_, C, S>| {
                    right
                        .iter()
                        .map(|theirs| self.alike(mark, Some(theirs.class), theirs.shape))
                        .fold(0.0, f64::max)
                };
                let both: f64 = left.iter().map(best).sum();
                num::add(&mut sums, one, both);
                num::add(&mut sums, other, both);
            }
        }
        let mut order: Vec<usize> = (0..marks.len()).collect();
        order.sort_by(|one, other| {
            num::at(&sums, *other).total_cmp(&num::at(&sums, *one)).then(one.cmp(other))
        });
        order
    }

    /// Matches one reader's marks with the groups, which move with every mark they take.
    fn join<'a, C: Ord, S: Shape>(&self, groups: &mut Vec<Group<'a, C, S>>, marks: &'a [Mark<'a, C, S>]) {
        let matched = self.matches(groups, marks, groups.len());
        for (mark, group) in marks.iter().zip(matched) {
            match group.and_then(|group| groups.get_mut(group)) {
                Some(group) => {
                    group.marks.push(mark);
                    let parts: Vec<(&S, f64)> =
                        group.marks.iter().map(|mark| (mark.shape, mark.weight)).collect();
                    if let Some(merged) = S::merged(&parts) {
                        group.shape = merged;
                    }
                }
                None => groups.push(Group { shape: mark.shape.clone(), marks: vec![mark] }),
            }
        }
    }

    /// Matches one reader's marks with the first `seeds` groups, which stay as they are.
    fn join_fixed<'a, C: Ord, S: Shape>(
        &self,
        groups: &mut Vec<Group<'a, C, S>>,
        marks: &'a [Mark<'a, C, S>],
        seeds: usize,
    ) {
        let matched = self.matches(groups, marks, seeds);
        for (mark, group) in marks.iter().zip(matched) {
            match group.and_then(|group| groups.get_mut(group)) {
                Some(group) => group.marks.push(mark),
                None => groups.push(Group { shape: mark.shape.clone(), marks: vec![mark] }),
            }
        }
    }

    /// For each mark the group that it joins.
    fn matches<C: Ord, S: Shape>(
        &self,
        groups: &[Group<'_, C, S>],
        marks: &[Mark<'_, C, S>],
        seeds: usize,
    ) -> Vec<Option<usize>> {
        let row = |mark: &Mark<'_, C, S>| {
            let gain = |group: &Group<'_, C, S>| {
                self.alike(mark, group.marks.first().map(|m| m.class), &group.shape)
            };
            groups.iter().take(seeds).map(gain).collect()
        };
        let gains: Vec<Vec<f64>> = marks.iter().map(row).collect();
        let good = |(mark, group): (usize, Option<usize>)| {
            group.filter(|group| {
                gains.get(mark).and_then(|row| row.get(*group)).is_some_and(|gain| *gain > 0.0)
            })
        };
        assign(&gains).into_iter().enumerate().map(good).collect()
    }

    /// What a group amounts to; nothing when all of its marks have found better ones.
    fn describe<C: Ord + Clone, S: Shape>(
        &self,
        group: &Group<'_, C, S>,
        readers: &[Reader<C, S>],
        total: f64,
    ) -> Option<Found<C, S>> {
        let parts: Vec<(&S, f64)> = group.marks.iter().map(|mark| (mark.shape, mark.weight)).collect();
        let shape = S::merged(&parts)?;
        let mut classes: std::collections::BTreeMap<&C, f64> = std::collections::BTreeMap::new();
        for mark in &group.marks {
            *classes.entry(mark.class).or_default() += mark.weight;
        }
        let (class, most) = classes.iter().reduce(|best, next| if next.1 > best.1 { next } else { best })?;
        let weight: f64 = parts.iter().map(|(_, weight)| weight).sum();
        let support = weight / total;
        let odds = weight * (self.detects / self.imagines).ln()
            + (total - weight) * ((1.0 - self.detects) / (1.0 - self.imagines)).ln();
        let mut marks: Vec<(usize, usize)> =
            group.marks.iter().map(|mark| (mark.reader, mark.place)).collect();
        marks.sort_unstable();
        let similarity: f64 = parts.iter().map(|(part, weight)| part.similarity(&shape) * weight).sum();
        Some(Found {
            class: (*class).clone(),
            class_share: most / weight,
            marks,
            support,
            confidence: num::logistic(odds),
            similarity: similarity / weight,
            accepted: support >= self.quorum * (1.0 - num::TIE) && !readers.is_empty(),
            shape,
        })
    }
}
