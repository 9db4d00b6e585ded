//! What operators do at the shell, beside a server that runs.

use std::path::Path;

use serde_json::{Value, json};

use super::made;
use super::office::Office;
use super::postgres::Postgres;
use super::program::{Program, Said, Start, kazi, wait_for};

/// The shell beside a server.
struct Beside {
    flags: Vec<String>,
}

impl Beside {
    fn say(&self, line: &[&str]) -> Said {
        let words = line.iter().map(|&word| word.to_owned());
        kazi(words.chain(self.flags.iter().cloned()))
    }
}

fn start(data: &Path, database: Option<&str>) -> (Program, Beside) {
    let mut start = Start::at(data);
    let mut flags = vec!["--data".to_owned(), data.display().to_string()];
    if let Some(url) = database {
        start = start.flag("--database", url);
        flags.extend(["--database".to_owned(), url.to_owned()]);
    }
    (start.start(), Beside { flags })
}

/// The word after these ones.
fn after<'t>(said: &'t str, words: &str) -> &'t str {
    said.split_once(words).unwrap().1.split_whitespace().next().unwrap()
}

fn signs_in(program: &Program, password: &str) -> Option<super::http::Client> {
    let mut browser = program.client();
    let reply = browser.form("/sign-in", &[("email", "rehema@kazi.example"), ("password", password)]);
    (reply.status == 303).then_some(browser)
}

fn is_out(browser: &mut super::http::Client) -> bool {
    browser.get("/projects").status == 401
}

fn people(database: Option<&str>) {
    let folder = tempfile::tempdir().unwrap();
    let (program, shell) = start(&folder.path().join("data"), database);
    let mut office = Office::open(&program);
    let add =
        ["user", "add", "--name", "Rehema Said", "--email", "Rehema@kazi.example", "--role", "operator"];
    let said = shell.say(&add).well();
    let first = after(&said, "with the password ").to_owned();
    let mut browser = signs_in(&program, &first).unwrap();
    shell.say(&add).refused("somebody has this e-mail address already");

    let said = shell.say(&["user", "password", "rehema@kazi.example"]).well();
    let second = after(&said, "It is ").to_owned();
    assert!(is_out(&mut browser), "earlier sessions have ended");
    assert!(signs_in(&program, &first).is_none());
    let mut browser = signs_in(&program, &second).unwrap();
    browser.get("/projects").wanted(200);
    shell.say(&["user", "disable", "rehema@kazi.example"]).well();
    assert!(is_out(&mut browser), "who is put out is out at once");
    assert!(signs_in(&program, &second).is_none());
    shell.say(&["user", "enable", "rehema@kazi.example"]).well();
    assert!(signs_in(&program, &second).is_some());

    // A worker signs in on the centre's computer with the PIN that was shown.
    let said =
        shell.say(&["user", "add", "--name", "Amina", "--role", "worker", "--centre", "centre"]).well();
    let (id, pin) = (after(&said, "Amina (").trim_end_matches(')'), after(&said, "centre is "));
    let reply = office.computer().form(&format!("/centre/{id}"), &[("pin", pin)]);
    assert_eq!(reply.header("location"), "/work", "{}", reply.text());

    let said = shell.say(&["user", "list", "--search", "rehema", "--json"]).well();
    let one: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((&one["roles"], &one["active"]), (&json!(["operator"]), &json!(true)));
    assert_eq!(shell.say(&["user", "list"]).well().lines().count(), 4, "a head and three people");

    shell.say(&["user", "disable", "nobody@kazi.example"]).refused("there is no person");
    shell
        .say(&["user", "add", "--name", "X", "--role", "worker", "--centre", "Nowhere"])
        .refused("there is no centre");
    shell.say(&["user", "add", "--name", "X", "--role", "worker"]).refused("choose the centre");
    shell.say(&["user", "list", "--as", "nobody@kazi.example"]).refused("no operator has the e-mail address");
    let said = shell.say(&["user", "add", "--name", "X", "--role", "king"]);
    assert!(said.code == 2 && said.err.contains("choose one of operator"), "{said:?}");
    program.log_is_clean();
}

