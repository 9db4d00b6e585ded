//! Questions between a client and the operator: lists of them, one of them, asking.

mod ask;
mod list;
mod show;

use kazi_domain::QuestionState;
use kazi_texts::Texts;

use super::parts::Chip;
use super::words::named;
use crate::routes::Routes;

pub(super) fn add(routes: Routes) -> Routes {
    show::add(ask::add(list::add(routes)))
}

fn chip(texts: &Texts, state: QuestionState) -> Chip {
    let word = named(texts, "question-state", state.word());
    match state {
        QuestionState::Yours => Chip::bad(word).with("flag"),
        QuestionState::Theirs => Chip::wait(word),
        QuestionState::Settled => Chip::ok(word),
    }
}
