//! Matching and merging of marks.

use crate::support::{real, rows};
use kazi_quality::geometry::{
    Consensus, Interval, Mask, Point, Polygon, Reader, Rectangle, RotatedRectangle, Shape, Span, assign,
    staple,
};
use proptest::prelude::*;

fn square(left: f64, top: f64, side: f64) -> Polygon {
    Polygon { corners: vec![(left, top), (left + side, top), (left + side, top + side), (left, top + side)] }
}

fn near(found: f64, wanted: f64, within: f64) {
    assert!((found - wanted).abs() < within, "{found}, wanted {wanted}");
}

#[test]
fn overlaps_of_known_shapes() {
    let wide = Rectangle { left: 0.0, top: 0.0, right: 2.0, bottom: 1.0 };
    let shifted = Rectangle { left: 1.0, top: 0.0, right: 3.0, bottom: 1.0 };
    near(wide.similarity(&shifted), 1.0 / 3.0, 1e-12);
    let turned =
        RotatedRectangle { x: 0.5, y: 0.5, width: 1.0, height: 1.0, angle: std::f64::consts::FRAC_PI_4 };
    let upright = RotatedRectangle { angle: 0.0, ..turned };
    // A unit square and itself turned by 45° share a regular octagon of area 2(√2 − 1).
    let octagon = 2.0 * (2.0_f64.sqrt() - 1.0);
    near(turned.similarity(&upright), octagon / (2.0 - octagon), 1e-9);
    near(square(0.0, 0.0, 2.0).similarity(&square(1.0, 1.0, 2.0)), 1.0 / 7.0, 0.002);
    near(Span { start: 0, end: 4 }.similarity(&Span { start: 2, end: 6 }), 1.0 / 3.0, 1e-12);
    near(Interval { start: 0.0, end: 1.0 }.similarity(&Interval { start: 2.0, end: 3.0 }), 0.0, 1e-12);
    near(
        Point { x: 0.0, y: 0.0, radius: 5.0 }.similarity(&Point { x: 3.0, y: 4.0, radius: 5.0 }),
        0.5,
        1e-12,
    );
}

#[test]
fn a_merged_polygon_is_the_majoritys_area() {
    let parts = [square(0.0, 0.0, 10.0), square(1.0, 0.0, 10.0), square(2.0, 0.0, 10.0)];
    let merged = Polygon::merged(&parts.iter().map(|part| (part, 1.0)).collect::<Vec<_>>()).unwrap();
    assert!(merged.similarity(&square(1.0, 0.0, 10.0)) > 0.98, "{merged:?}");
    // An L keeps its corner.
    let l = Polygon {
        corners: vec![(0.0, 0.0), (4.0, 0.0), (4.0, 10.0), (10.0, 10.0), (10.0, 14.0), (0.0, 14.0)],
    };
    near(l.area(), 80.0, 0.1);
    let merged = Polygon::merged(&[(&l, 1.0), (&l, 1.0)]).unwrap();
    assert!(merged.similarity(&l) > 0.97, "{merged:?}");
}

#[test]
fn a_box_written_the_other_way_round_is_the_same_box() {
    let one = RotatedRectangle { x: 0.0, y: 0.0, width: 4.0, height: 2.0, angle: 0.1 };
    let other = RotatedRectangle { width: 2.0, height: 4.0, angle: 0.1 + std::f64::consts::FRAC_PI_2, ..one };
    near(one.similarity(&other), 1.0, 1e-9);
    let merged = RotatedRectangle::merged(&[(&one, 1.0), (&other, 1.0)]).unwrap();
    near(merged.similarity(&one), 1.0, 1e-9);
}

#[test]
fn unusable_shapes_name_their_row() {
    let flat = Rectangle { left: 1.0, top: 0.0, right: 1.0, bottom: f64::NAN };
    let good = Rectangle { left: 0.0, top: 0.0, right: 1.0, bottom: 1.0 };
    let readers = [Reader { weight: 1.0, marks: vec![((), good), ((), flat)] }];
    assert!(Consensus::default().fit(&readers).unwrap_err().to_string().starts_with("row 1:"));
}

#[test]
fn staple_distrusts_the_one_who_draws_too_wide() {
    let size = 20;
    let inside =
        |x: usize, y: usize, from: usize, to: usize| (from..to).contains(&x) && (from..to).contains(&y);
    let mask = |from: usize, to: usize| {
        Mask::new(
            size,
            size,
            (0..size * size).map(|cell| inside(cell % size, cell / size, from, to)).collect(),
        )
        .unwrap()
    };
    let (exact, wide) = (mask(5, 15), mask(2, 18));
    let found = staple(&[&exact, &exact, &wide], 0.3).unwrap();
    assert!(found.specificity[2] < found.specificity[0]);
    assert!(found.probability[3 * size + 3] < 0.01 && found.probability[10 * size + 10] > 0.99);
}

