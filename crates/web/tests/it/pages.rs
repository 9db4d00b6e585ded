//! Every page in every language and direction.

use axum::http::StatusCode;
use kazi_app::testing::{Project, World};
use kazi_domain::policy::Actor;

use crate::client::{Reply, no, questions, site, worker_speaking};
use kazi_domain::kind;

const LANGUAGES: [(&str, &str); 4] = [("en", "ltr"), ("sw", "ltr"), ("ur", "rtl"), ("en-XA", "ltr")];

/// What must hold of any page.
fn is_a_page(reply: &Reply, (language, dir): (&str, &str), told: &str) {
    assert_eq!(reply.header("content-type"), "text/html; charset=utf-8", "{told}");
    let start = format!("<!DOCTYPE html>\n<html lang=\"{language}\" dir=\"{dir}\"");
    assert!(reply.text.starts_with(&start), "{told}: {}", &reply.text[..120.min(reply.text.len())]);
    assert_eq!(reply.text.matches("<h1").count(), 1, "{told} has one heading: {}", reply.text);
    for used in reply.text.split("<use href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        let symbol = format!("id=\"{used}\"");
        assert!(!built() || reply.text.contains(&symbol), "{told} lacks the symbol {used}");
    }
    assert!(!reply.text.contains("style=\""), "{told}: the policy forbids it");
}

/// Whether the scripts and icons have been built; a checkout without them must pass its tests too.
fn built() -> bool {
    std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/dist/manifest.json")).exists()
}

fn learnt<'w>(world: &'w World, reader: &Actor, centre: &kazi_app::testing::Centre<'w>) -> Project<'w> {
    let project = world.project("questions").at(centre).file("shops.csv", "shop\nDuka\nSoko\n").running();
    world.has_learnt(reader, "questions", "answer");
    project
}

#[test]
fn pages_of_workers_in_each_language() {
    site(|site| {
        let kibera = site.world.centre("Kibera");
        let computer = kibera.computer("Desk 1");
        for (language, dir) in LANGUAGES {
            let reader = worker_speaking(site.world, &kibera, language);
            let mut browser = site.worker(&computer, &reader).pages();
            let project = site.world.project("questions").at(&kibera).file("a.csv", "shop\nDuka\n").running();
            let address = questions(&project);
            let mut all = vec!["/work".to_owned(), format!("{address}/learn"), format!("{address}/practice")];
            for path in &all {
                is_a_page(&browser.get(path), (language, dir), path);
            }
            let project = learnt(site.world, &reader, &kibera);
            let address = questions(&project);
            let page = browser.get(&address);
            let task = page.between("name=\"task\" value=\"", "\"").to_owned();
            all = vec![
                "/work".to_owned(),
                "/work/answers".to_owned(),
                address.clone(),
                format!("{address}/help"),
                format!("{address}/learn"),
                format!("/work/tasks/{task}/skip"),
                format!("/work/tasks/{task}/report"),
            ];
            for path in &all {
                let reply = browser.get(path);
                assert_eq!(reply.status, StatusCode::OK, "{path} {}", reply.text);
                is_a_page(&reply, (language, dir), path);
            }
            for _ in 0..2 {
                let page = browser.get(&address);
                let (task, answer) = (
                    page.between("name=\"task\" value=\"", "\"").to_owned(),
                    page.between("name=\"answer\" value=\"", "\"").to_owned(),
                );
                let sent = browser.form(&address, &[("task", &task), ("answer", &answer), ("choice", "0")]);
                assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
                is_a_page(&browser.get(&format!("/work/answers/{answer}")), (language, dir), "correction");
            }
            let nothing = browser.get(&address);
            assert!(!nothing.text.contains("<kazi-work"), "nothing waits any more");
            is_a_page(&nothing, (language, dir), "nothing");
            let lost = browser.get(&format!("/work/tasks/{}/skip", no::<kind::Task>()));
            assert_eq!(lost.status, StatusCode::NOT_FOUND);
            is_a_page(&lost, (language, dir), "lost");
        }
    });
}

#[test]
fn pages_of_everybody_in_each_language() {
    site(|site| {
        let kibera = site.world.centre("Kibera");
        let amina = kibera.worker("Amina");
        let computer = kibera.computer("Desk 1");
        // Browsers do not ask for the pseudo-locale: it is chosen by who is signed in.
        for (language, dir) in LANGUAGES.into_iter().take(3) {
            for path in ["/", "/sign-in", "/centre", "/no/such/page"] {
                let reply = site.nobody().pages().speaking(language).get(path);
                is_a_page(&reply, (language, dir), path);
            }
            let mut desk = site.at(&computer).pages().speaking(language);
            is_a_page(&desk.get("/centre"), (language, dir), "the desk");
            is_a_page(&desk.get(&format!("/centre/{}", amina.person)), (language, dir), "the PIN");
        }
    });
}

#[test]
fn the_style_guide_in_each_language() {
    site(|site| {
        for (language, dir) in [("hi", "ltr"), ("fr", "ltr")].into_iter().chain(LANGUAGES) {
            let mut reader = site.nobody().pages();
            is_a_page(&reader.get(&format!("/styleguide?language={language}")), (language, dir), "the guide");
            let tools = (0..20).map(|tool| format!("/styleguide/tasks?language={language}&tool={tool}"));
            let shown =
                tools.map(|path| reader.get(&path)).take_while(|reply| reply.status == StatusCode::OK);
            let shown: Vec<Reply> = shown.collect();
            assert_eq!(shown.len(), 4, "typing and settling lines, answering and deciding rows");
            for (number, reply) in shown.iter().enumerate() {
                is_a_page(reply, (language, dir), &format!("tool {number}"));
                for part in reply.text.split("/styleguide/media/").skip(1) {
                    let hash = part.split('"').next().unwrap();
                    assert_eq!(
                        reader.get(&format!("/styleguide/media/{hash}")).status,
                        StatusCode::OK,
                        "{hash}"
                    );
                }
            }
        }
    });
}

#[test]
fn pictures_that_lie_elsewhere_may_show_on_task_pages_alone() {
    site(|site| {
        let kibera = site.world.centre("Kibera");
        let amina = kibera.worker("Amina");
        let spec = serde_json::json!({"question": "Is it a shop?", "choices": ["Yes", "No"], "show": "picture", "content": "picture"});
        let rows = "picture\nhttps://pictures.example/1.jpg\n";
        let project = site.world.project("questions").at(&kibera).spec(&spec).file("a.csv", rows).running();
        site.world.has_learnt(&amina, "questions", "answer");
        let mut browser = site.worker(&kibera.computer("Desk 1"), &amina).pages();
        let page = browser.get(&questions(&project));
        assert!(page.text.contains("https://pictures.example/1.jpg"), "{}", page.text);
        assert!(page.header("content-security-policy").contains("img-src 'self' data: blob: https:;"));
        assert!(!browser.get("/work").header("content-security-policy").contains("https:"));
    });
}
