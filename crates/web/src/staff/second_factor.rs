//! One's own second factor: set up with an app, confirmed with a first code, moved, turned off.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::response::Response;
use kazi_app::access::second::{self, Begun, RecoveryCodes, Standing};
use kazi_app::access::{SecondError, SignedIn, TokenHash, password};
use kazi_app::{Turn, now};

use super::field::{Field, Fields, Input};
use super::nav::Here;
use super::qr::Qr;
use super::refused::Refused;
use super::typed::{Problems, Typed};
use super::words::Clock;
use super::{again, see};
use crate::door::page;
use crate::error::AppError;
use crate::extract::{Caller, StaffMember};
use crate::frame::Frame;
use crate::route::{Rate, Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

/// Where whoever must set one up is led.
pub(crate) const PLACE: &str = "/account/second-factor";

static SHOW: Route = Route::get("/account/second-factor", Who::SignedIn).even_bound();
static BEGIN: Route =
    Route::post("/account/second-factor/begin", Who::SignedIn).rate(Rate::SignIn).even_bound();
static SET_UP: Route = Route::get("/account/second-factor/set-up", Who::SignedIn).even_bound();
static CONFIRM: Route =
    Route::post("/account/second-factor/set-up", Who::SignedIn).rate(Rate::SignIn).even_bound();
static CODES: Route = Route::post("/account/second-factor/codes", Who::SignedIn).rate(Rate::SignIn);
static OFF: Route = Route::post("/account/second-factor/off", Who::SignedIn).rate(Rate::SignIn);

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .add(&SHOW, show)
        .add(&BEGIN, begin)
        .add(&SET_UP, set_up)
        .add(&CONFIRM, confirm)
        .add(&CODES, codes)
        .add(&OFF, off)
}

#[derive(Debug, Template)]
#[template(path = "staff/second-factor.html")]
struct FactorPage {
    frame: Frame,
    here: Here,
    /// Whether nothing else may be done before.
    bound: bool,
    demanded: bool,
    /// The day since when it is on.
    since: Option<String>,
    left: i64,
    begin_form: Fields,
    codes_form: Fields,
    off_form: Fields,
}

#[derive(Debug, Template)]
#[template(path = "staff/second-factor-set-up.html")]
struct SetUpPage {
    frame: Frame,
    here: Here,
    qr: Option<Qr>,
    text: String,
    address: String,
    form: Fields,
}

#[derive(Debug, Template)]
#[template(path = "staff/recovery-codes.html")]
struct CodesPage {
    frame: Frame,
    here: Here,
    codes: RecoveryCodes,
}

/// Whoever has a second factor or may have one, and how it stands.
async fn own(state: &WebState, who: &SignedIn) -> Result<Standing, AppError> {
    if who.device.is_some() {
        return Err(AppError::not_there());
    }
    let actor = who.actor.clone();
    let found = state.app.db.read(move |read| second::standing(read, &actor)).await?;
    found.ok_or_else(AppError::not_there)
}

fn password_field(frame: &Frame, name: &str) -> Field {
    Field::new(name, frame.texts.password(), Input::Line("password"))
        .autocomplete("current-password")
        .required()
}

fn code_field(frame: &Frame, name: &str) -> Field {
    Field::line(name, frame.texts.factor_code()).autocomplete("one-time-code").required()
}

fn factor_page(frame: Frame, standing: Standing) -> FactorPage {
    let (password, code) = (|name| password_field(&frame, name), |name| code_field(&frame, name));
    let mut begin_form = vec![password("begin_password")];
    if standing.since.is_some() {
        begin_form.push(code("begin_code").hint(frame.texts.factor_code_hint()));
    }
    FactorPage {
        here: Here::Account,
        bound: frame.signed_in.as_ref().is_some_and(|who| who.bound),
        demanded: standing.demanded,
        since: standing.since.map(|since| Clock::of(&frame).day(since)),
        left: standing.recovery_left,
        begin_form: Fields::new(begin_form),
        codes_form: Fields::new(vec![code("codes_code")]),
        off_form: Fields::new(vec![
            password("off_password"),
            code("off_code").hint(frame.texts.factor_code_hint()),
        ]),
        frame,
    }
}

