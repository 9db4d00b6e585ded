//! Web hooks of one's own organisation: which addresses are told what, and how each message went.

mod list;
mod show;
mod steer;

use kazi_app::access::SignedIn;
use kazi_app::hooks::{self, Address, HookError, New, Reach};
use kazi_domain::policy::{Can, ManageHooks};
use kazi_domain::{HookEvent, HookState, SendingState};
use kazi_texts::Texts;

use super::field::{Field, Fields, Input};
use super::parts::Chip;
use super::typed::{Problems, Typed};
use super::words::named;
use crate::error::AppError;
use crate::routes::Routes;

pub(super) fn add(routes: Routes) -> Routes {
    steer::add(show::add(list::add(routes)))
}

fn may(who: &SignedIn) -> Result<Can<ManageHooks>, AppError> {
    hooks::may_manage(&who.actor).ok_or_else(AppError::not_there)
}

/// What can be chosen: everything but the message that tries an address out.
fn choices() -> impl Iterator<Item = HookEvent> {
    HookEvent::ALL.iter().copied().filter(|event| *event != HookEvent::Trial)
}

fn event_name(texts: &Texts, event: HookEvent) -> String {
    named(texts, "hook-event", &event.word().replace('.', "-"))
}

fn form(texts: &Texts) -> Fields {
    let events = choices().map(|event| (event.word().to_owned(), event_name(texts, event))).collect();
    Fields::new(vec![
        Field::new("address", texts.hook_address(), Input::Line("url"))
            .hint(texts.hook_address_hint())
            .required(),
        Field::new("event", texts.hook_events(), Input::Ticks(events)).hint(texts.hook_events_hint()),
    ])
}

/// What was typed into the form.
fn typed_new(typed: &Typed, reach: Reach) -> Result<New, HookError> {
    let address = Address::parse(typed.get("address"), reach)?;
    Ok(New { address, events: typed.all("event").filter_map(|word| word.parse().ok()).collect() })
}

/// What is wrong, at its field.
fn problems(error: HookError) -> Result<Problems, AppError> {
    let field = match error {
        HookError::Address(_) => "address",
        HookError::NoEvent => "event",
        _ => "",
    };
    Ok(Problems::one(field, &super::told(error.into())?))
}

fn chip(texts: &Texts, state: HookState) -> Chip {
    let word = named(texts, "hook-state", state.word());
    match state {
        HookState::On => Chip::ok(word),
        HookState::Held => Chip::wait(word).with("pause"),
        HookState::Off => Chip::bad(word),
    }
}

fn sending_chip(texts: &Texts, state: SendingState) -> Chip {
    let word = named(texts, "sending-state", state.word());
    match state {
        SendingState::Waiting => Chip::wait(word),
        SendingState::Held => Chip::wait(word).with("pause"),
        SendingState::Sent => Chip::ok(word),
        SendingState::Failed => Chip::bad(word),
    }
}
