//! Every route, asked as nobody, as each role, as a stranger of the same role, and with a key that may only read.
//!
//! What each may is written down in `routes.golden`, a line a route: who is let in (`yes`), for whom the thing does
//! not exist (`404`), who must sign in first (`in`), who may not from there (`403`). A route without a line fails the
//! test, and so does one that answers otherwise.

use axum::http::{Method, StatusCode};
use kazi_app::acceptance::{self, AcceptanceError, Said, Way};
use kazi_app::access::key;
use kazi_app::blobs::{Stored, keep_for};
use kazi_app::contest::{self, ContestError};
use kazi_app::hooks::{self, Address, New as NewHook, Reach};
use kazi_app::mail;
use kazi_app::network::enquiries::{self, NewEnquiry};
use kazi_app::network::invitations::{self, Invite};
use kazi_app::network::may_manage_team;
use kazi_app::notice;
use kazi_app::overview;
use kazi_app::rows::{Columns, Param};
use kazi_app::talk::{self, New};
use kazi_app::testing::{Centre, Computer, Project, World};
use kazi_db::{DbError, params, sql};
use kazi_domain::policy::{Actor, Facts, MendProject, permit};
use kazi_domain::{HookEvent, Id, Plea, Role, RoleSet, SampleVerdict, Scope, ScopeSet, Span, WhyNot, kind};
use kazi_web::Route;
use serde_json::{Value, json};

use crate::client::{Client, Reply, Site, no, site};

/// Everything that is asked for belongs to Kibera and to the Library.
struct Place<'w> {
    site: &'w Site<'w>,
    kibera: Centre<'w>,
    library: Actor,
    /// The library's buyer and the operator, signed in.
    buyer: Client<'w>,
    operator: Client<'w>,
}

/// Somebody who asks, and their column.
struct Asker<'w> {
    column: &'static str,
    client: Client<'w>,
    /// Those who are signed in.
    actor: Option<Actor>,
}

/// What the names in a path stand for; made anew when something was changed.
struct There {
    names: Vec<(&'static str, String)>,
}

impl There {
    fn filled(&self, path: &str) -> String {
        let named = |part: &str| {
            let found = self.names.iter().find(|(name, _)| *name == part);
            found.map_or_else(|| "nothing".to_owned(), |(_, value)| value.clone())
        };
        let part = |part: &str| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => named(name),
            None => part.to_owned(),
        };
        path.split('/').map(part).collect::<Vec<_>>().join("/")
    }

    fn name(&self, name: &str) -> &str {
        &self.names.iter().find(|(own, _)| *own == name).unwrap().1
    }
}

