//! The resolution that a JPEG file claims in its JFIF header (ITU-T T.871, clause 10.1).

use crate::raster::number::round;
use crate::raster::plausible_dpi;

/// Dots an inch from the APP0 segment, when it is the first and says so.
pub(super) fn of_jpeg(bytes: &[u8]) -> Option<u32> {
    let header = bytes.strip_prefix(b"\xFF\xD8\xFF\xE0")?.get(2..)?.strip_prefix(b"JFIF\0")?;
    let [_, _, unit, x_high, x_low, ..] = header else { return None };
    let density = u32::from(u16::from_be_bytes([*x_high, *x_low]));
    let dpi = match unit {
        1 => density,
        2 => round(f64::from(density) * 2.54),
        _ => return None,
    };
    plausible_dpi(dpi).then_some(dpi)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn density_is_read_in_both_units_and_only_when_plausible() {
        let header = |unit: u8, density: u16| {
            let [high, low] = density.to_be_bytes();
            [&b"\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\x01"[..], &[unit, high, low, high, low]].concat()
        };
        assert_eq!(of_jpeg(&header(1, 300)), Some(300));
        assert_eq!(of_jpeg(&header(2, 118)), Some(300));
        assert_eq!(of_jpeg(&header(0, 1)), None);
        assert_eq!(of_jpeg(&header(1, 1)), None);
        assert_eq!(of_jpeg(b"\xFF\xD8\xFF\xE1"), None);
    }
}
