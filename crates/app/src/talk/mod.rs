//! Questions between a client and whoever runs this Kazi, about a project or one item of it.
//!
//! Two sides talk: the people of the client, and the operators. Nobody of a centre reads or writes here, so that nothing a
//! client asks reaches a worker unseen and no client learns a worker's name. A thread waits for the side that did not speak
//! last, until somebody settles it; a new message opens it again. What was said stays: only the last message of a thread
//! may be corrected, by whoever wrote it, for a few minutes.

mod digest;
mod list;
mod say;
mod show;

pub use digest::{Digest, EVERY, PAUSE};
pub use list::{Filter, Row, Waiting, Whose, for_person, list, waiting, waiting_for_me};
pub use say::{CORRECT_WITHIN, New, Reply, ask, correct, reopen, reply, settle};
pub use show::{Thread, Told, about_item, project_of, show};

use kazi_db::{DbError, Sql};
use kazi_domain::policy::Actor;
use kazi_domain::{QuestionState, Role, Side};

/// A subject has so many characters at most.
pub const SUBJECT_MOST: usize = 200;
/// A message has so many characters at most.
pub const MESSAGE_MOST: usize = 10_000;

/// Why nothing was said.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TalkError {
    /// None, or not for this person.
    #[error("there is no such question")]
    NotThere,
    /// The item is of another project, or gone.
    #[error("the item that you ask about is not in this project any more: ask about the project instead")]
    NoItem,
    /// Nobody finds a question without a subject.
    #[error("say in a few words what it is about")]
    NoSubject,
    /// A subject is a line.
    #[error("a subject has at most {SUBJECT_MOST} characters: write the rest below it")]
    LongSubject,
    /// Nothing was written.
    #[error("write your message")]
    NoText,
    /// A message is no file.
    #[error("a message has at most {MESSAGE_MOST} characters: this one has {0}")]
    LongText(usize),
    /// The same id came with other words.
    #[error("this was sent before with other words: look at what is there and write again")]
    SentBefore,
    /// Others have written since, or it is not one's own.
    #[error("only your own message can be corrected, while it is the last one")]
    NotLast,
    /// Its time is over.
    #[error("a message can be corrected for ten minutes: write another one")]
    TooLate,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Which side somebody talks for.
pub fn side(actor: &Actor) -> Side {
    if actor.roles.has(Role::Operator) { Side::Operator } else { Side::Client }
}

/// Where a thread stands for a side, from who spoke last and whether it is settled.
fn state(mine: Side, last: Side, settled: bool) -> QuestionState {
    match (settled, last == mine) {
        (true, _) => QuestionState::Settled,
        (false, true) => QuestionState::Theirs,
        (false, false) => QuestionState::Yours,
    }
}

/// A subject as it is kept: one line.
fn subject(text: &str) -> Result<String, TalkError> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ").replace('\0', "");
    match line.chars().count() {
        0 => Err(TalkError::NoSubject),
        count if count > SUBJECT_MOST => Err(TalkError::LongSubject),
        _ => Ok(line),
    }
}

/// A message as it is kept: plain text with its line breaks, without blanks around it.
fn message(text: &str) -> Result<String, TalkError> {
    let body = text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "");
    let body = body.trim();
    match body.chars().count() {
        0 => Err(TalkError::NoText),
        count if count > MESSAGE_MOST => Err(TalkError::LongText(count)),
        _ => Ok(body.to_owned()),
    }
}

/// Every statement of this folder.
pub(crate) const STATEMENTS: &[&[&Sql]] = &[say::ALL, show::ALL, list::ALL, digest::ALL];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_message_is_kept_as_it_was_meant() {
        assert_eq!(message(" one\r\ntwo \r\n").as_deref(), Ok("one\ntwo"));
        assert_eq!(message(" \n\0"), Err(TalkError::NoText));
        assert_eq!(message(&"ق".repeat(MESSAGE_MOST)).map(|body| body.len()), Ok(2 * MESSAGE_MOST));
        assert_eq!(message(&"a".repeat(MESSAGE_MOST + 1)), Err(TalkError::LongText(MESSAGE_MOST + 1)));
        assert_eq!(subject(" Which\n edition? ").as_deref(), Ok("Which edition?"));
        assert_eq!(subject("\t"), Err(TalkError::NoSubject));
        assert_eq!(subject(&"a".repeat(SUBJECT_MOST + 1)), Err(TalkError::LongSubject));
    }

    #[test]
    fn what_waits_for_one_side_does_not_wait_for_the_other() {
        for last in [Side::Client, Side::Operator] {
            assert_eq!(state(last, last, false), QuestionState::Theirs);
            assert_eq!(state(last.other(), last, false), QuestionState::Yours);
            assert_eq!(state(last, last, true), QuestionState::Settled);
        }
    }

    proptest! {
        #[test]
        fn keeping_a_message_again_changes_nothing(text in "\\PC{0,40}[\r\n ]{0,3}\\PC{0,40}") {
            if let Ok(kept) = message(&text) {
                prop_assert_eq!(message(&kept), Ok(kept.clone()));
            }
        }
    }
}