impl<'w> Place<'w> {
    fn world(&self) -> &'w World {
        self.site.world
    }

    /// A project with everything in it, as `actor` would come upon it; work is lent to them if they may work.
    fn there(&self, actor: Option<&Actor>) -> There {
        let (world, turn) = (self.world(), self.world().turn());
        let amina = self.kibera.worker(&format!("Worker {}", turn.mint::<kind::Person>()));
        world.has_learnt(&amina, "questions", "answer");
        let rows = "shop\nDuka\nSoko\nKiosk\n";
        let project =
            world.project("questions").of(&self.library).at(&self.kibera).file("a.csv", rows).running();
        let works = actor.filter(|actor| project.next(actor, "answer", 1).is_ok()).unwrap_or(&amina);
        let lent = project.next(works, "answer", 2).unwrap();
        let given = project.answer(works, lent[0].task, &json!({"choice": 0})).unwrap();
        let draft = world.project("questions").of(&self.library).at(&self.kibera).draft();
        let (source, job) = self.handed_in(&draft);
        let device = self.kibera.computer("A desk").id;
        let (delivery, hash) = self.delivered(&project);
        let looked = self.contested(actor);
        let (judged, sample) = self.judged();
        let accepted = self.accepted();
        let question = self.asked(&project);
        let (hook, sending) = self.hook(actor);
        let (invitation, letter) = self.invited();
        let enquiry = self.enquired();
        let notice = self.told(&amina);
        let key = self.key(actor).unwrap_or_else(|| no::<kind::ApiKey>().to_string());
        let names = vec![
            ("project", project.id.to_string()),
            ("draft", draft.id.to_string()),
            ("judged", judged),
            ("accepted", accepted),
            ("sample", sample),
            ("number", "1".to_owned()),
            ("stage", "answer".to_owned()),
            ("task", lent[1].task.to_string()),
            ("answer", given.id.to_string()),
            ("new-answer", turn.mint::<kind::Answer>().to_string()),
            ("item", lent[1].item.to_string()),
            ("source", source),
            ("job", job),
            ("centre", self.kibera.id.to_string()),
            ("organisation", self.library.organisation.to_string()),
            ("person", amina.person.to_string()),
            ("device", device.to_string()),
            ("key", key),
            ("delivery", delivery),
            ("*name", "answers.csv".to_owned()),
            ("hash", hash),
            ("looked", looked.0),
            ("unpaid", looked.1),
            ("invitation", invitation),
            ("letter", letter),
            ("enquiry", enquiry),
            ("notice", notice),
            ("hook", hook),
            ("sending", sending),
            ("question", format!("thread_{question}")),
            ("message", format!("message_{question}")),
        ];
        There { names }
    }

    /// A delivery of the project with a file, which its pages may show as well.
    fn delivered(&self, project: &Project<'_>) -> (String, String) {
        let (id, turn) = (project.id, self.world().turn());
        let hash = self.site.run(self.world().app.blobs.put("shop\nDuka\n".into())).unwrap();
        let delivery: Id<kind::Delivery> = turn.mint();
        let stored = Stored { hash: hash.clone(), media_type: "text/csv".to_owned(), bytes: 10 };
        let (made, file) = (
            sql!("insert into delivery (id, project, made_at) values ($1, $2, $3)"),
            sql!(
                "insert into delivery_file (delivery, name, media_type, bytes, blob_hash) \
                 values ($1, 'answers.csv', 'text/csv', 10, $2)"
            ),
        );
        let planted = self.world().write(move |tx| -> Result<(), DbError> {
            tx.execute(made, params![delivery.param(), id.param(), turn.at.param()])?;
            tx.execute(file, params![delivery.param(), stored.hash.0.as_str()])?;
            keep_for(tx, id, &stored)
        });
        planted.unwrap();
        (delivery.to_string(), hash.0)
    }

    /// A project of one row that is delivered, in whatever way.
    fn ended(&self) -> Project<'w> {
        let world = self.world();
        let project = world
            .project("questions")
            .of(&self.library)
            .at(&self.kibera)
            .file("a.csv", "shop\nDuka\n")
            .draft();
        self.delivered(&project);
        let id = project.id;
        let (item, state) = (
            sql!(
                "update item set state = 'finished', stage = null, outcome = '{\"choice\":0}' where project = $1"
            ),
            sql!("update project set state = 'delivered', pilot = 'done' where id = $1"),
        );
        let ended = world.write(move |tx| -> Result<(), DbError> {
            tx.execute(item, params![id.param()])?;
            tx.execute(state, params![id.param()]).map(drop)
        });
        ended.unwrap();
        project
    }

    /// A project whose delivery waits for a decision, and its sample, in which everything is wrong.
    fn judged(&self) -> (String, String) {
        let (world, project) = (self.world(), self.ended());
        let (can, terms) = (project.may(), world.app.projects.clone());
        let drawn =
            world.read(move |read| acceptance::drawn(read, &terms, &can, (Way::Count(1), 1))).unwrap();
        let (can, turn) = (project.may(), world.turn());
        let said = Said { verdict: SampleVerdict::Wrong, reason: "wrong".to_owned(), note: String::new() };
        let sample = world.write(move |tx| -> Result<_, AcceptanceError> {
            let sample = acceptance::begin(tx, &can, &drawn, &turn)?;
            acceptance::say(tx, &can, (sample, 1), &said, &turn)?;
            Ok(sample)
        });
        (project.id.to_string(), sample.unwrap().to_string())
    }

    /// A project that was accepted.
    fn accepted(&self) -> String {
        let (world, project) = (self.world(), self.ended());
        let (can, turn) = (project.may(), world.turn());
        world.write(move |tx| acceptance::accept(tx, &can, &turn)).unwrap();
        project.id.to_string()
    }

    /// An answer that was not accepted, whose worker asks for a second look; and one of the asker's own, if they may have
    /// given one.
    fn contested(&self, actor: Option<&Actor>) -> (String, String) {
        let (world, turn) = (self.world(), self.world().turn());
        let rows = "shop\nDuka\nSoko\n";
        let project =
            world.project("questions").of(&self.library).at(&self.kibera).file("a.csv", rows).running();
        let amina = self.kibera.worker(&format!("Worker {}", turn.mint::<kind::Person>()));
        world.has_learnt(&amina, "questions", "answer");
        let works = actor.filter(|actor| project.next(actor, "answer", 1).is_ok()).unwrap_or(&amina);
        let answer = |who: &Actor| {
            let lent = project.next(who, "answer", 1).unwrap();
            project.answer(who, lent[0].task, &json!({"choice": 0})).unwrap().id
        };
        let (own, other) = (answer(works), answer(&amina));
        let (can, id) = (project.may_as::<MendProject>(&world.operator()), project.id);
        let stuck = sql!("update item set state = 'stuck' where project = $1");
        // Somebody else than the operator who walks has not accepted it.
        let by = sql!("update rejection set rejected_by = person where project = $1");
        let person = amina.clone();
        let contested = world.write(move |tx| -> Result<(), ContestError> {
            tx.execute(stuck, params![id.param()])?;
            for answer in [own, other] {
                contest::reject(tx, &can, answer, (WhyNot::Other, "No."), &turn)?;
            }
            tx.execute(by, params![id.param()])?;
            let can = overview::may_view_own(&person).unwrap();
            contest::ask_again(tx, &can, (other, Plea::Right), &turn)
        });
        contested.unwrap();
        (other.to_string(), own.to_string())
    }

    /// A web hook of the asker's own organisation, or of the client's, and a message to it.
    fn hook(&self, actor: Option<&Actor>) -> (String, String) {
        let (world, turn) = (self.world(), self.world().turn());
        let own = actor.filter(|actor| actor.organisation == world.operator().organisation);
        let can = hooks::may_manage(own.unwrap_or(&self.library)).unwrap();
        let address = Address::parse("https://example.org/kazi", Reach::Public).unwrap();
        let new = NewHook { address, events: vec![HookEvent::ProjectDelivered] };
        // There are so many at most: what a walk has left behind makes room.
        let room = sql!("update hook set ended_at = 0");
        let done = sql!("update hook_sending set state = 'failed' where id = $1");
        let made = world.write(move |tx| {
            tx.execute(room, &[])?;
            let hook = hooks::make(tx, &can, &new, &turn)?.id;
            let sending = hooks::try_out(tx, &can, hook, &turn)?;
            tx.execute(done, params![sending.param()])?;
            Ok::<_, hooks::HookError>((hook.to_string(), sending.to_string()))
        });
        made.unwrap()
    }

    /// A question of the client's; the first message's id has the same digits.
    fn asked(&self, project: &Project<'_>) -> String {
        let (turn, can) = (self.world().turn(), project.may_as(&self.library));
        let new = New {
            id: turn.mint(),
            item: None,
            subject: "The photos".to_owned(),
            body: "Are they enough?".to_owned(),
        };
        let id = self.world().write(move |tx| talk::ask(tx, &can, &new, &turn)).unwrap();
        id.to_string().trim_start_matches("thread_").to_owned()
    }

    /// A file that waits to be split, and the job that will do it.
    fn handed_in(&self, draft: &Project<'_>) -> (String, String) {
        let path = format!("/api/v1/projects/{}/sources?name=b.csv", draft.id);
        let source = self.buyer.clone().ask(&Method::POST, &path, &[], "shop\nDuka\n").json();
        let jobs = self.operator.clone().get("/api/v1/jobs").json();
        (source["id"].as_str().unwrap().to_owned(), jobs["jobs"][0]["id"].as_str().unwrap().to_owned())
    }

    /// Somebody who was asked to join the library, and the letter that asks.
    fn invited(&self) -> (String, String) {
        let (world, turn) = (self.world(), self.world().turn());
        let who = Invite {
            email: format!("{}@library.example", turn.mint::<kind::Person>()),
            shown_name: "Ruth".to_owned(),
            language: "en".to_owned(),
            roles: RoleSet::default().with(Role::Client),
            centre: None,
        };
        let can = may_manage_team(&world.operator(), self.library.organisation).unwrap();
        let site = mail::Site { address: "http://kazi.example".to_owned(), operator: "Kazi".to_owned() };
        let id = world.write(move |tx| invitations::invite(tx, &can, &who, &site, &turn)).unwrap();
        let latest = sql!("select id from mail order by id desc limit 1");
        let letter = world.read(move |read| read.query_one(latest, &[], |row| row.id::<kind::Mail>(0)));
        (id.to_string(), letter.unwrap().to_string())
    }

    /// What somebody who is no client yet asked for.
    fn enquired(&self) -> String {
        let (world, turn) = (self.world(), self.world().turn());
        let new = NewEnquiry {
            organisation_name: "School".to_owned(),
            shown_name: "Imani".to_owned(),
            email: format!("{}@school.example", turn.mint::<kind::Person>()),
            language: "en".to_owned(),
            said: "Typing.".to_owned(),
            ..NewEnquiry::default()
        };
        let site = mail::Site { address: "http://kazi.example".to_owned(), operator: "Kazi".to_owned() };
        let from = turn.mint::<kind::Person>().to_string();
        world.write(move |tx| enquiries::ask(tx, &new, &from, &site, &turn)).unwrap().to_string()
    }

    /// A message to somebody of the centre.
    fn told(&self, to: &Actor) -> String {
        let (actor, centre, turn) = (self.world().operator(), self.kibera.id, self.world().turn());
        let new = notice::New {
            body: "Tea at four.".to_owned(),
            language: "en".to_owned(),
            audience: notice::Audience::People(vec![to.person]),
            counts: Span::minutes(60),
        };
        let sent = self.world().write(move |tx| {
            let can = notice::may_send(tx, &actor, centre).map_err(|_| notice::NoticeError::NotThere)?;
            notice::send(tx, &can, &new, &turn)
        });
        sent.unwrap().0.to_string()
    }

    /// A key of one's own, for those who may have one.
    fn key(&self, actor: Option<&Actor>) -> Option<String> {
        let (actor, turn) = (actor?.clone(), self.world().turn());
        let facts = Facts { person: Some(actor.person), ..Facts::default() };
        permit::<kazi_domain::policy::ManageKeys>(&actor, actor.person, facts)?;
        let made = self.world().write(move |tx| {
            let facts = Facts { person: Some(actor.person), ..Facts::default() };
            let can = permit(&actor, actor.person, facts).unwrap();
            let scopes = ScopeSet::default().with(Scope::ProjectsRead);
            key::make(tx, &can, "Catalogue", scopes, &turn).map_err(|error| DbError::Other(error.to_string()))
        });
        made.ok().map(|key| key.id.to_string())
    }
}

