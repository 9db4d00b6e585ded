//! Which encoding a text is written in, and reading it as UTF-8.
//!
//! UTF-8 and UTF-16 are recognised for certain (byte order mark, or validity over the whole text). What is
//! left is read as Windows-1252 if it can be that; a text in another old encoding is refused, because wrong
//! letters that nobody notices cost more than a second upload.

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How many bytes are looked at together.
const CHUNK: usize = 64 * 1024;

/// An encoding that [`Utf8Reader`] reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16, low byte first.
    Utf16Little,
    /// UTF-16, high byte first.
    Utf16Big,
    /// The old encoding of Western Europe. A guess: no byte of the text speaks against it.
    Windows1252,
}

/// What a look through a whole text has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Detection {
    /// The encoding.
    pub encoding: Encoding,
    /// How many bytes at the start are the byte order mark.
    pub mark: usize,
    /// The length in bytes.
    pub bytes: u64,
    /// How many line ends there are (for UTF-16: about how many).
    pub lines: u64,
}

/// Why a text cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum EncodingError {
    /// It holds bytes that no text holds.
    #[error(
        "This file is not text. Save the table as CSV (in a spreadsheet program: Save as, CSV UTF-8) and send that."
    )]
    Binary,
    /// It is text in some old encoding other than Windows-1252.
    #[error(
        "This text is in an old encoding that cannot be told for certain. Save it as UTF-8 and try again."
    )]
    Unknown,
    /// It cannot be read.
    #[error("The file cannot be read to its end: {0}. Upload it again.")]
    Unreadable(#[from] io::Error),
}

/// Reads a text to its end and tells its encoding.
///
/// A text that is valid UTF-8 but for a few places is UTF-8 (its reader finds the damaged places).
///
/// # Errors
/// When it is no text, when the encoding cannot be told, or when the reader fails.
pub fn detect(mut reader: impl Read) -> Result<Detection, EncodingError> {
    let mut tally = Tally::default();
    let mut marked = None;
    let mut first = true;
    let mut chunk = Vec::with_capacity(CHUNK);
    loop {
        chunk.clear();
        let count = reader.by_ref().take(u64::try_from(CHUNK).unwrap_or(u64::MAX)).read_to_end(&mut chunk)?;
        if count == 0 {
            break;
        }
        if std::mem::take(&mut first) {
            marked = mark(&chunk).or_else(|| unmarked_utf16(&chunk));
            if marked.is_none() && chunk.contains(&0) {
                return Err(EncodingError::Binary);
            }
        }
        tally.bytes += u64::try_from(count).unwrap_or(u64::MAX);
        tally.lines += count_where(&chunk, |byte| byte == b'\n');
        if !matches!(marked, Some((Encoding::Utf16Little | Encoding::Utf16Big, _))) {
            tally.look(&chunk);
        }
    }
    tally.invalid += u64::from(!tally.carried.is_empty());
    let (encoding, mark) = match marked {
        Some(found) => found,
        None => (tally.encoding()?, 0),
    };
    Ok(Detection { encoding, mark, bytes: tally.bytes, lines: tally.lines })
}

fn mark(head: &[u8]) -> Option<(Encoding, usize)> {
    match head {
        [0xEF, 0xBB, 0xBF, ..] => Some((Encoding::Utf8, 3)),
        [0xFF, 0xFE, ..] => Some((Encoding::Utf16Little, 2)),
        [0xFE, 0xFF, ..] => Some((Encoding::Utf16Big, 2)),
        _ => None,
    }
}

/// UTF-16 without a mark shows in zero bytes that stand on one side of many pairs and never on the other.
fn unmarked_utf16(head: &[u8]) -> Option<(Encoding, usize)> {
    let pairs = head.len() / 2;
    let zeros = |side: usize| {
        head.chunks_exact(2).filter(|pair| pair.get(side).is_some_and(|byte| *byte == 0)).count()
    };
    let (left, right) = (zeros(0), zeros(1));
    if pairs < 2 {
        None
    } else if left == 0 && right * 3 > pairs {
        Some((Encoding::Utf16Little, 0))
    } else if right == 0 && left * 3 > pairs {
        Some((Encoding::Utf16Big, 0))
    } else {
        None
    }
}

