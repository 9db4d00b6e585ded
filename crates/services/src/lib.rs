//! The services Kazi sells, one folder each: split, screen, check, agree, score, assemble, teach.

pub mod digitisation;