/// Whoever asks, in the order of the columns.
fn everybody<'w>(place: &Place<'w>) -> Vec<Asker<'w>> {
    let (site, world, kibera) = (place.site, place.world(), &place.kibera);
    let mombasa = world.centre("Mombasa");
    let other = world.client("Museum");
    let (lead, other_lead) =
        (world.client_lead(&place.library, "Library"), world.client_lead(&other, "Museum"));
    let (amina, otieno, juma) =
        (kibera.worker("Amina"), kibera.reviewer("Otieno"), kibera.team_leader("Juma"));
    let (zawadi, salim) = (mombasa.worker("Zawadi"), mombasa.team_leader("Salim"));
    for worker in [&amina, &otieno, &zawadi] {
        world.has_learnt(worker, "questions", "answer");
    }
    let (here, there): (Computer, Computer) = (kibera.computer("Desk 1"), mombasa.computer("Desk 2"));
    let asker = |column, client, actor: Option<&Actor>| Asker { column, client, actor: actor.cloned() };
    let mut reading = site.nobody();
    reading.key = Some(reading_key(world));
    vec![
        asker("nobody", site.nobody(), None),
        asker("worker", site.worker(&here, &amina), Some(&amina)),
        asker("reviewer", site.worker(&here, &otieno), Some(&otieno)),
        asker("leader", site.staff("juma@centre.example"), Some(&juma)),
        asker("client", site.staff("buyer@library.example"), Some(&place.library)),
        asker("operator", site.staff("wanjiru@kazi.example"), Some(&world.operator())),
        asker("other-worker", site.worker(&there, &zawadi), Some(&zawadi)),
        asker("other-leader", site.staff("salim@centre.example"), Some(&salim)),
        asker("lead", site.staff("lead@library.example"), Some(&lead)),
        asker("other-lead", site.staff("lead@museum.example"), Some(&other_lead)),
        asker("other-client", site.staff("buyer@museum.example"), Some(&other)),
        asker("reading-key", reading, None),
    ]
}

