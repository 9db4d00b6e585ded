//! The people of an organisation who sign in with a password, and asking more of them in by letter: for the operator, and for
//! whoever leads the people of a client.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kazi_app::access::SignedIn;
use kazi_app::journal::Entry;
use kazi_app::listing::{Ask, Page};
use kazi_app::network::centres::{self, Centre};
use kazi_app::network::invitations::{self, Invite, InviteError, Invited};
use kazi_app::network::organisations::OrganisationKind;
use kazi_app::network::people::{self, Person, Whose};
use kazi_app::network::{may_manage_team, organisations};
use kazi_app::now;
use kazi_domain::{Id, Role, RoleSet, kind};
use kazi_texts::Texts;

use super::confirm::Confirm;
use super::field::{Field, Fields, Input};
use super::nav::Here;
use super::parts::{Chip, ListQuery, Tools};
use super::people::{
    Row, language_field, people_sort, people_tools, pictures, role_field, roles, row, ticked,
};
use super::refused::Refused;
use super::typed::Typed;
use super::words::Clock;
use super::{again, id, see, seen};
use crate::door::page;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static OWN: Route = Route::get("/team", Who::Staff);
static SHOW: Route = Route::get("/organisations/{organisation}/team", Who::Staff);
static INVITE: Route = Route::post("/organisations/{organisation}/team", Who::Staff);
static ASK: Route = Route::get("/invitations/{invitation}/revoke", Who::Staff);
static REVOKE: Route = Route::post("/invitations/{invitation}/revoke", Who::Staff);
static AGAIN: Route = Route::post("/invitations/{invitation}/again", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .add(&OWN, own)
        .add(&SHOW, show)
        .add(&INVITE, invite)
        .add(&ASK, ask_revoke)
        .add(&REVOKE, revoke)
        .add(&AGAIN, send_again)
}

/// Somebody who was asked in and has not come yet.
#[derive(Debug)]
struct Waiting {
    id: String,
    name: String,
    about: String,
    chip: Chip,
}

#[derive(Debug, Template)]
#[template(path = "staff/team.html")]
struct TeamPage {
    frame: Frame,
    here: Here,
    operator: bool,
    id: String,
    name: String,
    people: Vec<Row>,
    tools: Option<Tools>,
    searched: bool,
    pictures: String,
    next: Option<String>,
    waiting: Vec<Waiting>,
    form: Fields,
}

/// What the page shows.
struct Found {
    organisation: Id<kind::Organisation>,
    kind: OrganisationKind,
    name: String,
    people: Page<Person>,
    waiting: Vec<Invited>,
    centres: Vec<Centre>,
}

async fn find(
    state: &WebState,
    who: &SignedIn,
    organisation: Id<kind::Organisation>,
    query: &ListQuery,
) -> Result<Found, AppError> {
    let can = may_manage_team(&who.actor, organisation).ok_or_else(AppError::not_there)?;
    let (ask, sort) = (query.ask()?, people_sort(query));
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let about = organisations::of_team(read, &can)?.ok_or_else(AppError::not_there)?;
        let all = Ask { search: ask.search.clone(), after: None, rows: 200 };
        let centres = centres::of_team(read, &can)?;
        let people = people::list(read, Whose::Team(&can), sort, &ask)?;
        let waiting = invitations::list(read, &can, &all)?.rows;
        let (kind, name) = (about.kind, about.name);
        Ok(Found { organisation, kind, name, people, waiting, centres })
    });
    found.await
}

fn form(texts: &Texts, operator: bool, found: &Found) -> Fields {
    let given = invitations::may_give(found.kind, operator);
    let first = given.first().copied().unwrap_or(Role::Client);
    let mut fields = vec![
        Field::line("name", texts.person_name()).required(),
        Field::new("email", texts.email(), Input::Line("email")).required(),
        role_field(texts, given, RoleSet::default().with(first)),
    ];
    if found.kind == OrganisationKind::Partner {
        let all = found.centres.iter().map(|one| (one.id.to_string(), one.name.clone())).collect();
        fields.push(Field::new("centre", texts.column_centre(), Input::Choice(all)));
    }
    fields.push(language_field(texts, "en").hint(texts.invite_language_hint()));
    Fields::new(fields)
}

fn waiting(texts: &Texts, clock: &Clock, one: &Invited) -> Waiting {
    let over = one.until <= now();
    let chip = if over { Chip::bad(texts.invite_over()) } else { Chip::wait(texts.invite_open()) };
    let by = one.by.as_ref().map(|by| texts.invite_by(by, clock.day(one.made_at)));
    let parts = [Some(one.email.clone()), Some(roles(texts, one.roles)), one.centre_name.clone(), by];
    Waiting {
        id: one.id.to_string(),
        name: one.shown_name.clone(),
        about: parts.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        chip,
    }
}

