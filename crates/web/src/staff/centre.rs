//! One centre, for the operator and its team leader: people and computers.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kazi_app::Turn;
use kazi_app::access::device::{self, Listed};
use kazi_app::access::{Password, Pin, SecretHash, SignedIn};
use kazi_app::journal::Entry;
use kazi_app::listing::Page;
use kazi_app::network::centres::{self, Centre};
use kazi_app::network::may_manage_centre;
use kazi_app::network::people::{self, NewPerson, Person, Whose};
use kazi_domain::{Id, Moment, Role, RoleSet, kind};
use kazi_texts::Texts;

use super::centres::clock;
use super::confirm::Confirm;
use super::field::{Field, Fields, Input};
use super::nav::Here;
use super::once::Once;
use super::parts::{Chip, ListQuery, Tools};
use super::people::{
    Row, language_field, people_sort, people_tools, picture_field, pictures, role_field, row, ticked,
};
use super::person::show_pin;
use super::refused::Refused;
use super::typed::Typed;
use super::words::Clock;
use super::{again, id, see, seen, wage};
use crate::door::page;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static SHOW: Route = Route::get("/centres/{centre}", Who::Staff);
static PERSON: Route = Route::post("/centres/{centre}/people", Who::Staff);
static COMPUTER: Route = Route::post("/centres/{centre}/computers", Who::Staff);
static ASK: Route = Route::get("/centres/{centre}/computers/{device}/revoke", Who::Staff);
static REVOKE: Route = Route::post("/centres/{centre}/computers/{device}/revoke", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .add(&SHOW, show)
        .add(&PERSON, add_person)
        .add(&COMPUTER, add_computer)
        .add(&ASK, ask)
        .add(&REVOKE, revoke)
}

#[derive(Debug)]
struct Computer {
    id: String,
    name: String,
    about: String,
    chip: Chip,
    /// Whether people sign in on it.
    enrolled: bool,
}

#[derive(Debug, Template)]
#[template(path = "staff/centre.html")]
pub(super) struct CentrePage {
    frame: Frame,
    here: Here,
    id: String,
    name: String,
    partner: String,
    operator: bool,
    about: String,
    people: Vec<Row>,
    /// Where there are many people, or some were searched for.
    tools: Option<Tools>,
    searched: bool,
    pictures: String,
    next: Option<String>,
    computers: Vec<Computer>,
    computer_form: Fields,
    person_form: Fields,
    /// The living wage, and whose figure of when it is.
    wage: Option<(String, String)>,
    /// For those who may set it.
    pub(super) wage_form: Option<Fields>,
}

pub(super) type Found = (Centre, Page<Person>, Vec<Listed>);

pub(super) async fn find(
    state: &WebState,
    who: &SignedIn,
    centre: Id<kind::Centre>,
    query: &ListQuery,
) -> Result<Found, AppError> {
    let (who, ask, sort) = (who.clone(), query.ask()?, people_sort(query));
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can = may_manage_centre(read, &who.actor, centre)?;
        let centre = centres::get(read, &can)?.ok_or_else(AppError::not_there)?;
        let people = people::list(read, Whose::Centre(&can), sort, &ask)?;
        Ok((centre, people, device::list(read, &can)?))
    });
    found.await
}

fn person_form(texts: &Texts, operator: bool) -> Fields {
    let roles: &[Role] = if operator {
        &[Role::Worker, Role::Reviewer, Role::TeamLeader]
    } else {
        &[Role::Worker, Role::Reviewer]
    };
    let mut fields = vec![
        Field::line("name", texts.person_name()).required(),
        role_field(texts, roles, RoleSet::default().with(Role::Worker)),
        Field::line("pin", texts.pin()).hint(texts.pin_hint()),
        language_field(texts, "en"),
        picture_field(texts, "bird-fill"),
    ];
    if operator {
        fields.push(Field::new("email", texts.email(), Input::Line("email")).hint(texts.email_hint()));
        let password = Field::new("new_password", texts.password(), Input::Line("password"));
        fields.push(password.hint(texts.password_hint()).autocomplete("new-password"));
    }
    Fields::new(fields)
}

