//! Which messages a language lacks. English, Swahili and Urdu hold everything that workers and reviewers meet.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fluent_syntax::ast::Entry;
use fluent_syntax::parser;

/// The files that make up the pages of workers and reviewers.
const WORKER_AREAS: [&str; 5] = ["common.ftl", "work.ftl", "script.ftl", "digitisation.ftl", "questions.ftl"];

fn locales() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../locales")
}

/// The keys of a language's files, by file.
fn keys(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut areas = BTreeMap::new();
    for file in fs::read_dir(locales().join(language)).unwrap() {
        let path = file.unwrap().path();
        let resource = parser::parse(fs::read_to_string(&path).unwrap()).unwrap();
        let keys = resource.body.into_iter().filter_map(|entry| match entry {
            Entry::Message(message) => Some(message.id.name),
            Entry::Term(term) => Some(format!("-{}", term.id.name)),
            _ => None,
        });
        areas.insert(path.file_name().unwrap().to_str().unwrap().to_owned(), keys.collect());
    }
    areas
}

/// `area: key` for each English message of these areas that the language lacks and `wanted` asks for.
fn missing(language: &str, wanted: impl Fn(&str, &str) -> bool) -> Vec<String> {
    let own: BTreeSet<String> = keys(language).into_values().flatten().collect();
    let mut list = Vec::new();
    for (area, names) in keys("en") {
        for key in names {
            if wanted(&area, &key) && !own.contains(&key) {
                list.push(format!("{area}: {key}"));
            }
        }
    }
    list
}

#[test]
fn swahili_and_urdu_are_complete_for_the_pages_of_workers_and_reviewers() {
    for language in ["sw", "ur"] {
        let missing = missing(language, |area, _| WORKER_AREAS.contains(&area));
        assert!(missing.is_empty(), "locales/{language} lacks:\n{}", missing.join("\n"));
    }
}

#[test]
fn swahili_and_urdu_are_complete_at_the_door() {
    let door = ["sign-in", "email", "password", "run-by", "go-home", "go-back"];
    for language in ["sw", "ur"] {
        let missing =
            missing(language, |area, key| area == "web.ftl" && door.iter().any(|part| key.starts_with(part)));
        assert!(missing.is_empty(), "locales/{language} lacks:\n{}", missing.join("\n"));
    }
}

#[test]
fn no_language_has_a_message_that_english_lacks() {
    let english: BTreeSet<String> = keys("en").into_values().flatten().collect();
    for language in ["sw", "ur", "hi", "fr"] {
        let strange: Vec<String> =
            keys(language).into_values().flatten().filter(|key| !english.contains(key)).collect();
        assert!(strange.is_empty(), "locales/{language} has messages that locales/en lacks: {strange:?}");
    }
}

/// What is left to translate, for people: `cargo test -p kazi-texts -- --nocapture what_is_left`.
#[test]
fn what_is_left_to_translate_is_known() {
    for language in ["sw", "ur", "hi", "fr"] {
        let missing = missing(language, |_, _| true);
        println!("{language}: {} missing\n  {}", missing.len(), missing.join("\n  "));
        let all: usize = keys("en").values().map(BTreeSet::len).sum();
        assert!(missing.len() < all, "{language} has nothing at all");
    }
}
