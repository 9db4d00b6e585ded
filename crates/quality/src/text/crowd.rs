//! Many texts, each read by several workers whose reliability is learnt.

use rayon::prelude::*;

use super::align::{Edit, align};
use super::rover::{Line, Reading, Rover, vote};
use crate::answers::Name;
use crate::error::Error;
use crate::ids::{Ids, Interner};
use crate::num;
use crate::skill::Skill;

/// Texts by workers, sorted by task.
#[derive(Debug, Clone)]
pub struct Transcripts<T, W> {
    tasks: Ids<T>,
    workers: Ids<W>,
    /// For each task its readings as (worker, text).
    readings: Vec<Vec<(u32, String)>>,
}

/// The voted texts and the workers' skills.
#[derive(Debug, Clone, PartialEq)]
pub struct Transcribed {
    /// A line for each task, in the order of [`Transcripts::tasks`].
    pub lines: Vec<Line>,
    /// For each worker the share of symbols that the vote kept.
    pub skills: Vec<Skill>,
    /// How many times all texts were voted on.
    pub rounds: usize,
}

impl<T: Name, W: Name> Transcripts<T, W> {
    /// Collects rows of task, worker and text.
    ///
    /// # Errors
    /// When there is no row.
    pub fn from_rows(rows: impl IntoIterator<Item = (T, W, String)>) -> Result<Self, Error> {
        let (mut tasks, mut workers) = (Interner::new(), Interner::new());
        let mut collected: Vec<(u32, u32, String)> = Vec::new();
        for (task, worker, text) in rows {
            collected.push((tasks.intern(&task), workers.intern(&worker), text));
        }
        if collected.is_empty() {
            return Err(Error::Empty);
        }
        let ((tasks, task_map), (workers, worker_map)) = (tasks.finish(), workers.finish());
        let mut readings = vec![Vec::new(); tasks.len()];
        for (task, worker, text) in collected {
            let place = |map: &[u32], id: u32| map.get(num::index(id)).copied().unwrap_or(0);
            if let Some(slot) = readings.get_mut(num::index(place(&task_map, task))) {
                slot.push((place(&worker_map, worker), text));
            }
        }
        for slot in &mut readings {
            slot.sort();
        }
        Ok(Self { tasks, workers, readings })
    }

    /// The tasks.
    pub fn tasks(&self) -> &Ids<T> {
        &self.tasks
    }

    /// The workers.
    pub fn workers(&self) -> &Ids<W> {
        &self.workers
    }

    /// Votes on every text. In the first round all workers count alike; in each further round a worker counts by
    /// the share of symbols that the vote before kept (with two imaginary symbols, one right and one wrong, so that
    /// nobody is certain). One round is plain ROVER; two already use what the first has learnt.
    ///
    /// # Errors
    /// As [`vote`].
    pub fn vote(
        &self,
        rover: &Rover,
        rounds: usize,
        normalise: &(dyn Fn(&str) -> String + Sync),
    ) -> Result<Transcribed, Error> {
        let mut reliability = vec![0.95; self.workers.len()];
        let mut result = Transcribed { lines: Vec::new(), skills: Vec::new(), rounds: 0 };
        while result.rounds < rounds.max(1) {
            result.lines = self.round(rover, &reliability, normalise)?;
            result.skills = self.skills(rover, &result.lines, normalise);
            result.rounds += 1;
            for (known, skill) in reliability.iter_mut().zip(&result.skills) {
                *known = (skill.correct + 1.0) / (num::real(skill.answers) + 2.0);
            }
        }
        Ok(result)
    }

    fn round(
        &self,
        rover: &Rover,
        reliability: &[f64],
        normalise: &(dyn Fn(&str) -> String + Sync),
    ) -> Result<Vec<Line>, Error> {
        let work = |readings: &Vec<(u32, String)>| {
            let of =
                |(worker, text): &(u32, String)| (num::at(reliability, num::index(*worker)), text.clone());
            let known: Vec<(f64, String)> = readings.iter().map(of).collect();
            let readings: Vec<Reading<'_>> =
                known.iter().map(|(reliability, text)| Reading { text, reliability: *reliability }).collect();
            vote(&readings, rover, normalise)
        };
        self.readings.par_iter().map(work).collect()
    }

    /// How many symbols of each worker the voted texts kept.
    fn skills(
        &self,
        rover: &Rover,
        lines: &[Line],
        normalise: &(dyn Fn(&str) -> String + Sync),
    ) -> Vec<Skill> {
        let mut sums = vec![(0.0, 0); self.workers.len()];
        for (readings, line) in self.readings.iter().zip(lines) {
            let voted = pieces(&line.text, rover, normalise);
            for (worker, text) in readings {
                let read = pieces(text, rover, normalise);
                let edits = align(&read, &voted);
                let same = edits.iter().filter(|edit| matches!(edit, Edit::Same(..))).count();
                if let Some((right, total)) = sums.get_mut(num::index(*worker)) {
                    *right += num::real(same);
                    *total += edits.len();
                }
            }
        }
        sums.into_iter().map(|(right, total)| Skill::new(right, total)).collect()
    }
}

fn pieces(text: &str, rover: &Rover, normalise: &dyn Fn(&str) -> String) -> Vec<String> {
    match rover.unit {
        super::Unit::Characters => text.chars().map(|character| normalise(&character.to_string())).collect(),
        super::Unit::Words => text.split_whitespace().map(normalise).collect(),
    }
}
