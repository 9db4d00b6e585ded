//! One's own account: name, language, clock, letters, password, and where one is signed in.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kazi_app::access::session::{self, OwnSession};
use kazi_app::access::{Password, SecretHash, SignedIn, TokenHash, password, second};
use kazi_app::network::profile::{self, Profile, ProfileError};
use kazi_app::{Turn, now};
use kazi_domain::{UnknownState, WantedNews};
use kazi_texts::Texts;
use serde::Deserialize;

use super::field::{Field, Fields, Input};
use super::nav::Here;
use super::people::language_field;
use super::refused::Refused;
use super::typed::Typed;
use super::words::{Clock, named};
use super::{again, see};
use crate::door::page;
use crate::error::AppError;
use crate::extract::{Caller, StaffMember};
use crate::frame::Frame;
use crate::route::{Rate, Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static SHOW: Route = Route::get("/account", Who::Staff);
static PROFILE: Route = Route::post("/account/profile", Who::Staff);
static PASSWORD: Route = Route::post("/account/password", Who::Staff).rate(Rate::SignIn);
static END: Route = Route::post("/account/sessions/{session}/end", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&SHOW, show).add(&PROFILE, change_profile).add(&PASSWORD, change_password).add(&END, end)
}

#[derive(Debug)]
struct Row {
    id: String,
    agent: String,
    about: String,
    this: bool,
}

#[derive(Debug, Template)]
#[template(path = "staff/account.html")]
struct AccountPage {
    frame: Frame,
    here: Here,
    done: bool,
    sessions: Vec<Row>,
    /// Whether there is a password that a second factor can stand beside.
    may_have_factor: bool,
    /// Since when one is on.
    factor_since: Option<String>,
    profile_form: Fields,
    password_form: Fields,
}

#[derive(Debug, Deserialize)]
struct Done {
    done: Option<String>,
}

/// What a browser calls itself, as people call it: `Firefox · Windows`; something else stays as it is.
fn browser(agent: &str) -> Option<String> {
    // Each claims to be those below it too.
    const BROWSERS: [(&str, &str); 6] = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let agent = agent.trim();
    let called = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    match (called(&BROWSERS), called(&SYSTEMS)) {
        (Some(browser), Some(system)) => Some(format!("{browser} · {system}")),
        (Some(name), None) => Some(name.to_owned()),
        _ => (!agent.is_empty()).then(|| agent.to_owned()),
    }
}

async fn account_page(
    state: &WebState,
    (frame, who): (Frame, SignedIn),
    this: Option<TokenHash>,
    done: bool,
) -> Result<AccountPage, AppError> {
    let actor = who.actor.clone();
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let (sessions, standing) = (session::list(read, &actor, now())?, second::standing(read, &actor)?);
        Ok((sessions, standing, profile::get(read, &actor)?))
    });
    let (found, standing, profile) = found.await?;
    let (texts, clock) = (frame.texts, Clock::of(&frame));
    let row = |own: OwnSession| {
        let used = texts.last_used(clock.moment(own.seen_at));
        let about = [own.device, Some(texts.session_since(clock.moment(own.made_at))), Some(used)];
        Row {
            id: own.hash.to_hex(),
            agent: browser(&own.agent).unwrap_or_else(|| texts.session_unknown()),
            about: about.into_iter().flatten().collect::<Vec<_>>().join(" · "),
            this: Some(own.hash) == this,
        }
    };
    let secret = |name: &str, label, what| {
        Field::new(name, label, Input::Line("password")).autocomplete(what).required()
    };
    Ok(AccountPage {
        here: Here::Account,
        done,
        sessions: found.into_iter().map(row).collect(),
        may_have_factor: standing.is_some(),
        factor_since: standing.and_then(|standing| standing.since).map(|since| clock.day(since)),
        profile_form: profile_form(texts, &profile),
        password_form: Fields::new(vec![
            secret("old_password", texts.password_old(), "current-password"),
            secret("new_password", texts.password_new(), "new-password").hint(texts.password_hint()),
        ]),
        frame,
    })
}

async fn show(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Caller { session, .. }: Caller,
    frame: Frame,
    Query(Done { done }): Query<Done>,
) -> Result<Response, AppError> {
    page(&account_page(&state, (frame, who), session, done.is_some()).await?)
}

