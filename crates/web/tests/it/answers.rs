//! Answers on their way in: by script, without script, twice, late, taken back, corrected.

use axum::http::{Method, StatusCode};
use kazi_app::testing::{Project, World};
use kazi_domain::policy::Actor;
use kazi_domain::{Id, Kind, Moment, kind};
use serde_json::{Value, json};

use crate::client::{Client, Site, no, questions, site};

const SHOPS: &str = "shop\nDuka la Mama\nSoko Kuu\nBaraka\nTumaini\n";

fn id<K: Kind>(number: u8) -> Id<K> {
    Id::mint(Moment::from_micros(1_795_417_200_000_000), [number; 10])
}

struct Work<'w> {
    project: Project<'w>,
    amina: Actor,
    computer: kazi_app::testing::Computer,
}

fn work(world: &World) -> Work<'_> {
    let kibera = world.centre("Kibera");
    let amina = kibera.worker("Amina");
    let plan = world.project("questions").at(&kibera).paying("answer", "0.80");
    let project = plan.file("shops.csv", SHOPS).running();
    world.has_learnt(&amina, "questions", "answer");
    Work { project, amina, computer: kibera.computer("Desk 1") }
}

fn signed_in<'s>(site: &'s Site<'_>, work: &Work<'_>) -> Client<'s> {
    site.worker(&work.computer, &work.amina)
}

fn put(client: &mut Client<'_>, answer: Id<kind::Answer>, task: &Value, choice: u32) -> crate::client::Reply {
    let body = json!({"task": task, "answer": {"choice": choice}, "seconds": 7});
    client.json(&Method::PUT, &format!("/work/answers/{answer}"), &body)
}

