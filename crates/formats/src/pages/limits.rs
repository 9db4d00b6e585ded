//! How much of a file is taken.

use super::PageProblem;

/// What one file may ask for. The defaults are what the service promises its clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most pages a file.
    pub pages: usize,
    /// Longest side of a page image in pixels.
    pub side: u32,
    /// Most pixels of a page image.
    pub pixels: u64,
    /// Largest file that is read into memory whole (PDF).
    pub file_bytes: u64,
    /// Largest single image, by itself or unpacked from an archive.
    pub entry_bytes: u64,
    /// Most bytes that an archive may unpack to in all.
    pub unpacked_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            pages: 1_000,
            side: 30_000,
            // An A3 sheet at 600 dots an inch has 70 million.
            pixels: 100_000_000,
            file_bytes: 2 << 30,
            entry_bytes: 400 << 20,
            unpacked_bytes: 16 << 30,
        }
    }
}

impl Limits {
    /// Refuses an image that is too large.
    ///
    /// # Errors
    /// [`PageProblem::TooLarge`].
    pub fn check(&self, width: u32, height: u32) -> Result<(), PageProblem> {
        let pixels = u64::from(width) * u64::from(height);
        if width > self.side || height > self.side || pixels > self.pixels {
            return Err(PageProblem::TooLarge { width, height });
        }
        Ok(())
    }
}
