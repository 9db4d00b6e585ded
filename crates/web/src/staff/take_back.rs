//! Taking back tasks from people of a centre: says how many and what happens, then does it.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use kazi_app::Turn;
use kazi_app::presence::{self, Recalled, State as Kind, Whom};
use kazi_domain::policy::Actor;
use kazi_domain::{Id, kind};
use serde::Deserialize;

use super::confirm::Confirm;
use super::nav::Here;
use super::{id, see};
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static ASK: Route = Route::get("/centres/{centre}/take-back", Who::Staff);
static TAKE: Route = Route::post("/centres/{centre}/take-back", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&ASK, ask).add(&TAKE, take)
}

/// From whom, as an address says it.
#[derive(Debug, Default, Deserialize)]
struct Whose {
    #[serde(default)]
    person: String,
    #[serde(default)]
    computer: String,
    #[serde(default)]
    state: String,
}

impl Whose {
    /// What it means, and the same as an address says it; what means nothing is not there.
    fn whom(&self) -> Result<(Whom, String), AppError> {
        if !self.person.is_empty() {
            let person: Id<kind::Person> = id(&self.person)?;
            return Ok((Whom::Person(person), format!("person={person}")));
        }
        if !self.computer.is_empty() {
            let computer: Id<kind::Device> = id(&self.computer)?;
            return Ok((Whom::Computer(computer), format!("computer={computer}")));
        }
        let state = Kind::from_word(&self.state).ok_or_else(AppError::not_there)?;
        Ok((Whom::All(state), format!("state={}", state.word())))
    }
}

async fn ask(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(centre): Path<String>,
    (Query(from), Turning(turn)): (Query<Whose>, Turning),
) -> Result<Response, AppError> {
    let (centre, projects): (Id<kind::Centre>, _) = (id(&centre)?, state.app.projects.clone());
    // Whoever may not is not told what an address must look like.
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can = presence::may_take_back(read, &who.actor, centre)?;
        let (whom, says) = from.whom()?;
        Ok((presence::would_take_back(read, &projects, &can, (whom, turn.at))?, says))
    });
    let (held, says) = found.await?;
    question(frame, centre, &held, &says).page()
}

fn question(frame: Frame, centre: Id<kind::Centre>, held: &Recalled, says: &str) -> Confirm {
    let (texts, tasks) = (frame.texts, u32::try_from(held.tasks()).unwrap_or(u32::MAX));
    let names: Vec<String> = held.people.iter().map(|(name, tasks)| format!("{name} ({tasks})")).collect();
    let sentence = if tasks == 0 { texts.take_back_none() } else { texts.take_back_more(names.join(", ")) };
    Confirm {
        here: Here::Present,
        title: texts.take_back_title(tasks),
        sentence,
        button: texts.take_back_button(),
        action: format!("/centres/{centre}/take-back?{says}"),
        says: None,
        back: format!("/centres/{centre}/here"),
        frame,
    }
}

/// Takes back what somebody, or many, hold.
pub(crate) async fn taken(
    state: &WebState,
    actor: Actor,
    (centre, whom): (Id<kind::Centre>, Whom),
    turn: Turn,
) -> Result<Recalled, AppError> {
    let projects = state.app.projects.clone();
    let done = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can = presence::may_take_back(tx, &actor, centre)?;
        Ok(presence::take_back(tx, &projects, &can, whom, &turn)?)
    });
    done.await
}

async fn take(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(centre): Path<String>,
    (Query(from), Turning(turn)): (Query<Whose>, Turning),
) -> Result<Response, AppError> {
    let centre: Id<kind::Centre> = id(&centre)?;
    let recalled = taken(&state, who.actor, (centre, from.whom()?.0), turn).await?;
    Ok(see(&format!("/centres/{centre}/here?taken={}", recalled.tasks())))
}