#[test]
fn an_answer_counts_once_however_often_it_is_sent() {
    site(|site| {
        let work = work(site.world);
        let mut amina = signed_in(site, &work);
        let next = amina.get(&format!("{}/next?count=2", questions(&work.project))).json();
        assert_eq!(next["tasks"].as_array().unwrap().len(), 2);
        assert_eq!((&next["today"]["accepted"], &next["hour"]), (&json!("KES 0.00"), &Value::Null));
        let task = &next["tasks"][0];
        assert_eq!(task["screen"]["element"], "kazi-question");
        assert!(task["lease_until"].as_str().unwrap().ends_with('Z'));
        assert!(task["pay"]["text"].as_str().unwrap().contains("KES 0.80"));

        let first = put(&mut amina, id(1), &task["task"], 0);
        assert_eq!(first.status, StatusCode::OK, "{}", first.text);
        let receipt = first.json();
        assert_eq!((&receipt["late"], &receipt["today"]["waiting"]), (&json!(false), &json!("KES 0.80")));
        assert_eq!(put(&mut amina, id(1), &task["task"], 0).json(), receipt);
        let other = put(&mut amina, id(1), &task["task"], 1);
        assert_eq!((other.status.as_u16(), other.json()["kind"].as_str()), (409, Some("other_bytes")));
        let formless = put(&mut amina, id(2), &next["tasks"][1]["task"], 9);
        assert_eq!(formless.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(formless.json()["kind"], "not_well_formed");
        assert_eq!(formless.json()["problems"][0]["field"], "choice");
        let unknown = put(&mut amina, id(3), &json!(no::<kind::Task>()), 0);
        assert_eq!(unknown.json()["kind"], "not_there");
    });
}

#[test]
fn an_answer_brings_the_next_tasks_in_the_same_reply() {
    site(|site| {
        let work = work(site.world);
        let mut amina = signed_in(site, &work);
        let next = amina.get(&format!("{}/next?count=1", questions(&work.project))).json();
        let body = json!({"task": next["tasks"][0]["task"], "answer": {"choice": 0}, "seconds": 1});
        let reply =
            amina.json(&Method::PUT, &format!("/work/answers/{}?next=2", id::<kind::Answer>(1)), &body);
        let tasks = reply.json()["tasks"].as_array().unwrap().clone();
        assert_eq!(tasks.len(), 2);
        assert!(tasks.iter().all(|task| task["task"] != next["tasks"][0]["task"]));
    });
}

#[test]
fn an_answer_can_be_taken_back_and_corrected() {
    site(|site| {
        let work = work(site.world);
        let mut amina = signed_in(site, &work);
        let address = format!("{}/next?count=1", questions(&work.project));
        let task = amina.get(&address).json()["tasks"][0]["task"].clone();
        put(&mut amina, id(1), &task, 0);
        let back =
            amina.json(&Method::DELETE, &format!("/work/answers/{}", id::<kind::Answer>(1)), &Value::Null);
        assert_eq!(back.json()["task"], task);
        assert_eq!(amina.get(&address).json()["tasks"][0]["task"], task, "it is lent again");

        put(&mut amina, id(2), &task, 0);
        let body = json!({"task": task, "answer": {"choice": 1}, "seconds": 3});
        let path = format!("/work/answers/{}?correct=1", id::<kind::Answer>(3));
        let corrected = amina.json(&Method::PUT, &path, &body);
        assert_eq!(corrected.status, StatusCode::OK, "{}", corrected.text);
        assert_eq!(amina.json(&Method::PUT, &path, &body).json(), corrected.json());
        let last = amina.get("/work/answers?last=10").json();
        let rows = last["answers"].as_array().unwrap();
        assert_eq!(rows.len(), 1, "a correction takes the place of what it corrects");
        assert_eq!((&rows[0]["open"], &rows[0]["state"]), (&json!(true), &json!("waiting")));
        assert_eq!((&rows[0]["summary"], &rows[0]["task"]["task"]), (&json!("No"), &task));
        assert_eq!(rows[0]["task"]["screen"]["data"]["given"], 1);
    });
}

#[test]
fn a_task_can_be_skipped_and_reported_and_is_not_lent_again() {
    site(|site| {
        let work = work(site.world);
        let mut amina = signed_in(site, &work);
        let address = format!("{}/next?count=2", questions(&work.project));
        let lent = amina.get(&address).json();
        let [skipped, reported] = [0, 1].map(|at| lent["tasks"][at]["task"].as_str().unwrap().to_owned());
        let said = json!({"reason": "too_hard"});
        let skip = amina.json(&Method::POST, &format!("/work/tasks/{skipped}/skip"), &said);
        assert_eq!(skip.status, StatusCode::NO_CONTENT, "{}", skip.text);
        let mut browser = amina.clone().pages();
        let form = browser.get(&format!("/work/tasks/{reported}/report"));
        assert!(form.text.contains("value=\"upsetting\""), "{}", form.text);
        let report = browser.form(&format!("/work/tasks/{reported}/report"), &[("reason", "broken")]);
        assert_eq!(report.header("location"), questions(&work.project));
        let beat = amina.json(&Method::POST, &format!("/work/tasks/{skipped}/heartbeat"), &Value::Null);
        assert_eq!(beat.status, StatusCode::NO_CONTENT);
        let next = amina.get(&address).json();
        let ids: Vec<&str> =
            next["tasks"].as_array().unwrap().iter().filter_map(|task| task["task"].as_str()).collect();
        assert!(!ids.contains(&skipped.as_str()) && !ids.contains(&reported.as_str()), "{ids:?}");
    });
}

#[test]
fn everything_works_without_script() {
    site(|site| {
        let work = work(site.world);
        let mut amina = signed_in(site, &work).pages();
        let address = questions(&work.project);
        let page = amina.get(&address);
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        let start: Value = serde_json::from_str(page.between("data-start>", "</script>")).unwrap();
        assert!(start["texts"]["saved-here"].is_string() && start["task"]["screen"].get("html").is_none());
        let task = page.between("name=\"task\" value=\"", "\"").to_owned();
        let answer = page.between("name=\"answer\" value=\"", "\"").to_owned();
        assert_eq!(start["task"]["task"], json!(task));
        let fields = [("task", task.as_str()), ("answer", &answer), ("choice", "7")];
        let wrong = amina.form(&address, &fields);
        assert!(wrong.text.contains("role=\"alert\"") && wrong.text.contains(&task), "{}", wrong.text);
        let fields = [("task", task.as_str()), ("answer", &answer), ("choice", "0")];
        let sent = amina.form(&address, &fields);
        assert_eq!(sent.header("location"), format!("{address}?sent={answer}"), "{}", sent.text);
        let again = amina.form(&address, &fields);
        assert_eq!(again.header("location"), sent.header("location"), "sending a page again changes nothing");
        let after = amina.get(sent.header("location"));
        assert!(
            after.text.contains(&format!("/work/answers/{answer}/take-back")) && !after.text.contains(&task)
        );

        let last = amina.get("/work/answers");
        assert!(last.text.contains("Yes") && last.text.contains(&format!("/work/answers/{answer}")));
        let form = amina.get(&format!("/work/answers/{answer}"));
        assert!(form.text.contains("aria-pressed=\"true\""), "what was given stands there: {}", form.text);
        let corrected = amina.form(&format!("/work/answers/{answer}"), &[("choice", "1")]);
        assert_eq!(corrected.header("location"), "/work/answers");
        assert!(amina.get("/work/answers").text.contains("No</span>"));
        let back = amina.form(&format!("/work/answers/{answer}/take-back"), &[]);
        assert_eq!(back.header("location"), address);
        assert!(amina.get(&address).text.contains(&task));
    });
}

#[test]
fn ones_answers_and_pictures_are_nobody_elses() {
    site(|site| {
        let work = work(site.world);
        let mut amina = signed_in(site, &work);
        let task =
            amina.get(&format!("{}/next?count=1", questions(&work.project))).json()["tasks"][0]["task"]
                .clone();
        put(&mut amina, id(1), &task, 0);
        let elsewhere = site.world.centre("Mombasa");
        let zawadi = elsewhere.worker("Zawadi");
        let mut stranger = site.worker(&elsewhere.computer("Desk 2"), &zawadi);
        assert_eq!(put(&mut stranger, id(1), &task, 0).status, StatusCode::NOT_FOUND);
        let path = format!("/work/answers/{}", id::<kind::Answer>(1));
        assert_eq!(stranger.json(&Method::DELETE, &path, &Value::Null).status, StatusCode::NOT_FOUND);
        assert_eq!(stranger.get(&path).status, StatusCode::NOT_FOUND);
        assert_eq!(stranger.get("/work/answers").json()["answers"], json!([]));
    });
}

#[test]
fn news_of_the_instructions_come_before_the_next_task() {
    site(|site| {
        let work = work(site.world);
        let mut amina = signed_in(site, &work);
        let address = questions(&work.project);
        let task = amina.get(&format!("{address}/next?count=1")).json()["tasks"][0]["task"].clone();
        let mut operator = site.staff("wanjiru@kazi.example");
        let project = format!("/api/v1/projects/{}", work.project.id);
        let mut change = json!({"version": 1, "instructions": "Look at the sign."});
        let silent = operator.json(&Method::PATCH, &project, &change);
        assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", silent.text);
        change["instructions_changed"] = json!("The sign counts.");
        assert_eq!(operator.json(&Method::PATCH, &project, &change).status, StatusCode::NO_CONTENT);

        let sent = put(&mut amina, id(1), &task, 0);
        assert_eq!((sent.status, &sent.json()["news"]), (StatusCode::OK, &json!(true)), "{}", sent.text);
        let next = amina.get(&format!("{address}/next?count=1"));
        assert_eq!((next.status, &next.json()["news"]), (StatusCode::OK, &json!(true)));
        let mut page = amina.pages();
        assert_eq!(page.get(&address).header("location"), format!("{address}/changes"));
        let news = page.get(&format!("{address}/changes")).text;
        assert!(news.contains("The sign counts.") && news.contains("Look at the sign."), "{news}");
        assert_eq!(page.form(&format!("{address}/changes"), &[("version", "2")]).header("location"), address);
        assert_eq!(page.get(&address).status, StatusCode::OK);
        assert!(page.get(&format!("{address}/help")).text.contains("Look at the sign."));
        let after = page.programs().get(&format!("{address}/next?count=1")).json();
        assert_eq!((&after["news"], after["tasks"].as_array().unwrap().len()), (&Value::Null, 1));
    });
}
