//! Files handed in with a form, several at once, and taken away again.

use axum::extract::{Multipart, Path, State};
use axum::response::Response;
use kazi_app::access::SignedIn;
use kazi_app::intake;
use kazi_app::projects;
use kazi_domain::policy::{Can, ManageProject, ViewProject};
use kazi_domain::{Id, kind};

use super::show::show_again;
use crate::api::take_in;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::staff::confirm::Confirm;
use crate::staff::nav::Here;
use crate::staff::{id, see, told};
use crate::state::WebState;

static UPLOAD: Route = Route::post("/projects/{project}/files", Who::Staff).files();
static ASK: Route = Route::get("/projects/{project}/files/{source}/remove", Who::Staff);
static REMOVE: Route = Route::post("/projects/{project}/files/{source}/remove", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&UPLOAD, upload).add(&ASK, ask).add(&REMOVE, remove)
}

/// Takes in every file of the form as it comes; one that is refused does not hold up the others.
async fn take_all(
    state: &WebState,
    who: &SignedIn,
    project: Id<kind::Project>,
    mut form: Multipart,
) -> Result<Vec<String>, AppError> {
    let mut problems = Vec::new();
    loop {
        let part = match form.next_field().await {
            Ok(Some(part)) => part,
            Ok(None) => return Ok(problems),
            Err(error) => {
                tracing::info!(%error, "an upload was cut off");
                problems.push(kazi_texts::texts(kazi_texts::Language::En).upload_cut());
                return Ok(problems);
            }
        };
        // A field without a chosen file has an empty name.
        let Some(name) = part.file_name().filter(|name| !name.is_empty()).map(str::to_owned) else { continue };
        if let Err(error) = take_in(state, who, (project, name.clone()), part).await {
            problems.push(format!("{name}: {}", told(error)?));
        }
    }
}

async fn upload(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(project): Path<String>,
    Turning(turn): Turning,
    form: Multipart,
) -> Result<Response, AppError> {
    let project = id(&project)?;
    let actor = who.actor.clone();
    // Whoever may not is told so before the first byte is read.
    let may = move |read: &mut kazi_db::Read<'_>| projects::may::<ManageProject>(read, &actor, project).map(drop);
    state.app.db.read(may).await?;
    let problems = take_all(&state, &who, project, form).await?;
    if problems.is_empty() {
        return Ok(see(&format!("/projects/{project}#files")));
    }
    show_again(&state, &who, (frame, turn), project, problems).await
}

async fn ask(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path((project, source)): Path<(String, String)>,
) -> Result<Response, AppError> {
    let (project, source): (Id<kind::Project>, Id<kind::Source>) = (id(&project)?, id(&source)?);
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can: Can<ViewProject> = projects::may(read, &who.actor, project)?;
        Ok(intake::sources(read, &can)?)
    });
    let file = found.await?.into_iter().find(|file| file.id == source).ok_or_else(AppError::not_there)?;
    let texts = frame.texts;
    let ask = Confirm {
        here: Here::Projects,
        title: texts.remove_file(file.name),
        sentence: texts.remove_file_more(),
        button: texts.remove_file_button(),
        action: format!("/projects/{project}/files/{source}/remove"),
        says: None,
        back: format!("/projects/{project}#files"),
        frame,
    };
    ask.page()
}

async fn remove(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path((project, source)): Path<(String, String)>,
    Turning(turn): Turning,
) -> Result<Response, AppError> {
    let (project, source): (Id<kind::Project>, Id<kind::Source>) = (id(&project)?, id(&source)?);
    let (actor, at) = (who.actor.clone(), turn.clone());
    let removed = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can: Can<ManageProject> = projects::may(tx, &actor, project)?;
        Ok(intake::remove_source(tx, &can, source, &at)?)
    });
    match removed.await {
        Ok(()) => Ok(see(&format!("/projects/{project}#files"))),
        Err(error) => show_again(&state, &who, (frame, turn), project, vec![told(error)?]).await,
    }
}
