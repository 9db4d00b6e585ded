//! What a file is, told by its content and never by its name.

/// The kinds of file that pages can come from, and the common ones that they cannot, so that the refusal can name
/// what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FileKind {
    /// Portable Document Format.
    Pdf,
    /// Tagged Image File Format, also `BigTIFF`; one or more pages.
    Tiff,
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// JPEG 2000, boxed or a bare codestream.
    Jpeg2000,
    /// WebP.
    Webp,
    /// ZIP archive (which office files and EPUB are too).
    Zip,
    /// GIF.
    Gif,
    /// Windows bitmap.
    Bmp,
    /// HEIC, HEIF or AVIF, as telephones make.
    Heif,
    /// RAR archive.
    Rar,
    /// 7-Zip archive.
    SevenZip,
    /// `DjVu` document.
    Djvu,
    /// An office document of the old binary kind.
    OldOffice,
    /// Web page or XML.
    Markup,
}

impl FileKind {
    /// The name that people use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pdf => "PDF",
            Self::Tiff => "TIFF",
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Jpeg2000 => "JPEG 2000",
            Self::Webp => "WebP",
            Self::Zip => "ZIP",
            Self::Gif => "GIF",
            Self::Bmp => "BMP",
            Self::Heif => "HEIC",
            Self::Rar => "RAR",
            Self::SevenZip => "7-Zip",
            Self::Djvu => "DjVu",
            Self::OldOffice => "Word or Excel",
            Self::Markup => "web page",
        }
    }
}

/// How many bytes from the start [`sniff`] wants to see; fewer are fine for a short file.
pub const SNIFF_LENGTH: usize = 1_024;

/// What the file is, by its first bytes; none when it is nothing known.
///
/// ```
/// use kazi_formats::sniff::{FileKind, sniff};
/// assert_eq!(sniff(b"%PDF-1.7 ..."), Some(FileKind::Pdf));
/// assert_eq!(sniff(b"hello"), None);
/// ```
#[must_use]
pub fn sniff(start: &[u8]) -> Option<FileKind> {
    const PLAIN: [(&[u8], FileKind); 16] = [
        (b"%PDF-", FileKind::Pdf),
        (b"II*\0", FileKind::Tiff),
        (b"MM\0*", FileKind::Tiff),
        (b"II+\0", FileKind::Tiff),
        (b"MM\0+", FileKind::Tiff),
        (b"\xFF\xD8\xFF", FileKind::Jpeg),
        (b"\x89PNG\r\n\x1A\n", FileKind::Png),
        (b"\0\0\0\x0CjP  \r\n\x87\n", FileKind::Jpeg2000),
        (b"\xFF\x4F\xFF\x51", FileKind::Jpeg2000),
        (b"PK\x03\x04", FileKind::Zip),
        (b"PK\x05\x06", FileKind::Zip),
        (b"GIF8", FileKind::Gif),
        (b"Rar!\x1A\x07", FileKind::Rar),
        (b"7z\xBC\xAF\x27\x1C", FileKind::SevenZip),
        (b"AT&TFORM", FileKind::Djvu),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", FileKind::OldOffice),
    ];
    if let Some((_, kind)) = PLAIN.iter().find(|(magic, _)| start.starts_with(magic)) {
        return Some(*kind);
    }
    let four = |at: usize| start.get(at..at + 4);
    if four(0) == Some(b"RIFF") && four(8) == Some(b"WEBP") {
        return Some(FileKind::Webp);
    }
    if four(4) == Some(b"ftyp")
        && matches!(four(8), Some(b"heic" | b"heix" | b"mif1" | b"msf1" | b"avif" | b"hevc"))
    {
        return Some(FileKind::Heif);
    }
    // A bitmap's reserved fields are zero; two letters alone would be too weak a sign.
    if start.starts_with(b"BM") && four(6) == Some(&[0; 4]) {
        return Some(FileKind::Bmp);
    }
    sniff_late(start)
}

/// Kinds whose mark may come after other bytes: readers accept a PDF header anywhere in the first 1,024 bytes
/// (ISO 32000-2, annex I), and mark-up may start with blanks.
fn sniff_late(start: &[u8]) -> Option<FileKind> {
    let window = start.get(..SNIFF_LENGTH.min(start.len())).unwrap_or_default();
    if window.windows(5).any(|part| part == b"%PDF-") {
        return Some(FileKind::Pdf);
    }
    let text = window.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(window).trim_ascii_start();
    let lower: Vec<u8> = text.iter().take(16).map(u8::to_ascii_lowercase).collect();
    let marks: [&[u8]; 3] = [b"<!doctype", b"<html", b"<?xml"];
    marks.iter().any(|mark| lower.starts_with(mark)).then_some(FileKind::Markup)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_kind_is_told_by_its_mark() {
        assert_eq!(sniff(b"RIFF\x10\0\0\0WEBPVP8 "), Some(FileKind::Webp));
        assert_eq!(sniff(b"RIFF\x10\0\0\0WAVEfmt "), None);
        assert_eq!(sniff(b"\0\0\0\x18ftypheic"), Some(FileKind::Heif));
        assert_eq!(sniff(b"BM\x10\0\0\0\0\0\0\0"), Some(FileKind::Bmp));
        assert_eq!(sniff(b"BMW is a brand"), None);
        assert_eq!(sniff(b"junk before\n%PDF-1.4"), Some(FileKind::Pdf));
        assert_eq!(sniff(b"\xEF\xBB\xBF \n<!DOCTYPE html>"), Some(FileKind::Markup));
        assert_eq!(sniff(b""), None);
    }

    proptest! {
        #[test]
        fn any_bytes_give_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _kind = sniff(&bytes);
        }
    }
}