fn team_page(frame: Frame, query: &ListQuery, found: &Found) -> TeamPage {
    let (texts, operator) = (frame.texts, frame.is(Role::Operator));
    let rows: Vec<Row> = found.people.rows.iter().map(|person| row(texts, person, true)).collect();
    let address = address(operator, found.organisation);
    let clock = Clock::of(&frame);
    TeamPage {
        here: if operator { Here::Centres } else { Here::Team },
        operator,
        id: found.organisation.to_string(),
        name: found.name.clone(),
        tools: people_tools(texts, query, &address, rows.len()),
        searched: !query.is_plain(),
        pictures: pictures(&rows),
        people: rows,
        next: query.next(&address, found.people.next.clone()),
        waiting: found.waiting.iter().map(|one| waiting(texts, &clock, one)).collect(),
        form: form(texts, operator, found),
        frame,
    }
}

/// Where the page of an organisation's people is.
fn address(operator: bool, organisation: Id<kind::Organisation>) -> String {
    if operator { format!("/organisations/{organisation}/team") } else { "/team".to_owned() }
}

async fn own(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Query(query): Query<ListQuery>,
) -> Result<Response, AppError> {
    let found = find(&state, &who, who.actor.organisation, &query).await?;
    seen(&state, &who, Entry::about("people.listed", found.organisation)).await?;
    page(&team_page(frame, &query, &found))
}

async fn show(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(organisation): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Response, AppError> {
    let found = find(&state, &who, id(&organisation)?, &query).await?;
    seen(&state, &who, Entry::about("people.listed", found.organisation)).await?;
    page(&team_page(frame, &query, &found))
}

fn wish(typed: &Typed) -> Invite {
    Invite {
        email: typed.get("email").to_owned(),
        shown_name: typed.get("name").to_owned(),
        language: typed.given("language").unwrap_or("en").to_owned(),
        roles: ticked(typed),
        centre: typed.given("centre").and_then(|centre| centre.parse().ok()),
    }
}

async fn invite(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(organisation): Path<String>,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let organisation = id(&organisation)?;
    let can = may_manage_team(&who.actor, organisation).ok_or_else(AppError::not_there)?;
    let (wish, site, operator) = (wish(&typed), state.site(), frame.is(Role::Operator));
    let asked = state
        .app
        .db
        .write(move |tx| -> Result<_, Refused> { Ok(invitations::invite(tx, &can, &wish, &site, &turn)?) });
    let Err(refused) = asked.await else {
        state.bell.notify_one();
        return Ok(see(&format!("{}#invitations", address(operator, organisation))));
    };
    let problems = refused.problems()?;
    let query = ListQuery::default();
    let mut shown = team_page(frame, &query, &find(&state, &who, organisation, &query).await?);
    shown.form = shown.form.again(&typed, &problems);
    again(&shown)
}

/// An invitation that the reader may end, with its organisation.
async fn sought(
    state: &WebState,
    who: &SignedIn,
    invitation: Id<kind::Invitation>,
) -> Result<(Id<kind::Organisation>, Invited), AppError> {
    let actor = who.actor.clone();
    let found = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can = invitations::may_manage(tx, &actor, invitation)?.ok_or_else(AppError::not_there)?;
        let found = invitations::get(tx, &can, invitation)?.ok_or_else(AppError::not_there)?;
        Ok((can.subject(), found))
    });
    found.await
}

async fn ask_revoke(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(invitation): Path<String>,
) -> Result<Response, AppError> {
    let (organisation, found) = sought(&state, &who, id(&invitation)?).await?;
    let (texts, operator) = (frame.texts, frame.is(Role::Operator));
    let ask = Confirm {
        here: if operator { Here::Centres } else { Here::Team },
        title: texts.invite_revoke(found.shown_name),
        sentence: texts.invite_revoke_more(),
        button: texts.invite_revoke_button(),
        action: format!("/invitations/{}/revoke", found.id),
        says: None,
        back: address(operator, organisation),
        frame,
    };
    ask.page()
}

async fn revoke(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(invitation): Path<String>,
    Turning(turn): Turning,
) -> Result<Response, AppError> {
    let invitation: Id<kind::Invitation> = id(&invitation)?;
    let ended = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can = invitations::may_manage(tx, &who.actor, invitation)?.ok_or_else(AppError::not_there)?;
        invitations::revoke(tx, &can, invitation, &turn)?;
        Ok(can.subject())
    });
    Ok(see(&address(frame.is(Role::Operator), ended.await?)))
}

async fn send_again(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(invitation): Path<String>,
    Turning(turn): Turning,
) -> Result<Response, AppError> {
    let (invitation, site): (Id<kind::Invitation>, _) = (id(&invitation)?, state.site());
    let sent = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can = invitations::may_manage(tx, &who.actor, invitation)?.ok_or_else(AppError::not_there)?;
        invitations::again(tx, &can, invitation, &site, &turn)?;
        Ok(can.subject())
    });
    let organisation = sent.await?;
    state.bell.notify_one();
    Ok(see(&format!("{}#invitations", address(frame.is(Role::Operator), organisation))))
}

impl From<InviteError> for Refused {
    fn from(error: InviteError) -> Self {
        match error {
            InviteError::Person(error) => error.into(),
            InviteError::AlreadyInvited => {
                Self::Form(super::typed::Problems::one("email", &InviteError::AlreadyInvited.to_string()))
            }
            InviteError::NotThere => Self::Page(AppError::not_there()),
            InviteError::Db(error) => error.into(),
        }
    }
}
