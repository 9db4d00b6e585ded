//! API keys of one's own: made, shown once, revoked.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use kazi_app::access::SignedIn;
use kazi_app::access::key::{self, NewKey, OwnKey};
use kazi_domain::policy::{Can, Facts, ManageKeys, permit};
use kazi_domain::{Id, Role, Scope, ScopeSet, kind};
use kazi_texts::Texts;

use super::confirm::Confirm;
use super::field::{Field, Fields, Input};
use super::nav::Here;
use super::once::Once;
use super::refused::Refused;
use super::typed::Typed;
use super::words::{Clock, named};
use super::{again, id, see};
use crate::door::page;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static LIST: Route = Route::get("/keys", Who::Staff);
static MAKE: Route = Route::post("/keys", Who::Staff);
static ASK: Route = Route::get("/keys/{key}/revoke", Who::Staff);
static REVOKE: Route = Route::post("/keys/{key}/revoke", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&LIST, list).add(&MAKE, make).add(&ASK, ask).add(&REVOKE, revoke)
}

#[derive(Debug)]
struct Row {
    id: String,
    name: String,
    scopes: String,
    made: String,
    used: String,
}

#[derive(Debug, Template)]
#[template(path = "staff/keys.html")]
struct KeysPage {
    frame: Frame,
    here: Here,
    rows: Vec<Row>,
    form: Fields,
}

/// The right of somebody to keys of their own.
pub(crate) fn may_have_keys(who: &SignedIn) -> Result<Can<ManageKeys>, AppError> {
    let facts = Facts { person: Some(who.actor.person), ..Facts::default() };
    permit(&who.actor, who.actor.person, facts).ok_or_else(AppError::not_there)
}

fn scope_name(texts: &Texts, scope: Scope) -> String {
    named(texts, "scope", &scope.word().replace(':', "-"))
}

/// What a key of the reader's can be good for: it never may more than its owner.
fn scopes(frame: &Frame) -> Vec<Scope> {
    let of_all = [Scope::ProjectsRead, Scope::ProjectsWrite];
    let of_operator = [Scope::People, Scope::Jobs];
    of_all.into_iter().chain(of_operator.into_iter().filter(|_| frame.is(Role::Operator))).collect()
}

fn form(frame: &Frame) -> Fields {
    let texts = frame.texts;
    let all =
        scopes(frame).into_iter().map(|scope| (scope.word().to_owned(), scope_name(texts, scope))).collect();
    Fields::new(vec![
        Field::line("name", texts.key_name()).hint(texts.key_name_hint()).required(),
        Field::new("scope", texts.key_scopes(), Input::Ticks(all)).hint(texts.key_scopes_hint()),
    ])
}

async fn find(state: &WebState, who: &SignedIn) -> Result<Vec<OwnKey>, AppError> {
    let can = may_have_keys(who)?;
    Ok(state.app.db.read(move |read| key::list(read, &can)).await?)
}

fn keys_page(frame: Frame, found: &[OwnKey]) -> KeysPage {
    let (texts, clock) = (frame.texts, Clock::of(&frame));
    let row = |key: &OwnKey| Row {
        id: key.id.to_string(),
        name: key.name.clone(),
        scopes: key.scopes.iter().map(|scope| scope_name(texts, scope)).collect::<Vec<_>>().join(", "),
        made: clock.day(key.made_at),
        used: key.used_at.map_or_else(|| texts.key_never_used(), |at| clock.moment(at)),
    };
    KeysPage { here: Here::Keys, rows: found.iter().map(row).collect(), form: form(&frame), frame }
}

async fn list(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
) -> Result<Response, AppError> {
    page(&keys_page(frame, &find(&state, &who).await?))
}

async fn make(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let can = may_have_keys(&who)?;
    let scopes = ScopeSet::from_words(&typed.all("scope").collect::<Vec<_>>().join(" "));
    let name = typed.get("name").to_owned();
    let made = state
        .app
        .db
        .write(move |tx| -> Result<_, Refused> { Ok(key::make(tx, &can, &name, scopes, &turn)?) });
    let refused = match made.await {
        Ok(key) => return show_key(frame, typed.get("name"), &key),
        Err(refused) => refused,
    };
    let mut shown = keys_page(frame, &find(&state, &who).await?);
    shown.form = shown.form.again(&typed, &refused.problems()?);
    again(&shown)
}

fn show_key(frame: Frame, name: &str, key: &NewKey) -> Result<Response, AppError> {
    let texts = frame.texts;
    let shown = Once {
        here: Here::Keys,
        title: texts.key_of(name),
        secret: key.token.text().to_owned(),
        sentence: texts.key_tell(),
        back: "/keys".to_owned(),
        frame,
    };
    shown.page()
}

async fn ask(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(key): Path<String>,
) -> Result<Response, AppError> {
    let key: Id<kind::ApiKey> = id(&key)?;
    let found = find(&state, &who).await?;
    let own = found.into_iter().find(|own| own.id == key).ok_or_else(AppError::not_there)?;
    let texts = frame.texts;
    let ask = Confirm {
        here: Here::Keys,
        title: texts.revoke_key(own.name),
        sentence: texts.revoke_key_more(),
        button: texts.revoke_key_button(),
        action: format!("/keys/{key}/revoke"),
        says: None,
        back: "/keys".to_owned(),
        frame,
    };
    ask.page()
}

async fn revoke(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(key): Path<String>,
    Turning(turn): Turning,
) -> Result<Response, AppError> {
    let (can, key): (_, Id<kind::ApiKey>) = (may_have_keys(&who)?, id(&key)?);
    let revoked = state.app.db.write(move |tx| key::revoke(tx, &can, key, &turn)).await?;
    if revoked { Ok(see("/keys")) } else { Err(AppError::not_there()) }
}
