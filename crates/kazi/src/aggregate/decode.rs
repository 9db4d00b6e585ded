//! Bytes of a file in whatever wrapping: gzip, byte order marks, UTF-16, Latin-1.

use std::io::{self, BufRead, BufReader, Read};

/// Takes gzip and UTF-16 off a stream, by its first bytes.
pub fn unwrap(raw: impl Read + 'static) -> io::Result<Box<dyn BufRead>> {
    let mut raw = BufReader::with_capacity(1 << 16, raw);
    let plain: Box<dyn Read> = if raw.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        Box::new(flate2::bufread::MultiGzDecoder::new(raw))
    } else {
        Box::new(raw)
    };
    let mut plain = BufReader::with_capacity(1 << 16, plain);
    let start = plain.fill_buf()?;
    if start.starts_with(&[0xef, 0xbb, 0xbf]) {
        plain.consume(3);
        return Ok(Box::new(plain));
    }
    let big_endian = start.starts_with(&[0xfe, 0xff]);
    if big_endian || start.starts_with(&[0xff, 0xfe]) {
        plain.consume(2);
        let wide = Wide { inner: plain, big_endian, lead: None, ready: Vec::new() };
        return Ok(Box::new(BufReader::new(wide)));
    }
    Ok(Box::new(plain))
}

/// A field as text: UTF-8, else each byte as the Latin-1 character that it stands for.
pub fn field(bytes: &[u8]) -> String {
    let mut text = String::new();
    push_field(&mut text, bytes);
    text
}

/// Adds a field to a text, as [`field`] reads it.
pub fn push_field(text: &mut String, bytes: &[u8]) {
    match std::str::from_utf8(bytes) {
        Ok(valid) => text.push_str(valid),
        Err(_) => text.extend(bytes.iter().map(|byte| char::from(*byte))),
    }
}

/// UTF-16 read as UTF-8.
struct Wide<R> {
    inner: R,
    big_endian: bool,
    lead: Option<u16>,
    ready: Vec<u8>,
}

impl<R: Read> Wide<R> {
    /// The next 16 bits, or none at the end; half a unit at the end is left out.
    fn unit(&mut self) -> io::Result<Option<u16>> {
        let mut bytes = [0; 2];
        match self.inner.read_exact(&mut bytes) {
            Ok(()) if self.big_endian => Ok(Some(u16::from_be_bytes(bytes))),
            Ok(()) => Ok(Some(u16::from_le_bytes(bytes))),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl<R: Read> Read for Wide<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.ready.len() < into.len() {
            let Some(unit) = self.unit()? else { break };
            let pair: Vec<u16> = self.lead.take().into_iter().chain([unit]).collect();
            if pair.len() == 1 && (0xd800..0xdc00).contains(&unit) {
                self.lead = Some(unit);
                continue;
            }
            for character in char::decode_utf16(pair) {
                let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
                self.ready.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
        let count = self.ready.len().min(into.len());
        for (to, from) in into.iter_mut().zip(self.ready.drain(..count)) {
            *to = from;
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        let mut text = Vec::new();
        unwrap(io::Cursor::new(bytes.to_vec())).unwrap().read_to_end(&mut text).unwrap();
        field(&text)
    }

    #[test]
    fn odd_encodings_become_text() {
        assert_eq!(text("\u{feff}naïve".as_bytes()), "naïve");
        assert_eq!(text(b"na\xefve"), "naïve");
        let little: Vec<u8> =
            [0xfeff_u16].into_iter().chain("नमस्ते 🙂".encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(text(&little), "नमस्ते 🙂");
        let big: Vec<u8> =
            [0xfeff_u16].into_iter().chain("a\u{1f642}".encode_utf16()).flat_map(u16::to_be_bytes).collect();
        assert_eq!(text(&big), "a\u{1f642}");
        let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        io::Write::write_all(&mut zipped, b"task,worker\n").unwrap();
        assert_eq!(text(&zipped.finish().unwrap()), "task,worker\n");
        assert_eq!(text(b""), "");
    }
}
