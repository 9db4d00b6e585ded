//! The statistics of answers: aggregate, agree, estimate skill, stop, sample.
