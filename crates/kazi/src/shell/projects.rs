//! `kazi project`: projects, looked at, paused, and their deliveries taken out.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use futures_util::StreamExt;
use kazi_app::blobs::Blobs;
use kazi_app::delivery::{self, DeliveredFile, Delivery};
use kazi_app::listing::Ask;
use kazi_app::projects::list::{self, Listed, Sort, Whose};
use kazi_app::projects::{self, View, life, view};
use kazi_db::Read;
use kazi_domain::policy::{Actor, ManageProject, TakeDelivery, ViewProject};
use kazi_domain::{Id, Moment, Money, ProjectState, kind};
use serde_json::json;

use super::{Common, Shell, ShellError, network, only, table};

/// Projects: looked at, paused, taken out.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  kazi project list --state running
  kazi project show \"Parish registers\"
      How far each stage is, what it cost, and when it will be finished.
  kazi project pause \"Parish registers\"
      No more tasks are given; what people hold can still be answered. Undo it with `kazi project resume`.
  kazi project export \"Parish registers\" --out registers
      The files of the latest delivery, in a folder.")]
pub struct Args {
    #[command(subcommand)]
    command: ProjectCommand,
}

#[derive(Debug, Clone, Subcommand)]
enum ProjectCommand {
    /// List projects.
    List(List),
    /// Show one project.
    Show(Show),
    /// Give no more tasks of a project for now.
    Pause(Which),
    /// Go on after a pause.
    Resume(Which),
    /// Write the files of a delivery into a folder.
    Export(Export),
}

