//! A list of workers who come to a centre at once: looked over row by row, then added all together or not at all, with a
//! sheet of the PINs that were made, to print and cut.

use askama::Template;
use axum::extract::{Multipart, Path, State};
use axum::response::Response;
use kazi_app::Turn;
use kazi_app::access::{Pin, SignedIn};
use kazi_app::network::people::NewPerson;
use kazi_app::network::people::import::{self, Row, RowWrong};
use kazi_app::network::{centres, may_manage_centre};
use kazi_domain::{Id, Role, RoleSet, kind};
use kazi_texts::{Language, Texts};

use super::field::Field;
use super::nav::Here;
use super::people::{PICTURES, language_field};
use super::refused::Refused;
use super::words::sentence;
use super::{again, id};
use crate::door::page;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static SHOW: Route = Route::get("/centres/{centre}/people/import", Who::Staff);
static SEND: Route = Route::post("/centres/{centre}/people/import", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&SHOW, show).add(&SEND, send)
}

#[derive(Debug)]
struct Line {
    number: String,
    name: String,
    language: String,
    pin: String,
    wrong: Vec<String>,
}

#[derive(Debug, Template)]
#[template(path = "staff/import.html")]
struct ImportPage {
    frame: Frame,
    here: Here,
    id: String,
    centre: String,
    problem: Option<String>,
    /// What the list is, in words, once it was looked over.
    looked: Option<String>,
    lines: Vec<Line>,
    /// What the button says that adds them all, where nothing is wrong.
    add: Option<String>,
    list: String,
    language: Field,
}

/// A PIN on the sheet.
#[derive(Debug)]
struct Slip {
    name: String,
    pin: String,
}

#[derive(Debug, Template)]
#[template(path = "staff/pins.html")]
struct SheetPage {
    frame: Frame,
    here: Here,
    id: String,
    centre: String,
    title: String,
    slips: Vec<Slip>,
}

/// The tag of a language, by its tag, its own name or its English one; of none, the usual one.
pub(crate) fn language_of(called: &str, usual: &str) -> Option<String> {
    const ENGLISH: [&str; 5] = ["english", "swahili", "urdu", "hindi", "french"];
    let called = called.trim().to_lowercase();
    if called.is_empty() {
        return Some(usual.to_owned());
    }
    let mut all = Language::OFFERED.into_iter().zip(ENGLISH);
    let found = all.find(|(language, english)| {
        called == language.tag() || called == *english || called == language.own_name().to_lowercase()
    });
    found.map(|(language, _)| language.tag().to_owned())
}

/// What is wrong with a row, in words.
pub(crate) fn wrong(texts: &Texts, wrong: &RowWrong) -> String {
    match wrong {
        RowWrong::Unreadable(trouble) => sentence(trouble),
        RowWrong::NoName => texts.import_no_name(),
        RowWrong::Twice(line) => texts.import_twice(line.to_string()),
        RowWrong::Taken => texts.import_taken(),
        RowWrong::NoLanguage(called) => texts.import_no_language(called.as_str()),
        RowWrong::Pin(error) => sentence(&error.to_string()),
    }
}

fn line(texts: &Texts, row: &Row) -> Line {
    let language: Option<Language> = row.language.parse().ok();
    Line {
        number: row.line.to_string(),
        name: row.shown_name.clone(),
        language: language.map(|language| language.own_name().to_owned()).unwrap_or_default(),
        pin: if row.pin.is_some() { texts.import_pin_given() } else { texts.import_pin_made() },
        wrong: row.wrong.iter().map(|one| wrong(texts, one)).collect(),
    }
}

/// The name of a centre, for those who may run it, with the names of its people.
async fn find(
    state: &WebState,
    who: &SignedIn,
    centre: Id<kind::Centre>,
) -> Result<(String, Vec<String>), AppError> {
    let actor = who.actor.clone();
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can = may_manage_centre(read, &actor, centre)?;
        let found = centres::get(read, &can)?.ok_or_else(AppError::not_there)?;
        Ok((found.name, import::names(read, &can)?))
    });
    found.await
}

