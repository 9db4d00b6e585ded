//! What the operator does in a rehearsal: a centre, its people and computer, the project, its files, the start.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::Method;
use indicatif::{ProgressBar, ProgressStyle};
use kazi_app::App;
use kazi_domain::{Id, Role, kind};
use kazi_services::BoundService;
use serde_json::{Value, json};

use super::client::{Client, ClientError, escaped};
use super::crew::Crew;
use super::{Args, RehearseError, browser};
use crate::settings::Serve;

/// The operator's browser.
#[derive(Debug)]
pub struct Office {
    operator: tokio::sync::Mutex<Client>,
    base: String,
}

/// A project that can be worked on.
#[derive(Debug)]
pub struct Ready {
    /// The project.
    pub project: Id<kind::Project>,
    /// Its service.
    pub service: Arc<dyn BoundService>,
    /// Its stages, and whether only reviewers do them.
    pub stages: Vec<(String, bool)>,
    /// The browsers of the people, signed in, and whether they are reviewers.
    pub people: Vec<(Client, bool)>,
    /// How long the splitting took.
    pub split: Duration,
}

/// Nothing is said for so long only when something hangs.
const PATIENCE: Duration = Duration::from_mins(3);
/// The PIN of every simulated worker.
const PIN: &str = "482915";

fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

impl Office {
    /// Signs the operator in.
    pub async fn open(base: &str, settings: &Serve) -> Result<Self, ClientError> {
        let mut operator = browser(base);
        let password = settings.operator_password.as_deref().unwrap_or_default();
        operator
            .form("/sign-in", &[("email", &settings.operator_email), ("password", password)], "/home")
            .await?;
        Ok(Self { operator: tokio::sync::Mutex::new(operator), base: base.to_owned() })
    }

    async fn json(&self, method: Method, path: &str, body: &Value) -> Result<Value, ClientError> {
        self.operator.lock().await.json(method, path, body).await
    }

    /// Bytes from the server.
    pub async fn get(&self, path: &str) -> Result<bytes::Bytes, ClientError> {
        self.operator.lock().await.get(path).await
    }

    /// Makes everything ready and starts the project.
    pub async fn prepare(&self, args: &Args, app: &App) -> Result<Ready, RehearseError> {
        let post = Method::POST;
        let partner = json!({ "name": "Rehearsal", "kind": "partner" });
        let partner = text(&self.json(post.clone(), "/api/v1/organisations", &partner).await?, "id");
        let path = format!("/api/v1/organisations/{partner}/centres");
        let centre = text(&self.json(post.clone(), &path, &json!({ "name": "Rehearsal" })).await?, "id");
        let computer = self.computer(&centre).await?;
        let spec: Value = match &args.spec {
            Some(spec) => serde_json::from_str(spec)
                .map_err(|error| RehearseError::Refused(format!("--spec is no JSON: {error}")))?,
            None => json!({}),
        };
        let name = args.input.first().map(|path| file_name(path)).unwrap_or_default();
        let new = json!({ "service": args.service, "name": name, "spec": spec, "currency": "KES" });
        let id = text(&self.json(post.clone(), "/api/v1/projects", &new).await?, "id");
        let project: Id<kind::Project> =
            id.parse().map_err(|_| RehearseError::Refused("the server made no project".to_owned()))?;
        self.json(Method::PUT, &format!("/api/v1/projects/{id}/centres"), &json!([centre])).await?;
        let began = Instant::now();
        for input in &args.input {
            self.hand_in(&id, input).await?;
        }
        self.wait_for_splitting(&id).await?;
        let split = began.elapsed();
        let service = app.db.read({
            let projects = app.projects.clone();
            move |read| {
                projects.head(read, project).map_err(|error| kazi_db::DbError::Other(error.to_string()))
            }
        });
        let service = Arc::clone(&service.await?.terms.service);
        let stages: Vec<(String, bool)> = service
            .stages()
            .iter()
            .map(|stage| (stage.key.to_owned(), stage.role == Role::Reviewer))
            .collect();
        let people = self.people(args, (&centre, &computer), &*service).await?;
        self.json(post, &format!("/api/v1/projects/{id}/start"), &Value::Null).await?;
        Ok(Ready { project, service, stages, people, split })
    }

    /// A computer of the centre, enrolled as a team leader would.
    async fn computer(&self, centre: &str) -> Result<Client, ClientError> {
        let path = format!("/api/v1/centres/{centre}/devices");
        let code = text(&self.json(Method::POST, &path, &json!({ "name": "Desk 1" })).await?, "code");
        let mut computer = browser(&self.base);
        computer.form("/centre/enrol", &[("code", &code)], "/centre").await?;
        Ok(computer)
    }

