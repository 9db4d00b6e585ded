//! Making a project: first the service, then one form with its settings, the pay and the checks.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::response::Response;
use kazi_app::Turn;
use kazi_app::access::SignedIn;
use kazi_app::listing::Ask;
use kazi_app::network;
use kazi_app::network::organisations::{self, Organisation, OrganisationKind};
use kazi_app::projects::draft::USUAL_GOLD;
use kazi_app::projects::fair::Pace;
use kazi_app::projects::{self, Draft, ProjectError};
use kazi_domain::{Currency, Id, Money, Role, kind};
use kazi_services::AnyService;
use kazi_texts::Texts;
use serde::Deserialize;
use serde_json::Value;

use super::field::{Field, Fields, Input};
use super::nav::Here;
use super::project::hint;
use super::refused::Refused;
use super::settings::{self, PREFIX};
use super::typed::{Problems, Typed};
use super::words::{self, named};
use super::{again, id, see};
use crate::door::page;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static FORM: Route = Route::get("/projects/new", Who::Staff);
static MAKE: Route = Route::post("/projects/new", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&FORM, form).add(&MAKE, make)
}

/// A service to choose.
#[derive(Debug)]
struct Choice {
    key: &'static str,
    name: String,
    about: String,
}

/// The form of a project's terms, for a new one or for one that is there.
#[derive(Debug, Template)]
#[template(path = "staff/new-project.html")]
pub(super) struct TermsPage {
    pub(super) frame: Frame,
    here: Here,
    choices: Vec<Choice>,
    service: String,
    service_name: String,
    /// The project that is changed: its address, its name and the version that was looked at.
    pub(super) changes: Option<(String, String, i64)>,
    problems: Vec<String>,
    pub(super) basics: Vec<Field>,
    /// Empty once the work stands on them.
    pub(super) settings: Vec<Field>,
    pub(super) terms: Vec<Field>,
}

#[derive(Debug, Deserialize)]
struct Chosen {
    #[serde(default)]
    service: String,
    #[serde(default)]
    organisation: String,
}

/// The organisations that somebody may make a project for; empty for those who have but their own.
async fn clients(state: &WebState, who: &SignedIn) -> Result<Vec<Organisation>, AppError> {
    if !who.actor.roles.has(Role::Operator) && !who.actor.roles.has(Role::Client) {
        return Err(AppError::not_there());
    }
    let Some(can) = network::may_manage(&who.actor) else { return Ok(Vec::new()) };
    let ask = Ask { rows: 200, ..Ask::default() };
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let mut all = organisations::list(read, &can, Some(OrganisationKind::Client), &ask)?.rows;
        all.extend(organisations::operator(read)?);
        Ok(all)
    });
    found.await
}

fn choices(texts: &Texts) -> Vec<Choice> {
    let choice = |service: &dyn AnyService| Choice {
        key: service.key(),
        name: named(texts, "service", service.key()),
        about: texts
            .by_key(&format!("service-about-{}", service.key()))
            .unwrap_or_else(|| service.about().name.to_owned()),
    };
    kazi_services::registry().iter().map(|service| choice(&**service)).collect()
}

fn basics(texts: &Texts, clients: &[Organisation], organisation: &str) -> Vec<Field> {
    let name = Field::line("name", texts.new_name()).hint(texts.new_name_hint()).required();
    let instructions = Field::new("instructions", texts.new_instructions(), Input::Lines(5))
        .hint(texts.new_instructions_hint());
    if clients.is_empty() {
        return vec![name, instructions];
    }
    let all = clients.iter().map(|one| (one.id.to_string(), one.name.clone())).collect();
    let client = Field::new("organisation", texts.new_client(), Input::Choice(all)).value(organisation);
    vec![name, client, instructions]
}

/// What every answer pays and how it is checked.
fn terms(texts: &Texts, service: &dyn AnyService) -> Vec<Field> {
    let mut fields = vec![
        Field::line("currency", texts.new_currency()).hint(texts.new_currency_hint()).value("KES").required(),
    ];
    for stage in settings::stages(service, "{}") {
        let label = texts.new_pay(named(texts, "stage", stage.key));
        let default = words::amount(stage.default_pay);
        let mut field = Field::line(&format!("pay.{}", stage.key), label).value(default).required();
        if let Ok(shillings) = "KES".parse() {
            field = field.hint(hint(texts, (stage.default_pay, shillings), Pace::expected(&stage)));
        }
        fields.push(field);
    }
    let number = Input::Number { least: "0".to_owned(), most: String::new(), step: "1" };
    fields.push(
        Field::new("gold_every", texts.new_gold(), number)
            .hint(texts.new_gold_hint())
            .value(USUAL_GOLD.to_string()),
    );
    fields
}

