//! ROVER: aligned readings vote symbol by symbol.

use super::align::distance;
use super::network::{Network, Slot};
use super::symbols::{Alphabet, Symbol, Unit};
use crate::error::{Error, share};
use crate::num;

/// One person's (or machine's) reading of the text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading<'a> {
    /// What was read.
    pub text: &'a str,
    /// The chance that one of its characters (words) is right, strictly between 0 and 1. 0.95 when nothing is known.
    pub reliability: f64,
}

/// Which symbol stands in the text when several have the same support. The position is open either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TieRule {
    /// The one in the reading nearest to all the others.
    #[default]
    Central,
    /// The longest, then the alphabetically last, as crowd-kit does. A gap is shorter than anything.
    Longest,
    /// None: the position is left empty.
    Empty,
}

/// Recogniser output voting error reduction (Fiscus, "A post-processing system to yield reduced word error rates:
/// ROVER", 1997), with weights and a probability for every symbol.
///
/// Readings are aligned one after the other, starting from the one nearest to all others, so that the order in
/// which they arrive does not matter. Then for each position, with r the readers' reliabilities and A the number of
/// plausible alternatives,
///
/// P(c) ∝ ∏ over readers of c of r × ∏ over the others of (1 − r) / A,
///
/// where A unseen alternatives have their share too: a single reading is as sure as its reader. Readers are taken to
/// err independently; where they copy from one source the confidence is too high.
///
/// Use it for transcription and digitisation. Not for translations, where two good answers share few words: choose
/// among whole answers there. Time: readings² × length², so cut long texts into lines.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rover {
    /// Whether characters or words vote.
    pub unit: Unit,
    /// How many alternatives an error spreads over.
    pub alternatives: f64,
    /// Positions with a smaller probability than this are open.
    pub settle_at: f64,
    /// What stands in the text on a tie.
    pub ties: TieRule,
}

impl Default for Rover {
    fn default() -> Self {
        Self { unit: Unit::Characters, alternatives: 20.0, settle_at: 0.9, ties: TieRule::Central }
    }
}

impl Rover {
    /// The defaults for words.
    pub fn words() -> Self {
        Self { unit: Unit::Words, ..Self::default() }
    }
}

/// One possible symbol of a position; an empty text stands for "nothing here".
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The symbol as most of its readers wrote it.
    pub text: String,
    /// Its probability.
    pub confidence: f64,
    /// The readings that have it, as positions in the list that was handed in.
    pub readings: Vec<usize>,
}

/// One position of the voted text.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// The winning symbol; empty when the readers' majority has nothing here.
    pub text: String,
    /// Where it starts in [`Line::text`], in bytes.
    pub start: usize,
    /// The probability that it is right.
    pub confidence: f64,
    /// Whether a person should look: the probability is too small, or there is a tie.
    pub open: bool,
    /// All candidates, the most probable first; the winner among them.
    pub candidates: Vec<Candidate>,
}

/// The voted text.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The text.
    pub text: String,
    /// Its positions from left to right, including those where the winner is "nothing".
    pub tokens: Vec<Token>,
    /// The probability that every position is right.
    pub confidence: f64,
}

impl Line {
    /// The positions that a person should look at.
    pub fn open(&self) -> impl Iterator<Item = &Token> {
        self.tokens.iter().filter(|token| token.open)
    }

    /// Whether nothing is open.
    pub fn is_settled(&self) -> bool {
        self.open().next().is_none()
    }
}