/// A key of the operator that may only read projects.
fn reading_key(world: &World) -> String {
    let (actor, turn) = (world.operator(), world.turn());
    let made = world.write(move |tx| {
        let can =
            permit(&actor, actor.person, Facts { person: Some(actor.person), ..Facts::default() }).unwrap();
        let scopes = ScopeSet::default().with(Scope::ProjectsRead);
        key::make(tx, &can, "Reader", scopes, &turn).map_err(|error| DbError::Other(error.to_string()))
    });
    made.unwrap().token.text().to_owned()
}

const FORM: &str = "application/x-www-form-urlencoded";

/// Forms that are the same whatever they are about.
fn plain_form(route: &Route) -> Option<&'static str> {
    if route.method != Method::POST {
        return None;
    }
    match route.path {
        "/work/{project}/{stage}/changes" => Some("version=1"),
        "/work/not-accepted/{answer}" => Some("plea=right"),
        "/projects/{project}/stuck/{item}" => Some("do=leave-out"),
        "/projects/new" => Some("service=questions&name="),
        "/organisations" => Some("organisation_name=A+museum&kind=client"),
        "/work/tasks/{task}/skip" => Some("reason=other"),
        "/work/tasks/{task}/report" => Some("reason=broken"),
        "/work/messages" => Some("to=/work"),
        _ => None,
    }
}

/// What is sent to a route, so well formed that only the right to send it is in question.
fn body(route: &Route, there: &There) -> (&'static str, String) {
    if let Some(body) = of_people(route) {
        return ("application/json", body.to_string());
    }
    if let Some(form) = plain_form(route) {
        return (FORM, form.to_owned());
    }
    let json = |body: Value| ("application/json", body.to_string());
    match (route.method.as_str(), route.path) {
        (_, path) if ["/questions", "/hooks", "/deletion"].iter().any(|part| path.contains(part)) => {
            of_talk(path)
        }
        (_, path)
            if path.ends_with("/import") || path.ends_with("/take-back") || path.ends_with("/messages") =>
        {
            of_centres(path)
        }
        (_, path) if path.contains("-wage") => of_wages(path),
        (_, path) if path.ends_with("/reject") || path.contains("/contests") => of_contests(path),
        ("POST", "/api/v1/keys") => json(json!({"name": "Catalogue", "scopes": ["projects:read"]})),
        ("PATCH", "/api/v1/projects/{project}") => json(json!({"version": 1, "name": "Renamed"})),
        ("POST", path) if path.ends_with("/certificates") => {
            json(json!({"service": "questions", "stage": "answer"}))
        }
        ("POST", "/api/v1/projects") => {
            let organisation = there.name("organisation");
            let spec = json!({"question": "Is it?"});
            json(
                json!({"service": "questions", "name": "P", "spec": spec, "currency": "KES", "organisation": organisation}),
            )
        }
        ("PUT", "/api/v1/projects/{project}/centres") => json(json!([there.name("centre")])),
        (_, path) if path.contains("/sample") || path.ends_with("/pilot") => looked_at(path, there),
        ("POST", path) if path.ends_with("/mend") => json(json!({"do": "drop"})),
        ("PUT", "/work/answers/{answer}") => {
            json(json!({"task": there.name("task"), "answer": {"choice": 1}, "seconds": 3}))
        }
        ("POST", "/projects/{project}/files") => {
            let head = "Content-Disposition: form-data; name=\"file\"; filename=\"c.csv\"";
            let body =
                format!("--cut\r\n{head}\r\nContent-Type: text/csv\r\n\r\nshop\nDuka\n\r\n--cut--\r\n");
            ("multipart/form-data; boundary=cut", body)
        }
        ("POST", "/work/{project}/{stage}" | "/work/{project}/{stage}/practice") => {
            (FORM, format!("task={}&answer={}&choice=0", there.name("task"), there.name("new-answer")))
        }
        ("POST", "/work/answers/{answer}") => (FORM, format!("task={}&choice=1", there.name("task"))),
        (_, path) if path.starts_with("/api/") => ("application/json", "{}".to_owned()),
        _ => (FORM, String::new()),
    }
}