    /// Workers, and a reviewer for every three of them; all have learnt the work.
    async fn people(
        &self,
        args: &Args,
        (centre, computer): (&str, &Client),
        service: &dyn BoundService,
    ) -> Result<Vec<(Client, bool)>, RehearseError> {
        let reviewers = (args.workers / 3).max(2);
        let mut people = Vec::new();
        for number in 0..args.workers.max(1) + reviewers {
            let reviewer = number >= args.workers.max(1);
            let role = if reviewer { "reviewer" } else { "worker" };
            let new = json!({ "name": format!("Person {}", number + 1), "pin": PIN, "roles": [role] });
            let made = self.json(Method::POST, &format!("/api/v1/centres/{centre}/people"), &new).await?;
            let person = text(&made, "id");
            self.vouch((centre, &person), service).await?;
            let mut own = computer.clone();
            own.form(&format!("/centre/{person}"), &[("pin", PIN)], "/work").await?;
            people.push((own, reviewer));
        }
        Ok(people)
    }

    /// The operator vouches that a simulated worker knows the work: a rehearsal is about the project, not the course.
    async fn vouch(
        &self,
        (centre, person): (&str, &str),
        service: &dyn BoundService,
    ) -> Result<(), ClientError> {
        let path = format!("/api/v1/centres/{centre}/people/{person}/certificates");
        for stage in service.stages() {
            let body = json!({ "service": service.key(), "stage": stage.key });
            self.json(Method::POST, &path, &body).await?;
        }
        Ok(())
    }

    async fn hand_in(&self, project: &str, input: &Path) -> Result<(), RehearseError> {
        // The client of a rehearsal is small; a client of the API would stream.
        let bytes =
            tokio::fs::read(input).await.map_err(|error| RehearseError::File(input.to_owned(), error))?;
        let path = format!("/api/v1/projects/{project}/sources?name={}", escaped(&file_name(input)));
        let mut operator = self.operator.lock().await;
        let answered = operator.ask(Method::POST, &path, bytes, "application/octet-stream").await?;
        if answered.status.is_success() {
            return Ok(());
        }
        let body = String::from_utf8_lossy(&answered.body).into_owned();
        Err(ClientError::Refused { what: format!("POST {path}"), status: answered.status, body }.into())
    }

    async fn wait_for_splitting(&self, project: &str) -> Result<(), RehearseError> {
        let bar = bar("splitting");
        let path = format!("/api/v1/projects/{project}/sources");
        loop {
            let all = self.json(Method::GET, &path, &Value::Null).await?;
            let all = all.as_array().cloned().unwrap_or_default();
            let sum = |name: &str| all.iter().filter_map(|one| one.get(name)?.as_u64()).sum::<u64>();
            bar.set_length(sum("parts"));
            bar.set_position(sum("done"));
            let settled = |one: &Value| matches!(text(one, "state").as_str(), "split" | "refused");
            if !all.is_empty() && all.iter().all(settled) {
                bar.finish_and_clear();
                let refused = all.iter().find(|one| text(one, "state") == "refused");
                return match refused {
                    Some(one) => Err(RehearseError::Refused(format!(
                        "{}: {}",
                        text(one, "name"),
                        text(one, "problem")
                    ))),
                    None => Ok(()),
                };
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// The project as the API tells it.
    pub async fn project(&self, project: Id<kind::Project>) -> Result<Value, ClientError> {
        self.json(Method::GET, &format!("/api/v1/projects/{project}"), &Value::Null).await
    }

    /// Waits until the project is delivered or cannot be; gives its state.
    pub async fn wait_for_end(&self, ready: &Ready, crew: &Crew) -> Result<String, RehearseError> {
        let bar = bar("working");
        let mut last = (0, Instant::now());
        loop {
            let view = self.project(ready.project).await?;
            let state = text(&view, "state");
            let number = |name: &str| view.get(name).and_then(Value::as_u64).unwrap_or(0);
            bar.set_length(number("items"));
            bar.set_position(number("finished"));
            if !matches!(state.as_str(), "running" | "assembling") {
                bar.finish_and_clear();
                return Ok(state);
            }
            let answers = crew.seen.answers();
            if answers != last.0 || state == "assembling" {
                last = (answers, Instant::now());
            } else if last.1.elapsed() > PATIENCE {
                return Err(RehearseError::Refused(
                    "nobody finds anything to do, and the project is not finished: look at its stuck items"
                        .to_owned(),
                ));
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn bar(what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:12} [{bar:40}] {pos}/{len} {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ");
    ProgressBar::new(0).with_style(style).with_message(what)
}
