//! The word transition network of ROVER: a row of slots, each with the readings' symbols or gaps.

use super::symbols::{Kinds, Symbol};
use crate::num;

/// One position of the aligned readings: what each reading has there (`None`: nothing).
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    /// `votes[reading]`, in the order in which readings were added.
    pub(crate) votes: Vec<Option<Symbol>>,
    /// The share of the weight behind each key so far; gaps have none.
    shares: Vec<(u32, f64)>,
    gap: f64,
    kinds: Kinds,
}

impl Slot {
    fn new(readings: usize, gap: f64) -> Self {
        Self { votes: vec![None; readings], shares: Vec::new(), gap, kinds: Kinds::default() }
    }

    fn push(&mut self, symbol: Option<Symbol>, weight: f64) {
        self.votes.push(symbol);
        let Some(symbol) = symbol else {
            self.gap += weight;
            return;
        };
        self.kinds.insert(symbol);
        match self.shares.iter_mut().find(|(key, _)| *key == symbol.key) {
            Some((_, share)) => *share += weight,
            None => self.shares.push((symbol.key, weight)),
        }
    }

    /// What it costs to put a symbol here: nothing when all readings so far agree with it.
    fn cost(&self, symbol: Symbol, total: f64) -> f64 {
        let share = self.shares.iter().find(|(key, _)| *key == symbol.key);
        match share {
            Some((_, share)) => 1.0 - share / total,
            None => symbol.substitution(self.kinds),
        }
    }
}

/// Readings aligned one after the other, each at the least expected disagreement with those before it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Network {
    pub(crate) slots: Vec<Slot>,
    readings: usize,
    weight: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Both,
    Gap,
    New,
}

impl Network {
    /// Adds a reading with its weight.
    pub(crate) fn add(&mut self, reading: &[Symbol], weight: f64) {
        let path = if self.readings == 0 { vec![Step::New; reading.len()] } else { self.path(reading) };
        let mut old = std::mem::take(&mut self.slots).into_iter();
        let mut symbols = reading.iter();
        for step in path {
            let mut slot = match step {
                Step::New => Slot::new(self.readings, self.weight),
                Step::Both | Step::Gap => match old.next() {
                    Some(slot) => slot,
                    None => continue,
                },
            };
            slot.push(if step == Step::Gap { None } else { symbols.next().copied() }, weight);
            self.slots.push(slot);
        }
        self.readings += 1;
        self.weight += weight;
    }

    /// The cheapest way through slots and symbols, from the start.
    fn path(&self, reading: &[Symbol]) -> Vec<Step> {
        let width = reading.len() + 1;
        let mut costs: Vec<f64> = (0..width).map(num::real).collect();
        let mut steps = vec![Step::New; width * (self.slots.len() + 1)];
        for (slot, marks) in self.slots.iter().zip(steps.chunks_exact_mut(width).skip(1)) {
            let gap = 1.0 - slot.gap / self.weight;
            let mut cells = costs.iter_mut().zip(marks);
            let Some((first, mark)) = cells.next() else { continue };
            let mut diagonal = *first;
            *first += gap;
            *mark = Step::Gap;
            let mut last = *first;
            for (symbol, (cell, mark)) in reading.iter().zip(cells) {
                let both = diagonal + slot.cost(*symbol, self.weight);
                let skip = *cell + gap;
                let new = last + 1.0;
                diagonal = *cell;
                (last, *mark) = if both <= skip && both <= new {
                    (both, Step::Both)
                } else if skip <= new {
                    (skip, Step::Gap)
                } else {
                    (new, Step::New)
                };
                *cell = last;
            }
        }
        self.walk_back(&steps, width)
    }

    fn walk_back(&self, steps: &[Step], width: usize) -> Vec<Step> {
        let (mut row, mut column) = (self.slots.len(), width - 1);
        let mut path = Vec::with_capacity(row + column);
        while row > 0 || column > 0 {
            let step = steps.get(row * width + column).copied().unwrap_or(Step::New);
            match step {
                Step::Both => (row, column) = (row.saturating_sub(1), column.saturating_sub(1)),
                Step::Gap => row = row.saturating_sub(1),
                Step::New => column = column.saturating_sub(1),
            }
            path.push(step);
        }
        path.reverse();
        path
    }
}