/// What a request of whoever leads a centre carries.
fn of_centres(path: &str) -> (&'static str, String) {
    let json = |body: Value| ("application/json", body.to_string());
    match (path.starts_with("/api/"), path.rsplit('/').next()) {
        (true, Some("import")) => json(json!({"list": "Somebody;en;482915"})),
        (true, Some("take-back")) => json(json!({"state": "out"})),
        (true, _) => json(json!({"body": "Tea at four.", "language": "en"})),
        (false, Some("import")) => {
            let part = "Content-Disposition: form-data; name=\"list\"\r\n\r\nSomebody;en;482915\r\n";
            ("multipart/form-data; boundary=cut", format!("--cut\r\n{part}--cut--\r\n"))
        }
        (false, _) => (FORM, "body=Tea+at+four.&language=en&to=centre".to_owned()),
    }
}

/// What a request about the network and its people carries.
fn of_people(route: &Route) -> Option<Value> {
    let body = match (route.method.as_str(), route.path) {
        ("POST", "/api/v1/organisations") => json!({"name": "A museum", "kind": "client"}),
        ("POST", "/api/v1/organisations/{organisation}/people") => {
            json!({"name": "Ruth", "roles": ["client"]})
        }
        ("POST", "/api/v1/organisations/{organisation}/centres") => json!({"name": "Raipur"}),
        ("POST", "/api/v1/centres/{centre}/people") => {
            json!({"name": "Baraka", "pin": "482915", "roles": ["worker"]})
        }
        ("POST", "/api/v1/centres/{centre}/devices") => json!({"name": "Desk 9"}),
        ("POST", "/api/v1/organisations/{organisation}/invitations") => {
            json!({"name": "Ruth", "email": "ruth@library.example", "roles": ["client"]})
        }
        ("POST", "/api/v1/enquiries/{enquiry}/decline") => json!({"reason": "No people are free."}),
        ("PATCH", "/api/v1/people/{person}") => json!({"name": "Amina"}),
        ("PUT", path) if path.ends_with("/active") => json!({"active": true}),
        ("PUT", path) if path.ends_with("/password") => json!({"password": "short"}),
        ("PUT", path) if path.ends_with("/second-factor") => json!({"demanded": false}),
        ("PUT", path) if path.ends_with("/pin") => json!({"pin": "482915"}),
        _ => return None,
    };
    Some(body)
}

/// What a request about an answer that was not accepted carries.
fn of_contests(path: &str) -> (&'static str, String) {
    let json = |body: Value| ("application/json", body.to_string());
    match (path.starts_with("/api/"), path.ends_with("/reject")) {
        (true, true) => json(json!({"reason": "other", "note": "No."})),
        (true, false) => json(json!({"put_right": true})),
        (false, true) => (FORM, "reason=other&note=No.".to_owned()),
        (false, false) => (FORM, "do=put-right&note=".to_owned()),
    }
}

/// What a request about a question, a web hook or a day of deletion carries.
fn of_talk(path: &str) -> (&'static str, String) {
    match path {
        path if path.contains("/questions") => of_questions(path),
        path if path.contains("/hooks") => of_hooks(path),
        path if !path.starts_with("/api/") => (FORM, String::new()),
        path if path.ends_with("/always") => ("application/json", "{}".to_owned()),
        _ => ("application/json", json!({"due_at": 1}).to_string()),
    }
}

/// What a request about a web hook carries.
fn of_hooks(path: &str) -> (&'static str, String) {
    let wish = json!({"address": "https://example.org/kazi", "events": ["project.delivered"]});
    match (path.starts_with("/api/"), path.ends_with("/steer")) {
        (true, _) => ("application/json", wish.to_string()),
        (false, true) => (FORM, "do=hold".to_owned()),
        (false, false) => (FORM, "address=https%3A%2F%2Fexample.org&event=project.delivered".to_owned()),
    }
}

/// What a request about a question carries.
fn of_questions(path: &str) -> (&'static str, String) {
    let api = path.starts_with("/api/");
    let json = |body: Value| ("application/json", body.to_string());
    match (api, path.rsplit('/').next()) {
        (true, Some("questions")) => json(json!({"subject": "A photo", "text": "Is it enough?"})),
        (true, Some("settled")) => json(json!({"settled": true})),
        (true, _) => json(json!({"text": "Yes."})),
        (false, Some("questions")) => (FORM, "subject=A+photo&text=Is+it+enough".to_owned()),
        (false, _) => (FORM, "text=Yes.".to_owned()),
    }
}

