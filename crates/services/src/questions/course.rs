//! The first thing a new worker practises: is this the web page of this shop? Yes or no, two short lines to compare.
//!
//! The texts stand in `locales/*/questions.ftl`, so that people practise in their own language.

use std::sync::Arc;

use kazi_formats::table::{Cell, Cells};

use super::{Item, Outcome, Questions};
use crate::{Course, Lesson, Practice};

const YES: usize = 0;
const NO: usize = 1;

/// Message key of a practice row and of its reason, and the truth.
const PRACTICE: [(&str, &str, usize); 10] = [
    ("questions-practice-1", "questions-practice-1-why", YES),
    ("questions-practice-2", "questions-practice-2-why", NO),
    ("questions-practice-3", "questions-practice-3-why", YES),
    ("questions-practice-4", "questions-practice-4-why", NO),
    ("questions-practice-5", "questions-practice-5-why", NO),
    ("questions-practice-6", "questions-practice-6-why", YES),
    ("questions-practice-7", "questions-practice-7-why", NO),
    ("questions-practice-8", "questions-practice-8-why", YES),
    ("questions-practice-9", "questions-practice-9-why", NO),
    ("questions-practice-10", "questions-practice-10-why", YES),
];

/// Three lessons, ten rows, eight of which must be right.
pub(super) fn first_steps() -> Course<Questions> {
    let lessons = ["questions-lesson-compare", "questions-lesson-writing", "questions-lesson-place"];
    let column: Arc<str> = "text".into();
    let practice = PRACTICE.map(|(text, reason, choice)| Practice {
        item: Item {
            show: 0,
            cells: Cells::from_iter([(Arc::clone(&column), Cell::from(text))]),
            practice: true,
        },
        truth: Outcome { choice },
        media: Vec::new(),
        reason,
    });
    Course { lessons: lessons.map(|key| Lesson { key }).to_vec(), practice: practice.to_vec(), pass: 8 }
}
