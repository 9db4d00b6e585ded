//! Numbers that begin where a cache line begins.

/// The bytes of a cache line on the processors of today.
const LINE: usize = 64;

/// A list of numbers whose first lies at the start of a cache line, so that groups of eight never straddle two.
#[derive(Debug)]
pub(crate) struct Lines {
    held: Vec<f64>,
    first: usize,
    length: usize,
}

impl Lines {
    /// Zeros.
    pub(crate) fn new(length: usize) -> Self {
        let held = vec![0.0_f64; length + LINE / size_of::<f64>()];
        let first = held.as_ptr().align_offset(LINE);
        // Where the address cannot be known the list is merely not aligned.
        Self { first: if first > held.len() - length { 0 } else { first }, held, length }
    }

    /// The numbers.
    #[inline]
    pub(crate) fn values(&mut self) -> &mut [f64] {
        self.held.get_mut(self.first..self.first + self.length).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn the_first_number_begins_a_line() {
        for length in [0, 1, 8, 1000, 100_000] {
            let mut lines = Lines::new(length);
            assert_eq!(lines.values().len(), length);
            assert_eq!(lines.values().as_ptr().align_offset(64), 0);
        }
    }
}
