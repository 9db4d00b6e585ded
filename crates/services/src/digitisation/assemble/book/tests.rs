use super::*;
use crate::BlobRef;
use crate::digitisation::answer::Alt;
use crate::digitisation::item::{FigureItem, PageItem};
use kazi_formats::epub::Inline;
use kazi_formats::raster::{Bitonal, Raster, encode_png};

/// A desk with one picture on it, under every name.
struct OnePicture;

impl Desk for OnePicture {
    fn blob(&mut self, _blob: &BlobRef) -> Result<Vec<u8>, Fault> {
        Ok(encode_png(&Raster::Bitonal(Bitonal::white(8, 8))).unwrap())
    }

    fn write(&mut self, _file: &str, _bytes: &[u8]) -> Result<(), Fault> {
        Ok(())
    }
}

fn leaf(number: u32) -> Leaf {
    let image = BlobRef(String::new());
    let item = PageItem {
        number,
        width: 900,
        height: 1_400,
        dpi: 300,
        image: image.clone(),
        image_w: 900,
        image_h: 1_400,
        thumb: None,
        rules: Vec::new(),
        label: String::new(),
    };
    let figure = FigureItem {
        page: number,
        index: 1,
        x: 0,
        y: 0,
        w: 8,
        h: 8,
        image,
        image_w: 8,
        image_h: 8,
        after_line: 0,
        around: Vec::new(),
    };
    let alt = Alt { short: "A roll of splints".to_owned(), ..Alt::default() };
    Leaf { number, item, proofread: None, lines: Vec::new(), figures: vec![(figure, Some(alt))] }
}

fn block(kind: BlockKind, text: &str, continues: bool) -> Block {
    let figure = (kind == BlockKind::Figure).then_some(1);
    Block { kind, text: text.to_owned(), continues, figure, ..Block::default() }
}

fn told(pages: &[(&str, Vec<Block>)]) -> Vec<String> {
    let settings = Settings {
        title: "Seats".to_owned(),
        operator: "Kazi".to_owned(),
        project: "project_1".to_owned(),
        date: "2026-11-22".to_owned(),
    };
    let mut book = Book::new(&Spec::default(), &settings);
    for (number, (label, blocks)) in (1..).zip(pages) {
        let page = PageText { blocks: blocks.clone(), page_number: (*label).to_owned() };
        book.page(&leaf(number), &page, &Words::default(), &mut OnePicture).unwrap();
    }
    book.settle(&mut OnePicture).unwrap();
    let words = |content: &[Inline]| {
        let word = |part: &Inline| match part {
            Inline::Text(words) => words.clone(),
            Inline::Page(label) => format!("[{label}]"),
            other => format!("{other:?}"),
        };
        content.iter().map(word).collect::<String>()
    };
    let node = |node: &Node| match node {
        Node::Paragraph(content) => words(content),
        Node::Figure { caption, .. } => format!("figure: {}", words(caption)),
        Node::Page(label) => format!("[{label}]"),
        other => format!("{other:?}"),
    };
    book.nodes.iter().map(node).collect()
}

#[test]
fn a_figure_in_the_middle_of_a_sentence_comes_after_its_paragraph() {
    use BlockKind::{Caption, Figure, Paragraph};
    let pages = [
        ("57", vec![block(Paragraph, "Those shown should supply ade-", false)]),
        ("58", vec![block(Figure, "", false), block(Caption, "FIG. 49.", false)]),
        (
            "59",
            vec![
                block(Figure, "", false),
                block(Paragraph, "quate variety. So it is.", true),
                block(Figure, "", false),
                block(Paragraph, "Next.", false),
            ],
        ),
    ];
    assert_eq!(
        told(&pages),
        [
            "[57]Those shown should supply [58]adequate[59] variety. So it is.",
            "figure: FIG. 49.",
            "figure: ",
            "Next.",
        ]
    );
}
