//! Asking for a quote, for who is no client yet.

use std::net::SocketAddr;

use askama::Template;
use axum::Form;
use axum::extract::{ConnectInfo, State};
use axum::http::HeaderValue;
use axum::http::header::RETRY_AFTER;
use axum::response::Response;
use kazi_app::access::limit::{LimitError, TooManyTries};
use kazi_app::network::enquiries::{self, EnquiryError, NewEnquiry};
use kazi_texts::Texts;

use super::again;
use super::field::{Field, Fields, Input};
use super::refused::Refused;
use super::typed::{Problems, Typed};
use super::words::named;
use crate::door::page;
use crate::error::AppError;
use crate::extract::Turning;
use crate::frame::Frame;
use crate::route::{Rate, Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static FORM: Route = Route::get("/ask", Who::Anyone);
static SEND: Route = Route::post("/ask", Who::Anyone).rate(Rate::SignIn);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&FORM, form).add(&SEND, send)
}

#[derive(Template)]
#[template(path = "staff/quote.html")]
struct QuotePage {
    frame: Frame,
    /// It is with the operator.
    sent: bool,
    form: Fields,
}

/// The services of this Kazi, and "something else".
fn services(texts: &Texts) -> Vec<(String, String)> {
    let all = kazi_services::registry().iter().map(|service| service.key());
    let named = all.map(|key| (key.to_owned(), named(texts, "service", key)));
    named.chain([(String::new(), texts.quote_other())]).collect()
}

fn quote_page(frame: Frame, sent: bool) -> QuotePage {
    let texts = frame.texts;
    let form = Fields::new(vec![
        Field::line("organisation_name", texts.quote_organisation()).required().autocomplete("organization"),
        Field::line("name", texts.quote_name()).required().autocomplete("name"),
        Field::new("email", texts.email(), Input::Line("email")).required().autocomplete("email"),
        Field::new("service", texts.quote_service(), Input::Choice(services(texts))),
        Field::line("amount", texts.quote_amount()).hint(texts.quote_amount_hint()),
        Field::line("needed_by", texts.quote_needed_by()),
        Field::new("said", texts.quote_said(), Input::Lines(6)).hint(texts.quote_said_hint()).required(),
    ]);
    QuotePage { frame, sent, form }
}

async fn form(frame: Frame) -> Result<Response, AppError> {
    page(&quote_page(frame, false))
}

fn asked(typed: &Typed, frame: &Frame) -> NewEnquiry {
    let text = |name: &str| typed.get(name).to_owned();
    NewEnquiry {
        organisation_name: text("organisation_name"),
        shown_name: text("name"),
        email: text("email"),
        language: frame.language.tag().to_owned(),
        service: text("service"),
        amount: text("amount"),
        needed_by: text("needed_by"),
        said: text("said"),
    }
}

/// The form again, to be sent after a while.
fn wait(mut shown: QuotePage, typed: &Typed, wait: TooManyTries) -> Result<Response, AppError> {
    shown.form = shown.form.again(typed, &Problems::one("", &shown.frame.texts.quote_too_many()));
    let mut response = page(&shown)?;
    *response.status_mut() = axum::http::StatusCode::TOO_MANY_REQUESTS;
    let seconds = wait.wait.micros().div_euclid(1_000_000) + 1;
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    Ok(response)
}

async fn send(
    State(state): State<WebState>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    frame: Frame,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let (new, address, site) = (asked(&typed, &frame), from.ip().to_string(), state.site());
    let sent = state.app.db.write(move |tx| enquiries::ask(tx, &new, &address, &site, &turn)).await;
    let mut shown = quote_page(frame, sent.is_ok());
    match sent {
        Ok(_) => {
            state.bell.notify_one();
            page(&shown)
        }
        Err(EnquiryError::Limit(LimitError::TooMany(tries))) => wait(shown, &typed, tries),
        Err(error) => {
            let problems = Refused::from(error).problems()?;
            shown.form = shown.form.again(&typed, &problems);
            again(&shown)
        }
    }
}

impl From<EnquiryError> for Refused {
    fn from(error: EnquiryError) -> Self {
        let at = |field: &str, error: &EnquiryError| Self::Form(Problems::one(field, &error.to_string()));
        match error {
            EnquiryError::NoOrganisation => at("organisation_name", &error),
            EnquiryError::NothingSaid | EnquiryError::TooLong => at("said", &error),
            EnquiryError::NoReason | EnquiryError::LongReason => at("reason", &error),
            EnquiryError::Person(error) => error.into(),
            EnquiryError::Organisation(error) => error.into(),
            EnquiryError::Invite(error) => error.into(),
            EnquiryError::Answered => at("", &error),
            EnquiryError::NotThere => Self::Page(AppError::not_there()),
            EnquiryError::Limit(LimitError::Db(error)) | EnquiryError::Db(error) => error.into(),
            EnquiryError::Limit(LimitError::TooMany(error)) => at("", &EnquiryError::Limit(error.into())),
        }
    }
}
