//! What the languages say, and what they still lack.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod coverage;

use askama::Template;
use kazi_texts::{Direction, Language, Texts, texts};
use proptest::prelude::*;

#[derive(Template)]
#[template(source = "<h1>{{ t.good_morning(name) }}</h1>", ext = "html")]
struct Greeting<'a> {
    t: &'a Texts,
    name: &'a str,
}

#[test]
fn a_name_in_a_template_is_escaped() {
    let page = Greeting { t: texts(Language::En), name: "<script>" }.render().unwrap();
    assert_eq!(page, "<h1>Good morning, \u{2068}&#60;script&#62;\u{2069}</h1>");
}

#[test]
fn what_a_language_lacks_is_english() {
    assert_eq!(texts(Language::Fr).send(), "Envoyer");
    assert_eq!(texts(Language::Fr).who_is_here(), texts(Language::En).who_is_here());
}

#[test]
fn plural_forms_follow_the_language() {
    let plain = |text: String| text.replace(['\u{2068}', '\u{2069}'], "");
    assert_eq!(plain(texts(Language::En).tasks_ready(1)), "1 task is ready on this computer.");
    assert_eq!(plain(texts(Language::En).tasks_ready(8)), "8 tasks are ready on this computer.");
    assert_eq!(plain(texts(Language::Sw).tasks_ready(1)), "Kazi 1 iko tayari kwenye kompyuta hii.");
    assert_eq!(plain(texts(Language::Sw).tasks_ready(8)), "Kazi 8 ziko tayari kwenye kompyuta hii.");
}

#[test]
fn keys_from_data_find_their_message_or_nothing() {
    assert_eq!(texts(Language::Ur).by_key("send").as_deref(), Some("بھیجیں"));
    assert_eq!(texts(Language::Ur).by_key("no-such-key"), None);
    // It wants a value that a key alone does not bring.
    assert_eq!(texts(Language::Ur).by_key("task-pays"), None);
}

#[test]
fn the_pseudo_locale_shows_what_is_untranslated_and_what_is_too_narrow() {
    assert_eq!(texts(Language::Pseudo).send(), "[Šéñd··]");
    assert!(texts(Language::Pseudo).good_morning("Amina").contains("\u{2068}Amina\u{2069}"));
}

#[test]
fn script_texts_are_json_that_cannot_leave_their_element() {
    for language in Language::ALL {
        let json = texts(language).script();
        let map: serde_json::Value = serde_json::from_str(&json).unwrap();
        let forms = map.get("line-down").unwrap().as_array().unwrap();
        assert_eq!(forms.len(), 2, "{language}");
        assert!(forms.iter().all(|form| form.as_str().unwrap().contains('\u{2068}')), "{language}");
        assert!(!json.contains('<'), "{language}");
    }
}

#[test]
fn languages_know_their_tag_and_direction() {
    for language in Language::ALL {
        assert_eq!(language.tag().parse(), Ok(language));
        assert_eq!(texts(language).language(), language);
        assert_eq!(texts(language).lang(), language.tag());
    }
    assert_eq!(Language::Ur.direction(), Direction::RightToLeft);
    assert_eq!(texts(Language::Ur).dir(), "rtl");
    assert!("tlh".parse::<Language>().is_err());
}

#[test]
fn negotiation_takes_the_best_language_there_is() {
    for (header, expected) in [
        ("", Language::En),
        ("de-DE,de;q=0.9", Language::En),
        ("de,fr-CH;q=0.8,en;q=0.7", Language::Fr),
        ("sw-KE", Language::Sw),
        ("en;q=0.2, hi;q=0.9", Language::Hi),
        ("ur-PK,en-US;q=0.7", Language::Ur),
        ("en-GB", Language::En),
        ("*", Language::En),
    ] {
        assert_eq!(Language::negotiate(header), expected, "{header}");
    }
}

proptest! {
    #[test]
    fn no_header_stops_negotiation(header in "\\PC{0,60}") {
        prop_assert!(Language::ALL.contains(&Language::negotiate(&header)));
    }

    #[test]
    fn any_value_arrives_whole(name in "[\\p{L}\\p{N} <>&{}$-]{0,20}") {
        for language in Language::ALL {
            let expected = format!("\u{2068}{name}\u{2069}");
            prop_assert!(texts(language).good_morning(&name).contains(&expected));
        }
    }
}
