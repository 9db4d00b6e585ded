//! What must be there before the work: a centre, its people, projects with open rows. All through the API.

use std::time::Duration;

use serde_json::{Value, json};

use crate::http::{Connection, Error, Reply};

/// The PIN of everybody.
const PIN: &str = "482915";

/// The operator's browser.
pub struct Office {
    line: Connection,
    cookies: Vec<(String, String)>,
    centre: String,
}

fn cookie_line(cookies: &[(String, String)]) -> String {
    let all: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    if all.is_empty() { String::new() } else { format!("cookie: {}\r\n", all.join("; ")) }
}

async fn ask(
    line: &mut Connection,
    cookies: &[(String, String)],
    request: &str,
    kind: &str,
    body: &[u8],
) -> Result<Reply, Error> {
    let headers = format!("{}content-type: {kind}\r\n", cookie_line(cookies));
    loop {
        let reply = line.ask(request, &headers, body).await?;
        // The server's fence against floods: wait, as it says.
        if reply.status != 429 {
            return Ok(reply);
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

impl Office {
    pub async fn open(host: &str, email: &str, password: &str) -> Result<Self, Error> {
        let mut line = Connection::open(host).await?;
        let form = format!("email={}&password={password}", email.replace('@', "%40"));
        let reply = ask(&mut line, &[], "POST /sign-in", FORM, form.as_bytes()).await?;
        if reply.location.as_deref() != Some("/home") {
            return Err(
                format!("signing in: {} {}", reply.status, String::from_utf8_lossy(&reply.body)).into()
            );
        }
        let mut office = Self { line, cookies: reply.cookies, centre: String::new() };
        let partner =
            office.json("POST /api/v1/organisations", &json!({"name": "Bench", "kind": "partner"})).await?;
        let path = format!("POST /api/v1/organisations/{}/centres", text(&partner, "id"));
        office.centre = text(&office.json(&path, &json!({"name": "Bench"})).await?, "id");
        Ok(office)
    }

    pub async fn json(&mut self, request: &str, body: &Value) -> Result<Value, Error> {
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let reply = ask(&mut self.line, &self.cookies, request, "application/json", &body).await?;
        if !(200..300).contains(&reply.status) {
            return Err(
                format!("{request}: {} {}", reply.status, String::from_utf8_lossy(&reply.body)).into()
            );
        }
        Ok(serde_json::from_slice(&reply.body).unwrap_or(Value::Null))
    }

    /// So many workers of the centre, signed in at a computer of it: the header lines of each.
    pub async fn people(&mut self, count: usize) -> Result<Vec<String>, Error> {
        let centre = self.centre.clone();
        let code =
            self.json(&format!("POST /api/v1/centres/{centre}/devices"), &json!({"name": "Desk 1"})).await?;
        let form = format!("code={}", text(&code, "code"));
        let device = ask(&mut self.line, &[], "POST /centre/enrol", FORM, form.as_bytes()).await?.cookies;
        let mut people = Vec::new();
        for number in 1..=count {
            let new = json!({"name": format!("Person {number}"), "pin": PIN, "roles": ["worker"]});
            let person = self.json(&format!("POST /api/v1/centres/{centre}/people"), &new).await?;
            let person = text(&person, "id");
            let learnt = json!({"service": "questions", "stage": "answer"});
            self.json(&format!("POST /api/v1/centres/{centre}/people/{person}/certificates"), &learnt)
                .await?;
            let form = format!("pin={PIN}");
            let opened =
                ask(&mut self.line, &device, &format!("POST /centre/{person}"), FORM, form.as_bytes())
                    .await?;
            if opened.location.as_deref() != Some("/work") {
                return Err(format!("the PIN of {person}: {}", opened.status).into());
            }
            people.push(format!("{}content-type: application/json\r\n", cookie_line(&opened.cookies)));
        }
        Ok(people)
    }

    /// A running project of the questions service with so many open rows, each of which wants `answers` answers.
    pub async fn project(&mut self, rows: usize, answers: u32) -> Result<String, Error> {
        let spec = match answers {
            1 => json!({"answers": 1, "at_most": 1, "target": 0.5}),
            more => json!({"answers": more, "at_most": more}),
        };
        let new = json!({"service": "questions", "name": "Bench", "spec": spec, "currency": "KES"});
        let project = text(&self.json("POST /api/v1/projects", &new).await?, "id");
        self.json(&format!("PUT /api/v1/projects/{project}/centres"), &json!([self.centre])).await?;
        let mut csv = String::from("id,text\n");
        for row in 0..rows {
            csv.push_str(&format!("row-{row:07},Is shop number {row} open on Sundays?\n"));
        }
        let path = format!("POST /api/v1/projects/{project}/sources?name=rows.csv");
        let sent = ask(&mut self.line, &self.cookies, &path, "text/csv", csv.as_bytes()).await?;
        if sent.status != 201 {
            return Err(format!("{path}: {}", sent.status).into());
        }
        loop {
            let sources = self.json(&format!("GET /api/v1/projects/{project}/sources"), &Value::Null).await?;
            match sources.pointer("/0/state").and_then(Value::as_str) {
                Some("split") => break,
                Some("refused") => return Err(format!("the rows were refused: {sources}").into()),
                _ => tokio::time::sleep(Duration::from_millis(200)).await,
            }
        }
        self.json(&format!("POST /api/v1/projects/{project}/start"), &Value::Null).await?;
        Ok(project)
    }
}

fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}
