#![expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "the numbers of a test are small"
)]

use super::super::tests::items;
use super::super::{Mark, Words, build};
use super::*;

type Line = (u32, u32, u32, String);

const HEIGHT: u32 = 2_000;

fn edges(page: u32, lines: &[Line]) -> Edges {
    let plain: Vec<(u32, u32, u32, &str)> =
        lines.iter().map(|(x, y, w, text)| (*x, *y, *w, text.as_str())).collect();
    let items = items(&plain);
    let sets: Vec<Set<'_>> =
        items.iter().zip(lines).map(|(line, (.., text))| Set { line, text, mark: Mark::None }).collect();
    let built = build(HEIGHT, &sets, &[], &Words::default());
    Edges::of(page, HEIGHT, &sets, &built, "")
}

/// What is said of each page's lines, by their texts.
fn judged(pages: &[Vec<Line>]) -> Vec<Vec<(String, Belongs)>> {
    let edges: Vec<Edges> = (1..).zip(pages).map(|(number, lines)| edges(number, lines)).collect();
    let all: Vec<&Edges> = edges.iter().collect();
    let told = |(page, lines): (&Edges, &Vec<Line>)| {
        let text = |(index, belongs): (u32, Belongs)| (lines[index as usize - 1].3.clone(), belongs);
        judge(page, &all).lines.into_iter().map(text).collect()
    };
    edges.iter().zip(pages).map(told).collect()
}

/// A word of six letters that is unlike the others.
fn mixed(seed: u64) -> String {
    let mut bits = seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits ^= bits >> 27;
    (0..6).map(|at| char::from(b'a' + ((bits >> (8 * at)) % 26) as u8)).collect()
}

/// A page of text, `down` pixels lower than usual, with a line at its head and one at its foot.
fn sheet(head: &str, foot: &str, seed: u32, down: u32) -> Vec<Line> {
    let mut lines = Vec::new();
    if !head.is_empty() {
        lines.push((450, 150 + down, 400, head.to_owned()));
    }
    for row in 0..24 {
        let word = |at: u64| mixed(u64::from(seed) * 10_000 + row * 100 + at);
        let text = (0..8).map(word).collect::<Vec<_>>().join(" ");
        lines.push((150, 280 + 60 * row as u32 + down, 1_100, text));
    }
    if !foot.is_empty() {
        lines.push((680, 1_850 + down, 40, foot.to_owned()));
    }
    lines
}

fn head(text: &str) -> (String, Belongs) {
    (text.to_owned(), Belongs::Head)
}

#[test]
fn titles_that_come_on_every_second_page_are_running_heads() {
    let titles =
        ["The Golden Bird", "How he went out", "The Golden Bird", "How he vvent out", "The Goldcn Bird"];
    let pages: Vec<_> = (0..).zip(titles).map(|(seed, title)| sheet(title, "", seed, 0)).collect();
    assert_eq!(judged(&pages), titles.map(|title| vec![head(title)]));
}

#[test]
fn page_numbers_are_left_out_when_titles_are_compared() {
    let titles =
        ["34 The Child of the Moat", "Hate and Love 35", "36 The Child of the Moat", "Hate and Love 37"];
    let pages: Vec<_> = (0..).zip(titles).map(|(seed, title)| sheet(title, "", seed, 0)).collect();
    assert_eq!(judged(&pages), titles.map(|title| vec![head(title)]));
}

#[test]
fn chapters_and_poems_that_are_counted_are_no_running_heads() {
    for titles in [["Chapter I", "Chapter II", "Chapter III"], ["Sonnet 7", "Sonnet 8", "Sonnet 9"]] {
        let pages: Vec<_> =
            (0..).zip(titles).map(|(seed, title)| sheet(title, &(seed + 40).to_string(), seed, 0)).collect();
        let none =
            judged(&pages).into_iter().flatten().filter(|(_, belongs)| *belongs == Belongs::Head).count();
        assert_eq!(none, 0, "{titles:?}");
    }
}