/// What a request about a living wage carries. In another currency than the pay of this walk, so that it holds no project up.
fn of_wages(path: &str) -> (&'static str, String) {
    let json = |body: Value| ("application/json", body.to_string());
    match path {
        path if path.ends_with("/below-living-wage") => json(json!({"reason": "A trial."})),
        path if path.ends_with("/below-wage") => (FORM, "below_reason=A+trial.".to_owned()),
        path if path.starts_with("/api/") => {
            json(json!({"hour": "1.50", "currency": "USD", "source": "A report", "as_of": "2019"}))
        }
        _ => (FORM, "wage=1.50&wage_currency=USD&wage_source=A+report&wage_as_of=2019".to_owned()),
    }
}

/// What a request about a sample or a pilot carries.
fn looked_at(path: &str, there: &There) -> (&'static str, String) {
    let api = path.starts_with("/api/");
    let json = |body: Value| ("application/json", body.to_string());
    if path.ends_with("/{number}") {
        let sample = there.name("sample");
        return if api {
            json(json!({"sample": sample, "verdict": "right"}))
        } else {
            (FORM, format!("sample={sample}&verdict=right"))
        };
    }
    match (api, path.ends_with("/pilot")) {
        (true, true) => json(json!({"items": 20})),
        (true, false) => json(json!({"way": "count", "number": 1})),
        (false, true) => (FORM, "items=20".to_owned()),
        (false, false) => (FORM, "way=count&number=1".to_owned()),
    }
}

/// Some things can be had only while a project is a draft, or by another name in the path.
fn path(route: &Route, there: &There) -> String {
    let of_draft = route.path.contains("{source}");
    let judged = [
        "/sample",
        "/sample/{number}",
        "/accept",
        "/send-back",
        "/set-aside",
        "/sample/items",
        "/sample/items/{number}",
    ];
    let of_judged = route.path.split_once("{project}").is_some_and(|(_, rest)| judged.contains(&rest));
    let name = match () {
        () if of_draft => "{draft}",
        () if of_judged => "{judged}",
        () if ["/certificate", "/deletion", "/undo", "/always", "/pilot", "/open-rest"]
            .iter()
            .any(|end| route.path.ends_with(end)) =>
        {
            "{accepted}"
        }
        () => "{project}",
    };
    let path = route.path.replace("{project}", name);
    let path = match path.as_str() {
        path if path.contains("/contests/") => path.replace("{answer}", "{looked}"),
        path if path.contains("/not-accepted/") => path.replace("{answer}", "{unpaid}"),
        path => path.to_owned(),
    };
    let path = there.filled(&path);
    match route.path {
        end if end.ends_with("/sources") && route.method == Method::POST => format!("{path}?name=d.csv"),
        "/centres/{centre}/take-back" => format!("{path}?state=out"),
        _ => path,
    }
}

fn told(reply: &Reply) -> &'static str {
    let to_sign_in = ["/sign-in", "/centre"].contains(&reply.header("location"));
    match reply.status {
        StatusCode::UNAUTHORIZED => "in",
        StatusCode::FORBIDDEN => "403",
        StatusCode::NOT_FOUND => "404",
        status if status.is_redirection() && to_sign_in => "in",
        status => {
            assert!(
                !status.is_server_error() && status != StatusCode::TOO_MANY_REQUESTS,
                "{status} {}",
                reply.text
            );
            "yes"
        }
    }
}

/// Whether the description of the API knows this reply.
fn is_described(described: &Value, route: &Route, status: StatusCode) -> bool {
    let path = route.path.replace("{*", "{");
    let operation = &described["paths"][path.as_str()][route.method.as_str().to_lowercase()];
    !route.path.starts_with("/api/") || operation["responses"][status.as_str()].is_object()
}

/// Ends the session, or changes who may do what: asked last.
fn is_last(route: &Route) -> bool {
    route.method == Method::POST && ["/lock", "/sign-out"].contains(&route.path)
}

