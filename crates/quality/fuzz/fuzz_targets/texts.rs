//! Arbitrary readings through the vote: it must not panic, and its tokens must spell its text.
#![no_main]

use kazi_quality::text::{Reading, Rover, TieRule, align, distance, vote};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data.get(..600).unwrap_or(data));
    let readings: Vec<Reading<'_>> = text
        .split('\n')
        .take(6)
        .enumerate()
        .map(|(place, text)| Reading { text, reliability: 0.5 + 0.49 * f64::from(u8::try_from(place % 5).unwrap_or(0)) / 5.0 })
        .collect();
    for ties in [TieRule::Central, TieRule::Longest, TieRule::Empty] {
        for rover in [Rover { ties, ..Rover::default() }, Rover { ties, ..Rover::words() }] {
            let line = vote(&readings, &rover, &|symbol: &str| symbol.to_lowercase()).expect("usable readings");
            for token in &line.tokens {
                assert!(line.text[token.start..].starts_with(&token.text));
                assert!((0.0..=1.0 + 1e-9).contains(&token.confidence));
            }
        }
    }
    if let [one, other, ..] = readings.as_slice() {
        let (one, other) = (one.text.as_bytes(), other.text.as_bytes());
        assert_eq!(align(one, other).iter().filter(|edit| !matches!(edit, kazi_quality::text::Edit::Same(..))).count(), distance(one, other));
    }
});