#[test]
fn the_heading_of_a_chapter_stays_where_the_pages_after_repeat_it() {
    let mut pages: Vec<_> = (0..5).map(|seed| sheet("The Golden Bird", "", seed, 0)).collect();
    for line in &mut pages[0] {
        line.1 += 70 * if line.3.starts_with("The") { 1 } else { 2 };
    }
    let told = judged(&pages);
    assert_eq!(told[0], []);
    assert!(told[1..].iter().all(|lines| *lines == [head("The Golden Bird")]));
}

#[test]
fn a_number_out_of_sequence_belongs_to_the_text() {
    let mut pages: Vec<_> = (0..5).map(|seed| sheet("", &(seed + 40).to_string(), seed, 0)).collect();
    pages[2].insert(0, (680, 180, 40, "12".to_owned()));
    let told = judged(&pages);
    assert_eq!(told[1], [("41".to_owned(), Belongs::Number)]);
    assert_eq!(told[2], [("12".to_owned(), Belongs::Text), ("42".to_owned(), Belongs::Number)]);
}

#[test]
fn a_year_on_a_title_page_is_kept_and_a_misprinted_number_left_to_its_looks() {
    let mut pages: Vec<_> = (0..6).map(|seed| sheet("", &(seed + 2).to_string(), seed, 0)).collect();
    pages[0].last_mut().unwrap().3 = "1863".to_owned();
    pages[4].last_mut().unwrap().3 = "60".to_owned();
    let told = judged(&pages);
    assert_eq!(told[0], [("1863".to_owned(), Belongs::Text)]);
    assert_eq!(told[4], []);
    assert_eq!(told[3], [("5".to_owned(), Belongs::Number)]);
}

#[test]
fn a_title_elsewhere_than_running_heads_is_no_running_head() {
    let mut pages: Vec<_> = (0..6).map(|seed| sheet("The Golden Bird", "", seed, 0)).collect();
    pages[3][0] = (450, 270, 400, "THE SECOND PART".to_owned());
    for line in &mut pages[3][1..] {
        line.1 += 100;
    }
    let told = judged(&pages);
    assert_eq!(told[3], [("THE SECOND PART".to_owned(), Belongs::Text)]);
    assert_eq!(told[2], [head("The Golden Bird")]);
}

#[test]
fn what_comes_again_at_the_foot_belongs_to_the_sheet_too() {
    let pages: Vec<_> = (0..4).map(|seed| sheet("", "Scanned by the library", seed, 0)).collect();
    assert!(judged(&pages).iter().all(|lines| *lines == [head("Scanned by the library")]));
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(48))]

    /// Whatever the titles, with a letter misread here and there and sheets that lie a little lower or higher.
    #[test]
    fn titles_are_found_and_text_is_not_taken_for_one(
        even in "[A-Za-z]{3,9} [a-z]{4,9} [a-z]{4,9}",
        odd in "[A-Za-z]{3,9} [a-z]{5,9} [a-z]{5,9}",
        moved in proptest::collection::vec(0_u32..60, 4..24),
        misread in 0_usize..8,
        first in 1_u32..900,
    ) {
        let pages: Vec<Vec<Line>> = (0_u32..).zip(&moved).map(|(seed, down)| {
            let number = first + seed;
            let mut title = if number % 2 == 0 { format!("{number} {even}") } else { format!("{odd} {number}") };
            if seed as usize % 8 == misread {
                title = title.replacen('e', "c", 1);
            }
            sheet(&title, "", seed, *down)
        }).collect();
        for (told, page) in judged(&pages).iter().zip(&pages) {
            proptest::prop_assert_eq!(told, &vec![head(&page[0].3)]);
        }
    }

    /// Pages whose first and last lines say something else each.
    #[test]
    fn text_alone_has_no_running_heads(firsts in proptest::collection::hash_set(0_u64..1_000_000, 4..20), down in 0_u32..40) {
        let pages: Vec<Vec<Line>> =
            (0_u32..).zip(&firsts).map(|(seed, first)| sheet(&(mixed(*first) + &mixed(first + 1)), "", seed, down)).collect();
        let told = judged(&pages);
        proptest::prop_assert!(told.iter().all(Vec::is_empty), "{told:?}");
    }
}
