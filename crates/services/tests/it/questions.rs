//! Questions: splitting, screens, course.

use kazi_services::{JsonReading, Who, find, registry};
use kazi_texts::{Language, texts};
use serde_json::{Value, json};

use crate::memory::{bind, screen, split};

fn body(piece: &kazi_services::JsonPiece) -> Value {
    serde_json::from_str(&piece.body).unwrap()
}

#[test]
fn the_registry_knows_it_and_its_defaults_are_a_spec() {
    assert!(registry().iter().any(|service| service.key() == "questions"));
    let service = find("questions").unwrap();
    assert!(service.bind(&service.default_spec().to_string()).is_ok());
    assert!(service.bind("{}").is_ok());
}

#[test]
fn a_spec_that_cannot_work_is_refused_field_by_field() {
    let service = find("questions").unwrap();
    let spec = json!({"question": " ", "choices": ["Cat", "cat"], "answers": 3, "at_most": 2, "target": 1.5});
    let problems = service.bind(&spec.to_string()).unwrap_err();
    let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(fields, ["question", "choices", "at_most", "target"]);
    assert!(service.bind(r#"{"choises": ["a", "b"]}"#).is_err());
}

#[test]
fn every_column_is_kept_and_the_id_names_the_row() {
    let service = bind("questions", &json!({}));
    let found = split(&*service, b"id,price,text,link\na7,3,\"fish, dried\",https://x.example\nb8,4,rice,\n")
        .unwrap();
    let keys: Vec<&str> = found.pieces.iter().map(|piece| piece.key.as_str()).collect();
    assert_eq!(keys, ["a7", "b8"]);
    assert_eq!(
        found.pieces[0].body,
        r#"{"show":2,"cells":{"id":"a7","price":"3","text":"fish, dried","link":"https://x.example"}}"#
    );
    assert!(found.problems.is_empty() && found.progress == (2, 2));
}

#[test]
fn rows_without_a_name_of_their_own_are_numbered() {
    let service = bind("questions", &json!({"id_column": "code"}));
    let found = split(&*service, b"code,text\nx,one\nx,two\n").unwrap();
    assert_eq!(found.pieces[1].key, "row-000002");
    assert_eq!(found.problems[0].key, "questions-ids-not-unique");
    let refusal = split(&*service, b"kode,text\nx,one\n").err().unwrap();
    assert_eq!(refusal.message, "There is no column “code”. The columns are: kode, text.");
    let lines =
        split(&*bind("questions", &json!({})), b"{\"ID\":7,\"say\":\"one\"}\n{\"ID\":8,\"say\":\"two\"}\n")
            .unwrap();
    assert_eq!(lines.pieces[1].key, "8");
    assert_eq!(body(&lines.pieces[1]), json!({"show": 1, "cells": {"ID": 8, "say": "two"}}));
}

#[test]
fn bad_rows_are_named_and_the_rest_goes_on() {
    let service = bind("questions", &json!({"show": "text"}));
    let found = split(&*service, b"id,text\n1,fine\n2,too,many\n3,fine\n").unwrap();
    assert_eq!(found.pieces.len(), 2);
    assert_eq!((found.problems[0].field.as_str(), found.problems[0].key.as_str()), ("row 2", "row-ragged"));
    let many = format!("id,text\n0,fine\n{}", "1,too,many\n".repeat(1_000));
    let found = split(&*service, many.as_bytes()).unwrap();
    assert_eq!(found.problems.len(), 201);
    assert_eq!(found.problems[200].message, "800 more rows cannot be used.");
    assert_eq!(split(&*service, b"id,text\n1,too,many\n").err().unwrap().key, "table-no-usable-row");
    assert_eq!(split(&*service, b"id,text\n").err().unwrap().key, "table-no-rows");
    assert_eq!(split(&*service, b"").err().unwrap().key, "table-empty");
    let lines = split(&*service, b"{\"text\":\"a\"}\n{\"txt\":\"b\"}\n").unwrap();
    assert_eq!(lines.problems[0].key, "row-nothing-to-show");
}

#[test]
fn the_question_is_a_form_with_a_key_on_each_button() {
    let service = bind(
        "questions",
        &json!({"question": "Is it <b>food</b>?", "choices": ["Yes", "No", "Cannot tell"]}),
    );
    let shown =
        screen(&*service, "answer", r#"{"show":0,"cells":{"text":"fish\n<script>"}}"#, &[], Language::En);
    assert_eq!(shown.element, "kazi-question");
    assert!(shown.html.contains("Is it &#60;b&#62;food"), "{}", shown.html);
    assert!(shown.html.contains("<p>fish</p><p>&#60;script&#62;</p>"), "{}", shown.html);
    assert!(
        shown.html.contains(r#"name="choice" value="2" data-is="number" data-key="3""#),
        "{}",
        shown.html
    );
    assert!(!shown.html.contains("style=") && !shown.html.contains("person"));
    assert_eq!(shown.data["choices"], json!(["Yes", "No", "Cannot tell"]));
}

#[test]
fn addresses_are_shown_as_what_they_are_and_never_run() {
    let show = |content: &str, value: &str| {
        let service = bind("questions", &json!({ "content": content }));
        let item = json!({"show": 0, "cells": {"it": value}}).to_string();
        let shown = screen(&*service, "answer", &item, &[], Language::En);
        (shown.data["content"].as_str().unwrap().to_owned(), shown.media, shown.html)
    };
    let (kind, media, html) = show("auto", "https://x.example/a.JPG?w=3");
    assert_eq!((kind.as_str(), media), ("picture", vec!["https://x.example/a.JPG?w=3".to_owned()]));
    assert!(html.contains("<img src=\"https://x.example/a.JPG?w=3\" alt="));
    let (kind, media, html) = show("auto", "http://shop.example/p/1");
    assert!(
        kind == "link" && media.is_empty() && html.contains("target=\"_blank\" rel=\"noopener noreferrer\"")
    );
    assert_eq!(show("picture", "photos/1.png").1, ["photos/1.png"]);
    for bad in
        ["javascript:alert(1)", "//other.example/a.png", "http://x.example/a.png", "data:image/png;base64,AA"]
    {
        let (kind, media, html) = show("picture", bad);
        assert!(
            kind == "text" && media.is_empty() && !html.contains("<img") && !html.contains("href"),
            "{bad}"
        );
    }
    assert_eq!(show("link", "javascript:alert(1)").0, "text");
}

#[test]
fn a_reviewer_sees_how_many_chose_what() {
    let service = bind("questions", &json!({}));
    let reading = |who: u32, choice: u32| JsonReading {
        who: Who::Person(who),
        stage: "answer".to_owned(),
        reliability: 0.9,
        answer: format!("{{\"choice\":{choice}}}"),
    };
    let readings = [reading(0, 0), reading(1, 0), reading(2, 1)];
    let item = r#"{"show":0,"cells":{"text":"fish"}}"#;
    let shown =
        screen(&*service, "decide", item, &readings, Language::En).html.replace(['\u{2068}', '\u{2069}'], "");
    assert!(shown.contains("2 people") && shown.contains("1 person"));
    assert!(!screen(&*service, "answer", item, &readings, Language::En).html.contains("people"));
}

#[test]
fn a_form_without_script_makes_the_same_answer() {
    let service = bind("questions", &json!({}));
    let item = r#"{"show":0,"cells":{"text":"fish"}}"#;
    let field = |value: &str| [("choice".to_owned(), value.to_owned())];
    assert_eq!(service.read_form("answer", item, &field("1")).unwrap(), "{\"choice\":1}");
    for bad in ["", "-1", "yes"] {
        assert_eq!(
            service.read_form("answer", item, &field(bad)).unwrap_err()[0].key,
            "questions-choose-one"
        );
    }
    assert!(service.check("answer", item, "{\"choice\":\"1\"}").is_ok());
    assert_eq!(service.check("answer", item, "{\"choice\":2}").unwrap_err()[0].field, "choice");
    assert!(service.check("answer", item, "{\"choice\":1.5}").is_err());
    assert!(service.check("answer", item, "null").is_err());
}

#[test]
fn the_course_is_whole_in_english_and_swahili() {
    let service = bind("questions", &json!({"question": "Which animal?", "choices": ["Cat", "Dog", "Cow"]}));
    let course = service.course("answer").unwrap();
    assert!(course.practice.len() >= course.pass as usize && service.course("decide").is_none());
    let mut truths = Vec::new();
    for language in [Language::En, Language::Sw] {
        let t = texts(language);
        for lesson in &course.lessons {
            for key in
                [lesson.key.to_owned(), format!("{}-right", lesson.key), format!("{}-wrong", lesson.key)]
            {
                assert!(t.by_key(&key).is_some(), "{key}");
            }
        }
        for task in &course.practice {
            assert!(t.by_key(task.reason).is_some(), "{}", task.reason);
            let shown = screen(&*service, "answer", &task.item, &[], language);
            assert_eq!(shown.data["choices"], json!([t.yes(), t.no()]));
            assert_eq!(shown.html.matches("<p>").count(), 2, "{}", shown.html);
            assert!(service.check("answer", &task.item, &task.truth).is_ok());
            assert!(service.check("answer", &task.item, "{\"choice\":2}").is_err());
            assert_eq!(service.score("answer", &task.item, &task.truth, &task.truth).unwrap().errors, 0);
            truths.push(task.truth.clone());
        }
    }
    assert!(truths.contains(&"{\"choice\":0}".to_owned()) && truths.contains(&"{\"choice\":1}".to_owned()));
}