/// How many bytes are such ones.
pub(crate) fn count_where(bytes: &[u8], is: impl Fn(u8) -> bool) -> u64 {
    u64::try_from(bytes.iter().filter(|byte| is(**byte)).count()).unwrap_or(u64::MAX)
}

/// What is counted on the way through.
#[derive(Default)]
struct Tally {
    bytes: u64,
    lines: u64,
    /// Places that are not UTF-8.
    invalid: u64,
    /// UTF-8 sequences of more than one byte.
    sequences: u64,
    /// Bytes from 0x80 up.
    high: u64,
    /// Bytes that Windows-1252 does not use.
    unused: u64,
    /// ASCII letters.
    letters: u64,
    /// The start of a sequence at the end of the chunk before.
    carried: Vec<u8>,
}

impl Tally {
    fn look(&mut self, chunk: &[u8]) {
        let high = count_where(chunk, |byte| byte >= 0x80);
        self.high += high;
        self.letters += count_where(chunk, |byte| byte.is_ascii_alphabetic());
        if high == 0 && self.carried.is_empty() {
            return;
        }
        self.unused += count_where(chunk, |byte| matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D));
        let mut joined = std::mem::take(&mut self.carried);
        joined.extend_from_slice(chunk);
        let mut rest = joined.as_slice();
        loop {
            match std::str::from_utf8(rest) {
                Ok(text) => {
                    self.sequences += count_where(text.as_bytes(), |byte| byte >= 0xC0);
                    return;
                }
                Err(error) => {
                    let (good, bad) = rest.split_at(error.valid_up_to());
                    self.sequences += count_where(good, |byte| byte >= 0xC0);
                    let Some(length) = error.error_len() else {
                        self.carried = bad.to_vec();
                        return;
                    };
                    self.invalid += 1;
                    rest = bad.get(length..).unwrap_or_default();
                }
            }
        }
    }

    fn encoding(&self) -> Result<Encoding, EncodingError> {
        if self.invalid == 0 || self.sequences > self.invalid {
            Ok(Encoding::Utf8)
        } else if self.unused == 0 && self.high * 3 <= self.high + self.letters {
            // In every language of Western Europe far less than a third of the letters carry marks; in
            // Greek, Cyrillic, Chinese or Korean encodings nearly all letters are high bytes.
            Ok(Encoding::Windows1252)
        } else {
            Err(EncodingError::Unknown)
        }
    }
}

/// Reads a text of a known encoding as UTF-8. Bytes that are damaged in a UTF-8 text are passed on as they
/// are, so that the reader above can say where; in UTF-16, damage becomes U+FFFD.
pub struct Utf8Reader<R> {
    reader: R,
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    used: usize,
    ended: bool,
    /// Decoded, and not yet handed out.
    ready: Vec<u8>,
}

impl<R> std::fmt::Debug for Utf8Reader<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Utf8Reader").field("decodes", &self.decoder.is_some()).finish_non_exhaustive()
    }
}

impl<R: Read> Utf8Reader<R> {
    /// Reads from `reader`, which stands behind the byte order mark.
    pub fn new(reader: R, encoding: Encoding) -> Self {
        let decoder = match encoding {
            Encoding::Utf8 => None,
            Encoding::Utf16Little => Some(UTF_16LE),
            Encoding::Utf16Big => Some(UTF_16BE),
            Encoding::Windows1252 => Some(WINDOWS_1252),
        }
        .map(encoding_rs::Encoding::new_decoder_without_bom_handling);
        Self { reader, decoder, raw: Vec::new(), used: 0, ended: false, ready: Vec::new() }
    }
}

impl<R> Utf8Reader<R> {
    /// The reader below, wherever it stands.
    pub fn into_inner(self) -> R {
        self.reader
    }
}

/// A decoder writes whole characters only, so a narrower space could never be filled.
const NARROW: usize = 16;

impl<R: Read> Utf8Reader<R> {
    /// Decodes into a space that is wide enough; nothing at the end.
    fn decode(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let Some(decoder) = &mut self.decoder else { return self.reader.read(out) };
        loop {
            if self.used == self.raw.len() && !self.ended {
                self.raw.resize(CHUNK, 0);
                let count = self.reader.read(&mut self.raw)?;
                self.raw.truncate(count);
                self.used = 0;
                self.ended = count == 0;
            }
            let source = self.raw.get(self.used..).unwrap_or_default();
            let (result, read, written, _) = decoder.decode_to_utf8(source, out, self.ended);
            self.used += read;
            if written > 0 || (self.ended && result == CoderResult::InputEmpty) {
                if self.ended && result == CoderResult::InputEmpty {
                    // A decoder that was told of the end must not be asked again.
                    self.decoder = None;
                }
                return Ok(written);
            }
        }
    }
}

