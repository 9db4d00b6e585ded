//! Images in another size.

use super::number::{index, round, sample};
use super::{Pixels, Raster, RasterError};

impl<const CHANNELS: usize> Pixels<CHANNELS> {
    /// The image in another size: each new pixel is the mean of the area that it covers. The resolution is carried
    /// along.
    ///
    /// # Errors
    /// [`RasterError::Empty`] for a size of 0.
    pub fn resized(&self, width: u32, height: u32) -> Result<Self, RasterError> {
        if width == 0 || height == 0 {
            return Err(RasterError::Empty);
        }
        let columns = shares(self.width, width);
        let mut narrow = Vec::with_capacity(index(width) * index(self.height) * CHANNELS);
        for row in self.rows() {
            let pixels = row.as_chunks::<CHANNELS>().0;
            for share in &columns {
                narrow.extend(mean(share, pixels.get(share.start..).unwrap_or_default().iter().copied()));
            }
        }
        let stride = index(width) * CHANNELS;
        let mut samples = Vec::with_capacity(stride * index(height));
        for share in &shares(self.height, height) {
            let mut sums = vec![1_u32 << 15; stride];
            let rows = narrow.get(share.start * stride..).unwrap_or_default().chunks_exact(stride);
            for (weight, row) in share.weights.iter().zip(rows) {
                for (sum, value) in sums.iter_mut().zip(row) {
                    *sum += weight * u32::from(*value);
                }
            }
            samples.extend(sums.into_iter().map(|sum| sample(sum >> 16)));
        }
        let dpi = self.dpi.map(|dpi| round(f64::from(dpi) * f64::from(width) / f64::from(self.width)));
        Ok(Self::new(width, height, samples)?.with_dpi(dpi))
    }

    /// The image shrunk so that neither side is longer than `longest`; unchanged when it is small enough.
    ///
    /// # Errors
    /// As [`Pixels::resized`].
    pub fn shrunk_to(&self, longest: u32) -> Result<Self, RasterError> {
        let longer = self.width.max(self.height);
        if longer <= longest {
            return Ok(self.clone());
        }
        let scale = f64::from(longest) / f64::from(longer);
        let scaled = |length: u32| round(f64::from(length) * scale).max(1);
        self.resized(scaled(self.width), scaled(self.height))
    }
}

impl Raster {
    /// The image shrunk so that neither side is longer than `longest`; a shrunk bitonal image is grey, because
    /// the greys keep thin strokes legible.
    ///
    /// # Errors
    /// As [`Pixels::resized`].
    pub fn shrunk_to(&self, longest: u32) -> Result<Self, RasterError> {
        if self.width().max(self.height()) <= longest {
            return Ok(self.clone());
        }
        match self {
            Self::Rgb(image) => Ok(Self::Rgb(image.shrunk_to(longest)?)),
            Self::Gray(image) => Ok(Self::Gray(image.shrunk_to(longest)?)),
            Self::Bitonal(image) => Ok(Self::Gray(image.to_gray().shrunk_to(longest)?)),
        }
    }
}

/// Which old pixels make up a new one: from `start`, with weights that sum to 65,536.
struct Share {
    start: usize,
    weights: Vec<u32>,
}

/// The shares of all new pixels along one side.
fn shares(old: u32, new: u32) -> Vec<Share> {
    let scale = f64::from(old) / f64::from(new);
    (0..new)
        .map(|at| {
            let (from, to) = (f64::from(at) * scale, (f64::from(at + 1) * scale).min(f64::from(old)));
            let start = round(from.floor()).min(old - 1);
            let end = round(to.ceil()).clamp(start + 1, old);
            let part = |pixel: u32| (to.min(f64::from(pixel + 1)) - from.max(f64::from(pixel))).max(0.0);
            let total: f64 = (start..end).map(part).sum::<f64>().max(1e-9);
            let mut weights: Vec<u32> =
                (start..end).map(|pixel| round(part(pixel) / total * 65_536.0)).collect();
            // Rounding must not make white paper grey.
            let sum: u32 = weights.iter().sum();
            if let Some(largest) = weights.iter_mut().max() {
                *largest = (*largest + 65_536).saturating_sub(sum);
            }
            Share { start: index(start), weights }
        })
        .collect()
}

fn mean<const CHANNELS: usize>(
    share: &Share,
    pixels: impl Iterator<Item = [u8; CHANNELS]>,
) -> [u8; CHANNELS] {
    let mut sums = [1_u32 << 15; CHANNELS];
    for (weight, pixel) in share.weights.iter().zip(pixels) {
        for (sum, value) in sums.iter_mut().zip(pixel) {
            *sum += weight * u32::from(value);
        }
    }
    sums.map(|sum| sample(sum >> 16))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::Gray8;

    #[test]
    fn shrinking_keeps_the_shape_and_the_resolution_of_the_paper() {
        let image = Gray8::filled(600, 300, 255).with_dpi(Some(300));
        let small = image.shrunk_to(200).unwrap();
        assert_eq!((small.width(), small.height(), small.dpi), (200, 100, Some(100)));
        assert!(small.samples().iter().all(|sample| *sample == 255));
        let stripes = Gray8::new(4, 1, vec![0, 100, 200, 100]).unwrap();
        assert_eq!(stripes.resized(2, 1).unwrap().samples(), [50, 150]);
        assert_eq!(stripes.resized(8, 2).unwrap().row(1), [0, 0, 100, 100, 200, 200, 100, 100]);
        assert_eq!(image.resized(0, 5), Err(RasterError::Empty));
    }
}
