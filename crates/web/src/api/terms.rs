//! Changing the terms of a project.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use kazi_app::now;
use kazi_app::projects::view::{self, View};
use kazi_app::projects::{self, Edit};
use kazi_domain::Currency;
use kazi_domain::policy::{Can, ManageProject, ViewProject};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::projects::{id, paid};
use super::sent::Sent;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static CHANGE: Route = Route::patch("/api/v1/projects/{project}", Who::Api);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&CHANGE, change)
}

/// What changes of a project; what is left out stays.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct Terms {
    /// The version that was looked at: another one means that somebody else was quicker.
    version: i64,
    name: Option<String>,
    instructions: Option<String>,
    /// What changed in the instructions, in a line for those who work by them; needed after the start.
    instructions_changed: Option<String>,
    /// Settings of the service; they change only before files are split by them.
    #[schema(value_type = Option<Object>)]
    spec: Option<Map<String, Value>>,
    /// Changes only in a draft.
    #[schema(value_type = Option<String>)]
    currency: Option<Currency>,
    gold_every: Option<u32>,
    /// What one answer at a stage pays, such as `{"type": "0.80"}`.
    #[serde(default)]
    pay: BTreeMap<String, String>,
    /// Why this pays less than a living wage, where it does: for the operator to say.
    below_living_wage: Option<String>,
}

impl Terms {
    fn edit(self, now: &View) -> Result<Edit, AppError> {
        let Self {
            version,
            name,
            instructions,
            instructions_changed,
            spec,
            currency,
            gold_every,
            pay,
            below_living_wage,
        } = self;
        let currency = currency.unwrap_or(now.currency);
        let mut settings: Map<String, Value> = serde_json::from_str(&now.spec).map_err(AppError::fault)?;
        settings.extend(spec.unwrap_or_default());
        Ok(Edit {
            version,
            name: name.unwrap_or_else(|| now.name.clone()),
            spec: Value::Object(settings).to_string(),
            instructions: instructions.unwrap_or_else(|| now.instructions.clone()),
            currency,
            gold_every: gold_every.unwrap_or_else(|| u32::try_from(now.gold_every).unwrap_or_default()),
            pay: paid(pay, currency)?,
            changed: instructions_changed,
            below_reason: below_living_wage,
        })
    }
}

/// Changes the terms of a project: name, instructions, pay, checks; in a draft the settings and the currency too.
#[utoipa::path(patch, path = "/api/v1/projects/{project}", params(("project" = String, Path)), request_body = Terms, responses((status = 204), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn change(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(project): Path<String>,
    Turning(turn): Turning,
    Sent(terms): Sent<Terms>,
) -> Result<StatusCode, AppError> {
    let (project, actor) = (id(&project)?, who.actor.clone());
    let seen = state.app.db.read(move |read| -> Result<_, AppError> {
        projects::may::<ManageProject>(read, &actor, project)?;
        let can: Can<ViewProject> = projects::may(read, &actor, project)?;
        Ok(view::view(read, &can, now())?)
    });
    let edit = terms.edit(&seen.await?)?;
    let changed = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can: Can<ManageProject> = projects::may(tx, &who.actor, project)?;
        Ok(projects::draft::edit(tx, &can, &edit, &turn)?)
    });
    changed.await?;
    Ok(StatusCode::NO_CONTENT)
}