pub(super) fn terms_page(
    frame: Frame,
    clients: &[Organisation],
    service: Option<&dyn AnyService>,
    organisation: &str,
) -> TermsPage {
    let texts = frame.texts;
    let (service_key, service_name) =
        service.map(|one| (one.key().to_owned(), named(texts, "service", one.key()))).unwrap_or_default();
    TermsPage {
        changes: None,
        here: Here::Projects,
        choices: choices(texts),
        service: service_key,
        service_name,
        problems: Vec::new(),
        basics: basics(texts, clients, organisation),
        settings: service.map(|one| settings::fields(one, texts)).unwrap_or_default(),
        terms: service.map(|one| terms(texts, one)).unwrap_or_default(),
        frame,
    }
}

async fn form(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Query(Chosen { service, organisation }): Query<Chosen>,
) -> Result<Response, AppError> {
    let clients = clients(&state, &who).await?;
    page(&terms_page(frame, &clients, kazi_services::find(&service), &organisation))
}

/// Reads the form; what is wrong stands at its field.
pub(super) fn draft(typed: &Typed, service: &dyn AnyService, texts: &Texts) -> Result<Draft, Problems> {
    let (spec, mut problems) = settings::read(service, typed, texts);
    let spec = Value::Object(spec).to_string();
    if problems.is_empty()
        && let Err(wrong) = service.bind(&spec)
    {
        problems = Problems::of_service(PREFIX, &wrong);
    }
    draft_with(typed, service, (spec, problems), texts)
}

/// Reads the form beside settings that were read before.
pub(super) fn draft_with(
    typed: &Typed,
    service: &dyn AnyService,
    (spec, mut problems): (String, Problems),
    texts: &Texts,
) -> Result<Draft, Problems> {
    if typed.get("name").is_empty() {
        problems.add("name", &ProjectError::NoName.to_string());
    }
    let gold_every = typed.given("gold_every").map_or(Ok(0), str::parse::<u32>).unwrap_or_else(|_| {
        problems.add("gold_every", &texts.setting_whole_number());
        0
    });
    let currency = match typed.get("currency").to_uppercase().parse::<Currency>() {
        Ok(currency) => currency,
        Err(error) => {
            problems.add("currency", &error.to_string());
            return Err(problems);
        }
    };
    let pay = pay(typed, &settings::stages(service, &spec), currency, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    let (name, instructions) =
        (typed.get("name").to_owned(), typed.get("instructions").replace("\r\n", "\n"));
    Ok(Draft { service: service.key().to_owned(), name, spec, instructions, currency, gold_every, pay })
}

/// The pay of the stages that there are with these settings; what is left empty takes its default.
fn pay(
    typed: &Typed,
    stages: &[kazi_services::Stage],
    currency: Currency,
    problems: &mut Problems,
) -> BTreeMap<String, i64> {
    let mut pay = BTreeMap::new();
    for stage in stages {
        let field = format!("pay.{}", stage.key);
        let Some(amount) = typed.given(&field) else { continue };
        match Money::parse(&amount.replace(',', "."), currency) {
            Ok(money) if money.micros >= 0 => drop(pay.insert(stage.key.to_owned(), money.micros)),
            Ok(_) => problems.add(&field, &ProjectError::NegativePay(stage.key.to_owned()).to_string()),
            Err(error) => problems.add(&field, &error.to_string()),
        }
    }
    pay
}

async fn create(
    state: &WebState,
    who: SignedIn,
    organisation: Id<kind::Organisation>,
    (draft, turn): (Draft, Turn),
) -> Result<Id<kind::Project>, Refused> {
    let made = state.app.db.write(move |tx| -> Result<_, Refused> {
        let can = projects::may_create(tx, &who.actor, organisation)?;
        Ok(projects::draft::create(tx, &can, &draft, &turn)?)
    });
    made.await
}

async fn make(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let service = kazi_services::find(typed.get("service")).ok_or_else(AppError::not_there)?;
    let clients = clients(&state, &who).await?;
    let organisation = typed.given("organisation").map_or(Ok(who.actor.organisation), id)?;
    let made = match draft(&typed, service, frame.texts) {
        Err(problems) => Err(Refused::Form(problems)),
        Ok(draft) => create(&state, who, organisation, (draft, turn)).await,
    };
    let problems = match made {
        Ok(project) => return Ok(see(&format!("/projects/{project}"))),
        Err(refused) => refused.problems()?,
    };
    again(&terms_page(frame, &clients, Some(service), "").typed(&typed, &problems))
}

impl TermsPage {
    /// The same as it was typed, with what is wrong.
    pub(super) fn typed(mut self, typed: &Typed, problems: &Problems) -> Self {
        let parts = [&mut self.basics, &mut self.settings, &mut self.terms];
        let names: Vec<String> =
            parts.iter().flat_map(|part| part.iter()).map(|field| field.name.clone()).collect();
        for part in parts {
            *part = Fields::new(std::mem::take(part)).again(typed, problems).all;
        }
        self.problems = problems.elsewhere(&|name| names.iter().any(|field| field == name));
        self
    }
}
