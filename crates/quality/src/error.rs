//! What can be wrong with the answers handed in.

/// Why answers or options cannot be used. Rows are counted from zero in the order they were pushed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is nothing to aggregate.
    #[error("there are no answers; push at least one row of task, worker and label")]
    Empty,
    /// An id could not be found among the answers.
    #[error(
        "row {row}: {what} {id} is not among the answers; check its spelling, or declare it before building"
    )]
    Unknown {
        /// The row of the input that names it.
        row: usize,
        /// What kind of id it is: task, worker or class.
        what: &'static str,
        /// The id as written.
        id: String,
    },
    /// The same worker answered the same task more than once, and the caller asked to refuse that.
    #[error("row {row}: this worker has already answered this task in row {first}; keep one of the two")]
    Duplicate {
        /// The later row.
        row: usize,
        /// The earlier row.
        first: usize,
    },
    /// A number is NaN or infinite.
    #[error("row {row}: {what} is not a finite number; correct it or leave the row out")]
    NotFinite {
        /// The row of the input.
        row: usize,
        /// Which value it is.
        what: &'static str,
    },
    /// A shape has no area, too few corners or corners in the wrong order.
    #[error("row {row}: {why}")]
    Shape {
        /// The row of the input.
        row: usize,
        /// What is wrong with it and what to do.
        why: &'static str,
    },
    /// More rows or ids than 32-bit ids can name.
    #[error("there are too many {what} (limit {limit}); split the data set")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many are possible.
        limit: usize,
    },
    /// Arrays that belong together differ in length.
    #[error("{what} has {found} entries, but {expected} are needed")]
    Length {
        /// Which array.
        what: &'static str,
        /// How many entries it has.
        found: usize,
        /// How many it should have.
        expected: usize,
    },
    /// The method cannot learn anything from this data.
    #[error("{method} cannot be used here: {why}")]
    Unsuitable {
        /// The method.
        method: &'static str,
        /// What is missing and what to use instead.
        why: &'static str,
    },
    /// Evidence was handed in that the method has no use for; silently ignoring it would mislead.
    #[error(
        "{method} does not use {what}; leave it out, or choose a method that does (Dawid–Skene uses all)"
    )]
    NotUsed {
        /// The method.
        method: &'static str,
        /// The evidence: gold or worker history.
        what: &'static str,
    },
    /// An option is outside its range.
    #[error("option {option} is {value}; it must be {range}")]
    Option {
        /// The option's name.
        option: &'static str,
        /// Its value as written.
        value: String,
        /// The permitted range in words.
        range: &'static str,
    },
}

impl Error {
    /// An option outside its range.
    pub(crate) fn option(option: &'static str, value: impl std::fmt::Display, range: &'static str) -> Self {
        Self::Option { option, value: value.to_string(), range }
    }
}

/// Refuses an option that is not in the open interval from zero to one.
pub(crate) fn share(option: &'static str, value: f64) -> Result<(), Error> {
    if value > 0.0 && value < 1.0 {
        Ok(())
    } else {
        Err(Error::option(option, value, "between 0 and 1, both excluded"))
    }
}
