//! Bytes as they are, or unpacked where they are gzip, with a limit against bombs.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use flate2::bufread::MultiGzDecoder;

/// Below this many unpacked bytes nothing is a bomb.
const HARMLESS: u64 = 16 << 20;

/// A reader that unpacks gzip, told by content.
pub(super) enum Unpacked<R> {
    Plain(R),
    Gzip { decoder: Box<MultiGzDecoder<BufReader<R>>>, given: u64, most: u64 },
}

impl<R: Read + Seek> Unpacked<R> {
    /// Begins at the start of `reader`. Unpacked text may be `expansion` times as long as what is packed.
    pub fn open(mut reader: R, expansion: u64) -> io::Result<Self> {
        let packed = reader.seek(SeekFrom::End(0))?;
        reader.seek(SeekFrom::Start(0))?;
        let mut head = Vec::with_capacity(2);
        reader.by_ref().take(2).read_to_end(&mut head)?;
        reader.seek(SeekFrom::Start(0))?;
        if head != [0x1F, 0x8B] {
            return Ok(Self::Plain(reader));
        }
        let most = packed.saturating_mul(expansion).max(HARMLESS);
        Ok(Self::Gzip {
            decoder: Box::new(MultiGzDecoder::new(BufReader::with_capacity(64 << 10, reader))),
            given: 0,
            most,
        })
    }

    /// Back to the start.
    pub fn again(self, expansion: u64) -> io::Result<Self> {
        match self {
            Self::Plain(reader) => Self::open(reader, expansion),
            Self::Gzip { decoder, .. } => Self::open(decoder.into_inner().into_inner(), expansion),
        }
    }

    pub fn is_gzip(&self) -> bool {
        matches!(self, Self::Gzip { .. })
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(reader) => reader.read(out),
            Self::Gzip { decoder, given, most } => {
                let count = decoder.read(out)?;
                *given += u64::try_from(count).unwrap_or(u64::MAX);
                if *given > *most {
                    return Err(io::Error::other("it unpacks to far more than a table would"));
                }
                Ok(count)
            }
        }
    }
}