fn import_page(frame: Frame, (id, centre): (Id<kind::Centre>, String), list: &List) -> ImportPage {
    let language = language_field(frame.texts, &list.language).hint(frame.texts.import_language_hint());
    ImportPage {
        here: Here::Centres,
        id: id.to_string(),
        centre,
        problem: None,
        looked: None,
        lines: Vec::new(),
        add: None,
        list: list.text.clone(),
        language,
        frame,
    }
}

async fn show(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(centre): Path<String>,
) -> Result<Response, AppError> {
    let centre = id(&centre)?;
    let (name, _) = find(&state, &who, centre).await?;
    let list = List { language: frame.lang().to_owned(), ..List::default() };
    page(&import_page(frame, (centre, name), &list))
}

/// What a form holds: the list as text, the usual language, and whether to add it.
#[derive(Debug, Default)]
struct List {
    text: String,
    language: String,
    add: bool,
}

/// Reads the form; a chosen file counts before what was typed. What is no UTF-8 is an error in words.
async fn sent(mut form: Multipart, texts: &Texts) -> Result<(List, Option<String>), AppError> {
    let (mut list, mut problem) = (List::default(), None);
    let cut = |error: axum::extract::multipart::MultipartError| {
        AppError::new(error.status(), "form", sentence(&error.body_text()))
    };
    while let Some(part) = form.next_field().await.map_err(cut)? {
        let name = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(cut)?;
        match (name.as_str(), std::str::from_utf8(&bytes)) {
            ("file", _) if bytes.is_empty() => {}
            ("file", Ok(text)) => text.trim_start_matches('\u{feff}').clone_into(&mut list.text),
            ("file", Err(_)) => problem = Some(texts.import_not_utf8()),
            ("list", Ok(text)) if list.text.is_empty() => text.clone_into(&mut list.text),
            ("language", Ok(text)) => text.clone_into(&mut list.language),
            ("do", Ok(text)) => list.add = text == "add",
            _ => {}
        }
    }
    Ok((list, problem))
}

/// The people of a list, each with a PIN; and the sheet of those that were made. Slow: each PIN is hashed.
pub(crate) fn people(rows: Vec<Row>) -> (Vec<NewPerson>, Vec<(String, String)>) {
    let (mut people, mut made) = (Vec::with_capacity(rows.len()), Vec::new());
    for (row, picture) in rows.into_iter().zip(PICTURES.iter().cycle()) {
        let pin = row.pin.unwrap_or_else(|| {
            let pin = Pin::fresh();
            made.push((row.shown_name.clone(), pin.text().to_owned()));
            pin
        });
        people.push(NewPerson {
            shown_name: row.shown_name,
            email: None,
            password: None,
            pin: Some(pin.hash()),
            picture: (*picture).to_owned(),
            language: row.language,
            roles: RoleSet::default().with(Role::Worker),
        });
    }
    (people, made)
}

/// Those who were added, each with the PIN if one was made.
pub(crate) type Added = Vec<(Id<kind::Person>, String, Option<String>)>;

/// Adds the people of a list that nothing is wrong with; or says what is.
pub(crate) async fn added(
    state: &WebState,
    who: &SignedIn,
    (centre, rows): (Id<kind::Centre>, Vec<Row>),
    turn: Turn,
) -> Result<Result<Added, String>, AppError> {
    let hashed = tokio::task::spawn_blocking(move || people(rows)).await;
    let (people, made) = hashed.map_err(AppError::fault)?;
    let names: Vec<String> = people.iter().map(|person| person.shown_name.clone()).collect();
    let actor = who.actor.clone();
    let done = state.app.db.write(move |tx| -> Result<_, Refused> {
        let can = may_manage_centre(tx, &actor, centre)?;
        Ok(import::add_all(tx, &can, &people, &turn)?)
    });
    let pin = |name: &str| made.iter().find(|(of, _)| of == name).map(|(_, pin)| pin.clone());
    let ids = match done.await {
        Ok(ids) => ids,
        Err(refused) => return refused.told().map(Err),
    };
    Ok(Ok(ids.into_iter().zip(names).map(|(id, name)| (id, name.clone(), pin(&name))).collect()))
}

