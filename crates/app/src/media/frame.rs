//! The frames that a child sends: a byte that says what it is, four bytes of length, and the content.

use std::io::{self, Read, Write};

use kazi_services::{JsonPiece, Problem, Refusal};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// One thing that a child says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Frame {
    /// A piece of the file.
    Piece(JsonPiece),
    /// Bytes to keep: their media type and they themselves.
    Blob(String, Vec<u8>),
    /// A part that cannot be used.
    Problem(Problem),
    /// How far it is.
    Progress(u64, u64),
    /// The whole file cannot be used. The last frame.
    Refusal(Refusal),
    /// Everything was said. The last frame.
    End,
}

/// The content of a frame is never longer.
const MOST: u32 = 64 << 20;

/// Why what came is no frame.
#[derive(Debug, thiserror::Error)]
pub(super) enum Garbage {
    /// The pipe.
    #[error("the pipe broke: {0}")]
    Pipe(#[from] io::Error),
    /// A frame that ends too early is a pipe error; this is one that makes no sense.
    #[error("no frame begins with {0}")]
    Tag(u8),
    /// Longer than allowed.
    #[error("a frame of {0} bytes is too long")]
    Long(u32),
    /// The content does not fit the tag.
    #[error("the content of a frame cannot be read")]
    Content,
}

impl Frame {
    fn tag(&self) -> u8 {
        match self {
            Self::Piece(_) => b'p',
            Self::Blob(..) => b'b',
            Self::Problem(_) => b'x',
            Self::Progress(..) => b'g',
            Self::Refusal(_) => b'r',
            Self::End => b'e',
        }
    }

    /// Writes the frame.
    pub(super) fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let content = match self {
            Self::Blob(media_type, bytes) => return write_blob(to, media_type, bytes),
            Self::Piece(piece) => json(piece)?,
            Self::Problem(problem) => json(problem)?,
            Self::Progress(done, all) => json(&(done, all))?,
            Self::Refusal(refusal) => json(refusal)?,
            Self::End => Vec::new(),
        };
        head(to, self.tag(), content.len())?;
        to.write_all(&content)
    }

    /// Reads a frame, and how many bytes it took.
    pub(super) fn read(from: &mut impl Read) -> Result<(Self, u64), Garbage> {
        let mut start = [0; 5];
        from.read_exact(&mut start)?;
        let [tag, length @ ..] = start;
        let length = u32::from_le_bytes(length);
        if length > MOST {
            return Err(Garbage::Long(length));
        }
        // Grows with what really comes, not with what the head claims.
        let mut content = Vec::new();
        let read = from.take(u64::from(length)).read_to_end(&mut content)?;
        if u32::try_from(read).ok() != Some(length) {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        let frame = match tag {
            b'p' => Self::Piece(unjson(&content)?),
            b'b' => read_blob(content)?,
            b'x' => Self::Problem(unjson(&content)?),
            b'g' => {
                let (done, all) = unjson(&content)?;
                Self::Progress(done, all)
            }
            b'r' => Self::Refusal(unjson(&content)?),
            b'e' => Self::End,
            other => return Err(Garbage::Tag(other)),
        };
        Ok((frame, u64::from(length) + 5))
    }
}

/// Writes a blob without copying it.
pub(super) fn write_blob(to: &mut impl Write, media_type: &str, bytes: &[u8]) -> io::Result<()> {
    let kind = u8::try_from(media_type.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    head(to, b'b', bytes.len().saturating_add(media_type.len()).saturating_add(1))?;
    to.write_all(&[kind])?;
    to.write_all(media_type.as_bytes())?;
    to.write_all(bytes)
}

fn read_blob(mut content: Vec<u8>) -> Result<Frame, Garbage> {
    let kind = content.first().copied().map(usize::from).ok_or(Garbage::Content)?;
    let media_type = content.get(1..=kind).ok_or(Garbage::Content)?;
    let media_type = std::str::from_utf8(media_type).map_err(|_| Garbage::Content)?.to_owned();
    content.drain(..=kind);
    Ok(Frame::Blob(media_type, content))
}

fn head(to: &mut impl Write, tag: u8, length: usize) -> io::Result<()> {
    let length = u32::try_from(length).ok().filter(|length| *length <= MOST);
    let length = length.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "a frame is too long"))?;
    to.write_all(&[tag])?;
    to.write_all(&length.to_le_bytes())
}

fn json(value: &impl Serialize) -> io::Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(io::Error::other)
}

fn unjson<T: DeserializeOwned>(content: &[u8]) -> Result<T, Garbage> {
    serde_json::from_slice(content).map_err(|_| Garbage::Content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kazi_services::PieceNumber;
    use proptest::prelude::*;

    /// Numbers that are written in decimals without loss.
    fn sixty_fourths() -> impl Strategy<Value = f64> {
        (0_u32..=64).prop_map(|count| f64::from(count) / 64.0)
    }

    fn frames() -> impl Strategy<Value = Frame> {
        prop_oneof![
            (".*", proptest::option::of(0_u64..9), ".*", proptest::option::of((".*", sixty_fourths())))
                .prop_map(|(key, parent, body, machine)| {
                    let parent = parent.map(PieceNumber);
                    Frame::Piece(JsonPiece { key, parent, kind: "line".to_owned(), body, machine })
                }),
            ("[a-z/]{0,40}", proptest::collection::vec(any::<u8>(), 0..300))
                .prop_map(|(kind, bytes)| Frame::Blob(kind, bytes)),
            (".*", ".*").prop_map(|(field, message)| {
                Frame::Problem(Problem { field, key: "a-key".to_owned(), message })
            }),
            (any::<u64>(), any::<u64>()).prop_map(|(done, all)| Frame::Progress(done, all)),
            ".*".prop_map(|message| Frame::Refusal(Refusal { key: "a-key".to_owned(), message })),
            Just(Frame::End),
        ]
    }

    proptest! {
        #[test]
        fn frames_come_out_as_they_went_in(all in proptest::collection::vec(frames(), 0..8)) {
            let mut pipe = Vec::new();
            for frame in &all {
                frame.write(&mut pipe).unwrap();
            }
            let mut rest = pipe.as_slice();
            for frame in &all {
                let before = rest.len();
                let (read, bytes) = Frame::read(&mut rest).unwrap();
                prop_assert_eq!(&read, frame);
                prop_assert_eq!(bytes, u64::try_from(before - rest.len()).unwrap());
            }
            prop_assert!(rest.is_empty());
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let mut rest = bytes.as_slice();
            while Frame::read(&mut rest).is_ok() {}
        }
    }

    #[test]
    fn a_claim_of_four_gigabytes_takes_no_memory() {
        assert!(matches!(Frame::read(&mut [b'b', 255, 255, 255, 255].as_slice()), Err(Garbage::Long(_))));
    }
}
