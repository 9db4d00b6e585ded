//! Living wages of centres, and why a project may pay less.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use kazi_app::network::may_set_wage;
use kazi_app::network::wage::{self, LivingWage};
use kazi_app::projects;
use kazi_app::projects::fair::{self, CentreWage};
use kazi_domain::policy::{Can, PayBelowWage};
use kazi_domain::{Currency, Id, Money, kind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::projects::id;
use super::sent::Sent;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static SET: Route = Route::put("/api/v1/centres/{centre}/living-wage", Who::Api);
static STATE: Route = Route::put("/api/v1/projects/{project}/below-living-wage", Who::Api);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&SET, set).add(&STATE, state_reason)
}

/// What a living wage is at a centre.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewWage {
    /// For an hour, written like `183.17`.
    hour: String,
    #[schema(value_type = String)]
    currency: Currency,
    /// Whose figure it is, such as the name of the report.
    source: String,
    /// Of when it is, such as `September 2026`.
    as_of: String,
}

/// Says what a living wage is at a centre. For the operator.
#[utoipa::path(put, path = "/api/v1/centres/{centre}/living-wage", params(("centre" = String, Path)), request_body = NewWage, responses((status = 204), (status = 404), (status = 422)))]
pub(super) async fn set(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(centre): Path<String>,
    Turning(turn): Turning,
    Sent(NewWage { hour, currency, source, as_of }): Sent<NewWage>,
) -> Result<StatusCode, AppError> {
    let centre: Id<kind::Centre> = centre.parse().map_err(|_| AppError::not_there())?;
    let can = may_set_wage(&who.actor, centre).ok_or_else(AppError::not_there)?;
    let wrong = |error: kazi_domain::MoneyError| {
        AppError::new(StatusCode::UNPROCESSABLE_ENTITY, "centre", error.to_string())
    };
    let wage = LivingWage { hour: Money::parse(&hour, currency).map_err(wrong)?, source, as_of };
    state.app.db.write(move |tx| wage::set(tx, &can, &wage, &turn)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why a project pays less than a living wage.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewReason {
    reason: String,
}

/// Lets a project pay less than a living wage, for a reason that stands in the record. For the operator.
#[utoipa::path(put, path = "/api/v1/projects/{project}/below-living-wage", params(("project" = String, Path)), request_body = NewReason, responses((status = 204), (status = 404), (status = 422)))]
pub(super) async fn state_reason(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(project): Path<String>,
    Turning(turn): Turning,
    Sent(NewReason { reason }): Sent<NewReason>,
) -> Result<StatusCode, AppError> {
    let project = id(&project)?;
    let said = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can: Can<PayBelowWage> = projects::may(tx, &who.actor, project)?;
        Ok(fair::state(tx, &can, &reason, &turn)?)
    });
    said.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a living wage is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WageShown {
    /// For an hour, in millionths of the currency.
    hour: i64,
    currency: String,
    source: String,
    as_of: String,
}

impl From<&LivingWage> for WageShown {
    fn from(wage: &LivingWage) -> Self {
        Self {
            hour: wage.hour.micros,
            currency: wage.hour.currency.code().to_owned(),
            source: wage.source.clone(),
            as_of: wage.as_of.clone(),
        }
    }
}

/// A centre that may do the work.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CentreOf {
    id: String,
    name: String,
    /// What a living wage is there, where that is known.
    #[schema(required)]
    living_wage: Option<WageShown>,
}

impl From<&CentreWage> for CentreOf {
    fn from(one: &CentreWage) -> Self {
        let (id, name) = (one.centre.to_string(), one.name.clone());
        Self { id, name, living_wage: one.wage.as_ref().map(WageShown::from) }
    }
}
