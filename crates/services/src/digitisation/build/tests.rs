use super::kinds::is_page_number;
use super::*;
use crate::BlobRef;

/// Lines: x, baseline, width, text. Letters are 20 pixels high, lines 60 apart.
pub(super) fn items(lines: &[(u32, u32, u32, &str)]) -> Vec<LineItem> {
    lines
        .iter()
        .zip(1..)
        .map(|((x, baseline, w, _), index)| LineItem {
            page: 1,
            index,
            x: *x,
            y: baseline - 35,
            w: *w,
            h: 45,
            baseline: *baseline,
            x_height: 20,
            image: BlobRef(String::new()),
            image_w: *w,
            image_h: 45,
            before: None,
            odd: false,
        })
        .collect()
}

/// The page that is built from lines.
fn page(lines: &[(u32, u32, u32, &str)]) -> PageText {
    let items = items(lines);
    let sets: Vec<Set<'_>> =
        items.iter().zip(lines).map(|(line, (.., text))| Set { line, text, mark: Mark::None }).collect();
    build(2_000, &sets, &[], &Words::default())
}

fn told(page: &PageText) -> Vec<String> {
    page.blocks.iter().map(|block| format!("{}: {}", block.kind.word(), block.text)).collect()
}

#[test]
fn a_page_of_a_novel() {
    let page = page(&[
        (300, 150, 800, "THE BOY APPRENTICED"),
        (150, 280, 1_100, "came on without sails or oars, two to-"),
        (150, 340, 1_100, "gether. And my father straightened himself"),
        (150, 400, 500, "and watched it."),
        (200, 460, 1_050, "The boat came into the full water be-"),
        (150, 520, 1_100, "tween the rocks, and then it sank down and"),
        (680, 640, 40, "20"),
    ]);
    assert_eq!(
        told(&page),
        [
            "running_head: THE BOY APPRENTICED",
            "paragraph: came on without sails or oars, two together. And my father straightened himself and watched it.",
            "paragraph: The boat came into the full water between the rocks, and then it sank down and",
            "page_number: 20",
        ]
    );
    assert_eq!(page.page_number, "20");
    assert!(page.blocks[1].continues && !page.blocks[2].continues);
    assert_eq!(page.blocks[1].lines, [2, 3, 4]);
}

#[test]
fn headings_stand_in_the_middle_with_room_around() {
    let page = page(&[
        (550, 300, 300, "PART I"),
        (450, 420, 500, "The Coming"),
        (200, 540, 1_050, "My father was a fisherman, and he lived on"),
        (150, 600, 1_100, "this Western Island. It may be that he is"),
        (150, 660, 600, "still living here."),
    ]);
    let kinds: Vec<BlockKind> = page.blocks.iter().map(|block| block.kind).collect();
    assert_eq!(kinds, [BlockKind::Heading1, BlockKind::Heading2, BlockKind::Paragraph]);
}

#[test]
fn a_wide_heading_in_capitals_goes_on_in_the_next_line() {
    let page = page(&[
        (573, 443, 196, "PART I"),
        (127, 542, 1_096, "THE STORY OF EEAN THE FISHERMAN’S"),
        (623, 608, 103, "SON"),
        (260, 698, 830, "I. The Coming of the Enchanter"),
        (176, 788, 1_046, "My father (said the youth) was a fisherman, and"),
        (126, 848, 1_096, "he lived on this Western Island. It may be that"),
        (125, 908, 1_096, "he is still living here. His name was Anluan,"),
        (124, 968, 700, "and he was very poor. My own name is Eean,"),
    ]);
    assert_eq!(
        told(&page)[..3],
        [
            "heading1: PART I",
            "heading1: THE STORY OF EEAN THE FISHERMAN’S SON",
            "heading2: I. The Coming of the Enchanter"
        ]
    );
    assert_eq!(page.blocks.len(), 4);
}

#[test]
fn a_running_head_over_the_whole_measure_stands_above_a_chapter() {
    let page = page(&[
        (93, 190, 1_078, "THE STORY OF EEAN THE FISHERMAN’S SON"),
        (300, 270, 680, "II. The Inaccessible Island"),
        (131, 350, 1_052, "You have heard me so far, O King. Know now that"),
        (83, 410, 1_100, "the one to whom I was apprenticed was an Enchan-"),
        (83, 470, 1_100, "ter. His name is Zabulun, and in all the world"),
    ]);
    let kinds: Vec<BlockKind> = page.blocks.iter().map(|block| block.kind).collect();
    assert_eq!(kinds, [BlockKind::RunningHead, BlockKind::Heading2, BlockKind::Paragraph]);
}

