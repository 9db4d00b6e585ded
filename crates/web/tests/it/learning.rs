//! Learning a stage before its first paid task.

use axum::http::{Method, StatusCode};
use kazi_domain::{Id, Moment, kind};
use serde_json::{Value, json};

use crate::client::{questions, site};

#[test]
fn a_worker_learns_and_then_may_work() {
    site(|site| {
        let kibera = site.world.centre("Kibera");
        let amina = kibera.worker("Amina");
        let project = site.world.project("questions").at(&kibera).file("shops.csv", "shop\nDuka\n").running();
        let mut script = site.worker(&kibera.computer("Desk 1"), &amina);
        let mut browser = script.clone().pages();
        let address = questions(&project);
        assert!(
            browser.get("/work").text.contains(&format!("{address}/learn")),
            "home leads to learning first"
        );
        assert_eq!(browser.get(&address).header("location"), format!("{address}/learn"));
        assert_eq!(script.get(&format!("{address}/next")).json()["kind"], "learn_first");
        let lessons = browser.get(&format!("{address}/learn"));
        assert!(
            lessons.text.contains("Big letters, dots and short words do not matter."),
            "{}",
            lessons.text
        );

        let page = browser.get(&format!("{address}/practice"));
        assert!(
            page.text.contains("data-practice>") && page.text.contains("class=\"practice\""),
            "{}",
            page.text
        );
        assert!(!page.text.contains("data-dialog=\"skip\""));
        let mut rights = 0;
        for round in 0..40_u8 {
            let next = script.get(&format!("{address}/practice/next?count=1")).json();
            let Some(task) = next["tasks"].as_array().unwrap().first().cloned() else { break };
            assert_eq!((&task["practice"], &task["pay"]["text"]), (&json!(true), &Value::Null));
            let id: Id<kind::Answer> = Id::mint(Moment::from_micros(5), [round; 10]);
            // The name of a try ends in how often it was tried: so each is answered both ways if it must be.
            let tries: u32 = task["task"].as_str().unwrap().rsplit('.').next().unwrap().parse().unwrap();
            let body = json!({"task": task["task"], "answer": {"choice": tries % 2}, "seconds": 3});
            let reply = script.json(&Method::PUT, &format!("/work/answers/{id}"), &body);
            assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
            let feedback = reply.json()["feedback"].clone();
            let html = feedback["html"].as_str().unwrap().to_owned();
            if feedback["right"] == true {
                rights += 1;
                assert!(html.contains("Right."), "{html}");
            } else {
                assert!(html.contains("Not quite.") && html.contains("The right answer:"), "{html}");
            }
        }
        assert!(rights > 0);
        assert!(browser.get(&format!("{address}/learn")).text.contains("You have learnt this."));
        assert_eq!(
            browser.get(&format!("{address}/practice")).header("location"),
            format!("{address}/learn")
        );
        assert!(browser.get(&address).text.contains("<kazi-work"));
        assert_ne!(script.get(&format!("{address}/next")).json()["today"]["accepted"], "KES 0.00");
    });
}

#[test]
fn practice_works_without_script() {
    site(|site| {
        let kibera = site.world.centre("Kibera");
        let amina = kibera.worker("Amina");
        let project = site.world.project("questions").at(&kibera).file("shops.csv", "shop\nDuka\n").running();
        let mut browser = site.worker(&kibera.computer("Desk 1"), &amina).pages();
        let address = format!("{}/practice", questions(&project));
        let page = browser.get(&address);
        let task = page.between("name=\"task\" value=\"", "\"").to_owned();
        let formless = browser.form(&address, &[("task", &task), ("choice", "9")]);
        assert!(formless.text.contains("role=\"alert\""), "{}", formless.text);
        let tried = browser.form(&address, &[("task", &task), ("choice", "0")]);
        assert!(tried.text.contains("Right.") || tried.text.contains("Not quite."), "{}", tried.text);
        assert_eq!(
            browser.form(&address, &[("task", "practice.x"), ("choice", "0")]).status,
            StatusCode::NOT_FOUND
        );
    });
}
