//! Numbers, moments, amounts and sentences as people read them.

use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};
use kazi_app::access::SignedIn;
use kazi_app::network::profile;
use kazi_domain::{Currency, Moment, Money};
use kazi_texts::Texts;

use crate::frame::Frame;

/// A refusal as a sentence: it begins large and ends with a full stop.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.trim().chars();
    let Some(first) = letters.next() else { return String::new() };
    let mut sentence: String = first.to_uppercase().chain(letters).collect();
    if !sentence.ends_with(['.', '!', '?', '…']) {
        sentence.push('.');
    }
    sentence
}

/// A whole number with commas: `8,370`.
pub(super) fn count(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{}", grouped(&digits))
}

fn grouped(digits: &str) -> String {
    let length = digits.len();
    let mut text = String::with_capacity(length + length / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (length - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// An amount with its currency: `KES 31,700.00`.
pub(super) fn money(micros: i64, currency: Currency) -> String {
    let amount = Money::new(micros, currency).amount();
    let (whole, part) = amount.split_once('.').unwrap_or((&amount, "00"));
    let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |whole| ("-", whole));
    format!("{currency} {sign}{}.{part}", grouped(whole))
}

/// An amount without its currency, as it is typed into a form: `0.80`.
pub(super) fn amount(micros: i64) -> String {
    "XXX".parse().map(|none: Currency| Money::new(micros, none).amount()).unwrap_or_default()
}

/// A length of a file: `1.4 MB`.
pub(super) fn bytes(length: u64) -> String {
    const UNITS: [(&str, u64); 3] = [("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)];
    match UNITS.iter().find(|(_, unit)| length >= *unit) {
        None => format!("{length} B"),
        Some((name, unit)) => {
            let tenths = length.saturating_mul(10) / unit;
            format!("{}.{} {name}", tenths / 10, tenths % 10)
        }
    }
}

/// A share of a whole in percent with one decimal, for an attribute: `41.5`.
pub(super) fn percent(part: i64, whole: i64) -> String {
    let per_mille = part.max(0).saturating_mul(1000).checked_div(whole.max(1)).unwrap_or(0).min(1000);
    format!("{}.{}", per_mille / 10, per_mille % 10)
}

/// The word of a thing whose key comes from data, such as `stage-type`; the key itself, made readable, where there is none.
pub(super) fn named(texts: &Texts, area: &str, key: &str) -> String {
    let dashed = key.replace('_', "-");
    texts.by_key(&format!("{area}-{dashed}")).unwrap_or_else(|| readable(key))
}

fn readable(key: &str) -> String {
    let words = key.replace(['_', '-'], " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// How the reader tells the time: the clock of their place, the months of their language.
#[derive(Debug, Clone)]
pub(super) struct Clock {
    zone: TimeZone,
    /// Whether times are told with the name of this clock: so where nobody chose one.
    told: bool,
    months: String,
}

/// The clock of somebody: the one that they chose, else that of their centre, else UTC.
pub(super) fn zone(who: Option<&SignedIn>) -> TimeZone {
    let chosen = who.and_then(|who| profile::zone(&who.time_zone));
    let of_centre = || {
        let seconds = who.map_or(0, |who| who.utc_offset_minutes).checked_mul(60)?;
        Some(TimeZone::fixed(Offset::from_seconds(seconds).ok()?))
    };
    chosen.or_else(of_centre).unwrap_or(TimeZone::UTC)
}

impl Clock {
    /// The clock of the reader of a page.
    pub(super) fn of(frame: &Frame) -> Self {
        let zone = zone(frame.signed_in.as_ref());
        let told = zone == TimeZone::fixed(Offset::UTC) || zone == TimeZone::UTC;
        Self { zone, told, months: frame.texts.month_names() }
    }

    fn there(&self, at: Moment) -> Option<Zoned> {
        Some(Timestamp::from_microsecond(at.micros()).ok()?.to_zoned(self.zone.clone()))
    }

    fn month(&self, at: &Zoned) -> &str {
        let place = usize::try_from(at.month() - 1).unwrap_or(0);
        self.months.split_whitespace().nth(place).unwrap_or("?")
    }

    /// The day: `23 Nov 2026`.
    pub(super) fn day(&self, at: Moment) -> String {
        let Some(at) = self.there(at) else { return String::from("?") };
        format!("{} {} {}", at.day(), self.month(&at), at.year())
    }

    /// Day and time: `23 Nov 2026, 10:42`; who has no place of their own reads UTC.
    pub(super) fn moment(&self, at: Moment) -> String {
        let Some(zoned) = self.there(at) else { return String::from("?") };
        let zone = if self.told { " UTC" } else { "" };
        format!("{}, {:02}:{:02}{zone}", self.day(at), zoned.hour(), zoned.minute())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_told_as_people_write_them() {
        assert_eq!(
            [count(0), count(999), count(8_370), count(-1_234_567)],
            ["0", "999", "8,370", "-1,234,567"]
        );
        let kes = "KES".parse().unwrap();
        assert_eq!(money(31_700_000_000, kes), "KES 31,700.00");
        assert_eq!(money(-800_000, kes), "KES -0.80");
        assert_eq!([bytes(12), bytes(1_500), bytes(3 << 20)], ["12 B", "1.4 kB", "3.0 MB"]);
        assert_eq!([percent(0, 0), percent(1, 3), percent(9, 3)], ["0.0", "33.3", "100.0"]);
    }

    #[test]
    fn a_refusal_reads_as_a_sentence() {
        assert_eq!(sentence("give the project a name"), "Give the project a name.");
        assert_eq!(sentence("Is it so?"), "Is it so?");
        assert_eq!(sentence(""), "");
    }

    #[test]
    fn the_clock_is_that_of_the_place() {
        let clock = |zone: TimeZone, told| Clock { zone, told, months: "Jan Feb Mar Apr May Jun Jul".into() };
        let late = Moment::from_micros(22 * 3_600_000_000);
        assert_eq!(clock(TimeZone::UTC, true).moment(late), "1 Jan 1970, 22:00 UTC");
        let nairobi = TimeZone::fixed(Offset::constant(3));
        assert_eq!(clock(nairobi, false).moment(late), "2 Jan 1970, 01:00");
        // Summer and winter have clocks of their own.
        let paris = profile::zone("Europe/Paris").unwrap();
        let [winter, summer] = [1_767_262_500, 1_782_900_900].map(|at| Moment::from_micros(at * 1_000_000));
        assert_eq!(clock(paris.clone(), false).moment(winter), "1 Jan 2026, 11:15");
        assert_eq!(clock(paris, false).moment(summer), "1 Jul 2026, 12:15");
    }
}