#[test]
fn every_route_lets_in_whom_the_golden_table_says() {
    site(|site| {
        let (kibera, library) = (site.world.centre("Kibera"), site.world.client("Library"));
        let (buyer, operator) = (site.staff("buyer@library.example"), site.staff("wanjiru@kazi.example"));
        let place = Place { site, kibera, library, buyer, operator };
        let described = site.nobody().get("/api/v1/openapi.json").json();
        let mut routes = site.routes();
        routes.sort_by_key(|route| (is_last(route), route.method != Method::GET));
        let mut lines: Vec<(String, Vec<&str>)> =
            routes.iter().map(|route| (format!("{} {}", route.method, route.path), Vec::new())).collect();
        let mut columns = Vec::new();
        for Asker { column, mut client, actor } in everybody(&place) {
            columns.push(column);
            let mut there = place.there(actor.as_ref());
            for (route, (name, cells)) in routes.iter().zip(&mut lines) {
                let (kind, body) = body(route, &there);
                client = if route.path.starts_with("/api/") { client.programs() } else { client.pages() };
                let reply = client.ask(&route.method, &path(route, &there), &[("content-type", kind)], &body);
                assert_eq!(reply.header("x-content-type-options"), "nosniff", "{column} {name}");
                assert!(
                    is_described(&described, route, reply.status),
                    "{name}: {} is not described",
                    reply.status
                );
                cells.push(told(&reply));
                if route.method != Method::GET && (reply.status.is_success() || reply.status.is_redirection())
                {
                    there = place.there(actor.as_ref());
                }
            }
        }
        lines.sort();
        let width = lines.iter().map(|(name, _)| name.len()).max().unwrap();
        let line = |name: &str, cells: &[&str]| {
            let cells: Vec<String> = cells.iter().map(|cell| format!("{cell:<12}")).collect();
            format!("{name:<width$}  {}", cells.join(" ")).trim_end().to_owned()
        };
        let mut table = vec![line("", &columns)];
        table.extend(lines.iter().map(|(name, cells)| line(name, cells)));
        let table = table.join("\n");
        let golden = include_str!("routes.golden");
        assert!(
            table == golden.trim_end(),
            "a change of rights must be made in routes.golden too; now it is:\n{table}\n"
        );
    });
}

#[test]
fn what_is_not_there_is_told_as_a_page_or_a_problem_document() {
    site(|site| {
        let page = site.nobody().pages().speaking("sw").get("/no/such/page");
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert!(
            page.text.contains("lang=\"sw\"") && page.text.contains("Hakuna ukurasa huo"),
            "{}",
            page.text
        );
        let document = site.nobody().speaking("sw").get("/no/such/page");
        assert_eq!(document.header("content-type"), "application/problem+json");
        let body = document.json();
        assert_eq!((body["kind"].as_str(), body["status"].as_u64()), (Some("not_there"), Some(404)));
        assert_eq!(body["detail"], "Hakuna ukurasa huo, au si wako.");
        assert_eq!(body["title"], "There is no such page, or it is not for you.");
        let other = site.nobody().ask(&Method::DELETE, "/sign-in", &[], "");
        assert_eq!((other.status.as_u16(), other.json()["kind"].as_str()), (405, Some("not_there")));
    });
}

#[test]
fn every_answer_carries_its_headers() {
    site(|site| {
        let front = site.nobody().pages().get("/");
        let policy = front.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cache-control", "no-store"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(front.header(name), value, "{name}");
        }
        assert_eq!(front.header("x-request-id").len(), 36);
        let again = site.nobody().pages().get("/");
        assert_ne!(policy, again.header("content-security-policy"), "each answer has a nonce of its own");
    });
}

