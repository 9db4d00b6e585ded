//! Arbitrary shapes through matching and merging: faults are errors, the rest must not panic.
#![no_main]

use kazi_quality::geometry::{Consensus, Interval, Point, Polygon, Reader, Rectangle, RotatedRectangle, Shape, Span};
use libfuzzer_sys::fuzz_target;

/// One reader for each third of the shapes.
fn run<S: Shape>(shapes: Vec<S>) {
    let mut readers: Vec<Reader<usize, S>> = (0..3).map(|_| Reader { weight: 1.0, marks: Vec::new() }).collect();
    for (place, shape) in shapes.into_iter().take(24).enumerate() {
        readers[place % 3].marks.push((place % 2, shape));
    }
    let consensus = Consensus { same_at: 0.3, across_classes: true, ..Consensus::default() };
    if let Ok(found) = consensus.fit(&readers) {
        let marks: usize = readers.iter().map(|reader| reader.marks.len()).sum();
        assert!(found.iter().map(|object| object.marks.len()).sum::<usize>() <= marks);
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((choice, data)) = data.split_first() else { return };
    // Three bytes a number: mostly tame, sometimes not a number at all.
    let number = |bytes: &[u8]| match bytes[2] {
        255 => f64::NAN,
        254 => f64::INFINITY,
        exponent => f64::from(i16::from_le_bytes([bytes[0], bytes[1]])) * 10_f64.powi(i32::from(exponent % 8) - 4),
    };
    let numbers: Vec<f64> = data.chunks_exact(3).take(120).map(number).collect();
    match choice % 6 {
        0 => run(numbers.chunks_exact(4).map(|n| Rectangle { left: n[0], top: n[1], right: n[2], bottom: n[3] }).collect()),
        1 => run(numbers.chunks_exact(5).map(|n| RotatedRectangle { x: n[0], y: n[1], width: n[2], height: n[3], angle: n[4] }).collect()),
        2 => run(numbers.chunks_exact(12).map(|n| Polygon { corners: n.chunks_exact(2).map(|p| (p[0], p[1])).collect() }).collect()),
        3 => run(numbers.chunks_exact(2).map(|n| Interval { start: n[0], end: n[1] }).collect()),
        4 => run(numbers.chunks_exact(3).map(|n| Point { x: n[0], y: n[1], radius: n[2] }).collect()),
        _ => run(data.chunks_exact(2).map(|n| Span { start: usize::from(n[0]), end: usize::from(n[1]) }).collect()),
    }
});
