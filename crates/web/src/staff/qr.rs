//! A QR code as a picture in the page itself: nothing is fetched, and no other server learns what it holds.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

/// So many modules around a code are left white (ISO/IEC 18004 asks for four).
const QUIET: i32 = 4;

/// The code of a text, to be drawn in a square of `side` modules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Qr {
    /// How many modules it is wide and high, with the white around it.
    pub(super) side: i32,
    /// What is dark, as the `d` of an SVG path.
    pub(super) dark: String,
}

impl Qr {
    /// Nothing where the text is too long for a code.
    pub(super) fn of(text: &str) -> Option<Self> {
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
        let mut dark = String::new();
        for y in 0..code.size() {
            let mut x = 0;
            while x < code.size() {
                let run = (x..code.size()).take_while(|at| code.get_module(*at, y)).count();
                if run > 0 {
                    // Writing to a String cannot fail.
                    let _ = write!(dark, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
                }
                x += i32::try_from(run).unwrap_or(0) + 1;
            }
        }
        Some(Self { side: code.size() + 2 * QUIET, dark })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws the path again, run by run.
    fn drawn(path: &str) -> std::collections::BTreeSet<(i32, i32)> {
        let mut dark = std::collections::BTreeSet::new();
        for run in path.split('M').skip(1) {
            let (place, rest) = run.split_once('h').unwrap();
            let (x, y) = place.split_once(' ').unwrap();
            let (x, y): (i32, i32) = (x.parse().unwrap(), y.parse().unwrap());
            let length: i32 = rest.split_once('v').unwrap().0.parse().unwrap();
            dark.extend((x..x + length).map(|x| (x, y)));
        }
        dark
    }

    #[test]
    fn the_picture_is_the_code() {
        let text = "otpauth://totp/Kazi:ruth%40library.example?secret=GEZDGNBVGY3TQOJQ&issuer=Kazi";
        let qr = Qr::of(text).unwrap();
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).unwrap();
        let all = (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y)));
        let wanted =
            all.filter(|(x, y)| code.get_module(*x, *y)).map(|(x, y)| (x + QUIET, y + QUIET)).collect();
        assert_eq!(drawn(&qr.dark), wanted);
        assert_eq!(qr.side, code.size() + 8);
        assert_eq!(Qr::of(&"x".repeat(5_000)), None);
    }
}