impl<R: Read> Read for Utf8Reader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.ready.is_empty() {
            if self.decoder.is_none() || out.len() >= NARROW {
                return self.decode(out);
            }
            let mut space = [0; NARROW];
            let count = self.decode(&mut space)?;
            self.ready.extend(space.get(..count).unwrap_or_default());
        }
        let count = self.ready.as_slice().read(out)?;
        self.ready.drain(..count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(bytes: &[u8]) -> String {
        let found = detect(bytes).unwrap();
        let mut text = Vec::new();
        let mut reader = Utf8Reader::new(&bytes[found.mark..], found.encoding);
        let mut space = [0; 37];
        loop {
            let count = reader.read(&mut space).unwrap();
            if count == 0 {
                break;
            }
            text.extend_from_slice(&space[..count]);
        }
        String::from_utf8(text).unwrap()
    }

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
            .collect()
    }

    #[test]
    fn the_same_words_come_out_of_every_encoding() {
        let words = "Wanjikũ, Zoë und das Boot 🛶\n".repeat(3000);
        assert_eq!(read_all(words.as_bytes()), words);
        assert_eq!(read_all(&[b"\xEF\xBB\xBF", words.as_bytes()].concat()), words);
        assert_eq!(read_all(&[&b"\xFF\xFE"[..], &utf16(&words, false)].concat()), words);
        assert_eq!(read_all(&[&b"\xFE\xFF"[..], &utf16(&words, true)].concat()), words);
        assert_eq!(read_all(&utf16("name,place\nAmina,Kisumu\n", false)), "name,place\nAmina,Kisumu\n");
        assert_eq!(read_all(&utf16("name,place\nAmina,Kisumu\n", true)), "name,place\nAmina,Kisumu\n");
    }

    #[test]
    fn a_space_of_any_width_is_filled() {
        let words = "Wanjikũ, Zoë und das Boot 🛶\n".repeat(20);
        let bytes = utf16(&words, false);
        for width in 1..40 {
            let mut reader = Utf8Reader::new(bytes.as_slice(), Encoding::Utf16Little);
            let (mut text, mut space) = (Vec::new(), vec![0; width]);
            loop {
                let count = reader.read(&mut space).unwrap();
                if count == 0 {
                    break;
                }
                text.extend_from_slice(&space[..count]);
            }
            assert_eq!(String::from_utf8(text).unwrap(), words, "{width} bytes at a time");
        }
    }

    #[test]
    fn western_letters_of_one_byte_are_windows_1252() {
        let found = detect(&b"caf\xe9 noir,5 \x80\n"[..]).unwrap();
        assert_eq!((found.encoding, found.lines, found.bytes), (Encoding::Windows1252, 1, 14));
        assert_eq!(read_all(b"caf\xe9 noir,5 \x80\n"), "café noir,5 €\n");
    }

    #[test]
    fn other_old_encodings_and_binaries_are_refused() {
        let greek = b"\xca\xe1\xeb\xe7\xec\xdd\xf1\xe1 \xea\xfc\xf3\xec\xe5";
        assert!(matches!(detect(&greek[..]), Err(EncodingError::Unknown)));
        assert!(matches!(detect(&b"\x89PNG\r\n\0\0\0"[..]), Err(EncodingError::Binary)));
    }

    #[test]
    fn a_few_damaged_places_do_not_make_utf8_something_else() {
        let text = [&"é".repeat(10).into_bytes()[..], b"\xff, rest"].concat();
        assert_eq!(detect(&text[..]).unwrap().encoding, Encoding::Utf8);
    }

    #[test]
    fn a_letter_cut_by_a_chunk_is_whole() {
        for shift in 0..4 {
            let text = format!("{}{}", "a".repeat(CHUNK - shift), "🛶é");
            assert_eq!(detect(text.as_bytes()).unwrap().encoding, Encoding::Utf8);
        }
        assert!(detect(&b"abcdef \xf0\x9f"[..]).is_ok_and(|found| found.encoding == Encoding::Windows1252));
    }
}
