use super::kinds::is_page_number;
use super::*;
use crate::BlobRef;

/// A page of lines: x, baseline, width, text. Letters are 20 pixels high, lines 60 apart.
fn page(lines: &[(u32, u32, u32, &str)]) -> PageText {
    let items: Vec<LineItem> = lines
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
        .collect();
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