fn computer(texts: &Texts, clock: &Clock, now: Moment, listed: &Listed) -> Computer {
    let code = listed.code_until.filter(|until| *until > now);
    let (about, chip) = match (listed.enrolled, code) {
        (true, _) => {
            (listed.seen_at.map(|at| texts.last_used(clock.moment(at))), Chip::ok(texts.computer_enrolled()))
        }
        (false, Some(until)) => {
            (Some(texts.code_until(clock.moment(until))), Chip::wait(texts.computer_waits()))
        }
        (false, None) => (Some(texts.code_over()), Chip::over(texts.computer_not_enrolled_yet())),
    };
    let (id, name, about) = (listed.id.to_string(), listed.name.clone(), about.unwrap_or_default());
    Computer { id, name, about, chip, enrolled: listed.enrolled }
}

pub(super) fn centre_page(frame: Frame, query: &ListQuery, (centre, people, computers): Found) -> CentrePage {
    let (texts, clock_here, operator) = (frame.texts, Clock::of(&frame), frame.is(Role::Operator));
    let people_rows: Vec<Row> = people.rows.iter().map(|person| row(texts, person, operator)).collect();
    let now = kazi_app::now();
    CentrePage {
        here: Here::Centres,
        id: centre.id.to_string(),
        partner: centre.organisation_name,
        operator,
        about: format!("{} · {}", texts.people_active(centre.people), clock(centre.utc_offset_minutes)),
        pictures: pictures(&people_rows),
        people: people_rows,
        tools: people_tools(texts, query, &format!("/centres/{}", centre.id), people.rows.len()),
        searched: !query.is_plain(),
        next: query.next(&format!("/centres/{}", centre.id), people.next),
        computers: computers.iter().map(|listed| computer(texts, &clock_here, now, listed)).collect(),
        computer_form: Fields::new(vec![
            Field::line("computer", texts.computer_name()).hint(texts.computer_name_hint()).required(),
        ]),
        person_form: person_form(texts, operator),
        wage: centre.wage.as_ref().map(|wage| wage::told(texts, wage)),
        wage_form: operator.then(|| wage::form(texts, centre.wage.as_ref())),
        name: centre.name,
        frame,
    }
}

