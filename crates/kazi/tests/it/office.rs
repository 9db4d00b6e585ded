//! What the operator does over the API: a centre with its people, projects, files.

use serde_json::{Value, json};

use super::http::{Client, escaped};
use super::program::{EMAIL, PASSWORD, Program, wait_for};

/// The PIN of every worker.
const PIN: &str = "482915";

/// The operator at work.
pub struct Office {
    pub operator: Client,
    pub centre: String,
}

/// A file as the project's list shows it.
#[derive(Debug, Clone)]
pub struct Source {
    pub id: String,
    pub name: String,
    pub state: String,
    pub problem: String,
    pub done: u64,
    pub parts: u64,
    pub problems: u64,
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

fn sign_in(program: &Program) -> Client {
    let mut operator = program.client();
    let reply = operator.form("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]);
    assert_eq!((reply.status, reply.header("location")), (303, "/home"), "{}", reply.text());
    operator
}

impl Office {
    /// A fresh server gets a partner with a centre.
    pub fn open(program: &Program) -> Self {
        let mut operator = sign_in(program);
        let partner = json!({ "name": "Partner", "kind": "partner" });
        let partner =
            text(&operator.json("POST", "/api/v1/organisations", &partner).wanted(201).json(), "id");
        let path = format!("/api/v1/organisations/{partner}/centres");
        let centre =
            text(&operator.json("POST", &path, &json!({ "name": "Centre" })).wanted(201).json(), "id");
        Self { operator, centre }
    }

    /// The server was started anew, perhaps at another address.
    pub fn again(&mut self, program: &Program) {
        self.operator.moved_to(&program.base);
    }

    /// A project that is being made, for the centre's people.
    pub fn project(&mut self, service: &str, spec: &Value) -> String {
        let new = json!({ "service": service, "name": "Test", "spec": spec, "currency": "KES" });
        let project = text(&self.operator.json("POST", "/api/v1/projects", &new).wanted(201).json(), "id");
        let path = format!("/api/v1/projects/{project}/centres");
        let reply = self.operator.json("PUT", &path, &json!([self.centre]));
        assert!(reply.status < 300, "{}", reply.text());
        project
    }

    pub fn start(&mut self, project: &str) {
        let reply = self.operator.json("POST", &format!("/api/v1/projects/{project}/start"), &Value::Null);
        assert!(reply.status < 300, "{}", reply.text());
    }

    /// Hands a file in; its id.
    #[track_caller]
    pub fn hand_in(&mut self, project: &str, name: &str, bytes: impl Into<bytes::Bytes>) -> String {
        let path = format!("/api/v1/projects/{project}/sources?name={}", escaped(name));
        text(&self.operator.ask("POST", &path, &[], bytes).wanted(201).json(), "id")
    }

    pub fn sources(&mut self, project: &str) -> Vec<Source> {
        let all = self.operator.get(&format!("/api/v1/projects/{project}/sources")).wanted(200).json();
        let number = |one: &Value, name: &str| one[name].as_u64().unwrap();
        all.as_array()
            .unwrap()
            .iter()
            .map(|one| Source {
                id: text(one, "id"),
                name: text(one, "name"),
                state: text(one, "state"),
                problem: text(one, "problem"),
                done: number(one, "done"),
                parts: number(one, "parts"),
                problems: number(one, "problems"),
            })
            .collect()
    }

    /// The files of a project when each is split or refused.
    pub fn settled(&mut self, project: &str) -> Vec<Source> {
        let is_settled = |one: &Source| matches!(one.state.as_str(), "split" | "refused");
        // As long as something moves, nothing hangs.
        loop {
            let seen = self.sources(project);
            if seen.iter().all(is_settled) {
                return seen;
            }
            let how_far = |all: &[Source]| -> Vec<(bool, u64)> {
                all.iter().map(|one| (is_settled(one), one.done)).collect()
            };
            let before = how_far(&seen);
            wait_for("a file to be split", || (how_far(&self.sources(project)) != before).then_some(()));
        }
    }

    /// The browser of a computer at the centre.
    pub fn computer(&mut self) -> Client {
        let path = format!("/api/v1/centres/{}/devices", self.centre);
        let code = self.operator.json("POST", &path, &json!({ "name": "Desk" })).wanted(201).json();
        let mut computer = self.operator.twin();
        computer.cookies.clear();
        let reply = computer.form("/centre/enrol", &[("code", &text(&code, "code"))]);
        assert_eq!(reply.header("location"), "/centre", "{}", reply.text());
        computer
    }

    /// The browser of a new worker who may do these stages of a service.
    pub fn worker(&mut self, computer: &Client, number: usize, (service, stages): (&str, &[&str])) -> Client {
        let new = json!({ "name": format!("Person {number}"), "pin": PIN, "roles": ["worker"] });
        let path = format!("/api/v1/centres/{}/people", self.centre);
        let person = text(&self.operator.json("POST", &path, &new).wanted(201).json(), "id");
        for stage in stages {
            let certificate = json!({ "service": service, "stage": stage });
            let reply = self.operator.json("POST", &format!("{path}/{person}/certificates"), &certificate);
            assert!(reply.status < 300, "{}", reply.text());
        }
        let mut own = computer.twin();
        let reply = own.form(&format!("/centre/{person}"), &[("pin", PIN)]);
        assert_eq!(reply.header("location"), "/work", "{}", reply.text());
        own
    }

    pub fn get(&mut self, project: &str, name: &str) -> Value {
        self.operator.get(&format!("/api/v1/projects/{project}")).wanted(200).json()[name].clone()
    }
}
