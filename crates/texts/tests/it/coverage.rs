//! Which messages a language lacks. English and Swahili hold everything a worker meets; Urdu holds the typing
//! screen with all that stands around it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fluent_syntax::ast::Entry;
use fluent_syntax::parser;

/// The files that make up the pages of workers and reviewers.
const WORKER_AREAS: [&str; 5] = ["common.ftl", "work.ftl", "script.ftl", "digitisation.ftl", "questions.ftl"];

/// What the keys of digitisation's other screens hold: settling, proofreading, describing.
const OTHER_STAGES: [&str; 18] = [
    "-resolve",
    "-the-",
    "-answer-",
    "-machine",
    "-take-",
    "-write-",
    "-proofread",
    "-block-",
    "-page-",
    "-act-",
    "-kind-",
    "-describe",
    "-decorative",
    "-figure",
    "-short",
    "-long-too-long",
    "-a-figure",
    "-quality",
];

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
fn swahili_is_complete_for_worker_pages() {
    let missing = missing("sw", |area, _| WORKER_AREAS.contains(&area));
    assert!(missing.is_empty(), "locales/sw lacks:\n{}", missing.join("\n"));
}

#[test]
fn urdu_is_complete_for_the_typing_screen() {
    let missing = missing("ur", |area, key| match area {
        "common.ftl" | "script.ftl" => true,
        "digitisation.ftl" => !OTHER_STAGES.iter().any(|part| key.contains(part)),
        "work.ftl" => key.starts_with("skip-") || key.starts_with("report-") || key.starts_with("key-"),
        _ => false,
    });
    assert!(missing.is_empty(), "locales/ur lacks:\n{}", missing.join("\n"));
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