/// The polygons of one column pair: lists of lists of coordinates.
fn polygons(x: &str, y: &str) -> Vec<Polygon> {
    let parse = |text: &str| serde_json::from_str::<Vec<Vec<f64>>>(text).unwrap_or_default();
    let pair = |(x, y): (Vec<f64>, Vec<f64>)| Polygon { corners: x.into_iter().zip(y).collect() };
    parse(x).into_iter().zip(parse(y)).map(pair).filter(|polygon| polygon.fault().is_none()).collect()
}

#[test]
fn volunteers_polygons_merge_into_the_published_ones() {
    let Some(text) = real("crowd/polygon_zooniverse/polygons.csv") else { return };
    let reference = real("crowd/polygon_zooniverse/reference_median.csv").unwrap();
    let mut subjects: std::collections::BTreeMap<String, Vec<Reader<(), Polygon>>> =
        std::collections::BTreeMap::new();
    for row in rows(&text) {
        let marks = polygons(&row[3], &row[4]).into_iter().map(|polygon| ((), polygon)).collect();
        subjects.entry(row[2].clone()).or_default().push(Reader { weight: 1.0, marks });
    }
    let header: Vec<&str> = reference.lines().next().unwrap().split(',').collect();
    let column = |name: &str| header.iter().position(|found| *found == name).unwrap();
    let (x, y) =
        (column("data.frame0.T0_toolIndex0_clusters_x"), column("data.frame0.T0_toolIndex0_clusters_y"));
    let (mut sum, mut count) = (0.0, 0);
    for row in rows(&reference) {
        let published = polygons(&row[x], &row[y]);
        let Some(readers) = subjects.get(&row[0]) else { continue };
        let found = Consensus { quorum: 0.0, ..Consensus::default() }.fit(readers).unwrap();
        for polygon in &published {
            sum += found.iter().map(|object| object.shape.similarity(polygon)).fold(0.0, f64::max);
            count += 1;
        }
    }
    let mean = sum / f64::from(count);
    println!("mean overlap with {count} published medians: {mean:.3}");
    assert!(count > 20 && mean > 0.85, "{mean:.3}");
}

proptest! {
    #[test]
    fn the_assignment_is_the_best_of_all(gains in prop::collection::vec(prop::collection::vec(0.0_f64..1.0, 4), 4)) {
        let total = |columns: &[usize]| -> f64 { columns.iter().enumerate().map(|(row, column)| gains[row][*column]).sum() };
        let mut best = 0.0_f64;
        for code in 0..256_usize {
            let columns = [code % 4, code / 4 % 4, code / 16 % 4, code / 64];
            if (0..4).all(|column| columns.contains(&column)) {
                best = best.max(total(&columns));
            }
        }
        let found: Vec<usize> = assign(&gains).into_iter().map(Option::unwrap).collect();
        prop_assert!((total(&found) - best).abs() < 1e-9);
    }

    #[test]
    fn similarity_is_symmetric_and_bounded(a in prop::array::uniform4(0.1_f64..9.0), b in prop::array::uniform4(0.1_f64..9.0)) {
        let shape = |v: [f64; 4]| RotatedRectangle { x: v[0], y: v[1], width: v[2], height: v[3], angle: v[0] };
        let (one, other) = (shape(a), shape(b));
        let there = one.similarity(&other);
        prop_assert!((0.0..=1.0).contains(&there));
        prop_assert!((there - other.similarity(&one)).abs() < 1e-9);
        prop_assert!((one.similarity(&one) - 1.0).abs() < 1e-9);
        let polygon = |shape: RotatedRectangle| Polygon { corners: shape.corners().to_vec() };
        prop_assert!((polygon(one).similarity(&polygon(other)) - there).abs() < 0.02);
    }

    #[test]
    fn every_mark_belongs_to_exactly_one_object(readers in prop::collection::vec(prop::collection::vec((0_usize..50, 1_usize..10), 0..5), 1..5)) {
        let readers: Vec<Reader<(), Span>> = readers
            .into_iter()
            .map(|spans| Reader { weight: 1.0, marks: spans.into_iter().map(|(start, length)| ((), Span { start, end: start + length })).collect() })
            .collect();
        let found = Consensus::default().fit(&readers).unwrap();
        let mut marks: Vec<(usize, usize)> = found.iter().flat_map(|object| object.marks.clone()).collect();
        marks.sort_unstable();
        let all: Vec<(usize, usize)> =
            readers.iter().enumerate().flat_map(|(reader, from)| (0..from.marks.len()).map(move |mark| (reader, mark))).collect();
        prop_assert_eq!(marks, all);
    }
}