fn set_up_page(frame: Frame, begun: &Begun) -> SetUpPage {
    let form = Fields::new(vec![code_field(&frame, "code").hint(frame.texts.factor_first_code_hint())]);
    let qr = Qr::of(&begun.address);
    let (text, address) = (begun.text.clone(), begun.address.clone());
    SetUpPage { here: Here::Account, qr, text, address, form, frame }
}

async fn show(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
) -> Result<Response, AppError> {
    page(&factor_page(frame, own(&state, &who).await?))
}

/// Brings what is wrong to the fields of password and code.
fn at_fields(error: SecondError, (password, code): (&str, &str)) -> Refused {
    match error {
        SecondError::WrongPassword => Refused::at(password, &error),
        SecondError::WrongCode | SecondError::TooMany(_) => {
            Refused::at(if code.is_empty() { password } else { code }, &error)
        }
        SecondError::Over | SecondError::Demanded | SecondError::Yourself => Refused::at("", &error),
        SecondError::NotOn | SecondError::NotThere => Refused::Page(AppError::not_there()),
        SecondError::Db(error) => error.into(),
    }
}

/// What was left empty, in the reader's language; counts as no try.
fn missing(frame: &Frame, typed: &Typed, (password, code): (&str, &str)) -> Option<Refused> {
    let mut problems = Problems::default();
    if !password.is_empty() && typed.raw(password).is_empty() {
        problems.add(password, &frame.texts.password_missing());
    }
    if !code.is_empty() && typed.get(code).is_empty() {
        problems.add(code, &frame.texts.sign_in_code_missing());
    }
    (!problems.is_empty()).then_some(Refused::Form(problems))
}

/// Counts a try of the password and compares it apart.
async fn prove(state: &WebState, who: &SignedIn, given: String) -> Result<password::Proven, SecondError> {
    let actor = who.actor.clone();
    let challenge = state.app.db.write(move |tx| password::begin_change(tx, &actor, now())).await?;
    let _turn = state.hashing.acquire().await;
    let answered = tokio::task::spawn_blocking(move || challenge.answer(&given)).await;
    Ok(answered.map_err(|_| SecondError::WrongPassword)??)
}

/// Counts a try of a code.
async fn tried(state: &WebState, who: &SignedIn) -> Result<second::Tried, SecondError> {
    let actor = who.actor.clone();
    state.app.db.write(move |tx| second::count(tx, &actor, now())).await
}

async fn start(
    state: &WebState,
    (who, session): (&SignedIn, TokenHash),
    (given, code): (String, Option<String>),
) -> Result<(), SecondError> {
    let proven = prove(state, who, given).await?;
    let code = match code {
        Some(code) => Some((tried(state, who).await?, code)),
        None => None,
    };
    let done = state.app.db.write(move |tx| {
        let code = code.as_ref().map(|(tried, code)| (tried, code.as_str()));
        second::begin_setting_up(tx, &proven, code, session, &Turn::now())
    });
    done.await
}

async fn begin(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Caller { session, .. }: Caller,
    frame: Frame,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let standing = own(&state, &who).await?;
    let code = standing.since.map(|_| typed.get("begin_code").to_owned());
    let fields = ("begin_password", if code.is_some() { "begin_code" } else { "" });
    let session = session.ok_or_else(AppError::not_there)?;
    let refused = if let Some(refused) = missing(&frame, &typed, fields) {
        refused
    } else {
        let given = (typed.raw("begin_password").to_owned(), code);
        match start(&state, (&who, session), given).await {
            Ok(()) => return Ok(see("/account/second-factor/set-up")),
            Err(error) => at_fields(error, fields),
        }
    };
    let mut shown = factor_page(frame, standing);
    shown.begin_form = shown.begin_form.again(&typed, &refused.problems()?);
    again(&shown)
}

