//! The steps that lines, pages and figures go through.

use kazi_domain::{Role, Span};

use super::item::{FIGURE, LINE, PAGE};
use super::spec::Spec;
use crate::{Stage, Start};

/// Typing a line, blind.
pub const TYPE: &str = "type";
/// Settling a line on which typists differ.
pub const RESOLVE: &str = "resolve";
/// Reading a page against its picture.
pub const PROOFREAD: &str = "proofread";
/// Describing a figure.
pub const DESCRIBE: &str = "describe";

/// The stages of a project. Pay is in millionths of a Kenyan shilling.
pub fn stages(spec: &Spec) -> Vec<Stage> {
    let mut stages = vec![
        Stage {
            key: TYPE,
            item_kind: LINE,
            start: Start::Ready,
            role: Role::Worker,
            answers: spec.people(),
            at_most: spec.people_at_most(),
            machine: spec.machine_as_typist,
            fresh_eyes: false,
            usual: Span::seconds(25),
            default_pay: 800_000,
        },
        Stage {
            key: RESOLVE,
            item_kind: LINE,
            start: Start::Called,
            role: Role::Reviewer,
            answers: 1,
            at_most: 1,
            machine: false,
            fresh_eyes: true,
            usual: Span::seconds(20),
            default_pay: 1_000_000,
        },
    ];
    if spec.describe {
        stages.push(Stage {
            key: DESCRIBE,
            item_kind: FIGURE,
            start: Start::Ready,
            role: Role::Worker,
            answers: 1,
            at_most: 1,
            machine: false,
            fresh_eyes: false,
            usual: Span::minutes(3),
            default_pay: 10_000_000,
        });
    }
    if spec.proofread {
        stages.push(Stage {
            key: PROOFREAD,
            item_kind: PAGE,
            start: Start::Ready,
            role: Role::Reviewer,
            answers: 1,
            at_most: 1,
            machine: false,
            fresh_eyes: true,
            usual: Span::minutes(4),
            default_pay: 12_000_000,
        });
    }
    stages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_checks_has_not_done_it() {
        for stage in stages(&Spec::default()) {
            assert_eq!(stage.fresh_eyes, stage.role == Role::Reviewer, "{}", stage.key);
            assert!(stage.answers <= stage.at_most && stage.default_pay > 0);
        }
    }
}