fn looked_over(mut shown: ImportPage, rows: &[Row]) -> ImportPage {
    let texts = shown.frame.texts;
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let bad = rows.iter().filter(|row| !row.wrong.is_empty()).count();
    shown.lines = rows.iter().map(|row| line(texts, row)).collect();
    let words = if bad == 0 {
        texts.import_all_good(number(rows.len()))
    } else {
        texts.import_some_wrong(number(bad), number(rows.len()).to_string())
    };
    (shown.looked, shown.add) = (Some(words), (bad == 0).then(|| texts.import_add(number(rows.len()))));
    shown
}

/// What is said of a list that is looked at, or could not be added.
enum Answer {
    Page(Box<ImportPage>),
    Added(Added),
}

/// Looks a list over, and adds it where that is wanted and nothing is wrong.
async fn looked(
    state: &WebState,
    who: &SignedIn,
    (centre, mut shown): (Id<kind::Centre>, ImportPage),
    (list, taken, turn): (&List, &[String], Turn),
) -> Result<Answer, AppError> {
    let language = |called: &str| language_of(called, &list.language);
    let rows = match import::look_over(list.text.as_bytes(), taken, language) {
        Ok(rows) => rows,
        Err(error) => {
            shown.problem = Some(sentence(&error.to_string()));
            return Ok(Answer::Page(Box::new(shown)));
        }
    };
    if !list.add || rows.iter().any(|row| !row.wrong.is_empty()) {
        return Ok(Answer::Page(Box::new(looked_over(shown, &rows))));
    }
    match added(state, who, (centre, rows), turn).await? {
        Ok(added) => Ok(Answer::Added(added)),
        Err(problem) => {
            shown.problem = Some(problem);
            Ok(Answer::Page(Box::new(shown)))
        }
    }
}

async fn send(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(centre): Path<String>,
    Turning(turn): Turning,
    form: Multipart,
) -> Result<Response, AppError> {
    let centre = id(&centre)?;
    // Whoever may not is told so before anything is read or hashed.
    let (name, taken) = find(&state, &who, centre).await?;
    let (list, problem) = sent(form, frame.texts).await?;
    let mut shown = import_page(frame.clone(), (centre, name.clone()), &list);
    if problem.is_some() {
        shown.problem = problem.as_deref().map(sentence);
        return again(&shown);
    }
    match looked(&state, &who, (centre, shown), (&list, &taken, turn)).await? {
        Answer::Added(added) => sheet(frame, (centre, name), added),
        Answer::Page(shown) if shown.add.is_some() => page(&*shown),
        Answer::Page(shown) => again(&*shown),
    }
}

/// The PINs that were made, to print; they are kept nowhere.
fn sheet(frame: Frame, (id, centre): (Id<kind::Centre>, String), added: Added) -> Result<Response, AppError> {
    let title = frame.texts.import_done(u32::try_from(added.len()).unwrap_or(u32::MAX));
    let slip = |(_, name, pin): (_, String, Option<String>)| Some(Slip { name, pin: pin? });
    let slips = added.into_iter().filter_map(slip).collect();
    page(&SheetPage { frame, here: Here::Centres, id: id.to_string(), centre, title, slips })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_known_by_what_people_call_them() {
        let of = |called| language_of(called, "sw");
        assert_eq!(["", "UR", "Swahili", "French"].map(of).map(Option::unwrap), ["sw", "ur", "sw", "fr"]);
        assert_eq!(of("Klingon"), None);
    }
}