#[test]
fn another_site_cannot_send_forms_in_ones_name() {
    site(|site| {
        let kibera = site.world.centre("Kibera");
        let amina = kibera.worker("Amina");
        let mut client = site.worker(&kibera.computer("Desk 1"), &amina);
        let foreign = [("sec-fetch-site", "cross-site"), ("origin", "https://elsewhere.example")];
        assert_eq!(client.ask(&Method::POST, "/lock", &foreign, "").status, StatusCode::FORBIDDEN);
        assert_eq!(client.get("/work").status, StatusCode::OK);
        let own = [("sec-fetch-site", "same-origin")];
        assert_eq!(client.ask(&Method::POST, "/lock", &own, "").status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn figures_are_for_the_operator_alone() {
    site(|site| {
        site.world.client("Library");
        let mut operator = site.staff("wanjiru@kazi.example");
        assert_eq!(operator.get("/healthz").status, StatusCode::OK);
        let figures = operator.get("/metrics");
        assert_eq!(figures.status, StatusCode::OK);
        assert!(
            figures.text.contains("kazi_requests_total{method=\"GET\",path=\"/healthz\",status=\"200\"}")
        );
        assert_eq!(site.staff("buyer@library.example").get("/metrics").status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn a_key_makes_keys_that_may_no_more_than_itself() {
    site(|site| {
        let mut operator = site.staff("wanjiru@kazi.example");
        let make = |asker: &mut Client<'_>, scopes: &[&str]| {
            asker.json(&Method::POST, "/api/v1/keys", &json!({"name": "Catalogue", "scopes": scopes}))
        };
        let made = make(&mut operator, &["people", "projects:read"]);
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        let mut program = site.nobody();
        program.key = Some(made.json()["key"].as_str().unwrap().to_owned());
        assert_eq!(make(&mut program, &["projects:read"]).status, StatusCode::CREATED);
        for more in [&["projects:write"][..], &["jobs", "people"], &[], &["everything"]] {
            let refused = make(&mut program, more);
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{more:?} {}", refused.text);
        }
        let own = program.get("/api/v1/keys").json();
        assert_eq!(own.as_array().unwrap().len(), 2);
        assert!(!own.to_string().contains("kazi_"), "what opens doors is shown once");
        let path = format!("/api/v1/keys/{}", made.json()["id"].as_str().unwrap());
        assert_eq!(operator.json(&Method::DELETE, &path, &Value::Null).status, StatusCode::NO_CONTENT);
        assert_eq!(program.get("/api/v1/keys").status, StatusCode::UNAUTHORIZED, "revoked at once");
        assert_eq!(operator.json(&Method::DELETE, &path, &Value::Null).status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn terms_change_through_the_api_unless_somebody_was_quicker() {
    site(|site| {
        let (kibera, library) = (site.world.centre("Kibera"), site.world.client("Library"));
        let project = site.world.project("questions").of(&library).at(&kibera).draft();
        let mut buyer = site.staff("buyer@library.example");
        let path = format!("/api/v1/projects/{}", project.id);
        let before = buyer.get(&path).json();
        let version = before["version"].as_i64().unwrap();
        let wish = json!({"version": version, "name": "Shops of Kisumu", "pay": {"answer": "1.25"},
            "spec": {"question": "Is it open?"}, "instructions": "Look twice."});
        let changed = buyer.json(&Method::PATCH, &path, &wish);
        assert_eq!(changed.status, StatusCode::NO_CONTENT, "{}", changed.text);
        let after = buyer.get(&path).json();
        let pay = |view: &Value, stage: &str| {
            let stages = view["stages"].as_array().unwrap();
            stages.iter().find(|one| one["key"] == stage).unwrap()["pay"].as_i64().unwrap()
        };
        assert_eq!(
            (&after["name"], &after["spec"]["question"]),
            (&json!("Shops of Kisumu"), &json!("Is it open?"))
        );
        assert_eq!((pay(&after, "answer"), pay(&after, "decide")), (1_250_000, pay(&before, "decide")));
        assert_eq!((&after["currency"], &after["gold_every"]), (&before["currency"], &before["gold_every"]));
        let late = buyer.json(&Method::PATCH, &path, &wish);
        assert_eq!((late.status, &late.json()["kind"]), (StatusCode::CONFLICT, &json!("changed_meanwhile")));
        let version = after["version"].as_i64().unwrap();
        for wrong in [
            json!({"pay": {"answer": "much"}}),
            json!({"pay": {"dance": "1"}}),
            json!({"gold_every": 1}),
            json!({"spec": {"no_such": 1}}),
            json!({"name": " "}),
        ] {
            let mut wrong = wrong;
            wrong["version"] = json!(version);
            let refused = buyer.json(&Method::PATCH, &path, &wrong);
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong} {}", refused.text);
        }
        assert_eq!(buyer.get(&path).json()["version"], version, "what was refused changed nothing");
    });
}

#[test]
fn a_pin_is_reset_and_people_are_listed_through_the_api() {
    site(|site| {
        let kibera = site.world.centre("Kibera");
        let (amina, _) = (kibera.worker("Amina"), kibera.team_leader("Juma"));
        let computer = kibera.computer("Desk 1");
        let at_work = site.worker(&computer, &amina);
        let mut leader = site.staff("juma@centre.example");
        let people = format!("/api/v1/centres/{}/people", kibera.id);
        let pin = format!("{people}/{}/pin", amina.person);
        let easy = leader.json(&Method::PUT, &pin, &json!({"pin": "111111"}));
        assert_eq!(easy.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", easy.text);
        let set = leader.json(&Method::PUT, &pin, &json!({"pin": "730264"}));
        assert_eq!(set.status, StatusCode::NO_CONTENT, "{}", set.text);
        assert_eq!(
            at_work.pages().get("/work").header("location"),
            "/centre",
            "the old PIN's sessions are over"
        );
        let open = site.at(&computer).form(&format!("/centre/{}", amina.person), &[("pin", "730264")]);
        assert_eq!(open.header("location"), "/work");

        let mut operator = site.staff("wanjiru@kazi.example");
        let first = operator.get("/api/v1/people?rows=1").json();
        let next = first["next"].as_str().unwrap();
        let second =
            operator.get(&format!("/api/v1/people?rows=1&after={}", next.replace(' ', "%20"))).json();
        let name = |page: &Value| page["people"][0]["name"].as_str().unwrap().to_owned();
        assert_eq!((name(&first), name(&second)), ("Amina".to_owned(), "Juma".to_owned()));
        let to_operator = operator.get(&people).json();
        let to_leader = leader.get(&people).json();
        assert_eq!(to_operator["people"][1]["email"], "juma@centre.example");
        assert_eq!(to_leader["people"][1]["email"], Value::Null, "an address is for the operator");
        assert_eq!(operator.get("/api/v1/centres?search=kib").json()["centres"][0]["people"], 2);
        let kinds = operator.get("/api/v1/organisations").json();
        let kinds: Vec<&str> = kinds["organisations"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["kind"].as_str().unwrap())
            .collect();
        assert_eq!(kinds, ["operator", "partner"]);
        assert_eq!(leader.get("/api/v1/centres").status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn text_that_cannot_be_kept_is_refused_and_no_fault() {
    site(|site| {
        let kibera = site.world.centre("Kibera");
        let amina = kibera.worker("Amina");
        let mut operator = site.staff("wanjiru@kazi.example");
        let path = format!("/api/v1/centres/{}/people/{}/certificates", kibera.id, amina.person);
        let refused =
            operator.json(&Method::POST, &path, &json!({"service": "ques\u{0}tions", "stage": "answer"}));
        assert_eq!((refused.status, &refused.json()["kind"]), (StatusCode::BAD_REQUEST, &json!("bad_text")));
    });
}