fn projects(database: Option<&str>) {
    let folder = tempfile::tempdir().unwrap();
    let (program, shell) = start(&folder.path().join("data"), database);
    let mut office = Office::open(&program);
    let project = office.project("questions", &json!({ "answers": 1, "at_most": 1, "target": 0.5 }));
    office.hand_in(&project, "rows.csv", made::table(5));
    office.settled(&project);
    let out = folder.path().join("out").display().to_string();
    let export = ["project", "export", "Test", "--out", &out];
    shell.say(&export).refused("nothing of this project has been delivered yet");
    shell.say(&["project", "pause", &project]).refused("draft");
    office.start(&project);
    shell.say(&["project", "pause", "test"]).well();
    assert_eq!(office.get(&project, "state"), "paused");
    shell.say(&["project", "resume", "Test"]).well();
    assert_eq!(office.get(&project, "state"), "running");

    let computer = office.computer();
    let mut worker = office.worker(&computer, 1, ("questions", &["answer"]));
    let next = worker.get(&format!("/work/{project}/answer/next?count=8")).wanted(200).json();
    for (number, task) in (0..).zip(next["tasks"].as_array().unwrap()) {
        let body = json!({ "task": task["task"], "answer": { "choice": 0 }, "seconds": 1 });
        worker.json("PUT", &format!("/work/answers/answer_{number:032x}"), &body).wanted(200);
    }
    wait_for("the delivery", || (office.get(&project, "state") == "delivered").then_some(()));
    let said = shell.say(&["project", "show", &project]).well();
    assert!(said.contains("finished   5 of 5 pieces") && said.contains("delivered"), "{said}");
    let shown: Value =
        serde_json::from_str(&shell.say(&["project", "show", "Test", "--json"]).well()).unwrap();
    assert_eq!((&shown["items"], &shown["stages"][0]["answers"]), (&json!(5), &json!(5)));
    let listed = shell.say(&["project", "list", "--state", "delivered", "--json"]).well();
    assert_eq!(serde_json::from_str::<Value>(&listed).unwrap()["id"], project.as_str());
    assert_eq!(shell.say(&["project", "list", "--state", "draft", "--json"]).well(), "");

    shell.say(&export).well();
    let deliveries =
        office.operator.get(&format!("/api/v1/projects/{project}/deliveries")).wanted(200).json();
    let id = deliveries[0]["id"].as_str().unwrap();
    let file = format!("/api/v1/projects/{project}/deliveries/{id}/answers.csv");
    let wanted = office.operator.get(&file).wanted(200).body;
    assert_eq!(std::fs::read(Path::new(&out).join("answers.csv")).unwrap(), wanted);
    shell.say(&export).refused("exists");
    shell.say(&["project", "show", "No such"]).refused("there is no project `No such`");
    shell.say(&["project", "list", "--state", "sleeping"]).refused("choose one of draft");
    program.log_is_clean();
}

#[test]
fn people_are_made_and_put_out_at_the_shell_on_sqlite() {
    people(None);
}

#[test]
fn people_are_made_and_put_out_at_the_shell_on_postgresql() {
    let Some(postgres) = Postgres::install() else { return };
    people(Some(&postgres.url()));
}

#[test]
fn projects_are_steered_and_taken_out_at_the_shell_on_sqlite() {
    projects(None);
}

#[test]
fn projects_are_steered_and_taken_out_at_the_shell_on_postgresql() {
    let Some(postgres) = Postgres::install() else { return };
    projects(Some(&postgres.url()));
}

#[test]
fn the_shell_makes_no_database_by_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let shell = Beside { flags: vec!["--data".to_owned(), folder.path().display().to_string()] };
    shell.say(&["user", "list"]).refused("there is no database at");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn the_doctor_sees_a_server_that_runs() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (program, shell) = start(&data, None);
    let address = program.base.trim_start_matches("http://").to_owned();
    let said = shell.say(&["doctor", "--json", "--listen", &address]);
    let lines: Value = serde_json::from_str(&said.out).unwrap();
    let find = |what: &str| {
        let line = lines.as_array().unwrap().iter().find(|line| line["what"] == what);
        line.unwrap_or_else(|| panic!("nothing on {what}: {}", said.out)).clone()
    };
    for well in [
        "data folder",
        "database",
        "files",
        "limited child",
        "pages of PDFs",
        "server",
        "https",
        "clock and data",
    ] {
        assert_eq!(find(well)["verdict"], "ok", "{}", find(well));
    }
    assert!(find("server")["found"].as_str().unwrap().contains("is ready"));
    drop(program);
    // A write-ahead log would mend what is broken below.
    std::fs::remove_file(data.join("kazi.db-wal")).unwrap();
    let said =
        kazi(["doctor", "--json", "--data", data.to_str().unwrap(), "--database", "host=/nowhere user=x"]);
    assert_eq!(said.code, 1, "a database that is away is bad");
    std::fs::write(data.join("kazi.db"), "no database ".repeat(1_000)).unwrap();
    let said = shell.say(&["doctor"]);
    assert!(said.code == 1 && said.out.contains("bad      database"), "{said:?}");
}
