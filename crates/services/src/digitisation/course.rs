//! What a typist learns and practises before the first paid line. The practice lines are our own sentences,
//! set and roughened by `practice/make.py`.

use super::Digitisation;
use super::answer::{LineOutcome, Mark, Outcome};
use super::item::{Item, LineItem};
use super::stages::{RESOLVE, TYPE};
use crate::{BlobRef, Course, Lesson, Practice};

/// A practice line.
struct Line {
    text: &'static str,
    reason: &'static str,
    picture: &'static [u8],
    /// The SHA-256 of the picture: its address.
    address: &'static str,
    width: u32,
}

const HEIGHT: u32 = 84;

const LINES: [Line; 6] = [
    Line {
        text: "She alwayes carryed two baskets to the market,",
        reason: "digitisation-practice-exact-why",
        picture: include_bytes!("practice/exact.png"),
        address: "0185fc0950d2a77475cb8a39bd5ff3ecd403a5077e329429047564b498e5096b",
        width: 1_055,
    },
    Line {
        text: "for the road to the lake was long, and un-",
        reason: "digitisation-practice-hyphen-why",
        picture: include_bytes!("practice/hyphen.png"),
        address: "b8bd6dce353b16e8fa2171e4b93e72a6ba15c3d75769b652f745359cd8876acc",
        width: 920,
    },
    Line {
        text: "“Wait,” he said, “not yet; the rain will stop.”",
        reason: "digitisation-practice-marks-why",
        picture: include_bytes!("practice/marks.png"),
        address: "ac14c051c237004f55857d95f0808d4d65fc1bc8f122d9870f050719566a599b",
        width: 973,
    },
    Line {
        text: "In 1863 the bridge had 27 arches; now it has 21.",
        reason: "digitisation-practice-digits-why",
        picture: include_bytes!("practice/digits.png"),
        address: "94f588ce06905d1dc4bd136ef47801c5a2d58b843a0955abe8a97199f5ee3776",
        width: 1_070,
    },
    Line {
        text: "The old boat—his father’s—lay on the sand.",
        reason: "digitisation-practice-dash-why",
        picture: include_bytes!("practice/dash.png"),
        address: "4f187b189f6703328cb355669a9fe296c6ba0cc269a301ebc8f761d640ae55d1",
        width: 963,
    },
    Line {
        text: "",
        reason: "digitisation-practice-blank-why",
        picture: include_bytes!("practice/blank.png"),
        address: "60179db1d2316e652f48b0e3675fbdfbac9930020f15b871e70da2f0f2fdac6f",
        width: 900,
    },
];

/// The course of a stage: typing has lessons and lines, settling a lesson; the others need none.
pub fn course(stage: &str) -> Option<Course<Digitisation>> {
    match stage {
        TYPE => Some(Course {
            lessons: lessons(&TYPING),
            practice: LINES.iter().map(practice).collect(),
            pass: 5,
        }),
        RESOLVE => Some(Course { lessons: lessons(&SETTLING), practice: Vec::new(), pass: 0 }),
        _ => None,
    }
}

const TYPING: [&str; 4] = [
    "digitisation-lesson-exact",
    "digitisation-lesson-hyphen",
    "digitisation-lesson-marks",
    "digitisation-lesson-blank",
];
const SETTLING: [&str; 1] = ["digitisation-lesson-resolve"];

fn lessons(keys: &[&'static str]) -> Vec<Lesson> {
    keys.iter().map(|key| Lesson { key }).collect()
}

fn practice(line: &Line) -> Practice<Digitisation> {
    let image = BlobRef(line.address.to_owned());
    let item = Item::Line(LineItem {
        page: 0,
        index: 1,
        x: 0,
        y: 0,
        w: line.width,
        h: HEIGHT,
        baseline: 0,
        x_height: 0,
        image: image.clone(),
        image_w: line.width,
        image_h: HEIGHT,
        before: None,
        odd: false,
    });
    let mark = if line.text.is_empty() { Mark::Blank } else { Mark::None };
    let truth = Outcome::Line(LineOutcome { text: line.text.to_owned(), mark, doubts: Vec::new() });
    Practice { item, truth, media: vec![(image, "image/png", line.picture)], reason: line.reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kazi_texts::{Language, texts};
    use sha2::{Digest, Sha256};

    #[test]
    fn pictures_go_by_the_hash_of_their_bytes() {
        for line in &LINES {
            let hash = Sha256::digest(line.picture);
            let hash = hash.iter().fold(String::new(), |hash, byte| hash + &format!("{byte:02x}"));
            assert_eq!(hash, line.address, "{}", line.text);
            let raster = kazi_formats::raster::decode_png(line.picture, 1 << 20).unwrap();
            assert_eq!((raster.width(), raster.height()), (line.width, HEIGHT));
        }
    }

    #[test]
    fn every_lesson_and_reason_has_its_words() {
        let english = texts(Language::En);
        let known = |key: &str| assert!(english.by_key(key).is_some(), "{key} has no text");
        for stage in [TYPE, RESOLVE] {
            let course = course(stage).unwrap();
            for lesson in course.lessons {
                for key in ["", "-right", "-wrong"] {
                    known(&format!("{}{key}", lesson.key));
                }
            }
            course.practice.iter().for_each(|task| known(task.reason));
            assert!(usize::try_from(course.pass).unwrap() <= course.practice.len());
        }
    }
}