#[test]
fn a_long_heading_with_more_room_above_than_below_is_one() {
    let page = page(&[
        (83, 150, 1_100, "prenticed to the Enchanter, felt as if I were"),
        (83, 210, 968, "falling down from the top of the tower."),
        (132, 314, 1_002, "IV. The Palace of the King of Babylon"),
        (131, 384, 1_052, "And now at the supper board of King Manus"),
        (83, 444, 1_100, "those who were eating, or drinking, or whis-"),
        (83, 504, 1_100, "pering to each other as the youth began his"),
    ]);
    let kinds: Vec<BlockKind> = page.blocks.iter().map(|block| block.kind).collect();
    assert_eq!(kinds, [BlockKind::Paragraph, BlockKind::Heading2, BlockKind::Paragraph]);
}

#[test]
fn a_full_line_after_a_running_head_is_text_however_large_it_was_measured() {
    let lines = [
        (150, 150, 800, "THE HEAD OF THE PAGE"),
        (150, 260, 1_100, "I went in and stood on the floor of our"),
    ];
    let mut items =
        items(&[&lines[..], &[(150, 320, 1_100, "house; my heart was thumping within me")]].concat());
    items[1].x_height = 24;
    let texts = [
        "THE HEAD OF THE PAGE",
        "I went in and stood on the floor of our",
        "house; my heart was thumping within me",
    ];
    let sets: Vec<Set<'_>> =
        items.iter().zip(texts).map(|(line, text)| Set { line, text, mark: Mark::None }).collect();
    let page = build(2_000, &sets, &[], &Words::default());
    assert_eq!(page.blocks[1].kind, BlockKind::Paragraph);
    assert_eq!(page.blocks[1].lines, [2, 3]);
}

#[test]
fn the_words_under_a_figure_are_its_caption() {
    let lines = [
        (150, 150, 1_100, "The rolls of splints are shown in the figure"),
        (150, 210, 700, "below, which was drawn from life."),
        (350, 1_000, 700, "FIG. 52. ROLLS OF SPLINTS, INNER"),
        (500, 1_060, 400, "BARK, AND REED."),
        (200, 1_180, 1_050, "Fig. 52 shows how the rolls are bound before"),
        (150, 1_240, 1_100, "they are sent to the market in the next town"),
    ];
    let texts = lines.map(|(.., text)| text);
    let items = items(&lines);
    let sets: Vec<Set<'_>> =
        items.iter().zip(texts).map(|(line, text)| Set { line, text, mark: Mark::None }).collect();
    let figure = FigureItem {
        page: 1,
        index: 1,
        x: 300,
        y: 300,
        w: 800,
        h: 600,
        image: BlobRef(String::new()),
        image_w: 800,
        image_h: 600,
        after_line: 2,
        around: Vec::new(),
    };
    assert_eq!(
        told(&build(2_000, &sets, &[&figure], &Words::default())),
        [
            "paragraph: The rolls of splints are shown in the figure below, which was drawn from life.",
            "figure: ",
            "caption: FIG. 52. ROLLS OF SPLINTS, INNER BARK, AND REED.",
            "paragraph: Fig. 52 shows how the rolls are bound before they are sent to the market in the next town",
        ]
    );
}

#[test]
fn verse_keeps_its_lines() {
    let page = page(&[
        (150, 300, 1_100, "and then he sang to all of them who sat there,"),
        (350, 360, 500, "The ship sailed on"),
        (350, 420, 480, "And never came back"),
        (350, 480, 520, "To the western shore"),
        (150, 540, 1_100, "and nobody spoke for a long time after that."),
    ]);
    assert_eq!(page.blocks[1].kind, BlockKind::Verse);
    assert_eq!(page.blocks[1].text.lines().count(), 3);
}

#[test]
fn a_blank_page_has_no_blocks() {
    assert_eq!(page(&[]), PageText::default());
}

#[test]
fn page_numbers_come_in_many_dresses() {
    for (text, number) in
        [("19", "19"), ("— xii —", "xii"), ("[3]", "3"), ("58 SEAT WEAVING", "58"), ("SEAT 7", "7")]
    {
        assert_eq!(printed_number(text).as_deref(), Some(number), "{text}");
    }
    assert!(!is_page_number("civil war") && printed_number("The end").is_none());
}