/// Votes on one line of text. Symbols are compared after `normalise` (such as `|s| s.to_lowercase()`, or
/// `str::to_owned` for none), and written as their readers wrote them.
///
/// # Errors
/// When there is no reading, a reliability is not strictly between 0 and 1, or the readings are so long that they
/// would need over 2²⁸ cells (cut the text into lines).
///
/// ```
/// use kazi_quality::text::{Reading, Rover, vote};
/// let readings = ["Nairobi 1963", "Nairobi 1968", "Nairobi 1963"].map(|text| Reading { text, reliability: 0.95 });
/// let line = vote(&readings, &Rover::default(), &str::to_owned)?;
/// assert_eq!(line.text, "Nairobi 1963");
/// assert!(line.is_settled());
/// // With two readers the last digit stays open, and only that.
/// let line = vote(&readings[..2], &Rover::default(), &str::to_owned)?;
/// assert_eq!(line.open().map(|token| token.start).collect::<Vec<_>>(), [11]);
/// # Ok::<(), kazi_quality::Error>(())
/// ```
pub fn vote(
    readings: &[Reading<'_>],
    rover: &Rover,
    normalise: &dyn Fn(&str) -> String,
) -> Result<Line, Error> {
    check(readings, rover)?;
    let mut alphabet = Alphabet::default();
    let mut sorted: Vec<(usize, &Reading<'_>)> = readings.iter().enumerate().collect();
    sorted.sort_by(|(_, one), (_, other)| {
        one.text.cmp(other.text).then(one.reliability.total_cmp(&other.reliability))
    });
    let symbols: Vec<Vec<Symbol>> =
        sorted.iter().map(|(_, reading)| alphabet.symbols(reading.text, rover.unit, normalise)).collect();
    let longest = symbols.iter().map(Vec::len).max().unwrap_or(0);
    if longest.saturating_mul(longest) > 1 << 28 {
        return Err(Error::TooMany { what: "symbols in one text", limit: 1 << 14 });
    }
    let order = central_first(&symbols);
    let mut network = Network::default();
    for position in &order {
        if let (Some((_, reading)), Some(symbols)) = (sorted.get(*position), symbols.get(*position)) {
            network.add(symbols, reading.reliability);
        }
    }
    let readers: Vec<(usize, f64)> = order
        .iter()
        .filter_map(|position| sorted.get(*position))
        .map(|(id, reading)| (*id, reading.reliability))
        .collect();
    Ok(write(&network.slots, &readers, rover, &alphabet))
}

fn check(readings: &[Reading<'_>], rover: &Rover) -> Result<(), Error> {
    if readings.is_empty() {
        return Err(Error::Empty);
    }
    for reading in readings {
        share("reliability", reading.reliability)?;
    }
    if !(rover.alternatives >= 1.0 && rover.alternatives.is_finite()) {
        return Err(Error::option("alternatives", rover.alternatives, "1 or more"));
    }
    if !(0.0..=1.0).contains(&rover.settle_at) {
        return Err(Error::option("settle_at", rover.settle_at, "between 0 and 1"));
    }
    Ok(())
}

/// The readings in the order of their total distance to the others.
fn central_first(symbols: &[Vec<Symbol>]) -> Vec<usize> {
    let keys: Vec<Vec<u32>> =
        symbols.iter().map(|reading| reading.iter().map(|symbol| symbol.key).collect()).collect();
    let mut totals = vec![0; keys.len()];
    for (one, left) in keys.iter().enumerate() {
        for (other, right) in keys.iter().enumerate().skip(one + 1) {
            let apart = if left == right { 0 } else { distance(left, right) };
            for place in [one, other] {
                if let Some(total) = totals.get_mut(place) {
                    *total += apart;
                }
            }
        }
    }
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by_key(|position| totals.get(*position).copied());
    order
}

/// The tokens and text of a network.
fn write(slots: &[Slot], readers: &[(usize, f64)], rover: &Rover, alphabet: &Alphabet) -> Line {
    let mut line = Line { text: String::new(), tokens: Vec::with_capacity(slots.len()), confidence: 1.0 };
    for slot in slots {
        let candidates = candidates(slot, readers, rover, alphabet);
        let Some(best) = candidates.first() else { continue };
        let tied =
            candidates.get(1).is_some_and(|second| second.confidence > best.confidence * (1.0 - num::TIE));
        let (text, confidence) = match rover.ties {
            TieRule::Empty if tied => (String::new(), best.confidence),
            _ => (best.text.clone(), best.confidence),
        };
        if rover.unit == Unit::Words && !text.is_empty() && !line.text.is_empty() {
            line.text.push(' ');
        }
        let start = line.text.len();
        line.text.push_str(&text);
        line.confidence *= confidence;
        line.tokens.push(Token {
            text,
            start,
            confidence,
            open: tied || confidence < rover.settle_at,
            candidates,
        });
    }
    line
}

/// What speaks for one candidate of a slot.
#[derive(Debug)]
struct Support {
    key: Option<u32>,
    /// Log odds against "none of the readers is right".
    odds: f64,
    /// How often each spelling was written, in the order of the readers.
    spellings: Vec<(u32, usize)>,
    readings: Vec<usize>,
}

impl Support {
    /// The spelling that most readers wrote.
    fn text(&self, alphabet: &Alphabet) -> String {
        let most = self.spellings.iter().map(|(_, count)| *count).max();
        let first = self.spellings.iter().find(|(_, count)| Some(*count) == most);
        first.map_or_else(String::new, |(spelling, _)| alphabet.spelling(*spelling).to_owned())
    }
}

/// The support of each candidate of a slot, in the order of the readers.
fn supports(slot: &Slot, readers: &[(usize, f64)], rover: &Rover) -> Vec<Support> {
    let mut found: Vec<Support> = Vec::new();
    for (vote, (reader, reliability)) in slot.votes.iter().zip(readers) {
        let key = vote.map(|symbol| symbol.key);
        let place = found.iter().position(|support| support.key == key).unwrap_or_else(|| {
            found.push(Support { key, odds: 0.0, spellings: Vec::new(), readings: Vec::new() });
            found.len() - 1
        });
        let Some(support) = found.get_mut(place) else { continue };
        support.odds += (reliability * rover.alternatives / (1.0 - reliability)).ln();
        support.readings.push(*reader);
        if let Some(symbol) = vote {
            match support.spellings.iter_mut().find(|(spelling, _)| *spelling == symbol.spelling) {
                Some((_, count)) => *count += 1,
                None => support.spellings.push((symbol.spelling, 1)),
            }
        }
    }
    found
}

/// A slot's candidates with their probabilities, best first.
fn candidates(slot: &Slot, readers: &[(usize, f64)], rover: &Rover, alphabet: &Alphabet) -> Vec<Candidate> {
    let found = supports(slot, readers, rover);
    let mut shares: Vec<f64> = found.iter().map(|support| support.odds).collect();
    let unseen = (rover.alternatives + 1.0 - num::real(found.len())).max(0.0);
    shares.push(if unseen > 0.0 { unseen.ln() } else { f64::NEG_INFINITY });
    num::softmax(&mut shares);
    let candidate = |(support, confidence): (&Support, f64)| Candidate {
        text: support.text(alphabet),
        confidence,
        readings: support.readings.clone(),
    };
    let mut candidates: Vec<Candidate> = found.iter().zip(shares).map(candidate).collect();
    sort(&mut candidates, rover.ties);
    for candidate in &mut candidates {
        candidate.readings.sort_unstable();
    }
    candidates
}

/// Best first; ties by the rule. Candidates arrive in the order of their most central reader.
fn sort(candidates: &mut [Candidate], ties: TieRule) {
    let by_rule = |one: &Candidate, other: &Candidate| match ties {
        TieRule::Longest => {
            (other.text.chars().count(), &other.text).cmp(&(one.text.chars().count(), &one.text))
        }
        TieRule::Central | TieRule::Empty => std::cmp::Ordering::Equal,
    };
    candidates.sort_by(|one, other| {
        let apart =
            (one.confidence - other.confidence).abs() > one.confidence.max(other.confidence) * num::TIE;
        if apart { other.confidence.total_cmp(&one.confidence) } else { by_rule(one, other) }
    });
}