/// What the session has begun; none when it took too long, or nothing was begun.
async fn begun(
    state: &WebState,
    (who, session): (&SignedIn, Option<TokenHash>),
) -> Result<Option<Begun>, AppError> {
    own(state, who).await?;
    let (actor, session) = (who.actor.clone(), session.ok_or_else(AppError::not_there)?);
    let issuer = format!("Kazi ({})", state.config.operator_name);
    Ok(state.app.db.read(move |read| second::begun(read, &actor, (session, &issuer), now())).await?)
}

async fn set_up(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Caller { session, .. }: Caller,
    frame: Frame,
) -> Result<Response, AppError> {
    match begun(&state, (&who, session)).await? {
        Some(begun) => page(&set_up_page(frame, &begun)),
        None => Ok(see(PLACE)),
    }
}

async fn confirm(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Caller { session, .. }: Caller,
    frame: Frame,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let Some(begun) = begun(&state, (&who, session)).await? else { return Ok(see(PLACE)) };
    let session = session.ok_or_else(AppError::not_there)?;
    let refused = match missing(&frame, &typed, ("", "code")) {
        Some(refused) => refused,
        None => match confirmed(&state, (&who, session), typed.get("code").to_owned()).await {
            Ok(codes) => return page(&CodesPage { frame, here: Here::Account, codes }),
            Err(SecondError::Over) => return Ok(see(PLACE)),
            Err(error) => at_fields(error, ("", "code")),
        },
    };
    let mut shown = set_up_page(frame, &begun);
    shown.form = shown.form.again(&typed, &refused.problems()?);
    again(&shown)
}

async fn confirmed(
    state: &WebState,
    (who, session): (&SignedIn, TokenHash),
    code: String,
) -> Result<RecoveryCodes, SecondError> {
    let (tried, site) = (tried(state, who).await?, state.site());
    let done =
        state.app.db.write(move |tx| second::confirm(tx, (&tried, &code), session, (&site, &Turn::now())));
    let codes = done.await?;
    state.bell.notify_one();
    Ok(codes)
}

async fn codes(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let standing = own(&state, &who).await?;
    let fields = ("", "codes_code");
    let refused = match missing(&frame, &typed, fields) {
        Some(refused) => refused,
        None => match renewed(&state, &who, typed.get("codes_code").to_owned()).await {
            Ok(codes) => return page(&CodesPage { frame, here: Here::Account, codes }),
            Err(error) => at_fields(error, fields),
        },
    };
    let mut shown = factor_page(frame, standing);
    shown.codes_form = shown.codes_form.again(&typed, &refused.problems()?);
    again(&shown)
}

async fn renewed(state: &WebState, who: &SignedIn, code: String) -> Result<RecoveryCodes, SecondError> {
    let tried = tried(state, who).await?;
    state.app.db.write(move |tx| second::renew(tx, (&tried, &code), &Turn::now())).await
}

async fn off(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let standing = own(&state, &who).await?;
    let fields = ("off_password", "off_code");
    let refused = if let Some(refused) = missing(&frame, &typed, fields) {
        refused
    } else {
        let given = (typed.raw("off_password").to_owned(), typed.get("off_code").to_owned());
        match turned_off(&state, &who, given).await {
            Ok(()) => return Ok(see("/account?done=second-factor")),
            Err(error) => at_fields(error, fields),
        }
    };
    let mut shown = factor_page(frame, standing);
    shown.off_form = shown.off_form.again(&typed, &refused.problems()?);
    again(&shown)
}

async fn turned_off(
    state: &WebState,
    who: &SignedIn,
    (given, code): (String, String),
) -> Result<(), SecondError> {
    let (proven, tried, actor) =
        (prove(state, who, given).await?, tried(state, who).await?, who.actor.clone());
    let site = state.site();
    let done = state
        .app
        .db
        .write(move |tx| second::turn_off(tx, (&proven, &actor), (&tried, &code), (&site, &Turn::now())));
    done.await?;
    state.bell.notify_one();
    Ok(())
}