#[derive(Debug, Clone, clap::Args)]
struct List {
    /// Part of a project's or its client's name.
    #[arg(long, default_value = "")]
    search: String,
    /// Only those in this state: draft, running, paused, assembling, delivered, cancelled.
    #[arg(long)]
    state: Option<String>,
    /// Write JSON, one object a line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Clone, clap::Args)]
struct Show {
    /// The name or the id.
    project: String,
    /// Write JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Clone, clap::Args)]
struct Which {
    /// The name or the id.
    project: String,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Clone, clap::Args)]
struct Export {
    /// The name or the id.
    project: String,
    /// The folder for the files, made when there is none; nothing in it is written over.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// An earlier delivery, by its id; without it the latest.
    #[arg(long, value_name = "ID")]
    delivery: Option<String>,
    #[command(flatten)]
    common: Common,
}

/// Does what was asked for.
///
/// # Errors
/// See [`ShellError`].
pub fn run(args: &Args) -> Result<ExitCode, ShellError> {
    match &args.command {
        ProjectCommand::List(list) => show_all(list)?,
        ProjectCommand::Show(show) => show_one(show)?,
        ProjectCommand::Pause(which) => steer(which, false)?,
        ProjectCommand::Resume(which) => steer(which, true)?,
        ProjectCommand::Export(export) => take_out(export)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn all(read: &mut Read<'_>, actor: &Actor, search: &str) -> Result<Vec<Listed>, ShellError> {
    let can = network(actor)?;
    let mut ask = Ask { search: search.to_owned(), rows: 200, ..Ask::default() };
    let mut all = Vec::new();
    loop {
        let page = list::list(read, Whose::All(&can), Sort::Newest, &ask)?;
        all.extend(page.rows);
        ask.after = page.next;
        if ask.after.is_none() {
            return Ok(all);
        }
    }
}

/// A project by its name or id.
fn called(read: &mut Read<'_>, actor: &Actor, name: &str) -> Result<Id<kind::Project>, ShellError> {
    if name.starts_with("project_") {
        return Ok(name.parse()?);
    }
    let mut found = all(read, actor, name)?;
    found.retain(|one| one.name.eq_ignore_ascii_case(name.trim()));
    Ok(only(found, "project", name)?.id)
}

fn show_all(list: &List) -> Result<(), ShellError> {
    let wanted: Option<ProjectState> = match &list.state {
        None => None,
        Some(word) => Some(word.parse().map_err(|_| {
            let all: Vec<&str> = ProjectState::ALL.iter().map(|state| state.word()).collect();
            ShellError::Said(format!("no project is ever `{word}`: choose one of {}", all.join(", ")))
        })?),
    };
    let shell = Shell::open(&list.common)?;
    let search = list.search.clone();
    let mut found = shell.read(move |read, actor| all(read, actor, &search))?;
    found.retain(|one| wanted.is_none_or(|state| one.state == state));
    if list.json {
        for one in &found {
            println!("{}", listed_json(one));
        }
        return Ok(());
    }
    let row = |one: &Listed| {
        vec![
            one.id.to_string(),
            one.name.clone(),
            one.organisation_name.clone(),
            one.service.clone(),
            one.state.word().to_owned(),
            format!("{}/{}", one.finished, one.items),
            Money::new(one.cost, one.currency).to_string(),
        ]
    };
    let rows: Vec<Vec<String>> = found.iter().map(row).collect();
    print!("{}", table::columns(&["id", "name", "client", "service", "state", "finished", "cost"], &rows));
    Ok(())
}

fn listed_json(one: &Listed) -> serde_json::Value {
    json!({
        "id": one.id,
        "name": one.name,
        "organisation": one.organisation,
        "organisation_name": one.organisation_name,
        "service": one.service,
        "state": one.state,
        "items": one.items,
        "finished": one.finished,
        "cost": Money::new(one.cost, one.currency).amount(),
        "currency": one.currency.code(),
    })
}

fn show_one(show: &Show) -> Result<(), ShellError> {
    let shell = Shell::open(&show.common)?;
    let name = show.project.clone();
    let seen = shell.read(move |read, actor| {
        let project = called(read, actor, &name)?;
        let can = projects::may::<ViewProject>(read, actor, project)?;
        Ok(view::view(read, &can, kazi_app::now())?)
    })?;
    if show.json {
        println!("{}", serde_json::to_string_pretty(&view_json(&seen))?);
    } else {
        print!("{}", view_text(&seen));
    }
    Ok(())
}

fn time(moment: Moment) -> String {
    jiff::Timestamp::from_microsecond(moment.micros()).unwrap_or_default().to_string()
}

fn view_json(seen: &View) -> serde_json::Value {
    let stage = |stage: &view::StageView| {
        json!({
            "key": stage.key, "tasks": stage.tasks, "settled": stage.settled, "stuck": stage.stuck,
            "in_work": stage.in_work, "answers": stage.answers,
            "cost": Money::new(stage.cost, seen.currency).amount(),
        })
    };
    json!({
        "id": seen.id,
        "name": seen.name,
        "organisation": seen.organisation,
        "organisation_name": seen.organisation_name,
        "service": seen.service,
        "state": seen.state,
        "problem": seen.problem,
        "items": seen.items,
        "finished": seen.finished,
        "cost": Money::new(seen.cost, seen.currency).amount(),
        "currency": seen.currency.code(),
        "forecast": seen.forecast.map(time),
        "centres": seen.centres.iter().map(|(id, name)| json!({ "id": id, "name": name })).collect::<Vec<_>>(),
        "stages": seen.stages.iter().map(stage).collect::<Vec<_>>(),
    })
}

fn view_text(seen: &View) -> String {
    let centres: Vec<&str> = seen.centres.iter().map(|(_, name)| name.as_str()).collect();
    let mut text = format!("{} ({})\n", seen.name, seen.id);
    let mut say = |what: &str, value: String| {
        if !value.is_empty() {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "  {what:<10} {value}");
        }
    };
    say("client", seen.organisation_name.clone());
    say("service", seen.service.clone());
    say("state", seen.state.word().to_owned());
    say("problem", seen.problem.clone().unwrap_or_default());
    say("centres", centres.join(", "));
    say("finished", format!("{} of {} pieces", seen.finished, seen.items));
    say("cost", Money::new(seen.cost, seen.currency).to_string());
    say("foreseen", seen.forecast.map(time).unwrap_or_default());
    let row = |stage: &view::StageView| {
        vec![
            stage.key.clone(),
            stage.tasks.to_string(),
            stage.settled.to_string(),
            stage.in_work.to_string(),
            stage.stuck.to_string(),
            stage.answers.to_string(),
            Money::new(stage.cost, seen.currency).to_string(),
        ]
    };
    let rows: Vec<Vec<String>> = seen.stages.iter().map(row).collect();
    text + &table::columns(&["stage", "tasks", "settled", "in work", "stuck", "answers", "cost"], &rows)
}

fn steer(which: &Which, on: bool) -> Result<(), ShellError> {
    let shell = Shell::open(&which.common)?;
    let name = which.project.clone();
    let command = if on { "project resume" } else { "project pause" };
    shell.write(command, move |tx, actor, turn| {
        let project = called(tx, actor, &name)?;
        let can = projects::may::<ManageProject>(tx, actor, project)?;
        let moved = if on { life::resume(tx, &can, turn) } else { life::pause(tx, &can, turn) };
        Ok(moved?)
    })?;
    if on {
        println!("{} goes on", which.project);
    } else {
        println!("{} is paused; undo it with: kazi project resume", which.project);
    }
    Ok(())
}

fn take_out(export: &Export) -> Result<(), ShellError> {
    let shell = Shell::open(&export.common)?;
    let name = export.project.clone();
    let deliveries = shell.read(move |read, actor| {
        let project = called(read, actor, &name)?;
        let can = projects::may::<TakeDelivery>(read, actor, project)?;
        Ok(delivery::deliveries(read, &can)?)
    })?;
    let taken = chosen(deliveries, export.delivery.as_deref())?;
    let blobs = export.common.store.open_blobs()?;
    let runtime = tokio::runtime::Runtime::new()?;
    for file in &taken.files {
        let path = runtime.block_on(write(&blobs, file, &export.out))?;
        println!("{} ({} bytes)", path.display(), file.bytes);
    }
    println!("Delivery {} of {}", taken.id, time(taken.made_at));
    Ok(())
}

/// The latest, or the one that was asked for.
fn chosen(deliveries: Vec<Delivery>, wanted: Option<&str>) -> Result<Delivery, ShellError> {
    let wanted: Option<Id<kind::Delivery>> = wanted.map(str::parse).transpose()?;
    let found = deliveries.into_iter().find(|one| wanted.is_none_or(|id| one.id == id));
    found.ok_or_else(|| match wanted {
        Some(id) => ShellError::Said(format!("this project has no delivery {id}")),
        None => ShellError::Said("nothing of this project has been delivered yet".to_owned()),
    })
}

/// Writes one file; never outside of the folder, never over another one.
async fn write(blobs: &Blobs, file: &DeliveredFile, out: &Path) -> Result<PathBuf, ShellError> {
    let name = Path::new(&file.name);
    if !name.components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(ShellError::Said(format!("`{}` is no name for a file", file.name)));
    }
    let path = out.join(name);
    let failed = |error: std::io::Error| ShellError::Io(path.clone(), error);
    fs::create_dir_all(path.parent().unwrap_or(out)).map_err(failed)?;
    let mut to = fs::File::options().write(true).create_new(true).open(&path).map_err(failed)?;
    let mut bytes = delivery::open_file(blobs, file).await?;
    while let Some(part) = bytes.next().await {
        to.write_all(&part?).map_err(failed)?;
    }
    to.sync_all().map_err(failed)?;
    Ok(path)
}