async fn show(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(centre): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Response, AppError> {
    let found = find(&state, &who, id(&centre)?, &query).await?;
    seen(&state, &who, Entry::about("people.listed", found.0.id)).await?;
    page(&centre_page(frame, &query, found))
}

/// Somebody new, with the PIN where one was made up. Hashing is slow, so not on a thread that serves others.
fn new_person(typed: &Typed) -> Result<(NewPerson, Option<Pin>), Refused> {
    let made_up = typed.given("pin").is_none().then(Pin::fresh);
    let pin = match typed.given("pin") {
        Some(pin) => Some(Pin::choose(pin)?.hash()),
        None => made_up.as_ref().map(Pin::hash),
    };
    Ok((new_person_with(typed, pin)?, made_up))
}

/// Somebody new with this PIN, and with a password if one was typed.
pub(super) fn new_person_with(typed: &Typed, pin: Option<SecretHash>) -> Result<NewPerson, Refused> {
    let password = typed.raw("new_password");
    let password = if password.is_empty() { None } else { Some(Password::choose(password)?.hash()) };
    Ok(NewPerson {
        shown_name: typed.get("name").to_owned(),
        email: typed.given("email").map(str::to_owned),
        password,
        pin,
        picture: typed.get("picture").to_owned(),
        language: typed.given("language").unwrap_or("en").to_owned(),
        roles: ticked(typed),
    })
}

async fn create(
    state: &WebState,
    who: &SignedIn,
    centre: Id<kind::Centre>,
    (typed, turn): (Typed, Turn),
) -> Result<Option<Pin>, Refused> {
    let hashed = tokio::task::spawn_blocking(move || new_person(&typed));
    let (person, made_up) = hashed.await.map_err(AppError::fault)??;
    let actor = who.actor.clone();
    let made = state.app.db.write(move |tx| -> Result<_, Refused> {
        let can = may_manage_centre(tx, &actor, centre)?;
        Ok(people::create_at_centre(tx, &can, &person, &turn)?)
    });
    made.await.map(|_| made_up)
}

async fn add_person(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(centre): Path<String>,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let centre = id(&centre)?;
    // Whoever may not is told so before anything is hashed.
    let found = find(&state, &who, centre, &ListQuery::default()).await?;
    let refused = match create(&state, &who, centre, (typed.clone(), turn)).await {
        Ok(None) => return Ok(see(&format!("/centres/{centre}#people"))),
        Ok(Some(pin)) => {
            return show_pin(frame, typed.get("name"), &pin, format!("/centres/{centre}#people"));
        }
        Err(refused) => refused,
    };
    let mut shown = centre_page(frame, &ListQuery::default(), found);
    shown.person_form = shown.person_form.again(&typed, &refused.problems()?);
    again(&shown)
}

async fn add_computer(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(centre): Path<String>,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let centre = id(&centre)?;
    let (actor, name) = (who.actor.clone(), typed.get("computer").to_owned());
    let made = state.app.db.write(move |tx| -> Result<_, Refused> {
        let can = may_manage_centre(tx, &actor, centre)?;
        Ok(device::make_code(tx, &can, &name, &turn)?)
    });
    let refused = match made.await {
        Ok(code) => return show_code(frame, &code, (typed.get("computer"), centre)),
        Err(refused) => refused,
    };
    let found = find(&state, &who, centre, &ListQuery::default()).await?;
    let mut shown = centre_page(frame, &ListQuery::default(), found);
    shown.computer_form = shown.computer_form.again(&typed, &refused.problems()?);
    again(&shown)
}

fn show_code(
    frame: Frame,
    code: &device::Code,
    (computer, centre): (&str, Id<kind::Centre>),
) -> Result<Response, AppError> {
    let (texts, until) = (frame.texts, Clock::of(&frame).moment(code.until));
    let shown = Once {
        here: Here::Centres,
        title: texts.code_of(computer),
        secret: code.text.clone(),
        sentence: texts.code_tell(until),
        back: format!("/centres/{centre}#computers"),
        frame,
    };
    shown.page()
}

async fn ask(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path((centre, device)): Path<(String, String)>,
) -> Result<Response, AppError> {
    let (centre, device): (Id<kind::Centre>, Id<kind::Device>) = (id(&centre)?, id(&device)?);
    let (_, _, computers) = find(&state, &who, centre, &ListQuery::default()).await?;
    let computer = computers.into_iter().find(|one| one.id == device).ok_or_else(AppError::not_there)?;
    let texts = frame.texts;
    let ask = Confirm {
        here: Here::Centres,
        title: texts.revoke_computer(computer.name),
        sentence: texts.revoke_computer_more(),
        button: texts.revoke_computer_button(),
        action: format!("/centres/{centre}/computers/{device}/revoke"),
        says: None,
        back: format!("/centres/{centre}#computers"),
        frame,
    };
    ask.page()
}

async fn revoke(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path((centre, device)): Path<(String, String)>,
    Turning(turn): Turning,
) -> Result<Response, AppError> {
    let (centre, device): (Id<kind::Centre>, Id<kind::Device>) = (id(&centre)?, id(&device)?);
    let revoked = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can = may_manage_centre(tx, &who.actor, centre)?;
        Ok(device::revoke(tx, &can, device, &turn)?)
    });
    if revoked.await? { Ok(see(&format!("/centres/{centre}#computers"))) } else { Err(AppError::not_there()) }
}