fn profile_form(texts: &Texts, profile: &Profile) -> Fields {
    let zone = |name: String| (name.clone(), name.replace('_', " "));
    let zones = std::iter::once((String::new(), texts.zone_of_place()));
    let zones = zones.chain(profile::zones().into_iter().map(zone)).collect();
    let wish = |wish: WantedNews| (wish.word().to_owned(), named(texts, "letters", wish.word()));
    Fields::new(vec![
        Field::line("name", texts.profile_name())
            .value(profile.shown_name.as_str())
            .required()
            .autocomplete("name"),
        language_field(texts, &profile.language),
        Field::new("time_zone", texts.zone(), Input::Choice(zones))
            .hint(texts.zone_hint())
            .value(profile.time_zone.as_str()),
        Field::new(
            "letters",
            texts.letters(),
            Input::Choice(WantedNews::ALL.iter().copied().map(wish).collect()),
        )
        .hint(texts.letters_hint())
        .value(profile.letters.word()),
    ])
}

/// What was typed; what was not sent stays as it is.
fn typed_profile(typed: &Typed, now: Profile) -> Result<Profile, Refused> {
    let or = |name: &str, now: String| if typed.has(name) { typed.get(name).to_owned() } else { now };
    let letters = match typed.given("letters") {
        None => now.letters,
        Some(word) => word.parse().map_err(|error: UnknownState| Refused::at("letters", &error))?,
    };
    Ok(Profile {
        shown_name: or("name", now.shown_name),
        language: or("language", now.language),
        time_zone: or("time_zone", now.time_zone),
        picture: now.picture,
        letters,
    })
}

async fn change_profile(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Caller { session, .. }: Caller,
    frame: Frame,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let (actor, sent) = (who.actor.clone(), typed.clone());
    let changed = state.app.db.write(move |tx| -> Result<_, Refused> {
        let new = typed_profile(&sent, profile::get(tx, &actor)?)?;
        Ok(profile::change(tx, &actor, &new, &Turn::now())?)
    });
    let Err(refused) = changed.await else { return Ok(see("/account?done=profile")) };
    let mut shown = account_page(&state, (frame, who), session, false).await?;
    shown.profile_form = shown.profile_form.again(&typed, &refused.problems()?);
    again(&shown)
}

impl From<ProfileError> for Refused {
    fn from(error: ProfileError) -> Self {
        match error {
            ProfileError::NoZone(_) => Self::at("time_zone", &error),
            ProfileError::Person(error) => error.into(),
            ProfileError::Db(error) => error.into(),
        }
    }
}

/// Counts the try, compares and hashes apart, then sets; all other sessions end.
async fn replace(
    state: &WebState,
    who: &SignedIn,
    (old, new): (String, String),
    kept: Option<TokenHash>,
) -> Result<(), Refused> {
    let chosen = Password::choose(&new)?;
    let actor = who.actor.clone();
    let challenge = state.app.db.write(move |tx| password::begin_change(tx, &actor, now())).await?;
    let apart = tokio::task::spawn_blocking(move || -> Result<(password::Proven, SecretHash), Refused> {
        let proven = challenge.answer(&old).map_err(password::ChangeError::from)?;
        Ok((proven, chosen.hash()))
    });
    let (proven, hash) = apart.await.map_err(AppError::fault)??;
    let site = state.site();
    let changed =
        state.app.db.write(move |tx| password::change(tx, &proven, &hash, kept, (&site, &Turn::now())));
    changed.await?;
    state.bell.notify_one();
    Ok(())
}

async fn change_password(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Caller { session, .. }: Caller,
    frame: Frame,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let secrets = (typed.raw("old_password").to_owned(), typed.raw("new_password").to_owned());
    let Err(refused) = replace(&state, &who, secrets, session).await else {
        return Ok(see("/account?done=password"));
    };
    let mut shown = account_page(&state, (frame, who), session, false).await?;
    shown.password_form = shown.password_form.again(&typed, &refused.problems()?);
    again(&shown)
}

async fn end(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(ended): Path<String>,
) -> Result<Response, AppError> {
    let hash = TokenHash::from_hex(&ended).ok_or_else(AppError::not_there)?;
    let found = state.app.db.write(move |tx| session::revoke(tx, &who.actor, hash)).await?;
    if found { Ok(see("/account")) } else { Err(AppError::not_there()) }
}

#[cfg(test)]
mod tests {
    use super::browser;

    #[test]
    fn browsers_are_told_by_the_names_that_people_know() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/109.0 Safari/537.36 Edg/109.0";
        assert_eq!(browser(edge).as_deref(), Some("Edge · Windows"));
        let phone = "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36";
        assert_eq!(browser(phone).as_deref(), Some("Chrome · Android"));
        assert_eq!(browser("curl/8.5").as_deref(), Some("curl/8.5"));
        assert_eq!(browser(" "), None);
    }
}
